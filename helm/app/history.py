"""The history: which runs there are, and which of them a person means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from helm.app.errors import InputInvalid
from helm.app.identity import abbreviated
from helm.app.place import Places
from helm.app.ports import EventLog, Holder, RunFilter
from helm.domain.projections.summary import RunSummary, State

LATEST = "latest"
"""The word for the run that began last."""

_SHOWN_MATCHES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """A run in one line. `holder` is the process that carries it on, None where none does."""

    summary: RunSummary
    holder: Holder | None

    @property
    def standing(self) -> str:
        """Say how far the run has come; of one that is open, whether it still lives."""
        if self.holder is not None:
            return "running"
        return "died" if self.summary.state is State.OPEN else str(self.summary.state)


class History:
    """The runs that a workspace's log remembers: its own, its sibling trees', imported ones."""

    def __init__(self, places: Places) -> None:
        self._places = places

    @property
    def log(self) -> EventLog:
        """The log that is asked."""
        return self._places.log

    def find(self, run: str) -> str:
        """Find the run that a person means: an id, a unique beginning of one, or `latest`.

        Raises `InputInvalid` with what was found instead.
        """
        if run == LATEST:
            newest = self.log.summaries(RunFilter(limit=1))
            if newest:
                return newest[0].run_id
            raise InputInvalid(f"there are no runs in {self._places.log_path} yet")
        found = self.log.runs_like(run.upper()) if run else []
        if len(found) == 1:
            return found[0]
        if found:
            shown = ", ".join(abbreviated(each, self.log) for each in found[:_SHOWN_MATCHES])
            more = len(found) - _SHOWN_MATCHES
            rest = f" and {more} more" if more > 0 else ""
            raise InputInvalid(f"run {run!r} is ambiguous: {shown}{rest}")
        raise InputInvalid(f"run {run!r} not found in {self._places.log_path}; see: helm history")

    def shown(self, run_id: str) -> str:
        """Shorten a run's id, as people are shown it."""
        return abbreviated(run_id, self.log)

    def rows(self, wanted: RunFilter) -> list[HistoryRow]:
        """List runs, newest first."""
        living = self.living()
        return [
            HistoryRow(summary=each, holder=living.get(each.run_id))
            for each in self.log.summaries(wanted)
        ]

    def row(self, run_id: str) -> HistoryRow:
        """Sum up one run."""
        (row,) = self.rows(RunFilter(run_ids=[run_id]))
        return row

    def living(self) -> dict[str, Holder]:
        """Say which runs are being carried on now, and by whom."""
        holders = self._places.locks.living()
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
