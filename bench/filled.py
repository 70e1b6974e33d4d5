"""Logs with many runs in them, stored by hand: a run after the other through helm takes hours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from helm.adapters.sqlite.schema import migrate, migration_files
from helm.app.codec import encode, kind_of, schema_version_of
from helm.app.identity import ENTROPY_BYTES, new_run_id
from helm.domain.chain import FIRST, StoredEvent, digest_after
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
    Channel,
    ChannelDigest,
    Ending,
    InputText,
    RunEvent,
    RunSettings,
    SpecSnapshot,
    TokenUsage,
    sha256,
    timestamp,
)
from helm.domain.run import Run, decide, replay

BEGUN = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
SAID = b"compiling the parser, running the tests, all of them pass\n" * 20
_MISSING = 'STATUS: missing\n{"remainingTasks": ["accept an empty list", "say so in the docs"]}\n'
_OK = 'STATUS: ok\n{"remainingTasks": []}\nEvery criterion is met.\n'
_REPORT = "The parser accepts an empty list now; the tests say so.\n" * 20
_ALL = ChannelDigest(length=len(SAID), sha256=sha256(SAID))
_INSERT = """
    INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def fill(path: Path, specs: Sequence[str], *, runs: int, length: int) -> list[str]:
    """Make a log of so many runs of so many events, dealt out to `specs`; give the runs' ids.

    Each has two attempts and is accepted. What agents print is told, but the bytes are left out.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        migrate(connection, migration_files())
        connection.execute("BEGIN")
        templates = [_stored(told(spec, length)) for spec in specs]
        ids = [
            _insert(connection, n, run)
            for n, run in zip(range(runs), cycle(templates), strict=False)
        ]
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ids


def told(spec: str, length: int) -> list[RunEvent]:
    """Tell a run of two attempts, filled up with output and activity to so many events."""
    bare = len(_answered(_commands(spec, 0)))
    return _answered(_commands(spec, max(length - bare, 0)))


def _commands(spec: str, bulk: int) -> Iterator[RunCommand]:
    shares = [bulk // 4 + (place < bulk % 4) for place in range(4)]
    yield _start(spec)
    for answer in (_MISSING, _OK):
        yield StartAttempt()
        for said in (_REPORT, answer):
            yield from _launch(said, shares.pop())


def _launch(said: str, bulk: int) -> Iterator[RunCommand]:
    yield LaunchAgent(argv=("codex", "exec", "--json", "-"))
    yield RecordSpawn(pid=4711, process_group=4711, started_at=1769860800.25)
    yield RecordSession(session="0199a213-81c0-7800-8aa1-bbab2a035a53", version="0.169.0")
    for place in range(bulk):
        if place % 2:
            yield RecordOutput(channel=Channel.STDOUT, offset=place * len(SAID), data=SAID)
        else:
            command = "/bin/bash -lc 'python -m pytest -q tests/domain'"
            yield RecordActivity(activity=ActivityKind.COMMAND_FINISHED, text=command, exit_code=0)
    yield RecordExit(
        ending=Ending.COMPLETED,
        exit_code=0,
        signal=None,
        seconds=61.5,
        report=said,
        usage=TokenUsage(input_tokens=12_000, output_tokens=900),
        stdout=_ALL,
        stderr=ChannelDigest(length=0, sha256=sha256(b"")),
    )


def _start(spec: str) -> StartRun:
    folder = f"specs/{spec}"
    template = "{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n"
    return StartRun(
        spec=SpecSnapshot(
            id=spec,
            name="A parser of lists",
            workspace=".",
            path=folder,
            body=InputText.of(
                f"{folder}/SPEC.md", "# A parser of lists\n\n" + "It parses.\n" * 200
            ),
            checklist=InputText.of(f"{folder}/acceptance-checklist.md", "- [ ] it parses\n" * 20),
            worker_template=InputText.of("specs/implement.prompt-template.md", template),
            verifier_template=InputText.of(
                "specs/review.prompt-template.md", template + "{{IMPLEMENTATION_REPORT}}\n"
            ),
            metadata=InputText.of(f"{folder}/metadata.json", f'{{"id": "{spec}"}}\n'),
        ),
        acceptance_commands=("make test",),
        settings=RunSettings(),
        remaining_tasks=(),
        unmet_dependencies=(),
        helm_version="bench",
    )


def _answered(commands: Iterator[RunCommand]) -> list[RunEvent]:
    run, events = Run(), []
    for command in commands:
        new = decide(run, command)
        run = replay(new, run)
        events += new
    return events


def _stored(events: Sequence[RunEvent]) -> list[tuple[str, int, str]]:
    kinds = [(kind_of(each), each) for each in events]
    return [(kind, schema_version_of(kind), encode(each)) for kind, each in kinds]


def _insert(connection: sqlite3.Connection, number: int, run: list[tuple[str, int, str]]) -> str:
    begun = BEGUN + timedelta(minutes=number)
    run_id = new_run_id(begun, number.to_bytes(ENTROPY_BYTES, "big"))
    digest, rows = FIRST, []
    for seq, (kind, version, body) in enumerate(run):
        time = timestamp(begun + timedelta(milliseconds=20 * seq))
        event = StoredEvent(run_id, seq, kind, version, time, body)
        digest = digest_after(digest, event)
        rows.append((*event, digest))
    connection.executemany(_INSERT, rows)
    return run_id
