"""Migrations: which files there are, and that each is applied whole, once, and in order."""

from contextlib import closing
from pathlib import Path

import pytest

from helm.adapters.sqlite import schema
from helm.adapters.sqlite.engine import connect, sqlite3
from tests.adapters.sqlite.crowd import ROOT


def fresh(path: Path) -> sqlite3.Connection:
    path.touch()
    return connect(path, mode="rw", patience=1.0)


def tables(connection: sqlite3.Connection) -> set[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in found} - {"_sqlite_migrations"}


def test_every_file_of_the_folder_is_a_migration() -> None:
    """The loader sees what lies in `migrations/`, in the order of the names."""
    names = sorted(path.name for path in (ROOT / "migrations").iterdir())
    assert [file.name for file in schema.migration_files()] == names
    assert [int(name.split("_")[0]) for name in names] == list(range(1, len(names) + 1))


def test_a_database_is_numbered_by_the_files_it_has_seen(tmp_path: Path) -> None:
    """Applying twice changes nothing, and sqlite-utils keeps a record of each name."""
    connection, files = fresh(tmp_path / "new.db"), schema.migration_files()
    assert schema.version(connection, tmp_path) == 0
    for _ in range(2):
        schema.migrate(connection, files)
        assert schema.version(connection, tmp_path) == len(files)
        names = connection.execute("SELECT name FROM _sqlite_migrations").fetchall()
        assert names == [(file.stem,) for file in files]
    connection.close()


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_database_that_is_being_made_belongs_to_nobody_else(tmp_path: Path, moment: int) -> None:
    """Another makes it while its number is asked for: what is seen is before that, or after."""
    asking, files = fresh(tmp_path / "new.db"), schema.migration_files()
    looks = iter(range(1, moment + 1))

    def look(_: str) -> None:
        if next(looks, 0) == moment:
            with closing(connect(tmp_path / "new.db", mode="rw", patience=1.0)) as making:
                schema.migrate(making, files)

    asking.set_trace_callback(look)
    assert schema.version(asking, tmp_path) in {0, len(files)}
    asking.set_trace_callback(None)
    assert next(looks, 0) == 0
    asking.close()


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    """Those before it are kept; of its own statements none is, and it stays to be done."""
    good, bad = tmp_path / "0001_good.sql", tmp_path / "0002_bad.sql"
    good.write_text("CREATE TABLE kept (text);\n")
    bad.write_text("CREATE TABLE lost (text); -- ; not the end\nCREATE TABLE kept (text);\n")
    connection = fresh(tmp_path / "new.db")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        schema.migrate(connection, [good, bad])
    assert tables(connection) == {"kept"}
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    bad.write_text("CREATE TABLE gained (text);\n")
    schema.migrate(connection, [good, bad])
    assert tables(connection) == {"kept", "gained"}
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()


def test_a_migration_may_hold_triggers_comments_and_quoted_semicolons(tmp_path: Path) -> None:
    """A script is split at the ends of its statements, not at every semicolon."""
    file = tmp_path / "0001_odd.sql"
    file.write_text(
        "-- first; a comment\nCREATE TABLE t (text DEFAULT 'a;\nb');\n"
        "CREATE TRIGGER g BEFORE DELETE ON t\nBEGIN\n  SELECT 1;\n  SELECT RAISE(ABORT, ';');\n"
        "END;\n-- last; a comment\n"
    )
    connection = fresh(tmp_path / "new.db")
    schema.migrate(connection, [file])
    connection.execute("INSERT INTO t DEFAULT VALUES")
    assert connection.execute("SELECT * FROM t").fetchall() == [("a;\nb",)]
    with pytest.raises(sqlite3.IntegrityError, match=";"):
        connection.execute("DELETE FROM t")
    connection.close()
