"""helm ended with SIGKILL, at any moment: nothing that was durable is lost, and it goes on."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.soundness import check_log, check_no_work_twice, check_the_end, two_attempts
from tests.e2e.workspace import SPEC, Helm, Workspace, until
from tests.faults.conftest import Survived

KILLS = 200
LANES = 4
"""As in the test of the crash points."""

KILLS_OF_A_RUN = 6


@pytest.mark.parametrize("lane", range(LANES))
def test_kill_any_time(tmp_path: Path, soak: int, survived: Survived, lane: int) -> None:
    """Run after run is killed some times at random moments, then let to its end."""
    moments, killed, number = random.Random(lane), 0, 0
    while killed < KILLS * soak // LANES:
        folder = tmp_path / str(number)
        folder.mkdir()
        workspace, number = Workspace(folder), number + 1
        two_attempts(workspace)
        with workspace.nobody_left():
            killed += kill_one(workspace, moments)
            assert workspace.execute("--resume").code == 0
            assert workspace.survivors() == []
        check_the_end(workspace)
    survived("kill-any-time", killed)


def kill_one(workspace: Workspace, moments: random.Random) -> int:
    """Kill a run some times, until it is over; see that the log is sound, and count the kills."""
    killed = 0
    while killed < KILLS_OF_A_RUN and "RunFinished" not in workspace.kinds():
        known = workspace.events()
        with workspace.start("run", "--exec", SPEC, "--resume", "--quiet") as helm:
            if moments.random() < 0.75:  # the rest are killed while they begin
                wait_for_progress(workspace, helm, len(known))
            time.sleep(moments.uniform(0, 0.3))
            helm.kill()
            killed += helm.popen.returncode == -signal.SIGKILL
        events = check_log(workspace)
        assert events[: len(known)] == known
        check_no_work_twice(events)
    return killed


def wait_for_progress(workspace: Workspace, helm: Helm, known: int) -> None:
    """Wait until helm has recorded something beyond the `known` events, or has ended."""
    until(lambda: len(workspace.events()) > known or helm.popen.poll() is not None, "an event")
