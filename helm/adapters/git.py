"""The git program, asked where a folder stands."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from helm.app.errors import InputInvalid
from helm.app.ports import WorkTree
from helm.app.workspace import LOG_NAME

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
_BARE_FORBIDDEN = b"cannot use bare repository"
"""Said of any, where safe.bareRepository is `explicit`."""

_NO_COMMIT = 1
"""What a quiet rev-parse ends with of a HEAD that leads nowhere; with more where it cannot say."""

_OUTSIDE = (
    b"not a git repository (or any",  # "... of the parent directories)", "... up to mount point)"
    b"must be run in a work tree",  # in a bare repository, or in `.git`
    _BARE_FORBIDDEN,
    b"xcrun: error",  # macOS without its developer tools: a `git` that only says so
)

_LIMITS = {errno.EAGAIN, errno.EMFILE}


class GitProgram:
    """The `Git` port, by one call of `git rev-parse` for each question."""

    def work_tree(self, folder: Path) -> WorkTree | None:
        answer = _ask(folder, *_QUESTION)
        if answer is None:
            _require_no_log(folder)
            return None
        if _says_outside(answer):
            return None
        if answer.returncode != 0:
            raise _refused(folder, os.fsdecode(answer.stderr))
        return _work_tree(folder, os.fsdecode(answer.stdout))

    def lacks_work_tree(self, folder: Path) -> bool:
        answer = _ask(folder, "--is-inside-work-tree")
        if answer is None:
            return False
        return answer.stdout == b"false\n" or _BARE_FORBIDDEN in answer.stderr

    def has_commit(self, tree: WorkTree) -> bool:
        answer = _ask(tree.top, "--quiet", "--verify", "HEAD")
        return answer is None or answer.returncode != _NO_COMMIT

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


def _ask(folder: Path, *question: str) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            ["git", "-C", folder, "rev-parse", *question],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except (FileNotFoundError, PermissionError):
        return None
    except OSError as error:
        cure = "raise that limit (ulimit)" if error.errno in _LIMITS else ""
        raise _refused(folder, f"it cannot be started: {error.strerror}", cure) from error


def _require_no_log(folder: Path) -> None:
    """Refuse to overlook a log that lies in a git directory, which only git can lead to."""
    for each in (folder, *folder.parents):
        own = each / ".git"
        if os.path.lexists(own):
            log = next(filter(os.path.exists, _logs_in(own)), None)
            if log:
                raise InputInvalid(
                    f"git was not found, and {log} is in its keeping", cure="install git"
                )
            return


def _logs_in(own: Path) -> Iterator[Path]:
    """Say where a log can be. Source: gitrepository-layout(5), of a `.git` that is a file."""
    if os.path.isfile(own):  # noqa: PTH113  Path.is_file raises where we may not look
        link = own.read_bytes().removeprefix(b"gitdir:").strip()
        own = own.parent / os.fsdecode(link)
        if own.parent.name == "worktrees":
            own = own.parent.parent
    yield own / "helm" / LOG_NAME


def _says_outside(answer: subprocess.CompletedProcess[bytes]) -> bool:
    """Tell "there is none" from "there is one, but": the latter must never pass for the former.

    The log would be looked for outside git, and all history would seem to be gone.
    """
    return answer.returncode != 0 and any(words in answer.stderr for words in _OUTSIDE)


def _refused(folder: Path, refusal: str, cure: str = "") -> InputInvalid:
    _, fatal, said = refusal.partition("fatal: ")
    reason = f"git cannot tell the work tree of {folder}: {said if fatal else refusal}"
    if "GIT_DIR" in os.environ:
        cure = "GIT_DIR is set, as in a hook of git: unset it"
    lines = (line.strip() for line in reason.splitlines())
    return InputInvalid(" ".join(line for line in lines if line), cure)


def _work_tree(folder: Path, answer: str) -> WorkTree:
    top, own, shared = answer.removesuffix("\n").split(f"\n{_BETWEEN}\n")
    # The shared one may be told relative to where git ran, which is `folder`.
    common = os.path.realpath(folder / shared)
    return WorkTree(
        top=Path(top),
        common_folder=Path(common),
        workspace=os.path.relpath(os.path.realpath(own), common),
    )
