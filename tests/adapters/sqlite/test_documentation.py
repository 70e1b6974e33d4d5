"""`docs/log.md` says what is so."""

import re
from collections.abc import Iterator

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from tests.adapters.sqlite.crowd import ROOT
from tests.examples import record, whole_run

PAGE = (ROOT / "docs" / "log.md").read_text(encoding="utf-8")
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
