"""`implementation-report.md`: whole texts, kept as files under `tests/golden/reports`.

`HELM_GOLDEN=write pytest tests/domain/test_report.py` writes them anew; git shows what changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain.commands import HaltRun, RecordInputChange, StartAttempt
from helm.domain.events import (
    AgentChoice,
    Cause,
    Ending,
    RunSettings,
    TokenUsage,
    Unknown,
)
from helm.domain.projections.report import TELLING, report
from tests.domain.histories import (
    ACTIVITY,
    EDIT,
    LAUNCH,
    OK,
    OUTPUT,
    QUICK,
    SESSION,
    SPAWN,
    SPEC,
    Story,
    assert_golden,
    attempts,
    begun,
    broke_off,
    completed,
    missing,
    one_of_each_kind,
    resume,
    start,
)

USAGE = TokenUsage(
    input_tokens=1200, cached_input_tokens=1000, output_tokens=34, reasoning_output_tokens=8
)
WORKER_OUTPUT = "SUMMARY\n\nI parsed.\n\n```json\n{}\n```\n"


def accepted_after_missing() -> Story:
    """Tell of two attempts, agents that say what they used, and models that were chosen."""
    story = Story().tell(
        start(
            RunSettings(
                worker=AgentChoice(model="gpt-5.1-codex", reasoning="high"),
                verifier=AgentChoice(reasoning="low"),
            )
        )
    )
    story.tell(StartAttempt(), LAUNCH, SPAWN, completed("first", seconds=61.25, usage=USAGE))
    story.tell(LAUNCH, completed(missing("parse é", 'say "no"'), seconds=9.0, usage=USAGE))
    story.tell(StartAttempt(), LAUNCH, completed(WORKER_OUTPUT, seconds=3600.06, usage=USAGE))
    return story.tell(LAUNCH, completed(f"{OK}\n\nAll of it is there.\n\n", usage=USAGE))


def halted_without_verdict() -> Story:
    """Tell of a worker that failed at once."""
    halted = broke_off(Ending.FAILED, detail="exit code 1:\n  rate limit\n reached\n")
    return begun().tell(LAUNCH, SPAWN, halted)


def halted_before_the_first_attempt() -> Story:
    """Tell of a run in which nothing was launched."""
    return Story().tell(start(), HaltRun(cause=Cause.SIGTERM))


def exhausted_with_commentary() -> Story:
    """Tell of a run whose verifier was never content, and said why at length."""
    why = "\n## Why\n\n- `parse([])` raises\n\n\n```\nTraceback\n```\n\n"
    return attempts(missing("a"), missing("a", "b\nc", commentary=why))


def still_open() -> Story:
    """Tell of a run whose second attempt has begun."""
    return begun().call("report").call(missing("a")).tell(StartAttempt(), LAUNCH, SPAWN)


def changed_inputs() -> Story:
    """Tell of a worker that edited one file of its spec, and removed another."""
    gone = RecordInputChange(path=SPEC.checklist.path, sha256=None, text=None)
    story = begun().tell(LAUNCH, EDIT, gone, completed("I made it easier."))
    return story.tell(LAUNCH, completed(OK))


def carried_over_tasks() -> Story:
    """Tell of a run that was stopped before a verdict replaced what an earlier run left."""
    stopped = broke_off(Ending.STOPPED, stopped_by=Cause.SIGINT)
    return Story().tell(start(tasks=("parse é", "b")), StartAttempt(), LAUNCH, stopped)


def redaction() -> Story:
    """Tell of secrets in tasks, commentary, output and the reason of a halt."""
    patterns = (r"sk-\w+", r'password="[^"]*"', r"token=.*")
    story = Story().tell(start(RunSettings(redact=patterns)), StartAttempt())
    story.call('I used sk-worker and password="a b".')
    story.call(missing('set password="hunter2"', "drop token=1 2", commentary="not sk-verifier"))
    return story.tell(HaltRun(cause=Cause.OPERATOR, detail="sk-detail was refused"))


def resumed() -> Story:
    """Tell of a run that failed twice, and was resumed with other models and more attempts."""
    settings = RunSettings(
        max_attempts=3,
        worker=AgentChoice(model="larger"),
        verifier=AgentChoice(model="judge", reasoning="high"),
    )
    story = begun(RunSettings(max_attempts=1)).tell(LAUNCH, broke_off(Ending.SILENT))
    story.tell(resume(settings), LAUNCH, completed("done", usage=USAGE))
    story.tell(LAUNCH, broke_off(Ending.TIMED_OUT), resume(settings))
    return story.call(missing("a")).attempt("done again, without a final newline", OK)


STORIES: dict[str, Callable[[], Story]] = {
    told.__name__.replace("_", "-"): told
    for told in (
        accepted_after_missing,
        halted_without_verdict,
        halted_before_the_first_attempt,
        exhausted_with_commentary,
        still_open,
        changed_inputs,
        carried_over_tasks,
        redaction,
        resumed,
    )
}


@pytest.mark.parametrize("name", STORIES)
def test_a_report_is_as_agreed(name: str) -> None:
    """The whole text, byte for byte."""
    text = report(STORIES[name]().recorded)
    assert text is not None
    assert_golden(f"reports/{name}.md", text)


@pytest.mark.parametrize("story", [Story(), Story().tell(start()), begun().call("done")])
def test_there_is_no_report_before_there_is_something_to_tell(story: Story) -> None:
    """A run that only began has neither verdict nor end."""
    assert report(story.recorded) is None


def test_there_is_no_report_of_a_history_without_its_beginning() -> None:
    """Events alone, without what they are about, tell nothing."""
    assert report(attempts(OK).recorded[1:]) is None


@pytest.mark.parametrize("told", [*STORIES.values(), one_of_each_kind])
def test_what_comes_after_the_last_telling_event_is_not_told(told: Callable[[], Story]) -> None:
    """A report written late is the report that was written in time."""
    recorded = told().recorded
    expected = None
    for end, each in enumerate(recorded, start=1):
        if isinstance(each.event, TELLING):
            expected = report(recorded[:end])
        assert report(recorded[:end]) == expected


def test_a_run_that_goes_on_keeps_its_report_until_it_has_more_to_tell() -> None:
    """The next attempt, its launch and its output change nothing yet."""
    story = begun().call("done").call(missing("a"))
    before = report(story.recorded)
    story.tell(StartAttempt(), LAUNCH, SPAWN, SESSION, OUTPUT, ACTIVITY, EDIT, completed("more"))
    assert report(story.recorded) == before


def test_an_unknown_event_is_not_told() -> None:
    """What a newer helm wrote leaves the rest of the report readable."""
    story = attempts(OK)
    before = report(story.recorded)
    story.record([Unknown(kind="CommandsRun", schema_version=1, body="{}")])
    assert report(story.recorded) == before


@QUICK
@given(output=st.text())
def test_a_report_ends_with_the_worker_s_words(output: str) -> None:
    """Verbatim, and with a newline at the end whatever they end with."""
    text = report(begun().call(output).call(OK).recorded)
    newline = "" if output.endswith("\n") else "\n"
    assert text is not None
    assert text.endswith(f"\n## Final worker output\n\n{output}{newline}")


@QUICK
@given(words=st.text(), task=st.text())
def test_a_redacted_report_holds_no_secret(words: str, task: str) -> None:
    """Also where JSON spells it otherwise."""
    secret = f"<<{words}>>"
    story = begun(RunSettings(redact=(re.escape(secret),))).call(f"I used {secret}.")
    text = report(story.call(missing(f"{task}{secret}")).recorded)
    assert text is not None
    assert secret not in text
    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in text
