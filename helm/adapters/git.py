"""The git program, asked where a folder stands."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from helm.app.errors import InputInvalid
from helm.app.ports import WorkTree

_BETWEEN = "--//"
"""Echoed by rev-parse between its answers. No path that git prints holds `//`, but it may hold
a line break."""

_QUESTION = (
    "--show-toplevel",
    _BETWEEN,
    "--absolute-git-dir",
    _BETWEEN,
    "--git-common-dir",
)

_OUTSIDE = (
    b"not a git repository (or any",  # "... of the parent directories)", "... up to mount point)"
    b"must be run in a work tree",  # in a bare repository, or in `.git`
    b"cannot use bare repository",  # the same, where safe.bareRepository is `explicit`
    b"xcrun: error",  # macOS without its developer tools: a `git` that only says so
)


class GitProgram:
    """The `Git` port, by one call of `git rev-parse`."""

    def work_tree(self, folder: Path) -> WorkTree | None:
        answer = _ask(folder)
        if answer is None or _says_outside(answer):
            return None
        if answer.returncode != 0:
            raise _refused(folder, os.fsdecode(answer.stderr))
        return _work_tree(folder, os.fsdecode(answer.stdout))

    def top(self, tree: WorkTree, workspace: str) -> Path | None:
        """Source: gitrepository-layout(5), of `worktrees/<id>/gitdir`."""
        common = tree.common_folder
        if workspace == ".":
            return common.parent if common.name == ".git" else None
        try:
            link = (common / workspace / "gitdir").read_bytes()
        except OSError:
            return None
        # With relative paths, git counts from the file's own folder.
        return Path(os.path.normpath(common / workspace / os.fsdecode(link.strip()))).parent


def _ask(folder: Path) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            ["git", "-C", folder, "rev-parse", *_QUESTION],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except (FileNotFoundError, PermissionError):
        return None
    except OSError as error:
        raise _refused(folder, f"it cannot be started: {error.strerror}") from error


def _says_outside(answer: subprocess.CompletedProcess[bytes]) -> bool:
    """Tell "there is none" from "there is one, but": the latter must never pass for the former.

    The log would be looked for outside git, and all history would seem to be gone.
    """
    return answer.returncode != 0 and any(words in answer.stderr for words in _OUTSIDE)


def _refused(folder: Path, refusal: str) -> InputInvalid:
    _, fatal, reason = refusal.partition("fatal: ")
    message = f"git cannot tell the work tree of {folder}: {reason if fatal else refusal}"
    return InputInvalid(" ".join(line.strip() for line in message.splitlines() if line.strip()))


def _work_tree(folder: Path, answer: str) -> WorkTree:
    top, own, shared = answer.removesuffix("\n").split(f"\n{_BETWEEN}\n")
    # The shared one may be told relative to where git ran, which is `folder`.
    common = os.path.realpath(folder / shared)
    return WorkTree(
        top=Path(top),
        common_folder=Path(common),
        workspace=os.path.relpath(os.path.realpath(own), common),
    )
