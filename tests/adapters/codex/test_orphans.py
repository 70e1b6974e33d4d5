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
def hidden():
    if not os.fork():
        os.setsid()
        if not os.fork():
            nowhere = os.open(os.devnull, os.O_RDWR)
            for each in range(3):
                os.dup2(nowhere, each)
            signal.alarm(600)
            os.execve("/bin/sh", ["sh", "-c", "echo $$ > pid; exec sleep 600"], {})
        os._exit(0)
    while not os.path.exists("pid") or not open("pid").read().endswith("\\n"):
        time.sleep(0.002)

"""


def heir(stage: Stage, agent: str, script: str) -> list[str]:
    """Call an agent from a process that is the heir of orphans; what the process prints."""
    program = stage.python(HIDDEN + agent)
    done = subprocess.run(
        [sys.executable, "-c", HEIR + script, program],
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


def test_the_dead_are_reaped_while_the_agent_works(stage: Stage) -> None:
    """An hour's work may leave thousands; each would keep its number."""
    agent = """
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
    assert heir(stage, agent, "print(call().stdout.length)") == [str(len("they are gone"))]


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
