"""Which command line codex is started with."""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.codex.agent import CodexAgent
from helm.app.errors import AgentUnavailable
from helm.domain.events import AgentChoice, Role, WorkerSandbox
from helm.domain.steps import CallAgent
from tests.adapters.codex.scripted import agent_call, executable

WORKER, VERIFIER = agent_call(role=Role.WORKER), agent_call(role=Role.VERIFIER)
BOUNDED = ("-c", "features.unbounded_connection_retries=false")
ROOM = (
    *("-c", 'shell_environment_policy.set.TMPDIR="/dev/shm"'),
    *("-c", 'shell_environment_policy.set.PYTHONDONTWRITEBYTECODE="1"'),
    *("-c", 'shell_environment_policy.set.GOCACHE="/dev/shm/go-build"'),
    *("-c", 'shell_environment_policy.set.CARGO_TARGET_DIR="/dev/shm/cargo-target"'),
)


@pytest.fixture
def codex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A `codex` on PATH, and nothing else there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return str(executable(tmp_path / "codex", "#!/bin/sh\n"))


def reasoning(level: str, codex: str) -> str:
    choice = AgentChoice(reasoning=level)
    argv = CodexAgent(codex).argv(replace(WORKER, choice=choice))
    return argv[argv.index("-c") + 1]


def test_a_worker_bypasses_approvals_and_sandbox(codex: str) -> None:
    """The worker's whole command line, where nothing was chosen."""
    assert CodexAgent().argv(WORKER) == (
        codex,
        *("exec", "--json", "--skip-git-repo-check"),
        "--dangerously-bypass-approvals-and-sandbox",
        *BOUNDED,
        "-",
    )


def test_a_worker_may_be_kept_in_the_workspace(codex: str) -> None:
    """The sandbox then stands in the place of the bypass, which would win over it."""
    argv = CodexAgent().argv(replace(WORKER, sandbox=WorkerSandbox.WORKSPACE_WRITE))
    assert argv[4:6] == ("--sandbox", "workspace-write")
    assert "--dangerously-bypass-approvals-and-sandbox" not in argv


@pytest.mark.parametrize("sandbox", WorkerSandbox)
def test_a_verifier_may_only_read(
    codex: str, sandbox: WorkerSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker's sandbox does not matter to it; on Linux it is given room for test suites."""
    monkeypatch.setattr("sys.platform", "linux")
    assert CodexAgent().argv(replace(VERIFIER, sandbox=sandbox)) == (
        codex,
        *("exec", "--json", "--skip-git-repo-check"),
        *("--sandbox", "read-only"),
        *BOUNDED,
        *ROOM,
        "-",
    )


def test_a_verifier_gets_no_shared_memory_where_there_is_none(
    codex: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """macOS has no /dev/shm."""
    monkeypatch.setattr("sys.platform", "darwin")
    assert not set(ROOM[1::2]) & set(CodexAgent().argv(VERIFIER))


@pytest.mark.parametrize("call", [WORKER, VERIFIER])
def test_a_chosen_model_and_reasoning_are_passed_on(codex: str, call: CallAgent) -> None:
    """Both stand before the prompt's dash."""
    choice = AgentChoice(model="gpt-9", reasoning="high")
    argv = CodexAgent().argv(replace(call, choice=choice))
    at = argv.index("--model")
    assert argv[at : at + 4] == ("--model", "gpt-9", "-c", "model_reasoning_effort=high")
    assert argv[-1] == "-"


@pytest.mark.parametrize("level", ["true", "nan", "12", "high\n", 'a"b', "a b", "[1]", "\x7f"])
def test_a_reasoning_that_is_no_plain_word_is_quoted(codex: str, level: str) -> None:
    """Otherwise codex would read a boolean, a number, or a broken line."""
    key, _, value = reasoning(level, codex).partition("=")
    assert key == "model_reasoning_effort"
    assert value.startswith('"')
    assert tomllib.loads(f"x={value}") == {"x": level}


@given(level=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_reasoning_reaches_codex_as_it_is(level: str) -> None:
    """What is not TOML, codex takes as it is; what is must say the same text."""
    value = reasoning(level, "/bin/sh").partition("=")[2]
    try:
        read = tomllib.loads(f"x={value}")["x"]
    except tomllib.TOMLDecodeError:
        read = value
    assert read == level


def test_a_program_is_found_by_its_name(codex: str) -> None:
    """Any name on PATH will do."""
    other = executable(Path(codex).with_name("other"), "#!/bin/sh\n")
    assert CodexAgent("other").argv(WORKER)[0] == str(other)


def test_a_relative_path_is_made_absolute(codex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent is started in another folder than helm."""
    monkeypatch.chdir(Path(codex).parent)
    assert CodexAgent("./codex").argv(WORKER)[0] == codex


def test_a_link_stays_a_link(codex: str) -> None:
    """A program may look at the name that it is called by."""
    link = Path(codex).with_name("link")
    link.symlink_to(codex)
    assert CodexAgent("link").argv(WORKER)[0] == str(link)


def test_a_program_that_is_missing_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line: what was looked for, how to install codex, and how to name another program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AgentUnavailable) as raised:
        CodexAgent().argv(WORKER)
    assert str(raised.value) == (
        "the agent's program codex was not found; install codex "
        "(npm install -g @openai/codex), or name another program in HELM_CODEX"
    )


@pytest.mark.parametrize(
    ("program", "cure"),
    [
        ("codex exec", "HELM_CODEX names a program, without arguments"),
        ("codex --foo", "HELM_CODEX names a program, without arguments"),
        ("nosuch exec", "install codex"),
        ("/my -x/codex", "install codex"),
    ],
)
def test_a_program_with_arguments_is_told_to_be_one_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, cure: str
) -> None:
    """`HELM_CODEX` is no command line: it may hold spaces, as paths do."""
    (tmp_path / "codex").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AgentUnavailable) as raised:
        CodexAgent(program).argv(WORKER)
    assert str(raised.value).startswith(f"the agent's program {program} was not found; {cure}")
    assert str(raised.value).endswith(", without arguments")


@pytest.mark.skipif(os.name != "posix", reason="needs permission bits")
@pytest.mark.parametrize("named_by_path", [True, False])
def test_a_program_that_is_not_executable_is_told_so(codex: str, named_by_path: bool) -> None:  # noqa: FBT001  a parameter of the test
    """Found by path or by name, the line names the file."""
    Path(codex).chmod(0o644)
    with pytest.raises(AgentUnavailable, match=f"^{codex} is not executable; chmod"):
        CodexAgent(codex if named_by_path else None).argv(WORKER)
