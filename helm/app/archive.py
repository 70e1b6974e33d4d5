"""Runs as JSON Lines: what `helm export` writes, and `helm import` takes in whole or not at all.

A file has a first line that says what it is; for each run a line with its id and its origin (the
log that recorded it), then each of its events as it is stored; and a last line with the digest of
all lines before it. What is stored decides every byte: the same runs make the same file, whichever
log they are exported from.

No line is trusted. Whatever is wrong with one is an error that names it, and in a log that is
exported the same rules find what nobody could import.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import astuple
from datetime import datetime
from typing import Annotated, Any, BinaryIO, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from helm.app.codec import decode
from helm.app.errors import Diverged, InputInvalid, RecordFailed
from helm.app.ports import Kept, LogArchive, Merged, Row
from helm.app.verification import RunCheck, Tally
from helm.domain.chain import StoredEvent
from helm.domain.events import MOST_TOKENS, AgentFinished, Unknown

LONGEST_LINE = 2**30
"""Bytes. SQLite holds no row of this length; a file without line ends must not fill the memory."""

_FORMAT = 1
_LONGEST_FIRST_LINE = 4096
_SQLITE = b"SQLite format 3\0"
_LONGEST_CALL = 10**12
"""Seconds: more than there are, and few enough for any sum of them."""
_LONGEST_FAULT = 300
"""Characters. What is wrong with a line of megabytes must not be told in megabytes."""


class Source(NamedTuple):
    """A file to import: what people call it, and how it is opened."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


def exported(archive: LogArchive, run_ids: Iterable[str]) -> Iterator[bytes]:
    """Write runs, oldest first, line by line.

    Raises `RecordFailed` at the first event that is not as it was recorded.
    """
    tally = _Seal()
    yield tally.take(_FIRST_LINE)
    for run_id in sorted(set(run_ids)):
        chain = _Chain(run_id)
        for row in archive.rows(run_id):
            try:
                chain.take(row)
            except _Wrong as error:
                raise RecordFailed(
                    f"run {run_id} cannot be exported: {error}; see: helm verify-log"
                ) from error
            if row.event.seq == 0:
                tally.runs += 1
                yield tally.take(_line({"run_id": run_id, "origin": row.origin}))
            tally.events += 1
            yield tally.take(_event_line(row))
    yield tally.last_line()


def imported(
    archive: LogArchive, sources: Sequence[Source], imported_at: datetime
) -> list[Merged]:
    """Merge the runs of files into a log: all of them, or none.

    Raises `InputInvalid` for a file that is damaged or no export, and `RecordFailed` where the log
    cannot take the runs, or knows another past of one; each names file and line.
    """
    files = [_File(source) for source in sources]
    try:
        return archive.merge(files, imported_at)
    except Diverged as error:
        place = files[error.archive].place_of(error.run_id, error.seq)
        raise RecordFailed(f"{place}: {error}; nothing was imported") from error


Model = TypeVar("Model", bound=BaseModel)


class _Wrong(Exception):
    """What is wrong with a line or a row; whoever knows where it stands says so."""


class _Seal:
    """What the last line tells of those before it."""

    def __init__(self) -> None:
        self.runs = 0
        self.events = 0
        self._digest = hashlib.sha256()

    def take(self, line: bytes) -> bytes:
        self._digest.update(line)
        return line

    def last_line(self) -> bytes:
        digest = self._digest.hexdigest()
        return _line({"runs": self.runs, "events": self.events, "sha256": digest})


class _Chain:
    """A run so far: the next event is refused where it cannot be the one that was recorded."""

    def __init__(self, run_id: str) -> None:
        self.next_seq = 0
        self._run_id = run_id
        self._check = RunCheck(run_id, Tally())

    def take(self, row: Row) -> None:
        """Take in the next event. Raises `_Wrong`."""
        event, seq = row.event, self.next_seq
        if (event.run_id, event.seq) != (self._run_id, seq):
            raise _Wrong(f"event {seq} of run {self._run_id} is missing")
        kept = Kept(seq + 1, event, row.digest, row.has_output, row.output)
        for finding in self._check.take(kept):
            raise _Wrong(f"event {seq} {finding.what}")
        _require_zone(event)
        read = decode(event.kind, event.schema_version, event.body)
        if isinstance(read, Unknown):
            _require_json(event)
        elif isinstance(read, AgentFinished):
            _require_countable(event, read)
        self.next_seq += 1


