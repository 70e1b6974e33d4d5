"""Reading for the screen: a thread for specs and lists, and the logs that pages are read from."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from queue import Empty, SimpleQueue

from helm.adapters.tui.effects import ReadHistory, ReadSpec, ReadSpecs, ReadTimeline
from helm.adapters.tui.messages import HistoryRead, TimelineRead
from helm.adapters.tui.run_list import ListedRun
from helm.app.history import Asked
from helm.app.ports import EventLog
from helm.app.runner import Runner
from helm.domain.projections.timeline import timeline

OpenRunner = Callable[[], Runner]

_LOOK_PAUSE = 2.0
"""Seconds between two looks at whether anything on disk has changed."""

PATIENCE = 2.0
"""Seconds that a thread which only reads is waited for when the screen is left."""

Read = Callable[[Runner], None]

Wanted = ReadSpecs | ReadSpec | ReadHistory | ReadTimeline
"""What is read here."""


class Reader:
    """The thread that reads specs and lists, one after the other; no list twice in a row.

    Whenever there was nothing to read for a while, it takes a `look`, which raises nothing.
    """

    def __init__(
        self,
        guarded: Callable[[Wanted], AbstractContextManager[None]],
        open_runner: OpenRunner,
        look: Read,
        runner: Runner | None,
    ) -> None:
        self._guarded = guarded
        self._open_runner = open_runner
        self._look = look
        self._runner = runner
        self._wanted: SimpleQueue[tuple[Wanted, Read] | None] = SimpleQueue()
        self._waiting: set[Wanted] = set()
        self._outdated = False
        # A daemon: whoever quits does not wait for a log that somebody else holds.
        self._thread = threading.Thread(target=self._run, name="helm-read", daemon=True)
        self._thread.start()

    def put(self, effect: Wanted, read: Read) -> None:
        """Read by and by, unless that is about to happen anyway."""
        if effect not in self._waiting:
            self._waiting.add(effect)
            self._wanted.put((effect, read))

    def renew(self) -> None:
        """Open another Runner before the next reading."""
        self._outdated = True

    def close(self) -> None:
        self._wanted.put(None)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        runner = self._runner
        while True:
            try:
                wanted = self._wanted.get(timeout=_LOOK_PAUSE)
            except Empty:
                if runner:
                    self._look(runner)
                continue
            if wanted is None:
                break
            effect, read = wanted
            self._waiting.discard(effect)
            with self._guarded(effect):
                if runner is None or self._outdated:
                    runner = self._renewed(runner)
                read(runner)
        if runner:
            runner.close()

    def _renewed(self, old: Runner | None) -> Runner:
        """Open another Runner; where that fails the old one is kept, to look on with."""
        self._outdated = False
        try:
            new = self._open_runner()
        except BaseException:
            self._outdated = True
            raise
        if old:
            old.close()
        return new


class Pages:
    """The logs that pages are read back from: by the thread that draws, and nobody else.

    A log is shared by the threads that use it, which take turns: a drawing one would wait with
    the run for its commits.
    """

    def __init__(self, open_runner: OpenRunner) -> None:
        self._open_runner = open_runner
        self._turn = threading.Lock()
        self._runner: Runner | None = None

    def log(self, folder: Path | None = None) -> EventLog:
        """Give the log of a spec folder, or that of the workspace."""
        with self._turn:
            self._runner = self._runner or self._open_runner()
            places = self._runner.places
            return places.of(folder).log if folder else places.log

    def close(self) -> None:
        if self._runner:
            self._runner.close()


def history(effect: ReadHistory, runner: Runner) -> HistoryRead:
    """List a page of runs."""
    paths = None if effect.path is None else [effect.path]
    asked = Asked(paths=paths, before=effect.before, limit=effect.limit)
    listing = runner.history.listing(asked)
    short = runner.history.shown_all()
    runs = [
        ListedRun.of(row, short.get(row.summary.run_id, row.summary.run_id))
        for row in listing.rows
    ]
    return HistoryRead(path=effect.path, before=effect.before, runs=runs, more=listing.more)


def timeline_of(effect: ReadTimeline, runner: Runner) -> TimelineRead:
    """Tell what happened in a run."""
    runs, run_id = runner.history, effect.run_id
    folder = runs.spec_folder(runs.row(run_id).summary)
    return TimelineRead(run_id=run_id, told=timeline(runs.log.outline(run_id)), folder=folder)
