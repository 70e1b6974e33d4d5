"""Whoever hears what is done in threads: messages are waited for, with a deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Queue
from time import monotonic
from typing import TypeVar

from helm.adapters.tui.messages import Message
from helm.adapters.tui.work import Work
from helm.app.runner import Runner
from tests.app.worlds import World

PATIENCE = 10.0
"""Seconds after which a test that waits has failed; nothing is ever waited for that long."""

Kind = TypeVar("Kind")


class Listener:
    """Has work done in a world, and keeps what is heard of it.

    `gate` is closed by who wants no Runner to be opened for a while.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard: Queue[Message] = Queue()
        self.faults: Queue[Exception] = Queue()
        self.opened = 0
        self.woken = 0
        self.gate = threading.Event()
        self.gate.set()
        self._turn = threading.Lock()
        self.work = Work(self.open, self.heard.put, self._wake, self.faults.put)

    def open(self) -> Runner:
        """Open a Runner as a process more: locks that are held stay so."""
        assert self.gate.wait(PATIENCE)
        with self._turn:
            self.opened += 1
            held = dict(self.world.locks.held)
            runner = self.world.runner()
            self.world.locks.held.update(held)
            return runner

    def next(self, kind: type[Kind], fits: Callable[[Kind], bool] = lambda _: True) -> Kind:
        """Wait for a message of a kind; others before it are passed over."""
        deadline = monotonic() + PATIENCE
        while True:
            message = self.heard.get(timeout=max(deadline - monotonic(), 0))
            if isinstance(message, kind) and fits(message):
                return message

    def _wake(self) -> None:
        self.woken += 1
