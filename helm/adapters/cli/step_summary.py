"""The summary of a step in GitHub Actions: a run in Markdown, appended to the file that it names.

Whatever others have written stands in code spans: Markdown in it, HTML, links and mentions mean
nothing there.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from helm.adapters.cli.console import Console
from helm.adapters.cli.summary import Summary, ToldRun
from helm.app.terminal_text import one_line
from helm.app.wording import duration
from helm.domain.events import Outcome, Role
from helm.domain.projections.timeline import Attempt, timeline
from helm.domain.redaction import redacted

_LARGEST = 1024 * 1024 - 1024
"""Bytes of all summaries of a step: of a larger file, GitHub shows nothing at all."""

_MOST_ROWS = 50
_LONGEST = 500
_BACKTICKS = re.compile("`+")


class StepSummary:
    """Appends what became of a run to the summary of the step; that it cannot is a warning."""

    def __init__(self, path: Path, console: Console) -> None:
        self._path = path
        self._console = console

    def tell(self, told: ToldRun, summary: Summary) -> None:
        """Append the run."""
        data = step_summary(told, summary).encode(errors="replace")
        try:
            with os.fdopen(_opened(self._path), "ab") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    self._warn("it is no file")
                elif file.tell() + len(data) > _LARGEST:
                    self._warn("the step has told too much already")
                else:
                    file.write(data)
        except OSError as error:
            self._warn(error.strerror or type(error).__name__)

    def _warn(self, why: str) -> None:
        self._console.warn(f"no step summary in {self._path}: {why}")


def _opened(path: Path) -> int:
    """Open what may be a pipe that nobody reads, or a terminal, without waiting for anybody."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY, 0o666)


def step_summary(told: ToldRun, summary: Summary) -> str:
    """Write a run in Markdown: how it ended, its attempts, what is left, how to go on."""
    return "\n".join([*_lines(told, summary), ""])


def _lines(told: ToldRun, summary: Summary) -> Iterator[str]:
    run = told.run
    yield f"### {code(told.spec_id)}: {summary.ending}"
    yield ""
    attempts = timeline(told.history).attempts
    if attempts:
        yield from _table(attempts[-_MOST_ROWS:])
    if run.outcome is not Outcome.ACCEPTED and run.remaining_tasks:
        yield "Remaining tasks:"
        yield ""
        yield from _tasks(redacted(each, run.settings.redact) for each in run.remaining_tasks)
        yield ""
    if not run.outcome:
        yield f"- why: {code(summary.why)}"
    yield f"- run: {code(told.run_id)}"
    yield f"- report: {code(summary.report)}"
    if run.outcome is not Outcome.ACCEPTED:
        words, remark = summary.following
        yield f"- to go on: {code(words)}{f' ({remark})' if remark else ''}"
    yield ""


def _table(attempts: Iterable[Attempt]) -> Iterator[str]:
    yield "| attempt | worker | verifier | verdict | remaining tasks |"
    yield "|---|---|---|---|---|"
    for each in attempts:
        verdict = each.judgement.verdict if each.judgement else None
        cells = (
            str(each.number),
            _time(each, Role.WORKER),
            _time(each, Role.VERIFIER),
            verdict.status if verdict else "none",
            str(len(verdict.remaining_tasks)) if verdict else "-",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _time(attempt: Attempt, role: Role) -> str:
    ended = [each.finished for each in attempt.launches if each.role is role and each.finished]
    return duration(sum(each.seconds for each in ended)) if ended else "-"


def _tasks(tasks: Iterable[str]) -> Iterator[str]:
    found = list(tasks)
    for each in found[:_MOST_ROWS]:
        yield f"- {code(each)}"
    if len(found) > _MOST_ROWS:
        yield f"- and {len(found) - _MOST_ROWS} more"


def code(text: str) -> str:
    """Write text as a code span of one line, fenced by more backticks than there are in it."""
    line = one_line(text) or "(empty)"
    cut = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    fence = "`" * (max(map(len, _BACKTICKS.findall(cut)), default=0) + 1)
    room = " " if cut.startswith("`") or cut.endswith("`") else ""
    return f"{fence}{room}{cut}{room}{fence}"
