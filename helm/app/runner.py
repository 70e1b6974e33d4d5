"""The Runner: what can be done with the specs of a workspace, by people and by programs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

from helm.app.drive import Happening, World, abandon, catch_up, drive
from helm.app.identity import ENTROPY_BYTES, abbreviated, new_run_id
from helm.app.plan import Plan, Ports, RunRequest, check_agent, make_plan, require_own
from helm.app.ports import Agent, EventLog, Holder, SpecLock, SpecLocks, Stop
from helm.app.specs import (
    InvalidSpec,
    Spec,
    Standing,
    commands_of,
    discover,
    read_spec,
    unmet_dependencies,
)
from helm.app.stop import StopRequest
from helm.app.stream import Stream
from helm.app.workspace import (
    Workspace,
    environment_log_path,
    find_spec,
    log_path,
    open_workspace,
    workspace_of,
)
from helm.domain.commands import ResumeRun, RunCommand
from helm.domain.events import (
    AttemptStarted,
    Outcome,
    RunFinished,
    RunHalted,
    RunResumed,
    RunStarted,
    VerdictGiven,
)
from helm.domain.run import Run, replay

_MILESTONES = (RunStarted, AttemptStarted, VerdictGiven, RunHalted, RunResumed, RunFinished)


class PreparedRun:
    """A run that holds its spec's lock and has yet to move. Iterate it to carry it on.

    `warnings` are for people, before the first event. `resumes` says that an earlier run goes on,
    `over` that there is nothing left to do in it.
    """

    def __init__(
        self, plan: Plan, stream: Stream, log: EventLog, agent: Agent, stop: Stop
    ) -> None:
        self.plan = plan
        self.stream = stream
        self.warnings = list(plan.warnings)
        self._log = log
        self._agent = agent
        self._stop = stop

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.stream.run_id

    @property
    def short_id(self) -> str:
        """The shortest beginning of the run's id that no other run in the log has."""
        return abbreviated(self.run_id, self._log)

    @property
    def run(self) -> Run:
        """The run's state, as far as its events are durable."""
        return self.stream.run

    @property
    def report_path(self) -> Path:
        """Where the run's report is written."""
        return self.plan.desk.report_path

    def __iter__(self) -> Iterator[Happening]:
        """Carry the run on until it rests, yielding each event once it is durable.

        Raises `RecordFailed` where the record cannot be kept.
        """
        desk = self.plan.desk
        if self.stream.told:
            yield from catch_up(self.stream, desk)
        if not self.plan.over:
            world = World(agent=self._agent, folder=desk.workspace.root, desk=desk)
            yield from drive(self._first(), self.stream, world, self._stop)

    def _first(self) -> RunCommand:
        if self.plan.resumes:
            return ResumeRun(settings=self.plan.settings)
        return self.plan.start


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a spec's run happens: its workspace, its log, its locks."""

    workspace: Workspace
    log: EventLog
    log_path: Path
    locks: SpecLocks
    private_folder: Path


