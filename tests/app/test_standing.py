"""Where specs stand, told by the Runner from folders, log and locks together."""

from __future__ import annotations

import pytest

from helm.app.ports import Holder
from helm.app.specs import Badge, InvalidSpec
from helm.app.standing import Standing
from helm.domain.events import Ending
from tests.app.worlds import ROOT, SPEC, World
from tests.scripted_agent import MISSING, ScriptedAgent, ended


def badges(world: World) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in world.runner().specs():
        folder = each.folder if isinstance(each, InvalidSpec) else each.spec.folder
        found[folder.name] = Badge.INVALID if isinstance(each, InvalidSpec) else each.badge
    return found


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
