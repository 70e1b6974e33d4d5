"""A run for programs: one event a line, as JSON."""

from __future__ import annotations

import codecs
import json

from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.app.codec import encode, kind_of, schema_version_of
from helm.app.drive import Happening
from helm.app.ports import Tick
from helm.domain.events import Channel, OutputCaptured, Recorded, Unknown, timestamp


class JsonLines:
    """Prints each event as one JSON object, and nothing else.

    What an agent wrote is there as text too: a character that is cut by the edge of a chunk is
    whole in the later one, and bytes that are not UTF-8 are U+FFFD.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._decoders: dict[tuple[int, Channel], codecs.IncrementalDecoder] = {}

    def show(self, happening: Happening) -> None:
        """Print an event; silence is not one."""
        if not isinstance(happening, Tick):
            self._console.line(as_json(happening, self._output(happening)))

    def _output(self, recorded: Recorded) -> str | None:
        event = recorded.event
        if not isinstance(event, OutputCaptured) or recorded.output is None:
            return None
        key = (event.launch, event.channel)
        if key not in self._decoders:
            self._decoders[key] = codecs.getincrementaldecoder("utf-8")(errors="replace")
        return self._decoders[key].decode(recorded.output)


def as_json(recorded: Recorded, output: str | None = None) -> str:
    """Write an event with its envelope, and what an agent wrote if it is such an event."""
    event = recorded.event
    kind = kind_of(event)
    if isinstance(event, Unknown):
        version, body = event.schema_version, event.body
    else:
        version, body = schema_version_of(kind), encode(event)
    line = {
        "run_id": recorded.run_id,
        "seq": recorded.seq,
        "recorded_at": timestamp(recorded.recorded_at),
        "kind": kind,
        "schema_version": version,
        "digest": recorded.digest,
        "body": json.loads(body),
    }
    return json_text(line if output is None else {**line, "output": output})
