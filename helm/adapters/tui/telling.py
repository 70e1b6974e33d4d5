"""A run as the screen has it: told by one thread while another draws it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from pathlib import Path

from helm.adapters.tui.ansi import plain
from helm.adapters.tui.lines import LineStore, read_again
from helm.adapters.tui.tellers import PresentedTeller, RawTeller
from helm.app.ports import EventLog
from helm.app.stream import NOT_TOLD
from helm.domain.events import (
    AgentLaunched,
    Recorded,
)
from helm.domain.projections.timeline import Timeline, timeline
from helm.domain.redaction import redacted
from helm.domain.run import Run, evolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come: what the heads of the screens say of it.

    `history` are its events but for output and activity. `launched_at` and `heard_at` are those of
    the agent that is at work, `seq` is the place of the latest event. `over` is set once nothing
    more comes, `failure` where that was not meant to be.
    """

    run: Run = field(default_factory=Run)
    history: tuple[Recorded, ...] = ()
    launched_at: datetime | None = None
    heard_at: datetime | None = None
    seq: int = -1
    over: bool = False
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a run's spec lies, and its report: None where it cannot be reached."""

    folder: Path | None = None
    report: Path | None = None
    in_git: bool = False


_NOWHERE = Whereabouts()

_WHATEVER_THERE_IS = sys.maxsize - 1


class _Told:
    """One way in which a run is told: its lines, and how far they have come.

    It `goes_on` with what comes once all that was before is told. Until then that is read from the
    log, where somebody has `wanted` it.
    """

    def __init__(self, lines: LineStore, *, goes_on: bool) -> None:
        self.lines = lines
        self.goes_on = self.wanted = goes_on
        self.seq = -1

    def take(self, recorded: Recorded) -> None:
        """Take in an event; one that was read from the log already is not told twice."""
        if recorded.seq > self.seq:
            self.lines.take(recorded)
            self.seq = recorded.seq


