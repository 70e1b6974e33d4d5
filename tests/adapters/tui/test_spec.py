"""A spec, opened: what is told of it, and how one reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helm.adapters.tui.effects import Copy, Edit, ReadSpec, StartRun
from helm.adapters.tui.frame import Size
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import SpecRead, SpecsRead
from helm.adapters.tui.model import Model
from helm.adapters.tui.screens.history import HistoryScreen
from helm.adapters.tui.screens.spec import SpecScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.update import update
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing
from tests.adapters.tui.specimens import (
    BLOCKED,
    DOSSIER,
    FAILED,
    INVALID,
    NARROW,
    SIZES,
    TODO,
    WIDE,
    asked,
    heard,
    model,
    press,
    shown,
)
from tests.domain.histories import assert_golden


def at(found: Standing | InvalidSpec, size: Size = WIDE) -> Model:
    name = found.folder.name
    return model(SpecsScreen(selected=name), SpecScreen(selected=name), size=size)


@pytest.mark.parametrize("size", SIZES)
def test_a_spec_looks_so(size: Size) -> None:
    assert_golden(f"screens/spec-{size.columns}x{size.rows}.txt", shown(at(FAILED, size)))


def test_a_spec_tells_where_it_stands() -> None:
    lines = shown(at(BLOCKED))
    for said in (
        "⊘ BLOCKED  waits for 3 specs",
        "● RUNNING  spec-02-runner",
        "✗ FAILED  spec-05-status",
        "? no such spec  gone",
        "Needed by  none",
        "Accept by  make all",
        "Last run   never",
    ):
        assert said in lines


def test_a_spec_with_another_id_than_its_folder_says_so() -> None:
    assert "Id         refresh" in shown(at(TODO))


def test_a_spec_that_cannot_be_read_tells_why() -> None:
    said = " ".join(shown(at(INVALID)).split())
    assert "a spec folder needs SPEC.md and metadata.json" in said


def test_a_spec_that_is_gone_is_said_to_be() -> None:
    made = heard(at(FAILED), SpecsRead(specs=[TODO]))
    assert "spec-05-status is not there any more" in shown(made)
    shown(press(made, "down", "report"))
    assert asked(made, "run") == ()


def test_reading_scrolls_from_the_first_row_to_the_last() -> None:
    made = at(FAILED, NARROW)
    first = shown(made)
    assert "Implementation Report" not in first
    last = press(made, "last")
    assert "Attempts performed: 2" in shown(last)
    assert shown(press(last, "down", "page-down")) == shown(last)
    assert shown(press(last, "first")) == first
    assert shown(press(made, "page-down", "page-up")) == first
    assert shown(press(made, "down", "up")) == first


def test_the_report_is_a_key_away_and_so_is_the_way_back() -> None:
    made = at(FAILED, Size(60, 12))
    report = press(made, "report")
    assert "implementation-report.md" in shown(report)
    assert "Attempts performed: 2" in shown(report)
    assert shown(press(report, "report")) == shown(made)


def test_without_a_report_the_screen_says_so() -> None:
    assert "there is no report yet" in shown(press(at(TODO), "report"))


def test_the_session_of_the_last_agent_can_be_copied() -> None:
    words = "codex resume 0199a213-81c0-7800-8aa1-bbab2a035a53"
    assert asked(at(FAILED), "copy") == (Copy(text=words),)
    assert words in shown(press(at(FAILED), "copy"))
    assert "no agent has named its session" in shown(press(at(TODO), "copy"))


def test_what_can_be_done_with_a_spec_can_be_done_here() -> None:
    made = at(FAILED)
    assert asked(made, "run") == (StartRun(folder=FAILED.folder),)
    assert asked(made, "edit") == (Edit(path=FAILED.folder / "SPEC.md"),)
    assert press(made, "history").screen == HistoryScreen(path="specs/spec-05-status")
    assert press(made, "graph").context is Context.GRAPH
    assert press(made, "back").context is Context.SPECS


def test_a_spec_is_read_anew_when_the_specs_are() -> None:
    _, effects = update(at(FAILED), SpecsRead(specs=[FAILED]))
    assert ReadSpec(folder=FAILED.folder) in effects
    made = heard(at(FAILED), SpecRead(dossier=replace(DOSSIER, remaining_tasks=())))
    assert "remaining tasks" not in shown(made)


def test_a_very_long_file_is_shown_in_part() -> None:
    """And its tabs, and the indentation of its lists, are kept."""
    body = "\tcode\n- an item that goes on\n" + "word " * 100_000
    found = replace(FAILED, spec=replace(FAILED.spec, body=body))
    made = model(SpecScreen(selected=FAILED.folder.name), specs=(found,), size=NARROW)
    assert "     code" in shown(press(made, "down", "down", "down"))
    assert "(it goes on: e opens it)" in shown(press(made, "report", *["up"] * 8))
