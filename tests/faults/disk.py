"""A disk that loses power: what may be left of it, by POSIX and by no kinder rules.

What was written to a file since it was last synced may be there, or not, or in part; what was done
to the names in a folder since that was last synced may be there up to any point.
"""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.durable import Operation

_SECTOR = 512


@dataclass
class _File:
    """A file: what is on the disk for certain, and what may be."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)

    def sync(self) -> None:
        for each in self.pending:
            _apply(self.content, each)
        self.pending.clear()

    def left(self, chance: random.Random) -> bytes:
        """Give the content after a loss of power."""
        left = bytearray(self.content)
        for each in self.pending:
            fate = chance.random()
            if fate < 0.4:
                _apply(left, each)
            elif fate < 0.6:
                torn = chance.randrange(0, len(each.data) + 1, _SECTOR)
                _apply(left, each, torn)
        return bytes(left)


def _apply(content: bytearray, operation: Operation, length: int | None = None) -> None:
    """Do to a content what was done to the file, or the first `length` bytes of it."""
    if operation.kind == "T":
        del content[operation.offset :]
        content.extend(bytes(operation.offset - len(content)))
        return
    data = operation.data[:length]
    content.extend(bytes(max(operation.offset - len(content), 0)))
    content[operation.offset : operation.offset + len(data)] = data


class Disk:
    """The disk under a folder whose files are all safe to begin with."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[int, _File] = {}
        self._names: dict[str, int | None] = {str(root): None}
        self._pending: dict[str, list[tuple[Operation, int | None]]] = defaultdict(list)
        self._now: dict[str, int | None] = {}
        for path in root.rglob("*"):
            if path.is_dir():
                self._names[str(path)] = None
            else:
                inode = path.stat().st_ino
                self._names[str(path)] = inode
                self._files[inode] = _File(bytearray(path.read_bytes()))
        self._now.update(self._names)

    def content(self, path: str) -> bytes | None:
        """Give what a file holds for certain; None where there is none."""
        inode = self._names.get(path)
        return None if inode is None else bytes(self._files[inode].content)

    def take(self, operation: Operation) -> None:
        """Let something be done."""
        match operation.kind:
            case "W" | "T":
                self._file(operation.inode).pending.append(operation)
            case "S" if operation.inode in self._files:
                self._file(operation.inode).sync()
            case "S":
                for change, inode in self._pending.pop(operation.path, ()):
                    _rename(self._names, change, inode)
            case "C" | "R" | "L" | "U" | "D":
                inode = operation.inode if operation.kind == "C" else self._now.get(operation.path)
                if operation.kind == "C":
                    self._file(operation.inode)
                folder = operation.path.rpartition("/")[0]
                self._pending[folder].append((operation, inode))
                _rename(self._now, operation, inode)

    def lose_power(self, chance: random.Random, target: Path) -> None:
        """Write into `target` what may be left."""
        names = dict(self._names)
        for changes in self._pending.values():
            for change, inode in changes[: chance.randint(0, len(changes))]:
                _rename(names, change, inode)
        contents = {inode: file.left(chance) for inode, file in self._files.items()}
        shutil.rmtree(target, ignore_errors=True)
        for name, inode in sorted(names.items()):
            path = target / Path(name).relative_to(self._root)
            if not path.parent.is_dir() and path != target:
                continue  # its folder is lost
            if inode is None:
                path.mkdir()
            else:
                path.write_bytes(contents[inode])

    def _file(self, inode: int) -> _File:
        return self._files.setdefault(inode, _File())


def _rename(names: dict[str, int | None], change: Operation, inode: int | None) -> None:
    """Do to a set of names what was done to the folder."""
    match change.kind:
        case "C" | "D":
            names[change.path] = inode
        case "R":
            names.pop(change.path, None)
            names[change.other] = inode
        case "L":
            names[change.other] = inode
        case "U":
            names.pop(change.path, None)


def before(operations: Iterable[Operation], number: int) -> list[Operation]:
    """Give what was done before the durable operation of that number (0..)."""
    found, seen = [], 0
    for each in operations:
        if each.durable:
            if seen == number:
                break
            seen += 1
        found.append(each)
    return found
