"""Where the runs of a spec are kept: its folder, its workspace, its log, its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helm.app.identity import abbreviated
from helm.app.ports import EventLog, Files, Holder, SpecLock, SpecLocks
from helm.app.publish import Desk
from helm.app.stream import Clock, Stream
from helm.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spec folder in its workspace, with the log and the locks of where it lies.

    `private_folder` is where helm keeps what is its own.
    """

    folder: Path
    workspace: Workspace
    files: Files
    log: EventLog
    log_path: Path
    locks: SpecLocks
    private_folder: Path

    @property
    def path(self) -> str:
        """What the log calls the spec."""
        return self.workspace.path_of(self.folder)

    @property
    def desk(self) -> Desk:
        """The files that people read."""
        return Desk(files=self.files, workspace=self.workspace, spec_folder=self.folder)

    def latest_run(self, clock: Clock) -> Stream | None:
        """Load the latest run of the spec in this workspace; None if it never ran."""
        ids = self.log.runs(workspace=self.workspace.key, path=self.path)
        return Stream(ids[0], self.log, clock) if ids else None

    def shown(self, run_id: str | None) -> str:
        """Shorten a run's id, as people are shown it."""
        return abbreviated(run_id, self.log) if run_id else "unknown"

    @contextmanager
    def held(self) -> Iterator[SpecLock]:
        """Hold the spec's lock. Raises `SpecBusy` where another process does."""
        if self.private_folder.name == ".helm":
            self.files.make_private(self.private_folder)
            self.files.write(self.private_folder / ".gitignore", b"*\n")
        with self.locks.hold(self.folder) as lock:
            yield lock

    def neighbours(self) -> list[Holder]:
        """List whoever else works in this work tree now."""
        others = (each for each in self.locks.living() if each.spec_path != self.path)
        return [each for each in others if each.workspace in {None, self.workspace.key}]
