"""helm killed with SIGKILL, at every step and at any moment: the log is whole, and goes on."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helm.domain.chain import FIRST, StoredEvent, digest_after
from tests.e2e.fake_codex import (
    begin,
    child,
    end,
    hold,
    ignore,
    make,
    message,
    out,
    pause,
    wait_for,
    where,
)
from tests.e2e.workspace import MISSING, OK, SPEC, Event, Helm, Workspace, alive, until

if TYPE_CHECKING:
    from tests.e2e.fake_codex import Action

FIRST_VERDICT = "attempt 1 status=missing: remaining tasks: say goodbye; test it"
SECOND_VERDICT = "attempt 2 status=ok: ok"

STEPS = [
    "RunStarted",
    "AttemptStarted",
    "WorkerLaunched",
    "AgentSpawned",
    "OutputCaptured",
    "WorkerFinished",
    "VerifierLaunched",
    "AgentSpawned",
    "OutputCaptured",
    "VerifierFinished",
]
"""The appends of a run of one attempt by plain agents; the last one brings the verdict too."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def empty_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log in which another workspace has run something else."""
    workspace = Workspace(tmp_path_factory.mktemp("other"))
    workspace.add_spec("spec-00-before")
    assert workspace.run("run", "--exec", "spec-00-before").code == 0
    return workspace.log.parent


def check_log(workspace: Workspace) -> list[Event]:
    """See that the log is whole: its pages, the order of its events, and their digests."""
    assert workspace.query("PRAGMA integrity_check") in ([("ok",)], [])
    columns = "run_id, seq, kind, schema_version, recorded_at, body"
    last: dict[str, tuple[int, str]] = {}
    for *event, digest in workspace.query(
        f"SELECT {columns}, digest FROM events ORDER BY position"
    ):
        stored = StoredEvent(*event)
        seq, before = last.get(stored.run_id, (-1, FIRST))
        assert stored.seq == seq + 1
        assert digest == digest_after(before, stored)
        last[stored.run_id] = (stored.seq, digest)
    return workspace.events()


def check_no_work_twice(events: list[Event]) -> None:
    """See that no worker is launched in an attempt in which one has finished."""
    attempt, done = 0, False
    for event in events:
        if event.kind == "AttemptStarted":
            attempt, done = event.body["attempt"], False
        if event.kind == "WorkerLaunched":
            assert event.body["attempt"] == attempt
            assert not done
        if event.kind == "WorkerFinished":
            done = event.body["ending"] == "completed"


# At each step


@contextmanager
def stuck_at(workspace: Workspace, seq: int) -> Iterator[Helm]:
    """Run the spec until it is about to append event `seq`: the append never ends."""
    change(
        workspace,
        "CREATE VIEW endless AS WITH RECURSIVE count(n) AS "
        "(VALUES (1) UNION ALL SELECT n + 1 FROM count) SELECT n FROM count",
        f"CREATE TRIGGER stuck BEFORE INSERT ON events WHEN NEW.seq = {seq} "
        "BEGIN SELECT MAX(n) FROM endless; END",
    )
    known = {event.run_id for event in workspace.events()}
    with workspace.start("run", "--exec", SPEC) as helm:
        until(
            lambda: (
                sum(event.run_id not in known for event in workspace.events()) == seq
                and is_locked(workspace)
            ),
            f"event {seq}",
        )
        yield helm
    change(workspace, "DROP TRIGGER stuck", "DROP VIEW endless")


def change(workspace: Workspace, *statements: str) -> None:
    with closing(sqlite3.connect(workspace.log)) as connection:
        for statement in statements:
            connection.execute(statement)


