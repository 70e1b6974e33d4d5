"""One run's stream of events while it is carried on: the state, and what its reports tell."""

from __future__ import annotations

from helm.app.errors import RecordFailed
from helm.app.ports import Clock, EventLog
from helm.domain.commands import RecordOutput, RunCommand
from helm.domain.events import ActivityReported, OutputCaptured, Recorded
from helm.domain.run import Run, decide, evolve

NOT_TOLD = (OutputCaptured, ActivityReported)
"""What agents print and do: it can be very much, and no projection tells it."""


class Stream:
    """The events of one run, folded as they become durable.

    `told` is the history without output and activity, which no projection tells: memory does not
    grow with what an agent prints.
    """

    def __init__(self, run_id: str, log: EventLog, clock: Clock) -> None:
        self.run_id = run_id
        self.run = Run()
        self.told: list[Recorded] = []
        self._log = log
        self._clock = clock
        for recorded in log.outline(run_id):
            self._take(recorded)
        self._next_seq = log.check(run_id)

    def record(self, command: RunCommand) -> list[Recorded]:
        """Decide a command and make its events durable, together.

        Raises `IllegalCommand` where the run's state does not allow it, and `RecordFailed` where
        the log does not take it; nothing is then written.
        """
        new = self._log.append(
            self.run_id,
            decide(self.run, command),
            expected_seq=self._next_seq,
            recorded_at=self._clock(),
            output=command.data if isinstance(command, RecordOutput) else None,
        )
        for recorded in new:
            self._take(recorded)
        return new

    def check(self) -> None:
        """Raise `RecordFailed` where somebody changed what was recorded."""
        count = self._log.check(self.run_id)
        if count != self._next_seq:
            raise RecordFailed(
                f"the log holds {count} events of run {self.run_id}, and {self._next_seq} were "
                "recorded: somebody changed it; restore it, or begin a new log with --db"
            )

    def _take(self, recorded: Recorded) -> None:
        self.run = evolve(self.run, recorded.event)
        self._next_seq = recorded.seq + 1
        if not isinstance(recorded.event, NOT_TOLD):
            self.told.append(recorded)
