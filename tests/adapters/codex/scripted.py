"""Small real programs in the place of codex, and what comes of calling them."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil

from helm.adapters.codex.agent import CodexAgent
from helm.adapters.codex.tree import living
from helm.app.ports import AgentSignal, Tick
from helm.domain.commands import RecordActivity, RecordExit, RecordOutput, RecordSession
from helm.domain.events import ActivityKind, AgentChoice, Channel, Role, WorkerSandbox
from helm.domain.steps import CallAgent
from tests.adapters.codex.pipe_stop import PipeStop

ROOT = Path(__file__).parents[3]

RUN_ID = f"01TEST{uuid4().hex}"
"""Another one for each process, because a run's end ends all that carry its mark."""

PREAMBLE = """\
import json, os, signal, subprocess, sys, time

def say(text):
    os.write(1, text.encode())

def tell(**line):
    say(json.dumps(line) + "\\n")

def item(**item):
    tell(type="item.completed", item=item)

def on(*numbers, do):
    for number in numbers:
        signal.signal(number, do)

def ignore(*numbers):
    on(*numbers, do=signal.SIG_IGN)

def wait_for_ever():
    while True:
        time.sleep(60)

"""
"""What the programs written in Python have at hand."""


def agent_call(
    prompt: str = "do it",
    *,
    role: Role = Role.WORKER,
    timeout: float | None = None,
    idle_timeout: float | None = None,
    output_limit: int | None = None,
) -> CallAgent:
    return CallAgent(
        role=role,
        prompt=prompt,
        choice=AgentChoice(),
        sandbox=WorkerSandbox.DANGER_FULL_ACCESS,
        timeout=timeout,
        idle_timeout=idle_timeout,
        output_limit=output_limit,
    )


def executable(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@dataclass
class Called:
    """What a call told."""

    signals: list[AgentSignal] = field(default_factory=list)

    @property
    def exit(self) -> RecordExit:
        (end,) = [told for told in self.signals if isinstance(told, RecordExit)]
        assert self.signals[-1] is end
        return end

    @property
    def activities(self) -> list[tuple[ActivityKind, str]]:
        return [(a.activity, a.text) for a in self.signals if isinstance(a, RecordActivity)]

    @property
    def sessions(self) -> list[str]:
        return [told.session for told in self.signals if isinstance(told, RecordSession)]

    @property
    def ticks(self) -> list[Tick]:
        return [told for told in self.signals if isinstance(told, Tick)]

    def chunks(self, channel: Channel = Channel.STDOUT) -> list[RecordOutput]:
        outputs = [told for told in self.signals if isinstance(told, RecordOutput)]
        return [output for output in outputs if output.channel is channel]

    def output(self, channel: Channel = Channel.STDOUT) -> bytes:
        return b"".join(chunk.data for chunk in self.chunks(channel))


@dataclass
class Stage:
    """A folder with a program in it, and a stop at hand."""

    folder: Path
    stop: PipeStop

    def python(self, body: str, name: str = "agent.py") -> str:
        """Write a program in Python; everything in `PREAMBLE` is there."""
        text = f"#!{sys.executable} -S\n{PREAMBLE}{body}"
        return str(executable(self.folder / name, text))

    def signals(self, program: str, call: CallAgent) -> Iterator[AgentSignal]:
        with CodexAgent().start([program], self.folder, RUN_ID) as process:
            yield from process.converse(call, self.stop)

    def call(
        self,
        body: str,
        call: CallAgent | None = None,
        react: Callable[[AgentSignal], None] = lambda _: None,
    ) -> Called:
        """Run a program to its end, and let `react` do something about what it tells."""
        called = Called()
        for told in self.signals(self.python(body), call or agent_call()):
            called.signals.append(told)
            react(told)
        return called


def said(told: AgentSignal, words: bytes) -> bool:
    return isinstance(told, RecordOutput) and words in told.data


def alive(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return living(psutil.Process(pid))
    return False


def pid_in(path: Path) -> int:
    return int(path.read_text(encoding="utf-8"))


def release(fifo: Path) -> None:
    """Let a program go on that waits in `open` for somebody to write to the fifo."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError):  # nobody waits yet
            os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
            return
        time.sleep(0.01)
    raise TimeoutError("nobody has opened the fifo")


def jsonl(*lines: object) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
