"""Where specs stand: the badge of each, decided by its files, its runs and its lock."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helm.app.history import DIED, RUNNING
from helm.app.place import Places
from helm.app.ports import EventLog, RunFilter
from helm.app.settings import CONFIG_NAME
from helm.app.specs import (
    BODY_NAME,
    CHECKLIST_NAME,
    METADATA_NAME,
    Badge,
    InvalidSpec,
    Spec,
    commands_of,
    discover,
    done_names,
)
from helm.domain.events import Cause, RunStarted
from helm.domain.projections.summary import RunSummary, State

_INTERRUPTED = (Cause.SIGINT, Cause.SIGTERM, Cause.SIGHUP, Cause.OPERATOR, Cause.LOST)
"""Halts that say nothing about the work; every other cause is a failure."""

_READ = (BODY_NAME, CHECKLIST_NAME, METADATA_NAME)

_RUNNABLE = {Badge.TODO, Badge.IN_PROGRESS, Badge.FAILED, Badge.STALE}


_Runs = Mapping[Path, Sequence[str]]
"""The runs of each spec folder, newest first."""

_Begun = Mapping[Path, RunStarted]
"""Of each spec folder what one run began with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that decides the badge of a readable spec: what runs, what ran, what it waits for.

    `last` is the spec's latest run in the log, `accepted` what its latest accepted run began with,
    `commands` those that a run would use now.
    """

    spec: Spec
    commands: tuple[str, ...]
    unmet: tuple[str, ...]
    running: bool
    last: RunSummary | None
    accepted: RunStarted | None

    @property
    def folder(self) -> Path:
        """The folder of the spec."""
        return self.spec.folder

    @property
    def badge(self) -> Badge:
        """The first badge that fits."""
        if self.running:
            return Badge.RUNNING
        if self.spec.status == "done":
            return Badge.STALE if self._differs_from_accepted() else Badge.DONE
        if self.unmet:
            return Badge.BLOCKED
        if self._failed():
            return Badge.FAILED
        begun = self.spec.status == "in-progress" or (
            self.last and self.last.state in {State.HALTED, State.OPEN}
        )
        return Badge.IN_PROGRESS if begun else Badge.TODO

    @property
    def runnable(self) -> bool:
        """Whether a run makes sense now."""
        return self.badge in _RUNNABLE and not (self.unmet or self.spec.draft)

    @property
    def outcome(self) -> str:
        """Say in a word how far the last run has come; nothing where there was none."""
        if self.last is None:
            return ""
        if self.last.state is State.OPEN:
            return RUNNING if self.running else DIED
        return self.last.state

    @property
    def resumable(self) -> bool:
        """Whether the last run stands still, and could go on."""
        at_rest = self.last is not None and self.last.state in {State.HALTED, State.OPEN}
        return at_rest and not self.running

    def _differs_from_accepted(self) -> bool:
        accepted = self.accepted
        return accepted is not None and (
            accepted.spec.body.text != self.spec.body
            or accepted.spec.checklist.text != self.spec.checklist
            or accepted.acceptance_commands != self.commands
        )

    def _failed(self) -> bool:
        last = self.last
        if last is None:
            return self.spec.status == "failed"
        halted_by_failure = last.cause is not None and last.cause not in _INTERRUPTED
        return last.state is State.EXHAUSTED or (last.state is State.HALTED and halted_by_failure)


def standings(places: Places) -> list[Standing | InvalidSpec]:
    """Tell where every spec of the workspace stands, in natural order."""
    workspace, log = places.workspace, places.log
    running = _running(places)
    found = discover(places.ports.files, workspace.specs_root)
    specs = [each for each in found if isinstance(each, Spec)]
    runs = {
        spec.folder: log.runs(workspace=workspace.key, path=workspace.path_of(spec.folder))
        for spec in specs
    }
    done_runs = {spec.folder: runs[spec.folder] for spec in specs if spec.status == "done"}
    last = _last_runs(log, runs)
    accepted = _accepted_runs(log, done_runs, last)
    done = done_names(found)
    running |= _running(places)  # a run may have begun, or have ended, while all was read
    return [
        each
        if isinstance(each, InvalidSpec)
        else Standing(
            spec=each,
            commands=commands_of(each, workspace.config.acceptance_commands),
            unmet=each.unmet(done),
            running=each.folder in running,
            last=last.get(each.folder),
            accepted=accepted.get(each.folder),
        )
        for each in found
    ]


def _running(places: Places) -> set[Path]:
    """Find the folders that somebody holds."""
    folders = places.ports.files.folders(places.workspace.specs_root)
    return {folder for folder in folders if places.locks.holder(folder)}


def signature(places: Places) -> Hashable:
    """Give a value that is another one after any change on disk that `standings` may tell of."""
    files, workspace = places.ports.files, places.workspace
    return (
        files.stamp(workspace.root / CONFIG_NAME),
        tuple(
            (folder.name, *(files.stamp(folder / name) for name in _READ))
            for folder in files.folders(workspace.specs_root)
        ),
        tuple(places.locks.living()),
    )


def on_disk(found: Sequence[Standing | InvalidSpec]) -> list[Spec | InvalidSpec]:
    """Give the specs alone, which a graph of dependencies is made of."""
    return [each if isinstance(each, InvalidSpec) else each.spec for each in found]


def _last_runs(log: EventLog, runs: _Runs) -> dict[Path, RunSummary]:
    """Sum up the latest run of each spec."""
    newest = {ids[0]: folder for folder, ids in runs.items() if ids}
    found = log.summaries(RunFilter(run_ids=newest)) if newest else []
    return {newest[each.run_id]: each for each in found}


def _accepted_runs(log: EventLog, runs: _Runs, last: Mapping[Path, RunSummary]) -> _Begun:
    """Load what the latest accepted run of each spec began with."""
    accepted = {
        folder: each.run_id for folder, each in last.items() if each.state is State.ACCEPTED
    }
    earlier = {
        run_id: folder for folder, ids in runs.items() if folder not in accepted for run_id in ids
    }
    wanted = RunFilter(run_ids=earlier, states=[State.ACCEPTED])
    for each in log.summaries(wanted) if earlier else ():
        accepted.setdefault(earlier[each.run_id], each.run_id)
    begun = {
        folder: log.load(accepted[folder], (RunStarted,)) for folder in runs if folder in accepted
    }
    return {
        folder: recorded.event
        for folder, (recorded,) in begun.items()
        if isinstance(recorded.event, RunStarted)
    }
