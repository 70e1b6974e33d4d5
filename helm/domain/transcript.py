"""What an agent writes: how its standard output is read, and how much of it is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm.domain.events import Channel, OutputCaptured

FIRST_LINE_LIMIT = 32 * 1024 * 1024
"""Bytes after which a first line that has not ended is no line of codex's: its longest hold a
whole message, or some megabytes of a command's output."""

_LONGEST_END = 4 * 1024 * 1024
"""Bytes held in memory, at most, until an agent that has written too much ends."""


def kept_from_beginning(limit: int) -> int:
    """Say how many bytes of a channel are kept as they come, where no more than `limit` may be.

    What is left of the limit is for its last bytes, which are known when the agent has ended.
    """
    return limit - min(limit // 2, _LONGEST_END)


class KeptOutput:
    """What is kept of one launch's output, chunk by chunk; `midway` if not from its beginning."""

    def __init__(self, *, midway: bool = False) -> None:
        self._midway = midway
        self._ends: dict[Channel, int] = {}

    def left_out(self, chunk: OutputCaptured) -> int:
        """Take in the next chunk, and say how many bytes before it were not kept."""
        end = self._ends.get(chunk.channel, chunk.offset if self._midway else 0)
        self._ends[chunk.channel] = chunk.offset + chunk.length
        return max(chunk.offset - end, 0)


class FirstLine:
    """The beginning of an agent's output, held until it tells how the agent speaks."""

    def __init__(self) -> None:
        self.held = bytearray()
        self._begins = 0
        self._searched = 0

    def add(self, data: bytes) -> bool | None:
        """Take bytes in: True if the agent writes JSON Lines, False if not, None while open."""
        self.held += data
        while (end := self.held.find(b"\n", self._searched)) >= 0:
            line = self.held[self._begins : end]
            if line.strip():
                return speaks_jsonl(line.decode(errors="replace"))
            self._begins = self._searched = end + 1
        self._searched = len(self.held)
        start = bytes(self.held[self._begins : self._begins + 4096]).lstrip()[:1]
        return False if start not in {b"", b"{"} or len(self.held) > FIRST_LINE_LIMIT else None

    def take(self) -> bytes:
        """Hand over what is held; it is kept no longer."""
        held, self.held = bytes(self.held), bytearray()
        return held

    def end(self) -> bool:
        """Judge a first line that nothing has ended."""
        return speaks_jsonl(self.held[self._begins :].decode(errors="replace"))


def speaks_jsonl(first_line: str) -> bool:
    """Tell from the first non-blank line of its output whether an agent writes codex's JSON Lines.

    The rule: an object whose `type` is `thread.started`, `error`, or begins with `turn.` or
    `item.` (the event names of `codex exec --json`).
    """
    try:
        found = json.loads(first_line)
    except (ValueError, RecursionError):
        return False
    kind = found.get("type") if isinstance(found, dict) else None
    return isinstance(kind, str) and (
        kind in {"thread.started", "error"} or kind.startswith(("turn.", "item."))
    )
