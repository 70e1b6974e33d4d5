"""The ports: what the application needs from the world, each kept by one adapter and one fake."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from helm.domain.chain import StoredEvent
from helm.domain.commands import (
    RecordActivity,
    RecordExit,
    RecordOutput,
    RecordSession,
    RecordSpawn,
)
from helm.domain.events import AgentSpawned, Cause, Recorded, RunEvent
from helm.domain.projections.summary import RunSummary, State
from helm.domain.steps import CallAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A second in which the agent said nothing; shown, never stored. Both in seconds."""

    elapsed: float
    idle: float


AgentSignal = RecordSession | RecordOutput | RecordActivity | RecordExit | Tick
"""What an agent's process tells while it works; `RecordExit` is the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs are asked for, newest first; None asks for any, and for all of them.

    `paths` are specs' folders under a work tree's top, `since` the earliest start. With `before`,
    only the runs that began before that one.
    """

    run_ids: Collection[str] | None = None
    paths: Collection[str] | None = None
    states: Collection[State] | None = None
    since: datetime | None = None
    before: str | None = None
    limit: int | None = None


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

    def load(
        self,
        run_id: str,
        kinds: Sequence[type[RunEvent]] = (),
        *,
        after: int = -1,
        limit: int | None = None,
    ) -> list[Recorded]:
        """Read a run's events in order, without output: those that follow the place `after`.

        Only some kinds, where any are named, and no more than `limit`, where there is one.
        """
        ...

    def outline(self, run_id: str) -> list[Recorded]:
        """Read a run's events in order but for output and activity, which can be very many."""
        ...

    def check(self, run_id: str) -> int:
        """Count a run's events, having recomputed the chain of their digests.

        Raises `RecordFailed` naming the first event that is not as it was recorded.
        """
        ...

    def output(self, run_id: str, seq: int) -> bytes | None:
        """Read the bytes of the `OutputCaptured` at `seq`; None where they were pruned."""
        ...

    def runs(self, *, workspace: str, path: str) -> list[str]:
        """List the runs of a spec, newest first; those that were imported are not among them."""
        ...

    def runs_like(self, prefix: str) -> list[str]:
        """List the runs whose id begins with `prefix`, newest first."""
        ...

    def summaries(self, wanted: RunFilter) -> list[RunSummary]:
        """Sum up the runs that are asked for, imported ones too, newest first by their ids."""
        ...

    @property
    def notes(self) -> list[str]:
        """What a person should know of the log, each a sentence; known once it has been used."""
        ...

    def close(self) -> None:
        """Let go of what is open; the next use opens it again."""
        ...


