"""Histories for tests: runs told by commands on a frozen clock, and events of any content.

A `Story` does what the loop does, without the world: it asks `decide`, folds the answer, and keeps
what a log would hold. One command is one transaction, and takes one second.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, get_args, get_origin, get_type_hints

from hypothesis import settings
from hypothesis import strategies as st

from helm.domain.commands import (
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
from helm.domain.events import (
    KINDS,
    ActivityKind,
    Cause,
    Channel,
    ChannelDigest,
    Ending,
    FileChange,
    InputText,
    Recorded,
    RunEvent,
    RunSettings,
    SpecSnapshot,
    TokenUsage,
    Unknown,
    sha256,
)
from helm.domain.run import Run, decide, evolve, next_step
from helm.domain.steps import Step

GOLDEN = Path(__file__).parents[1] / "golden"
QUICK = settings(max_examples=int(os.environ.get("HELM_EXAMPLES", "25")), deadline=None)
"""Enough to find what a change breaks, in a blink; `HELM_EXAMPLES=5000` searches in earnest."""

FOLDER = "specs/spec-01"
SPEC = SpecSnapshot(
    id="spec-01",
    name="A parser",
    workspace=".",
    path=FOLDER,
    body=InputText.of(f"{FOLDER}/SPEC.md", "# A parser\n\nIt parses.\n"),
    checklist=InputText.of(f"{FOLDER}/acceptance-checklist.md", "- it parses\n"),
    worker_template=InputText.of(
        "specs/implement.prompt-template.md", "Implement {{SPEC_BODY}}{{PREVIOUS_REMAINING_TASKS}}"
    ),
    verifier_template=InputText.of(
        "specs/review.prompt-template.md", "Review {{SPEC_BODY}}{{IMPLEMENTATION_REPORT}}"
    ),
    metadata=InputText.of(f"{FOLDER}/metadata.json", '{"id": "spec-01", "status": "todo"}\n'),
)

OK = 'STATUS: ok\n{"remainingTasks": []}'
LAUNCH = LaunchAgent(argv=("codex", "exec", "-"))
SPAWN = RecordSpawn(pid=4711, process_group=4711, started_at=1769850902.5)
SESSION = RecordSession(session="0199-a", version="0.169.0")
OUTPUT = RecordOutput(channel=Channel.STDOUT, offset=0, data=b"hello\n")
ACTIVITY = RecordActivity(
    activity=ActivityKind.FILE_CHANGE, text="", changes=(FileChange(path="a.py", kind="add"),)
)
EDIT = RecordInputChange(path=f"{FOLDER}/SPEC.md", sha256=sha256(b"easier"), text="easier")
SILENCE = ChannelDigest(length=0, sha256=sha256(b""))
STARTED_AT = datetime(2026, 1, 31, 9, 15, 2, 123456, tzinfo=UTC)


def start(
    run_settings: RunSettings | None = None,
    *,
    spec: SpecSnapshot = SPEC,
    commands: tuple[str, ...] = ("make test",),
    tasks: tuple[str, ...] = (),
) -> StartRun:
    """Start a run of `spec`, with tasks that an earlier run left."""
    return StartRun(
        spec=spec,
        acceptance_commands=commands,
        settings=run_settings or RunSettings(),
        remaining_tasks=tasks,
        unmet_dependencies=(),
        helm_version="1.0.0",
    )


def resume(run_settings: RunSettings | None = None) -> ResumeRun:
    """Resume a run, with the default settings where none are given."""
    return ResumeRun(settings=run_settings or RunSettings())


def missing(*tasks: str, commentary: str = "") -> str:
    """Answer as a verifier that misses `tasks`."""
    return f"STATUS: missing\n{json.dumps({'remainingTasks': tasks})}\n{commentary}"


def completed(report: str, *, seconds: float = 1.0, usage: TokenUsage | None = None) -> RecordExit:
    """End an agent that did its work."""
    return RecordExit(
        ending=Ending.COMPLETED,
        exit_code=0,
        signal=None,
        seconds=seconds,
        report=report,
        usage=usage,
        stdout=SILENCE,
        stderr=SILENCE,
    )


def broke_off(ending: Ending, detail: str = "", stopped_by: Cause | None = None) -> RecordExit:
    """End an agent before it did its work."""
    return RecordExit(
        ending=ending,
        exit_code=1,
        signal=None,
        seconds=1.0,
        report="half of it",
        usage=None,
        stdout=SILENCE,
        stderr=SILENCE,
        detail=detail,
        stopped_by=stopped_by,
    )


def ended_command(exit_code: int | None) -> RecordActivity:
    """End a command that the agent ran."""
    kind = ActivityKind.COMMAND_FINISHED
    return RecordActivity(activity=kind, text="make test", exit_code=exit_code)


@dataclass
class Story:
    """A run, and what a log would hold of it."""

    recorded: list[Recorded] = field(default_factory=list)
    run: Run = field(default_factory=Run)
    now: datetime = STARTED_AT

    @property
    def events(self) -> list[RunEvent | Unknown]:
        """What happened, without the envelopes."""
        return [each.event for each in self.recorded]

    @property
    def step(self) -> Step:
        """What the run needs now."""
        return next_step(self.run)

    def tell(self, *commands: RunCommand) -> Self:
        """Let the run answer each command."""
        for command in commands:
            self.record(decide(self.run, command))
        return self

    def record(self, events: Iterable[RunEvent | Unknown]) -> Self:
        """Store and fold events as one transaction."""
        for event in events:
            seq = len(self.recorded)
            digest = sha256(f"event {seq}".encode())
            self.recorded.append(
                Recorded(
                    run_id="01KG9Z5T8Q", seq=seq, recorded_at=self.now, event=event, digest=digest
                )
            )
            self.run = evolve(self.run, event)
        self.now += timedelta(seconds=1)
        return self

    def call(self, report: str) -> Self:
        """Launch the agent whose turn it is, and let it do its work."""
        return self.tell(LAUNCH, SPAWN, completed(report))

    def attempt(self, report: str, answer: str) -> Self:
        """Begin an attempt, and let worker and verifier do theirs."""
        return self.tell(StartAttempt()).call(report).call(answer)


def begun(run_settings: RunSettings | None = None) -> Story:
    """Tell a run whose first attempt has begun."""
    return Story().tell(start(run_settings), StartAttempt())


def attempts(*answers: str, tasks: tuple[str, ...] = ()) -> Story:
    """Tell a run in which the verifier gave these answers, and may give no more."""
    story = Story().tell(start(RunSettings(max_attempts=len(answers)), tasks=tasks))
    for number, answer in enumerate(answers, start=1):
        story.attempt(f"report {number}", answer)
    return story


def one_of_each_kind() -> Story:
    """Tell a run that has an event of every kind."""
    stopped = broke_off(Ending.STOPPED, stopped_by=Cause.SIGINT)
    story = begun().tell(LAUNCH, SPAWN, SESSION, OUTPUT, ACTIVITY, EDIT, stopped, resume())
    return story.call("report").call(OK)


def any_of(annotation: object) -> st.SearchStrategy[Any]:
    """Make values of a type, whatever they hold; floats are finite, and so equal themselves."""
    if annotation is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if isinstance(annotation, type) and is_dataclass(annotation):
        hints = get_type_hints(annotation)
        return st.builds(annotation, **{name: any_of(hint) for name, hint in hints.items()})
    if get_origin(annotation) is tuple:
        return st.lists(any_of(get_args(annotation)[0]), max_size=3).map(tuple)
    if get_args(annotation):
        return st.one_of([any_of(each) for each in get_args(annotation)])
    assert isinstance(annotation, type)
    return st.from_type(annotation)


ANY_EVENT: st.SearchStrategy[RunEvent | Unknown] = st.one_of(
    [any_of(kind) for kind in [*KINDS.values(), Unknown]]
)
ANY_HISTORY: st.SearchStrategy[list[RunEvent | Unknown]] = st.lists(ANY_EVENT, max_size=6)

FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


def assert_golden(name: str, text: str) -> None:
    """Compare `text` with a file of `tests/golden`, byte for byte.

    `HELM_GOLDEN=write pytest ...` writes the files anew; git then shows what changed.
    """
    path = GOLDEN / name
    if os.environ.get("HELM_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text
