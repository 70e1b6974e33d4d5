"""The workflow of docs/ci.md, run here: its own scripts, in order, as GitHub would run them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.e2e.workspace import write

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "helm" / "scaffold").glob("*.prompt-template.md"))
CI_RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", CI, re.DOTALL)[0])
JOBS = WORKFLOW["jobs"]

CODEX = """#!/bin/sh
case "$*" in
  --version) echo codex-cli 9.9.9; exit ;;
  'login --with-api-key') grep -qx sesame && touch ~/logged-in; exit ;;
  'login status') test -e ~/logged-in; exit ;;
  'sandbox -- true') test -e ~/namespaces; exit ;;
esac
prompt=$(cat)
case "$*" in
  *read-only*) case "$prompt" in
    *spec-01*) printf 'STATUS: ok\\n{"remainingTasks": []}\\n' ;;
    *) printf 'STATUS: missing\\n{"remainingTasks": ["say goodbye"]}\\n' ;;
    esac ;;
  *) echo hello > greeting; git add greeting; git commit --quiet --message=greet
     echo bye > "bye bye"; echo "It is done." ;;
esac
"""
JQ = """import json, sys
assert sys.argv[1:] == ["-c", "[.specs[].folder]"]
print(json.dumps([each["folder"] for each in json.load(sys.stdin)["specs"]]))
"""
NAMESPACES = "kernel.apparmor_restrict_unprivileged_userns=0"
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{
        f"GIT_{who}_{what}": "ann@desk"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


@dataclass
class Job:
    """A job as it is carried out: on a machine of its own, with the scripts of its steps."""

    hub: Hub
    name: str
    matrix: Mapping[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    printed: str = ""

    def __post_init__(self) -> None:
        self.machine = self.hub.place / "-".join([self.name, *self.matrix.values()])
        self.tree, self.temp = self.machine / "tree", self.machine / "temp"
        for folder in (self.tree, self.temp):
            folder.mkdir(parents=True)

    def run(self) -> Job:
        """Take each step in turn; once one has failed, only those that always run."""
        for step in JOBS[self.name]["steps"]:
            if not self.failed or step.get("if") == "always()":
                self._step(step)
        return self

    @property
    def summary(self) -> str:
        """Give what its steps have told for their summary."""
        path = self.machine / "summary"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _step(self, step: Mapping[str, Any]) -> None:
        given = {key: self._filled(value) for key, value in step.get("with", {}).items()}
        match step.get("uses", "").partition("@")[0]:
            case "actions/checkout":
                self.hub.git("clone", "--quiet", str(self.hub.origin), str(self.tree))
            case "actions/upload-artifact":
                self.hub.upload(given["name"], Path(given["path"]))
            case "actions/download-artifact":
                self.hub.download(given["pattern"], Path(given["path"]))
            case "":
                self._script(step)
            case other:
                pytest.fail(f"nobody here does what {other} does")

    def _script(self, step: Mapping[str, Any]) -> None:
        output = self.machine / "output"
        variables = {**JOBS[self.name].get("env", {}), **step.get("env", {})}
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=self.tree,
            env={
                **self.hub.environment,
                **{key: self._filled(value) for key, value in variables.items()},
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.machine / "summary"),
                "GITHUB_SHA": self.hub.commit,
                "HOME": str(self.machine),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        if done.returncode:
            self.failed.append(step["run"])
        elif "id" in step:
            lines = output.read_text(encoding="utf-8").splitlines()
            self.outputs.update(dict(line.split("=", 1) for line in lines))

    def _filled(self, value: str) -> str:
        """Fill expressions in; one that is not known here is a fault of the workflow."""
        known = {
            "runner.temp": str(self.temp),
            "secrets.OPENAI_API_KEY": "sesame",
            **{f"matrix.{key}": each for key, each in self.matrix.items()},
        }
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], str(value))


class Hub:
    """What the jobs share: the repository, the artifacts, and the programs on their machines."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.origin, self.artifacts, self.programs = (
            place / name for name in ("origin", "artifacts", "bin")
        )
        for folder in (self.origin, self.artifacts, self.programs):
            folder.mkdir(parents=True)
        self.environment = {
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GITHUB_ACTIONS": "true",
            **GIT,
        }
        python = shlex.quote(sys.executable)
        programs_there = {
            "helm": f'#!/bin/sh\nexec {python} -m helm "$@"\n',
            "pipx": '#!/bin/sh\n[ "$*" = "install helm-runner" ]\n',
            "sudo": '#!/bin/sh\nexec "$@"\n',
            "sysctl": f"#!/bin/sh\n[ \"$*\" = '-w {NAMESPACES}' ] && touch ~/namespaces\n",
            "npm": '#!/bin/sh\n[ "$*" = "install -g @openai/codex" ]\n',
            "codex": CODEX,
        }
        if not shutil.which("jq"):
            write(place / "jq.py", JQ)
            programs_there["jq"] = f'#!/bin/sh\nexec {python} {place / "jq.py"} "$@"\n'
        for name, text in programs_there.items():
            self.provide(name, text)
        self._fill_origin()
        self.commit = self.git("rev-parse", "HEAD", cwd=self.origin).strip()

    def provide(self, name: str, script: str) -> None:
        """Put a program on every machine."""
        write(self.programs / name, script)
        (self.programs / name).chmod(0o755)

    def git(self, *words: str, cwd: Path | None = None) -> str:
        """Call git, which must succeed."""
        environment = {**os.environ, **GIT}
        return subprocess.run(
            ["git", *words],
            cwd=cwd,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def upload(self, name: str, path: Path) -> None:
        """Keep a file, or a folder, under a name that no other job has taken, if it is there."""
        kept = self.artifacts / name
        if path.is_dir():
            shutil.copytree(path, kept)
        elif path.exists():
            kept.mkdir()
            shutil.copy(path, kept)

    def download(self, pattern: str, path: Path) -> None:
        """Give all artifacts of such a name, merged into one folder."""
        for each in sorted(self.artifacts.glob(pattern)):
            shutil.copytree(each, path, dirs_exist_ok=True)

    def _fill_origin(self) -> None:
        """Make a repository of three specs; one of them waits for another."""
        specs = self.origin / "specs"
        for name, waits in (("spec-01", "[]"), ("spec-02", "[]"), ("spec-03", '["spec-01"]')):
            (specs / name).mkdir(parents=True)
            write(specs / name / "SPEC.md", f"# {name}\n\nGreet.\n")
            metadata = f'{{"id": "{name}", "status": "todo", "dependsOn": {waits}}}\n'
            write(specs / name / "metadata.json", metadata)
        for template in TEMPLATES:
            shutil.copy(template, specs)
        self.git("init", "--quiet", "--template=", "--initial-branch=main", str(self.origin))
        self.git("add", "--all", cwd=self.origin)
        self.git("commit", "--quiet", "--message=specs", cwd=self.origin)


@dataclass(frozen=True)
class Workflow:
    """All jobs, once they have been carried out."""

    hub: Hub
    listed: Job
    specs: dict[str, Job]
    history: Job


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """The list, a job for each spec that it names, and the history of all."""
    hub = Hub(tmp_path_factory.mktemp("hub"))
    listed = Job(hub, "list").run()
    assert JOBS["run"]["strategy"]["matrix"] == {
        "spec": "${{ fromJSON(needs.list.outputs.specs) }}"
    }
    assert JOBS["list"]["outputs"] == {"specs": "${{ steps.list.outputs.specs }}"}
    assert not listed.failed, listed.printed
    folders = yaml.safe_load(listed.outputs["specs"])
    specs = {each: Job(hub, "run", {"spec": each}).run() for each in folders}
    return Workflow(hub, listed, specs, Job(hub, "history").run())


def test_the_workflow_has_the_form_that_github_takes() -> None:
    """Jobs that wait for jobs that are there, steps that do one thing, rights to read alone."""
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for job in JOBS.values():
        assert job["runs-on"] == "ubuntu-latest"
        assert job.get("needs", "list") in JOBS
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/checkout@v4"))
    assert JOBS["run"]["if"] == "needs.list.outputs.specs != '[]'"
    assert JOBS["run"]["strategy"]["fail-fast"] is False


def test_a_job_is_made_for_each_spec_that_can_be_run(workflow: Workflow) -> None:
    """One that waits for another is not among them."""
    assert list(workflow.specs) == ["spec-01", "spec-02"]


def test_a_job_fails_where_its_spec_is_not_accepted(workflow: Workflow) -> None:
    """And says so beside the file, and in its summary; the other one goes on."""
    good, bad = workflow.specs.values()
    assert not good.failed, good.printed
    assert [script.partition(" --junit")[0] for script in bad.failed] == [
        'helm run --exec "$SPEC"'
    ]
    assert "::error file=specs/spec-02/SPEC.md,title=spec-02%3A remaining task::" in bad.printed
    assert "### `spec-01`: accepted after 1 attempt" in good.summary
    assert "- `say goodbye`" in bad.summary


def test_what_each_job_made_is_kept(workflow: Workflow) -> None:
    """A patch that says that the spec is done, and JUnit XML, of the failed one as well."""
    kept = workflow.hub.artifacts
    workflow.hub.git("apply", str(kept / "run-spec-01" / "spec-01.patch"), cwd=workflow.hub.origin)
    metadata = workflow.hub.origin / "specs" / "spec-01" / "metadata.json"
    assert '"status": "done"' in metadata.read_text(encoding="utf-8")
    made = [workflow.hub.origin / name for name in ("greeting", "bye bye")]
    assert all(each.exists() for each in made), "committed by the worker, and left lying about"
    failures = [
        ET.parse(kept / f"run-{each}" / f"{each}.xml").getroot().get("failures")
        for each in workflow.specs
    ]
    assert failures == ["0", "3"]


def test_a_job_ends_before_an_agent_is_called_where_the_verifier_could_run_nothing(
    tmp_path: Path,
) -> None:
    """A sandbox that starts no command would leave it the worker's report alone."""
    hub = Hub(tmp_path)
    hub.provide("sysctl", "#!/bin/sh\n")
    job = Job(hub, "run", {"spec": "spec-01"}).run()
    assert job.failed[0] == "helm doctor"
    assert "the verifier cannot run a single command" in job.printed
    assert "=== " not in job.printed


def test_a_list_that_cannot_be_made_fails_its_job(tmp_path: Path) -> None:
    """Neither a spec that nobody can read vanishes from it, nor is the answer nothing at all."""
    hub = Hub(tmp_path / "broken")
    write(hub.origin / "specs" / "spec-02" / "metadata.json", "{")
    hub.git("commit", "--quiet", "--all", "--message=broken", cwd=hub.origin)
    assert Job(hub, "list").run().failed == ["helm lint"]
    hub = Hub(tmp_path / "dumb")
    hub.provide("helm", "#!/bin/sh\n[ $1 = lint ]\n")
    (failed,) = Job(hub, "list").run().failed
    assert "helm status" in failed


def test_all_runs_become_one_history(workflow: Workflow) -> None:
    """The accepted one and the failed one, in a log that is kept."""
    assert not workflow.history.failed, workflow.history.printed
    lines = workflow.history.printed.splitlines()
    assert any("spec-01" in line and "accepted" in line for line in lines)
    assert any("spec-02" in line and "exhausted" in line for line in lines)
    assert (workflow.hub.artifacts / "history" / "runs.db").stat().st_size > 0


def test_helms_own_checks_run_on_the_oldest_python_and_the_newest() -> None:
    """As pyproject.toml says which is the oldest; all else is done on that one alone."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]
    oldest, newest = jobs["test"]["strategy"]["matrix"]["python"]
    assert f'requires-python = ">={oldest}"' in (ROOT / "pyproject.toml").read_text()
    assert newest == "3.x"
    others = [job for name, job in jobs.items() if name != "test"]
    assert [job["steps"][1]["with"]["python-version"] for job in others] == [oldest] * 2
    sandboxed = f"sudo sysctl -w {NAMESPACES}"
    commands = {
        name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()
    }
    assert commands == {
        "test": [sandboxed, "make test"],
        "faults": ["make faults"],
        "release": [sandboxed, "make release-check site"],
    }
    targets = {word for (*_, line) in commands.values() for word in line.split()[1:]}
    assert targets == set(re.findall(r"^make ([\w-]+)", CI_RUN, re.MULTILINE))
