"""The care of a log as a whole: whether it is as it was recorded, and how large it is."""

from __future__ import annotations

from collections.abc import (
    Collection,
    Iterator,
)
from datetime import datetime
from typing import NamedTuple, Protocol

from helm.domain.chain import StoredEvent


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
