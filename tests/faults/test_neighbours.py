"""Other programs at the log: some lock it, some read it for long, some copy it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.domain.events import ActivityKind, ActivityReported, AttemptStarted
from tests.adapters.sqlite.crowd import ROOT, writers
from tests.e2e.fake_codex import out, wait_for
from tests.e2e.soundness import check_log
from tests.e2e.workspace import SPEC, Ended, Helm, Workspace, until
from tests.examples import NOON
from tests.faults.changed import changed_helm
from tests.faults.conftest import Survived

LOCKS = 5
SHORT = 3.0
"""Seconds for which a stranger holds a lock that helm outwaits."""

APPENDS = 12_000
BACKUPS = 20
WRITERS = 4
MEGABYTE = 1_000_000


# A lock


@pytest.mark.parametrize("for_ever", [False, True])
def test_locked_by_stranger(
    tmp_path: Path, soak: int, survived: Survived, *, for_ever: bool
) -> None:
    """A run waits and goes on; or it ends with an error, and keeps what it has."""
    workspaces = [made(tmp_path / str(number)) for number in range(LOCKS * soak)]
    with ExitStack() as locks:
        helms = [locks.enter_context(working(each)) for each in workspaces]
        with ExitStack() as strangers:
            for each in workspaces:
                strangers.enter_context(locked(each))
                (each.place / "go").touch()
            time.sleep(SHORT)
            ends = [each.end() for each in helms] if for_ever else []
        ends = ends or [each.end() for each in helms]
        for workspace, ended in zip(workspaces, ends, strict=True):
            check_after_the_lock(workspace, ended, for_ever=for_ever)
            survived("locked-by-stranger", 1)


def made(place: Path) -> Workspace:
    place.mkdir()
    workspace = Workspace(place)
    said = [out("before\n"), wait_for(place / "go"), out("after\n")]
    workspace.agent(worker=[said, [out("again\n")]])
    return workspace


@contextmanager
def working(workspace: Workspace) -> Iterator[Helm]:
    """Begin the run; the worker has said something that is on record."""
    with workspace.start("run", "--exec", SPEC, "--quiet") as helm:
        workspace.wait_for_event("OutputCaptured")
        yield helm


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    with closing(sqlite3.connect(workspace.log, isolation_level=None)) as stranger:
        stranger.execute("BEGIN EXCLUSIVE")
        yield
        stranger.execute("ROLLBACK")


def check_after_the_lock(workspace: Workspace, ended: Ended, *, for_ever: bool) -> None:
    """See what the run has come to, and let it go on where it has not come to its end."""
    assert workspace.survivors() == []
    kept = said(workspace)
    if for_ever:
        assert (ended.code, kept) == (6, ["before\n"])
        (complaint,) = ended.complaints
        assert "runs.db is locked by a program that is not helm" in complaint
        ended = workspace.execute("--resume")
    assert ended.code == 0
    assert said(workspace)[:2] == ["before\n", "again\n" if for_ever else "after\n"]
    assert workspace.kinds()[-1] == "RunFinished"
    check_log(workspace)


def said(workspace: Workspace) -> list[str]:
    """List what agents wrote, as it is on record."""
    rows = workspace.query("SELECT data FROM output WHERE codec = 'raw' ORDER BY rowid")
    return [data.decode() for (data,) in rows]


# A reader


def wal_size(log: Path) -> int:
    return log.with_name(f"{log.name}-wal").stat().st_size


def test_held_reader(tmp_path: Path, survived: Survived) -> None:
    """While an answer is half read the write-ahead log grows; then it becomes small again."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log, 0)
        with half_read_answer(path):
            for seq in range(1, APPENDS):
                append(log, seq)
            assert wal_size(path) > 16 * MEGABYTE  # so much is held, and nothing refused
        for seq in range(APPENDS, APPENDS + 3):
            append(log, seq)
        assert wal_size(path) < 8 * MEGABYTE
        assert log.check("run") == APPENDS + 3
    survived("held-reader", 1)