class View(NamedTuple):
    """A view of the log, and its columns: what may be asked in SQL."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a query found. Reading `rows` raises as `LogQueries.ask` does; they are read once."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]


class LogQueries(Protocol):
    """Questions to the log in SQL, which can only read. Raises `RecordFailed` as `EventLog`.

    A log that does not exist yet is asked as if it were empty.
    """

    @property
    def notes(self) -> list[str]:
        """What a person should know of the log, each a sentence; known once it has been used."""
        ...

    def views(self) -> list[View]:
        """List the views that are a public contract."""
        ...

    def ask(self, sql: str, *, seconds: float) -> Answer:
        """Ask one question, for as long as `seconds`; the time between two rows does not count.

        Raises `WordsInvalid` for what is no such question, does more than read, or takes longer.
        The rows end with the next question, and with `close`; as long as they are half read, the
        log's writers cannot tidy it up.
        """
        ...

    def close(self) -> None:
        """Let go of what is open; the next use opens it again."""
        ...


class Row(NamedTuple):
    """An event exactly as a log stores it, and the id of the log that recorded its run.

    `output` is None where the event has none, or where it was pruned.
    """

    event: StoredEvent
    digest: str
    origin: str
    has_output: bool
    output: bytes | None


class Merged(NamedTuple):
    """How many of some runs a log did not have, had in part, and had as they are, or longer."""

    new: int
    grown: int
    known: int


class LogArchive(Protocol):
    """Whole runs, on their way out of a log and into another. Raises `RecordFailed`."""

    def rows(self, run_id: str) -> Iterator[Row]:
        """Read a run as far as it is stored now; while it is read, nothing is locked."""
        ...

    def merge(self, archives: Iterable[Iterable[Row]], imported_at: datetime) -> list[Merged]:
        """Take in what the runs of each archive have more than the log: all of it, or nothing.

        The events of a run follow each other and are as they were recorded. Others who write are
        kept waiting only once all have been read. Raises `Diverged` where the log holds another
        event, and whatever reading an archive raises.
        """
        ...

    def close(self) -> None:
        """Let go of what is open; the next use opens it again."""
        ...


class Fault(NamedTuple):
    """Something that is not as it was recorded, and where; in one run, or one event, if any."""

    where: str
    what: str
    run_id: str | None = None
    seq: int | None = None


class Note(NamedTuple):
    """Something that whoever checks a log should know, and that is no fault."""

    where: str
    what: str


class Kept(NamedTuple):
    """An event as a log keeps it, whatever has become of it.

    `has_output` is of one that has a row of output, and `output` is None where that was pruned.
    Output that is damaged beyond reading is given as empty: an agent's never was.
    """

    position: int
    event: StoredEvent
    digest: str
    has_output: bool
    output: bytes | None


class RunOutput(NamedTuple):
    """How much of a run's output could be pruned, or was, in rows and in bytes.

    `size` is what agents wrote, which may be more than the log takes to keep it.
    """

    run_id: str
    chunks: int
    size: int


class LogUpkeep(Protocol):
    """The care of a log as a whole. Raises `RecordFailed`."""

    def size(self) -> int:
        """Tell how many bytes the log takes on disk; 0 where there is none yet."""
        ...

    def spare(self) -> int:
        """Tell how many bytes of the file hold nothing, and could be given back to the disk."""
        ...

    def inspect(self) -> Iterator[Fault | Note]:
        """Check the file: that all of it can be read, and is laid out as helm made it."""
        ...

    def runs(self) -> list[str]:
        """List every run that can be found; what hides others, `inspect` finds."""
        ...

    def events(self, run_id: str) -> Iterator[Kept | Fault]:
        """Read a run as it is kept, without judging it: a fault is what could not be read."""
        ...

    def prunable(self, run_ids: Collection[str]) -> list[RunOutput]:
        """Tell how much output these runs have, each that has any, the latest first."""
        ...

    def prune(self, run_id: str, pruned_at: datetime) -> RunOutput:
        """Empty the output of a run, and leave a note of it.

        Its events stay as they are, with the length and the digest of what is gone.
        """
        ...

    def compact(self, seconds: float | None) -> bool:
        """Give what the file has to spare back to the disk, which keeps all others from writing.

        Gives up after so many seconds, and tells whether it was done. The log stays whole.
        """
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

    def stamp(self, path: Path) -> Hashable:
        """Give a value that is another one once somebody has written the file; None without one.

        It costs little: the file is not opened.
        """
        ...

    def is_folder(self, path: Path) -> bool:
        """Tell whether a folder is there."""
        ...

    def folders(self, path: Path) -> list[Path]:
        """List the folders in `path`; none where it does not exist."""
        ...

    def make_folder(self, folder: Path) -> None:
        """Make a folder, and those above it, as anybody may whom the user lets."""
        ...

    def make_private(self, folder: Path) -> None:
        """Make a folder, and those above it, that only its owner can enter."""
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Write a file whole or not at all, durably; mode and symbolic link are kept."""
        ...

    def create(self, path: Path, data: bytes) -> bool:
        """Write a new file durably; False, and nothing done, where something has its name."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file, or an empty folder; what is not there is gone already."""
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

    def top(self, tree: WorkTree, workspace: str) -> Path | None:
        """Find the top of the sibling of `tree` that has this key; None where there is none."""
        ...


Clock = Callable[[], datetime]
"""Gives the present moment, with its time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The adapters that helm works with, chosen where the program is put together.

    `environment` are the variables that set helm up, and `operator` is who asks for what it does.
    """

    files: Files
    git: Git
    open_agent: Callable[[], Agent]
    open_log: Callable[[Path], EventLog]
    open_queries: Callable[[Path], LogQueries]
    open_archive: Callable[[Path], LogArchive]
    open_upkeep: Callable[[Path], LogUpkeep]
    open_locks: Callable[[Path], SpecLocks]
    environment: Mapping[str, str]
    clock: Clock
    entropy: Callable[[int], bytes]
    helm_version: str
    operator: str
