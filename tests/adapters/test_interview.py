"""The questions of a set-up, answered with the keys that people press."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from helm.adapters.cli.interview import Interview
from helm.app.configuration import specs_root_fault
from helm.app.scaffold import Setup
from helm.domain.events import Mode

CLEAR, ENTER, BACKSPACE = "\x15", "\r", "\x7f"
SUGGESTED = Setup(acceptance_commands=("go test ./...", "npm test"))


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


def fault(setup: Setup) -> str:
    return specs_root_fault(setup.specs_root)


def asked(keyboard: PipeInput, keys: str, given: Collection[str] = ()) -> Setup:
    keyboard.send_text(keys)
    return Interview().setup(SUGGESTED, given, fault)


def test_enter_takes_what_is_suggested(keyboard: PipeInput) -> None:
    """Every default stands there, to be taken."""
    assert asked(keyboard, ENTER * 5) == SUGGESTED


def test_every_answer_can_be_another_one(keyboard: PipeInput) -> None:
    """A command that is cleared is none, and others can be added."""
    keys = [
        f"{CLEAR} docs/specs {ENTER}",
        f"{CLEAR}parallel{ENTER}",
        f"{CLEAR}{ENTER}",
        f"{CLEAR}make test{ENTER}",
        f"make lint{ENTER}",
        f"make lint{ENTER}",
        ENTER,
    ]
    assert asked(keyboard, "".join(keys)) == Setup(
        specs_root="docs/specs",
        mode=Mode.PARALLEL,
        acceptance_commands=("make test", "make lint"),
    )


def test_an_answer_that_cannot_be_is_asked_for_again(keyboard: PipeInput) -> None:
    """What was typed stands there still, to be mended."""
    keys = f"{CLEAR}../x{ENTER}{CLEAR}x{ENTER}{CLEAR}quick{ENTER}{CLEAR}strict{ENTER}"
    setup = asked(keyboard, keys, given={"acceptance_commands"})
    assert (setup.specs_root, setup.mode) == ("x", Mode.STRICT)


def test_a_pasted_line_end_does_not_get_into_a_command(keyboard: PipeInput) -> None:
    """It would be no command any more."""
    pasted = "\x1b[200~make\ntest\x1b[201~"
    keys = f"{CLEAR}{pasted}{ENTER}{BACKSPACE * 5}{ENTER}{CLEAR}{ENTER}{ENTER}"
    setup = asked(keyboard, keys, given={"specs_root", "mode"})
    assert setup.acceptance_commands == ("make",)


def test_what_was_said_is_not_asked(keyboard: PipeInput) -> None:
    """Flags are answers."""
    everything = {"specs_root", "mode", "acceptance_commands"}
    assert asked(keyboard, "", given=everything) == SUGGESTED


@pytest.mark.parametrize(("key", "left"), [("\x03", KeyboardInterrupt), ("\x04", EOFError)])
def test_it_can_be_left_wherever_the_cursor_stands(
    keyboard: PipeInput, key: str, left: type[BaseException]
) -> None:
    """Ctrl-D too, behind a default."""
    with pytest.raises(left):
        asked(keyboard, key)


@pytest.mark.parametrize(
    ("keys", "agreed"),
    [
        (ENTER, True),
        (f"Y{ENTER}", True),
        (f"no{ENTER}", False),
        (f"what{ENTER}{CLEAR}n{ENTER}", False),
    ],
)
def test_a_yes_is_a_yes(keyboard: PipeInput, keys: str, agreed: bool) -> None:  # noqa: FBT001
    """Enter is one; what is neither yes nor no is asked again."""
    keyboard.send_text(keys)
    assert Interview().agrees("Make it?") is agreed
