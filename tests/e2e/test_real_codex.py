"""helm as people start it, with the real codex: a process, a repository, real shell commands.

Only the model is scripted, on loopback. What happened is read where anybody can read it: the exit
status, the files, the views of the log, the processes of this machine.
"""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from helm.adapters.sqlite.log import SqliteEventLog
from tests.e2e.codex import codex_environment, require_codex, sandbox_fault
from tests.e2e.model_server import (
    Answer,
    Fail,
    Hang,
    Json,
    ModelServer,
    Reply,
    Say,
    Shell,
    Think,
    Turns,
    prompt_of,
    tool_outputs,
)

pytestmark = pytest.mark.codex

ROOT = Path(__file__).resolve().parents[2]
WORKER, VERIFIER = "IMPLEMENT THIS", "REVIEW THIS"
FILES = {
    "specs/implement.prompt-template.md": (
        f"{WORKER}: {{{{SPEC_BODY}}}}\n{{{{ACCEPTANCE_COMMANDS}}}}\n"
        "Left to do: {{PREVIOUS_REMAINING_TASKS}}\n"
    ),
    "specs/review.prompt-template.md": (
        f"{VERIFIER}: {{{{SPEC_BODY}}}}\n{{{{ACCEPTANCE_COMMANDS}}}}\n"
        "{{ACCEPTANCE_CHECKLIST}}\nThe worker says: {{IMPLEMENTATION_REPORT}}\n"
    ),
    "specs/spec-01-greeting/SPEC.md": "# Greeting\n\nWrite greeting.txt.\n",
    "specs/spec-01-greeting/metadata.json": '{"status": "todo"}\n',
}
OK = Say('STATUS: ok\n{"remainingTasks": []}\nI have read it.')
TASK = 'greeting.txt lacks its second line, "world"'
MISSING = Say(f"STATUS: missing\n{json.dumps({'remainingTasks': [TASK]})}\nOne line is there.")

# A command that takes for ever, and a second one in a session of its own, which codex lets escape.
SLEEP = ["sleep", "300"]
ESCAPE = f"import os; os.setsid(); os.execvp('sleep', {SLEEP})"
SLEEPS = Shell(f"{shlex.join([sys.executable, '-c', ESCAPE])} & {shlex.join(SLEEP)}")

# Notes the words of each call, and every byte on its way from codex to helm.
WITNESS = """\
#!/bin/bash
echo "$*" >>{0}/calls
exec {1} "$@" > >(tee {0}/$$.stdout) 2> >(tee {0}/$$.stderr >&2)
"""

NO_NAMESPACES = """\
#!/bin/sh
exec unshare --user --map-root-user sh -c '
    echo 0 > /proc/sys/user/max_user_namespaces
    exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
' sh {} "$@"
"""
DOUBT = "the verifier says ok, and none of its commands succeeded: see helm doctor"

GO_TEST = """\
package it

import "testing"

func TestIt(t *testing.T) {}
"""

UNITTEST = """\
import tempfile, unittest

class Passes(unittest.TestCase):
    def test_a_temporary_file(self):
        with tempfile.TemporaryFile() as file:
            self.assertEqual(file.write(b"x"), 1)
"""

Turn = tuple[str, Sequence[Answer]]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Ended:
    """How one run of helm went; a negative status is a signal."""

    status: int
    stdout: str
    stderr: str


