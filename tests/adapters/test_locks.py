"""At most one living run for each spec folder, told by the kernel and not by what files say."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn

import pytest

from helm.adapters.files.locks import FlockSpecLocks
from helm.app.errors import RecordFailed, SpecBusy
from helm.app.ports import Holder, SpecLocks
from tests.fakes import MemorySpecLocks

ROOT = Path(__file__).parents[2]
SOMEBODY = Holder(run_id="01RUN", pid=4711, spec_path="specs/spec-01", workspace=".")
NOBODY_KNOWN = Holder(run_id=None, pid=None, spec_path=None, workspace=None)

# A helm that holds a spec, with a child that outlives it, until its stdin is closed.
HOLD = """
import os, subprocess, sys
from pathlib import Path
from helm.adapters.files.locks import FlockSpecLocks
from helm.app.ports import Holder

with FlockSpecLocks(Path(sys.argv[1])).hold(Path(sys.argv[2])) as lock:
    lock.name(Holder(run_id="01OTHER", pid=os.getpid(), spec_path="spec-01", workspace="."))
    child = "import sys; print('held', flush=True); sys.stdin.read()"
    subprocess.run([sys.executable, "-c", child], close_fds=False)
"""


@contextmanager
def another_process(folder: Path, spec: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of `spec` while the context lasts."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, folder, spec],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the lock files will be; not there yet."""
    return tmp_path / "helm" / "locks"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec-01"
    path.mkdir()
    return path


@pytest.fixture(params=["flock", "memory"])
def locks(request: pytest.FixtureRequest, folder: Path) -> SpecLocks:
    return FlockSpecLocks(folder, patience=0) if request.param == "flock" else MemorySpecLocks()


def only_lock_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


@contextmanager
def held_with(folder: Path, spec: Path, content: bytes) -> Iterator[None]:
    """The lock of `spec`, held by somebody who wrote `content` into it."""
    with FlockSpecLocks(folder).hold(spec):
        only_lock_file(folder).write_bytes(content)
        yield


def test_a_spec_that_is_held_cannot_be_held_again(locks: SpecLocks, spec: Path) -> None:
    """The second one is refused with the first one's run and process, in one line."""
    with locks.hold(spec) as lock:
        lock.name(SOMEBODY)
        with pytest.raises(SpecBusy) as error, locks.hold(spec):
            pass
    assert error.value.holder == SOMEBODY
    message = str(error.value)
    assert "run 01RUN, process 4711" in message
    assert str(spec) in message
    assert "\n" not in message


def test_a_spec_that_was_let_go_can_be_held_again(locks: SpecLocks, spec: Path) -> None:
    """Nothing of the first run is left, neither its lock nor its name."""
    with locks.hold(spec) as lock:
        lock.name(SOMEBODY)
    assert locks.holder(spec) is None
    with locks.hold(spec):
        assert locks.holder(spec) == NOBODY_KNOWN


def test_a_spec_is_let_go_when_its_run_fails(locks: SpecLocks, spec: Path) -> None:
    """An error inside goes through as it is, and the lock is free."""
    with pytest.raises(OSError, match="of the run"), locks.hold(spec):
        raise OSError("of the run")
    assert locks.holder(spec) is None


def test_two_specs_can_be_held_at_once(locks: SpecLocks, spec: Path, tmp_path: Path) -> None:
    """One run does not stop those of other specs, and all are listed."""
    other = Holder(run_id="02RUN", pid=4712, spec_path="specs/spec-02", workspace=".")
    with locks.hold(spec) as first, locks.hold(tmp_path / "spec-02") as second:
        first.name(SOMEBODY)
        second.name(other)
        assert sorted(str(each.run_id) for each in locks.living()) == ["01RUN", "02RUN"]
    assert locks.living() == []


def test_a_refused_start_changes_nothing(locks: SpecLocks, spec: Path) -> None:
    """The holder stays who it is, and the end of the refused one does not let go of its lock."""
    with locks.hold(spec) as lock:
        lock.name(SOMEBODY)
        with pytest.raises(SpecBusy), locks.hold(spec):
            pass
        assert locks.holder(spec) == SOMEBODY


