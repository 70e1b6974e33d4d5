"""What else is known of a spec than where it stands: what is left to do, its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from helm.app.place import Place
from helm.app.ports import EventLog
from helm.app.specs import read_text
from helm.domain.errors import HelmError
from helm.domain.events import (
    Recorded,
    RunEvent,
    RunStarted,
    SessionOpened,
    VerdictGiven,
    VerifierFinished,
    VerifierLaunched,
    WorkerFinished,
    WorkerLaunched,
)
from helm.domain.projections.timeline import timeline
from helm.domain.redaction import redacted

_OF_SESSIONS = (
    WorkerLaunched,
    VerifierLaunched,
    SessionOpened,
    WorkerFinished,
    VerifierFinished,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What the log and the report tell of the spec in `folder`, which the log calls `path`.

    `runs` counts those of its work tree. `remaining_tasks` are those of the last verdict, as
    people may read them; `session` is where one goes on with the newest run in which any agent
    has named its own. `report` is None where there is none.
    """

    folder: Path
    path: str
    runs: int
    remaining_tasks: tuple[str, ...]
    session: str | None
    report: str | None


def dossier(place: Place) -> Dossier:
    """Gather what is known of a spec. Raises `RecordFailed` where the log is unusable."""
    runs = place.runs()
    return Dossier(
        folder=place.folder,
        path=place.path,
        runs=len(runs),
        remaining_tasks=_remaining_tasks(place.log, runs),
        session=_session(place.log, runs),
        report=_report(place),
    )


def _remaining_tasks(log: EventLog, runs: Iterable[str]) -> tuple[str, ...]:
    verdict = _latest(log, runs, VerdictGiven)
    if verdict is None or not isinstance(verdict.event, VerdictGiven):
        return ()
    patterns = [
        pattern
        for each in log.load(verdict.run_id, (RunStarted,))
        if isinstance(each.event, RunStarted)
        for pattern in each.event.settings.redact
    ]
    return tuple(redacted(task, patterns) for task in verdict.event.remaining_tasks)


def _session(log: EventLog, runs: Iterable[str]) -> str | None:
    sessions = (timeline(log.load(run_id, _OF_SESSIONS)).session for run_id in runs)
    return next((each for each in sessions if each), None)


def _latest(log: EventLog, runs: Iterable[str], kind: type[RunEvent]) -> Recorded | None:
    """Find the last event of a kind, in the newest run that has one."""
    found = (log.load(run_id, (kind,)) for run_id in runs)
    return next((events[-1] for events in found if events), None)


def _report(place: Place) -> str | None:
    """Read the report; whoever cannot read it is told why in its place."""
    try:
        return read_text(place.files, place.desk.report_path)
    except HelmError as error:
        return f"({error})"
