"""However a run ends, no process is left of its agent, nor of what that began.

Processes mean to stay: in the agent's group, in sessions of their own, without parents, deaf to
every signal that can be ignored, coming again when they die, without a word in their environment
that tells of a run, and below a program that only passes signals on, as npm's `codex` does.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.codex import codex_environment, require_codex
from tests.e2e.fake_codex import hold, leave, out
from tests.e2e.model_server import Answer, Fail, Hang, ModelServer, Say, Shell, Turns
from tests.e2e.pty_screen import PtyScreen, on_screen
from tests.e2e.soundness import check_log, check_no_work_twice
from tests.e2e.workspace import OK, SPEC, Environment, Workspace, alive, write
from tests.faults import family as family_program
from tests.faults.conftest import Survived
from tests.faults.family import BEGUN, FOUND_BY_THE_NEXT, TREES, family

NO_MORE: Environment = {}
Strike = Callable[[Workspace, PtyScreen], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ends: what its worker does at last, and what is then done to it or to helm."""

    last: str = "hold"
    strike: Strike | None = None
    words: tuple[str, ...] = ()
    cause: str = ""
    """Why the run halted; empty where it did not."""

    @property
    def trees(self) -> tuple[str, ...]:
        """Whom the worker may begin, so that they can be found."""
        return FOUND_BY_THE_NEXT if self.cause == "lost" else tuple(TREES)


def pressed(*keys: str) -> Strike:
    return lambda _, screen: screen.press(*keys)


def sent(number: signal.Signals) -> Strike:
    return lambda _, screen: screen.signal(number)


def hang_up(_: Workspace, screen: PtyScreen) -> None:
    screen.hang_up()


def hold_down(_: Workspace, screen: PtyScreen) -> None:
    """Keep Ctrl-C pressed until the terminal is somebody else's."""
    screen.press("ctrl-c")

    def repeated() -> bool:
        over = screen.popen.poll() is not None
        if not over:
            screen.press("ctrl-c")
        return over

    screen.until(repeated, "the end")


def kill_agent(workspace: Workspace, _: PtyScreen) -> None:
    """Kill the process that helm knows, as the system does when memory is short."""
    (spawned,) = workspace.bodies("AgentSpawned")
    os.kill(spawned["pid"], signal.SIGKILL)


def kill_helm(_: Workspace, screen: PtyScreen) -> None:
    screen.popen.kill()
    screen.popen.wait()


def kill_both(workspace: Workspace, screen: PtyScreen) -> None:
    kill_helm(workspace, screen)
    kill_agent(workspace, screen)


def quit_screen(_: Workspace, screen: PtyScreen) -> None:
    screen.press("ctrl-c")
    screen.wait("quit helm?")
    screen.press("y")


def force_screen(workspace: Workspace, screen: PtyScreen) -> None:
    quit_screen(workspace, screen)
    screen.press("ctrl-c", "ctrl-c", "ctrl-c")


HEADLESS = {
    "accepted": Ending(last="leave"),
    "failed": Ending(last="fail", cause="worker_failed"),
    "agent-killed": Ending(strike=kill_agent, cause="worker_failed"),
    "timed-out": Ending(words=("--worker-timeout", "4s"), cause="worker_timed_out"),
    "silent": Ending(words=("--idle-timeout", "2s"), cause="worker_silent"),
    "ctrl-c": Ending(strike=pressed("ctrl-c"), cause="SIGINT"),
    "ctrl-c-thrice": Ending(strike=pressed("ctrl-c", "ctrl-c", "ctrl-c"), cause="SIGINT"),
    "ctrl-c-held-down": Ending(strike=hold_down, cause="SIGINT"),
    "SIGTERM": Ending(strike=sent(signal.SIGTERM), cause="SIGTERM"),
    "terminal-closed": Ending(strike=hang_up, cause="SIGHUP"),
    "SIGKILL": Ending(strike=kill_helm, cause="lost"),
    "SIGKILL-of-both": Ending(strike=kill_both, cause="lost"),
}
FROM_THE_SCREEN = {
    "quit": Ending(strike=quit_screen, cause="operator"),
    "quit-by-force": Ending(strike=force_screen, cause="operator"),
    "SIGTERM": Ending(strike=sent(signal.SIGTERM), cause="SIGTERM"),
    "terminal-closed": Ending(strike=hang_up, cause="SIGHUP"),
    "SIGKILL": Ending(strike=kill_helm, cause="lost"),
}


def each_kind(endings: Mapping[str, Ending]) -> list[tuple[str, str]]:
    """Pair every ending with every kind of processes that can be found after it."""
    return [
        (name, kind) for name, ending in endings.items() for kind in (*ending.trees, "wrapped")
    ]


CODES = {
    "": 0,
    "operator": 0,
    "worker_failed": 4,
    "worker_timed_out": 4,
    "worker_silent": 4,
    "SIGINT": -signal.SIGINT,
    "SIGTERM": -signal.SIGTERM,
    "SIGHUP": -signal.SIGHUP,
    "lost": -signal.SIGKILL,
}
"""How helm ended, by the cause for which its run halted; negative for a signal."""

# npm's `codex` is a program of Node's that starts the native one, and passes signals on to it.
WRAPPER = """\
#!{python} -IS
import contextlib, os, signal, sys

def pass_on(number, _):
    with contextlib.suppress(ProcessLookupError):
        os.kill(native, number)

native = os.fork()
if not native:
    os.execv({program}, [{program}, *sys.argv[1:]])
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, pass_on)
status = os.waitstatus_to_exitcode(os.waitpid(native, 0)[1])
if status < 0:
    signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
sys.exit(status)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and a folder for the numbers of processes."""
    (tmp_path / "family").mkdir()
    return Workspace(tmp_path)


