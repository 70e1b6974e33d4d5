"""Runs without a screen, our own and those of others, ended as a script expects."""

from __future__ import annotations

import os
import select
import shlex
import signal
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from typing import Protocol

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.jsonl import JsonLines
from helm.adapters.cli.signals import stop_on_signals
from helm.adapters.cli.summary import Summary, ToldRun
from helm.app.drive import Happening
from helm.app.errors import RecordFailed
from helm.app.plan import RunRequest
from helm.app.ports import Tick
from helm.app.presenter import Presenter
from helm.app.runner import PreparedRun, Runner
from helm.app.stop import StopRequest
from helm.app.terminal_text import one_line
from helm.app.watch import WatchedRun, only_living_run
from helm.domain.events import Recorded
from helm.domain.run import next_step
from helm.domain.steps import Rest


class Recipient(Protocol):
    """Somebody who is told of a run that was carried on here, once it has come to rest."""

    def tell(self, told: ToldRun, summary: Summary) -> None:
        """Take the run. Raises `RecordFailed` for what cannot be written, and must be."""
        ...


class Headless:
    """Carries or watches a run and prints it: for people, for programs, or hardly at all.

    `recipients` are told of a run that was carried on, however it ended.
    """

    def __init__(
        self,
        console: Console,
        *,
        quiet: bool,
        as_json: bool,
        recipients: Sequence[Recipient] = (),
    ) -> None:
        self._console = console
        self._quiet = quiet
        self._as_json = as_json
        self._recipients = recipients

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
                self._die_if_asked(stop, error)
                raise
        return self._end(prepared, stop)

    def watch(self, runner: Runner, run: str | None, options: str, *, now: bool) -> int:
        """Follow a run of another process, and return the exit code that is the run's.

        A signal ends us and not the run, and so does a reader of our output that goes away.
        Without `run` it is the one that is alive; `options` are those that find the log again.
        Raises `HelmError` for a run that cannot be found or read.
        """
        run_id = runner.history.find(run) if run else only_living_run(runner.history)
        with stop_on_signals() as stop, closing(_Audience(stop)) as audience:
            try:
                watched = WatchedRun(run_id, runner.places, audience.leaves, now=now)
                self._follow(watched)
            except RecordFailed as error:
                self._die_if_asked(stop, error)
                raise
            if stop.cause:
                exits.die_of(stop.cause)
            if audience.gone:
                exits.die_of_signal(signal.SIGPIPE)
        self._warn(watched.notes)
        summary = Summary(self._console, _words(watched, runner, options), watched)
        if not self._brief:
            summary.show()
        summary.failure()
        return exits.code_of_run(watched.run)

    def _follow(self, watched: WatchedRun) -> None:
        over = bool(watched.run.halt or watched.run.outcome)
        show = self._teller(watched, over=over, earlier=watched.output_so_far())
        try:
            for happening in watched:
                show(happening)
        finally:
            self._console.close()

    def _die_if_asked(self, stop: StopRequest, error: RecordFailed) -> None:
        """End whoever waited for a log that is held, and wants to get out; no error, to them."""
        if stop.cause:
            self._console.line(f"helm: {one_line(str(error))}", error=True)
            exits.die_of(stop.cause)

    def _warn(self, warnings: Sequence[str]) -> None:
        for warning in warnings:
            self._console.warn(warning)

    def _carry(self, prepared: PreparedRun, summary: Summary, stop: StopRequest) -> None:
        show = self._teller(prepared, over=bool(prepared.run.outcome))
        failure: RecordFailed | None = None
        heard = False
        try:
            for happening in prepared:
                show(happening)
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
        untold = self._tell(prepared, summary) if begun else None
        if failure and begun:
            raise RecordFailed(f"{failure}. To go on then: {summary.resume}") from failure
        if failure:
            raise failure
        summary.failure()
        if untold:
            raise untold

    def _tell(self, prepared: PreparedRun, summary: Summary) -> RecordFailed | None:
        """Tell everybody, and give what went wrong with the last of those with whom it did."""
        failure: RecordFailed | None = None
        for each in self._recipients:
            try:
                each.tell(prepared, summary)
            except RecordFailed as error:
                failure = error
        return failure

    @property
    def _brief(self) -> bool:
        return self._quiet or self._as_json

    def _teller(
        self, told: ToldRun, *, over: bool, earlier: Iterable[Recorded] = ()
    ) -> Callable[[Happening], None]:
        """Choose who shows what happens. A program that reads JSON is warned as people are."""
        presenter = Presenter(self._console, told.run, earlier, quiet=self._brief)
        if not self._as_json:
            return presenter.show
        lines = JsonLines(self._console)
        if over:  # nothing more happens in it, and its end is to be said
            lines.show(told.history[-1])

        def show(happening: Happening) -> None:
            lines.show(happening)
            presenter.show(happening)

        return show

    def _end(self, prepared: PreparedRun, stop: StopRequest) -> int:
        run = prepared.run
        cause = run.halt.cause if run.halt else stop.cause
        if cause and not run.outcome:
            exits.die_of(cause)
        return exits.code_of_run(run)


class _Audience:
    """Whoever watches: they may ask us to stop, or leave the other end of our pipe."""

    def __init__(self, stop: StopRequest) -> None:
        self.gone = False
        self._poll = select.poll()
        self._poll.register(stop, select.POLLIN)
        self._pipe = _standard_pipe()
        if self._pipe is not None:
            self._poll.register(self._pipe, 0)  # that its reader is gone is told unasked

    def leaves(self, seconds: float) -> bool:
        """Wait for so long, or until somebody leaves; tell whether anybody does."""
        heard = [descriptor for descriptor, _ in self._poll.poll(seconds * 1000)]
        self.gone = self.gone or self._pipe in heard
        return bool(heard)

    def close(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)


def _standard_pipe() -> int | None:
    """Give a descriptor of our own for the pipe that standard output is, if it is one.

    The console puts another file in the place of an output that has failed.
    """
    with suppress(OSError, ValueError, AttributeError):
        output = sys.stdout.fileno()
        kind = os.fstat(output).st_mode
        return os.dup(output) if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind) else None
    return None


def _words(watched: WatchedRun, runner: Runner, options: str) -> str:
    """Say what runs the spec of a watched run, from where we stand."""
    place, here = watched.place, runner.workspace
    if place is None:
        return f"(where it was run) helm run --exec {shlex.quote(watched.spec_path)}"
    if place.workspace.key != here.key:
        folder, spec = shlex.quote(str(place.workspace.top)), shlex.quote(watched.spec_path)
        return f"cd {folder} && helm run --exec {spec}{options}"
    spec = place.folder.name if place.folder.parent == here.specs_root else str(place.folder)
    return f"helm run --exec {shlex.quote(spec)}{options}"
