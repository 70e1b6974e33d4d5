"""A run as a story: attempts, launches, and the tasks that came and went between verdicts."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from helm.domain.commands import AbandonRun, HaltRun, StartAttempt
from helm.domain.events import (
    AgentLaunched,
    Cause,
    Channel,
    Ending,
    InputChanged,
    Recorded,
    Role,
    RunHalted,
    RunResumed,
    Unknown,
)
from helm.domain.projections.timeline import Judgement, Launch, timeline
from tests.domain.histories import (
    ACTIVITY,
    ANY_HISTORY,
    EDIT,
    LAUNCH,
    OK,
    OUTPUT,
    QUICK,
    SESSION,
    SPAWN,
    STARTED_AT,
    Story,
    attempts,
    begun,
    broke_off,
    completed,
    missing,
    one_of_each_kind,
    resume,
    start,
)


def test_nothing_is_told_of_no_events() -> None:
    """There is no time, no attempt, and a run that has not begun."""
    told = timeline([])
    assert (told.started_at, told.updated_at, told.finished_at) == (None, None, None)
    assert (told.attempts, told.before, told.strays) == ((), (), ())
    assert told.run.started is None


def test_each_attempt_has_its_agents_and_its_verdict() -> None:
    """In the order in which they came, with the times at which they did."""
    told = timeline(attempts(missing("a"), OK).recorded)
    assert [attempt.number for attempt in told.attempts] == [1, 2]
    assert [(each.number, each.role) for each in told.launches] == [
        (1, Role.WORKER),
        (2, Role.VERIFIER),
        (3, Role.WORKER),
        (4, Role.VERIFIER),
    ]
    first = told.attempts[0]
    assert [type(part) for part in first.parts] == [Launch, Launch, Judgement]
    assert first.launches[0].finished_at == first.launches[0].launched_at + timedelta(seconds=2)
    assert told.finished_at == told.updated_at


def test_tasks_come_stay_and_go() -> None:
    """A verdict is told beside the tasks that were left before it."""
    told = timeline(attempts(missing("a", "b", "b"), missing("c", "b"), tasks=("z", "a")).recorded)
    first, second = (each.judgement for each in told.attempts)
    assert first is not None
    assert second is not None
    assert (first.new, first.still, first.gone) == (("b",), ("a",), ("z",))
    assert (second.new, second.still, second.gone) == (("c",), ("b",), ("a",))


def test_an_accepted_run_has_no_tasks_left() -> None:
    """All that were left are gone."""
    told = timeline(attempts(missing("a"), OK).recorded)
    judgement = told.attempts[1].judgement
    assert judgement is not None
    assert (judgement.new, judgement.still, judgement.gone) == ((), (), ("a",))


def test_an_agent_at_work_has_not_finished() -> None:
    """What it did so far is told."""
    (launch,) = timeline(begun().tell(LAUNCH, SPAWN, SESSION, OUTPUT, ACTIVITY).recorded).launches
    assert launch.spawned is not None
    assert launch.session is not None
    assert (len(launch.activity), len(launch.output)) == (1, 1)
    assert (launch.finished, launch.finished_at) == (None, None)
    assert [len(launch.captured(channel)) for channel in Channel] == [1, 0]


def test_a_halt_and_its_resume_stand_between_the_launches() -> None:
    """The same attempt has a second launch of the worker."""
    stopped = broke_off(Ending.STOPPED, stopped_by=Cause.SIGINT)
    story = begun().tell(LAUNCH, SPAWN, stopped, resume(), LAUNCH, SPAWN, completed("done"))
    (attempt,) = timeline(story.recorded).attempts
    kinds = [type(part.event if isinstance(part, Recorded) else part) for part in attempt.parts]
    assert kinds == [Launch, RunHalted, RunResumed, Launch]
    assert [each.number for each in attempt.launches] == [1, 2]
    assert attempt.judgement is None


def test_a_halt_before_the_first_attempt_is_told_before_it() -> None:
    """It belongs to no attempt."""
    story = Story().tell(start(), HaltRun(cause=Cause.SIGTERM), resume(), StartAttempt())
    told = timeline(story.recorded)
    assert [type(part) for part in told.before] == [Recorded, Recorded]
    assert [attempt.parts for attempt in told.attempts] == [()]


def test_a_changed_input_is_told_where_it_was_seen() -> None:
    """And all of them are listed."""
    told = timeline(begun().tell(EDIT).recorded)
    assert [each.path for each in told.changes] == [EDIT.path]
    (part,) = told.attempts[0].parts
    assert isinstance(part, Recorded)
    assert isinstance(part.event, InputChanged)


def test_time_and_tokens_are_those_of_all_launches() -> None:
    """Unknown is unknown, also of an agent that has not ended."""
    told = timeline(attempts(missing("a"), OK).recorded)
    assert told.seconds == 4.0
    assert told.usage == [None] * 4


def test_an_abandoned_run_is_over() -> None:
    """Its end has a time, and the halt before it a place."""
    told = timeline(begun().tell(AbandonRun()).recorded)
    assert told.finished_at == STARTED_AT + timedelta(seconds=2)
    assert [type(part) for part in told.attempts[0].parts] == [Recorded]


def test_what_a_newer_helm_wrote_is_set_apart() -> None:
    """So is all that is of a launch whose beginning cannot be read."""
    story = one_of_each_kind()
    launched = next(n for n, each in enumerate(story.recorded) if each.seq == 2)
    unknown = Unknown(kind="WorkerLaunched", schema_version=9, body="{}")
    events = list(story.recorded)
    events[launched] = Recorded(
        run_id="R", seq=2, recorded_at=STARTED_AT, event=unknown, digest=""
    )
    told = timeline(events)
    assert [each.number for each in told.launches] == [2, 3]
    assert told.strays[0].event == unknown
    assert len(told.strays) == 6


@QUICK
@given(history=ANY_HISTORY)
def test_every_beginning_of_every_history_is_told(history: list[object]) -> None:
    """Whatever is in a log, its events are told somewhere, and none twice."""
    recorded = Story().record(history).recorded  # type: ignore[arg-type]
    for end in range(len(recorded) + 1):
        told = timeline(recorded[:end])
        launched = [each for each in recorded[:end] if isinstance(each.event, AgentLaunched)]
        assert len(told.launches) == len(launched)
        numbers = [attempt.number for attempt in told.attempts]
        assert len(set(numbers)) == len(numbers)
        places = [each.seq for each in told.strays]
        places += [part.seq for part in told.parts if isinstance(part, Recorded)]
        places += [each.seq for launch in told.launches for each in launch.activity]
        places += [each.seq for launch in told.launches for each in launch.output]
        assert len(set(places)) == len(places)
        assert set(places) <= set(range(end))


def test_a_story_told_whole_has_every_beginning_of_it() -> None:
    """What was told stays as it was told: a screen may fold a run anew with each event."""
    recorded = one_of_each_kind().recorded
    for end in range(len(recorded)):
        shorter, longer = timeline(recorded[:end]), timeline(recorded[: end + 1])
        assert len(shorter.attempts) <= len(longer.attempts)
        assert list(shorter.changes) == list(longer.changes)[: len(shorter.changes)]
