"""When a call has to end although the agent has not: a request to stop, or a limit of time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from helm.app.ports import Stop, Tick
from helm.domain.events import Cause, Ending


class Pulse:
    """The time of a call: its beginning, the last byte heard, and the last tick told."""

    def __init__(self, now: float) -> None:
        self.began = self.heard = self._told = now

    @property
    def due(self) -> float:
        """When the next second of silence is over."""
        return max(self.heard, self._told) + 1

    def tick(self, now: float) -> list[Tick]:
        if now < self.due:
            return []
        self._told = now
        return [Tick(elapsed=now - self.began, idle=now - self.heard)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a call ends, and a sentence on it."""

    ending: Ending
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a call must not exceed; seconds, and bytes of output; None is no limit."""

    timeout: float | None = None
    idle_timeout: float | None = None
    output: int | None = None
    stop: Stop | None = None

    @property
    def cause(self) -> Cause | None:
        return self.stop.cause if self.stop else None

    @property
    def requests(self) -> int:
        """How often a stop was asked for."""
        return max(self.stop.requests, 1) if self.stop and self.cause else 0

    def due(self, pulse: Pulse) -> float:
        """When the first of the limits is reached, if nothing more is heard."""
        whole = math.inf if self.timeout is None else pulse.began + self.timeout
        idle = math.inf if self.idle_timeout is None else pulse.heard + self.idle_timeout
        return min(whole, idle)

    def exceeded(self, pulse: Pulse, now: float) -> Fate | None:
        if self.cause:
            return Fate(ending=Ending.STOPPED)
        if self.timeout is not None and now >= pulse.began + self.timeout:
            detail = f"the agent had not ended when its time of {self.timeout:g} s was up"
            return Fate(ending=Ending.TIMED_OUT, detail=detail)
        if self.idle_timeout is not None and now >= pulse.heard + self.idle_timeout:
            detail = f"the agent had written nothing for {self.idle_timeout:g} s"
            return Fate(ending=Ending.SILENT, detail=detail)
        return None
