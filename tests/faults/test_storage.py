"""Storage that fails under helm: disks that fill, files that vanish, places that refuse."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from helm.adapters.files.tree import DiskFiles
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import RecordFailed
from helm.domain.events import Channel, OutputCaptured, sha256
from tests.e2e.fake_codex import begin, end, flood, message, wait_for
from tests.e2e.soundness import check_log
from tests.e2e.workspace import MISSING, OK, SPEC, Ended, Workspace, write
from tests.examples import NOON
from tests.faults.conftest import Survived
from tests.faults.small_disk import fill, make_room, mount, small_disk

if TYPE_CHECKING:
    from tests.e2e.fake_codex import Action

REPORT = "implementation-report.md"
TORN = ".helm-*.tmp"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, with nothing on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder):
        yield folder


# A full disk under the log

ROOMS = (0, 30_000, 200_000, 900_000, 2_500_000)
"""Bytes that are left: too few for a file, for the schema, for a write-ahead log, for a merge."""

NO_ROOM = "(No space left|disk is full|see that the disk has room)"


class Writer:
    """Appends to one run, and knows what was acknowledged."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.acknowledged: list[bytes] = []

    def append(self, log: SqliteEventLog) -> None:
        data = self._chance.randbytes(20_000)
        event = OutputCaptured(
            launch=1, channel=Channel.STDOUT, offset=0, length=len(data), sha256=sha256(data)
        )
        seq = len(self.acknowledged)
        log.append("run", [event], expected_seq=seq, recorded_at=NOON, output=data)
        self.acknowledged.append(data)

    def fill(self, log: SqliteEventLog) -> NoReturn:
        while True:
            self.append(log)

    def check(self, log: SqliteEventLog) -> None:
        """See that the log holds what was acknowledged, and nothing else."""
        assert log.check("run") == len(self.acknowledged)
        for seq, data in enumerate(self.acknowledged):
            assert log.output("run", seq) == data


@pytest.mark.parametrize("room", ROOMS)
def test_disk_full(disk: Path, survived: Survived, room: int) -> None:
    """What did not fit is said to have failed; all else is kept, and goes on with new room."""
    path, writer = disk / "log" / "runs.db", Writer(random.Random(room))
    fill(disk, leaving=room)
    with SqliteEventLog(path) as log:
        for _ in range(2):
            with pytest.raises(RecordFailed, match=rf"{path} .*{NO_ROOM}"):
                writer.fill(log)
        assert bool(writer.acknowledged) == (room > ROOMS[2])
        make_room(disk)
        writer.check(log)
        writer.append(log)
    with SqliteEventLog(path) as log:
        writer.append(log)
        writer.check(log)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    survived("disk-full", 1)


PIECE = random.Random(5).randbytes(48 * 1024).hex()
"""Text that does not become much shorter by being packed."""


