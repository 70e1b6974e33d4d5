"""Programs that helm starts: the user's own pager and editor, and how an agent's are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

RUN_MARK = "HELM_RUN_ID"
"""The environment variable that says to which run a process belongs; empty for none."""

_PAGERS = ("HELM_PAGER", "PAGER")
_EDITORS = ("VISUAL", "EDITOR")


def pager(environment: Mapping[str, str], is_there: Callable[[str], object]) -> str:
    """Give the command that shows long texts, for a shell; empty where none is wanted.

    `HELM_PAGER` goes before `PAGER`; an empty one, or `cat`, is none. `is_there` looks a program
    up.
    """
    for name in _PAGERS:
        chosen = environment.get(name)
        if chosen is not None:
            return "" if chosen.strip() == "cat" else chosen.strip()
    return "less" if is_there("less") else ""


def editor(environment: Mapping[str, str]) -> str:
    """Give the command that edits a file, for a shell; empty where the user has named none."""
    chosen = (environment.get(name, "").strip() for name in _EDITORS)
    return next((command for command in chosen if command), "")


def shell_words(command: str, path: str) -> tuple[str, ...]:
    """Give the words that start such a command on a file; the shell reads the user's own words."""
    return ("/bin/sh", "-c", f'{command} "$@"', command, path)
