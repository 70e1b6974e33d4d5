"""`helm watch` as a process: beside a living run, after a finished one, and at a death."""

from __future__ import annotations

import itertools
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.fake_codex import begin, end, err, hold, leave, message, out, wait_for
from tests.e2e.workspace import MISSING, OK, SPEC, Ended, Helm, Workspace, alive, until

if TYPE_CHECKING:
    from tests.e2e.workspace import Answer

RESUME = f"helm run --exec {SPEC} --resume"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


class Watcher:
    """A `helm watch` that may still be watching."""

    def __init__(self, helm: Helm, shown: Path) -> None:
        self.helm = helm
        self._shown = shown

    @property
    def shown(self) -> str:
        return self._shown.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, text: str) -> None:
        """Wait until it has shown something."""
        until(lambda: text in self.shown, f"{text!r} in what is shown")

    def end(self) -> Ended:
        ended = self.helm.end()
        return Ended(code=ended.code, out=self.shown, err=ended.err)


_numbers = itertools.count()


@contextmanager
def watching(workspace: Workspace, *words: str, cwd: Path | None = None) -> Iterator[Watcher]:
    """Watch in the background."""
    shown = workspace.place / f"watched-{next(_numbers)}"
    with (
        shown.open("wb") as file,
        workspace.start("watch", *words, stdout=file.fileno(), cwd=cwd) as helm,
    ):
        yield Watcher(helm, shown)


