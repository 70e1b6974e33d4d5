"""What SQLite and the system report, said once more in one line: which file, and what to do."""

from __future__ import annotations

import zlib
from pathlib import Path

from helm.adapters.sqlite.engine import sqlite3
from helm.app.errors import RecordFailed

_ELSE = "or name another log with --db"
_ADVICE = {
    "SQLITE_NOTADB": ("is not a log of helm's", f"move it away, {_ELSE}"),
    "SQLITE_CORRUPT": ("is damaged", f"keep it, and restore a backup {_ELSE}"),
    "SQLITE_FULL": ("could not be written, because the disk is full", "make room, then try again"),
    "SQLITE_IOERR": ("could not be read or written", "see that the disk has room and is sound"),
    "SQLITE_READONLY": ("may only be read", f"see to its permissions, {_ELSE}"),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "let helm write the file and its folder, or ask a copy",
    ),
    "SQLITE_BUSY": ("is locked by a program that is not helm", "close that, then try again"),
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
                raise self._failure(_advice(error), error) from error
            case zlib.error() | UnicodeDecodeError():  # a complaint may quote what is no text
                raise self._failure(_ADVICE["SQLITE_CORRUPT"], error) from error
            case UnicodeEncodeError(object=text):
                raise RecordFailed(f"{self._log} cannot hold {text!r}: not Unicode") from error
            case OSError():
                raise RecordFailed(f"{self._log} cannot be used: {error}") from error

    def _failure(self, advice: tuple[str, str], error: BaseException) -> RecordFailed:
        what, cure = advice
        return RecordFailed(f"{self._log} {what} ({error})", cure)


def _advice(error: sqlite3.Error) -> tuple[str, str]:
    name = getattr(error, "sqlite_errorname", None) or ""
    return _ADVICE.get("_".join(name.split("_")[:2]), ("cannot be used as a log", ""))
