"""Many processes use one log at the same moment: none fails, nothing is lost or done twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from helm.adapters.sqlite import schema
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import RecordFailed
from helm.domain.events import AttemptStarted
from tests.adapters.sqlite.crowd import APPENDS, crowd, gate_is_free, somebody_waits, writers
from tests.e2e.fake_codex import out, wait_for
from tests.e2e.soundness import check_log
from tests.e2e.workspace import SPEC, Workspace, until
from tests.examples import NOON
from tests.faults.conftest import Survived

SIZE = 16
ROUNDS_OF_WRITING = 3
FIRST_STARTS = 20
RUNS = 20
STOPS = 5


def append(log: SqliteEventLog, run_id: str, seq: int) -> None:
    log.append(run_id, [AttemptStarted(attempt=seq + 1)], expected_seq=seq, recorded_at=NOON)


def check_pages(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Writing


def test_many_writers(tmp_path: Path, soak: int, survived: Survived) -> None:
    """Every append that was acknowledged is there, in its place, and none was refused."""
    for number in range(ROUNDS_OF_WRITING * soak):
        path = tmp_path / str(number) / "runs.db"
        assert crowd("write", path, SIZE) == [APPENDS] * SIZE
        with SqliteEventLog(path) as log:
            assert [log.check(f"run-{number}") for number in range(SIZE)] == [APPENDS] * SIZE
        check_pages(path)
        survived("many-writers", SIZE * APPENDS)


def test_one_stream_race(tmp_path: Path, soak: int, survived: Survived) -> None:
    """Exactly one of all wins a place; the others are told so, by an error of its own kind."""
    for number in range(soak):
        path = tmp_path / str(number) / "runs.db"
        won = crowd("race", path, SIZE)
        assert not [each for each in won if isinstance(each, str)]
        places = sorted(place for each in won if isinstance(each, list) for place in each)
        assert places == list(range(len(places)))
        assert APPENDS <= len(places) < SIZE * APPENDS
        with SqliteEventLog(path) as log:
            assert log.check("run") == len(places)
        survived("one-stream-race", SIZE * APPENDS)


# Beginning


@pytest.mark.parametrize("seen", [0, len(schema.migration_files()) - 1])
def test_first_start(tmp_path: Path, soak: int, survived: Survived, seen: int) -> None:
    """All who find no log, or one that has seen fewer migrations, start; each is done once."""
    files = schema.migration_files()
    for number in range(FIRST_STARTS * soak):
        path = tmp_path / str(number) / "runs.db"
        if seen:
            path.parent.mkdir()
            make_older(path, seen)
        assert crowd("start", path, SIZE) == ["started"] * SIZE
        with closing(sqlite3.connect(path)) as connection:
            done = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
            assert done == [(file.stem,) for file in files]
            assert connection.execute("PRAGMA user_version").fetchone() == (len(files),)
        check_pages(path)
        with SqliteEventLog(path) as log:
            assert len(log.runs_like("run-")) == SIZE
        shutil.rmtree(path.parent)
        survived("first-start", SIZE)


def make_older(path: Path, seen: int) -> None:
    """Make a log as a helm made it that had only the first `seen` migrations."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        schema.migrate(connection, schema.migration_files()[:seen])


def test_two_runs_one_spec(tmp_path: Path, soak: int, survived: Survived) -> None:
    """Of two that begin together one goes on; the other is gone at once, and says for whom."""
    workspace = Workspace(tmp_path)
    for number in range(RUNS * soak):
        go = workspace.place / f"go-{number}"
        workspace.agent(worker=[[wait_for(go), out("done\n")]])
        command = ("run", "--exec", SPEC, "--quiet")
        with workspace.start(*command) as one, workspace.start(*command) as other:
            ended = until(
                lambda: [helm for helm in (one, other) if helm.popen.poll() is not None],
                "the end of the second one",
            )
            (first,) = {one, other} - set(ended)
            refused = ended[0].end()
            assert (refused.code, len(refused.complaints)) == (6, 1)
            assert f"process {first.pid}" in refused.err
            workspace.wait_for_calls(1)
            go.touch()
            assert first.end().code == 0
        assert workspace.roles() == ["worker", "verifier"]
        survived("two-runs-one-spec", 1)
    kinds = [event.kind for event in check_log(workspace)]
    assert kinds.count("RunStarted") == kinds.count("RunFinished") == RUNS * soak


# Standing still


def test_stopped_holder(tmp_path: Path, soak: int, survived: Survived) -> None:
    """Who waits for it gets an error with its number; when it goes on, nothing was lost."""
    path = tmp_path / "runs.db"
    with writers(path, 1) as acknowledged, SqliteEventLog(path, patience=0.2) as log:
        pid = sole_writer(path)
        for number in range(STOPS * soak):
            until(lambda: not somebody_waits(path), "the end of our own waiting")
            with stopped_inside(pid, path):
                with pytest.raises(RecordFailed, match=rf"is held by process {pid},.* 0\.2 s"):
                    append(log, "other", number)
                last = log.load("run-0")[-1].seq
            until(partial(log.load, "run-0", after=last), "one event more")
            append(log, "other", number)
            survived("stopped-holder", 1)
    with SqliteEventLog(path) as log:
        assert [log.check("run-0")] == acknowledged
        assert log.check("other") == STOPS * soak


def sole_writer(path: Path) -> int:
    """Wait until the log is made, and its writer has the gate."""
    with SqliteEventLog(path) as log:
        until(lambda: log.load("run-0"), "the first event")
    # Whoever opens a log that is being made takes the gate too: it may name us, not to be stopped.
    until(lambda: named_in(path) not in {"", str(os.getpid())}, "the writer's number")
    return int(named_in(path))


def named_in(log: Path) -> str:
    """Read who had the gate last."""
    return log.with_name(f"{log.name}.gate").read_text().strip()


@contextmanager
def stopped_inside(pid: int, log: Path) -> Iterator[None]:
    """Stop a process while it holds the gate, until the block ends."""
    process = psutil.Process(pid)

    def stopped() -> bool:
        process.suspend()
        until(lambda: process.status() == psutil.STATUS_STOPPED, "the process to stand still")
        inside = not gate_is_free(log) and named_in(log) == str(pid)
        if not inside:
            process.resume()
        return inside

    until(stopped, "a moment in which the gate is held")
    try:
        yield
    finally:
        process.resume()
