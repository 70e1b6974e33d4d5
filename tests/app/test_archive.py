"""Runs as JSON Lines: what is written comes back, and what was not written is refused."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helm.app import archive as archive_module
from helm.app.archive import Source, exported, imported
from helm.app.errors import InputInvalid, RecordFailed
from helm.app.identity import new_run_id
from helm.app.ports import Merged
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.events import (
    KINDS,
    MOST_TOKENS,
    AgentFinished,
    Channel,
    OutputCaptured,
    TokenUsage,
    sha256,
)
from tests.domain.histories import JSON_VALUES, any_of
from tests.examples import NOON, digest_of, record, whole_run
from tests.fake_archive import MemoryLogArchive
from tests.fakes import Chained, MemoryEventLog

FIRST_RUN, SECOND_RUN, THIRD_RUN = (
    new_run_id(NOON + timedelta(hours=hour), bytes(10)) for hour in range(3)
)
ELSEWHERE = "e" * 16
MANY = settings(max_examples=int(os.environ.get("HELM_EXAMPLES", "200")), deadline=None)

Line = dict[str, Any]


# Round trips


def export(archive: MemoryLogArchive, *run_ids: str) -> bytes:
    """Export runs, or all."""
    return b"".join(exported(archive, run_ids or archive.log.stored))


def import_into(archive: MemoryLogArchive, *files: bytes) -> list[Merged]:
    sources = [
        Source(f"file-{number}.jsonl", partial(BytesIO, data)) for number, data in enumerate(files)
    ]
    return imported(archive, sources, NOON)


def store_unknown(log: MemoryEventLog, run_id: str, body: str, output: bytes | None) -> None:
    """Store an event of a newer helm, with output where it is given."""
    log.store(run_id, "PlanMade", body, recorded_at=NOON, schema_version=7)
    if output is not None:
        log.outputs[run_id, len(log.stored[run_id]) - 1] = output


def filled() -> MemoryLogArchive:
    """A log with a run of its own, one that was imported and pruned, and one of a newer helm."""
    archive = MemoryLogArchive(identity="a" * 16)
    for run_id in (THIRD_RUN, FIRST_RUN, SECOND_RUN):
        record(archive.log, run_id, whole_run()[: 9 if run_id == SECOND_RUN else None])
    archive.log.imports[SECOND_RUN] = ELSEWHERE
    for place in archive.log.outputs:
        if place[0] == SECOND_RUN:
            archive.log.outputs[place] = None
    store_unknown(archive.log, THIRD_RUN, '{"plan": "\\u2028 漢"}', b"\xff\x00")
    return archive


GOOD = export(filled())
LINES = GOOD.splitlines(keepends=True)

CHUNKS = st.tuples(st.integers(1, 3), st.sampled_from(Channel), st.binary(max_size=50))
EVENTS = st.one_of([any_of(kind) for kind in KINDS.values() if kind is not OutputCaptured])
UNKNOWN = st.tuples(JSON_VALUES, st.none() | st.binary(max_size=9))
HISTORIES = st.lists(
    st.lists(st.one_of(EVENTS, CHUNKS, UNKNOWN), min_size=1, max_size=6), min_size=1, max_size=3
)


def countable(told: AgentFinished) -> AgentFinished:
    """Keep time and tokens within what there can be."""
    usage = told.usage and TokenUsage(
        input_tokens=abs(told.usage.input_tokens) % MOST_TOKENS, output_tokens=MOST_TOKENS
    )
    return replace(told, seconds=abs(told.seconds) % 10**12, usage=usage)


def record_any(log: MemoryEventLog, run_id: str, history: Iterable[Any]) -> None:
    """Store events, output and what a newer helm may write; an end tells what was captured."""
    captured: dict[tuple[int, Channel], bytes] = {}
    for what in history:
        match what:
            case (int(launch), Channel() as channel, bytes(data)):
                before = captured.get((launch, channel), b"")
                captured[launch, channel] = before + data
                event = OutputCaptured(
                    launch=launch,
                    channel=channel,
                    offset=len(before),
                    length=len(data),
                    sha256=sha256(data),
                )
                place = len(log.stored.get(run_id, []))
                log.append(run_id, [event], expected_seq=place, recorded_at=NOON, output=data)
            case (value, None | bytes() as output):
                store_unknown(log, run_id, json.dumps(value), output)
            case AgentFinished(launch=launch) as told:
                out, err = (captured.pop((launch, channel), b"") for channel in Channel)
                finished = countable(replace(told, stdout=digest_of(out), stderr=digest_of(err)))
                place = len(log.stored.get(run_id, []))
                log.append(run_id, [finished], expected_seq=place, recorded_at=NOON)  # type: ignore[list-item]
            case event:
                place = len(log.stored.get(run_id, []))
                log.append(run_id, [event], expected_seq=place, recorded_at=NOON)


@settings(deadline=None, max_examples=int(os.environ.get("HELM_EXAMPLES", "50")))
@given(histories=HISTORIES, foreign=st.booleans(), pruned=st.booleans())
def test_any_history_comes_through_unchanged(
    histories: list[list[object]], *, foreign: bool, pruned: bool
) -> None:
    """Imported into an empty log and exported again, it is the same file."""
    here, there = MemoryLogArchive(identity="a" * 16), MemoryLogArchive(identity="b" * 16)
    for run_id, history in zip((FIRST_RUN, SECOND_RUN, THIRD_RUN), histories, strict=False):
        record_any(here.log, run_id, history)
    if foreign:
        here.log.imports[FIRST_RUN] = ELSEWHERE
    if pruned:
        here.log.outputs = dict.fromkeys(here.log.outputs)
    file = export(here)
    assert import_into(there, file) == [Merged(len(here.log.stored), 0, 0)]
    assert export(there) == file
    assert (there.log.stored, there.log.outputs) == (here.log.stored, here.log.outputs)
    assert import_into(there, file) == [Merged(0, 0, len(here.log.stored))]
    assert export(there) == file


def test_a_file_is_lines_of_json_that_anyone_can_check() -> None:
    """A line says what it is, runs stand oldest first, the last one seals the rest."""
    first, *rest, last = [json.loads(line) for line in LINES]
    assert first == {"helm": "runs", "format": 1}
    assert [(line["run_id"], line["origin"]) for line in rest if "origin" in line] == [
        (FIRST_RUN, "a" * 16),
        (SECOND_RUN, ELSEWHERE),
        (THIRD_RUN, "a" * 16),
    ]
    events = [line for line in rest if "seq" in line]
    digest = hashlib.sha256(b"".join(LINES[:-1])).hexdigest()
    assert last == {"runs": 3, "events": len(events), "sha256": digest}
    archive = filled()
    rows = [row for run_id in sorted(archive.log.stored) for row in archive.rows(run_id)]
    for line, row in zip(events, rows, strict=True):
        columns = [line[name] for name in (*StoredEvent._fields, "digest")]
        assert columns == [*row.event, row.digest]
        shown = b64encode(row.output).decode() if row.output is not None else None
        assert line.get("output", "none") == (shown if row.has_output else "none")


def test_a_run_is_exported_once_however_often_it_is_named() -> None:
    """And in the order of time, whatever order was asked for."""
    archive = filled()
    assert export(archive, THIRD_RUN, FIRST_RUN, THIRD_RUN) == export(
        archive, FIRST_RUN, THIRD_RUN
    )


def test_several_files_are_merged_in_one_go() -> None:
    """Each is accounted for; one that is damaged keeps the others out."""
    archive = filled()
    files = [export(archive, FIRST_RUN), export(archive, FIRST_RUN, SECOND_RUN)]
    there = MemoryLogArchive()
    with pytest.raises(InputInvalid, match=r"^file-2\.jsonl, line 1: "):
        import_into(there, *files, b"")
    assert there.log.stored == {}
    assert import_into(there, *files) == [Merged(1, 0, 0), Merged(1, 0, 1)]


def test_a_run_with_another_past_is_named_by_its_line() -> None:
    """The line is that of the first event that differs."""
    there = MemoryLogArchive()
    record(there.log, SECOND_RUN, whole_run()[:3])
    there.log.stored[SECOND_RUN][2] = replace_digest(there.log.stored[SECOND_RUN][2])
    number = 1 + next(
        n for n, line in enumerate(LINES) if SECOND_RUN.encode() in line and b'"seq": 2,' in line
    )
    expected = (
        f"file-0.jsonl, line {number}: the log holds another event 2 of run {SECOND_RUN}; "
        "nothing was imported"
    )
    with pytest.raises(RecordFailed) as refused:
        import_into(there, GOOD)
    assert str(refused.value) == expected
    assert list(there.log.stored) == [SECOND_RUN]


def replace_digest(chained: Chained) -> Chained:
    return chained._replace(digest="0" * 64)


# What was not written is refused


UNTOUCHED = filled()


def state(archive: MemoryLogArchive) -> list[object]:
    """Take down all that the log holds."""
    log = archive.log
    return [{**log.stored}, {**log.outputs}, {**log.imports}]


BEFORE = state(UNTOUCHED)


def refusal(data: bytes) -> str:
    """Import a file that must be refused; see that nothing was taken in, and give the sentence."""
    empty = MemoryLogArchive()
    for each in (UNTOUCHED, empty):
        with pytest.raises(InputInvalid) as refused:
            import_into(each, data)
    assert state(UNTOUCHED) == BEFORE
    assert state(empty) == [{}, {}, {}]
    said = str(refused.value)
    assert said.startswith("file-0.jsonl, line ")
    assert said.endswith("; nothing was imported")
    assert len(said) < 500
    assert "\n" not in said
    return said


@MANY
@given(place=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
def test_a_file_with_one_other_byte_is_refused(place: int, byte: int) -> None:
    """Wherever it is: in the header, a body, a digest, the output, or the last line."""
    assume(GOOD[place] != byte)
    refusal(GOOD[:place] + bytes([byte]) + GOOD[place + 1 :])


@MANY
@given(length=st.integers(0, len(GOOD) - 1))
def test_a_file_that_was_cut_is_refused(length: int) -> None:
    """Also where only the last line end is missing."""
    refusal(GOOD[:length])


@MANY
@given(place=st.integers(0, len(GOOD)), more=st.binary(min_size=1, max_size=9))
def test_a_file_with_something_added_is_refused(place: int, more: bytes) -> None:
    """In the middle or at an end, also a blank line."""
    data = GOOD[:place] + more + GOOD[place:]
    refusal(data)


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_file_that_lacks_a_line_or_has_it_twice_is_refused(number: int) -> None:
    """Whichever line it is."""
    refusal(b"".join(LINES[:number] + LINES[number + 1 :]))
    refusal(b"".join(LINES[: number + 1] + LINES[number:]))


@MANY
@given(places=st.lists(st.integers(0, len(LINES) - 1), min_size=2, max_size=2, unique=True))
def test_a_file_with_two_lines_in_each_others_place_is_refused(places: list[int]) -> None:
    """Neighbours or not."""
    one, two = places
    lines = list(LINES)
    lines[one], lines[two] = lines[two], lines[one]
    refusal(b"".join(lines))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not how an export of helm's begins"),
        (b"\n", "not how an export of helm's begins"),
        (b"{}\n", "not how an export of helm's begins"),
        (b"[1, 2]\n", "not how an export of helm's begins"),
        (b'{"run_id": "x", "kind": "RunStarted"}\n', "not how an export of helm's begins"),
        (b'{"format": 1, "helm": "runs"}\n', "not how an export of helm's begins"),
        (b'{"helm": "runs", "format": "1"}\n', "not how an export of helm's begins"),
        (b'{"helm": "runs", "format": 2, "more": 1}\n', "has form 2, this helm reads 1"),
        (gzip.compress(GOOD), "not how an export of helm's begins"),
        (bytes(range(256)) * 40_000, "not how an export of helm's begins"),
        (b"x" * 10_000_000, "not how an export of helm's begins"),
        (b"SQLite format 3\0" + bytes(100), "this is a log itself"),
    ],
)
def test_a_foreign_file_is_refused_at_its_first_line(data: bytes, said: str) -> None:
    """Whatever it is, and however long."""
    sentence = refusal(data)
    assert sentence.startswith("file-0.jsonl, line 1: ")
    assert said in sentence


def test_a_line_that_never_ends_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines have a bound, which no line of helm's reaches."""
    monkeypatch.setattr(archive_module, "LONGEST_LINE", 1000)
    assert "line 2: the line is longer than any" in refusal(LINES[0] + b" " * 1001)


