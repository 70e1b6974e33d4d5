"""How times and commands are written for people, on every surface."""

from __future__ import annotations

import re
import shlex

_SHELL_WRAPPER = re.compile(r"/\S*sh -l?c ")
_WRAPPED_WORDS = 3


def duration(seconds: float) -> str:
    """Write a time as people say it: `42s`, `3m 05s`, `1h 02m`."""
    whole = int(seconds)
    if whole < 60:  # noqa: PLR2004
        return f"{whole}s"
    if whole < 3600:  # noqa: PLR2004
        return f"{whole // 60}m {whole % 60:02}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02}m"


def unwrapped(command: str) -> str:
    """Show the command that the agent meant, without the shell that it is wrapped in."""
    try:
        words = shlex.split(command) if _SHELL_WRAPPER.match(command) else []
    except ValueError:  # it is cut, or quoted as no shell would
        words = []
    return words[2] if len(words) == _WRAPPED_WORDS else command
