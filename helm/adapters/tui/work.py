"""Doing what the screen asks for, in threads: no key ever waits for a disk or an agent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic, sleep

from helm.adapters.tui.effects import (
    Effect,
    OpenRun,
    ReadHistory,
    ReadRaw,
    ReadSpec,
    ReadSpecs,
    ReadTimeline,
    Search,
    StartRun,
    StopRun,
)
from helm.adapters.tui.messages import (
    Found,
    HistoryRead,
    Message,
    RunOpened,
    RunOver,
    RunRefused,
    Said,
    Searching,
    SpecRead,
    SpecsRead,
    TimelineRead,
)
from helm.adapters.tui.run_list import ListedRun
from helm.adapters.tui.telling import Telling, Whereabouts
from helm.app.dossier import dossier
from helm.app.drive import Happening
from helm.app.history import Asked
from helm.app.plan import RunRequest
from helm.app.ports import EventLog, Tick
from helm.app.runner import PreparedRun, Runner
from helm.app.standing import signature
from helm.app.stop import StopRequest
from helm.app.terminal_text import one_line
from helm.app.watch import WatchedRun
from helm.domain.errors import HelmError
from helm.domain.events import Cause
from helm.domain.projections.timeline import timeline

OpenRunner = Callable[[], Runner]

_FORESEEN = (HelmError, OSError)
"""What is wrong with the world, and said; anything else is a fault of helm's own."""

_STAY = 0.08
"""Seconds that one stays at a run before it is read: longer than a key takes to repeat."""

_LOOK_PAUSE = 2.0
"""Seconds between two looks at whether anything on disk has changed."""

_SEARCH_PAUSE = 0.2
"""Seconds after which a search says again how far it has come."""

_PATIENCE = 2.0
"""Seconds that a thread which only reads is waited for when the screen is left."""


