"""Keys, clicks and time reach the model, and what is asked for reaches who does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from helm.adapters.tui.frame import Size
from helm.adapters.tui.model import Prompt
from helm.adapters.tui.opening import First, first
from helm.adapters.tui.paperwork import Papers
from helm.adapters.tui.session import Session
from helm.app.configuration import Configuration
from helm.app.scaffold import Scaffold
from helm.app.settings import CONFIG_NAME
from tests.app.worlds import ROOT, World
from tests.fakes import MemoryGit

SIZE = Size(100, 30)


@dataclass
class Terminal:
    """A terminal that tells what was asked of it. What comes from threads is heard on demand."""

    asked: list[str] = field(default_factory=list)
    painted: int = 0
    prompt: Prompt | None = None
    waiting: list[Callable[[], object]] = field(default_factory=list)

    def soon(self, call: Callable[..., object], *words: object) -> None:
        self.waiting.append(lambda: call(*words))

    def wake(self) -> None:
        self.asked.append("wake")

    def fail(self, error: Exception) -> None:
        raise error

    def paint(self) -> None:
        self.painted += 1

    def paint_anew(self) -> None:
        self.asked.append("paint anew")

    def show_prompt(self, prompt: Prompt | None) -> None:
        self.prompt = prompt

    def copy(self, text: str) -> None:
        self.asked.append(f"copy {text}")

    def edit(self, path: Path) -> None:
        self.asked.append(f"edit {path.name}")

    def read(self, path: Path) -> None:
        self.asked.append(f"read {path.name}")

    def suspend(self) -> None:
        self.asked.append("suspend")

    def leave(self) -> None:
        self.asked.append("leave")


def begun(world: World) -> First:
    git = MemoryGit()
    papers = Papers(Scaffold(world.files, git, ROOT), Configuration(world.files, git, ROOT, {}))
    return first(world.runner, papers, None)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def session(terminal: Terminal) -> Iterator[Session]:
    """The specs, once they have been read."""
    world = World()
    world.files.contents[ROOT / CONFIG_NAME] = b'{"specsRoot": "specs", "initialized": true}'
    found = begun(world)
    assert found.runner
    model = replace(found.model, size=SIZE, specs=tuple(found.runner.specs()))
    made = Session(replace(found, model=model), world.runner, terminal)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("leave", "leave"),
        ("suspend", "suspend"),
        ("repaint", "paint anew"),
        ("edit", "edit SPEC.md"),
    ],
)
def test_what_is_asked_of_the_terminal_is_handed_to_it(
    session: Session, terminal: Terminal, action: str, asked: str
) -> None:
    session.press(action)
    assert terminal.asked == [asked]


def test_the_wheel_moves_lines_of_a_page_and_one_of_a_list(session: Session) -> None:
    session.draw(SIZE)
    session.press("help")
    session.draw(Size(60, 10))
    session.mouse("\x1b[<65;1;1M")
    assert session.model.help_top == 3


def test_a_prompt_is_shown_typed_into_and_dropped(session: Session, terminal: Terminal) -> None:
    session.press("filter")
    assert terminal.prompt
    session.typed("one")
    assert terminal.prompt.text == "one"
    before = terminal.painted
    session.typed("one")
    assert terminal.painted == before
    session.drop()
    assert terminal.prompt is None


def test_what_was_typed_the_last_time_can_be_had_again(
    session: Session, terminal: Terminal
) -> None:
    """Where the prompt line has any of it; elsewhere the key does nothing."""
    session.press("filter")
    session.recall()
    assert terminal.prompt == Prompt(label="filter")
    last = Prompt(label="search", last="one")
    session.model = replace(session.model, prompt=last)
    session.recall()
    assert terminal.prompt == replace(last, text="one")


def test_an_interrupt_drops_what_is_typed_and_leaves(session: Session, terminal: Terminal) -> None:
    session.press("filter")
    session.interrupt()
    assert terminal.prompt is None
    assert terminal.asked == ["leave"]


def test_a_click_does_what_stands_there(session: Session) -> None:
    frame = session.draw(SIZE)
    hit = next(each for each in frame.hits if each.action == "pick")
    before = session.model
    assert session.mouse(f"\x1b[<0;{hit.left + 1};{hit.row + 1}m")
    assert session.model != before
    assert session.mouse(f"\x1b[<0;{SIZE.columns};{SIZE.rows}m")
    assert not session.mouse("\x1b[<35;1;1M")


def test_time_that_shows_nowhere_paints_nothing(session: Session, terminal: Terminal) -> None:
    session.draw(SIZE)
    before = terminal.painted
    session.pass_time(session.model.now + timedelta(seconds=1))
    assert terminal.painted == before


def test_another_size_is_drawn_in(session: Session) -> None:
    assert len(session.draw(Size(60, 20)).lines) == 20
    assert session.model.size == Size(60, 20)


def test_a_sentence_is_shown(session: Session, terminal: Terminal) -> None:
    session.say("the editor ended with 1")
    assert session.model.said == "the editor ended with 1"
    assert terminal.painted == 1


def test_a_set_up_that_was_left_says_how_to_come_back(terminal: Terminal) -> None:
    world = World()
    world.files.contents.clear()
    session = Session(begun(world), world.runner, terminal)
    session.close()
    (words,) = session.last_words()
    assert "say helm" in words


def test_what_came_to_its_end_needs_no_words(session: Session) -> None:
    assert session.last_words() == []
