"""Judging anew: the rules of now against what a log recorded of the same answers."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from helm.domain.commands import AbandonRun, HaltRun, StartAttempt
from helm.domain.events import (
    Cause,
    Ending,
    Outcome,
    Recorded,
    RunEvent,
    RunFinished,
    RunHalted,
    RunSettings,
    Status,
    Unknown,
    VerdictGiven,
)
from helm.domain.judging import Judgement, Ruling, rejudged
from tests.domain.histories import (
    ANY_HISTORY,
    LAUNCH,
    OK,
    QUICK,
    SPAWN,
    Story,
    attempts,
    begun,
    broke_off,
    missing,
    resume,
    start,
)

UNREADABLE = "It looks fine to me."
TWO_LEFT = missing("a", "b")


def retold(story: Story, *, without: type[RunEvent], instead: list[RunEvent]) -> list[Recorded]:
    """Tell what another helm recorded: `instead` in the place of the first event of a kind."""
    told: list[RunEvent | Unknown] = []
    for event in story.events:
        if not isinstance(event, without):
            told.append(event)
        elif instead:
            told += instead
            instead = []
    return [replace(story.recorded[0], seq=seq, event=event) for seq, event in enumerate(told)]


def verdict(status: Status, *tasks: str) -> VerdictGiven:
    """Give a verdict of the first attempt."""
    return VerdictGiven(
        attempt=1, launch=2, status=status, remaining_tasks=tasks, commentary="Well."
    )


def test_what_this_helm_recorded_it_judges_the_same() -> None:
    """Each answer is found, with its attempt and its launch."""
    [first, second] = rejudged(attempts(TWO_LEFT, OK).recorded)
    left = Judgement(status=Status.MISSING, tasks=("a", "b"))
    assert first == Ruling(attempt=1, launch=2, recorded=left, anew=left)
    assert second.anew == Judgement(status=Status.OK, outcome=Outcome.ACCEPTED)
    assert first.same
    assert second.same


def test_an_answer_that_is_another_verdict_now() -> None:
    """The recorded verdict is not believed, the answer is read."""
    story = begun().call("report").call(TWO_LEFT)
    recorded: list[RunEvent] = [verdict(Status.OK), RunFinished(outcome=Outcome.ACCEPTED)]
    [ruling] = rejudged(retold(story, without=VerdictGiven, instead=recorded))
    assert not ruling.same
    assert ruling.recorded == Judgement(status=Status.OK, outcome=Outcome.ACCEPTED)
    assert ruling.anew == Judgement(status=Status.MISSING, tasks=("a", "b"))


def test_an_answer_that_could_not_be_read_then() -> None:
    """A parser that has learnt something makes a verdict of it."""
    story = begun().call("report").call(TWO_LEFT)
    halted = RunHalted(cause=Cause.VERDICT_UNREADABLE, detail="what?")
    [ruling] = rejudged(retold(story, without=VerdictGiven, instead=[halted]))
    assert (ruling.recorded, ruling.anew.status) == (Judgement(), Status.MISSING)


def test_an_answer_that_cannot_be_read_any_more() -> None:
    """What was a verdict once need not be one now."""
    story = begun().call("report").call(UNREADABLE)
    told = retold(story, without=RunHalted, instead=[verdict(Status.MISSING, "a")])
    [ruling] = rejudged(told)
    assert ruling.recorded == Judgement(status=Status.MISSING, tasks=("a",))
    assert ruling.anew == Judgement()


def test_the_same_tasks_in_another_order_are_another_verdict() -> None:
    """A worker is told them in their order."""
    story = begun().call("report").call(TWO_LEFT)
    told = retold(story, without=VerdictGiven, instead=[verdict(Status.MISSING, "b", "a")])
    [ruling] = rejudged(told)
    assert not ruling.same


def test_other_words_are_no_other_verdict() -> None:
    """A commentary, or why an answer could not be read, decides nothing."""
    story = begun().call("report").call(missing("a", commentary="Nearly."))
    told = retold(story, without=VerdictGiven, instead=[verdict(Status.MISSING, "a")])
    assert [each.same for each in rejudged(told)] == [True]
    story = begun().call("report").call(UNREADABLE)
    halted = RunHalted(cause=Cause.VERDICT_UNREADABLE, detail="other words")
    told = retold(story, without=RunHalted, instead=[halted])
    assert [each.same for each in rejudged(told)] == [True]


def test_what_happened_after_a_verdict_is_not_part_of_it() -> None:
    """A halt of another cause, and a run that is given up, follow from something else."""
    judged = begun().call("report").call(TWO_LEFT)
    judged.tell(HaltRun(cause=Cause.SIGINT), AbandonRun())
    unreadable = begun().call("report").call(UNREADABLE).tell(AbandonRun())
    for story in (judged, unreadable):
        [ruling] = rejudged(story.recorded)
        assert ruling.same
        assert ruling.recorded.outcome is None


def test_an_answer_that_broke_off_is_no_answer() -> None:
    """A verifier that failed said nothing, whatever it said."""
    story = begun().call("report").tell(LAUNCH, SPAWN, broke_off(Ending.FAILED))
    assert rejudged(story.recorded) == []


def test_the_limit_of_that_time_counts() -> None:
    """A run that was resumed with more attempts is judged with what was in force."""
    story = Story().tell(start(RunSettings(max_attempts=1))).tell(StartAttempt())
    story.call("report").tell(LAUNCH, HaltRun(cause=Cause.SIGINT))
    story.tell(resume(RunSettings(max_attempts=2))).call(TWO_LEFT)
    [ruling] = rejudged(story.recorded)
    assert ruling.same
    assert ruling.anew.outcome is None


ANSWERS = st.sampled_from([OK, missing(), TWO_LEFT, UNREADABLE, ""])


@QUICK
@given(answers=st.lists(ANSWERS, min_size=1, max_size=5), limit=st.integers(1, 3))
def test_every_run_of_this_helm_is_judged_the_same(answers: list[str], limit: int) -> None:
    """However often it was halted by what it could not read, and resumed."""
    story, given_answers = Story().tell(start(RunSettings(max_attempts=limit))), 0
    for answer in answers:
        if story.run.outcome is None:
            if story.run.halt:
                story.tell(resume(RunSettings(max_attempts=limit)))
            else:
                story.tell(StartAttempt()).call("report")
            story.call(answer)
            given_answers += 1
    rulings = rejudged(story.recorded)
    assert len(rulings) == given_answers
    assert all(each.same for each in rulings)


@QUICK
@given(history=ANY_HISTORY)
def test_any_history_can_be_judged(history: list[RunEvent | Unknown]) -> None:
    """Also one that no helm would write."""
    first = begun().recorded[0]
    told = [replace(first, seq=seq, event=event) for seq, event in enumerate(history)]
    assert all(isinstance(each, Ruling) for each in rejudged(told))
