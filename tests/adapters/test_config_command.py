"""`helm config`: what it prints for people, scripts and programs, and what it says of a change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from helm.adapters.cli.program import cli
from helm.app.configuration import DESCRIPTIONS, Configuration
from helm.app.settings import CONFIG_NAME, OLD_SETTINGS_NAME
from tests.fakes import MemoryFiles, MemoryGit

REPO = Path("/repo")
CONFIG = REPO / CONFIG_NAME


@dataclass
class Helm:
    """The program as far as this command needs it, over files in memory."""

    files: MemoryFiles = field(default_factory=lambda: MemoryFiles(made={REPO / "specs"}))
    environment: Mapping[str, str] = field(default_factory=dict)

    def open_configuration(self, _here: Path) -> Configuration:
        return Configuration(self.files, MemoryGit(), REPO, self.environment)

    def write(self, text: str) -> None:
        self.files.contents[CONFIG] = text.encode()

    def written(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.files.contents[CONFIG])
        return found

    def config(self, *words: str, code: int = 0) -> Result:
        """Call the command, and be sure how it ends: refusals are one line."""
        result = CliRunner().invoke(cli, ["config", *words], obj=self)
        assert result.exit_code == code, result.output
        if code:
            assert (result.stdout, result.stderr.count("\n")) == ("", 1)
        return result


@pytest.fixture
def helm() -> Helm:
    """A workspace without a configuration of its own."""
    return Helm()


def row(result: Result, key: str) -> list[str]:
    """Give the words of a key's line."""
    return next(line.split() for line in result.stdout.splitlines() if line.startswith(f"{key} "))


# What holds


def test_every_key_is_listed_with_its_value_and_origin(helm: Helm) -> None:
    """In the order of the screen; the file's place comes last."""
    helm.write('{"mode": "parallel", "acceptanceCommands": ["make a", "b"]}')
    helm.environment = {"MAX_ATTEMPTS": "3"}
    result = helm.config()
    header, *lines = result.stdout.splitlines()
    assert header.split() == ["KEY", "VALUE", "FROM"]
    assert [line.split()[0] for line in lines[: len(DESCRIPTIONS)]] == list(DESCRIPTIONS)
    assert row(result, "mode") == ["mode", "parallel", "file"]
    assert row(result, "defaultMaxAttempts") == ["defaultMaxAttempts", "3", "$MAX_ATTEMPTS"]
    assert row(result, "acceptanceCommands")[1:] == ['["make', 'a",', '"b"]', "file"]
    assert row(result, "codexRunImpl.model")[1:] == ["-", "default"]
    assert lines[len(DESCRIPTIONS) :] == ["", "/repo/helm.config.json"]


def test_a_file_that_would_only_be_made_is_said_to_be_missing(helm: Helm) -> None:
    assert helm.config().stdout.endswith("\n/repo/helm.config.json (not there yet)\n")


def test_what_is_wrong_is_marked_and_explained(helm: Helm) -> None:
    """Also keys that helm does not know, whatever they hold."""
    helm.write('{"mode": "quick", "mood": "\\u001b[2J"}')
    helm.environment = {"MAX_ATTEMPTS": "many"}
    result = helm.config()
    assert row(result, "mode") == ["mode", "quick", "file:", "wrong"]
    assert row(result, "defaultMaxAttempts")[2:] == ["$MAX_ATTEMPTS:", "wrong"]
    wrong = [line for line in result.stdout.splitlines() if line.startswith("wrong: ")]
    assert [line.split()[1] for line in wrong] == ["`mode`:", "MAX_ATTEMPTS:", "unknown"]
    assert "did you mean `mode`?" in wrong[2]
    assert "\x1b" not in result.stdout


def test_programs_are_given_everything(helm: Helm) -> None:
    """A variable's text is read as the key wants it."""
    helm.environment = {"MAX_ATTEMPTS": "3"}
    found = json.loads(helm.config("--json").stdout)
    assert (found["file"], found["exists"]) == ("/repo/helm.config.json", False)
    settings = {each["key"]: each for each in found["settings"]}
    assert settings.keys() == DESCRIPTIONS.keys()
    assert settings["defaultMaxAttempts"] == {
        "key": "defaultMaxAttempts",
        "value": 3,
        "source": "environment",
        "variable": "MAX_ATTEMPTS",
        "default": 2,
        "fault": None,
        "description": DESCRIPTIONS["defaultMaxAttempts"],
    }
    assert settings["acceptanceCommands"]["value"] == []


