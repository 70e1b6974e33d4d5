"""`helm doctor` as a process: in a workspace, nowhere at all, and with the real codex."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.codex import codex_environment, codex_program, sandbox_fault
from tests.e2e.workspace import Workspace, write

ROOT = Path(__file__).resolve().parents[2]


def states(told: Any) -> dict[str, str]:  # noqa: ANN401  JSON of any shape
    return {each["name"]: each["state"] for each in told["checks"]}


def test_in_a_workspace_all_is_looked_at_and_nothing_is_written(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert workspace.execute().code == 0
    write(workspace.codex, "#!/bin/sh\necho my own agent\n")
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    ended = workspace.run("doctor", "--json")
    assert (ended.code, ended.err) == (0, "")
    told = json.loads(ended.out)
    assert told["ok"]
    found = states(told)
    doubtful = {name for name, state in found.items() if state != "ok"} - {"sqlite", "disk"}
    assert doubtful == {"agent", "repository"}  # there is no commit yet
    assert {"python", "agent", "workspace", "configuration", "specs", "log"} <= found.keys()
    log = next(each for each in told["checks"] if each["name"] == "log")
    assert str(workspace.log) in log["detail"]
    after = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    assert {path.name for path in before.keys() ^ after.keys()} <= {"runs.db-wal", "runs.db-shm"}


def test_with_nothing_at_all_it_says_what_to_do(tmp_path: Path) -> None:
    """No home, no PATH, no workspace, no git, no agent."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": str(tmp_path)}
    argv = [sys.executable, "-m", "helm", "doctor"]
    ended = subprocess.run(
        argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (3, "")
    lines = ended.stdout.splitlines()
    assert any(line.startswith("failed   agent") for line in lines)
    assert any("npm install -g @openai/codex" in line for line in lines)
    assert any(line.strip() == "helm scaffold" for line in lines)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.codex
def test_the_real_codex_is_asked_for_its_login_or_its_provider(tmp_path: Path) -> None:
    program = codex_program()
    if program is None:
        pytest.skip("the real codex is not installed: run `make codex`")
    environment = codex_environment(tmp_path, "http://127.0.0.1:9/v1")
    environment["PYTHONPATH"] = str(ROOT)
    fault = sandbox_fault(program, environment)
    told = examined(tmp_path, environment)
    assert states(told)["agent"] == "ok"
    assert states(told)["login"] == "ok"
    assert states(told)["sandbox"] == ("failed" if fault else "ok")
    (Path(environment["CODEX_HOME"]) / "config.toml").unlink()
    login = next(
        each for each in examined(tmp_path, environment)["checks"] if each["name"] == "login"
    )
    assert (login["state"], login["detail"]) == ("failed", "Not logged in")
    assert login["cure"].startswith("codex login")


def examined(folder: Path, environment: dict[str, str]) -> Any:  # noqa: ANN401  as above
    argv = [sys.executable, "-m", "helm", "doctor", "--json"]
    ended = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.stderr == ""
    return json.loads(ended.stdout)
