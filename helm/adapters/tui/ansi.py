"""Lines that agents coloured, as styles: what a terminal is told by SGR codes.

Source of the codes: ECMA-48, 8.3.117; 38;5 and 38;2 as xterm has them. Colours of 24 bits are
rounded to the 216 of the cube, because every style is remembered as long as helm runs. Nothing
hides (8) or blinks (5, 6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from helm.adapters.tui.frame import Fragment, Line
from helm.app.cells import unjoined

_SGR = re.compile(r"\x1b\[([0-9;:]*)m")
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "gray")
_FLAGS = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 9: "strike"}
_OFF = {
    22: ("bold", "dim"),
    23: ("italic",),
    24: ("underline",),
    27: ("reverse",),
    29: ("strike",),
}
_EXTENDED, _BY_NUMBER, _BY_VALUE = (38, 48), 5, 2
_TAB = 8

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff]")


def styled(line: str) -> Line:
    """Turn a line, in which nothing but SGR codes is not text, into fragments of cells.

    Tabs become blanks up to every eighth column; each character takes cells of its own.
    """
    line = unjoined(line)
    if "\x1b" not in line:
        return tuple(_spaced([("", line)]))
    return tuple(_spaced(_fragments(line)))


def plain(line: str) -> str:
    """Take the SGR codes out of a line."""
    return _SGR.sub("", line) if "\x1b" in line else line


@lru_cache(maxsize=4096)
def cells(character: str) -> int:
    """Count the cells of one character, as they are painted."""
    from wcwidth import wcwidth  # noqa: PLC0415  most of what is shown does not need it

    return max(wcwidth(character), 0)


def _spaced(fragments: list[Fragment] | Iterator[Fragment]) -> Iterator[Fragment]:
    """Replace tabs by blanks, and take out whatever is no text all the same."""
    column = 0
    for style, words in fragments:
        text = _CONTROL.sub("", words)
        if "\t" in text:
            text = _untabbed(text, column)
        column += len(text) if text.isascii() else sum(map(cells, text))
        if text:
            yield style, text


def _untabbed(text: str, column: int) -> str:
    parts: list[str] = []
    for place, part in enumerate(text.split("\t")):
        if place:
            blanks = _TAB - column % _TAB
            parts.append(" " * blanks)
            column += blanks
        parts.append(part)
        column += len(part) if part.isascii() else sum(map(cells, part))
    return "".join(parts)


def _fragments(line: str) -> Iterator[Fragment]:
    flags: set[str] = set()
    colours: dict[str, str] = {}
    at = 0
    for found in _SGR.finditer(line):
        if found.start() > at:
            yield _style(flags, colours), line[at : found.start()]
        _apply(found[1], flags, colours)
        at = found.end()
    if at < len(line):
        yield _style(flags, colours), line[at:]


def _style(flags: set[str], colours: dict[str, str]) -> str:
    return " ".join([*sorted(flags), *(f"{ground}:{name}" for ground, name in colours.items())])


def _apply(codes: str, flags: set[str], colours: dict[str, str]) -> None:
    numbers = [int(code or 0) for part in codes.split(";") for code in _subparameters(part)]
    numbers.reverse()
    while numbers:
        code = numbers.pop()
        if code == 0:
            flags.clear()
            colours.clear()
        elif code in _FLAGS:
            flags.add(_FLAGS[code])
        elif code in _OFF:
            flags.difference_update(_OFF[code])
        elif code in _EXTENDED:
            _extended("fg" if code == _EXTENDED[0] else "bg", numbers, colours)
        else:
            _basic(code, colours)


def _subparameters(part: str) -> list[str]:
    """Take apart what belongs together (T.416): `38:2:SPACE:R:G:B` without its colour space.

    Of anything else the first counts: `4:3`, a curly underline, is an underline.
    """
    parts = part.split(":")
    if parts[0] not in {"38", "48"}:
        return ["24"] if parts[:2] == ["4", "0"] else parts[:1]
    return parts[:2] + parts[3:] if len(parts) > 5 else parts  # noqa: PLR2004


def _basic(code: int, colours: dict[str, str]) -> None:
    for first, ground, bright in (
        (30, "fg", ""),
        (40, "bg", ""),
        (90, "fg", "bright"),
        (100, "bg", "bright"),
    ):
        if first <= code < first + len(_NAMES):
            colours[ground] = _named(code - first, bright=bool(bright))
            return
    if code in {39, 49}:
        colours.pop("fg" if code == 39 else "bg", None)  # noqa: PLR2004


def _extended(ground: str, numbers: list[int], colours: dict[str, str]) -> None:
    """Take a colour by number or value; what follows the code stands at the end of `numbers`."""
    form = numbers.pop() if numbers else 0
    if len(numbers) < {_BY_NUMBER: 1, _BY_VALUE: 3}.get(form, 0):
        numbers.clear()  # what there is would be read as other codes
    elif form == _BY_NUMBER:
        colours[ground] = _by_number(numbers.pop())
    elif form == _BY_VALUE:
        red, green, blue = (_rounded(numbers.pop()) for _ in range(3))
        colours[ground] = f"#{red:02x}{green:02x}{blue:02x}"


def _named(number: int, *, bright: bool) -> str:
    """Name one of the 16 colours as prompt_toolkit does: its gray is the white of others."""
    if not bright:
        return f"ansi{_NAMES[number]}"
    return {0: "ansibrightblack", 7: "ansiwhite"}.get(number, f"ansibright{_NAMES[number]}")


def _by_number(number: int) -> str:
    """Name one of the 256 colours: 16 by name, the cube of 6 x 6 x 6, and 24 greys."""
    if number < 16:  # noqa: PLR2004
        return _named(number % 8, bright=number >= 8)  # noqa: PLR2004
    if number < 232:  # noqa: PLR2004
        steps = number - 16
        red, green, blue = ((steps // 36) % 6, (steps // 6) % 6, steps % 6)
        return "#" + "".join(f"{51 * each:02x}" for each in (red, green, blue))
    grey = _rounded(8 + 10 * (min(number, 255) - 232))
    return f"#{grey:02x}{grey:02x}{grey:02x}"


def _rounded(value: int) -> int:
    return 51 * round(min(value, 255) / 51)