@dataclass
class Place:
    """A home folder with a repository, one spec in it, and `codex` on PATH."""

    home: Path
    codex: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> Path:
        return self.home / "repository"

    @property
    def spec(self) -> Path:
        return self.repository / "specs/spec-01-greeting"

    @property
    def log(self) -> Path:
        return self.repository / ".git/helm/runs.db"

    def lay_out(self) -> None:
        for name, text in FILES.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        subprocess.run(["git", "init", "--quiet", self.repository], check=True)

    def speak_to(self, base_url: str) -> None:
        """Let codex speak to this server; that it must not try for ever is left to helm to say."""
        self.environment = codex_environment(self.home, base_url)
        self.environment["PYTHONPATH"] = str(ROOT)
        config = self.home / ".codex/config.toml"
        text, bound = config.read_text(encoding="utf-8"), "unbounded_connection_retries = false\n"
        assert bound in text
        config.write_text(text.replace(bound, ""), encoding="utf-8")

    def put_witness(self) -> Path:
        """Put a program before codex that sees what passes; the folder of its notes."""
        notes = self.home / "notes"
        notes.mkdir()
        quoted = (shlex.quote(str(path)) for path in (notes, self.codex))
        self.put_before(WITNESS.format(*quoted))
        return notes

    def put_before(self, script: str) -> Path:
        """Let a script be the codex that helm finds."""
        program = self.home / "before/codex"
        program.parent.mkdir()
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)
        path = self.environment["PATH"]
        self.environment["PATH"] = os.pathsep.join([str(program.parent), path])
        return program

    @contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Start `helm run --exec` on the spec."""
        with subprocess.Popen(
            [sys.executable, "-m", "helm", "run", "--exec", "spec-01", *words],
            cwd=self.repository,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as helm:
            try:
                yield helm
            finally:
                if helm.poll() is None:
                    helm.kill()

    def run(self, *words: str) -> Ended:
        """Run helm to its end."""
        with self.started(*words) as helm:
            return ended(helm)

    def processes(self) -> list[psutil.Process]:
        """Everybody who was started in this home and lives, helm included."""
        return [each for each in psutil.process_iter() if _home(each) == str(self.home)]

    def asleep(self) -> list[psutil.Process]:
        """The shell commands in which an agent is to be interrupted."""
        return [each for each in self.processes() if _argv(each) == SLEEP]

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the log, as a stranger to helm would."""
        with closing(sqlite3.connect(f"{self.log.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def halt(self) -> str:
        """Why the one run in the log stands still."""
        ((outcome, cause),) = self.select("SELECT outcome, cause FROM runs")
        assert outcome == "halted"
        return str(cause)

    def outcome(self) -> tuple[str, int]:
        """How the one run in the log ended, and after how many attempts."""
        ((outcome, attempts),) = self.select("SELECT outcome, attempts FROM runs")
        return outcome, attempts

    def metadata(self) -> dict[str, Any]:
        return dict(json.loads((self.spec / "metadata.json").read_text(encoding="utf-8")))

    def report(self) -> str:
        return (self.spec / "implementation-report.md").read_text(encoding="utf-8")


def ended(helm: subprocess.Popen[str]) -> Ended:
    stdout, stderr = helm.communicate(timeout=60)
    return Ended(helm.returncode, stdout, stderr)


def eventually(look: Callable[[], Found | None]) -> Found:
    """Look until something is there."""
    deadline = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def living(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _home(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("HOME")
    except (psutil.Error, OSError):
        return None


def _argv(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def asked(server: ModelServer, marker: str) -> list[str]:
    """The prompts of the worker or of the verifier, one for each codex that was started."""
    turns = {each["client_metadata"]["turn_id"]: prompt_of(each) for each in server.requests}
    return [prompt for prompt in turns.values() if marker in prompt]


@pytest.fixture(scope="module")
def program() -> Path:
    return require_codex()


@contextmanager
def laid_out(home: Path, program: Path) -> Iterator[Place]:
    place = Place(home, program)
    place.lay_out()
    place.speak_to("http://127.0.0.1:9/v1")
    try:
        yield place
    finally:
        for left in place.processes():
            with suppress(psutil.NoSuchProcess):
                left.kill()


@pytest.fixture
def place(tmp_path: Path, program: Path) -> Iterator[Place]:
    with laid_out(tmp_path, program) as place:
        yield place


def worker(*answers: Answer) -> Turn:
    return WORKER, answers


def verifier(*answers: Answer) -> Turn:
    return VERIFIER, answers


def in_turn(*turns: Turn) -> dict[str, list[Sequence[Answer]]]:
    """Sort turns by the agent that they are for."""
    return {
        marker: [answers for each, answers in turns if each == marker]
        for marker in (VERIFIER, WORKER)
    }


@contextmanager
def served(place: Place, *turns: Turn) -> Iterator[ModelServer]:
    """Play these turns to the agents of `place`."""
    with ModelServer(Turns(in_turn(*turns))) as server:
        place.speak_to(server.base_url)
        yield server


@dataclass(frozen=True)
class Accepted:
    """A run of two attempts that ended well, and what was seen of it from outside."""

    place: Place
    ended: Ended
    requests: list[Json]
    worker_prompts: list[str]
    notes: Path


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory, program: Path) -> Iterator[Accepted]:
    """Run helm once, for all the tests that look at what came of it."""
    home = tmp_path_factory.mktemp("accepted")
    with laid_out(home, program) as place:
        _require_sandbox(place)
        begun = Reply([Think("a plan"), Say("I begin."), Shell("echo hello > greeting.txt")])
        refused = Shell("echo no > forbidden.txt || echo REFUSED")
        with served(
            place,
            worker(begun, Say("The first line is there.")),
            verifier(Shell("cat greeting.txt"), refused, MISSING),
            worker(Shell("echo world >> greeting.txt; exit 3"), Say("Both lines are there.")),
            verifier(Shell("cat greeting.txt"), OK),
        ) as server:
            notes = place.put_witness()
            ended = place.run()
            yield Accepted(place, ended, server.requests, asked(server, WORKER), notes)


def _require_sandbox(place: Place) -> None:
    fault = sandbox_fault(place.codex, place.environment)
    if fault:
        pytest.skip(f"codex's sandbox does not work on this machine: {fault}")


def test_a_spec_is_worked_on_until_the_verifier_says_ok(accepted: Accepted) -> None:
    """Two attempts, exit status 0, and the work of both is in the work tree."""
    assert (accepted.ended.status, accepted.ended.stderr) == (0, "")
    assert accepted.place.outcome() == ("accepted", 2)
    greeting = accepted.place.repository / "greeting.txt"
    assert greeting.read_text(encoding="utf-8") == "hello\nworld\n"


def test_the_second_worker_is_told_what_the_verifier_missed(accepted: Accepted) -> None:
    """The task reaches the prompt as codex hands it to the model."""
    first, second = accepted.worker_prompts
    assert "Left to do: []\n" in first
    assert f"Left to do: [\n  {json.dumps(TASK)}\n]\n" in second


def test_the_verifier_reads_with_a_real_shell_and_cannot_write(accepted: Accepted) -> None:
    """helm's own words put codex into the read-only sandbox, and shell commands work there."""
    conversations = [each for each in accepted.requests if VERIFIER in prompt_of(each)]
    read, written = max(map(tool_outputs, conversations), key=len)
    assert "hello" in read
    assert "REFUSED" in written
    assert not (accepted.place.repository / "forbidden.txt").exists()


def test_the_files_for_people_say_how_it_ended(accepted: Accepted) -> None:
    """Metadata done with a note for each verdict, the report with the last worker's message."""
    metadata = accepted.place.metadata()
    assert metadata["status"] == "done"
    notes = metadata["notes"].splitlines()
    assert [note.partition("] ")[2] for note in notes] == [
        f"attempt 1 status=missing: remaining tasks: {TASK}",
        "attempt 2 status=ok: ok",
    ]
    report = accepted.place.report()
    assert "- Final verifier status: ok\n" in report
    assert report.endswith("## Final worker output\n\nBoth lines are there.\n")


def test_the_person_who_waits_sees_it_all(accepted: Accepted) -> None:
    """What the agents say and run is printed as they meant it, then how it ended."""
    lines = accepted.ended.stdout.splitlines()
    for line in (
        "I begin.",
        "$ echo hello > greeting.txt",
        "Verdict on attempt 1: missing",
        f"  - {TASK}",
        "$ echo world >> greeting.txt; exit 3",
        "Verdict on attempt 2: ok",
        f"  tokens  {100 * len(accepted.requests)} in, {10 * len(accepted.requests)} out",
    ):
        assert line in lines


def test_the_log_holds_the_sessions_by_codex_own_names(accepted: Accepted) -> None:
    """A session that is on record can be found in codex's home, and so be continued by hand."""
    rollouts = (accepted.place.home / ".codex/sessions").rglob("rollout-*.jsonl")
    events = "SELECT json_extract(body, '$.session') FROM events WHERE kind = 'SessionOpened'"
    sessions = [session for (session,) in accepted.place.select(events)]
    assert len(set(sessions)) == 4
    assert sorted(sessions) == sorted(path.stem[-36:] for path in rollouts)


def test_the_log_adds_up_the_tokens_of_all_agents(accepted: Accepted) -> None:
    """Each response of the model is counted once."""
    ((spent, given),) = accepted.place.select("SELECT input_tokens, output_tokens FROM runs")
    responses = len(accepted.requests)
    assert (spent, given) == (100 * responses, 10 * responses)


def test_the_log_holds_each_command_with_its_exit_code(accepted: Accepted) -> None:
    """As codex tells them, in the order in which they ended."""
    finished = accepted.place.select(
        "SELECT role, attempt, launch, text, exit_code FROM activity "
        "WHERE activity = 'command_finished' ORDER BY seq"
    )
    assert [(*who, shlex.split(text)[-1], code) for *who, text, code in finished] == [
        ("worker", 1, 1, "echo hello > greeting.txt", 0),
        ("verifier", 1, 2, "cat greeting.txt", 0),
        ("verifier", 1, 2, "echo no > forbidden.txt || echo REFUSED", 0),
        ("worker", 2, 3, "echo world >> greeting.txt; exit 3", 3),
        ("verifier", 2, 4, "cat greeting.txt", 0),
    ]


def test_the_log_holds_every_byte_that_codex_wrote(accepted: Accepted) -> None:
    """What stands in the log is what a `tee` between codex and helm has seen."""
    place = accepted.place
    spawned = place.select(
        "SELECT json_extract(body, '$.launch'), json_extract(body, '$.pid') FROM events "
        "WHERE kind = 'AgentSpawned'"
    )
    seen = {
        (launch, channel): data
        for launch, pid in spawned
        for channel in ("stdout", "stderr")
        if (data := (accepted.notes / f"{pid}.{channel}").read_bytes())
    }
    assert {launch for launch, _ in seen} == {1, 2, 3, 4}
    assert _transcripts(place) == seen
    digests = place.select("SELECT launch, channel, sha256 FROM transcripts")
    assert {(launch, channel): digest for launch, channel, digest in digests} == {
        each: sha256(data).hexdigest() for each, data in seen.items()
    }


def _transcripts(place: Place) -> dict[tuple[int, str], bytes]:
    chunks = place.select(
        "SELECT run_id, seq, json_extract(body, '$.launch'), json_extract(body, '$.channel') "
        "FROM events WHERE kind = 'OutputCaptured' ORDER BY seq"
    )
    found: dict[tuple[int, str], bytes] = {}
    with SqliteEventLog(place.log) as log:
        for run_id, seq, launch, channel in chunks:
            data = log.output(run_id, seq)
            assert data is not None
            found[launch, channel] = found.get((launch, channel), b"") + data
    return found


def test_codex_is_started_once_for_each_launch_and_never_else(accepted: Accepted) -> None:
    """Not for its version either; each time with the words that the log says."""
    argvs = accepted.place.select(
        "SELECT json_extract(body, '$.argv') FROM events "
        "WHERE kind IN ('WorkerLaunched', 'VerifierLaunched') ORDER BY seq"
    )
    calls = (accepted.notes / "calls").read_text(encoding="utf-8").splitlines()
    assert calls == [" ".join(json.loads(argv)[1:]) for (argv,) in argvs]
    assert len(calls) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/shm in the sandbox is Linux's")
def test_a_verifier_can_run_tests_that_need_a_temporary_file(place: Place) -> None:
    """A real unittest passes in the read-only sandbox, by helm's own words, and leaves nothing."""
    _require_sandbox(place)
    (place.repository / "test_it.py").write_text(UNITTEST, encoding="utf-8")
    unittest = f"{shlex.quote(sys.executable)} -m unittest test_it"
    with served(place, worker(Say("done")), verifier(Shell(unittest), OK)) as server:
        assert place.run().status == 0
    (output,) = tool_outputs(server.requests[-1])
    assert "Ran 1 test" in output
    assert output.rstrip().endswith("OK")
    names = {path.name for path in place.repository.iterdir()}
    assert names == {".git", "specs", "test_it.py"}


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/shm in the sandbox is Linux's")
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_a_verifier_can_run_tests_that_are_compiled_first(place: Place) -> None:
    """The compiler's cache lies where there is room, and nothing is left of it."""
    _require_sandbox(place)
    (place.repository / "go.mod").write_text("module it\n", encoding="utf-8")
    (place.repository / "it_test.go").write_text(GO_TEST, encoding="utf-8")
    words = f"{shutil.which('go')} test ./..."
    with served(place, worker(Say("done")), verifier(Shell(words), OK)) as server:
        ended = place.run()
    assert (ended.status, ended.stderr) == (0, "")
    (output,) = tool_outputs(server.requests[-1])
    assert re.search(r"^ok\s+it\s", output, re.MULTILINE)


def test_an_ok_of_a_verifier_without_a_sandbox_is_doubted(place: Place) -> None:
    """codex itself goes on without a shell, and is content."""
    with served(place, worker(Say("done")), verifier(Shell("cat SPEC.md"), OK)):
        program = place.put_before(NO_NAMESPACES.format(shlex.quote(str(place.codex))))
        if "Creating new namespace failed" not in sandbox_fault(program, place.environment):
            pytest.skip("a program cannot be kept from making namespaces here")
        ended = place.run()
    assert ended.status == 0
    assert ended.stderr == f"helm: warning: {DOUBT}\n"


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(Fail(400, "this model is refused"), id="400"),
        pytest.param(Fail(401, {"error": {"message": "this model is refused"}}), id="401"),
    ],
)
def test_a_model_error_in_the_worker_halts_the_run(place: Place, refusal: Fail) -> None:
    """The server's words are shown; once the server is mended, the run goes on and is accepted."""
    turns = [worker(refusal), worker(Say("done")), verifier(OK)]
    with served(place, *turns) as server:
        failed = place.run()
        assert failed.status == 4
        (said,) = failed.stderr.splitlines()[-1:]
        assert said.startswith("helm: the worker failed: the agent exited with status 1: ")
        assert "this model is refused" in said
        assert said.endswith("To go on: helm run --exec spec-01 --resume")
        assert place.halt() == "worker_failed"
        assert place.metadata() == {"status": "todo"}
        assert place.run("--resume").status == 0
    assert place.outcome() == ("accepted", 1)
    assert len(asked(server, WORKER)) == 2


def test_a_model_error_in_the_verifier_does_not_cost_the_work(place: Place) -> None:
    """The worker had finished: a resumed run asks the verifier alone."""
    refusal = Fail(400, "this model is refused")
    turns = [worker(Say("hard work")), verifier(refusal), verifier(OK)]
    with served(place, *turns) as server:
        failed = place.run()
        assert failed.status == 4
        assert "helm: the verifier failed: " in failed.stderr
        assert "this model is refused" in failed.stderr
        assert place.halt() == "verifier_failed"
        assert place.run("--resume").status == 0
    assert place.outcome() == ("accepted", 1)
    assert len(asked(server, WORKER)) == 1
    assert [prompt.split("says: ")[1] for prompt in asked(server, VERIFIER)] == 2 * ["hard work\n"]


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("--idle-timeout", "2s"), "worker_silent"),
        (("--idle-timeout", "off", "--worker-timeout", "2s"), "worker_timed_out"),
    ],
)
def test_a_model_that_never_answers_is_given_up(
    place: Place, words: tuple[str, ...], cause: str
) -> None:
    """codex itself would wait for ever; helm ends it, and says which limit it was."""
    with served(place, worker(Hang())) as server:
        helm = place.run(*words)
        assert helm.status == 4
        assert len(server.requests) == 1
    assert place.halt() == cause
    assert place.processes() == []