def test_people_and_programs_are_told_the_same_value(helm: Helm) -> None:
    helm.environment = {"MAX_ATTEMPTS": "007"}
    words = ("get", "defaultMaxAttempts")
    assert helm.config(*words).stdout == "7\n"
    assert json.loads(helm.config(*words, "--json").stdout)["value"] == 7


def test_a_fault_is_told_to_programs_too(helm: Helm) -> None:
    helm.environment = {"MAX_ATTEMPTS": "many"}
    found = json.loads(helm.config("get", "defaultMaxAttempts", "--json").stdout)
    assert (found["value"], found["source"]) == ("many", "environment")
    assert found["fault"].startswith("MAX_ATTEMPTS: ")


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("mode", "parallel\n"),
        ("acceptanceCommands", "make a\nb  c\n"),
        ("initialized", "true\n"),
        ("idleTimeout", "1h\n"),
        ("codexRunImpl.model", ""),
        ("redact", ""),
    ],
)
def test_a_script_gets_the_plain_value(helm: Helm, key: str, printed: str) -> None:
    """A list one a line, and nothing for nothing."""
    helm.write('{"mode": "parallel", "acceptanceCommands": ["make a", "b  c"]}')
    assert helm.config("get", key).stdout == printed


def test_a_script_gets_no_value_that_is_wrong(helm: Helm) -> None:
    helm.write('{"mode": "quick"}')
    assert "'strict' or 'parallel'" in helm.config("get", "mode", code=3).stderr


# Changing it


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["mode", "parallel"], {"mode": "parallel"}),
        (["initialized", "true"], {"initialized": True}),
        (["defaultMaxAttempts", "3"], {"defaultMaxAttempts": 3}),
        (["workerTimeout", "90m"], {"workerTimeout": "90m"}),
        (["codexRunImpl.model", "m"], {"codexRunImpl": {"model": "m"}}),
        (["acceptanceCommands", "make a", "[b]"], {"acceptanceCommands": ["make a", "[b]"]}),
        (["acceptanceCommands", '["a", "b"]'], {"acceptanceCommands": ["a", "b"]}),
        (["acceptanceCommands", "[]"], {"acceptanceCommands": []}),
        (["acceptanceCommands", "--", "-x"], {"acceptanceCommands": ["-x"]}),
    ],
)
def test_a_value_is_set_without_a_word(
    helm: Helm, words: list[str], written: dict[str, object]
) -> None:
    """The file is made where there is none."""
    assert helm.config("set", *words).output == ""
    assert helm.written() == written


def test_the_rest_of_the_file_stays_as_it_is(helm: Helm) -> None:
    """And what is unset is gone without a trace."""
    text = '{ "mode" : "strict",\n  "redact": [ ] }'
    helm.write(text)
    helm.config("set", "defaultMaxAttempts", "3")
    assert helm.files.contents[CONFIG].decode().startswith(text.removesuffix(" }"))
    helm.config("unset", "defaultMaxAttempts")
    assert helm.files.contents[CONFIG].decode() == text


def test_a_key_that_helm_does_not_know_can_only_be_taken_out(helm: Helm) -> None:
    helm.write('{"mood": 1, "mode": "strict"}')
    assert "did you mean `mode`?" in helm.config("set", "mood", "2", code=2).stderr
    helm.config("unset", "mood")
    assert helm.written() == {"mode": "strict"}


def test_what_is_not_set_can_be_unset(helm: Helm) -> None:
    """No file is made for it."""
    assert helm.config("unset", "mode").output == ""
    assert CONFIG not in helm.files.contents


@pytest.mark.parametrize("words", [("set", "defaultMaxAttempts", "5"), ("unset", "mode")])
def test_a_variable_that_still_goes_before_the_file_is_named(
    helm: Helm, words: tuple[str, ...]
) -> None:
    """Only where the key that is changed has one."""
    helm.environment = {"MAX_ATTEMPTS": "3"}
    told = "helm: warning: MAX_ATTEMPTS=3 in the environment still goes before the file\n"
    assert helm.config(*words).output == (told if "5" in words else "")


