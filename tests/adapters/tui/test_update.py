"""The one function that changes the screen: what is for helm, for a question, for a screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from helm.adapters.tui.effects import (
    LeaveRun,
    OpenRun,
    Quit,
    ReadSpec,
    ReadSpecs,
    Repaint,
    StartRun,
    StopRun,
    Suspend,
)
from helm.adapters.tui.frame import Frame, Size
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import (
    Left,
    Message,
    Pressed,
    Resized,
    RunOpened,
    RunOver,
    RunRefused,
    Said,
    Second,
    SpecRead,
    SpecsRead,
    Taken,
    Typed,
    Unread,
)
from helm.adapters.tui.model import NOTHING, Answer, Change, Model, Prompt
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.screens.spec import SpecScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.telling import Telling
from helm.adapters.tui.update import update
from helm.app.standing import Standing
from tests.adapters.tui.specimens import (
    BLOCKED,
    DOSSIER,
    FAILED,
    HALTED,
    NARROW,
    NOW,
    TODO,
    asked,
    heard,
    model,
    press,
    shown,
    with_live,
)
from tests.domain.histories import OK, Story, attempts, begun, missing
from tests.fakes import MemoryEventLog

HOME = model(SpecsScreen(selected=FAILED.folder.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A screen that remembers what it heard, and asks for the change that it was made with."""

    answer: Change = NOTHING
    heard: tuple[Message, ...] = ()

    @property
    def context(self) -> Context:
        return Context.GRAPH

    def title(self, _model: Model) -> str:
        return "listening"

    def refusal(self, _model: Model, _action: str) -> str:
        return ""

    def act(self, _model: Model, _action: str, _place: int) -> Change:
        return self.answer

    def hear(self, _model: Model, message: Message) -> Change:
        return replace(self.answer, screen=replace(self, heard=(*self.heard, message)))

    def draw(self, _model: Model, _size: Size) -> Frame:
        return Frame()


def at(found: Standing) -> Model:
    return model(SpecsScreen(selected=found.folder.name))


def told(story: Story) -> Telling:
    telling = Telling("01RUN", "01R", MemoryEventLog(), ours=True)
    for recorded in story.recorded:
        telling.take(recorded)
    return telling


def over(story: Story, failure: str | None = None) -> tuple[Model, tuple[object, ...]]:
    """Let the live run end while the specs are looked at."""
    telling = told(story)
    made, _ = update(HOME, RunOpened(telling=telling, ours=True))
    return update(press(made, "back"), RunOver(telling=telling, failure=failure))


# Keys that mean the same wherever they are pressed


def test_keys_of_the_terminal_are_effects() -> None:
    assert asked(HOME, "repaint") == (Repaint(),)
    assert asked(HOME, "suspend") == (Suspend(),)


def test_esc_goes_back_and_never_quits() -> None:
    made = press(HOME, "open")
    assert isinstance(made.screen, SpecScreen)
    for _ in range(5):
        assert asked(made, "back") == ()
        made = press(made, "back")
    assert isinstance(made.screen, SpecsScreen)


def test_leaving_goes_back_and_quits_from_home() -> None:
    assert press(press(HOME, "open"), "leave").context is Context.SPECS
    assert asked(press(HOME, "open"), "leave") == ()
    assert asked(HOME, "leave") == (Quit(),)
    assert asked(press(HOME, "open"), "quit") == (Quit(),)


def test_quitting_asks_while_a_run_is_under_way() -> None:
    """And goes once the run has halted, not before."""
    made = with_live(HOME)
    for action in ("quit", "leave"):
        asking = press(made, action)
        assert asking.context is Context.DIALOG
        assert asked(made, action) == ()
    assert press(asking, "no").dialog is None
    assert asked(asking, "yes") == (StopRun(),)
    leaving = press(asking, "yes")
    assert leaving.stopping
    assert made.live is not None
    _, effects = update(leaving, RunOver(telling=made.live))
    assert effects[-1] == Quit()


