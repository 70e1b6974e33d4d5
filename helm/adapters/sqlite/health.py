"""`LogProbe` on SQLite: a quick look at the file of a log, which changes nothing in it."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path

from helm.adapters.sqlite import engine, schema
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.failures import Translated
from helm.app.ports import Condition

_MOST_FAULTS = 5
_PATIENCE = 5.0
_STEPS_BETWEEN_LOOKS = 10_000


class SqliteLogProbe:
    """The log at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))
        self._translated = Translated(self._path)

    def condition(self, *, seconds: float) -> Condition | None:
        with self._translated:
            if not self._path.exists():
                return None
            size = self._path.stat().st_size
            with closing(engine.connect(self._path, mode="rw", patience=_PATIENCE)) as connection:
                connection.execute("PRAGMA query_only = ON")
                number = schema.version(connection, self._path)
                (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
                faults, whole = _faults(connection, seconds)
        return Condition(
            size=size,
            journal=journal,
            newer=number > len(schema.migration_files()),
            faults=faults,
            whole=whole,
        )


def _faults(connection: sqlite3.Connection, seconds: float) -> tuple[tuple[str, ...], bool]:
    """Have SQLite look for damage, and say whether it came to an end in time."""
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() >= deadline, _STEPS_BETWEEN_LOOKS)
    try:
        found = connection.execute(f"PRAGMA quick_check({_MOST_FAULTS})").fetchall()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", None) != "SQLITE_INTERRUPT":
            raise
        return (), False
    # A complaint may begin with a line that only names the database.
    return tuple(said.splitlines()[-1] for (said,) in found if said != "ok"), True
