"""helm's screen on a terminal of its own, read as a person reads it.

A pseudo-terminal carries the bytes, pyte paints them, and what is awaited has a deadline. The
modes of the terminal, and its line discipline, are kept account of: whoever ends leaves them as
they were.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pyte

from tests.e2e.workspace import Workspace

DEADLINE = 60.0
"""Seconds after which a test that waits has failed; nothing is ever waited for that long."""

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl-c": "\x03",
    "ctrl-l": "\x0c",
    "ctrl-s": "\x13",
    "ctrl-z": "\x1a",
}

_MODES = {
    1: "application cursor keys",
    1000: "mouse clicks",
    1002: "mouse drags",
    1003: "mouse moves",
    1006: "mouse reports in SGR",
    1015: "mouse reports of urxvt",
    1049: "the alternate screen",
    2004: "bracketed paste",
}
"""Private modes that are off on a terminal as a shell has it."""

_CURSOR, _WRAP = 25, 7
_MODE = re.compile(r"\x1b\[\?([0-9;]+)([hl])")

# The terminal becomes the one that signals come from; then the program takes our place.
_LOGIN = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
_NO_MORE: Mapping[str, str] = {}


class PtyScreen:
    """A terminal, and the program that runs on it."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        size: tuple[int, int],
    ) -> None:
        self._ours, theirs = pty.openpty()
        self.screen = _Emulator(*size)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.said = ""
        self._set_size(*size)
        self.discipline = termios.tcgetattr(theirs)
        self.popen = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _LOGIN, *argv],
            cwd=cwd,
            env=dict(environment),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        self._theirs = theirs

    @property
    def rows(self) -> list[str]:
        """What is to be seen, without the blanks at the ends of rows."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self) -> str:
        """What is to be seen, as one text."""
        return "\n".join(self.rows)

    def row(self, words: str) -> int:
        """Give the number of the row, from 0, in which some words stand."""
        return next(number for number, row in enumerate(self.rows) if words in row)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Read on until something is so; fail if it never is."""
        deadline = time.monotonic() + DEADLINE
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0, f"waited in vain for {what}:\n{self.text}"
            if not self._read(min(left, 0.05)) and self.popen.poll() is not None:
                assert condition(), f"it ended, and never was there {what}:\n{self.text}"

    def wait(self, *words: str) -> None:
        """Wait until all of these words are to be seen."""
        self.until(lambda: all(each in self.text for each in words), repr(words))

    def wait_gone(self, words: str) -> None:
        """Wait until these words are not to be seen."""
        self.until(lambda: words not in self.text, f"the end of {words!r}")

    def press(self, *keys: str) -> None:
        """Press keys, by name or as they are written."""
        self.send("".join(KEYS.get(key, key) for key in keys))

    def paste(self, text: str) -> None:
        """Paste a text, as terminals with bracketed paste do."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def click(self, column: int, row: int, *, button: int = 0) -> None:
        """Press a button of the mouse in a cell, from 0, and let it go."""
        for end in "Mm":
            self.send(f"\x1b[<{button};{column + 1};{row + 1}{end}")

    def wheel(self, *, up: bool) -> None:
        """Turn the wheel by one notch."""
        self.send(f"\x1b[<{64 if up else 65};1;1M")

    def send(self, data: str | bytes) -> None:
        """Send bytes as the terminal would."""
        left = data.encode() if isinstance(data, str) else data
        while left:
            _, writable, _ = select.select([], [self._ours], [], DEADLINE)
            assert writable, "nobody reads what is typed"
            left = left[os.write(self._ours, left[:512]) :]

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size, of which the program is told."""
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal from outside."""
        self.popen.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal, as one closes its window."""
        os.close(self._theirs)
        os.close(self._ours)
        self._ours = self._theirs = -1

    def settle(self) -> int:
        """Read what there is, until nothing comes for a moment; how many characters it was."""
        before = len(self.said)
        while self._read(0.25):
            pass
        return len(self.said) - before

    def wait_read(self) -> None:
        """Wait until the program has read all that was typed."""
        # Asked so, the terminal first hands on what is on its way; counting bytes misses that.
        unread = partial(select.select, [self._theirs], [], [], 0)
        self.until(lambda: not unread()[0], "somebody who reads what is typed")

    def end(self) -> int:
        """Wait for the program to end: its exit code, or minus the signal."""
        if self._ours >= 0:
            self.until(lambda: self.popen.poll() is not None, "the end")
            while self._read(0):
                pass
        return self.popen.wait(DEADLINE)

    def modes(self) -> dict[int, bool]:
        """The private modes that were ever set or reset, and how they stand."""
        found: dict[int, bool] = {}
        for numbers, how in _MODE.findall(self.said):
            found |= {int(number): how == "h" for number in numbers.split(";")}
        return found

    def left_behind(self) -> list[str]:
        """List what is not as it was on the terminal; nothing, where all is well."""
        modes = self.modes()
        left = [name for number, name in _MODES.items() if modes.get(number)]
        left += ["no cursor"] * (not modes.get(_CURSOR, True))
        left += ["no line wrap"] * (not modes.get(_WRAP, True))
        if termios.tcgetattr(self._theirs) != self.discipline:
            left.append("raw mode")
        return left

    def close(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        for descriptor in (self._ours, self._theirs):
            if descriptor >= 0:
                os.close(descriptor)

    def _read(self, seconds: float) -> bool:
        readable, _, _ = select.select([self._ours], [], [], seconds)
        if not readable:
            return False
        data = b""
        with suppress(OSError):
            data = os.read(self._ours, 65536)
        text = self._decoder.decode(data)
        self.said += text
        self._stream.feed(text)
        return bool(data)

    def _set_size(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, size)


class _Emulator(pyte.Screen):
    """What pyte lacks: an alternate screen, and control functions of newer terminals."""

    _kept: tuple[Any, Any] | None = None

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        if kwargs.get("private") and 1049 in modes and self._kept is None:
            self._kept = deepcopy(self.buffer), deepcopy(self.cursor)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and 1049 in modes and self._kept:
            buffer, self.cursor = self._kept
            self.buffer.clear()
            self.buffer.update(buffer)
            self._kept = None


@contextmanager
def on_screen(
    workspace: Workspace,
    *words: str,
    size: tuple[int, int] = (100, 30),
    argv: Sequence[str] = (),
    environment: Mapping[str, str] = _NO_MORE,
) -> Iterator[PtyScreen]:
    """Call helm, with `words` or with none, on a terminal of columns and rows.

    `argv` is what is called instead of helm. Nobody whom it began is alive when the block ends.
    """
    settings = {**workspace.environment, "TERM": "xterm-256color", **environment}
    with workspace.nobody_left():
        screen = PtyScreen(
            argv or [sys.executable, "-m", "helm", *words],
            cwd=workspace.root,
            environment=settings,
            size=size,
        )
        try:
            yield screen
        finally:
            screen.close()
