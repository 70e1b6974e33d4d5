"""Workflow commands: what a runner of GitHub Actions obeys in the text that a step prints.

Whatever a step prints, on either stream, is read by the runner. It obeys a line that begins with
`::command::` behind any white space, and `##[command]` anywhere in a line: an agent could mask
words of the log, or forge annotations. `::stop-commands::` does not help where two streams are
read side by side: the end of the one could overtake what is left of the other. So what would be a
command is given a backslash, and an `Annotation` alone is written as one.
Source: actions/runner, `ActionCommand.cs` and `OutputManager.cs`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_LINE = re.compile(r"[^\r\n]*[\r\n]?")
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
_LONGEST = 2000
"""Characters of one annotation."""


def in_actions(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a runner of GitHub Actions reads what we print."""
    return environment.get("GITHUB_ACTIONS") == "true"


class Level(StrEnum):
    """How grave an annotation is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark on a file of the repository, shown beside the job and in a pull request."""

    level: Level
    title: str
    text: str
    file: str | None = None
    line: int | None = None

    @property
    def command(self) -> str:
        """The line that the runner takes for it."""
        line = str(self.line) if self.line else None
        fields = {"file": self.file, "line": line, "title": self.title}
        told = ",".join(
            f"{key}={each.translate(_PROPERTY)}" for key, each in fields.items() if each
        )
        return f"::{self.level} {told}::{self.text[:_LONGEST].translate(_DATA)}"


class Guard:
    """One stream of text in pieces, made such that no line of it is a command."""

    def __init__(self) -> None:
        self._blank = True
        self._hashes = ""

    def passed(self, text: str) -> str:
        """Give the next piece, with a backslash where a command could begin."""
        return self._without_inner(self._without_first(text))

    def _without_first(self, text: str) -> str:
        return "".join(self._line(each) for each in _LINE.findall(text))

    def _line(self, text: str) -> str:
        """Mark a line that begins with a colon, behind all that the runner may overlook."""
        if self._blank:
            first = next((at for at, char in enumerate(text) if _visible(char)), None)
            self._blank = first is None
            if first is not None and text[first] == ":":
                text = f"{text[:first]}\\{text[first:]}"
        self._blank = self._blank or text.endswith(("\r", "\n"))
        return text

    def _without_inner(self, text: str) -> str:
        joined = self._hashes + text
        marked = joined.replace("##[", "##\\[")[len(self._hashes) :]
        self._hashes = joined[len(joined.rstrip("#")) :][-2:]
        return marked


def _visible(char: str) -> bool:
    return char.isprintable() and not char.isspace()