class Runner:
    """Runs the specs of the workspace at or above `here`.

    Raises `InputInvalid` where the workspace's configuration is wrong.
    """

    def __init__(self, ports: Ports, here: Path, database: Path | None = None) -> None:
        self._ports = ports
        self._here = here
        self._database = database or environment_log_path(ports.environment, here)
        self._logs: dict[Path, EventLog] = {}
        self.workspace = open_workspace(here, ports.files, ports.git)

    def close(self) -> None:
        """Let go of the logs; the next use opens them again."""
        for log in self._logs.values():
            log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def specs(self) -> list[Standing | InvalidSpec]:
        """Tell where every spec of the workspace stands, in natural order."""
        found = discover(self._ports.files, self.workspace.specs_root)
        place = self._place(self.workspace, None)
        return [
            each if isinstance(each, InvalidSpec) else self._standing(each, found, place)
            for each in found
        ]

    def log_path(self, spec: str) -> Path:
        """Say where the log of a spec's runs lies."""
        _, place = self._find(spec)
        return place.log_path

    def plan(self, spec: str, request: RunRequest = RunRequest()) -> Plan:  # noqa: B008  a frozen value
        """Say what a run of `spec` would be, without beginning it.

        Raises `InputInvalid` for a spec, a template or a setting that is missing or wrong.
        """
        found, place = self._find(spec)
        return make_plan(found, place.workspace, place.log, self._ports, request)

    @contextmanager
    def prepare(
        self,
        spec: str,
        request: RunRequest = RunRequest(),  # noqa: B008  a frozen value
        *,
        stop: Stop | None = None,
    ) -> Iterator[PreparedRun]:
        """Take a spec in hand: its lock, its plan, and an end to what a killed helm left behind.

        Raises `SpecBusy` where another process runs it, `AgentUnavailable` where there is no agent
        to call, `InputInvalid` or `RecordFailed` for what cannot be run or recorded.
        """
        found, place = self._find(spec)
        with self._held(found, place) as lock:
            plan = make_plan(found, place.workspace, place.log, self._ports, request)
            stream = self._stream(plan, place)
            stop = stop or StopRequest()
            prepared = PreparedRun(plan, stream, place.log, self._ports.agent, stop)
            if not plan.over:
                self._check(plan)
                prepared.warnings += self._settle(plan, place)
            lock.name(self._holder(prepared, place))
            yield prepared

    def _find(self, spec: str) -> tuple[Spec, _Place]:
        files = self._ports.files
        folder = find_spec(spec, self._here, self.workspace, files)
        workspace = workspace_of(folder, self.workspace, files, self._ports.git)
        return read_spec(files, folder), self._place(workspace, folder)

    def _place(self, workspace: Workspace, spec_folder: Path | None) -> _Place:
        default = log_path(workspace, spec_folder, self._ports.files)
        path = self._database or default
        if path not in self._logs:
            self._logs[path] = self._ports.open_log(path)
        return _Place(
            workspace=workspace,
            log=self._logs[path],
            log_path=path,
            locks=self._ports.open_locks(default.parent / "locks"),
            private_folder=default.parent,
        )

    @contextmanager
    def _held(self, spec: Spec, place: _Place) -> Iterator[SpecLock]:
        if place.private_folder.name == ".helm":
            self._ports.files.make_private(place.private_folder)
            self._ports.files.write(place.private_folder / ".gitignore", b"*\n")
        with place.locks.hold(spec.folder) as lock:
            yield lock

    def _stream(self, plan: Plan, place: _Place) -> Stream:
        if plan.resumes and plan.prior:
            return plan.prior
        moment = self._ports.clock()
        run_id = new_run_id(moment, self._ports.entropy(ENTROPY_BYTES))
        return Stream(run_id, place.log, self._ports.clock)

    def _check(self, plan: Plan) -> None:
        """Find what would fail later, before anything is written."""
        check_agent(self._ports.agent, plan.settings)
        self._ports.files.require_writable(plan.spec.folder)
        if plan.prior and not plan.prior.run.outcome:
            require_own(plan.prior)

    def _settle(self, plan: Plan, place: _Place) -> list[str]:
        """End what an earlier run left, and say who else works here."""
        warnings = [
            f"{other.spec_path or 'another spec'} is being run in the same work tree "
            f"(run {other.run_id or 'unknown'}, process {other.pid or 'unknown'})"
            for other in place.locks.living()
            if other.workspace == place.workspace.key
        ]
        prior = plan.prior
        if prior is None or prior.run.outcome:
            return warnings
        agent = self._ports.agent
        if prior.run.under_way and agent.end_orphan(prior.run_id, prior.run.spawned):
            warnings.append(f"ended the {prior.run.role} that run {prior.run_id} had left behind")
        if not plan.resumes:
            abandon(prior, plan.desk)
        return warnings

    def _holder(self, prepared: PreparedRun, place: _Place) -> Holder:
        return Holder(
            run_id=prepared.run_id,
            pid=os.getpid(),
            spec_path=place.workspace.path_of(prepared.plan.spec.folder),
            workspace=place.workspace.key,
        )

    def _standing(self, spec: Spec, others: list[Spec | InvalidSpec], place: _Place) -> Standing:
        path = place.workspace.path_of(spec.folder)
        ids = place.log.runs(workspace=place.workspace.key, path=path)
        runs = (_outlined(place.log, run_id) for run_id in ids)
        last = next(runs, None)
        later = chain([last] if last else [], runs)
        accepted = next((run for run in later if run.outcome is Outcome.ACCEPTED), None)
        return Standing(
            spec=spec,
            commands=commands_of(spec, place.workspace.config.acceptance_commands),
            unmet=unmet_dependencies(spec, others),
            running=place.locks.holder(spec.folder) is not None,
            last=last,
            accepted=accepted.started if accepted else None,
        )


def _outlined(log: EventLog, run_id: str) -> Run:
    """Fold a run's milestones: what a list of specs tells, without what agents did and said."""
    return replay(each.event for each in log.load(run_id, kinds=_MILESTONES))
