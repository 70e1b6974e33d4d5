"""What the screen asks the world for. Each is answered with messages, by and by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helm.adapters.tui.telling import Telling
from helm.app.configuration import Listing, Setting
from helm.app.scaffold import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSpecs:
    """Read where every spec stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSpec:
    """Read what else is known of the spec in `folder`."""

    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHistory:
    """List the runs of the spec at `path`, as the log names it; None lists all.

    A page of `limit` runs, newest first: those that began before the run `before`, or the latest.
    """

    path: str | None
    before: str | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTimeline:
    """Read what happened in a run; a moment later, and only if no other is asked for meanwhile."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Run a spec: begin, or go on with its latest run; a `fresh` run takes no tasks from it."""

    folder: Path
    resume: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """Show a run: an old one, or one that another process carries on."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRun:
    """Let go of a run that nobody looks at any more; one of our own goes on."""

    telling: Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRaw:
    """Read the bytes that the agents of a run wrote."""

    telling: Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Find the next line of a run that holds a text, from the line `start` on, or upwards.

    Past the last line it goes on from the first, or the other way round, until all were seen.
    It is answered by the way, with `Searching`, and at the end, with `Found`. Another one ends it.
    """

    telling: Telling
    text: str
    start: int
    raw: bool
    forwards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSearch:
    """End the search that is under way, if there is one, without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRun:
    """Ask the run that this helm carries on to stop; once more, and it is forced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Put a text on the clipboard of the terminal."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Open a file in the user's editor."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Open a file in the user's pager."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSettings:
    """Read the configuration; where something is `known`, only what is different is told."""

    known: Listing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSetting:
    """Write a key of the configuration, and nothing else of it; None takes the key out."""

    setting: Setting
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSetUp:
    """Look which files of a workspace there are already."""

    root: Path
    setup: Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """Make a workspace."""

    root: Path
    setup: Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaint:
    """Paint everything anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """Give the terminal back to the shell until we are called again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    """End helm."""


Effect = (
    ReadSpecs
    | ReadSpec
    | ReadHistory
    | ReadTimeline
    | StartRun
    | OpenRun
    | LeaveRun
    | ReadRaw
    | Search
    | StopSearch
    | StopRun
    | Copy
    | Edit
    | Read
    | ReadSettings
    | SaveSetting
    | PlanSetUp
    | SetUp
    | Repaint
    | Suspend
    | Quit
)
