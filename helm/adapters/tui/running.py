"""The threads in which a run comes about: one carries ours on, one reads another as it grows."""

from __future__ import annotations

import threading
from collections.abc import Callable

from helm.adapters.tui.effects import OpenRun, StartRun
from helm.adapters.tui.telling import Telling
from helm.app.stop import StopRequest
from helm.domain.events import Cause


class Carrier:
    """The thread that carries our own run on."""

    def __init__(self, effect: StartRun) -> None:
        self.effect = effect
        self.stop = StopRequest()
        self.telling: Telling | None = None
        self.over = False

    def begin(self, carry: Callable[[Carrier], None]) -> None:
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


class Watch:
    """The thread that reads a run which is not ours; it leaves when it is told to."""

    def __init__(self, effect: OpenRun) -> None:
        self.effect = effect
        self.leaving = threading.Event()
        self.telling: Telling | None = None
        self.over = False

    def begin(self, follow: Callable[[Watch], None]) -> None:
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
