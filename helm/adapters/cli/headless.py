"""`helm run --exec`: the loop without a screen, ended as a script expects."""

from __future__ import annotations

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.jsonl import JsonLines
from helm.adapters.cli.presenter import Presenter
from helm.adapters.cli.signals import stop_on_signals
from helm.adapters.cli.summary import Summary
from helm.app.errors import RecordFailed
from helm.app.plan import RunRequest
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
        with stop_on_signals() as stop, runner.prepare(spec, request, stop=stop) as prepared:
            for warning in prepared.warnings:
                self._console.line(f"helm: warning: {one_line(warning)}", error=True)
            self._carry(prepared, Summary(self._console, words, prepared))
        return self._end(prepared, stop)

    def _carry(self, prepared: PreparedRun, summary: Summary) -> None:
        presenter = Presenter(self._console, prepared.run)
        shown = JsonLines(self._console) if self._as_json else presenter
        failure: RecordFailed | None = None
        try:
            for happening in prepared:
                if self._as_json or not self._quiet:
                    shown.show(happening)
        except RecordFailed as error:
            failure = error
        finally:
            self._console.close()
        begun = prepared.run.started is not None
        at_rest = begun and isinstance(next_step(prepared.run), Rest)
        if at_rest and not (self._as_json or self._quiet):
            summary.show()
        if failure:
            raise RecordFailed(f"{failure}. To go on then: {summary.resume}") from failure
        summary.failure()

    def _end(self, prepared: PreparedRun, stop: StopRequest) -> int:
        halt = prepared.run.halt
        cause = halt.cause if halt and not prepared.run.outcome else stop.cause
        if cause and not prepared.run.outcome:
            exits.die_of(cause)
        return exits.code_of_run(prepared.run)
