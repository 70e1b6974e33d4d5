"""`LogQueries` on SQLite: a connection that can only read, and not for ever."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from helm.adapters.sqlite import engine, schema
from helm.adapters.sqlite.cage import Cage, declare_tables
from helm.adapters.sqlite.complaint import complaint
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.failures import Translated
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.logfile import LogFile
from helm.app.errors import WordsInvalid
from helm.app.ports import Answer, View

VIEWS = ("runs", "attempts", "verdicts", "activity", "transcripts")
"""The public contract, in the order in which people ask."""

_LONGEST = 100_000_000
"""Bytes of one value, or of one row: what `zeroblob` and `group_concat` may make."""

_STEPS = 1000
"""Steps of SQLite's machine, of some 20 ns each, between two looks at the clock."""

_OF_THE_LOG = {"BUSY", "CANTOPEN", "CORRUPT", "FULL", "IOERR", "NOTADB", "PROTOCOL", "READONLY"}
"""Result codes that no SQL is to blame for; all others are told of the question."""


class SqliteLogQueries:
    """The log at `path`, opened at first use.

    One of an older helm is brought up to date first, as by every command; after that, nothing is
    written. `patience` is how many seconds a lock of somebody else is waited for.
    """

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self.notes: list[str] = []
        self._path = Path(os.path.realpath(path))
        self._patience = patience
        self._translated = Translated(self._path)
        self._connection: sqlite3.Connection | None = None
        self._cursor: sqlite3.Cursor | None = None

    def views(self) -> list[View]:
        with self._translated:
            connection = self._opened()
            return [View(name, _columns(connection, name)) for name in VIEWS]

    def ask(self, sql: str, *, seconds: float) -> Answer:
        with self._translated:
            connection = self._opened()
            self._forget()
            asking = _Asking(connection, sql, seconds)
            with asking:
                self._cursor = cursor = connection.execute(sql)
        if cursor.description is None:
            raise WordsInvalid("nothing is asked there; see: helm query")
        columns = tuple(str(column[0]) for column in cursor.description)
        return Answer(columns=columns, rows=self._rows(cursor, asking))

    def close(self) -> None:
        self._forget()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _forget(self) -> None:
        """Give up the last answer: half read, it would keep its connection from being closed."""
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    def _rows(self, cursor: sqlite3.Cursor, asking: _Asking) -> Iterator[tuple[object, ...]]:
        with self._translated, asking:
            for row in cursor:
                asking.pause()
                yield row
                asking.go_on()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._open() if self._path.exists() else self._imagined()
            self._connection.execute("PRAGMA query_only = ON")
            # What is no UTF-8 (output that is read as text, say) is worth showing all the same.
            self._connection.text_factory = lambda data: data.decode(errors="replace")
            engine.limit_length(self._connection, _LONGEST)
            declare_tables(self._connection)
        return self._connection

    def _open(self) -> sqlite3.Connection:
        connection = engine.connect(self._path, mode="ro", patience=self._patience)
        try:
            if schema.version(connection, self._path) < len(schema.migration_files()):
                file = LogFile(self._path, Gate(self._path, self._patience), self._patience)
                file.for_reading()
                file.close()
        except BaseException:
            connection.close()
            raise
        return connection

    def _imagined(self) -> sqlite3.Connection:
        """Open a log with nothing in it: to a script, no runs yet is an answer and no failure."""
        self.notes = [f"there is no log at {self._path} yet: it is asked as if it were empty"]
        connection = engine.connect_nowhere()
        schema.migrate(connection, schema.migration_files())
        return connection


class _Asking:
    """`with asking:` is time in which SQLite works on one question, and may find it wanting."""

    def __init__(self, connection: sqlite3.Connection, sql: str, seconds: float) -> None:
        self._connection = connection
        self._sql = sql
        self._seconds = self._left = seconds
        self._end = 0.0
        self._cage = Cage(sql)
        connection.set_authorizer(self._cage)
        connection.set_progress_handler(self._over, _STEPS)

    def __enter__(self) -> None:
        self.go_on()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.pause()
        if error is not None and (said := self._wanting(error)):
            raise WordsInvalid(said) from error

    def pause(self) -> None:
        """Stop the clock: SQLite is not at work, but whoever reads a row."""
        self._left = self._end - time.monotonic()

    def go_on(self) -> None:
        """Let the clock go on."""
        self._end = time.monotonic() + self._left

    def _over(self) -> bool:
        return time.monotonic() >= self._end

    def _wanting(self, error: BaseException) -> str:
        """Say what is wrong with the question; nothing where the log is to blame."""
        if isinstance(error, MemoryError):
            return "the answer needs more memory than there is: ask for less at once"
        # A ValueError is of text that SQLite cannot be given.
        if not isinstance(error, (sqlite3.Error, sqlite3.Warning, ValueError)):
            return ""
        code = (getattr(error, "sqlite_errorname", None) or "SQLITE_ERROR").split("_")[1]
        if self._cage.refused is not None:
            return f"helm query only reads: {self._cage.refused} is refused"
        if code == "INTERRUPT":
            return (
                f"the answer takes longer than {self._seconds:g} s: ask for less, "
                "or give it more time with --timeout"
            )
        if code in _OF_THE_LOG:
            return ""
        self._connection.set_progress_handler(None, 0)
        return complaint(self._connection, self._sql, _plain(str(error)))


def _plain(said: str) -> str:
    """Put what Python's module says of a statement in the words of whoever asks."""
    if "one statement" in said:
        return "more than one statement: ask one at a time"
    if "number of bindings" in said:
        return "a question has no parameters: write the value where ? or a :name stands"
    return said


def _columns(connection: sqlite3.Connection, view: str) -> tuple[str, ...]:
    found = connection.execute("SELECT name FROM pragma_table_info(?)", (view,))
    return tuple(name for (name,) in found)
