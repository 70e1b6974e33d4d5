"""`helm scaffold` and `helm new` as processes: from a bare repository to an accepted spec."""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.pty_screen import on_screen
from tests.e2e.workspace import Workspace

EXAMPLE = "spec-00-example"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A repository in which nobody has set anything up, and agents that are content at once."""
    workspace = Workspace(tmp_path)
    shutil.rmtree(workspace.specs)
    (workspace.root / "Makefile").write_text("test:\n\ttrue\n")
    return workspace


def config(workspace: Workspace) -> dict[str, object]:
    found = json.loads((workspace.root / "helm.config.json").read_bytes())
    assert isinstance(found, dict)
    return found


def test_from_a_bare_repository_to_an_accepted_spec(workspace: Workspace) -> None:
    """It names the commands that come next, and said again it changes nothing."""
    below = workspace.root / "src"
    below.mkdir()
    ended = workspace.run("scaffold", "--yes", "--mode", "parallel", cwd=below)
    assert (ended.code, ended.err) == (0, "")
    assert f"created  specs/{EXAMPLE}/SPEC.md\n" in ended.out
    assert f"  helm run --exec {EXAMPLE}  " in ended.out
    assert config(workspace)["mode"] == "parallel"
    assert config(workspace)["acceptanceCommands"] == ["make test"]
    assert workspace.run("run", "--exec", EXAMPLE).code == 0
    before = workspace.files()
    again = json.loads(workspace.run("scaffold", "--yes", "--json").out)
    assert (again["created"], again["changed"]) == ([], [])
    assert set(again) == {"root", "specs_root", "created", "changed", "kept"}
    assert workspace.files() == before


def test_without_a_terminal_it_takes_nothing_for_a_yes(workspace: Workspace) -> None:
    """And it says what would be one."""
    before = workspace.files()
    ended = workspace.run("scaffold")
    assert (ended.code, ended.out) == (2, "")
    assert "add --yes" in ended.err
    assert workspace.files() == before


def test_on_a_terminal_it_asks(workspace: Workspace) -> None:
    """A line for each question, what would be made, and one yes; 24 rows of 80 columns hold it."""
    with on_screen(workspace, "scaffold", "--mode", "parallel", size=(80, 24)) as screen:
        screen.wait("specs folder: specs")
        screen.press("-q", "enter")
        screen.wait("accepted by: make test")
        screen.press("enter")
        screen.wait("and by")
        screen.press("enter")
        screen.wait("create  helm.config.json", f"specs-q/{EXAMPLE}/SPEC.md", "Make it?")
        screen.press("enter")
        screen.wait("created 11 files", f"helm run --exec {EXAMPLE}")
        assert screen.end() == 0
        assert screen.left_behind() == []
    assert config(workspace)["specsRoot"] == "specs-q"


@pytest.mark.parametrize(
    ("keys", "code", "said"),
    [
        (("ctrl-c",), -signal.SIGINT, "helm: interrupted; nothing was made"),
        (("\x04",), 1, "helm: nothing was made"),
    ],
)
def test_whoever_leaves_leaves_nothing_behind(
    workspace: Workspace, keys: tuple[str, ...], code: int, said: str
) -> None:
    """Neither a file nor a terminal that is not as it was; Ctrl-C stops a shell's loop too."""
    before = workspace.files()
    with on_screen(workspace, "scaffold", size=(80, 24)) as screen:
        screen.wait("specs folder: specs")
        screen.press(*keys)
        assert screen.end() == code
        assert said in screen.text
        assert screen.left_behind() == []
    assert workspace.files() == before


def test_what_is_set_up_is_changed_by_another_command(workspace: Workspace) -> None:
    """A flag that says otherwise is refused, with the words that would change it."""
    assert workspace.run("scaffold", "--yes").code == 0
    before = workspace.files()
    ended = workspace.run("scaffold", "--yes", "--accept", "make lint")
    assert ended.code == 2
    assert """helm config set acceptanceCommands '["make lint"]'""" in ended.err
    assert workspace.files() == before


@pytest.mark.parametrize(("other", "made"), [("other", []), ("a b/specs/", ["mkdir -p 'a b'"])])
def test_another_specs_root_is_had_by_the_words_that_the_refusal_names(
    workspace: Workspace, other: str, made: list[str]
) -> None:
    """With the specs that are there, whether git knows of them or not."""
    assert workspace.run("scaffold", "--yes").code == 0
    assert workspace.run("new", "mine").code == 0
    ended = workspace.run("scaffold", "--yes", "--specs-root", other)
    assert (ended.code, ended.out) == (2, "")
    *moving, change = ended.err.strip().partition("to change it: ")[2].split(" && ")
    assert moving == [*made, f"mv specs {shlex.quote(other.strip('/'))}"]
    for words in moving:
        subprocess.run(shlex.split(words), cwd=workspace.root, check=True)
    assert workspace.run(*shlex.split(change)[1:]).code == 0
    assert "spec-01-mine" in workspace.run("status").out
    assert "created" not in workspace.run("scaffold", "--yes").out


@pytest.mark.parametrize("other", ["there", "specs/in"])
def test_where_no_words_would_move_the_specs_root_people_are_asked_to(
    workspace: Workspace, other: str
) -> None:
    """They know what of two folders belongs together."""
    assert workspace.run("scaffold", "--yes").code == 0
    (workspace.root / "there").mkdir()
    ended = workspace.run("scaffold", "--yes", "--specs-root", other)
    assert ended.code == 2
    words = f"move what is in specs to {other}, then: helm config set specsRoot {other}\n"
    assert ended.err.endswith(words)


