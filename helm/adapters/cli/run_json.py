"""Runs for programs: one line of a history, and a whole run with everything in it, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.app.codec import encode, kind_of
from helm.app.history import History, HistoryRow, TranscriptPruned
from helm.app.search import Match
from helm.domain.events import (
    AgentFinished,
    Channel,
    ChannelDigest,
    InputChanged,
    OutputCaptured,
    Recorded,
    RunEvent,
    RunHalted,
    RunResumed,
    Unknown,
    sha256,
    timestamp,
)
from helm.domain.projections.summary import RunSummary
from helm.domain.projections.timeline import Attempt, Judgement, Launch, Timeline

Object = dict[str, Any]
"""An object of JSON."""


def print_array(console: Console, objects: Iterable[Object]) -> None:
    """Print objects as one array of JSON, a line for each as soon as it is there."""
    before = "["
    for each in objects:
        console.write(f"{before}{json_text(each)}")
        before = ",\n "
    console.line("]" if before != "[" else "[]")


def row_object(row: HistoryRow) -> Object:
    """Describe a run in one line: the columns of the view `runs`, and how it stands."""
    pid = row.holder.pid if row.holder else None
    return {**summary_object(row.summary), "standing": row.standing, "pid": pid}


def summary_object(run: RunSummary) -> Object:
    """Describe a run as the view `runs` does."""
    return {
        "outcome" if each.name == "state" else each.name: _value(getattr(run, each.name))
        for each in fields(run)
    }


def match_object(match: Match) -> Object:
    """Describe a run in which a text was found, and where."""
    return {**row_object(match.row), "hits": [asdict(hit) for hit in match.hits]}


def run_object(row: HistoryRow, told: Timeline, history: History) -> Object:
    """Describe a whole run: what was asked, every prompt, transcript and verdict.

    Events have their body as it is stored. Transcripts are text, in which bytes that are not UTF-8
    are U+FFFD; their length and digest are those of the bytes. One that was pruned has no text.
    """
    turns = [part for part in told.parts if isinstance(part, Recorded)]
    return {
        "run": row_object(row),
        "start": _body(told.run.started) if told.run.started else None,
        "settings": asdict(told.run.settings),
        "remaining_tasks": told.run.remaining_tasks,
        "attempts": [_attempt(attempt, history) for attempt in told.attempts],
        "halts": [_event(each) for each in turns if isinstance(each.event, RunHalted)],
        "resumes": [_event(each) for each in turns if isinstance(each.event, RunResumed)],
        "changed_inputs": [_event(each) for each in turns if isinstance(each.event, InputChanged)],
        "strays": [_event(each) for each in told.strays],
    }


def _value(value: object) -> object:
    return timestamp(value) if isinstance(value, datetime) else value


def _attempt(attempt: Attempt, history: History) -> Object:
    judgement = attempt.judgement
    return {
        "attempt": attempt.number,
        "started_at": timestamp(attempt.started_at),
        "launches": [_launch(launch, history) for launch in attempt.launches],
        "verdict": _judgement(judgement) if judgement else None,
    }


def _launch(launch: Launch, history: History) -> Object:
    finished = launch.finished
    return {
        "role": launch.role,
        "launched_at": timestamp(launch.launched_at),
        **_body(launch.launched),
        "spawned": _body(launch.spawned) if launch.spawned else None,
        "session": _body(launch.session) if launch.session else None,
        "activity": [_event(each) for each in launch.activity],
        "finished_at": timestamp(launch.finished_at) if launch.finished_at else None,
        "finished": _body(finished) if finished else None,
        "transcripts": {each: _transcript(launch, each, history) for each in Channel},
    }


def _transcript(launch: Launch, channel: Channel, history: History) -> Object:
    captured = launch.captured(channel)
    try:
        data = b"".join(history.transcript(captured))
    except TranscriptPruned:
        known = _told(launch.finished, channel)
        events = [each.event for each in captured]
        length = sum(each.length for each in events if isinstance(each, OutputCaptured))
        digest = known.sha256 if known else None
        return {"pruned": True, "bytes": length, "sha256": digest, "text": None}
    text = data.decode(errors="replace")
    return {"pruned": False, "bytes": len(data), "sha256": sha256(data), "text": text}


def _told(finished: AgentFinished | None, channel: Channel) -> ChannelDigest | None:
    if finished is None:
        return None
    return finished.stdout if channel is Channel.STDOUT else finished.stderr


def _judgement(judgement: Judgement) -> Object:
    return {
        "given_at": timestamp(judgement.given_at),
        **_body(judgement.verdict),
        "new": judgement.new,
        "still": judgement.still,
        "gone": judgement.gone,
    }


def _event(recorded: Recorded) -> Object:
    return {
        "seq": recorded.seq,
        "recorded_at": timestamp(recorded.recorded_at),
        "kind": kind_of(recorded.event),
        "body": _body(recorded.event),
    }


def _body(event: RunEvent | Unknown) -> Object:
    body: Object = json.loads(event.body if isinstance(event, Unknown) else encode(event))
    return body
