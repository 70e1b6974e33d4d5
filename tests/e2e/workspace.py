"""A workspace on disk, and helm as a process of its own in it, with a stand-in for codex."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import psutil

from tests.e2e import fake_codex
from tests.e2e.fake_codex import judged, turn

if TYPE_CHECKING:
    from tests.e2e.fake_codex import Action

    Answer = str | Sequence[Action]
    """What an agent does in one call; a text is a turn of codex with that report, or verdict."""

OK = 'STATUS: ok\n{"remainingTasks": []}\nAll is there.'
MISSING = 'STATUS: missing\n{"remainingTasks": ["say goodbye", "test it"]}\nNearly.'
SPEC = "spec-01-greeting"

IMPLEMENT = (
    "Implement {{SPEC_ID}}, {{SPEC_NAME}} ({{MODE}}).\n{{SPEC_BODY}}\n"
    "{{ACCEPTANCE_COMMANDS}}\nLeft: {{PREVIOUS_REMAINING_TASKS}}\n"
)
REVIEW = (
    "Judge {{SPEC_ID}}, {{SPEC_NAME}} ({{MODE}}).\n{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n"
    "{{ACCEPTANCE_CHECKLIST}}\nReport: {{IMPLEMENTATION_REPORT}}\n"
)

_CHECKOUT = Path(__file__).parents[2]
_MARK = "HELM_TEST_MARK"
_DEADLINE = 60.0
"""Seconds after which a test that waits has failed; nothing is ever waited for that long."""

_FILES = ("SPEC.md", "metadata.json", "acceptance-checklist.md")

Environment = Mapping[str, str]
_NO_MORE: Environment = {}

Found = TypeVar("Found")


class Event(NamedTuple):
    """A row of the log."""

    run_id: str
    seq: int
    kind: str
    body: dict[str, Any]


class Call(NamedTuple):
    """A prompt that an agent has read."""

    role: str
    pid: int
    prompt: str
    argv: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of a helm process; `code` is negative for a signal."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines of helm's own on standard error, warnings left out."""
        own = [line for line in self.err.splitlines() if line.startswith("helm: ")]
        return [line for line in own if not line.startswith("helm: warning: ")]

    @property
    def warnings(self) -> list[str]:
        """The warnings on standard error."""
        return [line for line in self.err.splitlines() if line.startswith("helm: warning: ")]


class Helm:
    """A helm process that may still be running."""

    def __init__(self, popen: subprocess.Popen[bytes], out: Path, err: Path) -> None:
        self.popen = popen
        self._out, self._err = out, err

    @property
    def pid(self) -> int:
        return self.popen.pid

    def send(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)

    def end(self) -> Ended:
        """Wait for the process to end."""
        code = self.popen.wait(_DEADLINE)
        text = self._err.read_text(encoding="utf-8", errors="replace")
        assert "Traceback" not in text, text
        assert "Warning:" not in text, text
        out = self._out.read_text(encoding="utf-8", errors="replace")
        return Ended(code=code, out=out, err=text)

    def kill(self) -> None:
        """End it as nothing can be heeded or tidied up after."""
        self.popen.kill()
        self.popen.wait()


