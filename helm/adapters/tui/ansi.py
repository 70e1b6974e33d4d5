"""Lines that agents coloured, as styles: what a terminal is told by SGR codes.

Source of the codes: ECMA-48, 8.3.117; 38;5 and 38;2 as xterm has them. Colours of 24 bits are
rounded to the 216 of the cube, because every style is remembered as long as helm runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from helm.adapters.tui.frame import Fragment, Line

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


def styled(line: str) -> Line:
    """Turn a line, in which nothing but SGR codes is not text, into fragments."""
    if "\x1b" not in line:
        return (("", line.expandtabs(8)),)
    return tuple(_fragments(line.expandtabs(8)))


def plain(line: str) -> str:
    """Take the SGR codes out of a line."""
    return _SGR.sub("", line)


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
    numbers = [int(code or 0) for code in re.split("[;:]", codes)]
    while numbers:
        code = numbers.pop(0)
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


def _basic(code: int, colours: dict[str, str]) -> None:
    for first, ground, bright in (
        (30, "fg", ""),
        (40, "bg", ""),
        (90, "fg", "bright"),
        (100, "bg", "bright"),
    ):
        if first <= code < first + len(_NAMES):
            colours[ground] = f"ansi{bright}{_NAMES[code - first]}"
            return
    if code in {39, 49}:
        colours.pop("fg" if code == 39 else "bg", None)  # noqa: PLR2004


def _extended(ground: str, numbers: list[int], colours: dict[str, str]) -> None:
    form = numbers.pop(0) if numbers else 0
    if form == _BY_NUMBER and numbers:
        colours[ground] = _by_number(numbers.pop(0))
    elif form == _BY_VALUE and len(numbers) >= 3:  # noqa: PLR2004
        red, green, blue = (_rounded(numbers.pop(0)) for _ in range(3))
        colours[ground] = f"#{red:02x}{green:02x}{blue:02x}"


def _by_number(number: int) -> str:
    """Name one of the 256 colours: 16 by name, the cube of 6 x 6 x 6, and 24 greys."""
    if number < 16:  # noqa: PLR2004
        return f"ansi{'bright' if number > 7 else ''}{_NAMES[number % 8]}"  # noqa: PLR2004
    if number < 232:  # noqa: PLR2004
        steps = number - 16
        red, green, blue = ((steps // 36) % 6, (steps // 6) % 6, steps % 6)
        return "#" + "".join(f"{51 * each:02x}" for each in (red, green, blue))
    grey = _rounded(8 + 10 * (min(number, 255) - 232))
    return f"#{grey:02x}{grey:02x}{grey:02x}"


def _rounded(value: int) -> int:
    return 51 * round(min(value, 255) / 51)