class Terminal:
    """Our end of a terminal that a process writes to."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read_until(self, text: bytes) -> bytes:
        """Read up to some text, which comes sooner or later."""
        seen = b""
        while text not in seen:
            piece = self._read()
            assert piece, f"{text!r} is not in {seen!r}"
            seen += piece
        return seen

    def read_to_the_end(self) -> bytes:
        """Read all that is left until nobody holds the other end."""
        return b"".join(iter(self._read, b""))

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, 65536)
        except OSError:  # how Linux says that the other end is closed
            return b""


@contextmanager
def on_terminal(workspace: Workspace, *words: str) -> Iterator[tuple[Helm, Terminal]]:
    """Watch on a terminal, without colour."""
    ours, theirs = os.openpty()
    environment = {"TERM": "xterm", "NO_COLOR": "1"}
    with workspace.start("watch", *words, stdout=theirs, environment=environment) as helm:
        os.close(theirs)
        try:
            yield helm, Terminal(ours)
        finally:
            os.close(ours)


def end_by(number: signal.Signals, helm: Helm) -> Ended:
    helm.send(number)
    return helm.end()


# A living run


@pytest.mark.parametrize("options", [[], ["--json"], ["--quiet"]])
def test_a_living_run_is_shown_as_it_shows_itself(
    workspace: Workspace, options: list[str]
) -> None:
    """From its first event to its last words, byte for byte, with its exit code."""
    go = workspace.place / "go"
    quiet = "--quiet" in options
    first = [out("It is dön\xff".encode() + b"\xff\n"), wait_for(go), out("done\n")]
    workspace.agent(worker=[first, "second work"], verifier=[MISSING])
    with workspace.working(*options) as helm:
        workspace.wait_for_event("OutputCaptured")
        run_id = workspace.events()[0].run_id
        with watching(workspace, run_id, *options) as watcher:
            watcher.wait_for("" if quiet else "It is d")
            go.touch()
            watched, ended = watcher.end(), helm.end()
    assert watched == ended
    assert ended.code == 1


def test_what_is_new_is_shown_while_the_run_goes_on(workspace: Workspace) -> None:
    """Each step of the agent is seen before its next one."""
    steps = [workspace.place / f"step-{number}" for number in range(3)]
    said = [act for step in steps for act in (wait_for(step), out(f"after {step.name}\n"))]
    workspace.agent(worker=[said])
    with workspace.working() as helm, watching(workspace) as watcher:
        watcher.wait_for("--- worker ---")
        for step in steps:
            assert f"after {step.name}" not in watcher.shown
            step.touch()
            watcher.wait_for(f"after {step.name}\n")
        assert (watcher.end().code, helm.end().code) == (0, 0)


def test_from_now_on_nothing_old_is_shown(workspace: Workspace) -> None:
    """Neither what the agent said, nor the titles above it."""
    go = workspace.place / "go"
    worker = [*begin(), message("the old"), wait_for(go), message("the new"), end()]
    workspace.agent(worker=[worker])
    with workspace.working() as helm:
        workspace.wait_for_event("ActivityReported")
        with on_terminal(workspace, "--now") as (watcher, terminal):
            seen = terminal.read_until(b"silent for")
            go.touch()
            seen += terminal.read_to_the_end()
            assert (watcher.end().code, helm.end().code) == (0, 0)
    assert b"the old" not in seen
    assert b"=== Attempt" not in seen
    assert b"the new\r\n--- verifier ---\r\n" in seen
    assert b"accepted after 1 attempt" in seen


def test_a_run_of_another_work_tree_is_followed(workspace: Workspace) -> None:
    """They share the log; what is to be typed next is to be typed over there."""
    git(workspace, "add", "-A")
    git(workspace, "commit", "--quiet", "--message", "specs")
    second = workspace.place / "second tree"
    git(workspace, "worktree", "add", "--quiet", "--detach", str(second))
    workspace.agent(worker=[[out("begun\n"), hold()]])
    with workspace.start("run", "--exec", SPEC, cwd=second) as helm:
        workspace.wait_for_event("OutputCaptured")
        with watching(workspace) as watcher:
            watcher.wait_for("begun\n")
            helm.kill()
            watched = watcher.end()
    words = f"cd '{second}' && helm run --exec specs/{SPEC} --resume"
    assert watched.code == 6
    assert watched.complaints[0].endswith(f"To go on: {words}")
    workspace.agent()
    typed = words.replace("helm run", f"{shlex.quote(sys.executable)} -m helm run")
    assert workspace.run_shell(typed).code == 0
    assert f"report  {second}/specs/{SPEC}/" in workspace.run("watch", "latest").out


def git(workspace: Workspace, *words: str) -> None:
    identity = ("-c", "user.name=ann", "-c", "user.email=ann@desk")
    command = ["git", "-C", str(workspace.root), *identity, *words]
    subprocess.run(command, env=workspace.environment, check=True)


# A run that is over


@pytest.mark.parametrize(
    ("worker", "verifier", "code"),
    [
        ("It is done.", OK, 0),
        ("It is done.", MISSING, 1),
        ([err("no\n"), leave(3)], OK, 4),
        ("It is done.", "Fine.", 5),
    ],
)
def test_a_run_that_is_over_is_shown_as_it_was(
    workspace: Workspace, worker: Answer, verifier: Answer, code: int
) -> None:
    """With its last words, what it said on standard error, and its exit code."""
    workspace.agent(worker=[worker], verifier=[verifier])
    ended = workspace.execute()
    assert ended.code == code
    assert workspace.run("watch", "latest") == ended


def test_a_finished_run_has_nothing_new_but_its_end(workspace: Workspace) -> None:
    """The last words for people, the last event for programs."""
    ended = workspace.execute("--json")
    watched = workspace.run("watch", "latest", "--now")
    assert watched.out.startswith(f"\n{SPEC}: accepted after 1 attempt")
    watched = workspace.run("watch", "latest", "--now", "--json")
    assert watched.out == ended.out.splitlines(keepends=True)[-1]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_interrupted_ends_the_watching_with_a_number(
    workspace: Workspace, number: signal.Signals
) -> None:
    """128 and the signal's: nobody interrupted the watcher."""
    workspace.agent(worker=[[out("begun\n"), hold()]])
    with workspace.working() as helm, watching(workspace) as watcher:
        watcher.wait_for("begun\n")
        ended, watched = end_by(number, helm), watcher.end()
    assert watched.code == 128 + number
    assert watched.complaints == ended.complaints
    assert watched.out == ended.out


def test_another_log_is_named_in_what_is_to_be_typed(workspace: Workspace) -> None:
    """Otherwise the run would not be found again."""
    log = workspace.place / "other.db"
    workspace.agent(worker=[[leave(1)], "It is done."])
    workspace.execute("--db", str(log))
    watched = workspace.run("watch", "latest", "--db", str(log))
    words = f"helm run --exec {SPEC} --db {log} --resume"
    assert watched.complaints[0].endswith(f"To go on: {words}")
    assert workspace.run(*words.split()[1:]).code == 0


