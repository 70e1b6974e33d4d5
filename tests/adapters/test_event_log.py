"""What every event log promises, kept by the one in memory and by the one on SQLite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.codec import kind_of
from helm.app.errors import ConcurrentAppend, RecordFailed
from helm.app.ports import EventLog
from helm.domain.events import (
    KINDS,
    ActivityReported,
    AttemptStarted,
    Channel,
    OutputCaptured,
    Recorded,
    RunEvent,
    RunFinished,
    SessionOpened,
    Unknown,
    VerdictGiven,
    sha256,
)
from helm.domain.run import Phase, replay
from tests.domain.histories import any_of
from tests.examples import EXAMPLES, NOON, events_of, record, snapshot, start_run, whole_run
from tests.examples import batches as batches_of
from tests.fakes import MemoryEventLog

SHARED_LOG = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
"""Every example takes a run of its own, so that one log serves them all."""


@pytest.fixture(params=["memory", "sqlite"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    """An empty log of each sort."""
    if request.param == "memory":
        yield MemoryEventLog()
    else:
        with SqliteEventLog(tmp_path / "log" / "runs.db") as sqlite_log:
            yield sqlite_log


def append(
    log: EventLog, events: Sequence[RunEvent], *, run_id: str = "run", expected_seq: int = 0
) -> list[Recorded]:
    return log.append(run_id, events, expected_seq=expected_seq, recorded_at=NOON)


def captured(data: bytes) -> OutputCaptured:
    return OutputCaptured(
        launch=1, channel=Channel.STDOUT, offset=0, length=len(data), sha256=sha256(data)
    )


def store_foreign(log: EventLog, kind: str, schema_version: int, body: str) -> None:
    """Store the first event of the run "run" as somebody else would: past the codec."""
    if isinstance(log, MemoryEventLog):
        log.store("run", kind, body, recorded_at=NOON, schema_version=schema_version)
        return
    assert isinstance(log, SqliteEventLog)
    append(log, [AttemptStarted(attempt=1)], run_id="makes the file")
    connection = sqlite3.connect(log.path)
    with connection:
        connection.execute(
            "INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)"
            " VALUES ('run', 0, ?, ?, '2026-01-31T12:00:00.123Z', ?, ?)",
            (kind, schema_version, body, "0" * 64),
        )
    connection.close()


def test_there_is_an_example_of_every_kind() -> None:
    """The examples that the tests below take cover every event there is."""
    assert {kind_of(event) for event in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("event", EXAMPLES, ids=kind_of)
def test_what_is_appended_is_what_is_loaded(log: EventLog, event: RunEvent) -> None:
    """An event comes back as it went in, with its place, its time and its digest."""
    appended = append(log, [event])
    assert [each.event for each in appended] == [event]
    assert log.load("run") == appended


@SHARED_LOG
@given(event=st.one_of([any_of(kind) for kind in KINDS.values()]))
def test_any_event_that_the_domain_can_make_comes_back_equal(
    log: EventLog, event: RunEvent
) -> None:
    """No text, number or length that an event may hold is changed by being stored."""
    run_id = uuid4().hex
    assert append(log, [event], run_id=run_id) == log.load(run_id)
    assert log.load(run_id)[0].event == event


@SHARED_LOG
@given(
    moment=st.datetimes(
        min_value=datetime(1970, 1, 2),  # noqa: DTZ001  the strategy adds the zone
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]),
    )
)
def test_time_is_kept_to_the_millisecond_in_utc(log: EventLog, moment: datetime) -> None:
    """What `append` gives back and what `load` gives later show the same, truncated time."""
    run_id = uuid4().hex
    (appended,) = log.append(
        run_id, [AttemptStarted(attempt=1)], expected_seq=0, recorded_at=moment
    )
    assert log.load(run_id) == [appended]
    assert appended.recorded_at.utcoffset() == timedelta(0)
    assert timedelta(0) <= moment - appended.recorded_at < timedelta(milliseconds=1)


def test_a_run_that_is_not_in_the_log_has_no_events(log: EventLog) -> None:
    """Loading an unknown run is no error."""
    assert log.load("run") == []
    assert log.runs(workspace=".", path="specs/spec-00-example") == []
    assert log.runs_like("") == []


def test_a_run_is_numbered_from_0_without_gaps(log: EventLog) -> None:
    """Across batches, and beside another run, the places of a run are 0, 1, 2 and so on."""
    history = whole_run()
    first, second = record(log, "first", history), record(log, "second", history)
    places = list(range(len(events_of(history))))
    assert [each.seq for each in first] == places
    assert [each.seq for each in log.load("second")] == places
    assert {each.run_id for each in second} == {"second"}


def test_a_loaded_run_folds_to_the_state_that_it_had(log: EventLog) -> None:
    """A whole run of two attempts is the same after it was stored."""
    history = whole_run()
    record(log, "run", history)
    loaded = replay(each.event for each in log.load("run"))
    assert loaded == replay(events_of(history))
    assert (loaded.phase, loaded.attempt) == (Phase.FINISHED, 2)


@pytest.mark.parametrize("expected_seq", [0, 1, 3, 99, -1])
def test_an_append_at_the_wrong_place_is_refused(log: EventLog, expected_seq: int) -> None:
    """Whoever has not seen the run's last event, or dreams of more, stores nothing."""
    before = append(log, [AttemptStarted(attempt=1), AttemptStarted(attempt=2)])
    with pytest.raises(ConcurrentAppend, match="run has 2 events"):
        append(log, [AttemptStarted(attempt=3)], expected_seq=expected_seq)
    assert log.load("run") == before


