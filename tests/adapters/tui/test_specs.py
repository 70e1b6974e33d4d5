"""The specs, at home: what is shown of them, and what each key does there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Edit, OpenRun, ReadHistory, ReadSpec, ReadSpecs, StartRun
from helm.adapters.tui.frame import Size
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Left, Pressed, SpecsRead, Taken, Typed
from helm.adapters.tui.model import Model
from helm.adapters.tui.screens.graph import GraphScreen
from helm.adapters.tui.screens.history import HistoryScreen
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.screens.spec import SpecScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.update import update
from helm.app.drafts import Question
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing
from helm.domain.projections.summary import State
from tests.adapters.tui.specimens import (
    BLOCKED,
    DONE,
    FAILED,
    HALTED,
    INVALID,
    NARROW,
    ROOT,
    RUNNING,
    SIZES,
    SPECS,
    TODO,
    WIDE,
    asked,
    heard,
    model,
    press,
    ran,
    rows,
    shown,
    spec,
    standing,
    with_live,
)
from tests.domain.histories import assert_golden


def at(found: object, size: Size = WIDE) -> Model:
    """Select a spec."""
    name = found.folder.name  # type: ignore[attr-defined]
    return model(SpecsScreen(selected=name), size=size)


def selected(made: Model) -> str:
    """Name the folder whose row is marked."""
    (row,) = (row for row in rows(draw(made)) if row.startswith("▶"))
    return next(each.folder.name for each in SPECS if f" {each.folder.name[:7]}" in row[:40])


def filtered(made: Model, words: str) -> Model:
    made = press(made, "filter")
    return heard(made, *(Typed(text=words[: end + 1]) for end in range(len(words))))


@pytest.mark.parametrize("size", SIZES)
def test_specs_look_so(size: Size) -> None:
    name = f"{size.columns}x{size.rows}"
    assert_golden(f"screens/specs-{name}.txt", shown(at(FAILED, size)))


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_no_specs_look_so(size: Size) -> None:
    name = f"{size.columns}x{size.rows}"
    assert_golden(f"screens/specs-none-{name}.txt", shown(model(size=size, specs=())))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "found"), [("blocked", BLOCKED), ("halted", HALTED), ("done", DONE)]
)
def test_the_question_before_a_run_looks_so(size: Size, name: str, found: Standing) -> None:
    made = press(at(found, size), "run")
    assert_golden(f"screens/question-{name}-{size.columns}x{size.rows}.txt", shown(made))


def test_before_the_specs_are_read_the_screen_says_so() -> None:
    made = replace(model(), specs=None)
    assert "reading the specs" in shown(made)
    assert press(made, "down", "last", "open", "run", "next", "history", "graph").dialog is None
    for action in ("open", "run", "next", "run-next", "history", "edit"):
        assert press(made, action).said == "the specs are still being read"


def test_keys_that_came_before_the_specs_are_not_lost() -> None:
    """Moves wait for the list; what costs money does not happen unseen."""
    early = press(replace(model(), specs=None), "down", "down", "run")
    assert early.dialog is None
    read = heard(early, SpecsRead(specs=model().specs or ()))
    assert selected(read) == selected(press(model(), "down", "down"))


def test_a_spec_that_cannot_be_read_is_a_row_with_its_reason() -> None:
    """The reason is short in the list, and whole beside it."""
    lines = shown(at(INVALID, Size(240, 30))).splitlines()
    row = next(line for line in lines if "▶? INVALID" in line)
    assert "metadata.json is missing" in row
    assert any("/shop/specs/spec-04-broken/metadata.json" in line for line in lines)


def test_the_selection_moves_and_stays_within() -> None:
    made = model()
    assert selected(press(made, "down", "down")) == RUNNING.folder.name
    assert selected(press(made, "up")) == DONE.folder.name
    assert selected(press(made, "last", "down")) == TODO.folder.name
    assert selected(press(made, "page-down", "first")) == DONE.folder.name


def test_what_is_selected_is_read() -> None:
    """The preview tells more than the list knows."""
    assert asked(model(), "down") == (ReadSpec(folder=HALTED.folder),)


def test_a_long_list_scrolls_with_the_selection() -> None:
    many = tuple(standing(spec(f"spec-{number:02}", f"Number {number}")) for number in range(60))
    made = model(size=NARROW, specs=many)
    for _ in range(40):
        made = press(made, "down")
        assert "▶" in shown(made)
    assert "▶○ TODO         spec-40" in shown(made)
    assert "▶○ TODO         spec-00" in shown(press(made, "first"))


def test_a_click_selects_and_another_one_opens() -> None:
    made = model()
    hit = draw(made).hits[5]
    clicked, _ = update(made, Pressed(action=hit.action, place=hit.place))
    assert selected(clicked) == FAILED.folder.name
    (again,) = (each for each in draw(clicked).hits if each.row == hit.row)
    opened, effects = update(clicked, Pressed(action=again.action, place=again.place))
    assert opened.screen == SpecScreen(selected=FAILED.folder.name)
    assert effects == (ReadSpec(folder=FAILED.folder),)


def test_every_click_falls_on_the_row_that_is_seen() -> None:
    made = model()
    frame = draw(made)
    for hit in frame.hits:
        assert SPECS[hit.place].folder.name[:7] in rows(frame)[hit.row]


def test_a_filter_works_while_it_is_typed() -> None:
    made = filtered(model(), "stat")
    assert selected(made) == FAILED.folder.name
    assert "Runner" not in shown(made)
    assert "› specs /stat" in shown(made)


def test_a_filter_is_kept_by_enter_and_taken_back_by_esc() -> None:
    made = filtered(at(RUNNING), "stat")
    kept = heard(made, Taken(text="stat"))
    assert kept.prompt is None
    assert "Runner" not in shown(kept)
    assert selected(press(kept, "back")) == RUNNING.folder.name
    assert selected(heard(made, Left())) == RUNNING.folder.name


def test_every_word_of_a_filter_is_looked_for_in_id_name_and_badge() -> None:
    assert selected(filtered(model(), "TODO screens")) == TODO.folder.name
    assert selected(filtered(model(), "refresh")) == TODO.folder.name
    nothing = filtered(model(), "todo spec-99")
    assert "esc shows all again" in shown(nothing)
    assert "no spec is selected" in shown(press(nothing, "open"))


def test_only_what_can_be_run_is_shown_where_one_wants_that() -> None:
    made = press(at(FAILED), "show")
    assert "specs that can be run" in shown(made)
    assert "Foundation" not in shown(made)
    assert selected(made) == FAILED.folder.name
    assert "Foundation" in shown(press(made, "show"))


def test_the_next_spec_that_can_be_run_is_selected_and_around_again() -> None:
    made = press(at(HALTED), "next")
    assert selected(made) == FAILED.folder.name
    assert selected(press(made, "next", "next")) == HALTED.folder.name


def test_the_next_spec_is_found_though_a_filter_hides_it() -> None:
    made = press(heard(filtered(model(), "foundation"), Taken(text="foundation")), "next")
    assert selected(made) == HALTED.folder.name
    assert "› specs\n" in shown(made)


def test_where_nothing_can_be_run_the_screen_says_so() -> None:
    made = model(specs=(DONE, INVALID))
    assert "no spec can be run now" in shown(press(made, "next"))
    assert "no spec can be run now" in shown(press(made, "run-next"))
    only = press(model(specs=(DONE, TODO)), "next", "next")
    assert f"{TODO.folder.name} is the only one" in shown(only)


def test_what_was_not_shown_is_selected_and_not_run() -> None:
    """A filter hides it: nobody has seen what would be paid for."""
    hidden = heard(filtered(at(BLOCKED), "no such name"), Taken(text="no such name"))
    assert not any(isinstance(each, StartRun) for each in asked(hidden, "run-next"))
    once = press(hidden, "run-next")
    assert "N once more runs it" in shown(once)
    assert once.dialog is None
    assert press(once, "run-next").dialog is not None  # it was halted, which is asked about


def test_the_next_spec_is_run_at_once() -> None:
    """The selected one, where it can be run; and what runs is selected."""
    assert StartRun(folder=FAILED.folder) in asked(at(BLOCKED), "run-next")
    assert StartRun(folder=TODO.folder) in asked(at(TODO), "run-next")
    assert selected(press(at(BLOCKED), "run-next")) == FAILED.folder.name


@pytest.mark.parametrize("found", [FAILED, TODO])
def test_a_spec_that_can_be_run_is_run_without_a_question(found: Standing) -> None:
    assert asked(at(found), "run") == (StartRun(folder=found.folder),)


def test_a_run_whose_needs_are_not_met_is_asked_about() -> None:
    """Each with its badge; and nothing but a yes begins it."""
    made = press(at(BLOCKED), "run")
    for said in ("● RUNNING spec-02-runner", "✗ FAILED spec-05-status", "? gone: there is no"):
        assert said in shown(made)
    assert asked(made, "yes") == (StartRun(folder=BLOCKED.folder),)
    assert asked(made, "no") == ()
    assert asked(made, "chosen") == ()


def test_a_run_that_stands_halted_can_be_resumed_or_given_up() -> None:
    made = press(at(HALTED), "run")
    assert "halted (operator) in attempt 2, 1h ago" in shown(made)
    assert asked(made, "yes") == (StartRun(folder=HALTED.folder, resume=True),)
    assert asked(made, "other") == (StartRun(folder=HALTED.folder),)
    assert asked(made, "no") == ()


def test_a_run_whose_process_died_can_be_resumed() -> None:
    died = standing(spec("spec-08", "Died"), last=ran("spec-08", State.OPEN))
    made = press(model(specs=(died,)), "run")
    assert "Its last run died in attempt 2" in shown(made)
    assert asked(made, "yes") == (StartRun(folder=died.folder, resume=True),)


def test_a_spec_that_is_done_is_run_only_after_a_question() -> None:
    made = press(at(DONE), "run")
    assert "done already" in shown(made)
    assert asked(made, "yes") == (StartRun(folder=DONE.folder),)


def test_a_spec_that_is_running_or_invalid_is_not_run() -> None:
    for found, said in ((RUNNING, "another helm"), (INVALID, "metadata.json is missing")):
        made = press(at(found), "run")
        assert made.dialog is None
        assert asked(at(found), "run") == ()
        assert said in shown(made)


def test_a_spec_that_is_not_written_yet_says_so_and_is_not_run() -> None:
    """It says what it still asks, and the key for the next one to be run passes over it."""
    asks = Question(3, "why this is wanted, in two or three sentences.")
    draft = standing(replace(spec("spec-00-new", "New"), asks=asks))
    made = model(SpecsScreen(selected="spec-00-new"), specs=(draft, TODO))
    assert "New  not written yet" in shown(made)
    assert asked(made, "run") == ()
    assert "it is not written yet: SPEC.md:3 still asks: why" in shown(press(made, "run"))
    assert StartRun(folder=TODO.folder) in asked(made, "run-next")
    assert "not written yet" in shown(press(made, "open"))


def test_only_one_run_is_under_way() -> None:
    made = with_live(at(TODO))
    assert asked(made, "run") == ()
    assert "a run is under way" in shown(press(made, "run"))


def test_the_live_run_is_helm_s_own_or_another_s() -> None:
    """Helm's own goes first; without any, the screen says so."""
    assert asked(at(TODO), "live") == (OpenRun(run_id="01RUNspec-02-runner"),)
    ours = with_live(at(TODO))
    assert isinstance(press(ours, "live").screen, RunScreen)
    assert asked(ours, "live") == ()
    assert "no run is under way" in shown(press(model(specs=(TODO,)), "live"))


