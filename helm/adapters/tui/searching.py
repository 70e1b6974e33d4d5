"""The thread that looks for a text in a run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic, sleep

from helm.adapters.tui.effects import Search
from helm.adapters.tui.messages import Found, Message, Searching

_SEARCH_PAUSE = 0.2
"""Seconds after which a search says again how far it has come."""


class Finder:
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
