"""Changing a log behind helm's back, as somebody does who knows of its triggers."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from helm.adapters.sqlite.engine import sqlite3


def tamper(log: Path, *statements: str) -> None:
    """Change a log, and put its triggers back, so that it looks as it did."""
    with closing(sqlite3.connect(log, isolation_level=None)) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
