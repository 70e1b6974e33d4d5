"""A run as the screen has it: its progress, its session, its bytes, and what is found in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.story import resume_words
from helm.adapters.tui.telling import Telling, places_of
from helm.app.errors import RecordFailed
from helm.domain.commands import RecordSession, StartAttempt
from helm.domain.events import ActivityReported, OutputCaptured, Recorded, RunEvent
from tests.adapters.tui.transcripts import RUN, SHORT, Transcript, at_work, printed
from tests.domain.histories import (
    ACTIVITY,
    LAUNCH,
    OK,
    QUICK,
    SESSION,
    SPAWN,
    completed,
    missing,
)
from tests.fakes import MemoryEventLog

VERIFIER = RecordSession(session="0199-v")


def test_progress_is_that_of_the_run() -> None:
    told = at_work().tell(SESSION, ACTIVITY).says(b"hello\n")
    progress = told.telling().progress
    assert progress.run == told.run
    assert progress.seq == told.recorded[-1].seq
    assert progress.heard_at == told.recorded[-1].recorded_at
    launched = next(
        each for each in told.recorded if type(each.event).__name__ == "WorkerLaunched"
    )
    assert progress.launched_at == launched.recorded_at
    kinds = {type(each.event) for each in progress.history}
    assert kinds.isdisjoint({OutputCaptured, ActivityReported})


def test_the_session_to_go_on_with_is_that_of_the_agent_at_work_or_else_the_workers() -> None:
    told = at_work()
    assert resume_words(told.telling().story) is None
    told.tell(SESSION)
    assert resume_words(told.telling().story) == "codex resume 0199-a"
    told.tell(completed("done"), LAUNCH, SPAWN)
    assert resume_words(told.telling().story) == "codex resume 0199-a"
    told.tell(VERIFIER)
    assert resume_words(told.telling().story) == "codex resume 0199-v"
    told.tell(completed(missing("one")))
    assert resume_words(told.telling().story) == "codex resume 0199-a"
    told.tell(
        StartAttempt(), LAUNCH, SPAWN, completed("x"), LAUNCH, SPAWN, VERIFIER, completed(OK)
    )
    assert resume_words(told.telling().story) == "codex resume 0199-a"


def test_what_was_on_record_is_being_read_until_its_last_event() -> None:
    told = printed(300)
    telling = Telling(RUN, SHORT, told.log, ours=False, until=told.recorded[-1].seq)
    for recorded in told.recorded:
        assert telling.reading(raw=False)
        telling.take(recorded)
    assert not telling.reading(raw=False)


def test_the_bytes_are_read_only_when_somebody_wants_them() -> None:
    told = at_work().says(b"one\n")
    telling = told.telling()
    assert telling.lacks(raw=True)
    assert telling.reading(raw=True)
    assert telling.count(raw=True) == 0
    telling.catch_up(told.log, lambda: None, raw=True)
    assert not telling.lacks(raw=True)
    assert not telling.reading(raw=True)
    told.says(b"two\n")
    telling.take(told.recorded[-1])
    assert telling.lines(1, 9, raw=True) == ["one", "two"]


def test_bytes_that_come_while_the_others_are_read_are_told_once() -> None:
    told = at_work().says(*(f"{number}\n".encode() for number in range(20)))
    late = iter(
        Transcript(told.log, told.recorded, told.run, told.now)
        .says(b"20\n", b"21\n")
        .recorded[-2:]
    )
    telling = Telling(RUN, SHORT, told.log, ours=True)
    for recorded in told.recorded[:-2]:
        telling.take(recorded)

    def wake() -> None:
        for recorded in late:
            telling.take(recorded)

    telling.catch_up(told.log, wake, raw=True)
    assert telling.lines(1, 99, raw=True) == [str(number) for number in range(22)]


def test_a_log_that_lacks_what_was_told_is_not_waited_for() -> None:
    telling = at_work().says(b"one\n").telling()
    telling.catch_up(Transcript().log, lambda: None, raw=True)
    assert not telling.reading(raw=True)


@pytest.mark.parametrize(
    ("text", "start", "forwards", "found"),
    [
        ("line 7", 2000, False, 1 + 1 + 799),
        ("line 7", 100, False, 2 + 79),
        ("line 7", 100, True, 2 + 700),
        ("line 7", 1900, True, 2 + 7),
        ("line 1999", 5, False, 2 + 1999),
        ("line 50", 2 + 50, False, 2 + 50),
        ("line 1950", 2 + 1949, False, 2 + 1950),
        ("LINE 7", 100, True, None),
        ("nothing", 1000, True, None),
        ("line 1999", 0, True, 2 + 1999),
        ("line 0", 5000, False, 2),
        ("nothing", 5000, False, None),
        ("line", -1, False, 2 + 1999),
    ],
)
def test_a_text_is_found_upwards_or_downwards_and_around(
    text: str,
    start: int,
    forwards: bool,  # noqa: FBT001  told apart by its name
    found: int | None,
) -> None:
    telling = printed(2000).telling()
    assert telling.find(text, start, raw=False, forwards=forwards) == found


def test_small_letters_find_large_ones_and_colour_is_no_hindrance() -> None:
    telling = at_work().says(b"\x1b[31mFA\x1b[0mILED\n", b"failed\n").telling()
    assert telling.find("failed", 9, raw=False) == 3
    assert telling.find("failed", 2, raw=False) == 2
    assert telling.find("FAILED", 9, raw=False) == 2


def test_a_search_hears_how_far_it_has_come_and_can_be_ended() -> None:
    telling = printed(5000).telling()
    heard: list[int] = []

    def at(line: int) -> bool:
        heard.append(line)
        return len(heard) < 3

    assert telling.find("line 0", 4000, raw=False, at=at) is None
    assert len(heard) == 3
    assert all(later < earlier for earlier, later in pairwise(heard))


@QUICK
@given(line=st.text(), text=st.text(min_size=1, max_size=3))
def test_places_are_where_the_text_stands(line: str, text: str) -> None:
    fold = text == text.lower()
    for begin, end in places_of(text, line):
        assert (line[begin:end].lower() if fold else line[begin:end]) == text


def test_a_run_that_is_gone_on_with_knows_its_history_and_reads_its_lines_by_and_by() -> None:
    """What comes meanwhile is told once, and after what was before."""
    told = at_work().says(*(f"{number}\n".encode() for number in range(20)))
    whole = told.telling()
    telling = Telling(RUN, SHORT, told.log, ours=True)
    telling.go_on_from(whole.progress.history)
    assert telling.progress.run == whole.progress.run
    assert telling.reading(raw=False)
    late = iter(told.says(b"20\n", b"21\n").recorded[-2:])

    def wake() -> None:
        for recorded in late:
            telling.take(recorded)

    telling.catch_up(told.log, wake, raw=False)
    assert not telling.reading(raw=False)
    telling.take(told.says(b"22\n").recorded[-1])
    lines = telling.lines(0, 99, raw=False)
    assert lines == told.telling().lines(0, 99, raw=False)
    assert lines[-1] == "22"


def test_one_reader_is_enough() -> None:
    """Whoever comes while the bytes are being read, or later, finds nothing to do."""
    told = printed(50)
    telling = told.telling()

    def second() -> None:
        telling.catch_up(TornLog(), lambda: None, raw=True)

    telling.catch_up(told.log, second, raw=True)
    assert not telling.reading(raw=True)
    second()


class TornLog(MemoryEventLog):
    """A log that cannot be read."""

    def load(
        self,
        run_id: str,
        kinds: Sequence[type[RunEvent]] = (),
        *,
        after: int = -1,
        limit: int | None = None,
    ) -> list[Recorded]:
        raise RecordFailed(f"{run_id} {kinds} {after} {limit}")


def test_bytes_that_could_not_be_read_can_be_wanted_again() -> None:
    told = printed(50)
    whole, telling = told.telling(), told.telling()
    whole.catch_up(told.log, lambda: None, raw=True)
    with pytest.raises(RecordFailed):
        telling.catch_up(TornLog(), lambda: None, raw=True)
    assert telling.lacks(raw=True)
    assert telling.reading(raw=True)
    telling.catch_up(told.log, lambda: None, raw=True)
    assert not telling.lacks(raw=True)
    assert telling.lines(0, 99, raw=True) == whole.lines(0, 99, raw=True)