@pytest.mark.parametrize(("ending", "kind"), each_kind(HEADLESS))
def test_no_process_is_left(
    workspace: Workspace, ending: str, kind: str, survived: Survived
) -> None:
    """Of a headless run on a terminal."""
    put_agent(workspace, HEADLESS[ending], kind)
    with headless(workspace, HEADLESS[ending]) as screen:
        ends_alone(workspace, screen, HEADLESS[ending])
    survived("processes", 1)


@pytest.mark.parametrize(("ending", "kind"), each_kind(FROM_THE_SCREEN))
def test_no_process_is_left_by_the_screen(
    workspace: Workspace, ending: str, kind: str, survived: Survived
) -> None:
    """Of a run that was started with a key."""
    put_agent(workspace, FROM_THE_SCREEN[ending], kind)
    with on_the_screen(workspace) as screen:
        ends_alone(workspace, screen, FROM_THE_SCREEN[ending])
    survived("processes", 1)


@pytest.mark.codex
@pytest.mark.parametrize("ending", HEADLESS)
def test_no_process_is_left_by_the_real_codex(
    workspace: Workspace, ending: str, survived: Survived
) -> None:
    """Nor by its shell commands; only the model is scripted."""
    with (
        real_codex(workspace, HEADLESS[ending]) as environment,
        headless(workspace, HEADLESS[ending], environment) as screen,
    ):
        ends_alone(workspace, screen, HEADLESS[ending], environment)
    survived("processes of codex", 1)


@pytest.mark.codex
@pytest.mark.parametrize("ending", FROM_THE_SCREEN)
def test_no_process_is_left_by_the_screen_with_the_real_codex(
    workspace: Workspace, ending: str, survived: Survived
) -> None:
    """Its shell commands are in sessions of their own, out of the terminal's reach."""
    with (
        real_codex(workspace, FROM_THE_SCREEN[ending]) as environment,
        on_the_screen(workspace, environment) as screen,
    ):
        ends_alone(workspace, screen, FROM_THE_SCREEN[ending], environment)
    survived("processes of codex", 1)


def headless(
    workspace: Workspace, ending: Ending, environment: Environment = NO_MORE
) -> AbstractContextManager[PtyScreen]:
    words = ("run", "--exec", SPEC, *ending.words)
    return on_screen(workspace, *words, environment=environment)


@contextmanager
def on_the_screen(workspace: Workspace, environment: Environment = NO_MORE) -> Iterator[PtyScreen]:
    with on_screen(workspace, environment=environment) as screen:
        screen.wait("A greeting")
        screen.press("r")
        yield screen


def put_agent(workspace: Workspace, ending: Ending, kind: str) -> None:
    """Let the first worker begin a kind of processes, and then do what the ending says."""
    trees = ("session",) if kind == "wrapped" else (kind,)
    last = {"hold": hold(), "leave": leave(0), "fail": leave(3)}[ending.last]
    begun = [*family(workspace.place / "family", trees), out("begun\n")]
    workspace.agent(worker=[[*begun, last], "It is done."])
    if kind == "wrapped":
        native = workspace.codex.rename(workspace.codex.with_name("native"))
        write(workspace.codex, WRAPPER.format(python=sys.executable, program=repr(str(native))))
        workspace.codex.chmod(0o755)


@contextmanager
def real_codex(workspace: Workspace, ending: Ending) -> Iterator[Environment]:
    """Give the environment of a codex whose first worker begins all kinds of processes at once."""
    require_codex()

    def command(then: str) -> Shell:
        program = family_program.__file__
        folder = str(workspace.place / "family")
        return Shell(shlex.join([sys.executable, program, folder, then, *ending.trees]))

    works: dict[str, list[Answer]] = {
        "hold": [command("stay"), Hang()],
        "leave": [command("go"), Say("It is done.")],
        "fail": [command("go"), Fail(400, "this model is refused")],
    }
    worker: list[list[Answer]] = [works[ending.last], [Say("It is done.")]]
    turns: dict[str, list[list[Answer]]] = {"Judge": [[Say(OK)]], "Implement": worker}
    with ModelServer(Turns(turns)) as server:
        yield codex_environment(workspace.place / "home", server.base_url)


def ends_alone(
    workspace: Workspace,
    screen: PtyScreen,
    ending: Ending,
    environment: Environment = NO_MORE,
) -> None:
    """See that nobody outlives a run; one whose helm was killed, when it has been resumed."""
    if ending.strike:
        screen.until(lambda: is_complete(workspace), "the worker's processes")
        assert all(map(alive, numbers(workspace)))
        ending.strike(workspace, screen)
    assert screen.end() == CODES[ending.cause]
    assert "Traceback" not in screen.said
    if ending.cause == "lost":
        assert any(map(alive, numbers(workspace)))
        resumed = workspace.execute("--resume", environment=environment)
        assert resumed.code == 0
        assert any("ended the worker that run" in warning for warning in resumed.warnings)
    assert is_complete(workspace)
    assert [each for each in numbers(workspace) if alive(each)] == []
    assert workspace.survivors() == []
    check_no_work_twice(check_log(workspace))
    causes = [body["cause"] for body in workspace.bodies("RunHalted")]
    assert causes == ([ending.cause] if ending.cause else [])


def is_complete(workspace: Workspace) -> bool:
    """Tell whether the worker has begun all that it was to begin."""
    return (workspace.place / "family" / BEGUN).exists()


def numbers(workspace: Workspace) -> list[int]:
    files = (workspace.place / "family").glob("*.pid")
    return [int(file.read_text(encoding="ascii")) for file in files]
