"""JSON as every command prints it: readable text, and harmless for a terminal."""

from __future__ import annotations

import json
import re

_CONTROLS = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What JSON may hold as it is, and a terminal obeys; the rest of its kind is always escaped."""

_COMMAND = "##["
"""What begins a command to the runner of GitHub Actions, wherever in a line of a job it stands."""


def json_text(value: object, *, indent: int | None = None) -> str:
    """Write JSON, in one line unless it is indented. Raises `ValueError` for infinite numbers."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    text = text.replace(_COMMAND, "##\\u005b")
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
