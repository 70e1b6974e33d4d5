"""The ports: what the application needs from the world, each kept by one adapter and one fake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helm.app.ports.agent import Agent, AgentProcess, AgentSignal, Stop, Tick
from helm.app.ports.archive import LogArchive, Merged, Row
from helm.app.ports.checkup import (
    Access,
    AgentProbe,
    Condition,
    LogProbe,
    Machine,
    Reply,
    Terminal,
)
from helm.app.ports.files import Files, Holder, SpecLock, SpecLocks
from helm.app.ports.git import Git, WorkTree
from helm.app.ports.log import Answer, EventLog, LogQueries, RunFilter, View
from helm.app.ports.upkeep import Fault, Kept, LogUpkeep, Note, RunOutput

__all__ = [
    "Access",
    "Agent",
    "AgentProbe",
    "AgentProcess",
    "AgentSignal",
    "Answer",
    "Clock",
    "Condition",
    "EventLog",
    "Fault",
    "Files",
    "Git",
    "Holder",
    "Kept",
    "LogArchive",
    "LogProbe",
    "LogQueries",
    "LogUpkeep",
    "Machine",
    "Merged",
    "Note",
    "Ports",
    "Reply",
    "Row",
    "RunFilter",
    "RunOutput",
    "SpecLock",
    "SpecLocks",
    "Stop",
    "Terminal",
    "Tick",
    "View",
    "WorkTree",
]

Clock = Callable[[], datetime]
"""Gives the present moment, with its time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The adapters that helm works with, chosen where the program is put together.

    `environment` are the variables that set helm up, and `operator` is who asks for what it does.
    """

    files: Files
    git: Git
    open_agent: Callable[[], Agent]
    open_log: Callable[[Path], EventLog]
    open_queries: Callable[[Path], LogQueries]
    open_archive: Callable[[Path], LogArchive]
    open_upkeep: Callable[[Path], LogUpkeep]
    open_locks: Callable[[Path], SpecLocks]
    environment: Mapping[str, str]
    clock: Clock
    entropy: Callable[[int], bytes]
    helm_version: str
    operator: str
