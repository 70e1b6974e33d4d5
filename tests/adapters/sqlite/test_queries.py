"""The cage of `helm query`: whatever is asked, nothing is written, and it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helm.adapters.sqlite import schema
from helm.adapters.sqlite.engine import connect, connect_nowhere, sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.queries import VIEWS, SqliteLogQueries
from helm.app.errors import RecordFailed, WordsInvalid
from tests.adapters.sqlite.crowd import ROOT
from tests.examples import events_of, record, whole_run

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{})"
FOR_EVER = COUNT.format("")
MILLION = COUNT.format(" LIMIT 1000000") + " SELECT i, 'row ' || i AS name FROM n"

EVENTS = len(events_of(whole_run()))

Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that holds a run."""
    path = tmp_path_factory.mktemp("written") / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, "run", whole_run())
    return path


@pytest.fixture
def log(written: Path, tmp_path: Path) -> Path:
    """The same log, in a folder of its own."""
    folder = tmp_path / "log"
    folder.mkdir()
    return Path(shutil.copy(written, folder))


@pytest.fixture
def queries(log: Path) -> Iterator[SqliteLogQueries]:
    with closing(SqliteLogQueries(log)) as queries:
        yield queries


def rows(queries: SqliteLogQueries, sql: str, seconds: float = 30.0) -> Rows:
    return list(queries.ask(sql, seconds=seconds).rows)


def refusal(queries: SqliteLogQueries, sql: str, seconds: float = 30.0) -> str:
    with pytest.raises(WordsInvalid) as refused:
        rows(queries, sql, seconds)
    return str(refused.value)


def files(log: Path) -> dict[str, bytes]:
    """Read the log, and all else in its folder but for what SQLite shares among its readers."""
    shared = {f"{log.name}-shm", f"{log.name}-wal"}
    found = [path for path in log.parent.parent.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in found if path.name not in shared}


# What is refused

WRITING = [
    ("INSERT", "INSERT INTO imports VALUES ('run', '0123456789abcdef', 'now')"),
    ("INSERT", "REPLACE INTO imports SELECT * FROM imports"),
    ("INSERT", "WITH x AS (SELECT 1) INSERT INTO prunings SELECT * FROM x"),
    ("UPDATE", "UPDATE events SET kind = 'x'"),
    ("DELETE", "DELETE FROM events"),
    ("DELETE", "EXPLAIN DELETE FROM events"),
    ("DROP", "DROP TABLE events"),
    ("DROP", "drop view runs"),
    ("DROP", "/* a */ EXPLAIN QUERY PLAN -- b\n DROP TABLE events"),
    ("CREATE", "CREATE TABLE mine (x)"),
    ("CREATE", "CREATE TABLE mine AS SELECT * FROM runs"),
    ("CREATE", "CREATE INDEX mine ON events (kind)"),
    ("CREATE", "CREATE TEMP TABLE mine (x)"),
    ("CREATE", "CREATE TEMP VIEW mine AS SELECT 1"),
    ("CREATE", "CREATE VIRTUAL TABLE mine USING fts5(x)"),
    ("CREATE", "CREATE TRIGGER mine BEFORE INSERT ON events BEGIN SELECT 1; END"),
    ("ALTER", "ALTER TABLE events RENAME TO mine"),
    ("ATTACH", "ATTACH '{folder}/other.db' AS other"),
    ("ATTACH", "ATTACH ':memory:' AS other"),
    ("DETACH", "DETACH main"),
    ("VACUUM", "VACUUM"),
    ("VACUUM", "VACUUM INTO '{folder}/copy.db'"),
    ("REINDEX", "REINDEX"),
    ("ANALYZE", "ANALYZE"),
    ("BEGIN", "BEGIN IMMEDIATE"),
    ("COMMIT", "COMMIT"),
    ("ROLLBACK", "ROLLBACK"),
    ("SAVEPOINT", "SAVEPOINT mine"),
    ("PRAGMA journal_mode", "PRAGMA journal_mode = DELETE"),
    ("PRAGMA writable_schema", "PRAGMA writable_schema = ON"),
    ("PRAGMA user_version", "PRAGMA user_version = 7"),
    ("PRAGMA query_only", "PRAGMA query_only = 0"),
    ("PRAGMA query_only", "PRAGMA query_only(0)"),
    ("PRAGMA temp_store_directory", "PRAGMA temp_store_directory = '{folder}'"),
    ("PRAGMA wal_checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)"),
    ("PRAGMA optimize", "PRAGMA optimize"),
    ("the function load_extension", "SELECT load_extension('{folder}/x.so')"),
    ("the function fts3_tokenizer", "SELECT fts3_tokenizer('simple')"),
]


