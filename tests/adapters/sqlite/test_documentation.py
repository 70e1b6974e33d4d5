"""`docs/log.md` says what is so."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.queries import VIEWS
from helm.app.questions import QUESTIONS, Question
from tests.adapters.sqlite.crowd import ROOT
from tests.examples import record, whole_run

PAGE = (ROOT / "docs" / "log.md").read_text(encoding="utf-8")
OTHER_PROGRAMS = re.findall(r"^(?!helm)\S.* .*\.git/helm/runs\.db .+$", PAGE, re.MULTILINE)
SECTIONS = dict(re.findall(r"^### `(\w+)`(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A log that holds a run, open as any SQLite program has it."""
    path = tmp_path_factory.mktemp("written") / "runs.db"
    with SqliteEventLog(path) as written:
        record(written, "run", whole_run())
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def test_every_view_has_its_section(log: sqlite3.Connection) -> None:
    """The sections are the views of the schema, but for the one that the others are made of."""
    views = log.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
    assert {name for (name,) in views} - {"milestones"} == set(SECTIONS)
    assert tuple(SECTIONS) == VIEWS


@pytest.mark.parametrize("view", SECTIONS)
def test_a_section_names_each_column_of_its_view(log: sqlite3.Connection, view: str) -> None:
    """No column is forgotten, and none is made up."""
    columns = [column[0] for column in log.execute(f"SELECT * FROM {view}").description]
    cells = re.findall(r"^\| (`.*?) \|", SECTIONS[view], re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(cells))) == sorted(columns)


@pytest.mark.parametrize("view", SECTIONS)
def test_the_query_of_a_section_can_be_run(log: sqlite3.Connection, view: str) -> None:
    """What the page shows works as it stands."""
    (query,) = re.findall(r"```sql\n(.*?)```", SECTIONS[view], re.DOTALL)
    assert view in query
    log.execute(query).fetchall()


def test_every_table_is_named_with_its_columns(log: sqlite3.Connection) -> None:
    """But for the record that sqlite-utils keeps of the migrations."""
    tables = log.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    told = PAGE[PAGE.index("\n## Tables\n") :]
    for (table,) in tables:
        if table != "_sqlite_migrations":
            columns = [column[0] for column in log.execute(f"SELECT * FROM {table}").description]
            assert [name for name in (table, *columns) if f"`{name}`" not in told] == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.words)
def test_the_questions_to_begin_with_are_those_of_the_program(question: Question) -> None:
    """In words, and as the command that `helm query` shows."""
    assert f"\n{question.words}\n\n```sh\n{question.command()}\n```\n" in PAGE


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.words)
def test_a_shell_takes_a_question_as_it_is(question: Question) -> None:
    """No shell finds anything of its own in the double quotes, an interactive one neither."""
    assert shlex.split(question.command()) == ["helm", "query", question.sql]
    assert set('"$`\\!').isdisjoint(question.sql)


def test_three_other_programs_are_shown() -> None:
    """Each with the same question."""
    assert [line.split()[0] for line in OTHER_PROGRAMS] == ["sqlite3", "sqlite-utils", "datasette"]


@pytest.mark.parametrize("line", OTHER_PROGRAMS, ids=lambda line: line.split()[0])
def test_what_is_shown_for_another_program_works(tmp_path: Path, line: str) -> None:
    """As it stands, in a repository, where the program is there."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    program, *_ = line.split()
    if not shutil.which(program, path=path):
        pytest.skip(f"{program} is not installed")
    with SqliteEventLog(tmp_path / ".git" / "helm" / "runs.db") as written:
        record(written, "run", whole_run())
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=tmp_path,
        env={"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"accepted\W+(?:runs\W+)?1\b", done.stdout), done.stdout
