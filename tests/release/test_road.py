"""The whole road of a new user: from an empty home to an accepted spec, and what is left of it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.codex import codex_environment, codex_program, sandbox_fault
from tests.e2e.model_server import ModelServer, Say, Shell, Turns
from tests.release.environments import ROOT, Installation

SPEC = "spec-00-example"
SOLUTION = ROOT / "helm/adapters/demo/solution"
ACCEPTED = 'STATUS: ok\n{"remainingTasks": []}\nThe tests pass.'
ONLY_TO_A_VERIFIER = "STATUS: missing"
"""Words that the prompt of a verifier has, and that of a worker has not."""


class NewUser:
    """Somebody with an empty home, an empty repository in it, and helm from the wheel."""

    def __init__(self, helm: Installation, home: Path) -> None:
        self._helm = helm
        self.home, self.repository = home, home / "shop"
        self.repository.mkdir(parents=True)
        self.environment = {"HOME": str(home)}

    def says(self, line: str) -> str:
        """Give what a command prints; it must come to a good end."""
        return self._helm.run(*shlex.split(line), cwd=self.repository, **self.environment)

    def has_demo_agent(self) -> None:
        """Put the agent of the demonstration where codex would be."""
        program = self.home / "bin/codex"
        program.parent.mkdir()
        words = "import helm.adapters.demo as it; print(it.__path__[0])"
        folder = self._helm.run(self._helm.python, "-c", words, cwd=self.home).strip()
        script = shlex.join([str(self._helm.python), "-I", "-S", f"{folder}/agent.py"])
        program.write_text(f'#!/bin/sh\nexec {script} "$@"\n')
        program.chmod(0o755)
        self._prefer(program.parent)

    def has_codex(self, program: Path, server: ModelServer) -> None:
        """Set up the real codex, to speak to this server."""
        self.environment |= codex_environment(self.home, server.base_url)
        fault = sandbox_fault(program, self.environment)
        if fault:
            pytest.skip(f"codex's sandbox does not work on this machine: {fault}")
        self._prefer(program.parent)

    def _prefer(self, folder: Path) -> None:
        self.environment["PATH"] = os.pathsep.join(
            [str(folder), str(self._helm.helm.parent), os.environ["PATH"]]
        )


@pytest.fixture
def user(newest: Installation, tmp_path: Path) -> NewUser:
    return NewUser(newest, tmp_path / "home")


def walk(user: NewUser, *, attempts: int) -> None:
    """Go the whole road; where it leads is to be seen in the files and in the log."""
    user.says("git init --quiet")
    made = user.says("helm scaffold --yes")
    assert f"{SPEC}/SPEC.md" in made
    user.says("helm lint")
    user.says("helm doctor")
    assert "1 TODO" in user.says("helm status")
    ran = user.says(f"helm run --exec {SPEC}")
    assert f"{SPEC}: accepted after {attempts} attempt" in ran
    assert "1 DONE" in user.says("helm status")
    assert "accepted" in user.says("helm history")
    assert f"accepted after {attempts} attempt" in user.says("helm show latest")
    report = user.repository / "specs" / SPEC / "implementation-report.md"
    assert "- Final verifier status: ok\n" in report.read_text(encoding="utf-8")
    assert user.says("helm show latest --report") == report.read_text(encoding="utf-8")
    metadata = user.repository / "specs" / SPEC / "metadata.json"
    assert json.loads(metadata.read_bytes())["status"] == "done"
    user.says("helm replay --all --check")
    user.says("helm verify-log")
    user.says("helm lint")


def test_the_road_with_the_agent_of_the_demonstration(user: NewUser) -> None:
    """Refused once, then accepted; nobody is asked anything, and nothing needs an account."""
    user.has_demo_agent()
    walk(user, attempts=2)


@pytest.mark.codex
def test_the_road_with_the_real_codex(user: NewUser) -> None:
    """Its shell commands are real ones; the model alone is scripted."""
    program = codex_program()
    if program is None:
        if os.environ.get("CI") and shutil.which("npm"):
            pytest.fail("the real codex is not installed: run `make codex`")
        pytest.skip("the real codex is not installed: run `make codex`")
    with ModelServer(Turns(turns())) as server:
        user.has_codex(program, server)
        walk(user, attempts=1)


def turns() -> Mapping[str, list[list[Say | Shell]]]:
    """What the model says: the worker writes the files of the example, the verifier reads them."""
    writes = [
        Shell(f"cat > {name} <<'END'\n{(SOLUTION / f'{name}.txt').read_text('utf-8')}END")
        for name in ("slug.py", "test_slug.py")
    ]
    tests = Shell("PYTHONDONTWRITEBYTECODE=1 python3 -m unittest test_slug")
    return {
        ONLY_TO_A_VERIFIER: [[tests, Say(ACCEPTED)]],
        "": [[*writes, tests, Say("slug.py obeys every rule.")]],
    }