@pytest.mark.parametrize(("named", "sql"), WRITING)
def test_what_does_more_than_read_is_refused_by_name(log: Path, named: str, sql: str) -> None:
    """Nothing in the log's folder, or beside it, is another byte or another file than before."""
    before = files(log)
    with closing(SqliteLogQueries(log)) as queries:
        said = refusal(queries, sql.format(folder=log.parent))
        assert rows(queries, "SELECT COUNT(*) FROM runs") == [(1,)]
    assert said == f"helm query only reads: {named} is refused"
    assert files(log) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sqlite_schema SET sql = ''",
        "INSERT INTO runs (run_id) VALUES ('run')",
        "SELECT writefile('{folder}/x', 'y')",
        "SELECT * FROM pragma_wal_checkpoint",
        "SELECT * FROM pragma_user_version(7)",
        "RELEASE mine",
    ],
)
def test_what_sqlite_itself_refuses_changes_nothing_either(log: Path, sql: str) -> None:
    """Whichever of the two is asked first."""
    before = files(log)
    with closing(SqliteLogQueries(log)) as queries:
        assert refusal(queries, sql.format(folder=log.parent))
    assert files(log) == before


@pytest.mark.parametrize("name", ["readfile", "writefile", "edit", "load_extension"])
def test_a_function_that_reaches_for_files_is_refused_where_it_is_there(
    log: Path, name: str
) -> None:
    """Python's SQLite has few of them; one that somebody adds to it is not called."""
    called: list[str] = []
    with closing(SqliteLogQueries(log)) as queries:
        queries.views()
        connection = queries._connection  # noqa: SLF001  as an extension of SQLite's would add it
        assert connection
        connection.create_function(name, 1, called.append)
        assert refusal(queries, f"SELECT {name.upper()}('/etc/hostname')").startswith(
            "helm query only reads: the function "
        )
    assert called == []


@pytest.mark.parametrize(
    "sql", ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE events", "SELECT 1;; SELECT 2 -- x"]
)
def test_only_one_statement_is_asked(queries: SqliteLogQueries, sql: str) -> None:
    """None of several is done."""
    assert refusal(queries, sql) == "more than one statement: ask one at a time"


@pytest.mark.parametrize("sql", ["", "  \n", ";", "-- nothing", "/* nothing", "\ufeff -- x"])
def test_nothing_is_no_question(queries: SqliteLogQueries, sql: str) -> None:
    """There is no answer to an empty text, or to comments."""
    assert refusal(queries, sql) == "nothing is asked there; see: helm query"


# What is allowed


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM runs;",
        "select 1; -- and a comment",
        "VALUES (1, 2)",
        "EXPLAIN SELECT * FROM runs",
        "EXPLAIN QUERY PLAN SELECT * FROM runs",
        COUNT.format(" LIMIT 3") + " SELECT * FROM n",
        "SELECT task.value FROM verdicts, json_each(remaining_tasks) AS task",
        "SELECT ROW_NUMBER() OVER (ORDER BY attempt) FROM attempts",
        "SELECT sql FROM sqlite_schema",
        "SELECT data FROM output",
        "PRAGMA table_info(runs)",
        "PRAGMA TABLE_XINFO('events')",
        "PRAGMA table_list",
        "PRAGMA index_list(events)",
        "PRAGMA index_info(events_milestones)",
        "PRAGMA foreign_key_list(output)",
        "PRAGMA user_version",
        "PRAGMA journal_mode",
        "SELECT name FROM pragma_table_list",
        "SELECT name FROM pragma_table_info('runs')",
    ],
)
def test_what_only_reads_is_answered(log: Path, sql: str) -> None:
    """On a connection of its own each, because SQLite declares some tables at first use."""
    before = files(log)
    with closing(SqliteLogQueries(log)) as queries:
        assert rows(queries, sql)
    assert files(log) == before


