"""A run as JUnit XML: which cases there are, which of them pass, and that it is XML at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain.commands import AbandonRun, HaltRun
from helm.domain.events import (
    Cause,
    Ending,
    RunEvent,
    RunSettings,
    RunStarted,
    Unknown,
    VerdictGiven,
)
from helm.domain.projections.junit import junit
from tests.domain.histories import (
    ANY_EVENT,
    LAUNCH,
    OK,
    QUICK,
    SPEC,
    Story,
    any_of,
    attempts,
    begun,
    broke_off,
    completed,
    missing,
    one_of_each_kind,
    resume,
    start,
)

NOT_XML = "\x00\x08\x1b[31m\ufffe\uffff\ud800"


def suite_of(story: Story) -> ET.Element:
    """Read the one suite of a run's XML, whose numbers are those of its cases."""
    text = junit(story.recorded)
    assert text is not None
    root = ET.fromstring(text.encode())
    (suite,) = root
    for name, count in (
        ("tests", len(suite.findall("testcase"))),
        ("failures", len(suite.findall("testcase/failure"))),
        ("errors", len(suite.findall("testcase/error"))),
    ):
        assert root.get(name) == suite.get(name) == str(count)
    return suite


def cases(story: Story) -> dict[str, str]:
    """Say of each case whether it `passed`, or what it is."""
    found = {}
    for case in suite_of(story).findall("testcase"):
        problems = [each for each in case if each.tag != "system-out"]
        name = case.get("name") or ""
        found[name] = problems[0].tag if problems else "passed"
    return found


def problem(story: Story, name: str) -> ET.Element:
    """Find what is wrong with a case."""
    (found,) = suite_of(story).findall(f"testcase[@name='{name}']/*[@type]")
    return found


def test_all_cases_of_an_accepted_run_pass() -> None:
    """What the first attempt missed was done in the second, and is told beside it."""
    story = attempts(missing("parse", commentary="Nearly."), OK)
    assert cases(story) == {"attempt 1": "passed", "attempt 2": "passed"}
    said = suite_of(story).findtext("testcase[@name='attempt 1']/system-out")
    assert said == "- parse\n\nNearly."


def test_an_exhausted_run_fails_in_each_attempt_and_each_task_that_is_left() -> None:
    """A task that only an earlier attempt missed is no case of its own."""
    story = attempts(missing("parse", "print"), missing("print", commentary="Half of it."))
    assert cases(story) == {
        "attempt 1": "failure",
        "attempt 2": "failure",
        "remaining task: print": "failure",
    }
    assert problem(story, "attempt 1").text == "- parse\n- print"
    assert problem(story, "attempt 2").get("message") == "STATUS: missing, 1 remaining task"
    assert problem(story, "remaining task: print").get("message") == "not done after 2 attempts"
    assert suite_of(story).findtext("testcase[@name='attempt 2']/system-out") == "Half of it."


def test_a_task_that_is_named_twice_is_one_case() -> None:
    """Programs that read the file tell cases apart by name."""
    assert list(cases(attempts(missing("print", "print")))) == [
        "attempt 1",
        "remaining task: print",
    ]


def test_tasks_that_come_to_one_name_are_numbered() -> None:
    """Masked, in one line and cut they may be alike; the numbered name is no longer."""
    tasks = ["a  b", "a b", "a b (2)", "\x01", "\x02", "x" * 300, "x" * 301]
    suite = suite_of(attempts(missing(*tasks)))
    names = [str(case.get("name")) for case in suite.findall("testcase")][1:]
    assert len(set(names)) == len(names) == len(tasks)
    assert names[:3] == [f"remaining task: {each}" for each in ("a b", "a b (2)", "a b (2) (2)")]
    assert names[-1].endswith("x… (2)")
    assert {len(names[-1]), len(names[-2])} == {200}


def test_an_attempt_without_a_verdict_is_an_error() -> None:
    """Its kind is the cause of the halt, its text what is known of that."""
    story = begun().tell(LAUNCH, broke_off(Ending.FAILED, detail="exit code 1: rate limit"))
    assert cases(story) == {"attempt 1": "error"}
    found = problem(story, "attempt 1")
    assert (found.get("type"), found.text) == ("worker_failed", "exit code 1: rate limit")


def test_a_verdict_that_cannot_be_read_is_an_error() -> None:
    """It must never look like a failure of the work, or like success."""
    story = begun().call("done").call("It looks fine to me.")
    assert cases(story) == {"attempt 1": "error"}
    assert problem(story, "attempt 1").get("type") == "verdict_unreadable"


def test_a_run_that_stands_still_outside_an_attempt_is_an_error_of_its_own() -> None:
    """The tasks of the last verdict are still to be done."""
    story = Story().tell(start(RunSettings(max_attempts=2))).attempt("done", missing("print"))
    story.tell(HaltRun(cause=Cause.SIGTERM))
    assert cases(story) == {
        "attempt 1": "failure",
        "run": "error",
        "remaining task: print": "failure",
    }
    assert problem(story, "run").get("message") == "halted: SIGTERM"


def test_a_run_that_was_resumed_is_told_as_it_ended() -> None:
    """Its halt is over."""
    story = begun().tell(LAUNCH, broke_off(Ending.FAILED), resume()).call("done").call(OK)
    assert cases(story) == {"attempt 1": "passed"}