# A run that dies


def test_a_run_that_is_killed_is_said_to_have_died(workspace: Workspace) -> None:
    """Exit code 6, with all that it did, and the words that go on with it."""
    workspace.agent(worker=[[out("begun\n"), hold()], "It is done."])
    with workspace.working() as helm, watching(workspace) as watcher:
        watcher.wait_for("begun\n")
        helm.kill()
        watched = watcher.end()
    assert watched.code == 6
    assert watched.err == (f"helm: the run died: helm ended without a word. To go on: {RESUME}\n")
    assert f"{SPEC}: died in attempt 1, 0s of agents' time\n" in watched.out
    assert "  report  none yet\n" in watched.out
    assert workspace.run("watch", "latest") == watched
    assert workspace.execute("--resume").code == 0
    assert workspace.run("watch", "latest").code == 0


# Which run


def test_where_several_runs_live_one_is_to_be_named(workspace: Workspace) -> None:
    """Exit code 3 with their ids, each of which will do."""
    workspace.add_spec("spec-02-other")
    workspace.agent(worker=[[hold()]])
    with workspace.working(), workspace.start("run", "--exec", "spec-02-other"):
        workspace.wait_for_calls(2)
        ended = workspace.run("watch")
        first, second = [event.run_id for event in workspace.events() if event.seq == 0]
        with watching(workspace, first) as watcher:
            watcher.wait_for(f"for {SPEC} ===")
    assert (ended.code, ended.out) == (3, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("helm: 2 runs are under way: ")
    assert line.endswith("; say which: helm watch RUN")
    named = line.partition("way: ")[2].partition("; ")[0].split(", ")
    assert {each.partition(" ")[2] for each in named} == {f"({SPEC})", "(spec-02-other)"}
    assert all(run.startswith((first[:8], second[:8])) for run in named)


def test_where_no_run_lives_that_is_said(workspace: Workspace) -> None:
    """Exit code 3, as for an unknown run, with what may be looked at instead."""
    ended = workspace.run("watch")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == "helm: no run is under way, and there was none yet; see: helm status\n"
    workspace.execute()
    ended = workspace.run("watch")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(f"({SPEC}, accepted): helm show latest\n")
    assert workspace.run("watch", "nonsense").code == 3


# Whoever watches


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watching_and_not_the_run(
    workspace: Workspace, number: signal.Signals
) -> None:
    """The watcher dies of it without a word; the run does not hear of it."""
    go = workspace.place / "go"
    workspace.agent(worker=[[out("begun\n"), wait_for(go)]])
    with workspace.working() as helm, watching(workspace) as watcher:
        watcher.wait_for("begun\n")
        watched = end_by(number, watcher.helm)
        assert (watched.code, watched.err) == (-number, "")
        assert alive(helm.pid)
        go.touch()
        assert helm.end().code == 0


def test_a_reader_that_goes_away_ends_the_watching(workspace: Workspace) -> None:
    """Also while nothing happens, as with `tail -f`; the run goes on."""
    go = workspace.place / "go"
    workspace.agent(worker=[[out("begun\n"), wait_for(go)]])
    with workspace.working() as helm:
        workspace.wait_for_event("OutputCaptured")
        with workspace.start("watch", stdout=subprocess.PIPE) as watcher:
            assert watcher.popen.stdout is not None
            while watcher.popen.stdout.readline() != b"begun\n":
                pass
            watcher.popen.stdout.close()
            ended = watcher.end()
        assert (ended.code, ended.err) == (-signal.SIGPIPE, "")
        assert alive(helm.pid)
        go.touch()
        assert helm.end().code == 0


def test_on_a_terminal_the_live_line_is_wiped_when_the_watching_ends(
    workspace: Workspace,
) -> None:
    """What the shell says next stands at the beginning of an empty line."""
    workspace.agent(worker=[[hold()]])
    with workspace.working(), on_terminal(workspace) as (watcher, terminal):
        assert b"\n\r\x1b[Kworker at work for " in terminal.read_until(b"silent for")
        watched = end_by(signal.SIGINT, watcher)
        seen = terminal.read_to_the_end()
    assert watched.code == -signal.SIGINT
    assert seen.endswith(b"\r\x1b[K")
