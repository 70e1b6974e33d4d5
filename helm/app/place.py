"""Where the runs of specs are kept: the folder, the workspace, the log and the lock of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from helm.app.errors import InputInvalid
from helm.app.identity import abbreviated
from helm.app.ports import Clock, EventLog, Files, Holder, Ports, SpecLock, SpecLocks
from helm.app.publish import Desk
from helm.app.stream import Stream
from helm.app.workspace import (
    Workspace,
    environment_log_path,
    find_spec,
    log_path,
    named_log_path,
    open_workspace,
    workspace_of,
)
from helm.domain.projections.summary import RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spec folder in its workspace, with the log and the locks of where it lies.

    `private_folder` is where helm keeps what is its own. `log_locks` lie beside a log that is not
    the workspace's own: whoever shares that log from elsewhere sees by them which runs are alive.
    """

    folder: Path
    workspace: Workspace
    files: Files
    log: EventLog
    log_path: Path
    locks: SpecLocks
    log_locks: SpecLocks | None
    private_folder: Path

    @property
    def path(self) -> str:
        """What the log calls the spec."""
        return self.workspace.path_of(self.folder)

    @property
    def desk(self) -> Desk:
        """The files that people read."""
        return Desk(files=self.files, workspace=self.workspace, spec_folder=self.folder)

    def runs(self) -> list[str]:
        """List the runs of the spec in this workspace, newest first."""
        return self.log.runs(workspace=self.workspace.key, path=self.path)

    def latest_run(self, clock: Clock) -> Stream | None:
        """Load the latest run of the spec in this workspace; None if it never ran."""
        ids = self.runs()
        return Stream(ids[0], self.log, clock) if ids else None

    def shown(self, run_id: str | None) -> str:
        """Shorten a run's id, as people are shown it."""
        return abbreviated(run_id, self.log) if run_id else "unknown"

    @contextmanager
    def held(self) -> Iterator[SpecLock]:
        """Hold the spec's lock. Raises `SpecBusy` where another process does."""
        keep_private(self.private_folder, self.files)
        with ExitStack() as stack:
            kept = [each for each in (self.locks, self.log_locks) if each]
            yield _Held([stack.enter_context(each.hold(self.folder)) for each in kept])

    def living(self) -> list[Holder]:
        """List every living run that can be in the log."""
        return living_in(self.locks, self.log_locks)

    def neighbours(self) -> list[Holder]:
        """List whoever else works in this work tree now."""
        own = self.locks.holder(self.folder)
        others = (each for each in self.locks.living() if each != own)
        return [each for each in others if each.workspace in {None, self.workspace.key}]


class _Held:
    """The locks of one spec, held together."""

    def __init__(self, locks: Sequence[SpecLock]) -> None:
        self._locks = locks

    def name(self, holder: Holder) -> None:
        for lock in self._locks:
            lock.name(holder)


def living_in(*locks: SpecLocks | None) -> list[Holder]:
    """List every living run that one of these knows, each once."""
    return list(dict.fromkeys(holder for each in locks if each for holder in each.living()))


def keep_private(folder: Path, files: Files) -> None:
    """Make the folder that is helm's own, where it lies among files of people: git ignores it."""
    if folder.name == ".helm":
        files.make_private(folder)
        files.create(folder / ".gitignore", b"*\n")


class Places:
    """Finds the specs that people mean, and the log and the locks that go with each.

    `here` is where they stand, `database` another log than the workspaces' own. Raises
    `InputInvalid` where the configuration of the workspace at or above `here` is wrong, or where
    the log that is named is a folder.
    """

    def __init__(self, ports: Ports, here: Path, database: Path | None) -> None:
        self.ports = ports
        self.here = here
        named = named_log_path(database, here, ports.files)
        self.workspace = open_workspace(here, ports.files, ports.git)
        self._database = named or environment_log_path(ports.environment, here, ports.files)
        self._logs: dict[Path, EventLog] = {}

    def close(self) -> None:
        """Let go of the logs; the next use opens them again."""
        for log in self._logs.values():
            log.close()

    @cached_property
    def log_path(self) -> Path:
        """Where the log of the workspace lies."""
        return self._database or self._own_log_path(self.workspace)

    def keep_log_private(self) -> None:
        """Have git ignore the folder of the log, where that lies among files of people."""
        if self._database is None:
            keep_private(self.log_path.parent, self.ports.files)

    @property
    def log(self) -> EventLog:
        """The log of the workspace."""
        return self._log(self.log_path)

    @property
    def locks(self) -> SpecLocks:
        """The locks of the workspace's specs, and of all that share its own log."""
        return self._locks(self.workspace)

    @property
    def log_locks(self) -> SpecLocks | None:
        """The locks beside a log that is not the workspace's own; None beside its own."""
        if self._database is None:
            return None
        return self.ports.open_locks(self._database.with_name(f"{self._database.name}.locks"))

    def living(self) -> list[Holder]:
        """List every living run that can be in the workspace's log."""
        return living_in(self.locks, self.log_locks)

    def find(self, spec: str) -> Place:
        """Find the spec that a person means. Raises `InputInvalid` with what was found instead."""
        return self.of(find_spec(spec, self.here, self.workspace, self.ports.files))

    def of_run(self, run: RunSummary) -> Place | None:
        """Give the place of a run's spec, in this work tree or in a sibling that shares the log.

        None where it was imported, or where its folder, or its work tree, is gone or cannot be
        used.
        """
        top = self._top(run.workspace)
        if top is None or not self.ports.files.is_folder(top / run.path):
            return None
        try:
            return self.of(top / run.path)
        except InputInvalid:  # that work tree is not as git, or helm, wants it to be
            return None

    def _top(self, key: str) -> Path | None:
        tree = self.workspace.tree
        if key == self.workspace.key:
            return self.workspace.top
        return self.ports.git.top(tree, key) if tree else None

    def of(self, folder: Path) -> Place:
        """Give the place of a spec folder."""
        files = self.ports.files
        workspace = workspace_of(folder, self.workspace, files, self.ports.git)
        own = self._own_log_path(workspace)
        path = self._database or own
        return Place(
            folder=folder,
            workspace=workspace,
            files=files,
            log=self._log(path),
            log_path=path,
            locks=self._locks(workspace),
            log_locks=self.log_locks,
            private_folder=own.parent,
        )

    def _own_log_path(self, workspace: Workspace) -> Path:
        return log_path(workspace, self.ports.files)

    def _log(self, path: Path) -> EventLog:
        if path not in self._logs:
            self._logs[path] = self.ports.open_log(path)
        return self._logs[path]

    def _locks(self, workspace: Workspace) -> SpecLocks:
        return self.ports.open_locks(self._own_log_path(workspace).parent / "locks")
