"""GitHub Actions: a log in which agents can give no commands, and annotations of our own.

Whatever a step prints, on either stream, is read by the runner. It obeys a line that begins with
`::command::` behind any white space, and `##[command]` anywhere in a line: an agent could mask
words of the log, or forge annotations. `::stop-commands::` does not help where two streams are
read side by side: the end of the one could overtake what is left of the other. So what would be a
command is given a backslash, and only `annotate` writes commands.
Source: actions/runner, `ActionCommand.cs` and `OutputManager.cs`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from helm.adapters.cli.console import Console
from helm.adapters.cli.summary import Summary, ToldRun
from helm.app.terminal_text import harmless, one_line
from helm.domain.events import Outcome
from helm.domain.redaction import redacted

_WARNING = "helm: warning: "
_LINE = re.compile(r"[^\r\n]*[\r\n]?")
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
_MOST = 10
"""Annotations of one level that are shown of a step; of any more nobody is told."""

_LONGEST = 2000
"""Characters of one annotation."""


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

    @property
    def command(self) -> str:
        """The line that the runner takes for it."""
        fields = {"file": self.file, "title": self.title}
        told = ",".join(
            f"{key}={each.translate(_PROPERTY)}" for key, each in fields.items() if each
        )
        return f"::{self.level} {told}::{self.text[:_LONGEST].translate(_DATA)}"


class ActionsConsole(Console):
    """A console that the runner reads: warnings are annotations, and nothing else commands it."""

    def __init__(
        self, out: TextIO, err: TextIO, *, colour: bool, live: bool, strict: bool = False
    ) -> None:
        super().__init__(out, err, colour=colour, live=live, strict=strict)
        self._guards = {False: _Guard(), True: _Guard()}

    def line(self, text: str = "", *, error: bool = False) -> None:
        if error and text.startswith(_WARNING):
            said = text.removeprefix(_WARNING)
            self.annotate(Annotation(level=Level.WARNING, title="helm", text=said))
        else:
            super().line(text, error=error)

    def annotate(self, annotation: Annotation) -> None:
        """Write an annotation: to standard error, for standard output may be JSON Lines."""
        self.close()
        super()._put(f"{annotation.command}\n", error=True)

    def _put(self, text: str, *, error: bool) -> None:
        super()._put(self._guards[error].passed(text), error=error)


class _Guard:
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


class Annotations:
    """Tells the runner what keeps a run from being accepted, at its spec."""

    def __init__(self, console: ActionsConsole) -> None:
        self._console = console

    def tell(self, told: ToldRun, summary: Summary) -> None:
        """Write an error for a halt, and one for each remaining task."""
        for each in annotations_of(told, summary):
            self._console.annotate(each)


def annotations_of(told: ToldRun, summary: Summary) -> Iterator[Annotation]:
    """Say what keeps a run from being accepted; the last one counts those that have no room."""
    run = told.run
    if run.started is None or run.outcome is Outcome.ACCEPTED:
        return
    spec = run.started.spec
    path, name = one_line(spec.body.path), one_line(spec.id)
    faults = [] if run.outcome else [(summary.ending, summary.why)]
    tasks = (redacted(each, run.settings.redact) for each in dict.fromkeys(run.remaining_tasks))
    faults += [("remaining task", harmless(each, colour=False)) for each in tasks]
    if len(faults) > _MOST:
        left = len(faults) - _MOST + 1
        faults[_MOST - 1 :] = [("remaining tasks", f"and {left} more: see the report")]
    for what, text in faults:
        yield Annotation(level=Level.ERROR, file=path, title=f"{name}: {what}", text=text)


def in_actions(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a runner of GitHub Actions reads what we print."""
    return environment.get("GITHUB_ACTIONS") == "true"


def standard_console(*, strict: bool = False) -> Console:
    """Give the console for what agents said: in Actions, one that lets no command pass."""
    kind = ActionsConsole if in_actions() else Console
    return kind.standard(strict=strict)


def _visible(char: str) -> bool:
    return char.isprintable() and not char.isspace()
