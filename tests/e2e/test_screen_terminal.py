"""The terminal is always given back as it was: whatever is sent, typed, closed, or broken."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.fake_codex import begin, hold, ignore, message, out
from tests.e2e.pty_screen import PtyScreen, on_screen
from tests.e2e.workspace import SPEC, Workspace, write

SIGNALS = [signal.SIGTERM, signal.SIGHUP]
each_signal = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and a worker that begins and has no end."""
    workspace = Workspace(tmp_path)
    workspace.agent(worker=[[*begin(), message("I began."), hold()]])
    return workspace


@contextmanager
def at_home(workspace: Workspace, **more: str) -> Iterator[PtyScreen]:
    """Open the screen on the list of specs."""
    with on_screen(workspace, environment=more) as screen:
        screen.wait("A greeting")
        yield screen


@contextmanager
def in_a_run(workspace: Workspace) -> Iterator[PtyScreen]:
    """Start the spec from the screen, and see its worker at work."""
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("I began.")
        yield screen


def resumes(workspace: Workspace) -> bool:
    """Go on with what was halted, headless and with a better worker, to its good end."""
    workspace.agent()
    return workspace.execute("--resume").code == 0


# Leaving


@pytest.mark.parametrize("key", ["q", "Q", "ctrl-c"])
def test_quitting_gives_the_terminal_back(workspace: Workspace, key: str) -> None:
    """Without a run nobody is asked, and nothing is left on the screen."""
    with at_home(workspace) as screen:
        assert {1000, 1006, 1049, 2004} <= {mode for mode, on in screen.modes().items() if on}
        screen.press(key)
        assert screen.end() == 0
        assert screen.left_behind() == []
        assert screen.text.strip() == ""


@pytest.mark.parametrize("number", [*SIGNALS, signal.SIGQUIT], ids=lambda number: number.name)
def test_a_signal_ends_the_screen_as_it_ends_any_program(
    workspace: Workspace, number: signal.Signals
) -> None:
    """By the very signal, so that a shell knows; SIGQUIT counts as SIGTERM, without a core."""
    with at_home(workspace) as screen:
        screen.signal(number)
        assert screen.end() == -(signal.SIGTERM if number is signal.SIGQUIT else number)
        assert screen.left_behind() == []
        assert screen.text.strip() == ""


@each_signal
def test_a_signal_during_a_run_halts_it_first(
    workspace: Workspace, number: signal.Signals
) -> None:
    """With its cause, nobody left, and the words to go on with it."""
    with in_a_run(workspace) as screen:
        screen.signal(number)
        assert screen.end() == -number
        assert screen.left_behind() == []
        assert workspace.survivors() == []
        assert f"--exec {SPEC} --resume" in "".join(screen.rows)
    assert workspace.kinds()[-1] == "RunHalted"
    assert workspace.bodies("RunHalted")[-1]["cause"] == number.name
    assert resumes(workspace)


def test_a_terminal_that_is_closed_halts_the_run(workspace: Workspace) -> None:
    """There is nobody left to read, and nothing left to write to."""
    with in_a_run(workspace) as screen:
        screen.hang_up()
        assert screen.end() == -signal.SIGHUP
        assert workspace.survivors() == []
    assert workspace.bodies("RunHalted")[-1]["cause"] == "SIGHUP"
    assert resumes(workspace)


def test_an_interrupt_from_outside_is_ctrl_c(workspace: Workspace) -> None:
    """It asks while a run is under way, and once more means yes."""
    with in_a_run(workspace) as screen:
        screen.signal(signal.SIGINT)
        screen.wait("quit helm?")
        screen.signal(signal.SIGINT)
        assert screen.end() == 0
        assert screen.left_behind() == []
        assert workspace.survivors() == []
    assert workspace.bodies("RunHalted")[-1]["cause"] == "operator"


def test_pressing_on_ends_an_agent_by_force(workspace: Workspace) -> None:
    """Who quits, and then presses Ctrl-C again, has waited long enough."""
    deaf = ignore("SIGINT", "SIGTERM", "SIGHUP")
    workspace.agent(worker=[[deaf, out("You will not stop me.\n"), hold()]])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("You will not stop me.")
        screen.press("ctrl-c")
        screen.wait("quit helm?")
        screen.press("y")
        screen.wait("stopping")
        screen.press("ctrl-c")
        assert screen.end() == 0
        assert workspace.survivors() == []
    assert workspace.bodies("WorkerFinished")[0]["signal"] == signal.SIGKILL
    assert workspace.bodies("RunHalted")[-1]["cause"] == "operator"


# Suspended


