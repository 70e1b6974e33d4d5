"""The history: which runs there are, and which of them a person means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from shlex import quote

from helm.app.errors import InputInvalid, RecordFailed, WordsInvalid
from helm.app.identity import abbreviated, abbreviations, meant
from helm.app.place import Place, Places
from helm.app.ports import EventLog, Holder, RunFilter
from helm.domain.events import Recorded, Role, RunEvent
from helm.domain.projections.summary import RunSummary, State
from helm.domain.projections.timeline import Launch, Timeline, timeline

LATEST = "latest"
"""The word for the run that began last."""

RUNNING = "running"
DIED = "died"
"""How an open run stands, by its lock; any other run stands as its state says."""

_SHOWN_MATCHES = 4
_LIKELY_MEANT = 100
"""So many of the newest runs may be meant by who mistypes an id."""


class TranscriptPruned(RecordFailed):
    """The bytes of a transcript are gone from the log; their length and digest are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """A run in one line. `holder` is the process that carries it on, None where none does."""

    summary: RunSummary
    holder: Holder | None

    @property
    def standing(self) -> str:
        """Say how far the run has come; of one that is open, whether it still lives.

        One that was imported while it was open lives or died elsewhere, which no lock tells here.
        """
        state = self.summary.state
        if self.holder and state in {State.OPEN, State.HALTED}:  # it may just be being resumed
            return RUNNING
        return DIED if state is State.OPEN and not self.summary.imported else str(state)

    @property
    def standing_and_cause(self) -> str:
        """Say how the run stands, and why it halted there."""
        halted = self.standing == State.HALTED and self.summary.cause
        return f"{self.standing}: {self.summary.cause}" if halted else self.standing

    def stands(self, standings: Collection[str]) -> bool:
        """Tell whether the run is as one of these words says: a state, `running` or `died`."""
        return not {self.standing, str(self.summary.state)}.isdisjoint(standings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which runs a person asks for: None, and no standings, ask for any.

    `standings` are states, `running` or `died`; `since` is the earliest start. With `before`, a
    run's id, only those are asked for that began before it.
    """

    paths: Collection[str] | None = None
    standings: Collection[str] = ()
    since: datetime | None = None
    before: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Runs, newest first, and how `more` there are beyond the limit: None is not counted."""

    rows: list[HistoryRow]
    more: int | None


class History:
    """The runs that a log remembers: those of its workspace, of its sibling trees, imported ones.

    It is the log of the workspace, or of the place that is `asked`.
    """

    def __init__(self, places: Places, asked: Place | None = None) -> None:
        self._places = places
        self._from = asked or places

    @cached_property
    def log(self) -> EventLog:
        """The log that is asked."""
        return self._from.log

    @property
    def workspace(self) -> str:
        """The key of the work tree that is asked from."""
        return self._from.workspace.key

    def where(self, spec: str) -> History:
        """Give the history that a spec's runs are in: a path may lead to another workspace's."""
        try:
            return History(self._places, self._places.find(spec))
        except InputInvalid:  # it may be gone from disk, and in the log all the same
            return self

    def find(self, run: str) -> str:
        """Find the run that a person means: an id, a unique beginning of one, or `latest`.

        Raises `InputInvalid` with what was found instead.
        """
        if run == LATEST:
            newest = self.log.summaries(RunFilter(limit=1))
            if newest:
                return newest[0].run_id
            raise InputInvalid(f"there are no runs in {self._from.log_path} yet")
        found = self.log.runs_like(run.upper()) if run else []
        if len(found) == 1:
            return found[0]
        if found:
            shown = ", ".join(abbreviated(each, self.log) for each in found[:_SHOWN_MATCHES])
            more = len(found) - _SHOWN_MATCHES
            rest = f" and {more} more" if more > 0 else ""
            raise InputInvalid(f"run {run!r} is ambiguous: {shown}{rest}")
        where = self._from.log_path
        raise InputInvalid(f"run {run!r} not found in {where}; {self._instead_of(run)}")

    def _instead_of(self, run: str) -> str:
        """Say what whoever asks for a run that is not there can do."""
        try:
            folder = self._places.find(run).folder
        except InputInvalid:
            newest = list(self.shown_all().values())[::-1][:_LIKELY_MEANT]
            near = meant(run.lower(), [LATEST]) or meant(run.upper(), newest)
            return near or "see: helm history"
        return f"for the runs of a spec say: helm history {quote(folder.name)}"

    def shown(self, run_id: str) -> str:
        """Shorten a run's id, as people are shown it."""
        return abbreviated(run_id, self.log)

    def shown_all(self) -> dict[str, str]:
        """Shorten the ids of all runs, for a list of them."""
        return abbreviations(self.log)

    def listing(self, asked: Asked) -> Listing:
        """List the runs that are asked for; the rest is counted where that costs little."""
        rows = self._asked(asked)
        if asked.limit is None or len(rows) <= asked.limit:
            return Listing(rows=rows, more=0)
        narrowed = asked.standings or asked.since or asked.before
        every_run = asked.paths is None and not narrowed
        more = len(self.log.runs_like("")) - asked.limit if every_run else None
        return Listing(rows=rows[: asked.limit], more=more)

    def _asked(self, asked: Asked) -> list[HistoryRow]:
        """Find the runs that are asked for: one more than the limit, where there is one more."""
        living = self.living()
        room = None if asked.limit is None else asked.limit + 1 + len(living)
        states = _states(asked.standings) if asked.standings else None
        wanted = RunFilter(
            paths=asked.paths, states=states, since=asked.since, before=asked.before, limit=room
        )
        found = self.log.summaries(wanted)
        if RUNNING in asked.standings:
            found += self.log.summaries(replace(wanted, states=None, run_ids=living))
        living |= self.living()  # a run may have begun, or have ended, while the log was read
        newest_first = sorted({each.run_id: each for each in found}.items(), reverse=True)
        rows = (HistoryRow(summary=each, holder=living.get(key)) for key, each in newest_first)
        return [row for row in rows if not asked.standings or row.stands(asked.standings)]

    def rows(self, wanted: RunFilter) -> list[HistoryRow]:
        """List runs, newest first."""
        living = self.living()
        found = self.log.summaries(wanted)
        living |= self.living()  # as in `_asked`
        return [HistoryRow(summary=each, holder=living.get(each.run_id)) for each in found]

    def row(self, run_id: str) -> HistoryRow:
        """Sum up one run."""
        (row,) = self.rows(RunFilter(run_ids=[run_id]))
        return row

    def story(self, run_id: str, kinds: Sequence[type[RunEvent]] = ()) -> Timeline:
        """Tell a run, as far as events of these kinds do; where none are named, all of it."""
        return timeline(self.log.load(run_id, kinds))

    def spec_word(self, summary: RunSummary) -> str | None:
        """Give the word by which the run's spec is run from here; None as `spec_folder` does."""
        folder = self.spec_folder(summary)
        return folder.name if folder else None

    def spec_folder(self, summary: RunSummary) -> Path | None:
        """Give the folder of the run's spec, where running it from here goes on from this run.

        None where that would not: it is of another work tree, its spec is gone or has a newer run.
        """
        try:
            place = self._places.find(summary.path.rpartition("/")[2])
        except InputInvalid:
            return None
        of_this = place.path == summary.path and summary.run_id in place.runs()[:1]
        return place.folder if of_this else None

    def transcript(self, captured: Sequence[Recorded]) -> Iterator[bytes]:
        """Read the bytes of some `OutputCaptured`, one after the other.

        Raises `TranscriptPruned` where they are not kept any more.
        """
        for each in captured:
            data = self.log.output(each.run_id, each.seq)
            if data is None:
                raise TranscriptPruned(
                    f"this transcript of run {self.shown(each.run_id)} was pruned; what is left "
                    f"of it: helm show {self.shown(each.run_id)}"
                )
            yield data

    def living(self) -> dict[str, Holder]:
        """Say which runs are being carried on now, and by whom."""
        holders = self._from.living()
        return {each.run_id: each for each in holders if each.run_id is not None}

    def paths(self, spec: str) -> Collection[str]:
        """Name the folders that a person means by a spec, as the log does.

        A spec that is not on disk any more is found by its id, or its folder's name, in the log.
        Raises `InputInvalid` for one that never was.
        """
        try:
            return {self._places.find(spec).path}
        except InputInvalid:
            names = {spec, spec.rstrip("/").rpartition("/")[2]}
            found = {
                each.path
                for each in self.log.summaries(RunFilter())
                if names & {each.spec_id, each.path, each.path.rpartition("/")[2]}
            }
            if not found:
                raise
            return found


def _states(standings: Collection[str]) -> set[State]:
    """Name the states that a run may have in the log if it stands so."""
    return {State.OPEN if each == DIED else State(each) for each in standings if each != RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of a run's launches a person means; None stands for any."""

    attempt: int | None = None
    launch: int | None = None
    role: Role | None = None

    def of(self, told: Timeline) -> list[Launch]:
        """Choose launches. Raises `InputInvalid` with those there are, where none fits."""
        found = [each for each in told.launches if self._fits(each)]
        if not found:
            there = _named(told.launches) or "none yet"
            raise InputInvalid(f"the run has no such launch; those there are: {there}")
        return found

    def one_of(self, told: Timeline) -> Launch:
        """Choose the one launch that is meant: the last of those that fit, of one agent.

        Raises `WordsInvalid` where both agents fit, and `InputInvalid` as `of` does.
        """
        found = self.of(told)
        if len({each.role for each in found}) > 1:
            raise WordsInvalid(
                f"which launch? say --worker, --verifier or --launch N, of: {_named(found)}"
            )
        return found[-1]

    def _fits(self, launch: Launch) -> bool:
        return (
            self.attempt in {None, launch.launched.attempt}
            and self.launch in {None, launch.number}
            and self.role in {None, launch.role}
        )


def _named(launches: Sequence[Launch]) -> str:
    return ", ".join(
        f"launch {each.number} ({each.role}, attempt {each.launched.attempt})" for each in launches
    )
