"""Takes the pictures of the documents: a run, and the screen, on a terminal with the real helm.

The agents are scripted, and so are the clock and the folder: whenever the pictures are taken, they
are the same as long as helm looks the same. `python -m tools.pictures` takes them anew.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from tests.e2e.fake_codex import command, end, item, line, make, message, wait_for
from tests.e2e.pty_screen import PtyScreen, on_screen
from tests.e2e.workspace import Workspace, write
from tools.terminal_svg import Picture, Row, rows_of

if TYPE_CHECKING:
    from tests.e2e.fake_codex import Action

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"

SPEC = "spec-02-dates"
SPECS: dict[str, dict[str, object]] = {
    "spec-01-slugs": {"name": "Slugs for titles", "status": "done"},
    SPEC: {"name": "Dates as people type them", "dependsOn": ["spec-01-slugs"]},
    "spec-03-feed": {"name": "A feed of what is new", "dependsOn": [SPEC]},
    "spec-04-search": {"name": "Search", "dependsOn": ["spec-01-slugs"]},
    "spec-05-archive": {"name": "An archive by month", "dependsOn": [SPEC, "spec-04-search"]},
}
DATES = """\
# Dates as people type them

`dates.py` turns `tomorrow`, `next friday` and `31.12.` into a date. One that cannot be is refused.
"""

COLUMNS, LINES = 100, 28
FIRST = 14
"""Rows of a run that are there from the beginning."""
MANY_LINES = 200
"""More than a run has to say: nothing scrolls away."""

# To helm the time is what the story says, and passes when the story says so.
HELM = """
import datetime, types
from pathlib import Path

def monotonic():
    return float(Path({clock!r}).read_text() or 0)

class Told(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 31, 18, tzinfo=tz) + datetime.timedelta(seconds=monotonic())

datetime.datetime = Told

from helm.adapters.codex import conversation

conversation.time = types.SimpleNamespace(monotonic=monotonic)

from helm.__main__ import main

main()
"""

BEGIN = [
    line(type="thread.started", thread_id="019c1540-2a68-7c51-8d0e-4f1b6a93e7d2"),
    line(type="turn.started"),
]
LEFT = "`tomorrow` on 31 December gives month 13, and no test asks for it"


class Stage:
    """A workspace with some specs, and the agents that play the story in it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.clock = place / "clock"
        write(self.clock, "0")
        self.workspace = Workspace(place, name="shop")
        shutil.rmtree(self.workspace.spec)
        for name, metadata in SPECS.items():
            self.workspace.add_spec(name, **{"acceptanceCommands": ["make test"], **metadata})
        write(self.workspace.specs / SPEC / "SPEC.md", DATES)

    def plays(self, *, waits: bool) -> None:
        """Set up the story; an agent that `waits` does so in its second attempt, for cues."""
        cues = [[wait_for(self.place / name)] if waits else [] for name in ("more", "end")]
        self.workspace.agent(
            worker=[
                [
                    *BEGIN,
                    message("I read the code that is there, then write dates.py and its tests."),
                    changed("add", "dates.py", "test_dates.py"),
                    *command("make test", 0),
                    message(
                        "SUMMARY\ndates.py knows days, weekdays and dates.\nOPEN ISSUES\nNone"
                    ),
                    *self._after(252),
                ],
                [
                    *BEGIN,
                    message("The verifier is right: the last day of a year. A test for it first."),
                    *cues[0],
                    changed("update", "test_dates.py"),
                    *command("make test", 2),
                    changed("update", "dates.py"),
                    message("timedelta knows the calendar; my own sum did not."),
                    *cues[1],
                    *command("make test", 0),
                    message("SUMMARY\nThe year ends, and the next one begins.\nOPEN ISSUES\nNone"),
                    *self._after(465),
                ],
            ],
            verifier=[
                [
                    *BEGIN,
                    *command("make test", 0),
                    *command("python3 dates.py tomorrow", 1),
                    message(f"STATUS: missing\n{json.dumps({'remainingTasks': [LEFT]})}"),
                    *self._after(315),
                ],
                [
                    *BEGIN,
                    *command("make test", 0),
                    *command("python3 dates.py tomorrow", 0),
                    message(
                        'STATUS: ok\n{"remainingTasks": []}\n'
                        "Every example of the spec prints what it should, and is tested."
                    ),
                    *self._after(513),
                ],
            ],
        )

    def _after(self, seconds: int) -> list[Action]:
        """End a turn, that many seconds after the story began."""
        return [make(self.clock, str(seconds)), end()]

    @contextmanager
    def helm(self, *words: str, size: tuple[int, int]) -> Iterator[PtyScreen]:
        """Call helm on a terminal."""
        argv = [sys.executable, "-c", HELM.format(clock=str(self.clock)), *words]
        with on_screen(self.workspace, argv=argv, environment={"TZ": "UTC"}, size=size) as screen:
            yield screen