def test_an_answer_without_a_verdict_halts_the_run(place: Place) -> None:
    """It never counts as ok, and the resumed run asks the verifier again."""
    unreadable = Say('Here you are:\nSTATUS: ok\n{"remainingTasks": []}')
    turns = [worker(Say("done")), verifier(unreadable), verifier(OK)]
    with served(place, *turns) as server:
        failed = place.run()
        assert failed.status == 5
        assert "its first line is 'Here you are:'" in failed.stderr
        assert place.halt() == "verdict_unreadable"
        assert place.metadata() == {"status": "todo"}
        assert place.run("--resume").status == 0
    assert place.outcome() == ("accepted", 1)
    assert len(asked(server, WORKER)) == 1


def test_a_server_that_is_not_there_ends_in_a_failure(place: Place) -> None:
    """codex left to itself would try for ever; the words that helm gives it bound that."""
    with socket.socket() as bound:  # to a port on which nobody listens
        bound.bind(("127.0.0.1", 0))
        place.speak_to(f"http://127.0.0.1:{bound.getsockname()[1]}/v1")
        helm = place.run()
    assert helm.status == 4
    assert "helm: the worker failed: " in helm.stderr
    assert place.halt() == "worker_failed"


@contextmanager
def asleep(
    place: Place, server: ModelServer
) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """Start helm, and wait until an agent is within a shell command that takes for ever."""
    begun = "SELECT text FROM activity WHERE activity = 'command_started'"
    with place.started() as helm:
        server.wait_for_requests(1)
        eventually(lambda: place.select(begun))
        eventually(lambda: len(place.asleep()) == 2)
        agents = [each for each in place.processes() if each.pid != helm.pid]
        assert {"codex", "sleep"} <= {each.name() for each in agents}
        yield helm, agents


