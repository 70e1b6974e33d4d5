"""Projections onto the disk: writing what people read, and noticing what people changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helm.app.errors import FileTooLarge, RecordFailed
from helm.app.ports import Files
from helm.app.specs import METADATA_NAME, REPORT_NAME
from helm.app.workspace import Workspace
from helm.domain.commands import RecordInputChange
from helm.domain.events import InputChanged, Recorded, RunResumed, RunStarted, sha256
from helm.domain.projections.metadata import is_metadata, metadata
from helm.domain.projections.report import TELLING, report

_Texts = tuple[str | None, ...]
"""What a file may hold; None is no file."""

_WRITTEN_AFTER = (*TELLING, RunResumed)
"""Once one of these is in the log, the metadata is helm's text, whatever was found before."""


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
        """Write metadata and report as `told` has them; what is right already is not touched.

        Raises `RecordFailed` where one cannot be written.
        """
        try:
            self._publish_metadata(told)
        finally:  # whatever became of the metadata, an old report must not stand
            told_report = report(told)
            if told_report is not None:
                self.files.write(self.report_path, told_report.encode())

    def _publish_metadata(self, told: Sequence[Recorded]) -> None:
        path = self.metadata_path
        data = self.files.read(path)
        found = _metadata_text(data)
        if data is not None and found is None:
            self.files.set_aside(path)
        text = metadata(told, found)
        if text != found:
            self.files.write(path, text.encode())

    def changes(self, told: Sequence[Recorded]) -> Iterator[RecordInputChange]:
        """Find which files of the run are not what the log last knew of them."""
        for path, known in self._known(told).items():
            change = self._change(path, known)
            if change:
                yield change

    def prompts_are_stale(self, told: Sequence[Recorded]) -> bool:
        """Tell whether a file that prompts are made from is not what the run began with."""
        spec = _started(told).spec
        yardsticks = [each for each in spec.inputs() if each.path != spec.metadata.path]
        return any(self._change(each.path, (each.text,)) for each in yardsticks)

    def metadata_change(self, told: Sequence[Recorded]) -> RecordInputChange | None:
        """Find whether somebody else than helm wrote the metadata since helm last did.

        After a crash a verdict, and the halt that came after it, may not have reached the file.
        """
        path = _started(told).spec.metadata.path
        tellings = [at for at, each in enumerate(told) if isinstance(each.event, TELLING)]
        ends = [*tellings[-2:], len(told)]
        acceptable = [text for end in ends for text in self._known(told[:end])[path]]
        return self._change(path, tuple(acceptable))

    def _known(self, told: Sequence[Recorded]) -> dict[str, _Texts]:
        """Give for each file the texts that are no news: the last known one, or helm's own."""
        spec = _started(told).spec
        known: dict[str, _Texts] = {each.path: (each.text,) for each in spec.inputs()}
        for each in told:
            if isinstance(each.event, InputChanged):
                known[each.event.path] = (each.event.text,)
            elif isinstance(each.event, _WRITTEN_AFTER):
                known[spec.metadata.path] = ()
        known[spec.metadata.path] += (metadata(told, None),)
        return known

    def _change(self, name: str, known: _Texts) -> RecordInputChange | None:
        digest, text = self._found(self.workspace.path_named(name))
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
        except RecordFailed:
            return None, None
        return (None, None) if data is None else (sha256(data), data.decode(errors="replace"))


def _started(told: Sequence[Recorded]) -> RunStarted:
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
