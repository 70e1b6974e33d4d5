"""`LogUpkeep` on a log in memory."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from helm.app.errors import RecordFailed
from helm.app.ports import Fault, Kept, Note, RunOutput
from tests.fakes import MemoryEventLog


@dataclass
class MemoryLogUpkeep:
    """The care of a log in memory.

    `found` is what its file is like; `unreadable` are events at which reading fails, and `moved`
    those that stand elsewhere than they were recorded. Compaction fails with the words of
    `refusal`, or gives up where it is `hurried` and may not take for ever.
    """

    log: MemoryEventLog
    found: list[Fault | Note] = field(default_factory=list)
    unreadable: set[tuple[str, int]] = field(default_factory=set)
    moved: dict[tuple[str, int], int] = field(default_factory=dict)
    notes: list[tuple[RunOutput, datetime]] = field(default_factory=list)
    spare_size: int = 0
    hurried: bool = False
    refusal: str = ""

    def size(self) -> int:
        bodies = [len(row.event.body) for rows in self.log.stored.values() for row in rows]
        return sum(bodies) + sum(len(each or b"") for each in self.log.outputs.values())

    def spare(self) -> int:
        return self.spare_size

    def inspect(self) -> Iterator[Fault | Note]:
        yield from self.found

    def runs(self) -> list[str]:
        return sorted(self.log.stored)

    def events(self, run_id: str) -> Iterator[Kept | Fault]:
        for position, row in enumerate(self.log.stored.get(run_id, ()), start=1):
            key = (run_id, row.event.seq)
            if key in self.unreadable:
                yield Fault(f"run {run_id}", "cannot be read", *key)
                continue
            where = self.moved.get(key, position)
            output = self.log.outputs.get(key)
            yield Kept(where, row.event, row.digest, key in self.log.outputs, output)

    def prunable(self, run_ids: Collection[str]) -> list[RunOutput]:
        found = [self._output_of(run_id) for run_id in sorted(run_ids, reverse=True)]
        return [each for each in found if each.chunks]

    def prune(self, run_id: str, pruned_at: datetime) -> RunOutput:
        output = self._output_of(run_id)
        if output.chunks:
            self.notes.append((output, pruned_at))
        for key in self.log.outputs:
            if key[0] == run_id:
                self.log.outputs[key] = None
        return output

    def compact(self, seconds: float | None) -> bool:
        if self.refusal:
            raise RecordFailed(self.refusal)
        if self.hurried and seconds is not None:
            return False
        self.spare_size = 0
        return True

    def close(self) -> None:
        pass

    def _output_of(self, run_id: str) -> RunOutput:
        rows = self.log.stored.get(run_id, [])
        held = [row for row in rows if self.log.outputs.get((run_id, row.event.seq)) is not None]
        size = sum(json.loads(row.event.body)["length"] for row in held)
        return RunOutput(run_id, len(held), size)
