"""helm loads what a command needs, and no more: every start of it pays for each import.

Seen in Python's own list (`-X importtime`) of a process that is started as people start helm.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREEN = {"asyncio", "prompt_toolkit", "rich"}
USE_CASES = {"drive", "plan", "runner", "settings", "workspace"}
FILES = {
    "specs/implement.prompt-template.md": (
        "{{SPEC_BODY}} {{ACCEPTANCE_COMMANDS}} {{PREVIOUS_REMAINING_TASKS}}\n"
    ),
    "specs/review.prompt-template.md": (
        "{{SPEC_BODY}} {{ACCEPTANCE_COMMANDS}} {{ACCEPTANCE_CHECKLIST}} "
        "{{IMPLEMENTATION_REPORT}}\n"
    ),
    "specs/spec-01/SPEC.md": "# Nothing\n\nThere is nothing to do.\n",
    "specs/spec-01/metadata.json": "{}\n",
    "agent": "#!/bin/sh\ncat >/dev/null\necho 'STATUS: ok'\necho '{\"remainingTasks\": []}'\n",
}


@dataclass(frozen=True)
class Loaded:
    """The modules that a process has imported, by their whole names."""

    modules: frozenset[str]

    @property
    def packages(self) -> set[str]:
        """Their first names alone."""
        return {name.partition(".")[0] for name in self.modules}

    def within(self, package: str) -> set[str]:
        """What is directly in a package, without its own name."""
        inside = (name for name in self.modules if name.startswith(f"{package}."))
        return {name.removeprefix(f"{package}.").partition(".")[0] for name in inside}


def loaded(folder: Path, *words: str, code: int = 0) -> Loaded:
    """Run Python with these words to an end with this exit code."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "HELM_CODEX": str(folder / "agent"),
    }
    python = subprocess.run(
        [sys.executable, "-X", "importtime", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert python.returncode == code, python.stderr
    lines = (line for line in python.stderr.splitlines() if line.startswith("import time:"))
    return Loaded(frozenset(line.rpartition("|")[2].strip() for line in lines))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace outside git, and a plain agent that answers both prompts at once."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "agent").chmod(0o755)
    return tmp_path


def test_a_headless_run_loads_no_screen_and_makes_the_schema_once(folder: Path) -> None:
    """sqlite-utils is loaded where there is no log yet, and by no run after that one."""
    run = ("-m", "helm", "run", "--exec", "spec-01")
    first, second = loaded(folder, *run), loaded(folder, *run)
    assert {"pydantic", "psutil", "sqlite3"} <= first.packages & second.packages
    assert (first.packages | second.packages) & SCREEN == set()
    assert "sqlite_utils" in first.packages
    assert "sqlite_utils" not in second.packages
    assert second.within("helm.adapters") == {
        "account",
        "cli",
        "codex",
        "files",
        "git",
        "sqlite",
    }


def test_where_specs_stand_is_told_without_a_screen(folder: Path) -> None:
    """It is asked for in prompts and scripts, many times a day."""
    assert loaded(folder, "-m", "helm", "status").packages & SCREEN == set()


@pytest.mark.parametrize("words", [(), ("run",)])
def test_the_screen_is_not_loaded_where_there_is_no_terminal(
    folder: Path, words: tuple[str, ...]
) -> None:
    """Nor is anything else: the refusal costs what `--help` costs."""
    helm = loaded(folder, "-m", "helm", *words, code=2)
    assert helm.packages & (SCREEN | {"psutil", "sqlite3", "sqlite_utils"}) == set()
    assert helm.within("helm.adapters") == {"cli"}


def test_the_public_api_loads_nothing_until_it_is_used(folder: Path) -> None:
    """`import helm` is helm alone, without a layer of it."""
    helm = loaded(folder, "-c", "import helm")
    assert helm.within("helm") == set()
    assert "helm" in helm.packages
    assert helm.packages & {"psutil", "pydantic", "sqlite3", "typer"} == set()


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_a_word_that_runs_nothing_loads_the_command_line_alone(folder: Path, word: str) -> None:
    """No run, no log, no agent, and nothing that those need."""
    helm = loaded(folder, "-m", "helm", word)
    assert helm.within("helm.adapters") == {"cli"}
    assert helm.within("helm.app") & USE_CASES == set()
    needed = {"psutil", "pydantic", "sqlite3", "sqlite_utils"}
    assert helm.packages & (needed | SCREEN) == set()


def test_the_help_of_a_command_loads_no_use_case(folder: Path) -> None:
    """Typer itself loads pydantic there; helm adds nothing to it."""
    helm = loaded(folder, "-m", "helm", "run", "--help")
    assert helm.within("helm.adapters") == {"cli"}
    assert helm.within("helm.app") & USE_CASES == set()
    assert helm.packages & ({"psutil", "sqlite3", "sqlite_utils"} | SCREEN) == set()


def test_the_first_frame_of_the_screen_waits_for_no_workspace(tmp_path: Path) -> None:
    """What it takes to read one is loaded afterwards."""
    names = "helm.__main__, helm.adapters.cli.screen, helm.adapters.tui.application"
    found = loaded(tmp_path, "-c", f"import {names}")
    assert found.packages.isdisjoint({"typer", "pydantic", "sqlite3", "psutil"})
    assert found.within("helm.adapters") == {"cli", "tui"}
    assert found.within("helm.domain") == {"control", "errors", "redaction"}


def test_without_a_terminal_the_screen_is_refused_without_reading_words(tmp_path: Path) -> None:
    found = loaded(tmp_path, "-m", "helm", code=2)
    assert found.packages.isdisjoint({"typer", "pydantic", "prompt_toolkit"})


@pytest.mark.parametrize("words", [("st",), ("run", "--ex"), ("watch", "--")])
def test_a_tab_loads_nothing_but_the_words_of_the_command_line(
    folder: Path, words: tuple[str, ...]
) -> None:
    """A shell asks at each Tab; only for specs, runs and keys there is more to read."""
    helm = loaded(folder, "-m", "helm", "__complete", *words)
    assert helm.packages & (SCREEN | {"psutil", "pydantic", "sqlite3", "sqlite_utils"}) == set()
    assert helm.within("helm.app") & USE_CASES == set()
