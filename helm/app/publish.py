"""Projections onto the disk: writing what people read, and noticing what people changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from helm.app.errors import FileTooLarge, InputInvalid, OutOfFiles, RecordFailed
from helm.app.ports import Files
from helm.app.specs import METADATA_NAME, REPORT_NAME
from helm.app.workspace import Workspace
from helm.domain.commands import RecordInputChange
from helm.domain.events import (
    InputChanged,
    Recorded,
    RunResumed,
    RunStarted,
    VerdictGiven,
    sha256,
)
from helm.domain.projections.metadata import is_metadata, last_known_text, metadata
from helm.domain.projections.report import TELLING, report

_Texts = tuple[str | None, ...]
"""What a file may hold; None is no file."""

_WRITTEN_AFTER = (*TELLING, RunResumed)
"""Once one of these is in the log, the metadata is helm's text, whatever was found before."""


_KEPT_BY_PROGRAMS = {".git", ".helm"}
"""Folders of a work tree that are not for files of people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the log tells of a spec, in the histories of at most three of its runs.

    The metadata has the verdicts of `judged`, and `told` is the run of the report. `latest` knows
    best what stood in a metadata that is gone.
    """

    judged: Sequence[Recorded]
    told: Sequence[Recorded]
    latest: Sequence[Recorded]

    @classmethod
    def of_run(cls, told: Sequence[Recorded]) -> Self:
        """Tell of one run alone, as it does itself while it is carried on."""
        return cls(judged=told, told=told, latest=told)

    @classmethod
    def of_runs(cls, newest_first: Iterable[Sequence[Recorded]]) -> Self | None:
        """Tell of the runs of a spec what their files have now; None where none has to tell yet.

        A run without a verdict leaves the metadata as it is, but at its end its report takes the
        place of the one before. No more runs are taken from `newest_first` than are needed.
        """
        judged: Sequence[Recorded] | None = None
        told: Sequence[Recorded] | None = None
        latest: Sequence[Recorded] | None = None
        for history in newest_first:
            latest = latest or history
            told = told or (history if tells(history) else None)
            if any(isinstance(each.event, VerdictGiven) for each in history):
                judged = history
                break
        if told is None or latest is None:
            return None
        return cls(judged=judged or latest, told=told, latest=latest)

    @property
    def run_ids(self) -> set[str]:
        """The runs whose state the files have."""
        return {self.judged[0].run_id, self.told[0].run_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A file that helm writes for people: what it held, None if it was gone, and has to hold.

    One that is `broken` cannot be written into; it is kept beside.
    """

    path: Path
    found: bytes | None
    text: str
    broken: bool = False

    @property
    def right(self) -> bool:
        """Whether there was nothing to do."""
        return self.found == self.text.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The files of one run's spec, where people read and change them."""

    files: Files
    workspace: Workspace
    spec_folder: Path

    @property
    def report_path(self) -> Path:
        """Where the report is written."""
        return self.spec_folder / REPORT_NAME

    @property
    def metadata_path(self) -> Path:
        """Where the metadata is written."""
        return self.spec_folder / METADATA_NAME

    def publish(self, told: Sequence[Recorded]) -> None:
        """Write metadata and report as the run has them whose history is `told`.

        Raises `RecordFailed` where one cannot be written.
        """
        self.write(Account.of_run(told))

    def write(self, account: Account) -> list[Projection]:
        """Write metadata and report as `account` has them; what is right already is not touched.

        Gives them as they were found. Raises `RecordFailed` where one cannot be written.
        """
        written: list[Projection] = []
        try:
            written.append(self._written(self._metadata(account)))
        finally:  # whatever became of the metadata, an old report must not stand
            written += [self._written(each) for each in self._report(account)]
        return written

    def projections(self, account: Account) -> list[Projection]:
        """Give metadata and report as they are and as `account` has them, and write nothing.

        Raises `RecordFailed` where one cannot be read.
        """
        return [self._metadata(account), *self._report(account)]

    def _metadata(self, account: Account) -> Projection:
        data = self.files.read(self.metadata_path)
        found = _metadata_text(data)
        base = last_known_text(account.latest) if found is None else found
        return Projection(
            path=self.metadata_path,
            found=data,
            text=metadata(account.judged, base),
            broken=data is not None and found is None,
        )

    def _report(self, account: Account) -> list[Projection]:
        """Give the report; none where there is nothing to tell yet."""
        text = report(account.told)
        if text is None:
            return []
        found = self.files.read(self.report_path)
        return [Projection(path=self.report_path, found=found, text=text)]

    def _written(self, projection: Projection) -> Projection:
        if projection.broken or not projection.right:
            self._require_in_place(projection.path)
        if projection.broken:
            self.files.set_aside(projection.path)
        if not projection.right:
            self.files.write(projection.path, projection.text.encode())
        return projection

    def require_in_place(self) -> None:
        """Raise `InputInvalid` where a file is a folder, and `RecordFailed` for a link astray."""
        for path in (self.metadata_path, self.report_path):
            if self.files.is_folder(path):
                raise InputInvalid(f"{path} is a folder, where helm writes a file; move it away")
            self._require_in_place(path)

    def _require_in_place(self, path: Path) -> None:
        """Raise `RecordFailed` for a link that leads the writing astray.

        A worker may have made it, to reach through helm what its own sandbox keeps from it.
        """
        target = self.files.behind_links(path)
        if target == self.files.behind_links(path.parent) / path.name:
            return
        tree = self.workspace.tree
        top = self.files.behind_links(tree.top if tree else self.workspace.root)
        within = target.is_relative_to(top)
        if not within or _KEPT_BY_PROGRAMS & set(target.relative_to(top).parts):
            raise RecordFailed(
                f"{path} is a link to {target}, where helm writes nothing; put a file in its place"
            )

    def changes(self, told: Sequence[Recorded]) -> Iterator[RecordInputChange]:
        """Find which files of the run are not what the log last knew of them."""
        for path, known in self._known(told).items():
            change = self._change(path, known)
            if change:
                yield change

    def prompts_are_stale(self, told: Sequence[Recorded]) -> bool:
        """Tell whether a file that prompts are made from is not what the run began with."""
        spec = beginning(told).spec
        yardsticks = [each for each in spec.inputs() if each.path != spec.metadata.path]
        return any(self._change(each.path, (each.text,)) for each in yardsticks)

    def metadata_change(self, told: Sequence[Recorded]) -> RecordInputChange | None:
        """Find whether somebody else than helm wrote the metadata since helm last did.

        After a crash a verdict, and the halt that came after it, may not have reached the file.
        """
        path = beginning(told).spec.metadata.path
        tellings = [at for at, each in enumerate(told) if isinstance(each.event, TELLING)]
        ends = [*tellings[-2:], len(told)]
        acceptable = [text for end in ends for text in self._known(told[:end])[path]]
        return self._change(path, tuple(acceptable))

    def _known(self, told: Sequence[Recorded]) -> dict[str, _Texts]:
        """Give for each file the texts that are no news: the last known one, or helm's own."""
        spec = beginning(told).spec
        known: dict[str, _Texts] = {each.path: (each.text,) for each in spec.inputs()}
        for each in told:
            if isinstance(each.event, InputChanged):
                known[each.event.path] = (each.event.text,)
            elif isinstance(each.event, _WRITTEN_AFTER):
                known[spec.metadata.path] = ()
        known[spec.metadata.path] += (metadata(told, None),)
        return known

    def _change(self, name: str, known: _Texts) -> RecordInputChange | None:
        try:
            digest, text = self._found(self.workspace.path_named(name))
        except OutOfFiles:  # it is looked at again before the run goes on
            return None
        if text in known or (text is None and "" in known):  # no checklist is an empty one
            return None
        return RecordInputChange(path=name, sha256=digest, text=text)

    def _found(self, path: Path) -> tuple[str | None, str | None]:
        """Read a file that a worker may have left in any state; an unreadable one is as gone.

        Of one that is too large to be taken in there is a word on its size, and no digest.
        """
        try:
            data = self.files.read(path)
        except FileTooLarge as error:
            return None, f"[{error.size} bytes, more than helm takes in]"
        except OutOfFiles:
            raise
        except RecordFailed:
            return None, None
        return (None, None) if data is None else (sha256(data), data.decode(errors="replace"))


def tells(history: Sequence[Recorded]) -> bool:
    """Say whether a run has a verdict, or an end, that a report can tell of."""
    return any(isinstance(each.event, TELLING) for each in history)


def beginning(told: Sequence[Recorded]) -> RunStarted:
    """Give what a run began with. Raises `RecordFailed` where only a newer helm can read that."""
    for each in told:
        if isinstance(each.event, RunStarted):
            return each.event
    raise RecordFailed("the run has no beginning that this helm can read; upgrade helm")


def _metadata_text(data: bytes | None) -> str | None:
    """Read metadata that helm can write into; None where there is none, or it is broken."""
    try:
        text = (data or b"").decode()
    except UnicodeDecodeError:
        return None
    return text if is_metadata(text) else None