def test_whoever_insists_on_quitting_is_obeyed() -> None:
    """A second Ctrl-C is a yes, to the question of quitting alone: it never begins a run."""
    asking = press(with_live(HOME), "quit")
    assert asked(asking, "quit") == (StopRun(),)
    run = press(model(SpecsScreen(selected=BLOCKED.folder.name)), "run")
    assert asked(run, "quit") == (Quit(),)
    live = replace(with_live(HOME), dialog=run.dialog)
    assert asked(live, "quit") == ()
    assert "quit helm?" in (press(live, "quit").dialog or live.dialog).title  # type: ignore[union-attr]


def test_quitting_asks_too_while_a_run_is_about_to_begin() -> None:
    made = press(at(TODO), "run")
    assert asked(made, "quit") == ()
    asking = press(made, "quit")
    assert asking.dialog is not None
    assert "about to begin" in asking.dialog.lines[0]
    leaving, effects = update(asking, Pressed(action="yes"))
    assert effects == (StopRun(),)
    telling = told(begun())
    opened = heard(leaving, RunOpened(telling=telling, ours=True))
    assert opened.stopping
    _, effects = update(opened, RunOver(telling=telling))
    assert effects[-1] == Quit()


def test_a_run_that_is_about_to_begin_is_told_of_and_no_other_is_begun() -> None:
    made = press(at(TODO), "run")
    assert "○ spec-06-refresh begins" in shown(made).splitlines()[0]
    assert "r run" not in shown(made).splitlines()[-1]
    assert asked(made, "run") == ()
    assert press(made, "run").said == "a run is about to begin"
    begins = heard(made, RunOpened(telling=told(begun()), ours=True))
    assert "begins" not in shown(begins)


def test_a_run_that_cannot_begin_is_in_nobodys_way() -> None:
    made, (start,) = update(at(TODO), Pressed(action="run"))
    assert isinstance(start, StartRun)
    refused = RunRefused(asked=start, failure="there is no git here")
    asking = heard(press(made, "quit"), refused)
    assert asking.dialog is None
    assert asking.said == "there is no git here"
    assert asked(asking, "quit") == (Quit(),)
    _, effects = update(press(made, "quit", "yes"), refused)
    assert effects == (Quit(),)


@pytest.mark.parametrize("actions", [["quit"], ["live", "stop"]])
def test_a_question_about_a_run_goes_with_it(actions: list[str]) -> None:
    made = with_live(HOME)
    assert made.live is not None
    asking = press(made, *actions)
    assert asking.dialog is not None
    after, effects = update(asking, RunOver(telling=made.live))
    assert after.dialog is None
    assert Quit() not in effects
    other = replace(made, dialog=press(at(BLOCKED), "run").dialog)
    assert heard(other, RunOver(telling=made.live)).dialog == other.dialog


# Questions


def test_the_chosen_answer_moves_around_and_is_taken() -> None:
    made = press(model(SpecsScreen(selected=HALTED.folder.name)), "run")
    seen = []
    for _ in range(4):
        assert made.dialog is not None
        seen.append(made.dialog.chosen)
        made = press(made, "choose")
    assert seen == [Answer.NO, Answer.YES, Answer.OTHER, Answer.NO]
    assert asked(made, "chosen") == (StartRun(folder=HALTED.folder, resume=True),)
    around = press(made, "choose-back", "choose-back")
    assert asked(around, "chosen") == (StartRun(folder=HALTED.folder),)


def test_a_question_of_two_answers_has_no_third() -> None:
    made = press(model(SpecsScreen(selected=BLOCKED.folder.name)), "run")
    assert press(made, "other") == made
    chosen = press(made, "choose", "choose")
    assert chosen.dialog == made.dialog


def test_a_question_keeps_other_keys_from_the_screen_below() -> None:
    made = press(model(SpecsScreen(selected=BLOCKED.folder.name)), "run")
    assert press(made, "down", "open", "help") == made


# Help


def test_help_hides_the_keys_of_the_screen_below() -> None:
    made = press(HOME, "help")
    assert made.context is Context.HELP
    assert press(made, "back").context is Context.SPECS
    assert press(made, "down").screen == HOME.screen


def test_help_never_scrolls_past_its_end() -> None:
    """So that the way back up is as long as the way down."""
    made = press(replace(HOME, size=NARROW), "help", "last")
    up = press(made, "up")
    assert up.help_top is not None
    assert made.help_top is not None
    assert up.help_top == made.help_top - 1


# News


