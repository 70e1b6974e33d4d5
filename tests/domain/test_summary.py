"""A run in one line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from helm.domain.commands import AbandonRun, HaltRun, LaunchAgent, StartAttempt
from helm.domain.events import AgentChoice, Cause, Ending, RunSettings, TokenUsage, Unknown
from helm.domain.projections.summary import UNREADABLE, State, summary
from tests.domain.histories import (
    ANY_HISTORY,
    LAUNCH,
    OK,
    QUICK,
    SPAWN,
    STARTED_AT,
    Story,
    attempts,
    begun,
    broke_off,
    completed,
    missing,
    resume,
    start,
)

STOPPED = broke_off(Ending.STOPPED, stopped_by=Cause.SIGINT)


def test_no_events_are_no_run() -> None:
    """There is nothing to sum up."""
    assert summary([]) is None


@pytest.mark.parametrize(
    ("story", "state", "cause"),
    [
        (attempts(OK), State.ACCEPTED, None),
        (attempts(missing("a")), State.EXHAUSTED, None),
        (begun(), State.OPEN, None),
        (begun().tell(LAUNCH, SPAWN, STOPPED), State.HALTED, Cause.SIGINT),
        (begun().tell(LAUNCH, SPAWN, STOPPED, resume()), State.OPEN, None),
        (begun().tell(AbandonRun()), State.ABANDONED, Cause.LOST),
    ],
)
def test_a_run_has_one_state(story: Story, state: State, cause: Cause | None) -> None:
    """An open run stands at no halt; an abandoned one at the halt that it was abandoned at."""
    found = summary(story.recorded)
    assert found is not None
    assert (found.state, found.cause) == (state, cause)


def test_a_run_is_summed_up_in_one_line() -> None:
    """What it was of, how far it came, and how long its agents took."""
    story = attempts(missing("a"), OK)
    found = summary(story.recorded)
    assert found is not None
    assert (found.spec_id, found.spec_name, found.path) == ("spec-01", "A parser", "specs/spec-01")
    assert (found.workspace, found.attempts, found.seconds) == (".", 2, 4.0)
    assert found.started_at == STARTED_AT
    assert found.finished_at == found.updated_at == story.now - timedelta(seconds=1)


def test_what_is_not_known_is_not_nought() -> None:
    """Seconds before an agent has ended, tokens where none tells them."""
    early = summary(begun().tell(LAUNCH, SPAWN).recorded)
    assert early is not None
    assert (early.seconds, early.input_tokens, early.finished_at) == (None, None, None)
    late = summary(attempts(OK).recorded)
    assert late is not None
    assert (late.seconds, late.input_tokens, late.output_tokens) == (2.0, None, None)


def test_tokens_are_of_those_launches_that_tell_them() -> None:
    """The other launches add nothing."""
    told = completed("done", usage=TokenUsage(input_tokens=7, output_tokens=3))
    story = begun().tell(LaunchAgent(argv=("codex",)), SPAWN, told).call(OK)
    found = summary(story.recorded)
    assert found is not None
    assert (found.input_tokens, found.output_tokens) == (7, 3)


def test_models_are_those_in_force_now() -> None:
    """A resumed run may have been given others."""
    story = Story().tell(start(), StartAttempt(), HaltRun(cause=Cause.OPERATOR))
    other = RunSettings(worker=AgentChoice(model="m-1"), verifier=AgentChoice(model="m-2"))
    found = summary(story.tell(resume(other)).recorded)
    assert found is not None
    assert (found.worker_model, found.verifier_model) == ("m-1", "m-2")


def test_an_imported_run_has_the_workspace_that_it_is_given() -> None:
    """Its own key means nothing here."""
    found = summary(begun().recorded, "0123456789abcdef/.")
    assert found is not None
    assert found.workspace == "0123456789abcdef/."


def test_a_run_whose_beginning_cannot_be_read_is_a_run() -> None:
    """Of it is known when it began, and that it is open."""
    newer = Unknown(kind="RunStarted", schema_version=99, body="{}")
    found = summary(Story().record([newer]).recorded)
    assert found is not None
    assert (found.spec_id, found.state, found.path) == (UNREADABLE, State.OPEN, "")


@QUICK
@given(history=ANY_HISTORY.filter(bool))
def test_every_history_is_summed_up(history: list[object]) -> None:
    """Whatever is in a log is a row of the history."""
    story = Story().record(history)  # type: ignore[arg-type]
    found = summary(story.recorded)
    assert found is not None
    assert found.started_at == STARTED_AT
