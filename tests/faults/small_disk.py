"""A disk of a few megabytes, which a test may fill, and free again."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE = 6 * 1024 * 1024
_BLOCK = 4096
_BALLAST = "ballast"


@contextmanager
def small_disk(folder: Path, size: int = SIZE) -> Iterator[None]:
    """Put a disk of `size` bytes in the place of a folder, with all that is in that."""
    content = folder.with_name(f"{folder.name}-before")
    shutil.copytree(folder, content)
    mount(folder, "-t", "tmpfs", "-o", f"size={size}", "none")
    try:
        shutil.copytree(content, folder, dirs_exist_ok=True)
        shutil.rmtree(content)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def mount(place: Path, *words: str | Path) -> None:
    """Mount something, or skip the test where that is not allowed."""
    if not shutil.which("mount") or os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    mounted = subprocess.run(["mount", *words, place], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")


def fill(disk: Path, leaving: int = 0) -> None:
    """Take all room on a disk, but for so many bytes."""
    with (disk / _BALLAST).open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(_BLOCK))
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017  it is what the loop ends with
        file.truncate(max(file.tell() - leaving, 0))


def make_room(disk: Path) -> None:
    """Give back the room that `fill` has taken."""
    (disk / _BALLAST).unlink()