@contextmanager
def in_a_shell(workspace: Workspace) -> Iterator[PtyScreen]:
    """Open the screen from a shell that has jobs."""
    shell = {"PS1": "shell> ", "ENV": "", "TERM": "xterm-256color"}
    with on_screen(workspace, argv=["/bin/sh", "-i"], environment=shell) as screen:
        screen.wait("shell>")
        screen.send(f"{sys.executable} -m helm\r")
        screen.wait("A greeting")
        yield screen


@pytest.mark.parametrize("typing", [False, True])
def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_again(
    workspace: Workspace, *, typing: bool
) -> None:
    """What the shell prints stands where it would; then all is painted anew."""
    with in_a_shell(workspace) as screen:
        if typing:
            screen.press("/")
            screen.wait("filter:")
        screen.press("ctrl-z")
        screen.wait("Stopped")
        assert screen.left_behind() == []
        screen.send("echo still $((40 + 2))\r")
        screen.wait("still 42")
        screen.send("fg\r")
        screen.wait("A greeting")
        assert screen.modes()[1049]
        screen.press("escape", "Q") if typing else screen.press("Q")
        screen.wait("still 42", "shell>")
        assert screen.left_behind() == []
        screen.send("exit\r")
        screen.end()


def test_a_stop_from_outside_is_ctrl_z(workspace: Workspace) -> None:
    """Whoever sends SIGTSTP finds the terminal as the shell had it."""
    with in_a_shell(workspace) as screen:
        (helm,) = [each for each in workspace.survivors() if "helm" in each.cmdline()]
        helm.send_signal(signal.SIGTSTP)
        screen.wait("Stopped")
        assert screen.left_behind() == []
        screen.send("fg\r")
        screen.wait("A greeting")
        helm.send_signal(signal.SIGTERM)
        screen.wait("Terminated")
        assert screen.left_behind() == []


def test_a_run_goes_on_while_the_screen_is_stopped(workspace: Workspace) -> None:
    """Its agent has a session of its own; what it said meanwhile is there afterwards."""
    with in_a_shell(workspace) as screen:
        screen.press("r")
        screen.wait("I began.")
        (call,) = workspace.calls()
        screen.press("ctrl-z")
        screen.wait("Stopped")
        os.kill(call.pid, 0)
        screen.send("fg\r")
        screen.wait("I began.")


# Before there is anything to be seen

LATE = """
import os, time
from helm.adapters.tui import application, opening
application._PATIENCE = 0.1
first = opening.first
def late(*words):
    while not os.path.exists("go"): time.sleep(0.01)
    return first(*words)
opening.first = late
from helm.__main__ import main
main()
"""


def test_keys_are_kept_while_the_workspace_is_read(workspace: Workspace) -> None:
    with on_screen(workspace, argv=[sys.executable, "-c", LATE]) as screen:
        screen.wait("reading the workspace")
        screen.press("/", "n", "o", "t", "enter", "?")
        screen.wait_read()
        write(workspace.root / "go", "")
        screen.wait("keys: specs")
        screen.press("escape")
        screen.wait("/not")


def test_whoever_does_not_want_to_wait_can_leave(workspace: Workspace) -> None:
    with on_screen(workspace, argv=[sys.executable, "-c", LATE]) as screen:
        screen.wait("reading the workspace")
        screen.press("ctrl-c")
        assert screen.end() == 0
        assert screen.left_behind() == []


def test_what_cannot_be_shown_is_said_on_the_users_own_screen(workspace: Workspace) -> None:
    with on_screen(workspace, "run", "spec-99", size=(300, 30)) as screen:
        assert screen.end() == 3
        assert screen.left_behind() == []
        (line,) = (row for row in screen.rows if row)
        assert line.startswith("helm: ")
        assert "spec-99" in line


# Broken

