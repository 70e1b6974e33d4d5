"""Replaying: bringing the files that people read to what the log tells, from the log alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from helm.app.errors import InputInvalid, WordsInvalid
from helm.app.history import LATEST, History
from helm.app.identity import abbreviated
from helm.app.place import Place, Places
from helm.app.plan import require_own
from helm.app.ports import EventLog, Holder, RunFilter
from helm.app.publish import Account, Desk, Projection, beginning, tells
from helm.app.specs import BODY_NAME, natural_key
from helm.app.stream import Stream
from helm.domain.events import Recorded
from helm.domain.run import REPORT_FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Two files on a desk, and which runs of a log may tell them, newest first.

    A `run_id` has to be one whose state the files have now. `guard` is the place whose lock keeps
    runs from writing the files too; None where no run does.
    """

    name: str
    desk: Desk
    log: EventLog
    runs: Callable[[], Sequence[str]]
    run_id: str | None = None
    guard: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What has no files to be rebuilt; a sentence says why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """Metadata and report as they were found, and as the log tells them.

    `names` are what git calls the two. `report_format` is that of the run which the report tells,
    `format_now` that of this helm.
    """

    projections: tuple[Projection, ...]
    names: tuple[str, ...]
    report_format: int
    format_now: int

    @property
    def outdated(self) -> bool:
        """Whether the report may differ only because helm writes reports another way now."""
        report = self.projections[-1]
        there = report.found is not None and not report.right
        return there and self.report_format < self.format_now


class Replay:
    """Rebuilds the files of specs: in their own folders, or in and below the folder `into`.

    `format_now` is the number of the form in which reports are written.
    """

    def __init__(
        self, places: Places, *, into: Path | None = None, format_now: int = REPORT_FORMAT
    ) -> None:
        self._places = places
        self._files = places.ports.files
        self._into = None if into is None else places.here / into
        self._format_now = format_now

    def target(self, word: str) -> Target:
        """Find what a person means by RUN or SPEC.

        Raises `InputInvalid` where there is none, `RecordFailed` for a run of a newer helm, and
        `WordsInvalid` for one whose files can only be written elsewhere.
        """
        found = meant(self._places, word)
        if isinstance(found, Place):
            return self._of_spec(found, self._into)
        return self._of_run(found)

    def targets(self) -> Iterator[Target | Skipped]:
        """List every spec of this work tree that the log knows, in natural order."""
        workspace = self._places.workspace
        runs = self._places.log.summaries(RunFilter())
        known = {each.path for each in runs if each.workspace == workspace.key}
        for path in sorted(known, key=natural_key):
            folder = workspace.path_named(path)
            if self._files.is_folder(folder):
                into = self._into and self._into / path.lstrip("/")
                yield self._of_spec(self._places.of(folder), into)
            else:
                yield Skipped(reason=f"{path} is not there any more")

    def check(self, target: Target) -> Rebuilt | Skipped:
        """Compare the files with the log, and write nothing. Raises as `write` does."""
        account = self._account(target)
        if isinstance(account, Skipped):
            return account
        return self._rebuilt(target, account, target.desk.projections(account))

    def write(self, target: Target) -> Rebuilt | Skipped:
        """Write what differs.

        Raises `WordsInvalid` for a run whose state the files must not go back to, `SpecBusy` where
        the spec is being run, and `RecordFailed` for a run that is damaged or of a newer helm, and
        for a file that cannot be read or written.
        """
        with target.guard.held() if target.guard else nullcontext() as lock:
            if lock:
                lock.name(Holder(run_id=None, pid=os.getpid(), spec_path=None, workspace=None))
            account = self._account(target)
            if isinstance(account, Skipped):
                return account
            if not self._files.is_folder(target.desk.spec_folder):
                self._files.make_folder(target.desk.spec_folder)
            return self._rebuilt(target, account, target.desk.write(account))

    def _of_spec(self, place: Place, into: Path | None) -> Target:
        there = Target(
            name=place.path, desk=place.desk, log=place.log, runs=place.runs, guard=place
        )
        return there if into is None else self._moved(there, into)

    def _of_run(self, run_id: str) -> Target:
        log, workspace = self._places.log, self._places.workspace
        spec = beginning(own_history(self._places, log, run_id)).spec
        name = f"run {abbreviated(run_id, log)}"
        if self._into is not None:
            folder = workspace.path_named(spec.path)
            desk = Desk(files=self._files, workspace=workspace, spec_folder=folder)
            alone = Target(name=name, desk=desk, log=log, runs=lambda: [run_id])
            return self._moved(alone, self._into)
        (summary,) = log.summaries(RunFilter(run_ids=[run_id]))
        ours = summary.workspace == workspace.key
        place = self._places.of_run(summary) if ours else None
        if place and run_id in place.runs():
            return replace(self._of_spec(place, None), run_id=run_id)
        why = f"is of {spec.path}, which is gone" if ours else "was not run in this work tree"
        raise WordsInvalid(
            f"{name} {why}; to write its files elsewhere, say: "
            f"helm replay {abbreviated(run_id, log)} --to DIR"
        )

    def _moved(self, target: Target, into: Path) -> Target:
        """Aim at another folder, but for one in which it would write over a spec's own files."""
        own = target.desk.spec_folder
        if self._files.exists(into / BODY_NAME) or into.resolve() == own.resolve():
            raise WordsInvalid(f"{into} is the folder of a spec; give --to another one")
        return replace(target, desk=replace(target.desk, spec_folder=into), guard=None)

    def _account(self, target: Target) -> Account | Skipped:
        runs = target.runs()
        account = Account.of_runs(own_history(self._places, target.log, each) for each in runs)
        asked = target.run_id
        if account and (asked is None or asked in account.run_ids):
            return account
        if asked is None:
            return Skipped(reason=f"{target.name} has no verdict and no end in the log yet")
        shown, latest = abbreviated(asked, target.log), abbreviated(runs[0], target.log)
        if not tells(own_history(self._places, target.log, asked)):
            return Skipped(reason=f"run {shown} has no verdict and no end in the log yet")
        raise WordsInvalid(
            f"run {shown} is not the latest of {target.name}, which is {latest}, and nothing is "
            f"rolled back; to write its files elsewhere, say: helm replay {shown} --to DIR"
        )

    def _rebuilt(
        self, target: Target, account: Account, projections: Sequence[Projection]
    ) -> Rebuilt:
        path_of = target.desk.workspace.path_of
        return Rebuilt(
            projections=tuple(projections),
            names=tuple(path_of(each.path) for each in projections),
            report_format=beginning(account.told).report_format,
            format_now=self._format_now,
        )


def meant(places: Places, word: str) -> Place | str:
    """Find the spec, or else the id of the run, that a person means by one word.

    Raises `InputInvalid` where it is neither.
    """
    history = History(places)
    if word == LATEST:
        return history.find(word)
    try:
        return places.find(word)
    except InputInvalid as no_spec:
        if word and history.log.runs_like(word.upper()):
            return history.find(word)
        raise InputInvalid(f"{no_spec}; nor does a run begin so (see: helm history)") from no_spec


def own_history(places: Places, log: EventLog, run_id: str) -> list[Recorded]:
    """Read a run, but for what its agents printed, and check that it is as it was recorded.

    Raises `RecordFailed` where it is not, or holds events of a newer helm.
    """
    stream = Stream(run_id, log, places.ports.clock)
    require_own(stream)
    return stream.told
