"""How things are written for people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from helm.app.wording import (
    chosen_model,
    clock_time,
    counted,
    full_moment,
    in_words,
    local,
    resume_words,
    short_moment,
    short_number,
)
from helm.domain.events import AgentChoice, Cause, Ending

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nine hours before Greenwich."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "JST-9")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def beyond_a_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A zone that C libraries take and Python does not."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "<+25>-24:59:59")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("beyond_a_day")
def test_a_zone_that_is_none_leaves_times_as_they_are() -> None:
    """A wrong TZ is no reason to show nothing."""
    assert full_moment(NOW) == "2026-03-01 12:00:00 +0000"


@pytest.mark.usefixtures("tokyo")
def test_a_moment_that_a_zone_takes_out_of_the_calendar_stays_as_it_is() -> None:
    """So a clock that is thousands of years fast is no reason either."""
    last = datetime.max.replace(tzinfo=UTC)
    assert local(last) == last
    assert short_moment(last, NOW) == "31 Dec 9999"


@pytest.mark.usefixtures("tokyo")
def test_a_moment_of_this_year_has_its_time_and_any_other_its_year() -> None:
    """The year is the one where one is."""
    assert short_moment(datetime(2026, 1, 31, 9, 15, tzinfo=UTC), NOW) == "31 Jan 18:15"
    assert short_moment(datetime(2025, 12, 31, 14, 59, tzinfo=UTC), NOW) == "31 Dec 2025"
    assert short_moment(datetime(2025, 12, 31, 15, 0, tzinfo=UTC), NOW) == "01 Jan 00:00"


@pytest.mark.usefixtures("tokyo")
def test_a_moment_is_told_where_one_is() -> None:
    """With its zone, where the page may be read elsewhere."""
    assert full_moment(NOW) == "2026-03-01 21:00:00 +0900"
    assert clock_time(NOW) == "21:00:00"


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (987, "987"), (12_345, "12.3k"), (4_500_000, "4.5M"), (7.2e9, "7.2G")],
)
def test_a_large_number_is_told_in_three_digits(number: float, written: str) -> None:
    """It is a size that people want, not a sum."""
    assert short_number(number) == written


def test_one_thing_is_no_plural() -> None:
    """Thousands are set apart."""
    assert [counted(number, "run") for number in (0, 1, 3456)] == ["0 runs", "1 run", "3,456 runs"]


def test_a_name_of_the_record_is_told_in_words() -> None:
    """It is made for programs to tell apart."""
    assert in_words(Cause.WORKER_TIMED_OUT) == "worker timed out"
    assert in_words(Ending.TIMED_OUT) == "timed out"


def test_a_model_that_nobody_chose_is_the_agents_own() -> None:
    """How hard it is to think is told where that was chosen."""
    assert chosen_model(AgentChoice()) == "the agent's own model"
    assert chosen_model(AgentChoice(model="m", reasoning="high")) == "m, reasoning high"


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ("0199-a", "codex resume 0199-a"),
        ("two words; rm", "codex resume 'two words; rm'"),
        ("a\x1b]52;c;eA==\x07b\nc", "codex resume 'ab c'"),
    ],
)
def test_a_session_is_named_as_a_shell_takes_it(session: str, words: str) -> None:
    """An agent has named it: whatever it is, it is one harmless word."""
    assert resume_words(session) == words
