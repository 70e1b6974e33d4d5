"""Processes that nothing betrays but their parents' death, of which helm is the heir.

To be one lasts as long as a process does, and changes what it sees of others: each test has one of
its own.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.adapters.codex.scripted import ROOT, Stage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone names an heir")

HEIR = """\
import os, subprocess, sys
from pathlib import Path
import psutil
from helm.adapters.codex.agent import CodexAgent
from helm.adapters.codex.tree import living
from tests.adapters.codex.pipe_stop import PipeStop
from tests.adapters.codex.scripted import RUN_ID, agent_call

def call():
    with CodexAgent(adopts=True).start([sys.argv[1]], Path.cwd(), RUN_ID) as process:
        return list(process.converse(agent_call(), PipeStop()))[-1]

def lives(pid):
    return psutil.pid_exists(pid) and living(psutil.Process(pid))

def say(*words):
    print(*words, flush=True)

"""

HIDDEN = """\
def hidden(**environment):
    if not os.fork():
        os.setsid()
        if not os.fork():
            nowhere = os.open(os.devnull, os.O_RDWR)
            for each in range(3):
                os.dup2(nowhere, each)
            signal.alarm(600)
            os.execve("/bin/sh", ["sh", "-c", "echo $$ > pid; exec sleep 600"], environment)
        os._exit(0)
    while not os.path.exists("pid") or not open("pid").read().endswith("\\n"):
        time.sleep(0.002)

"""


def heir(stage: Stage, agent: str, script: str, before: str = "") -> list[str]:
    """Call an agent from a process that is the heir of orphans; what the process prints.

    `before` is what a shell does that then becomes this process.
    """
    program = stage.python(HIDDEN + agent)
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            before + 'exec "$@"',
            "sh",
            sys.executable,
            "-c",
            HEIR + script,
            program,
        ],
        cwd=stage.folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_who_has_left_everything_is_ended(stage: Stage) -> None:
    """Its session, its environment, its parents and our pipes."""
    script = "call(); print(lives(int(Path('pid').read_text())))"
    assert heir(stage, "hidden()", script) == ["False"]


DEAD = """
pids = []
for _ in range(20):
    reader, writer = os.pipe()
    if not os.fork():
        os.setsid()
        if not os.fork():
            os.write(writer, str(os.getpid()).encode())
        os._exit(0)
    os.wait()
    pids.append(int(os.read(reader, 16)))
while any(os.path.exists(f"/proc/{pid}") for pid in pids):
    time.sleep(0.01)
say("they are gone")
"""


@pytest.mark.parametrize("before", ["", "sleep 0 & "], ids=["none", "one of a shell's"])
def test_the_dead_are_reaped_while_the_agent_works(stage: Stage, before: str) -> None:
    """An hour's work may leave thousands; each would keep its number.

    So they are beside a dead child that nobody will ever wait for.
    """
    script = "print(call().stdout.length)"
    assert heir(stage, DEAD, script, before) == [str(len("they are gone"))]


@pytest.mark.parametrize("mark", ["x", "01JZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_whoever_names_another_run_is_ended_all_the_same(stage: Stage, mark: str) -> None:
    """A helm that a worker ran, and that was killed, may have left its agent."""
    script = "call(); print(lives(int(Path('pid').read_text())))"
    assert heir(stage, f"hidden(HELM_RUN_ID={mark!r})", script) == ["False"]


def test_who_was_our_child_before_is_a_stranger(stage: Stage) -> None:
    """A shell may start a server, and then become helm: the server stays."""
    script = """
(stranger,) = psutil.Process().children()
call()
print(lives(stranger.pid))
stranger.kill()
"""
    before = "setsid sleep 600 <&- >&- 2>&- & "
    assert heir(stage, "hidden()", script, before) == ["True"]


def test_how_a_program_of_ours_ended_is_not_lost(stage: Stage) -> None:
    """One that has left our session, as an editor may, is reaped by whoever waits for it."""
    script = """
import threading
agent = threading.Thread(target=call)
agent.start()
statuses = set()
while agent.is_alive():
    guest = ["setsid", "sh", "-c", "sleep 0.01; exit 7"]
    statuses.add(subprocess.Popen(guest, env={**os.environ, "HELM_RUN_ID": ""}).wait())
print(statuses)
"""
    assert heir(stage, DEAD, script) == ["{7}"]


def test_nobody_is_left_to_reap_at_the_end(stage: Stage) -> None:
    """Who was ended is dead, and no child of ours any more."""
    script = "call(); print(psutil.Process().children())"
    assert heir(stage, "hidden()", script) == ["[]"]


def test_who_is_not_the_agents_stays(stage: Stage) -> None:
    """What we began in our own session, and what a program that we lent the terminal left."""
    script = """
guest = subprocess.Popen(["sleep", "600"], start_new_session=True, env={"HELM_RUN_ID": ""})
ours = subprocess.Popen(["sleep", "600"])
call()
print(lives(guest.pid), lives(ours.pid))
for each in (guest, ours):
    each.kill()
    each.wait()
"""
    assert heir(stage, "hidden()", script) == ["True", "True"]


def test_a_process_that_hosts_helm_keeps_its_children(stage: Stage) -> None:
    """Where it did not ask for orphans, no stranger counts as one."""
    script = """
stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
with CodexAgent().start([sys.argv[1]], Path.cwd(), RUN_ID) as process:
    list(process.converse(agent_call(), PipeStop()))
print(lives(stranger.pid))
stranger.kill()
stranger.wait()
"""
    assert heir(stage, "say('x')", script) == ["True"]
