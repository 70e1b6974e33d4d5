"""What helm asks git."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """A git work tree: its top, the git directory that all its siblings share, and its key there.

    `workspace` is this tree's git directory relative to the shared one: `.`, or `worktrees/NAME`.
    It survives moving the repository.
    """

    top: Path
    common_folder: Path
    workspace: str


class Git(Protocol):
    """What helm asks git."""

    def work_tree(self, folder: Path) -> WorkTree | None:
        """Find the work tree that `folder` is in; None outside one, or without git.

        Raises `InputInvalid` where git refuses to say (a folder that belongs to somebody else).
        """
        ...

    def lacks_work_tree(self, folder: Path) -> bool:
        """Tell whether `folder` is in a repository, but in no work tree: in a bare one, in `.git`.

        False outside of any, and where git does not say.
        """
        ...

    def has_commit(self, tree: WorkTree) -> bool:
        """Tell whether there is a commit to go back to; also where git does not say."""
        ...

    def top(self, tree: WorkTree, workspace: str) -> Path | None:
        """Find the top of the sibling of `tree` that has this key; None where there is none."""
        ...
