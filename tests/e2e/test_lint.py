"""`helm lint` as a process, in a workspace on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.workspace import SPEC, Workspace, write


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    review = workspace.specs / "review.prompt-template.md"
    write(review, review.read_text(encoding="utf-8") + "Begin with STATUS: ok or missing.\n")
    for name in ("grep", "greet"):
        tool = workspace.place / "tools" / name
        write(tool, "#!/bin/sh\n")
        tool.chmod(0o755)
    return workspace


def test_a_workspace_that_can_be_run_has_no_findings(workspace: Workspace) -> None:
    ended = workspace.run("lint")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-1] == "1 spec: 0 errors, 0 warnings"


def test_what_is_wrong_is_told_from_where_one_stands_and_nothing_is_written(
    workspace: Workspace,
) -> None:
    write(workspace.root / "helm.config.json", '{\n  "mode": "strct"\n}\n')
    workspace.add_spec("spec-02", dependsOn=["spec-1"])
    write(workspace.spec / "SPEC.md", "")
    before = sorted(workspace.root.rglob("*"))
    ended = workspace.run("lint", cwd=workspace.specs)
    assert (ended.code, ended.err) == (3, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith("../helm.config.json:2: error: `mode`: 'strct' is not allowed")
    assert any(line.startswith(f"{SPEC}/SPEC.md: error: is empty") for line in lines)
    assert any(f"did you mean {SPEC}? [unknown-dependency]" in line for line in lines)
    assert sorted(workspace.root.rglob("*")) == before


def test_one_spec_is_linted_for_programs(workspace: Workspace) -> None:
    workspace.add_spec("spec-02", dependsOn=["no-such-thing-at-all"])
    ended = workspace.run("lint", "spec-02", "--json")
    assert ended.code == 3
    told = json.loads(ended.out)
    assert (told["ok"], told["specs"], told["errors"]) == (False, 1, 1)
    (error,) = [each for each in told["findings"] if each["severity"] == "error"]
    assert (error["code"], error["specs"]) == ("unknown-dependency", ["spec-02"])


def test_a_word_that_is_no_spec_is_one_line(workspace: Workspace) -> None:
    ended = workspace.run("lint", "spec-01-greting")
    assert (ended.code, ended.out) == (3, "")
    assert ended.complaints == [f"helm: spec 'spec-01-greting' not found; did you mean {SPEC}?"]
