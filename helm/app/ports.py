"""The ports: what the application needs from the world, each kept by one adapter and one fake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from helm.domain.commands import (
    RecordActivity,
    RecordExit,
    RecordOutput,
    RecordSession,
    RecordSpawn,
)
from helm.domain.events import AgentSpawned, Cause, Recorded, RunEvent
from helm.domain.steps import CallAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A second in which the agent said nothing; shown, never stored. Both in seconds."""

    elapsed: float
    idle: float


AgentSignal = RecordSession | RecordOutput | RecordActivity | RecordExit | Tick
"""What an agent's process tells while it works; `RecordExit` is the last."""


class EventLog(Protocol):
    """The append-only log of runs. Every method raises `RecordFailed` where it is unusable."""

    def append(
        self,
        run_id: str,
        events: Sequence[RunEvent],
        *,
        expected_seq: int,
        recorded_at: datetime,
        output: bytes | None = None,
    ) -> list[Recorded]:
        """Store `events` as the run's next, all or none, and return once they are durable.

        `expected_seq` is the place of the first; `output` the bytes of the one `OutputCaptured`
        among them. Raises `ConcurrentAppend` where the run has gone on without us.
        """
        ...

    def load(self, run_id: str, kinds: Sequence[type[RunEvent]] = ()) -> list[Recorded]:
        """Read a run's events in order, without output; only some kinds, where any are named."""
        ...

    def outline(self, run_id: str) -> list[Recorded]:
        """Read a run's events in order but for output and activity, which can be very many."""
        ...

    def check(self, run_id: str) -> int:
        """Count a run's events, having recomputed the chain of their digests.

        Raises `RecordFailed` naming the first event that is not as it was recorded.
        """
        ...

    def output(self, run_id: str, seq: int) -> bytes:
        """Read the bytes of the `OutputCaptured` at `seq`."""
        ...

    def runs(self, *, workspace: str, path: str) -> list[str]:
        """List the runs of a spec, newest first."""
        ...

    def runs_like(self, prefix: str) -> list[str]:
        """List the runs whose id begins with `prefix`, newest first."""
        ...

    @property
    def notes(self) -> list[str]:
        """What a person should know of the log, each a sentence; known once it has been used."""
        ...

    def close(self) -> None:
        """Let go of what is open; the next use opens it again."""
        ...


class Stop(Protocol):
    """A request to stop, readable without waiting: `cause` once asked, `requests` how often.

    `fileno` becomes readable with the first request, so that a waiting selector wakes up.
    """

    @property
    def cause(self) -> Cause | None:
        """Who asked first; None while nobody has."""
        ...

    @property
    def requests(self) -> int:
        """How often a stop was asked for: an impatient user is answered more harshly."""
        ...

    def fileno(self) -> int:
        """Give the descriptor to watch."""
        ...


class AgentProcess(Protocol):
    """An agent that has been started and waits for its prompt."""

    @property
    def spawned(self) -> RecordSpawn:
        """The process, to be made durable before the agent is told anything."""
        ...

    def converse(self, call: CallAgent, stop: Stop) -> Iterator[AgentSignal]:
        """Give the prompt, then yield what comes back; ends with `RecordExit`.

        The limits of `call` and a request to stop end the whole process tree.
        """
        ...


class Agent(Protocol):
    """A coding agent's program."""

    def require(self) -> None:
        """Do nothing where there is a program to call; else raise `AgentUnavailable`."""
        ...

    def argv(self, call: CallAgent) -> tuple[str, ...]:
        """Say the command line for this call. Raises `AgentUnavailable` without a program."""
        ...

    def start(
        self, argv: Sequence[str], folder: Path, run_id: str
    ) -> AbstractContextManager[AgentProcess]:
        """Start the program in `folder`; leaving the context ends its whole process tree.

        Raises `AgentUnavailable` where the system cannot execute it.
        """
        ...

    def end_orphan(self, run_id: str, spawned: AgentSpawned | None) -> bool:
        """End what a killed helm left of this run; tell whether anything still lived.

        `spawned` is ended only if it is the same process still: its pid and its start time.
        """
        ...


class Files(Protocol):
    """The files of people: specs, templates, configuration, and the projections among them.

    Every method raises `RecordFailed` where the system refuses what it asks.
    """

    def read(self, path: Path) -> bytes | None:
        """Read a whole file; None where there is none. Raises `FileTooLarge` beyond 16 MiB."""
        ...

    def exists(self, path: Path) -> bool:
        """Tell whether a file is there, without opening it: SQLite would lose its locks."""
        ...

    def is_folder(self, path: Path) -> bool:
        """Tell whether a folder is there."""
        ...

    def folders(self, path: Path) -> list[Path]:
        """List the folders in `path`; none where it does not exist."""
        ...

    def make_private(self, folder: Path) -> None:
        """Make a folder, and those above it, that only its owner can enter."""
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Write a file whole or not at all, durably; mode and symbolic link are kept."""
        ...

    def set_aside(self, path: Path) -> Path:
        """Keep a broken file under another name beside it, and say which."""
        ...

    def require_writable(self, folder: Path) -> None:
        """Do nothing where a file can be made in `folder`, and raise where none can."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The living run that holds a spec's lock; unknown parts are None (it has only just begun)."""

    run_id: str | None
    pid: int | None
    spec_path: str | None
    workspace: str | None


class SpecLock(Protocol):
    """A spec that we hold."""

    def name(self, holder: Holder) -> None:
        """Tell others who holds it."""
        ...


class SpecLocks(Protocol):
    """At most one living run for each spec folder. A lock dies with its process.

    Every method raises `RecordFailed` where the system refuses what it asks.
    """

    def hold(self, spec_folder: Path) -> AbstractContextManager[SpecLock]:
        """Take the lock of a spec, trying for a second. Raises `SpecBusy` with its holder."""
        ...

    def holder(self, spec_folder: Path) -> Holder | None:
        """Say who runs a spec; None where nobody does."""
        ...

    def living(self) -> list[Holder]:
        """List every living run that shares this log."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """A git work tree: its top, the git directory that all its siblings share, and its key there.

    `workspace` is this tree's git directory relative to the shared one: `.`, or `worktrees/NAME`.
    It survives moving the repository.
    """

    top: Path
    common_folder: Path
    workspace: str


class Git(Protocol):
    """What helm asks git."""

    def work_tree(self, folder: Path) -> WorkTree | None:
        """Find the work tree that `folder` is in; None outside one, or without git.

        Raises `InputInvalid` where git refuses to say (a folder that belongs to somebody else).
        """
        ...