SABOTAGE = """
import sys
import helm.adapters.tui.application as application
import helm.adapters.tui.session as session

def broken(*words):
    raise ZeroDivisionError("a fault of helm's own")

{how}
from helm.__main__ import main
sys.argv = ["helm"]
main()
"""
FAULTS = {
    "a frame": "draw = session.draw\n"
    "session.draw = lambda model: broken() if model.live else draw(model)",
    "a key": "update = session.update\n"
    "session.update = lambda model, message: "
    "broken() if getattr(message, 'action', '') == 'help' else update(model, message)",
    "a thread": "from helm.app.runner import Runner\n"
    "specs, times = Runner.specs, []\n"
    "Runner.specs = lambda self: times.append(1) or (broken if times[1:] else specs)(self)",
    "the run": "application.Screen.wake = broken",
    "the loop": "application.Screen._paint = broken",
    "a task": "clock = application.Screen._clock\n"
    "async def failing(self):\n"
    "    while not (self._session and self._session.model.live):\n"
    "        await application.asyncio.sleep(0.01)\n"
    "    broken()\n"
    "application.Screen._clock = failing",
}
PRESSED = {"a key": "?", "a thread": "escape u"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_helms_own_gives_the_terminal_back_and_says_where_its_details_are(
    workspace: Workspace, fault: str
) -> None:
    """In one line; nobody is left, and the run can be resumed."""
    argv = [sys.executable, "-c", SABOTAGE.format(how=FAULTS[fault])]
    with on_screen(workspace, argv=argv, size=(200, 30)) as screen:
        screen.wait("A greeting")
        screen.press("r")
        if fault in PRESSED:
            screen.wait("I began.")
            screen.press(*PRESSED[fault].split())
        assert screen.end() == 70
        assert screen.left_behind() == []
        assert workspace.survivors() == []
        (line,) = (row for row in screen.rows if "ZeroDivisionError" in row)
        assert line.startswith("helm: the screen broke")
        assert "Traceback" not in screen.said
    details = Path(line.rpartition("details: ")[2])
    assert details.parent == workspace.log.parent
    assert details.stat().st_mode & 0o777 == 0o600
    assert "in broken" in details.read_text(encoding="utf-8")
    if fault != "the run":
        assert workspace.bodies("RunHalted")[-1]["cause"] == "lost"
    assert resumes(workspace)


def test_what_libraries_warn_of_waits_until_the_screen_is_left(workspace: Workspace) -> None:
    """It is not on the screen, and it is not lost."""
    how = (
        "import logging, os, warnings\n"
        "update = session.update\n"
        "def noisy(model, message):\n"
        "    if getattr(message, 'action', '') == 'help':\n"
        "        logging.warning('one'); warnings.warn('two'); os.write(2, b'\\x1b[31mthree\\n')\n"
        "    return update(model, message)\n"
        "session.update = noisy"
    )
    argv = [sys.executable, "-c", SABOTAGE.format(how=how)]
    with on_screen(workspace, argv=argv) as screen:
        screen.wait("A greeting")
        screen.press("?")
        screen.wait("keys: specs")
        assert not {"one", "three"} & set(screen.text.split())
        screen.press("escape", "Q")
        assert screen.end() == 0
        assert all(each in screen.text for each in ("WARNING:root:one", "two", "three"))
        assert "\x1b[31mthree" not in screen.said


# Sizes, and what is typed


def test_any_size_is_drawn_and_a_greater_one_recovers(workspace: Workspace) -> None:
    """While the agent floods the screen; at no size does it refuse, or break."""
    flood = [out(f"line {number} of the flood\n" * 50) for number in range(400)]
    workspace.agent(worker=[[*flood, hold()]])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("of the flood")
        for size in [(300, 80), (60, 20), (20, 5), (1, 1), (200, 2), (2, 60), (100, 30)]:
            screen.resize(*size)
            screen.settle()
            assert screen.popen.poll() is None
        screen.wait("line 399 of the flood", "FOLLOW")
        screen.press("Q", "y")
        assert screen.end() == 0
        assert screen.left_behind() == []


def test_a_prompt_survives_every_size(workspace: Workspace) -> None:
    """What is being typed is still there afterwards."""
    with at_home(workspace) as screen:
        screen.press("/", "greet")
        screen.wait("filter: greet")
        for size in [(20, 5), (3, 1), (1, 3), (60, 20)]:
            screen.resize(*size)
            screen.settle()
        screen.wait("filter: greet", "A greeting")


def test_torn_and_hostile_input_is_survived(workspace: Workspace) -> None:
    """Reports of a mouse of another kind, cut sequences, bytes that are no text."""
    chaos = random.Random(1)
    with at_home(workspace) as screen:
        screen.send(b"\x1b[M\x20\xff\xfe")
        screen.send(b"\x1b[<999;99999;99999M\x1b[<0;0;0m\x1b[200~")
        screen.send(b"q\n\x1b[201~\x1b[5;5R\x1bOP\x1b[1;1R")
        for _ in range(20):
            noise = bytes(chaos.randrange(256) for _ in range(200))
            # Without the keys that stop, quit, run, lend the terminal, or begin a paste.
            screen.send(re.sub(rb"[\x03\x1aqQrReoNny\x0d\x0a]|\x1b\[2", b"", noise))
            screen.press("escape")
        screen.settle()
        screen.press(*["escape"] * 9)
        screen.wait("A greeting")
        screen.press("?")
        screen.wait("keys: ")
        assert screen.popen.poll() is None
        screen.press("escape", "Q")
        assert screen.end() == 0


def test_a_paste_is_text_and_never_keys(workspace: Workspace) -> None:
    """Where nothing is typed it does nothing; in the prompt it is one line."""
    with at_home(workspace) as screen:
        screen.paste("rrqQ\x1b")
        screen.settle()
        assert workspace.calls() == []
        screen.press("/")
        screen.wait("filter:")
        screen.paste("a\nquick\x07 \x9bred")
        screen.wait("filter: a quick red")
        screen.press("\udcff".encode(errors="surrogateescape").decode("latin-1"))
        screen.press("escape")
        screen.wait_gone("filter:")
        screen.wait("A greeting")


# Colours, mouse, clipboard


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ({"NO_COLOR": "1"}, r"0(;[1-9])*"),
        ({"TERM": "linux"}, r"0(;([1-9]|[349][0-7]|10[0-7]|39|49))*"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, r"[0-9;]*"),
    ],
    ids=["none", "sixteen", "all"],
)
def test_there_are_no_more_colours_than_the_terminal_has(
    workspace: Workspace, more: dict[str, str], allowed: str
) -> None:
    """Neither in what helm says nor in what the agent does."""
    workspace.agent(
        worker=[[out("\x1b[38;2;10;200;30mgreen\x1b[0m \x1b[38;5;208morange\x1b[0m\n")]]
    )
    with at_home(workspace, **more) as screen:
        screen.press("r")
        screen.wait("green orange")
        codes = {found[2:-1] for found in COLOUR.findall(screen.said)}
        assert codes
        assert [code for code in codes if not re.fullmatch(allowed, code)] == []
        if "COLORTERM" in more:
            assert any(";38;2;" in code for code in codes)