def test_every_screen_hears_the_news_but_only_the_seen_one_what_is_typed() -> None:
    made = model(Listener(), Listener())
    before = [len(each.heard) for each in made.screens if isinstance(each, Listener)]
    made = heard(made, Second(now=NOW), SpecsRead(specs=()))
    made = heard(replace(made, prompt=Prompt(label="?")), Typed(text="q"), Taken(text="q"))
    below, seen = (each for each in made.screens if isinstance(each, Listener))
    assert len(below.heard) == before[0] + 2
    assert [type(each) for each in seen.heard[-2:]] == [Typed, Taken]
    assert len(seen.heard) == before[1] + 4


def test_a_screen_may_leave_when_it_hears_of_something() -> None:
    made = replace(HOME, screens=(*HOME.screens, Listener(answer=Change(back=True, say="gone"))))
    after = heard(made, Second(now=NOW))
    assert len(after.screens) == 1
    assert after.said == "gone"


def test_what_cannot_be_read_is_said() -> None:
    """Where something is known already; else it stands where the specs would."""
    failure = Unread(asked=ReadSpecs(), failure="the log is locked")
    assert heard(HOME, failure).said == "the log is locked"
    bare = heard(replace(HOME, specs=None), failure)
    assert "the specs cannot be read: the log is locked" in shown(bare)
    assert "? help" in shown(bare)
    assert asked(bare, "reload") == (ReadSpecs(),)
    assert "cannot be read" not in shown(heard(bare, SpecsRead(specs=[FAILED])))


def test_time_goes_on_and_the_terminal_changes_its_size() -> None:
    later = NOW + timedelta(seconds=1)
    made = heard(HOME, Second(now=later), Resized(size=NARROW))
    assert (made.now, made.size) == (later, NARROW)


def test_what_is_read_is_shared_by_the_screens() -> None:
    made = heard(model(specs=()), SpecsRead(specs=[FAILED], root="docs/specs"))
    assert made.specs == (FAILED,)
    assert made.specs_root == "docs/specs"
    assert heard(made, SpecRead(dossier=DOSSIER)).dossiers == {"spec-05-status": DOSSIER}


def test_what_was_said_stands_until_the_next_key() -> None:
    made = heard(HOME, Said(text="the disk is full"))
    assert heard(made, Second(now=NOW)).said == "the disk is full"
    assert press(made, "down").said == ""
    typing = replace(made, prompt=Prompt(label="?"))
    assert heard(typing, Typed(text="q")).said == ""


# The prompt line


def test_letters_that_are_typed_are_no_keys() -> None:
    made = heard(press(HOME, "filter"), Typed(text="q"))
    assert made.prompt is not None
    assert made.prompt.text == "q"
    assert heard(made, Taken(text="q")).prompt is None
    assert heard(made, Left()).prompt is None


def test_what_is_typed_with_no_prompt_is_for_nobody() -> None:
    assert update(HOME, Typed(text="x")) == (HOME, ())


def test_a_prompt_with_a_fault_stays() -> None:
    faulty = Change(prompt=Prompt(label="?", text="x", fault="no number"))
    made = replace(HOME, screens=(Listener(answer=faulty),), prompt=Prompt(label="?"))
    assert heard(made, Taken(text="x")).prompt == faulty.prompt
    assert heard(made, Typed(text="1")).prompt is not None


# Runs


def test_a_run_that_begins_is_shown() -> None:
    telling = told(begun())
    made, _ = update(HOME, RunOpened(telling=telling, ours=True))
    assert isinstance(made.screen, RunScreen)
    assert made.live is telling
    assert not made.starting
    watched, _ = update(HOME, RunOpened(telling=telling, ours=False))
    assert watched.live is None


@pytest.mark.parametrize("action", ["filter", "help", "run"])
def test_a_run_that_begins_takes_nothing_from_under_ones_hands(action: str) -> None:
    """What is typed, and answered, goes where it was begun."""
    made = heard(press(at(BLOCKED), action), Typed(text="stat"))
    telling = told(begun())
    after, _ = update(made, RunOpened(telling=telling, ours=True))
    assert after.live is telling
    assert after.said == "the run has begun; l shows it"
    assert (after.screens, after.prompt) == (made.screens, made.prompt)
    assert (after.dialog, after.help_top) == (made.dialog, made.help_top)
    assert isinstance(press(heard(press(after, "no"), Left()), "live").screen, RunScreen)


