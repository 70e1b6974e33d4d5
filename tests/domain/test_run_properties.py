"""What holds of every run, however it goes: crashes, halts, resumes and events of any content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from helm.domain.commands import AbandonRun, HaltRun, RunCommand, StartAttempt
from helm.domain.errors import IllegalCommand
from helm.domain.events import (
    AgentLaunched,
    AttemptStarted,
    Cause,
    Ending,
    Outcome,
    RunEvent,
    RunFinished,
    RunSettings,
    Unknown,
    VerdictGiven,
    WorkerFinished,
    WorkerLaunched,
)
from helm.domain.run import Phase, Run, decide, next_step, replay
from helm.domain.steps import BeginAttempt, CallAgent, Rest
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
    Story,
    any_of,
    broke_off,
    completed,
    missing,
    resume,
    start,
)

ANSWERS = st.sampled_from([OK, missing(), missing("a"), missing("b", "c", commentary="why\n")])
INTERRUPTIONS: st.SearchStrategy[RunCommand] = st.one_of(
    st.sampled_from(Cause).map(lambda cause: HaltRun(cause=cause)),
    st.sampled_from([Ending.FAILED, Ending.TIMED_OUT, Ending.SILENT, Ending.STOPPED]).map(
        broke_off
    ),
    st.just(completed("an answer that is no verdict")),
    st.integers(1, 4).map(lambda limit: resume(RunSettings(max_attempts=limit))),
)
COMMANDS: st.SearchStrategy[RunCommand] = st.one_of(
    INTERRUPTIONS,
    ANSWERS.map(completed),
    st.sampled_from([start(), StartAttempt(), LAUNCH, SPAWN, SESSION, OUTPUT, ACTIVITY, EDIT]),
    st.just(AbandonRun()),
)


@dataclass(frozen=True)
class Agents:
    """Agents that always do the same in the same attempt, and the run that calls them."""

    answers: tuple[str, ...]

    @property
    def limit(self) -> RunSettings:
        """As many attempts as there are answers."""
        return RunSettings(max_attempts=len(self.answers))

    def perform(self, run: Run) -> Iterator[RunCommand]:
        """Do what the run needs now, a transaction at a time."""
        match next_step(run):
            case BeginAttempt():
                yield StartAttempt()
            case CallAgent():
                yield from (LAUNCH, SPAWN, SESSION, OUTPUT, ACTIVITY)
                judging = run.phase is Phase.JUDGING
                answer = self.answers[run.attempt - 1] if judging else f"report {run.attempt}"
                yield completed(answer)
            case Rest():
                return

    def carry(self, story: Story, transactions: float = inf) -> Story:
        """Carry the run on to its end, or to the crash after so many transactions."""
        while story.run.outcome is None:
            for command in self.perform(story.run):
                if not transactions:
                    return story
                transactions -= 1
                story.tell(command)
        return story

    def run(self, crashes: list[int]) -> Story:
        """Run to the end, though helm is killed so many transactions after each resume."""
        story = Story().tell(start(self.limit))
        for transactions in crashes:
            story = revived(self.carry(story, transactions))
            if story.run.outcome is None:
                story.tell(resume(self.limit))
        return self.carry(story)


def revived(story: Story) -> Story:
    """Forget everything but the log, as a new process does."""
    return Story(recorded=story.recorded, run=replay(story.events), now=story.now)


def but_for_launches(run: Run) -> Run:
    """Leave out the only trace that a crash may leave in the state: how often agents began."""
    verdict = replace(run.verdict, launch=0) if run.verdict else None
    return replace(run, launch=0, verdict=verdict)


AGENTS = st.lists(ANSWERS, min_size=1, max_size=4).map(tuple).map(Agents)
CRASHES = st.lists(st.integers(0, 14), max_size=6)


@QUICK
@given(agents=AGENTS, crashes=CRASHES)
def test_a_run_that_crashed_ends_as_if_it_had_not(agents: Agents, crashes: list[int]) -> None:
    """Killed between any two transactions and resumed, a run ends in the same state."""
    crashed, smooth = agents.run(crashes), agents.run([])
    assert but_for_launches(crashed.run) == but_for_launches(smooth.run)


def test_a_run_that_crashed_once_ends_as_if_it_had_not_wherever_that_was() -> None:
    """Every single place for a crash in a run of two attempts is tried."""
    agents = Agents((missing("a"), OK))
    smooth = agents.run([])
    transactions = len(smooth.recorded)
    ends = [but_for_launches(agents.run([crash]).run) for crash in range(transactions)]
    assert ends == [but_for_launches(smooth.run)] * transactions


@QUICK
@given(agents=AGENTS, crashes=CRASHES)
def test_a_crash_costs_no_verdict_and_no_finished_worker(
    agents: Agents, crashes: list[int]
) -> None:
    """Each attempt has one worker that finished and one verdict, however often helm was killed."""
    story = agents.run(crashes)
    used = list(range(1, story.run.attempt + 1))
    assert [e.attempt for e in story.events if isinstance(e, AttemptStarted)] == used
    assert [e.attempt for e in story.events if isinstance(e, VerdictGiven)] == used
    reports = [e.report for e in story.events if isinstance(e, WorkerFinished)]
    assert reports == [f"report {attempt}" for attempt in used]


@QUICK
@given(history=ANY_HISTORY, cut=st.integers(0, 6))
def test_folding_a_beginning_and_then_the_rest_is_folding_all(
    history: list[RunEvent | Unknown], cut: int
) -> None:
    """A state can be kept and gone on from, also for histories that no run would write."""
    assert replay(history[cut:], replay(history[:cut])) == replay(history)


@QUICK
@given(history=ANY_HISTORY)
def test_every_history_has_a_next_step(history: list[RunEvent | Unknown]) -> None:
    """Folding is total, and what to do next is defined in whatever state it ends."""
    assert isinstance(next_step(replay(history)), BeginAttempt | CallAgent | Rest)


@QUICK
@given(history=ANY_HISTORY, command=COMMANDS)
def test_every_command_is_answered_or_refused(
    history: list[RunEvent | Unknown], command: RunCommand
) -> None:
    """In whatever state, `decide` gives events that can be gone on from, or `IllegalCommand`."""
    run = replay(history)
    try:
        events = decide(run, command)
    except IllegalCommand:
        return
    assert events
    assert isinstance(next_step(replay(events, run)), BeginAttempt | CallAgent | Rest)


@QUICK
@given(before=ANY_HISTORY, unknown=any_of(Unknown), after=ANY_HISTORY, command=COMMANDS)
def test_a_run_with_an_unknown_event_obeys_nothing(
    before: list[RunEvent | Unknown],
    unknown: Unknown,
    after: list[RunEvent | Unknown],
    command: RunCommand,
) -> None:
    """What cannot be understood is never appended to, wherever in the history it stands."""
    run = replay([*before, unknown, *after])
    with pytest.raises(IllegalCommand):
        decide(run, command)


class AnyRun(RuleBasedStateMachine):
    """A run that is driven, disturbed, crashed and resumed in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story().tell(start(RunSettings(max_attempts=3)))

    def try_to_tell(self, command: RunCommand) -> None:
        """Tell a command, which may be refused if that changes nothing."""
        before = self.story.run
        try:
            self.story.tell(command)
        except IllegalCommand:
            assert self.story.run == before

    @rule(answer=ANSWERS)
    def go_on(self, answer: str) -> None:
        """Do what the run needs now."""
        for command in Agents((answer,) * 9).perform(self.story.run):
            self.try_to_tell(command)

    @rule(command=INTERRUPTIONS)
    def disturb(self, command: RunCommand) -> None:
        """Launch what is to be launched, and let something come between."""
        if isinstance(self.story.step, CallAgent):
            self.try_to_tell(LAUNCH)
        self.try_to_tell(command)

    @rule(command=COMMANDS)
    def say_anything(self, command: RunCommand) -> None:
        """Say whatever comes to mind."""
        self.try_to_tell(command)

    @rule()
    def crash(self) -> None:
        """Lose all but the log, and resume if there is anything to resume."""
        self.story = revived(self.story)
        self.try_to_tell(resume(RunSettings(max_attempts=3)))

    @invariant()
    def the_log_is_the_state(self) -> None:
        """The state, and the next step with it, follow from the log alone."""
        told = replay(self.story.events)
        assert told == self.story.run
        assert next_step(told) == self.story.step

    @invariant()
    def attempts_and_launches_are_counted_without_gaps(self) -> None:
        """Numbers in events count from 1."""
        events = self.story.events
        attempts = [e.attempt for e in events if isinstance(e, AttemptStarted)]
        launches = [e.launch for e in events if isinstance(e, AgentLaunched)]
        assert attempts == list(range(1, self.story.run.attempt + 1))
        assert launches == list(range(1, self.story.run.launch + 1))

    @invariant()
    def no_attempt_has_two_finished_workers_or_two_verdicts(self) -> None:
        """A finished worker is never launched again, nor a verdict given twice."""
        events = self.story.events
        attempt_of = {e.launch: e.attempt for e in events if isinstance(e, WorkerLaunched)}
        workers = Counter(
            attempt_of[e.launch]
            for e in events
            if isinstance(e, WorkerFinished) and e.ending is Ending.COMPLETED
        )
        verdicts = Counter(e.attempt for e in events if isinstance(e, VerdictGiven))
        assert all(count == 1 for count in [*workers.values(), *verdicts.values()])

    @invariant()
    def the_end_is_the_end(self) -> None:
        """Nothing stands after `RunFinished`, and a finished run rests."""
        finals = [n for n, e in enumerate(self.story.events) if isinstance(e, RunFinished)]
        assert finals in ([], [len(self.story.events) - 1])
        assert bool(finals) == (self.story.run.outcome is not None)
        assert not finals or isinstance(self.story.step, Rest)

    @invariant()
    def only_an_abandoned_run_ends_halted(self) -> None:
        """Whatever halted it, a run that came to an end of its own had gone on before."""
        run = self.story.run
        assert run.outcome in {None, Outcome.ABANDONED} or run.halt is None


TestAnyRun = AnyRun.TestCase
TestAnyRun.settings = settings(QUICK, stateful_step_count=25)
