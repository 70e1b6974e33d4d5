"""What every machine promises, one in memory and this one; then what is this one's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest

from helm.adapters.machine import ThisMachine
from helm.app.ports import Machine, Reply
from tests.e2e.workspace import until
from tests.fake_machine import MemoryMachine

LONG = 60.0


@pytest.fixture(params=["memory", "this"])
def machine(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Machine:
    """A machine with one program, that says yes, no, and 3."""
    if request.param == "memory":
        return MemoryMachine(programs={"oracle": Reply(3, "yes\n", "no\n")})
    oracle = tmp_path / "oracle"
    oracle.write_text("#!/bin/sh\necho yes; echo no >&2; exit 3\n", encoding="utf-8")
    oracle.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return ThisMachine()


def test_a_program_is_found_on_path_or_not(machine: Machine) -> None:
    found = machine.find("oracle")
    assert found is not None
    assert found.endswith("/oracle")
    assert machine.find("no-such-program") is None


def test_a_program_is_asked_and_heard(machine: Machine) -> None:
    assert machine.ask(["oracle"], seconds=LONG) == Reply(3, "yes\n", "no\n")


def test_a_program_that_cannot_be_started_has_no_code(machine: Machine) -> None:
    reply = machine.ask(["no-such-program"], seconds=LONG)
    assert reply.code is None
    assert reply.err.startswith("cannot be started: No such file")


def test_a_machine_tells_what_it_has(machine: Machine) -> None:
    assert machine.python >= (3, 11, 0)
    assert machine.executable.is_absolute()
    files, space = machine.open_files(), machine.free_space(Path("/no/such/folder"))
    assert files is None or files > 0
    assert space is None or space > 0


def test_what_takes_too_long_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    """Its child holds the pipes, in a session of its own, as codex's native program may."""
    note = tmp_path / "pid"
    child = f"import os, time; os.setsid(); open({str(note)!r}, 'w').write(str(os.getpid()))"
    script = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child + '; time.sleep(300)'!r}])\n"
        f"import os\nwhile not os.path.exists({str(note)!r}): time.sleep(0.01)\n"
        "time.sleep(300)\n"
    )
    reply = ThisMachine().ask([sys.executable, "-c", script], seconds=2)
    assert reply == Reply(None, "", "has not answered in 2 s")
    if note.exists() and note.read_text():  # else the child was ended before it could begin
        pid = int(note.read_text())
        until(lambda: not _lives(pid), "the child's end")


def test_a_program_has_nothing_to_read() -> None:
    reply = ThisMachine().ask([sys.executable, "-c", "print(input())"], seconds=LONG)
    assert reply.code == 1
    assert "EOFError" in reply.err


def test_what_is_not_utf8_is_heard_all_the_same() -> None:
    script = "import sys; sys.stdout.buffer.write(b'a\\xff')"
    assert ThisMachine().ask([sys.executable, "-c", script], seconds=LONG).out == "a\ufffd"


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
