"""Where specs stand, told by the Runner from folders, log and locks together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from helm.app.drafts import TEXTS
from helm.app.errors import InputInvalid
from helm.app.ports import Holder, RunFilter
from helm.app.runner import Runner
from helm.app.specs import Badge, InvalidSpec
from helm.app.standing import Standing, signature
from helm.domain.events import Ending, Recorded, RunEvent
from helm.domain.projections.summary import RunSummary, State
from tests.app.worlds import METADATA, ROOT, SPEC, World
from tests.fakes import MemoryEventLog, MemorySpecLocks
from tests.scripted_agent import MISSING, ScriptedAgent, ended

NEW = (TEXTS / "SPEC.md").read_text(encoding="utf-8")
"""What `helm new` writes, of which nobody has answered a question yet."""


def badges(world: World) -> dict[str, str]:
    return {each.folder.name: each.badge for each in world.runner().specs()}


def add_spec(world: World, name: str, **metadata: object) -> None:
    folder = ROOT / "specs" / name
    world.files.contents[folder / "SPEC.md"] = b"# Another\n"
    world.files.contents[folder / "metadata.json"] = json.dumps(metadata).encode()


@dataclass
class CountingLog(MemoryEventLog):
    """An event log that remembers what else it was asked for than whole runs."""

    asked: list[str] = field(default_factory=list)

    def load(
        self,
        run_id: str,
        kinds: Sequence[type[RunEvent]] = (),
        *,
        after: int = -1,
        limit: int | None = None,
    ) -> list[Recorded]:
        if kinds:
            self.asked.append("load")
        return super().load(run_id, kinds, after=after, limit=limit)

    def summaries(self, wanted: RunFilter) -> list[RunSummary]:
        self.asked.append("summaries")
        return super().summaries(wanted)


def test_a_spec_goes_from_todo_to_done() -> None:
    """Before its run it is to do, after an accepted one it is done."""
    world = World()
    assert badges(world) == {"spec-01": Badge.TODO}
    world.run()
    assert badges(world) == {"spec-01": Badge.DONE}


def test_a_spec_that_changed_after_it_was_accepted_is_stale() -> None:
    """It stays stale, and runnable, when the next run fails on the way."""
    world = World()
    world.run()
    world.files.contents[SPEC / "SPEC.md"] = b"# One\n\nDo more.\n"
    assert badges(world) == {"spec-01": Badge.STALE}
    world.agent = ScriptedAgent(script=lambda _call: ended(Ending.FAILED))
    world.run()
    assert badges(world) == {"spec-01": Badge.STALE}
    (found,) = world.runner().specs()
    assert isinstance(found, Standing)
    assert found.runnable


@pytest.mark.parametrize("script", [lambda _: MISSING, lambda _: ended(Ending.FAILED)])
def test_a_spec_whose_run_did_not_get_there_has_failed(script: object) -> None:
    """Attempts used up, or an agent that fails: both can be run again."""
    world = World(agent=ScriptedAgent(script=script))  # type: ignore[arg-type]
    world.run()
    assert badges(world) == {"spec-01": Badge.FAILED}


def test_a_spec_that_is_being_run_says_so() -> None:
    """The lock tells, whatever else is true."""
    world = World()
    runner = world.runner()
    world.locks.held[SPEC] = Holder(run_id="R", pid=1, spec_path=None, workspace=".")
    (found,) = runner.specs()
    assert isinstance(found, Standing)
    assert found.badge is Badge.RUNNING


@dataclass
class FleetingLocks(MemorySpecLocks):
    """Locks that are held at some looks and not at others, a look a spec."""

    looks: list[bool] = field(default_factory=list)

    def holder(self, spec_folder: Path) -> Holder | None:
        held = self.looks.pop(0)
        return Holder(run_id="R", pid=1, spec_path=None, workspace=".") if held else None


@pytest.mark.parametrize("looks", [[True, False], [False, True]])
def test_a_run_that_begins_or_ends_meanwhile_is_running(looks: list[bool]) -> None:
    """Log and files were read between the looks: what they tell may be of before, or of after."""
    world = World()
    runner = world.runner()
    locks = FleetingLocks(looks=looks)
    ports = replace(runner.places.ports, open_locks=lambda _folder: locks)
    (found,) = Runner(ports, ROOT).specs()
    assert isinstance(found, Standing)
    assert (found.badge, found.runnable) == (Badge.RUNNING, False)
    assert locks.looks == []


def test_a_broken_spec_hides_no_other() -> None:
    """It is a row with its reason; one that depends on it is blocked."""
    world = World()
    other = ROOT / "specs" / "spec-02"
    world.files.contents[other / "SPEC.md"] = b"# Two\n"
    world.files.contents[other / "metadata.json"] = b'{"id": "spec-02", "dependsOn": ["spec-03"]}'
    world.files.contents[ROOT / "specs" / "spec-03" / "SPEC.md"] = b"# Three\n"
    assert badges(world) == {
        "spec-01": Badge.TODO,
        "spec-02": Badge.BLOCKED,
        "spec-03": Badge.INVALID,
    }


def test_an_invalid_spec_says_why_and_is_never_run() -> None:
    """The reason names the file; beside the folder's name the way to it can be left out."""
    world = World()
    world.files.contents[SPEC / "metadata.json"] = b'{"status": "almost"}'
    (found,) = world.runner().specs()
    assert isinstance(found, InvalidSpec)
    assert not found.runnable
    assert found.reason.startswith(f"{SPEC}/metadata.json: `status`")
    assert found.short_reason.startswith("metadata.json: `status`")


