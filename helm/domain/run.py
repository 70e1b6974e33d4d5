"""The run, as a machine without I/O.

Rules of this file: values in, values out. No clock, no path, no process, no randomness, nothing
that waits. Whoever changes it changes what a run *is*, and must ask what the logs of old runs then
mean: `evolve` reads events that an older helm wrote.

Theory of operation. A run is the fold of its events, and three functions are all there is:

- `decide(run, command)` answers a command with the events that it causes, or refuses it
  (`IllegalCommand`) before anything is written. The events of one command are stored together or
  not at all, so that every history which a crash can leave is one that this file understands.
- `evolve(run, event)` folds one fact into the state. It is total: what is recorded has happened.
- `next_step(run)` says what the outside must do now, from the state alone. Resuming has no code of
  its own: after a crash the state is what it was, and so is the next step.

                 StartRun        StartAttempt         worker done          verdict
          NEW ────────────> READY ───────────> WORKING ───────────> JUDGING ──────> FINISHED
                              ^                                        │
                              └────────── missing, attempts left ──────┘

A halt is not a phase: it leaves the phase as it is and only makes the run rest, so that a resumed
run does the same step again, as a new launch of the same attempt. A worker that completed moved
the run to JUDGING, and nothing leads back from there within the attempt: it is never run twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from typing import NoReturn, assert_never

from helm.domain.commands import (
    AbandonRun,
    HaltRun,
    LaunchAgent,
    RecordActivity,
    RecordExit,
    RecordInputChange,
    RecordOutput,
    RecordSession,
    RecordSpawn,
    ResumeRun,
    RunCommand,
    StartAttempt,
    StartRun,
)
from helm.domain.errors import IllegalCommand, VerdictUnreadable
from helm.domain.events import (
    ActivityReported,
    AgentSpawned,
    AttemptStarted,
    Cause,
    Ending,
    InputChanged,
    Outcome,
    OutputCaptured,
    Role,
    RunEvent,
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
    sha256,
)
from helm.domain.prompt import verifier_prompt, worker_prompt
from helm.domain.steps import BeginAttempt, CallAgent, Rest, Step
from helm.domain.verdict import parse_verdict

REPORT_FORMAT = 1
"""The number of the form in which reports are written now; a run remembers that of its start."""


class Phase(StrEnum):
    """What the run is about."""

    NEW = "new"
    READY = "ready"
    WORKING = "working"
    JUDGING = "judging"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The state of a run.

    `launch` counts the launches so far, and `under_way` says that the last of them has not been
    seen to end. `spawned` is that launch's process, if it got one: it may outlive a crash of helm.
    `report` is the finished worker's. `remaining_tasks` are those of the last verdict, or those
    that the run was given. `settings` are those in force, after a resume perhaps other than at the
    start.
    """

    phase: Phase = Phase.NEW
    started: RunStarted | None = None
    settings: RunSettings = RunSettings()
    attempt: int = 0
    launch: int = 0
    under_way: bool = False
    spawned: AgentSpawned | None = None
    report: str = ""
    remaining_tasks: tuple[str, ...] = ()
    verdict: VerdictGiven | None = None
    halt: RunHalted | None = None
    outcome: Outcome | None = None
    unknown: tuple[str, ...] = ()

    @property
    def role(self) -> Role:
        """The agent whose turn it is."""
        return Role.VERIFIER if self.phase is Phase.JUDGING else Role.WORKER


def replay(events: Iterable[RunEvent | Unknown], run: Run | None = None) -> Run:
    """Fold a history, or the rest of one onto the state after its beginning."""
    return reduce(evolve, events, run or Run())


def decide(run: Run, command: RunCommand) -> list[RunEvent]:
    """Answer `command` with the events that it causes, to be stored as one batch.

    Raises `IllegalCommand` where the run's state does not allow it.
    """
    if run.unknown:
        _refuse(run, command)
    match command:
        case StartRun() if run.phase is Phase.NEW:
            return [_started(command)]
        case StartRun():
            _refuse(run, command)
        case ResumeRun():
            return _resumed(run, command)
        case AbandonRun():
            return _abandoned(run, command)
        case HaltRun():
            return _halted(run, command)
        case RecordInputChange(path=path, sha256=digest, text=text):
            _require(run, command, run.started is not None and run.outcome is None)
            return [InputChanged(path=path, sha256=digest, text=text)]
        case StartAttempt():
            _require(run, command, run.phase is Phase.READY and run.halt is None)
            return [AttemptStarted(attempt=run.attempt + 1)]
        case LaunchAgent():
            return [_launched(run, command)]
        case RecordSpawn() | RecordSession() | RecordOutput() | RecordActivity() | RecordExit():
            _require(run, command, run.under_way and run.halt is None)
            return _witnessed(run, command)
    assert_never(command)


