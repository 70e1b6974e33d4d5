"""What has happened in a run: facts in the past tense, without time and without id.

The stored kind of an event is its class name, and its fields are its stored body; a golden file
freezes both. Time, order and digest are the envelope's (`Recorded`), given when it is stored.
Texts are whole, so that a run can be told, resumed and replayed from its events alone.
Lengths are in bytes, times in seconds, digests lower-case hexadecimal SHA-256.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import get_args


class Role(StrEnum):
    """Who an agent is in the run."""

    WORKER = "worker"
    VERIFIER = "verifier"


class Channel(StrEnum):
    """Which of an agent's output streams."""

    STDOUT = "stdout"
    STDERR = "stderr"


class Mode(StrEnum):
    """How the worker is asked to treat the spec; the templates give it its meaning."""

    STRICT = "strict"
    PARALLEL = "parallel"


class WorkerSandbox(StrEnum):
    """What the worker may touch, in codex's words."""

    DANGER_FULL_ACCESS = "danger-full-access"
    WORKSPACE_WRITE = "workspace-write"


class Status(StrEnum):
    """What the verifier says of an attempt."""

    OK = "ok"
    MISSING = "missing"


class Outcome(StrEnum):
    """How a run ended for good."""

    ACCEPTED = "accepted"
    EXHAUSTED = "exhausted"
    ABANDONED = "abandoned"


class Ending(StrEnum):
    """How a launch of an agent came to its end."""

    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    SILENT = "silent"
    STOPPED = "stopped"


class Cause(StrEnum):
    """Why a run stands still although it is not finished."""

    SIGINT = "SIGINT"
    SIGTERM = "SIGTERM"
    SIGHUP = "SIGHUP"
    OPERATOR = "operator"
    LOST = "lost"
    WORKER_FAILED = "worker_failed"
    WORKER_TIMED_OUT = "worker_timed_out"
    WORKER_SILENT = "worker_silent"
    VERIFIER_FAILED = "verifier_failed"
    VERIFIER_TIMED_OUT = "verifier_timed_out"
    VERIFIER_SILENT = "verifier_silent"
    VERDICT_UNREADABLE = "verdict_unreadable"


