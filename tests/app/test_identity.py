"""Run ids: their order is that of time, and their text can be read aloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from helm.app.identity import (
    ENTROPY_BYTES,
    abbreviated,
    abbreviations,
    meant,
    nearest,
    new_run_id,
)
from helm.domain.events import AttemptStarted
from tests.domain.histories import QUICK
from tests.fakes import MemoryEventLog

MOMENT = datetime(2026, 1, 31, 9, 15, 2, 123456, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
BEGUN = AttemptStarted(attempt=1)

moments = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants bounds without a zone
entropies = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)


def log_with(*run_ids: str) -> MemoryEventLog:
    """Keep a log of these runs."""
    log = MemoryEventLog()
    for run_id in run_ids:
        log.append(run_id, [BEGUN], expected_seq=0, recorded_at=MOMENT)
    return log


def decoded(run_id: str) -> int:
    """Read an id back, by Crockford's alphabet."""
    number = 0
    for letter in run_id:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    return number


def test_the_example_of_the_specification_comes_out() -> None:
    """Milliseconds and randomness stand where every ULID library looks for them."""
    moment = datetime.fromtimestamp(1469918176.385, UTC)
    assert new_run_id(moment, bytes(10)).startswith("01ARYZ6S41")
    assert new_run_id(datetime.fromtimestamp(0, UTC), b"\xff" * 10) == "0" * 10 + "Z" * 16


@QUICK
@given(moments, entropies)
def test_an_id_holds_its_millisecond_and_its_randomness(moment: datetime, entropy: bytes) -> None:
    """26 letters, without the four that people mistake, and nothing is lost in them."""
    run_id = new_run_id(moment, entropy)
    since = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND
    assert len(run_id) == 26
    assert not set(run_id) & set("ILOU")
    assert decoded(run_id) == (since << 80) + int.from_bytes(entropy, "big")


@QUICK
@given(moments, entropies, entropies, st.timedeltas(MILLISECOND, timedelta(days=9999)))
def test_the_order_of_ids_is_that_of_time(
    moment: datetime, first: bytes, second: bytes, pause: timedelta
) -> None:
    """A millisecond apart is enough, whatever the random part holds."""
    assert new_run_id(moment, first) < new_run_id(moment + pause, second)


@QUICK
@given(entropies, entropies)
def test_in_one_millisecond_randomness_tells_runs_apart(first: bytes, second: bytes) -> None:
    """Two runs have one id only if they drew the same random bytes."""
    same = new_run_id(MOMENT, first) == new_run_id(MOMENT, second)
    assert same == (first == second)


def test_an_id_does_not_depend_on_where_the_clock_stands() -> None:
    """The same moment in another time zone is the same moment."""
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=9)))
    assert new_run_id(MOMENT, bytes(10)) == new_run_id(elsewhere, bytes(10))


def test_a_run_that_is_alone_has_an_id_of_eight_letters() -> None:
    """That is enough to be read aloud, and grows with none but its neighbours."""
    assert abbreviated("01KG9Z5T8QAAAA", log_with("01KG9Z5T8QAAAA", "01KG9Z0000")) == "01KG9Z5T"
    assert abbreviated("01KG9Z5T8QAAAA", log_with()) == "01KG9Z5T"


def test_an_abbreviated_id_means_one_run() -> None:
    """It is as much longer as its nearest neighbour asks for."""
    log = log_with("01KG9Z5T8QAAAA", "01KG9Z5T8QABBB", "01KG9Z5T8Z")
    assert abbreviated("01KG9Z5T8QAAAA", log) == "01KG9Z5T8QAA"
    assert abbreviated("01KG9Z5T8Z", log) == "01KG9Z5T8Z"
    assert log.runs_like("01KG9Z5T8QAA") == ["01KG9Z5T8QAAAA"]


def test_an_id_that_another_one_begins_with_is_given_whole() -> None:
    """No beginning of it tells the two apart."""
    log = log_with("01KG9Z5T8Q", "01KG9Z5T8QA")
    assert abbreviated("01KG9Z5T8Q", log) == "01KG9Z5T8Q"


@QUICK
@given(ids=st.sets(st.text("AB", min_size=6, max_size=12), min_size=1, max_size=12))
def test_a_list_shortens_ids_as_one_alone_is_shortened(ids: set[str]) -> None:
    """However alike they are; an id that another begins with is whole in both."""
    log = log_with(*ids)
    assert abbreviations(log) == {run_id: abbreviated(run_id, log) for run_id in ids}


def test_a_name_that_is_nearly_right_is_known() -> None:
    """Only what is as near as the nearest is suggested beside it."""
    commands = ["status", "show", "scaffold", "run", "replay"]
    assert nearest("statsu", commands) == ("status",)
    assert nearest("SPEC_BDY", ["SPEC_ID", "SPEC_NAME", "SPEC_BODY"]) == ("SPEC_BODY",)
    assert nearest("spec-1", ["spec-11", "spec-12", "other"]) == ("spec-12", "spec-11")
    assert nearest("xyzzy", commands) == ()
    assert nearest("status", []) == ()


def test_what_was_meant_is_asked_as_a_question() -> None:
    assert meant("statsu", ["status", "show"]) == "did you mean status?"
    assert meant("spec-1", ["spec-11", "spec-12"]) == "did you mean spec-12 or spec-11?"
    assert meant("xyzzy", ["status"]) == ""
