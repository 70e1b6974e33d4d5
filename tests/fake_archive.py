"""`LogArchive` in memory, over a `MemoryEventLog`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from helm.app.errors import Diverged
from helm.app.ports import Merged, Row
from tests.fakes import Chained, MemoryEventLog


@dataclass
class MemoryLogArchive:
    """The runs of `log`, which goes by the name `identity`."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    identity: str = "0" * 16

    def rows(self, run_id: str) -> Iterator[Row]:
        origin = self.log.imports.get(run_id, self.identity)
        for event, digest in list(self.log.stored.get(run_id, [])):
            place = (run_id, event.seq)
            yield Row(
                event, digest, origin, place in self.log.outputs, self.log.outputs.get(place)
            )

    def merge(self, archives: Iterable[Iterable[Row]], imported_at: datetime) -> list[Merged]:
        staged = [_by_run(rows) for rows in archives]
        after = MemoryEventLog(
            stored={run_id: list(rows) for run_id, rows in self.log.stored.items()},
            outputs=dict(self.log.outputs),
            imports=dict(self.log.imports),
        )
        merged = [self._merged(after, number, runs) for number, runs in enumerate(staged)]
        self.log.stored, self.log.outputs = after.stored, after.outputs
        self.log.imports = after.imports
        return merged

    def close(self) -> None:
        pass

    def _merged(self, log: MemoryEventLog, archive: int, runs: dict[str, list[Row]]) -> Merged:
        new = grown = known = 0
        for run_id, rows in runs.items():
            had = log.stored.setdefault(run_id, [])
            for seq, (ours, theirs) in enumerate(zip(had, rows, strict=False)):
                if ours.digest != theirs.digest:
                    raise Diverged(archive, run_id, seq)
            if not had and rows[0].origin != self.identity:
                log.imports[run_id] = rows[0].origin
            new += not had
            grown += 0 < len(had) < len(rows)
            known += len(had) >= len(rows)
            for row in rows[len(had) :]:
                had.append(Chained(row.event, row.digest))
                if row.has_output:
                    log.outputs[run_id, row.event.seq] = row.output
        return Merged(new, grown, known)


def _by_run(rows: Iterable[Row]) -> dict[str, list[Row]]:
    runs: dict[str, list[Row]] = {}
    for row in rows:
        runs.setdefault(row.event.run_id, []).append(row)
    return runs
