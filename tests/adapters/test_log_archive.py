"""What every archive of a log promises, kept by the one in memory and by the one on SQLite."""

from __future__ import annotations

import itertools
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from helm.adapters.sqlite.archive import SqliteLogArchive
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.schema import migration_files
from helm.app.errors import Diverged, RecordFailed
from helm.app.ports import EventLog, LogArchive, Merged, Row, RunFilter
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.events import AttemptStarted, Channel, OutputCaptured, sha256
from tests.examples import NOON, Batch, events_of, record, whole_run
from tests.fake_archive import MemoryLogArchive
from tests.fakes import MemoryEventLog

NEW, GROWN, KNOWN = Merged(1, 0, 0), Merged(0, 1, 0), Merged(0, 0, 1)


@dataclass
class Place:
    """A log, and its archive."""

    log: EventLog
    archive: LogArchive

    def rows(self, *run_ids: str) -> list[Row]:
        return [row for run_id in run_ids for row in self.archive.rows(run_id)]

    def prune(self, run_id: str) -> None:
        """Empty all output of a run."""
        if isinstance(self.log, MemoryEventLog):
            self.log.outputs = {
                place: None if place[0] == run_id else data
                for place, data in self.log.outputs.items()
            }
            return
        assert isinstance(self.log, SqliteEventLog)
        change(self.log.path, f"UPDATE output SET data = NULL WHERE run_id = '{run_id}'")


MakePlace = Callable[[str], Place]


@pytest.fixture(params=["memory", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakePlace]:
    """A maker of logs: the same name is the same log."""
    with ExitStack() as stack:

        def make(name: str) -> Place:
            if request.param == "memory":
                log = MemoryEventLog()
                return Place(log, MemoryLogArchive(log, f"{name:0>16}"))
            path = tmp_path / name / "runs.db"
            sqlite_log = stack.enter_context(SqliteEventLog(path))
            return Place(sqlite_log, stack.enter_context(closing(SqliteLogArchive(path))))

        yield make


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def append(log: EventLog, run_id: str, *attempts: int) -> None:
    """Append an `AttemptStarted` each."""
    for attempt in attempts:
        log.append(
            run_id,
            [AttemptStarted(attempt=attempt)],
            expected_seq=len(log.load(run_id)),
            recorded_at=NOON,
        )


def output_of(log: EventLog, run_id: str) -> list[bytes | None]:
    captured = log.load(run_id, [OutputCaptured])
    return [log.output(run_id, each.seq) for each in captured]


def captured(data: bytes) -> Batch:
    event = OutputCaptured(
        launch=1, channel=Channel.STDERR, offset=0, length=len(data), sha256=sha256(data)
    )
    return Batch(events=(event,), output=data)


def test_a_run_goes_to_another_log_as_it_is_stored(place: MakePlace) -> None:
    """Events, times, digests and output are the same there."""
    here, there = place("here"), place("there")
    record(here.log, "run", whole_run())
    assert there.archive.merge([here.rows("run")], NOON) == [NEW]
    assert there.log.load("run") == here.log.load("run")
    assert output_of(there.log, "run") == output_of(here.log, "run")
    assert there.rows("run") == here.rows("run")
    assert there.log.check("run") == len(events_of(whole_run()))


def test_a_run_that_is_not_there_has_no_rows(place: MakePlace) -> None:
    """Neither in a log without it, nor where there is no log yet; and none is made."""
    assert place("here").rows("run") == []


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"long and dull " * 5000])
def test_output_of_any_length_is_carried(place: MakePlace, data: bytes) -> None:
    """Packed or not, it is the same bytes; what is empty is not what is pruned."""
    here, there = place("here"), place("there")
    record(here.log, "run", [captured(data)])
    there.archive.merge([here.rows("run")], NOON)
    assert output_of(there.log, "run") == [data]


def test_output_that_was_pruned_is_pruned_there_too(place: MakePlace) -> None:
    """Its events are whole, its bytes are gone."""
    here, there = place("here"), place("there")
    record(here.log, "run", whole_run())
    here.prune("run")
    there.archive.merge([here.rows("run")], NOON)
    assert set(output_of(there.log, "run")) == {None}
    assert there.rows("run") == here.rows("run")