def changed(kind: str, *paths: str) -> Action:
    """Tell of files that are added or updated; none is."""
    changes = [{"path": path, "kind": kind} for path in paths]
    return item("file_change", changes=changes, status="completed")


@contextmanager
def stage() -> Iterator[Stage]:
    """Set up a stage in a folder whose name has a length that is not of chance."""
    place = Path(mkdtemp(prefix="helm-", dir="/tmp"))
    try:
        yield Stage(place)
    finally:
        shutil.rmtree(place)


def picture_of_a_run() -> str:
    """Record `helm run --exec`, from the call to the end."""
    words = ("run", "--exec", SPEC)
    with stage() as set_up:
        set_up.plays(waits=False)
        with set_up.helm(*words, size=(COLUMNS, MANY_LINES)) as screen:
            assert screen.end() == 0, screen.text
            said = f"$ \x1b[1mhelm {' '.join(words)}\x1b[0m\r\n{screen.said}\x1b[0m$ "
            rows = rows_of(anywhere(said, set_up), COLUMNS, MANY_LINES)
    picture = Picture(
        title=f"helm run --exec {SPEC}",
        description=(
            "A terminal. A worker implements the spec; a verifier finds one task missing; the "
            "worker does it in a second attempt; the verifier accepts; helm names the report."
        ),
        columns=COLUMNS,
        lines=LINES,
    )
    times = appearances(rows)
    return picture.roll(rows, times, round(times[-1] + 1, 2))


def appearances(rows: Sequence[Row]) -> list[float]:
    """Give the second at which each row appears; what begins something is waited for.

    The first rows are there at once: whoever looks, or takes a picture, in the first second sees
    a run and no empty box.
    """
    now, times = 0.0, [0.0] * FIRST
    for row in rows[FIRST:]:
        text = row[0].text if row else ""
        now += 0.9 if text.startswith(("===", "---", "Verdict", SPEC, "I ", "make")) else 0.18
        times.append(round(now, 2))
    return times


def picture_of_the_screen() -> str:
    """Take three frames of the screen: the specs, a run while it goes on, and its result."""
    frames = []
    with stage() as set_up:
        set_up.plays(waits=True)
        with set_up.helm(size=(COLUMNS, LINES)) as screen:
            screen.wait("Dates as people", "Needed by")
            while not any("▶" in row and "spec-02" in row for row in screen.rows):
                screen.press("n")
                screen.settle()
            frames.append(taken(screen, set_up))
            screen.press("r")
            screen.wait("The verifier is right")
            write(set_up.clock, "415")
            screen.wait("1m 40s")
            write(set_up.place / "more", "")
            screen.wait("timedelta knows")
            frames.append(taken(screen, set_up))
            write(set_up.place / "end", "")
            screen.wait("accepted after 2 attempts")
            screen.press("enter")
            screen.wait("What the verifier says")
            frames.append(taken(screen, set_up))
            screen.press("Q")
            screen.end()
    picture = Picture(
        title="helm",
        description=(
            "Three frames of a screen in a terminal. First the list of specs, each with its badge "
            "and what it waits for, and beside it the spec that is selected. Then a run in its "
            "second attempt, live. Then its result: accepted after two attempts."
        ),
        columns=COLUMNS,
        lines=LINES,
    )
    return picture.slides(frames, seconds=15, still=1)


def taken(screen: PtyScreen, set_up: Stage) -> list[Row]:
    """Give what is seen, once nothing comes any more."""
    while screen.settle():
        pass
    return rows_of(anywhere(screen.said, set_up), COLUMNS, LINES)


def anywhere(said: str, set_up: Stage) -> str:
    """Call the folder by a name that is not of chance, and as long."""
    return said.replace(set_up.place.name, "helm-pictures")


PICTURES = {"run.svg": picture_of_a_run, "screen.svg": picture_of_the_screen}
"""Each picture by the name of its file."""


def main() -> None:
    """Take all pictures, and put them where the documents show them."""
    FOLDER.mkdir(exist_ok=True)
    for name, take in PICTURES.items():
        (FOLDER / name).write_text(take(), encoding="utf-8")


if __name__ == "__main__":
    main()
