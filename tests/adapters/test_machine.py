"""What every machine promises, one in memory and this one; then what is this one's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helm.adapters.machine import ThisMachine, end_tree
from helm.app.ports import Machine, Reply
from tests.e2e.workspace import alive, until
from tests.fake_machine import MemoryMachine

ROOT = Path(__file__).resolve().parents[2]
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


def test_what_takes_too_long_has_not_answered(tmp_path: Path) -> None:
    reply = ThisMachine().ask([sys.executable, "-c", lasting(tmp_path / "pid")], seconds=0.1)
    assert reply == Reply(None, "", "has not answered in 0.1 s")


def test_a_program_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    """Its child holds the pipes, in a session of its own, as codex's native program may."""
    note = tmp_path / "pid"
    argv = [sys.executable, "-c", lasting(note)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True) as process:
        child = noted(note)
        end_tree(process)
    until(lambda: not alive(child), "the child's end")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_a_signal_ends_the_program_and_then_does_what_it_does(
    number: signal.Signals, tmp_path: Path
) -> None:
    """Whoever asks would else leave it behind: it hears nothing of a Ctrl-C."""
    note = tmp_path / "pid"
    script = (
        "import signal, sys\n"
        "from helm.adapters.machine import ThisMachine\n"
        "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
        f"ThisMachine().ask([sys.executable, '-c', {lasting(note)!r}], seconds={LONG})\n"
        "sys.exit('nobody ended us')\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as process:
        child = noted(note)
        process.send_signal(number)
        assert process.wait(LONG) == -number
    until(lambda: not alive(child), "the child's end")


def test_handlers_are_as_before_when_a_program_was_asked(machine: Machine) -> None:
    before = [signal.getsignal(each) for each in signal.valid_signals()]
    machine.ask(["oracle"], seconds=LONG)
    assert [signal.getsignal(each) for each in signal.valid_signals()] == before


def lasting(note: Path) -> str:
    """Give a program that goes on for minutes, once its child has noted its pid."""
    child = f"import os, time; os.setsid(); open({str(note)!r}, 'w').write(str(os.getpid()))"
    return (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child + '; time.sleep(300)'!r}])\n"
        f"import os\nwhile not os.path.exists({str(note)!r}): time.sleep(0.01)\n"
        "time.sleep(300)\n"
    )


def noted(note: Path) -> int:
    """Wait for the pid of the child."""
    until(lambda: note.exists() and note.read_text() != "", "the child's note")
    return int(note.read_text())


def test_a_program_has_nothing_to_read() -> None:
    reply = ThisMachine().ask([sys.executable, "-c", "print(input())"], seconds=LONG)
    assert reply.code == 1
    assert "EOFError" in reply.err


def test_what_is_not_utf8_is_heard_all_the_same() -> None:
    script = "import sys; sys.stdout.buffer.write(b'a\\xff')"
    assert ThisMachine().ask([sys.executable, "-c", script], seconds=LONG).out == "a\ufffd"
