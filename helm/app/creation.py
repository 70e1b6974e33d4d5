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
        for path in reversed(self._made) if kind else ():
            with suppress(RecordFailed):  # somebody has put something of theirs there
                self._files.remove(path)

    def file(self, path: Path, data: bytes) -> bool:
        """Make a file and its folder; False, and no file made, where something has its name.

        Raises `Interrupted` once a stop is asked for, and `RecordFailed` where the system refuses.
        """
        if self._stop and self._stop.cause:
            raise Interrupted("interrupted; nothing was made")
        self._folder(path.parent)
        if not self._files.create(path, data):
            return False
        self._made.append(path)
        return True

    def _folder(self, folder: Path) -> None:
        if not self._files.is_folder(folder):
            self._folder(folder.parent)
            self._files.make_folder(folder)
            self._made.append(folder)
