"""What a log sums up of its runs: as the fold of their events does, and only what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import RecordFailed
from helm.app.ports import EventLog, RunFilter
from helm.domain.commands import AbandonRun, HaltRun, ResumeRun, RunCommand, StartAttempt
from helm.domain.errors import IllegalCommand
from helm.domain.events import (
    AgentChoice,
    AttemptStarted,
    Cause,
    Ending,
    RunSettings,
    VerdictGiven,
)
from helm.domain.projections.summary import UNREADABLE, RunSummary, State, summary
from helm.domain.run import Run, decide, replay
from tests.domain.histories import LAUNCH, OK, OUTPUT, SPAWN, broke_off, completed, missing, resume
from tests.examples import NOON, Batch, batches, record, snapshot, start_run, whole_run
from tests.fakes import MemoryEventLog
from tests.tampering import tamper

LOG_ID = "0123456789abcdef"
COMMANDS: st.SearchStrategy[RunCommand] = st.sampled_from(
    [
        StartAttempt(),
        LAUNCH,
        SPAWN,
        OUTPUT,
        completed(OK, seconds=0.25),
        completed(missing("a")),
        broke_off(Ending.FAILED),
        HaltRun(cause=Cause.SIGINT),
        AbandonRun(),
        resume(),
        ResumeRun(settings=RunSettings(worker=AgentChoice(model="another"))),
    ]
)
SHARED_LOG = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)


@pytest.fixture(params=["memory", "sqlite"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    """An empty log of each sort."""
    if request.param == "memory":
        yield MemoryEventLog()
    else:
        with SqliteEventLog(tmp_path / "runs.db") as sqlite_log:
            yield sqlite_log


def told(commands: list[RunCommand]) -> list[Batch]:
    """Tell a run by those of the commands that are possible."""
    run, possible = Run(), []
    for command in [start_run(), *commands]:
        try:
            run = replay(decide(run, command), run)
        except IllegalCommand:
            continue
        possible.append(command)
    return batches(possible)


def import_(log: EventLog, run_id: str) -> None:
    """Note that a run came from another log."""
    if isinstance(log, MemoryEventLog):
        log.imports[run_id] = LOG_ID
        return
    assert isinstance(log, SqliteEventLog)
    connection = sqlite3.connect(log.path)
    with connection:
        row = (run_id, LOG_ID, "2026-01-31T12:00:00.000Z")
        connection.execute("INSERT INTO imports VALUES (?, ?, ?)", row)
    connection.close()


def ids(found: list[RunSummary]) -> list[str]:
    return [each.run_id for each in found]


@SHARED_LOG
@given(commands=st.lists(COMMANDS, max_size=25))
def test_a_run_is_summed_up_as_its_events_are(log: EventLog, commands: list[RunCommand]) -> None:
    """However it went; SQL and the fold agree on every column."""
    run_id = uuid4().hex
    record(log, run_id, told(commands))
    assert log.summaries(RunFilter(run_ids=[run_id])) == [summary(log.load(run_id))]


def test_a_whole_run_is_summed_up(log: EventLog) -> None:
    """Every figure, once by hand."""
    worker, verifier = AgentChoice(model="worker-model"), AgentChoice(model="verifier-model")
    record(log, "R", whole_run(settings=RunSettings(worker=worker, verifier=verifier)))
    assert log.summaries(RunFilter()) == [
        RunSummary(
            run_id="R",
            workspace=".",
            path="specs/spec-00-example",
            spec_id="spec-00-example",
            spec_name="An example",
            state=State.ACCEPTED,
            cause=None,
            attempts=2,
            started_at=NOON,
            updated_at=NOON + timedelta(seconds=34),
            finished_at=NOON + timedelta(seconds=34),
            seconds=6.0,
            worker_model="worker-model",
            verifier_model="verifier-model",
            input_tokens=4800,
            output_tokens=1200,
        )
    ]


def test_runs_are_listed_newest_first_whatever_was_stored_first(log: EventLog) -> None:
    """Ids are in the order of time; an old run that was imported late stands in its place."""
    for run_id in ("B", "C", "A"):
        record(log, run_id, whole_run())
    assert ids(log.summaries(RunFilter())) == ["C", "B", "A"]
    assert ids(log.summaries(RunFilter(limit=2))) == ["C", "B"]
    assert log.summaries(RunFilter(limit=0)) == []


def test_runs_are_listed_a_page_at_a_time(log: EventLog) -> None:
    """The next page begins where the last one ended, whatever has been added above it."""
    for run_id in ("A", "B", "C", "D"):
        record(log, run_id, whole_run())
    assert ids(log.summaries(RunFilter(before="C", limit=1))) == ["B"]
    assert ids(log.summaries(RunFilter(before="A"))) == []


def test_only_the_runs_that_are_asked_for_are_listed(log: EventLog) -> None:
    """Each condition narrows it down, and an empty one lets nothing through."""
    other = replace(snapshot("spec-02"), id="other")
    record(log, "A", whole_run())
    record(log, "B", whole_run(other))
    record(log, "C", told([StartAttempt(), HaltRun(cause=Cause.SIGTERM)]))
    record(log, "D", told([StartAttempt()]))
    asked = {
        "BA": RunFilter(states=[State.ACCEPTED]),
        "DC": RunFilter(states=[State.HALTED, State.OPEN]),
        "B": RunFilter(paths=["specs/spec-02"]),
        "DCA": RunFilter(paths=["specs/spec-00-example", "specs/none"]),
        "CA": RunFilter(run_ids=["A", "C", "Z"]),
        "A": RunFilter(paths=["specs/spec-00-example"], states=[State.ACCEPTED]),
        "D": RunFilter(paths=["specs/spec-00-example"], limit=1),
        "": RunFilter(run_ids=[]),
    }
    assert {"".join(ids(log.summaries(wanted))): wanted for wanted in asked.values()} == asked


def test_runs_are_listed_since_a_moment(log: EventLog) -> None:
    """That of their start, to the millisecond, in whatever time zone it is given."""
    log.append("A", batches([start_run()])[0].events, expected_seq=0, recorded_at=NOON)
    assert ids(log.summaries(RunFilter(since=NOON.astimezone()))) == ["A"]
    assert ids(log.summaries(RunFilter(since=NOON + timedelta(milliseconds=1)))) == []
    assert ids(log.summaries(RunFilter(since=datetime(2025, 1, 1, tzinfo=UTC)))) == ["A"]


def test_an_imported_run_is_listed_under_its_origin_and_is_none_of_ours(log: EventLog) -> None:
    """Resume, badges and replay ask for `runs`, and must never take a stranger's for their own."""
    record(log, "OURS", whole_run())
    record(log, "THEIRS", whole_run())
    import_(log, "THEIRS")
    assert [each.workspace for each in log.summaries(RunFilter())] == [f"{LOG_ID}/.", "."]
    assert log.runs(workspace=".", path="specs/spec-00-example") == ["OURS"]
    assert log.runs(workspace=f"{LOG_ID}/.", path="specs/spec-00-example") == []


