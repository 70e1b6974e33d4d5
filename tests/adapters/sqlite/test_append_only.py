"""The file itself refuses whatever would change the past, whoever asks."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from tests.examples import record, whole_run

ROW = "'run', {seq}, 'AttemptStarted', 1, '2026-01-31T12:00:00.000Z', '{{}}', '" + "0" * 64 + "'"
COLUMNS = "run_id, seq, kind, schema_version, recorded_at, body, digest"

CHANGED = "an event is never changed"
DELETED = "an event is never deleted"
NOT_NEXT = "not the next event of this run"
ONLY_EMPTIED = "output is only ever emptied"

REFUSED = {
    "UPDATE events SET body = '{}' WHERE seq = 3": CHANGED,
    "UPDATE events SET body = body": CHANGED,
    "UPDATE OR IGNORE events SET seq = seq + 100": CHANGED,
    "UPDATE OR REPLACE events SET position = 1 WHERE position = 2": CHANGED,
    "DELETE FROM events": DELETED,
    "DELETE FROM events WHERE seq = 37": DELETED,
    f"INSERT INTO events ({COLUMNS}) VALUES ({ROW.format(seq=99)})": NOT_NEXT,
    f"INSERT INTO events ({COLUMNS}) VALUES ({ROW.format(seq=37)})": NOT_NEXT,
    f"INSERT OR IGNORE INTO events ({COLUMNS}) VALUES ({ROW.format(seq=99)})": NOT_NEXT,
    f"INSERT OR REPLACE INTO events ({COLUMNS}) VALUES ({ROW.format(seq=3)})": NOT_NEXT,
    f"REPLACE INTO events VALUES (1, {ROW.format(seq=38)})": NOT_NEXT,
    f"REPLACE INTO events VALUES (0, {ROW.format(seq=38)})": NOT_NEXT,
    f"INSERT INTO events ({COLUMNS}) VALUES ({ROW.format(seq=3)})"
    " ON CONFLICT DO UPDATE SET body = '{}'": NOT_NEXT,
    "UPDATE output SET data = x'00'": ONLY_EMPTIED,
    "UPDATE output SET data = NULL, seq = seq + 100": ONLY_EMPTIED,
    "UPDATE output SET data = NULL, rowid = rowid + 100": ONLY_EMPTIED,
    "UPDATE output SET data = NULL, codec = 'zlib'": ONLY_EMPTIED,
    "DELETE FROM output": "output is never deleted",
    "REPLACE INTO output VALUES ('run', 7, 'raw', x'00')": "output is never replaced",
    "REPLACE INTO output (rowid, run_id, seq, codec, data) VALUES (1, 'run', 5, 'raw', x'00')": (
        "output is never replaced"
    ),
}

MALFORMED = {
    "seq": "'run', 'x', 'AttemptStarted', 1, '', '{}', ''",
    "body": "'run', 38, 'AttemptStarted', 1, '', 'no JSON', '" + "0" * 64 + "'",
    "digest": "'run', 38, 'AttemptStarted', 1, '', '{}', 'short'",
    "schema_version": "'run', 38, 'AttemptStarted', 0, '', '{}', '" + "0" * 64 + "'",
    "run_id": "'', 0, 'AttemptStarted', 1, '', '{}', '" + "0" * 64 + "'",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that holds a run, and that nobody has open."""
    path = tmp_path_factory.mktemp("written") / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, "run", whole_run())
    return path


@pytest.fixture(params=["ON", "OFF"])
def stranger(
    request: pytest.FixtureRequest, written: Path, tmp_path: Path
) -> Iterator[sqlite3.Connection]:
    """A program that is not helm, with a log of its own; SQLite's own habit is OFF."""
    path = shutil.copy(written, tmp_path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA recursive_triggers = {request.param}")
    yield connection
    connection.close()


def contents(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    tables = ("events", "output")
    return [connection.execute(f"SELECT rowid, * FROM {name}").fetchall() for name in tables]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_would_change_the_past_is_refused(
    stranger: sqlite3.Connection, statement: str
) -> None:
    """The statement fails with a sentence that says why, and every row is as it was."""
    before = contents(stranger)
    with pytest.raises(sqlite3.IntegrityError, match=REFUSED[statement]):
        stranger.execute(statement)
    assert contents(stranger) == before


@pytest.mark.parametrize("column", MALFORMED)
def test_a_row_that_is_no_event_is_refused(stranger: sqlite3.Connection, column: str) -> None:
    """The columns hold what they are for, also when somebody else writes them."""
    with pytest.raises(sqlite3.IntegrityError, match=column):
        stranger.execute(f"INSERT INTO events ({COLUMNS}) VALUES ({MALFORMED[column]})")


def test_output_may_be_emptied(stranger: sqlite3.Connection) -> None:
    """Pruning takes the bytes and nothing else: the event still tells length and digest."""
    stranger.execute("UPDATE output SET data = NULL")
    assert stranger.execute("SELECT COUNT(data), COUNT(*) FROM output").fetchone() == (0, 8)


def test_the_next_event_is_not_refused(stranger: sqlite3.Connection) -> None:
    """What the triggers let through is what helm itself writes."""
    stranger.execute(f"INSERT INTO events ({COLUMNS}) VALUES ({ROW.format(seq=38)})")
    assert stranger.execute("SELECT COUNT(*), MAX(position) FROM events").fetchone() == (39, 39)


def test_output_needs_its_event(stranger: sqlite3.Connection) -> None:
    """Where foreign keys are kept, as helm keeps them, no output is without an event."""
    stranger.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        stranger.execute("INSERT INTO output VALUES ('run', 99, 'raw', x'00')")
