"""What only a real disk does: links, modes, pipes, limits, folders that refuse."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helm.adapters.files.tree import DiskFiles
from helm.app.errors import FileTooLarge, RecordFailed

ROOT = Path(__file__).parents[2]

# Writes 64 KiB where a file may have 1 KiB, and tells why that failed.
WRITE_TOO_MUCH = """
import resource, sys
from pathlib import Path
from helm.adapters.files.tree import DiskFiles
from helm.app.errors import FileTooLarge, RecordFailed

resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
try:
    DiskFiles().write(Path(sys.argv[1]), b"new" * 20000)
except RecordFailed as error:
    print(error)
"""


@pytest.fixture
def files() -> DiskFiles:
    return DiskFiles()


@pytest.fixture
def private_umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_come_sorted_by_name(files: DiskFiles, tmp_path: Path) -> None:
    """The order is that of the names, whatever order the disk has."""
    specs = [f"spec-{number:02}" for number in range(1, 40)]
    for name in reversed(specs):
        (tmp_path / name).mkdir()
    assert [path.name for path in files.folders(tmp_path)] == specs


def test_a_link_to_a_folder_is_a_folder(files: DiskFiles, tmp_path: Path) -> None:
    """A spec that is linked in is a spec; links to a file, to nothing or to themselves are not."""
    (tmp_path / "elsewhere" / "spec-01").mkdir(parents=True)
    (tmp_path / "file").touch()
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "spec-01").symlink_to(tmp_path / "elsewhere" / "spec-01")
    (specs / "to-file").symlink_to(tmp_path / "file")
    (specs / "to-nothing").symlink_to(tmp_path / "nothing")
    (specs / "to-itself").symlink_to("to-itself")
    assert files.folders(specs) == [specs / "spec-01"]


def test_writing_leaves_no_other_file(files: DiskFiles, tmp_path: Path) -> None:
    """The temporary file has become the file."""
    files.write(tmp_path / "report.md", b"text")
    assert names(tmp_path) == ["report.md"]


def test_the_same_bytes_are_not_written_again(files: DiskFiles, tmp_path: Path) -> None:
    """A projection that is up to date keeps its inode and its time: no watcher wakes up."""
    path = tmp_path / "report.md"
    files.write(path, b"text")
    before = path.stat()
    files.write(path, b"text")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_reader_never_sees_half_a_file(files: DiskFiles, tmp_path: Path) -> None:
    """Who has the old file open goes on reading the old content: it was replaced, not changed."""
    path = tmp_path / "report.md"
    files.write(path, b"old text")
    with path.open("rb") as reader:
        files.write(path, b"new")
        assert reader.read() == b"old text"


def test_a_symbolic_link_is_followed_and_kept(files: DiskFiles, tmp_path: Path) -> None:
    """The file behind the link gets the content, in its own folder; the link stays a link."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "metadata.json").write_bytes(b"old")
    link = tmp_path / "metadata.json"
    link.symlink_to("shared/metadata.json")
    files.write(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "shared" / "metadata.json").read_bytes() == b"new"
    assert names(tmp_path / "shared") == ["metadata.json"]


def test_the_target_of_a_dangling_link_is_created(files: DiskFiles, tmp_path: Path) -> None:
    """A link that leads nowhere yet leads to the file afterwards."""
    (tmp_path / "shared").mkdir()
    link = tmp_path / "report.md"
    link.symlink_to("shared/report.md")
    assert files.read(link) is None
    files.write(link, b"text")
    assert link.is_symlink()
    assert (tmp_path / "shared" / "report.md").read_bytes() == b"text"


def test_a_file_behind_a_linked_folder_is_replaced_there(files: DiskFiles, tmp_path: Path) -> None:
    """A link higher up in the path stays, too."""
    (tmp_path / "real").mkdir()
    (tmp_path / "spec-01").symlink_to("real")
    files.write(tmp_path / "spec-01" / "report.md", b"text")
    assert (tmp_path / "spec-01").is_symlink()
    assert names(tmp_path / "real") == ["report.md"]


def test_a_link_to_itself_is_refused(files: DiskFiles, tmp_path: Path) -> None:
    """A loop of links is an error, and is not replaced by a file."""
    link = tmp_path / "report.md"
    link.symlink_to("report.md")
    with pytest.raises(RecordFailed, match="symbolic link"):
        files.write(link, b"text")
    assert link.is_symlink()


