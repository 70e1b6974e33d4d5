"""A quick look at the file of a log: what it tells, and that it changes nothing."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.health import SqliteLogProbe
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import RecordFailed
from helm.app.ports import Condition
from tests.examples import record, whole_run

RUN = "01JABCDEFGHJKMNPQRSTVWXYZ0"
LONG = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log with a run in it."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, RUN, whole_run())
    return path


def condition(path: Path) -> Condition:
    found = SqliteLogProbe(path).condition(seconds=LONG)
    assert found is not None
    return found


def execute(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
        connection.commit()


def test_a_sound_log_is_found_sound(path: Path) -> None:
    found = condition(path)
    assert found == Condition(
        size=path.stat().st_size, journal="wal", newer=False, faults=(), whole=True
    )


def test_no_log_is_none_and_none_is_made(tmp_path: Path) -> None:
    assert SqliteLogProbe(tmp_path / "no.db").condition(seconds=LONG) is None
    assert list(tmp_path.iterdir()) == []


def test_an_older_log_is_not_brought_up_to_date(path: Path) -> None:
    execute(path, "PRAGMA user_version = 1")
    assert not condition(path).newer
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_log_of_a_newer_helm_is_known_as_one(path: Path) -> None:
    execute(path, "PRAGMA user_version = 999")
    assert condition(path).newer


def test_a_log_without_write_ahead_is_known(path: Path) -> None:
    execute(path, "PRAGMA journal_mode = DELETE")
    assert condition(path).journal == "delete"


def overwrite(path: Path, page: int) -> None:
    """Fill a page of the file, counted from 0, with what nobody wrote."""
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xa5" * 4096)


def test_a_damaged_page_is_found_out(path: Path) -> None:
    overwrite(path, 8)
    (fault,) = condition(path).faults
    assert re.search("[Pp]age 9: ", fault)  # how it goes on is SQLite's, and changes


def test_a_log_that_is_damaged_beyond_reading_is_refused(path: Path) -> None:
    overwrite(path, 1)
    with pytest.raises(RecordFailed, match="is damaged"):
        condition(path)


@pytest.mark.parametrize("data", [b"not a database, but long enough to be one" * 20])
def test_what_is_no_log_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(data)
    with pytest.raises(RecordFailed, match="is not a log of helm's"):
        condition(path)


def test_a_look_that_takes_too_long_is_given_up(path: Path) -> None:
    """And what was not looked at is not taken for sound."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE much AS SELECT * FROM events")
        for _ in range(8):
            connection.execute("INSERT INTO much SELECT * FROM much")
        connection.commit()
    found = SqliteLogProbe(path).condition(seconds=0)
    assert found is not None
    assert (found.faults, found.whole) == ((), False)
    assert condition(path).whole
