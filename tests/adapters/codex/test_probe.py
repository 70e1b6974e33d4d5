"""What is learned of codex from its exit codes and its configuration, and what is never read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from helm.adapters.codex.probe import CodexProbe
from helm.app.errors import AgentUnavailable
from helm.app.ports import Access, Reply
from tests.adapters.codex.scripted import executable

LOGGED_IN = Reply(0, "", "Logged in using an API key - sk-proj-***ABCDE\n")
LOGGED_OUT = Reply(1, "", "WARNING: proceeding, even though ...\nNot logged in\n")
NO_NAMESPACE = Reply(1, "", "bwrap: Creating new namespace failed: Operation not permitted\n")
PROVIDER = '[model_providers.probe]\nname = "p"\nenv_key = "PROBE_KEY"\n'


class Codex:
    """A codex that answers as it is told, and remembers what it was asked."""

    def __init__(self, home: Path, **replies: Reply) -> None:
        self.home = home
        self.replies = replies
        self.asked: list[str] = []
        self.environment = {"CODEX_HOME": str(home)}
        self.program = executable(home / "codex", "#!/bin/sh\n")

    def ask(self, argv: Sequence[str], *, seconds: float) -> Reply:
        assert argv[0] == str(self.program)
        assert seconds > 0
        self.asked.append(" ".join(argv[1:]))
        return self.replies[argv[1].removeprefix("--")]

    def configure(self, text: str) -> None:
        (self.home / "config.toml").write_text(text, encoding="utf-8")

    @property
    def probe(self) -> CodexProbe:
        return CodexProbe(str(self.program), self.environment, self.ask)


@pytest.fixture
def codex(tmp_path: Path) -> Codex:
    return Codex(tmp_path, login=LOGGED_OUT)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("codex-cli 0.169.0\n", (0, 169, 0)),
        ("codex-cli 1.2.30-alpha.4\n", (1, 2, 30)),
        ("my agent 3\n", None),
        ("", None),
    ],
)
def test_the_version_is_codex_own_or_none(
    codex: Codex, said: str, version: tuple[int, ...] | None
) -> None:
    codex.replies["version"] = Reply(0, said, "")
    assert codex.probe.version() == version


def test_a_program_that_does_not_answer_is_no_agent(codex: Codex) -> None:
    codex.replies["version"] = Reply(None, "", "has not answered in 20 s")
    with pytest.raises(AgentUnavailable, match="has not answered in 20 s"):
        codex.probe.version()


def test_a_program_that_is_not_there_is_said_to_be_missing(codex: Codex) -> None:
    codex.program.unlink()
    with pytest.raises(AgentUnavailable, match="npm install"):
        codex.probe.find()


def test_who_is_logged_in_has_access_and_no_part_of_a_key_is_told(codex: Codex) -> None:
    codex.replies["login"] = LOGGED_IN
    assert codex.probe.access() == Access(granted=True, detail="logged in")


def test_who_is_not_logged_in_has_none(codex: Codex) -> None:
    assert codex.probe.access() == Access(granted=False, detail="Not logged in")


def test_a_key_in_the_environment_does_for_a_login(codex: Codex) -> None:
    codex.environment["CODEX_API_KEY"] = "made-up"
    assert codex.probe.access() == Access(granted=True, detail="CODEX_API_KEY is set")
    assert codex.asked == []


@pytest.mark.parametrize(
    "config",
    [
        'model_provider = "probe"\n' + PROVIDER,
        'profile = "p"\n[profiles.p]\nmodel_provider = "probe"\n' + PROVIDER,
    ],
)
def test_another_provider_needs_its_own_key_and_no_login(codex: Codex, config: str) -> None:
    codex.configure(config)
    assert not codex.probe.access().granted
    assert "PROBE_KEY" in codex.probe.access().detail
    codex.environment["PROBE_KEY"] = "made-up"
    assert codex.probe.access() == Access(granted=True, detail="the provider probe is configured")
    assert codex.asked == []


@pytest.mark.parametrize(
    "config",
    [
        PROVIDER,
        'model_provider = "openai"\n',
        'model_provider = "probe"\n[model_providers.probe]\nrequires_openai_auth = true\n',
        "model_provider = \n",
        'profile = 3\nprofiles = "x"\n',
    ],
)
def test_otherwise_the_login_decides(codex: Codex, config: str) -> None:
    codex.configure(config)
    assert codex.probe.access() == Access(granted=False, detail="Not logged in")
    assert codex.asked == ["login status"]


def test_without_codex_home_its_configuration_lies_in_home(codex: Codex) -> None:
    folder = codex.home / ".codex"
    folder.mkdir()
    (folder / "config.toml").write_text('model_provider = "ollama"\n', encoding="utf-8")
    codex.environment = {"HOME": str(codex.home)}
    assert codex.probe.access().granted
    codex.environment = {}
    assert not codex.probe.access().granted


def test_the_sandbox_is_tried_and_its_own_words_say_why_it_fails(codex: Codex) -> None:
    codex.replies["sandbox"] = Reply(0, "", "")
    assert codex.probe.sandbox_fault() == ""
    assert codex.asked == ["sandbox -- true"]
    codex.replies["sandbox"] = NO_NAMESPACE
    assert codex.probe.sandbox_fault() == NO_NAMESPACE.err.strip()
    codex.replies["sandbox"] = Reply(1, "", "")
    assert codex.probe.sandbox_fault() == "exit code 1"


@pytest.mark.parametrize("code", [126, 127])
def test_a_program_whose_first_line_leads_nowhere_cannot_be_executed(
    codex: Codex, code: int
) -> None:
    codex.replies["version"] = Reply(code, "", "/usr/bin/env: 'nodejs': No such file\n")
    with pytest.raises(
        AgentUnavailable, match=f"codex ends with {code}: /usr/bin/env: 'nodejs'"
    ) as error:
        codex.probe.version()
    assert error.value.cure == "install Node.js"
    codex.replies["version"] = Reply(code, "", "/usr/bin/codex: cannot execute\n")
    with pytest.raises(AgentUnavailable) as error:
        codex.probe.version()
    assert error.value.cure == "mend or replace it"
