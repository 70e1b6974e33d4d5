"""The release workflow publishes what was checked, says no password, and calls what is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.release.environments import ROOT

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture
def jobs() -> dict[str, Any]:
    workflow = ROOT / ".github/workflows/release.yml"
    return dict(yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"])


def test_what_it_calls_is_in_the_makefile(jobs: dict[str, Any]) -> None:
    """The version is compared before anything is built."""
    calls = [step["run"].split()[1] for step in jobs["build"]["steps"] if "run" in step]
    assert calls == ["release-version", "release-check", "test"]
    assert set(calls) <= TARGETS


def test_it_publishes_the_files_that_were_checked(jobs: dict[str, Any]) -> None:
    """They come from the job before, and nothing is built where something can be published."""
    publish = jobs["publish"]
    assert publish["needs"] == "build"
    assert not any("run" in step for step in publish["steps"])
    kept = next(step for step in jobs["build"]["steps"] if "upload" in step.get("uses", ""))
    fetched = next(step for step in publish["steps"] if "download" in step["uses"])
    assert kept["with"]["path"] == fetched["with"]["path"] == "dist/"


def test_foreign_code_where_something_can_be_published_is_that_of_one_commit(
    jobs: dict[str, Any],
) -> None:
    """A branch, and a tag, can be moved."""
    used = [step["uses"] for step in jobs["publish"]["steps"]]
    foreign = [each for each in used if not each.startswith("actions/")]
    assert foreign
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in foreign)


def test_only_the_publishing_job_can_say_who_it_is(jobs: dict[str, Any]) -> None:
    """And it knows no secret."""
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert "permissions" not in jobs["build"]
    assert "secrets" not in str(jobs)