def test_the_mouse_is_let_go_of_and_taken_again(workspace: Workspace) -> None:
    """Its moves are never asked for: they would cost a frame each."""
    with at_home(workspace) as screen:
        assert screen.modes()[1000]
        screen.press("m")
        screen.until(lambda: not screen.modes()[1000], "a mouse that is let go of")
        assert not screen.modes()[1006]
        screen.press("m")
        screen.until(lambda: screen.modes()[1000] and screen.modes()[1006], "the mouse again")
        assert "\x1b[?1003h" not in screen.said


def test_a_click_selects_and_the_wheel_moves(workspace: Workspace) -> None:
    """The row under it, where it is let go."""
    for number in range(2, 6):
        workspace.add_spec(f"spec-0{number}-more")
    with at_home(workspace) as screen:
        screen.wait("The spec spec-05")
        screen.click(5, screen.row("The spec spec-04"))
        selected(screen, "spec-04")
        screen.wheel(up=True)
        selected(screen, "spec-03")
        screen.wheel(up=False)
        selected(screen, "spec-04")


def selected(screen: PtyScreen, spec: str) -> None:
    """Wait until a spec is selected."""
    screen.until(lambda: "▶" in screen.rows[screen.row(f"The spec {spec}")], spec)


def test_a_copy_reaches_the_clipboard_and_is_shown(workspace: Workspace) -> None:
    """By the terminal's own way, OSC 52."""
    with in_a_run(workspace) as screen:
        screen.press("c")
        screen.wait("copied: codex resume fake-thread")
        (found,) = re.findall(r"\x1b\]52;c;([^\x07]*)\x07", screen.said)
        assert b64decode(found) == b"codex resume fake-thread"


# Lent


EDITOR = """#!/bin/sh
stty -a | grep -q ' icanon' && mode=cooked
printf 'editing %s, %s, run <%s>\\n' "$mode" "$(basename "$1")" "${HELM_RUN_ID-none is said}"
read answer
printf '\\n%s\\n' "$answer" >>"$1"
"""


def test_the_editor_has_the_terminal_until_it_ends(workspace: Workspace) -> None:
    """With its own keys, Ctrl-C among them; then the spec is read again.

    It is told that it belongs to no run, so that what it leaves is not taken for an agent's.
    """
    editor = workspace.place / "editor"
    write(editor, EDITOR)
    editor.chmod(0o755)
    path = f"{workspace.environment['PATH']}:{os.environ['PATH']}"
    with at_home(workspace, VISUAL=str(editor), PATH=path) as screen:
        screen.press("e")
        screen.wait("editing cooked, SPEC.md, run <>")
        assert screen.left_behind() == []
        screen.send("words of mine\r")
        screen.wait("A greeting", "words of mine")
        assert screen.modes()[1049]
        screen.press("Q")
        assert screen.end() == 0
        assert screen.left_behind() == []
    assert workspace.text("SPEC.md").endswith("\nwords of mine\n")


