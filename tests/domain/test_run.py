"""The run machine: given what has happened, when a command comes, then what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from helm.domain.commands import (
    AbandonRun,
    HaltRun,
    LaunchAgent,
    RunCommand,
    StartAttempt,
)
from helm.domain.errors import IllegalCommand
from helm.domain.events import (
    ActivityReported,
    AgentChoice,
    AgentSpawned,
    AttemptStarted,
    Cause,
    Channel,
    Ending,
    FileChange,
    InputChanged,
    Mode,
    Outcome,
    OutputCaptured,
    Role,
    RunFinished,
    RunHalted,
    RunResumed,
    RunSettings,
    RunStarted,
    SessionOpened,
    Status,
    Unknown,
    VerdictGiven,
    VerifierFinished,
    VerifierLaunched,
    WorkerFinished,
    WorkerLaunched,
    WorkerSandbox,
    sha256,
)
from helm.domain.run import Phase, Run, decide, evolve, replay
from helm.domain.steps import BeginAttempt, CallAgent, Rest
from tests.domain.histories import (
    ACTIVITY,
    EDIT,
    LAUNCH,
    OK,
    OUTPUT,
    SESSION,
    SILENCE,
    SPAWN,
    SPEC,
    Story,
    attempts,
    begun,
    broke_off,
    completed,
    missing,
    resume,
    start,
)

LOST = RunHalted(cause=Cause.LOST, detail="helm ended without halting the run")
HALT = HaltRun(cause=Cause.OPERATOR, detail="enough")
PAUSED = Unknown(kind="Paused", schema_version=1, body="{}")
NEWER_HALT = Unknown(kind="RunHalted", schema_version=2, body="{}")
RESUMED = RunResumed(settings=RunSettings())
FROM_OUTSIDE = [Cause.SIGINT, Cause.SIGTERM, Cause.SIGHUP, Cause.OPERATOR]
FAILURES = [
    (Ending.FAILED, Cause.WORKER_FAILED, Cause.VERIFIER_FAILED),
    (Ending.TIMED_OUT, Cause.WORKER_TIMED_OUT, Cause.VERIFIER_TIMED_OUT),
    (Ending.SILENT, Cause.WORKER_SILENT, Cause.VERIFIER_SILENT),
]

COMMANDS: dict[str, RunCommand] = {
    "StartRun": start(),
    "StartAttempt": StartAttempt(),
    "LaunchAgent": LAUNCH,
    "RecordSpawn": SPAWN,
    "RecordSession": SESSION,
    "RecordOutput": OUTPUT,
    "RecordActivity": ACTIVITY,
    "RecordExit": completed(OK),
    "RecordInputChange": EDIT,
    "HaltRun": HALT,
    "ResumeRun": resume(),
    "AbandonRun": AbandonRun(),
}

STATES: dict[str, Callable[[], Story]] = {
    "new": Story,
    "ready": lambda: Story().tell(start()),
    "working": begun,
    "working, worker under way": lambda: begun().tell(LAUNCH, SPAWN),
    "judging": lambda: begun().call("done"),
    "judging, verifier under way": lambda: begun().call("done").tell(LAUNCH, SPAWN),
    "ready again": lambda: begun().call("done").call(missing("a")),
    "halted": lambda: begun().tell(HALT),
    "halted between attempts": lambda: begun().call("done").call(missing("a")).tell(HALT),
    "halted, worker under way": lambda: begun().tell(LAUNCH, SPAWN, HALT),
    "accepted": lambda: attempts(OK),
    "exhausted": lambda: attempts(missing("a")),
    "abandoned": lambda: begun().tell(AbandonRun()),
    "abandoned, worker under way": lambda: begun().tell(LAUNCH, SPAWN, AbandonRun()),
    "unknown": lambda: begun().record([PAUSED]),
    "unknown, halted": lambda: begun().tell(HALT).record([PAUSED, NEWER_HALT]),
}

OPEN = {
    "RecordInputChange": "InputChanged",
    "HaltRun": "RunHalted",
    "ResumeRun": "RunHalted RunResumed",
    "AbandonRun": "RunHalted RunFinished",
}
HALTED = {
    "RecordInputChange": "InputChanged",
    "ResumeRun": "RunResumed",
    "AbandonRun": "RunFinished",
}
WITNESSED = {
    "RecordSpawn": "AgentSpawned",
    "RecordSession": "SessionOpened",
    "RecordOutput": "OutputCaptured",
    "RecordActivity": "ActivityReported",
}
ANSWERS: dict[str, dict[str, str]] = {
    "new": {"StartRun": "RunStarted"},
    "ready": {"StartAttempt": "AttemptStarted", **OPEN},
    "working": {"LaunchAgent": "WorkerLaunched", **OPEN},
    "working, worker under way": {"RecordExit": "WorkerFinished", **WITNESSED, **OPEN},
    "judging": {"LaunchAgent": "VerifierLaunched", **OPEN},
    "judging, verifier under way": {
        "RecordExit": "VerifierFinished VerdictGiven RunFinished",
        **WITNESSED,
        **OPEN,
    },
    "ready again": {"StartAttempt": "AttemptStarted", **OPEN},
    "halted": HALTED,
    "halted between attempts": HALTED,
    "halted, worker under way": HALTED,
}
"""What each state answers to each command, by kinds; whatever stands not here is refused."""

ALLOWED = [(state, command) for state, row in ANSWERS.items() for command in row]
REFUSED = [
    (state, command)
    for state in STATES
    for command in COMMANDS
    if (state, command) not in set(ALLOWED)
]


@pytest.mark.parametrize(("state", "command"), ALLOWED)
def test_a_state_answers_a_command_with(state: str, command: str) -> None:
    """Every legal pair of state and command causes the events of the table, and no other."""
    events = decide(STATES[state]().run, COMMANDS[command])
    assert " ".join(type(event).__name__ for event in events) == ANSWERS[state][command]


@pytest.mark.parametrize(("state", "command"), REFUSED)
def test_a_state_refuses_a_command(state: str, command: str) -> None:
    """A refused command causes no event, changes nothing, and leaves the next step as it was."""
    story = STATES[state]()
    run, events, step = story.run, story.events, story.step
    with pytest.raises(IllegalCommand):
        story.tell(COMMANDS[command])
    assert (story.run, story.events, story.step) == (run, events, step)
    assert story.run == STATES[state]().run


@pytest.mark.parametrize(
    ("state", "command", "message"),
    [
        ("new", StartAttempt(), "StartAttempt is not possible: the run is new"),
        ("ready", start(), "StartRun is not possible: the run is ready"),
        ("working", start(), "StartRun is not possible: the run is working"),
        ("judging", start(), "StartRun is not possible: the run is judging"),
        ("halted", HALT, "HaltRun is not possible: the run is halted (operator)"),
        ("abandoned", HALT, "HaltRun is not possible: the run is finished"),
        ("accepted", resume(), "ResumeRun is not possible: the run is finished"),
        (
            "unknown, halted",
            resume(),
            "ResumeRun is not possible: the run holds events of a newer helm (Paused, RunHalted)",
        ),
    ],
)
def test_a_refusal_says_what_the_run_is(state: str, command: RunCommand, message: str) -> None:
    """The reason names the command, and the state that does not allow it."""
    with pytest.raises(IllegalCommand) as refusal:
        decide(STATES[state]().run, command)
    assert str(refusal.value) == message


def test_a_run_not_begun_rests() -> None:
    """Without events there is nothing to do, and nothing to tell."""
    assert Story().step == Rest(outcome=None, halt=None)


def test_a_run_starts_from_what_it_was_given() -> None:
    """The start keeps the spec, the settings and the tasks that an earlier run left."""
    settings = RunSettings(mode=Mode.PARALLEL, max_attempts=5)
    story = Story().tell(start(settings, tasks=("a", "b")))
    started = RunStarted(
        spec=SPEC,
        acceptance_commands=("make test",),
        settings=settings,
        remaining_tasks=("a", "b"),
        unmet_dependencies=(),
        helm_version="1.0.0",
        report_format=1,
    )
    assert story.events == [started]
    assert story.run == Run(
        phase=Phase.READY, started=started, settings=settings, remaining_tasks=("a", "b")
    )
    assert story.step == BeginAttempt()


def test_an_attempt_begins_with_the_worker() -> None:
    """Once an attempt has begun, the worker is to be called with the spec and the tasks left."""
    settings = RunSettings(
        worker=AgentChoice(model="gpt", reasoning="high"),
        worker_sandbox=WorkerSandbox.WORKSPACE_WRITE,
        worker_timeout=5400.0,
        idle_timeout=None,
    )
    story = Story().tell(start(settings, tasks=("a",)))
    ready = story.run
    assert decide(ready, StartAttempt()) == [AttemptStarted(attempt=1)]
    assert story.tell(StartAttempt()).run == replace(ready, phase=Phase.WORKING, attempt=1)
    assert story.step == CallAgent(
        role=Role.WORKER,
        prompt='Implement # A parser\n\nIt parses.\n[\n  "a"\n]',
        choice=AgentChoice(model="gpt", reasoning="high"),
        sandbox=WorkerSandbox.WORKSPACE_WRITE,
        timeout=5400.0,
        idle_timeout=None,
    )


def test_a_launch_keeps_the_prompt_and_the_command_line() -> None:
    """What the agent is asked is in the log before the agent exists."""
    story = begun()
    working = story.run
    launched = WorkerLaunched(
        attempt=1,
        launch=1,
        prompt="Implement # A parser\n\nIt parses.\n[]",
        argv=("codex", "--model", "gpt"),
    )
    assert decide(working, LaunchAgent(argv=("codex", "--model", "gpt"))) == [launched]
    assert evolve(working, launched) == replace(working, launch=1, under_way=True)


def test_a_launched_agent_has_a_process() -> None:
    """The process is part of the state, so that an orphan can be found after a crash."""
    story = begun().tell(LAUNCH)
    launched = story.run
    spawned = AgentSpawned(launch=1, pid=4711, process_group=4711, started_at=1769850902.5)
    assert decide(launched, SPAWN) == [spawned]
    assert evolve(launched, spawned) == replace(launched, spawned=spawned)


def test_what_an_agent_does_is_kept_and_changes_nothing() -> None:
    """Session, output and activity carry the number of their launch, and leave the state alone."""
    story = begun().tell(LAUNCH, SPAWN)
    before = story.run
    assert story.tell(SESSION, OUTPUT, ACTIVITY).events[-3:] == [
        SessionOpened(launch=1, session="0199-a", version="0.169.0"),
        OutputCaptured(
            launch=1, channel=Channel.STDOUT, offset=0, length=6, sha256=sha256(b"hello\n")
        ),
        ActivityReported(
            launch=1,
            activity=ACTIVITY.activity,
            text="",
            changes=(FileChange(path="a.py", kind="add"),),
        ),
    ]
    assert story.run == before


def test_a_worker_that_completed_gives_way_to_the_verifier() -> None:
    """The verifier is asked about the worker's report, with its own model and timeout."""
    settings = RunSettings(verifier=AgentChoice(model="judge"), verifier_timeout=60.0)
    story = begun(settings).tell(LAUNCH, SPAWN)
    under_way = story.run
    story.tell(completed("I parsed.", seconds=7.5))
    assert story.events[-1] == WorkerFinished(
        launch=1,
        ending=Ending.COMPLETED,
        exit_code=0,
        signal=None,
        seconds=7.5,
        report="I parsed.",
        usage=None,
        stdout=SILENCE,
        stderr=SILENCE,
    )
    assert story.run == replace(
        under_way, phase=Phase.JUDGING, report="I parsed.", under_way=False, spawned=None
    )
    assert story.step == CallAgent(
        role=Role.VERIFIER,
        prompt="Review # A parser\n\nIt parses.\nI parsed.",
        choice=AgentChoice(model="judge"),
        sandbox=WorkerSandbox.DANGER_FULL_ACCESS,
        timeout=60.0,
        idle_timeout=3600.0,
    )