def test_setting_aside_moves_the_file_behind_a_link(files: DiskFiles, tmp_path: Path) -> None:
    """The link survives, so that the file which is written next is again the one behind it."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "metadata.json").write_bytes(b"{broken")
    link = tmp_path / "metadata.json"
    link.symlink_to("shared/metadata.json")
    files.set_aside(link)
    assert link.is_symlink()
    assert names(tmp_path / "shared") == ["metadata.json.broken"]


@pytest.mark.parametrize("target", [None, "nowhere", "copy"])
def test_setting_aside_takes_the_place_of_nothing(
    files: DiskFiles, tmp_path: Path, target: str | None
) -> None:
    """A folder or a link that has the name already keeps it."""
    path, taken = tmp_path / "metadata.json", tmp_path / "metadata.json.broken"
    for copy in (path, tmp_path / "copy"):
        copy.write_bytes(b"{broken")
    taken.symlink_to(target) if target else taken.mkdir()
    assert files.set_aside(path).name == "metadata.json.broken.2"
    assert taken.is_symlink() == (target is not None)


@pytest.mark.parametrize("kept", [0o600, 0o644, 0o755, 0o440])
@pytest.mark.usefixtures("private_umask")
def test_the_mode_of_a_file_is_kept(files: DiskFiles, tmp_path: Path, kept: int) -> None:
    """A private file stays private and a shared one shared, whatever the umask says."""
    path = tmp_path / "metadata.json"
    path.write_bytes(b"old")
    path.chmod(kept)
    files.write(path, b"new")
    assert mode(path) == kept


@pytest.mark.usefixtures("private_umask")
def test_a_new_file_has_the_mode_that_the_umask_leaves(files: DiskFiles, tmp_path: Path) -> None:
    """A report is as readable as any file that its user makes."""
    files.write(tmp_path / "report.md", b"text")
    assert mode(tmp_path / "report.md") == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_root_does_not_take_a_file_from_its_owner(files: DiskFiles, tmp_path: Path) -> None:
    """A run as root leaves the files of a user to the user."""
    path = tmp_path / "metadata.json"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    files.write(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a_pipe_is_refused_at_once(files: DiskFiles, tmp_path: Path) -> None:
    """A named pipe that nobody writes to would be waited for, without an end."""
    pipe = tmp_path / "SPEC.md"
    os.mkfifo(pipe)
    with pytest.raises(RecordFailed, match="Not a regular file"):
        files.read(pipe)
    with pytest.raises(RecordFailed, match="Not a regular file"):
        files.write(pipe, b"text")


def test_a_link_to_what_is_no_file_does_not_replace_it(files: DiskFiles, tmp_path: Path) -> None:
    """A report that is linked to /dev/null must not make a file of it, where root writes it."""
    os.mkfifo(tmp_path / "device")
    (tmp_path / "report.md").symlink_to("device")
    with pytest.raises(RecordFailed, match="Not a regular file"):
        files.write(tmp_path / "report.md", b"text")
    assert (tmp_path / "device").is_fifo()


def test_a_dangling_link_does_not_exist(files: DiskFiles, tmp_path: Path) -> None:
    """Only what a link leads to counts, be it a file or a folder."""
    (tmp_path / "link").symlink_to("target")
    assert not files.exists(tmp_path / "link")
    (tmp_path / "target").mkdir()
    assert files.is_folder(tmp_path / "link")


def test_looking_for_a_file_opens_nothing(files: DiskFiles, tmp_path: Path) -> None:
    """A pipe exists, too: whoever reads it then is told that it is no file."""
    os.mkfifo(tmp_path / "runs.db")
    assert files.exists(tmp_path / "runs.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in any folder")
def test_a_read_only_folder_leaves_the_old_content(files: DiskFiles, tmp_path: Path) -> None:
    """What cannot be replaced stays, and the error says what to look at."""
    folder = tmp_path / "spec-01"
    folder.mkdir()
    (folder / "report.md").write_bytes(b"old")
    folder.chmod(0o500)
    with pytest.raises(RecordFailed, match="check the permissions"):
        files.write(folder / "report.md", b"new")
    with pytest.raises(RecordFailed, match="check the permissions"):
        files.require_writable(folder)
    folder.chmod(0o700)
    assert names(folder) == ["report.md"]
    assert (folder / "report.md").read_bytes() == b"old"


def test_a_folder_that_is_a_file_refuses_for_root_too(files: DiskFiles, tmp_path: Path) -> None:
    """The error names the path and what stands in its way; that file is left alone."""
    (tmp_path / "specs").write_bytes(b"a file")
    with pytest.raises(RecordFailed, match="move the file away"):
        files.write(tmp_path / "specs" / "report.md", b"text")
    assert (tmp_path / "specs").read_bytes() == b"a file"
    assert names(tmp_path) == ["specs"]


def test_a_size_limit_leaves_the_old_content(tmp_path: Path) -> None:
    """A write that the system cuts short, as on a full disk, leaves the old file, and only it."""
    path = tmp_path / "report.md"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", WRITE_TOO_MUCH, str(path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.startswith(f"cannot write {path}: File too large; raise the limit")
    assert len(told.splitlines()) == 1
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["report.md"]


def test_a_rename_that_fails_leaves_no_temporary_file(
    files: DiskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what fails after the content was written cleans up after itself."""

    def full(path: Path, target: Path) -> None:
        raise InterruptedError

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RecordFailed):
        files.write(tmp_path / "report.md", b"text")
    assert names(tmp_path) == []


