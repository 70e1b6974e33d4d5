"""What an agent ran in a launch, as far as it tells: a verdict is worth what it rests on.

codex goes on without a shell where its sandbox cannot be made, and may then say `ok` of files that
it has never seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from helm.domain.events import (
    ActivityKind,
    ActivityReported,
    AgentLaunched,
    RunEvent,
    SessionOpened,
    Unknown,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The commands of a launch that have ended, and those of them that succeeded.

    `told` is false of an agent that writes plain text: it does not say what it runs.
    """

    told: bool = False
    commands: int = 0
    succeeded: int = 0


def gathered(so_far: Evidence | None, event: RunEvent | Unknown) -> Evidence | None:
    """Fold an event into the evidence of its launch; None where its beginning was not seen."""
    match event:
        case AgentLaunched():
            return Evidence()
        case ActivityReported(activity=ActivityKind.COMMAND_FINISHED, exit_code=code) if so_far:
            succeeded = so_far.succeeded + (code == 0)
            return Evidence(told=True, commands=so_far.commands + 1, succeeded=succeeded)
        case ActivityReported() | SessionOpened() if so_far and not so_far.told:
            return replace(so_far, told=True)
        case _:
            return so_far
