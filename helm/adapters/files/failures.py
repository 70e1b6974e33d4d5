"""What the system's refusals mean to the person who has to act."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helm.app.errors import OutOfFiles, RecordFailed

_ADVICE = {
    errno.EACCES: "check the permissions of it and of its folder",
    errno.EBUSY: "it is mounted by itself: mount its folder instead",
    errno.EDQUOT: "make room in your disk quota",
    errno.EEXIST: "move the file away that stands where a folder is needed",
    errno.EFBIG: "raise the limit of file sizes (ulimit -f)",
    errno.EINVAL: "put a regular file in its place",
    errno.EISDIR: "move that folder away",
    errno.ELOOP: "mend its symbolic links",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.ENFILE: "end a program that holds many files open",
    errno.ENOENT: "see whether it, or its folder, was removed",
    errno.ENOLCK: "move it to a local disk, where files can be locked",
    errno.ENOSPC: "make room on the disk",
    errno.ENOTDIR: "move the file away that stands where a folder is needed",
    errno.ENOTEMPTY: "see what is in it",
    errno.EOPNOTSUPP: "move it to a local disk, where files can be locked",
    errno.EPERM: "check who owns it and its folder",
    errno.EROFS: "its disk is read-only: make it writable, or move it to another",
}
_OUT_OF_FILES = {errno.EMFILE, errno.ENFILE}


@contextmanager
def reported(deed: str, path: Path) -> Iterator[None]:
    """Raise `RecordFailed` in one line where the system refuses the deed."""
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "check the disk, then try again")
        reason = error.strerror or type(error).__name__
        failure = OutOfFiles if error.errno in _OUT_OF_FILES else RecordFailed
        raise failure(f"cannot {deed} {shown(path)}: {reason}", advice) from error


def shown(path: Path) -> str:
    """Write a path so that it stays on one line, whatever its name is."""
    text = str(path)
    return text if text.isprintable() else repr(text)
