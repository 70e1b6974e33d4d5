"""`LogUpkeep` on SQLite."""

from __future__ import annotations

import json
import math
import os
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from helm.adapters.sqlite import engine, schema
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.failures import Translated
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.inspection import inspected
from helm.adapters.sqlite.logfile import LogFile
from helm.adapters.sqlite.packing import unpacked
from helm.app.ports import Fault, Kept, Note, RunOutput
from helm.domain.chain import StoredEvent
from helm.domain.events import timestamp

_BATCH = 250
"""Events to read at once, with their output: some 16 MiB at most. No snapshot is held between two
batches: as long as one is, SQLite cannot use the write-ahead log anew, and it grows."""

_FAILURES = 3
"""Events in a row that cannot be read, after which the rest of a run is given up."""

_SHOWN = 200
"""Characters of a complaint of SQLite's, which quotes all of a text that it cannot decode."""

_RUNS = ("SELECT DISTINCT run_id FROM events", "SELECT run_id FROM events NOT INDEXED")
"""The first reads an index; the second, where that is damaged, the table."""

_EVENTS = """
    SELECT position, e.run_id, e.seq, kind, schema_version, recorded_at, body, digest,
        o.seq IS NOT NULL, codec, data
    FROM events AS e LEFT JOIN output AS o USING (run_id, seq)
    WHERE e.run_id = ? AND e.seq > ? ORDER BY e.seq LIMIT ?
"""
_PRUNABLE = """
    SELECT run_id, COUNT(*), SUM(json_extract(body, '$.length'))
    FROM output JOIN events USING (run_id, seq)
    WHERE data IS NOT NULL AND run_id IN (SELECT value FROM json_each(?))
    GROUP BY run_id ORDER BY run_id DESC
"""
_EMPTY = "UPDATE output SET data = NULL WHERE run_id = ? AND data IS NOT NULL"
_NOTE = "INSERT INTO prunings (run_id, pruned_at, chunks, bytes) VALUES (?, ?, ?, ?)"

_STEPS_BETWEEN_LOOKS = 10_000
_READER_PATIENCE = 1000
"""Milliseconds for which compaction waits until nobody reads the file as it was before."""


