"""Where a folder stands, as the real git sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from helm.adapters.git import GitProgram
from helm.app.errors import InputInvalid
from helm.app.ports import Git, WorkTree
from tests.fakes import MemoryGit

# A git that was built with translations, in a machine that has the locale.
SPEAKS_GERMAN = """#!/bin/sh
case $LC_ALL in
    C) echo "fatal: not a git repository (or any of the parent directories): .git" >&2 ;;
    *) echo "Schwerwiegend: Kein Git-Repository (oder irgendein Elternverzeichnis): .git" >&2 ;;
esac
exit 128
"""
MAKE_COMMIT = ("commit", "--quiet", "--allow-empty", "--message=first")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder outside any repository, and a git that nobody has set up."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    real = Path(os.path.realpath(tmp_path))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(real))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A. Tester")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "tester@example.org")
    return real


def git(folder: Path, *words: str | Path) -> None:
    subprocess.run(["git", "-C", folder, *words], capture_output=True, check=True)


def repository(path: Path) -> Path:
    path.mkdir(parents=True)
    git(path, "init", "--quiet")
    git(path, *MAKE_COMMIT)
    return path


def add_submodule(outer: Path, inner: Path, name: str) -> Path:
    # git refuses to clone a submodule from a local path since CVE-2022-39253.
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, name)
    return outer / name


def test_the_top_of_a_repository_is_its_work_tree(place: Path) -> None:
    """A plain repository has its git directory in it, and the key `.`."""
    top = repository(place / "project")
    found = GitProgram().work_tree(top)
    assert found == WorkTree(top=top, common_folder=top / ".git", workspace=".")


def test_a_folder_below_is_in_the_same_work_tree(place: Path) -> None:
    """How deep the question is asked changes nothing, though git then answers relatively."""
    top = repository(place / "project")
    below = top / "specs" / "spec-01"
    below.mkdir(parents=True)
    assert GitProgram().work_tree(below) == GitProgram().work_tree(top)


def test_a_link_to_a_folder_is_asked_where_it_leads(place: Path) -> None:
    """A relative answer of git starts behind the link, not beside it."""
    top = repository(place / "project")
    (top / "specs").mkdir()
    (place / "link").symlink_to(top / "specs")
    assert GitProgram().work_tree(place / "link") == GitProgram().work_tree(top)


def test_a_relative_folder_is_understood(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder's own name is enough."""
    top = repository(place / "project")
    monkeypatch.chdir(top)
    assert GitProgram().work_tree(Path()) == GitProgram().work_tree(top)


def test_a_worktree_shares_the_git_directory_under_its_own_key(place: Path) -> None:
    """A linked worktree has the common folder of the first, and `worktrees/NAME`."""
    top = repository(place / "project")
    git(top, "worktree", "add", "--quiet", place / "second")
    assert GitProgram().work_tree(place / "second") == WorkTree(
        top=place / "second", common_folder=top / ".git", workspace="worktrees/second"
    )


def test_a_sibling_is_found_by_its_key(place: Path) -> None:
    """From the first work tree to a linked one, back, and not where there is none."""
    top = repository(place / "project")
    git(top, "worktree", "add", "--quiet", place / "second")
    program = GitProgram()
    first, second = program.work_tree(top), program.work_tree(place / "second")
    assert first is not None
    assert second is not None
    assert program.top(first, "worktrees/second") == second.top
    assert program.top(second, ".") == first.top
    assert program.top(first, "worktrees/none") is None


def test_a_bare_repository_has_no_top_of_its_own(place: Path) -> None:
    """Its worktrees have."""
    source = repository(place / "source")
    bare = place / "bare.git"
    git(place, "clone", "--quiet", "--bare", source, bare)
    git(bare, "worktree", "add", "--quiet", place / "tree")
    tree = GitProgram().work_tree(place / "tree")
    assert tree is not None
    assert GitProgram().top(tree, ".") is None


def test_a_worktree_of_a_bare_repository_is_a_work_tree(place: Path) -> None:
    """A bare clone with worktrees beside it keeps the log in the bare one."""
    source = repository(place / "source")
    git(place, "clone", "--quiet", "--bare", source, place / "bare.git")
    git(place / "bare.git", "worktree", "add", "--quiet", place / "second")
    assert GitProgram().work_tree(place / "second") == WorkTree(
        top=place / "second", common_folder=place / "bare.git", workspace="worktrees/second"
    )