def test_settings_of_an_older_workspace_are_said_to_come_along(helm: Helm) -> None:
    """The new file takes their place."""
    old = REPO / "specs" / OLD_SETTINGS_NAME
    helm.files.contents[old] = b'{"codexRunImpl": {"model": "m"}}'
    assert row(helm.config(), "codexRunImpl.model")[1:] == ["m", "old", "file"]
    said = helm.config("set", "mode", "parallel").output
    assert said.startswith("helm: warning: /repo/helm.config.json is new, and holds what ")
    assert helm.written() == {"codexRunImpl": {"model": "m"}, "mode": "parallel"}
    assert helm.config("set", "mode", "strict").output == ""


# What is refused


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("get", "moed"), 2, "unknown key 'moed'; did you mean `mode`?"),
        (("get", "xyzzy"), 2, "see them all with: helm config"),
        (("get", "codexRunVer"), 2, "`codexRunVer.model` or `codexRunVer.reasoning`?"),
        (("set", "mode", "quick"), 2, "'strict' or 'parallel'"),
        (("set", "mode", "strict", "parallel"), 2, "takes one value, not 2"),
        (("set", "acceptanceCommands", "[1]"), 2, "`acceptanceCommands.0`"),
        (("set", "redact", "a", "("), 2, "`redact.1`: '(' is not a regular expression"),
        (("set", "workerTimeout", "90"), 2, "write for example 90m"),
        (("set", "specsRoot", "plans"), 3, "/repo/plans is not there"),
        (("set", "initialized", "false"), 3, "would not open the workspace"),
        (("mode",), 2, "say: helm config get mode"),
        (("$schema",), 2, "say: helm config get '$schema'"),
        (("gte", "mode"), 2, "Did you mean 'get'?"),
        (("set", "mode"), 2, "VALUE"),
        (("--json", "get", "mode"), 2, "--json belongs at the end"),
    ],
)
def test_what_is_refused_is_refused_in_a_line(
    helm: Helm, words: tuple[str, ...], code: int, said: str
) -> None:
    """And nothing is written."""
    assert said in helm.config(*words, code=code).stderr
    assert CONFIG not in helm.files.contents


def test_where_there_is_no_workspace_no_file_is_made(helm: Helm) -> None:
    """It would make one of any folder that one happens to stand in."""
    helm.files.made.clear()
    assert "helm scaffold" in helm.config("set", "mode", "strict", code=3).stderr
    assert helm.files.contents == {}


def test_a_file_that_holds_no_object_is_to_be_mended_by_hand(helm: Helm) -> None:
    helm.write("[]")
    for words in ((), ("get", "mode"), ("set", "mode", "strict"), ("unset", "mode")):
        assert helm.config(*words, code=3).stderr == f"helm: {CONFIG}: not a JSON object\n"


def test_what_is_still_wrong_in_the_file_is_said_after_a_change(helm: Helm) -> None:
    """Else whoever changed a value learns only from the next command that nothing works."""
    helm.write('{"mod": "strict"}')
    said = helm.config("set", "mode", "parallel").stderr
    assert said == (
        f"helm: warning: {CONFIG} is still wrong: unknown key `mod`; did you mean `mode`?\n"
    )
    assert helm.written() == {"mod": "strict", "mode": "parallel"}
    assert helm.config("unset", "mod").stderr == ""


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("acceptanceCommands", "", "an empty command; take it out"),
        ("acceptanceCommands", '["make test", " "]', "an empty command; take it out"),
        ("acceptanceCommands", '["a"', "begins like a list, and is no JSON array"),
        ("acceptanceCommands", "[make test]", "begins like a list, and is no JSON array"),
        ("defaultMaxAttempts", "9" * 20, "is too large; 999999999 at most"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line_that_says_why(
    helm: Helm, key: str, value: str, said: str
) -> None:
    assert said in helm.config("set", key, value, code=2).stderr
    assert CONFIG not in helm.files.contents
