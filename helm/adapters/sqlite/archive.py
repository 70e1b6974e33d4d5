"""`LogArchive` on SQLite.

What is to be merged is first laid into a database of its own, without a name, that goes with the
connection: others who write wait for the copying alone, and not for a slow pipe.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.failures import Translated
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.logfile import LogFile
from helm.adapters.sqlite.packing import packed, unpacked
from helm.app.errors import Diverged, RecordFailed
from helm.app.ports import Merged, Row
from helm.domain.chain import StoredEvent
from helm.domain.events import timestamp

_NEXT_SEQ = "SELECT COALESCE(MAX(seq) + 1, 0) FROM events WHERE run_id = ?"
_EXTENT = """
    SELECT COALESCE(MAX(seq) + 1, 0), COALESCE(
        (SELECT origin FROM imports WHERE imports.run_id = ?), (SELECT id FROM log_identity)
    ) FROM events WHERE run_id = ?
"""
_ROWS = """
    SELECT events.run_id, events.seq, kind, schema_version, recorded_at, body, digest, codec, data
    FROM events LEFT JOIN output USING (run_id, seq)
    WHERE events.run_id = ? AND events.seq >= ? AND events.seq < ? ORDER BY events.seq
"""
_PAGE = 64
"""How many rows are held at once: few, because some have a whole report, or 64 KiB of output."""
_DIGEST = "SELECT digest FROM events WHERE run_id = ? AND seq = ?"
_INSERT = """
    INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_OUTPUT = "INSERT INTO output (run_id, seq, codec, data) VALUES (?, ?, ?, ?)"
_INSERT_IMPORT = """
    INSERT INTO imports (run_id, origin, imported_at)
    SELECT ?, ?, ? WHERE ? <> (SELECT id FROM log_identity)
"""

_INSERT_PRUNING = """
    INSERT INTO prunings (run_id, pruned_at, chunks, bytes) VALUES (?, ?, ?, ?)
"""


class SqliteLogArchive:
    """The runs of the log at `path`; `patience` as in `SqliteEventLog`."""

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self.path = Path(os.path.realpath(path))
        self._gate = Gate(self.path, patience)
        self._file = LogFile(self.path, self._gate, patience)
        self._turn = threading.Lock()
        self._translated = Translated(self.path)

    def rows(self, run_id: str) -> Iterator[Row]:
        """A run only ever grows at its end, so that what is read page by page is a snapshot."""
        for end, origin in self._select(_EXTENT, run_id, run_id):
            for first in range(0, end, _PAGE):
                for found in self._select(_ROWS, run_id, first, min(first + _PAGE, end)):
                    yield self._row(found, origin)

    def merge(self, archives: Iterable[Iterable[Row]], imported_at: datetime) -> list[Merged]:
        with closing(_Staging()) as staging:
            staged = [staging.take(rows) for rows in archives]
            with self._turn, self._translated:
                connection = self._file.for_writing()
                with self._gate, connection:
                    connection.execute("BEGIN IMMEDIATE")
                    merging = _Merging(connection, staging, timestamp(imported_at))
                    return [merging.all_of(number, runs) for number, runs in enumerate(staged)]

    def close(self) -> None:
        with self._turn, self._translated:
            self._file.close()

    def _select(self, sql: str, *values: str | int) -> list[Any]:
        with self._turn, self._translated:
            connection = self._file.for_reading()
            return connection.execute(sql, values).fetchall() if connection else []

    def _row(self, found: Any, origin: str) -> Row:  # noqa: ANN401  as SQLite gives it
        *columns, digest, codec, data = found
        with self._translated:
            output = data and unpacked(codec, data)
        return Row(StoredEvent(*columns), digest, origin, codec is not None, output)


class _StagedRun(NamedTuple):
    """A run in the staging: its events are `length` rows from `position` on."""

    run_id: str
    origin: str
    position: int
    length: int


