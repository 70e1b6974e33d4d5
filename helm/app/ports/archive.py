"""Whole runs, on their way out of a log and into another."""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
)
from datetime import datetime
from typing import NamedTuple, Protocol

from helm.domain.chain import StoredEvent


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