# Forged files: their last line is right, and so is every digest that the forger could compute


def sealed(lines: Iterable[Line | bytes]) -> bytes:
    """Write a file of these lines between a first and a last line that are right."""
    written = [
        line if isinstance(line, bytes) else f"{json.dumps(line)}\n".encode() for line in lines
    ]
    runs, events = (sum(key in line for line in written) for key in (b'"origin": ', b'"seq": '))
    before = b"".join([LINES[0], *written])
    last = {"runs": runs, "events": events, "sha256": hashlib.sha256(before).hexdigest()}
    return before + f"{json.dumps(last)}\n".encode()


def forged(forge: Callable[[list[Line]], None]) -> bytes:
    """Let `forge` change a short run, and compute the digests anew."""
    archive = MemoryLogArchive(identity="a" * 16)
    record(archive.log, FIRST_RUN, whole_run()[:10])
    lines = [json.loads(line) for line in export(archive).splitlines()[1:-1]]
    forge(lines)
    lines = [dict(line) for line in lines]
    digest = FIRST
    for line in lines:
        if set(StoredEvent._fields) <= line.keys():
            event = StoredEvent(*(line[name] for name in StoredEvent._fields))
            digest = line["digest"] = digest_after(digest, event)
    return sealed(lines)


def with_body(line: Line, **changes: object) -> None:
    line["body"] = json.dumps({**json.loads(line["body"]), **changes})


