"""What stands where something is still to be read, or cannot be."""

from __future__ import annotations

from helm.adapters.tui.frame import Line, safe, text, wrapped

_ADVICE = "u reads it anew; if that does not help, helm verify-log says what is wrong with the log"


def not_read(what: str, failure: str, width: int) -> list[Line]:
    """Say that something is being read, or why it cannot be, and what to do then."""
    if not failure:
        return [text(f" reading {what} …", "state")]
    words = f"{what} cannot be read: {safe(failure)}"
    rows = [*wrapped(words, width - 2, "warning"), (), *wrapped(_ADVICE, width - 2)]
    return [(("", " "), *row) for row in rows]