def test_output_that_was_pruned_here_does_not_come_back(place: MakePlace) -> None:
    """Whoever emptied it meant it."""
    here, there = place("here"), place("there")
    record(here.log, "run", whole_run())
    there.archive.merge([here.rows("run")], NOON)
    there.prune("run")
    assert there.archive.merge([here.rows("run")], NOON) == [KNOWN]
    assert set(output_of(there.log, "run")) == {None}


def test_an_event_of_a_newer_helm_is_carried_with_its_output(place: MakePlace) -> None:
    """Also output of a kind that is not known to have any."""
    row = Row(
        StoredEvent("run", 0, "PictureTaken", 3, "2026-01-31T12:00:00.123Z", '{"of": "it"}'),
        digest="",
        origin="f" * 16,
        has_output=True,
        output=b"\x89PNG",
    )
    row = row._replace(digest=digest_after(FIRST, row.event))
    there = place("there")
    there.archive.merge([[row]], NOON)
    assert there.rows("run") == [row]


def test_importing_again_adds_nothing(place: MakePlace) -> None:
    """Neither rows nor imports."""
    here, there = place("here"), place("there")
    record(here.log, "run", whole_run())
    there.archive.merge([here.rows("run")], NOON)
    before = there.rows("run")
    assert there.archive.merge([here.rows("run"), here.rows("run")], NOON) == [KNOWN, KNOWN]
    assert there.rows("run") == before


def test_a_run_that_has_grown_goes_on(place: MakePlace) -> None:
    """Only what is new is added; an older copy that comes later takes nothing away."""
    here, there = place("here"), place("there")
    history = whole_run()
    record(here.log, "run", history[:6])
    older = here.rows("run")
    there.archive.merge([older], NOON)
    for batch in history[6:]:
        count = len(here.log.load("run"))
        here.log.append(
            "run", batch.events, expected_seq=count, recorded_at=NOON, output=batch.output
        )
    assert there.archive.merge([here.rows("run"), older], NOON) == [GROWN, KNOWN]
    assert there.rows("run") == here.rows("run")


def test_an_older_and_a_newer_copy_may_come_together(place: MakePlace) -> None:
    """Each archive is merged into what those before it left."""
    here, there = place("here"), place("there")
    append(here.log, "run", 1)
    older = here.rows("run")
    append(here.log, "run", 2)
    assert there.archive.merge([older, here.rows("run")], NOON) == [NEW, GROWN]
    assert there.rows("run") == here.rows("run")


@pytest.mark.parametrize(("ours", "theirs", "seq"), [([1, 2], [1, 3], 1), ([1, 2, 3], [9], 0)])
def test_a_run_with_another_past_is_refused(
    place: MakePlace, ours: list[int], theirs: list[int], seq: int
) -> None:
    """The first event that differs is named, and of all archives nothing was taken in."""
    here, there = place("here"), place("there")
    append(here.log, "good", 1)
    append(here.log, "run", *theirs)
    append(there.log, "run", *ours)
    before = there.rows("run")
    with pytest.raises(Diverged, match=f"another event {seq} of run run") as refused:
        there.archive.merge([here.rows("good"), here.rows("run")], NOON)
    assert (refused.value.archive, refused.value.run_id, refused.value.seq) == (1, "run", seq)
    assert there.rows("run", "good") == before


def test_two_archives_may_not_contradict_each_other(place: MakePlace) -> None:
    """Not even where the log knows nothing of the run."""
    one, two, there = place("one"), place("two"), place("there")
    append(one.log, "run", 1)
    append(two.log, "run", 2)
    with pytest.raises(Diverged):
        there.archive.merge([one.rows("run"), two.rows("run")], NOON)
    assert there.log.runs_like("") == []


def test_an_archive_that_cannot_be_read_to_its_end_leaves_no_trace(place: MakePlace) -> None:
    """What reading raises comes through, and nothing of any archive was taken in."""
    here, there = place("here"), place("there")
    append(here.log, "run", 1, 2)

    def broken() -> Iterator[Row]:
        yield here.rows("run")[0]
        raise RecordFailed("the rest is missing")

    with pytest.raises(RecordFailed, match="the rest is missing"):
        there.archive.merge([here.rows("run"), broken()], NOON)
    assert there.log.runs_like("") == []


