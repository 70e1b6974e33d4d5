"""What a verdict rests on: the commands that an agent tells of."""

from __future__ import annotations

import pytest

from helm.domain.commands import RecordActivity, RunCommand
from helm.domain.events import ActivityKind
from helm.domain.evidence import Evidence, gathered
from tests.domain.histories import (
    ACTIVITY,
    LAUNCH,
    OUTPUT,
    SESSION,
    Story,
    begun,
    completed,
    ended_command,
)


def evidence_of(*commands: RunCommand) -> Evidence | None:
    """Gather what the worker of a run has shown so far."""
    return gathered_from(begun().tell(LAUNCH, *commands))


def gathered_from(story: Story, *, beginning: int = 0) -> Evidence | None:
    evidence: Evidence | None = None
    for each in story.recorded[beginning:]:
        evidence = gathered(evidence, each.event)
    return evidence


@pytest.mark.parametrize(
    ("commands", "evidence"),
    [
        ((), Evidence()),
        ((OUTPUT,), Evidence()),
        ((SESSION,), Evidence(told=True)),
        ((SESSION, ACTIVITY), Evidence(told=True)),
        ((ended_command(0),), Evidence(told=True, commands=1, succeeded=1)),
        (
            (SESSION, ended_command(0), ended_command(1)),
            Evidence(told=True, commands=2, succeeded=1),
        ),
        ((ended_command(None),), Evidence(told=True, commands=1)),
        (
            (RecordActivity(activity=ActivityKind.COMMAND_STARTED, text="make"),),
            Evidence(told=True),
        ),
    ],
)
def test_commands_that_ended_are_counted(
    commands: tuple[RunCommand, ...], evidence: Evidence
) -> None:
    """Of a plain agent nothing is known; a command whose end is unknown did not succeed."""
    assert evidence_of(*commands) == evidence


def test_each_launch_begins_without_evidence() -> None:
    """What the worker ran says nothing of the verifier's verdict."""
    story = begun().tell(LAUNCH, SESSION, ended_command(0))
    assert gathered_from(story.tell(completed("done"), LAUNCH)) == Evidence()


def test_a_launch_that_was_joined_in_its_midst_is_not_judged() -> None:
    """Who comes late has not seen what was run before."""
    story = begun().tell(LAUNCH, SESSION)
    late = len(story.recorded)
    assert gathered_from(story.tell(ended_command(0)), beginning=late) is None
