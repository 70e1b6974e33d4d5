"""`helm run --exec`: the loop without a screen, ended as a script expects."""

from __future__ import annotations

from collections.abc import Sequence

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.jsonl import JsonLines
from helm.adapters.cli.presenter import Presenter
from helm.adapters.cli.signals import stop_on_signals
from helm.adapters.cli.summary import Summary
from helm.app.errors import RecordFailed
from helm.app.plan import RunRequest
from helm.app.ports import Tick
from helm.app.runner import PreparedRun, Runner
from helm.app.stop import StopRequest
from helm.app.terminal_text import one_line
from helm.domain.run import next_step
from helm.domain.steps import Rest


class Headless:
    """Carries a run and prints it: for people, for programs, or hardly at all."""

    def __init__(self, console: Console, *, quiet: bool, as_json: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._as_json = as_json

    def execute(self, runner: Runner, spec: str, request: RunRequest, words: str) -> int:
        """Run a spec and return its exit code; an interrupted one ends us by its signal.

        `words` are those that run the spec, to be told to people.
        Raises `HelmError` for what cannot be run or recorded.
        """
        with stop_on_signals() as stop:
            try:
                with runner.prepare(spec, request, stop=stop) as prepared:
                    self._warn(prepared.warnings)
                    self._carry(prepared, Summary(self._console, words, prepared), stop)
            except RecordFailed as error:
                if not stop.cause:
                    raise
                # Whoever waited for a log that is held wants to get out, not to hear of an error.
                self._console.line(f"helm: {one_line(str(error))}", error=True)
                exits.die_of(stop.cause)
                raise
        return self._end(prepared, stop)

    def _warn(self, warnings: Sequence[str]) -> None:
        for warning in warnings:
            self._console.line(f"helm: warning: {one_line(warning)}", error=True)

    def _carry(self, prepared: PreparedRun, summary: Summary, stop: StopRequest) -> None:
        shown = self._shown(prepared)
        failure: RecordFailed | None = None
        heard = False
        try:
            for happening in prepared:
                shown.show(happening)
                if isinstance(happening, Tick) and stop.cause and not heard:
                    heard = True
                    self._warn([f"stopping ({stop.cause}); once more to force it"])
        except RecordFailed as error:
            failure = error
        finally:
            self._console.close()
        self._warn(prepared.notes)
        begun = prepared.run.started is not None
        if begun and isinstance(next_step(prepared.run), Rest) and not self._brief:
            summary.show()
        if failure and begun:
            raise RecordFailed(f"{failure}. To go on then: {summary.resume}") from failure
        if failure:
            raise failure
        summary.failure()

    @property
    def _brief(self) -> bool:
        return self._quiet or self._as_json

    def _shown(self, prepared: PreparedRun) -> Presenter | JsonLines:
        if not self._as_json:
            return Presenter(self._console, prepared.run, quiet=self._quiet)
        lines = JsonLines(self._console)
        if prepared.run.outcome:  # nothing more happens in it, and its outcome is to be said
            lines.show(prepared.history[-1])
        return lines

    def _end(self, prepared: PreparedRun, stop: StopRequest) -> int:
        run = prepared.run
        cause = run.halt.cause if run.halt else stop.cause
        if cause and not run.outcome:
            exits.die_of(cause)
        return exits.code_of_run(run)
