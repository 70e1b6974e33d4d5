"""What the README says, tried."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helm.adapters.cli import exits
from helm.adapters.demo import DemoWorkspace, make_demo

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorkspace]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    made = make_demo()
    yield made
    shutil.rmtree(made.folder.parent)


def in_demo(demo: DemoWorkspace, words: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HELM_CODEX": demo.program,
        "HELM_DEMO_PAUSE": "0",
    }
    return subprocess.run(
        words, cwd=demo.folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_python_example_runs_a_spec(demo: DemoWorkspace) -> None:
    """The example of the README, as it stands, ends with an accepted spec and its report."""
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = in_demo(demo, [sys.executable, "-W", "error", "-c", example])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("accepted ")


def test_every_form_of_the_command_is_understood(demo: DemoWorkspace) -> None:
    """Each `helm run --exec` line of the README has words that helm knows."""
    lines = set(re.findall(r"`(helm run --exec [^`]*)`", README))
    assert len(lines) > 4
    for line in lines:
        words = line.replace("spec-01", demo.spec).replace("SPEC", demo.spec).split()[1:]
        done = in_demo(demo, [sys.executable, "-m", "helm", *words])
        assert done.returncode == 0, (line, done.stderr)


def test_the_exit_codes_are_those_of_the_help() -> None:
    """The README's table has a row for each code that the help names."""
    for code, _ in exits.TABLE:
        assert f"| {code} |" in README