def test_ok_ends_the_run_as_accepted() -> None:
    """The verdict and the end are one answer to the verifier's exit."""
    story = begun().call("done").tell(LAUNCH)
    under_way = story.run
    verdict = VerdictGiven(
        attempt=1, launch=2, status=Status.OK, remaining_tasks=(), commentary="fine\n"
    )
    launched, finished, *rest = story.tell(completed(f"{OK}\nfine\n")).events[-4:]
    assert isinstance(launched, VerifierLaunched)
    assert isinstance(finished, VerifierFinished)
    assert rest == [verdict, RunFinished(outcome=Outcome.ACCEPTED)]
    assert story.run == replace(
        under_way,
        phase=Phase.FINISHED,
        under_way=False,
        verdict=verdict,
        outcome=Outcome.ACCEPTED,
    )
    assert story.step == Rest(outcome=Outcome.ACCEPTED)


def test_missing_goes_on_with_the_tasks_that_remain() -> None:
    """While attempts are left, the next worker is asked for what the verifier missed."""
    story = begun().call("done").tell(LAUNCH)
    under_way = story.run
    verdict = VerdictGiven(
        attempt=1, launch=2, status=Status.MISSING, remaining_tasks=("a", "b"), commentary=""
    )
    story.tell(completed(missing("a", "b")))
    assert story.events[-1] == verdict
    assert story.run == replace(
        under_way,
        phase=Phase.READY,
        under_way=False,
        verdict=verdict,
        remaining_tasks=("a", "b"),
    )
    assert story.step == BeginAttempt()
    story.tell(StartAttempt())
    assert story.run == replace(
        under_way,
        phase=Phase.WORKING,
        attempt=2,
        report="",
        under_way=False,
        verdict=verdict,
        remaining_tasks=("a", "b"),
    )
    assert isinstance(story.step, CallAgent)
    assert story.step.prompt == 'Implement # A parser\n\nIt parses.\n[\n  "a",\n  "b"\n]'


