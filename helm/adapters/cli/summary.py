"""The last words on a run: how it ended, where to read on, what to type next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from helm.adapters.cli.console import Console
from helm.adapters.cli.presenter import duration
from helm.app.terminal_text import harmless
from helm.domain.events import AgentFinished, Cause, Outcome, Recorded, TokenUsage
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
    """Prints how a run ended."""

    def __init__(self, console: Console, spec: str, report: Path) -> None:
        self._console = console
        self._spec = spec
        self._report = report

    def show(self, run: Run, run_id: str, told: Sequence[Recorded]) -> None:
        """Tell outcome, attempts, agents' time, tokens, report, and the next thing to type."""
        name = run.started.spec.id if run.started else self._spec
        attempts = f"{run.attempt} attempt{'' if run.attempt == 1 else 's'}"
        outcome = (
            f"{run.outcome} after {attempts}"
            if run.outcome
            else f"halted in attempt {run.attempt or 1}"
        )
        finished = [each.event for each in told if isinstance(each.event, AgentFinished)]
        seconds = sum(each.seconds for each in finished)
        usage = [each.usage for each in finished]
        self._console.line()
        title = f"{name}: {outcome}, {duration(seconds)} of agents' time"
        self._console.line(self._style(harmless(title, colour=False), run))
        for label, value in (
            ("tokens", tokens(usage)),
            ("run", run_id),
            ("report", _shown_path(self._report) if self._report.exists() else "none yet"),
            ("next", self._next(run)),
        ):
            self._console.line(f"  {label:<7} {harmless(value, colour=False)}")

    def failure(self, run: Run) -> None:
        """Say in one line why a run halted, and the words that resume it."""
        if run.halt is None or run.outcome:
            return
        detail = " ".join(redacted(run.halt.detail, run.settings.redact).split())
        why = f"{_SAID[run.halt.cause]}{f': {detail}' if detail else ''}"
        text = f"helm: {why.rstrip('.')}. To go on: {self.resume}"
        self._console.line(harmless(text, colour=False), error=True)

    def _next(self, run: Run) -> str:
        if run.outcome is Outcome.ACCEPTED:
            return "git diff    (read the work, then commit it)"
        if run.outcome:
            return (
                f"helm run --exec {shlex.quote(self._spec)}    (goes on with the remaining tasks)"
            )
        return self.resume

    @property
    def resume(self) -> str:
        """The words that go on with the run."""
        return f"helm run --exec {shlex.quote(self._spec)} --resume"

    def _style(self, title: str, run: Run) -> str:
        return self._console.style(title, "1;32" if run.outcome is Outcome.ACCEPTED else "1;33")


def tokens(usage: Sequence[TokenUsage | None]) -> str:
    """Add up what is known; what is unknown is said to be."""
    known = [each for each in usage if each]
    if not known:
        return "unknown"
    total = f"{sum(u.input_tokens for u in known)} in, {sum(u.output_tokens for u in known)} out"
    return total if len(known) == len(usage) else f"{total}, and unknown for some launches"


def _shown_path(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
