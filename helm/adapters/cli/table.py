"""Rows in columns, as wide as they need to be and no wider than the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helm.adapters.cli.console import Console
from helm.app.cells import clipped, width_of
from helm.app.terminal_text import one_line

_GAP = "  "
_NARROWEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's title; one that is `elastic` is cut where the terminal is too narrow."""

    title: str
    right: bool = False
    elastic: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of any origin, and the SGR code of its colour."""

    text: str
    colour: str | None = None


def print_table(
    console: Console, columns: Sequence[Column], rows: Sequence[Sequence[Cell | str]]
) -> None:
    """Print a header and rows. What is not on a terminal is printed in full, never cut."""
    cells = [[_harmless(cell) for cell in row] for row in rows]
    widths = _widths(columns, cells, terminal_width())
    header = [Cell(column.title.upper(), "2") for column in columns]
    for row in (header, *cells):
        line = _GAP.join(
            _padded(console, *each) for each in zip(columns, row, widths, strict=True)
        )
        console.line(line.rstrip())


def terminal_width() -> int | None:
    """Tell how many columns standard output has; None where it is no terminal."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None


def wrapped(text: str, width: int | None, margin: str = "") -> Iterator[str]:
    """Break a text between words; the margin is that of all lines but the first."""
    line, *words = text.split(" ")
    for word in words:
        if width is not None and width_of(f"{line} {word}") > width:
            yield line
            line = margin + word
        else:
            line = f"{line} {word}"
    yield line


def _harmless(cell: Cell | str) -> Cell:
    text, colour = (cell, None) if isinstance(cell, str) else (cell.text, cell.colour)
    return Cell(one_line(text), colour)


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], available: int | None
) -> list[int]:
    """Give each column what it needs, and take from the widest elastic ones what is too much."""
    widths = [
        max([len(column.title), *(width_of(row[place].text) for row in rows)])
        for place, column in enumerate(columns)
    ]
    if available is None:
        return widths
    excess = sum(widths) + len(_GAP) * (len(columns) - 1) - available
    elastic = [place for place, column in enumerate(columns) if column.elastic]
    while excess > 0 and elastic:
        widest = max(elastic, key=lambda place: widths[place])
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
        excess -= 1
    return widths


def _padded(console: Console, column: Column, cell: Cell, width: int) -> str:
    text = clipped(cell.text, width)
    padding = " " * (width - width_of(text))
    shown = console.style(text, cell.colour) if cell.colour else text
    return padding + shown if column.right else shown + padding