class ActivityKind(StrEnum):
    """What sort of thing an agent reported of its work."""

    MESSAGE = "message"
    REASONING = "reasoning"
    COMMAND_STARTED = "command_started"
    COMMAND_FINISHED = "command_finished"
    FILE_CHANGE = "file_change"
    SEARCH = "search"
    RETRY = "retry"
    WARNING = "warning"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputText:
    """A file that the run was given: its path under the work tree's top, and its whole text."""

    path: str
    text: str
    sha256: str

    @classmethod
    def of(cls, path: str, text: str) -> InputText:
        """Take `text` in, with its digest."""
        return cls(path=path, text=text, sha256=sha256(text.encode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecSnapshot:
    """A spec as it was when its run started.

    `workspace` tells the work trees of one repository apart: the tree's git directory relative to
    the common one. `path` is the spec's folder under the work tree's top. A spec without a
    checklist has an empty one.
    """

    id: str
    name: str
    workspace: str
    path: str
    body: InputText
    checklist: InputText
    worker_template: InputText
    verifier_template: InputText
    metadata: InputText

    def inputs(self) -> tuple[InputText, ...]:
        """Every file that the run was given."""
        return (
            self.body,
            self.checklist,
            self.worker_template,
            self.verifier_template,
            self.metadata,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChoice:
    """Which model, and how hard it thinks; None leaves the choice to the agent."""

    model: str | None = None
    reasoning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What a run was told to do; timeouts in seconds, None is no limit.

    Of each channel of an agent `output_limit` bytes are kept, from its beginning and its end.
    `redact` holds regular expressions; what they match is masked wherever people read.
    """

    mode: Mode = Mode.STRICT
    max_attempts: int = 2
    worker: AgentChoice = AgentChoice()
    verifier: AgentChoice = AgentChoice()
    worker_sandbox: WorkerSandbox = WorkerSandbox.DANGER_FULL_ACCESS
    worker_timeout: float | None = None
    verifier_timeout: float | None = None
    idle_timeout: float | None = 3600.0
    redact: tuple[str, ...] = ()
    output_limit: int | None = None


MOST_TOKENS = 10**12
"""Whoever says more has not counted; and a log's own sums must fit into 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """What the agent says that it used; None is what it does not say.

    Cached tokens are part of the input, those of reasoning part of the output. None of them is
    above `MOST_TOKENS`.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int | None = None
    reasoning_output_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDigest:
    """All that an agent wrote to one channel, by length and digest."""

    length: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that the agent says it added, updated or deleted."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run of a spec began, from these texts and with these settings.

    `operator` is who asked for it, as `login@host`; None where that is not known, as of a start of
    schema version 1.
    """

    spec: SpecSnapshot
    acceptance_commands: tuple[str, ...]
    settings: RunSettings
    remaining_tasks: tuple[str, ...]
    unmet_dependencies: tuple[str, ...]
    helm_version: str
    report_format: int
    operator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted:
    """Attempt number `attempt` (1..) began."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLaunched:
    """An agent is about to be started; recorded before its process exists.

    `launch` counts the launches of the run (1..); every later event of the launch has it.
    """

    attempt: int
    launch: int
    prompt: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLaunched(AgentLaunched):
    """The worker is about to be started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierLaunched(AgentLaunched):
    """The verifier is about to be started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpawned:
    """The agent's process exists; recorded before it is given its prompt.

    `started_at` is the process's start time in seconds since the epoch: with the pid it tells
    the process from a later one of the same number.
    """

    launch: int
    pid: int
    process_group: int
    started_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """The agent named its own session, by which it can be continued by hand."""

    launch: int
    session: str
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputCaptured:
    """Bytes that an agent wrote; the bytes themselves travel in the envelope.

    What lies between the end of one and the `offset` of the next was over the limit, and not kept.
    """

    launch: int
    channel: Channel
    offset: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityReported:
    """One thing that the agent says it did.

    `text` is the message, the command line, the query, or the warning; `exit_code` is a finished
    command's, `changes` a file change's.
    """

    launch: int
    activity: ActivityKind
    text: str
    exit_code: int | None = None
    changes: tuple[FileChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFinished:
    """An agent's process has ended.

    Either `exit_code` or `signal` says how; neither is known of an agent that the system could
    not end. `usage` is None where the agent does not say. Only one that completed is done with.
    """

    launch: int
    ending: Ending
    exit_code: int | None
    signal: int | None
    seconds: float
    report: str
    usage: TokenUsage | None
    stdout: ChannelDigest
    stderr: ChannelDigest


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFinished(AgentFinished):
    """The worker's process has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierFinished(AgentFinished):
    """The verifier's process has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChanged:
    """A file that the run was given is not any more what the log last knew.

    Without a text it is gone; without a digest it is too large to be kept, and the text says so.
    """

    path: str
    sha256: str | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGiven:
    """The verifier judged an attempt."""

    attempt: int
    launch: int
    status: Status
    remaining_tasks: tuple[str, ...]
    commentary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHalted:
    """The run stands still and can be resumed."""

    cause: Cause
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResumed:
    """The run goes on, with these settings from here; `operator` is who asked for that."""

    settings: RunSettings
    operator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run is over for good."""

    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """An event of a newer helm: shown, folded to nothing, and never appended to."""

    kind: str
    schema_version: int
    body: str


RunEvent = (
    RunStarted
    | AttemptStarted
    | WorkerLaunched
    | VerifierLaunched
    | AgentSpawned
    | SessionOpened
    | OutputCaptured
    | ActivityReported
    | WorkerFinished
    | VerifierFinished
    | InputChanged
    | VerdictGiven
    | RunHalted
    | RunResumed
    | RunFinished
)

KINDS: dict[str, type[RunEvent]] = {kind.__name__: kind for kind in get_args(RunEvent)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event that is in the log: whose run, which place (0..), when, and the chain's digest.

    `output` holds the bytes of an `OutputCaptured` while they pass; a log leaves them out when it
    loads a run.
    """

    run_id: str
    seq: int
    recorded_at: datetime
    event: RunEvent | Unknown
    digest: str
    output: bytes | None = None


def sha256(data: bytes) -> str:
    """Digest `data` as every digest in the log is made."""
    return hashlib.sha256(data).hexdigest()


def timestamp(moment: datetime) -> str:
    """Write a moment as helm does everywhere: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
