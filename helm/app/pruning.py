"""Emptying old transcripts: which runs' it may be, and giving their room back to the disk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from helm.app.errors import RecordFailed
from helm.app.history import History
from helm.app.place import Places
from helm.app.ports import LogUpkeep, RunFilter, RunOutput

_WORTH_COMPACTING = 1_000_000
"""Bytes that an earlier pruning could not give back, for which it is tried again."""

_LONGEST_BESIDE_RUNS = 5.0
"""Seconds of the first quarter of the work, after which SQLite cannot be interrupted any more: a
living run waits for all of it, and gives up after thirty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The runs whose output would be emptied, and those that are left alone, for they live."""

    outputs: tuple[RunOutput, ...]
    living: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What a log took on disk before and after, in bytes; not `done` where runs were waiting."""

    before: int
    after: int
    done: bool


class Pruning:
    """Empties the output of runs in the workspace's log. A halted run can still be resumed.

    Raises `RecordFailed` where the log cannot be read or written.
    """

    def __init__(self, places: Places, upkeep: LogUpkeep) -> None:
        self._places = places
        self._history = History(places)
        self._upkeep = upkeep
        self._before = upkeep.size()

    def of(self, runs: Sequence[str]) -> Selection:
        """Select the runs that a person names. Raises `InputInvalid` where one is not found."""
        return self._selection({self._history.find(run) for run in runs})

    def before(self, moment: datetime) -> Selection:
        """Select the runs whose last event is older than `moment`."""
        found = self._places.log.summaries(RunFilter())
        return self._selection({each.run_id for each in found if each.updated_at < moment})

    def empty(self, selection: Selection) -> list[RunOutput]:
        """Empty the output of the selected runs, but for those that have come to life."""
        living = self._history.living()
        moment = self._places.ports.clock()
        resting = [each.run_id for each in selection.outputs if each.run_id not in living]
        emptied = [self._upkeep.prune(run_id, moment) for run_id in resting]
        return [each for each in emptied if each.chunks]

    def has_spare(self) -> bool:
        """Tell whether it pays to give room back that the file has to spare."""
        return self._upkeep.spare() >= _WORTH_COMPACTING

    def compact(self) -> Compacted:
        """Give the room back to the disk. What was emptied stays so, whatever comes of this."""
        try:
            done = self._upkeep.compact(_LONGEST_BESIDE_RUNS if self._history.living() else None)
        except RecordFailed as error:
            raise RecordFailed(
                f"{error}; transcripts were emptied, but the file keeps its size: what it has to "
                "spare is used by later runs, or given back by the next: helm prune"
            ) from error
        return Compacted(before=self._before, after=self._upkeep.size(), done=done)

    def _selection(self, run_ids: Collection[str]) -> Selection:
        living = self._history.living().keys() & run_ids
        outputs = self._upkeep.prunable(sorted(set(run_ids) - living))
        return Selection(outputs=tuple(outputs), living=tuple(sorted(living)))


@contextmanager
def pruning(places: Places) -> Iterator[Pruning]:
    """Take the workspace's log in hand, and let go of it."""
    upkeep = places.ports.open_upkeep(places.log_path)
    try:
        yield Pruning(places, upkeep)
    finally:
        upkeep.close()
