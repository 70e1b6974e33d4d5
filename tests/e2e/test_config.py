"""`helm config` as a process: what it writes is what the next run is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helm.app.settings import CONFIG_NAME
from tests.e2e.workspace import SPEC, Workspace, write


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


def test_a_value_that_is_set_holds_for_the_next_run(workspace: Workspace) -> None:
    """It is said where one stands, and written where the workspace is."""
    assert workspace.run("config", "set", "mode", "parallel", cwd=workspace.spec).code == 0
    assert json.loads((workspace.root / CONFIG_NAME).read_text())["mode"] == "parallel"
    ended = workspace.run("run", "--exec", SPEC, "--dry-run")
    assert "(parallel)" in ended.out


def test_a_variable_goes_before_the_file(workspace: Workspace) -> None:
    """The table names it."""
    ended = workspace.run("config", environment={"CODEX_MODEL_VER": "m"})
    assert (ended.code, ended.err) == (0, "")
    assert " $CODEX_MODEL_VER\n" in ended.out


def test_what_is_refused_leaves_the_file_as_it_is(workspace: Workspace) -> None:
    """The one line says what is allowed."""
    config = workspace.root / CONFIG_NAME
    write(config, '{"mode": "strict"}')
    ended = workspace.run("config", "set", "workerTimeout", "soon")
    assert (ended.code, ended.out, len(ended.complaints)) == (2, "", 1)
    assert config.read_text() == '{"mode": "strict"}'
