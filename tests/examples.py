"""One example of each event, and a whole run as the domain writes it, for tests to reuse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from helm.app.ports import EventLog
from helm.domain.commands import (
    LaunchAgent,
    RecordActivity,
    RecordExit,
    RecordOutput,
    RecordSession,
    RecordSpawn,
    RunCommand,
    StartAttempt,
    StartRun,
)
from helm.domain.events import (
    ActivityKind,
    ActivityReported,
    AgentChoice,
    AgentSpawned,
    AttemptStarted,
    Cause,
    Channel,
    ChannelDigest,
    Ending,
    FileChange,
    InputChanged,
    InputText,
    Mode,
    Outcome,
    OutputCaptured,
    Recorded,
    RunEvent,
    RunFinished,
    RunHalted,
    RunResumed,
    RunSettings,
    RunStarted,
    SessionOpened,
    SpecSnapshot,
    Status,
    TokenUsage,
    VerdictGiven,
    VerifierFinished,
    VerifierLaunched,
    WorkerFinished,
    WorkerLaunched,
    WorkerSandbox,
    sha256,
)
from helm.domain.run import Run, decide, replay

NOON = datetime(2026, 1, 31, 12, 0, 0, 123000, tzinfo=UTC)
"""When the examples happen: the first event of a run, and a second later each further batch."""

WORKER_SAYS = b"The parser now accepts an empty list.\n"
MISSING = b'STATUS: missing\n{"remainingTasks": ["accept an empty list", "say so in the docs"]}\n'
OK = b'STATUS: ok\n{"remainingTasks": []}\nAll criteria are met.\n'


def snapshot(name: str = "spec-00-example", workspace: str = ".") -> SpecSnapshot:
    """Describe a spec whose folder is `specs/NAME`."""
    folder = f"specs/{name}"
    return SpecSnapshot(
        id=name,
        name="An example",
        workspace=workspace,
        path=folder,
        body=InputText.of(f"{folder}/SPEC.md", "# An example\n\nAccept ä, 漢 and 🜁.\n"),
        checklist=InputText.of(f"{folder}/acceptance-checklist.md", "- [ ] an empty list\n"),
        worker_template=InputText.of(
            "specs/implement.prompt-template.md",
            "{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n",
        ),
        verifier_template=InputText.of(
            "specs/review.prompt-template.md",
            "{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n",
        ),
        metadata=InputText.of(f"{folder}/metadata.json", '{\n  "status": "todo"\n}\n'),
    )


def start_run(spec: SpecSnapshot | None = None, settings: RunSettings | None = None) -> StartRun:
    """Ask for a run of `spec` (the example), with `settings` (the defaults)."""
    return StartRun(
        spec=spec or snapshot(),
        acceptance_commands=("make test",),
        settings=settings or RunSettings(),
        remaining_tasks=(),
        unmet_dependencies=(),
        helm_version="0.1.0",
    )


def digest_of(data: bytes) -> ChannelDigest:
    """Describe all that an agent wrote to a channel."""
    return ChannelDigest(length=len(data), sha256=sha256(data))


_USAGE = TokenUsage(
    input_tokens=1200, cached_input_tokens=800, output_tokens=300, reasoning_output_tokens=90
)
_SETTINGS = RunSettings(
    mode=Mode.PARALLEL,
    max_attempts=3,
    worker=AgentChoice(model="worker-model", reasoning="high"),
    verifier=AgentChoice(model="verifier-model"),
    worker_sandbox=WorkerSandbox.WORKSPACE_WRITE,
    worker_timeout=5400.0,
    verifier_timeout=None,
    idle_timeout=0.5,
    redact=("sk-[a-z]+",),
)

EXAMPLES: tuple[RunEvent, ...] = (
    RunStarted(
        spec=snapshot(),
        acceptance_commands=("make test", 'echo "done"'),
        settings=_SETTINGS,
        remaining_tasks=("a task of the run before",),
        unmet_dependencies=("spec-01",),
        helm_version="0.1.0",
        report_format=1,
    ),
    AttemptStarted(attempt=1),
    WorkerLaunched(attempt=1, launch=1, prompt="Do it.\0\u2028\n", argv=("codex", "exec", "-")),
    VerifierLaunched(attempt=1, launch=2, prompt="Judge it.", argv=("codex", "exec", "-")),
    AgentSpawned(launch=1, pid=4711, process_group=4711, started_at=1769860800.25),
    SessionOpened(launch=1, session="0199a213-81c0-7800-8aa1-bbab2a035a53", version="0.169.0"),
    OutputCaptured(
        launch=1,
        channel=Channel.STDOUT,
        offset=0,
        length=len(WORKER_SAYS),
        sha256=sha256(WORKER_SAYS),
    ),
    ActivityReported(
        launch=1,
        activity=ActivityKind.FILE_CHANGE,
        text="two files",
        exit_code=None,
        changes=(
            FileChange(path="src/parser.py", kind="update"),
            FileChange(path="src/ä.py", kind="add"),
        ),
    ),
    WorkerFinished(
        launch=1,
        ending=Ending.COMPLETED,
        exit_code=0,
        signal=None,
        seconds=61.5,
        report=WORKER_SAYS.decode(),
        usage=_USAGE,
        stdout=digest_of(WORKER_SAYS),
        stderr=digest_of(b""),
    ),
    VerifierFinished(
        launch=2,
        ending=Ending.STOPPED,
        exit_code=None,
        signal=15,
        seconds=0.0,
        report="",
        usage=None,
        stdout=digest_of(b""),
        stderr=digest_of(b"\xff\x00"),
    ),
    InputChanged(path="specs/spec-00-example/metadata.json", sha256=None, text=None),
    VerdictGiven(
        attempt=1,
        launch=2,
        status=Status.MISSING,
        remaining_tasks=("accept an empty list",),
        commentary="Nearly.",
    ),
    RunHalted(cause=Cause.SIGINT, detail=""),
    RunResumed(settings=_SETTINGS),
    RunFinished(outcome=Outcome.EXHAUSTED),
)
"""One of each kind, with every optional part present somewhere; together they are no run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one command caused, to be appended together."""

    events: tuple[RunEvent, ...]
    output: bytes | None = None


def batches(commands: Iterable[RunCommand]) -> list[Batch]:
    """Let the domain answer each of `commands` in turn."""
    run, answered = Run(), []
    for command in commands:
        events = tuple(decide(run, command))
        run = replay(events, run)
        output = command.data if isinstance(command, RecordOutput) else None
        answered.append(Batch(events=events, output=output))
    return answered


def launch(said: bytes, *, pid: int, ending: Ending = Ending.COMPLETED) -> tuple[RunCommand, ...]:
    """Command one launch of an agent whose standard output is `said`."""
    exited = ending is Ending.COMPLETED
    return (
        LaunchAgent(argv=("codex", "exec", "-")),
        RecordSpawn(pid=pid, process_group=pid, started_at=1769860800.25),
        RecordSession(session=f"session-{pid}"),
        RecordActivity(activity=ActivityKind.COMMAND_STARTED, text="make test"),
        RecordActivity(activity=ActivityKind.COMMAND_FINISHED, text="make test", exit_code=0),
        RecordOutput(channel=Channel.STDOUT, offset=0, data=said[:10]),
        RecordOutput(channel=Channel.STDOUT, offset=10, data=said[10:]),
        RecordExit(
            ending=ending,
            exit_code=0 if exited else None,
            signal=None if exited else 15,
            seconds=1.5,
            report=said.decode(),
            usage=_USAGE if exited else None,
            stdout=digest_of(said),
            stderr=digest_of(b""),
        ),
    )


def whole_run(
    spec: SpecSnapshot | None = None, settings: RunSettings | None = None
) -> list[Batch]:
    """Tell a run of two attempts: the verifier misses something, then accepts."""
    return batches(
        (
            start_run(spec, settings),
            *(StartAttempt(), *launch(WORKER_SAYS, pid=101), *launch(MISSING, pid=102)),
            *(StartAttempt(), *launch(WORKER_SAYS, pid=103), *launch(OK, pid=104)),
        )
    )


def events_of(history: Iterable[Batch]) -> list[RunEvent]:
    """Put the events of all batches in one list."""
    return [event for batch in history for event in batch.events]


def record(log: EventLog, run_id: str, history: Iterable[Batch]) -> list[Recorded]:
    """Append a run to `log`, batch by batch, a second apart."""
    recorded: list[Recorded] = []
    for second, batch in enumerate(history):
        recorded += log.append(
            run_id,
            batch.events,
            expected_seq=len(recorded),
            recorded_at=NOON + timedelta(seconds=second),
            output=batch.output,
        )
    return recorded
