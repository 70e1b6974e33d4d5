"""Doing what the screen asks for, in threads: no key ever waits for a disk or an agent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from time import sleep

from helm.adapters.tui.effects import (
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
    Message,
    RunOpened,
    RunOver,
    RunRefused,
    Said,
    SpecRead,
    SpecsRead,
    Unread,
)
from helm.adapters.tui.reading import (
    PATIENCE,
    OpenRunner,
    Pages,
    Reader,
    Wanted,
    history,
    timeline_of,
)
from helm.adapters.tui.running import Carrier, Watch
from helm.adapters.tui.searching import Finder
from helm.adapters.tui.telling import Telling, Whereabouts
from helm.app.dossier import dossier
from helm.app.drive import Happening
from helm.app.plan import RunRequest
from helm.app.ports import Tick
from helm.app.runner import PreparedRun, Runner
from helm.app.standing import signature
from helm.app.terminal_text import one_line
from helm.app.watch import WatchedRun
from helm.domain.errors import HelmError
from helm.domain.events import Cause

_FORESEEN = (HelmError, OSError)
"""What is wrong with the world, and said; anything else is a fault of helm's own."""

_AGAIN = 2.0
"""Seconds before what could not be read is tried again."""

_STAY = 0.08
"""Seconds that one stays at a run before it is read: longer than a key takes to repeat."""


class Work:
    """Reads, carries a run on, and watches others; each answer is posted as a message.

    Every thread that may wait for the log has a Runner, and so a connection, of its own. `wake` is
    called whenever more of a run can be drawn, `fail` for a fault that nobody foresaw. The first
    reading is done with `runner`, where one is open already.
    """

    def __init__(
        self,
        open_runner: OpenRunner,
        post: Callable[[Message], None],
        wake: Callable[[], None],
        fail: Callable[[Exception], None],
        runner: Runner | None = None,
    ) -> None:
        self._open_runner = open_runner
        self._post = post
        self._wake = wake
        self._fail = fail
        self._seen: Hashable = None
        self._reader = Reader(self._guarded_reading, open_runner, self._look, runner)
        self._pages = Pages(open_runner)
        self._carrier: Carrier | None = None
        self._watch: Watch | None = None
        self._search: Finder | None = None
        self._latest: ReadTimeline | None = None
        self._left = threading.Event()

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
        self._read(effect, partial(history, effect))

    def read_timeline(self, effect: ReadTimeline) -> None:
        """Tell a run, unless another is asked for at once: a list is gone through quickly."""
        self._latest = effect

        def read(runner: Runner) -> None:
            if self._latest == effect:
                sleep(_STAY)
            if self._latest == effect:
                self._post(timeline_of(effect, runner))

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
        self._carrier = Carrier(effect)
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
            self._watch = Watch(effect)
            self._watch.begin(self._follow)

    def leave_run(self, telling: Telling) -> None:
        """Stop watching a run whose screen is closed."""
        if self._watch and self._watch.telling is telling:
            self._leave_watch()

    def read_raw(self, effect: ReadRaw) -> None:
        """Read the bytes that the agents of a run wrote, in a thread that ends with them."""
        self._catch_up(effect.telling, raw=True)

    def search(self, effect: Search) -> None:
        """Look for a text in a run, in place of whatever was looked for."""
        self.stop_search()
        self._search = Finder(effect, self._post)
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
        self._left.set()
        self._leave_watch()
        self.stop_search()
        if self._carrier:
            self._carrier.join()
        self._reader.close()
        if self._watch:
            self._watch.join(PATIENCE)
        self._pages.close()

    def _specs(self, runner: Runner) -> SpecsRead:
        self._seen = signature(runner.places)  # as of before: what changes meanwhile is seen
        workspace = runner.workspace
        return SpecsRead(
            specs=runner.specs(),
            root=workspace.path_of(workspace.specs_root),
            redact=workspace.config.masked,
        )

    def _look(self, runner: Runner) -> None:
        """Read the specs anew where anything on disk has changed, the configuration too."""
        with self._guarded(lambda _: None):  # whoever then reads is told
            now = signature(runner.places)
            if now != self._seen:
                self._seen = now
                self.renew()
                self.read_specs(ReadSpecs())

    def _read(self, effect: Wanted, ask: Callable[[Runner], Message]) -> None:
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

    def _guarded_reading(self, effect: Wanted) -> AbstractContextManager[None]:
        """Say to whoever waits for something to be read that it cannot be."""
        return self._guarded(lambda said: self._post(Unread(asked=effect, failure=said)))

    def _carry(self, carrier: Carrier) -> None:
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
            where=Whereabouts(
                folder=folder,
                report=prepared.report_path,
                in_git=prepared.work_tree is not None,
            ),
        )
        if prepared.history:
            telling.go_on_from(prepared.history)
        self._post_opened(telling)
        if prepared.history:  # the agent does not wait until all that was is told
            self._catch_up(telling, raw=False)
        for warning in prepared.warnings:
            self._post(Said(text=one_line(warning)))
        return telling

    def _catch_up(self, telling: Telling, *, raw: bool) -> None:
        """Read what was before, in a thread that ends with it.

        Bytes that cannot be read are asked for again by a key. Everything else is by nobody: it is
        tried again until the screen is left.
        """

        def read() -> None:
            again = True
            while again:
                with self._guarded():
                    telling.catch_up(telling.log, self._wake, raw=raw)
                again = not raw and telling.lacks(raw=raw) and not self._left.wait(_AGAIN)

        # A daemon: whoever quits does not wait for it.
        threading.Thread(target=read, name="helm-raw" if raw else "helm-past", daemon=True).start()

    def _follow(self, watch: Watch) -> None:
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
                in_git=watched.work_tree is not None,
            ),
            until=history.log.outline(watched.run_id)[-1].seq,
        )

    def _over(self, thread: Carrier | Watch, failure: str | None) -> None:
        thread.over, telling = True, thread.telling
        if telling is None:
            self._post(RunRefused(asked=thread.effect, failure=failure or ""))
            return
        telling.end(failure)
        self._post(RunOver(telling=telling, failure=telling.progress.failure))
