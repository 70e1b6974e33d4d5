"""Signals: helm tidies up, dies of the very signal, and the run goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.fake_codex import (
    begin,
    child,
    heed,
    hold,
    ignore,
    leave,
    message,
    out,
    wait_for,
)
from tests.e2e.workspace import MISSING, OK, SPEC, Helm, Workspace, alive, until, write

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
each_signal = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


def dies(workspace: Workspace, helm: Helm, number: signal.Signals) -> str:
    """See that helm dies of a signal, halts the run with that cause, and leaves nobody behind."""
    ended = helm.end()
    assert ended.code == -number
    (line,) = ended.complaints
    assert f"interrupted ({number.name})" in line
    assert line.endswith(f"To go on: helm run --exec {SPEC} --resume")
    assert workspace.survivors() == []
    halts = workspace.bodies("RunHalted")
    assert halts[-1]["cause"] == number.name
    assert workspace.kinds()[-1] == "RunHalted"
    return ended.out


# Where it strikes


@each_signal
def test_a_signal_while_the_worker_works_halts_the_run_there(
    workspace: Workspace, number: signal.Signals
) -> None:
    """What it said is kept; resumed, the worker is run again, in the same attempt."""
    workspace.agent(worker=[[*begin(), message("I began."), hold()], "It is done."])
    with workspace.working() as helm:
        workspace.wait_for_event("ActivityReported")
        helm.send(number)
        said = dies(workspace, helm, number)
    assert "I began." in said
    assert f"{SPEC}: halted" in said
    assert workspace.execute("--resume").code == 0
    assert workspace.roles() == ["worker", "worker", "verifier"]
    assert [body["attempt"] for body in workspace.bodies("WorkerLaunched")] == [1, 1]
    assert [body["ending"] for body in workspace.bodies("WorkerFinished")] == [
        "stopped",
        "completed",
    ]


@each_signal
def test_a_signal_while_the_verifier_works_keeps_the_work(
    workspace: Workspace, number: signal.Signals
) -> None:
    """Resumed, only the verifier is asked again, about the same report."""
    workspace.agent(worker=["first work"], verifier=[[out("STATUS: ok\n"), hold()], OK])
    with workspace.working(calls=2) as helm:
        workspace.wait_for_event("OutputCaptured", 2)
        helm.send(number)
        dies(workspace, helm, number)
    assert workspace.metadata()["status"] == "todo"
    assert workspace.execute("--resume").code == 0
    assert workspace.roles() == ["worker", "verifier", "verifier"]
    assert "Report: first work" in workspace.calls()[2].prompt


@each_signal
def test_a_signal_before_the_first_output_is_no_different(
    workspace: Workspace, number: signal.Signals
) -> None:
    """An agent that has heard its prompt and said nothing is ended like any other."""
    workspace.agent(worker=[[hold()], "It is done."])
    with workspace.working() as helm:
        helm.send(number)
        dies(workspace, helm, number)
    assert workspace.execute("--resume").code == 0


@each_signal
def test_a_signal_between_worker_and_verifier_starts_nobody(
    workspace: Workspace, number: signal.Signals
) -> None:
    """A worker that had ended before the signal counts as finished, and is not run again."""
    go = workspace.place / "go"
    workspace.agent(worker=[[out("It is done.\n"), wait_for(go)]])
    with workspace.working() as helm:
        workspace.wait_for_event("OutputCaptured")
        (call,) = workspace.calls()
        with workspace.locked_log():
            go.touch()
            until(lambda: not process_exists(call.pid), "the worker's end")
            helm.send(number)
        dies(workspace, helm, number)
    assert workspace.roles() == ["worker"]
    assert workspace.bodies("WorkerFinished")[0]["ending"] == "completed"
    assert workspace.execute("--resume").code == 0
    assert workspace.roles() == ["worker", "verifier"]


@each_signal
def test_a_signal_while_helm_still_looks_around_ends_it_at_once(
    workspace: Workspace, number: signal.Signals
) -> None:
    """Nothing has begun, so that nothing is said, and no run is in the log."""
    asked, git = workspace.place / "asked", workspace.place / "tools" / "git"
    git.unlink()
    write(git, f"#!/bin/sh\n: > {asked}\nread answer < {asked.with_name('answer')}\n")
    git.chmod(0o755)
    os.mkfifo(asked.with_name("answer"))
    with workspace.start("run", "--exec", SPEC) as helm:
        until(asked.exists, "a question to git")
        helm.send(number)
        ended = helm.end()
    assert (ended.code, ended.out, ended.err) == (-number, "", "")
    assert not workspace.log.exists()


def test_a_signal_in_a_later_attempt_resumes_in_that_attempt(workspace: Workspace) -> None:
    """The verdict that was given stays given, and its tasks are the worker's again."""
    workspace.agent(worker=["first", [hold()], "second"], verifier=[MISSING, OK])
    with workspace.working(calls=3) as helm:
        helm.send(signal.SIGTERM)
        dies(workspace, helm, signal.SIGTERM)
    assert workspace.metadata()["status"] == "in-progress"
    ended = workspace.execute("--resume")
    assert ended.code == 0
    assert ended.out.startswith(f"=== Attempt 2 of 2 for {SPEC} ===\n--- worker ---\nsecond\n")
    assert workspace.roles() == ["worker", "verifier", "worker", "worker", "verifier"]
    assert '"say goodbye"' in workspace.calls()[3].prompt


