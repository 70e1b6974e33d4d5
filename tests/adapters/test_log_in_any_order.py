"""A log in memory and one on SQLite live through the same, in any order, and stay the same."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from helm.adapters.sqlite.archive import SqliteLogArchive
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.upkeep import SqliteLogUpkeep
from helm.app.errors import ConcurrentAppend, RecordFailed
from helm.app.ports import EventLog, Fault, LogArchive, LogUpkeep, RunFilter
from helm.app.verification import RunCheck, Tally
from helm.domain.events import OutputCaptured, Recorded, SessionOpened
from tests.domain.histories import QUICK
from tests.examples import EXAMPLES, NOON, WORKER_SAYS, snapshot, whole_run
from tests.fake_archive import MemoryLogArchive
from tests.fake_upkeep import MemoryLogUpkeep
from tests.fakes import MemoryEventLog

SPEC_PATH = snapshot().path
HISTORY = whole_run()
OURS, THEIRS, ODD = ("01A", "01C", "01E"), ("01B", "01D"), "01F"
UNFINISHED = "01G"
LARGE = "x" * 3000


class Logs:
    """A log, its archive and its care, all over one place."""

    def __init__(self, log: EventLog, archive: LogArchive, upkeep: LogUpkeep) -> None:
        self.log, self.archive, self.upkeep = log, archive, upkeep

    def close(self) -> None:
        for each in (self.log, self.archive, self.upkeep):
            each.close()

    def run(self, run_id: str) -> list[tuple[Recorded, bytes | str | None]]:
        """Read a run, and of each event the output, if it ever had any."""
        return [(each, self._output(each)) for each in self.log.load(run_id)]

    def _output(self, event: Recorded) -> bytes | str | None:
        if not isinstance(event.event, OutputCaptured):
            return "none"
        return self.log.output(event.run_id, event.seq)

    def faults(self, run_id: str) -> list[tuple[int | None, str]]:
        """Check a run as `helm verify-log` does."""
        check, found = RunCheck(run_id, Tally()), list[tuple[int | None, str]]()
        for kept in self.upkeep.events(run_id):
            told = [kept] if isinstance(kept, Fault) else check.take(kept)
            found += [(each.seq, each.what) for each in told if isinstance(each, Fault)]
        return found


def in_memory(identity: str) -> Logs:
    log = MemoryEventLog()
    return Logs(log, MemoryLogArchive(log, identity), MemoryLogUpkeep(log))


def on_disk(path: Path) -> Logs:
    return Logs(SqliteEventLog(path), SqliteLogArchive(path), SqliteLogUpkeep(path))


class AnyOrder(RuleBasedStateMachine):
    """Runs are recorded, imported, pruned; the log is closed, compacted, and killed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="helm-log-"))
        self.path = self.folder / "0" / "runs.db"
        self.disk = on_disk(self.path)
        self.elsewhere = in_memory("e" * 16)
        self.lives = 0
        self.now = NOON

    def teardown(self) -> None:
        self.verify()
        self.disk.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        """The log on disk gives itself a name with its first event; the one in memory takes it."""
        self.memory = in_memory("")
        self._append(OURS[0], [HISTORY[0]])
        origin = next(iter(self.disk.archive.rows(OURS[0]))).origin
        self.memory.archive = MemoryLogArchive(self._memory_log(), origin)

    @rule(run_id=st.sampled_from(OURS), count=st.sampled_from([1, 9, 40]))
    def record(self, run_id: str, count: int) -> None:
        """Go on with a run of two attempts, batch by batch."""
        done = self._batches(self.memory.log, run_id)
        self._append(run_id, HISTORY[done : done + count])

    @rule(event=st.sampled_from(EXAMPLES))
    def record_anything(self, event: Any) -> None:  # noqa: ANN401  any of the union
        """Append an event that no run would have there."""
        output = WORKER_SAYS if isinstance(event, OutputCaptured) else None
        seq = len(self.memory.log.load(ODD))
        for logs in (self.memory, self.disk):
            logs.log.append(ODD, [event], expected_seq=seq, recorded_at=self.now, output=output)

    @rule(run_id=st.sampled_from(OURS), far=st.sampled_from([-1, 1, 7]))
    def clash(self, run_id: str, far: int) -> None:
        """Append where somebody else did, or where nobody will."""
        seq = len(self.memory.log.load(run_id)) + far
        for logs in (self.memory, self.disk):
            with pytest.raises(ConcurrentAppend):
                logs.log.append(run_id, HISTORY[0].events, expected_seq=seq, recorded_at=self.now)

    @rule(run_id=st.sampled_from(OURS))
    def poison(self, run_id: str) -> None:
        """Append a batch of which the second event cannot be stored."""
        seq = len(self.memory.log.load(run_id))
        batch = [*HISTORY[1].events, SessionOpened(launch=1, session="\ud800")]
        for logs in (self.memory, self.disk):
            with pytest.raises(RecordFailed):
                logs.log.append(run_id, batch, expected_seq=seq, recorded_at=self.now)

    @rule(run_id=st.sampled_from(THEIRS), count=st.sampled_from([1, 9, 40]))
    def import_a_run(self, run_id: str, count: int) -> None:
        """Let a run go on elsewhere, and take in what it has by now."""
        done = self._batches(self.elsewhere.log, run_id)
        append_to(self.elsewhere.log, run_id, HISTORY[done : done + count], self.now)
        rows = list(self.elsewhere.archive.rows(run_id))
        merged = [logs.archive.merge([iter(rows)], self.now) for logs in (self.memory, self.disk)]
        assert merged[0] == merged[1]

    @rule(data=st.data())
    def prune(self, data: st.DataObject) -> None:
        """Empty the output of a run, which may have none."""
        run_id = data.draw(st.sampled_from(self.memory.upkeep.runs()))
        told = [logs.upkeep.prunable([run_id]) for logs in (self.memory, self.disk)]
        assert told[0] == told[1]
        pruned = [logs.upkeep.prune(run_id, self.now) for logs in (self.memory, self.disk)]
        assert pruned[0] == pruned[1]

    @rule()
    def compact(self) -> None:
        """Write the file anew."""
        assert self.disk.upkeep.compact(None)

    @rule()
    def close(self) -> None:
        """Let go of everything; the next use opens it."""
        self.disk.close()

    @rule(cut=st.floats(0, 1), index=st.booleans())
    def kill(self, cut: float, *, index: bool) -> None:
        """Go on with the file as it lies there while somebody is in the middle of an append.

        Of what is half written only a part may have reached the disk, and the index of the
        write-ahead log may be there or not.
        """
        self.lives += 1
        new = self.folder / str(self.lives) / "runs.db"
        new.parent.mkdir()
        written = self._size_of_log()
        with closing(sqlite3.connect(self.path, isolation_level=None)) as writer:
            append_halfway(writer)
            half = self._size_of_log()
            for part in ("", "-wal", *(["-shm"] if index else [])):
                shutil.copy(f"{self.path}{part}", f"{new}{part}")
            writer.execute("ROLLBACK")
        with Path(f"{new}-wal").open("r+b") as copy:
            copy.truncate(written + round(cut * (half - written)))
        self.disk.close()
        self.path, self.disk = new, on_disk(new)

    @invariant()
    def both_hold_the_same(self) -> None:
        """Every event with its digest, every byte of output, every run in each list."""
        runs = self.disk.upkeep.runs()
        assert runs == self.memory.upkeep.runs()
        for run_id in runs:
            assert self.disk.run(run_id) == self.memory.run(run_id)
            assert list(self.disk.archive.rows(run_id)) == list(self.memory.archive.rows(run_id))
        at = {"workspace": ".", "path": SPEC_PATH}
        assert self.disk.log.runs(**at) == self.memory.log.runs(**at)

    @invariant()
    def both_tell_the_same(self) -> None:
        """What SQL sums up is what the events fold to, of runs as helm writes them."""
        known = RunFilter(run_ids=[*OURS, *THEIRS])
        told = [replace(each, workspace="") for each in self.disk.log.summaries(known)]
        folded = [replace(each, workspace="") for each in self.memory.log.summaries(known)]
        assert told == folded

    @rule()
    def verify(self) -> None:
        """Neither a run, nor the file; where an odd run has faults, both find the same."""
        for run_id in self.disk.upkeep.runs():
            faults = self.disk.faults(run_id)
            assert faults == (self.memory.faults(run_id) if run_id == ODD else [])
            assert self.disk.log.check(run_id) == self.memory.log.check(run_id)
        assert list(self.disk.upkeep.inspect()) == []

    def _append(self, run_id: str, batches: Any) -> None:  # noqa: ANN401  of the examples
        for logs in (self.memory, self.disk):
            append_to(logs.log, run_id, batches, self.now)
        self.now += timedelta(seconds=1)

    def _batches(self, log: EventLog, run_id: str) -> int:
        """Count the batches that a run has so far."""
        seq, events = len(log.load(run_id)), 0
        for count, batch in enumerate(HISTORY):
            if events == seq:
                return count
            events += len(batch.events)
        return len(HISTORY)

    def _memory_log(self) -> MemoryEventLog:
        assert isinstance(self.memory.log, MemoryEventLog)
        return self.memory.log

    def _size_of_log(self) -> int:
        log = Path(f"{self.path}-wal")
        return log.stat().st_size if log.exists() else 0


def append_to(log: EventLog, run_id: str, batches: Any, moment: datetime) -> None:  # noqa: ANN401
    for batch in batches:
        log.append(
            run_id,
            batch.events,
            expected_seq=len(log.load(run_id)),
            recorded_at=moment,
            output=batch.output,
        )


def append_halfway(writer: sqlite3.Connection) -> None:
    """Write rows that are never committed, more than SQLite keeps in memory."""
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN IMMEDIATE")
    for seq in range(20):
        writer.execute(
            "INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest) "
            "VALUES (?, ?, 'Unfinished', 1, '2026-01-31T12:00:00.123Z', json_object('x', ?), ?)",
            (UNFINISHED, seq, LARGE, "0" * 64),
        )


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    QUICK, max_examples=QUICK.max_examples // 2, stateful_step_count=15
)
