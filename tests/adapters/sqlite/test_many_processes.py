"""Several processes share one log, in small: tests/faults has the same with many of them."""

import os
import threading
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import RecordFailed
from helm.domain.events import AttemptStarted
from tests.adapters.sqlite.crowd import APPENDS, crowd
from tests.examples import NOON


def append(log: SqliteEventLog, run_id: str, seq: int) -> None:
    log.append(run_id, [AttemptStarted(attempt=seq + 1)], expected_seq=seq, recorded_at=NOON)


def test_processes_may_make_a_log_at_once_and_write_to_it(tmp_path: Path) -> None:
    """Every append that was acknowledged is there, in its place."""
    path = tmp_path / "runs.db"
    assert crowd("write", path, 3) == [APPENDS] * 3
    with SqliteEventLog(path) as log:
        for number in range(3):
            places = [each.seq for each in log.load(f"run-{number}")]
            assert places == list(range(APPENDS))


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


def test_who_keeps_the_gate_is_named(tmp_path: Path) -> None:
    """What waits in vain costs an error, and nothing once the gate is free again."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path, patience=0.05) as log:
        append(log, "run", 0)
        holder = Gate(path, 0.0)
        with holder:
            with pytest.raises(RecordFailed, match=rf"runs\.db is held by process {os.getpid()},"):
                append(log, "run", 1)
            assert len(log.load("run")) == 1
        holder.close()
        append(log, "run", 1)
        assert len(log.load("run")) == 2
