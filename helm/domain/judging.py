"""Judging anew: what the parser and the rules of now make of the answers that a log recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from helm.domain.events import (
    Cause,
    Ending,
    Outcome,
    Recorded,
    RunEvent,
    RunFinished,
    RunHalted,
    Status,
    Unknown,
    VerdictGiven,
    VerifierFinished,
)
from helm.domain.run import Run, evolve, judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an answer was taken for. One without a status could not be read.

    `outcome` is how it ended the run, None where the run went on.
    """

    status: Status | None = None
    tasks: tuple[str, ...] = ()
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One answer of a verifier: what it was taken for then, and what it would be now."""

    attempt: int
    launch: int
    recorded: Judgement
    anew: Judgement

    @property
    def same(self) -> bool:
        """Whether the rules of now come to what was recorded."""
        return self.recorded == self.anew


def rejudged(events: Iterable[Recorded]) -> list[Ruling]:
    """Judge every complete answer in the history of a run once more, in the state of that time.

    Only what was decided is compared: the words of a commentary or of a complaint may change.
    """
    history = [each.event for each in events]
    rulings: list[Ruling] = []
    run = Run()
    for place, event in enumerate(history):
        if isinstance(event, VerifierFinished) and event.ending is Ending.COMPLETED:
            ruling = Ruling(
                attempt=run.attempt,
                launch=event.launch,
                recorded=_judgement(_stored_with_an_answer(history[place + 1 :])),
                anew=_judgement(judged(run, event.report)),
            )
            rulings.append(ruling)
        run = evolve(run, event)
    return rulings


def _stored_with_an_answer(
    after: Iterable[RunEvent | Unknown],
) -> Iterator[VerdictGiven | RunHalted | RunFinished]:
    """Take what followed from an answer, and none of what happened later."""
    for event in after:
        match event:
            case VerdictGiven() | RunHalted(cause=Cause.VERDICT_UNREADABLE):
                yield event
            case RunFinished(outcome=Outcome.ACCEPTED | Outcome.EXHAUSTED):
                yield event
            case _:
                return


def _judgement(events: Iterable[RunEvent | Unknown]) -> Judgement:
    found = Judgement()
    for event in events:
        if isinstance(event, VerdictGiven):
            found = replace(found, status=event.status, tasks=event.remaining_tasks)
        elif isinstance(event, RunFinished):
            found = replace(found, outcome=event.outcome)
    return found