def test_where_no_key_shows_the_run_one_is_told_where_there_is_one() -> None:
    made = press(at(TODO), "settings")
    typing = replace(made, prompt=Prompt(label="value", text="3"))
    after = heard(typing, RunOpened(telling=told(begun()), ours=True))
    assert after.said == "the run has begun; l on the specs shows it"
    assert after.prompt == typing.prompt


def asks(made: Model) -> tuple[Model, OpenRun]:
    """Ask for the run of another helm."""
    after, (effect,) = update(made, Pressed(action="live"))
    assert isinstance(effect, OpenRun)
    return after, effect


def test_a_run_that_was_asked_for_is_shown() -> None:
    made, effect = asks(HOME)
    after = heard(made, RunOpened(telling=told(begun()), ours=False, asked=effect))
    assert isinstance(after.screen, RunScreen)


def test_a_run_is_asked_for_once() -> None:
    made, effect = asks(HOME)
    assert asked(made, "live") == ()
    opened = heard(made, RunOpened(telling=told(begun()), ours=False, asked=effect))
    assert asked(press(opened, "back"), "live") == (effect,)


@pytest.mark.parametrize("actions", [["back"], ["open"], ["help"], ["back", "open"]])
def test_a_run_comes_too_late_for_whoever_has_gone_elsewhere(actions: list[str]) -> None:
    made, effect = asks(press(HOME, "graph"))
    telling = told(begun())
    gone = press(made, *actions)
    after, effects = update(gone, RunOpened(telling=telling, ours=False, asked=effect))
    assert after.screens == gone.screens
    assert effects == (LeaveRun(telling=telling),)


def test_a_run_that_was_asked_for_before_does_not_answer_for_another() -> None:
    made, first = asks(press(HOME, "graph"))
    made, second = asks(press(made, "back"))
    telling = told(begun())
    after, effects = update(made, RunOpened(telling=telling, ours=False, asked=first))
    assert effects == (LeaveRun(telling=telling),)
    opened = heard(after, RunOpened(telling=told(begun()), ours=False, asked=second))
    assert isinstance(opened.screen, RunScreen)


def test_why_a_run_cannot_be_read_is_said_to_whoever_waits() -> None:
    made, effect = asks(press(HOME, "graph"))
    refused = RunRefused(asked=effect, failure="the log is gone")
    assert heard(made, refused).said == "the log is gone"
    assert asked(heard(made, refused), "live") == (effect,)
    assert heard(press(made, "back"), refused).said == ""


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (attempts(OK), "✓ spec-01 accepted after 1 attempt"),
        (attempts(missing("a"), OK), "✓ spec-01 accepted after 2 attempts"),
        (
            attempts(missing("a", "b"), missing("a", "b")),
            "✗ spec-01 not accepted after 2 attempts; 2 tasks left",
        ),
        (begun(), "‖ spec-01 halted; it can be resumed"),
    ],
)
def test_a_run_that_ends_says_how(story: Story, said: str) -> None:
    """Wherever one looks; and the specs are read anew."""
    made, effects = over(story)
    assert made.said == said
    assert made.live is None
    assert ReadSpecs() in effects


def test_a_run_that_failed_says_why() -> None:
    made, _ = over(begun(), failure="the log is full; make room")
    assert made.said == "the log is full; make room"


def test_a_watched_run_that_ends_is_not_ours() -> None:
    made = with_live(HOME)
    _, effects = update(made, RunOver(telling=told(attempts(OK))))
    assert ReadSpecs() not in effects
    assert heard(made, RunOver(telling=told(attempts(OK)))).live is made.live


def test_the_selected_spec_is_read_with_the_specs() -> None:
    _, effects = update(HOME, SpecsRead(specs=[FAILED]))
    assert effects == (ReadSpec(folder=FAILED.folder),)


def test_keys_are_for_the_screen_that_is_seen() -> None:
    made = replace(HOME, screens=(*HOME.screens, Listener(answer=Change(say="mine"))))
    assert heard(made, Pressed(action="open")).said == "mine"
