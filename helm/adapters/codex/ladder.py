"""Ending an agent: asked at first, then ever more harshly."""

from __future__ import annotations

import math
import time
from collections import deque

from helm.adapters.codex.tree import ProcessTree, living, same_process
from helm.domain.events import AgentSpawned

_CLOCK_TOLERANCE = 2.0
"""By how many seconds a start time may seem to change: where the clock was set since."""


PATIENCE = (3.0, 2.0, 5.0)
"""Seconds after SIGINT, SIGTERM and SIGKILL. The last are for a process that the system itself
cannot end (its disk is dead), so that helm does not hang with it."""


class Ladder:
    """SIGINT, SIGTERM, SIGKILL.

    SIGINT is the only one on which codex ends its commands too, but a codex that has only just
    started may lose it.
    """

    def __init__(self, tree: ProcessTree) -> None:
        signals = (tree.interrupt, tree.terminate, tree.kill)
        self._rungs = deque(zip(signals, PATIENCE, strict=True))
        self._answered = 0
        self.begun = False
        self.spent = False
        self.next_at = math.inf

    def climb(self, now: float) -> None:
        """Go up one rung; after the last one, give up."""
        self.begun = True
        if not self._rungs:
            self.spent, self.next_at = True, math.inf
            return
        signal_tree, patience = self._rungs.popleft()
        self.next_at = now + patience  # also where the signal fails
        signal_tree()

    def press(self, now: float, requests: int) -> None:
        """Go up where patience is over, and at once for each request not yet answered."""
        while self._answered < requests and self._rungs:
            self._answered += 1
            self.climb(now)
        if now >= self.next_at:
            self.climb(now)


def end_orphan(run_id: str, spawned: AgentSpawned | None) -> bool:
    """End what a killed helm left of a run; tell whether anything lived."""
    leader = spawned and same_process(spawned.pid, spawned.started_at, _CLOCK_TOLERANCE)
    tree = ProcessTree(run_id, leader or None)
    ladder = Ladder(tree)
    if leader:
        ladder.climb(time.monotonic())
        while living(leader) and not ladder.spent:
            time.sleep(0.05)
            ladder.press(time.monotonic(), 0)
    return tree.sweep() or leader is not None
