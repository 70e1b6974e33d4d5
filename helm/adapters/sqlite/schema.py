"""The files of `migrations/`, and how a database gets from one of them to the next.

The number of a database is its `user_version`: how many of the files it has seen. sqlite-utils
does the work and keeps its own record of it; it is only imported where there is work to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from helm.adapters.sqlite.engine import sqlite3
from helm.app.errors import RecordFailed

if TYPE_CHECKING:
    from sqlite_utils import Database

_PACKAGE = Path(__file__).parents[2]
_APPLICATION = int.from_bytes(b"helm", "big")

# In one statement, which sees one state: between two, another process may have made the tables.
# sqlite-utils makes a record of its own before the first migration.
_STATE = """
SELECT
    (SELECT user_version FROM pragma_user_version),
    (SELECT application_id FROM pragma_application_id),
    (SELECT COUNT(*) FROM sqlite_schema WHERE tbl_name <> '_sqlite_migrations')
"""


def migration_files() -> list[Path]:
    """List the migrations in order: inside the package in a wheel, beside it in a checkout."""
    packaged = _PACKAGE / "migrations"
    folder = packaged if packaged.is_dir() else _PACKAGE.parent / "migrations"
    return sorted(folder.glob("*.sql"))


def version(connection: sqlite3.Connection, log: Path) -> int:
    """Read how many migrations the database has seen.

    Raises `RecordFailed` where it belongs to another program.
    """
    number, application, tables = connection.execute(_STATE).fetchone()
    if application == _APPLICATION or number == application == tables == 0:
        return int(number)
    raise RecordFailed(
        f"{log} is the database of another program", cure="name another log with --db or HELM_DB"
    )


def migrate(connection: sqlite3.Connection, files: Sequence[Path]) -> None:
    """Apply what the database has not seen, each file in one transaction with its number.

    The caller holds the gate: sqlite-utils reads what is pending outside of its transactions.
    """
    from sqlite_utils import Database, Migrations  # noqa: PLC0415  costs more than a short run

    migrations = Migrations("helm")
    for number, file in enumerate(files, start=1):
        migrations(name=file.stem)(_migration(file, number))
    migrations.apply(Database(connection, execute_plugins=False))


def _migration(file: Path, number: int) -> Callable[[Database], None]:
    def apply(database: Database) -> None:
        for statement in _statements(file.read_text(encoding="utf-8")):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")

    return apply


def _statements(script: str) -> Iterator[str]:
    """Split a script at the lines that end a statement.

    `Database.executescript` does so within a transaction too, but tries at every character: with
    statements of this length that takes a tenth of a second.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
