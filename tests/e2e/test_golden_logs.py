"""Logs of every released schema, and what is made of them: a byte that changes is seen in review.

`HELM_GOLDEN=write pytest tests/e2e/test_golden_logs.py` writes what is made anew, never the logs.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helm.__main__ import compose
from helm.adapters.cli.program import cli
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.schema import migration_files
from helm.app.ports import RunFilter
from helm.domain.events import KINDS, RunStarted
from helm.domain.projections.metadata import metadata
from helm.domain.projections.report import report
from tests.domain.histories import GOLDEN, assert_golden
from tests.golden_logs import ACCEPTED, EXHAUSTED, UNREADABLE, runs
from tests.programs import program

LOGS = sorted(path.stem for path in (GOLDEN / "logs").glob("*.sql"))
VIEWS = ("runs", "attempts", "verdicts", "activity", "transcripts")


@pytest.fixture(params=LOGS)
def schema(request: pytest.FixtureRequest) -> str:
    """The number of the schema that a log was written with."""
    return str(request.param)


@pytest.fixture
def log(schema: str, tmp_path: Path) -> Iterator[SqliteEventLog]:
    """That log as its helm left it; the first use brings it up to date."""
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((GOLDEN / "logs" / f"{schema}.sql").read_text())
    with SqliteEventLog(path) as opened:
        yield opened


def helm(log: SqliteEventLog, *words: str) -> str:
    """Give what a command prints for programs."""
    before = Path.cwd()
    os.chdir(log.path.parent)
    try:
        ended = CliRunner().invoke(
            cli, [*words, "--db", str(log.path)], obj=program(compose=compose)
        )
    finally:
        os.chdir(before)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def test_there_is_a_log_of_every_schema() -> None:
    """Whoever adds a migration adds the log that the helm before it left."""
    assert [f"{int(name):04}" for name in LOGS] == [file.name[:4] for file in migration_files()]


def test_every_event_of_an_old_log_is_read(log: SqliteEventLog) -> None:
    """None is unknown, none has lost its place in the chain, and every kind is there."""
    kinds: set[str] = set()
    for run_id in runs():
        recorded = log.load(run_id)
        assert log.check(run_id) == len(recorded) > 0
        kinds |= {type(each.event).__name__ for each in recorded}
    assert kinds == set(KINDS)


def test_an_old_log_can_be_gone_on_with(schema: str, log: SqliteEventLog) -> None:
    """It is brought up to date at its first use, and is then as a new one."""
    started = log.load(ACCEPTED, kinds=[RunStarted])[0].event
    assert isinstance(started, RunStarted)
    assert started.operator == (None if schema == "0001" else "ann@desk")
    assert len(log.summaries(RunFilter())) == len(runs())
    with closing(sqlite3.connect(log.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(LOGS),)


@pytest.mark.parametrize("run_id", [ACCEPTED, EXHAUSTED, UNREADABLE])
def test_files_are_rebuilt_to_the_byte(schema: str, log: SqliteEventLog, run_id: str) -> None:
    """From the log alone, as they were first written."""
    told = log.outline(run_id)
    text = report(told)
    assert text is not None
    assert_golden(f"logs/{schema}/{run_id}.report.md", text)
    assert_golden(f"logs/{schema}/{run_id}.metadata.json", metadata(told, None))


def test_a_history_is_told_to_programs_as_ever(schema: str, log: SqliteEventLog) -> None:
    assert_golden(f"logs/{schema}/history.json", helm(log, "history", "--json"))


def test_a_run_is_told_to_programs_as_ever(schema: str, log: SqliteEventLog) -> None:
    """With all that was asked, done and said in it."""
    told = json.loads(helm(log, "show", ACCEPTED, "--json"))
    assert_golden(
        f"logs/{schema}/show.json", json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    )
    assert_golden(f"logs/{schema}/events.jsonl", helm(log, "show", ACCEPTED, "--events", "--json"))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_told_to_programs_as_ever(schema: str, log: SqliteEventLog, view: str) -> None:
    rows = json.loads(helm(log, "query", f"SELECT * FROM {view} ORDER BY 1, 2, 3", "--json"))
    assert_golden(
        f"logs/{schema}/{view}.json", json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    )


def test_an_export_is_as_ever(schema: str, log: SqliteEventLog) -> None:
    """A log of the first schema had no name yet, and gets one by chance."""
    if schema != "0001":
        file = log.path.with_name("export.jsonl")
        helm(log, "export", "--all", "--output", str(file))
        assert_golden(f"logs/{schema}/export.jsonl", file.read_text())
