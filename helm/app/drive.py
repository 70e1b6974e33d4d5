"""The one run loop: ask the run what it needs, do it, and make what happened durable.

Whoever shows a run iterates `drive` and draws what it yields; nothing else reaches a screen.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from helm.app.errors import AgentUnavailable, RecordFailed
from helm.app.ports import Agent, Stop, Tick
from helm.app.publish import Desk
from helm.app.stream import Stream
from helm.domain.commands import (
    AbandonRun,
    HaltRun,
    LaunchAgent,
    RecordExit,
    RunCommand,
    StartAttempt,
)
from helm.domain.events import Cause, Recorded
from helm.domain.projections.report import TELLING
from helm.domain.run import next_step
from helm.domain.steps import BeginAttempt, CallAgent, Rest

Happening = Recorded | Tick
"""What `drive` yields: an event, once it is durable, or a second of silence."""

_ENDINGS = (RecordExit, HaltRun, AbandonRun)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a run is carried out with: an agent that works in `folder`, and the spec's files."""

    agent: Agent
    folder: Path
    desk: Desk


def drive(first: RunCommand, stream: Stream, world: World, stop: Stop) -> Iterator[Happening]:
    """Give the run its first command, then carry it on until it rests.

    Raises `RecordFailed` at once where the log fails, and at the end where a projection could not
    be written: the events are then safe, and a replay mends the file.
    """
    carrying = _Carrying(stream, world.desk)
    yield from carrying.carry(first)
    while not isinstance(step := next_step(stream.run), Rest):
        with closing(_perform(step, stream.run_id, world, stop)) as commands:
            for command in commands:
                yield from [command] if isinstance(command, Tick) else carrying.carry(command)
    if carrying.unwritten:
        raise RecordFailed(
            f"the run is on record, but {carrying.unwritten}"
        ) from carrying.unwritten


def catch_up(stream: Stream, desk: Desk) -> Iterator[Recorded]:
    """Bring the files of a run that others may have left behind, or changed, up to date.

    Raises `RecordFailed` where one cannot be written.
    """
    change = None if stream.run.outcome else desk.metadata_change(stream.told)
    if change:
        yield from stream.record(change)
    desk.publish(stream.told)


def abandon(stream: Stream, desk: Desk) -> None:
    """Give a run up for good, because a new one takes its place."""
    carrying = _Carrying(stream, desk)
    for _ in (*catch_up(stream, desk), *carrying.carry(AbandonRun())):
        pass


class _Carrying:
    """Recording commands, and keeping what people read up to date with them."""

    def __init__(self, stream: Stream, desk: Desk) -> None:
        self._stream = stream
        self._desk = desk
        self.unwritten: RecordFailed | None = None

    def carry(self, command: RunCommand) -> Iterator[Recorded]:
        """Record a command; before an end, note what became of the run's files and of its record.

        An agent may have changed either. Raises `RecordFailed` where it changed the record.
        """
        if isinstance(command, _ENDINGS):
            self._stream.check()
            for change in list(self._desk.changes(self._stream.told)):
                yield from self._stream.record(change)
        new = self._stream.record(command)
        if any(isinstance(each.event, TELLING) for each in new):
            self._publish()
        yield from new

    def _publish(self) -> None:
        try:
            self._desk.publish(self._stream.told)
            self.unwritten = None
        except RecordFailed as error:
            self.unwritten = error


def _perform(
    step: BeginAttempt | CallAgent, run_id: str, world: World, stop: Stop
) -> Generator[RunCommand | Tick]:
    """Carry a step out, yielding what it brings as it comes."""
    if stop.cause:
        yield HaltRun(cause=stop.cause)
    elif isinstance(step, BeginAttempt):
        yield StartAttempt()
    else:
        yield from _call(step, run_id, world, stop)


def _call(step: CallAgent, run_id: str, world: World, stop: Stop) -> Generator[RunCommand | Tick]:
    """Start an agent and listen to it. Intent before deed, and the process before its prompt."""
    try:
        argv = world.agent.argv(step)
        yield LaunchAgent(argv=argv)
        with world.agent.start(argv, world.folder, run_id) as process:
            yield process.spawned
            yield from process.converse(step, stop)
    except AgentUnavailable as error:
        yield HaltRun(cause=Cause(f"{step.role}_failed"), detail=str(error))