def test_keys_lead_to_the_other_screens() -> None:
    made = at(FAILED)
    assert press(made, "open").screen == SpecScreen(selected=FAILED.folder.name)
    assert press(made, "history").screen == HistoryScreen(path="specs/spec-05-status")
    assert asked(made, "history") == (ReadHistory(path="specs/spec-05-status"),)
    assert asked(made, "all-history") == (ReadHistory(path=None),)
    assert press(made, "graph").screen == GraphScreen(selected=FAILED.folder.name)
    assert press(made, "settings").context is Context.SETTINGS
    assert asked(made, "edit") == (Edit(path=FAILED.folder / "SPEC.md"),)
    assert asked(made, "reload") == (ReadSpecs(),)


def test_a_spec_that_never_ran_has_no_history() -> None:
    """Unless the log is known to have runs of it from elsewhere, which only the reading tells."""
    assert asked(at(TODO), "history") == ()
    assert "not been run yet" in shown(press(at(TODO), "history"))


def test_without_specs_the_keys_that_need_one_say_so() -> None:
    made = model(specs=())
    for action in ("open", "run", "history", "edit"):
        assert "no spec is selected" in shown(press(made, action))
    assert press(made, "graph").context is Context.GRAPH
    assert "no run is under way" in shown(press(made, "live"))


