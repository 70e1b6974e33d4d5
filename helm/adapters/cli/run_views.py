"""The ways in which one run is shown: a page, its events, and whatever was recorded, exactly."""

from __future__ import annotations

from dataclasses import replace

from helm.adapters.cli.console import Console
from helm.adapters.cli.event_lines import event_line
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.jsonl import JsonLines
from helm.adapters.cli.pager import paged
from helm.adapters.cli.raw import print_raw
from helm.adapters.cli.run_json import run_object
from helm.adapters.cli.run_page import RunPage, Subject
from helm.adapters.cli.table import terminal_width
from helm.app.cells import clipped
from helm.app.errors import InputInvalid
from helm.app.history import Choice, History
from helm.app.wording import not_kept
from helm.domain.events import (
    AttemptStarted,
    Channel,
    OutputCaptured,
    Recorded,
    RunResumed,
    RunStarted,
    VerifierLaunched,
    WorkerLaunched,
)
from helm.domain.projections.junit import junit
from helm.domain.projections.report import report
from helm.domain.projections.timeline import timeline

_LAUNCHES = (RunStarted, RunResumed, WorkerLaunched, VerifierLaunched)
"""What tells which launches there were, and what is to be masked: activity can be very much."""


def print_page(history: History, run_id: str, attempt: int | None) -> None:
    """Print a run in short, or all of one attempt.

    Raises `InputInvalid` where there is no such attempt.
    """
    row, told = history.row(run_id), history.story(run_id)
    numbers = [each.number for each in told.attempts]
    if attempt is not None and attempt not in numbers:
        there = ", ".join(map(str, numbers)) or "none yet"
        raise InputInvalid(f"the run has no attempt {attempt}; those there are: {there}")
    subject = Subject(
        row=row,
        told=told,
        short_id=history.shown(run_id),
        spec_word=history.spec_word(row.summary),
        attempt=attempt,
    )
    with paged() as console:
        RunPage(console, subject).show()


def print_json(history: History, run_id: str) -> None:
    """Print everything that is known of a run, as one object."""
    with paged() as console:
        found = run_object(history.row(run_id), history.story(run_id), history)
        console.line(json_text(found))


def print_events(history: History, run_id: str, choice: Choice, *, as_json: bool) -> None:
    """Print the events of a run, or of the launches that are chosen."""
    events = history.log.load(run_id)
    told = timeline(events)
    if choice != Choice():
        numbers = {each.number for each in choice.of(told)}
        attempts = {choice.attempt} - {None}
        events = [
            each
            for each in events
            if getattr(each.event, "launch", None) in numbers
            or (isinstance(each.event, AttemptStarted) and each.event.attempt in attempts)
        ]
    with paged() as console:
        lines, width = JsonLines(console), terminal_width()
        for each in events:
            if as_json:
                lines.show(_with_output(each, history))
            else:
                line = event_line(each, told.run.settings.redact)
                console.line(clipped(line, width) if width else line)


def print_prompt(history: History, run_id: str, choice: Choice) -> None:
    """Print what an agent was asked, exactly. Raises as `Choice.one_of` does."""
    told = history.story(run_id, _LAUNCHES)
    prompt = choice.one_of(told).launched.prompt
    print_raw([prompt.encode()], told.run.settings.redact)


def print_transcript(history: History, run_id: str, choice: Choice, channel: Channel) -> None:
    """Print what an agent wrote, exactly.

    Raises as `Choice.one_of` does, and `TranscriptPruned`.
    """
    told = history.story(run_id, (*_LAUNCHES, OutputCaptured))
    launch = choice.one_of(told)
    print_raw(history.transcript(launch.captured(channel)), told.run.settings.redact)
    left_out = launch.left_out(channel)
    if left_out:
        said = f"helm: {not_kept(left_out, 'in the middle of this transcript')}"
        Console.standard().line(said, error=True)


def print_report(history: History, run_id: str) -> None:
    """Print the report as the run's events tell it now. Raises `InputInvalid` for none yet."""
    text = report(history.log.outline(run_id))
    if text is None:
        short_id = history.shown(run_id)
        raise InputInvalid(f"run {short_id} has no verdict and no end to report yet")
    print_raw([text.encode()], ())


def print_junit(history: History, run_id: str) -> None:
    """Print the run as JUnit XML. Raises `InputInvalid` where its beginning cannot be read."""
    text = junit(history.log.outline(run_id))
    if text is None:
        raise InputInvalid(f"run {history.shown(run_id)} has no beginning that this helm can read")
    print_raw([text.encode()], ())


def _with_output(recorded: Recorded, history: History) -> Recorded:
    if not isinstance(recorded.event, OutputCaptured):
        return recorded
    return replace(recorded, output=history.log.output(recorded.run_id, recorded.seq))
