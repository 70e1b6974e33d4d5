"""Finding a text in all that runs have on record: what was asked, said, reported and judged.

A transcript is searched as it was written, whole lines at a time, however its chunks fell. Where
an agent speaks JSON Lines, the texts in them are searched too, as they were before JSON escaped
them: a text with quotes, backslashes or line ends is found as people know it.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from helm.app.errors import WordsInvalid
from helm.app.history import Asked, History, HistoryRow, TranscriptPruned
from helm.domain.events import (
    ActivityReported,
    Channel,
    OutputCaptured,
    Role,
    RunResumed,
    RunStarted,
    VerdictGiven,
    VerifierFinished,
    VerifierLaunched,
    WorkerFinished,
    WorkerLaunched,
)
from helm.domain.projections.timeline import Attempt, Judgement, Launch
from helm.domain.transcript import FirstLine

_SEARCHED = (
    RunStarted,
    RunResumed,
    WorkerLaunched,
    VerifierLaunched,
    OutputCaptured,
    WorkerFinished,
    VerifierFinished,
    VerdictGiven,
)
_NEVER_ESCAPED = re.compile(r"[ !#-%'-.0-;=?-\[\]-~]+")
"""What every writer of JSON leaves as it is: ASCII, but for controls and `"`, `\\`, `/`, `&<>`."""

_LONGEST_LINE = 1 << 20
"""Characters after which a line is taken for ended: a progress bar may write one without end."""


class Source(StrEnum):
    """Where in a launch a text was found."""

    PROMPT = "prompt"
    STDOUT = "stdout"
    STDERR = "stderr"
    ACTIVITY = "activity"
    REPORT = "report"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A line that holds the text; several lines where the text itself has several."""

    attempt: int
    launch: int
    role: Role
    source: Source
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A run that holds the text. `redact` are the patterns to be masked where people read."""

    row: HistoryRow
    hits: list[Hit]
    redact: tuple[str, ...]


class Needle:
    """A text that is looked for, as it stands. Raises `WordsInvalid` for none."""

    def __init__(self, text: str, *, ignore_case: bool = False) -> None:
        if not text:
            raise WordsInvalid("there is no text to look for")
        flags = re.IGNORECASE if ignore_case else 0
        self.pattern = re.compile(re.escape(text), flags)
        self.length = len(text)
        plain = max(_NEVER_ESCAPED.findall(text), key=len, default="")
        self._unescaped = re.compile(re.escape(plain), flags)

    def lines(self, text: str) -> Iterator[str]:
        """Find the lines of `text` that hold it."""
        return _LineSearch(self).feed(text, final=True)

    def may_be_in_json(self, line: str) -> bool:
        """Tell quickly of a line of JSON that no text in it can hold what is looked for."""
        return self._unescaped.search(line) is not None


class _LineSearch:
    """Looks for a text in a stream of text, and gives the whole lines that it is found in."""

    def __init__(self, needle: Needle) -> None:
        self._needle = needle
        self._held = ""
        self._searched = 0

    def feed(self, text: str, *, final: bool = False) -> Iterator[str]:
        """Take in what follows, and give the lines that are whole now."""
        self._held += text
        while found := self._needle.pattern.search(self._held, self._searched):
            begin = self._held.rfind("\n", 0, found.start()) + 1
            end = self._held.find("\n", max(found.end() - 1, begin))
            if end < 0:
                end = len(self._held)
                if not final and end - begin < _LONGEST_LINE:
                    self._drop(begin, found.start())
                    return
            yield self._held[begin:end]
            self._searched = max(end, found.end())
        edge = max(len(self._held) - self._needle.length + 1, self._searched)
        self._drop(max(self._held.rfind("\n", 0, edge) + 1, edge - _LONGEST_LINE), edge)

    def _drop(self, until: int, searched: int) -> None:
        """Forget what has been searched, but for the line that may go on."""
        self._held = self._held[until:]
        self._searched = searched - until


def search(history: History, asked: Asked, needle: Needle) -> Iterator[Match]:
    """Look through the runs that are asked for, newest first, and give those that hold the text.

    `asked.limit` is how many to give.
    """
    listing = history.listing(
        Asked(paths=asked.paths, standings=asked.standings, since=asked.since)
    )
    given = 0
    for row in listing.rows:
        if given == asked.limit:
            return
        match = _RunSearch(history, needle).match(row)
        if match.hits:
            given += 1
            yield match


class _RunSearch:
    """Looks through one run.

    A line is told once where it can only be the same again: in the prompts, which are made from
    one template, and in what one launch said, whose report is in its transcript as well.
    """

    def __init__(self, history: History, needle: Needle) -> None:
        self._history = history
        self._needle = needle
        self._asked = set[str]()

    def match(self, row: HistoryRow) -> Match:
        told = self._history.story(row.summary.run_id, _SEARCHED)
        hits = [hit for attempt in told.attempts for hit in self._in_attempt(attempt)]
        return Match(row=row, hits=hits, redact=told.run.settings.redact)

    def _in_attempt(self, attempt: Attempt) -> Iterator[Hit]:
        for part in attempt.parts:
            match part:
                case Launch(number=launch, role=role):
                    found = self._in_launch(part)
                case Judgement(verdict=VerdictGiven(launch=launch) as verdict):
                    role, found = Role.VERIFIER, self._in_verdict(verdict)
                case _:
                    continue
            for source, text in found:
                yield Hit(
                    attempt=attempt.number, launch=launch, role=role, source=source, text=text
                )

    def _in_launch(self, launch: Launch) -> Iterator[tuple[Source, str]]:
        asked = ((Source.PROMPT, line) for line in self._needle.lines(launch.launched.prompt))
        yield from _new(asked, self._asked)
        yield from _new(self._said(launch), set())

    def _in_verdict(self, verdict: VerdictGiven) -> Iterator[tuple[Source, str]]:
        for line in self._needle.lines("\n".join((*verdict.remaining_tasks, verdict.commentary))):
            yield Source.VERDICT, line

    def _said(self, launch: Launch) -> Iterator[tuple[Source, str]]:
        """Look through all that an agent said; its activity, where its output is gone."""
        try:
            for channel in Channel:
                chunks = self._history.transcript(launch.captured(channel))
                lines = _in_stdout if channel is Channel.STDOUT else _in_plain_text
                for line in lines(chunks, self._needle):
                    yield Source(channel), line
        except TranscriptPruned:
            for line in self._in_activity(launch):
                yield Source.ACTIVITY, line
        if launch.finished:
            for line in self._needle.lines(launch.finished.report):
                yield Source.REPORT, line

    def _in_activity(self, launch: Launch) -> Iterator[str]:
        run_id = launch.output[0].run_id
        for each in self._history.log.load(run_id, (ActivityReported,)):
            event = each.event
            if isinstance(event, ActivityReported) and event.launch == launch.number:
                words = "\n".join((event.text, *(change.path for change in event.changes)))
                yield from self._needle.lines(words)


def _new(found: Iterable[tuple[Source, str]], known: set[str]) -> Iterator[tuple[Source, str]]:
    for source, line in found:
        if line not in known:
            known.add(line)
            yield source, line


def _in_stdout(chunks: Iterator[bytes], needle: Needle) -> Iterator[str]:
    first = FirstLine()
    jsonl = next((found for data in chunks if (found := first.add(data)) is not None), None)
    lines = _in_json_lines if (first.end() if jsonl is None else jsonl) else _in_plain_text
    return lines(chain([first.take()], chunks), needle)


def _in_plain_text(chunks: Iterable[bytes], needle: Needle) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    searched = _LineSearch(needle)
    for data in chunks:
        yield from searched.feed(decoder.decode(data))
    yield from searched.feed(decoder.decode(b"", final=True), final=True)


def _in_json_lines(chunks: Iterable[bytes], needle: Needle) -> Iterator[str]:
    """Search the texts in each line; where none of them holds it, the line as it was written."""
    for data in _lines(chunks):
        line = data.decode(errors="replace")
        if needle.may_be_in_json(line):
            texts = (found for text in _texts(line) for found in needle.lines(text))
            first = next(texts, None)
            yield from needle.lines(line) if first is None else (first, *texts)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for data in chunks:
        searched = len(held)
        held += data
        if (end := held.rfind(b"\n", searched)) >= 0:
            yield from bytes(held[:end]).split(b"\n")
            del held[: end + 1]
    yield bytes(held)


def _texts(line: str) -> Iterator[str]:
    """List all texts in a line of JSON; none where it is no JSON."""
    try:
        waiting = [json.loads(line)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