@pytest.mark.parametrize("room", [300_000, 1_000_000, 3_000_000])
def test_disk_full_in_attempt(tmp_path: Path, disk: Path, survived: Survived, room: int) -> None:
    """The run stops, in words; the agent is ended; and with room again the run goes on."""
    workspace, db = Workspace(tmp_path), disk / "log" / "runs.db"
    workspace.agent(worker=[[flood(PIECE, 50_000_000 // len(PIECE))], "It is done."])
    fill(disk, leaving=room)
    ended = workspace.execute("--db", str(db), "--quiet")
    assert ended.code == 6
    [complaint] = ended.complaints
    assert "runs.db could not be written, because the disk is full" in complaint
    assert workspace.survivors() == []
    assert workspace.metadata()["status"] == "todo"
    make_room(disk)
    assert workspace.run("verify-log", "--db", str(db)).code == 0
    kept = workspace.run("show", "latest", "--worker", "--db", str(db)).out
    assert kept
    assert (PIECE * (len(kept) // len(PIECE) + 1)).startswith(kept)
    assert workspace.execute("--db", str(db), "--quiet", "--resume").code == 0
    assert workspace.metadata()["status"] == "done"
    assert workspace.run("verify-log", "--db", str(db)).code == 0
    survived("disk-full-in-attempt", 1)


# Files for people that cannot be written


@contextmanager
def full_disk(workspace: Workspace) -> Iterator[None]:
    with small_disk(workspace.spec):
        yield
        make_room(workspace.spec)


@contextmanager
def read_only_folder(workspace: Workspace) -> Iterator[None]:
    with small_disk(workspace.spec):
        yield
        mount(workspace.spec, "-o", "remount,rw")


@contextmanager
def mounted_file(workspace: Workspace) -> Iterator[None]:
    yield
    subprocess.run(["umount", workspace.spec / "metadata.json"], check=True)


def mount_the_file(workspace: Workspace) -> None:
    copy = shutil.copy(workspace.spec / "metadata.json", workspace.place / "elsewhere.json")
    mount(workspace.spec / "metadata.json", "--bind", Path(copy))


Setting = Callable[[Workspace], AbstractContextManager[None]]
Deed = Callable[[Workspace], None]

REFUSALS: dict[str, tuple[Setting, Deed, str]] = {
    "full disk": (full_disk, lambda workspace: fill(workspace.spec), "make room on the disk"),
    "read-only folder": (
        read_only_folder,
        lambda workspace: mount(workspace.spec, "-o", "remount,ro"),
        "its disk is read-only",
    ),
    "mounted file": (mounted_file, mount_the_file, "it is mounted by itself"),
}
"""Where it happens, what happens, and what helm says of it."""


def disturbed(workspace: Workspace, deed: Deed) -> Ended:
    """Run the spec, and do something while its worker is at work."""
    go = workspace.place / "go"
    workspace.agent(worker=[[*begin(), wait_for(go), message("It is done."), end()]])
    with workspace.working() as helm:
        deed(workspace)
        write(go, "")
        return helm.end()


@pytest.mark.parametrize("refusal", REFUSALS)
def test_projection_faults(tmp_path: Path, survived: Survived, refusal: str) -> None:
    """The run is on record; what stood there stands, and a replay writes what should stand."""
    setting, deed, advice = REFUSALS[refusal]
    workspace = Workspace(tmp_path)
    with setting(workspace):
        before = workspace.text("metadata.json")
        ended = disturbed(workspace, deed)
        assert ended.code == 6
        [complaint] = ended.complaints
        assert complaint.startswith("helm: the run is on record, but cannot write ")
        assert advice in complaint
        assert workspace.text("metadata.json") == before
        assert not list(workspace.spec.glob(TORN))
        assert check_log(workspace)[-1].body == {"outcome": "accepted"}
    # What is under a mount is not what was in it: the replay has the old text before it.
    assert workspace.run("replay", SPEC).code == 0
    assert workspace.metadata()["status"] == "done"
    assert "- Outcome: accepted" in workspace.text(REPORT)
    survived("projection-faults", 1)


def test_projection_faults_of_links(
    tmp_path: Path, disk: Path, survived: Survived, request: pytest.FixtureRequest
) -> None:
    """One leads to another disk, over which nothing can be renamed, the other nowhere yet."""
    workspace = Workspace(tmp_path)
    shared, other = workspace.root / "shared", workspace.root / "other"
    shared.mkdir()
    other.mkdir()
    subprocess.run(["mount", "--bind", disk, other], check=True)
    request.addfinalizer(lambda: subprocess.run(["umount", other], check=True))
    metadata, report = workspace.spec / "metadata.json", workspace.spec / REPORT
    shutil.move(metadata, other / "metadata.json")
    metadata.symlink_to(other / "metadata.json")
    report.symlink_to(shared / REPORT)
    assert workspace.execute().code == 0
    assert metadata.is_symlink()
    assert report.is_symlink()
    assert '"status": "done"' in (disk / "metadata.json").read_text()
    assert "- Outcome: accepted" in (shared / REPORT).read_text()
    for folder in (workspace.spec, disk, shared):
        assert not list(folder.glob(TORN))
    survived("projection-faults", 2)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_projection_faults_of_owners(tmp_path: Path, survived: Survived) -> None:
    """A file of another stays that one's, with its mode."""
    workspace = Workspace(tmp_path)
    path = workspace.spec / "metadata.json"
    os.chown(path, 1234, 4321)
    path.chmod(0o640)
    assert workspace.execute().code == 0
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (1234, 4321, 0o640)
    assert workspace.metadata()["status"] == "done"
    survived("projection-faults", 1)


def test_projection_faults_of_renaming(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survived: Survived
) -> None:
    """Some file systems, made of several, call two places of a folder two disks."""

    def refused(path: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), path, None, target)

    path = tmp_path / REPORT
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(RecordFailed, match=f"cannot write {path}: Invalid cross-device link; "):
        DiskFiles().write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == [REPORT]
    survived("projection-faults", 1)


# A log that vanishes


def replace(log: Path) -> None:
    shutil.copy(log, log.with_name("copy.db"))
    log.with_name("copy.db").replace(log)


LOSSES: dict[str, Callable[[Path], None]] = {
    "database": Path.unlink,
    "database replaced": replace,
    "write-ahead log": lambda log: log.with_name("runs.db-wal").unlink(),
    "folder": lambda log: shutil.rmtree(log.parent),
}
MOMENTS = 5


def two_attempts_with_waits(place: Path) -> tuple[list[list[Action]], list[list[Action]]]:
    """Make agents that wait at each of the moments, until they are let go."""
    go = [wait_for(place / f"go-{moment}") for moment in range(MOMENTS)]
    workers = [
        [*begin(), go[0], message("I begin."), go[1], message("first"), end()],
        [*begin(), go[3], message("second"), end()],
    ]
    verifiers = [
        [*begin(), go[2], message(MISSING), end()],
        [*begin(), go[4], message(OK), end()],
    ]
    return workers, verifiers


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_rm_rf_log(tmp_path: Path, survived: Survived, loss: str, moment: int) -> None:
    """Whatever an agent does to the log, and whenever: no success, and no other log instead."""
    workspace = Workspace(tmp_path)
    workers, verifiers = two_attempts_with_waits(tmp_path)
    workspace.agent(worker=workers, verifier=verifiers)
    for earlier in range(moment):
        write(tmp_path / f"go-{earlier}", "")
    with workspace.start("run", "--exec", SPEC) as helm:
        workspace.wait_for_calls((1, 1, 2, 3, 4)[moment])
        workspace.wait_for_event("ActivityReported", moment and 1)
        LOSSES[loss](workspace.log)
        there = sorted(path.name for path in tmp_path.glob("work/.git/**/*"))
        for later in range(moment, MOMENTS):
            write(tmp_path / f"go-{later}", "")
        ended = helm.end()
        assert workspace.survivors() == []
    assert ended.code == 6
    [complaint] = ended.complaints
    assert "runs.db was deleted or replaced while helm had it open" in complaint
    assert workspace.metadata()["status"] == ("in-progress" if moment > 2 else "todo")
    left = sorted(path.name for path in tmp_path.glob("work/.git/**/*"))
    assert set(left) <= set(there)
    survived("rm-rf-log", 1)
