"""What a run stands on gives way: helm or its worker is gone, the clock, limits, the disk."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from helm.adapters.sqlite.engine import sqlite3
from tests.e2e.fake_codex import child, hold, ignore, out, wait_for
from tests.e2e.soundness import check_log, check_the_end, two_attempts
from tests.e2e.workspace import SPEC, Ended, Helm, Workspace, alive, until, write
from tests.faults.changed import changed_helm
from tests.faults.conftest import Survived

if TYPE_CHECKING:
    from tests.e2e.fake_codex import Action

ORPHANS = 20
LANES = 5
"""As in the test of the crash points; an odd number, as every other child is deaf."""

TIMES = 5


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


# helm is gone, its worker is not


@pytest.mark.parametrize("lane", range(LANES))
def test_orphan(workspace: Workspace, soak: int, survived: Survived, lane: int) -> None:
    """Each time the next helm ends who was left, deaf or not, before it lets a worker begin."""
    numbers = range(lane, ORPHANS * soak, LANES)
    pid_files = [workspace.place / f"child-{number}" for number in numbers]
    last = [out("the work\n"), wait_for(workspace.place / "go")]
    workspace.agent(worker=[*map(stays, pid_files), last])
    with workspace.nobody_left():
        left: list[int] = []
        for number, pid_file in enumerate(pid_files, start=1):
            with workspace.working("--resume", "--quiet", calls=number) as helm:
                assert not any(map(alive, left))
                until(pid_file.exists, "the child of the worker")
                helm.kill()
            left = [workspace.calls()[-1].pid, int(pid_file.read_text(encoding="ascii"))]
            assert all(map(alive, left))
            survived("orphan", 1)
        with workspace.working("--resume", "--quiet", calls=len(pid_files) + 1) as helm:
            assert not any(map(alive, left))
            (workspace.place / "go").touch()
            assert helm.end().code == 0
        assert workspace.survivors() == []
    check_log(workspace)
    assert [body["cause"] for body in workspace.bodies("RunHalted")] == ["lost"] * len(pid_files)
    assert len(workspace.bodies("AttemptStarted")) == 1


def stays(pid_file: Path) -> list[Action]:
    """Do not go away, and have a child in a session of its own; every other one is deaf."""
    deaf = int(pid_file.name.partition("-")[2]) % 2 == 1
    deafness = [ignore("SIGINT", "SIGTERM", "SIGHUP")] if deaf else []
    return [*deafness, child(pid_file, session=True, deaf=deaf), hold()]


# The worker ends in a way of its own

AGENT = """#!/bin/sh
/bin/cat > /dev/null
case "$*" in
*read-only*) printf 'STATUS: missing\\n{"remainingTasks": ["again"]}\\n'; exit 0 ;;
esac
echo began
"""

WAYS = {
    "closes its outputs early": (
        "exec >&- 2>&-; /bin/sleep 0.1; exit 0",
        "began\n",
    ),
    "leaves a child that keeps the pipes": ("/bin/sleep 300 & exit 0", "began\n"),
    "leaves a child that writes": ("(/bin/sleep 0.2; echo late) & exit 0", "began\nlate\n"),
}


@pytest.mark.parametrize("way", WAYS)
def test_worker_ends_oddly(workspace: Workspace, soak: int, survived: Survived, way: str) -> None:
    """The attempt counts by the exit status; what still comes of it is kept, and nobody stays."""
    deed, report = WAYS[way]
    write(workspace.codex, f"{AGENT}{deed}\n")
    times = TIMES * soak
    with workspace.nobody_left():
        ended = workspace.execute("--quiet", "--max-attempts", str(times))
        assert workspace.survivors() == []
    assert ended.code == 1
    finished = workspace.bodies("WorkerFinished")
    assert [body["ending"] for body in finished] == ["completed"] * times
    assert {body["report"] for body in finished} == {report}
    check_log(workspace)
    survived("worker-ends-oddly", times)


def test_a_child_that_never_stops_writing_is_ended(
    workspace: Workspace, soak: int, survived: Survived
) -> None:
    """It has as long as any other; then the attempt is over."""
    write(workspace.codex, f"{AGENT}(while echo late; do /bin/sleep 0.05; done) & exit 0\n")
    times = TIMES * soak
    with workspace.nobody_left():
        assert workspace.execute("--quiet", "--max-attempts", str(times)).code == 1
        assert workspace.survivors() == []
    for body in workspace.bodies("WorkerFinished"):
        assert body["ending"] == "completed"
        assert body["report"].startswith("began\nlate\nlate\n")
    check_log(workspace)
    survived("worker-ends-oddly", times)


def test_a_worker_that_dies_of_a_signal_has_failed(
    workspace: Workspace, soak: int, survived: Survived
) -> None:
    """Whichever it is, it is on record, and the same attempt can be made again."""
    for name in ("KILL", "TERM", "HUP", "PIPE", "USR1") * soak:
        write(workspace.codex, f"{AGENT}kill -{name} $$\n")
        ended = workspace.execute("--quiet", "--resume")
        assert ended.code == 4
        (complaint,) = ended.complaints
        assert f"SIG{name}" in complaint
        assert complaint.endswith("--resume")
        assert workspace.bodies("WorkerFinished")[-1]["ending"] == "failed"
        survived("worker-ends-oddly", 1)
    workspace.install_codex()
    assert workspace.execute("--quiet", "--resume").code == 0
    assert len(workspace.bodies("AttemptStarted")) == 1
    check_log(workspace)


# Limits


def test_descriptors_out(workspace: Workspace, survived: Survived) -> None:
    """With too few files to open a run ends with one line, whatever it lacks one for."""
    for limit, ended in runs_with_few_descriptors(workspace):
        if ended.code == 0:
            break
        assert ended.code in {3, 4, 6}, limit
        (complaint,) = ended.complaints
        assert "Too many open files" in complaint
        check_log(workspace)
        survived("descriptors-out", 1)
    assert workspace.metadata()["status"] == "done"
    check_log(workspace)


def runs_with_few_descriptors(workspace: Workspace) -> Iterator[tuple[int, Ended]]:
    """Run the spec with as many as Python takes to say what is wrong, then with one more."""
    words = shlex.join([*workspace.helm_words("run", "--exec", SPEC), "--quiet", "--resume"])
    for limit in range(6, 40):
        yield limit, workspace.run_shell(f"ulimit -n {limit}; exec {words}")


LIMITS_OF_OTHERS = pytest.mark.skipif(
    not hasattr(psutil.Process, "rlimit"), reason="only Linux sets a limit of another process"
)


@LIMITS_OF_OTHERS
@pytest.mark.parametrize("room", range(-8, 6, 2))
def test_descriptors_that_run_out_during_a_run_lose_nothing(
    workspace: Workspace, survived: Survived, room: int
) -> None:
    """The work that is done by then is on record, and the run goes on when there is room."""
    go = workspace.place / "go"
    workspace.agent(worker=[[out("the work\n"), wait_for(go)], "again"])
    with workspace.working("--quiet") as helm:
        workspace.wait_for_event("OutputCaptured")
        limit(helm, room=room)
        go.touch()
        ended = helm.end()
    assert workspace.survivors() == []
    check_log(workspace)
    if ended.code:
        assert ended.code in {4, 6}
        assert "Too many open files" in ended.complaints[0]
        assert workspace.execute("--quiet", "--resume").code == 0
    assert workspace.metadata()["status"] == "done"
    assert workspace.bodies("InputChanged") == []  # what cannot be read is not said to be gone
    survived("descriptors-out", 1)


@LIMITS_OF_OTHERS
def test_an_agent_is_ended_without_opening_a_file(
    workspace: Workspace, survived: Survived
) -> None:
    """Who runs is found in files; where none can be opened, its group is ended all the same."""
    workspace.agent(worker=[[ignore("SIGINT", "SIGTERM"), out("the work\n"), hold()], "again"])
    with workspace.working("--quiet") as helm:
        workspace.wait_for_event("OutputCaptured")
        limit(helm, room=-8)
        helm.send(signal.SIGTERM)
        ended = helm.end()
        assert workspace.survivors() == []
    assert ended.code == -signal.SIGTERM
    assert "Too many open files" in ended.complaints[0]
    check_log(workspace)
    assert workspace.execute("--quiet", "--resume").code == 0
    survived("descriptors-out", 1)


def limit(helm: Helm, *, room: int) -> None:
    """Let a helm that runs have so many files more than it has, or fewer."""
    process = psutil.Process(helm.pid)
    process.rlimit(psutil.RLIMIT_NOFILE, (process.num_fds() + room, 1024))


# The clock

STEPS = ["seconds=1", "minutes=61", "days=1", "days=400", "days=1300"]
BACKWARDS = """
import datetime, itertools
import helm.__main__ as program

