"""What an agent's end means: whether it did its work, and if not, why, in one line."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from helm.adapters.codex.limits import Fate
from helm.app.terminal_text import one_line
from helm.domain.events import Ending

_LONGEST = 500
_LAST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How an agent's process came to its end.

    `status` is its exit status, negative for a signal; None if the process could not be ended.
    `completed` is whether the agent said that it is done, `complaint` what it said went wrong,
    `stderr` the last that it wrote there; `unsent` and `prompt` are bytes of its input.
    """

    status: int | None
    completed: bool
    complaint: str
    stderr: str
    unsent: int
    prompt: int

    @property
    def exit_code(self) -> int | None:
        return self.status if self.status is not None and self.status >= 0 else None

    @property
    def signal(self) -> int | None:
        return -self.status if self.status is not None and self.status < 0 else None


def conclude(end: End) -> Fate:
    """Judge an agent that ended by itself."""
    problem = _problem(end)
    if not problem:
        return Fate(ending=Ending.COMPLETED)
    return Fate(ending=Ending.FAILED, detail=": ".join(filter(None, [problem, last_words(end)])))


def _problem(end: End) -> str:
    if end.unsent:
        taken = f"{end.prompt - end.unsent} of {end.prompt} bytes"
        unread = f"the agent stopped reading its prompt after {taken}"
        return f"{unread}, and {_status(end)}" if end.status else unread
    if end.status != 0:
        return f"the agent {_status(end)}"
    return "" if end.completed else "the agent ended before its turn was completed"


def _status(end: End) -> str:
    if end.status is None:
        return "ended in a way that helm could not learn"
    if end.signal is None:
        return f"exited with status {end.exit_code}"
    try:
        name = signal.Signals(end.signal).name
    except ValueError:  # a real-time signal
        name = f"signal {end.signal}"
    return f"was killed by {name}"


def last_words(end: End) -> str:
    """Quote what the agent said last about its trouble, on one line."""
    if end.complaint:
        words = one_line(end.complaint)
        return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    lines = [line for line in map(one_line, end.stderr.splitlines()) if line]
    words = " / ".join(lines[-_LAST_LINES:])
    return words if len(words) <= _LONGEST else "…" + words[1 - _LONGEST :]