def test_the_views_are_listed_with_their_columns(queries: SqliteLogQueries) -> None:
    """All that are in the log, but for the one that the others are made of."""
    views = queries.views()
    found = {name for (name,) in rows(queries, "SELECT name FROM pragma_table_list('%')")}
    stored = rows(queries, "SELECT name FROM sqlite_schema WHERE type = 'view'")
    assert not found
    assert {view.name for view in views} == {name for (name,) in stored} - {"milestones"}
    for view in views:
        assert view.columns == queries.ask(f"SELECT * FROM {view.name}", seconds=1).columns


def test_values_come_as_sqlite_has_them(queries: SqliteLogQueries) -> None:
    """Text that is not UTF-8 is shown with what can be read of it."""
    sql = "SELECT NULL, 1, 1.5, 'ä', x'00ff', CAST(x'61ff' AS TEXT), 9e999"
    (row,) = rows(queries, sql)
    assert row == (None, 1, 1.5, "ä", b"\x00\xff", "a\ufffd", float("inf"))


def test_a_million_rows_are_read_as_they_come(queries: SqliteLogQueries) -> None:
    """None is lost."""
    answer = queries.ask(MILLION, seconds=600)
    assert answer.columns == ("i", "name")
    assert sum(1 for _ in answer.rows) == 1_000_000


# How long, and how large


@pytest.mark.parametrize(
    "sql", [f"{FOR_EVER} SELECT COUNT(*) FROM n", f"{FOR_EVER} SELECT 1 FROM n"]
)
def test_a_question_that_never_ends_is_ended(queries: SqliteLogQueries, sql: str) -> None:
    """Whether it has rows before, or never any; the next one has time of its own."""
    said = refusal(queries, sql, seconds=0.05)
    assert said.startswith("the answer takes longer than 0.05 s: ask for less, or ")
    assert said.endswith("--timeout")
    assert rows(queries, "SELECT COUNT(*) FROM runs") == [(1,)]


def test_time_in_which_nobody_asks_for_a_row_does_not_count(queries: SqliteLogQueries) -> None:
    """A slow reader of the answer is not told that the question is slow."""
    sql = COUNT.format(" LIMIT 5000") + " SELECT i FROM n"
    with freeze_time() as clock:
        answer = queries.ask(sql, seconds=10)
        for _ in range(5):
            next(answer.rows)
            clock.tick(9)
        assert sum(1 for _ in answer.rows) == 5000 - 5


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "setlimit"), reason="pysqlite3 has no limits")
@pytest.mark.parametrize(
    "sql", ["SELECT zeroblob(1000000000)", "SELECT LENGTH(hex(zeroblob(90000000)))"]
)
def test_a_value_beyond_all_measure_is_refused(queries: SqliteLogQueries, sql: str) -> None:
    """Before it takes the memory."""
    assert refusal(queries, sql) == "string or blob too big"


# What is wrong with a question


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FORM runs", 'near "FORM": syntax error at line 1, column 10'),
        ("selec 1", 'near "selec": syntax error at line 1, column 1'),
        (
            "SELECT 'x y',\n -- y\n\tx y, z y y\nFROM runs",
            'near "y": syntax error at line 3, column 11',
        ),
        ("SELECT a, b,, c", 'near ",": syntax error at line 1, column 13'),
        ("SELECT 'ä漢', 1 1", 'near "1": syntax error at line 1, column 16'),
        ("SELECT 'a', 'a", 'unrecognized token: "\'a" at line 1, column 13'),
        ("SELECT '12abc', 12abc", 'unrecognized token: "12abc" at line 1, column 17'),
        ("SELECT #", 'unrecognized token: "#" at line 1, column 8'),
        ("SELECT (1\n", "incomplete input at line 1, column 10"),
        ("EXPLAIN SELECT 1 FROM", "incomplete input at line 1, column 22"),
        ("INSERT INTO x VALUES VALUES", 'near "VALUES": syntax error at line 1, column 22'),
    ],
)
def test_a_syntax_error_is_told_with_its_place(
    queries: SqliteLogQueries, sql: str, said: str
) -> None:
    """Line and column count from 1, in characters."""
    assert refusal(queries, sql) == said


