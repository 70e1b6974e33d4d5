"""What stands around every screen, at every size: title, footer, questions, help."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Quit
from helm.adapters.tui.frame import Size
from helm.adapters.tui.messages import Pressed
from helm.adapters.tui.model import Answer, Dialog, Model, Prompt
from helm.adapters.tui.screens.spec import SpecScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.update import update
from tests.adapters.tui.specimens import (
    BLOCKED,
    FAILED,
    HALTED,
    INVALID,
    NARROW,
    SIZES,
    WIDE,
    model,
    press,
    require_fitting,
    rows,
    shown,
    with_live,
)
from tests.domain.histories import assert_golden

HOME = model(SpecsScreen(selected=FAILED.folder.name))
MODELS = {
    "specs": HOME,
    "below": model(SpecsScreen(selected=BLOCKED.folder.name)),
    "no-specs": model(specs=()),
    "reading": replace(model(), specs=None),
    "filtered": model(SpecsScreen(sought="none of them")),
    "invalid": model(SpecsScreen(selected=INVALID.folder.name)),
    "spec": model(SpecsScreen(), SpecScreen(selected=FAILED.folder.name, top=12)),
    "gone": model(SpecsScreen(), SpecScreen(selected="spec-99")),
    "question": press(model(SpecsScreen(selected=BLOCKED.folder.name)), "run"),
    "three-answers": press(model(SpecsScreen(selected=HALTED.folder.name)), "run"),
    "help": press(HOME, "help"),
    "said": replace(HOME, said="a long word on what has happened " * 20),
    "live": with_live(HOME),
    "quitting": press(with_live(HOME), "quit"),
}


@given(
    st.sampled_from(sorted(MODELS)),
    st.builds(Size, st.integers(1, 200), st.integers(1, 60)),
    st.lists(st.sampled_from(["down", "page-down", "last", "choose"]), max_size=3),
)
def test_a_frame_fits_a_terminal_of_any_size(name: str, size: Size, actions: list[str]) -> None:
    made = press(replace(MODELS[name], size=size), *actions)
    require_fitting(draw(made), size)


@pytest.mark.parametrize("name", sorted(MODELS))
@pytest.mark.parametrize("size", [Size(1, 1), Size(2, 2), Size(20, 3), Size(20, 5), Size(300, 4)])
def test_a_frame_fits_the_smallest_terminals(name: str, size: Size) -> None:
    require_fitting(draw(replace(MODELS[name], size=size)), size)


@pytest.mark.parametrize("size", SIZES)
def test_help_looks_so(size: Size) -> None:
    made = press(replace(HOME, size=size), "help")
    assert_golden(f"screens/help-{size.columns}x{size.rows}.txt", shown(made))


@pytest.mark.parametrize("size", SIZES)
def test_the_question_before_quitting_looks_so(size: Size) -> None:
    made = press(replace(with_live(HOME), size=size), "quit")
    assert_golden(f"screens/question-quit-{size.columns}x{size.rows}.txt", shown(made))


@pytest.mark.parametrize("columns", [20, 40, 60, 100])
def test_the_footer_never_drops_help(columns: int) -> None:
    for made in (HOME, MODELS["spec"]):
        last = shown(replace(made, size=Size(columns, 10))).splitlines()[-1]
        assert last.startswith(" ? help")


def test_help_scrolls_to_its_last_key_and_back() -> None:
    made = press(replace(HOME, size=NARROW), "help")
    first = shown(made)
    last = press(made, *["page-down"] * 9)
    assert "27 of 27" in shown(last)
    assert shown(press(last, "down", "last")) == shown(last)
    assert shown(press(last, "first")) == first
    assert shown(press(last, *["up"] * 60)) == first


def test_help_is_closed_by_a_click() -> None:
    made = press(HOME, "help")
    hit = draw(made).hits[3]
    after, _ = update(made, Pressed(action=hit.action, place=hit.place))
    assert after.help_top is None


def asked_about(made: Model, dialog: Dialog) -> Model:
    return replace(made, dialog=dialog)


@pytest.mark.parametrize("size", [WIDE, NARROW, Size(30, 8), Size(20, 5)])
@pytest.mark.parametrize("name", ["question", "three-answers"])
def test_an_answer_can_be_clicked_on_where_it_stands(size: Size, name: str) -> None:
    made = replace(MODELS[name], size=size)
    assert made.dialog is not None
    frame = draw(made)
    assert [hit.action for hit in frame.hits] == list(made.dialog.answers)
    for hit, label in zip(frame.hits, made.dialog.answers.values(), strict=True):
        assert label in rows(frame)[hit.row][hit.left : hit.left + hit.width]


def test_the_safe_answer_is_chosen_at_first() -> None:
    for name in ("question", "three-answers", "quitting"):
        dialog = MODELS[name].dialog
        assert dialog is not None
        assert dialog.chosen is Answer.NO


def test_a_question_of_many_lines_keeps_its_answers() -> None:
    dialog = Dialog(
        title="well?", lines=("word " * 400,), on_yes=(Quit(),), yes="do it", no="leave it"
    )
    for size in (NARROW, Size(20, 5)):
        lines = shown(asked_about(replace(HOME, size=size), dialog))
        assert "do it" in lines
        assert "leave it" in lines


def test_a_long_message_takes_more_rows_than_one() -> None:
    """But for no more than four: the rest of it is less than what it hides."""
    made = replace(HOME, size=NARROW, said="first " + "word " * 14 + "last")
    assert "last" in shown(made)
    assert "specs" in shown(replace(made, said="word " * 400))


def test_a_live_run_is_told_of_on_every_screen() -> None:
    made = with_live(HOME)
    assert "● " in shown(made).splitlines()[0]
    assert "worker 1/2" in shown(press(made, "open")).splitlines()[0]
    stopped = press(made, "quit", "yes")
    assert "stopping" in shown(stopped).splitlines()[0]


def test_a_prompt_hints_at_what_was_typed_the_last_time() -> None:
    """Where there is any of it."""
    prompt = Prompt(label="search")
    foot = shown(replace(HOME, prompt=prompt)).splitlines()[-1]
    assert foot == " ↵ take it  esc leave it"
    foot = shown(replace(HOME, prompt=replace(prompt, last="x"))).splitlines()[-1]
    assert foot == " ↵ take it  ↑ the last one  esc leave it"


def test_what_is_wrong_in_a_prompt_comes_before_what_was_said() -> None:
    prompt = Prompt(label="value", text="x", fault="a whole number is needed")
    seen = shown(replace(HOME, prompt=prompt, said="the settings were saved"))
    assert "a whole number is needed" in seen
    assert "the settings were saved" not in seen
