"""The pane in which a run's lines are read: it follows what comes, or stays where one reads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from helm.adapters.tui.ansi import cells, styled
from helm.adapters.tui.frame import Fragment, Line, Size, padded
from helm.adapters.tui.telling import Telling, places_of

PAN_STEP = 20

_FOUND, _MATCH = "reverse", "underline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """What is seen of a run's lines, whatever size it is seen in.

    Where the pane does not `follow`, `top` is the number of the line that is seen first, and `at`
    that of the first of its characters: neither new lines nor another size move what is read.
    `seen` is how many lines there were when it stopped to follow, or how far it was read since.
    `sought` is the text that is searched for, `found` the line it was found in.
    """

    raw: bool = False
    follow: bool = True
    wrap: bool = True
    pan: int = 0
    top: int = 0
    at: int = 0
    seen: int = 0
    sought: str = ""
    found: int | None = None

    def rows(self, telling: Telling, size: Size) -> list[Line]:
        """Draw the lines that are seen."""
        if size.rows < 1 or size.columns < 1:
            return []
        rows: list[Line] = []
        top, skip = self.place(telling, size)
        for number, line in _numbered(telling, top, size.rows + skip, raw=self.raw):
            mark = _FOUND if number == self.found else _MATCH
            rows += (row for _, row in self._laid(line, size.columns, mark))
            if len(rows) >= size.rows + skip:
                break
        return padded(rows[skip:], size.rows)

    def place(self, telling: Telling, size: Size) -> tuple[int, int]:
        """Say which line is seen first, and how many of its rows are not."""
        last = self._last_place(telling, size)
        if self.follow or self.top >= last[0] + size.rows:
            return last
        lines = telling.lines(self.top, self.top + 1, raw=self.raw)
        starts = [start for line in lines for start, _ in self._laid(line, size.columns)]
        return min((self.top, max(bisect_right(starts, self.at) - 1, 0)), last)

    def new(self, telling: Telling) -> int:
        """Count the lines that have come since the pane stopped to follow, and were not read."""
        return 0 if self.follow else max(telling.count(raw=self.raw) - self.seen, 0)

    def followed(self) -> Pane:
        """Follow what comes; a search begins there anew."""
        return replace(self, follow=True, found=None)

    def stayed(self, telling: Telling, size: Size) -> Pane:
        """Stay with what is seen now."""
        return self._placed(telling, size, self.place(telling, size))

    def first(self, telling: Telling, size: Size) -> Pane:
        """Show the beginning."""
        return self._placed(telling, size, (0, 0))

    def scrolled(self, telling: Telling, size: Size, rows: int) -> Pane:
        """Scroll; reaching the end is following again."""
        place = self.place(telling, size)
        if rows < 0:
            return self._placed(telling, size, self._up(telling, size, place, -rows))
        place = self._down(telling, size, place, rows)
        if place >= self._last_place(telling, size):
            return self.followed()
        return self._placed(telling, size, place)

    def shown(self, telling: Telling, size: Size, number: int) -> Pane:
        """Show the line that was found, a third of the pane below its top."""
        place = self._up(telling, size, (number, 0), size.rows // 3)
        return replace(self._placed(telling, size, place), found=number)

    def _placed(self, telling: Telling, size: Size, place: tuple[int, int]) -> Pane:
        top, skip = place
        lines = telling.lines(top, top + 1, raw=self.raw)
        starts = [start for line in lines for start, _ in self._laid(line, size.columns)]
        at = starts[skip] if skip < len(starts) else 0
        count = telling.count(raw=self.raw)
        read = count if self.follow else max(self.seen, min(top + size.rows, count))
        seen = self.found is not None and top <= self.found < top + size.rows
        found = self.found if seen else None  # whoever scrolls away from it searches from there
        return replace(self, follow=False, top=top, at=at, seen=read, found=found)

    def _last_place(self, telling: Telling, size: Size) -> tuple[int, int]:
        return self._up(telling, size, (telling.count(raw=self.raw), 0), size.rows)

    def _up(
        self, telling: Telling, size: Size, place: tuple[int, int], rows: int
    ) -> tuple[int, int]:
        """Go so many rows up from a place, or to the beginning."""
        top, skip = place
        while rows > skip:
            if top == 0:
                return 0, 0
            rows -= skip
            top -= 1
            skip = self._height(telling, top, size.columns)
        return top, skip - rows

    def _down(
        self, telling: Telling, size: Size, place: tuple[int, int], rows: int
    ) -> tuple[int, int]:
        count = telling.count(raw=self.raw)
        top, skip = place[0], place[1] + rows
        while top < count:
            height = self._height(telling, top, size.columns)
            if skip < height:
                break
            skip -= height
            top += 1
        return min((top, skip), self._last_place(telling, size))

    def _height(self, telling: Telling, number: int, width: int) -> int:
        if not self.wrap:
            return 1
        lines = telling.lines(number, number + 1, raw=self.raw)
        return len(_wrapped(lines[0], max(width, 1))) if lines else 1

    def _laid(self, line: str, width: int, mark: str = "") -> Iterable[tuple[int, Line]]:
        """Lay a line out in rows, each with the number of its first character."""
        width = max(width, 1)
        if not self.wrap:
            return [(0, _panned(_marked(styled(line), self.sought, mark), self.pan, width))]
        return _wrapped(line, width, self.sought if mark else "", mark)


def _numbered(telling: Telling, top: int, rows: int, *, raw: bool) -> Iterator[tuple[int, str]]:
    lines = telling.lines(top, top + rows, raw=raw)
    yield from enumerate(lines, start=top)


@lru_cache(maxsize=1024)
def _wrapped(
    line: str, width: int, sought: str = "", mark: str = ""
) -> tuple[tuple[int, Line], ...]:
    """Break a line hard at the width: it is not prose."""
    return tuple(_rows(_marked(styled(line), sought, mark), width))


def _rows(line: Line, width: int) -> Iterator[tuple[int, Line]]:
    row: list[Fragment] = []
    room, start, at = width, 0, 0
    for style, words in line:
        while words:
            part = _leading(words, room)
            if not part and room < width:
                yield start, tuple(row)
                row, room, start = [], width, at
                continue
            part = part or words[0]  # it is wider than the pane
            row.append((style, part))
            room -= _width(part)
            at += len(part)
            words = words[len(part) :]  # noqa: PLW2901  what is left of them
    yield start, tuple(row)


def _panned(line: Line, pan: int, width: int) -> Line:
    """Show a part of a line that is not wrapped."""
    shown: list[Fragment] = []
    for style, words in line:
        hidden = _leading(words, pan)
        pan -= _width(hidden)
        rest = words[len(hidden) :]
        if rest and pan > 0:  # a wide character, of which one cell is hidden
            rest, pan = " " + rest[1:], 0
        part = _leading(rest, width)
        if part:
            shown.append((style, part))
            width -= _width(part)
        if len(part) < len(rest):
            break
    return tuple(shown)


def _marked(line: Line, sought: str, mark: str) -> Line:
    """Mark the places where a text stands, whatever colours it has."""
    places = list(places_of(sought, "".join(words for _, words in line))) if mark else []
    return tuple(_overlaid(line, places, mark)) if places else line


def _overlaid(line: Line, places: list[tuple[int, int]], mark: str) -> Iterator[Fragment]:
    edges = [edge for place in places for edge in place]
    at = passed = 0
    for style, words in line:
        while words:
            limit = edges[passed] - at if passed < len(edges) else len(words)
            part, words = words[:limit], words[limit:]  # noqa: PLW2901  what is left of them
            if part:
                yield f"{style} {mark}".strip() if passed % 2 else style, part
            at += len(part)
            if passed < len(edges) and at == edges[passed]:
                passed += 1


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(cells, text))


def _leading(text: str, width: int) -> str:
    """Give the beginning of a text that fits into so many cells."""
    if text.isascii():
        return text[: max(width, 0)]
    for place, character in enumerate(text):
        width -= cells(character)
        if width < 0:
            return text[:place]
    return text