class _Staging:
    """Rows that have been read and wait to be merged, on disk, however many they are."""

    def __init__(self) -> None:
        # It has a name until it is open: some builds of SQLite keep one without a name in memory.
        with _staging_failures(), _named_file() as file:
            self._connection = sqlite3.connect(
                file.name, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = OFF")
            self._connection.execute("BEGIN")
            self._connection.execute(
                "CREATE TABLE staged (position INTEGER PRIMARY KEY, run_id, seq, kind, "
                "schema_version, recorded_at, body, digest, codec, data)"
            )
        self._position = 0

    def take(self, rows: Iterable[Row]) -> list[_StagedRun]:
        """Lay the rows of an archive down, and say which runs they are of."""
        runs: list[_StagedRun] = []
        for row in rows:
            self._position += 1
            with _staging_failures():
                self._connection.execute(
                    "INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (self._position, *row.event, row.digest, *_stored(row)),
                )
            if row.event.seq == 0:
                runs.append(_StagedRun(row.event.run_id, row.origin, self._position, 0))
            runs[-1] = runs[-1]._replace(length=runs[-1].length + 1)
        return runs

    def digest(self, run: _StagedRun, seq: int) -> str:
        (digest,) = self._connection.execute(
            "SELECT digest FROM staged WHERE position = ?", (run.position + seq,)
        ).fetchone()
        return str(digest)

    def select(self, columns: str, run: _StagedRun, first_seq: int) -> Iterator[Any]:
        """Read columns of a run's rows, from event `first_seq` on."""
        return self._connection.execute(
            f"SELECT {columns} FROM staged WHERE position BETWEEN ? AND ? ORDER BY position",  # noqa: S608  our own names
            (run.position + first_seq, run.position + run.length - 1),
        )

    def close(self) -> None:
        self._connection.close()


class _Merging:
    """Runs on their way from the staging into the log, in one transaction of the log's."""

    def __init__(
        self, connection: sqlite3.Connection, staging: _Staging, imported_at: str
    ) -> None:
        self._connection = connection
        self._staging = staging
        self._imported_at = imported_at

    def all_of(self, archive: int, runs: Iterable[_StagedRun]) -> Merged:
        new = grown = known = 0
        for run in runs:
            (had,) = self._connection.execute(_NEXT_SEQ, (run.run_id,)).fetchone()
            self._require_same(archive, run, min(had, run.length))
            self._insert(run, had)
            new += had == 0
            grown += 0 < had < run.length
            known += had >= run.length
        return Merged(new, grown, known)

    def _require_same(self, archive: int, run: _StagedRun, common: int) -> None:
        """Compare the last event that both have: its digest covers all before it."""
        if common and not self._is_same(run, common - 1):
            first = next(seq for seq in range(common) if not self._is_same(run, seq))
            raise Diverged(archive, run.run_id, first)

    def _is_same(self, run: _StagedRun, seq: int) -> bool:
        found = self._connection.execute(_DIGEST, (run.run_id, seq)).fetchone()
        return bool(found == (self._staging.digest(run, seq),))

    def _insert(self, run: _StagedRun, first_seq: int) -> None:
        if first_seq == 0:
            values = (run.run_id, run.origin, self._imported_at, run.origin)
            self._connection.execute(_INSERT_IMPORT, values)
        columns = "run_id, seq, kind, schema_version, recorded_at, body, digest"
        self._connection.executemany(_INSERT, self._staging.select(columns, run, first_seq))
        self._note_pruned(run, first_seq)
        output = self._staging.select("run_id, seq, codec, data", run, first_seq)
        self._connection.executemany(
            _INSERT_OUTPUT, (each for each in output if each[2] is not None)
        )

    def _note_pruned(self, run: _StagedRun, first_seq: int) -> None:
        """Note what came without its bytes: whoever else empties output is found out by it."""
        pruned = [
            json.loads(body)["length"]
            for body, codec, data in self._staging.select("body, codec, data", run, first_seq)
            if codec is not None and data is None
        ]
        if pruned:
            values = (run.run_id, self._imported_at, len(pruned), sum(pruned))
            self._connection.execute(_INSERT_PRUNING, values)


def _stored(row: Row) -> tuple[str | None, bytes | None]:
    """Give codec and data of a row's output; of what was pruned, there is a codec alone."""
    if row.output is not None:
        return packed(row.output)
    return ("raw" if row.has_output else None), None


def _named_file() -> IO[bytes]:
    """Make a file where SQLite does too: `/tmp` is often no disk."""
    folder = os.environ.get("TMPDIR") or "/var/tmp"  # noqa: S108  the file is for its owner alone
    return NamedTemporaryFile(prefix="helm-import-", dir=folder if Path(folder).is_dir() else None)


@contextmanager
def _staging_failures() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise RecordFailed(
            f"the runs could not be kept aside while they were checked ({error}): make room "
            "where TMPDIR points, or in /var/tmp"
        ) from error
