"""Watching what helm does to its files, from outside: `durable.c`, and reading its record."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.workspace import Workspace

_SOURCE = Path(__file__).with_name("durable.c")

_NOT_DURABLE = ("-shm", ".lock", ".gate")
"""What these hold is for the processes that live now; a new start begins without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something done to a file, or told on standard output.

    `kind` is C(reated), W(ritten), T(runcated to `offset`), S(ynced), R(enamed to `other`),
    L(inked as `other`), U(nlinked), D(irectory made), or A: `data` was written for whoever reads
    the run, so that what it says is acknowledged.
    """

    kind: str
    inode: int
    offset: int
    path: str
    other: str
    data: bytes

    @property
    def durable(self) -> bool:
        """Whether it is one of those that count."""
        return self.kind != "A" and not self.path.endswith(_NOT_DURABLE)


class Watch:
    """A way to start helm in a workspace so that its operations are recorded, or one is its last.

    Skips the test where there is no C compiler, and on a system whose loader preloads nothing.
    """

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None or sys.platform != "linux":
            pytest.skip("needs a C compiler, on Linux")
        self._library = folder / "durable.so"
        words = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
        subprocess.run([*words, "-o", self._library, _SOURCE, "-ldl"], check=True)

    def killed_at(self, workspace: Workspace, number: int) -> dict[str, str]:
        """Give the variables that end helm before its operation of that number (1..)."""
        return {**self._watching(workspace), "FAULT_AT": str(number)}

    def recorded(self, workspace: Workspace, *words: str) -> list[Operation]:
        """Call helm with `words` to a good end; what it did."""
        ended = workspace.run(*words, environment=self._watching(workspace))
        assert ended.code == 0, ended.err
        return operations(workspace)

    def _watching(self, workspace: Workspace) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "FAULT_ROOT": str(workspace.root),
            "FAULT_TRACE": str(_trace_of(workspace)),
        }


def operations(workspace: Workspace) -> list[Operation]:
    """Read the record of what a watched helm did in a workspace."""
    return list(_operations(_trace_of(workspace).read_bytes()))


def _trace_of(workspace: Workspace) -> Path:
    return workspace.root.with_name(f"{workspace.root.name}.trace")


def _operations(record: bytes) -> Iterator[Operation]:
    place = 0
    while place < len(record):
        head, _, _ = record[place:].partition(b"\n")
        kind, inode, offset, length, names = head.decode().split(" ", 4)
        path, other = names.split("\t")
        place += len(head) + 1
        size = int(length) if kind in "AW" else 0
        data = record[place : place + size]
        place += size
        yield Operation(
            kind=kind, inode=int(inode), offset=int(offset), path=path, other=other, data=data
        )
