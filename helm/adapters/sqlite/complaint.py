"""What is wrong with a question: where its syntax breaks, and which names it may have meant."""

from __future__ import annotations

import re
from bisect import bisect_left
from difflib import get_close_matches

from helm.adapters.sqlite.engine import sqlite3

_UNEXPECTED = re.compile(r'(?:near "(.*)": syntax error|unrecognized token: "(.*)")', re.DOTALL)
_INCOMPLETE = "incomplete input"
_UNKNOWN = re.compile(r"no such (table|column): (.*)", re.DOTALL)
_QUOTES = tuple("'\"`[")
_SHOWN = 40
"""Characters of the text at which SQL breaks: one that has no end goes on to the end of all."""


def complaint(connection: sqlite3.Connection, sql: str, said: str) -> str:
    """Add to what SQLite says of `sql` where it is, or what may have been meant.

    Leaves the connection with an authorizer that refuses everything.
    """
    unexpected, unknown = _UNEXPECTED.fullmatch(said), _UNKNOWN.fullmatch(said)
    if said == _INCOMPLETE:
        return f"{said}{_place(sql, len(sql.rstrip()))}"
    if unexpected:
        token = unexpected[1] or unexpected[2] or ""
        start = _start(connection, sql, said, token)
        shown = said.replace(token, token[:_SHOWN] + "…") if len(token) > _SHOWN else said
        return shown if start is None else f"{shown}{_place(sql, start)}"
    if unknown:
        near = _near(connection, sql, *unknown.groups())
        meant = f"do you mean {' or '.join(near)}?" if near else "see: helm query"
        return f"{said}; {meant}"
    return said


def _place(sql: str, offset: int) -> str:
    line_start = sql.rfind("\n", 0, offset) + 1
    return f" at line {sql.count(chr(10), 0, offset) + 1}, column {offset - line_start + 1}"


def _start(connection: sqlite3.Connection, sql: str, said: str, token: str) -> int | None:
    """Find where SQLite stopped; Python's module does not tell.

    It is the first place of the token where SQL that is cut off after it is refused with the same
    words, as it then is in all later places: the parser never comes so far.
    """
    if token.startswith(_QUOTES) and sql.endswith(token):
        return len(sql) - len(token)
    places = [found.start() for found in re.finditer(re.escape(token), sql)]
    connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)  # or the beginning would be asked
    place = bisect_left(
        places,
        True,  # noqa: FBT003  the answer that is looked for
        key=lambda start: _refusal(connection, sql[: start + len(token)]) == said,
    )
    return places[place] if place < len(places) else None


def _refusal(connection: sqlite3.Connection, sql: str) -> str:
    try:
        connection.execute(sql)
    except (sqlite3.Error, sqlite3.Warning) as error:
        return str(error)
    return ""


def _near(connection: sqlite3.Connection, sql: str, kind: str, name: str) -> list[str]:
    tables = [
        str(table)
        for (table,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
        )
    ]
    if kind == "table":
        return get_close_matches(name.lower(), tables)
    words = set(re.findall(r"\w+", sql.lower()))
    columns = {
        str(column)
        for table in tables
        if table in words
        for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    }
    return get_close_matches(name.rpartition(".")[2].lower(), sorted(columns))
