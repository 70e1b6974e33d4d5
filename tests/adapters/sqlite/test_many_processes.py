"""Many processes share one log: none fails, nothing is lost, and no place is given twice."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.schema import migration_files
from helm.app.errors import RecordFailed
from helm.domain.events import AttemptStarted
from tests.adapters.sqlite.crowd import APPENDS, ROOT, crowd
from tests.examples import NOON

SIZE = 16


def append(log: SqliteEventLog, run_id: str, seq: int) -> None:
    log.append(run_id, [AttemptStarted(attempt=seq + 1)], expected_seq=seq, recorded_at=NOON)


def test_sixteen_processes_may_make_the_log_at_once(tmp_path: Path) -> None:
    """Each of them starts, and the schema is made once."""
    path = tmp_path / "new" / "runs.db"
    assert crowd("start", path, SIZE) == ["started"] * SIZE
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT COUNT(*) FROM _sqlite_migrations").fetchone() == (
        len(migration_files()),
    )
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with SqliteEventLog(path) as log:
        assert len(log.runs_like("run-")) == SIZE


def test_sixteen_processes_may_write_at_once(tmp_path: Path) -> None:
    """Every append that was acknowledged is there, in its place."""
    path = tmp_path / "runs.db"
    assert crowd("write", path, SIZE) == [APPENDS] * SIZE
    with SqliteEventLog(path) as log:
        for number in range(SIZE):
            places = [each.seq for each in log.load(f"run-{number}")]
            assert places == list(range(APPENDS))


def test_of_many_that_append_to_one_run_exactly_one_wins_each_place(tmp_path: Path) -> None:
    """The others are told so, and the run has no gap and no double."""
    path = tmp_path / "runs.db"
    won = crowd("race", path, SIZE)
    places = sorted(place for each in won if isinstance(each, list) for place in each)
    with SqliteEventLog(path) as log:
        assert places == [each.seq for each in log.load("run")] == list(range(len(places)))
    assert not [each for each in won if isinstance(each, str)]


def test_threads_may_share_a_log(tmp_path: Path) -> None:
    """They take turns, as processes do."""
    with SqliteEventLog(tmp_path / "runs.db") as log:

        def work(run_id: str) -> None:
            for seq in range(APPENDS):
                append(log, run_id, seq)

        threads = [threading.Thread(target=work, args=(f"run-{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(log.load(f"run-{n}")) for n in range(4)] == [APPENDS] * 4


def test_a_log_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    """A reader sees the last commit, and waits for nobody."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as writer, SqliteEventLog(path, patience=0.0) as reader:
        append(writer, "run", 0)
        busy = sqlite3.connect(path, isolation_level=None)
        busy.execute("BEGIN IMMEDIATE")
        assert len(reader.load("run")) == 1
        busy.execute("ROLLBACK")
        busy.close()
        append(writer, "run", 1)
        assert len(reader.load("run")) == 2


def test_a_holder_of_the_gate_that_hangs_is_named(tmp_path: Path) -> None:
    """A stopped process costs the others an error; once it goes on, so do they."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log, "run", 0)
    command = [sys.executable, "-m", "tests.adapters.sqlite.crowd", "hold", str(path), "1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        inside = int(path.with_name("runs.db.gate").read_text())
        os.kill(inside, signal.SIGSTOP)
        with SqliteEventLog(path, patience=0.05) as log:
            with pytest.raises(RecordFailed, match=rf"runs\.db is held by process {inside},"):
                append(log, "run", 1)
            assert len(log.load("run")) == 1
        os.kill(inside, signal.SIGCONT)
        assert holder.stdin
        holder.stdin.close()
    with SqliteEventLog(path) as log:
        append(log, "run", 1)
        assert len(log.load("run")) == 2