WORKER_SLEEPS = [worker(SLEEPS, Hang()), worker(Say("done")), verifier(OK)]
VERIFIER_SLEEPS = [worker(Say("done")), verifier(SLEEPS, Hang()), verifier(OK)]


@pytest.mark.parametrize(
    ("number", "turns"),
    [
        pytest.param(signal.SIGINT, WORKER_SLEEPS, id="SIGINT-worker"),
        pytest.param(signal.SIGTERM, WORKER_SLEEPS, id="SIGTERM-worker"),
        pytest.param(signal.SIGINT, VERIFIER_SLEEPS, id="SIGINT-verifier"),
    ],
)
def test_an_interrupted_helm_leaves_nobody_behind(
    place: Place, number: signal.Signals, turns: list[Turn]
) -> None:
    """It dies of the signal that it alone got, after codex and its commands; the run goes on."""
    if turns is VERIFIER_SLEEPS:
        _require_sandbox(place)
    with served(place, *turns) as server:
        with asleep(place, server) as (helm, _):
            helm.send_signal(number)
            interrupted = ended(helm)
            assert place.processes() == []
        assert interrupted.status == -number
        assert "To go on: helm run --exec spec-01 --resume" in interrupted.stderr
        assert place.halt() == number.name
        assert place.run("--resume").status == 0
    assert place.outcome() == ("accepted", 1)


def test_what_a_killed_helm_leaves_behind_is_ended_first(place: Place) -> None:
    """When the resumed run asks the model, neither codex nor its commands live any more."""
    orphans: list[psutil.Process] = []
    survivors: list[psutil.Process] = []
    turns = Turns(in_turn(*WORKER_SLEEPS))

    def script(request: Json) -> Answer:
        if not tool_outputs(request):  # the first request of a turn
            survivors.extend(filter(living, orphans))
        return turns(request)

    with ModelServer(script) as server:
        place.speak_to(server.base_url)
        with asleep(place, server) as (helm, agents):
            helm.kill()
            helm.wait()
            orphans += agents
            assert all(map(living, orphans))
        resumed = place.run("--resume")
    assert resumed.status == 0
    assert "helm: warning: ended the worker that run " in resumed.stderr
    assert survivors == []
    halts = "SELECT json_extract(body, '$.cause') FROM events WHERE kind = 'RunHalted'"
    assert place.select(halts) == [("lost",)]
    assert place.outcome() == ("accepted", 1)
