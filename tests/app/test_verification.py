"""Checking a log and its reports: each fault is named for what it is, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from helm.app.errors import InputInvalid
from helm.app.place import Places
from helm.app.ports import Fault, Note
from helm.app.verification import Finding, Tally, verify
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.commands import StartAttempt
from helm.domain.events import (
    Channel,
    OutputCaptured,
    RunEvent,
    RunSettings,
    WorkerFinished,
    sha256,
)
from tests.app.worlds import ROOT, SPEC, World
from tests.examples import (
    MISSING,
    NOON,
    OK,
    WORKER_SAYS,
    Batch,
    digest_of,
    launch,
    record,
    start_run,
    whole_run,
)
from tests.examples import batches as batches_of
from tests.fake_upkeep import MemoryLogUpkeep
from tests.fakes import Chained, MemoryEventLog

SIZE = 2 * len(WORKER_SAYS) + len(MISSING) + len(OK)
REPORT = SPEC / "implementation-report.md"


def recorded(history: Iterable[Batch] | None = None) -> MemoryLogUpkeep:
    """Give a log that holds one run: that of the examples, unless it is another."""
    log = MemoryEventLog()
    record(log, "run", whole_run() if history is None else history)
    return MemoryLogUpkeep(log)


def places(world: World, upkeep: MemoryLogUpkeep) -> Places:
    ports = world.runner().places.ports
    return Places(replace(ports, open_upkeep=lambda _path: upkeep), ROOT, None)


def found(upkeep: MemoryLogUpkeep, world: World | None = None) -> list[Finding]:
    """Check, in a workspace that has no report unless one is given."""
    return list(verify(places(world or World(), upkeep)))


def faults(upkeep: MemoryLogUpkeep, world: World | None = None) -> list[str]:
    some = [each for each in found(upkeep, world) if isinstance(each, Fault)]
    return [f"{each.where}: {each.what}" for each in some]


def change(upkeep: MemoryLogUpkeep, seq: int, **columns: str) -> None:
    """Change columns of an event, and leave its digest."""
    rows = upkeep.log.stored["run"]
    event = StoredEvent(**{**rows[seq].event._asdict(), **columns})
    rows[seq] = rows[seq]._replace(event=event)


def rewrite(upkeep: MemoryLogUpkeep, first: int = 0) -> None:
    """Make the digests anew from an event on, as somebody does who knows how they are made."""
    rows = upkeep.log.stored["run"]
    digest = rows[first - 1].digest if first else FIRST
    for place, row in enumerate(rows[first:], start=first):
        digest = digest_after(digest, row.event)
        rows[place] = Chained(row.event, digest)


# The chain


def test_a_sound_log_is_summed_up() -> None:
    """Runs, events, and how much agents wrote."""
    assert found(recorded()) == [Tally(runs=1, events=38, output_size=SIZE)]


def test_what_is_wrong_with_the_file_is_told_first() -> None:
    """Whatever the care of the log finds is passed on."""
    upkeep = recorded()
    upkeep.found = [Fault("the file", "is damaged"), Note("the file", "has a table too many")]
    assert found(upkeep)[:2] == upkeep.found


@pytest.mark.parametrize(
    "columns", [{"body": '{"attempt":7}'}, {"recorded_at": "2020-01-01T00:00:00.000Z"}]
)
def test_a_changed_event_is_blamed_alone(columns: dict[str, str]) -> None:
    """Those that follow it are as they were recorded, and nothing is said of them."""
    upkeep = recorded()
    change(upkeep, 1, **columns)
    (fault,) = (each for each in found(upkeep) if isinstance(each, Fault))
    assert fault == Fault(
        "run run, event 1 (AttemptStarted, position 2)", "is not as it was recorded", "run", 1
    )


def test_a_changed_digest_is_blamed_alone() -> None:
    """The next event follows from what the digest should have been."""
    upkeep = recorded()
    rows = upkeep.log.stored["run"]
    rows[3] = rows[3]._replace(digest="0" * 64)
    assert faults(upkeep) == [
        "run run, event 3 (AgentSpawned, position 4): is not as it was recorded"
    ]


def test_two_changed_events_in_a_row_are_both_blamed() -> None:
    """One with another body, one with another digest, in either order."""
    for body_first in (True, False):
        upkeep = recorded()
        changed, other = (3, 4) if body_first else (4, 3)
        change(upkeep, changed, body="{}", kind="AttemptStarted")
        rows = upkeep.log.stored["run"]
        rows[other] = rows[other]._replace(digest="0" * 64)
        blamed = [each.seq for each in found(upkeep) if isinstance(each, Fault)]
        assert blamed == [3, 4]


def test_a_change_that_was_covered_up_in_its_own_row_is_found_in_the_next() -> None:
    """Whoever makes one digest anew must make all that follow."""
    upkeep = recorded()
    change(upkeep, 18, body=upkeep.log.stored["run"][18].event.body.replace("docs", "code"))
    rows = upkeep.log.stored["run"]
    rows[18] = Chained(rows[18].event, digest_after(rows[17].digest, rows[18].event))
    assert faults(upkeep) == [
        "run run, event 19 (AttemptStarted, position 20): is not as it was recorded"
    ]


def test_an_event_that_no_helm_can_read_is_named() -> None:
    """Its digest is right, and its body is not what its kind demands."""
    upkeep = recorded()
    change(upkeep, 1, body='{"attempt":"first"}')
    rewrite(upkeep, 1)
    (fault,) = faults(upkeep)
    assert fault.startswith("run run, event 1 (AttemptStarted, position 2): cannot be read: ")
    assert "attempt" in fault


def test_events_of_a_newer_helm_are_no_fault() -> None:
    """One note for the run, however many there are."""
    upkeep = recorded()
    upkeep.log.store("run", "PhaseEntered", "{}", recorded_at=NOON)
    upkeep.log.store("run", "PhaseLeft", "{}", recorded_at=NOON)
    note, tally = found(upkeep)
    assert note == Note(
        "run run",
        "is in part of a newer helm: event 38 (PhaseEntered) and 1 more; see to it with that one",
    )
    assert tally == Tally(runs=1, events=40, output_size=SIZE)


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ([0], "run run, event 0: is missing"),
        ([4], "run run, event 4: is missing"),
        ([7], "run run, event 7: is missing"),
        ([4, 5, 6, 7, 8], "run run, events 4 to 8: are missing"),
    ],
)
def test_missing_events_are_named_and_nothing_else_is(gone: list[int], expected: str) -> None:
    """What cannot be checked without them is not held against those that are there."""
    upkeep = recorded()
    rows = upkeep.log.stored["run"]
    upkeep.log.stored["run"] = [row for row in rows if row.event.seq not in gone]
    assert faults(upkeep) == [expected]


def test_events_after_a_missing_one_are_still_checked() -> None:
    """The chain is taken up again."""
    upkeep = recorded()
    change(upkeep, 30, body='{"launch":9,"session":"s","version":null}')
    del upkeep.log.stored["run"][4]
    assert faults(upkeep) == [
        "run run, event 4: is missing",
        "run run, event 30 (SessionOpened, position 30): is not as it was recorded",
    ]


def test_an_event_that_the_disk_refuses_is_told_once() -> None:
    """Nor is it missing, besides."""
    upkeep = recorded()
    upkeep.unreadable = {("run", 7)}
    assert faults(upkeep) == ["run run: cannot be read"]


def test_an_event_that_was_moved_is_named() -> None:
    """The order of the whole log is that of each run."""
    upkeep = recorded()
    upkeep.moved = {("run", 5): 90}
    assert faults(upkeep) == [
        "run run, event 6 (ActivityReported, position 7): stands before the event that it follows"
    ]


# Transcripts


def captured(data: bytes, offset: int = 0, number: int = 1) -> Batch:
    event = OutputCaptured(
        launch=number,
        channel=Channel.STDOUT,
        offset=offset,
        length=len(data),
        sha256=sha256(data),
    )
    return Batch(events=(event,), output=data)


def with_events(*more: RunEvent | Batch) -> MemoryLogUpkeep:
    """Give a log of these events alone."""
    as_batches = [each if isinstance(each, Batch) else Batch(events=(each,)) for each in more]
    return recorded(as_batches)


def test_output_that_is_not_what_was_captured_is_found() -> None:
    """By its length, and by its digest; the sum of the channel is not blamed too."""
    for other in (b"x" * 10, b""):
        upkeep = recorded()
        upkeep.log.outputs["run", 7] = other
        assert faults(upkeep) == [
            "run run, event 7 (OutputCaptured, position 8): has other output than was captured"
        ]


def test_output_that_is_gone_is_no_pruned_output() -> None:
    """A pruned one leaves its row."""
    upkeep = recorded()
    del upkeep.log.outputs["run", 7]
    assert faults(upkeep) == [
        "run run, event 7 (OutputCaptured, position 8): has lost its output, which was not pruned"
    ]


def test_pruned_output_is_counted_and_no_fault() -> None:
    """A channel of which a part is gone has no digest to be compared."""
    upkeep = recorded()
    upkeep.log.outputs["run", 7] = None
    assert found(upkeep) == [
        Tally(runs=1, events=38, output_size=SIZE - 10, pruned_chunks=1, pruned_size=10)
    ]


def test_output_where_none_belongs_is_found() -> None:
    """Only an OutputCaptured has any."""
    upkeep = recorded()
    upkeep.log.outputs["run", 2] = b"planted"
    assert faults(upkeep) == [
        "run run, event 2 (WorkerLaunched, position 3): has output, which it never had"
    ]


def test_a_gap_between_two_chunks_is_found() -> None:
    """Offsets count the bytes of the channel before them."""
    upkeep = with_events(captured(b"one"), captured(b"two", offset=4))
    assert faults(upkeep) == [
        "run run, event 1 (OutputCaptured, position 2): begins at byte 4 of stdout, after 3"
    ]


def limited(*pieces: tuple[int, bytes]) -> list[str]:
    """Check a run that keeps 6 bytes of a channel, 3 from its beginning and 3 from its end."""
    started = start_run(settings=RunSettings(output_limit=6))
    history = batches_of((started, StartAttempt(), *launch(b"", pid=1)))
    (finished,) = history[-1].events
    assert isinstance(finished, WorkerFinished)
    told = Batch(events=(replace(finished, stdout=digest_of(b"all of 15 bytes")),))
    silent = [each for each in history[:-1] if each.output is None]
    chunks = [captured(data, offset=offset) for offset, data in pieces]
    return faults(recorded([*silent, *chunks, told]))


def test_what_was_over_the_limit_is_not_missed() -> None:
    """The end stands where it was; what is between was never recorded, so nothing is digested."""
    assert limited((0, b"all"), (12, b"tes")) == []
    (fault,) = limited((0, b"all"), (11, b"tes"))
    assert "tells of 15 bytes of stdout, and 14 were captured" in fault
    (fault, *_) = limited((0, b"al"), (12, b"tes"))
    assert "begins at byte 12 of stdout, after 2" in fault


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"longer than words", "tells of 17 bytes of stdout, and 15 were captured"),
        (b"other than said", "has another digest for stdout than what was captured"),
    ],
)
def test_a_channel_is_held_against_what_is_said_of_it_at_its_end(
    said: bytes, expected: str
) -> None:
    """All chunks are sound in themselves, and they are not all, or others."""
    history = batches_of((start_run(), StartAttempt(), *launch(b"words and words", pid=1)))
    (finished,) = history[-1].events
    assert isinstance(finished, WorkerFinished)
    told = replace(finished, stdout=digest_of(said))
    (fault,) = faults(recorded([*history[:-1], Batch(events=(told,))]))
    assert fault == f"run run, event 9 (WorkerFinished, position 10): {expected}"


# Reports


def accepted() -> tuple[World, MemoryLogUpkeep]:
    """Give a workspace whose spec was run and accepted, and the care of its log."""
    world = World()
    world.run()
    return world, MemoryLogUpkeep(world.log)


def edit(world: World, old: str, new: str) -> None:
    text = world.files.contents[REPORT].decode()
    assert old in text
    world.files.contents[REPORT] = text.replace(old, new).encode()


def test_a_report_that_the_log_bears_out_is_nothing_to_speak_of() -> None:
    """As a run leaves both, there is no fault and no note."""
    world, upkeep = accepted()
    (tally,) = found(upkeep, world)
    assert isinstance(tally, Tally)
    assert tally.runs == 1


def test_a_report_outlives_the_rewriting_of_a_run() -> None:
    """A log in which all digests were made anew is sound in itself, and not what was reported."""
    world, upkeep = accepted()
    (run_id,) = world.log.stored
    rows = world.log.stored[run_id]
    digest = FIRST
    for place, row in enumerate(rows):
        event = row.event
        if event.kind == "VerdictGiven":
            event = event._replace(body=event.body.replace("One thing", "Nothing"))
        digest = digest_after(digest, event)
        rows[place] = Chained(event, digest)
    (fault,) = faults(upkeep, world)
    last = len(rows) - 1
    assert fault.startswith(
        "specs/spec-01/implementation-report.md: has another digest for event "
        f"{last} of run {run_id} than the log: "
    )


def test_a_report_outlives_the_end_of_a_run() -> None:
    """A chain that was cut off at its end is a chain; the report knows how long it was."""
    world, upkeep = accepted()
    (run_id,) = world.log.stored
    last = world.log.stored[run_id].pop().event.seq
    assert faults(upkeep, world) == [
        (
            f"specs/spec-01/implementation-report.md: tells of event {last} of run {run_id}, "
            "which is not in the log"
        )
    ]


def test_a_report_of_another_log_is_no_fault() -> None:
    """Reports travel in git, logs do not: a clone has the one without the other."""
    world, upkeep = accepted()
    ((run_id, _),) = world.log.stored.items()
    world.log.stored.clear()
    record(world.log, "another", whole_run())
    assert faults(upkeep, world) == []
    (note,) = (each for each in found(upkeep, world) if isinstance(each, Note))
    assert note.where == "specs/spec-01/implementation-report.md"
    assert note.what.startswith(f"tells of run {run_id}, which is not in this log")


def test_an_edited_digest_is_found() -> None:
    """Whether report or log was changed, the log alone cannot tell."""
    world, upkeep = accepted()
    digest = next(iter(world.log.stored.values()))[-1].digest
    edit(world, digest, digest[::-1])
    (fault,) = faults(upkeep, world)
    assert "one of them was changed" in fault


def test_the_words_of_a_worker_are_not_taken_for_a_digest() -> None:
    """Only the head of a report is helm's own."""
    world, upkeep = accepted()
    text = world.files.contents[REPORT].decode()
    world.files.contents[REPORT] = f"{text}- Log digest: event 0, sha256 {'0' * 64}\n".encode()
    assert faults(upkeep, world) == []


