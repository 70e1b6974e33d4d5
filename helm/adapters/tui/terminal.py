"""The terminal: taken when the screen opens, lent to editors, and given back whatever happens.

prompt_toolkit leaves the alternate screen and the modes of the terminal behind when its
application ends. Here is the rest: signals, the line discipline, what others write to standard
error meanwhile, and where the details of a crash go.
"""

from __future__ import annotations

import curses
import errno
import os
import re
import signal
import sys
import tempfile
import termios
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from helm.app.terminal_text import harmless

ENDINGS: Mapping[signal.Signals, signal.Signals] = {
    signal.SIGTERM: signal.SIGTERM,
    signal.SIGHUP: signal.SIGHUP,
    signal.SIGQUIT: signal.SIGTERM,
}
"""Signals that end the screen, and by which it then dies."""

_HEARD = (*ENDINGS, signal.SIGINT, signal.SIGTSTP)

_HUNG_UP = (errno.EIO, errno.ENXIO, errno.EPIPE, errno.EBADF)

_LONGEST_COMPLAINT = 16 * 1024
"""Bytes of what was written to standard error that are shown when the screen is left."""

_WHEEL_UP, _WHEEL_DOWN = 64, 65
_MOUSE = re.compile(r"\x1b\[<([0-9]{1,4});([0-9]{1,5});([0-9]{1,5})([Mm])")


_MANY = 256
_ALL = 1 << 24


def colours(environment: Mapping[str, str]) -> int:
    """Say how many colours the terminal has, by its own word; 0 where none are wanted."""
    if environment.get("NO_COLOR"):
        return 0
    if environment.get("COLORTERM") in {"truecolor", "24bit"}:
        return _ALL
    try:
        curses.setupterm(environment.get("TERM"), sys.stdout.fileno())
    except curses.error:  # it is not in the list of terminals; most have as many
        return _MANY
    return max(curses.tigetnum("colors"), 0)


class MouseEvent(NamedTuple):
    """What was done with the mouse (`click`, `up`, `down`), and in which cell, from 0."""

    kind: str
    column: int
    row: int


def mouse_event(data: str) -> MouseEvent | None:
    """Read a report in xterm's SGR encoding, the one that is asked for; None is of no matter.

    A click counts when the left button is let go.
    """
    found = _MOUSE.fullmatch(data)
    if found is None:
        return None
    button, column, row = (int(number) for number in found.group(1, 2, 3))
    kinds = {(0, "m"): "click", (_WHEEL_UP, "M"): "up", (_WHEEL_DOWN, "M"): "down"}
    kind = kinds.get((button, found[4]))
    return MouseEvent(kind, column - 1, row - 1) if kind else None


@contextmanager
def heard(hear: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Hand signals over instead of dying of them, or stopping, in between two steps of Python.

    One that is ignored when we start (as under nohup) stays ignored.
    """

    def take(number: int, _frame: FrameType | None) -> None:
        hear(signal.Signals(number))

    wanted = [each for each in _HEARD if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, take) for each in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_here(*, group: bool) -> None:
    """Stop, as any program does on Ctrl-Z; returns when the shell lets us go on.

    `group` stops the whole job, such as a pipeline that we are a part of. Where nobody could
    let us go on, the system does not stop us either.
    """
    before = signal.getsignal(signal.SIGTSTP)
    if before is signal.SIG_IGN:
        return
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        os.kill(0 if group else os.getpid(), signal.SIGTSTP)
    finally:
        signal.signal(signal.SIGTSTP, before)


class Discipline:
    """The terminal's line discipline, as it was when we came."""

    def __init__(self) -> None:
        self._descriptor = sys.stdin.fileno()
        self._found = termios.tcgetattr(self._descriptor)

    def restore(self) -> None:
        """Set it as it was; there is nothing to be done for a terminal that is gone."""
        self._set(self._found)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Set it as it was for as long as another program has the terminal."""
        ours = termios.tcgetattr(self._descriptor)
        self.restore()
        try:
            yield
        finally:
            self._set(ours)

    def _set(self, modes: list[Any]) -> None:
        with suppress(termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSANOW, modes)


@contextmanager
def errors_kept() -> Iterator[int]:
    """Keep what is written to standard error from the screen, and show it afterwards.

    Warnings of Python and of libraries go there, past everything that draws. Gives a descriptor of
    the terminal for programs that it is lent to. Where standard error is no terminal, it is left
    alone.
    """
    number = 2
    if not os.isatty(number):
        yield number
        return
    sys.stderr.flush()
    ours = os.dup(number)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), number)
        try:
            yield ours
        finally:
            with suppress(OSError):
                sys.stderr.flush()
            os.dup2(ours, number)
            os.close(ours)
            kept.seek(0)
            _complain(kept.read(_LONGEST_COMPLAINT))


def _complain(said: bytes) -> None:
    with suppress(OSError):
        sys.stderr.write(harmless(said.decode(errors="replace"), colour=False))
        sys.stderr.flush()


def is_hang_up(error: BaseException) -> bool:
    """Tell whether an error says that the terminal is gone."""
    return isinstance(error, EOFError) or (isinstance(error, OSError) and error.errno in _HUNG_UP)


def tell(line: str) -> None:
    """Say something on standard error, once the screen is left."""
    _complain(f"helm: {line}\n".encode(errors="replace"))


def crash_file(error: BaseException, folders: Iterable[Path]) -> Path | None:
    """Write down what went wrong, in the first folder that takes it, for whoever mends it.

    Gives None where no folder does.
    """
    now = datetime.now(UTC)
    text = (
        f"{now.isoformat()}\nPython {sys.version}, {sys.platform}\n"
        f"TERM={os.environ.get('TERM')}\n\n{''.join(traceback.format_exception(error))}"
    )
    name = f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    for folder in (*folders, Path(tempfile.gettempdir())):
        path = folder / name
        with suppress(OSError):
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(text, encoding="utf-8", errors="replace")
            return path
    return None
