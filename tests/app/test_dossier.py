"""What else is known of a spec than where it stands."""

from __future__ import annotations

import pytest

from helm.app.dossier import Dossier, dossier
from helm.domain.commands import RecordSession, RunCommand, StartAttempt
from helm.domain.events import Ending, Role
from helm.domain.steps import CallAgent
from tests.app.worlds import ROOT, SPEC, World
from tests.domain.histories import LAUNCH, SPAWN, completed, missing
from tests.examples import batches, record, snapshot, start_run
from tests.scripted_agent import ScriptedAgent, ended

REPORT = SPEC / "implementation-report.md"


def named(session: str) -> RecordSession:
    return RecordSession(session=session, version=None)


def known(world: World) -> Dossier:
    return dossier(world.runner().places.of(SPEC))


def misses(*tasks: str) -> ScriptedAgent:
    def script(call: CallAgent) -> str:
        return missing(*tasks) if call.role is Role.VERIFIER else "work"

    return ScriptedAgent(script=script)


def test_of_a_spec_that_never_ran_there_is_nothing() -> None:
    assert known(World()) == Dossier(
        folder=SPEC, path="specs/spec-01", runs=0, remaining_tasks=(), session=None, report=None
    )


def test_a_run_leaves_tasks_a_session_and_a_report() -> None:
    world = World(agent=misses("the door", "the window"))
    world.run()
    found = known(world)
    assert found.runs == 1
    assert found.remaining_tasks == ("the door", "the window")
    assert found.session
    assert found.report == world.text("implementation-report.md")


def test_an_accepted_spec_has_nothing_left_to_do() -> None:
    world = World(agent=misses("the door"))
    world.run()
    world.agent = ScriptedAgent()
    world.run()
    assert known(world).remaining_tasks == ()
    assert known(world).runs == 2


def test_a_run_without_a_verdict_leaves_what_was_left_before() -> None:
    """It is still what is known of the spec."""
    world = World(agent=misses("the door"))
    world.run()
    world.agent = ScriptedAgent(script=lambda _call: ended(Ending.FAILED))
    world.run()
    assert known(world).runs == 2
    assert known(world).remaining_tasks == ("the door",)


def test_what_people_must_not_read_is_masked() -> None:
    world = World(agent=misses("say hunter2 to the door"))
    world.files.contents[ROOT / "helm.config.json"] = b'{"redact": ["hunter[0-9]"]}'
    world.run()
    assert known(world).remaining_tasks == ("say [redacted] to the door",)


def test_a_report_that_cannot_be_read_is_told_in_its_place() -> None:
    world = World()
    world.files.contents[REPORT] = b"\xff\xfe"
    report = known(world).report
    assert report is not None
    assert "is not UTF-8" in report


@pytest.mark.parametrize(
    ("told", "session"),
    [
        ((), "0199-w"),
        ((LAUNCH, SPAWN, named("0199-v")), "0199-v"),
        ((LAUNCH, SPAWN, named("0199-v"), completed(missing("a"))), "0199-w"),
    ],
)
def test_one_goes_on_with_the_agent_at_work_or_else_with_the_worker(
    told: tuple[RunCommand, ...], session: str
) -> None:
    """A verifier that has ended could only read."""
    world = World()
    worked = (StartAttempt(), LAUNCH, SPAWN, named("0199-w"), completed("done"))
    history = batches((start_run(snapshot("spec-01")), *worked, *told))
    record(world.log, "01RUN", history)
    assert known(world).session == session