def test_a_text_that_does_not_end_is_not_told_to_its_end(queries: SqliteLogQueries) -> None:
    """What is shown of it is enough to find it by."""
    said = refusal(queries, f"SELECT 'a{'b' * 5000}")
    assert said == f'unrecognized token: "\'a{"b" * 38}…" at line 1, column 8'


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM rusn", "no such table: rusn; do you mean runs?"),
        ("SELECT * FROM Verdict", "no such table: Verdict; do you mean verdicts?"),
        ("SELECT * FROM unheard_of", "no such table: unheard_of; see: helm query"),
        ("SELECT spec FROM runs", "no such column: spec; do you mean spec_id or spec_name?"),
        ("SELECT r.outcom FROM RUNS r", "no such column: r.outcom; do you mean outcome?"),
        ("SELECT xyzzy FROM runs", "no such column: xyzzy; see: helm query"),
        ("SELECT 1 WHERE so", "no such column: so; see: helm query"),
        ("SELECT median(1)", "no such function: median"),
        ("SELECT ?", "a question has no parameters: write the value where ? or a :name stands"),
        ("SELECT json_extract('{', '$')", "malformed JSON"),
        ("SELECT SUM(9223372036854775807) FROM attempts", "integer overflow"),
        ("SELECT \0", "the query contains a null character"),
    ],
)
def test_what_cannot_be_answered_is_told_in_a_line(
    queries: SqliteLogQueries, sql: str, said: str
) -> None:
    """With the names that were perhaps meant."""
    assert refusal(queries, sql) == said
    assert rows(queries, "SELECT COUNT(*) FROM runs") == [(1,)]


def test_words_that_are_no_unicode_are_refused(queries: SqliteLogQueries) -> None:
    """As the words of a command line can be."""
    assert "surrogates not allowed" in refusal(queries, "SELECT '\udcff'")


WORDS = st.sampled_from(
    [
        *("SELECT", "*", "FROM", "FORM", "runs", "WHERE", "IN", "AS", "UNION", "ALL", "VALUES"),
        *(
            "WITH",
            "EXPLAIN",
            "PRAGMA",
            "user_version",
            "DELETE",
            "INSERT",
            "INTO",
            "CREATE",
            "TABLE",
        ),
        *("TEMP", "DROP", "events", "BEGIN", "END", "ATTACH", "VACUUM", "ALTER", "RENAME", "TO"),
        *("(", ")", ",", ";", "=", "'", '"', "`", "[", "]", "--", "/*", "*/", "\n", "?", ":a"),
        *("1", "x", "'a'", "COUNT(*)", "ä", "\ud800", "\0"),
    ]
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=12) | st.lists(st.characters(), max_size=12))
def test_any_text_is_answered_or_refused_in_words(
    queries: SqliteLogQueries, words: list[str]
) -> None:
    """Whatever it is, it is no bug of helm's, and afterwards the log is as it was."""
    with suppress(WordsInvalid):
        rows(queries, " ".join(words), seconds=1.0)
    assert rows(queries, "SELECT COUNT(*) FROM events") == [(EVENTS,)]


# Logs of all kinds


def test_where_there_is_no_log_the_answer_is_empty(tmp_path: Path) -> None:
    """The views are there, with nothing in them; nothing is made, and a note says so."""
    with closing(SqliteLogQueries(tmp_path / "runs.db")) as queries:
        assert tuple(view.name for view in queries.views()) == VIEWS
        assert rows(queries, "SELECT * FROM runs") == []
        assert rows(queries, "SELECT COUNT(*) FROM events") == [(0,)]
        assert "CREATE is refused" in refusal(queries, "CREATE TABLE mine (x)")
        assert queries.notes == [
            f"there is no log at {tmp_path}/runs.db yet: it is asked as if it were empty"
        ]
    assert list(tmp_path.iterdir()) == []