class Telling:
    """A run that is shown. `take` is called by one thread, `catch_up` by others, the rest by any.

    `ours` says that this helm carries the run on, and can stop it. `until` is the place of the
    last event that was on record when the run was opened: before it, the run is `reading`. The
    `log` is asked by whoever draws; it is not one that somebody else may keep busy.
    """

    def __init__(
        self,
        run_id: str,
        short_id: str,
        log: EventLog,
        *,
        ours: bool,
        where: Whereabouts = _NOWHERE,
        until: int = -1,
    ) -> None:
        self.run_id = run_id
        self.short_id = short_id
        self.log = log
        self.ours = ours
        self.where = where
        self.progress = Progress()
        self._turn = threading.Lock()
        self._until = until
        self._story: tuple[tuple[Recorded, ...], Timeline] = ((), timeline(()))
        self._presented = _Told(LineStore(PresentedTeller(), run_id, log), goes_on=True)
        self._raw = _Told(LineStore(RawTeller(), run_id, log), goes_on=False)

    def reading(self, *, raw: bool) -> bool:
        """Whether what was on record already is still being read."""
        if not self._told(raw=raw).goes_on:
            return True
        progress = self.progress
        return not raw and progress.seq < self._until and not progress.over

    def lacks(self, *, raw: bool) -> bool:
        """Whether nobody reads what was before: bytes few want to see, and a log may fail."""
        return not self._told(raw=raw).wanted

    @property
    def redact(self) -> tuple[str, ...]:
        """The patterns of what nobody is to read of the run."""
        return self.progress.run.settings.redact

    @property
    def story(self) -> Timeline:
        """What the history tells."""
        history = self.progress.history
        if self._story[0] is not history:
            self._story = (history, timeline(history))
        return self._story[1]

    def go_on_from(self, history: Iterable[Recorded]) -> None:
        """Take up a run that has a history, first of all; its lines wait for `catch_up`."""
        told = reduce(_after, history, Progress())
        self.progress = replace(told, launched_at=None, heard_at=None)  # no agent is at work yet
        self._presented.goes_on = self._presented.wanted = False

    def take(self, recorded: Recorded) -> None:
        """Take in what has happened."""
        with self._turn:
            for told in (self._presented, self._raw):
                if told.goes_on:
                    told.take(recorded)
            self.progress = _after(self.progress, recorded)

    def catch_up(self, log: EventLog, wake: Callable[[], None], *, raw: bool) -> None:
        """Read from the log what was before; what comes from then on is told as it comes.

        It is for one thread: others find nothing to do. `wake` is called from time to time. Where
        the log cannot be read, somebody can catch up again: it is read from there on.
        """
        told = self._told(raw=raw)
        with self._turn:
            wanted, told.wanted = told.wanted, True
        if wanted:
            return
        try:
            self._catch_up(told, log, wake)
        except BaseException:
            told.wanted = False
            raise

    def end(self, failure: str | None = None) -> None:
        """Note that nothing more comes."""
        masked = redacted(failure, self.redact) if failure else failure
        self.progress = replace(self.progress, over=True, failure=masked)

    def count(self, *, raw: bool) -> int:
        """Count the lines there are, those included that are still being written."""
        return len(self._store(raw=raw))

    def lines(self, begin: int, end: int, *, raw: bool) -> list[str]:
        """Give lines by their numbers, from 0."""
        return self._store(raw=raw).lines(begin, end)

    def find(
        self,
        text: str,
        start: int,
        *,
        raw: bool,
        forwards: bool = False,
        at: Callable[[int], bool] = lambda _: True,
    ) -> int | None:
        """Find the next line that holds a text, from `start` on, or upwards, and around.

        A text in small letters is found in large ones too. `at` hears how far the search has come,
        every some hundred lines; once it says no, nothing is found.
        """
        matches = _matcher(text)
        for first, lines in self._around(start, raw=raw, forwards=forwards):
            numbers = range(len(lines)) if forwards else range(len(lines) - 1, -1, -1)
            found = next((first + each for each in numbers if matches(lines[each])), None)
            if found is not None:
                return found
            if not at(first):
                break
        return None

    def _around(self, start: int, *, raw: bool, forwards: bool) -> Iterator[tuple[int, list[str]]]:
        """Go through all lines, as pages: from `start` to where they end, and on to `start`."""
        store = self._store(raw=raw)
        yield from store.pages(start, forwards=forwards)
        for first, lines in store.pages(0 if forwards else len(store) - 1, forwards=forwards):
            yield first, lines
            if first + len(lines) >= start if forwards else first <= start:
                return

    def _catch_up(self, told: _Told, log: EventLog, wake: Callable[[], None]) -> None:
        while not told.goes_on:
            begin = told.seq
            for recorded in read_again(log, self.run_id, begin + 1, _WHATEVER_THERE_IS):
                told.take(recorded)
                wake()
            with self._turn:  # what the log does not give is not waited for
                told.goes_on = told.seq >= self.progress.seq or told.seq == begin

    def _told(self, *, raw: bool) -> _Told:
        return self._raw if raw else self._presented

    def _store(self, *, raw: bool) -> LineStore:
        return self._told(raw=raw).lines


def places_of(text: str, line: str) -> Iterator[tuple[int, int]]:
    """Say where a text stands in a line, as `find` finds it: from where to where."""
    if not text:
        return
    folded = line.lower() if text == text.lower() else line
    at = folded.find(text) if len(folded) == len(line) else -1
    while at >= 0:
        yield at, at + len(text)
        at = folded.find(text, at + len(text))


def _matcher(text: str) -> Callable[[str], bool]:
    if text == text.lower():
        return lambda line: text in plain(line).lower()
    return lambda line: text in plain(line)


def _after(progress: Progress, recorded: Recorded) -> Progress:
    event = recorded.event
    told = replace(progress, heard_at=recorded.recorded_at, seq=recorded.seq)
    if isinstance(event, NOT_TOLD):
        return told
    told = replace(
        told,
        run=evolve(progress.run, event),
        history=(*progress.history, replace(recorded, output=None)),
    )
    if isinstance(event, AgentLaunched):
        return replace(told, launched_at=recorded.recorded_at)
    return told
