"""What SQLite and the system report, said once more in one line: which file, and what to do."""

from __future__ import annotations

import zlib
from pathlib import Path

from helm.adapters.sqlite.engine import sqlite3
from helm.app.errors import RecordFailed

_ADVICE = {
    "SQLITE_NOTADB": "is not a log of helm's: move it away, or name another log with --db",
    "SQLITE_CORRUPT": "is damaged: keep it, and restore a backup or name another log with --db",
    "SQLITE_FULL": "could not be written, because the disk is full: make room, then try again",
    "SQLITE_IOERR": "could not be read or written: see that the disk has room and is sound",
    "SQLITE_READONLY": "may only be read: see to its permissions, or name another log with --db",
    "SQLITE_CANTOPEN": "cannot be opened: let helm write the file and its folder, or ask a copy",
    "SQLITE_BUSY": "is locked by a program that is not helm: close that, then try again",
}
"""By the names of SQLite's result codes, without what extends them (sqlite.org/rescode.html)."""


class Translated:
    """`with Translated(log):` raises `RecordFailed` for whatever goes wrong with that file."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        match error:
            case sqlite3.Error():
                raise RecordFailed(f"{self._log} {_advice(error)} ({error})") from error
            case zlib.error() | UnicodeDecodeError():  # a complaint may quote what is no text
                damaged = _ADVICE["SQLITE_CORRUPT"]
                raise RecordFailed(f"{self._log} {damaged} ({error})") from error
            case UnicodeEncodeError(object=text):
                raise RecordFailed(f"{self._log} cannot hold {text!r}: not Unicode") from error
            case OSError():
                raise RecordFailed(f"{self._log} cannot be used: {error}") from error


def _advice(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", None) or ""
    return _ADVICE.get("_".join(name.split("_")[:2]), "cannot be used as a log")
