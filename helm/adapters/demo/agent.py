"""The agent of the demonstration: a scripted stand-in for codex, which asks no model.

It is a program of its own, started with codex's words and answering in codex's JSON Lines. What it
does is true all the same: as the worker it writes the files of the example spec, one rule left out
at first; as the verifier it runs the examples that the spec gives, and the acceptance commands. It
remembers nothing from call to call but what is in the files and the prompt.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

_PAUSE = 0.07
"""Seconds between what it says, so that a viewer sees it come; HELM_DEMO_PAUSE sets another."""
_PROGRAM, _TESTS = Path("slug.py"), Path("test_slug.py")
_SOLUTION = Path(__file__).with_name("solution")
_LEFT_OUT = re.compile(r'^.*(unicodedata|test_accents|"Crème).*\n(?:\n(?=    def))?', re.MULTILINE)
"""The lines of the solution that a first attempt leaves out: rule 2, and its test."""

_SANDBOXES = ("read-only", "workspace-write", "danger-full-access")
_COUNTED = ("input", "cached_input", "cache_write_input", "output", "reasoning_output")
_EXAMPLE = re.compile(r"^\$ (python3 slug\.py\b.*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)
"""A command of the example session in the spec, and what is printed below it."""


class Ran(NamedTuple):
    """What a command did."""

    command: str
    status: int
    output: str


class Finding(NamedTuple):
    """What the verifier saw, and what it asks for; nothing where all is well."""

    seen: str
    task: str = ""


class Voice:
    """Speaks as codex does: JSON Lines; without `--json` the last message, the rest on stderr."""

    def __init__(self, *, jsonl: bool, pause: float) -> None:
        self._jsonl = jsonl
        self._pause = pause
        self._items = 0

    def begin(self) -> None:
        self._tell("thread.started", thread_id=os.urandom(16).hex())
        self._tell("turn.started")

    def say(self, text: str) -> None:
        self._aside(text)
        self._completed("agent_message", text=text)

    def write(self, files: dict[Path, str]) -> list[str]:
        """Write files; tell what became of each, a line for each."""
        kinds = {path: "update" if path.exists() else "add" for path in files}
        changes = [{"path": str(path.absolute()), "kind": kind} for path, kind in kinds.items()]
        self._tell_item("started", "file_change", changes=changes, status="in_progress")
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
        lines = [f"{kind} {path}" for path, kind in kinds.items()]
        self._aside("\n".join(lines))
        self._completed("file_change", changes=changes, status="completed")
        return lines

    def run(self, command: str) -> Ran:
        """Run a command in a shell."""
        shown = {"command": f"/bin/sh -c {shlex.quote(command)}"}
        nothing_yet = {"aggregated_output": "", "exit_code": None, "status": "in_progress"}
        self._tell_item("started", "command_execution", **shown, **nothing_yet)
        ran = _run(command)
        self._aside(f"$ {command}\n{ran.output}")
        status = "failed" if ran.status else "completed"
        told = {"aggregated_output": ran.output, "exit_code": ran.status, "status": status}
        self._completed("command_execution", **shown, **told)
        return ran

    def end(self, answer: str) -> None:
        """Give the final message. No tokens are used, because no model is asked."""
        self._tell_item("completed", "agent_message", text=answer)
        self._tell("turn.completed", usage={f"{each}_tokens": 0 for each in _COUNTED})
        if not self._jsonl:
            _write(sys.stdout, answer)

    def _completed(self, kind: str, **body: object) -> None:
        self._tell_item("completed", kind, **body)
        self._items += 1
        time.sleep(self._pause)

    def _tell_item(self, stage: str, kind: str, **body: object) -> None:
        self._tell(f"item.{stage}", item={"id": f"item_{self._items}", "type": kind, **body})

    def _tell(self, kind: str, **body: object) -> None:
        if self._jsonl:
            _write(sys.stdout, json.dumps({"type": kind, **body}, ensure_ascii=False))

    def _aside(self, text: str) -> None:
        if not self._jsonl:
            _write(sys.stderr, text)


class Plan(NamedTuple):
    """What the worker is about to do, and what it will have to say for itself."""

    said: str
    files: dict[Path, str]
    summary: str
    open_issue: str = "None"


def work(prompt: str, voice: Voice) -> str:
    """Implement the example spec, or do what the last verdict left of it."""
    plan = _plan(_remaining_tasks(prompt))
    voice.say(f"I am a script that plays the worker; no model is asked. {plan.said}")
    changes = voice.write(plan.files) if plan.files else ["None"]
    checks = [voice.run(command) for command in _commands(prompt)]
    parts = {
        "SUMMARY": [plan.summary],
        "CHANGES": changes,
        "HOW TO RUN": [f"{ran.command}    (exit status {ran.status})" for ran in checks],
        "OPEN ISSUES": [plan.open_issue],
    }
    return "\n\n".join("\n".join([title, *lines]) for title, lines in parts.items())


def _plan(tasks: list[str]) -> Plan:
    whole = {p: (_SOLUTION / f"{p}.txt").read_text("utf-8") for p in (_PROGRAM, _TESTS)}
    if tasks:
        said = "\n- ".join(["I do what the verifier found missing:", *tasks])
        return Plan(said, whole, "slug.py obeys every rule, and each example is tested.")
    if all(path.exists() for path in whole):
        said = "The files are there, and no task is left: I change nothing."
        return Plan(said, {}, "slug.py and its tests were there; I changed nothing.")
    return Plan(
        "I leave rule 2 out on purpose, so that the verifier has something to find.",
        {path: _LEFT_OUT.sub("", text) for path, text in whole.items()},
        "slug.py obeys every rule but the second, and is tested.",
        "Rule 2: accents are not taken off yet.",
    )


def verify(prompt: str, voice: Voice) -> str:
    """Look at the work, and answer in the form that the template asks for."""
    voice.say(
        "I am a script that plays the verifier; no model is asked. "
        "I run the spec's examples and the acceptance commands, and write nothing."
    )
    findings = list(_findings(prompt, voice))
    tasks = [finding.task for finding in findings if finding.task]
    status = "missing" if tasks else "ok"
    verdict = json.dumps({"remainingTasks": tasks}, ensure_ascii=False)
    seen = [f"- {finding.seen}" for finding in findings]
    return "\n".join([f"STATUS: {status}", verdict, "What I ran and saw:", *seen])


def _findings(prompt: str, voice: Voice) -> Iterator[Finding]:
    examples = _EXAMPLE.findall(_section(prompt, "spec"))
    commands = _commands(prompt)
    if not _PROGRAM.exists():
        yield Finding("slug.py is not there", "slug.py is not there: write it")
        return
    if not examples or not commands:
        seen = "the spec has no example, or no acceptance command, that this script can run"
        yield Finding(seen, f"{seen}: run `helm demo` anew")
    right = []
    for command, expected in examples:
        finding = _tried(voice, command, expected)
        right += [] if finding.task else [(command, expected)]
        yield finding
    yield _tested(right)
    for command in commands:
        yield _accepted(voice.run(command))


def _tried(voice: Voice, command: str, expected: str) -> Finding:
    ran = voice.run(command)
    seen = f"`{command}` prints {_quoted(ran.output)}"
    if ran.output == expected.strip():
        return Finding(seen)
    return Finding(seen, f"{seen}; the spec wants {_quoted(expected)}, and a test of it")


def _quoted(output: str) -> str:
    """Quote the end of what was printed: of a traceback, the line that matters."""
    lines = [line for line in output.splitlines() if line.strip()]
    return " / ".join(f"`{line}`" for line in lines[-2:]) or "nothing"


def _tested(examples: list[tuple[str, str]]) -> Finding:
    """Look for the examples in the tests; one that prints the wrong thing is a task already."""
    tests = _TESTS.read_text("utf-8", "replace") if _TESTS.exists() else ""
    titles = {_title(command): slug.strip() for command, slug in examples}
    untested = [t for t, slug in titles.items() if t and not (t in tests and slug in tests)]
    if not untested:
        return Finding("test_slug.py holds every example that works")
    seen = f"test_slug.py has no test for {', '.join(untested)}"
    return Finding(seen, f"{seen}; the spec wants one for every example with a title")


def _title(command: str) -> str:
    return "".join(re.findall(r'"(.*)"', command)).strip()


def _accepted(ran: Ran) -> Finding:
    seen = f"`{ran.command}` prints {_quoted(ran.output)} and exits with status {ran.status}"
    return Finding(seen, f"{seen}; it must exit with status 0" if ran.status else "")


def _commands(prompt: str) -> list[str]:
    lines = _section(prompt, "acceptance-commands").splitlines()
    return [line[2:] for line in lines if line[:2] == "- " and line != "- (none specified)"]


def _remaining_tasks(prompt: str) -> list[str]:
    try:
        tasks = json.loads(_section(prompt, "remaining-tasks"))
    except ValueError:
        return []
    return [str(task) for task in tasks] if isinstance(tasks, list) else []


def _section(prompt: str, name: str) -> str:
    """Find what a template puts between `<name>` and `</name>`, each on a line of its own."""
    found = re.search(rf"^<{name}>\n(.*?)\n</{name}>$", prompt, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def _run(command: str) -> Ran:
    # The workspace's own Python code is looked at as it is, whatever else the user has set up.
    kept = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        [b"/bin/sh", b"-c", command.encode()],
        env={**kept, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Ran(command, done.returncode, done.stdout.decode("utf-8", "replace").strip())


def _write(stream: TextIO, text: str) -> None:
    """Write a line in UTF-8, as codex does in every locale."""
    stream.buffer.write(f"{text}\n".encode("utf-8", "replace"))
    stream.flush()


def _pause() -> float:
    told = os.environ.get("HELM_DEMO_PAUSE", "")
    return float(told) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", told) else _PAUSE


def _arguments(words: list[str]) -> argparse.Namespace:
    """Read codex's words, as many of them as helm says; others are refused, as codex does."""
    parser = argparse.ArgumentParser(prog="codex", allow_abbrev=False)
    parser.add_argument("command", choices=["exec"])
    parser.add_argument("prompt", choices=["-"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--skip-git-repo-check", action="store_true")
    parser.add_argument("--dangerously-bypass-approvals-and-sandbox", action="store_true")
    parser.add_argument("--sandbox", choices=_SANDBOXES, default=_SANDBOXES[0])
    parser.add_argument("--model")
    parser.add_argument("-c", "--config", action="append")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Play one call of codex, and return its exit status."""
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    told = _arguments(words)
    prompt = sys.stdin.buffer.read().decode("utf-8", "replace")
    if not prompt.strip():
        _write(sys.stderr, "No prompt provided via stdin.")
        return 1
    may_write = told.dangerously_bypass_approvals_and_sandbox or told.sandbox != "read-only"
    voice = Voice(jsonl=told.json, pause=_pause())
    voice.begin()
    voice.end(work(prompt, voice) if may_write else verify(prompt, voice))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
