"""`EventLog` on SQLite."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, Self

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.failures import Translated
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.listing import listing, summary_of
from helm.adapters.sqlite.logfile import LogFile
from helm.adapters.sqlite.packing import packed, unpacked
from helm.app.codec import decode, encode, kind_of, schema_version_of
from helm.app.errors import ConcurrentAppend, RecordFailed
from helm.app.ports import RunFilter
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.events import ActivityReported, OutputCaptured, Recorded, RunEvent, timestamp
from helm.domain.projections.summary import RunSummary

_INSERT = """
    INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_LAST = "SELECT seq, digest FROM events WHERE run_id = ? ORDER BY seq DESC LIMIT 1"
_LOAD = """
    SELECT run_id, seq, kind, schema_version, recorded_at, body, digest FROM events
    WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?
"""
_OUTLINE = _LOAD.replace("FROM events", "FROM milestones")
_LOAD_KINDS = """
    SELECT run_id, seq, kind, schema_version, recorded_at, body, digest FROM events
    WHERE run_id = ? AND seq > ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?
"""
_LOAD_MILESTONES = _LOAD_KINDS.replace("FROM events", "FROM milestones")
_RUNS = """
    SELECT run_id FROM events
    WHERE seq = 0 AND json_extract(body, '$.spec.workspace') = ?
        AND json_extract(body, '$.spec.path') = ?
        AND NOT EXISTS (SELECT 1 FROM imports WHERE imports.run_id = events.run_id)
    ORDER BY position DESC
"""
_RUNS_LIKE = """
    SELECT run_id FROM events INDEXED BY events_first
    WHERE seq = 0 AND run_id >= ? AND run_id < ? ORDER BY run_id DESC
"""
_INSERT_OUTPUT = "INSERT INTO output (run_id, seq, codec, data) VALUES (?, ?, ?, ?)"
_OUTPUT = "SELECT codec, data FROM output WHERE run_id = ? AND seq = ?"
_ALL = -1
"""What SQLite takes for no limit."""

_LAST_CHARACTER = "\U0010ffff"


