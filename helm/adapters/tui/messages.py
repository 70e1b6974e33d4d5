"""What happens to the screen: keys, clicks, time, and news from the threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helm.adapters.tui.effects import (
    OpenRun,
    ReadHistory,
    ReadSpec,
    ReadSpecs,
    ReadTimeline,
    Search,
    StartRun,
)
from helm.adapters.tui.frame import Size
from helm.adapters.tui.run_list import ListedRun
from helm.adapters.tui.telling import Telling
from helm.app.configuration import Listing
from helm.app.dossier import Dossier
from helm.app.scaffold import Inventory, Setup, Step
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing
from helm.domain.projections.timeline import Timeline


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
    """The specs of the workspace were read; `root` is the name of the folder they lie in.

    `redact` are the patterns of what nobody is to read of them.
    """

    specs: Sequence[Standing | InvalidSpec]
    root: str = ""
    redact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecRead:
    """What else is known of a spec was read."""

    dossier: Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What was `asked` for cannot be read; `failure` says why."""

    asked: ReadSpecs | ReadSpec | ReadHistory | ReadTimeline
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRead:
    """A page of runs was read, newest first: of the spec at `path`, or of all.

    They began before the run `before`, or are the latest. There are so many `more` beyond them:
    None is not counted.
    """

    path: str | None
    before: str | None
    runs: Sequence[ListedRun]
    more: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRead:
    """What happened in a run was read.

    `folder` is that of its spec, where a run of it from here would go on from this run.
    """

    run_id: str
    told: Timeline
    folder: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOpened:
    """A run can be shown; `ours` says that this helm carries it on.

    `asked` is what is answered; nobody waits for the answer where it is None.
    """

    telling: Telling
    ours: bool
    asked: OpenRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRefused:
    """A run that was `asked` for cannot be carried on, or read; `failure` says why."""

    asked: StartRun | OpenRun
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOver:
    """Nothing more comes of a run; `failure` is what went wrong in carrying or reading it."""

    telling: Telling
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsRead:
    """The configuration was read; `saved` is the key that has been written just before."""

    listing: Listing
    saved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpPlanned:
    """What there is of a workspace was looked at; `fault` says why it cannot be made so."""

    setup: Setup
    inventory: Inventory
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpDone:
    """A workspace was made, or could not be: then nothing is left of it."""

    inventory: Inventory | None
    steps: tuple[Step, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """A search has come to a line, and goes on."""

    search: Search
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A search has found its text in a line, or None."""

    search: Search
    line: int | None


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
    | SpecRead
    | Unread
    | HistoryRead
    | TimelineRead
    | RunOpened
    | RunRefused
    | RunOver
    | Searching
    | Found
    | SettingsRead
    | SetUpPlanned
    | SetUpDone
    | Said
)
