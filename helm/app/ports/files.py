"""The files of people, and the locks on the folders of specs."""

from __future__ import annotations

from collections.abc import (
    Hashable,
)
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """The files of people: specs, templates, configuration, and the projections among them.

    Every method raises `RecordFailed` where the system refuses what it asks.
    """

    def read(self, path: Path) -> bytes | None:
        """Read a whole file; None where there is none. Raises `FileTooLarge` beyond 16 MiB."""
        ...

    def exists(self, path: Path) -> bool:
        """Tell whether a file is there, without opening it: SQLite would lose its locks."""
        ...

    def stamp(self, path: Path) -> Hashable:
        """Give a value that is another one once somebody has written the file; None without one.

        It costs little: the file is not opened.
        """
        ...

    def behind_links(self, path: Path) -> Path:
        """Say where a path leads, whether anything is there or not: no part of it is a link."""
        ...

    def is_folder(self, path: Path) -> bool:
        """Tell whether a folder is there."""
        ...

    def folders(self, path: Path) -> list[Path]:
        """List the folders in `path`; none where it does not exist."""
        ...

    def files(self, path: Path) -> list[Path]:
        """List the files in `path`; none where it does not exist."""
        ...

    def make_folder(self, folder: Path) -> bool:
        """Make a folder, and those above it, as anybody may whom the user lets.

        False, and nothing done, where it is there: of several who make it, one is told True.
        """
        ...

    def make_private(self, folder: Path) -> None:
        """Make a folder, and those above it, that only its owner can enter."""
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Write a file whole or not at all, durably; mode and symbolic link are kept."""
        ...

    def create(self, path: Path, data: bytes) -> bool:
        """Write a new file durably; False, and nothing done, where something has its name."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file, or an empty folder; what is not there is gone already."""
        ...

    def set_aside(self, path: Path) -> Path:
        """Keep a broken file under another name beside it, and say which."""
        ...

    def require_writable(self, folder: Path) -> None:
        """Do nothing where a file can be made in `folder`, and raise where none can."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The living run that holds a spec's lock; unknown parts are None (it has only just begun)."""

    run_id: str | None
    pid: int | None
    spec_path: str | None
    workspace: str | None


class SpecLock(Protocol):
    """A spec that we hold."""

    def name(self, holder: Holder) -> None:
        """Tell others who holds it."""
        ...


class SpecLocks(Protocol):
    """At most one living run for each spec folder. A lock dies with its process.

    Every method raises `RecordFailed` where the system refuses what it asks.
    """

    def hold(self, spec_folder: Path) -> AbstractContextManager[SpecLock]:
        """Take the lock of a spec, trying for a second. Raises `SpecBusy` with its holder."""
        ...

    def holder(self, spec_folder: Path) -> Holder | None:
        """Say who runs a spec; None where nobody does."""
        ...

    def living(self) -> list[Holder]:
        """List every living run that shares this log."""
        ...
