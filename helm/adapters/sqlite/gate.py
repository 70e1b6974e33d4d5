"""The gate: the lock on a file beside the database that every writer takes first.

SQLite's own busy handler sleeps longer each time, so that of many writers one can starve; and a
checkpoint that races a commit is what SQLite's WAL-reset bug needs (sqlite.org/wal.html). The lock
is `flock`: it dies with its holder. The file is never unlinked, or two could hold it at once.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from helm.app.errors import RecordFailed

_PAUSE = 0.001
"""Seconds between two tries. A pause that grows lets one of many waiters starve."""


class Gate:
    """The queue of one log's writers: `with gate:` is holding it.

    The file stays open until `close`, because every append takes the gate.
    """

    def __init__(self, log: Path, patience: float) -> None:
        self._log = log
        self._path = log.with_name(f"{log.name}.gate")
        self._patience = patience
        self._name = f"{os.getpid():<10}\n".encode()
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        """Wait. Raises `RecordFailed` that names a holder who does not let go in time."""
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _taken(self._descriptor):
            self._wait(self._descriptor)
        # Written only where another held it last: a changed file makes the next sync slower.
        with suppress(OSError):  # a name is a courtesy to those who wait
            if os.pread(self._descriptor, len(self._name), 0) != self._name:
                os.pwrite(self._descriptor, self._name, 0)

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _wait(self, descriptor: int) -> None:
        deadline = time.monotonic() + self._patience
        while not _taken(descriptor):
            if time.monotonic() >= deadline:
                raise RecordFailed(
                    f"{self._log} is held by process {_holder(descriptor)}, which has not "
                    f"let go of it for {self._patience:g} s: if it hangs, end it; then try again"
                )
            time.sleep(_PAUSE)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "(unknown)"
