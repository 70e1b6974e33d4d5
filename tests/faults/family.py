"""A command of an agent's: it starts processes that mean to stay, then ends, or stays itself.

    python family.py FOLDER go|stay TREE...

The number of each is in a file of the folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.e2e.fake_codex import ACTIONS, child, hold, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.e2e.fake_codex import Action

TREES = {
    "group": (child("group.pid", quiet=True),),
    "session": (child("session.pid", session=True, quiet=True),),
    "daemon": (child("daemon.pid", daemon=True, quiet=True),),
    "deaf": (
        child("deaf.pid", deaf=True, quiet=True),
        child("deaf-session.pid", session=True, deaf=True, quiet=True),
        child("deaf-daemon.pid", daemon=True, deaf=True, quiet=True),
    ),
    "hidden": (
        child("hidden.pid", hides=True, quiet=True),
        child("deaf-hidden.pid", hides=True, deaf=True, quiet=True),
    ),
    "respawning": (child("respawning.pid", session=True, deaf=True, respawns=True, quiet=True),),
}

FOUND_BY_THE_NEXT = tuple(name for name in TREES if name != "hidden")
"""What a helm finds that did not begin it: only who was there knows of the hidden ones."""

BEGUN = "begun"
"""A file that is there once all processes are."""


def family(folder: Path, trees: Sequence[str]) -> list[Action]:
    """Give what starts the processes of some trees, with their numbers in files of a folder."""
    children = (each for name in trees for each in TREES[name])
    placed = [{**each, "path": str(folder / each["path"])} for each in children]
    return [*placed, make(folder / BEGUN)]


def main() -> None:
    folder, then, *trees = sys.argv[1:]
    for each in (*family(Path(folder), trees), *([hold()] if then == "stay" else [])):
        ACTIONS[each["do"]](each)


if __name__ == "__main__":
    main()
