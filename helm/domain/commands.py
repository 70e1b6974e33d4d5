"""What may be asked of a run; `decide` answers each with events, or refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm.domain.events import (
        ActivityKind,
        Cause,
        Channel,
        ChannelDigest,
        Ending,
        FileChange,
        RunSettings,
        SpecSnapshot,
        TokenUsage,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Begin a run of a spec, because `operator` wants it."""

    spec: SpecSnapshot
    acceptance_commands: tuple[str, ...]
    settings: RunSettings
    remaining_tasks: tuple[str, ...]
    unmet_dependencies: tuple[str, ...]
    helm_version: str
    operator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAttempt:
    """Begin the next attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchAgent:
    """Note that the agent that the run needs is about to be started with this command line."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpawn:
    """Note the agent's process."""

    pid: int
    process_group: int
    started_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSession:
    """Note the agent's own session."""

    session: str
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutput:
    """Note bytes that the agent wrote, `offset` bytes into the channel."""

    channel: Channel
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordActivity:
    """Note one thing that the agent says it did."""

    activity: ActivityKind
    text: str
    exit_code: int | None = None
    changes: tuple[FileChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExit:
    """Note that the agent ended, and let the run draw its conclusion.

    `detail` says in a line what went wrong; `stopped_by` is the cause of an `Ending.STOPPED`.
    """

    ending: Ending
    exit_code: int | None
    signal: int | None
    seconds: float
    report: str
    usage: TokenUsage | None
    stdout: ChannelDigest
    stderr: ChannelDigest
    detail: str = ""
    stopped_by: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInputChange:
    """Note that a file of the spec is not what the log last knew; None is gone."""

    path: str
    sha256: str | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltRun:
    """Stand still, to be resumed."""

    cause: Cause
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRun:
    """Go on with a run that stands still, or that died, because `operator` wants it."""

    settings: RunSettings
    operator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonRun:
    """Give a run up for good, because a new one takes its place."""


RunCommand = (
    StartRun
    | StartAttempt
    | LaunchAgent
    | RecordSpawn
    | RecordSession
    | RecordOutput
    | RecordActivity
    | RecordExit
    | RecordInputChange
    | HaltRun
    | ResumeRun
    | AbandonRun
)
