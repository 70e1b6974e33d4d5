"""What happens to the screen: keys, clicks, time, and news from the threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from helm.adapters.tui.frame import Size
from helm.adapters.tui.telling import Telling
from helm.app.history import HistoryRow
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A key was pressed that stands for an action, or a place was clicked on."""

    action: str
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Resized:
    """The terminal has another size."""

    size: Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """A second has passed."""

    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The text of the prompt line has changed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The prompt line was left with Enter."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The prompt line was left with Esc: nothing was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecsRead:
    """The specs of the workspace were read."""

    specs: Sequence[Standing | InvalidSpec]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRead:
    """Runs were read, newest first: those of the spec at `path`, or all."""

    path: str | None
    rows: Sequence[HistoryRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOpened:
    """A run can be shown; `ours` says that this helm carries it on."""

    telling: Telling
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTold:
    """More of a run is known."""

    telling: Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOver:
    """Nothing more comes of a run; `failure` is what went wrong in carrying or reading it."""

    telling: Telling
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that a person should know: a warning, or what has been done."""

    text: str


Message = (
    Pressed
    | Resized
    | Second
    | Typed
    | Taken
    | Left
    | SpecsRead
    | HistoryRead
    | RunOpened
    | RunTold
    | RunOver
    | Said
)
