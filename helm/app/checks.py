"""How `helm doctor` says that a thing is well, or what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helm.domain.errors import HelmError


class State(StrEnum):
    """How a check came out; a run can do with a warning."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that a run needs: how it is, and the command, or the words, that mend it."""

    name: str
    state: State
    detail: str
    cure: str = ""


def ok(name: str, detail: str) -> Check:
    """Say that a thing is as a run needs it."""
    return Check(name=name, state=State.OK, detail=detail)


def warning(name: str, detail: str, cure: str) -> Check:
    """Say what a run can do with, and what would be better."""
    return Check(name=name, state=State.WARNING, detail=detail, cure=cure)


def failed(name: str, detail: str, cure: str = "") -> Check:
    """Say what a run cannot do with."""
    return Check(name=name, state=State.FAILED, detail=detail, cure=cure)


def refused(name: str, error: HelmError) -> Check:
    """Say that a run would fail as this check did."""
    return failed(name, error.reason, error.cure)


def dotted(version: tuple[int, ...]) -> str:
    """Write a version as people do."""
    return ".".join(str(part) for part in version)
