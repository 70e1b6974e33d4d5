"""Events for people: a line each, whatever they hold."""

from __future__ import annotations

import pytest

from helm.adapters.cli.event_lines import event_line
from helm.app.codec import kind_of
from helm.domain.events import ActivityKind, ActivityReported, Recorded, RunEvent, Unknown
from tests.examples import EXAMPLES, NOON

UNKNOWN = Unknown(kind="Moon\nRose", schema_version=7, body="{}")


def line(event: RunEvent | Unknown, *redact: str) -> str:
    recorded = Recorded(run_id="R", seq=12, recorded_at=NOON, event=event, digest="")
    return event_line(recorded, redact)


@pytest.mark.parametrize("event", [*EXAMPLES, UNKNOWN], ids=kind_of)
def test_an_event_has_a_line(event: RunEvent | Unknown) -> None:
    """Its place, its kind, and what tells it from others."""
    said = line(event)
    assert said.split()[0] == "12"
    assert said.split()[2] == kind_of(event).split()[0]
    assert len(said.splitlines()) == 1
    assert len(said.split()) > 3


def test_what_an_agent_says_can_harm_no_terminal_and_tells_no_secret() -> None:
    """It is text from elsewhere."""
    text = "a key\nsk-abc \x1b[2J\x1b]0;title\x07"
    event = ActivityReported(launch=1, activity=ActivityKind.MESSAGE, text=text)
    assert line(event, "sk-[a-z]+").endswith("launch 1: message a key [redacted]")
