"""The log of runs: written by whoever carries a run on, read and asked by everybody."""

from __future__ import annotations

from collections.abc import (
    Collection,
    Iterator,
    Sequence,
)
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from helm.domain.events import Recorded, RunEvent
from helm.domain.projections.summary import RunSummary, State


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
