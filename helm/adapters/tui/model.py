"""The model: all that decides what is on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self

from helm.adapters.tui.effects import Effect, OpenRun, StartRun
from helm.adapters.tui.frame import Frame, Size
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Message
from helm.adapters.tui.telling import Telling
from helm.app.dossier import Dossier
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing


class Answer(StrEnum):
    """An answer to a question, in the order in which they stand."""

    YES = "yes"
    OTHER = "other"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """A question, with the answer that is chosen now: the safe one at first.

    `yes`, `other` and `no` say what each answer does, in a word or two; most have no other.
    """

    title: str
    lines: tuple[str, ...]
    on_yes: tuple[Effect, ...]
    yes: str = "yes"
    no: str = "no"
    other: str = ""
    on_other: tuple[Effect, ...] = ()
    chosen: Answer = Answer.NO

    @property
    def answers(self) -> dict[Answer, str]:
        """The answers that there are, and what each does."""
        labels = {Answer.YES: self.yes, Answer.OTHER: self.other, Answer.NO: self.no}
        return {answer: label for answer, label in labels.items() if label}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A line in which something is typed: what for, what stands there at first, what is wrong.

    `last` is what was typed the last time, where it can be had again.
    """

    label: str
    text: str = ""
    fault: str = ""
    last: str = ""


class Screen(Protocol):
    """What is shown: a frozen value that a key, or news, replaces by another."""

    @property
    def context(self) -> Context:
        """Which keys there are."""
        ...

    def title(self, model: Model) -> str:
        """Say in a word or two where we are."""
        ...

    def refusal(self, model: Model, action: str) -> str:
        """Say why a key means nothing here now; nothing where it does what it says.

        What is refused is neither hinted at nor done.
        """
        ...

    def act(self, model: Model, action: str, place: int) -> Change:
        """Say what a key means here, which is not refused; `place` is that of a click."""
        ...

    def hear(self, model: Model, message: Message) -> Change:
        """Take in what has happened, the prompt line's messages too."""
        ...

    def draw(self, model: Model, size: Size) -> Frame:
        """Draw the rows between title and footer: so many, and so wide."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What comes of a key or of news. What is None stays as it is.

    `screen` takes the place of the one that was asked, `over` is laid over it; `back` leaves it,
    and `home` leaves all but the first.
    """

    screen: Screen | None = None
    over: Screen | None = None
    back: bool = False
    home: bool = False
    dialog: Dialog | None = None
    prompt: Prompt | None = None
    close_prompt: bool = False
    say: str | None = None
    effects: tuple[Effect, ...] = ()


NOTHING = Change()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What is on the screen, and what the screens share.

    `name` is the workspace's, `live` the run that this helm carries on, `said` the last thing that
    a person was told. `specs` is None before they have been read, `unread` says why they cannot
    be; they lie in `specs_root`, and `dossiers` has what else is known of some, by the names of
    their folders. `starting` is the run that helm was told to carry on, and that is not there yet;
    `opening` is what the screen that is seen has asked for, and not got yet. `redact` are the
    workspace's patterns of what nobody is to read; a run has its own.
    """

    name: str
    size: Size
    now: datetime
    screens: tuple[Screen, ...]
    specs: tuple[Standing | InvalidSpec, ...] | None = None
    specs_root: str = ""
    unread: str = ""
    dossiers: Mapping[str, Dossier] = field(default_factory=dict)
    redact: tuple[str, ...] = ()
    live: Telling | None = None
    starting: StartRun | None = None
    opening: OpenRun | None = None
    stopping: bool = False
    dialog: Dialog | None = None
    prompt: Prompt | None = None
    help_top: int | None = None
    said: str = ""
    mouse: bool = True
    quitting: bool = False

    @property
    def screen(self) -> Screen:
        """The screen that is seen."""
        return self.screens[-1]

    @property
    def is_asking(self) -> bool:
        """Whether keys are for what lies over the screen, which no news may take away."""
        return bool(self.prompt or self.dialog) or self.help_top is not None

    @property
    def body(self) -> Size:
        """The room of a screen: all but title and footer."""
        return Size(self.size.columns, self.size.rows - 2)

    @property
    def context(self) -> Context:
        """Where keys go to."""
        if self.dialog:
            return Context.DIALOG
        return Context.HELP if self.help_top is not None else self.screen.context

    def after(self, change: Change) -> Self:
        """Apply a change, but for its effects."""
        screens = self.screens
        if change.screen:
            screens = (*screens[:-1], change.screen)
        if change.back and len(screens) > 1:
            screens = screens[:-1]
        if change.home:
            screens = screens[:1]
        if change.over:
            screens = (*screens, change.over)
        prompt = None if change.close_prompt else self.prompt
        return replace(
            self,
            screens=screens,
            dialog=change.dialog or self.dialog,
            prompt=change.prompt or prompt,
            said=self.said if change.say is None else change.say,
        )
