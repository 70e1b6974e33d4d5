"""What SQLite and the system report, said once more in one line: which file, and what to do."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helm.adapters.sqlite.engine import sqlite3
from helm.app.errors import RecordFailed

_ADVICE = {
    "SQLITE_NOTADB": "is not a log of helm's: move it away, or name another log with --db",
    "SQLITE_CORRUPT": "is damaged: `helm doctor` says how far; keep the file, restore a backup",
    "SQLITE_FULL": "could not be written, because the disk is full: make room, then try again",
    "SQLITE_IOERR": "could not be read or written: see that the disk has room and is sound",
    "SQLITE_READONLY": "may only be read: see to its permissions, or name another log with --db",
    "SQLITE_CANTOPEN": "cannot be opened: see that helm may write the file and its folder",
    "SQLITE_BUSY": "is locked by a program that is not helm: close that, then try again",
}
"""By the names of SQLite's result codes, without what extends them (sqlite.org/rescode.html)."""


@contextmanager
def translated(log: Path) -> Iterator[None]:
    """Raise `RecordFailed` for whatever goes wrong with the file `log`."""
    try:
        yield
    except sqlite3.Error as error:
        raise RecordFailed(f"{log} {_advice(error)} ({error})") from error
    except zlib.error as error:
        raise RecordFailed(f"{log} {_ADVICE['SQLITE_CORRUPT']} ({error})") from error
    except UnicodeEncodeError as error:
        raise RecordFailed(f"{log} cannot hold {error.object!r}, which is not Unicode") from error
    except OSError as error:
        raise RecordFailed(f"{log} cannot be used: {error}") from error


def _advice(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", None) or ""
    return _ADVICE.get("_".join(name.split("_")[:2]), "cannot be used as a log")