class Work:
    """Reads, carries a run on, and watches others; each answer is posted as a message.

    Every thread that may wait for the log has a Runner, and so a connection, of its own. `wake` is
    called whenever more of a run can be drawn, `fail` for a fault that nobody foresaw.
    """

    def __init__(
        self,
        open_runner: OpenRunner,
        post: Callable[[Message], None],
        wake: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._open_runner = open_runner
        self._post = post
        self._wake = wake
        self._fail = fail
        self._seen: Hashable = None
        self._reader = _Reader(self._guarded, open_runner, self._look)
        self._pages = _Pages(open_runner)
        self._carrier: _Carrier | None = None
        self._watch: _Watch | None = None
        self._search: _Searching | None = None
        self._latest: ReadTimeline | None = None

    def read_specs(self, effect: ReadSpecs) -> None:
        """Read where every spec stands."""
        self._read(effect, self._specs)

    def read_spec(self, effect: ReadSpec) -> None:
        """Read what else is known of a spec."""
        self._read(
            effect, lambda runner: SpecRead(dossier=dossier(runner.places.of(effect.folder)))
        )

    def read_history(self, effect: ReadHistory) -> None:
        """List a page of runs."""
        self._read(effect, partial(_history, effect))

    def read_timeline(self, effect: ReadTimeline) -> None:
        """Tell a run, unless another is asked for at once: a list is gone through quickly."""
        self._latest = effect

        def read(runner: Runner) -> None:
            if self._latest == effect:
                sleep(_STAY)
            if self._latest == effect:
                self._post(_timeline(effect, runner))

        self._reader.put(effect, read)

    def renew(self) -> None:
        """Read the configuration anew before anything else is read; a run begins with its own."""
        self._reader.renew()

    def start_run(self, effect: StartRun) -> None:
        """Carry a run on, in a thread of its own."""
        if self._carrier:
            if self._carrier.is_busy():
                self._post(Said(text="a run is under way"))
                return
            self._carrier.join()
        self._carrier = _Carrier(effect)
        self._carrier.begin(self._carry)

    def stop_run(self, _effect: StopRun) -> None:
        """Ask the run that is carried on to stop; a second request forces it."""
        self.halt(Cause.OPERATOR)

    def open_run(self, effect: OpenRun) -> None:
        """Follow a run of another process, or read one that is over; our own is there already."""
        carrier, watch = self._carrier, self._watch
        if carrier and carrier.is_alive() and carrier.tells(effect.run_id):
            self._post_opened(carrier.telling, effect)
        elif watch and watch.is_alive() and watch.tells(effect.run_id):
            watch.effect = effect  # before it is looked at whether the thread has posted
            self._post_opened(watch.telling, effect)
        else:
            self._leave_watch()
            self._watch = _Watch(effect)
            self._watch.begin(self._follow)

    def leave_run(self, telling: Telling) -> None:
        """Stop watching a run whose screen is closed."""
        if self._watch and self._watch.telling is telling:
            self._leave_watch()

    def read_raw(self, effect: ReadRaw) -> None:
        """Read the bytes that the agents of a run wrote, in a thread that ends with them."""

        def read() -> None:
            with self._guarded():
                effect.telling.take_raw(effect.telling.log, self._wake)

        threading.Thread(target=read, name="helm-raw", daemon=True).start()

    def search(self, effect: Search) -> None:
        """Look for a text in a run, in place of whatever was looked for."""
        self.stop_search()
        self._search = _Searching(effect, self._post)
        self._search.begin(self._guarded)

    def stop_search(self) -> None:
        """Give a search up."""
        if self._search:
            self._search.stopped.set()

    def halt(self, cause: Cause) -> None:
        """Ask the run that is carried on to stop, if there is one; once more, and it is forced."""
        if self._carrier and self._carrier.is_alive():
            self._carrier.ask(cause)

    @property
    def carries(self) -> bool:
        """Tell whether a run is under way here."""
        return self._carrier is not None and self._carrier.is_alive()

    @property
    def stopping(self) -> bool:
        """Tell whether the run that was last carried on here was asked to stop."""
        return self._carrier is not None and self._carrier.asked

    @property
    def carried(self) -> Telling | None:
        """The run that was last carried on here."""
        return self._carrier.telling if self._carrier else None

    def close(self) -> None:
        """Let go of everything, once a run that was asked to stop has halted."""
        self._leave_watch()
        self.stop_search()
        if self._carrier:
            self._carrier.join()
        self._reader.close()
        if self._watch:
            self._watch.join(_PATIENCE)
        self._pages.close()

    def _specs(self, runner: Runner) -> SpecsRead:
        self._seen = signature(runner.places)  # as of before: what changes meanwhile is seen
        workspace = runner.workspace
        return SpecsRead(
            specs=runner.specs(),
            root=workspace.path_of(workspace.specs_root),
            redact=workspace.config.redact,
        )

    def _look(self, runner: Runner) -> None:
        """Read the specs anew where anything on disk has changed, the configuration too."""
        now = signature(runner.places)
        if now != self._seen:
            self._seen = now
            self.renew()
            self.read_specs(ReadSpecs())

    def _read(self, effect: Effect, ask: Callable[[Runner], Message]) -> None:
        self._reader.put(effect, lambda runner: self._post(ask(runner)))

    def _leave_watch(self) -> None:
        if self._watch:
            self._watch.leaving.set()

    def _post_opened(self, telling: Telling | None, asked: OpenRun | None = None) -> None:
        if telling:
            self._post(RunOpened(telling=telling, ours=telling.ours, asked=asked))

    @contextmanager
    def _guarded(self, failed: Callable[[str], None] | None = None) -> Iterator[None]:
        """Say what goes wrong in a thread: in a sentence, or as the fault of helm that it is."""
        try:
            yield
        except _FORESEEN as error:
            said = one_line(str(error))
            if failed:
                failed(said)
            else:
                self._post(Said(text=said))
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            self._fail(error)

    def _carry(self, carrier: _Carrier) -> None:
        effect = carrier.effect
        with self._guarded(lambda said: self._over(carrier, said)):
            with self._open_runner() as runner:
                request = RunRequest(resume=effect.resume, fresh=effect.fresh)
                with runner.prepare(str(effect.folder), request, stop=carrier.stop) as prepared:
                    carrier.telling = telling = self._opened(prepared, effect.folder)
                    for happening in prepared:
                        self._tell(telling, happening)
            self._over(carrier, None)

    def _opened(self, prepared: PreparedRun, folder: Path) -> Telling:
        log = self._pages.log(folder)
        telling = Telling(
            prepared.run_id,
            prepared.short_id,
            log,
            ours=True,
            where=Whereabouts(folder=folder, report=prepared.report_path),
            until=prepared.history[-1].seq if prepared.history else -1,
        )
        self._post_opened(telling)
        for recorded in telling.before():
            self._tell(telling, recorded)
        for warning in prepared.warnings:
            self._post(Said(text=one_line(warning)))
        return telling

    def _follow(self, watch: _Watch) -> None:
        with self._guarded(lambda said: self._over(watch, said)):
            with self._open_runner() as runner:
                watched = WatchedRun(watch.effect.run_id, runner.places, watch.leaving.wait)
                watch.telling = telling = self._watched(watched, runner)
                if watch.leaving.is_set():
                    return
                self._post_opened(telling, watch.effect)
                for happening in watched:
                    self._tell(telling, happening)
            self._over(watch, None)

    def _tell(self, telling: Telling, happening: Happening) -> None:
        """Let a run be told on; silence is not to be seen, but for the clock."""
        if not isinstance(happening, Tick):
            telling.take(happening)
            self._wake()

    def _watched(self, watched: WatchedRun, runner: Runner) -> Telling:
        history = runner.history
        return Telling(
            watched.run_id,
            watched.short_id,
            self._pages.log(),
            ours=False,
            where=Whereabouts(
                folder=history.spec_folder(history.row(watched.run_id).summary),
                report=watched.report_path,
            ),
            until=history.log.outline(watched.run_id)[-1].seq,
        )

    def _over(self, thread: _Carrier | _Watch, failure: str | None) -> None:
        thread.over, telling = True, thread.telling
        if telling is None:
            self._post(RunRefused(asked=thread.effect, failure=failure or ""))
            return
        telling.end(failure)
        self._post(RunOver(telling=telling, failure=telling.progress.failure))


class _Carrier:
    """The thread that carries our own run on."""

    def __init__(self, effect: StartRun) -> None:
        self.effect = effect
        self.stop = StopRequest()
        self.telling: Telling | None = None
        self.over = False

    def begin(self, carry: Callable[[_Carrier], None]) -> None:
        def run() -> None:
            try:
                carry(self)
            finally:
                self.stop.close()

        # Not a daemon: Python must not end while an agent is being ended.
        self._thread = threading.Thread(target=run, name="helm-run")
        self._thread.start()

    @property
    def asked(self) -> bool:
        return self.stop.cause is not None

    def ask(self, cause: Cause) -> None:
        # The first request asks the agent, the second and third, sent together, end it by force.
        for _ in range(2 if self.asked else 1):
            self.stop.ask(cause)

    def tells(self, run_id: str) -> bool:
        told = self.telling
        return told is not None and told.run_id == run_id and not self.over

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def is_busy(self) -> bool:
        """Tell whether there is more to come than the end of the thread."""
        return self.is_alive() and not self.over

    def join(self) -> None:
        self._thread.join()


class _Watch:
    """The thread that reads a run which is not ours; it leaves when it is told to."""

    def __init__(self, effect: OpenRun) -> None:
        self.effect = effect
        self.leaving = threading.Event()
        self.telling: Telling | None = None
        self.over = False

    def begin(self, follow: Callable[[_Watch], None]) -> None:
        self._thread = threading.Thread(
            target=follow, args=(self,), name="helm-watch", daemon=True
        )
        self._thread.start()

    def tells(self, run_id: str) -> bool:
        return self.effect.run_id == run_id and not (self.leaving.is_set() or self.over)

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, patience: float) -> None:
        self._thread.join(patience)


