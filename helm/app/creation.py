"""Making several files, of which either all are there in the end, or none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from helm.app.errors import Interrupted, RecordFailed
from helm.app.ports import Files, Stop


class Creation:
    """New files and folders; where its block fails, or `stop` is asked for, they go again.

    Only what was made here goes: what was there stays, and so does what others put into a folder
    meanwhile.
    """

    def __init__(self, files: Files, stop: Stop | None = None) -> None:
        self._files = files
        self._stop = stop
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if kind:
            self.take_back()

    def file(self, path: Path, data: bytes) -> bool:
        """Make a file and its folder; False, and no file made, where something has its name.

        Raises `Interrupted` once a stop is asked for, and `RecordFailed` where the system refuses.
        """
        if self._stop and self._stop.cause:
            raise Interrupted("interrupted; nothing was made")
        self.folder(path.parent)
        if not self._files.create(path, data):
            return False
        self._made.append(path)
        return True

    def folder(self, folder: Path) -> bool:
        """Make a folder, and those above it; False, and no folder made, where it is there.

        Raises `RecordFailed` where the system refuses.
        """
        if self._files.is_folder(folder):
            return False
        self.folder(folder.parent)
        if not self._files.make_folder(folder):
            return False
        self._made.append(folder)
        return True

    def take_back(self) -> None:
        """Remove all that was made, as if the block had just begun."""
        while self._made:
            with suppress(RecordFailed):  # somebody has put something of theirs there
                self._files.remove(self._made.pop())