def test_a_run_goes_on_after_a_refused_append(log: EventLog) -> None:
    """A clash leaves the log as usable as it was."""
    append(log, [AttemptStarted(attempt=1)])
    with pytest.raises(ConcurrentAppend):
        append(log, [AttemptStarted(attempt=2)])
    append(log, [AttemptStarted(attempt=2)], expected_seq=1)
    assert [each.seq for each in log.load("run")] == [0, 1]


def test_a_batch_is_stored_whole_or_not_at_all(log: EventLog) -> None:
    """One event that cannot be stored keeps the others of its batch out."""
    poison = SessionOpened(launch=1, session="half a character: \ud800")
    with pytest.raises(RecordFailed):
        append(log, [AttemptStarted(attempt=1), poison])
    assert log.load("run") == []
    append(log, [AttemptStarted(attempt=1)])


def test_an_empty_batch_stores_nothing(log: EventLog) -> None:
    """A command without events is no reason to write, or to refuse."""
    assert append(log, [], expected_seq=7) == []
    assert log.load("run") == []


@SHARED_LOG
@given(data=st.binary(max_size=5000) | st.binary(max_size=50).map(lambda some: some * 1000))
def test_output_comes_back_byte_for_byte(log: EventLog, data: bytes) -> None:
    """The bytes are in what `append` gives back, not in what is loaded, and can be asked for."""
    run_id, event = uuid4().hex, captured(data)
    batch: list[RunEvent] = [AttemptStarted(attempt=1), event]
    appended = log.append(run_id, batch, expected_seq=0, recorded_at=NOON, output=data)
    assert [each.output for each in appended] == [None, data]
    assert log.output(run_id, 1) == data
    assert log.load(run_id) == [replace(each, output=None) for each in appended]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_output_that_is_not_there_is_an_error(log: EventLog, place: int) -> None:
    """Asking an event without output, or no event at all, is told apart from empty output."""
    append(log, [AttemptStarted(attempt=1), captured(b"lost")])
    with pytest.raises(RecordFailed, match=f"no output for event {place} of run run"):
        log.output("run", place)


@pytest.mark.parametrize(
    "events", [(), (AttemptStarted(attempt=1),), (captured(b"data"), captured(b"data"))]
)
def test_output_belongs_to_exactly_one_event(log: EventLog, events: tuple[RunEvent, ...]) -> None:
    """Bytes that no event, or more than one, could own are the caller's mistake."""
    with pytest.raises(ValueError, match="output is of one OutputCaptured"):
        log.append("run", events, expected_seq=0, recorded_at=NOON, output=b"data")
    assert log.load("run") == []


@pytest.mark.parametrize(
    "kinds", [(VerdictGiven,), (RunFinished, AttemptStarted), (ActivityReported, VerdictGiven)]
)
def test_only_the_kinds_that_are_named_are_loaded(
    log: EventLog, kinds: tuple[type[RunEvent], ...]
) -> None:
    """A selection keeps order, places and digests."""
    everything = record(log, "run", whole_run())
    wanted = [replace(each, output=None) for each in everything if isinstance(each.event, kinds)]
    assert wanted
    assert log.load("run", kinds) == wanted


