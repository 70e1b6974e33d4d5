"""The pane in which a run's lines are read: it follows what comes, or stays where one reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from helm.adapters.tui.ansi import plain, styled
from helm.adapters.tui.frame import Fragment, Line, Size, padded
from helm.adapters.tui.telling import Telling
from helm.app.cells import leading, width_of

PAN_STEP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """What is seen of a run's lines, whatever size it is seen in.

    `top` is the number of the first line that is seen, where the pane does not `follow`; `skip` is
    how many rows of that line have been scrolled past. `sought` is the text that is searched for,
    `found` the line it was found in.
    """

    raw: bool = False
    follow: bool = True
    wrap: bool = True
    pan: int = 0
    top: int = 0
    skip: int = 0
    sought: str = ""
    found: int | None = None

    def rows(self, telling: Telling, size: Size) -> list[Line]:
        """Draw the lines that are seen."""
        if size.rows < 1 or size.columns < 1:
            return []
        top, skip = self.place(telling, size)
        rows: list[Line] = []
        number = top
        while len(rows) < size.rows + skip:
            lines = telling.lines(number, number + size.rows, raw=self.raw)
            if not lines:
                break
            for line in lines:
                rows += self._broken(line, size.columns, marked=number == self.found)
                number += 1
        return padded(rows[skip:], size.rows)

    def place(self, telling: Telling, size: Size) -> tuple[int, int]:
        """Say which line is seen first, and how many of its rows are not."""
        last = self._last_place(telling, size)
        return last if self.follow else min((self.top, self.skip), last)

    def scrolled(self, telling: Telling, size: Size, rows: int) -> Pane:
        """Scroll; reaching the end is following again."""
        top, skip = self.place(telling, size)
        if rows < 0:
            top, skip = self._up(telling, size, top, skip, -rows)
            return replace(self, follow=False, top=top, skip=skip)
        top, skip = self._down(telling, size, top, skip, rows)
        at_end = (top, skip) >= self._last_place(telling, size)
        return replace(self, follow=at_end, top=top, skip=skip)

    def at(self, telling: Telling, size: Size, number: int) -> Pane:
        """Show a line, a third of the pane below its top."""
        top, skip = self._up(telling, size, number, 0, size.rows // 3)
        return replace(self, follow=False, top=top, skip=skip, found=number)

    def _last_place(self, telling: Telling, size: Size) -> tuple[int, int]:
        count = telling.count(raw=self.raw)
        return self._up(telling, size, count, 0, size.rows)

    def _up(self, telling: Telling, size: Size, top: int, skip: int, rows: int) -> tuple[int, int]:
        """Go so many rows up from a place, or to the beginning."""
        while rows > skip:
            if top == 0:
                return 0, 0
            rows -= skip
            top -= 1
            skip = self._height(telling, top, size.columns)
        return top, skip - rows

    def _down(
        self, telling: Telling, size: Size, top: int, skip: int, rows: int
    ) -> tuple[int, int]:
        count = telling.count(raw=self.raw)
        skip += rows
        while top < count:
            height = self._height(telling, top, size.columns)
            if skip < height:
                break
            skip -= height
            top += 1
        return min((top, skip), self._last_place(telling, size))

    def _height(self, telling: Telling, number: int, width: int) -> int:
        lines = telling.lines(number, number + 1, raw=self.raw)
        if not self.wrap or not lines:
            return 1
        return max(-(-width_of(plain(lines[0]).expandtabs(8)) // width), 1)

    def _broken(self, line: str, width: int, *, marked: bool) -> list[Line]:
        fragments = styled(line)
        if marked:
            fragments = tuple((f"{style} reverse".strip(), words) for style, words in fragments)
        if self.wrap:
            return _wrapped(fragments, width)
        return [_panned(fragments, self.pan, width)]


def _wrapped(line: Line, width: int) -> list[Line]:
    """Break a line hard at the width: it is not prose."""
    rows: list[Line] = []
    row: list[Fragment] = []
    room = width
    for style, words in line:
        rest = words
        while rest:
            part = leading(rest, room)
            if not part:
                rows.append(tuple(row))
                row, room = [], width
                part = leading(rest, room) or rest[0]
            row.append((style, part))
            room -= width_of(part)
            rest = rest[len(part) :]
    return [*rows, tuple(row)]


def _panned(line: Line, pan: int, width: int) -> Line:
    """Show a part of a line that is not wrapped."""
    shown: list[Fragment] = []
    for style, words in line:
        hidden = leading(words, pan)
        pan -= width_of(hidden)
        part = leading(words[len(hidden) :], width)
        if part:
            shown.append((style, part))
            width -= width_of(part)
    return tuple(shown)
