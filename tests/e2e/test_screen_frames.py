"""Every screen as a person sees it: what changes on a terminal is seen in review.

The clock stands still, and the runs are those of a golden log.
`HELM_GOLDEN=write pytest tests/e2e/test_screen_frames.py` writes the pictures anew.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.domain.histories import GOLDEN, assert_golden
from tests.e2e.pty_screen import PtyScreen, on_screen
from tests.e2e.workspace import Workspace, write
from tests.examples import snapshot

# Whoever asks for the time gets the same answer. How long something takes is still measured.
HELM_AT_SIX = """
import datetime

class Stopped(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 31, 18, tzinfo=tz)

datetime.datetime = Stopped

from helm.__main__ import main

main()
"""

SPECS: dict[str, dict[str, object]] = {
    "spec-00-example": {"name": "An example", "status": "done"},
    "spec-01-lists": {"name": "Lists", "status": "failed", "dependsOn": ["spec-00-example"]},
    "spec-02-maps": {"name": "Maps: 漢字 too", "dependsOn": ["spec-01-lists"]},
    "spec-03-sets": {"name": "Sets", "dependsOn": ["spec-00-example"]},
    "spec-04-trees": {"name": "Trees", "dependsOn": ["spec-02-maps", "spec-03-sets"]},
    "spec-05-words": {"name": "Words", "status": "done"},
}

Way = Sequence[str | tuple[str, ...]]
"""Keys to press, and the words to wait for before the next one."""

HOME: Way = [("▶~ STALE", "accepted 5h", "Needed by")]
HISTORY: Way = [*HOME, "h", ("▶01KG9YS7", "resumed by bob@lab")]
RUN: Way = [*HISTORY, "enter", ("Verdict on attempt 3: ok", " END ")]
WAYS: dict[str, Way] = {
    "specs": HOME,
    "spec": [*HOME, "enter", ("── SPEC.md ─", "Last run")],
    "history": HISTORY,
    "run": RUN,
    "result": [*RUN, "enter", ("7m 10s of agents' time",)],
    "graph": [*HOME, "d", ("├─ spec-01-lists",)],
    "settings": [*HOME, "s", ("▶ specsRoot",)],
    "help": [*HOME, "?", ("keys: specs",)],
    "dialog": [
        *HOME,
        *("down", ("▶✗ FAILED",)),
        *("down", ("▶⊘ BLOCKED",)),
        *("r", ("run spec-02-maps?",)),
    ],
}

QUIET_MOMENTS = 20
"""So often nothing may come, before what is seen is taken for what there is to be seen."""


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """A workspace with the runs of a log of today; paths in it are as long as ever."""
    # TMPDIR may be of any length.
    place = Path(mkdtemp(prefix="helm-", dir="/tmp"))
    made = Workspace(place, name="shop")
    shutil.rmtree(made.spec)
    for name, metadata in SPECS.items():
        made.add_spec(name, **metadata)
        spec = snapshot(name)
        for text in (spec.body, spec.checklist, spec.worker_template, spec.verifier_template):
            write(made.root / text.path, text.text)
    made.log.parent.mkdir()
    with closing(sqlite3.connect(made.log)) as connection:
        connection.executescript((GOLDEN / "logs" / "0002.sql").read_text(encoding="utf-8"))
    yield made
    shutil.rmtree(place)


def require_looks(workspace: Workspace, name: str, size: tuple[int, int], way: Way) -> None:
    """Go a way through helm, and compare what is seen at its end with what was once seen there."""
    argv, environment = [sys.executable, "-c", HELM_AT_SIX], {"TZ": "UTC"}
    with on_screen(workspace, size=size, argv=argv, environment=environment) as screen:
        for step in way:
            if isinstance(step, str):
                screen.press(step)
            else:
                screen.wait(*step)
        file = "screens/pty/{}-{}x{}.txt".format(name, *size)
        for _ in range(QUIET_MOMENTS):
            if is_golden(file, picture(screen, workspace)):
                break
            screen.settle()
        assert_golden(file, picture(screen, workspace))


def picture(screen: PtyScreen, workspace: Workspace) -> str:
    """Give what is seen, in a folder whose name is not of chance."""
    name = workspace.place.name
    return "".join(f"{row}\n" for row in screen.rows).replace(name, "helm-" + "0" * len(name[5:]))


def is_golden(file: str, text: str) -> bool:
    path = GOLDEN / file
    return path.exists() and path.read_text(encoding="utf-8") == text


each_size = pytest.mark.parametrize(
    "size", [(100, 30), (60, 20)], ids=lambda size: "{}x{}".format(*size)
)


@each_size
@pytest.mark.parametrize("name", WAYS)
def test_a_screen_looks_so(workspace: Workspace, name: str, size: tuple[int, int]) -> None:
    require_looks(workspace, name, size, WAYS[name])


@each_size
def test_the_set_up_looks_so(workspace: Workspace, size: tuple[int, int]) -> None:
    shutil.rmtree(workspace.specs)
    require_looks(workspace, "set-up", size, [("▶ specs folder", "creates  helm.config.json")])