def test_a_run_under_way_is_an_error_until_it_ends() -> None:
    """Of a run that died nothing else is known."""
    story = begun().tell(LAUNCH)
    assert cases(story) == {"attempt 1": "error"}
    assert problem(story, "attempt 1").get("type") == "open"


def test_a_run_that_was_given_up_is_an_error() -> None:
    """Nobody judged what it did."""
    story = begun().tell(LAUNCH, broke_off(Ending.FAILED), AbandonRun())
    assert problem(story, "attempt 1").get("type") == "abandoned"


def test_times_are_those_of_the_agents() -> None:
    """An attempt takes what its worker and its verifier took, the suite what all of them did."""
    story = begun(RunSettings(max_attempts=1)).tell(LAUNCH, completed("done", seconds=61.25))
    suite = suite_of(story.tell(LAUNCH, completed(OK, seconds=2)))
    assert suite.get("time") == "63.250"
    assert [case.get("time") for case in suite.findall("testcase")] == ["63.250"]
    assert suite.get("timestamp") == "2026-01-31T09:15:02.123Z"


def test_the_properties_say_which_run_it_was() -> None:
    """A file that lies about can be taken back to its run."""
    found = suite_of(attempts(OK)).findall("properties/property")
    told = {each.get("name"): each.get("value") for each in found}
    assert told["run"] == "01KG9Z5T8Q"
    assert (told["spec"], told["path"]) == ("spec-01", "specs/spec-01")
    assert told["outcome"] == "accepted"


def test_what_is_secret_is_masked_wherever_it_stands() -> None:
    """A secret that a long name would cut in two is masked before that."""
    secret = "hunter2"
    settings = RunSettings(max_attempts=1, redact=("hunter2",))
    named = replace(SPEC, name=f"for {secret}")
    story = (
        Story()
        .tell(start(settings, spec=named))
        .attempt(
            "done", missing(f"drop {secret}", "x" * 197 + secret, commentary=f"it says {secret}")
        )
    )
    text = junit(story.recorded) or ""
    assert "hunter" not in text
    assert "it says [redacted]" in text


def test_a_name_is_one_line_that_is_not_too_long() -> None:
    """The whole task stands in the case."""
    task = "first\nsecond " + "x" * 1000
    story = attempts(missing(task))
    name = list(cases(story))[1]
    assert name.startswith("remaining task: first second xxx")
    assert len(name) == 200
    (found,) = suite_of(story).findall("testcase/failure[@type='remaining task']")
    assert found.text == task


@pytest.mark.parametrize("text", [NOT_XML, "]]>", "<a b='c'>&amp;", "\r\n\r", '"'])
def test_what_xml_cannot_hold_is_marked_and_the_rest_is_kept(text: str) -> None:
    """A parser gives back what was said, but for characters that have no place in XML."""
    told = verdict_says(f"a{text}b")
    (found,) = suite_of(told).findall("testcase/failure[@type='remaining task']")
    kept = "".join("\ufffd" if char in "\x00\x08\x1b\ufffe\uffff\ud800" else char for char in text)
    assert found.text == f"a{kept}b"


def verdict_says(text: str) -> Story:
    """Tell of a verdict whose one task, and whose remark, hold what no verifier can write."""
    story = attempts(missing("task", commentary="remark"))
    return any_history(
        replace(each, remaining_tasks=(text,), commentary=text)
        if isinstance(each, VerdictGiven)
        else each
        for each in story.events
    )


def any_history(events: Iterable[RunEvent | Unknown]) -> Story:
    """Record events that no run need ever have had together."""
    return Story().record(events)


@QUICK
@given(any_of(RunStarted), st.lists(ANY_EVENT, max_size=8))
def test_every_history_makes_xml(started: RunStarted, events: list[RunEvent | Unknown]) -> None:
    """Whatever stands in the log, a parser takes the file, and its numbers are right."""
    plain = replace(started, settings=replace(started.settings, redact=()))
    suite_of(any_history([plain, *(each for each in events if type(each) is not RunStarted)]))


@QUICK
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_every_character_can_be_said(text: str) -> None:
    """In a task and in a remark, even half a surrogate pair."""
    assert list(cases(verdict_says(text))) == [
        "attempt 1",
        f"remaining task: {shown(text)}".strip(),
    ]


def shown(text: str) -> str:
    """Show a text as a name does."""
    return " ".join(
        re.sub("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\\s]", "\ufffd", text).split()
    )


def test_a_run_whose_beginning_is_not_known_has_none() -> None:
    """Only a newer helm can tell of it."""
    assert junit([]) is None
    unknown = Unknown(kind="RunPlanned", schema_version=1, body="{}")
    assert junit(any_history([unknown]).recorded) is None


def test_output_and_activity_change_nothing() -> None:
    """What is left out while a run is carried on makes the same bytes as the whole log."""
    story = one_of_each_kind()
    told = [
        each
        for each in story.recorded
        if type(each.event).__name__ not in {"OutputCaptured", "ActivityReported"}
    ]
    assert len(told) < len(story.recorded)
    assert junit(told) == junit(story.recorded)
