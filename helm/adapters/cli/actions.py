"""GitHub Actions: what keeps a run from being accepted, as annotations of its spec."""

from __future__ import annotations

from collections.abc import Iterator

from helm.adapters.cli.console import ActionsConsole
from helm.adapters.cli.summary import Summary, ToldRun
from helm.adapters.cli.workflow_commands import Annotation, Level
from helm.app.terminal_text import harmless, one_line
from helm.domain.events import Outcome
from helm.domain.redaction import redacted

_MOST = 10
"""Annotations of one level that are shown of a step; of any more nobody is told."""


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
