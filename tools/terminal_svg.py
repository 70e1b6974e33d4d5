"""Draws what a terminal shows as SVG: text that stays text, readable by day and by night.

A picture carries its own background, follows the reader's choice of light or dark, and stands
still for whoever asks for less motion.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, groupby

import pyte
from pyte.screens import Char

CELL, LINE, SIZE = 8.4, 17, 14
"""Width of a cell, height of a row, size of the letters."""
MARGIN, TITLE_BAR = 14, 30

_DIM, _NOT_DIM = 2, 22

_FONT = "ui-monospace,SFMono-Regular,Menlo,'DejaVu Sans Mono','Liberation Mono',monospace"

_PALETTE = {
    "page": ("#15191f", "#fbfbfa"),
    "text": ("#d5dae1", "#24292f"),
    "edge": ("#39414d", "#c9ced4"),
    "dim": ("#8b95a3", "#656d76"),
    "red": ("#ff8b80", "#b3261e"),
    "green": ("#7ed491", "#1a7036"),
    "brown": ("#e5c07b", "#8a5a00"),
    "blue": ("#7fb4ff", "#0b57c2"),
    "magenta": ("#d9a0f5", "#8430b0"),
    "cyan": ("#6fd3dd", "#0b6b78"),
}
"""Each colour in the dark and in the light; those of the terminal have pyte's names."""

_PAGE, _TEXT = _PALETTE["page"][0], _PALETTE["text"][0]
"""For readers that know no style: without any colour all is black."""


class Emulator(pyte.Screen):
    """A terminal that also keeps what is dim, as what blinks; pyte has no word for it."""

    def select_graphic_rendition(self, *attributes: int) -> None:
        """Take the attributes of all cells that come."""
        super().select_graphic_rendition(*attributes)
        for attribute in attributes:
            if attribute in {_DIM, _NOT_DIM}:
                self.cursor.attrs = self.cursor.attrs._replace(blink=attribute == _DIM)


@dataclass(frozen=True, slots=True)
class Run:
    """Cells of one look that stand beside one another."""

    column: int
    text: str
    cells: int
    look: str


Row = tuple[Run, ...]


def rows_of(said: str, columns: int, lines: int) -> list[Row]:
    """Give what a terminal of this size shows once a program has said `said` to it."""
    screen = Emulator(columns, lines)
    pyte.Stream(screen).feed(said)
    rows = [_row([screen.buffer[y][x] for x in range(columns)]) for y in range(lines)]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _row(cells: Sequence[Char]) -> Row:
    starts = list(accumulate((1 for _ in cells), initial=0))
    placed = [(start, cell) for start, cell in zip(starts, cells, strict=False) if cell.data]
    return tuple(_runs(placed))


def _runs(placed: Sequence[tuple[int, Char]]) -> Iterator[Run]:
    for (look, _), group in groupby(placed, key=lambda each: (_look(each[1]), _kind(each))):
        members = list(group)
        text = "".join(cell.data for _, cell in members)
        bare = text.strip(" ")
        if not bare and "reverse" not in look:
            continue
        if "reverse" not in look:
            members = members[len(text) - len(text.lstrip(" ")) :][: len(bare)]
            text = bare
        cells = sum(_width(cell.data) for _, cell in members)
        yield Run(members[0][0], text, cells, look)


def _kind(placed: tuple[int, Char]) -> object:
    """Tell what may stand in one run: a sign that fonts lack or draw wide stands alone."""
    column, cell = placed
    if cell.data.isascii() or cell.data in "…–äéèûüß·":
        return "letters"
    return cell.data if "─" <= cell.data <= "╿" else column


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character[0]) in "WF" else 1


