"""Our own standard output and error: written to while somebody reads, and never fatal."""

from __future__ import annotations

import errno
import os
import sys
from io import TextIOWrapper
from typing import TextIO

from helm.adapters.cli.workflow_commands import Annotation, Guard, Level, in_actions
from helm.app.errors import RecordFailed
from helm.app.terminal_text import one_line
from helm.app.wording import warning


class ReaderGone(Exception):
    """Nobody reads what we print any more: the other end of a pipe is closed."""


_CLEAR_LINE = "\r\x1b[K"
_NO_COLOUR = "\x1b[0m"


class Console:
    """Where a command writes, for people.

    A reader that went away, or a full disk, ends the printing and nothing else; on a `strict` one,
    for commands that have nothing to do but print, it raises `ReaderGone`, or `RecordFailed`. On a
    terminal one line at the bottom can be live: it is wiped before anything else is written. A
    colour ends with the text that begins it: an agent could else hide what is said after it.
    `on_terminal` says that what is written ends on one, through a pager perhaps, and must not
    steer it.
    """

    on_terminal = False

    def __init__(
        self, out: TextIO, err: TextIO, *, colour: bool, live: bool, strict: bool = False
    ) -> None:
        self.colour = colour
        self.live = live
        self._strict = strict
        self._streams = {False: out, True: err}
        self._gone: set[bool] = set()
        self._open_line: bool | None = None
        self._coloured: set[bool] = set()
        self._status = False

    @classmethod
    def standard(cls, *, strict: bool = False, exact: bool = False) -> Console:
        """Take the process's own streams, and what environment and terminal say of colour.

        Where a runner of GitHub Actions reads them, nothing that is printed is a command to it.
        An `exact` one, for what was recorded, passes on every byte even there.
        """
        kind = ActionsConsole if in_actions() and not exact else cls
        out, err = _writable(sys.stdout), _writable(sys.stderr)
        live = out.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        colour = live and not os.environ.get("NO_COLOR")
        console = kind(out, err, colour=colour, live=live, strict=strict)
        console.on_terminal = out.isatty()
        return console

    def onto(self, out: TextIO) -> Console:
        """Give a console that prints there instead, in the colours of this one."""
        err = self._streams[True]
        console = type(self)(out, err, colour=self.colour, live=False, strict=self._strict)
        console.on_terminal = self.on_terminal
        return console

    def write(self, text: str, *, error: bool = False) -> None:
        """Write text as it is, which may end within a line."""
        if not text:
            return
        self._wipe()
        if self._open_line is not None and self._open_line is not error:
            self._put("\n", error=self._open_line)
        self._put(text, error=error)
        self._open_line = None if text.endswith("\n") else error
        if self.colour and not _ends_plain(text):
            self._coloured.add(error)

    def line(self, text: str = "", *, error: bool = False) -> None:
        """Write a line of its own."""
        self.close()
        end = f"{_NO_COLOUR}\n" if self.colour and not _ends_plain(text) else "\n"
        self._put(text + end, error=error)

    def warn(self, text: str) -> None:
        """Say on standard error what is no failure, in one line."""
        self.line(warning(text), error=True)

    def status(self, text: str) -> None:
        """Show a live line at the bottom, in place of the last one."""
        if self._open_line is None:
            self._end_colours()
            self._put(_CLEAR_LINE + text, error=False)
            self._status = True

    def style(self, text: str, code: str) -> str:
        """Colour a text with an SGR code, where colour is wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def close(self) -> None:
        """Wipe the live line and end the last one."""
        self._wipe()
        self._end_colours()
        if self._open_line is not None:
            self._put("\n", error=self._open_line)
            self._open_line = None

    def _end_colours(self) -> None:
        for error in sorted(self._coloured):
            self._put(_NO_COLOUR, error=error)
        self._coloured.clear()

    def _wipe(self) -> None:
        if self._status:
            self._status = False
            self._put(_CLEAR_LINE, error=False)

    def _put(self, text: str, *, error: bool) -> None:
        if error in self._gone:
            return
        stream = self._streams[error]
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError) as failure:  # its reader is gone, or its disk is full
            self._give_up(stream, error=error)
            if not error:
                self._tell_of(failure)

    def _tell_of(self, failure: OSError | ValueError) -> None:
        """Say that standard output is lost, as far as somebody has to know."""
        gone = not isinstance(failure, OSError) or failure.errno == errno.EPIPE
        said = f"standard output cannot be written ({getattr(failure, 'strerror', failure)})"
        if self._strict:
            raise ReaderGone if gone else RecordFailed(said)
        if not gone:
            self.warn(f"{said}; what follows is lost")

    def _give_up(self, stream: TextIO, *, error: bool) -> None:
        """Let the interpreter's own last flush go nowhere, instead of failing loudly."""
        self._gone.add(error)
        try:
            descriptor = stream.fileno()
        except (OSError, ValueError):
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


class ActionsConsole(Console):
    """One that a runner of GitHub Actions reads: warnings are annotations, all else is text."""

    def __init__(
        self, out: TextIO, err: TextIO, *, colour: bool, live: bool, strict: bool = False
    ) -> None:
        super().__init__(out, err, colour=colour, live=live, strict=strict)
        self._guards = {False: Guard(), True: Guard()}

    def warn(self, text: str) -> None:
        self.annotate(Annotation(level=Level.WARNING, title="helm", text=one_line(text)))

    def annotate(self, annotation: Annotation) -> None:
        """Write an annotation: to standard error, for standard output may be JSON Lines."""
        self.close()
        super()._put(f"{annotation.command}\n", error=True)

    def _put(self, text: str, *, error: bool) -> None:
        super()._put(self._guards[error].passed(text), error=error)


def _ends_plain(text: str) -> bool:
    """Tell whether what comes after a text has no colour of it."""
    return text.rfind("\x1b") == text.rfind(_NO_COLOUR)


def _writable(stream: TextIO | None) -> TextIO:
    """Make a stream take every character; where we were started without it, have one anyway.

    Otherwise the next file that is opened, the log perhaps, would be given its descriptor.
    """
    if stream is None:
        return open(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
