"""The scripted model server drives the real codex, in the two ways in which helm runs it."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.codex import codex_environment, codex_program, sandbox_fault
from tests.e2e.model_server import (
    Fail,
    Hang,
    ModelServer,
    Reply,
    Say,
    Shell,
    Think,
    Turns,
    Usage,
    prompt_of,
    tool_outputs,
)

pytestmark = pytest.mark.codex

EXEC = ["exec", "--json", "--skip-git-repo-check"]
BOUNDED = ["-c", "features.unbounded_connection_retries=false"]
WORKER = [*EXEC, "--dangerously-bypass-approvals-and-sandbox", *BOUNDED, "-"]
VERIFIER = [
    *[*EXEC, "--sandbox", "read-only", *BOUNDED],
    *["-c", 'shell_environment_policy.set.TMPDIR="/dev/shm"'],
    *["-c", 'shell_environment_policy.set.PYTHONDONTWRITEBYTECODE="1"', "-"],
]

UNITTEST = """\
import tempfile, unittest

class Passes(unittest.TestCase):
    def test_a_temporary_file(self):
        with tempfile.TemporaryFile() as file:
            self.assertEqual(file.write(b"x"), 1)
"""


@dataclass(frozen=True)
class Ended:
    """How one run of codex went."""

    status: int
    events: list[dict[str, Any]]

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The completed items of one type."""
        done = [event["item"] for event in self.events if event["type"] == "item.completed"]
        return [item for item in done if item["type"] == kind]


