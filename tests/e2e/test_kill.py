"""helm killed with SIGKILL at each step of a run: the log is whole, and the run goes on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.fake_codex import child, hold, ignore, out, wait_for
from tests.e2e.soundness import check_log, check_no_work_twice
from tests.e2e.workspace import OK, SPEC, Helm, Workspace, alive, until

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
