"""What a run's agents said, in lines: few pages in memory, the rest read back from the log.

A page remembers a checkpoint: how the teller stood before an event. Told the same events again, a
teller that stands so writes the same lines; so a page that was let go of costs one look into the
log, and an hour's output hardly more memory than a minute's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple, Protocol

from helm.app.ports import EventLog
from helm.app.terminal_text import one_line
from helm.domain.errors import HelmError
from helm.domain.events import OutputCaptured, Recorded

_PAGE_LINES = 512
_PAGE_CHARACTERS = 64 * 1024
_HELD = 4 * 1024 * 1024
"""Characters of pages that are held in memory, each line counted with what Python adds to it."""

_LINE_COST = 64
_SHARE = 32
"""A checkpoint is kept once so many times its own size has been told since the last one."""

_EVENTS_READ = 1000
"""Events that are read at a time."""


class Teller(Protocol):
    """Turns events into lines, each of which holds text and SGR codes."""

    def tell(self, recorded: Recorded) -> list[str]:
        """Give the lines that an event ends."""
        ...

    def unfinished(self) -> list[str]:
        """Give what has been begun and not ended, a line each."""
        ...

    def saved(self) -> SavedTeller:
        """Keep how it stands."""
        ...

    @property
    def weight(self) -> int:
        """How many characters it holds of what it has been told: they would be kept, too."""
        ...

    @property
    def takes_output(self) -> bool:
        """Whether it matters now what an agent writes; what does not need not be read again."""
        ...


class SavedTeller(Protocol):
    """How a teller stood. Those that are equal go on in the same way."""

    def restored(self) -> Teller:
        """Make a teller that goes on from there."""
        ...


class _Checkpoint(NamedTuple):
    """How a teller stood before the event `seq`, when there were `lines` lines."""

    seq: int
    lines: int
    teller: SavedTeller


class _Page(NamedTuple):
    """Lines from number `first` on; the last of them is told from the event `end`."""

    first: int
    length: int
    end: int
    checkpoint: _Checkpoint


class LineStore:
    """All lines of a run, numbered from 0; they are never changed once they have ended.

    `take` is called by one thread, everything else by any. Nobody waits while an event is told, or
    a page is read.
    """

    def __init__(self, teller: Teller, run_id: str, log: EventLog) -> None:
        self._teller = teller
        self._run_id = run_id
        self._log = log
        self._turn = threading.Lock()
        self._pages: list[_Page] = []
        self._held: OrderedDict[int, list[str]] = OrderedDict()
        self._weight = 0
        self._first = 0
        self._open: list[str] = []
        self._unfinished: list[str] = []
        self._characters = 0
        self._checkpoint = _Checkpoint(0, 0, teller.saved())
        self._told = 0

    def __len__(self) -> int:
        """Count the lines, those included that are still being written."""
        with self._turn:
            return self._first + len(self._open) + len(self._unfinished)

    def take(self, recorded: Recorded) -> None:
        """Tell an event."""
        new = self._teller.tell(recorded)
        unfinished = self._teller.unfinished()
        characters = sum(map(len, new))
        with self._turn:
            self._open += new
            self._unfinished = unfinished
            self._characters += characters
        if len(self._open) >= _PAGE_LINES or self._characters >= _PAGE_CHARACTERS:
            self._end_page(recorded.seq)

    def lines(self, begin: int, end: int) -> list[str]:
        """Give the lines from `begin` up to, and without, `end`; fewer where there are fewer."""
        found: list[str] = []
        at = max(begin, 0)
        while at < end:
            first, page = self._page_at(at, hold=True)
            part = page[at - first : end - first]
            if not part:
                break
            found += part
            at += len(part)
        return found

    def pages(self, at: int, *, forwards: bool) -> Iterator[tuple[int, list[str]]]:
        """Go through all lines from `at` on, or from there upwards, some hundreds at a time.

        Each part comes with the number of its first line. What is gone through is not held: no
        reader of the other pages notices.
        """
        while at >= 0:
            first, page = self._page_at(at, hold=False)
            part = page[at - first :] if forwards else page[: at - first + 1]
            if not part and (forwards or not first):
                return
            yield (at if forwards else first), part
            at = at + len(part) if forwards else first - 1

    def _page_at(self, number: int, *, hold: bool) -> tuple[int, list[str]]:
        """Find the page that holds a line, and the number of its first line."""
        with self._turn:
            if number >= self._first:
                return self._first, self._open + self._unfinished
            place = self._place_of(number)
            page = self._pages[place]
            held = self._held.get(place)
            if held is not None:
                self._held.move_to_end(place)
                return page.first, held
        try:
            told = self._told_again(page)
        except HelmError as error:  # it may be readable the next time
            why = f"(these lines cannot be read: {one_line(str(error))})"
            return page.first, [why, *[""] * (page.length - 1)]
        if hold:
            with self._turn:
                self._hold(place, told)
        return page.first, told

    def _place_of(self, number: int) -> int:
        low, high = 0, len(self._pages) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._pages[middle].first <= number:
                low = middle
            else:
                high = middle - 1
        return low

    def _told_again(self, page: _Page) -> list[str]:
        begun = page.checkpoint
        teller = begun.teller.restored()
        events = read_again(
            self._log, self._run_id, begun.seq, page.end, lambda: teller.takes_output
        )
        lines = (line for recorded in events for line in teller.tell(recorded))
        skipped = page.first - begun.lines
        told = list(islice(lines, skipped, skipped + page.length))
        # What was pruned from the log meanwhile leaves its lines empty, and the others in place.
        return told + [""] * (page.length - len(told))

    def _end_page(self, end: int) -> None:
        page = _Page(self._first, len(self._open), end, self._checkpoint)
        self._told += self._characters
        after = page.first + page.length
        if self._told >= _SHARE * self._teller.weight:
            saved = self._teller.saved()
            if saved == self._checkpoint.teller:  # mostly, and then it is kept once
                saved = self._checkpoint.teller
            self._checkpoint = _Checkpoint(end + 1, after, saved)
            self._told = 0
        with self._turn:
            self._pages.append(page)
            self._hold(len(self._pages) - 1, self._open)
            self._first, self._open, self._characters = after, [], 0

    def _hold(self, place: int, lines: list[str]) -> None:
        """Keep a page in memory, and let go of those that nobody has looked at for longest."""
        if place not in self._held:
            self._weight += _cost(lines)
        self._held[place] = lines
        self._held.move_to_end(place)
        while self._weight > _HELD and len(self._held) > 1:
            _, dropped = self._held.popitem(last=False)
            self._weight -= _cost(dropped)


def read_again(
    log: EventLog,
    run_id: str,
    begin: int,
    end: int,
    takes_output: Callable[[], bool] = lambda: True,
) -> Iterator[Recorded]:
    """Read the events from one place to another, both included, with what is taken of output."""
    while begin <= end:
        found = log.load(run_id, after=begin - 1, limit=min(end - begin + 1, _EVENTS_READ))
        if not found:
            return
        for recorded in found:
            if not isinstance(recorded.event, OutputCaptured):
                yield recorded
            elif takes_output():
                yield replace(recorded, output=log.output(run_id, recorded.seq))
        begin = found[-1].seq + 1


def _cost(lines: list[str]) -> int:
    return sum(map(len, lines)) + _LINE_COST * len(lines)