def _started(command: StartRun) -> RunStarted:
    return RunStarted(
        spec=command.spec,
        acceptance_commands=command.acceptance_commands,
        settings=command.settings,
        remaining_tasks=command.remaining_tasks,
        unmet_dependencies=command.unmet_dependencies,
        helm_version=command.helm_version,
        report_format=REPORT_FORMAT,
        operator=command.operator,
    )


def _resumed(run: Run, command: ResumeRun) -> list[RunEvent]:
    _require(run, command, run.phase not in {Phase.NEW, Phase.FINISHED})
    resumed = [*_lost(run), RunResumed(settings=command.settings, operator=command.operator)]
    if run.phase is Phase.READY and run.verdict and run.attempt >= command.settings.max_attempts:
        return [*resumed, RunFinished(outcome=Outcome.EXHAUSTED)]
    return resumed


def _abandoned(run: Run, command: AbandonRun) -> list[RunEvent]:
    _require(run, command, run.phase not in {Phase.NEW, Phase.FINISHED})
    return [*_lost(run), RunFinished(outcome=Outcome.ABANDONED)]


def _lost(run: Run) -> list[RunEvent]:
    """Whoever carried this run is gone without a word: say so before anything else."""
    if run.halt:
        return []
    return [RunHalted(cause=Cause.LOST, detail="helm ended without halting the run")]


def _halted(run: Run, command: HaltRun) -> list[RunEvent]:
    _require(run, command, run.started is not None and not run.outcome and not run.halt)
    return [RunHalted(cause=command.cause, detail=command.detail)]


def _launched(run: Run, command: LaunchAgent) -> WorkerLaunched | VerifierLaunched:
    step = next_step(run)
    if run.under_way or not isinstance(step, CallAgent):
        _refuse(run, command)
    kind = WorkerLaunched if step.role is Role.WORKER else VerifierLaunched
    return kind(attempt=run.attempt, launch=run.launch + 1, prompt=step.prompt, argv=command.argv)


def _witnessed(
    run: Run, command: RecordSpawn | RecordSession | RecordOutput | RecordActivity | RecordExit
) -> list[RunEvent]:
    """Record what was seen of the agent that is under way."""
    launch = run.launch
    match command:
        case RecordSpawn(pid=pid, process_group=group, started_at=start):
            return [AgentSpawned(launch=launch, pid=pid, process_group=group, started_at=start)]
        case RecordSession(session=session, version=version):
            return [SessionOpened(launch=launch, session=session, version=version)]
        case RecordOutput(channel=channel, offset=offset, data=data):
            return [
                OutputCaptured(
                    launch=launch,
                    channel=channel,
                    offset=offset,
                    length=len(data),
                    sha256=sha256(data),
                )
            ]
        case RecordActivity(activity=kind, text=text, exit_code=code, changes=changes):
            return [
                ActivityReported(
                    launch=launch, activity=kind, text=text, exit_code=code, changes=changes
                )
            ]
        case RecordExit():
            return _finished(run, command)
    assert_never(command)


def _finished(run: Run, command: RecordExit) -> list[RunEvent]:
    """Record how the agent ended, and what follows from it."""
    kind = WorkerFinished if run.role is Role.WORKER else VerifierFinished
    finished = kind(
        launch=run.launch,
        ending=command.ending,
        exit_code=command.exit_code,
        signal=command.signal,
        seconds=command.seconds,
        report=command.report,
        usage=command.usage,
        stdout=command.stdout,
        stderr=command.stderr,
    )
    match command.ending:
        case Ending.COMPLETED:
            answers = run.role is Role.VERIFIER
            return [finished, *(judged(run, command.report) if answers else [])]
        case Ending.STOPPED:
            cause = command.stopped_by or Cause.OPERATOR
            return [finished, RunHalted(cause=cause, detail=command.detail)]
        case Ending.FAILED | Ending.TIMED_OUT | Ending.SILENT:
            cause = Cause(f"{run.role}_{command.ending}")
            return [finished, RunHalted(cause=cause, detail=command.detail)]
    assert_never(command.ending)


