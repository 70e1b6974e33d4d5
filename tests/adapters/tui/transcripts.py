"""Runs for the screen: told by commands into a log, and taken from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from helm.adapters.tui.telling import Telling, Whereabouts
from helm.domain.commands import RecordOutput, RunCommand, StartAttempt
from helm.domain.events import Channel, Recorded, RunSettings
from helm.domain.run import Run, decide, replay
from tests.domain.histories import LAUNCH, SPAWN, STARTED_AT, start
from tests.fakes import MemoryEventLog

RUN = "01KG9Z5T8QWXYZ"
SHORT = "01KG9Z5T"


@dataclass
class Transcript:
    """A run that is recorded in a log, a command a second."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    recorded: list[Recorded] = field(default_factory=list)
    run: Run = field(default_factory=Run)
    now: datetime = STARTED_AT

    def tell(self, *commands: RunCommand) -> Self:
        """Let the run answer each command, and record that."""
        for command in commands:
            events = decide(self.run, command)
            self.recorded += self.log.append(
                RUN,
                events,
                expected_seq=len(self.recorded),
                recorded_at=self.now,
                output=command.data if isinstance(command, RecordOutput) else None,
            )
            self.run = replay(events, self.run)
            self.now += timedelta(seconds=1)
        return self

    def says(self, *data: bytes, channel: Channel = Channel.STDOUT) -> Self:
        """Let the agent at work write."""
        return self.tell(
            *(RecordOutput(channel=channel, offset=0, data=each) for each in data if each)
        )

    def telling(self, *, ours: bool = True, where: Whereabouts | None = None) -> Telling:
        """Take the run as far as it is told."""
        made = Telling(RUN, SHORT, self.log, ours=ours, where=where or Whereabouts())
        for recorded in self.recorded:
            made.take(recorded)
        return made


def at_work(settings: RunSettings | None = None) -> Transcript:
    """Tell a run whose worker has begun."""
    return Transcript().tell(start(settings), StartAttempt(), LAUNCH, SPAWN)


def printed(count: int) -> Transcript:
    """Tell a run whose worker has written so many lines."""
    told = at_work()
    for first in range(0, count, 100):
        numbers = range(first, min(first + 100, count))
        told.says("".join(f"line {number}\n" for number in numbers).encode())
    return told