def test_a_submodule_is_a_work_tree_of_its_own(place: Path) -> None:
    """Its git directory lies in that of the outer repository, and is its own common one."""
    outer = repository(place / "outer")
    inner = add_submodule(outer, repository(place / "library"), "library")
    assert GitProgram().work_tree(inner) == WorkTree(
        top=inner, common_folder=outer / ".git" / "modules" / "library", workspace="."
    )


def test_a_nested_repository_is_the_nearest(place: Path) -> None:
    """A repository in a repository is asked for itself."""
    outer = repository(place / "outer")
    inner = repository(outer / "vendor" / "inner")
    found = GitProgram().work_tree(inner)
    assert found == WorkTree(top=inner, common_folder=inner / ".git", workspace=".")


@pytest.mark.parametrize("name", ["two words", "a\nb", "end\n", "--//\n", "ünï", "-C"])
def test_any_name_is_read_back_as_it_is(place: Path, name: str) -> None:
    """Blanks and line breaks in a path do not confuse the answers of git with each other."""
    top = repository(place / name / name)
    git(top, "worktree", "add", "--quiet", place / "second")
    assert GitProgram().work_tree(top) == WorkTree(
        top=top, common_folder=top / ".git", workspace="."
    )
    second = GitProgram().work_tree(place / "second")
    assert second is not None
    assert (second.common_folder, second.workspace) == (top / ".git", "worktrees/second")


def test_a_bare_repository_has_no_work_tree(place: Path) -> None:
    """There is nothing in it that an agent could work on."""
    git(place, "init", "--quiet", "--bare", "bare.git")
    assert GitProgram().work_tree(place / "bare.git") is None