def test_a_holder_can_change_its_name(locks: SpecLocks, spec: Path) -> None:
    """What is told last counts, also where it is shorter."""
    with locks.hold(spec) as lock:
        lock.name(SOMEBODY)
        lock.name(Holder(run_id="1", pid=1, spec_path=None, workspace=None))
        assert locks.holder(spec) == Holder(run_id="1", pid=1, spec_path=None, workspace=None)


def test_nobody_runs_anything_where_no_lock_was_ever_held(locks: SpecLocks, spec: Path) -> None:
    """Asking is no error before the first run."""
    assert locks.holder(spec) is None
    assert locks.living() == []


def test_asking_makes_no_folder(folder: Path, spec: Path) -> None:
    """A reader leaves no trace: `helm status` writes nothing."""
    FlockSpecLocks(folder).holder(spec)
    FlockSpecLocks(folder).living()
    assert not folder.parent.exists()


def test_the_locks_are_for_their_user_alone(folder: Path, spec: Path) -> None:
    """Whoever may write there could claim any spec: the folders are 0700 and the files 0600."""
    before = os.umask(0)
    try:
        with FlockSpecLocks(folder).hold(spec):
            found = [folder.parent, folder, only_lock_file(folder)]
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in found] == [0o700, 0o700, 0o600]


def test_a_lock_file_stays_and_is_empty(folder: Path, spec: Path) -> None:
    """The file is the same for every run, and says nothing between two of them."""
    locks = FlockSpecLocks(folder)
    with locks.hold(spec) as lock:
        lock.name(SOMEBODY)
        inode = only_lock_file(folder).stat().st_ino
    assert only_lock_file(folder).read_bytes() == b""
    with locks.hold(spec):
        assert only_lock_file(folder).stat().st_ino == inode


def test_a_spec_is_the_same_by_every_path(folder: Path, spec: Path, tmp_path: Path) -> None:
    """A link or a detour to a spec folder leads to the same lock."""
    (tmp_path / "link").symlink_to(spec)
    locks = FlockSpecLocks(folder, patience=0)
    with locks.hold(spec):
        for path in (tmp_path / "link", spec / ".." / "spec-01"):
            assert locks.holder(path) is not None
            with pytest.raises(SpecBusy), locks.hold(path):
                pass


def test_other_files_beside_the_locks_are_no_runs(folder: Path, spec: Path) -> None:
    """Only a file that is named as a lock is probed."""
    with FlockSpecLocks(folder).hold(spec):
        for name in ("runs.db", "runs.db.lock", "notes.lock"):
            (folder / name).touch()
        with (folder / "runs.db.lock").open() as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            assert FlockSpecLocks(folder).living() == [NOBODY_KNOWN]


def test_another_process_is_refused_with_the_name_of_the_first(folder: Path, spec: Path) -> None:
    """The lock reaches across processes, and so does the name of its holder."""
    locks = FlockSpecLocks(folder, patience=0)
    with another_process(folder, spec) as process:
        with pytest.raises(SpecBusy) as error, locks.hold(spec):
            pass
        assert error.value.holder.pid == process.pid
        assert f"run 01OTHER, process {process.pid}" in str(error.value)
        assert [each.pid for each in locks.living()] == [process.pid]
    assert locks.holder(spec) is None


def test_a_killed_holder_holds_nothing_though_its_child_lives(folder: Path, spec: Path) -> None:
    """The kernel lets go of a lock at once, for a child that lives on has not inherited it."""
    locks = FlockSpecLocks(folder, patience=0)
    with another_process(folder, spec) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert "01OTHER" in only_lock_file(folder).read_text()
        assert locks.holder(spec) is None
        with locks.hold(spec):
            assert locks.holder(spec) == NOBODY_KNOWN
        assert still_open(process.stdout)


def still_open(pipe: IO[str] | None) -> bool:
    """Tell whether a process at the other end, the child, has not ended yet."""
    assert pipe is not None
    os.set_blocking(pipe.fileno(), False)
    try:
        return os.read(pipe.fileno(), 1) != b""
    except BlockingIOError:
        return True


