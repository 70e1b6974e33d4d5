"""A crash at every durable operation of a run, and what becomes of it when it is resumed."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest

from helm.domain.events import Ending, InputChanged, Recorded, RunFinished, WorkerFinished
from helm.domain.projections.metadata import metadata
from helm.domain.projections.report import report
from tests.app.worlds import SPEC, Crash, CrashingFiles, CrashingLog, World, end_of
from tests.fakes import MemoryEventLog

APPENDS = 27
WRITES = 5


@cache
def undisturbed_end() -> dict[str, object]:
    return end_of(World().run().run)


def assert_ends_as_undisturbed(world: World, resumed_run: object) -> None:
    """Compare outcome, files and the work done with those of a run that nothing disturbed."""
    assert resumed_run == undisturbed_end()
    (run_id,) = world.log.stored
    history: list[Recorded] = world.log.load(run_id)
    assert [each.seq for each in history] == list(range(len(history)))
    assert sum(isinstance(each.event, RunFinished) for each in history) == 1
    assert not any(isinstance(each.event, InputChanged) for each in history)
    assert finished_workers(history) == {1: 1, 2: 1}
    assert world.text("metadata.json") == metadata(history, None)
    assert world.text("implementation-report.md") == report(history)
    found = json.loads(world.text("metadata.json"))
    assert (found["status"], found["notes"].count("\n")) == ("done", 1)


def finished_workers(history: list[Recorded]) -> Counter[int]:
    """Count for each attempt how often a worker completed."""
    attempts: dict[int, int] = {}
    done: Counter[int] = Counter()
    for each in history:
        if type(each.event).__name__ == "WorkerLaunched":
            attempts[each.event.launch] = each.event.attempt  # type: ignore[union-attr]
        if isinstance(each.event, WorkerFinished) and each.event.ending is Ending.COMPLETED:
            done[attempts[each.event.launch]] += 1
    return done


def test_the_numbers_of_operations_below_are_all_there_are() -> None:
    """A run that gains an operation must be killed there too."""
    log, world = CrashingLog(), World()
    world.log = log
    files = CrashingFiles.of(world.files, at=-1, after=False)
    world.run(files=files)
    assert (log.appends, files.writes) == (APPENDS, WRITES)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(APPENDS))
def test_a_run_killed_at_an_append_ends_as_if_it_had_not_been(at: int, *, after: bool) -> None:
    """Resumed, it has the same end, the same files, and no worker done twice."""
    world = World()
    memory = MemoryEventLog()
    world.log = CrashingLog.of(memory, at=at, after=after)
    with pytest.raises(Crash):
        world.run()
    world.log = memory
    resumed = world.run(resume=True)
    assert_ends_as_undisturbed(world, end_of(resumed.run))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(WRITES))
def test_a_run_killed_at_a_write_ends_as_if_it_had_not_been(at: int, *, after: bool) -> None:
    """A projection that did not reach the disk is written when the run is resumed."""
    world = World()
    with pytest.raises(Crash):
        world.run(files=CrashingFiles.of(world.files, at=at, after=after))
    resumed = world.run(resume=True)
    assert_ends_as_undisturbed(world, end_of(resumed.run))


@pytest.mark.parametrize("second", range(0, APPENDS + 4, 3))
@pytest.mark.parametrize("first", range(0, APPENDS, 4))
def test_a_run_killed_twice_ends_as_if_it_had_not_been(first: int, second: int) -> None:
    """The resumed run is killed as well, and resumed once more."""
    world = World()
    memory = MemoryEventLog()
    for at in (first, second):
        world.log = CrashingLog.of(memory, at=at, after=True)
        try:
            world.run(resume=True)
        except Crash:
            continue
    world.log = memory
    resumed = world.run(resume=True)
    assert_ends_as_undisturbed(world, end_of(resumed.run))


def test_what_a_killed_helm_left_running_is_ended_first() -> None:
    """The orphan is looked for before the worker is launched again, and the user is told."""
    world = World()
    memory = MemoryEventLog()
    world.log = CrashingLog.of(memory, at=4, after=True)
    with pytest.raises(Crash):
        world.run()
    world.log = memory
    resumed = world.run(resume=True)
    assert world.agent.orphans == [resumed.run_id]
    assert any("left behind" in warning for warning in resumed.warnings)


def test_a_hand_edit_between_crash_and_resume_is_on_record_and_survives() -> None:
    """People's keys stay, and the change is noted before helm writes the file again."""
    world = World()
    memory = MemoryEventLog()
    world.log = CrashingLog.of(memory, at=4, after=True)
    with pytest.raises(Crash):
        world.run()
    world.log = memory
    text = world.text("metadata.json").replace("ann", "ben")
    world.files.contents[SPEC / "metadata.json"] = text.encode()
    resumed = world.run(resume=True)
    changes = [e for e in world.events(resumed.run_id) if isinstance(e, InputChanged)]
    assert [change.text for change in changes] == [text]
    assert json.loads(world.text("metadata.json"))["owner"] == "ben"