def output_line(lines: list[Line]) -> Line:
    return next(line for line in lines if "output" in line)


FORGERIES: dict[str, tuple[Callable[[list[Line]], Any], str]] = {
    "nothing but a run": (lambda lines: lines.__delitem__(slice(1, None)), "has no events"),
    "an event is missing": (lambda lines: lines.pop(3), "line 5: event 2 .* is missing"),
    "the first event is missing": (lambda lines: lines.pop(1), "event 0 .* is missing"),
    "two events are swapped": (
        lambda lines: lines.insert(2, lines.pop(3)),
        "event 1 .* is missing",
    ),
    "an event comes twice": (lambda lines: lines.insert(2, lines[1]), "event 1 .* is missing"),
    "an event of another run": (
        lambda lines: lines[2].update(run_id=SECOND_RUN),
        "event 1 .* is missing",
    ),
    "an event before any run": (
        lambda lines: lines.pop(0),
        "line 2: an event stands before any run",
    ),
    "a run comes twice": (lambda lines: lines.extend(lines[:]), "is in the file already"),
    "a run without an origin": (lambda lines: lines[0].update(origin="us"), "line 2: 'origin': "),
    "a run of another form": (
        lambda lines: lines[0].update(run_id="../../x"),
        "line 2: 'run_id': ",
    ),
    "an unknown key": (lambda lines: lines[2].update(more=1), "line 4: 'more': Extra inputs"),
    "a very long key": (lambda lines: lines[2].update({"x" * 10_000_000: 1}), "line 4: 'xxxx"),
    "a missing key": (lambda lines: lines[2].pop("kind"), "line 4: 'kind': Field required"),
    "a number as text": (lambda lines: lines[2].update(seq="1"), "line 4: 'seq': "),
    "a number too large": (
        lambda lines: lines[2].update(schema_version=2**63),
        "'schema_version': ",
    ),
    "a kind that is none": (lambda lines: lines[2].update(kind="\x1b[2J"), "line 4: 'kind': "),
    "no time": (
        lambda lines: lines[2].update(recorded_at="yesterday"),
        "event 1 cannot be read",
    ),
    "no time zone": (
        lambda lines: lines[2].update(recorded_at="2026-01-31T12:00:00"),
        "event 1 has no time zone",
    ),
    "a body that its kind forbids": (
        lambda lines: with_body(lines[2], attempt="first"),
        "event 1 cannot be read: a stored AttemptStarted cannot be read: attempt",
    ),
    "a newer body that is not JSON": (
        lambda lines: lines[2].update(kind="PlanMade", body="{"),
        "the body of event 1 is not JSON",
    ),
    "a newer body that SQLite cannot hold": (
        lambda lines: lines[2].update(kind="PlanMade", body="NaN"),
        "the body of event 1 is not JSON",
    ),
    "output that nothing says": (
        lambda lines: lines[2].update(output=""),
        "has output, which",
    ),
    "no output": (lambda lines: output_line(lines).pop("output"), "has lost its output"),
    "other output": (
        lambda lines: output_line(lines).update(output="AAAA"),
        "event 7 has other output than was captured",
    ),
    "output that is not base64": (
        lambda lines: output_line(lines).update(output="ä"),
        "the output of event 7 is not base64",
    ),
    "output with a stray character": (
        lambda lines: output_line(lines).update(output=output_line(lines)["output"] + "\n"),
        "the output of event 7 is not base64",
    ),
    "tokens that overflow every sum": (
        lambda lines: with_body(lines[-1], usage={"input_tokens": 2**63 - 1, "output_tokens": 1}),
        "event 9 tells of more tokens than there can be",
    ),
    "tokens below zero": (
        lambda lines: with_body(lines[-1], usage={"input_tokens": 1, "output_tokens": -1}),
        "event 9 tells of more tokens than there can be",
    ),
    "time without end": (
        lambda lines: with_body(lines[-1], seconds=float("inf")),
        "event 9 tells of more seconds than there can be",
    ),
    "no time at all": (
        lambda lines: with_body(lines[-1], seconds=float("nan")),
        "event 9 tells of more seconds than there can be",
    ),
    "output elsewhere": (
        lambda lines: with_body(output_line(lines), offset=1),
        "event 7 begins at byte 1 of stdout, after 0",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_file_is_refused(name: str) -> None:
    """No line is taken on trust because the sums are right."""
    forge, said = FORGERIES[name]
    assert re.search(said, refusal(forged(forge)))


def test_a_digest_that_does_not_follow_is_refused() -> None:
    """The chain is computed anew, event by event."""
    lines = [json.loads(line) for line in LINES[1:-1]]
    with_body(lines[2], attempt=2)
    assert "line 4: event 1 is not as it was recorded" in refusal(sealed(lines))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"\n", "not JSON"),
        (b"\xff\xfe\n", "not JSON, or not UTF-8"),
        (b'{"run_id": "\\ud800", "origin": ""}\n', "not JSON"),
        (b'{"run_id": "\xed\xa0\x80", "origin": ""}\n', "not JSON, or not UTF-8"),
        (b"[" * 10_000_000 + b"\n", "not JSON"),
        (b"9" * 10_000 + b"\n", "not JSON"),
        (b"{}\n", "'run_id': Field required"),
        (b"null\n", "not a JSON object"),
    ],
)
def test_a_line_that_is_none_is_refused(line: bytes, said: str) -> None:
    """Whatever it holds; the line is named."""
    sentence = refusal(LINES[0] + line + b"".join(LINES[1:]))
    assert sentence.startswith("file-0.jsonl, line 2: ")
    assert said in sentence


