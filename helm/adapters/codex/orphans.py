"""Processes whose parents are dead, taken in by helm instead of by process 1.

Linux gives an orphan to the nearest of its ancestors that has asked for it: prctl(2),
PR_SET_CHILD_SUBREAPER. So a process that an agent began stays a descendant of ours, whatever it
does to its session and to its environment.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil

from helm.app.programs import RUN_MARK

_SET_CHILD_SUBREAPER = 36  # linux/prctl.h

_BETWEEN_LOOKS = 1.0
"""Seconds. Whoever waits for a child of ours takes it off the list in far less."""


class Heir:
    """What becomes of those who lose their parents below us: they are our children from now on.

    Who is our child already stays a stranger: a shell may have begun it before it became helm.
    """

    def __init__(self) -> None:
        self._strangers = set(psutil.Process().children())
        self._dead: set[psutil.Process] = set()
        self._looked_at = 0.0

    def adopted(self, leader: psutil.Process) -> Iterator[psutil.Process]:
        """Find our children whom we did not begin.

        We begin the leader, programs in our own session, and those to which the screen lends its
        terminal; what such a one leaves behind has its mark.
        """
        guest = os.environ.get(RUN_MARK, "")
        for child in psutil.Process().children():
            if self._may_be_adopted(child, leader) and mark_of(child) != guest:
                yield child

    def bury(self, leader: psutil.Process) -> None:
        """Look for the dead now and then; reap who was dead the last time: nobody waits for it."""
        now = time.monotonic()
        if now < self._looked_at + _BETWEEN_LOOKS:
            return
        self._looked_at = now
        dead = set()
        if _somebody_is_dead():  # to look at every process here takes some milliseconds
            with suppress(OSError):  # no file can be opened now; it can wait
                children = filter(_is_dead, psutil.Process().children())
                dead = {child for child in children if self._may_be_adopted(child, leader)}
        for child in dead & self._dead:
            reap(child)
        self._dead = dead - self._dead

    def _may_be_adopted(self, child: psutil.Process, leader: psutil.Process) -> bool:
        if child == leader or child in self._strangers:
            return False
        try:
            return os.getsid(child.pid) != os.getsid(0)
        except ProcessLookupError:
            return False


def become_heir() -> Heir | None:
    """Ask for the orphans among our descendants; None where the system does not give them.

    Process 1 is given everybody's, and could not tell which are an agent's.
    """
    if sys.platform != "linux" or os.getpid() == 1:
        return None
    try:
        import ctypes  # noqa: PLC0415  it takes a while, and only a run needs it

        refused = ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        return None if refused else Heir()
    except (ImportError, OSError, AttributeError):  # a Python or a C library without, or no files
        return None


def reap(child: psutil.Process) -> None:
    """Take a dead child off the system's list, if it is on it."""
    if _is_dead(child):
        with suppress(ChildProcessError):  # somebody was quicker, or it is another's child
            os.waitpid(child.pid, os.WNOHANG)


def mark_of(process: psutil.Process) -> str | None:
    """Read to which run a process says that it belongs; None where it says nothing."""
    try:
        return process.environ().get(RUN_MARK)
    except (psutil.Error, OSError):  # it is somebody else's, or gone
        return None


def _somebody_is_dead() -> bool:
    with suppress(ChildProcessError):  # there are no children
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return False


def _is_dead(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() == psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):  # it is gone, or no file can be opened
        return False
