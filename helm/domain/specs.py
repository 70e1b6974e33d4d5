"""The rules by which a spec folder gets its id, its name and its acceptance commands."""

from __future__ import annotations

import re

UNNAMED = "(unnamed spec)"
_HEADING = re.compile(r"^# +(\S.*?)\s*$", re.MULTILINE)


def spec_id(declared: str | None, folder: str) -> str:
    """Name the spec as its metadata does, else as its folder is called."""
    return declared or folder


def spec_name(declared: str | None, body: str) -> str:
    """Title the spec as its metadata does, else by the first `# ` heading of SPEC.md."""
    if declared:
        return declared
    heading = _HEADING.search(body.removeprefix("\ufeff"))  # editors' byte order mark
    return heading[1] if heading else UNNAMED


def acceptance_commands(own: tuple[str, ...], workspace: tuple[str, ...]) -> tuple[str, ...]:
    """Take the spec's own commands; one that has none is judged by the workspace's."""
    return own or workspace
