"""The last words on a run: how it ended, where to read on, what to type next."""

from __future__ import annotations

import shlex
from pathlib import Path

from helm.adapters.cli.console import Console
from helm.adapters.cli.presenter import duration
from helm.app.runner import PreparedRun
from helm.app.terminal_text import harmless, one_line
from helm.domain.events import AgentFinished, AgentLaunched, Cause, Outcome
from helm.domain.projections.report import tokens
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


class Summary:
    """Prints how a run ended; `words` are those that run its spec."""

    def __init__(self, console: Console, words: str, prepared: PreparedRun) -> None:
        self._console = console
        self._words = words
        self._prepared = prepared

    def show(self) -> None:
        """Tell outcome, attempts, agents' time, tokens, report, and the next thing to type."""
        run, report = self._prepared.run, self._prepared.report_path
        told = [each.event for each in self._prepared.history]
        finished = [event for event in told if isinstance(event, AgentFinished)]
        launches = sum(isinstance(event, AgentLaunched) for event in told)
        self._console.line()
        self._console.line(self._title(run, sum(each.seconds for each in finished)))
        for label, value in (
            ("tokens", tokens([each.usage for each in finished], launches)),
            ("run", self._prepared.short_id),
            ("report", _shown_path(report) if report.exists() else "none yet"),
            ("next", self._next(run)),
        ):
            self._console.line(f"  {label:<7} {harmless(value, colour=False)}")

    def failure(self) -> None:
        """Say in one line why a run halted, and the words that resume it."""
        run = self._prepared.run
        if run.halt is None or run.outcome:
            return
        detail = redacted(run.halt.detail, run.settings.redact)
        why = one_line(f"{_SAID[run.halt.cause]}{f': {detail}' if detail else ''}").rstrip(".")
        self._console.line(one_line(f"helm: {why}. To go on: {self.resume}"), error=True)

    @property
    def resume(self) -> str:
        """The words that go on with the run."""
        return f"{self._words} --resume"

    def _title(self, run: Run, seconds: float) -> str:
        name = harmless(self._prepared.spec_id, colour=False)
        attempts = f"{run.attempt} attempt{'' if run.attempt == 1 else 's'}"
        halted = f"halted in attempt {run.attempt or 1}"
        outcome = f"{run.outcome} after {attempts}" if run.outcome else halted
        title = f"{name}: {outcome}, {duration(seconds)} of agents' time"
        return self._console.style(title, "1;32" if run.outcome is Outcome.ACCEPTED else "1;33")

    def _next(self, run: Run) -> str:
        if run.outcome is Outcome.ACCEPTED:
            return self._look()
        if run.outcome:
            return f"{self._words}    (goes on with the remaining tasks)"
        return self.resume

    def _look(self) -> str:
        tree = self._prepared.work_tree
        if tree is None:
            return "read the report, and the work"
        here = _here()
        elsewhere = here is None or not here.is_relative_to(tree.top)
        where = f" -C {shlex.quote(str(tree.top))}" if elsewhere else ""
        return f"git{where} status    (read the work, then commit it)"


def _shown_path(path: Path) -> str:
    here = _here()
    return str(path.relative_to(here) if here and path.is_relative_to(here) else path)


def _here() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:  # the run has removed it
        return None
