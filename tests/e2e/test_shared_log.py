"""One log for several repositories (`HELM_DB`): whose run is alive is seen from each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.fake_codex import begin, hold, message
from tests.e2e.workspace import SPEC, Workspace


@pytest.fixture
def shared(tmp_path: Path) -> dict[str, str]:
    """What names the log."""
    return {"HELM_DB": str(tmp_path / "shared" / "runs.db")}


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    (tmp_path / "here").mkdir()
    return Workspace(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path, shared: dict[str, str]) -> Iterator[Workspace]:
    """Another repository, with a spec of the same name that is being run."""
    (tmp_path / "there").mkdir()
    workspace = Workspace(tmp_path / "there")
    workspace.agent(worker=[[*begin(), message("I begin."), hold()]])
    with workspace.start("run", "--exec", SPEC, environment=shared) as helm:
        workspace.wait_for_calls(1)
        yield workspace
        helm.kill()


def test_a_run_of_another_repository_is_known_to_be_alive(
    here: Workspace, there: Workspace, shared: dict[str, str]
) -> None:
    """Its own lock lies there, and one more beside the log that both have."""
    (run,) = json.loads(here.run("history", "--json", environment=shared).out)
    assert run["standing"] == "running"


def test_a_run_of_another_repository_is_neither_resumed_nor_given_up(
    here: Workspace, there: Workspace, shared: dict[str, str]
) -> None:
    """The log calls both specs alike; to go on would end an agent that is at work."""
    for words in ((), ("--resume",), ("--fresh",)):
        ended = here.run("run", "--exec", SPEC, *words, environment=shared)
        assert ended.code == 6
        assert f"run of {SPEC} is alive in another folder" in ended.err
    assert here.calls() == []
    assert len(there.survivors()) > 1


def test_an_imported_run_that_was_under_way_is_not_said_to_have_died(
    here: Workspace, there: Workspace, shared: dict[str, str]
) -> None:
    """It goes on where it is run, which no lock tells here."""
    file = here.place / "export.jsonl"
    there.run("export", "latest", "--output", str(file), environment=shared)
    assert here.run("import", str(file)).code == 0
    (run,) = json.loads(here.run("history", "--json").out)
    assert (run["standing"], run["outcome"]) == ("open", "open")
    ended = here.run("watch", "latest")
    assert ended.code == 6
    assert "was under way when it was exported" in ended.err
    assert "--resume" not in ended.err
