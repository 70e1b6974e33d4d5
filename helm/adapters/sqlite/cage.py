"""What a question may do: SQLite's authorizer, asked about each step while SQL is compiled.

A connection that is opened read-only is not enough: by SQL alone it can attach another file and
write that, copy itself with VACUUM INTO, and switch `query_only` off.
Source: sqlite.org/c3ref/set_authorizer.html, sqlite.org/pragma.html.
"""

from __future__ import annotations

import re
from contextlib import suppress

from helm.adapters.sqlite.engine import sqlite3

_READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_RECURSIVE,
}
_CHANGES = {
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
}
_OUTSIDE = {"edit", "fts3_tokenizer", "load_extension", "readfile", "sqlite_log", "writefile"}
"""Functions that reach beyond the database, in SQLite's own builds and in its shell's."""

_DESCRIBING = {
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_list",
    "table_xinfo",
}
"""Pragmas that take a name, and read."""

_TELLING = {
    "application_id",
    "collation_list",
    "compile_options",
    "database_list",
    "encoding",
    "freelist_count",
    "function_list",
    "journal_mode",
    "module_list",
    "page_count",
    "page_size",
    "pragma_list",
    "schema_version",
    "user_version",
}
"""Pragmas that read where nothing is given to them; with a value, some of them write."""

_TABLES = ("dbstat", "json_each", "json_tree")
"""Functions that are tables."""

_COMMENTS = r"(?:\s|--[^\n]*|/\*.*?(?:\*/|\Z))*"
_FIRST_WORD = re.compile(
    rf"{_COMMENTS}(?:EXPLAIN\b{_COMMENTS}(?:QUERY\s+PLAN\b{_COMMENTS})?)?(\w+)",
    re.DOTALL | re.IGNORECASE,
)


class Cage:
    """An authorizer that lets SQL read and nothing else. `refused` is the first that it denied."""

    def __init__(self, sql: str) -> None:
        self.refused: str | None = None
        self._sql = sql

    def __call__(self, action: int, first: str | None, second: str | None, *_: object) -> int:
        """Answer SQLite. What the two texts are depends on the action."""
        if _may(action, first, second):
            return sqlite3.SQLITE_OK
        if self.refused is None:
            self.refused = self._name(action, first or "", second or "")
        return sqlite3.SQLITE_DENY

    def _name(self, action: int, first: str, second: str) -> str:
        """Say what is refused in the words of whoever asked.

        What changes the schema does so, to SQLite, by writing to a table of its own; and a change
        can hide behind a WITH.
        """
        if action == sqlite3.SQLITE_FUNCTION:
            return f"the function {second}"
        if action == sqlite3.SQLITE_PRAGMA:
            return f"PRAGMA {first}"
        if action in _CHANGES and not first.startswith("sqlite_"):
            return _CHANGES[action]
        word = _FIRST_WORD.match(self._sql)
        return word[1].upper() if word else "that"


def declare_tables(connection: sqlite3.Connection) -> None:
    """Have SQLite know each function that is a table, before an authorizer is set.

    SQLite before 3.41 declares one when it first meets it, and asks leave to write for that.
    """
    pragmas = (f"pragma_{name}" for name in sorted(_DESCRIBING | _TELLING))
    for table in (*_TABLES, *pragmas):
        with suppress(sqlite3.OperationalError):  # this SQLite is built without it
            connection.execute(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608  a name from above


def _may(action: int, first: str | None, second: str | None) -> bool:
    if action == sqlite3.SQLITE_FUNCTION:
        return (second or "").lower() not in _OUTSIDE
    if action == sqlite3.SQLITE_PRAGMA:
        pragma = (first or "").lower()
        return pragma in _DESCRIBING or (pragma in _TELLING and second is None)
    return action in _READING