class Workspace:
    """A folder with one spec and both templates, under git unless it is told otherwise.

    The workspace is `root`; what it takes to run helm in it lies beside. Every process that
    descends from a helm of this workspace can be found by a mark in its environment.
    """

    def __init__(self, place: Path, *, git: bool = True, name: str = "work") -> None:
        self.place = place
        self.root = place / name
        self.specs = self.root / "specs"
        self.spec = self.specs / SPEC
        self.codex = place / "bin" / "codex"
        self._script, self._calls = place / "script.json", place / "calls.jsonl"
        self._started = self._open = 0
        self.environment = self._environment()
        self._prepare(git=git)
        self.agent()

    def agent(
        self, worker: Iterable[Answer] = ("It is done.",), verifier: Iterable[Answer] = (OK,)
    ) -> None:
        """Say what the agents do from now on, a call each; the last answer serves all others.

        Calls are counted from here.
        """
        script = {
            "worker": [turn(each) if isinstance(each, str) else list(each) for each in worker],
            "verifier": [
                judged(each) if isinstance(each, str) else list(each) for each in verifier
            ],
        }
        self._script.write_text(json.dumps(script), encoding="utf-8")
        self._calls.unlink(missing_ok=True)

    def calls(self) -> list[Call]:
        """List the prompts that agents have read since `agent`."""
        if not self._calls.exists():
            return []
        lines = self._calls.read_text(encoding="utf-8").splitlines(keepends=True)
        return [Call(**json.loads(line)) for line in lines if line.endswith("\n")]

    def roles(self) -> list[str]:
        """List who was called since `agent`."""
        return [call.role for call in self.calls()]

    def run(
        self, *words: str, cwd: Path | None = None, environment: Environment = _NO_MORE
    ) -> Ended:
        """Call helm with `words`, and wait for its end; `environment` is added to ours."""
        with self.start(*words, cwd=cwd, environment=environment) as helm:
            return helm.end()

    def execute(self, *options: str, environment: Environment = _NO_MORE) -> Ended:
        """Run the spec headless."""
        return self.run("run", "--exec", SPEC, *options, environment=environment)

    def run_shell(self, script: str) -> Ended:
        """Run a script of the shell's in the workspace."""
        with self._process(["/bin/sh", "-c", script], self.root, {}) as shell:
            return shell.end()

    def helm_words(self, *words: str) -> list[str]:
        """Give the words that call helm; without `words`, those that run the spec headless."""
        return [sys.executable, "-m", "helm", *(words or ("run", "--exec", SPEC))]

    @contextmanager
    def start(
        self,
        *words: str,
        cwd: Path | None = None,
        stdout: int | None = None,
        environment: Environment = _NO_MORE,
    ) -> Iterator[Helm]:
        """Call helm in the background; it and all that it began have ended when the block does.

        Within another such block, what it began is left alone.
        """
        argv = [sys.executable, "-m", "helm", *words]
        with self._process(argv, cwd or self.root, environment, stdout) as helm:
            yield helm

    @contextmanager
    def working(self, *options: str, calls: int = 1) -> Iterator[Helm]:
        """Run the spec in the background; the block begins when that many prompts were read."""
        with self.start("run", "--exec", SPEC, *options) as helm:
            self.wait_for_calls(calls)
            yield helm

    @contextmanager
    def nobody_left(self) -> Iterator[None]:
        """End whoever is left, at the end of the outermost of such blocks."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            for process in [] if self._open else self.survivors():
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def survivors(self) -> list[psutil.Process]:
        """Find the living processes that some helm of this workspace began, or is."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    @property
    def log(self) -> Path:
        """The database, wherever it is."""
        found = [self.root / ".git" / "helm" / "runs.db", self.root / ".helm" / "runs.db"]
        return next((path for path in found if path.exists()), found[0])

    def events(self, log: Path | None = None) -> list[Event]:
        """Read the whole log; there need not be one."""
        rows = self.query("SELECT run_id, seq, kind, body FROM events ORDER BY position", log)
        return [Event(run_id, seq, kind, json.loads(body)) for run_id, seq, kind, body in rows]

    def kinds(self) -> list[str]:
        """List the kinds of all events."""
        return [event.kind for event in self.events()]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """Read the events of one kind."""
        return [event.body for event in self.events() if event.kind == kind]

    def query(self, sql: str, log: Path | None = None) -> list[Any]:
        """Ask the log something, without being able to change it; nothing where there is none."""
        path = log or self.log
        if not path.exists():
            return []
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # it is being made at this moment
                return []
            raise

    @contextmanager
    def locked_log(self) -> Iterator[None]:
        """Keep everybody from writing to the log, as another program might."""
        with closing(sqlite3.connect(self.log, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def wait_for_event(self, kind: str, count: int = 1) -> None:
        """Wait until the log holds so many events of a kind."""
        until(lambda: self.kinds().count(kind) >= count, f"{count} {kind}")

    def wait_for_calls(self, count: int) -> list[Call]:
        """Wait until agents have read so many prompts."""
        until(lambda: len(self.calls()) >= count, f"{count} calls")
        return self.calls()

    def metadata(self) -> dict[str, Any]:
        """Read what people read of the spec's state."""
        found: dict[str, Any] = json.loads(self.text("metadata.json"))
        return found

    def text(self, name: str) -> str:
        """Read a file of the spec's folder."""
        return (self.spec / name).read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Take down every file of the workspace, but for what git and helm keep for themselves."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not {".git", ".helm"} & set(path.relative_to(self.root).parts)
        }

    def add_spec(self, folder_name: str, **metadata: object) -> Path:
        """Write one more spec."""
        folder = self.specs / folder_name
        folder.mkdir(parents=True)
        write(folder / "SPEC.md", f"# The spec {folder_name}\n\nGreet.\n")
        found = {"id": folder_name, "status": "todo", **metadata}
        write(folder / "metadata.json", json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        return folder

    @contextmanager
    def _process(
        self,
        argv: list[str],
        cwd: Path,
        environment: Environment,
        stdout: int | None = None,
    ) -> Iterator[Helm]:
        self._started += 1
        outputs = [self.place / f"{name}-{self._started}" for name in ("out", "err")]
        with outputs[0].open("wb") as out, outputs[1].open("wb") as err:
            popen = subprocess.Popen(
                argv,
                cwd=cwd,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out if stdout is None else stdout,
                stderr=err,
            )
        helm = Helm(popen, *outputs)
        with self.nobody_left():
            try:
                yield helm
            finally:
                if popen.stdout:
                    popen.stdout.close()
                helm.kill()

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.codex.parent}{os.pathsep}{self.place / 'tools'}",
            "HOME": str(self.place),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(_CHECKOUT),
            "PYTHONWARNINGS": "default::ResourceWarning",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "FAKE_CODEX": str(self._script),
            "FAKE_CODEX_CALLS": str(self._calls),
            _MARK: str(self.place),
        }

    def _prepare(self, *, git: bool) -> None:
        tools = self.place / "tools"
        tools.mkdir()
        for name in ("git", "sh"):
            (tools / name).symlink_to(shutil.which(name) or name)
        self.install_codex()
        self.add_spec(
            SPEC,
            name="A greeting",
            dependsOn=[],
            acceptanceCommands=["./greet | grep -q hello"],
            owner="änn",
        )
        write(self.spec / "acceptance-checklist.md", "- [ ] it greets\n")
        write(self.specs / "implement.prompt-template.md", IMPLEMENT)
        write(self.specs / "review.prompt-template.md", REVIEW)
        if git:
            init = ["git", "init", "--quiet", "--template=", str(self.root)]
            subprocess.run(init, env=self.environment, check=True)

    def install_codex(self) -> None:
        """Put the stand-in on PATH."""
        words = (sys.executable, "-I", "-S", str(Path(fake_codex.__file__).resolve()))
        self.codex.parent.mkdir(exist_ok=True)
        write(self.codex, f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        self.codex.chmod(0o755)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return (
                process.environ().get(_MARK) == str(self.place)
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except (psutil.Error, OSError):  # it is somebody else's, or gone
            return False


def until(condition: Callable[[], Found], what: str, seconds: float = _DEADLINE) -> Found:
    """Wait until `condition` gives something true; fail if it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.005)
    return found


def alive(pid: int) -> bool:
    """Tell whether a process runs still; one that only waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def write(path: Path, text: str) -> None:
    """Write a text file."""
    path.write_text(text, encoding="utf-8")
