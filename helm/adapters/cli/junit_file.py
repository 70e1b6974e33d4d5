"""A run as a file of JUnit XML."""

from __future__ import annotations

import re
from pathlib import Path

from helm.adapters.cli.summary import Summary, ToldRun
from helm.app.errors import InputInvalid, RecordFailed
from helm.app.ports import Files
from helm.domain.projections.junit import junit

_OURS = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>)?\s*<testsuite")
"""How JUnit XML begins, also that of others."""


class JunitFile:
    """Where a run is to be told to a CI. It is written whole or not at all."""

    def __init__(self, files: Files, path: Path) -> None:
        self._files = files
        self._path = path.absolute()

    def require(self, log: Path) -> None:
        """Find what would fail at the end, before anything is begun.

        Raises `InputInvalid` for a path that cannot be meant, and `RecordFailed` for a file that
        cannot be written.
        """
        folder = self._files.behind_links(self._path).parent
        if not self._files.is_folder(folder):
            raise InputInvalid(f"--junit: there is no folder {folder}; make it first")
        if self._files.is_folder(self._path):
            raise InputInvalid(f"--junit: {self._path} is a folder; name a file in it")
        if self._path.exists() and not self._path.is_file():
            raise InputInvalid(f"--junit: {self._path} is a pipe or a device; name a file")
        if self._files.exists(self._path) and self._path.resolve() == log.resolve():
            raise InputInvalid(f"--junit: {self._path} is the log itself; name another file")
        # `write` compares with what is there, and fails where that cannot be read.
        there = self._files.read(self._path)
        if there and not _OURS.match(there):
            raise InputInvalid(
                f"--junit: {self._path} holds something else than JUnit XML; name another file"
            )
        self._files.require_writable(folder)

    def tell(self, told: ToldRun, summary: Summary) -> None:  # noqa: ARG002  as all who are told
        """Write the file. Raises `RecordFailed` where that fails."""
        text = junit(told.history)
        if text is None:
            return
        try:
            self._files.write(self._path, text.encode())
        except RecordFailed as error:
            again = f"helm show {told.short_id} --junit"
            message = f"the run is on record, but {error}; to have it all the same: {again}"
            raise RecordFailed(message) from error
