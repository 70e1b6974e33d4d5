"""A run as the screen has it: told by one thread while another draws it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from helm.adapters.tui.lines import LineStore
from helm.adapters.tui.tellers import PresentedTeller, RawTeller
from helm.app.drive import Happening
from helm.app.ports import EventLog, Tick
from helm.domain.events import (
    ActivityReported,
    AgentLaunched,
    OutputCaptured,
    Recorded,
    SessionOpened,
)
from helm.domain.run import Run, evolve

_NOT_KEPT = (OutputCaptured, ActivityReported)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come: what the heads of the screens say of it.

    `history` are its events but for output and activity. `launched_at` and `heard_at` are those of
    the agent that is at work. `over` is set once nothing more comes, `failure` where that was not
    meant to be.
    """

    run: Run = field(default_factory=Run)
    history: tuple[Recorded, ...] = ()
    launched_at: datetime | None = None
    heard_at: datetime | None = None
    session: str | None = None
    over: bool = False
    failure: str | None = None


class Telling:
    """A run that is shown. `take` is called by one thread, everything else by any.

    `ours` says that this helm carries the run on, and can stop it.
    """

    def __init__(self, run_id: str, short_id: str, log: EventLog, *, ours: bool) -> None:
        self.run_id = run_id
        self.short_id = short_id
        self.ours = ours
        self._log = log
        self._turn = threading.Lock()
        self._progress = Progress()
        self._history: list[Recorded] = []
        self._presented = LineStore(PresentedTeller(), self._read)
        self._raw = LineStore(RawTeller(), self._read)

    @property
    def progress(self) -> Progress:
        """How far the run has come, now."""
        with self._turn:
            return replace(self._progress, history=tuple(self._history))

    def take(self, happening: Happening) -> None:
        """Take in what has happened."""
        if isinstance(happening, Tick):
            return
        with self._turn:
            self._presented.take(happening)
            self._raw.take(happening)
            self._progress = _after(self._progress, happening)
            if not isinstance(happening.event, _NOT_KEPT):
                self._history.append(replace(happening, output=None))

    def end(self, failure: str | None = None) -> None:
        """Note that nothing more comes."""
        with self._turn:
            self._progress = replace(self._progress, over=True, failure=failure)

    def count(self, *, raw: bool) -> int:
        """Count the lines there are, those included that are still being written."""
        with self._turn:
            store = self._raw if raw else self._presented
            return len(store) + len(store.unfinished())

    def lines(self, begin: int, end: int, *, raw: bool) -> list[str]:
        """Give lines by their numbers, from 0."""
        with self._turn:
            store = self._raw if raw else self._presented
            found = store.lines(begin, end)
            rest = store.unfinished()
            first = len(store)
            return found + rest[max(begin - first, 0) : max(end - first, 0)]

    def find(self, text: str, before: int, *, raw: bool, forwards: bool = False) -> int | None:
        """Find the next line that holds a text, from `before` upwards, or from there downwards.

        A text in small letters is found in large ones too.
        """
        plain = text if text != text.lower() else text.lower()
        fold = text == plain and text == text.lower()
        numbers = range(before + 1, self.count(raw=raw)) if forwards else range(before - 1, -1, -1)
        for first, lines in self._pages(numbers, raw=raw):
            order = range(len(lines)) if forwards else range(len(lines) - 1, -1, -1)
            for place in order:
                line = lines[place].lower() if fold else lines[place]
                if plain in line:
                    return first + place
        return None

    def _pages(self, numbers: range, *, raw: bool) -> Iterator[tuple[int, list[str]]]:
        """Read lines a few hundred at a time, so that whoever draws need not wait for all."""
        step = 512
        for at in range(0, len(numbers), step):
            part = numbers[at : at + step]
            first, last = min(part[0], part[-1]), max(part[0], part[-1])
            yield first, self.lines(first, last + 1, raw=raw)

    def _read(self, begin: int, end: int) -> Iterable[Recorded]:
        for recorded in self._log.load(self.run_id, after=begin - 1, limit=end - begin + 1):
            output = (
                self._log.output(self.run_id, recorded.seq)
                if isinstance(recorded.event, OutputCaptured)
                else None
            )
            yield replace(recorded, output=output)


def _after(progress: Progress, recorded: Recorded) -> Progress:
    event = recorded.event
    told = replace(progress, run=evolve(progress.run, event), heard_at=recorded.recorded_at)
    if isinstance(event, AgentLaunched):
        return replace(told, launched_at=recorded.recorded_at, session=None)
    return replace(told, session=event.session) if isinstance(event, SessionOpened) else told