class Codex:
    """The real program, with a git repository to work in."""

    def __init__(self, program: Path, home: Path) -> None:
        self.program, self.home, self.repository = program, home, home / "repository"
        subprocess.run(["git", "init", "--quiet", self.repository], check=True)

    @contextmanager
    def started(
        self, server: ModelServer, argv: list[str], *, retries: int = 0
    ) -> Iterator[subprocess.Popen[str]]:
        """Run codex in a process group of its own, which is gone at the end."""
        with subprocess.Popen(
            [self.program, *argv],
            cwd=self.repository,
            env=codex_environment(self.home, server.base_url, retries=retries),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as codex:
            try:
                yield codex
            finally:
                if codex.poll() is None:
                    os.killpg(codex.pid, signal.SIGKILL)

    def run(
        self, server: ModelServer, argv: list[str], prompt: str = "a prompt", *, retries: int = 0
    ) -> Ended:
        """Run one turn to its end."""
        with self.started(server, argv, retries=retries) as codex:
            stdout, _ = codex.communicate(prompt, timeout=30)
        return Ended(codex.returncode, [json.loads(line) for line in stdout.splitlines()])


@pytest.fixture
def codex(tmp_path: Path) -> Codex:
    program = codex_program()
    if program is None:
        pytest.skip("the real codex is not installed: run `make codex`")
    return Codex(program, tmp_path)


@pytest.fixture
def sandboxed_codex(codex: Codex) -> Codex:
    if sys.platform != "linux":
        pytest.skip("/dev/shm in the sandbox is Linux's")
    fault = sandbox_fault(codex.program, codex_environment(codex.home, "http://127.0.0.1:9/v1"))
    if fault:
        pytest.skip(f"codex's sandbox does not work on this machine: {fault}")
    return codex


def test_a_worker_runs_a_scripted_command_and_ends_with_a_message(codex: Codex) -> None:
    """The command really runs in the work tree, and the last message is the scripted one."""
    script = Turns({"a prompt": [[Shell("echo hi > made.txt"), Say("done")]]})
    with ModelServer(script) as server:
        ended = codex.run(server, WORKER)
    assert ended.status == 0
    assert (codex.repository / "made.txt").read_text() == "hi\n"
    assert ended.items("command_execution")[0]["exit_code"] == 0
    assert ended.items("agent_message")[-1]["text"] == "done"


def test_a_reply_holds_several_items_and_its_own_usage(codex: Codex) -> None:
    """The usage told at the end is the sum over the turn's responses."""
    first = Reply([Think("a plan"), Say("I will look"), Shell("true")], Usage(output_tokens=5))
    with ModelServer(Turns({"": [[first, Reply(usage=Usage(input_tokens=7))]]})) as server:
        ended = codex.run(server, WORKER)
    assert [item["text"] for item in ended.items("reasoning")] == ["a plan"]
    assert [item["text"] for item in ended.items("agent_message")] == ["I will look"]
    usage = ended.events[-1]["usage"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (107, 15)


def test_turns_are_played_by_the_marker_in_the_prompt(codex: Codex) -> None:
    """Every run of codex takes the next turn of the first marker that its prompt holds."""
    script = Turns({"REVIEW": [[Say("verdict")]], "IMPLEMENT": [[Say("one")], [Say("two")]]})
    with ModelServer(script) as server:
        prompts = ["IMPLEMENT", "REVIEW of IMPLEMENT", "IMPLEMENT", "IMPLEMENT"]
        runs = [codex.run(server, WORKER, prompt) for prompt in prompts]
    said = [item["text"] for ended in runs for item in ended.items("agent_message")]
    assert said == ["one", "verdict", "two"]
    assert "no more turns" in runs[-1].events[-1]["error"]["message"]
    assert [prompt_of(request) for request in server.requests] == prompts


@pytest.mark.parametrize("fault", [Fail(503), Reply([Say("half")], cut=True)])
def test_a_retried_request_gets_the_next_answer_of_its_turn(
    codex: Codex, fault: Fail | Reply
) -> None:
    """A retry of codex does not begin a new turn."""
    with ModelServer(Turns({"": [[fault, Say("at last")]]})) as server:
        ended = codex.run(server, WORKER, retries=1)
    assert ended.status == 0
    assert ended.items("agent_message")[-1]["text"] == "at last"


def test_a_verifier_can_test_but_not_write(sandboxed_codex: Codex) -> None:
    """In the read-only sandbox a temporary file works, and the work tree is protected."""
    codex = sandboxed_codex
    (codex.repository / "test_it.py").write_text(UNITTEST)
    unittest = f"{shlex.quote(sys.executable)} -m unittest test_it"
    script = Turns({"": [[Shell(unittest), Shell("echo no > made.txt"), Say("STATUS: ok")]]})
    with ModelServer(script) as server:
        ended = codex.run(server, VERIFIER)
    tested, written = tool_outputs(server.requests[-1])
    assert "OK" in tested
    assert "Read-only file system" in written
    assert [path.name for path in codex.repository.glob("[!.]*")] == ["test_it.py"]
    assert ended.status == 0
    assert ended.items("agent_message")[-1]["text"] == "STATUS: ok"


@pytest.mark.parametrize("body", ["refused by the test", {"error": {"message": "refused"}}])
def test_an_http_error_is_a_failed_turn(codex: Codex, body: str | dict[str, Any]) -> None:
    """The exit status is 1, and what the server said is handed on."""
    with ModelServer(lambda _: Fail(400, body)) as server:
        ended = codex.run(server, WORKER)
    assert ended.status == 1
    assert ended.events[-1]["type"] == "turn.failed"
    assert "refused" in ended.events[-1]["error"]["message"]


def test_a_script_that_breaks_is_told_to_codex(codex: Codex) -> None:
    """A mistake in a test shows in codex's output and does not hang."""
    with ModelServer(Turns({"another prompt": []})) as server:
        ended = codex.run(server, WORKER)
    assert ended.status == 1
    assert "the test's script failed" in ended.events[-1]["error"]["message"]


def test_a_silent_model_is_ended_by_an_interrupt(codex: Codex) -> None:
    """SIGINT to the group ends a codex that waits, and the server closes all the same."""
    with ModelServer(lambda _: Hang()) as server, codex.started(server, WORKER) as process:
        assert process.stdin
        process.stdin.write("a prompt")
        process.stdin.close()
        server.wait_for_requests(1)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=10) == 1
