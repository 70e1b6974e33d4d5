"""How an agent's standard output is to be read: as JSON Lines, or as plain text."""

from __future__ import annotations

import json


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
