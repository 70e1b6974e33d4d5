"""A durable append to the log, beside raw SQLite that is as durable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import medians, print_ratios, print_title, timed
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.codec import encode
from helm.domain.events import ActivityKind, ActivityReported

ROUNDS = 5

_APPENDS = 200
"""Pairs in each round. The median counts, because now and then one pays for a checkpoint."""

_TABLE = "CREATE TABLE events (seq INTEGER, run_id TEXT, kind TEXT, recorded_at TEXT, body TEXT)"
_EVENT = ActivityReported(
    launch=1,
    activity=ActivityKind.COMMAND_FINISHED,
    text="/bin/bash -lc 'python -m pytest -q tests/domain'",
    exit_code=0,
)


def main(rounds: int | None) -> None:
    """Compare appends of one event, and of ten in one transaction."""
    with TemporaryDirectory(prefix="helm-bench-") as name:
        folder = Path(name)
        with closing(_raw_database(folder / "raw.db")) as raw:
            bare, log = _BareTable(raw), _HelmLog(SqliteEventLog(folder / "runs.db"))
            for count in (1, 10):
                print_title(f"A durable append (WAL, synchronous=FULL), events in it: {count}")
                contenders = {
                    "raw": partial(timed, partial(bare.append, count)),
                    "helm": partial(timed, partial(log.append, count)),
                }
                print_ratios(medians(contenders, _APPENDS * (rounds or ROUNDS)), "raw")


class _BareTable:
    """As little as can be done: the body is encoded already, and nothing is checked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._row = ("run", "ActivityReported", datetime.now(UTC).isoformat(), encode(_EVENT))
        self._seq = 0

    def append(self, count: int) -> None:
        """Append the event so many times, in one transaction."""
        rows = [(self._seq + place, *self._row) for place in range(count)]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")
        self._seq += count


class _HelmLog:
    """The same events through helm's log."""

    def __init__(self, log: SqliteEventLog) -> None:
        self._log = log
        self._seq = 0

    def append(self, count: int) -> None:
        """Append the event so many times, in one transaction."""
        now = datetime.now(UTC)
        self._log.append("run", [_EVENT] * count, expected_seq=self._seq, recorded_at=now)
        self._seq += count


def _raw_database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(_TABLE)
    return connection
