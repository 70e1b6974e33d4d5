"""A whole workspace in memory, with everything that a Runner needs, and ways for it to die."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from helm.app.drive import Happening
from helm.app.plan import RunRequest
from helm.app.ports import Files, Ports
from helm.app.runner import PreparedRun, Runner
from helm.app.settings import Flags
from helm.app.stop import StopRequest
from helm.domain.events import Recorded, RunEvent, Unknown
from helm.domain.run import Run
from tests.fakes import MemoryEventLog, MemoryFiles, MemoryGit, MemorySpecLocks
from tests.scripted_agent import ScriptedAgent

ROOT = Path("/repo")
SPEC = ROOT / "specs" / "spec-01"
METADATA = '{\n  "id": "spec-01",\n  "name": "One",\n  "status": "todo",\n  "owner": "ann"\n}\n'


class Crash(BaseException):
    """The process is gone."""


@dataclass
class World:
    """One spec in one workspace; `runner` is a new process in it each time."""

    files: MemoryFiles = field(default_factory=MemoryFiles)
    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    agent: ScriptedAgent = field(default_factory=ScriptedAgent)
    locks: MemorySpecLocks = field(default_factory=MemorySpecLocks)
    environment: dict[str, str] = field(default_factory=dict)
    moments: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        for path, text in {
            ROOT / "specs" / "implement.prompt-template.md": (
                "{{SPEC_BODY}}{{ACCEPTANCE_COMMANDS}} left: {{PREVIOUS_REMAINING_TASKS}}"
            ),
            ROOT / "specs" / "review.prompt-template.md": (
                "{{SPEC_BODY}}{{ACCEPTANCE_COMMANDS}}{{ACCEPTANCE_CHECKLIST}}"
                "{{IMPLEMENTATION_REPORT}}"
            ),
            SPEC / "SPEC.md": "# One\n\nDo it.\n",
            SPEC / "acceptance-checklist.md": "- [ ] done\n",
            SPEC / "metadata.json": METADATA,
        }.items():
            self.files.contents.setdefault(path, text.encode())

    def now(self) -> datetime:
        """Tell a time that goes on by a second with each question."""
        return datetime(2026, 1, 31, 9, 15, tzinfo=UTC) + timedelta(seconds=next(self.moments))

    def runner(self, *, files: Files | None = None, here: Path = ROOT) -> Runner:
        """Start helm anew: what is not in the log or in a file is forgotten."""
        self.locks.held.clear()
        ports = Ports(
            files=files or self.files,
            git=MemoryGit(),
            open_agent=lambda: self.agent,
            open_log=lambda _path: self.log,
            open_queries=_none,
            open_archive=_none,
            open_upkeep=_none,
            open_locks=lambda _folder: self.locks,
            environment=self.environment,
            clock=self.now,
            entropy=bytes,
            helm_version="0.0.test",
            operator="ann@desk",
        )
        return Runner(ports, here)

    def run(
        self,
        *,
        resume: bool = False,
        fresh: bool = False,
        flags: Flags | None = None,
        files: Files | None = None,
        stop: StopRequest | None = None,
        watch: Callable[[Happening], None] = lambda _happening: None,
    ) -> PreparedRun:
        """Run the spec to its rest, as one process does."""
        request = RunRequest(flags=flags or Flags(), resume=resume, fresh=fresh)
        with self.runner(files=files).prepare("spec-01", request, stop=stop) as prepared:
            for happening in prepared:
                watch(happening)
        return prepared

    def events(self, run_id: str) -> list[RunEvent | Unknown]:
        """Read a run back."""
        return [each.event for each in self.log.load(run_id)]

    def text(self, name: str) -> str:
        """Read a file of the spec's folder."""
        return self.files.contents[SPEC / name].decode()


def _none(_path: Path) -> NoReturn:
    raise AssertionError("a run needs the log alone")


@dataclass
class CrashingLog(MemoryEventLog):
    """An event log whose process dies before, or after, append number `at` (0..).

    What it holds is shared with the log that it was made `of`, as a disk outlives a process.
    """

    at: int = -1
    after: bool = False
    appends: int = 0

    @classmethod
    def of(cls, log: MemoryEventLog, *, at: int, after: bool) -> CrashingLog:
        return cls(stored=log.stored, outputs=log.outputs, at=at, after=after)

    def append(
        self,
        run_id: str,
        events: Sequence[RunEvent],
        *,
        expected_seq: int,
        recorded_at: datetime,
        output: bytes | None = None,
    ) -> list[Recorded]:
        number, self.appends = self.appends, self.appends + 1
        if number == self.at and not self.after:
            raise Crash
        recorded = super().append(
            run_id, events, expected_seq=expected_seq, recorded_at=recorded_at, output=output
        )
        if number == self.at:
            raise Crash
        return recorded


@dataclass
class CrashingFiles(MemoryFiles):
    """Files whose process dies before, or after, write number `at` (0..), shared as the log is."""

    at: int = -1
    after: bool = False
    writes: int = 0

    @classmethod
    def of(cls, files: MemoryFiles, *, at: int, after: bool) -> CrashingFiles:
        return cls(contents=files.contents, made=files.made, at=at, after=after)

    def write(self, path: Path, data: bytes) -> None:
        number, self.writes = self.writes, self.writes + 1
        if number == self.at and not self.after:
            raise Crash
        super().write(path, data)
        if number == self.at:
            raise Crash


def end_of(run: Run) -> dict[str, object]:
    """Say all of a run's end that a crash on the way must not change."""
    return {
        "outcome": run.outcome,
        "attempt": run.attempt,
        "report": run.report,
        "remaining_tasks": run.remaining_tasks,
        "status": run.verdict.status if run.verdict else None,
    }
