"""A run as the screen has it: told by one thread while another draws it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
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
    """Where a run's spec lies, None where it cannot be reached; and its report, likewise."""

    folder: Path | None = None
    report: Path | None = None


_NOWHERE = Whereabouts()


class Telling:
    """A run that is shown. `take` is called by one thread, `take_raw` by another, the rest by any.

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
        self._presented = LineStore(PresentedTeller(), run_id, log)
        self._raw = LineStore(RawTeller(), run_id, log)
        self._raw_seq = -1
        self._raw_wanted = self._raw_goes_on = False

    def reading(self, *, raw: bool) -> bool:
        """Whether what was on record already is still being read."""
        if raw:
            return not self._raw_goes_on
        progress = self.progress
        return progress.seq < self._until and not progress.over

    @property
    def lacks_raw(self) -> bool:
        """Whether nobody has begun to read the bytes: few want to see them."""
        return not self._raw_wanted

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

    def before(self) -> Iterator[Recorded]:
        """Read what was on record before a run was gone on with, as it was told then."""
        return (
            read_again(self.log, self.run_id, 0, sys.maxsize - 1) if self._until >= 0 else iter(())
        )

    def take(self, recorded: Recorded) -> None:
        """Take in what has happened."""
        self._presented.take(recorded)
        with self._turn:
            self.progress = _after(self.progress, recorded)
            if self._raw_goes_on:
                self._raw.take(recorded)

    def take_raw(self, log: EventLog, wake: Callable[[], None]) -> None:
        """Read the bytes of all that was taken; what comes from then on is told in both ways.

        `wake` is called from time to time. Where the log cannot be read, the bytes can be wanted
        again: they are read from there on.
        """
        self._raw_wanted = True
        try:
            self._catch_up(log, wake)
        except BaseException:
            self._raw_wanted = False
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
        """Find the next line that holds a text, from `start` on, or from there upwards.

        A text in small letters is found in large ones too. `at` hears how far the search has come,
        every some hundred lines; once it says no, nothing is found.
        """
        matches = _matcher(text)
        for first, lines in self._store(raw=raw).pages(start, forwards=forwards):
            numbers = range(len(lines)) if forwards else range(len(lines) - 1, -1, -1)
            found = next((first + each for each in numbers if matches(lines[each])), None)
            if found is not None:
                return found
            if not at(first):
                break
        return None

    def _catch_up(self, log: EventLog, wake: Callable[[], None]) -> None:
        while not self._raw_goes_on:
            begin, end = self._raw_seq + 1, self.progress.seq
            for recorded in read_again(log, self.run_id, begin, end):
                self._raw.take(recorded)
                self._raw_seq = recorded.seq
                wake()
            with self._turn:  # what the log does not give is not waited for
                self._raw_goes_on = self._raw_seq in {self.progress.seq, begin - 1}

    def _store(self, *, raw: bool) -> LineStore:
        return self._raw if raw else self._presented


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