@pytest.mark.parametrize("other", ["../other", "/abs/x", "", "~/x", ".git"])
def test_in_a_workspace_too_what_no_specs_root_can_be_is_refused(
    workspace: Workspace, other: str
) -> None:
    """Before words that would be refused in their turn."""
    assert workspace.run("scaffold", "--yes").code == 0
    ended = workspace.run("scaffold", "--yes", "--specs-root", other)
    assert ended.code == 2
    assert f"the specs root cannot be {other!r}: " in ended.err


@pytest.mark.parametrize(("written", "said"), [("specs", "./specs/"), ("./specs", "specs")])
def test_the_specs_root_that_is_set_is_no_other_however_it_is_written(
    workspace: Workspace, written: str, said: str
) -> None:
    assert workspace.run("scaffold", "--yes").code == 0
    assert workspace.run("config", "set", "specsRoot", written).code == 0
    ended = workspace.run("scaffold", "--yes", "--json", "--specs-root", said)
    made = json.loads(ended.out)
    assert (ended.code, made["specs_root"], made["created"]) == (0, "specs", [])


def test_an_example_that_is_done_is_not_to_be_run_anew(workspace: Workspace) -> None:
    """A second run of it would cost money."""
    assert workspace.run("scaffold", "--yes").code == 0
    assert workspace.run("run", "--exec", EXAMPLE).code == 0
    assert workspace.run("scaffold", "--yes").out.splitlines()[-2:] == [
        "  helm new NAME  make a spec",
        "  helm           see every spec, and run them",
    ]


def test_a_bare_repository_is_refused_in_a_line(workspace: Workspace, tmp_path: Path) -> None:
    """Its own files lie there, and agents could not work among them."""
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "init", "-q", "--bare", bare], check=True)
    before = sorted(bare.iterdir())
    ended = workspace.run("scaffold", "--yes", cwd=bare)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("a bare repository has no work tree; clone it, and work there\n")
    assert sorted(bare.iterdir()) == before


def test_ctrl_z_at_a_question_gives_the_terminal_to_the_shell(workspace: Workspace) -> None:
    """Which has the question asked anew."""
    shell = {"PS1": "shell> ", "ENV": "", "TERM": "xterm-256color"}
    argv = ["/bin/sh", "-i"]
    with on_screen(workspace, argv=argv, environment=shell, size=(80, 24)) as screen:
        screen.wait("shell>")
        screen.send(f"{sys.executable} -m helm scaffold\r")
        screen.wait("specs folder: specs")
        screen.press("ctrl-z")
        screen.wait("Stopped")
        screen.send("fg\r")
        screen.press("-q", "enter")
        screen.wait("specs-q", "strict: one part after the other", "mode (strict, parallel)")
        screen.press("ctrl-c")
        screen.wait("nothing was made")
        screen.send("exit\r")
        screen.end()


def test_a_new_spec_is_a_path_for_a_script(workspace: Workspace) -> None:
    """Its texts are opened where that is asked for, and it is one of the specs at once."""
    assert workspace.run("scaffold", "--yes").code == 0
    editor = {"EDITOR": f"{shutil.which('sed')} -i.old s/TODO/DONE/g", "VISUAL": ""}
    words = ("new", "Parser of dates", "--depends-on", "spec-00", "--edit")
    edited = workspace.run(*words, environment=editor)
    assert (edited.code, edited.out) == (0, "specs/spec-01-parser-of-dates\n")
    body = workspace.root / edited.out.strip() / "SPEC.md"
    assert "TODO" not in body.read_text()
    (found,) = json.loads(workspace.run("status", "--json").out)["specs"][1:]
    assert (found["folder"], found["badge"]) == ("spec-01-parser-of-dates", "BLOCKED")


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("nonesuch", "nonesuch ended with 127"),
        ("sh -c 'kill -INT $$'", "was interrupted"),
        ("true", "check it"),
    ],
)
def test_what_an_editor_has_left_unwritten_is_still_to_be_written(
    workspace: Workspace, editor: str, said: str
) -> None:
    """Whether it failed, was interrupted, or was left without a word."""
    assert workspace.run("scaffold", "--yes").code == 0
    environment = {"EDITOR": editor, "VISUAL": ""}
    with on_screen(workspace, "new", "parser", "--edit", environment=environment) as screen:
        assert screen.end() == 0
        assert said in screen.text
        assert "write it  specs/spec-01-parser/SPEC.md" in screen.text


def test_a_new_spec_that_cannot_be_is_one_line(workspace: Workspace) -> None:
    """Without a workspace, and for an editor that nobody has named, before anything is made."""
    before = workspace.files()
    nowhere = workspace.run("new", "parser")
    assert (nowhere.code, nowhere.out) == (3, "")
    assert nowhere.err.endswith("to make one: helm scaffold\n")
    nobody = workspace.run("new", "parser", "--edit", environment={"EDITOR": "", "VISUAL": ""})
    assert (nobody.code, nobody.out) == (2, "")
    assert "$VISUAL or $EDITOR" in nobody.err
    assert workspace.files() == before
