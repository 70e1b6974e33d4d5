"""Opening the file of a log, and noticing when it is not there any more."""

from __future__ import annotations

import os
import time
from pathlib import Path

from helm.adapters.sqlite import engine, schema
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.gate import Gate
from helm.app.errors import RecordFailed

_SETTINGS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA journal_size_limit = 4194304",
)


class LogFile:
    """The file at `path`, opened at first use; `notes` says what a person should know of it."""

    def __init__(self, path: Path, gate: Gate, patience: float) -> None:
        self.path = path
        self.notes: list[str] = []
        self._gate = gate
        self._patience = patience
        self._connection: sqlite3.Connection | None = None
        self._parts = (str(path), f"{path}-wal")
        self._identity: list[tuple[int, int] | None] = []
        self._newer = ""

    def for_reading(self) -> sqlite3.Connection | None:
        """Give the connection; None where there is no file, and none is made."""
        if self._connection is None and not self.path.exists():
            return None
        return self._opened()

    def for_writing(self) -> sqlite3.Connection:
        """Give the connection; a file that does not exist yet is made, for its owner alone."""
        if self._connection is None and not self.path.exists():
            self._create()
        connection = self._opened()
        if self._newer:
            raise RecordFailed(self._newer)
        return connection

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._newer = ""
        self._gate.close()

    def _create(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._gate:
            # Nobody has a new file open, so that closing it here drops no lock of SQLite's.
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            if not self.path.exists():
                os.close(os.open(self.path, flags | os.O_EXCL, 0o600))

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._open()
            self._identity = self._found()
        elif self._found() != self._identity:
            raise RecordFailed(
                f"{self.path} was deleted or replaced while helm had it open: what helm has "
                "recorded may be lost, and it records no more; find out what did it"
            )
        return self._connection

    def _open(self) -> sqlite3.Connection:
        files = schema.migration_files()
        connection = engine.connect(self.path, mode="rw", patience=self._patience)
        try:
            number = schema.version(connection, self.path)
            if number <= len(files):
                self._prepare(connection, files, number)
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        self._newer = (
            f"{self.path} was made by a newer helm (its schema is {number}, this helm knows "
            f"{len(files)}), so it can only be read: update helm to run specs with it"
        )
        connection = engine.connect(self.path, mode="ro", patience=self._patience)
        schema.version(connection, self.path)  # the first read makes the files beside the log
        return connection

    def _prepare(self, connection: sqlite3.Connection, files: list[Path], number: int) -> None:
        """Set the connection up, and bring the file up to date where it is not."""
        for setting in _SETTINGS:
            connection.execute(setting)
        (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
        if journal == "wal" and number == len(files):
            return
        with self._gate:
            self.notes = write_ahead(connection, self.path, self._patience)
            if schema.version(connection, self.path) < len(files):
                schema.migrate(connection, files)

    def _found(self) -> list[tuple[int, int] | None]:
        """Identify what lies at the path now. SQLite goes on writing to a file that is deleted."""
        return [_inode(part) for part in self._parts]


def write_ahead(connection: sqlite3.Connection, log: Path, patience: float) -> list[str]:
    """Turn the write-ahead log on; where the file system refuses it, say so and do without.

    SQLite refuses in its answer, without an error; and for this one change it does not wait for a
    reader to be done, so that waiting is done here.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            (answer,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)
    if answer == "wal":
        return []
    connection.execute("PRAGMA synchronous = EXTRA")  # a rollback journal is not whole with FULL
    note = "lies on a file system without write-ahead logging (a network's, perhaps)"
    return [f"{log} {note}: helm is slower there, and readers and writers wait for each other"]


def _inode(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  at every append
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
