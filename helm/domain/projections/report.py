"""`implementation-report.md`: what a person reads of a run, told up to its last verdict or end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from helm.domain.events import (
    AgentChoice,
    AgentLaunched,
    Ending,
    InputChanged,
    Recorded,
    RunEvent,
    RunFinished,
    RunHalted,
    RunStarted,
    TokenUsage,
    Unknown,
    VerdictGiven,
    VerifierFinished,
    WorkerFinished,
    timestamp,
)
from helm.domain.redaction import redacted
from helm.domain.run import Run, replay

TELLING = (VerdictGiven, RunHalted, RunFinished)
"""After these events the report is written; it tells the run up to the last of them."""


@dataclass(slots=True)
class _Attempt:
    """What the table says of one attempt."""

    number: int
    launches: int = 0
    worker_seconds: float = 0.0
    verifier_seconds: float = 0.0
    status: str = "none"
    tasks: str = "-"


@dataclass(slots=True)
class _Told:
    """The parts of a history that the report tells, gathered in one pass."""

    run: Run
    attempts: dict[int, _Attempt] = field(default_factory=dict)
    usage: list[TokenUsage | None] = field(default_factory=list)
    changes: list[InputChanged] = field(default_factory=list)
    worker_report: str = ""


def report(events: Iterable[Recorded]) -> str | None:
    """Write the report of a run; None where there is no verdict and no end to tell of yet.

    The text depends on the events alone, and ends with the worker's last report, verbatim.
    """
    history = _up_to_the_last_telling(list(events))
    if not history:
        return None
    told = _gather(history)
    started = told.run.started
    if started is None:
        return None
    text = "\n".join(_lines(history, told, started))
    return redacted(text, started.settings.redact)


def _up_to_the_last_telling(history: list[Recorded]) -> list[Recorded]:
    for end in range(len(history), 0, -1):
        if isinstance(history[end - 1].event, TELLING):
            return history[:end]
    return []


def _gather(history: Sequence[Recorded]) -> _Told:
    told = _Told(run=replay(each.event for each in history))
    attempt = _Attempt(number=0)
    for each in history:
        event = each.event
        if isinstance(event, AgentLaunched):
            attempt = told.attempts.setdefault(event.attempt, _Attempt(number=event.attempt))
            attempt.launches += 1
        else:
            _note(told, attempt, event)
    return told


def _note(told: _Told, attempt: _Attempt, event: RunEvent | Unknown) -> None:
    match event:
        case WorkerFinished():
            attempt.worker_seconds += event.seconds
            if event.ending is Ending.COMPLETED or not told.worker_report:
                told.worker_report = event.report  # what was judged, not what was cut short later
            told.usage.append(event.usage)
        case VerifierFinished():
            attempt.verifier_seconds += event.seconds
            told.usage.append(event.usage)
        case VerdictGiven():
            attempt.status = event.status
            attempt.tasks = str(len(event.remaining_tasks))
        case InputChanged():
            told.changes.append(event)
        case _:
            pass


def _lines(history: Sequence[Recorded], told: _Told, started: RunStarted) -> Iterator[str]:
    run, spec = told.run, started.spec
    verdict = run.verdict
    title = " ".join(f"{spec.id} — {spec.name}".split())
    yield f"# Implementation Report for {title}"
    yield ""
    yield f"- Mode: {started.settings.mode}"
    yield f"- Max attempts: {run.settings.max_attempts}"
    yield f"- Attempts used: {run.attempt}"
    yield f"- Final verifier status: {verdict.status if verdict else 'none'}"
    yield f"- Outcome: {_outcome(run)}"
    if started.unmet_dependencies:
        yield f"- Unmet dependencies: {', '.join(started.unmet_dependencies)}"
    if started.remaining_tasks:
        yield f"- Tasks taken over from the run before: {len(started.remaining_tasks)}"
    yield f"- Run: {history[0].run_id}"
    yield f"- Started: {timestamp(history[0].recorded_at)}"
    yield f"- Told up to: {timestamp(history[-1].recorded_at)}"
    yield f"- Agents' time: {_seconds(_agents_time(told))}"
    yield f"- Worker model: {_choice(run.settings.worker)}"
    yield f"- Verifier model: {_choice(run.settings.verifier)}"
    launches = sum(row.launches for row in told.attempts.values())
    yield f"- Tokens: {tokens(told.usage, launches)}"
    yield f"- Log digest: event {history[-1].seq}, sha256 {history[-1].digest}"
    yield ""
    yield "## Remaining tasks"
    yield ""
    yield "```json"
    tasks = [redacted(task, started.settings.redact) for task in run.remaining_tasks]
    yield json.dumps(tasks, indent=2, ensure_ascii=False)
    yield "```"
    yield ""
    yield from _attempt_table(told)
    yield from _commentary(verdict)
    yield from _changes(told)
    yield "## Final worker output"
    yield ""
    yield told.worker_report if told.worker_report.endswith("\n") else f"{told.worker_report}\n"


def _outcome(run: Run) -> str:
    if run.outcome:
        return run.outcome
    if run.halt:
        detail = " ".join(run.halt.detail.split())
        return f"halted ({run.halt.cause}){f': {detail}' if detail else ''}"
    return "open"


def _attempt_table(told: _Told) -> Iterator[str]:
    yield "## Attempts"
    yield ""
    yield "| attempt | launches | worker | verifier | verdict | remaining tasks |"
    yield "|---|---|---|---|---|---|"
    for row in told.attempts.values():
        worker, verifier = _seconds(row.worker_seconds), _seconds(row.verifier_seconds)
        cells = (str(row.number), str(row.launches), worker, verifier, row.status, row.tasks)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _commentary(verdict: VerdictGiven | None) -> Iterator[str]:
    if verdict and verdict.commentary.strip():
        yield "## Verifier's commentary"
        yield ""
        yield verdict.commentary.strip()
        yield ""


def _changes(told: _Told) -> Iterator[str]:
    if not told.changes:
        return
    yield "## Changed inputs"
    yield ""
    yield "These files changed during the run. Its prompts were made from the texts it began with."
    yield ""
    for change in told.changes:
        gone = "gone" if change.text is None else change.text
        yield f"- `{change.path}`: {f'now sha256 {change.sha256}' if change.sha256 else gone}"
    yield ""


def _agents_time(told: _Told) -> float:
    return sum(row.worker_seconds + row.verifier_seconds for row in told.attempts.values())


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s"


def _choice(choice: AgentChoice) -> str:
    model = choice.model or "the agent's own"
    return f"{model}, reasoning {choice.reasoning}" if choice.reasoning else model


def tokens(usage: Sequence[TokenUsage | None], launches: int) -> str:
    """Add up what is known of so many launches, and say of how many it is not."""
    known = [each for each in usage if each is not None]
    if not known:
        return "unknown"
    total_in, total_out = sum(u.input_tokens for u in known), sum(u.output_tokens for u in known)
    unknown = launches - len(known)
    rest = f" (unknown for {unknown} of {launches} launches)" if unknown else ""
    return f"{total_in} in, {total_out} out{rest}"
