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

from helm.adapters.codex.orphans import adopted, bury_adopted
from helm.app.programs import RUN_MARK

_PATIENCE = 1.0
"""Seconds that whoever is left is given to heed a signal."""

_ROUNDS = (signal.SIGTERM, *4 * [signal.SIGKILL])
"""More than one SIGKILL: a process may fork between being found and being killed."""


class ProcessTree:
    """Everyone who belongs to the agent of a run; `leader` is the agent's own process.

    None as the leader leaves the mark alone to tell. `adopts` where orphans come to us.
    """

    def __init__(
        self, run_id: str, leader: psutil.Process | None, *, adopts: bool = False
    ) -> None:
        self._run_id = run_id
        self._adopts = adopts
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
        """Reap those of us alone whom nobody else waits for."""
        if self._adopts and self._leader:
            bury_adopted(self._leader)

    def _send_all(self, number: signal.Signals) -> list[psutil.Process]:
        self._note()
        present = [process for process in self._noted if living(process)]
        return [process for process in present if _send(process, number)]

    def _note(self) -> None:
        """Take down who belongs to the agent now: nobody knows the children of the dead."""
        others = set(_others())
        found = {process for process in others if self._owns(process)} | self._orphans()
        # The dead have no children, and to ask every process here for its parent is slow.
        parents = {each: _parent(each) for each in others} if any(map(living, found)) else {}
        while True:
            pids = {process.pid for process in found}
            children = {process for process, parent in parents.items() if parent in pids}
            if children <= found:
                break
            found |= children
        self._noted |= found

    def _orphans(self) -> set[psutil.Process]:
        if not self._adopts or not self._leader:
            return set()
        return {each for each in adopted(self._leader) if _mark(each) in {None, self._run_id}}

    def _owns(self, process: psutil.Process) -> bool:
        return process in self._noted or self._in_group(process) or _mark(process) == self._run_id

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


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(RUN_MARK)
    except (psutil.Error, OSError):  # it is somebody else's, or gone
        return None


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
