"""Watching a run that another process carries on, as its events reach the log."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

from helm.app.drive import Happening
from helm.app.errors import InputInvalid, RecordFailed
from helm.app.history import History, HistoryRow
from helm.app.place import Places
from helm.app.ports import RunFilter, Tick, WorkTree
from helm.app.stream import NOT_TOLD
from helm.domain.events import (
    AgentLaunched,
    OutputCaptured,
    Recorded,
    RunStarted,
)
from helm.domain.projections.summary import State, state_of
from helm.domain.run import Run, evolve

Wait = Callable[[float], bool]
"""Waits for so many seconds; tells, and then at once, whether the watching is to end."""

_LOOKS = 4
"""How often in a second the log is looked at."""

_PAGE = 1000
"""How many events are read at a time."""

_PARTING_LOOKS = 20
"""For how many looks a run that rests may still be held: its report is being written."""


class WatchedRun:
    """A run that another process carries on, or did. Iterate it, once, to follow it.

    It yields each event, and a `Tick` for each second in which an agent is silent, until the run
    rests, or nobody carries it on any more, or `wait` says so. A run that is then still open has
    died, unless `wait` said so. Iterating raises `RecordFailed` for what cannot be read.

    `run` is the state, and `history` the events but for output and activity, after the last event
    that was yielded; with `now`, those so far are taken in and not yielded. Raises `RecordFailed`
    for a run whose beginning only a newer helm can read.
    """

    def __init__(self, run_id: str, places: Places, wait: Wait, *, now: bool = False) -> None:
        self.run_id = run_id
        self.run = Run()
        self.history: list[Recorded] = []
        self._runs = History(places)
        self._log = places.log
        self._clock = places.ports.clock
        self._wait = wait
        self._last: Recorded | None = None
        self._launched: Recorded | None = None
        self._parting = _PARTING_LOOKS
        self._spec = self._beginning().spec
        (self._summary,) = places.log.summaries(RunFilter(run_ids=[run_id]))
        self.place = places.of_run(self._summary)
        if now:
            self._skip()
        self._happenings = self._follow()

    @property
    def spec_id(self) -> str:
        """The id of the spec."""
        return self._spec.id

    @property
    def spec_path(self) -> str:
        """What the log calls the spec."""
        return self._spec.path

    @property
    def short_id(self) -> str:
        """The shortest beginning of the run's id that no other run in the log has."""
        return self._runs.shown(self.run_id)

    @property
    def report_path(self) -> Path | None:
        """Where the run's report is written; None where it is not, or cannot be, read from here.

        The file belongs to the latest run of its spec.
        """
        if self.place is None or self.place.runs()[:1] != [self.run_id]:
            return None
        return self.place.desk.report_path

    @property
    def work_tree(self) -> WorkTree | None:
        """The git work tree of the spec; None outside git, and where it is not known."""
        return self.place.workspace.tree if self.place else None

    @property
    def notes(self) -> list[str]:
        """What a person should know of the log, each a sentence; known once it has been used."""
        return self._log.notes

    def __iter__(self) -> Iterator[Happening]:
        return self._happenings

    def output_so_far(self) -> Iterator[Recorded]:
        """Read what the agent that is at work has written up to now.

        Whoever begins to watch in its midst could not tell else what the next piece is a part of.
        """
        if self.run.under_way and self._launched and self._last:
            for each in self._log.load(self.run_id, [OutputCaptured], after=self._launched.seq):
                if each.seq <= self._last.seq:
                    yield self._with_output(each)

    def _follow(self) -> Generator[Happening]:
        yield from self._news()
        # Whoever is gone may have written more since the last look: it is over after one more.
        while not self._wait(0) and (self._is_carried_on() or (yield from self._news())):
            yield from self._second()
        if state_of(self.run) is not State.OPEN or self._wait(0):
            return
        if self._summary.imported:
            raise RecordFailed(
                f"run {self.short_id} was under way when it was exported; how it went on is known "
                "where it was run"
            )
        if self.run.unknown:
            raise RecordFailed(
                f"run {self.run_id} has events of a newer helm ({', '.join(self.run.unknown)}): "
                "update helm to see how it ended"
            )

    def _second(self) -> Generator[Happening]:
        """Follow the run for a second, or until it rests."""
        silent = True
        for _ in range(_LOOKS):
            if self._wait(1 / _LOOKS):
                return
            silent = not (yield from self._news()) and silent
            if state_of(self.run) is not State.OPEN:
                return
        if silent and self.run.under_way and self._launched and self._last:
            yield self._tick(self._launched, self._last)

    def _news(self) -> Generator[Recorded, None, bool]:
        """Yield the events that have come, and tell whether there were any."""
        before = self._last
        for recorded in self._unseen():
            if self._wait(0):
                break
            self._take(recorded)
            yield self._with_output(recorded)
        return self._last is not before

    def _unseen(self) -> Iterator[Recorded]:
        """Read what is in the log beyond the last event, a page at a time: it can be very much."""
        while found := self._log.load(
            self.run_id, after=self._last.seq if self._last else -1, limit=_PAGE
        ):
            yield from found

    def _is_carried_on(self) -> bool:
        """Tell whether more may come. A run that rests is held until its helm has ended."""
        if self.run_id not in self._runs.living():
            return False
        at_rest = state_of(self.run) is not State.OPEN
        self._parting = self._parting - 1 if at_rest else _PARTING_LOOKS
        return self._parting > 0

    def _tick(self, launched: Recorded, last: Recorded) -> Tick:
        now = self._clock()
        began, heard = ((now - each.recorded_at).total_seconds() for each in (launched, last))
        return Tick(elapsed=max(began, 0.0), idle=max(heard, 0.0))

    def _skip(self) -> None:
        """Take in what has happened so far."""
        for recorded in self._log.outline(self.run_id):
            self._take(recorded)
        for recorded in self._unseen():
            self._take(recorded)

    def _take(self, recorded: Recorded) -> None:
        self.run = evolve(self.run, recorded.event)
        self._last = recorded
        if isinstance(recorded.event, AgentLaunched):
            self._launched = recorded
        if not isinstance(recorded.event, NOT_TOLD):
            self.history.append(recorded)

    def _with_output(self, recorded: Recorded) -> Recorded:
        if not isinstance(recorded.event, OutputCaptured):
            return recorded
        return replace(recorded, output=self._log.output(self.run_id, recorded.seq))

    def _beginning(self) -> RunStarted:
        for recorded in self._log.load(self.run_id, [RunStarted]):
            if isinstance(recorded.event, RunStarted):
                return recorded.event
        raise RecordFailed(
            f"run {self.run_id} has no beginning that this helm can read; upgrade helm"
        )


def only_living_run(history: History) -> str:
    """Find the run that is carried on now. Raises `InputInvalid` where it is none, or several."""
    # A log that was named by hand need not be that of the workspace, whose locks are asked.
    ids = [each for each in history.living() if history.log.runs_like(each) == [each]]
    if len(ids) == 1:
        return ids[0]
    if ids:
        rows = history.rows(RunFilter(run_ids=ids))
        named = ", ".join(f"{history.shown(each.summary.run_id)} ({_spec(each)})" for each in rows)
        raise InputInvalid(f"{len(rows)} runs are under way: {named}; say which: helm watch RUN")
    latest = history.rows(RunFilter(limit=1))
    if not latest:
        raise InputInvalid("no run is under way, and there was none yet; see: helm status")
    row = latest[0]
    raise InputInvalid(
        f"no run is under way; the latest is {history.shown(row.summary.run_id)} "
        f"({_spec(row)}, {row.standing}): helm show latest"
    )


def _spec(row: HistoryRow) -> str:
    spec, key = row.summary.spec_id, row.summary.workspace
    return spec if key == "." else f"{spec} in {key}"
