"""An agent that lives in the test: it answers from its prompt alone, and remembers who called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from helm.app.errors import AgentUnavailable
from helm.app.ports import AgentSignal, Stop, Tick
from helm.domain.commands import (
    RecordActivity,
    RecordExit,
    RecordOutput,
    RecordSession,
    RecordSpawn,
)
from helm.domain.events import (
    ActivityKind,
    AgentSpawned,
    Channel,
    ChannelDigest,
    Ending,
    Role,
    TokenUsage,
    sha256,
)
from helm.domain.steps import CallAgent

Script = Callable[[CallAgent], "str | RecordExit"]
"""Answers a call with the agent's report, or with the whole way in which it ends."""

OK = 'STATUS: ok\n{"remainingTasks": []}\nAll is there.'
MISSING = 'STATUS: missing\n{"remainingTasks": ["finish it"]}\nOne thing is not.'


def finishes_at_second_attempt(call: CallAgent) -> str:
    """Work in two goes: the worker leaves one task, and finishes it when it is told to."""
    if call.role is Role.WORKER:
        return "second work" if "finish it" in call.prompt else "first work"
    return OK if "second work" in call.prompt else MISSING


def ended(
    ending: Ending = Ending.COMPLETED, report: str = "", detail: str = "", exit_code: int = 0
) -> RecordExit:
    """Build the end of an agent."""
    data = report.encode()
    return RecordExit(
        ending=ending,
        exit_code=exit_code,
        signal=None,
        seconds=1.5,
        report=report,
        usage=TokenUsage(
            input_tokens=10, cached_input_tokens=0, output_tokens=2, reasoning_output_tokens=0
        ),
        stdout=ChannelDigest(length=len(data), sha256=sha256(data)),
        stderr=ChannelDigest(length=0, sha256=sha256(b"")),
        detail=detail,
    )


@dataclass
class ScriptedAgent:
    """Keeps the port `Agent`; `during` is called while an agent works, to meddle with things."""

    script: Script = finishes_at_second_attempt
    during: Callable[[CallAgent], None] = lambda _call: None
    missing: bool = False
    calls: list[CallAgent] = field(default_factory=list)
    living: int = 0
    orphans: list[str] = field(default_factory=list)

    def require(self) -> None:
        if self.missing:
            raise AgentUnavailable("the scripted agent is not there; put it back")

    def argv(self, call: CallAgent) -> tuple[str, ...]:
        if self.missing:
            raise AgentUnavailable("the scripted agent is not there; put it back")
        return ("scripted", call.role)

    @contextmanager
    def start(self, argv: Sequence[str], folder: Path, run_id: str) -> Iterator[ScriptedProcess]:
        self.living += 1
        try:
            yield ScriptedProcess(agent=self)
        finally:
            self.living -= 1

    def end_orphan(self, run_id: str, spawned: AgentSpawned | None) -> bool:
        self.orphans.append(run_id)
        return spawned is not None


@dataclass
class ScriptedProcess:
    """A process that is none."""

    agent: ScriptedAgent
    spawned: RecordSpawn = field(
        default_factory=lambda: RecordSpawn(pid=4711, process_group=4711, started_at=1.0)
    )

    def converse(self, call: CallAgent, stop: Stop) -> Iterator[AgentSignal]:
        self.agent.calls.append(call)
        yield RecordSession(session="scripted-session")
        yield Tick(elapsed=1.0, idle=1.0)
        self.agent.during(call)
        if stop.cause:
            yield self._stopped(stop)
            return
        answer = self.agent.script(call)
        end = answer if isinstance(answer, RecordExit) else ended(report=answer)
        data = end.report.encode()
        yield RecordOutput(channel=Channel.STDOUT, offset=0, data=data)
        yield RecordActivity(activity=ActivityKind.MESSAGE, text=end.report)
        yield end

    def _stopped(self, stop: Stop) -> RecordExit:
        end = ended(Ending.STOPPED)
        return RecordExit(
            ending=end.ending,
            exit_code=None,
            signal=2,
            seconds=end.seconds,
            report="",
            usage=None,
            stdout=end.stdout,
            stderr=end.stderr,
            stopped_by=stop.cause,
        )
