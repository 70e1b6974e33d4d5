"""Processes whose parents are dead, taken in by helm instead of by process 1.

Linux gives an orphan to the nearest of its ancestors that has asked for it: prctl(2),
PR_SET_CHILD_SUBREAPER. So a process that an agent began stays a descendant of ours, whatever it
does to its session and to its environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import psutil

_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopt_orphans() -> None:
    """Have the orphans among our descendants, from now on; on Linux alone."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  it takes a while, and only a run needs it

        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def adopted(leader: psutil.Process) -> Iterator[psutil.Process]:
    """Find our children, but for those whom we began: the leader, and who is in our session."""
    for child in psutil.Process().children():
        if child != leader and _is_adopted(child.pid):
            yield child


def bury_adopted(leader: psutil.Process) -> None:
    """Reap who was adopted and is dead; nobody else would."""
    if sys.platform != "linux":
        return
    while True:
        try:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:  # there are no children
            return
        # Somebody waits for the others; those whom they hide are reaped when that is over.
        if dead is None or dead.si_pid == leader.pid or not _is_adopted(dead.si_pid):
            return
        os.waitpid(dead.si_pid, 0)


def _is_adopted(pid: int) -> bool:
    try:
        return os.getsid(pid) != os.getsid(0)
    except ProcessLookupError:
        return False
