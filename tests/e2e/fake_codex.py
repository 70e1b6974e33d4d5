"""A stand-in for codex that does what a test wrote down: a program of its own, and quick to start.

It is called with codex's words and reads its behaviour from the JSON file that `FAKE_CODEX` names:

    {"worker": [[action, ...], ...], "verifier": [[action, ...], ...]}

one list of actions for each call of that role; the last one serves all further calls. What it was
asked is added to the file `FAKE_CODEX_CALLS`, a line for each prompt that it has read to its end:
that is how calls are counted, and how a test knows that the agent is at work. A helm that was
killed before it gave the prompt leaves an agent that reads nothing; such a one does nothing, is
not counted, and exits with 1, as codex does.

The functions below make actions; `ACTIONS`, at the end, is what each does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypedDict, Unpack

    Action = Mapping[str, Any]
    """What to do (`do`), and with what."""

    class Ways(TypedDict, total=False):
        """What a child does so as not to be ended with its agent."""

        session: bool
        daemon: bool
        deaf: bool
        quiet: bool
        respawns: bool
        hides: bool


# Nothing can find it where helm does not, so that it ends by itself at last.
_HIDDEN = """\
import os, signal, sys
with open(sys.argv[1] + ".part", "x") as file:
    file.write(str(os.getpid()))
os.replace(sys.argv[1] + ".part", sys.argv[1])
signal.alarm(600)
while True:
    signal.pause()
