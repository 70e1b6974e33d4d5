"""Long output, a screen at a time: on a terminal alone, in the user's own pager, as git does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper

from helm.adapters.cli.console import Console, ReaderGone
from helm.app.programs import pager
from helm.app.terminal_text import one_line

_LESS = {"LESS": "FRX", "LV": "-c"}
"""What git gives a pager too: end at once if it fits, pass colours, leave the screen as it is."""


@contextmanager
def paged() -> Iterator[Console]:
    """Give the console to print on. A pager that is left early ends the block, quietly."""
    console = Console.standard(strict=True)
    command = pager(os.environ, shutil.which) if console.live else ""
    if command and not shutil.which(command.split()[0]):
        console.warn(f"there is no pager {one_line(command)!r}")
        command = ""
    if not command:
        yield console
        console.close()
        return
    # The shell is the user's own word in PAGER, as in git: `less -S | tee log` is allowed there.
    process = subprocess.Popen(  # noqa: S602
        command,
        shell=True,
        stdin=subprocess.PIPE,
        env={**_LESS, **os.environ},
    )
    if process.stdin is None:
        message = "a pipe was asked for"
        raise AssertionError(message)
    pipe = TextIOWrapper(process.stdin, encoding="utf-8", errors="backslashreplace")
    # Ctrl-C belongs to the pager, which may still be read when we have printed all.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield console.onto(pipe)
    except ReaderGone:
        pass  # whoever leaves a pager has read enough
    finally:
        with suppress(OSError):
            pipe.close()
        process.wait()
        signal.signal(signal.SIGINT, before)
