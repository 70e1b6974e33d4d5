"""Projections onto the disk: writing what people read, and noticing what people changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helm.app.ports import Files
from helm.app.specs import METADATA_NAME, REPORT_NAME
from helm.app.workspace import Workspace
from helm.domain.commands import RecordInputChange
from helm.domain.events import InputChanged, Recorded, RunStarted, VerdictGiven, sha256
from helm.domain.projections.metadata import is_metadata, metadata
from helm.domain.projections.report import report


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
        path = self.metadata_path
        data = self.files.read(path)
        found = _metadata_text(data)
        if data is not None and found is None:
            self.files.set_aside(path)
        text = metadata(told, found)
        if text != found:
            self.files.write(path, text.encode())
        told_report = report(told)
        if told_report is not None:
            self.files.write(self.report_path, told_report.encode())

    def changes(self, told: Sequence[Recorded]) -> Iterator[RecordInputChange]:
        """Find which files of the run are not what the log last knew of them."""
        for path, known in self._known(told).items():
            change = self._change(path, known)
            if change:
                yield change

    def metadata_change(self, told: Sequence[Recorded]) -> RecordInputChange | None:
        """Find whether the metadata is neither what helm wrote last nor what it wrote before that.

        After a crash the newest verdict may not have reached the file yet.
        """
        started = _started(told)
        verdicts = [each for each in told if isinstance(each.event, VerdictGiven)]
        earlier = [each for each in told if each not in verdicts[-1:]]
        acceptable = (metadata(told, None), metadata(earlier, None))
        return self._change(started.spec.metadata.path, acceptable)

    def _known(self, told: Sequence[Recorded]) -> dict[str, tuple[str | None, ...]]:
        """Give for each file the texts that are no news: the last known one, or helm's own."""
        spec = _started(told).spec
        known: dict[str, str | None] = {each.path: each.text for each in spec.inputs()}
        for each in told:
            if isinstance(each.event, InputChanged):
                known[each.event.path] = each.event.text
        last, written = known[spec.metadata.path], metadata(told, None)
        readable = last is not None and is_metadata(last)
        texts: dict[str, tuple[str | None, ...]] = {path: (text,) for path, text in known.items()}
        return texts | {spec.metadata.path: (written,) if readable else (last, written)}

    def _change(self, name: str, known: tuple[str | None, ...]) -> RecordInputChange | None:
        data = self.files.read(self.workspace.path_named(name))
        text = _text(data)
        if text in known or (data is None and "" in known):  # no checklist is an empty one
            return None
        return RecordInputChange(
            path=name, sha256=None if data is None else sha256(data), text=text
        )


def _started(told: Sequence[Recorded]) -> RunStarted:
    return next(each.event for each in told if isinstance(each.event, RunStarted))


def _metadata_text(data: bytes | None) -> str | None:
    """Read metadata that helm can write into; None where there is none, or it is broken."""
    try:
        text = (data or b"").decode()
    except UnicodeDecodeError:
        return None
    return text if is_metadata(text) else None


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="replace")
