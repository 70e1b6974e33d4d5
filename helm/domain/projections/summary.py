"""A run in one line: what a history lists, and what a badge is decided by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helm.domain.events import (
    AgentFinished,
    AttemptStarted,
    Cause,
    Recorded,
    RunFinished,
)
from helm.domain.run import Run, replay

UNREADABLE = "(unreadable)"


class State(StrEnum):
    """How far a run has come, as its events alone tell it.

    One that is `open` is under way, or its process died without a word: only a lock tells which.
    """

    ACCEPTED = "accepted"
    EXHAUSTED = "exhausted"
    ABANDONED = "abandoned"
    HALTED = "halted"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in one line; the columns of the log's view `runs`.

    `workspace` is the key of the work tree that it was run in, after the id of its log and a slash
    where the run was imported. `cause` is that of the halt at which it stands. `updated_at` is the
    time of its latest event. `seconds` adds up the time of its agents, None before one has ended;
    tokens are of those launches whose agent told them, None where none did. A run whose beginning
    only a newer helm can read has the spec `UNREADABLE`.
    """

    run_id: str
    workspace: str
    path: str
    spec_id: str
    spec_name: str
    state: State
    cause: Cause | None
    attempts: int
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    seconds: float | None
    worker_model: str | None
    verifier_model: str | None
    input_tokens: int | None
    output_tokens: int | None

    @property
    def imported(self) -> bool:
        """Whether the run came from another log: a key of our own trees begins otherwise."""
        return self.workspace.partition("/")[0] not in {"", ".", "worktrees"}


def summary(events: Iterable[Recorded], workspace: str | None = None) -> RunSummary | None:
    """Sum a run up; None where there are no events.

    `workspace` is the key of an imported run, which is not in its events.
    """
    history = list(events)
    if not history:
        return None
    run = replay(each.event for each in history)
    spec = run.started.spec if run.started else None
    finished = [each.event for each in history if isinstance(each.event, AgentFinished)]
    usage = [each.usage for each in finished if each.usage]
    return RunSummary(
        run_id=history[0].run_id,
        workspace=workspace or (spec.workspace if spec else ""),
        path=spec.path if spec else "",
        spec_id=spec.id if spec else UNREADABLE,
        spec_name=spec.name if spec else "",
        state=state_of(run),
        cause=run.halt.cause if run.halt else None,
        attempts=sum(isinstance(each.event, AttemptStarted) for each in history),
        started_at=history[0].recorded_at,
        updated_at=history[-1].recorded_at,
        finished_at=next(
            (each.recorded_at for each in history if isinstance(each.event, RunFinished)), None
        ),
        seconds=sum(each.seconds for each in finished) if finished else None,
        worker_model=run.settings.worker.model,
        verifier_model=run.settings.verifier.model,
        input_tokens=sum(each.input_tokens for each in usage) if usage else None,
        output_tokens=sum(each.output_tokens for each in usage) if usage else None,
    )


def state_of(run: Run) -> State:
    """Say how far a run has come."""
    if run.outcome:
        return State(run.outcome.value)
    return State.HALTED if run.halt else State.OPEN