def test_a_bare_repository_that_git_may_not_use_has_no_work_tree(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is the same where git is set up to refuse bare repositories."""
    git(place, "init", "--quiet", "--bare", "bare.git")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.bareRepository")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "explicit")
    assert GitProgram().work_tree(place / "bare.git") is None
    assert GitProgram().lacks_work_tree(place / "bare.git")


def git_of(kind: type[Git], bare: Path, *, without_commit: Path | None = None) -> Git:
    """Give the real git, or the one in memory that knows what the real one would find out."""
    if kind is GitProgram:
        return GitProgram()
    return MemoryGit(bare={bare}, without_commit={without_commit} if without_commit else set())


ADAPTERS = pytest.mark.parametrize("kind", [GitProgram, MemoryGit])


@ADAPTERS
def test_a_bare_repository_lacks_a_work_tree_and_so_does_a_git_directory(
    place: Path, kind: type[Git]
) -> None:
    """Also the folders in it; where there is no repository, there is none to lack it."""
    top, bare = repository(place / "project"), place / "bare.git"
    git(place, "clone", "--quiet", "--bare", top, bare)
    (bare / "inner").mkdir()
    asked = git_of(kind, bare)
    assert asked.lacks_work_tree(bare)
    assert asked.lacks_work_tree(bare / "inner")
    assert not asked.lacks_work_tree(top)
    assert not asked.lacks_work_tree(place)
    assert GitProgram().lacks_work_tree(top / ".git")


def test_what_only_looks_like_a_git_directory_is_none(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git tells them apart; without it nobody can."""
    for name in ("objects", "refs", "inner"):
        (place / name).mkdir()
    (place / "HEAD").touch()
    assert not GitProgram().lacks_work_tree(place / "inner")
    git(place, "init", "--quiet", "--bare", "bare.git")
    monkeypatch.setenv("PATH", str(place))
    assert not GitProgram().lacks_work_tree(place / "bare.git")


@ADAPTERS
def test_whether_there_is_a_commit_to_go_back_to(place: Path, kind: type[Git]) -> None:
    top, fresh = repository(place / "project"), place / "fresh"
    git(place, "init", "--quiet", fresh)
    asked = git_of(kind, place / "bare.git", without_commit=fresh)
    for each, has_commit in ((top, True), (fresh, False)):
        tree = WorkTree(top=each, common_folder=each / ".git", workspace=".")
        assert asked.has_commit(tree) is has_commit


def test_where_git_does_not_say_whether_there_is_a_commit_nobody_is_warned(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = WorkTree(top=place, common_folder=place / ".git", workspace=".")
    assert GitProgram().has_commit(tree)
    monkeypatch.setenv("PATH", str(place))
    assert GitProgram().has_commit(tree)


def test_the_git_directory_is_in_no_work_tree(place: Path) -> None:
    """A spec cannot lie inside `.git`."""
    top = repository(place / "project")
    assert GitProgram().work_tree(top / ".git") is None


def test_a_folder_outside_any_repository_has_none(place: Path) -> None:
    """No repository is a plain answer, not an error."""
    assert GitProgram().work_tree(place) is None


def test_without_git_there_is_no_work_tree(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """helm works on a machine that has no git."""
    top = repository(place / "project")
    monkeypatch.setenv("PATH", str(place))
    assert GitProgram().work_tree(top) is None


@pytest.mark.parametrize("folder", ["project/specs", "second"])
def test_without_git_a_log_in_its_keeping_is_not_overlooked(
    place: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """To begin another log beside it would hide it, in the linked work trees too."""
    top = repository(place / "project")
    git(top, "worktree", "add", "--quiet", place / "second")
    (top / "specs").mkdir()
    (top / ".git" / "helm").mkdir()
    (top / ".git" / "helm" / "runs.db").touch()
    monkeypatch.setenv("PATH", str(place))
    with pytest.raises(InputInvalid, match=r"git was not found, and .*/runs\.db is in"):
        GitProgram().work_tree(place / folder)


def test_a_git_directory_that_was_told_and_is_wrong_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks inherit it, and it may be relative to where they were called."""
    top = repository(place / "project")
    monkeypatch.setenv("GIT_DIR", ".")
    with pytest.raises(InputInvalid, match="GIT_DIR is set, as in a hook of git: unset it"):
        GitProgram().work_tree(top)


def test_a_moved_repository_keeps_its_keys(place: Path) -> None:
    """The history of a spec survives moving or renaming its repository, in every worktree."""
    git(repository(place / "old" / "project"), "worktree", "add", "--quiet", "../second")
    shutil.move(place / "old", place / "new")
    git(place / "new" / "project", "worktree", "repair", place / "new" / "second")
    first = GitProgram().work_tree(place / "new" / "project")
    second = GitProgram().work_tree(place / "new" / "second")
    assert first is not None
    assert second is not None
    assert [first.workspace, second.workspace] == [".", "worktrees/second"]
    assert first.common_folder == second.common_folder == place / "new" / "project" / ".git"


def test_git_dir_in_the_environment_is_honoured(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A git directory kept elsewhere serves the folder that it is asked for, as in git."""
    kept = repository(place / "kept")
    (place / "home").mkdir()
    monkeypatch.setenv("GIT_DIR", str(kept / ".git"))
    assert GitProgram().work_tree(place / "home") == WorkTree(
        top=place / "home", common_folder=kept / ".git", workspace="."
    )


def test_the_language_of_the_user_changes_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refusals are told apart by git's English words, so that it is asked for no others."""
    program = place / "git"
    program.write_text(SPEAKS_GERMAN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert GitProgram().work_tree(place) is None


def test_a_repository_of_somebody_else_is_an_error_with_the_advice_of_git(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dubious ownership is told in one line, with the command that mends it."""
    top = repository(place / "project")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(InputInvalid) as error:
        GitProgram().work_tree(top)
    assert "dubious ownership" in str(error.value)
    assert str(error.value).endswith(f"git config --global --add safe.directory {top}")
    assert "\n" not in str(error.value)


def test_a_damaged_repository_does_not_pass_for_none(place: Path) -> None:
    """A log that lies in a repository must not seem to be empty because git cannot read it."""
    top = repository(place / "project")
    (top / ".git" / "config").write_text("[core")
    with pytest.raises(InputInvalid, match="bad config"):
        GitProgram().work_tree(top)


def test_a_worktree_whose_repository_is_gone_is_an_error(place: Path) -> None:
    """The file `.git` says that there was one, and git names where."""
    (place / "second").mkdir()
    (place / "second" / ".git").write_text("gitdir: /gone/.git/worktrees/second\n")
    with pytest.raises(InputInvalid, match="not a git repository: /gone"):
        GitProgram().work_tree(place / "second")
