"""Checking that a log, and the reports made from it, are as they were recorded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helm.app.codec import decode
from helm.app.errors import InputInvalid, RecordFailed
from helm.app.place import Places
from helm.app.ports import Fault, Files, Kept, LogUpkeep, Note
from helm.app.specs import REPORT_NAME, discover
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.events import (
    AgentFinished,
    AgentLaunched,
    Channel,
    ChannelDigest,
    OutputCaptured,
    RunEvent,
    RunResumed,
    RunStarted,
    Unknown,
    sha256,
)
from helm.domain.transcript import kept_from_beginning

_OFTEN = 5000
"""Events between two words on how far it has come."""

_CANDIDATES = 3
"""Digests to hold an event against that follows changed ones: a run may have been rewritten."""

_RUN = re.compile(r"^- Run: (\S+)$", re.MULTILINE)
_DIGEST = re.compile(r"^- Log digest: event ([0-9]{1,18}), sha256 ([0-9a-f]{64})$", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What has been checked so far; sizes in bytes, as agents wrote them."""

    runs: int = 0
    events: int = 0
    output_size: int = 0
    pruned_chunks: int = 0
    pruned_size: int = 0


Finding = Fault | Note | Tally
"""What checking a log tells: what is wrong, what is odd, and now and then how far it has come."""


def verify(places: Places) -> Iterator[Finding]:
    """Check the workspace's log, and the report of each of its specs, in one pass.

    What is appended meanwhile is no fault, and neither is a report of a run that the log does not
    know: reports travel in git, and logs do not. Raises `InputInvalid` where there is no log, and
    `RecordFailed` where the file is none.
    """
    upkeep = places.ports.open_upkeep(places.log_path)
    # Reports come first: each is written after the events that it tells.
    reports = list(_reports(places))
    try:
        if not upkeep.size():
            raise InputInvalid(f"there is no log at {places.log_path}: nothing was checked")
        yield from (each for each in reports if isinstance(each, Note))
        tellings = [each for each in reports if isinstance(each, Telling)]
        yield from upkeep.inspect()
        yield from _check_runs(upkeep, tellings)
        yield from (finding for each in tellings if (finding := each.compared()))
    finally:
        upkeep.close()


@dataclass(slots=True, kw_only=True)
class Telling:
    """A report that names an event of the log, and its digest; `found` is the log's own."""

    where: str
    run_id: str
    seq: int
    digest: str
    run_found: bool = False
    found: str | None = None

    def compared(self) -> Fault | Note | None:
        """Compare the report with the log."""
        if not self.run_found:
            what = f"tells of run {self.run_id}, which is not in this log; of another's, perhaps"
            return Note(self.where, what)
        if self.found is None:
            what = f"tells of event {self.seq} of run {self.run_id}, which is not in the log"
        elif self.found != self.digest:
            what = (
                f"has another digest for event {self.seq} of run {self.run_id} than the log: one "
                "of them was changed; the report's history in git may tell which"
            )
        else:
            return None
        return Fault(self.where, what, self.run_id, self.seq)


def _reports(places: Places) -> Iterator[Telling | Note]:
    files, workspace = places.ports.files, places.workspace
    for spec in discover(files, workspace.specs_root):
        path = spec.folder / REPORT_NAME
        try:
            found = _telling(files, path, workspace.path_of(path))
        except RecordFailed as error:
            found = Note(workspace.path_of(path), str(error))
        if found:
            yield found


def _telling(files: Files, path: Path, where: str) -> Telling | Note | None:
    data = files.read(path)
    if data is None:
        return None
    head, _, _ = data.decode(errors="replace").partition("\n## ")
    run, digest = _RUN.search(head), _DIGEST.search(head)
    if run is None or digest is None:
        return Note(where, "names no digest of the log, so it was not compared")
    return Telling(where=where, run_id=run[1], seq=int(digest[1]), digest=digest[2])


def _check_runs(upkeep: LogUpkeep, tellings: list[Telling]) -> Iterator[Finding]:
    tally = Tally()
    for run_id in upkeep.runs():
        told = [each for each in tellings if each.run_id == run_id]
        for each in told:
            each.run_found = True
        yield from _check_run(upkeep, run_id, told, tally)
        tally.runs += 1
    yield tally


def _check_run(
    upkeep: LogUpkeep, run_id: str, told: list[Telling], tally: Tally
) -> Iterator[Finding]:
    check = RunCheck(run_id, tally)
    for kept in upkeep.events(run_id):
        if isinstance(kept, Fault):
            check.miss(kept.seq)
            yield kept
            continue
        yield from check.take(kept)
        for each in told:
            if each.seq == kept.event.seq:
                each.found = kept.digest
        if tally.events % _OFTEN == 0:
            yield tally
    yield from check.close()


class _Captured:
    """What was captured of one channel; complete unless a part is damaged or was not kept."""

    def __init__(self) -> None:
        self.length = 0
        self.digest = hashlib.sha256()
        self.complete = True


