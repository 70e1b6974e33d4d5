"""A unified diff, in git's form and colours: `git apply` could bring the one text to the other."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice

from helm.adapters.cli.console import Console
from helm.app.terminal_text import harmless

_HEADING = "1"
_COLOURS = {"@": "36", "-": "31", "+": "32"}


def print_diff(console: Console, name: str, old: bytes | None, new: str) -> None:
    """Print how the file `name` has to change; None is a file that is not there."""
    for line, colour in _diff(name.lstrip("/"), old, new):
        # A line break of Windows is all that may differ, and would not be seen.
        shown = harmless(line.replace("\r", "^M"), colour=False) if console.on_terminal else line
        console.line(console.style(shown, colour) if colour else shown)


def _diff(name: str, old: bytes | None, new: str) -> Iterator[tuple[str, str | None]]:
    yield f"diff --git a/{name} b/{name}", _HEADING
    if old is None:
        yield "new file mode 100644", _HEADING
    yield f"--- {'/dev/null' if old is None else f'a/{name}'}", _HEADING
    yield f"+++ b/{name}", _HEADING
    before = _lines("" if old is None else old.decode(errors="replace"))
    for line in islice(unified_diff(before, _lines(new), lineterm=""), 2, None):
        yield line, _COLOURS.get(line[0])


def _lines(text: str) -> list[str]:
    """Part a text at line feeds alone, and say as git does where the last one is missing."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines
