"""What the care of every log promises, kept in memory and on SQLite; then SQLite's own share."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.schema import migration_files
from helm.adapters.sqlite.upkeep import SqliteLogUpkeep
from helm.app.errors import RecordFailed
from helm.app.place import Places
from helm.app.ports import EventLog, Fault, Kept, LogUpkeep, Note, RunOutput
from helm.app.verification import Finding, Tally, verify
from helm.domain.errors import HelmError
from helm.domain.events import Channel, OutputCaptured, sha256
from tests.app.worlds import ROOT, World
from tests.examples import MISSING, NOON, OK, WORKER_SAYS, Batch, record, whole_run
from tests.fake_upkeep import MemoryLogUpkeep
from tests.fakes import MemoryEventLog
from tests.tampering import tamper

LATER = NOON + timedelta(days=90)
SIZE = 2 * len(WORKER_SAYS) + len(MISSING) + len(OK)
CHUNKS = 8


class Cared(NamedTuple):
    """A log, and the care of it."""

    log: EventLog
    upkeep: LogUpkeep


@pytest.fixture(params=["memory", "sqlite"])
def cared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cared]:
    """An empty log of each sort."""
    if request.param == "memory":
        log = MemoryEventLog()
        yield Cared(log, MemoryLogUpkeep(log))
    else:
        path = tmp_path / "log" / "runs.db"
        with SqliteEventLog(path) as sqlite_log, closing(SqliteLogUpkeep(path)) as upkeep:
            yield Cared(sqlite_log, upkeep)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of three runs, that nobody has open."""
    path = tmp_path_factory.mktemp("written") / "runs.db"
    with SqliteEventLog(path) as log:
        for run_id in ("a", "b", "c"):
            record(log, run_id, whole_run())
    return path


@pytest.fixture
def path(written: Path, tmp_path: Path) -> Path:
    """A copy of that log, to be maltreated."""
    return Path(shutil.copy(written, tmp_path))


def checked(path: Path) -> list[Finding]:
    """Check a log on disk as `helm verify-log` does, in a workspace without reports."""
    ports = World().runner().places.ports
    places = Places(replace(ports, open_upkeep=lambda _path: SqliteLogUpkeep(path)), ROOT, None)
    return list(verify(places))


def faults(path: Path) -> list[str]:
    return [f"{each.where}: {each.what}" for each in checked(path) if isinstance(each, Fault)]