def test_a_file_without_runs_is_refused() -> None:
    """Nobody exports nothing."""
    assert "line 2: the file has no runs" in refusal(sealed([]))


def test_a_file_that_cannot_be_opened_is_the_users_to_mend() -> None:
    """It is an input, and not the log."""

    def missing() -> AbstractContextManager[BinaryIO]:
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(InputInvalid, match=r"^cannot read it\.jsonl: No such file or directory$"):
        imported(MemoryLogArchive(), [Source("it.jsonl", missing)], NOON)


# What could not be imported is not exported


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda log: log.stored[FIRST_RUN].pop(3), "event 3 .* is missing"),
        (
            lambda log: log.stored[FIRST_RUN].__setitem__(
                3, replace_digest(log.stored[FIRST_RUN][3])
            ),
            "event 3 is not as it was recorded",
        ),
        (lambda log: log.outputs.pop((FIRST_RUN, 7)), "event 7 has lost its output"),
        (
            lambda log: log.outputs.update({(FIRST_RUN, 7): b"else"}),
            "event 7 has other output than was captured",
        ),
    ],
)
def test_a_damaged_run_is_not_exported(damage: Callable[[MemoryEventLog], Any], said: str) -> None:
    """It is noticed where it can still be looked into."""
    archive = filled()
    damage(archive.log)
    with pytest.raises(RecordFailed, match=rf"^run {FIRST_RUN} cannot be exported: .*{said}"):
        export(archive)
    assert export(archive, SECOND_RUN)