def test_a_run_that_is_watched_holds_nothing(tmp_path: Path) -> None:
    """Whoever follows event after event reads each time anew."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log, SqliteEventLog(path) as watching:
        seen = 0
        for seq in range(APPENDS // 4):
            append(log, seq)
            seen += len(watching.load("run", after=seen - 1, limit=1000))
        assert seen == APPENDS // 4
        assert wal_size(path) < 8 * MEGABYTE


def append(log: SqliteEventLog, seq: int) -> None:
    said = ActivityReported(launch=1, activity=ActivityKind.MESSAGE, text=1000 * "x")
    log.append("run", [said], expected_seq=seq, recorded_at=NOON)


@contextmanager
def half_read_answer(log: Path) -> Iterator[None]:
    """Ask `helm query` for more than a pipe holds, and read no more than its first line."""
    endless = (
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT body FROM n"
    )
    query = ["query", "--csv", "--limit", "0", "--db", str(log), f"{endless} CROSS JOIN events"]
    words = [sys.executable, "-m", "helm", *query]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as helm:
        assert helm.stdout
        assert helm.stdout.readline() == b"body\r\n"
        yield
        helm.kill()


# A copy


def test_backup_live(tmp_path: Path, soak: int, survived: Survived) -> None:
    """A copy that is taken while others write is a whole log, with all that was there before."""
    path = tmp_path / "runs.db"
    runs = [f"run-{number}" for number in range(WRITERS)]
    with writers(path, WRITERS) as acknowledged, SqliteEventLog(path) as log:
        for number in range(BACKUPS * soak):
            until(lambda: all(map(log.load, runs)), "the first events")
            before = [len(log.load(run)) for run in runs]
            copy = tmp_path / f"copy-{number}.db"
            back_up(path, copy, pages=100 if number % 2 else -1)
            check_copy(copy, runs, before)
            survived("backup-live", 1)
        until(lambda: [len(log.load(run)) for run in runs] > before, "events after the copies")
    with SqliteEventLog(path) as log:
        assert [log.check(run) for run in runs] == acknowledged


def back_up(log: Path, copy: Path, *, pages: int) -> None:
    """Do what `sqlite3 runs.db ".backup copy.db"` does: so many pages at a time, or all (-1)."""
    with closing(sqlite3.connect(log)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=pages, sleep=0)


def check_copy(copy: Path, runs: list[str], before: list[int]) -> None:
    """See that a copy is sound, holds at least so much of each run, and can be gone on with."""
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with SqliteEventLog(copy) as log:
        found = [log.check(run) for run in runs]
        assert all(now >= then for now, then in zip(found, before, strict=True))
        more = AttemptStarted(attempt=found[0] + 1)
        log.append(runs[0], [more], expected_seq=found[0], recorded_at=NOON)


# helm itself


WATCHED = """
import os, sys
def opened(event, arguments):
    if event != "open" or not isinstance(arguments[0], (str, bytes)):
        return
    path, _, flags = arguments
    name = os.path.basename(os.fsdecode(path))
    making = flags & os.O_CREAT and flags & os.O_EXCL
    if name.startswith("runs.db") and not name.endswith(".gate") and not making:
        os.write(2, f"opened {path}\\n".encode())
sys.addaudithook(opened)
"""
COMMANDS = [
    ["run", "--exec", SPEC],
    ["run", "--exec", SPEC, "--fresh"],
    ["status"],
    ["history"],
    ["show", "latest"],
    ["watch", "latest"],
    ["query", "SELECT * FROM runs"],
    ["replay", "--all"],
    ["export", "latest", "--output", "export.jsonl"],
    ["import", "export.jsonl"],
    ["verify-log"],
    ["prune", "latest", "--yes"],
]


def test_stray_descriptor(tmp_path: Path, survived: Survived) -> None:
    """Nothing but SQLite opens the log: to close it by hand would drop the locks on it.

    A file that is made anew is no exception, because nobody has it open.
    """
    workspace = Workspace(tmp_path)
    probe = f"open({str(workspace.log)!r}, 'ab').close()"
    assert workspace.execute().code == 0
    assert "opened" in changed_helm(workspace, f"{WATCHED}\n{probe}", "--version").err
    for words in COMMANDS:
        ended = changed_helm(workspace, WATCHED, *words)
        assert (ended.code, ended.err) == (0, ""), words
    survived("stray-descriptor", len(COMMANDS))