class Backwards(datetime.datetime):
    looks = itertools.count()

    @classmethod
    def now(cls, tz=None):
        now = datetime.datetime.now(tz)
        return now - next(cls.looks) * datetime.timedelta(STEP)

program.datetime = Backwards
"""


@pytest.mark.parametrize("step", STEPS)
def test_clock_back(workspace: Workspace, survived: Survived, step: str) -> None:
    """However far the clock is set back before each event, order and durations do not follow."""
    two_attempts(workspace)
    change = BACKWARDS.replace("STEP", step)
    assert changed_helm(workspace, change, "run", "--exec", SPEC).code == 0
    check_the_end(workspace)
    times = workspace.query("SELECT recorded_at FROM events ORDER BY position")
    assert times == sorted(times, reverse=True)
    assert len(set(times)) > 10
    told = "SELECT seconds FROM runs UNION ALL SELECT worker_seconds FROM attempts"
    durations = [seconds for (seconds,) in workspace.query(told)]
    assert len(durations) == 3
    assert all(0 < seconds < 60 for seconds in durations)
    for words in (["show", "latest"], ["history"], ["status"], ["watch", "latest"]):
        ended = changed_helm(workspace, change, *words)
        assert (ended.code, ended.err) == (0, ""), words
        assert not re.search(r"\s-\d", ended.out), words
    assert workspace.run("replay", "--check", "latest").code == 0
    survived("clock-back", 1)


# A file system without write-ahead logging

REFUSING = f"""
import {sqlite3.__name__} as module

connect = module.connect
module.connect = lambda path, **how: connect(f"{{path}}&vfs=unix-dotfile", **how)
"""


def test_wal_refused(workspace: Workspace, survived: Survived) -> None:
    """One warning, and a rollback journal that is synced to the last; all else is the same."""
    two_attempts(workspace)
    ended = changed_helm(workspace, REFUSING, "run", "--exec", SPEC)
    assert ended.code == 0
    (warning,) = ended.warnings
    assert "lies on a file system without write-ahead logging" in warning
    check_the_end(workspace)
    assert workspace.query("PRAGMA journal_mode") == [("delete",)]
    survived("wal-refused", 1)