def process_exists(pid: int) -> bool:
    """Tell whether a process is there at all; nobody is there once it was reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# Agents that do not make it easy


def test_an_agent_that_exits_with_0_on_a_signal_has_not_finished(workspace: Workspace) -> None:
    """Once a stop was asked for the run halts, whatever status the agent then has."""
    workspace.agent(worker=[[out("It is done.\n"), heed("SIGINT", 0), hold()], "It is done."])
    with workspace.working() as helm:
        workspace.wait_for_event("OutputCaptured")
        helm.send(signal.SIGTERM)
        dies(workspace, helm, signal.SIGTERM)
    assert workspace.execute("--resume").code == 0
    assert workspace.roles() == ["worker", "worker", "verifier"]


def test_three_interrupts_end_an_agent_that_ignores_everything(workspace: Workspace) -> None:
    """Each Ctrl-C presses harder, down to SIGKILL; helm still halts the run and says so."""
    deaf = ignore("SIGINT", "SIGTERM", "SIGHUP")
    workspace.agent(worker=[[deaf, out("You will not stop me.\n"), hold()]])
    with workspace.working() as helm:
        workspace.wait_for_event("OutputCaptured")
        press(helm, 3)
        dies(workspace, helm, signal.SIGINT)
    assert workspace.bodies("WorkerFinished")[0]["signal"] == signal.SIGKILL


def press(helm: Helm, times: int) -> None:
    """Send SIGINT again as soon as the one before has been taken: pending ones become one."""
    for _ in range(times):
        helm.send(signal.SIGINT)
        until(lambda: not pending(helm.pid, signal.SIGINT), "the signal's delivery")


def pending(pid: int, number: signal.Signals) -> bool:
    """Tell whether a signal still waits to be delivered; elsewhere than on Linux, nobody says."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    masks = [line.split()[1] for line in status.splitlines() if line[:7] in {"SigPnd:", "ShdPnd:"}]
    return any(int(mask, 16) >> (number - 1) & 1 for mask in masks)


def test_what_an_agent_began_is_ended_with_it(workspace: Workspace) -> None:
    """Its children too, in a session of their own, and deaf."""
    pid_file = workspace.place / "child"
    begun = child(pid_file, session=True, deaf=True)
    workspace.agent(worker=[[begun, out("begun\n"), hold()]])
    with workspace.working() as helm:
        workspace.wait_for_event("OutputCaptured")
        pid = int(pid_file.read_text(encoding="ascii"))
        assert alive(pid)
        helm.send(signal.SIGTERM)
        dies(workspace, helm, signal.SIGTERM)
        assert not alive(pid)


def test_a_child_that_outlives_a_finished_agent_is_ended_too(workspace: Workspace) -> None:
    """It holds the agent's output open, and neither stops the run nor survives it."""
    pid_file = workspace.place / "child"
    workspace.agent(worker=[[out("done\n"), child(pid_file, session=True), leave(0)]])
    with workspace.start("run", "--exec", SPEC) as helm:
        assert helm.end().code == 0
        assert not alive(int(pid_file.read_text(encoding="ascii")))


# How helm was started