class RunCheck:
    """The check of one run: take its events in order, then close it.

    Each row is blamed for itself alone: after one that was changed, what follows is held against
    the digest that is stored there, and against the one that should be.
    """

    def __init__(self, run_id: str, tally: Tally) -> None:
        self._run_id = run_id
        self._tally = tally
        self._next = 0
        self._position = 0
        self._before: tuple[str, ...] = (FIRST,)
        self._whole = True
        self._captured: dict[tuple[int, Channel], _Captured] = {}
        self._limit: int | None = None
        self._newer: list[str] = []

    def take(self, kept: Kept) -> Iterator[Fault | Note]:
        """Check the next event."""
        self._tally.events += 1
        if kept.event.seq != self._next or kept.position <= self._position:
            yield from self._misplaced(kept)
        self._next, self._position = kept.event.seq + 1, kept.position
        chained = self._follows(kept)
        event = _read(kept.event)
        if not chained or isinstance(event, str):
            self._whole = False
            wrong = [] if chained else ["is not as it was recorded"]
            wrong += [f"cannot be read: {event}"] if isinstance(event, str) else []
            yield self._fault(kept, ", and ".join(wrong))
        elif isinstance(event, Unknown):
            self._newer.append(f"event {kept.event.seq} ({event.kind})")
        else:
            yield from self._check_output(kept, event)

    def miss(self, seq: int | None) -> None:
        """Take in that an event is not there: nothing tells whether what comes next follows it."""
        self._next = self._next if seq is None else seq + 1
        self._before = ()
        self._whole = False

    def close(self) -> Iterator[Note]:
        """Say what could only be checked in part."""
        if self._newer:
            more = f" and {len(self._newer) - 1} more" if len(self._newer) > 1 else ""
            what = f"is in part of a newer helm: {self._newer[0]}{more}; see to it with that one"
            yield Note(f"run {self._run_id}", what)

    def _misplaced(self, kept: Kept) -> Iterator[Fault]:
        seq = kept.event.seq
        if seq > self._next:
            several = seq - 1 > self._next
            gone = f"events {self._next} to {seq - 1}" if several else f"event {self._next}"
            what = "are missing" if several else "is missing"
            yield Fault(f"run {self._run_id}, {gone}", what, self._run_id, self._next)
            self.miss(seq - 1)
        elif seq < self._next:
            yield self._fault(kept, "is there twice")
        if kept.position <= self._position:
            yield self._fault(kept, "stands before the event that it follows")

    def _follows(self, kept: Kept) -> bool:
        """Tell whether the digest is that of this event after the one before it."""
        expected = [digest_after(before, kept.event) for before in self._before]
        if not expected or kept.digest in expected:
            self._before = (kept.digest,)
            return True
        self._before = (*expected, str(kept.digest))[-_CANDIDATES:]  # which may be anything now
        return False

    def _check_output(self, kept: Kept, event: RunEvent) -> Iterator[Fault]:
        match event:
            case OutputCaptured():
                yield from self._check_chunk(kept, event)
            case AgentFinished(launch=launch):
                yield from self._check_channel(kept, (launch, Channel.STDOUT), event.stdout)
                yield from self._check_channel(kept, (launch, Channel.STDERR), event.stderr)
            case AgentLaunched():
                self._whole = True
            case RunStarted(settings=settings) | RunResumed(settings=settings):
                self._limit = settings.output_limit
        if kept.has_output and not isinstance(event, OutputCaptured):
            yield self._fault(kept, "has output, which it never had")

    def _check_chunk(self, kept: Kept, event: OutputCaptured) -> Iterator[Fault]:
        captured = self._captured.setdefault((event.launch, event.channel), _Captured())
        if event.offset > captured.length and self._reached_limit(captured):
            captured.complete = False
        elif self._whole and event.offset != captured.length:
            what = f"begins at byte {event.offset} of {event.channel}, after {captured.length}"
            yield self._fault(kept, what)
        captured.length = event.offset + event.length
        if kept.output is not None and _is_output_of(event, kept.output):
            captured.digest.update(kept.output)
            self._tally.output_size += event.length
            return
        captured.complete = False
        if kept.output is not None:
            yield self._fault(kept, "has other output than was captured")
        elif kept.has_output:
            self._tally.pruned_chunks += 1
            self._tally.pruned_size += event.length
        else:
            yield self._fault(kept, "has lost its output, which was not pruned")

    def _reached_limit(self, captured: _Captured) -> bool:
        """Tell whether what follows is the end of a channel that had more than may be kept."""
        return self._limit is not None and captured.length == kept_from_beginning(self._limit)

    def _check_channel(
        self, kept: Kept, key: tuple[int, Channel], told: ChannelDigest
    ) -> Iterator[Fault]:
        """Hold what was captured of a channel against what is said of it at its end."""
        captured = self._captured.pop(key, None) or _Captured()
        if not self._whole:
            return
        if captured.length != told.length:
            what = f"tells of {told.length} bytes of {key[1]}, and {captured.length} were captured"
            yield self._fault(kept, what)
        elif captured.complete and captured.digest.hexdigest() != told.sha256:
            yield self._fault(kept, f"has another digest for {key[1]} than what was captured")

    def _fault(self, kept: Kept, what: str) -> Fault:
        seq = kept.event.seq
        where = f"run {self._run_id}, event {seq} ({kept.event.kind}, position {kept.position})"
        return Fault(where, what, self._run_id, seq)


def _is_output_of(event: OutputCaptured, output: bytes) -> bool:
    return len(output) == event.length and sha256(output) == event.sha256


def _read(event: StoredEvent) -> RunEvent | Unknown | str:
    """Read an event, or say why that is not possible."""
    try:
        datetime.fromisoformat(event.recorded_at)
        return decode(event.kind, event.schema_version, event.body)
    except (RecordFailed, ValueError, TypeError) as error:  # columns may hold anything by now
        return str(error)