def test_a_log_of_an_older_helm_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its views have the columns that are documented."""
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        schema.migrate(connection, schema.migration_files()[:1])
    with closing(SqliteLogQueries(path)) as queries:
        assert rows(queries, "SELECT path, updated_at FROM runs") == []
        assert queries.notes == []


def test_a_log_of_a_newer_helm_is_asked_as_it_is(log: Path) -> None:
    """Reading harms nothing."""
    with closing(connect(log, mode="rw", patience=1)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with closing(SqliteLogQueries(log)) as queries:
        assert rows(queries, "PRAGMA user_version") == [(99,)]
        assert rows(queries, "SELECT COUNT(*) FROM runs") == [(1,)]


@pytest.mark.parametrize("content", [b"This is a text and no database. " * 64, b"short"])
def test_what_is_no_log_is_not_asked(tmp_path: Path, content: bytes) -> None:
    """The file is to blame, not the question."""
    path = tmp_path / "runs.db"
    path.write_bytes(content)
    with (
        closing(SqliteLogQueries(path)) as queries,
        pytest.raises(RecordFailed, match="is not a log of helm's"),
    ):
        queries.ask("SELECT 1", seconds=1)


def test_the_database_of_another_program_is_not_asked(tmp_path: Path) -> None:
    """Its tables are not what is documented."""
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    with (
        closing(SqliteLogQueries(path)) as queries,
        pytest.raises(RecordFailed, match="is the database of another program"),
    ):
        queries.views()


def test_damage_is_not_told_as_a_fault_of_the_question(log: Path) -> None:
    """A page that makes no sense is of the log."""
    content = log.read_bytes()
    log.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with (
        closing(SqliteLogQueries(log)) as queries,
        pytest.raises(RecordFailed, match=r"is damaged \(.*; keep it"),
    ):
        rows(queries, "SELECT * FROM runs")


# Other processes


def test_a_writer_goes_on_while_an_answer_is_half_read(log: Path) -> None:
    """Nobody waits for the other; the next question sees what was added."""
    with SqliteEventLog(log, patience=1) as writer, closing(SqliteLogQueries(log)) as queries:
        answer = queries.ask("SELECT seq FROM events ORDER BY seq", seconds=30)
        next(answer.rows)
        record(writer, "second", whole_run())
        assert len(list(answer.rows)) == EVENTS - 1
        assert rows(queries, "SELECT COUNT(*) FROM runs") == [(2,)]


def test_a_question_does_not_wait_for_a_writer(log: Path) -> None:
    """Not even for one that holds the log."""
    with closing(connect(log, mode="rw", patience=1)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with closing(SqliteLogQueries(log, patience=0.0)) as queries:
            assert rows(queries, "SELECT COUNT(*) FROM runs") == [(1,)]
        writer.execute("ROLLBACK")


def test_closing_lets_go_of_a_half_read_answer(log: Path) -> None:
    """The writer's file can then be emptied into the log; what is asked next opens it again."""
    queries = SqliteLogQueries(log)
    with closing(queries), closing(connect(log, mode="rw", patience=0)) as writer:
        answer = queries.ask("SELECT seq FROM events", seconds=30)
        next(answer.rows)
        record(SqliteEventLog(log), "second", whole_run())
        checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)"
        assert writer.execute(checkpoint).fetchone()[0] == 1
        queries.close()
        assert writer.execute(checkpoint).fetchone()[0] == 0
        assert rows(queries, "SELECT COUNT(*) FROM runs") == [(2,)]


# Another SQLite library

ASK = """
import json, sys
from pathlib import Path
from helm.adapters.sqlite.queries import SqliteLogQueries
queries = SqliteLogQueries(Path(sys.argv[1]))
answer = queries.ask("SELECT run_id, outcome FROM runs", seconds=30)
print(json.dumps([list(answer.rows), hasattr(queries._connection, "setlimit")]))
"""

BARE = """
import sqlite3
from sqlite3 import *

class Connection(sqlite3.Connection):
    def __getattribute__(self, name):
        if name == "setlimit":
            raise AttributeError(name)
        return super().__getattribute__(name)

def connect(*words, **more):
    return sqlite3.connect(*words, factory=Connection, **more)
"""


def test_a_library_without_limits_serves_as_well(log: Path, tmp_path: Path) -> None:
    """As pysqlite3 has none."""
    package = tmp_path / "pysqlite3"
    package.mkdir()
    (package / "__init__.py").write_text(BARE)
    (package / "dbapi2.py").write_text("from pysqlite3 import *\n")
    finished = subprocess.run(
        [sys.executable, "-c", ASK, str(log)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(finished.stdout) == [[["run", "accepted"]], False]


def test_a_database_in_memory_is_nowhere_on_disk() -> None:
    """Each is its own."""
    with closing(connect_nowhere()) as one, closing(connect_nowhere()) as other:
        one.execute("CREATE TABLE mine (x)")
        assert other.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone() == (0,)