def is_locked(workspace: Workspace) -> bool:
    """Tell whether somebody is writing to the log."""
    with closing(sqlite3.connect(workspace.log, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


@pytest.mark.parametrize("seq", range(len(STEPS)), ids=lambda seq: f"{seq}-{STEPS[seq]}")
def test_a_run_that_is_killed_at_a_step_goes_on_with_that_step(
    workspace: Workspace, empty_log: Path, seq: int
) -> None:
    """What was durable is not done again, what was not is; the end is the same."""
    shutil.copytree(empty_log, workspace.root / ".git" / "helm")
    before = len(check_log(workspace))
    workspace.agent(worker=[[out("the work\n")]], verifier=[[out(OK)]])
    with workspace.nobody_left():
        with stuck_at(workspace, seq) as helm:
            helm.kill()
        events = check_log(workspace)[before:]
        assert [event.kind for event in events] == STEPS[:seq]
        until(lambda: not workspace.survivors(), "the end of an agent that nobody listens to")
        if STEPS[:seq].count("AgentSpawned") < STEPS[:seq].count("WorkerLaunched"):
            assert workspace.calls() == []  # it lived, but was never told anything
        assert workspace.execute("--resume").code == 0
        assert workspace.survivors() == []
    events = check_log(workspace)[before:]
    check_no_work_twice(events)
    assert [event.kind for event in events][-3:] == [STEPS[-1], "VerdictGiven", "RunFinished"]
    assert len({event.run_id for event in events}) == 1
    assert [event.body["attempt"] for event in events if event.kind == "AttemptStarted"] == [1]
    assert workspace.metadata()["status"] == "done"
    assert workspace.metadata()["notes"].count("\n") == 0


# Orphans


@pytest.mark.parametrize("deaf", [False, True])
def test_an_orphaned_worker_is_ended_before_another_one_begins(
    workspace: Workspace, *, deaf: bool
) -> None:
    """Two workers never work in one tree, not even where the first one ignores all that it can."""
    pid_file, go = workspace.place / "child", workspace.place / "go"
    deafness = [ignore("SIGINT", "SIGTERM", "SIGHUP")] if deaf else []
    working = [*deafness, child(pid_file, session=True, deaf=deaf), hold()]
    workspace.agent(worker=[working, [out("the work\n"), wait_for(go)]])
    with workspace.nobody_left():
        with workspace.working() as helm:
            until(pid_file.exists, "the child of the worker")
            helm.kill()
        orphans = [workspace.calls()[0].pid, int(pid_file.read_text(encoding="ascii"))]
        assert all(map(alive, orphans))
        with workspace.working("--resume", calls=2) as helm:
            assert not any(map(alive, orphans))
            go.touch()
            ended = helm.end()
    assert ended.code == 0
    assert any("ended the worker that run" in warning for warning in ended.warnings)
    assert workspace.roles() == ["worker", "worker", "verifier"]
    halts = [body["cause"] for body in workspace.bodies("RunHalted")]
    assert halts == ["lost"]


def test_an_orphaned_verifier_is_ended_and_the_work_kept(workspace: Workspace) -> None:
    """Resumed, the verifier alone is asked again."""
    workspace.agent(worker=["the work"], verifier=[[hold()], OK])
    with workspace.nobody_left():
        with workspace.working(calls=2) as helm:
            helm.kill()
        orphan = workspace.calls()[1].pid
        assert alive(orphan)
        ended = workspace.execute("--resume")
        assert not alive(orphan)
    assert ended.code == 0
    assert any("ended the verifier that run" in warning for warning in ended.warnings)
    assert workspace.roles() == ["worker", "verifier", "verifier"]


def test_a_new_run_ends_the_orphan_of_the_one_that_it_gives_up(workspace: Workspace) -> None:
    """Without --resume the killed run is told as lost and abandoned, then a new one begins."""
    workspace.agent(worker=[[hold()], "the work"])
    with workspace.nobody_left():
        with workspace.working() as helm:
            helm.kill()
        orphan = workspace.calls()[0].pid
        ended = workspace.execute()
        assert not alive(orphan)
    assert ended.code == 0
    kinds = workspace.kinds()
    second = kinds.index("RunStarted", 1)
    assert kinds[second - 2 : second] == ["RunHalted", "RunFinished"]
    outcomes = [body["outcome"] for body in workspace.bodies("RunFinished")]
    assert outcomes == ["abandoned", "accepted"]


def test_a_killed_run_keeps_what_its_agent_had_said(workspace: Workspace) -> None:
    """The transcript is durable up to the last chunk, and stays when the run goes on."""
    workspace.agent(worker=[[out("I had begun.\n"), hold()], "the work"])
    with workspace.nobody_left():
        with workspace.working() as helm:
            workspace.wait_for_event("OutputCaptured")
            helm.kill()
        assert workspace.execute("--resume").code == 0
    said = workspace.query("SELECT data FROM output WHERE codec = 'raw' ORDER BY rowid")
    assert said[0] == (b"I had begun.\n",)
    assert [body["launch"] for body in workspace.bodies("WorkerLaunched")] == [1, 2]


# At any moment

LANES = 2
KILLS_IN_A_LANE = 26
KILLS_OF_A_RUN = 6


def test_a_run_that_is_killed_over_and_over_ends_as_one_that_is_not(tmp_path: Path) -> None:
    """Fifty kills at random moments: after each the log is whole, and nothing is lost."""
    seeds = range(LANES)
    with ThreadPoolExecutor(LANES) as lanes:
        killed = list(lanes.map(lambda seed: kill_many(tmp_path / str(seed), seed), seeds))
    assert sum(killed) >= 50


def kill_many(place: Path, seed: int) -> int:
    """Begin run after run, kill each some times, and let it end; count the kills."""
    moments, killed, number = random.Random(seed), 0, 0
    while killed < KILLS_IN_A_LANE:
        folder = place / str(number)
        folder.mkdir(parents=True)
        workspace, number = Workspace(folder), number + 1
        two_attempts(workspace)
        with workspace.nobody_left():
            killed += kill_one(workspace, moments)
            assert workspace.execute("--resume").code == 0
            assert workspace.survivors() == []
        check_the_end(workspace)
    return killed


def kill_one(workspace: Workspace, moments: random.Random) -> int:
    """Kill a run some times, until it is over; see that the log is sound, and count the kills."""
    killed = 0
    while killed < KILLS_OF_A_RUN and "RunFinished" not in workspace.kinds():
        known = len(workspace.events())
        with workspace.start("run", "--exec", SPEC, "--resume", "--quiet") as helm:
            if moments.random() < 0.75:  # the rest are killed while they begin
                wait_for_progress(workspace, helm, known)
            time.sleep(moments.uniform(0, 0.5))
            helm.kill()
            killed += helm.popen.returncode == -signal.SIGKILL
        check_no_work_twice(check_log(workspace))
    return killed


def wait_for_progress(workspace: Workspace, helm: Helm, known: int) -> None:
    """Wait until helm has recorded something beyond the `known` events, or has ended."""
    until(lambda: len(workspace.events()) > known or helm.popen.poll() is not None, "an event")


def two_attempts(workspace: Workspace) -> None:
    """Let agents answer by what they are told alone, so that a call repeated is no other one."""

    def work(report: str) -> list[Action]:
        made = make("greet", f"{report}\n")
        return [*begin(), message("I begin."), pause(0.02), made, message(report), end()]

    worker = where("say goodbye", work("second work"), work("first work"))
    verifier = where("Report: second work", judge(OK), judge(MISSING))
    workspace.agent(worker=[[worker]], verifier=[[verifier]])


def judge(answer: str) -> list[Action]:
    return [*begin(), pause(0.02), message(answer), end()]


def check_the_end(workspace: Workspace) -> None:
    """See that the end is that of a run that nobody has killed."""
    events = check_log(workspace)
    check_no_work_twice(events)
    assert [event.kind for event in events].count("RunStarted") == 1
    assert events[-1].body == {"outcome": "accepted"}
    verdicts = [event.body["status"] for event in events if event.kind == "VerdictGiven"]
    assert verdicts == ["missing", "ok"]
    completed = [
        event.body["report"]
        for event in events
        if event.kind == "WorkerFinished" and event.body["ending"] == "completed"
    ]
    assert completed == ["first work", "second work"]
    assert (workspace.root / "greet").read_text(encoding="utf-8") == "second work\n"
    assert workspace.metadata()["status"] == "done"
    notes = [line.partition("] ")[2] for line in workspace.metadata()["notes"].split("\n")]
    assert notes == [FIRST_VERDICT, SECOND_VERDICT]
    report = workspace.text("implementation-report.md")
    assert "- Outcome: accepted" in report
    assert f"- Log digest: event {events[-1].seq}, sha256 " in report
    assert report.endswith("## Final worker output\n\nsecond work\n")
    assert not list(workspace.spec.glob("*.broken"))
