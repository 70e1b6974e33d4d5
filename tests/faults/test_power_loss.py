"""The power fails: of all that was not synced, anything may be missing."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from dataclasses import dataclass

import pytest

from tests.e2e.soundness import check_log, check_the_end, recover, two_attempts
from tests.e2e.workspace import SPEC, Workspace
from tests.faults.conftest import Survived
from tests.faults.disk import Disk, before
from tests.faults.durable import Operation, Watch

REPORT = "implementation-report.md"
RUN = ("run", "--exec", SPEC, "--json")
CUTS = 300
RESUMED = 12
"""Of so many disks the run is gone on with; the others are only looked at."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A run that has come to its end: where, the disk before it, and all that was done to that."""

    workspace: Workspace
    disk: Disk
    operations: list[Operation]

    def versions(self, name: str) -> set[bytes | None]:
        """Give all that a file of the spec has held, one after the other."""
        path = str(self.workspace.spec / name)
        temporary = {each.path for each in self.operations if each.other == path}
        written = {each.data for each in self.operations if each.path in temporary and each.data}
        return {self.disk.content(path), *written}


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    place = tmp_path_factory.mktemp("power")
    workspace = Workspace(place)
    two_attempts(workspace)
    disk = Disk(workspace.root)
    operations = Watch(place).recorded(workspace, *RUN)
    return Past(workspace=workspace, disk=disk, operations=operations)


def acknowledged(operations: list[Operation]) -> set[tuple[str, int, str]]:
    """List the events that whoever read the run had been told of."""
    told = b"".join(each.data for each in operations if each.kind == "A")
    whole, _, _ = told.rpartition(b"\n")
    events = map(json.loads, whole.splitlines())
    return {(each["run_id"], each["seq"], each["kind"]) for each in events if "kind" in each}


def test_power_loss(past: Past, soak: int, survived: Survived) -> None:
    """The log is whole and has all that was told; files that people read are old or new."""
    chance = random.Random(11)
    versions = {name: past.versions(name) for name in ("metadata.json", REPORT)}
    assert [len(found) for found in versions.values()] == [3, 3]
    count = sum(each.durable for each in past.operations)
    cuts = CUTS * soak
    for cut in range(cuts):
        done = before(past.operations, chance.randrange(count + 1))
        disk = deepcopy(past.disk)
        for each in done:
            disk.take(each)
        disk.lose_power(chance, past.workspace.root)
        recover(past.workspace)
        events = check_log(past.workspace)
        there = {(each.run_id, each.seq, each.kind) for each in events}
        assert acknowledged(done) <= there
        for name, known in versions.items():
            path = past.workspace.spec / name
            assert (path.read_bytes() if path.exists() else None) in known
        if cut % (cuts // RESUMED) == 0:
            resumed = past.workspace.run(*RUN, "--resume")
            assert resumed.code == 0, resumed.err
            (past.workspace.root / "greet").write_text("second work\n")  # not helm's to sync
            check_the_end(past.workspace)
        survived("power-loss", 1)


def test_sync_order(past: Past, survived: Survived) -> None:
    """What is told was synced before, and so was a file before it took the place of another."""
    unsynced: set[int] = set()
    names: set[str] = set()
    told = renamed = 0
    for each in past.operations:
        match each.kind:
            case "A":
                assert not unsynced, "told before the log was synced"
                told += 1
            case "W" if each.path.endswith("runs.db-wal"):
                unsynced.add(each.inode)
            case "W":
                names.add(each.path)
            case "S":
                unsynced.discard(each.inode)
                names.discard(each.path)
            case "R":
                assert each.path not in names, "renamed before it was synced"
                renamed += 1
    assert told > 10
    assert renamed == 4
    folder = str(past.workspace.spec)
    kinds = [(each.kind, each.path) for each in past.operations]
    after = [kinds[place + 1] for place, (kind, _) in enumerate(kinds) if kind == "R"]
    assert after == [("S", folder)] * renamed
    survived("sync-order", 1)