class _File:
    """A file that is imported: its rows, each only once all is right with it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._number = 0
        self._tally = _Seal()
        self._chain: _Chain | None = None
        self._origin = ""
        self._first_events: dict[str, int] = {}

    def place_of(self, run_id: str, seq: int) -> str:
        """Say where an event that has been read stands."""
        return f"{self._source.name}, line {self._first_events[run_id] + seq}"

    def __iter__(self) -> Iterator[Row]:
        try:
            with self._source.open() as file:
                yield from self._rows(file)
        except OSError as error:
            raise InputInvalid(f"cannot read {self._source.name}: {error.strerror}") from error
        except _Wrong as error:
            what = str(error)
            if len(what) > _LONGEST_FAULT:
                what = f"{what[:_LONGEST_FAULT]} ..."
            place = f"{self._source.name}, line {self._number}"
            raise InputInvalid(f"{place}: {what}; nothing was imported") from error

    def _rows(self, file: BinaryIO) -> Iterator[Row]:
        _require_first(self._tally.take(self._next_line(file)))
        while True:
            line = self._next_line(file)
            if not line.endswith(b"\n"):
                raise _Wrong("the file ends before its last line: it was cut")
            found = _object(line)
            if "runs" in found:
                self._end_run()
                self._require_last(line, file)
                return
            self._tally.take(line)
            if "origin" in found:
                self._end_run()
                self._begin_run(_validated(_RunLine, found))
            else:
                yield self._event(_validated(_EventLine, found))

    def _next_line(self, file: BinaryIO) -> bytes:
        self._number += 1
        line = file.readline(LONGEST_LINE if self._number > 1 else _LONGEST_FIRST_LINE)
        if len(line) == LONGEST_LINE:
            raise _Wrong("the line is longer than any that helm writes")
        return line

    def _begin_run(self, found: _RunLine) -> None:
        if found.run_id in self._first_events:
            raise _Wrong(f"run {found.run_id} is in the file already")
        self._tally.runs += 1
        self._first_events[found.run_id] = self._number + 1
        self._chain = _Chain(found.run_id)
        self._origin = found.origin

    def _end_run(self) -> None:
        if self._chain and self._chain.next_seq == 0:
            raise _Wrong("the run before this line has no events")

    def _event(self, found: _EventLine) -> Row:
        if self._chain is None:
            raise _Wrong("an event stands before any run")
        row = found.row(self._origin)
        self._chain.take(row)
        self._tally.events += 1
        return row

    def _require_last(self, line: bytes, file: BinaryIO) -> None:
        if line != self._tally.last_line():
            raise _Wrong("the lines before are not those that were written: one was changed")
        if self._chain is None:
            raise _Wrong("the file has no runs")
        if file.read(1):
            self._number += 1
            raise _Wrong("something follows the last line")


class _Line(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _RunLine(_Line):
    run_id: Annotated[str, Field(pattern="^[0-9A-Z]{26}$")]
    origin: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]


class _EventLine(_Line):
    run_id: str
    seq: int
    kind: Annotated[str, Field(pattern="^[A-Za-z0-9_]{1,100}$")]
    schema_version: Annotated[int, Field(ge=1, lt=2**63)]
    recorded_at: str
    body: str
    digest: str
    output: str | None = None

    def row(self, origin: str) -> Row:
        """Give the row that the line was written from. Raises `_Wrong` for bad base64."""
        event = StoredEvent(*(getattr(self, name) for name in StoredEvent._fields))
        try:
            data = None if self.output is None else b64decode(self.output, validate=True)
        except ValueError as error:
            raise _Wrong(f"the output of event {self.seq} is not base64") from error
        return Row(event, self.digest, origin, "output" in self.model_fields_set, data)


def _event_line(row: Row) -> bytes:
    columns: dict[str, object] = {**row.event._asdict(), "digest": row.digest}
    if row.has_output:
        columns["output"] = None if row.output is None else b64encode(row.output).decode()
    return _line(columns)


def _line(columns: dict[str, object]) -> bytes:
    return f"{json.dumps(columns, ensure_ascii=False)}\n".encode()


_FIRST_LINE = _line({"helm": "runs", "format": _FORMAT})


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = from_json(line)
    except ValueError as error:
        raise _Wrong("the line is not JSON, or not UTF-8") from error
    if not isinstance(found, dict):
        raise _Wrong("the line is not a JSON object")
    return found


def _validated(model: type[Model], found: dict[str, Any]) -> Model:
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise _Wrong(f"{key!r}: {first['msg']}") from error


def _require_first(line: bytes) -> None:
    if line == _FIRST_LINE:
        return
    if line.startswith(_SQLITE):
        raise _Wrong("this is a log itself; say: helm export --all --db FILE | helm import -")
    with suppress(ValueError):
        match from_json(line):
            case {"helm": "runs", "format": int(other)} if other != _FORMAT:
                raise _Wrong(f"the file has form {other}, this helm reads {_FORMAT}; update helm")
    raise _Wrong("this is not how an export of helm's begins")


def _require_zone(event: StoredEvent) -> None:
    if datetime.fromisoformat(event.recorded_at).tzinfo is None:
        raise _Wrong(f"event {event.seq} has no time zone")


def _require_countable(event: StoredEvent, read: AgentFinished) -> None:
    """Refuse a number that would spoil every sum over the log, which nobody could take out."""
    counts = astuple(read.usage) if read.usage else ()
    if any(not 0 <= count <= MOST_TOKENS for count in counts if count is not None):
        raise _Wrong(f"event {event.seq} tells of more tokens than there can be")
    if not 0 <= read.seconds <= _LONGEST_CALL:
        raise _Wrong(f"event {event.seq} tells of more seconds than there can be")


def _require_json(event: StoredEvent) -> None:
    try:
        from_json(event.body, allow_inf_nan=False)
    except ValueError as error:
        raise _Wrong(f"the body of event {event.seq} is not JSON") from error
