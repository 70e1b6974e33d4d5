"""Commands that only print, where what they print gets lost: that is no success."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.e2e.workspace import Workspace

COMMANDS = (
    "status --json",
    "history",
    "history --grep done",
    "show latest",
    "show latest --json",
    "show latest --worker",
    "watch latest",
    "watch latest --json",
    "query 'SELECT * FROM events'",
    "query 'SELECT * FROM events' --csv --limit 0",
    "replay --all --check",
    "replay --all --judge",
    "verify-log",
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with an accepted run."""
    made = Workspace(tmp_path_factory.mktemp("lost"))
    assert made.execute().code == 0
    return made


def shell(workspace: Workspace, command: str) -> tuple[int, str]:
    helm = shlex.join([sys.executable, "-m", "helm"])
    ended = workspace.run_shell(f"{helm} {command}")
    return ended.code, ended.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_fails_the_command(workspace: Workspace, command: str) -> None:
    """With one line, and the exit code for files that could not be written."""
    code, said = shell(workspace, f"{command} > /dev/full")
    assert (code, said) == (
        6,
        "helm: standard output cannot be written (No space left on device)\n",
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_has_read_enough_fails_nothing(workspace: Workspace, command: str) -> None:
    """A pipe's first reader is gone before anything is written."""
    code, said = shell(workspace, f"{command} | true")
    assert (code, said) == (0, "")
