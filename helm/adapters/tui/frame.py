"""Frames: rows of styled text as wide as they are to be, and what a click on them means.

A style is a name such as `badge.done`; `application` gives each its colour. A frame holds no
control characters: who draws what others wrote has made it harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from helm.app.cells import ELLIPSIS, leading, unjoined, width_of
from helm.app.terminal_text import one_line
from helm.domain.redaction import redacted

_LEAD = re.compile(r" *(?:(?:[-*+]|[0-9]{1,3}[.)]) +)?")
"""What stands before the words of a paragraph: blanks, and the sign of a list."""

Fragment = tuple[str, str]
"""A style and a text."""

Line = tuple[Fragment, ...]


class Size(NamedTuple):
    """The size of a terminal, or of a part of it, in columns and rows."""

    columns: int
    rows: int


class Hit(NamedTuple):
    """A part of a row, and the action that a click on it stands for, with its argument."""

    row: int
    left: int
    width: int
    action: str
    place: int = 0


@dataclass(slots=True, kw_only=True)
class Frame:
    """Rows from the top, and where they can be clicked on."""

    lines: list[Line] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)

    def add(self, *lines: Line) -> None:
        """Put rows below those that are there."""
        self.lines.extend(lines)

    def put(self, other: Frame, *, top: int = 0, left: int = 0) -> None:
        """Take the clicks of a frame over whose rows stand so many down, and so far in."""
        self.hits.extend(
            hit._replace(row=hit.row + top, left=hit.left + left) for hit in other.hits
        )


def text(words: str, style: str = "") -> Line:
    """Make a row of one style."""
    return ((style, words),)


def safe(words: str, redact: Iterable[str] = ()) -> str:
    """Make what others wrote fit for a row: harmless, one line, as wide as it is counted.

    What one of the patterns `redact` matches is masked.
    """
    return unjoined(one_line(redacted(words, redact)))


def line_width(line: Line) -> int:
    """Count the columns that a row takes."""
    return sum(width_of(words) for _, words in line)


def fitted(line: Line, width: int, style: str = "") -> Line:
    """Cut a row, or fill it with blanks, to so many columns."""
    taken = line_width(line)
    if taken <= width:
        return (*line, (style, " " * (width - taken)))
    return _cut(line, width)


def spread(left: Line, right: Line, width: int) -> Line:
    """Put two texts at both ends of a row; the left one is cut first."""
    room = width - line_width(right) - 1
    if room < 1:
        return fitted(left, width)
    return (*fitted(left, room), ("", " "), *right)


def beside(
    left: Sequence[Line], left_width: int, right: Sequence[Line], right_width: int
) -> list[Line]:
    """Put two panes next to each other, as high as the higher one, a column apart."""
    height = max(len(left), len(right))
    rows = zip(padded(left, height), padded(right, height), strict=True)
    return [(*fitted(a, left_width), ("", " "), *fitted(b, right_width)) for a, b in rows]


def padded(lines: Sequence[Line], height: int) -> list[Line]:
    """Cut rows off, or add empty ones, until there are so many."""
    return [*lines[:height], *[()] * (height - len(lines))]


def boxed(title: str, lines: Sequence[Line], size: Size, foot: str = "") -> list[Line]:
    """Draw a border around rows, with a title on it; rows that do not fit are left out."""
    if not _edge(size):
        return [fitted(line, size.columns) for line in padded(lines, max(size.rows, 0))]
    inside = Size(size.columns - 2, size.rows - 2)
    body = [
        (("border", "│"), *fitted(line, inside.columns), ("border", "│"))
        for line in padded(lines, inside.rows)
    ]
    head = _ruled(f"─ {title} " if title else "", "", inside.columns)
    last = _ruled("", f" {foot} ─" if foot else "", inside.columns)
    return [text(f"┌{head}┐", "border"), *body, text(f"└{last}┘", "border")]


def enclosed(title: str, frame: Frame, size: Size) -> Frame:
    """Draw a border around a frame, as `boxed` does; what is left out cannot be clicked on."""
    edge = _edge(size)
    right, bottom = size.columns - edge, size.rows - edge
    made = Frame(lines=boxed(title, frame.lines, size))
    made.put(frame, top=edge, left=edge)
    made.hits = [
        hit._replace(width=min(hit.width, right - hit.left))
        for hit in made.hits
        if hit.row < bottom and hit.left < right
    ]
    return made


def wrapped(words: str, width: int, style: str = "") -> list[Line]:
    """Break prose into rows between words, and words that are too long within.

    The rows of a list's item, and of what is indented, stay under its first word.
    """
    rows: list[Line] = []
    for paragraph in words.splitlines() or [""]:
        rows += [text(row, style) for row in _broken(paragraph, max(width, 1))]
    return rows


def overlaid(below: Sequence[Line], box: Frame, width: int) -> Frame:
    """Lay a box over the middle of rows; nothing but what is on it can be clicked on."""
    box_width = max(map(line_width, box.lines), default=0)
    left, top = max((width - box_width) // 2, 0), max((len(below) - len(box.lines)) // 2, 0)
    laid = Frame(lines=list(below))
    for place, row in enumerate(box.lines[: len(below) - top], start=top):
        laid.lines[place] = _replaced(below[place], row, left, width)
    laid.put(box, top=top, left=left)
    return laid


def window(selected: int, top: int, height: int, count: int) -> int:
    """Say from which row on a list is shown, so that the selected one is to be seen."""
    top = min(max(top, selected - height + 1), selected)
    return max(min(top, count - height), 0)


def _cut(line: Line, width: int) -> Line:
    """Cut a row that is too long, with an ellipsis in its last column."""
    if width < 1:
        return ()
    kept: list[Fragment] = []
    room = width - 1
    for style, words in line:
        part = leading(words, room)
        room -= width_of(part)
        if part != words:
            kept.append((style, part + ELLIPSIS))
            break
        kept.append((style, part))
    return (*kept, ("", " " * room))


def _edge(size: Size) -> int:
    """Say how thick a border is: there is none where it would leave no room."""
    return int(size.columns > 2 and size.rows > 2)  # noqa: PLR2004  one cell on each side


def _ruled(left: str, right: str, width: int) -> str:
    """Draw a line of a border, with what stands at its ends as far as there is room."""
    left = leading(left, width)
    right = right if width_of(left) + width_of(right) <= width else ""
    return left + "─" * (width - width_of(left) - width_of(right)) + right


def _broken(paragraph: str, width: int) -> Iterator[str]:
    """Break a paragraph; what follows stands as far in as its first word does."""
    lead = _LEAD.match(paragraph)
    row = lead[0] if lead and width_of(lead[0]) <= width // 2 else ""
    margin = taken = width_of(row)
    begun = False
    for word in (paragraph[len(row) :] if row else paragraph.lstrip(" ")).split(" "):
        rest, wide = word, width_of(word)
        if begun and taken + 1 + wide > width:
            yield row
            row, taken, begun = " " * margin, margin, False
        while taken + begun + wide > width:
            part = leading(rest, width - taken) or rest[0]
            yield row + part
            rest, wide = rest[len(part) :], wide - width_of(part)
            row, taken = " " * margin, margin
        row += " " * begun + rest
        taken += begun + wide
        begun = True
    yield row


def _replaced(below: Line, box: Line, left: int, width: int) -> Line:
    right = left + line_width(box)
    return (*_columns(below, 0, left), *box, *_columns(below, right, width))


def _columns(line: Line, begin: int, end: int) -> Line:
    """Take the columns of a row from `begin` to `end`, blank where there is nothing."""
    taken: list[Fragment] = []
    at = 0
    for style, words in line:
        for character in words:
            width = width_of(character)
            if begin <= at and at + width <= end:
                taken.append((style, character))
            at += width
    return fitted(tuple(_joined(taken)), end - begin)


def _joined(fragments: Iterable[Fragment]) -> list[Fragment]:
    joined: list[Fragment] = []
    for style, words in fragments:
        if joined and joined[-1][0] == style:
            joined[-1] = (style, joined[-1][1] + words)
        else:
            joined.append((style, words))
    return joined
