"""The one SQLite library of this process: everything else imports it from here.

Two copies of SQLite in one process drop each other's locks on a shared file, and the errors of one
are not those of the other. So helm takes the copy that sqlite-utils takes, by the same rule
(`sqlite_utils/utils.py`): pysqlite3 where it is installed, else the standard library's.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from helm.app.errors import RecordFailed

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        sqlite3 = importlib.import_module("pysqlite3")
        importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        import sqlite3

__all__ = ["connect", "connect_nowhere", "limit_length", "require_version", "sqlite3"]

OLDEST = (3, 37, 0)
"""The first SQLite with STRICT tables."""


def connect(path: Path, *, mode: Literal["ro", "rw"], patience: float) -> sqlite3.Connection:
    """Open a file that exists; `patience` is how many seconds a lock of others is waited for.

    Transactions begin and end only where it is said: the module's own habits differ between
    Python's versions. Raises `RecordFailed` where SQLite is too old.
    """
    require_version(sqlite3.sqlite_version_info)
    if path.exists() and not path.is_file():  # a pipe would be waited for, for ever
        raise RecordFailed(f"{path} is not a file", cure="name another log with --db")
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )


def connect_nowhere() -> sqlite3.Connection:
    """Open a database in memory, which is gone when it is closed; raises as `connect`."""
    require_version(sqlite3.sqlite_version_info)
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


def limit_length(connection: sqlite3.Connection, length: int) -> None:
    """Let no value and no row be longer, in bytes; pysqlite3 knows no limit but SQLite's own."""
    if hasattr(connection, "setlimit"):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length)


def require_version(found: tuple[int, ...]) -> None:
    """Raise `RecordFailed` where this SQLite does not know what the schema uses."""
    if found < OLDEST:
        raise RecordFailed(
            f"helm needs SQLite {_dotted(OLDEST)} or later, and this Python has {_dotted(found)}: "
            "install pysqlite3 beside helm, or use a newer Python"
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