def test_a_start_tries_for_as_long_as_its_patience(
    folder: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second is over after about thirty pauses on a clock that only they move."""
    clock = pauses_with(monkeypatch, lambda: None)
    locks = FlockSpecLocks(folder)
    with locks.hold(spec), pytest.raises(SpecBusy), locks.hold(spec):
        pass
    assert 1.0 <= sum(clock) <= 1.05
    assert {0.02 <= pause <= 0.05 for pause in clock} == {True}


def test_a_start_outwaits_a_probe(
    folder: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that probes just then costs the starter one pause, not its run."""
    locks = FlockSpecLocks(folder)
    with locks.hold(spec):
        path = only_lock_file(folder)
    probe = path.open()
    fcntl.flock(probe, fcntl.LOCK_SH)
    clock = pauses_with(monkeypatch, probe.close)
    with locks.hold(spec):
        assert len(clock) == 1


def pauses_with(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], None]) -> list[float]:
    """A clock that stands still but for pauses, in which `deed` happens; gives their lengths."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        deed()

    monkeypatch.setattr("helm.adapters.files.locks.time.sleep", sleep)
    monkeypatch.setattr("helm.adapters.files.locks.time.monotonic", lambda: sum(pauses))
    return pauses


def test_probes_do_not_see_each_other(folder: Path, spec: Path) -> None:
    """Two readers at once take nobody for running."""
    locks = FlockSpecLocks(folder)
    with locks.hold(spec):
        path = only_lock_file(folder)
    with path.open() as probe:
        fcntl.flock(probe, fcntl.LOCK_SH)
        assert locks.holder(spec) is None
        assert locks.living() == []


def test_a_probe_lets_go_at_once(folder: Path, spec: Path) -> None:
    """After a probe the very first try of a start succeeds."""
    locks = FlockSpecLocks(folder, patience=0)
    for _ in range(3):
        with locks.hold(spec):
            pass
        assert locks.holder(spec) is None
        assert locks.living() == []


def test_starts_come_through_a_storm_of_probes(folder: Path, spec: Path) -> None:
    """However many readers look all the time, a start finds its gap."""
    locks = FlockSpecLocks(folder, patience=60)
    over = threading.Event()

    def probe() -> None:
        while not over.is_set():
            locks.living()

    readers = [threading.Thread(target=probe) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(20):
            with locks.hold(spec) as lock:
                lock.name(SOMEBODY)
    finally:
        over.set()
        for reader in readers:
            reader.join()


def test_only_one_of_many_processes_holds_a_spec(folder: Path, spec: Path) -> None:
    """Those that start at the same moment, before there is a folder, agree on one."""
    command = [sys.executable, "-c", HOLD, str(folder), str(spec)]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for _ in range(6)
    ]
    held = [process.stdout.readline() for process in started if process.stdout]
    ended = [process.communicate() for process in started]
    assert sorted(held) == ["", "", "", "", "", "held\n"]
    assert sum("SpecBusy" in errors for _, errors in ended) == 5


def test_a_removed_lock_file_does_not_divide_the_lock(
    folder: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who locks a file that was removed meanwhile tries again on the one that others will meet."""
    folder.mkdir(parents=True)
    really_lock = fcntl.flock
    removed: list[Path] = []

    def flock(file: IO[bytes], operation: int) -> None:
        if not removed:
            removed.append(only_lock_file(folder))
            removed[0].unlink()
        really_lock(file, operation)

    monkeypatch.setattr("helm.adapters.files.locks.fcntl.flock", flock)
    locks = FlockSpecLocks(folder)
    with locks.hold(spec) as lock:
        lock.name(SOMEBODY)
        assert locks.holder(spec) == SOMEBODY
    assert len(removed) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[1, 2]",
        b"null",
        b"[" * 60000,
        b'{"pid": ' + b"9" * 5000 + b"}",
        b'{"run_id": 7, "pid": "8", "spec_path": [], "workspace": {}}',
        b'{"run_id": "a\\nb", "pid": true, "spec_path": "\\u001b[2J", "workspace": "\\ud800"}',
        b'{"pid": -1}',
        b'{"pid": 1e3}',
        b'{"pid": 99999999999}',
        b" " * 100_000 + b'{"pid": 4711}',
    ],
    ids=lambda content: repr(content[:24]),
)
def test_whatever_a_lock_file_says_its_holder_is_told(
    folder: Path, spec: Path, content: bytes
) -> None:
    """Content that is not what helm writes makes the holder unknown, never an error."""
    with held_with(folder, spec, content):
        assert FlockSpecLocks(folder).holder(spec) == NOBODY_KNOWN
        with (
            pytest.raises(SpecBusy, match="in use by another helm"),
            FlockSpecLocks(folder, patience=0).hold(spec),
        ):
            pass