def test_an_imported_run_is_known_as_such_and_keeps_its_origin(place: MakePlace) -> None:
    """It is listed with the log that recorded it, and carry-over does not see it."""
    here, there, far = place("here"), place("there"), place("far")
    record(here.log, "run", whole_run())
    origin = here.rows("run")[0].origin
    there.archive.merge([here.rows("run")], NOON)
    far.archive.merge([there.rows("run")], NOON)
    for each in (there, far):
        assert {row.origin for row in each.rows("run")} == {origin}
        assert [run.workspace for run in each.log.summaries(RunFilter())] == [f"{origin}/."]
        assert each.log.runs(workspace=".", path="specs/spec-00-example") == []


def test_a_run_of_our_own_stays_our_own(place: MakePlace) -> None:
    """It may come home: as known, from a log that says where it had it from."""
    here, there = place("here"), place("there")
    record(here.log, "run", whole_run())
    there.archive.merge([here.rows("run")], NOON)
    assert here.archive.merge([there.rows("run")], NOON) == [KNOWN]
    assert here.log.runs(workspace=".", path="specs/spec-00-example") == ["run"]


def test_a_run_of_our_own_that_was_lost_comes_back_as_our_own(place: MakePlace) -> None:
    """The origin decides, and not the way that it came."""
    here, there = place("here"), place("there")
    append(here.log, "other", 1)
    (origin,) = {row.origin for row in here.rows("other")}
    record(there.log, "run", whole_run())
    lost = [row._replace(origin=origin) for row in there.rows("run")]
    assert here.archive.merge([lost], NOON) == [NEW]
    assert here.log.runs(workspace=".", path="specs/spec-00-example") == ["run"]


# On SQLite alone


def test_a_refused_import_makes_no_log(tmp_path: Path) -> None:
    """Only what is to be written needs a file."""

    def broken() -> Iterator[Row]:
        raise RecordFailed("not an archive")
        yield

    with (
        closing(SqliteLogArchive(tmp_path / "new" / "runs.db")) as archive,
        pytest.raises(RecordFailed, match="not an archive"),
    ):
        archive.merge([broken()], NOON)
    assert list(tmp_path.iterdir()) == []


def test_others_may_write_while_an_archive_is_read(tmp_path: Path) -> None:
    """A slow pipe keeps nobody waiting: the gate is taken when all has been read."""
    path = tmp_path / "runs.db"
    with (
        SqliteEventLog(tmp_path / "from.db") as source,
        SqliteEventLog(path, patience=0.0) as writer,
        closing(SqliteLogArchive(tmp_path / "from.db")) as out,
        closing(SqliteLogArchive(path)) as into,
    ):
        append(source, "imported", 1, 2, 3)

        def slow() -> Iterator[Row]:
            for row in out.rows("imported"):
                append(writer, "living", row.event.seq)
                yield row

        assert into.merge([slow()], NOON) == [NEW]
        append(writer, "living", 3)
        assert (writer.check("living"), writer.check("imported")) == (4, 3)


def test_a_run_may_grow_while_it_is_exported(tmp_path: Path) -> None:
    """What is read is the run as it was when reading began, and no writer waits for it."""
    with (
        SqliteEventLog(tmp_path / "runs.db", patience=0.0) as log,
        closing(SqliteLogArchive(tmp_path / "runs.db")) as archive,
    ):
        append(log, "run", 1, 2)
        rows = []
        for row in archive.rows("run"):
            append(log, "run", 9)
            rows.append(row)
        assert [row.event.seq for row in rows] == [0, 1]
        assert log.check("run") == 4


