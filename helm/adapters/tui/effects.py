"""What the screen asks the world for. Each is answered with messages, by and by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSpecs:
    """Read where every spec stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHistory:
    """List the runs of the spec at `path`, as the log names it; None lists all."""

    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Run a spec: begin, or go on with its latest run."""

    folder: Path
    resume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """Show a run: an old one, or one that another process carries on."""

    run_id: str


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
class SaveSetting:
    """Write a key of the configuration, and nothing else of it; None takes the key out."""

    key: str
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """Make a workspace."""

    specs_root: str
    mode: str
    acceptance_commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseMouse:
    """Take the mouse, or leave it to the terminal."""

    on: bool


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
    | ReadHistory
    | StartRun
    | OpenRun
    | StopRun
    | Copy
    | Edit
    | Read
    | SaveSetting
    | SetUp
    | UseMouse
    | Repaint
    | Suspend
    | Quit
)