def test_the_readable_parts_of_a_holder_are_told(folder: Path, spec: Path) -> None:
    """One part that is wrong, or that a newer helm adds, does not hide the others."""
    with held_with(folder, spec, b'{"run_id": "01RUN", "pid": "?", "colour": "red"}'):
        (found,) = FlockSpecLocks(folder).living()
    assert found == Holder(run_id="01RUN", pid=None, spec_path=None, workspace=None)


def test_an_unheld_lock_file_names_nobody(folder: Path, spec: Path) -> None:
    """What a killed run left in its file does not make it alive."""
    with FlockSpecLocks(folder).hold(spec):
        pass
    only_lock_file(folder).write_text('{"run_id": "01RUN", "pid": 4711}')
    assert FlockSpecLocks(folder).holder(spec) is None
    assert FlockSpecLocks(folder).living() == []


def test_a_pipe_in_the_place_of_a_lock_file_is_not_waited_for(folder: Path, spec: Path) -> None:
    """A worker that puts one there stops neither a reader nor a start."""
    with FlockSpecLocks(folder).hold(spec):
        path = only_lock_file(folder)
    path.unlink()
    os.mkfifo(path)
    assert FlockSpecLocks(folder).holder(spec) is None
    with (
        pytest.raises(RecordFailed, match=r"cannot lock .*\.lock"),
        FlockSpecLocks(folder).hold(spec),
    ):
        pass


def test_a_link_in_the_place_of_a_lock_file_is_not_followed(
    folder: Path, spec: Path, tmp_path: Path
) -> None:
    """No file elsewhere is emptied or overwritten."""
    with FlockSpecLocks(folder).hold(spec):
        path = only_lock_file(folder)
    (tmp_path / "precious").write_text("text")
    path.unlink()
    path.symlink_to(tmp_path / "precious")
    with (
        pytest.raises(RecordFailed, match="mend its symbolic links"),
        FlockSpecLocks(folder).hold(spec),
    ):
        pass
    assert (tmp_path / "precious").read_text() == "text"


def test_a_folder_that_cannot_be_made_is_an_error(folder: Path, spec: Path) -> None:
    """Without a place for its lock nothing is run, and the error says what stands there."""
    folder.parent.write_text("a file")
    with (
        pytest.raises(RecordFailed, match=r"Not a directory|File exists"),
        FlockSpecLocks(folder).hold(spec),
    ):
        pass


def test_a_disk_that_cannot_lock_is_an_error(
    folder: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network disk without locks is told as such, and not as a spec that is busy."""

    def refuse(file: object, operation: int) -> NoReturn:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("helm.adapters.files.locks.fcntl.flock", refuse)
    with (
        pytest.raises(RecordFailed, match="No locks available") as error,
        FlockSpecLocks(folder).hold(spec),
    ):
        pass
    assert not isinstance(error.value, SpecBusy)


def test_a_lock_that_was_let_go_cannot_be_named(folder: Path, spec: Path) -> None:
    """A late name must not be written into a file that has since got the same descriptor."""
    with FlockSpecLocks(folder).hold(spec) as lock:
        pass
    with pytest.raises(ValueError, match="closed file"):
        lock.name(SOMEBODY)