def test_missing_in_the_last_attempt_ends_the_run_as_exhausted() -> None:
    """Out of attempts, the tasks that remain stay known."""
    story = attempts(missing("a"), missing("b"))
    assert story.events[-2:] == [
        VerdictGiven(
            attempt=2, launch=4, status=Status.MISSING, remaining_tasks=("b",), commentary=""
        ),
        RunFinished(outcome=Outcome.EXHAUSTED),
    ]
    assert story.run.remaining_tasks == ("b",)
    assert story.step == Rest(outcome=Outcome.EXHAUSTED)


def test_missing_without_tasks_goes_on() -> None:
    """A verifier that misses something and cannot say what is still not content."""
    story = begun().call("done").call(missing())
    assert (story.run.phase, story.run.remaining_tasks) == (Phase.READY, ())
    assert story.step == BeginAttempt()


def test_ok_with_tasks_left_is_accepted() -> None:
    """The status decides; the tasks stay in the record, for people to be warned of."""
    story = begun().call("done").call('STATUS: ok\n{"remainingTasks": ["polish"]}')
    assert story.run.outcome is Outcome.ACCEPTED
    assert story.run.remaining_tasks == ("polish",)


def test_tasks_that_an_earlier_run_left_end_with_the_first_verdict() -> None:
    """What was carried over is replaced, not added to."""
    assert attempts(missing(), tasks=("a",)).run.remaining_tasks == ()


