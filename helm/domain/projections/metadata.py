"""`metadata.json`: helm owns `status`, `lastRun` and its own lines in `notes`, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from helm.domain.events import (
    InputChanged,
    Recorded,
    RunStarted,
    Status,
    VerdictGiven,
    sha256,
    timestamp,
)
from helm.domain.json_object import read_object, with_members
from helm.domain.redaction import redacted

_SPEC_STATUS = {Status.OK: "done", Status.MISSING: "in-progress"}


def metadata(events: Iterable[Recorded], text: str | None) -> str:
    """Write the verdicts of a run into the text of its spec's `metadata.json`.

    `text` is what is on disk. Where that is gone (None) or is not metadata, the last text that the
    log knows takes its place. Without a verdict the text stays as it is; applied twice it is the
    same as once. `events` begin with `RunStarted`.
    """
    history = list(events)
    base = text if text is not None and is_metadata(text) else last_known_text(history)
    verdicts = [(each, each.event) for each in history if isinstance(each.event, VerdictGiven)]
    if not verdicts:
        return base
    lines = [_note(each, verdict, _redact(history)) for each, verdict in verdicts]
    recorded, last = verdicts[-1]
    values = {
        "status": _SPEC_STATUS[last.status],
        "lastRun": timestamp(recorded.recorded_at),
        "notes": _with_lines((read_object(base) or {}).get("notes"), lines),
    }
    return with_members(base, values)


def is_metadata(text: str) -> bool:
    """Tell whether helm can write into this text: an object whose notes are text, if any."""
    found = read_object(text)
    return found is not None and isinstance(found.get("notes"), str | None)


def last_known_text(history: Sequence[Recorded]) -> str:
    """Give the last readable text in the log: what the run began with, or found changed since.

    Of bytes that are not UTF-8 the log has what can be read, which is no whole text.
    """
    started = next(each.event for each in history if isinstance(each.event, RunStarted))
    known = started.spec.metadata
    changes = [
        each.event
        for each in history
        if isinstance(each.event, InputChanged) and each.event.path == known.path
    ]
    whole = [
        change.text
        for change in changes
        if change.text is not None and sha256(change.text.encode()) == change.sha256
    ]
    readable = [text for text in whole if is_metadata(text)]
    return readable[-1] if readable else known.text


def _redact(history: Sequence[Recorded]) -> tuple[str, ...]:
    started = next(each.event for each in history if isinstance(each.event, RunStarted))
    return started.settings.redact


def _note(recorded: Recorded, verdict: VerdictGiven, patterns: tuple[str, ...]) -> str:
    said = "ok"
    if verdict.status is Status.MISSING:
        tasks = "; ".join(" ".join(task.splitlines()) for task in verdict.remaining_tasks)
        said = f"remaining tasks: {redacted(tasks, patterns) or '(none named)'}"
    time = timestamp(recorded.recorded_at)
    return f"[{time}] attempt {verdict.attempt} status={verdict.status}: {said}"


def _with_lines(notes: object, lines: Sequence[str]) -> str:
    present = notes.split("\n") if isinstance(notes, str) and notes else []
    return "\n".join([*present, *(line for line in lines if line not in present)])
