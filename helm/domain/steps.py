"""What a run needs from outside, now; the answer comes back as commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm.domain.events import AgentChoice, Outcome, Role, RunHalted, WorkerSandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginAttempt:
    """Begin the next attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAgent:
    """Start an agent, give it the prompt, and tell what comes of it.

    `timeout` limits the whole call, `idle_timeout` a silence within it; seconds, None is no limit.
    Of each channel `output_limit` bytes are told, from its beginning and its end; None is all.
    `sandbox` is the worker's; a verifier may only read.
    """

    role: Role
    prompt: str
    choice: AgentChoice
    sandbox: WorkerSandbox
    timeout: float | None
    idle_timeout: float | None
    output_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Nothing: the run is finished (`outcome`), halted (`halt`), or not begun (neither)."""

    outcome: Outcome | None = None
    halt: RunHalted | None = None


Step = BeginAttempt | CallAgent | Rest