def test_an_unreadable_verdict_halts_the_run() -> None:
    """An answer that cannot be read is not a verdict, and what is wrong with it is kept."""
    story = begun().call("done").tell(LAUNCH)
    under_way = story.run
    halt = RunHalted(
        cause=Cause.VERDICT_UNREADABLE,
        detail="the verifier's answer cannot be read: its first line is 'Looks good!'. "
        "Expected 'STATUS: ok' or 'STATUS: missing', then one line of JSON such as "
        '{"remainingTasks": []}',
    )
    finished, *rest = story.tell(completed("Looks good!")).events[-2:]
    assert isinstance(finished, VerifierFinished)
    assert rest == [halt]
    assert story.run == replace(under_way, under_way=False, halt=halt)
    assert story.step == Rest(halt=halt)


@pytest.mark.parametrize(("ending", "cause", "_"), FAILURES)
def test_a_worker_that_failed_halts_the_run(ending: Ending, cause: Cause, _: Cause) -> None:
    """Without the work there is nothing to judge, whatever the worker said before."""
    story = begun().tell(LAUNCH, SPAWN)
    under_way = story.run
    story.tell(broke_off(ending, "exit code 1: rate limit"))
    halt = RunHalted(cause=cause, detail="exit code 1: rate limit")
    assert story.events[-1] == halt
    assert story.run == replace(under_way, under_way=False, spawned=None, halt=halt)
    assert story.step == Rest(halt=halt)


@pytest.mark.parametrize(("ending", "_", "cause"), FAILURES)
def test_a_verifier_that_failed_halts_the_run(ending: Ending, _: Cause, cause: Cause) -> None:
    """The work is not judged, and stays to be judged."""
    story = begun().call("done").tell(LAUNCH, SPAWN)
    under_way = story.run
    story.tell(broke_off(ending, "exit code 1: rate limit"))
    halt = RunHalted(cause=cause, detail="exit code 1: rate limit")
    assert story.events[-1] == halt
    assert story.run == replace(under_way, under_way=False, spawned=None, halt=halt)
    assert story.step == Rest(halt=halt)


