"""From a bare repository to an accepted spec on a terminal, and changing its settings there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.e2e.pty_screen import PtyScreen, on_screen
from tests.e2e.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A repository in which nobody has set anything up, and agents that are content at once."""
    workspace = Workspace(tmp_path)
    shutil.rmtree(workspace.specs)
    (workspace.root / "helm.config.json").unlink(missing_ok=True)
    (workspace.root / "Makefile").write_text("test:\n\ttrue\n")
    return workspace


def files(workspace: Workspace) -> set[str]:
    """What lies in the repository."""
    top = workspace.root
    paths = (path for path in top.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(top).as_posix() for path in paths}


def config(workspace: Workspace) -> dict[str, object]:
    found = json.loads((workspace.root / "helm.config.json").read_bytes())
    assert isinstance(found, dict)
    return found


def leave(screen: PtyScreen) -> None:
    screen.press("Q")
    assert screen.end() == 0
    assert screen.left_behind() == []


def test_from_nothing_to_an_accepted_spec(workspace: Workspace) -> None:
    """The form is filled in, the workspace is made, and its example is run at once."""
    with on_screen(workspace) as screen:
        screen.wait("no workspace yet", "There is no helm.config.json", "make test", "[ Create ]")
        screen.press("enter")
        screen.wait("specs folder: specs")
        screen.press("-q/Q", "enter")
        screen.wait("specs-q/Q/spec-00-example/")
        screen.press("ctrl-s")
        screen.wait("The workspace is set up.", "created", "specs-q/Q/spec-00-example/")
        screen.press("enter")
        screen.wait("Slugs for titles", "TODO")
        screen.press("r")
        screen.wait("✓ spec-00-example accepted")
        leave(screen)
    assert config(workspace)["specsRoot"] == "specs-q/Q"
    assert config(workspace)["acceptanceCommands"] == ["make test"]
    metadata = workspace.root / "specs-q/Q/spec-00-example/metadata.json"
    assert json.loads(metadata.read_bytes())["status"] == "done"


@pytest.mark.parametrize("key", ["q", "Q", "ctrl-c"])
def test_leaving_the_set_up_leaves_nothing(workspace: Workspace, key: str) -> None:
    """And tells how to come back."""
    before = files(workspace)
    with on_screen(workspace) as screen:
        screen.wait("no workspace yet", "creates")
        screen.press("enter")
        screen.wait("specs folder: specs")
        screen.press("escape")
        screen.wait_gone("specs folder: specs")
        screen.press(key)
        assert screen.end() == 0
        assert "to come back to the set-up, say helm" in screen.said
        assert screen.left_behind() == []
    assert files(workspace) == before


def test_a_wrong_specs_folder_is_not_taken(workspace: Workspace) -> None:
    """It is said as one types, and Enter does not take it."""
    with on_screen(workspace, size=(60, 20)) as screen:
        screen.wait("no workspace yet")
        screen.press("enter")
        screen.wait("specs folder: specs")
        screen.press("\x15", "Makefile/q")
        screen.wait("Makefile is a file", "specs folder: Makefile/q")
        screen.press("enter", "\x15", "q")
        screen.wait_gone("is a file")
        screen.press("enter")
        screen.wait("specs folder   q")
        screen.press("q")
        screen.wait("leave the set-up?")
        screen.press("n")
        screen.wait_gone("leave the set-up?")
        screen.press("q", "y")
        assert screen.end() == 0
    assert "helm.config.json" not in files(workspace)


def test_a_setting_is_changed_and_the_next_run_uses_it(workspace: Workspace) -> None:
    """In the file nothing else changes, and helm need not be opened anew."""
    with on_screen(workspace) as screen:
        screen.wait("no workspace yet")
        screen.press("ctrl-s")
        screen.wait("The workspace is set up.")
        screen.press("enter")
        screen.wait("Slugs for titles")
        text = (workspace.root / "helm.config.json").read_text()
        screen.press("s")
        screen.wait("defaultMaxAttempts")
        screen.press("down", "down", "down", "enter")
        screen.wait("defaultMaxAttempts: 2")
        screen.press("\x15", "0")
        screen.wait("greater than 0")
        screen.press("enter", "\x15", "7", "enter")
        screen.wait("defaultMaxAttempts: helm.config.json is changed")
        changed = (workspace.root / "helm.config.json").read_text()
        assert changed == text.replace('"defaultMaxAttempts": 2', '"defaultMaxAttempts": 7')
        screen.press("escape")
        screen.wait("Slugs for titles")
        screen.press("r")
        screen.wait("Attempt 1 of 7", "✓ spec-00-example accepted")
        leave(screen)


def test_a_configuration_that_is_wrong_is_mended_on_the_screen(workspace: Workspace) -> None:
    """helm opens with its settings, and goes on to the specs once nothing is wrong."""
    shutil.copytree(Path(__file__).parents[2] / "specs", workspace.specs)
    (workspace.root / "helm.config.json").write_text('{"mood": 1, "redact": ["x+"]}')
    with on_screen(workspace) as screen:
        screen.wait("unknown key `mood`", "wrong")
        screen.press("d")
        screen.wait("esc opens the specs")
        screen.press("escape")
        screen.wait("Slugs for titles")
        leave(screen)
    assert config(workspace) == {"redact": ["x+"]}