class _Searching:
    """A thread that looks for a text in the lines of a run, for as long as it is wanted."""

    def __init__(self, effect: Search, post: Callable[[Message], None]) -> None:
        self.stopped = threading.Event()
        self._effect = effect
        self._post = post
        self._said = monotonic()

    def begin(self, guarded: Callable[[], AbstractContextManager[None]]) -> None:
        def run() -> None:
            with guarded():
                self._run()

        # A daemon: whoever quits does not wait for it.
        threading.Thread(target=run, name="helm-search", daemon=True).start()

    def _run(self) -> None:
        wanted = self._effect
        line = wanted.telling.find(
            wanted.text, wanted.start, raw=wanted.raw, forwards=wanted.forwards, at=self._at
        )
        if not self.stopped.is_set():
            self._post(Found(search=wanted, line=line))

    def _at(self, line: int) -> bool:
        if monotonic() - self._said > _SEARCH_PAUSE:
            self._said = monotonic()
            self._post(Searching(search=self._effect, line=line))
        sleep(0)  # whoever draws comes first
        return not self.stopped.is_set()


def _history(effect: ReadHistory, runner: Runner) -> HistoryRead:
    paths = None if effect.path is None else [effect.path]
    asked = Asked(paths=paths, before=effect.before, limit=effect.limit)
    listing = runner.history.listing(asked)
    short = runner.history.shown_all()
    runs = [
        ListedRun.of(row, short.get(row.summary.run_id, row.summary.run_id))
        for row in listing.rows
    ]
    return HistoryRead(path=effect.path, before=effect.before, runs=runs, more=listing.more)


def _timeline(effect: ReadTimeline, runner: Runner) -> TimelineRead:
    history, run_id = runner.history, effect.run_id
    folder = history.spec_folder(history.row(run_id).summary)
    return TimelineRead(run_id=run_id, told=timeline(history.log.outline(run_id)), folder=folder)


Read = Callable[[Runner], None]


class _Reader:
    """The thread that reads specs and lists, one after the other; no list twice in a row.

    Whenever there was nothing to read for a while, it takes a `look`.
    """

    def __init__(
        self,
        guarded: Callable[[], AbstractContextManager[None]],
        open_runner: OpenRunner,
        look: Read,
    ) -> None:
        self._guarded = guarded
        self._open_runner = open_runner
        self._look = look
        self._wanted: SimpleQueue[tuple[Effect, Read] | None] = SimpleQueue()
        self._waiting: set[Effect] = set()
        self._outdated = False
        # A daemon: whoever quits does not wait for a log that somebody else holds.
        self._thread = threading.Thread(target=self._run, name="helm-read", daemon=True)
        self._thread.start()

    def put(self, effect: Effect, read: Read) -> None:
        """Read by and by, unless that is about to happen anyway."""
        if effect not in self._waiting:
            self._waiting.add(effect)
            self._wanted.put((effect, read))

    def renew(self) -> None:
        """Open another Runner before the next reading."""
        self._outdated = True

    def close(self) -> None:
        self._wanted.put(None)
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        runner: Runner | None = None
        while True:
            try:
                wanted = self._wanted.get(timeout=_LOOK_PAUSE)
            except Empty:
                if runner:
                    with suppress(HelmError):  # whoever then reads is told
                        self._look(runner)
                continue
            if wanted is None:
                break
            effect, read = wanted
            self._waiting.discard(effect)
            with self._guarded():
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


class _Pages:
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