@pytest.mark.parametrize("cause", FROM_OUTSIDE)
@pytest.mark.parametrize("done", [False, True], ids=["worker", "verifier"])
def test_a_stop_halts_the_run_with_its_cause(cause: Cause, *, done: bool) -> None:
    """Whoever asked for the stop is the cause, whichever agent was under way."""
    story = begun()
    if done:
        story.call("done")
    story.tell(LAUNCH, broke_off(Ending.STOPPED, stopped_by=cause))
    assert story.events[-1] == RunHalted(cause=cause, detail="")
    assert story.step == Rest(halt=RunHalted(cause=cause, detail=""))


def test_a_stop_that_nobody_signed_is_the_operator_s() -> None:
    """A stop always has a cause."""
    story = begun().tell(LAUNCH, broke_off(Ending.STOPPED))
    assert story.events[-1] == RunHalted(cause=Cause.OPERATOR, detail="")


def test_a_stopped_verifier_s_answer_is_not_a_verdict() -> None:
    """Once a stop was asked for, the run halts, whatever the agent still managed to say."""
    stopped = replace(completed(OK), ending=Ending.STOPPED, stopped_by=Cause.SIGINT)
    story = begun().call("done").tell(LAUNCH, stopped)
    assert story.run.verdict is None
    assert story.step == Rest(halt=RunHalted(cause=Cause.SIGINT, detail=""))


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize(
    "state", ["ready", "working", "judging", "judging, verifier under way", "ready again"]
)
def test_a_resumed_run_does_the_halted_step_again(state: str, cause: Cause) -> None:
    """Whatever halted it, the run is then as if it had not, and the agent is to be called anew."""
    story = STATES[state]()
    before, step = story.run, story.step
    story.tell(HaltRun(cause=cause, detail="why"))
    assert story.run == replace(before, halt=RunHalted(cause=cause, detail="why"))
    assert story.step == Rest(halt=RunHalted(cause=cause, detail="why"))
    story.tell(resume())
    assert story.events[-1] == RESUMED
    assert story.run == replace(before, under_way=False, spawned=None)
    assert story.step == step


@pytest.mark.parametrize("state", ["ready", "working", "working, worker under way", "judging"])
def test_a_run_that_died_is_halted_as_lost_before_it_goes_on(state: str) -> None:
    """The log says that somebody was gone, though nobody was there to write it then."""
    story = STATES[state]()
    before, step = story.run, story.step
    assert story.tell(resume()).events[-2:] == [LOST, RESUMED]
    assert story.run == replace(before, under_way=False, spawned=None)
    assert story.step == step


def test_a_halted_step_does_not_spend_an_attempt() -> None:
    """The step done again is a new launch of the same attempt."""
    story = begun(RunSettings(max_attempts=1))
    story.tell(
        LAUNCH, SPAWN, broke_off(Ending.FAILED), resume(RunSettings(max_attempts=1)), LAUNCH
    )
    relaunched = story.events[-1]
    assert isinstance(relaunched, WorkerLaunched)
    assert (relaunched.attempt, relaunched.launch) == (1, 2)
    story.tell(completed("done")).call(OK)
    assert (story.run.attempt, story.run.outcome) == (1, Outcome.ACCEPTED)


def test_a_finished_worker_is_never_launched_again() -> None:
    """However often the verifier fails, the same report is given to it again."""
    story = begun().call("an hour of work")
    step = story.step
    for ending, *_ in FAILURES:
        story.tell(LAUNCH, broke_off(ending), resume())
        assert story.step == step
    story.tell(resume()).call(OK)
    launches = [type(each).__name__ for each in story.events if "Launched" in type(each).__name__]
    assert launches == ["WorkerLaunched", *["VerifierLaunched"] * 4]
    assert story.run.outcome is Outcome.ACCEPTED


def test_a_resume_brings_settings_of_its_own() -> None:
    """Models and timeouts given anew hold from there; the prompts keep to the start."""
    story = begun().tell(HALT)
    halted = story.run
    settings = RunSettings(worker=AgentChoice(model="larger"), worker_timeout=9.0)
    story.tell(resume(RunSettings(worker=AgentChoice(model="larger"), worker_timeout=9.0)))
    assert story.run == replace(halted, halt=None, settings=settings)
    assert isinstance(story.step, CallAgent)
    assert (story.step.choice, story.step.timeout) == (AgentChoice(model="larger"), 9.0)