@pytest.mark.parametrize(
    "text", ["# Done by hand\n", "- Log digest: event 3, sha256 [redacted]\n- Run: R\n"]
)
def test_a_report_without_a_digest_is_worth_a_note(text: str) -> None:
    """It may be older than helm, or masked."""
    world, upkeep = accepted()
    world.files.contents[REPORT] = text.encode()
    note, _ = found(upkeep, world)
    assert note == Note(
        "specs/spec-01/implementation-report.md",
        "names no digest of the log, so it was not compared",
    )


def test_a_report_that_cannot_be_read_is_worth_a_note() -> None:
    """And the log is checked all the same."""
    world, upkeep = accepted()
    world.files.too_large[REPORT] = 10**9
    note, tally = found(upkeep, world)
    assert isinstance(note, Note)
    assert isinstance(tally, Tally)


def test_the_report_of_a_broken_spec_is_compared_too() -> None:
    """What is wrong with its metadata does not matter here."""
    world, upkeep = accepted()
    world.files.contents[SPEC / "metadata.json"] = b"{"
    edit(world, "- Log digest: event ", "- Log digest: event 9")
    assert len(faults(upkeep, world)) == 1


def test_where_there_is_neither_log_nor_report_nothing_can_be_checked() -> None:
    """To say that all is well would be too much."""
    with pytest.raises(InputInvalid, match="there is no log at "):
        found(MemoryLogUpkeep(MemoryEventLog()))


def test_a_large_log_tells_how_far_it_has_come() -> None:
    """The last word is the whole."""
    upkeep = recorded()
    for number in range(200):
        record(upkeep.log, f"run {number}", whole_run())
    tallies = [each for each in verify(places(World(), upkeep)) if isinstance(each, Tally)]
    assert len(tallies) > 1
    assert (tallies[-1].runs, tallies[-1].events) == (201, 201 * 38)