def test_a_spec_that_nobody_has_written_yet_is_not_run() -> None:
    """It is to do, others may wait for it, and what it did before is still told."""
    world = World()
    world.files.contents[SPEC / "SPEC.md"] = NEW.encode()
    add_spec(world, "spec-02", dependsOn=["spec-01"])
    found, other = world.runner().specs()
    assert isinstance(found, Standing)
    assert (found.badge, found.runnable) == (Badge.TODO, False)
    assert found.spec.draft == (
        "SPEC.md:3 still asks: why this is wanted, in two or three sentences"
    )
    assert isinstance(other, Standing)
    assert other.unmet == ("spec-01",)
    with pytest.raises(InputInvalid, match=r"spec-01 is not written yet: SPEC\.md:3 still asks"):
        world.run()
    assert (world.agent.calls, world.log.stored) == ([], {})


def test_one_question_that_is_left_keeps_a_spec_from_its_run() -> None:
    """A TODO of people's own is theirs, and so is one of which they have changed a word."""
    world = World()
    world.files.contents[SPEC / "SPEC.md"] = b"# One\n\nTODO: ask Ann about this.\n"
    world.run()
    question = next(line for line in NEW.splitlines() if line.startswith("1. TODO:"))
    world.files.contents[SPEC / "SPEC.md"] = f"# One\n\nDo it.\n\n  {question}\n".encode()
    with pytest.raises(InputInvalid, match=r"SPEC\.md:5 still asks: what must hold"):
        world.run()


def test_a_dependency_that_is_met_lets_a_spec_run() -> None:
    """It is named by id or by folder; what is not met is told as the spec names it."""
    world = World()
    add_spec(world, "spec-02", id="two", dependsOn=["spec-01"])
    add_spec(world, "spec-03", dependsOn=["two", "spec-01"])
    assert badges(world)["spec-02"] == Badge.BLOCKED
    world.run()
    _, second, third = world.runner().specs()
    assert (second.badge, second.runnable) == (Badge.TODO, True)
    assert isinstance(third, Standing)
    assert (third.badge, third.runnable, third.unmet) == (Badge.BLOCKED, False, ("two",))


def test_the_last_run_is_the_latest_one_of_this_spec() -> None:
    """However it ended, and whatever other specs did since."""
    world = World()
    first = world.run()
    world.agent = ScriptedAgent(script=lambda _call: ended(Ending.FAILED))
    second = world.run()
    add_spec(world, "spec-02")
    found, other = world.runner().specs()
    assert isinstance(found, Standing)
    assert isinstance(other, Standing)
    assert found.last
    assert found.last.run_id == second.run_id != first.run_id
    assert found.last.state is State.HALTED
    assert other.last is None


