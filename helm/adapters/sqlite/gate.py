"""The gate: the lock on a file beside the database that every writer takes first.

SQLite's own busy handler sleeps longer each time, so that of many writers one can starve; and a
checkpoint that races a commit is what SQLite's WAL-reset bug needs (sqlite.org/wal.html). The lock
is `flock`: it dies with its holder. The file is never unlinked, or two could hold it at once.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from helm.app.errors import RecordFailed

if TYPE_CHECKING:
    from concurrent.futures import Future


class Gate:
    """The queue of one log's writers: `with gate:` is holding it.

    The file stays open until `close`, because every append takes the gate.
    """

    def __init__(self, log: Path, patience: float) -> None:
        self._log = log
        self._path = log.with_name(f"{log.name}.gate")
        self._patience = patience
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        """Wait. Raises `RecordFailed` that names a holder who does not let go in time."""
        if self._descriptor is None:
            self._descriptor = self._open()
        if not _taken(self._descriptor):
            refused, self._descriptor = self._descriptor, self._wait(self._descriptor)
            os.close(refused)

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _open(self) -> int:
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _wait(self, refused: int) -> int:
        """Give another descriptor, which has the lock.

        A thread sleeps in the kernel for it, which wakes whoever waits: who looks again and again
        instead finds it taken wherever many do.
        """
        from concurrent.futures import Future  # noqa: PLC0415  slow, and few ever wait

        descriptor, turn = self._open(), Future[int]()
        waiting = Thread(target=_sleep, args=(descriptor, turn), name=str(self._path), daemon=True)
        try:
            waiting.start()
        except RuntimeError as error:
            os.close(descriptor)
            raise RecordFailed(
                f"{self._log} is held by process {_holder(refused)}, and there is no thread to "
                f"wait for it ({error})",
                cure="raise the limit of processes (ulimit -u)",
            ) from error
        try:
            with suppress(TimeoutError):
                return turn.result(self._patience)
            if not turn.cancel():
                return turn.result()
        except BaseException:
            if not turn.cancel():
                os.close(turn.result())
            raise
        raise RecordFailed(
            f"{self._log} is held by process {_holder(refused)}, which has not "
            f"let go of it for {self._patience:g} s: if it hangs, end it; then try again"
        )


def _sleep(descriptor: int, turn: Future[int]) -> None:
    """Wait for the lock as long as it takes, which nothing can bound; let go of it if too late."""
    failure: OSError | None = None
    try:
        _take(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        failure = error
    waited_for = turn.set_running_or_notify_cancel()
    if waited_for and not failure:
        turn.set_result(descriptor)
        return
    os.close(descriptor)
    if waited_for:
        turn.set_exception(failure)


def _taken(descriptor: int) -> bool:
    try:
        _take(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take(descriptor: int, how: int) -> None:
    fcntl.flock(descriptor, how)
    # Written only where another held it last: a changed file makes the next sync slower.
    name = f"{os.getpid():<10}\n".encode()
    with suppress(OSError):  # a name is a courtesy to those who wait
        if os.pread(descriptor, len(name), 0) != name:
            os.pwrite(descriptor, name, 0)


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "(unknown)"
