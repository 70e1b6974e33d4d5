"""Writes a log that holds every kind of event, as the schema of today has it, in SQL.

Run once for each released schema, by the helm that released it; the file stays as it is then:

    python -m tests.golden_logs > tests/golden/logs/0002.sql
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.identity import new_run_id
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
from helm.domain.events import (
    ActivityKind,
    AgentChoice,
    Cause,
    Channel,
    Ending,
    FileChange,
    Mode,
    RunSettings,
    TokenUsage,
    sha256,
)
from tests.examples import NOON, batches, digest_of, snapshot

ACCEPTED, EXHAUSTED, ABANDONED, UNREADABLE, DIED = (
    new_run_id(NOON + timedelta(hours=number), bytes([number] * 10)) for number in range(5)
)
"""The runs, by what became of them."""

_SETTINGS = RunSettings(
    mode=Mode.PARALLEL,
    max_attempts=3,
    worker=AgentChoice(model="worker-model", reasoning="high"),
    verifier=AgentChoice(model="verifier-model"),
    worker_timeout=5400.0,
    redact=("sk-[a-z]+",),
)
_REPORT = "The parser accepts an empty list now. 漢字, and a key: sk-secret\n"
_TASKS = 'STATUS: missing\n{"remainingTasks": ["accept an empty list", "say so in the docs"]}\n'
_ONE_TASK = 'STATUS: missing\n{"remainingTasks": ["say so in the docs"]}\nNearly there.\n'
_OK = 'STATUS: ok\n{"remainingTasks": []}\nEvery criterion is met.\n'


def runs() -> dict[str, list[RunCommand]]:
    """Tell the runs of the log."""
    return {
        ACCEPTED: [
            _start("spec-00-example", _SETTINGS),
            StartAttempt(),
            *_worker("half of it", stderr=b"warn\xff\x00\n", ending=Ending.STOPPED),
            ResumeRun(settings=_SETTINGS, operator="bob@lab"),
            *_worker(_REPORT, stderr=b"\x1b[31mred\x1b[0m\n"),
            *_verifier(_TASKS),
            StartAttempt(),
            *_worker("Done.\n"),
            *_verifier(_ONE_TASK),
            StartAttempt(),
            *_worker(_REPORT),
            *_verifier(_OK),
        ],
        EXHAUSTED: [
            _start("spec-01-lists", RunSettings(max_attempts=1), unmet=("spec-09",)),
            StartAttempt(),
            *_worker("Tried.\n", usage=None),
            *_verifier(_ONE_TASK, usage=None),
        ],
        ABANDONED: [
            _start("spec-02-maps", RunSettings(), tasks=("left over",)),
            StartAttempt(),
            *_worker("", ending=Ending.TIMED_OUT),
            AbandonRun(),
        ],
        UNREADABLE: [
            _start("spec-02-maps", RunSettings()),
            StartAttempt(),
            *_worker(_REPORT),
            *_verifier("It looks good to me.\n"),
        ],
        DIED: [
            _start("spec-03-sets", RunSettings()),
            HaltRun(cause=Cause.SIGTERM, detail="asked to"),
            ResumeRun(settings=RunSettings()),
            StartAttempt(),
            *_worker("")[:-1],
        ],
    }


def _start(
    spec: str, settings: RunSettings, *, tasks: tuple[str, ...] = (), unmet: tuple[str, ...] = ()
) -> StartRun:
    return StartRun(
        spec=snapshot(spec),
        acceptance_commands=("make test",),
        settings=settings,
        remaining_tasks=tasks,
        unmet_dependencies=unmet,
        helm_version="0.1.0",
        operator="ann@desk",
    )


_USAGE = TokenUsage(
    input_tokens=1200, cached_input_tokens=800, output_tokens=300, reasoning_output_tokens=90
)


def _worker(
    report: str,
    *,
    stderr: bytes = b"",
    ending: Ending = Ending.COMPLETED,
    usage: TokenUsage | None = _USAGE,
) -> list[RunCommand]:
    activities = [
        RecordActivity(activity=kind, text=f"a {kind}, with sk-secret")
        for kind in ActivityKind
        if kind is not ActivityKind.FILE_CHANGE
    ]
    changes = (FileChange(path="src/parser.py", kind="update"), FileChange(path="ä", kind="add"))
    edit = "specs/spec-00-example/SPEC.md"
    return [
        LaunchAgent(argv=("codex", "exec", "--json", "-")),
        RecordSpawn(pid=4711, process_group=4711, started_at=1769860800.25),
        RecordSession(session="0199a213-81c0-7800-8aa1-bbab2a035a53", version="0.169.0"),
        *activities,
        RecordActivity(activity=ActivityKind.COMMAND_FINISHED, text="make test", exit_code=2),
        RecordActivity(activity=ActivityKind.FILE_CHANGE, text="", changes=changes),
        *_output(Channel.STDOUT, report.encode()),
        *_output(Channel.STDERR, stderr),
        RecordInputChange(path=edit, sha256=sha256(b"easier"), text="easier"),
        _exit(report, stderr, ending, usage),
    ]


def _verifier(answer: str, usage: TokenUsage | None = _USAGE) -> list[RunCommand]:
    return [
        LaunchAgent(argv=("codex", "exec", "--json", "--sandbox", "read-only", "-")),
        RecordSpawn(pid=4712, process_group=4712, started_at=1769860900.5),
        *_output(Channel.STDOUT, answer.encode()),
        _exit(answer, b"", Ending.COMPLETED, usage),
    ]


def _output(channel: Channel, data: bytes) -> Iterator[RunCommand]:
    middle = len(data) // 2
    for offset, part in ((0, data[:middle]), (middle, data[middle:])):
        if part:
            yield RecordOutput(channel=channel, offset=offset, data=part)


def _exit(report: str, stderr: bytes, ending: Ending, usage: TokenUsage | None) -> RecordExit:
    completed = ending is Ending.COMPLETED
    return RecordExit(
        ending=ending,
        exit_code=0 if completed else None,
        signal=None if completed else 15,
        seconds=61.5,
        report=report,
        usage=usage if completed else None,
        stdout=digest_of(report.encode()),
        stderr=digest_of(stderr),
        detail="" if completed else f"the agent {ending}",
        stopped_by=Cause.SIGINT if ending is Ending.STOPPED else None,
    )


def dump(path: Path) -> str:
    """Write the runs to a log at `path`, and all of the log in SQL."""
    with SqliteEventLog(path) as log:
        for number, (run_id, commands) in enumerate(runs().items()):
            _record(log, run_id, commands, number)
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        pragmas = [f"PRAGMA user_version = {version};", f"PRAGMA application_id = {application};"]
        return "\n".join([*connection.iterdump(), *pragmas, ""])


def _record(log: SqliteEventLog, run_id: str, commands: Sequence[RunCommand], number: int) -> None:
    seq, now = 0, NOON + timedelta(hours=number)
    for batch in batches(commands):
        log.append(run_id, batch.events, expected_seq=seq, recorded_at=now, output=batch.output)
        seq += len(batch.events)
        now += timedelta(seconds=1.5)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        sys.stdout.write(dump(Path(folder) / "runs.db"))
