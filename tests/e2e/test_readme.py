"""What README and guides say beside their commands, tried: those are run in test_documents.py."""

from __future__ import annotations

import json
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
GUIDE = (ROOT / "docs" / "guide.md").read_text()
CI = (ROOT / "docs" / "ci.md").read_text()


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


def shell(demo: DemoWorkspace, script: str) -> subprocess.CompletedProcess[str]:
    """Run lines of a shell, to which `helm` is this one."""
    function = f'helm() {{ "{sys.executable}" -m helm "$@"; }}'
    return in_demo(demo, ["sh", "-c", f"{function}\n{script}"])


def in_shell(demo: DemoWorkspace, script: str) -> str:
    """Give what such lines print, once they have come to a good end."""
    done = shell(demo, script)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_example_runs_a_spec(demo: DemoWorkspace) -> None:
    """The example of the README, as it stands, ends with an accepted spec and its report."""
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = in_demo(demo, [sys.executable, "-W", "error", "-c", example])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("accepted ")


def test_the_matrix_of_the_ci_holds_what_can_be_run(demo: DemoWorkspace) -> None:
    """What the workflows ask helm is understood, and the answer has the form that they take."""
    (listing,) = set(
        re.findall(r"\$\((helm status [^|]*?) \| jq -c '\[\.specs\[\]\.folder\]'\)", CI)
    )
    folders = [each["folder"] for each in json.loads(in_shell(demo, listing))["specs"]]
    assert folders == [demo.spec]
    steps = re.findall(
        r"(helm (?:run|export|import|history) [^\n#]*)",
        CI.partition("```yaml")[2].partition("```")[0],
    )
    assert len(steps) == 4
    script = "\n".join(
        [
            "set -e",
            "export SPEC=spec-00-example RUNNER_TEMP=$PWD/temp",
            "mkdir -p temp/out",
            *steps,
        ]
    )
    (demo.folder / "temp").mkdir()
    (demo.folder / "temp" / "runs").symlink_to("out")
    assert f"{demo.spec}  accepted" in in_shell(demo, script).splitlines()[-1]


def test_the_exit_codes_are_those_of_the_help() -> None:
    """The guide's table has a row for each code that the help names."""
    for code, _ in exits.TABLE:
        assert f"| {code} |" in GUIDE