class SqliteLogUpkeep:
    """The care of the log at `path`; `patience` is as of `SqliteEventLog`.

    Checking changes nothing, not even the schema of an older log.
    """

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self.path = Path(os.path.realpath(path))
        self._patience = patience
        self._gate = Gate(self.path, patience)
        self._file = LogFile(self.path, self._gate, patience)
        self._translated = Translated(self.path)
        self._unchanged: sqlite3.Connection | None = None

    def size(self) -> int:
        # Nothing but SQLite may open the file: closing it would drop the locks of this process.
        with self._translated:
            return sum(_size(part) for part in (self.path, Path(f"{self.path}-wal")))

    def spare(self) -> int:
        with self._translated:
            connection = self._file.for_reading()
            if connection is None:
                return 0
            (pages,) = connection.execute("PRAGMA freelist_count").fetchone()
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
            return int(pages) * int(page_size)

    def inspect(self) -> Iterator[Fault | Note]:
        with self._translated:
            connection = self._for_checking()
            yield from inspected(connection, schema.version(connection, self.path))

    def runs(self) -> list[str]:
        connection, found = self._for_checking(), set[str]()
        for sql in _RUNS:
            with suppress(sqlite3.Error):
                for (run_id,) in connection.execute(sql):
                    found.add(str(run_id))
                break
        return sorted(found)

    def events(self, run_id: str) -> Iterator[Kept | Fault]:
        connection, last, failures, wanted = self._for_checking(), -1, 0, _BATCH
        while failures < _FAILURES:
            batch: list[Kept] = []
            failure = _read(connection, run_id, (last, wanted), batch)
            yield from batch
            if batch:
                last, failures = batch[-1].event.seq, 0
            if failure and wanted > 1:
                wanted = 1  # pysqlite3 reads a row ahead: it may be the one after the next
                continue
            if failure:
                last, failures = last + 1, failures + 1  # what follows may be sound
                yield _unreadable(run_id, last, failure)
            elif len(batch) < wanted:
                return
            wanted = _BATCH

    def prunable(self, run_ids: Collection[str]) -> list[RunOutput]:
        with self._translated:
            connection = self._file.for_reading()
            return _prunable(connection, run_ids) if connection else []

    def prune(self, run_id: str, pruned_at: datetime) -> RunOutput:
        with self._translated:
            connection = self._file.for_writing()
            # Some builds of SQLite write zeros over what is freed, for which a full disk, the very
            # reason to prune, has no room.
            connection.execute("PRAGMA secure_delete = FAST")
            with self._gate, connection:
                connection.execute("BEGIN IMMEDIATE")
                found = _prunable(connection, [run_id])
                if not found:
                    return RunOutput(run_id, 0, 0)
                (_, chunks, size) = found[0]
                connection.execute(_EMPTY, (run_id,))
                connection.execute(_NOTE, (run_id, timestamp(pruned_at), chunks, size))
        return found[0]

    def compact(self, seconds: float | None) -> bool:
        with self._translated:
            connection = self._file.for_writing()
            with self._gate:
                try:
                    _vacuum(connection, seconds)
                except sqlite3.OperationalError as error:
                    if getattr(error, "sqlite_errorname", None) == "SQLITE_INTERRUPT":
                        return False
                    raise
                _shorten(connection, self._patience)
        return True

    def close(self) -> None:
        with self._translated:
            self._file.close()
            if self._unchanged is not None:
                self._unchanged.close()
                self._unchanged = None

    def _for_checking(self) -> sqlite3.Connection:
        """Open the file so that nothing is written to it, however damaged or old it is."""
        if self._unchanged is None:
            with self._translated:
                self._unchanged = engine.connect(self.path, mode="rw", patience=self._patience)
                self._unchanged.execute("PRAGMA query_only = ON")
        return self._unchanged


def _read(
    connection: sqlite3.Connection, run_id: str, which: tuple[int, int], batch: list[Kept]
) -> str:
    """Read so many events of a run that follow a place; say what cut that short, if any."""
    try:
        for row in connection.execute(_EVENTS, (run_id, *which)):
            if type(row[2]) is not int:
                return f"its place is {row[2]!r}"
            batch.append(_kept(row))
    except sqlite3.Error as error:
        return str(error)[:_SHOWN]
    return ""


def _kept(row: tuple[Any, ...]) -> Kept:
    """Read a row of `_EVENTS`, of which in a damaged file any column may hold anything."""
    has_output, codec, data = row[8:]
    output = None if data is None else _unpacked_if_sound(codec, data)
    return Kept(row[0], StoredEvent._make(row[1:7]), row[7], bool(has_output), output)


def _unpacked_if_sound(codec: str, data: object) -> bytes:
    stored = data if isinstance(data, bytes) else str(data).encode()
    try:
        return unpacked(codec, stored)
    except zlib.error:
        return b""


def _unreadable(run_id: str, seq: int, why: str) -> Fault:
    return Fault(f"run {run_id}", f"cannot be read at event {seq}: {why}", run_id, seq)


def _prunable(connection: sqlite3.Connection, run_ids: Collection[str]) -> list[RunOutput]:
    rows = connection.execute(_PRUNABLE, (json.dumps(list(run_ids)),))
    return [RunOutput(*row) for row in rows]


def _vacuum(connection: sqlite3.Connection, seconds: float | None) -> None:
    """Write the file anew without what is spare in it. Raises SQLite's own interruption."""
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() >= deadline, _STEPS_BETWEEN_LOOKS)
    try:
        connection.execute("VACUUM")
    finally:
        connection.set_progress_handler(None, 0)


def _shorten(connection: sqlite3.Connection, patience: float) -> None:
    """Bring what was written anew from the write-ahead log into the file.

    Whoever still reads the old state keeps that from being done now; the next append does it then.
    """
    connection.execute(f"PRAGMA busy_timeout = {_READER_PATIENCE}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience)}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
