"""Long output, a screen at a time: on a terminal alone, in the user's own pager, as git does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper

from helm.adapters.cli.console import Console

_LESS = {"LESS": "FRX", "LV": "-c"}
"""What git gives a pager too: end at once if it fits, pass colours, leave the screen as it is."""


@contextmanager
def paged() -> Iterator[Console]:
    """Give the console to print on. A pager that is left early ends the printing, quietly.

    `HELM_PAGER` goes before `PAGER`; an empty one, or `cat`, is none.
    """
    console = Console.standard()
    command = _command() if console.live else ""
    if not command:
        yield console
        console.close()
        return
    # The shell is the user's own word in PAGER, as in git: `less -S | tee log` is allowed there.
    pager = subprocess.Popen(  # noqa: S602
        command,
        shell=True,
        stdin=subprocess.PIPE,
        env={**_LESS, **os.environ},
    )
    if pager.stdin is None:
        message = "a pipe was asked for"
        raise AssertionError(message)
    pipe = TextIOWrapper(pager.stdin, encoding="utf-8", errors="backslashreplace")
    # Ctrl-C belongs to the pager, which may still be read when we have printed all.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield console.onto(pipe)
    finally:
        with suppress(OSError):
            pipe.close()
        pager.wait()
        signal.signal(signal.SIGINT, before)


def _command() -> str:
    for name in ("HELM_PAGER", "PAGER"):
        chosen = os.environ.get(name)
        if chosen is not None:
            return "" if chosen.strip() == "cat" else chosen.strip()
    return "less" if shutil.which("less") else ""
