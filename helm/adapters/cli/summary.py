"""The last words on a run: how it ended, where to read on, what to type next."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import NamedTuple, Protocol

from helm.adapters.cli.console import Console
from helm.app.ports import WorkTree
from helm.app.terminal_text import harmless, one_line
from helm.app.wording import counted, duration, read_the_work
from helm.domain.events import AgentFinished, AgentLaunched, Cause, Outcome, Recorded
from helm.domain.projections.report import TELLING, tokens
from helm.domain.redaction import redacted
from helm.domain.run import Run

_SAID = {
    Cause.SIGINT: "interrupted (SIGINT)",
    Cause.SIGTERM: "interrupted (SIGTERM)",
    Cause.SIGHUP: "interrupted (SIGHUP)",
    Cause.OPERATOR: "stopped by the operator",
    Cause.LOST: "lost: helm ended without a word",
    Cause.WORKER_FAILED: "the worker failed",
    Cause.WORKER_TIMED_OUT: "the worker took too long",
    Cause.WORKER_SILENT: "the worker fell silent",
    Cause.VERIFIER_FAILED: "the verifier failed",
    Cause.VERIFIER_TIMED_OUT: "the verifier took too long",
    Cause.VERIFIER_SILENT: "the verifier fell silent",
    Cause.VERDICT_UNREADABLE: "no verdict",
}


class ToldRun(Protocol):
    """A run that was carried on here, or by another process: what its last words are made of.

    `report_path` is None where no file of this run's is within reach, `work_tree` outside git.
    """

    @property
    def spec_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def short_id(self) -> str: ...
    @property
    def run(self) -> Run: ...
    @property
    def history(self) -> list[Recorded]: ...
    @property
    def report_path(self) -> Path | None: ...
    @property
    def work_tree(self) -> WorkTree | None: ...


class Following(NamedTuple):
    """The next thing to type, and what is to be said of it."""

    words: str
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.words}    ({self.remark})" if self.remark else self.words


class Summary:
    """Prints how a run ended; `words` are those that run its spec."""

    def __init__(self, console: Console, words: str, told: ToldRun) -> None:
        self._console = console
        self._words = words
        self._told = told

    def show(self) -> None:
        """Tell outcome, attempts, agents' time, tokens, report, and the next thing to type."""
        run = self._told.run
        told = [each.event for each in self._told.history]
        finished = [event for event in told if isinstance(event, AgentFinished)]
        launches = sum(isinstance(event, AgentLaunched) for event in told)
        self._console.line()
        self._console.line(self._title(run, sum(each.seconds for each in finished)))
        for label, value in (
            ("tokens", tokens([each.usage for each in finished], launches)),
            ("run", self._told.short_id),
            ("report", self.report),
            ("next", str(self.following)),
        ):
            self._console.line(f"  {label:<7} {harmless(value, colour=False)}")

    def failure(self) -> None:
        """Say in one line why a run halted, or that it died, and the words that resume it."""
        run = self._told.run
        if run.outcome:
            return
        self._console.line(one_line(f"helm: {self.why}. To go on: {self.resume}"), error=True)

    @property
    def resume(self) -> str:
        """The words that go on with the run."""
        return f"{self._words} --resume"

    @property
    def why(self) -> str:
        """Why a run without an outcome stands still, or that it died: one line without a stop."""
        return one_line(_why(self._told.run)).rstrip(".")

    @property
    def ending(self) -> str:
        """How far the run came: `accepted after 2 attempts`, `halted in attempt 1`."""
        run = self._told.run
        if run.outcome:
            return f"{run.outcome} after {counted(run.attempt, 'attempt')}"
        return f"{'halted' if run.halt else 'died'} in attempt {run.attempt or 1}"

    @property
    def report(self) -> str:
        """Where the report is to be read."""
        path = self._told.report_path
        if path is None:
            return f"helm show {self._told.short_id} --report"
        reported = any(isinstance(each.event, TELLING) for each in self._told.history)
        return _shown_path(path) if reported and path.exists() else "none yet"

    @property
    def following(self) -> Following:
        """The next thing to type."""
        outcome = self._told.run.outcome
        if outcome is Outcome.ACCEPTED:
            return self._look()
        if outcome:
            return Following(self._words, "goes on with the remaining tasks")
        return Following(self.resume)

    def _title(self, run: Run, seconds: float) -> str:
        name = one_line(self._told.spec_id)
        title = f"{name}: {self.ending}, {duration(seconds)} of agents' time"
        return self._console.style(title, "1;32" if run.outcome is Outcome.ACCEPTED else "1;33")

    def _look(self) -> Following:
        tree = self._told.work_tree
        if tree is None:
            return Following(read_the_work(in_git=False))
        here = _here()
        elsewhere = here is None or not here.is_relative_to(tree.top)
        where = f" -C {shlex.quote(str(tree.top))}" if elsewhere else ""
        return Following(f"git{where} status", read_the_work(in_git=True))


def _why(run: Run) -> str:
    if run.halt is None:
        return "the run died: helm ended without a word"
    detail = redacted(run.halt.detail, run.settings.redact)
    return f"{_SAID[run.halt.cause]}{f': {detail}' if detail else ''}"


def _shown_path(path: Path) -> str:
    here = _here()
    return str(path.relative_to(here) if here and path.is_relative_to(here) else path)


def _here() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:  # the run has removed it
        return None
