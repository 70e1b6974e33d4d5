"""A run for programs: one event a line, as JSON."""

from __future__ import annotations

import json

from helm.adapters.cli.console import Console
from helm.app.codec import SCHEMA_VERSION, encode, kind_of
from helm.app.drive import Happening
from helm.app.ports import Tick
from helm.domain.events import Recorded, Unknown, timestamp


class JsonLines:
    """Prints each event as one JSON object, and nothing else."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, happening: Happening) -> None:
        """Print an event; silence is not one."""
        if not isinstance(happening, Tick):
            self._console.line(as_json(happening))


def as_json(recorded: Recorded) -> str:
    """Write an event with its envelope; output as text, with U+FFFD for what is not UTF-8."""
    event = recorded.event
    body = event.body if isinstance(event, Unknown) else encode(event)
    line = {
        "run_id": recorded.run_id,
        "seq": recorded.seq,
        "recorded_at": timestamp(recorded.recorded_at),
        "kind": kind_of(event),
        "schema_version": getattr(event, "schema_version", SCHEMA_VERSION),
        "digest": recorded.digest,
        "body": json.loads(body),
    }
    if recorded.output is not None:
        line["output"] = recorded.output.decode(errors="replace")
    return json.dumps(line, ensure_ascii=False)
