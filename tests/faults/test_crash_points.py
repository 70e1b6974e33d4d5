"""helm ended before each single thing that it does to its files, and resumed."""

from __future__ import annotations

import re
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.soundness import (
    check_log,
    check_no_work_twice,
    check_the_end,
    recover,
    two_attempts,
)
from tests.e2e.workspace import SPEC, Workspace
from tests.faults.conftest import Survived
from tests.faults.durable import Operation, Watch, operations

RUN = ("run", "--exec", SPEC, "--quiet")
LANES = 12
"""The points are dealt out, so that they are gone through on as many processors as there are."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
_OF_THIS_RUN = {"launch", "seconds", "usage"}


def end_of(workspace: Workspace) -> dict[str, Any]:
    """Take down what a run came to: without times, ids, and what was only begun."""
    completed = ("AttemptStarted", "VerdictGiven", "RunFinished")
    events = [
        (event.kind, {key: event.body[key] for key in event.body.keys() - _OF_THIS_RUN})
        for event in workspace.events()
        if event.kind in completed or event.body.get("ending") == "completed"
    ]
    report = workspace.text("implementation-report.md")
    before, _, rest = report.partition("## Attempts")
    return {
        "events": events,
        "metadata": _TIME.sub("TIME", workspace.text("metadata.json")),
        "outcome": re.findall(r"^- (?:Outcome|Attempts used|Final).*$", before, re.MULTILINE),
        "remaining": before.partition("## Remaining tasks")[2],
        "judged": rest.partition("## Verifier's commentary")[2],
        "files": sorted(workspace.files()),
    }


def prepared(folder: Path) -> Workspace:
    folder.mkdir()
    workspace = Workspace(folder)
    two_attempts(workspace)
    return workspace


@dataclass(frozen=True, kw_only=True)
class Course:
    """What a run does to its files when nobody disturbs it, and what it comes to."""

    watch: Watch
    count: int
    end: dict[str, Any]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    place = tmp_path_factory.mktemp("undisturbed")
    watch, workspace = Watch(place), prepared(place / "run")
    count = counted(watch.recorded(workspace, *RUN))
    assert count > 100
    return Course(watch=watch, count=count, end=end_of(workspace))


def counted(done: list[Operation]) -> int:
    return sum(each.kind != "A" for each in done)


@pytest.mark.parametrize("lane", range(LANES))
def test_every_crash_point(tmp_path: Path, course: Course, survived: Survived, lane: int) -> None:
    """The end is always the same, and no worker that had finished is run again."""
    for number in range(lane + 1, course.count + 1, LANES):
        workspace = prepared(tmp_path / str(number))
        with workspace.nobody_left():
            killed = workspace.run(*RUN, environment=course.watch.killed_at(workspace, number))
            recover(workspace)
            check_no_work_twice(check_log(workspace))
            if killed.code == 0:
                # A busy machine hands output on in fewer chunks, so that less is written.
                assert counted(operations(workspace)) < number
                continue
            assert killed.code == -signal.SIGKILL
            resumed = workspace.run(*RUN, "--resume")
            assert resumed.code == 0, (number, resumed.err)
            assert workspace.survivors() == []
        check_the_end(workspace)
        assert end_of(workspace) == course.end, f"killed before operation {number}"
        shutil.rmtree(tmp_path / str(number))
        survived("every-crash-point", 1)