def test_a_run_of_a_newer_helm_hides_no_other(log: EventLog) -> None:
    """Even where nothing of it can be read."""
    record(log, "A", whole_run())
    body = '{"novelty": 1}'
    if isinstance(log, MemoryEventLog):
        log.store("B", "PlanMade", body, recorded_at=NOON)
    else:
        assert isinstance(log, SqliteEventLog)
        connection = sqlite3.connect(log.path)
        with connection:
            connection.execute(
                "INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)"
                " VALUES ('B', 0, 'PlanMade', 1, '2026-01-31T12:00:00.123Z', ?, ?)",
                (body, "0" * 64),
            )
        connection.close()
    newer, older = log.summaries(RunFilter())
    assert (newer.run_id, newer.spec_id, newer.state) == ("B", UNREADABLE, State.OPEN)
    assert older.run_id == "A"


def test_a_run_with_a_time_that_is_none_is_named(tmp_path: Path) -> None:
    """A bit of the file may have changed."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, "R", whole_run())
    tamper(path, "UPDATE events SET recorded_at = replace(recorded_at, '-', ')')")
    with SqliteEventLog(path) as log, pytest.raises(RecordFailed, match="run R is damaged: "):
        log.summaries(RunFilter())


@pytest.mark.parametrize("after", [-1, 0, 5, 37, 38, 99])
def test_events_are_loaded_from_a_place_on(log: EventLog, after: int) -> None:
    """Whoever follows a run asks for what it has not seen."""
    record(log, "R", whole_run())
    everything = log.load("R")
    assert log.load("R", after=after) == everything[after + 1 :]
    kinds = [AttemptStarted, VerdictGiven]
    wanted = [each for each in everything if isinstance(each.event, tuple(kinds))]
    assert len(wanted) == 4
    later = [each for each in wanted if each.seq > after]
    assert log.load("R", kinds=kinds, after=after) == later


@pytest.mark.parametrize("limit", [0, 1, 38, 99])
def test_no_more_events_are_loaded_than_are_asked_for(log: EventLog, limit: int) -> None:
    """Whoever reads a long run reads it in pages."""
    record(log, "R", whole_run())
    everything = log.load("R")
    assert log.load("R", limit=limit) == everything[:limit]
    assert log.load("R", after=4, limit=limit) == everything[5:][:limit]
    verdicts = log.load("R", kinds=[VerdictGiven])
    assert log.load("R", kinds=[VerdictGiven], limit=limit) == verdicts[:limit]
