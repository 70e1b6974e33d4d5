"""The agent: a program that is called, given a prompt, and listened to."""

from __future__ import annotations

from collections.abc import (
    Iterator,
    Sequence,
)
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from helm.domain.commands import (
    RecordActivity,
    RecordExit,
    RecordOutput,
    RecordSession,
    RecordSpawn,
)
from helm.domain.events import AgentSpawned, Cause
from helm.domain.steps import CallAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A second in which the agent said nothing; shown, never stored. Both in seconds."""

    elapsed: float
    idle: float


AgentSignal = RecordSession | RecordOutput | RecordActivity | RecordExit | Tick
"""What an agent's process tells while it works; `RecordExit` is the last."""


class Stop(Protocol):
    """A request to stop, readable without waiting: `cause` once asked, `requests` how often.

    `fileno` becomes readable with the first request, so that a waiting selector wakes up.
    """

    @property
    def cause(self) -> Cause | None:
        """Who asked first; None while nobody has."""
        ...

    @property
    def requests(self) -> int:
        """How often a stop was asked for: an impatient user is answered more harshly."""
        ...

    def fileno(self) -> int:
        """Give the descriptor to watch."""
        ...


class AgentProcess(Protocol):
    """An agent that has been started and waits for its prompt."""

    @property
    def spawned(self) -> RecordSpawn:
        """The process, to be made durable before the agent is told anything."""
        ...

    def converse(self, call: CallAgent, stop: Stop) -> Iterator[AgentSignal]:
        """Give the prompt, then yield what comes back; ends with `RecordExit`.

        The limits of `call` and a request to stop end the whole process tree.
        """
        ...


class Agent(Protocol):
    """A coding agent's program."""

    def require(self) -> None:
        """Do nothing where there is a program to call; else raise `AgentUnavailable`."""
        ...

    def argv(self, call: CallAgent) -> tuple[str, ...]:
        """Say the command line for this call. Raises `AgentUnavailable` without a program."""
        ...

    def start(
        self, argv: Sequence[str], folder: Path, run_id: str
    ) -> AbstractContextManager[AgentProcess]:
        """Start the program in `folder`; leaving the context ends its whole process tree.

        Raises `AgentUnavailable` where the system cannot execute it.
        """
        ...

    def end_orphan(self, run_id: str, spawned: AgentSpawned | None) -> bool:
        """End what a killed helm left of this run; tell whether anything still lived.

        `spawned` is ended only if it is the same process still: its pid and its start time.
        """
        ...
