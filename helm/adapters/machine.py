"""The machine that this process runs on, and its programs, each with a limit of time."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from helm.app.ports import Reply, Terminal

_AFTERMATH = 1.0
"""Seconds for which what was killed may still hold its pipes."""

_PULSE = 0.1
"""Seconds after which a signal that came is seen."""

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class ThisMachine:
    """The `Machine` port."""

    @property
    def python(self) -> tuple[int, ...]:
        return sys.version_info[:3]

    @property
    def executable(self) -> Path:
        return Path(sys.executable)

    def find(self, program: str) -> str | None:
        return shutil.which(program)

    def ask(self, argv: Sequence[str], *, seconds: float) -> Reply:
        """A signal ends the program with all that it began, and us only then."""
        with _signals_held_back() as signals:
            return _asked(argv, seconds, signals)

    def terminal(self) -> Terminal | None:
        for stream in (sys.stdout, sys.stderr, sys.stdin):
            with suppress(OSError, ValueError, AttributeError):
                size = os.get_terminal_size(stream.fileno())
                kind = os.environ.get("TERM", "")
                return Terminal(kind, size.columns, size.lines, sys.stdout.encoding)
        return None

    def open_files(self) -> int | None:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return None if soft == resource.RLIM_INFINITY else soft

    def free_space(self, folder: Path) -> int | None:
        for place in (folder, *folder.parents):
            with suppress(FileNotFoundError, NotADirectoryError):
                return _free(place)
        return None


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except PermissionError:
        return None


def _asked(argv: Sequence[str], seconds: float, signals: Sequence[int]) -> Reply:
    try:
        process = subprocess.Popen(
            argv,
            cwd="/",  # a program that works instead of answering finds nothing to work on
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        return Reply(None, "", f"cannot be started: {error.strerror}")
    until = time.monotonic() + seconds
    with process:
        while not signals and time.monotonic() < until:
            with suppress(subprocess.TimeoutExpired):
                out, err = process.communicate(timeout=min(_PULSE, seconds))
                return Reply(process.returncode, _text(out), _text(err))
        end_tree(process)
    return Reply(None, "", f"has not answered in {seconds:g} s")


@contextmanager
def _signals_held_back() -> Iterator[Sequence[int]]:
    """List the signals that come while the context lasts; the first then does what it would have.

    In a session of its own, a program would not hear of them, and outlive us.
    """
    came: list[int] = []
    heard = [each for each in _ENDING if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, lambda number, _: came.append(number)) for each in heard}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def end_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it began, also what has a session of its own."""
    with suppress(psutil.NoSuchProcess):
        for each in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                each.kill()
    process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=_AFTERMATH)


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
