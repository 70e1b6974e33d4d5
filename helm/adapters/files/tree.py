"""Files on a disk, written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BufferedWriter
from pathlib import Path

from helm.adapters.files.failures import reported
from helm.app.errors import FileTooLarge

_NO_SYNC_OF_FOLDERS = {errno.EBADF, errno.EINVAL}
"""How a file system answers that does not know what syncing a folder is (9p, some FUSE)."""


_LARGEST = 16 * 1024 * 1024
"""Bytes. A worker can let any file grow, and the log would have to take it in."""


class DiskFiles:
    """The `Files` port, on the file system of this machine."""

    def read(self, path: Path) -> bytes | None:
        with reported("read", path):
            return _content(path)

    def exists(self, path: Path) -> bool:
        with reported("look for", path):
            status = _status(path)
            return status is not None and not stat.S_ISDIR(status.st_mode)

    def stamp(self, path: Path) -> tuple[int, ...] | None:
        """Whoever replaces a file gives it another number, and whoever writes it another time."""
        with reported("look for", path):
            status = _status(path)
            if status is None:
                return None
            return status.st_ino, status.st_size, status.st_mtime_ns

    def behind_links(self, path: Path) -> Path:
        with reported("follow", path):
            return _behind_links(path)

    def is_folder(self, path: Path) -> bool:
        with reported("look for", path):
            status = _status(path)
            return status is not None and stat.S_ISDIR(status.st_mode)

    def folders(self, path: Path) -> list[Path]:
        with reported("list", path):
            try:
                found = sorted(path.iterdir())
            except (FileNotFoundError, NotADirectoryError):
                return []
            # Path.is_dir raises for a link to where we may not look, and hides the other folders.
            return [entry for entry in found if os.path.isdir(entry)]  # noqa: PTH112

    def files(self, path: Path) -> list[Path]:
        with reported("list", path):
            try:
                return sorted(entry for entry in path.iterdir() if os.path.isfile(entry))  # noqa: PTH113  as above
            except (FileNotFoundError, NotADirectoryError):
                return []

    def make_folder(self, folder: Path) -> bool:
        with reported("make", folder):
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                if not folder.is_dir():
                    raise
                return False
            return True

    def make_private(self, folder: Path) -> None:
        with reported("make", folder):
            make_private(folder)

    def write(self, path: Path, data: bytes) -> None:
        with reported("write", path):
            target = _behind_links(path)
            if _content(target) != data:
                with _temporary(target.parent, data, like=target) as temporary:
                    temporary.replace(target)
                    _sync(target.parent)

    def create(self, path: Path, data: bytes) -> bool:
        with reported("write", path):
            try:
                file = path.open("xb")
            except FileExistsError:
                return False
            with file:
                _fill(file, data, path)
            _sync(path.parent)
            return True

    def remove(self, path: Path) -> None:
        with reported("remove", path), suppress(FileNotFoundError):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()

    def set_aside(self, path: Path) -> Path:
        """Where `path` is a symbolic link, the file behind it moves, and the link stays."""
        with reported("set aside", path):
            target = _behind_links(path)
            aside = _free_name(target)
            target.rename(aside)
            _sync(target.parent)
            return aside

    def require_writable(self, folder: Path) -> None:
        with reported("write in", folder), _temporary(_behind_links(folder), b"helm\n"):
            pass


def make_private(folder: Path) -> None:
    """Make `folder` and what is missing above it, durably, for its owner alone."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def _behind_links(path: Path) -> Path:
    # Path.resolve raises RuntimeError for a loop of links, before Python 3.13.
    return Path(os.path.realpath(path))


def _content(path: Path) -> bytes | None:
    """Read a regular file. Others are refused: a pipe or a device may never end."""
    try:
        file = open(path, "rb", opener=_at_once)  # noqa: SIM115  closed below
    except (FileNotFoundError, NotADirectoryError):
        return None
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "Not a regular file")
        if status.st_size > _LARGEST:
            raise FileTooLarge(path, status.st_size)
        return file.read()


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for somebody at the other end of a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


@contextmanager
def _temporary(folder: Path, data: bytes, *, like: Path | None = None) -> Iterator[Path]:
    """Keep `data` durably in a new file for as long as the context, or until it is renamed."""
    _remove_orphans(folder)
    path = folder / f".helm-{os.getpid()}-{os.urandom(8).hex()}.tmp"
    try:
        _create(path, data, _status(like) if like else None)
        yield path
    finally:
        # What cannot be removed must not hide why the file could not be written.
        with suppress(OSError):
            path.unlink()


def _remove_orphans(folder: Path) -> None:
    """Clear away what a process left that was killed before it could rename its file."""
    for path in folder.glob(".helm-*-*.tmp"):
        with suppress(OSError, ValueError):
            if not _lives(int(path.name.split("-")[1])):
                path.unlink()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # then nothing can be there
            return None
        raise


def _create(path: Path, data: bytes, old: os.stat_result | None) -> None:
    opener = partial(os.open, mode=0o600 if old else 0o666)
    with open(path, "xb", opener=opener) as file:
        if old:
            _make_like(file.fileno(), old)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _fill(file: BufferedWriter, data: bytes, path: Path) -> None:
    """Write a file that is ours alone, or take it away again."""
    try:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _make_like(descriptor: int, old: os.stat_result) -> None:
    # Only root may give a file away; and the mode comes last, for a change of owner clears bits.
    with suppress(PermissionError):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC_OF_FOLDERS:
            raise
    finally:
        os.close(descriptor)


def _free_name(path: Path) -> Path:
    """Choose `NAME.broken`, `NAME.broken.2`, ...: the first that holds nothing else."""
    content, number = _content(path), 1
    aside = path.with_name(f"{path.name}.broken")
    while os.path.lexists(aside) and not _is_copy(aside, content):
        number += 1
        aside = path.with_name(f"{path.name}.broken.{number}")
    return aside


def _is_copy(path: Path, content: bytes | None) -> bool:
    try:
        return not path.is_symlink() and _content(path) == content
    except OSError:
        return False
