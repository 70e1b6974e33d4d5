"""Where specs stand: the badge of each, decided by its files, its runs and its lock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from helm.app.place import Place, Places
from helm.app.ports import RunFilter
from helm.app.specs import (
    Badge,
    InvalidSpec,
    Spec,
    commands_of,
    discover,
    unmet_dependencies,
)
from helm.domain.events import Cause, RunStarted
from helm.domain.projections.summary import RunSummary, State

_INTERRUPTED = (Cause.SIGINT, Cause.SIGTERM, Cause.SIGHUP, Cause.OPERATOR, Cause.LOST)
"""Halts that say nothing about the work; every other cause is a failure."""

_RUNNABLE = {Badge.TODO, Badge.IN_PROGRESS, Badge.FAILED, Badge.STALE}


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
        return self.badge in _RUNNABLE and not self.unmet

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
    found = discover(places.ports.files, places.workspace.specs_root)
    specs = [each for each in found if isinstance(each, Spec)]
    where = {spec.folder: places.of(spec.folder) for spec in specs}
    runs = {spec.folder: where[spec.folder].runs() for spec in specs}
    latest = _latest(places, [ids[0] for ids in runs.values() if ids])
    return [
        each
        if isinstance(each, InvalidSpec)
        else _standing(each, where[each.folder], runs[each.folder], latest, found)
        for each in found
    ]


def _latest(places: Places, run_ids: Collection[str]) -> dict[str, RunSummary]:
    found = places.log.summaries(RunFilter(run_ids=run_ids)) if run_ids else ()
    return {each.run_id: each for each in found}


def _standing(
    spec: Spec,
    place: Place,
    run_ids: Sequence[str],
    latest: dict[str, RunSummary],
    others: Sequence[Spec | InvalidSpec],
) -> Standing:
    return Standing(
        spec=spec,
        commands=commands_of(spec, place.workspace.config.acceptance_commands),
        unmet=unmet_dependencies(spec, others),
        running=place.locks.holder(spec.folder) is not None,
        last=latest.get(run_ids[0]) if run_ids else None,
        accepted=_accepted(place, run_ids, latest) if spec.status == "done" else None,
    )


def _accepted(
    place: Place, run_ids: Sequence[str], latest: dict[str, RunSummary]
) -> RunStarted | None:
    """Load what the latest accepted run of a spec began with."""
    for run_id in run_ids:
        known = latest.get(run_id)
        states = [known] if known else place.log.summaries(RunFilter(run_ids=[run_id]))
        if any(each.state is State.ACCEPTED for each in states):
            (recorded,) = place.log.load(run_id, kinds=(RunStarted,))
            return recorded.event if isinstance(recorded.event, RunStarted) else None
    return None