def test_a_file_is_durable_before_it_takes_its_name(
    files: DiskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content is synced first, then renamed, then the folder: no cut leaves an empty file."""
    path = tmp_path / "report.md"
    path.write_bytes(b"old")
    synced: list[tuple[str, bytes]] = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: synced.append((kind(descriptor), path.read_bytes()))
    )
    files.write(path, b"new")
    assert synced == [("file", b"old"), ("folder", b"new")]


def kind(descriptor: int) -> str:
    return "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"


@pytest.mark.parametrize("refused", ["file", "folder"])
def test_a_disk_that_cannot_sync_is_an_error(
    files: DiskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """What may not be there after a power loss is not reported as written."""

    def fail(descriptor: int) -> None:
        if kind(descriptor) == refused:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RecordFailed, match=r"Input/output error; check the disk"):
        files.write(tmp_path / "report.md", b"text")
    assert names(tmp_path) == (["report.md"] if refused == "folder" else [])


def test_a_disk_that_knows_no_sync_of_folders_will_do(
    files: DiskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that cannot be asked to sync a folder is written to all the same."""

    def fail(descriptor: int) -> None:
        if kind(descriptor) == "folder":
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fail)
    files.write(tmp_path / "report.md", b"text")
    assert (tmp_path / "report.md").read_bytes() == b"text"


def test_a_private_folder_is_its_owners_alone(files: DiskFiles, tmp_path: Path) -> None:
    """All that is made is 0700, whatever the umask leaves; what was there keeps its mode."""
    tmp_path.chmod(0o755)
    before = os.umask(0)
    try:
        files.make_private(tmp_path / ".helm" / "locks")
    finally:
        os.umask(before)
    made = [tmp_path, tmp_path / ".helm", tmp_path / ".helm" / "locks"]
    assert [mode(path) for path in made] == [0o755, 0o700, 0o700]


def test_a_folder_is_made_as_the_user_makes_folders(files: DiskFiles, tmp_path: Path) -> None:
    """With the rights that the umask leaves."""
    before = os.umask(0o027)
    try:
        files.make_folder(tmp_path / "below" / "it")
    finally:
        os.umask(before)
    assert [mode(tmp_path / "below"), mode(tmp_path / "below" / "it")] == [0o750, 0o750]


def test_the_check_of_a_folder_really_makes_a_file(files: DiskFiles, tmp_path: Path) -> None:
    """The time of the folder tells: something was made in it, and is gone again."""
    os.utime(tmp_path, (1, 1))
    files.require_writable(tmp_path)
    assert tmp_path.stat().st_mtime > 1
    assert names(tmp_path) == []


def test_an_error_stays_on_one_line_whatever_the_name(files: DiskFiles, tmp_path: Path) -> None:
    """A line break or an escape sequence in a name does not reach the terminal."""
    with pytest.raises(RecordFailed) as error:
        files.write(tmp_path / "no\nsuch\x1b[2J" / "report.md", b"text")
    assert str(error.value).isprintable()


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Its size is told, and none of it is held in memory."""
    path = tmp_path / "SPEC.md"
    path.touch()
    os.truncate(path, 10**10)
    with pytest.raises(FileTooLarge, match="10000000000 bytes") as error:
        DiskFiles().read(path)
    assert error.value.size == 10**10


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    """A temporary file of the dead goes at the next write, one of the living stays."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    dead = tmp_path / f".helm-{ended.pid}-00.tmp"
    alive = tmp_path / f".helm-{os.getppid()}-00.tmp"
    for path in (dead, alive):
        path.touch()
    DiskFiles().write(tmp_path / "report.md", b"done")
    assert not dead.exists()
    assert alive.exists()


def test_a_name_too_long_to_be_there_is_not_there(tmp_path: Path) -> None:
    """To look for it is no failure."""
    assert not DiskFiles().exists(tmp_path / ("x" * 300))
    assert not DiskFiles().is_folder(tmp_path / ("x" * 300))