def judged(run: Run, answer: str) -> list[RunEvent]:
    """Say what follows from a verifier's answer, by the rules of now: a verdict, and its end.

    An answer that cannot be read halts the run.
    """
    try:
        verdict = parse_verdict(answer)
    except VerdictUnreadable as error:
        return [RunHalted(cause=Cause.VERDICT_UNREADABLE, detail=str(error))]
    given = VerdictGiven(
        attempt=run.attempt,
        launch=run.launch,
        status=verdict.status,
        remaining_tasks=verdict.remaining_tasks,
        commentary=verdict.commentary,
    )
    if verdict.status is Status.OK:
        return [given, RunFinished(outcome=Outcome.ACCEPTED)]
    if run.attempt >= run.settings.max_attempts:
        return [given, RunFinished(outcome=Outcome.EXHAUSTED)]
    return [given]


def evolve(run: Run, event: RunEvent | Unknown) -> Run:
    """Fold one fact into the state. Total: a recorded event is never refused."""
    match event:
        case OutputCaptured() | ActivityReported() | SessionOpened() | InputChanged():
            return run  # first, because most events are of these kinds
        case RunStarted(settings=settings, remaining_tasks=tasks):
            return replace(
                run,
                phase=Phase.READY,
                started=event,
                settings=settings,
                remaining_tasks=tasks,
            )
        case AttemptStarted(attempt=attempt):
            return replace(run, phase=Phase.WORKING, attempt=attempt, report="")
        case WorkerLaunched(launch=launch) | VerifierLaunched(launch=launch):
            return replace(run, launch=launch, under_way=True, spawned=None)
        case AgentSpawned():
            return replace(run, spawned=event)
        case WorkerFinished(ending=Ending.COMPLETED, report=report):
            ended = replace(run, phase=Phase.JUDGING, report=report)
            return replace(ended, under_way=False, spawned=None)
        case WorkerFinished() | VerifierFinished():
            return replace(run, under_way=False, spawned=None)
        case VerdictGiven(remaining_tasks=tasks):
            return replace(run, phase=Phase.READY, verdict=event, remaining_tasks=tasks)
        case RunHalted():
            return replace(run, halt=event)
        case RunResumed(settings=settings):
            return replace(run, halt=None, under_way=False, spawned=None, settings=settings)
        case RunFinished(outcome=outcome):
            ended = replace(run, phase=Phase.FINISHED, outcome=outcome)
            return replace(ended, under_way=False, spawned=None)
        case Unknown(kind=kind):
            return replace(run, unknown=(*run.unknown, kind))
    assert_never(event)


def next_step(run: Run) -> Step:
    """Say what the outside must do now; the answer comes back as commands."""
    if run.halt or run.started is None or run.phase in {Phase.NEW, Phase.FINISHED}:
        return Rest(outcome=run.outcome, halt=run.halt)
    if run.phase is Phase.READY:
        return BeginAttempt()
    if run.phase is Phase.WORKING:
        prompt = worker_prompt(run.started, run.remaining_tasks)
        choice, timeout = run.settings.worker, run.settings.worker_timeout
    else:
        prompt = verifier_prompt(run.started, run.report)
        choice, timeout = run.settings.verifier, run.settings.verifier_timeout
    return CallAgent(
        role=run.role,
        prompt=prompt,
        choice=choice,
        sandbox=run.settings.worker_sandbox,
        timeout=timeout,
        idle_timeout=run.settings.idle_timeout,
        output_limit=run.settings.output_limit,
    )


def _require(run: Run, command: RunCommand, allowed: bool) -> None:  # noqa: FBT001  reads as a sentence
    if not allowed:
        _refuse(run, command)


def _refuse(run: Run, command: RunCommand) -> NoReturn:
    state = f"is halted ({run.halt.cause})" if run.halt and not run.outcome else f"is {run.phase}"
    if run.unknown:
        state = f"holds events of a newer helm ({', '.join(run.unknown)})"
    message = f"{type(command).__name__} is not possible: the run {state}"
    raise IllegalCommand(message)
