"""The machine that this process runs on, and its programs, each with a limit of time."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from helm.app.ports import Reply, Terminal

_AFTERMATH = 1.0
"""Seconds for which what was killed may still hold its pipes."""


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
        with process:
            try:
                out, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                _end(process)
                return Reply(None, "", f"has not answered in {seconds:g} s")
        return Reply(process.returncode, _text(out), _text(err))

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


def _end(process: subprocess.Popen[bytes]) -> None:
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
