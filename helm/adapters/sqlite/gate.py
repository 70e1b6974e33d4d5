"""The gate: the lock on a file beside the database that every writer takes first.

SQLite's own busy handler sleeps longer each time, so that of many writers one can starve; and a
checkpoint that races a commit is what SQLite's WAL-reset bug needs (sqlite.org/wal.html). The lock
is `flock`: it dies with its holder. The file is never unlinked, or two could hold it at once.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helm.app.errors import RecordFailed

_PAUSE = 0.001
"""Seconds between two tries. A pause that grows lets one of many waiters starve."""


class Gate:
    """The queue of one log's writers; threads of one process queue as processes do."""

    def __init__(self, log: Path, patience: float) -> None:
        self._log = log
        self._path = log.with_name(f"{log.name}.gate")
        self._patience = patience

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the gate. Raises `RecordFailed` that names a holder who does not let go in time."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(descriptor)
            os.pwrite(descriptor, f"{os.getpid():<10}\n".encode(), 0)
            yield
            # A child that is just being started may have a copy of the descriptor.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
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
