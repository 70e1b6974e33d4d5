"""A run in a CI, as a process: JUnit XML, and what GitHub Actions reads of it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.fake_codex import begin, end, err, hold, message, out, remove
from tests.e2e.workspace import MISSING, SPEC, Workspace, write

ACTIONS = {"GITHUB_ACTIONS": "true"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


def names(path: Path) -> list[str | None]:
    """List the cases of a file that did not pass."""
    cases = ET.parse(path).getroot().findall("testsuite/testcase")
    return [case.get("name") for case in cases if case.find("*[@type]") is not None]


def test_a_run_is_written_as_junit_xml_and_can_be_had_again(workspace: Workspace) -> None:
    """From the log, byte for byte."""
    workspace.agent(verifier=[MISSING])
    ended = workspace.execute("--junit", "helm.xml")
    assert (ended.code, ended.err) == (1, "")
    path = workspace.root / "helm.xml"
    tasks = ["remaining task: say goodbye", "remaining task: test it"]
    assert names(path) == ["attempt 1", "attempt 2", *tasks]
    shown = workspace.run("show", "latest", "--junit")
    assert shown.out == path.read_text(encoding="utf-8")


def test_an_interrupted_run_is_written_too(workspace: Workspace) -> None:
    """Ctrl-C is an error of the attempt, and ends helm as it always does."""
    workspace.agent(worker=[[*begin(), hold()]])
    with workspace.working("--junit", "helm.xml", "--quiet") as helm:
        helm.send(signal.SIGINT)
        assert helm.end().code == -signal.SIGINT
    assert names(workspace.root / "helm.xml") == ["attempt 1"]


def test_a_file_that_cannot_be_written_is_said_before_an_agent_is_called(
    workspace: Workspace,
) -> None:
    """Nothing is spent on a run that could not be told."""
    ended = workspace.execute("--junit", "reports/helm.xml")
    assert ended.code == 3
    folder = workspace.root / "reports"
    assert ended.complaints == [f"helm: --junit: there is no folder {folder}; make it first"]
    assert workspace.execute("--junit", ".").code == 3
    assert workspace.execute("--junit", "helm.xml", "--dry-run").code == 2
    assert workspace.calls() == []


def test_a_file_that_cannot_be_written_in_the_end_fails_the_run(workspace: Workspace) -> None:
    """The run is on record, and the message says how to have the file."""
    folder = workspace.root / "reports"
    folder.mkdir()
    workspace.agent(worker=[[*begin(), remove(folder), message("done"), end()]])
    ended = workspace.execute("--junit", "reports/helm.xml")
    assert ended.code == 6
    (complaint,) = ended.complaints
    assert complaint.startswith("helm: the run is on record, but cannot write ")
    assert complaint.endswith(" --junit")
    assert workspace.metadata()["status"] == "done"


def test_agents_give_the_runner_no_commands(workspace: Workspace) -> None:
    """Neither on the one stream nor on the other; helm's own are on standard error."""
    said = [out(":"), out(":add-mask::e\nsee ##[error]x\n"), err("  ::stop-commands::t\n")]
    answer = 'STATUS: missing\n{"remainingTasks": ["say ::error::x"]}\n::debug::y'
    workspace.agent(worker=[said], verifier=[[out(answer)]])
    summary = workspace.place / "summary.md"
    ended = workspace.execute(
        "--max-attempts", "1", environment={**ACTIONS, "GITHUB_STEP_SUMMARY": str(summary)}
    )
    assert ended.code == 1
    assert "\\::add-mask::e\nsee ##\\[error]x\n" in ended.out
    assert "\n\\::debug::y\n" in ended.out
    place = f"file=specs/{SPEC}/SPEC.md,title={SPEC}%3A remaining task"
    assert ended.err.splitlines() == [
        "  \\::stop-commands::t",
        f"::error {place}::say ::error::x",
    ]
    assert f"### `{SPEC}`: exhausted after 1 attempt\n" in summary.read_text(encoding="utf-8")


def test_whoever_writes_a_spec_gives_the_runner_no_commands(workspace: Workspace) -> None:
    """Neither by what a prompt takes from it, nor by what an error quotes."""
    write(workspace.spec / "SPEC.md", "# Greeting\n\n::add-mask::e\nsee ##[error]x\n")
    shown = workspace.execute("--dry-run", environment=ACTIONS)
    assert (shown.code, shown.err) == (0, "")
    assert "\n\\::add-mask::e\nsee ##\\[error]x\n" in shown.out
    refused = workspace.run("run", "--exec", "##[error]x", environment=ACTIONS)
    assert refused.code == 3
    assert refused.err.startswith("helm: spec '##\\[error]x' not found")


def test_json_lines_stay_json_lines_in_actions(workspace: Workspace) -> None:
    """Annotations are beside them; a summary that cannot be written changes no exit code."""
    workspace.agent(worker=["see ##[error]x"])
    environment = {**ACTIONS, "GITHUB_STEP_SUMMARY": str(workspace.place)}
    ended = workspace.execute("--json", environment=environment)
    assert ended.code == 0
    assert "##[" not in ended.out
    kinds = [json.loads(line)["kind"] for line in ended.out.splitlines()]
    assert kinds[-1] == "RunFinished"
    (warning,) = ended.err.splitlines()
    assert warning.startswith("::warning title=helm::no step summary in ")