def test_a_merge_waits_at_the_gate(tmp_path: Path) -> None:
    """As every writer does, and says who holds it."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log, closing(SqliteLogArchive(path, patience=0.0)) as archive:
        append(log, "run", 1)
        rows = [row._replace(event=row.event._replace(run_id="b")) for row in archive.rows("run")]
        with Gate(path, 0.0), pytest.raises(RecordFailed, match="is held by process"):
            archive.merge([rows], NOON)


def test_a_log_of_a_newer_helm_can_be_exported_and_not_be_merged_into(tmp_path: Path) -> None:
    """The sentence is the one that a run gives."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log, "run", 1)
    change(path, f"PRAGMA user_version = {len(migration_files()) + 1}")
    with closing(SqliteLogArchive(path)) as archive:
        rows = list(archive.rows("run"))
        assert len(rows) == 1
        with pytest.raises(RecordFailed, match="was made by a newer helm"):
            archive.merge([rows], NOON)


@pytest.mark.parametrize("seq", [1, 2])
def test_a_gap_in_a_run_is_seen(tmp_path: Path, seq: int) -> None:
    """Somebody deleted a row past the triggers: it is not exported, and nothing fits it."""
    with (
        closing(SqliteLogArchive(tmp_path / "runs.db")) as archive,
        SqliteEventLog(tmp_path / "runs.db") as log,
    ):
        append(log, "run", 1, 2, 3, 4)
        rows = list(archive.rows("run"))
        change(
            log.path,
            "DROP TRIGGER events_are_never_deleted",
            f"DELETE FROM events WHERE seq = {seq}",
        )
        assert [row.event.seq for row in archive.rows("run")] == [
            each for each in range(4) if each != seq
        ]
        with pytest.raises(Diverged, match=f"another event {seq} of run run"):
            archive.merge([rows[: seq + 1]], NOON)


def test_a_long_run_is_read_to_its_end(tmp_path: Path) -> None:
    """Page by page, each event once."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log, closing(SqliteLogArchive(path)) as archive:
        for count in (63, 64, 65, 128, 300):
            run_id = f"run-{count}"
            attempts = [AttemptStarted(attempt=each + 1) for each in range(count)]
            log.append(run_id, attempts, expected_seq=0, recorded_at=NOON)
            assert [row.event.seq for row in archive.rows(run_id)] == list(range(count))


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which what is merged is kept aside."""
    folder = tmp_path / "aside"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists open files so")
def test_what_is_kept_aside_has_no_name(tmp_path: Path, aside: Path) -> None:
    """Nothing is left of it however we end; it is on disk, whatever this SQLite prefers."""
    sizes: list[int] = []

    def rows() -> Iterator[Row]:
        for seq in range(50):
            event = StoredEvent("run", seq, "Kind", 1, "2026-01-31T12:00:00.123Z", "{}")
            yield Row(event, "", "", has_output=True, output=os.urandom(100_000))
        for each in Path("/proc/self/fd").iterdir():
            with suppress(FileNotFoundError):  # the one by which they are listed
                if each.readlink().is_relative_to(aside):
                    sizes.append(each.stat().st_size)
        raise LookupError

    with closing(SqliteLogArchive(tmp_path / "runs.db")) as archive, pytest.raises(LookupError):
        archive.merge([rows()], NOON)
    assert len(sizes) == 1
    assert sizes[0] > 1_000_000
    assert list(aside.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="nobody may write to Linux's /proc")
def test_a_folder_in_which_nothing_can_be_kept_aside_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, as a disk that is full."""
    monkeypatch.setenv("TMPDIR", "/proc")
    with (
        closing(SqliteLogArchive(tmp_path / "runs.db")) as archive,
        pytest.raises(RecordFailed, match=r"could not be kept aside .* make room"),
    ):
        archive.merge([iter(())], NOON)


def test_a_disk_that_is_full_while_an_archive_is_read_is_said(tmp_path: Path) -> None:
    """What is kept aside needs room as well; the error says where, and nothing was made."""

    def endless() -> Iterator[Row]:
        for seq in itertools.count():
            event = StoredEvent("run", seq, "Kind", 1, "2026-01-31T12:00:00.123Z", "{}")
            yield Row(event, "", "", has_output=True, output=os.urandom(100_000))

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with (
            closing(SqliteLogArchive(tmp_path / "runs.db")) as archive,
            pytest.raises(RecordFailed, match=r"could not be kept aside .* make room"),
        ):
            archive.merge([endless()], NOON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