class SqliteEventLog:
    """The log at `path`: nothing is opened before it is needed, and a reader makes no file.

    `patience` is how many seconds a lock of somebody else is waited for. Threads may share a log;
    they take turns.
    """

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self.path = Path(os.path.realpath(path))
        self._gate = Gate(self.path, patience)
        self._file = LogFile(self.path, self._gate, patience)
        self._turn = threading.Lock()
        self._translated = Translated(self.path)
        self._written: dict[str, tuple[int, str]] = {}
        """Place and digest of the last event of each run that was written here."""

    @property
    def notes(self) -> list[str]:
        """What a person should know of this log, each a sentence; known once it is open."""
        return self._file.notes

    def append(
        self,
        run_id: str,
        events: Sequence[RunEvent],
        *,
        expected_seq: int,
        recorded_at: datetime,
        output: bytes | None = None,
    ) -> list[Recorded]:
        captured = _captured(events, output)
        if not events:
            return []
        time = timestamp(recorded_at)
        moment = datetime.fromisoformat(time)
        rows = [
            _stored(run_id, seq, event, time) for seq, event in enumerate(events, expected_seq)
        ]
        digests = self._insert(rows, _output_rows(rows, captured))
        return [
            Recorded(
                run_id=run_id,
                seq=row.seq,
                recorded_at=moment,
                event=event,
                digest=digest,
                output=data,
            )
            for row, event, digest, data in zip(rows, events, digests, captured, strict=True)
        ]

    def load(
        self,
        run_id: str,
        kinds: Sequence[type[RunEvent]] = (),
        *,
        after: int = -1,
        limit: int | None = None,
    ) -> list[Recorded]:
        most = _ALL if limit is None else limit
        if not kinds:
            return [self._recorded(row) for row in self._select(_LOAD, run_id, after, most)]
        bulky = OutputCaptured in kinds or ActivityReported in kinds
        names = json.dumps([kind.__name__ for kind in kinds])
        rows = self._select(_LOAD_KINDS if bulky else _LOAD_MILESTONES, run_id, after, names, most)
        return [self._recorded(row) for row in rows]

    def outline(self, run_id: str) -> list[Recorded]:
        return [self._recorded(row) for row in self._select(_OUTLINE, run_id, -1, _ALL)]

    def check(self, run_id: str) -> int:
        digest, count = FIRST, 0
        with self._turn, self._translated:
            connection = self._file.for_reading()
            for *columns, stored in (
                connection.execute(_LOAD, (run_id, -1, _ALL)) if connection else ()
            ):
                digest = digest_after(digest, StoredEvent(*columns))
                if (columns[1], stored) != (count, digest):
                    raise RecordFailed(
                        f"event {count} of run {run_id} is not as it was recorded: somebody "
                        f"changed {self.path}; restore it, or begin a new log with --db"
                    )
                count += 1
        return count

    def output(self, run_id: str, seq: int) -> bytes | None:
        rows = self._select(_OUTPUT, run_id, seq)
        if not rows:
            raise RecordFailed(f"{self.path} has no output for event {seq} of run {run_id}")
        ((codec, data),) = rows
        with self._translated:
            return None if data is None else unpacked(codec, data)

    def runs(self, *, workspace: str, path: str) -> list[str]:
        return [run_id for (run_id,) in self._select(_RUNS, workspace, path)]

    def runs_like(self, prefix: str) -> list[str]:
        rows = self._select(_RUNS_LIKE, prefix, prefix + _LAST_CHARACTER)
        return [run_id for (run_id,) in rows]

    def summaries(self, wanted: RunFilter) -> list[RunSummary]:
        sql, values = listing(wanted)
        return [self._summary(row) for row in self._select(sql, *values)]

    def close(self) -> None:
        """Close the file; the log may be used again, and opens it anew."""
        with self._turn, self._translated:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _insert(
        self, rows: Sequence[StoredEvent], output: Sequence[tuple[str, int, str, bytes]]
    ) -> list[str]:
        """Store rows of one run and the output of some, durably; give the digests of the rows."""
        with self._turn, self._translated:
            connection = self._file.for_writing()
            with self._gate, connection:
                connection.execute("BEGIN IMMEDIATE")
                digests = _digests(rows, self._digest_before(connection, rows[0]))
                chained = [(*row, digest) for row, digest in zip(rows, digests, strict=True)]
                connection.executemany(_INSERT, chained)
                if output:
                    connection.executemany(_INSERT_OUTPUT, output)
            self._written[rows[-1].run_id] = rows[-1].seq, digests[-1]
        return digests

    def _digest_before(self, connection: sqlite3.Connection, first: StoredEvent) -> str:
        """Read the digest that the row `first` follows, or raise `ConcurrentAppend`.

        Where it was written here, it has to be what was written: somebody who changed the run and
        made all its digests anew could be found by nobody later.
        """
        last = connection.execute(_LAST, (first.run_id,)).fetchone()
        next_seq, digest = (last[0] + 1, str(last[1])) if last else (0, FIRST)
        if next_seq != first.seq:
            raise ConcurrentAppend(
                f"run {first.run_id} has {next_seq} events in the log, and event {first.seq} was "
                "to be its next: another process works on this run, or somebody changed the log"
            )
        seq, written = self._written.get(first.run_id, (-1, ""))
        if last and seq == last[0] and written != digest:
            raise RecordFailed(
                f"event {first.seq - 1} of run {first.run_id} is not as it was recorded: somebody "
                f"changed {self.path}; restore it, or begin a new log with --db"
            )
        return digest

    def _select(self, sql: str, *values: str | int) -> list[Any]:
        with self._turn, self._translated:
            connection = self._file.for_reading()
            return connection.execute(sql, values).fetchall() if connection else []

    def _summary(self, row: tuple[Any, ...]) -> RunSummary:
        try:
            return summary_of(row)
        except ValueError as error:
            raise RecordFailed(f"{self.path}: run {row[0]} is damaged: {error}") from error

    def _recorded(self, row: tuple[str, int, str, int, str, str, str]) -> Recorded:
        run_id, seq, kind, schema_version, recorded_at, body, digest = row
        try:
            moment = datetime.fromisoformat(recorded_at)
            event = decode(kind, schema_version, body)
        except (RecordFailed, ValueError) as error:
            raise RecordFailed(f"{self.path}: event {seq} of run {run_id}: {error}") from error
        return Recorded(run_id=run_id, seq=seq, recorded_at=moment, event=event, digest=digest)


def _digests(rows: Sequence[StoredEvent], before: str) -> list[str]:
    return list(accumulate(rows, digest_after, initial=before))[1:]


def _stored(run_id: str, seq: int, event: RunEvent, time: str) -> StoredEvent:
    kind = kind_of(event)
    return StoredEvent(run_id, seq, kind, schema_version_of(kind), time, encode(event))


def _output_rows(
    rows: Sequence[StoredEvent], captured: Sequence[bytes | None]
) -> list[tuple[str, int, str, bytes]]:
    pairs = zip(rows, captured, strict=True)
    return [(row.run_id, row.seq, *packed(data)) for row, data in pairs if data is not None]


def _captured(events: Sequence[RunEvent], output: bytes | None) -> list[bytes | None]:
    """Give each event the output that is its own."""
    places = [place for place, event in enumerate(events) if isinstance(event, OutputCaptured)]
    if output is not None and len(places) != 1:
        raise ValueError(f"output is of one OutputCaptured, but there are {len(places)}")
    return [output if place in places else None for place in range(len(events))]