"""

_POLL = 0.002
_STDIN, _STDOUT, _STDERR = 0, 1, 2


# Plain output


def out(text: str | bytes) -> Action:
    """Write to standard output."""
    return {"do": "write", "descriptor": _STDOUT, "text": _text(text)}


def err(text: str | bytes) -> Action:
    """Write to standard error."""
    return {"do": "write", "descriptor": _STDERR, "text": _text(text)}


def flood(text: str, times: int, seconds: float = 0) -> Action:
    """Write the same again and again: in one go, or with so much time after each."""
    return {"do": "flood", "text": text, "times": times, "seconds": seconds}


# Codex's JSON Lines


def line(**fields: object) -> Action:
    """Write a JSON line."""
    return out(json.dumps(fields) + "\n")


def begin() -> list[Action]:
    """Write what codex begins a turn with."""
    return [line(type="thread.started", thread_id="fake-thread"), line(type="turn.started")]


def item(kind: str, **fields: object) -> Action:
    """Tell something that is done with."""
    return line(type="item.completed", item={"id": "item", "type": kind, **fields})


def message(text: str) -> Action:
    """Say something; the last message is the report."""
    return item("agent_message", text=text)


def command(words: str, status: int) -> list[Action]:
    """Tell of a command that ended with `status`; nothing is run."""
    shown = f"/bin/bash -lc '{words}'"
    started = {"id": "item", "type": "command_execution", "command": shown}
    return [
        line(type="item.started", item=started),
        item("command_execution", command=shown, exit_code=status),
    ]


def end() -> Action:
    """End the turn, having used some tokens."""
    usage = {
        "input_tokens": 1200,
        "cached_input_tokens": 800,
        "output_tokens": 30,
        "reasoning_output_tokens": 9,
    }
    return line(type="turn.completed", usage=usage)


def turn(report: str) -> list[Action]:
    """Say `report`, and nothing else."""
    return [*begin(), message(report), end()]


def judged(verdict: str) -> list[Action]:
    """Run a command, and say `verdict`."""
    return [*begin(), *command("make test", 0), message(verdict), end()]


# Deeds


def make(path: object, text: str = "") -> Action:
    """Write a file; a relative path is under the folder in which the agent works."""
    return {"do": "make", "path": str(path), "text": text}


def remove(path: object) -> Action:
    """Remove an empty folder."""
    return {"do": "remove", "path": str(path)}


def wait_for(path: object) -> Action:
    """Wait until a file is there."""
    return {"do": "wait_for", "path": str(path)}


def hold() -> Action:
    """Wait for ever, or for a signal that ends the process."""
    return {"do": "hold"}


def pause(seconds: float) -> Action:
    """Be busy for a time."""
    return {"do": "pause", "seconds": seconds}


def ignore(*names: str) -> Action:
    """Ignore signals (`SIGINT`) from here on."""
    return {"do": "ignore", "names": names}


def heed(name: str, status: int) -> Action:
    """Exit with `status` when the signal comes."""
    return {"do": "heed", "name": name, "status": status}


def child(pid_file: object, **ways: Unpack[Ways]) -> Action:
    """Start a child that holds our output open for ever, and wait until its pid is in the file.

    `session` is for one that goes to a session of its own, `daemon` for one that leaves its
    parents too, `deaf` for one that ignores whatever can be ignored, `quiet` for one that lets go
    of our output, `respawns` for one that has a child of its own, and another if that dies, and
    `hides` for a daemon that nothing in its environment betrays.
    """
    return {"do": "child", "path": str(pid_file), **ways}


def leave(status: int) -> Action:
    """Exit."""
    return {"do": "leave", "status": status}


def die(name: str) -> Action:
    """Die of a signal."""
    return {"do": "die", "name": name}


def unread() -> Action:
    """Standing first: do not read the prompt, and let the pipe be open."""
    return {"do": "unread"}


def shut() -> Action:
    """Standing first: close standard input without having read."""
    return {"do": "shut"}


def python(source: str) -> Action:
    """Do what a program does: whatever the other actions cannot."""
    return {"do": "python", "source": source}


def where(words: str, then: list[Action], otherwise: list[Action]) -> Action:
    """Go on with `then` if the prompt holds `words`."""
    return {"do": "where", "words": words, "then": then, "otherwise": otherwise}


def _text(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "surrogateescape")


# What the program does


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own answer to it is a traceback
    role = "verifier" if "read-only" in sys.argv else "worker"
    with open(os.environ["FAKE_CODEX"], encoding="utf-8") as file:  # noqa: PTH123  quick to start
        calls = json.load(file)[role]
    actions = calls[min(_calls_so_far(role), len(calls) - 1)]
    prompt = ""
    if not (actions and actions[0]["do"] in {"unread", "shut"}):
        prompt = _prompt()
        if not prompt.strip():
            _write(_STDERR, "No prompt provided via stdin.\n")
            sys.exit(1)
    _note_call(role, prompt)
    _act(actions, prompt)


def _prompt() -> str:
    pieces = []
    while piece := os.read(_STDIN, 65536):
        pieces.append(piece)
    return b"".join(pieces).decode()


def _calls_so_far(role: str) -> int:
    try:
        with open(os.environ["FAKE_CODEX_CALLS"], encoding="utf-8") as file:  # noqa: PTH123
            return sum(json.loads(call)["role"] == role for call in file)
    except FileNotFoundError:
        return 0


def _note_call(role: str, prompt: str) -> None:
    call = {"role": role, "pid": os.getpid(), "prompt": prompt, "argv": sys.argv[1:]}
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    descriptor = os.open(os.environ["FAKE_CODEX_CALLS"], flags, 0o600)
    os.write(descriptor, f"{json.dumps(call)}\n".encode())
    os.close(descriptor)


def _act(actions: list[Action], prompt: str) -> None:
    for action in actions:
        if action["do"] == "where":
            _act(action["then"] if action["words"] in prompt else action["otherwise"], prompt)
        else:
            ACTIONS[action["do"]](action)


def _write(descriptor: int, text: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    while data:
        data = data[os.write(descriptor, data) :]


def _flood(text: str, times: int, seconds: float) -> None:
    if not seconds:
        os.write(_STDOUT, text.encode() * times)
        return
    for _ in range(times):
        _write(_STDOUT, text)
        time.sleep(seconds)


def _make(path: str, text: str) -> None:
    """Write a file so that whoever sees it sees all of it."""
    with open(f"{path}.part", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
    os.replace(f"{path}.part", path)  # noqa: PTH105


def _wait_for(path: str) -> None:
    while not os.path.exists(path):  # noqa: PTH110
        time.sleep(_POLL)


def _hold() -> None:
    while True:
        signal.pause()


def _ignore(names: list[str]) -> None:
    for name in names:
        signal.signal(signal.Signals[name], signal.SIG_IGN)


def _heed(name: str, status: int) -> None:
    signal.signal(signal.Signals[name], lambda *_: os._exit(status))


def _child(action: Action) -> None:
    if os.fork():
        _wait_for(action["path"])
        return
    leaves = action.get("daemon") or action.get("hides")
    if action.get("session") or leaves:
        os.setsid()
    if leaves and os.fork():
        os._exit(0)
    if action.get("deaf"):
        _ignore(["SIGINT", "SIGTERM", "SIGHUP"])
    if action.get("quiet"):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (_STDIN, _STDOUT, _STDERR):
            os.dup2(nowhere, descriptor)
    if action.get("hides"):
        os.execve(sys.executable, [sys.executable, "-ISc", _HIDDEN, action["path"]], {})
    _make(action["path"], str(os.getpid()))
    while action.get("respawns") and (pid := os.fork()):
        os.waitpid(pid, 0)
    _hold()


def _die(name: str) -> None:
    number = signal.Signals[name]
    if number is not signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    _hold()


ACTIONS: dict[str, Callable[[Action], object]] = {
    "write": lambda action: _write(action["descriptor"], action["text"]),
    "flood": lambda action: _flood(action["text"], action["times"], action["seconds"]),
    "make": lambda action: _make(action["path"], action["text"]),
    "remove": lambda action: os.rmdir(action["path"]),  # noqa: PTH106
    "wait_for": lambda action: _wait_for(action["path"]),
    "hold": lambda _: _hold(),
    "pause": lambda action: time.sleep(action["seconds"]),
    "ignore": lambda action: _ignore(action["names"]),
    "heed": lambda action: _heed(action["name"], action["status"]),
    "child": _child,
    "leave": lambda action: sys.exit(action["status"]),
    "die": lambda action: _die(action["name"]),
    "unread": lambda _: None,
    "shut": lambda _: os.close(_STDIN),
    "python": lambda action: exec(action["source"], {}),
}

if __name__ == "__main__":
    main()