def test_a_signal_that_is_ignored_at_the_start_stays_ignored(workspace: Workspace) -> None:
    """Under nohup a run outlives the terminal, and can still be stopped by other signals."""
    go = workspace.place / "go"
    workspace.agent(worker=[[out("begun\n"), wait_for(go), out("done\n")]])
    with ignoring(signal.SIGHUP), workspace.working() as helm:
        workspace.wait_for_event("OutputCaptured")
        helm.send(signal.SIGHUP)
        until(lambda: not pending(helm.pid, signal.SIGHUP), "the signal's end")
        go.touch()
        assert helm.end().code == 0
    assert workspace.kinds()[-1] == "RunFinished"


class ignoring:  # noqa: N801  reads as a word in a `with`
    """Start processes that ignore a signal, as nohup does."""

    def __init__(self, number: signal.Signals) -> None:
        self._number = number
        self._before: object = None

    def __enter__(self) -> None:
        self._before = signal.signal(self._number, signal.SIG_IGN)

    def __exit__(self, *_: object) -> None:
        signal.signal(self._number, self._before)  # type: ignore[arg-type]


def test_a_terminal_that_is_closed_halts_the_run(workspace: Workspace) -> None:
    """SIGHUP comes together with an output that cannot be written to any more."""
    workspace.agent(worker=[[out("begun\n"), hold()], "It is done."])
    ours, theirs = os.openpty()
    with workspace.start("run", "--exec", SPEC, stdout=theirs) as helm:
        os.close(theirs)
        workspace.wait_for_event("OutputCaptured")
        os.close(ours)
        helm.send(signal.SIGHUP)
        dies(workspace, helm, signal.SIGHUP)
    assert workspace.execute("--resume").code == 0


def test_a_shells_loop_around_helm_stops_with_it(workspace: Workspace) -> None:
    """The shell sees that its child died of SIGINT, and does not run the next command."""
    workspace.agent(worker=[[hold()]])
    words = " ".join(workspace.helm_words())
    shell = subprocess.Popen(
        ["/bin/sh", "-c", f"{words}; echo went on"],
        cwd=workspace.root,
        env=workspace.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with shell:
        workspace.wait_for_calls(1)
        os.killpg(shell.pid, signal.SIGINT)
        said, _ = shell.communicate()
    assert shell.returncode == -signal.SIGINT
    assert b"went on" not in said
    assert workspace.survivors() == []


# Two at once


def test_a_second_run_of_the_same_spec_is_refused(workspace: Workspace) -> None:
    """Exit code 6 with the first one's id and process; the first one notices nothing."""
    go = workspace.place / "go"
    workspace.agent(worker=[[wait_for(go), out("done\n")]])
    with workspace.working() as helm:
        (run_id,) = {event.run_id for event in workspace.events()}
        for option in ("--fresh", "--resume"):
            second = workspace.execute(option)
            assert (second.code, second.out) == (6, "")
            (line,) = second.err.splitlines()
            assert line.startswith("helm: ")
            assert run_id in line
            assert f"process {helm.pid}" in line
        go.touch()
        assert helm.end().code == 0
    assert {event.run_id for event in workspace.events()} == {run_id}
    assert workspace.roles() == ["worker", "verifier"]


def test_a_run_of_another_spec_in_the_same_tree_is_warned_of(workspace: Workspace) -> None:
    """It is allowed, but two workers in one tree get in each other's way."""
    go = workspace.place / "go"
    workspace.add_spec("spec-02-other")
    workspace.agent(worker=[[wait_for(go), out("done\n")], "It is done."])
    with workspace.working() as helm:
        second = workspace.run("run", "--exec", "spec-02-other")
        assert second.code == 0
        (warning,) = second.warnings
        assert f"specs/{SPEC} is being run in the same work tree" in warning
        assert f"process {helm.pid}" in warning
        go.touch()
        assert helm.end().code == 0


def test_dying_of_a_signal_lets_the_lock_go(workspace: Workspace) -> None:
    """The next run can begin at once, and says that the halted one is given up."""
    workspace.agent(worker=[[hold()], "It is done."])
    with workspace.working() as helm:
        helm.send(signal.SIGTERM)
        helm.end()
    ended = workspace.execute()
    assert ended.code == 0
    assert "could go on with --resume" in ended.warnings[0]
    outcomes = [body["outcome"] for body in workspace.bodies("RunFinished")]
    assert outcomes == ["abandoned", "accepted"]