def test_the_selection_outlives_a_new_reading() -> None:
    """It is that of a folder; where that is gone, of the one in its place."""
    made = at(FAILED)
    again = heard(made, SpecsRead(specs=[TODO, FAILED]))
    assert selected(again) == FAILED.folder.name
    gone = heard(press(made, "up", "down"), SpecsRead(specs=SPECS[:5] + SPECS[6:]))
    assert selected(gone) == TODO.folder.name


def test_a_new_reading_is_followed_by_that_of_the_selected_spec() -> None:
    _, effects = update(at(FAILED), SpecsRead(specs=SPECS))
    assert effects == (ReadSpec(folder=FAILED.folder),)


def test_long_names_of_folders_are_shown_where_there_is_room() -> None:
    assert "▶✗ FAILED       spec-05-status " in shown(at(FAILED, Size(140, 30)))
    assert "▶✗ FAILED       spec-05  Status command" in shown(at(FAILED, WIDE))


def test_what_others_wrote_cannot_steer_the_terminal() -> None:
    hostile = "\x1b]52;c;aGk=\x07\x1b[2J\x9b5nname\n\t\u202eevil\u200d"
    named = standing(
        spec("spec-\x1b[31mred", hostile, needs=(hostile,), body=hostile * 3), unmet=(hostile,)
    )
    broken = replace(INVALID, folder=Path("/shop/specs/spec-\x1b]0;x\x07"), reason=hostile)
    for size in (*SIZES, Size(200, 50)):
        made = model(size=size, specs=(named, broken))
        for each in (made, press(made, "run"), press(made, "open"), press(made, "down", "run")):
            shown(each)  # which looks at every character


HIDDEN = standing(
    spec(
        "spec-07-login",
        "A hunter2 name",
        body="# A hunter2 name\n\nThe password is hunter2.\n",
    )
)


@pytest.mark.parametrize("size", SIZES)
def test_what_nobody_is_to_read_is_masked(size: Size) -> None:
    """The name, what it is accepted by, and the file: in the list, when opened, in the graph."""
    found = replace(HIDDEN, commands=("curl -u me:hunter2 localhost",))
    broken = InvalidSpec(folder=ROOT / "spec-08", reason="hunter2 is no status")
    read = SpecsRead(specs=[found, broken], root="specs", redact=("hunter[0-9]",))
    made = heard(model(size=size), read)
    views = [made, press(made, "open"), press(made, "graph"), press(made, "down", "open")]
    texts = [shown(view) for view in views]
    assert not any("hunter2" in each for each in texts)
    if size == WIDE:
        home, opened, graph, invalid = texts
        assert "A [redacted] name" in home
        assert "Accept by  curl -u me:[redacted] localhost" in opened
        assert "The password is [redacted]." in opened
        assert "A [redacted] name" in graph
        assert "[redacted] is no status" in invalid
