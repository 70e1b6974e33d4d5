"""The Runner: what can be done with the specs of a workspace, by people and by programs."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Self

from helm.app.drive import Happening, World, abandon, catch_up, drive
from helm.app.errors import SpecBusy
from helm.app.history import History
from helm.app.identity import ENTROPY_BYTES, new_run_id
from helm.app.place import Place, Places
from helm.app.plan import Plan, RunRequest, make_plan, require_own
from helm.app.ports import Agent, Holder, Ports, Stop, WorkTree
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing, standings
from helm.app.stop import StopRequest
from helm.app.stream import Stream
from helm.app.workspace import Workspace
from helm.domain.events import Recorded
from helm.domain.run import Run


class PreparedRun:
    """A run that holds its spec's lock. Iterate it, once, to carry it on.

    It yields each event once it is durable, and a `Tick` for each second of silence; whoever stops
    early ends the agent, and the run can be resumed. Iterating raises `RecordFailed` where the
    record cannot be kept. `warnings` are for people, before the first event.
    """

    def __init__(self, plan: Plan, stream: Stream, place: Place, agent: Agent, stop: Stop) -> None:
        self.warnings = list(plan.warnings)
        self._plan = plan
        self._stream = stream
        self._place = place
        self._happenings = self._carry(agent, stop)

    @property
    def spec_id(self) -> str:
        """The id of the spec."""
        return self._plan.spec_id

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._stream.run_id

    @property
    def short_id(self) -> str:
        """The shortest beginning of the run's id that no other run in the log has."""
        return self._place.shown(self.run_id)

    @property
    def run(self) -> Run:
        """The run's state, as far as its events are durable."""
        return self._stream.run

    @property
    def history(self) -> list[Recorded]:
        """The run's durable events, but for output and activity."""
        return list(self._stream.told)

    @property
    def report_path(self) -> Path:
        """Where the run's report is written."""
        return self._place.desk.report_path

    @property
    def work_tree(self) -> WorkTree | None:
        """The git work tree of the spec, None outside git."""
        return self._place.workspace.tree

    @property
    def notes(self) -> list[str]:
        """What a person should know of the log, each a sentence; known once it has been used."""
        return self._place.log.notes

    def __iter__(self) -> Iterator[Happening]:
        return self._happenings

    def close(self) -> None:
        """End the agent that is at work, if one is; the run can be resumed."""
        self._happenings.close()

    def _carry(self, agent: Agent, stop: Stop) -> Generator[Happening]:
        desk = self._place.desk
        if self._stream.told:
            yield from catch_up(self._stream, desk)
        if not self._plan.over:
            world = World(agent=agent, folder=desk.workspace.root, desk=desk)
            yield from drive(self._plan.command, self._stream, world, stop)


class Runner:
    """Runs the specs of the workspace at or above `here`.

    Raises `InputInvalid` where the workspace's configuration is wrong.
    """

    def __init__(self, ports: Ports, here: Path, database: Path | None = None) -> None:
        self._ports = ports
        self.places = Places(ports, here, database)

    def close(self) -> None:
        """Let go of the logs; the next use opens them again."""
        self.places.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def workspace(self) -> Workspace:
        """The workspace at or above where we are."""
        return self.places.workspace

    @property
    def history(self) -> History:
        """The runs that the workspace's log remembers."""
        return History(self.places)

    def specs(self) -> list[Standing | InvalidSpec]:
        """Tell where every spec of the workspace stands, in natural order."""
        return standings(self.places)

    def log_path(self, spec: str) -> Path:
        """Say where the log of a spec's runs lies."""
        return self.places.find(spec).log_path

    def plan(self, spec: str, request: RunRequest = RunRequest()) -> Plan:  # noqa: B008  frozen
        """Say what a run of `spec` would be, without beginning it.

        Raises `InputInvalid` for a spec, a template or a setting that is missing or wrong.
        """
        return make_plan(self.places.find(spec), self._ports, request)

    @contextmanager
    def prepare(
        self,
        spec: str,
        request: RunRequest = RunRequest(),  # noqa: B008  frozen
        *,
        stop: Stop | None = None,
    ) -> Iterator[PreparedRun]:
        """Take a spec in hand: its lock, its plan, and an end to what a killed helm left behind.

        `stop` lets another thread, or a signal handler, halt the run (`helm.app.stop`). Raises
        `SpecBusy` where another process runs the spec, `AgentUnavailable` where there is no agent
        to call, `InputInvalid` or `RecordFailed` for what cannot be run or recorded.
        """
        place = self.places.find(spec)
        with ExitStack() as stack:
            lock = stack.enter_context(place.held())
            plan = make_plan(place, self._ports, request)
            _require_idle(plan, place)
            stream = plan.resumed or self._new_stream(place)
            lock.name(_holder(stream, place))
            stop = stop or stack.enter_context(closing(StopRequest()))
            agent = self._ports.open_agent()
            prepared = PreparedRun(plan, stream, place, agent, stop)
            if not plan.over:
                self._check(plan, place, agent)
                prepared.warnings += self._settle(plan, place, agent)
            yield stack.enter_context(closing(prepared))

    def _new_stream(self, place: Place) -> Stream:
        moment = self._ports.clock()
        run_id = new_run_id(moment, self._ports.entropy(ENTROPY_BYTES))
        return Stream(run_id, place.log, self._ports.clock)

    def _check(self, plan: Plan, place: Place, agent: Agent) -> None:
        """Find what would fail later, before anything is written."""
        agent.require()
        self._ports.files.require_writable(place.folder)
        place.desk.require_in_place()
        if plan.prior and not plan.prior.run.outcome:
            require_own(plan.prior)

    def _settle(self, plan: Plan, place: Place, agent: Agent) -> list[str]:
        """End what an earlier run left, and say who else works here."""
        warnings = [
            f"{other.spec_path or 'another spec'} is being run in the same work tree "
            f"(run {place.shown(other.run_id)}, process {other.pid or 'unknown'})"
            for other in place.neighbours()
        ]
        prior = plan.prior
        if prior is None or prior.run.outcome:
            return warnings
        run = prior.run
        if run.under_way and agent.end_orphan(prior.run_id, run.spawned):
            name = place.shown(prior.run_id)
            warnings.append(f"ended the {run.role} that run {name} had left behind")
        if not plan.resumed:
            abandon(prior, place.desk)
        return warnings


def _require_idle(plan: Plan, place: Place) -> None:
    """Raise `SpecBusy` for a run that goes on where our lock does not reach.

    A log that several repositories share calls their specs alike.
    """
    prior = plan.prior
    for holder in place.living():
        if prior and holder.run_id == prior.run_id:
            raise SpecBusy(
                f"the log's latest run of {plan.spec_id} is alive in another folder (process "
                f"{holder.pid or 'unknown'}); wait for it to end, or name another log with --db",
                holder,
            )


def _holder(stream: Stream, place: Place) -> Holder:
    return Holder(
        run_id=stream.run_id,
        pid=os.getpid(),
        spec_path=place.path,
        workspace=place.workspace.key,
    )
