"""Who runs which spec: a `flock` on a file for each spec folder, let go by the kernel at death.

A lock file is never unlinked: two processes could then hold the same spec, one on the old file
and one on the new. What it says of its holder is only what somebody wrote there, and may be
anything; that it is held is the kernel's word.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from io import FileIO
from pathlib import Path

from helm.adapters.files.failures import reported, shown
from helm.adapters.files.tree import make_private
from helm.app.errors import SpecBusy
from helm.app.ports import Holder

_PAUSE = 0.03
_LOCK_NAME = re.compile(r"[0-9a-f]{32}\.lock")
_LONGEST_CONTENT = 65536
_HIGHEST_PID = 2**31
_UNKNOWN = Holder(run_id=None, pid=None, spec_path=None, workspace=None)


class FlockSpecLock:
    """A held lock file."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path = path
        self._file = file

    def name(self, holder: Holder) -> None:
        with reported("write", self._path):
            content = json.dumps(asdict(holder)).encode()
            os.pwrite(self._file.fileno(), content, 0)
            self._file.truncate(len(content))


class FlockSpecLocks:
    """The lock files in `folder`; `patience` is for how many seconds a lock is tried."""

    def __init__(self, folder: Path, *, patience: float = 1.0) -> None:
        self._folder = folder
        self._patience = patience

    @contextmanager
    def hold(self, spec_folder: Path) -> Iterator[FlockSpecLock]:
        path = self._lock_file(spec_folder)
        with reported("lock", path):
            make_private(path.parent)
            file = self._taken(path, spec_folder)
        with file:
            try:
                yield FlockSpecLock(path, file)
            finally:
                # A lock file that cannot be emptied is let go of all the same.
                with suppress(OSError):
                    file.truncate(0)

    def holder(self, spec_folder: Path) -> Holder | None:
        return _holder_of(self._lock_file(spec_folder))

    def living(self) -> list[Holder]:
        with reported("list", self._folder):
            try:
                entries = sorted(self._folder.iterdir())
            except FileNotFoundError:
                return []
        found = (_holder_of(entry) for entry in entries if _LOCK_NAME.fullmatch(entry.name))
        return [holder for holder in found if holder]

    def _lock_file(self, spec_folder: Path) -> Path:
        digest = hashlib.sha256(os.fsencode(os.path.realpath(spec_folder))).hexdigest()
        return self._folder / f"{digest[:32]}.lock"

    def _taken(self, path: Path, spec_folder: Path) -> FileIO:
        deadline = time.monotonic() + self._patience
        while not (file := _taken_now(path)):
            if time.monotonic() >= deadline:
                raise _busy(spec_folder, _holder_of(path) or _UNKNOWN)
            time.sleep(_PAUSE)
        return file


def _taken_now(path: Path) -> FileIO | None:
    """Take the lock, if nobody has it, and clear what a killed holder left in it."""
    file = _opened(path, os.O_RDWR | os.O_CREAT)
    try:
        if _locks(file, fcntl.LOCK_EX) and _is_still_at(path, file):
            file.truncate(0)
            return file
    except BaseException:
        file.close()
        raise
    file.close()
    return None


def _opened(path: Path, flags: int) -> FileIO:
    # What stands there may be a pipe, put there by a worker: opening it must not wait.
    more = flags | os.O_NOFOLLOW | os.O_NONBLOCK
    mode = "r+" if flags & os.O_RDWR else "r"
    return FileIO(path, mode, opener=lambda name, given: os.open(name, given | more, 0o600))


def _locks(file: FileIO, operation: int) -> bool:
    try:
        fcntl.flock(file, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still_at(path: Path, file: FileIO) -> bool:
    """Tell whether the next comer will meet our lock, or somebody removed its file meanwhile."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _holder_of(path: Path) -> Holder | None:
    """Probe a lock. The probe is itself a shared lock, which `hold` outwaits."""
    with reported("read", path):
        try:
            file = _opened(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        with file:
            if _locks(file, fcntl.LOCK_SH):
                return None
            return _holder_in(os.pread(file.fileno(), _LONGEST_CONTENT, 0))


def _holder_in(data: bytes) -> Holder:
    """Read what a holder says of itself, trusting nothing of it."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        said = None
    known = said if isinstance(said, dict) else {}
    return Holder(
        run_id=_text(known.get("run_id")),
        pid=_pid(known.get("pid")),
        spec_path=_text(known.get("spec_path")),
        workspace=_text(known.get("workspace")),
    )


def _text(said: object) -> str | None:
    """Accept only what a terminal can show: this goes into messages."""
    return said if isinstance(said, str) and said.isprintable() else None


def _pid(said: object) -> int | None:
    return said if type(said) is int and 0 < said < _HIGHEST_PID else None


def _busy(spec_folder: Path, holder: Holder) -> SpecBusy:
    process = f"process {holder.pid}" if holder.pid else "process unknown"
    run = f"being run already: run {holder.run_id}, {process}" if holder.run_id else None
    says = run or f"in use by another helm ({process})"
    return SpecBusy(f"{shown(spec_folder)} is {says}; wait for it to end", holder)