def execute(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


# What every care of a log promises


def test_a_log_that_is_not_there_takes_no_room(cared: Cared) -> None:
    """Nothing is made by asking, and there is nothing to prune."""
    assert (cared.upkeep.size(), cared.upkeep.spare()) == (0, 0)
    assert cared.upkeep.prunable(["run"]) == []
    assert cared.upkeep.size() == 0


def test_a_log_takes_the_more_room_the_more_it_holds(cared: Cared) -> None:
    """The size is of the whole log, with what has not reached its file yet."""
    record(cared.log, "one", whole_run())
    before = cared.upkeep.size()
    record(cared.log, "two", whole_run())
    assert 0 < before < cared.upkeep.size()


def test_a_sound_log_has_no_faults(cared: Cared) -> None:
    """The file is as helm made it, also while it is open elsewhere."""
    record(cared.log, "run", whole_run())
    assert list(cared.upkeep.inspect()) == []


def test_every_run_is_read_as_it_is_kept(cared: Cared) -> None:
    """Each event in its place with its digest, and with what was captured."""
    recorded = record(cared.log, "one", whole_run())
    record(cared.log, "two", whole_run())
    assert cared.upkeep.runs() == ["one", "two"]
    kept = [each for each in cared.upkeep.events("one") if isinstance(each, Kept)]
    assert [(each.event.seq, each.digest) for each in kept] == [
        (each.seq, each.digest) for each in recorded
    ]
    positions = [each.position for each in kept]
    assert positions == sorted(set(positions))
    said = b"".join(each.output for each in kept if each.output is not None)
    assert said == WORKER_SAYS + MISSING + WORKER_SAYS + OK
    assert [each.has_output for each in kept].count(True) == CHUNKS


def test_a_run_that_is_not_in_the_log_has_nothing(cared: Cared) -> None:
    """Neither events nor output."""
    record(cared.log, "run", whole_run())
    assert list(cared.upkeep.events("other")) == []
    assert cared.upkeep.prunable(["other"]) == []
    assert cared.upkeep.prune("other", LATER) == RunOutput("other", 0, 0)


def test_what_could_be_pruned_is_told_run_by_run(cared: Cared) -> None:
    """The latest first; a run that printed nothing, or was not asked for, is not among them."""
    for run_id in ("1", "2", "3"):
        record(cared.log, run_id, whole_run())
    record(cared.log, "4", whole_run()[:1])
    expected = [RunOutput("3", CHUNKS, SIZE), RunOutput("1", CHUNKS, SIZE)]
    assert cared.upkeep.prunable(["1", "3", "4"]) == expected


def test_pruning_takes_the_bytes_of_one_run_and_nothing_else(cared: Cared) -> None:
    """Its events stay byte for byte, and so does the output of all others."""
    record(cared.log, "old", whole_run())
    record(cared.log, "new", whole_run())
    before = cared.log.load("old"), list(cared.upkeep.events("new"))
    assert cared.upkeep.prune("old", LATER) == RunOutput("old", CHUNKS, SIZE)
    assert (cared.log.load("old"), list(cared.upkeep.events("new"))) == before
    kept = [each for each in cared.upkeep.events("old") if isinstance(each, Kept)]
    assert [each.has_output for each in kept].count(True) == CHUNKS
    assert {each.output for each in kept} == {None}
    assert list(cared.upkeep.inspect()) == []


def test_pruning_twice_finds_nothing_the_second_time(cared: Cared) -> None:
    """Output that is gone is not counted again."""
    record(cared.log, "run", whole_run())
    cared.upkeep.prune("run", LATER)
    assert cared.upkeep.prunable(["run"]) == []
    assert cared.upkeep.prune("run", LATER) == RunOutput("run", 0, 0)


def test_a_pruned_run_can_go_on_and_be_pruned_again(cared: Cared) -> None:
    """Only what was captured since is told of, and taken."""
    recorded = record(cared.log, "run", whole_run())
    cared.upkeep.prune("run", LATER)
    said = b"more"
    captured = OutputCaptured(
        launch=5, channel=Channel.STDERR, offset=0, length=len(said), sha256=sha256(said)
    )
    cared.log.append("run", [captured], expected_seq=len(recorded), recorded_at=LATER, output=said)
    assert cared.upkeep.prune("run", LATER) == RunOutput("run", 1, len(said))
    assert list(cared.upkeep.inspect()) == []


def test_compaction_keeps_all_there_is(cared: Cared) -> None:
    """Nothing is spare afterwards, and every run reads as before."""
    record(cared.log, "run", whole_run())
    cared.upkeep.prune("run", LATER)
    before = list(cared.upkeep.events("run"))
    assert cared.upkeep.compact(None)
    assert cared.upkeep.spare() == 0
    assert list(cared.upkeep.events("run")) == before


def test_it_can_be_used_after_it_was_closed(cared: Cared) -> None:
    """Closing lets go of the file, and the next use takes it up."""
    record(cared.log, "run", whole_run())
    list(cared.upkeep.events("run"))
    cared.upkeep.close()
    assert cared.upkeep.runs() == ["run"]


# The file


def test_a_pruning_leaves_a_note(path: Path) -> None:
    """When, which run, how many rows and bytes; one that found nothing leaves none."""
    with closing(SqliteLogUpkeep(path)) as upkeep:
        upkeep.prune("a", LATER)
        upkeep.prune("a", LATER)
    assert execute(path, "SELECT * FROM prunings") == [
        (1, "a", "2026-05-01T12:00:00.123Z", CHUNKS, SIZE)
    ]


def test_compaction_makes_the_file_smaller(path: Path) -> None:
    """What a large transcript took is given back, and the write-ahead log with it."""
    said = random.Random(1).randbytes(1_000_000)
    chunk = OutputCaptured(
        launch=1, channel=Channel.STDOUT, offset=0, length=len(said), sha256=sha256(said)
    )
    with SqliteEventLog(path) as log:
        record(log, "d", [Batch(events=(chunk,), output=said)])
    with closing(SqliteLogUpkeep(path)) as upkeep:
        before = upkeep.size()
        upkeep.prune("d", LATER)
        assert upkeep.spare() > 900_000
        assert upkeep.compact(60.0)
        assert upkeep.size() < before - 900_000
        assert upkeep.size() == sum(
            each.stat().st_size
            for each in path.parent.iterdir()
            if each.name[-4:] != "-shm" and each.suffix != ".gate"
        )
    assert faults(path) == []


def test_compaction_gives_up_in_time(path: Path) -> None:
    """Others may be waiting to write; the log is as it was."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "CREATE TABLE bulk AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
            "SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n"
        )
    with closing(SqliteLogUpkeep(path)) as upkeep:
        assert not upkeep.compact(0.0)
        assert upkeep.compact(None)
    assert faults(path) == []


def test_compaction_waits_for_the_gate(path: Path) -> None:
    """It never runs while another helm writes."""
    gate = Gate(path, 1.0)
    says = f"is held by process {os.getpid()}"
    hasty = closing(SqliteLogUpkeep(path, patience=0.05))
    with gate, hasty as upkeep, pytest.raises(RecordFailed, match=says):
        upkeep.compact(None)
    gate.close()


def test_a_reader_of_the_old_state_keeps_compaction_from_nothing(path: Path) -> None:
    """The file is written anew; only its end is cut off later."""
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM events").fetchone()
        with closing(SqliteLogUpkeep(path)) as upkeep:
            upkeep.prune("a", LATER)
            assert upkeep.compact(None)
        assert reader.execute("SELECT COUNT(data) FROM output").fetchone() == (3 * CHUNKS,)
    assert faults(path) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DROP TRIGGER events_are_never_changed", "has lost its trigger events_are_never_changed"),
        ("DROP INDEX events_milestones", "has lost its index events_milestones"),
        ("DROP VIEW verdicts", "has lost its view verdicts"),
        (
            "CREATE TRIGGER hidden AFTER INSERT ON events BEGIN SELECT 1; END",
            "has a trigger hidden that helm did not make",
        ),
    ],
)
def test_whoever_changes_the_layout_is_found_out(path: Path, statement: str, fault: str) -> None:
    """Tables, indexes, triggers and views are those of the migrations."""
    execute(path, statement)
    assert faults(path) == [f"the file: {fault}"]


def test_a_trigger_that_does_nothing_any_more_is_found(path: Path) -> None:
    """It has the name, and not the words."""
    execute(path, "DROP TRIGGER events_are_never_deleted")
    execute(
        path,
        "CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events BEGIN SELECT 1; END",
    )
    assert faults(path) == ["the file: has a trigger events_are_never_deleted that is not helm's"]


def test_what_other_tools_add_is_worth_a_note(path: Path) -> None:
    """A table or an index of somebody's own changes nothing of helm's."""
    execute(path, "CREATE TABLE mine (note TEXT)")
    execute(path, "CREATE INDEX mine_too ON events (kind)")
    execute(path, "ANALYZE")
    found = [each for each in checked(path) if not isinstance(each, Tally)]
    assert set(found) == {
        Note("the file", "has a table mine that helm did not make"),
        Note("the file", "has an index mine_too that helm did not make"),
    }


def test_a_log_of_a_newer_helm_is_checked_as_far_as_it_is_known(path: Path) -> None:
    """Its tables are not held against ours; its events are checked."""
    execute(path, "CREATE TABLE future (x)")
    execute(path, "PRAGMA user_version = 99")
    found = checked(path)
    assert (
        Note("the file", "was made by a newer helm, so its tables and triggers were not compared")
        in found
    )
    assert found[-1] == Tally(runs=3, events=114, output_size=3 * SIZE)


def test_a_log_of_an_older_helm_is_checked_as_it_is(tmp_path: Path) -> None:
    """It is held against the migrations that it has seen, and not brought up to date."""
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(migration_files()[0].read_text(encoding="utf-8"))
        connection.execute("PRAGMA user_version = 1")
    assert checked(path) == [Tally()]
    assert execute(path, "PRAGMA user_version") == [(1,)]
    assert execute(path, "SELECT name FROM sqlite_master WHERE name = 'prunings'") == []


AT = "WHERE run_id = 'b' AND seq ="
NAMELESS = "run b, event 5 (ActivityReported, position 44)"
WHY = "a stored ActivityReported cannot be read: launch: Field required"
BACKWARD = (
    "run b, event 6 (ActivityReported, position 44): stands before the event that it follows"
)
CHUNK = "run b, event 7 (OutputCaptured, position 46)"
SWAPPED = """
UPDATE {table} SET {column} = CASE {column} WHEN {one} THEN {two} ELSE {one} END + 1000
WHERE {column} IN ({one}, {two}) {more};
UPDATE {table} SET {column} = {column} - 1000 WHERE {column} > 1000
"""

CHANGES = {
    "a body": (
        f"UPDATE events SET body = replace(body, 'docs', 'code') {AT} 18",
        ["run b, event 18 (VerdictGiven, position 57): is not as it was recorded"],
    ),
    "a digest": (
        f"UPDATE events SET digest = substr(digest, 2) || '.' {AT} 3",
        ["run b, event 3 (AgentSpawned, position 42): is not as it was recorded"],
    ),
    "a kind": (
        f"UPDATE events SET kind = 'VerifierFinished' {AT} 9",
        ["run b, event 9 (VerifierFinished, position 48): is not as it was recorded"],
    ),
    "a time": (
        f"UPDATE events SET recorded_at = '2020-01-01T00:00:00.000Z' {AT} 4",
        ["run b, event 4 (SessionOpened, position 43): is not as it was recorded"],
    ),
    "a body that cannot be read": (
        f"UPDATE events SET body = '{{}}' {AT} 5",
        [f"{NAMELESS}: is not as it was recorded, and cannot be read: {WHY}"],
    ),
    "an event in the middle": (
        f"DELETE FROM events {AT} 5",
        [
            "the file: has no event at position 44, before event 6 of run b",
            "run b, event 5: is missing",
        ],
    ),
    "a captured event": (
        "DELETE FROM events WHERE run_id = 'b' AND seq IN (7, 8)",
        [
            "run b: has the output of event 7 and 1 more, without the event",
            "the file: has no event at positions 46 to 47, before event 9 of run b",
            "run b, events 7 to 8: are missing",
        ],
    ),
    "the end of a run that others follow": (
        "DELETE FROM events WHERE run_id = 'b' AND seq >= 36",
        ["the file: has no event at positions 75 to 76, before event 0 of run c"],
    ),
    "two events swapped": (
        SWAPPED.format(table="events", column="seq", one=5, two=6, more="AND run_id = 'b'"),
        [
            "run b, event 5 (ActivityReported, position 45): is not as it was recorded",
            BACKWARD,
            "run b, event 6 (ActivityReported, position 44): is not as it was recorded",
            "run b, event 7 (OutputCaptured, position 46): is not as it was recorded",
        ],
    ),
    "two places swapped": (
        SWAPPED.format(table="events", column="position", one=44, two=45, more=""),
        [BACKWARD],
    ),
    "output": (
        f"UPDATE output SET data = x'00' {AT} 7",
        [f"{CHUNK}: has other output than was captured"],
    ),
    "output's form": (
        f"UPDATE output SET codec = 'zlib' {AT} 7",
        [f"{CHUNK}: has other output than was captured"],
    ),
    "a row of output": (
        f"DELETE FROM output {AT} 7",
        [f"{CHUNK}: has lost its output, which was not pruned"],
    ),
    "output moved": (
        f"UPDATE output SET seq = 6 {AT} 7",
        [
            "run b, event 6 (ActivityReported, position 45): has output, which it never had",
            f"{CHUNK}: has lost its output, which was not pruned",
        ],
    ),
    "output emptied": (
        f"UPDATE output SET data = NULL {AT} 7",
        ["run b: has output that was emptied, and not by helm prune: chunks 1"],
    ),
}
"""What is done to a log, and what is said of it."""


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_found_and_named(path: Path, change: str) -> None:
    """Whoever does it takes the triggers away first, and puts them back afterwards."""
    statements, expected = CHANGES[change]
    tamper(path, *statements.split(";"))
    assert faults(path) == expected


# Damage


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """There is nothing to check in it, and one line says so."""
    path = tmp_path / "runs.db"
    path.write_bytes(b"This is a letter to my aunt. " * 100)
    with pytest.raises(RecordFailed, match="is not a log of helm's"):
        checked(path)


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """It may be in the best of orders."""
    path = tmp_path / "runs.db"
    execute(path, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(RecordFailed, match="is the database of another program"):
        checked(path)


@pytest.mark.parametrize("seq", [0, 5])
def test_an_event_that_is_not_text_any_more_hides_no_other(path: Path, seq: int) -> None:
    """One row cannot be read; those before and after it can, and the other runs are sound."""
    tamper(path, f"UPDATE events SET body = json_set(body, '$.mark', 'here') {AT} {seq}")
    data = path.read_bytes()
    assert data.count(b'"here"') == 1
    path.write_bytes(data.replace(b'"here"', b'"\xff\xff\xff\xff"'))
    (fault,) = faults(path)
    assert fault.startswith(f"run b: cannot be read at event {seq}: Could not decode to UTF-8")
    counted = checked(path)[-1]
    assert isinstance(counted, Tally)
    assert counted.events == 3 * 38 - 1


def test_a_run_that_cannot_be_read_at_all_hides_no_other(path: Path) -> None:
    """It is given up after some events."""
    tamper(path, "UPDATE events SET body = json_set(body, '$.mark', 'here') WHERE run_id = 'b'")
    path.write_bytes(path.read_bytes().replace(b'"here"', b'"\xff\xff\xff\xff"'))
    assert [fault.partition(": Could")[0] for fault in faults(path)] == [
        f"run b: cannot be read at event {seq}" for seq in range(3)
    ]
    counted = checked(path)[-1]
    assert isinstance(counted, Tally)
    assert (counted.runs, counted.events) == (3, 2 * 38)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_refused(path: Path, share: float) -> None:
    """SQLite reads nothing of a file that is shorter than it says of itself."""
    os.truncate(path, round(share * path.stat().st_size))
    with pytest.raises(RecordFailed, match=r"is damaged \(.*; keep it"):
        checked(path)


@pytest.mark.parametrize("seed", range(5))
def test_a_flipped_byte_never_breaks_the_check(path: Path, seed: int) -> None:
    """It is found where it matters, and whatever SQLite can read of the other runs is read."""
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)
    try:
        found = faults(path)
    except HelmError as error:
        found = [str(error)]
    for run_id in ("a", "b", "c"):
        with SqliteEventLog(path) as log:
            try:
                sound = log.check(run_id) == len(log.load(run_id)) == 38
            except HelmError:
                sound = False
        assert sound or found
