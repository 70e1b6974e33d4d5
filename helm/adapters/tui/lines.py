"""What a run's agents said, in lines: few pages in memory, the rest read back from the log.

A page remembers how the teller stood before its first event. Told the same events again, it writes
the same lines; so a page that was let go of costs one look into the log, and an hour's output no
more memory than a minute's.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from helm.domain.events import Recorded

LONGEST_LINE = 8192
"""Characters of a line that are shown; a line has no end that one could wait for."""

_PAGE_LINES = 512
_PAGE_CHARACTERS = 64 * 1024
_PAGES_HELD = 64

ReadEvents = Callable[[int, int], Iterable[Recorded]]
"""Reads the events from one place up to another from the log, with their output."""


class Teller(Protocol):
    """Turns events into lines. A copy of one goes on from where it stood."""

    def tell(self, recorded: Recorded) -> list[str]:
        """Give the lines that an event ends."""
        ...

    def unfinished(self) -> list[str]:
        """Give what has been begun and not ended, a line each."""
        ...


@dataclass(frozen=True, slots=True)
class _Page:
    """Lines from number `first` on, told from the events `begin` to `end` (0.., both included)."""

    first: int
    count: int
    begin: int
    end: int
    teller: Teller


class LineStore:
    """All lines of a run, numbered from 0; they are never changed once they are there."""

    def __init__(self, teller: Teller, read: ReadEvents) -> None:
        self._teller = teller
        self._read = read
        self._pages: list[_Page] = []
        self._held: OrderedDict[int, list[str]] = OrderedDict()
        self._begin_page(0)

    def __len__(self) -> int:
        return self._first + len(self._open)

    def take(self, recorded: Recorded) -> None:
        """Tell an event."""
        new = [_shortened(line) for line in self._teller.tell(recorded)]
        self._open += new
        self._characters += sum(map(len, new))
        if len(self._open) >= _PAGE_LINES or self._characters >= _PAGE_CHARACTERS:
            self._end_page(recorded.seq)

    def unfinished(self) -> list[str]:
        """Give the lines that are still being written."""
        return [_shortened(line) for line in self._teller.unfinished()]

    def lines(self, begin: int, end: int) -> list[str]:
        """Give the lines from `begin` up to, and without, `end`; fewer where there are fewer."""
        found: list[str] = []
        at, end = max(begin, 0), min(end, len(self))
        while at < end:
            first, page = self._page_of(at)
            part = page[at - first : end - first]
            found += part
            at += len(part)
        return found

    def backwards(self, begin: int) -> Iterator[tuple[int, str]]:
        """Go through the lines before `begin`, the last one first, with their numbers."""
        at = min(begin, len(self))
        while at > 0:
            first, page = self._page_of(at - 1)
            for number in range(at - 1, first - 1, -1):
                yield number, page[number - first]
            at = first

    def _page_of(self, number: int) -> tuple[int, list[str]]:
        if number >= self._first:
            return self._first, self._open
        low, high = 0, len(self._pages) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._pages[middle].first <= number:
                low = middle
            else:
                high = middle - 1
        return self._pages[low].first, self._content(low)

    def _content(self, place: int) -> list[str]:
        held = self._held.get(place)
        if held is None:
            held = self._told_again(self._pages[place])
        self._hold(place, held)
        return held

    def _told_again(self, page: _Page) -> list[str]:
        teller = copy.deepcopy(page.teller)
        told = [
            _shortened(line)
            for recorded in self._read(page.begin, page.end)
            for line in teller.tell(recorded)
        ]
        # What was pruned from the log meanwhile leaves its lines empty, and the others in place.
        return [*told[: page.count], *[""] * (page.count - len(told))]

    def _hold(self, place: int, lines: list[str]) -> None:
        self._held[place] = lines
        self._held.move_to_end(place)
        while len(self._held) > _PAGES_HELD:
            self._held.popitem(last=False)

    def _begin_page(self, begin: int) -> None:
        self._first = self._pages[-1].first + self._pages[-1].count if self._pages else 0
        self._begin = begin
        self._open: list[str] = []
        self._characters = 0
        self._before = copy.deepcopy(self._teller)

    def _end_page(self, end: int) -> None:
        page = _Page(self._first, len(self._open), self._begin, end, self._before)
        self._pages.append(page)
        self._hold(len(self._pages) - 1, self._open)
        self._begin_page(end + 1)


def _shortened(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[:LONGEST_LINE]}… [{len(line) - LONGEST_LINE:,} more characters]"
