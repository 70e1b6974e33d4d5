"""The configuration by its keys: what holds and why, and changing one value in somebody's file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.app.acceptance_commands import quotation_fault
from helm.app.configuration import (
    DESCRIPTIONS,
    Configuration,
    Setting,
    Source,
    as_text,
    parsed,
)
from helm.app.errors import InputInvalid
from helm.app.settings import CONFIG_NAME, OLD_SETTINGS_NAME, Config
from helm.app.validation import read_model
from helm.app.workspace import open_workspace
from tests.domain.histories import QUICK
from tests.fakes import MemoryFiles, MemoryGit

REPO = Path("/repo")
CONFIG = REPO / CONFIG_NAME


def repository(text: str | None = None) -> MemoryFiles:
    files = MemoryFiles(made={REPO / "specs"})
    if text is not None:
        files.contents[CONFIG] = text.encode()
    return files


def configuration(files: MemoryFiles, **environment: str) -> Configuration:
    return Configuration(files, MemoryGit(), REPO, environment)


def found(files: MemoryFiles, key: str, **environment: str) -> Setting:
    settings = configuration(files, **environment).read().settings
    return next(each for each in settings if each.key == key)


def save(files: MemoryFiles, key: str, value: object) -> str:
    """Change a key, and give the file's text."""
    configuration(files).save(found(files, key), value)
    return files.contents[CONFIG].decode()


def refusal(files: MemoryFiles, key: str, value: object) -> str:
    before = dict(files.contents)
    with pytest.raises(InputInvalid) as error:
        configuration(files).save(found(files, key), value)
    assert str(error.value).isprintable()
    assert files.contents == before
    return str(error.value)


def test_every_key_that_helm_knows_is_described() -> None:
    """And nothing else is."""
    keys: set[str] = set()
    for name, value in Config().model_dump(by_alias=True).items():
        keys |= {f"{name}.{each}" for each in value} if isinstance(value, dict) else {name}
    assert keys == DESCRIPTIONS.keys()


def test_without_a_file_the_defaults_hold() -> None:
    """They are shown as one would write them."""
    files = repository()
    listing = configuration(files).read()
    assert listing.file == CONFIG
    assert {each.source for each in listing.settings} == {Source.DEFAULT}
    shown = {each.key: as_text(each.value) for each in listing.settings}
    assert shown["idleTimeout"] == "1h"
    assert shown["outputLimit"] == "256MB"
    assert shown["workerTimeout"] == "off"
    assert shown["mode"] == "strict"
    assert shown["initialized"] == "true"
    assert shown["codexRunImpl.model"] == ""


def test_a_value_says_where_it_comes_from() -> None:
    """The environment goes before the file, and the file before the default."""
    files = repository('{"defaultMaxAttempts": 5, "codexRunVer": {"model": "m"}}')
    attempts = found(files, "defaultMaxAttempts", MAX_ATTEMPTS="007")
    assert (attempts.value, attempts.source, attempts.written) == (7, Source.ENVIRONMENT, 5)
    assert found(files, "defaultMaxAttempts").source is Source.FILE
    assert found(files, "codexRunVer.model", CODEX_MODEL_VER="").value == "m"
    assert found(files, "codexRunImpl.model", CODEX_MODEL_IMPL="x").value == "x"
    assert found(files, "codexRunVer.reasoning").source is Source.DEFAULT


def test_a_file_that_is_partly_wrong_is_read_all_the_same() -> None:
    """Each fault stands by its key, and keys that helm does not know are shown."""
    files = repository(
        '{"mode": "quick", "mood": 1, "codexRunImpl": {"modle": "x"}, "codexSplit": 3,'
        ' "defaultMaxAttempts": 4}'
    )
    faults = {each.key: each.fault for each in configuration(files).read().settings if each.fault}
    assert faults.keys() == {"mode", "mood", "codexRunImpl.modle", "codexSplit"}
    assert "did you mean `mode`?" in faults["mood"]
    assert "'strict' or 'parallel'" in faults["mode"]
    assert found(files, "defaultMaxAttempts").value == 4


def test_a_wrong_variable_is_a_fault() -> None:
    """It would stop every run; its text is what people have to mend."""
    attempts = found(repository(), "defaultMaxAttempts", MAX_ATTEMPTS="many")
    assert attempts.value == "many"
    assert attempts.fault.startswith("MAX_ATTEMPTS: ")


@pytest.mark.parametrize("text", ["[]", "", "{", "nonsense", '"text"'])
def test_a_file_without_an_object_is_refused(text: str) -> None:
    """There is nothing to change a key of; the sentence is that of every other command."""
    files = repository(text)
    with pytest.raises(InputInvalid, match=r"not JSON .* at line 1|not a JSON object") as refused:
        configuration(files).read()
    with pytest.raises(InputInvalid) as opening:
        open_workspace(REPO, files, MemoryGit())
    assert str(refused.value) == str(opening.value)


TEXT = (
    '{\n    "mode" : "strict",\n    "zorro": [1.50, {"a": 1e3}],\n'
    '    "acceptanceCommands": [\n        "make a",\n        "make b"\n    ],\n'
    '    "codexRunImpl": {"reasoning": "high"}\n}'
)


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("mode", "parallel", '"strict"', '"parallel"'),
        (
            "acceptanceCommands",
            ["make a", "x, y"],
            '"make a",\n        "make b"',
            '"make a",\n        "x, y"',
        ),
        (
            "codexRunImpl.model",
            "gpt-x",
            '{"reasoning": "high"}',
            '{"reasoning": "high", "model": "gpt-x"}',
        ),
        ("codexRunImpl.reasoning", "low", '"high"', '"low"'),
        (
            "workerTimeout",
            "90m",
            '"high"}\n}',
            '"high"},\n    "workerTimeout" : "90m"\n}',
        ),
        ("mode", None, '    "mode" : "strict",\n', ""),
        ("zorro", None, '    "zorro": [1.50, {"a": 1e3}],\n', ""),
        ("codexRunImpl.reasoning", None, ',\n    "codexRunImpl": {"reasoning": "high"}', ""),
    ],
)
def test_a_key_is_changed_and_nothing_else(key: str, value: object, old: str, new: str) -> None:
    """Order, indentation, and how others wrote their numbers: all as it was."""
    assert save(repository(TEXT), key, value) == TEXT.replace(old, new)