def test_a_spec_that_somebody_called_done_is_done() -> None:
    """Without a run there is no text that it could differ from."""
    world = World()
    world.files.contents[SPEC / "metadata.json"] = METADATA.replace("todo", "done").encode()
    assert badges(world) == {"spec-01": Badge.DONE}


def test_a_spec_that_was_called_done_after_its_runs_failed_is_done() -> None:
    """None of them was accepted, and so none says what was."""
    world = World(agent=ScriptedAgent(script=lambda _: MISSING))
    world.run()
    world.files.contents[SPEC / "metadata.json"] = METADATA.replace("todo", "done").encode()
    assert badges(world) == {"spec-01": Badge.DONE}


def test_the_latest_of_several_accepted_runs_is_the_yardstick() -> None:
    """What an earlier one accepted is not asked for any more."""
    world = World()
    world.run()
    world.files.contents[SPEC / "SPEC.md"] = b"# One\n\nDo more.\n"
    world.run()
    world.agent = ScriptedAgent(script=lambda _call: ended(Ending.FAILED))
    world.run()
    assert badges(world) == {"spec-01": Badge.DONE}
    world.files.contents[SPEC / "SPEC.md"] = b"# One\n\nDo it.\n"
    assert badges(world) == {"spec-01": Badge.STALE}


def test_runs_that_were_imported_say_nothing_of_a_spec_here() -> None:
    """They are of another log, and of another disk."""
    world = World()
    run_id = world.run().run_id
    world.files.contents[SPEC / "metadata.json"] = METADATA.encode()
    world.log.imports[run_id] = "0123456789abcdef"
    (found,) = world.runner().specs()
    assert isinstance(found, Standing)
    assert (found.last, found.badge) == (None, Badge.TODO)


def test_a_long_history_is_not_gone_through_run_by_run() -> None:
    """However many runs failed since the accepted one: two questions, and what that began with."""
    log = CountingLog()
    world = World(log=log)
    world.run()
    world.agent = ScriptedAgent(script=lambda _call: ended(Ending.FAILED))
    for _ in range(5):
        world.run(fresh=True)
    log.asked.clear()
    assert badges(world) == {"spec-01": Badge.DONE}
    assert log.asked == ["summaries", "summaries", "load"]


def only(world: World) -> Standing:
    (found,) = world.runner().specs()
    assert isinstance(found, Standing)
    return found


def test_the_outcome_is_that_of_the_last_run() -> None:
    world = World()
    assert only(world).outcome == ""
    world.run()
    assert only(world).outcome == "accepted"
    world.agent = ScriptedAgent(script=lambda _call: ended(Ending.FAILED))
    world.run()
    assert only(world).outcome == "halted"


def test_only_a_run_that_stands_still_can_be_resumed() -> None:
    """Not one that is over, and not one that somebody carries on."""
    world = World()
    assert not only(world).resumable
    world.run()
    assert not only(world).resumable
    world.agent = ScriptedAgent(script=lambda _call: ended(Ending.FAILED))
    world.run()
    assert only(world).resumable
    assert not replace(only(world), running=True).resumable


@pytest.mark.parametrize(
    "path",
    [
        SPEC / "SPEC.md",
        SPEC / "metadata.json",
        SPEC / "acceptance-checklist.md",
        ROOT / "specs" / "spec-02" / "SPEC.md",
        ROOT / "helm.config.json",
    ],
)
def test_the_signature_changes_with_every_file_that_counts(path: Path) -> None:
    world = World()
    runner = world.runner()
    before = signature(runner.places)
    assert signature(runner.places) == before
    world.files.contents[path] = b'{"initialized": true}'
    assert signature(runner.places) != before
    del world.files.contents[path]
    assert path.parent == SPEC or signature(runner.places) == before


def test_the_signature_changes_with_who_runs_what() -> None:
    """But not with what a run writes beside."""
    world = World()
    runner = world.runner()
    before = signature(runner.places)
    world.files.contents[SPEC / "notes.txt"] = b"beside"
    assert signature(runner.places) == before
    world.locks.held[SPEC] = Holder(run_id="R", pid=1, spec_path=None, workspace=".")
    assert signature(runner.places) != before
