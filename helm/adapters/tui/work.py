"""Doing what the screen asks for, in threads: no key ever waits for a disk or an agent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from helm.adapters.tui.effects import OpenRun, ReadHistory, ReadSpecs, StartRun, StopRun
from helm.adapters.tui.messages import HistoryRead, Message, RunOpened, RunOver, Said, SpecsRead
from helm.adapters.tui.telling import Telling
from helm.app.plan import RunRequest
from helm.app.ports import RunFilter
from helm.app.runner import PreparedRun, Runner
from helm.app.stop import StopRequest
from helm.app.watch import WatchedRun
from helm.domain.errors import HelmError
from helm.domain.events import Cause

OpenRunner = Callable[[], Runner]


class Work:
    """Reads, carries runs on, and watches them; each answer is posted as a message.

    Every thread that may wait for the log has a Runner, and so a connection, of its own. `wake` is
    called whenever more of a run can be drawn.
    """

    def __init__(
        self, open_runner: OpenRunner, post: Callable[[Message], None], wake: Callable[[], None]
    ) -> None:
        self._open_runner = open_runner
        self._post = post
        self._wake = wake
        self._readers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="helm-read")
        self._reader = open_runner()
        self._stop: StopRequest | None = None
        self._carrier: threading.Thread | None = None
        self._leaving = threading.Event()

    def read_specs(self, _effect: ReadSpecs) -> None:
        """Read where every spec stands."""
        self._read(lambda: SpecsRead(specs=self._reader.specs()))

    def read_history(self, effect: ReadHistory) -> None:
        """List runs."""
        paths = None if effect.path is None else [effect.path]
        wanted = RunFilter(paths=paths)
        self._read(lambda: HistoryRead(path=effect.path, rows=self._reader.history.rows(wanted)))

    def start_run(self, effect: StartRun) -> None:
        """Carry a run on, in a thread of its own."""
        if self._carrier and self._carrier.is_alive():
            self._post(Said(text="a run is under way"))
            return
        self._stop = stop = StopRequest()
        self._carrier = threading.Thread(
            target=self._carry, args=(effect.folder, effect.resume, stop), name="helm-run"
        )
        self._carrier.start()

    def stop_run(self, _effect: StopRun) -> None:
        """Ask the run that is carried on to stop."""
        if self._stop:
            self._stop.ask(Cause.OPERATOR)

    def open_run(self, effect: OpenRun) -> None:
        """Follow a run of another process, or read one that is over."""
        threading.Thread(
            target=self._watch, args=(effect.run_id,), name="helm-watch", daemon=True
        ).start()

    def halt(self, cause: Cause) -> None:
        """End what is under way, and wait until that is on record."""
        self._leaving.set()
        if self._stop and self._carrier and self._carrier.is_alive():
            self._stop.ask(cause)
            self._carrier.join()

    def close(self) -> None:
        """Let go of everything; a run that is under way is stopped first."""
        self.halt(Cause.OPERATOR)
        self._readers.shutdown(cancel_futures=True)
        self._reader.close()

    def _read(self, ask: Callable[[], Message]) -> None:
        def answer() -> None:
            try:
                self._post(ask())
            except HelmError as error:
                self._post(Said(text=str(error)))

        self._readers.submit(answer)

    def _carry(self, folder: Path, resume: bool, stop: StopRequest) -> None:  # noqa: FBT001  a thread's arguments
        telling: Telling | None = None
        try:
            with self._open_runner() as runner:
                request = RunRequest(resume=resume)
                with runner.prepare(str(folder), request, stop=stop) as prepared:
                    telling = self._opened(prepared, runner)
                    for happening in prepared:
                        telling.take(happening)
                        self._wake()
        except HelmError as error:
            self._over(telling, str(error))
        else:
            self._over(telling, None)
        finally:
            stop.close()

    def _opened(self, prepared: PreparedRun, runner: Runner) -> Telling:
        log = runner.places.find(prepared.spec_id).log
        telling = Telling(prepared.run_id, prepared.short_id, log, ours=True)
        for recorded in prepared.history:
            telling.take(recorded)
        self._post(RunOpened(telling=telling, ours=True))
        for warning in prepared.warnings:
            self._post(Said(text=warning))
        return telling

    def _watch(self, run_id: str) -> None:
        telling: Telling | None = None
        try:
            with self._open_runner() as runner:
                history = runner.history
                telling = Telling(run_id, history.shown(run_id), history.log, ours=False)
                self._post(RunOpened(telling=telling, ours=False))
                for happening in WatchedRun(run_id, runner.places, self._leaving.wait):
                    telling.take(happening)
                    self._wake()
        except HelmError as error:
            self._over(telling, str(error))
        else:
            self._over(telling, None)

    def _over(self, telling: Telling | None, failure: str | None) -> None:
        if telling is None:
            self._post(Said(text=failure or ""))
            return
        telling.end(failure)
        self._post(RunOver(telling=telling, failure=failure))
