"""The processes of an agent, wherever they have gone.

codex gives each command a session of its own, and a command may leave its parents altogether, so
that no process group holds them all. Four things tell who belongs to an agent: who descends from
it, who is in its group, who carries the mark in its environment, which every descendant inherits,
and whom helm adopted when its parents died. A process is known by its number *and* its start time,
so that a later one which was given the same number is never signalled.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress

import psutil

from helm.adapters.codex.orphans import Heir, mark_of, reap

_PATIENCE = 1.0
"""Seconds that whoever is left is given to heed a signal."""

_ROUNDS = (signal.SIGTERM, *4 * [signal.SIGKILL])
"""More than one SIGKILL: a process may fork between being found and being killed."""


class ProcessTree:
    """Everyone who belongs to the agent of a run; `leader` is the agent's own process.

    None as the leader leaves the mark alone to tell; without an heir nobody's orphans are known.
    """

    def __init__(
        self, run_id: str, leader: psutil.Process | None, heir: Heir | None = None
    ) -> None:
        self._run_id = run_id
        self._heir = heir
        self._leader = leader
        self._noted = {leader} if leader else set()

    def interrupt(self) -> None:
        """Ask the agent's group alone: codex then ends its commands, as nothing else makes it."""
        self._note()
        if self._leader:
            _send(self._leader, signal.SIGINT)

    def terminate(self) -> None:
        """Ask everyone."""
        self._send_all(signal.SIGTERM)

    def kill(self) -> None:
        """End everyone."""
        self._send_all(signal.SIGKILL)

    def sweep(self) -> bool:
        """End whoever is left, waiting for it; tell whether there was anyone."""
        found = False
        for number in _ROUNDS:
            reached = self._send_all(number)
            if not reached:
                break
            found = True
            _await_end(reached)
        return found

    def bury(self) -> None:
        """Reap the orphans that have died while the agent works."""
        if self._heir and self._leader:
            self._heir.bury(self._leader)

    def bury_all(self) -> None:
        """Reap whoever was ended here, and came to us; the leader has been reaped."""
        for process in self._noted:
            reap(process)

    def _send_all(self, number: signal.Signals) -> list[psutil.Process]:
        self._note()
        present = [process for process in self._noted if living(process)]
        return [process for process in present if _send(process, number)]

    def _note(self) -> None:
        """Take down who belongs to the agent now: nobody knows the children of the dead."""
        others = set(_others())
        found = {process for process in others if self._owns(process)}
        # The dead have no children, and to ask every process here for its parent is slow.
        parents = _parents(others) if any(map(living, found)) else {}
        # Not before the parents are known: who loses its own meanwhile is in one of both.
        orphans = self._orphans()
        if orphans and not parents:
            parents = _parents(others)
        found |= orphans
        while True:
            pids = {process.pid for process in found}
            children = {process for process, parent in parents.items() if parent in pids}
            if children <= found:
                break
            found |= children
        self._noted |= found

    def _orphans(self) -> set[psutil.Process]:
        return set(self._heir.adopted(self._leader)) if self._heir and self._leader else set()

    def _owns(self, process: psutil.Process) -> bool:
        return (
            process in self._noted or self._in_group(process) or mark_of(process) == self._run_id
        )

    def _in_group(self, process: psutil.Process) -> bool:
        # A leader that nobody has reaped keeps the number of its group from being given anew.
        leader = self._leader
        return leader is not None and _group(process) == leader.pid and leader.is_running()


def living(process: psutil.Process) -> bool:
    """Tell whether a process runs still; one that only waits to be reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def same_process(pid: int, started_at: float, tolerance: float) -> psutil.Process | None:
    """Find the living process `pid` that started at `started_at`, give or take some seconds."""
    with suppress(psutil.Error, ValueError):
        process = psutil.Process(pid)
        if living(process) and abs(process.create_time() - started_at) <= tolerance:
            return process
    return None


def _others() -> Iterable[psutil.Process]:
    """Everyone but ourselves and those from whom we descend."""
    myself = psutil.Process()
    spared = {myself.pid, *(process.pid for process in myself.parents())}
    for pid in psutil.pids():
        if pid not in spared:
            with suppress(psutil.Error):
                yield psutil.Process(pid)


def _parents(processes: Iterable[psutil.Process]) -> dict[psutil.Process, int | None]:
    return {each: _parent(each) for each in processes}


def _parent(process: psutil.Process) -> int | None:
    try:
        return process.ppid()
    except psutil.Error:
        return None


def _group(process: psutil.Process) -> int | None:
    try:
        return os.getpgid(process.pid)
    except OSError:
        return None


def _send(process: psutil.Process, number: signal.Signals) -> bool:
    """Signal a process, and its group where it leads one; tell whether we are allowed to."""
    try:
        if _group(process) == process.pid != os.getpgrp() and process.is_running():
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
    except (psutil.AccessDenied, PermissionError):
        return False
    except (psutil.NoSuchProcess, ProcessLookupError):
        return True
    return True


def _await_end(processes: list[psutil.Process]) -> None:
    until = time.monotonic() + _PATIENCE
    while any(map(living, processes)) and time.monotonic() < until:
        time.sleep(0.01)
