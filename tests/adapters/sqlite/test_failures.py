"""What goes wrong with the file of a log is said in one line: which file, and what to do."""

import os
import shutil
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import RecordFailed
from helm.domain.events import AttemptStarted
from tests.adapters.sqlite.crowd import crowd, gate_is_free
from tests.examples import NOON, batches, record, start_run, whole_run
from tests.tampering import tamper


def append(log: SqliteEventLog, seq: int = 0) -> None:
    log.append("run", [AttemptStarted(attempt=seq + 1)], expected_seq=seq, recorded_at=NOON)


def replace(path: Path) -> None:
    shutil.copy(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)


LOSSES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "replaced": replace,
    "deleted with its folder": lambda path: shutil.rmtree(path.parent),
    "robbed of its write-ahead log": lambda path: path.with_name("runs.db-wal").unlink(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_log_that_vanishes_under_helm_is_noticed_at_once(tmp_path: Path, loss: str) -> None:
    """SQLite would go on writing into nowhere; helm stops, and makes no other file instead."""
    path = tmp_path / "folder" / "runs.db"
    with SqliteEventLog(path) as log:
        append(log)
        LOSSES[loss](path)
        there = list(tmp_path.glob("**/*"))
        for _ in range(2):
            with pytest.raises(RecordFailed, match=r"runs\.db was deleted or replaced while"):
                append(log, 1)
            with pytest.raises(RecordFailed, match=r"runs\.db was deleted or replaced while"):
                log.load("run")
        assert list(tmp_path.glob("**/*")) == there


def test_a_run_that_was_written_anew_is_noticed_at_the_next_append(tmp_path: Path) -> None:
    """Although its digests are right: nobody who comes later can know that they were others."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log)
        (told,) = log.load("run")
        tamper(path, f"UPDATE events SET digest = '{64 * '0'}'")
        with pytest.raises(RecordFailed, match=r"event 0 of run run is not as it was recorded"):
            append(log, 1)
        tamper(path, f"UPDATE events SET digest = '{told.digest}'")
        append(log, 1)


def test_what_another_helm_has_added_meanwhile_is_gone_on_from(tmp_path: Path) -> None:
    """As where a run was halted on the screen, and resumed elsewhere in between."""
    with SqliteEventLog(tmp_path / "runs.db") as log, SqliteEventLog(log.path) as other:
        for seq, each in enumerate((log, other, log, log, other, other)):
            append(each, seq)
        assert log.check("run") == 6


@pytest.mark.parametrize("content", [b"not a database\n" * 100, b"SQLite format 4\0" * 100])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """It is named, together with the way to name another."""
    path = tmp_path / "runs.db"
    path.write_bytes(content)
    with SqliteEventLog(path) as log:
        for use in (append, lambda log: log.load("run")):
            with pytest.raises(RecordFailed, match=r"runs\.db is not a log .* with --db"):
                use(log)
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_a_log_is_an_error(tmp_path: Path) -> None:
    """It can neither be read nor written."""
    with SqliteEventLog(tmp_path) as log, pytest.raises(RecordFailed, match="is not a file"):
        append(log)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A file in the way is named."""
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "folder" / "runs.db"
    with SqliteEventLog(path) as log, pytest.raises(RecordFailed, match=r"cannot be used: .*file"):
        append(log)


@pytest.mark.skipif(os.geteuid() == 0, reason="to root nothing is read-only")
def test_a_log_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    """Only writing to it fails."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log)
    path.chmod(0o400)
    with SqliteEventLog(path) as log:
        assert len(log.load("run")) == 1
        with pytest.raises(RecordFailed, match="may only be read"):
            append(log, 1)


def test_a_damaged_log_is_told_from_an_empty_one(tmp_path: Path) -> None:
    """Pages that are no pages any more are an error, not an absence of events."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, "run", whole_run())
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with SqliteEventLog(path) as log:
        with pytest.raises(RecordFailed, match=r"runs\.db is damaged \(.*; keep it"):
            log.load("run")
        with pytest.raises(RecordFailed, match=r"runs\.db is damaged \(.*; keep it"):
            append(log, 99)


def test_damage_that_is_no_text_is_quoted_as_what_it_is(tmp_path: Path) -> None:
    """SQLite's own complaint may hold bytes that are not UTF-8, which is no bug of helm's."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log)
    path.write_bytes(
        path.read_bytes().replace(b"CREATE TABLE events (", b"CREATE TABLE events \xe9")
    )
    with SqliteEventLog(path) as log, pytest.raises(RecordFailed, match=r"runs\.db is damaged \("):
        log.load("run")


def test_output_that_is_damaged_is_an_error(tmp_path: Path) -> None:
    """Compressed bytes that cannot be undone are not passed off as what the agent said."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log)
    connection = sqlite3.connect(path)
    with connection:
        damaged = zlib.compress(b"said " * 1000)[:-5]
        connection.execute("INSERT INTO output VALUES ('run', 0, 'zlib', ?)", (damaged,))
    connection.close()
    with SqliteEventLog(path) as log, pytest.raises(RecordFailed, match="is damaged"):
        log.output("run", 0)


def test_output_that_was_removed_is_told_from_output_that_never_was(tmp_path: Path) -> None:
    """After pruning, the log knows that the bytes were there."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        seq = next(each.seq for each in record(log, "run", whole_run()) if each.output)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE output SET data = NULL")
    connection.close()
    with SqliteEventLog(path) as log:
        assert log.output("run", seq) is None
        with pytest.raises(RecordFailed, match="has no output for event 0"):
            log.output("run", 0)
        assert len(log.load("run")) == 38


@pytest.mark.parametrize(
    ("column", "value"),
    [("body", "'{}'"), ("body", "'{\"attempt\": 1.5}'"), ("recorded_at", "''")],
)
def test_an_event_that_cannot_be_read_is_named(tmp_path: Path, column: str, value: str) -> None:
    """The error says which file, which run, which event, and what is wrong with it."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, "run", batches([start_run()]))
        append(log, 1)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DROP TRIGGER events_are_never_changed")
        connection.execute(f"UPDATE events SET {column} = {value} WHERE seq = 1")
    connection.close()
    with SqliteEventLog(path) as log, pytest.raises(RecordFailed) as caught:
        log.load("run")
    assert str(caught.value).startswith(f"{path}: event 1 of run run: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_stranger_who_keeps_the_log_locked_is_an_error(tmp_path: Path, lock: str) -> None:
    """After the patience is over the append fails; once the stranger is gone it works."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path, patience=0.05) as log:
        append(log)
        stranger = sqlite3.connect(path, isolation_level=None)
        stranger.execute(f"BEGIN {lock}")
        with pytest.raises(RecordFailed, match="is locked by a program that is not helm"):
            append(log, 1)
        assert len(log.load("run")) == 1
        stranger.execute("ROLLBACK")
        stranger.close()
        append(log, 1)
        assert len(log.load("run")) == 2


def test_a_full_disk_costs_what_did_not_fit_and_nothing_else(tmp_path: Path) -> None:
    """The append that failed left nothing behind, and with room again the log goes on."""
    (answer,) = crowd("fill_disk", tmp_path / "runs.db")
    assert isinstance(answer, list)
    assert answer[0] == "0 lost or in excess"
    assert "runs.db could not be" in answer[1]
    with SqliteEventLog(tmp_path / "runs.db") as log:
        places = [each.seq for each in log.load("run")]
        assert places == list(range(len(places)))


@pytest.mark.parametrize("word", ["\ud800", "run\udcff"])
def test_a_name_that_is_not_unicode_is_an_error(tmp_path: Path, word: str) -> None:
    """A byte of the command line that is no text names no run, and is no bug."""
    with SqliteEventLog(tmp_path / "runs.db") as log:
        append(log)
        with pytest.raises(RecordFailed, match="not Unicode"):
            log.runs_like(word)


def test_a_stranger_who_lets_go_is_waited_for(tmp_path: Path) -> None:
    """An append that had to wait sees what the stranger committed, and follows it."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log, ThreadPoolExecutor() as pool:
        append(log)
        stranger = sqlite3.connect(path, isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        stranger.execute("CREATE TABLE notes (text)")
        appended = pool.submit(append, log, 1)
        while gate_is_free(path) and not appended.done():
            pass
        stranger.execute("COMMIT")
        stranger.close()
        appended.result()
        assert len(log.load("run")) == 2