def test_an_outline_leaves_out_output_and_activity(log: EventLog) -> None:
    """All else is there, in order."""
    told = record(log, "run", whole_run())
    bulky = (OutputCaptured, ActivityReported)
    expected = [replace(each, output=None) for each in told if not isinstance(each.event, bulky)]
    assert log.outline("run") == expected


def test_an_outline_holds_what_is_not_known(log: EventLog) -> None:
    """An event of a newer helm must be seen, so that its run is not appended to."""
    store_foreign(log, "TreeSnapshotted", 1, "{}")
    assert [type(each.event) for each in log.outline("run")] == [Unknown]


def test_a_run_that_is_as_it_was_recorded_is_counted(log: EventLog) -> None:
    """The count is the place of the next event; a run that is not there has none."""
    told = record(log, "run", whole_run())
    assert log.check("run") == len(told)
    assert log.check("nobody") == 0


def test_runs_of_a_spec_are_listed_newest_first(log: EventLog) -> None:
    """Only runs of this work tree and this path count, by the order in which they began."""
    for run_id, name, workspace in [
        ("c", "spec-01", "."),
        ("a", "spec-01", "."),
        ("elsewhere", "spec-01", "worktrees/two"),
        ("another", "spec-02", "."),
        ("b", "spec-01", "."),
    ]:
        record(log, run_id, batches_of([start_run(snapshot(name, workspace))]))
    append(log, [AttemptStarted(attempt=1)], run_id="c", expected_seq=1)
    assert log.runs(workspace=".", path="specs/spec-01") == ["b", "a", "c"]
    assert log.runs(workspace="worktrees/two", path="specs/spec-01") == ["elsewhere"]
    assert log.runs(workspace=".", path="specs/spec-0") == []


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("", ["AXB", "AA", "A%B", "A"]),
        ("A", ["AXB", "AA", "A%B", "A"]),
        ("AA", ["AA"]),
        ("A%", ["A%B"]),
        ("A_", []),
        ("a", []),
        ("B", []),
    ],
)
def test_runs_are_found_by_the_beginning_of_their_id(
    log: EventLog, prefix: str, found: list[str]
) -> None:
    """The prefix is taken letter for letter; the last id, which is the newest, comes first."""
    for run_id in ("A", "AA", "AXB", "A%B"):
        append(log, [AttemptStarted(attempt=1)], run_id=run_id)
    assert log.runs_like(prefix) == found


def test_a_digest_depends_on_everything_before_it(log: EventLog) -> None:
    """The same event has another digest after another past, and in another run."""
    second = AttemptStarted(attempt=2)
    digests = {
        append(log, [AttemptStarted(attempt=first), second], run_id=run_id)[1].digest
        for run_id, first in [("one", 1), ("another past", 3), ("another run", 1)]
    }
    assert sorted(len(digest) for digest in digests) == [64, 64, 64]


@pytest.mark.parametrize(
    ("kind", "schema_version"), [("PlanMade", 1), ("AttemptStarted", 2), ("PlanMade", 7)]
)
def test_an_event_of_a_newer_helm_is_kept_as_it_is(
    log: EventLog, kind: str, schema_version: int
) -> None:
    """A kind, or a form of one, that this helm does not know is loaded as `Unknown`."""
    store_foreign(log, kind, schema_version, '{"attempt": 1, "plan": []}')
    unknown = Unknown(kind=kind, schema_version=schema_version, body='{"attempt": 1, "plan": []}')
    assert [each.event for each in log.load("run")] == [unknown]
    assert log.runs_like("run") == ["run"]


def test_an_event_that_is_not_what_its_kind_demands_cannot_be_loaded(log: EventLog) -> None:
    """A poisoned event is an error, and spoils no other run."""
    store_foreign(log, "AttemptStarted", 1, '{"attempt": "first"}')
    append(log, [AttemptStarted(attempt=1)], run_id="other")
    with pytest.raises(RecordFailed, match="a stored AttemptStarted cannot be read: attempt"):
        log.load("run")
    assert len(log.load("other")) == 1