def test_the_first_key_makes_the_file() -> None:
    """It says that and no more."""
    assert json.loads(save(repository(), "mode", "parallel")) == {"mode": "parallel"}


def test_the_settings_of_an_older_workspace_come_along() -> None:
    """They would hold no longer, once there is a file that takes their place."""
    files = repository()
    old = {"defaultMaxAttempts": 9, "codexRunImpl": {"model": "m"}, "foreign": 1}
    files.contents[REPO / "specs" / OLD_SETTINGS_NAME] = json.dumps(old).encode()
    assert found(files, "defaultMaxAttempts").source is Source.OLD_FILE
    assert json.loads(save(files, "mode", "parallel")) == {
        "defaultMaxAttempts": 9,
        "codexRunImpl": {"model": "m"},
        "mode": "parallel",
    }


def test_a_key_that_somebody_has_changed_meanwhile_is_not_written_over() -> None:
    """Whoever saves has seen another value than the one that would be lost."""
    files = repository('{"mode": "strict", "defaultMaxAttempts": 1}')
    seen = found(files, "defaultMaxAttempts")
    files.contents[CONFIG] = b'{"mode": "strict", "defaultMaxAttempts": 2}'
    with pytest.raises(InputInvalid, match=r"was changed in .* meanwhile"):
        configuration(files).save(seen, 3)
    assert files.contents[CONFIG] == b'{"mode": "strict", "defaultMaxAttempts": 2}'


def test_other_keys_that_were_changed_meanwhile_are_kept() -> None:
    """Two people change two keys, and both have what they want."""
    files = repository('{"mode": "strict"}')
    seen = found(files, "defaultMaxAttempts")
    files.contents[CONFIG] = b'{"mode": "parallel"}'
    configuration(files).save(seen, 3)
    assert json.loads(files.contents[CONFIG]) == {"mode": "parallel", "defaultMaxAttempts": 3}


def test_a_value_that_is_not_allowed_is_not_saved() -> None:
    """The refusal names the key and what is allowed."""
    files = repository("{}")
    assert "`mode`" in refusal(files, "mode", "quick")
    assert "`redact" in refusal(files, "redact", ["("])
    assert "`workerTimeout`" in refusal(files, "workerTimeout", "90")


def test_what_would_shut_helm_out_is_not_saved() -> None:
    """A specs root that is not there, or a workspace that is not set up."""
    files = repository("{}")
    assert "/repo/plans is not there" in refusal(files, "specsRoot", "plans")
    assert "would not open" in refusal(files, "initialized", value=False)
    files.made.add(REPO / "plans")
    save(files, "specsRoot", "plans")
    assert open_workspace(REPO, files, MemoryGit()).specs_root == REPO / "plans"
    files.made.remove(REPO / "specs")
    assert "/repo/specs is not there" in refusal(files, "specsRoot", None)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("mode", "parallel", "parallel"),
        ("initialized", "true", True),
        ("defaultMaxAttempts", "3", 3),
        ("acceptanceCommands", "make a, b", ["make a, b"]),
        ("acceptanceCommands", '["a", "b"]', ["a", "b"]),
        ("acceptanceCommands", "[ -f x ]", ["[ -f x ]"]),
        ("acceptanceCommands", "[]", []),
        ("codexRunImpl.model", "12", "12"),
        ("idleTimeout", "off", "off"),
    ],
)
def test_what_is_typed_is_read_as_the_key_wants_it(key: str, text: str, value: object) -> None:
    """A comma does not split a command, nor does a bracket make a list of it."""
    assert parsed(key, text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("mode", ""),
        ("initialized", "yes"),
        ("defaultMaxAttempts", "0"),
        ("defaultMaxAttempts", "two"),
        ("redact", "x*"),
        ("acceptanceCommands", "[1]"),
        ("acceptanceCommands", 'echo "x'),
        ("idleTimeout", "1"),
        ("nothing", "x"),
    ],
)
def test_what_is_typed_wrongly_is_refused_in_a_line(key: str, text: str) -> None:
    with pytest.raises(InputInvalid) as error:
        parsed(key, text)
    assert str(error.value).isprintable()


def test_what_is_neither_true_nor_false_is_told_what_there_is() -> None:
    with pytest.raises(InputInvalid, match=r"'yes' is not allowed: true or false$"):
        parsed("redactTokens", "yes")


@QUICK
@given(st.text(min_size=1).filter(str.strip), st.sampled_from(["acceptanceCommands", "$schema"]))
def test_any_text_that_is_saved_is_read_back(text: str, key: str) -> None:
    """Whatever it holds, the file is one that helm reads."""
    files = repository(TEXT.replace('    "zorro": [1.50, {"a": 1e3}],\n', ""))
    value = [text] if key == "acceptanceCommands" else text
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    if key == "acceptanceCommands" and quotation_fault(text):
        return
    save(files, key, value)
    assert found(files, key).written == value
    read_model(Config, files.contents[CONFIG], CONFIG_NAME)