def test_a_signal_while_the_editor_has_the_terminal_ends_both(workspace: Workspace) -> None:
    """Nobody is left to wait for a key."""
    path = f"{workspace.environment['PATH']}:{os.environ['PATH']}"
    with at_home(workspace, EDITOR="echo editing; sleep 300; :", PATH=path) as screen:
        screen.press("e")
        screen.wait("editing")
        screen.signal(signal.SIGTERM)
        assert screen.end() == -signal.SIGTERM
        assert screen.left_behind() == []


def test_without_an_editor_one_is_told_so(workspace: Workspace) -> None:
    """And what to set."""
    with at_home(workspace) as screen:
        screen.press("e")
        screen.wait("no editor; set $VISUAL or $EDITOR")


# No terminal


@pytest.mark.parametrize("words", [(), ("run",), ("run", SPEC)])
def test_without_a_terminal_one_sentence_says_what_to_do(
    workspace: Workspace, words: tuple[str, ...]
) -> None:
    """Exit 2, before anything is loaded or written."""
    ended = workspace.run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "helm: the screen needs a terminal; run a spec without one: helm run --exec SPEC\n"
    )


def test_a_dumb_terminal_is_none(workspace: Workspace) -> None:
    """It can show lines, and nothing else."""
    with on_screen(workspace, environment={"TERM": "dumb"}) as screen:
        assert screen.end() == 2
        assert screen.text.startswith("helm: the screen needs a terminal")
        assert "\x1b" not in screen.said


def test_only_one_end_is_not_enough(workspace: Workspace) -> None:
    """A pipe into the screen, or out of it, is no person."""
    words = " ".join(workspace.helm_words("run"))
    for pipe in (f"true | {words}", f"{words} | cat"):
        with on_screen(workspace, argv=["/bin/sh", "-c", f"{pipe}; exit"]) as screen:
            screen.end()
            assert "the screen needs a terminal" in screen.text


# Quiet


# Time passes when the test says so. The clock, and who looks out, are asked very often.
PUSHED = """
from datetime import timedelta
from pathlib import Path
from helm.adapters.tui import reading
application._SECOND = reading._LOOK_PAUSE = 0.01
pass_time, told = session.Session.pass_time, []

def pushed(self, now):
    minutes = len(Path("../minutes").read_bytes())
    if minutes != len(told):
        told.append(now)
        pass_time(self, now + len(told) * timedelta(minutes=1))
        Path("../told").write_bytes(bytes(len(told)))

session.Session.pass_time = pushed
"""


@contextmanager
def out_of_time(workspace: Workspace) -> Iterator[PtyScreen]:
    """Open the screen; its time stands still until minutes pass."""
    (workspace.place / "minutes").touch()
    argv = [sys.executable, "-c", SABOTAGE.format(how=PUSHED)]
    with on_screen(workspace, argv=argv) as screen:
        screen.wait("A greeting")
        yield screen


def pass_minutes(screen: PtyScreen, workspace: Workspace, minutes: int) -> int:
    """Let some minutes pass, each at once; how many characters were painted for them."""
    screen.settle()
    before = len(screen.said)
    passed, told = workspace.place / "minutes", workspace.place / "told"
    passed.write_bytes(passed.read_bytes() + bytes(minutes))
    screen.until(
        lambda: told.exists() and told.stat().st_size == passed.stat().st_size, "time to pass"
    )
    screen.settle()
    return len(screen.said) - before


def test_an_idle_screen_paints_nothing(workspace: Workspace) -> None:
    """Whoever leaves it open all day pays nothing for it."""
    with out_of_time(workspace) as screen:
        assert pass_minutes(screen, workspace, 60) == 0


def test_how_long_ago_something_was_is_said_anew_without_a_key(workspace: Workspace) -> None:
    workspace.agent()
    assert workspace.execute().code == 0
    with out_of_time(workspace) as screen:
        screen.wait("accepted just now")
        pass_minutes(screen, workspace, 1)
        screen.wait("accepted 1m")


def test_a_silent_run_is_painted_once_a_second(workspace: Workspace) -> None:
    """Its clock goes on; nothing else is written anew."""
    with out_of_time(workspace) as screen:
        screen.press("r")
        screen.wait("I began.")
        assert 0 < pass_minutes(screen, workspace, 1) < 200
        screen.wait("silent 1m")
        assert 0 < pass_minutes(screen, workspace, 1) < 200
        screen.wait("silent 2m")
