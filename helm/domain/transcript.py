"""How an agent's standard output is to be read: as JSON Lines, or as plain text."""

from __future__ import annotations

import json

FIRST_LINE_LIMIT = 32 * 1024 * 1024
"""Bytes after which a first line that has not ended is no line of codex's: its longest hold a
whole message, or some megabytes of a command's output."""


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