def test_the_mode_in_a_prompt_is_the_one_that_the_run_began_with() -> None:
    """Every prompt of a run is rendered from its start, also after a resume."""
    template = replace(SPEC.worker_template, text="{{MODE}}")
    story = Story().tell(start(spec=replace(SPEC, worker_template=template)), StartAttempt())
    story.tell(resume(RunSettings(mode=Mode.PARALLEL)))
    assert isinstance(story.step, CallAgent)
    assert story.step.prompt == "strict"


def test_more_attempts_can_be_given_on_resume() -> None:
    """The last attempt is then not the last."""
    story = (
        begun(RunSettings(max_attempts=1))
        .call("done")
        .tell(HALT, resume(RunSettings(max_attempts=2)))
    )
    assert story.call(missing("a")).step == BeginAttempt()
    story.attempt("done", missing("b"))
    assert (story.run.attempt, story.run.outcome) == (2, Outcome.EXHAUSTED)


def test_fewer_attempts_than_used_end_the_run_on_resume() -> None:
    """A run between two attempts that may have no more is exhausted at once."""
    story = begun(RunSettings(max_attempts=3)).call("done").call(missing("a")).tell(HALT)
    halted = story.run
    story.tell(resume(RunSettings(max_attempts=1)))
    assert story.events[-2:] == [
        RunResumed(settings=RunSettings(max_attempts=1)),
        RunFinished(outcome=Outcome.EXHAUSTED),
    ]
    assert story.run == replace(
        halted,
        halt=None,
        settings=RunSettings(max_attempts=1),
        phase=Phase.FINISHED,
        outcome=Outcome.EXHAUSTED,
    )


def test_fewer_attempts_than_used_let_the_one_under_way_end() -> None:
    """Work that was begun is done and judged, and then there is no more."""
    story = Story().tell(start(RunSettings(max_attempts=3)))
    story.attempt("done", missing("a")).tell(StartAttempt(), resume(RunSettings(max_attempts=1)))
    story.call("done").call(missing("b"))
    assert (story.run.attempt, story.run.outcome) == (2, Outcome.EXHAUSTED)


def test_a_halted_run_can_be_abandoned() -> None:
    """A new run took its place; why it stood still stays known."""
    story = begun().tell(HALT)
    halted = story.run
    story.tell(AbandonRun())
    assert story.events[-1] == RunFinished(outcome=Outcome.ABANDONED)
    assert story.run == replace(halted, phase=Phase.FINISHED, outcome=Outcome.ABANDONED)
    assert story.step == Rest(outcome=Outcome.ABANDONED, halt=halted.halt)


def test_a_run_that_died_is_halted_as_lost_before_it_is_abandoned() -> None:
    """The log never shows an end without what led to it."""
    story = begun()
    working = story.run
    story.tell(LAUNCH, SPAWN, AbandonRun())
    assert story.events[-2:] == [LOST, RunFinished(outcome=Outcome.ABANDONED)]
    assert story.run == replace(
        working, phase=Phase.FINISHED, launch=1, halt=LOST, outcome=Outcome.ABANDONED
    )
    assert story.step == Rest(outcome=Outcome.ABANDONED, halt=LOST)


@pytest.mark.parametrize("state", ["ready", "working, worker under way", "judging", "halted"])
def test_a_changed_input_is_recorded_and_moves_nothing(state: str) -> None:
    """A worker that edits its own yardstick is told on, and judged by the old one."""
    story = STATES[state]()
    before, step = story.run, story.step
    assert story.tell(EDIT).events[-1] == InputChanged(
        path=EDIT.path, sha256=EDIT.sha256, text=EDIT.text
    )
    assert (story.run, story.step) == (before, step)


def test_an_unknown_event_is_folded_to_its_name() -> None:
    """What a newer helm wrote changes nothing else, so that the run can still be shown."""
    story = begun()
    before = story.run
    story.record([PAUSED, NEWER_HALT])
    assert story.run == replace(before, unknown=("Paused", "RunHalted"))


def test_a_stored_history_folds_to_the_state_that_wrote_it() -> None:
    """What another process reads from the log is the state of the process that was killed."""
    story = attempts(missing("a"), OK)
    assert replay(story.events) == story.run
