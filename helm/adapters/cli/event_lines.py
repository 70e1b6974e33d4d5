"""Events for people: one line each, with what tells it from the others."""

from __future__ import annotations

from typing import assert_never

from helm.app.codec import kind_of
from helm.app.terminal_text import one_line
from helm.app.wording import clock_time, duration
from helm.domain.events import (
    ActivityReported,
    AgentSpawned,
    AttemptStarted,
    InputChanged,
    OutputCaptured,
    Recorded,
    RunEvent,
    RunFinished,
    RunHalted,
    RunResumed,
    RunStarted,
    SessionOpened,
    Unknown,
    VerdictGiven,
    VerifierFinished,
    VerifierLaunched,
    WorkerFinished,
    WorkerLaunched,
)
from helm.domain.redaction import redacted

_WIDEST_KIND = 16


def event_line(recorded: Recorded, redact: tuple[str, ...]) -> str:
    """Write an event in one line: its place, its local time, its kind, and what it says."""
    kind = kind_of(recorded.event)
    said = one_line(redacted(_said(recorded.event), redact))
    time = clock_time(recorded.recorded_at)
    return f"{recorded.seq:>5}  {time}  {one_line(kind):<{_WIDEST_KIND}}  {said}".rstrip()


def _said(event: RunEvent | Unknown) -> str:
    match event:
        case RunStarted(spec=spec, settings=settings):
            return f"{spec.id} ({spec.path}), at most {settings.max_attempts} attempts"
        case AttemptStarted(attempt=attempt):
            return f"attempt {attempt}"
        case WorkerLaunched() | VerifierLaunched():
            where = f"attempt {event.attempt}, launch {event.launch}"
            return f"{where}: {len(event.prompt)} characters to {' '.join(event.argv)}"
        case AgentSpawned():
            return f"launch {event.launch}: process {event.pid}"
        case SessionOpened():
            return f"launch {event.launch}: {event.session}"
        case OutputCaptured():
            return f"launch {event.launch}: {event.length} bytes of {event.channel}"
        case ActivityReported():
            return f"launch {event.launch}: {_activity(event)}"
        case WorkerFinished() | VerifierFinished():
            return f"launch {event.launch}: {event.ending} after {duration(event.seconds)}"
        case InputChanged(path=path, text=text):
            return f"{path}{' was removed' if text is None else ''}"
        case VerdictGiven(status=status, remaining_tasks=tasks):
            return f"attempt {event.attempt}: {status}, {len(tasks)} remaining tasks"
        case RunHalted(cause=cause, detail=detail):
            return f"{cause}{f': {detail}' if detail else ''}"
        case RunResumed(settings=settings, operator=operator):
            by = f"by {operator}, " if operator else ""
            return f"{by}at most {settings.max_attempts} attempts"
        case RunFinished(outcome=outcome):
            return outcome
        case Unknown(schema_version=version):
            return f"version {version}, of a newer helm"
    assert_never(event)


def _activity(event: ActivityReported) -> str:
    code = "" if event.exit_code is None else f" (exit {event.exit_code})"
    changes = "".join(f" {change.kind} {change.path}" for change in event.changes)
    return f"{event.activity}{code}{changes} {event.text}"