def _look(cell: Char) -> str:
    words = [cell.fg.removeprefix("bright")] if cell.fg != "default" else []
    flags = ("bold", "blink", "reverse", "underscore", "italics")
    words += [flag for flag in flags if getattr(cell, flag)]
    return " ".join({"blink": "dim", "black": "dim"}.get(word, word) for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A window of a terminal; `title` and `description` are for whoever cannot see it."""

    title: str
    description: str
    columns: int
    lines: int

    @property
    def width(self) -> float:
        """The window's, in pixels."""
        return round(self.columns * CELL + 2 * MARGIN, 1)

    @property
    def height(self) -> int:
        """The window's, in pixels."""
        return self.lines * LINE + TITLE_BAR + MARGIN

    def slides(self, frames: Sequence[Sequence[Row]], *, seconds: float, still: int) -> str:
        """Show one frame after the other, over and over; `still` is the one that may stand."""
        rules, body = [], []
        for number, frame in enumerate(frames):
            begins, ends = (f"{100 * at / len(frames):.4g}%" for at in (number, number + 1))
            # Of two rules for one moment the later counts.
            steps = f"0%{{opacity:0}}{begins}{{opacity:1}}{ends}{{opacity:0}}"
            rules.append(f"@keyframes f{number}{{{steps}}}")
            rules.append(f".f{number}{{animation:f{number} {seconds}s step-end infinite}}")
            shown = "1" if number == still else "0"
            body.append(f'<g class="f{number}" opacity="{shown}">{_drawn(frame)}</g>')
        return self._around("".join(body), "".join(rules))

    def roll(self, rows: Sequence[Row], times: Sequence[float], seconds: float) -> str:
        """Let row after row appear, each at its time, and stay at the end."""
        shown = {100 * when / seconds: number for number, when in enumerate(times, start=1)}
        rolled = {at: self._rolled(number) for at, number in shown.items()}
        covered = {at: number * LINE for at, number in shown.items()}
        rules = _moved("roll", rolled, seconds) + _moved("cover", covered, seconds)
        end = self._rolled(len(rows))
        cover = (
            f'<rect class="cover page" fill="{_PAGE}" width="100%" height="{len(rows) * LINE}" '
            f'transform="translate(0 {len(rows) * LINE})"/>'
        )
        body = f'<g class="roll" transform="translate(0 {end})">{_drawn(rows)}{cover}</g>'
        return self._around(body, rules)

    def _rolled(self, shown: int) -> int:
        return -LINE * max(0, shown - self.lines)

    def _around(self, body: str, motion: str) -> str:
        inner = f'width="{self.columns * CELL:.1f}" height="{self.lines * LINE}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" '
            f'aria-labelledby="title desc" fill="{_TEXT}" '
            f'font-family="monospace" font-size="{SIZE}">\n'
            f'<title id="title">{escape(self.title)}</title>\n'
            f'<desc id="desc">{escape(self.description)}</desc>\n'
            f"<style>{_style()}@media (prefers-reduced-motion:no-preference){{{motion}}}</style>\n"
            f'<rect class="page edge" fill="{_PAGE}" x=".5" y=".5" rx="8" '
            f'width="{self.width - 1}" height="{self.height - 1}"/>\n'
            f'<text class="dim" x="{MARGIN}" y="20">{escape(self.title)}</text>\n'
            f'<svg x="{MARGIN}" y="{TITLE_BAR}" {inner} xml:space="preserve">\n{body}\n</svg>\n'
            "</svg>\n"
        )


def _moved(name: str, places: Mapping[float, int], seconds: float) -> str:
    """Say where something of a class `name` stands from when on, in hundredths of the time."""
    steps = (f"{at:.4g}%{{transform:translateY({y}px)}}" for at, y in places.items())
    motion = f".{name}{{animation:{name} {seconds}s step-end both}}"
    return f"@keyframes {name}{{{''.join(steps)}}}{motion}"


def _style() -> str:
    fixed = (
        f"text{{font:{SIZE}px {_FONT};white-space:pre}}"
        ".bold{font-weight:600}.italics{font-style:italic}.underscore{text-decoration:underline}"
    )
    return fixed + _colours(0) + f"@media (prefers-color-scheme:light){{{_colours(1)}}}"


def _colours(day: int) -> str:
    colours = {name: pair[day] for name, pair in _PALETTE.items()}
    page, text, edge = (colours.pop(name) for name in ("page", "text", "edge"))
    rules = [f"text,.mark{{fill:{text}}}.page,.reverse{{fill:{page}}}.edge{{stroke:{edge}}}"]
    rules += [f".{name}{{fill:{colour}}}" for name, colour in colours.items()]
    return "".join(rules)


def _drawn(rows: Sequence[Row]) -> str:
    return "\n".join(_drawn_row(row, number) for number, row in enumerate(rows) if row)


def _drawn_row(row: Row, number: int) -> str:
    marks = [
        f'<rect class="mark" x="{_x(run.column)}" y="{number * LINE}" '
        f'width="{_x(run.cells)}" height="{LINE}"/>'
        for run in row
        if "reverse" in run.look
    ]
    spans = "".join(map(_drawn_run, row))
    return f'{"".join(marks)}<text y="{number * LINE + 13}">{spans}</text>'


def _drawn_run(run: Run) -> str:
    look = f' class="{run.look}"' if run.look else ""
    if "reverse" in run.look:
        look += f' fill="{_PAGE}"'
    fit = f'textLength="{_x(run.cells)}" lengthAdjust="spacingAndGlyphs"'
    return f'<tspan x="{_x(run.column)}" {fit}{look}>{escape(run.text, quote=False)}</tspan>'


def _x(cells: int) -> str:
    return f"{cells * CELL:.1f}".removesuffix(".0")
