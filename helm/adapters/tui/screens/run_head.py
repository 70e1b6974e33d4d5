"""The head of a run: whose it is, how it stands, and its attempts in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from helm.adapters.tui.frame import Line, line_width, safe, spread, text
from helm.adapters.tui.screens.result import ended
from helm.adapters.tui.telling import Telling
from helm.app.wording import counted, duration, short_number
from helm.domain.events import Ending, Role, Status
from helm.domain.projections.timeline import Attempt, Launch

_WIDE = 90
_LEAST_NAME = 12
"""Columns that the name of the spec keeps beside what is said of its run."""


class Part(NamedTuple):
    """A text for which there may be room, or not: the highest rank goes first."""

    rank: int
    text: str
    style: str = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """What is said of a run above its lines; `stopping` says that it was asked to stop."""

    telling: Telling
    now: datetime
    stopping: bool

    def line(self, width: int) -> Line:
        """Say in a row whose run it is and how it stands."""
        started = self.telling.progress.run.started
        if started is None:
            return text(" reading …")
        name = f" {safe(f'{started.spec.id} {started.spec.name}', self.telling.redact)}"
        room = width - min(len(name) + 1, max(width // 4, _LEAST_NAME))
        return spread(text(name, "heading"), fitting(self._standing(width), room), width)

    def _standing(self, width: int) -> list[Part]:
        progress = self.telling.progress
        if progress.over:
            style, words = ended(self.telling)
            return [Part(0, words, style), Part(1, "↵ how it ended"), self._tokens(5)]
        if self.telling.reading(raw=False):  # whatever it was then, it may be no more
            return [Part(0, "reading"), self._tokens(1)]
        run, settings = progress.run, progress.run.settings
        of = " of " if width >= _WIDE else "/"
        attempt = f"attempt {max(run.attempt, 1)}{of}{settings.max_attempts}"
        choice = settings.verifier if run.role is Role.VERIFIER else settings.worker
        parts = [
            Part(-1, "stopping", "warning") if self.stopping else Part(9, ""),
            Part(6, "" if self.telling.ours else "watched"),
            Part(2, attempt, "badge.running"),
            Part(1, str(run.role), "badge.running"),
            Part(7, safe(choice.model or "")),
        ]
        if run.under_way and progress.launched_at and progress.heard_at:
            took = (self.now - progress.launched_at).total_seconds()
            idle = (self.now - progress.heard_at).total_seconds()
            parts.append(Part(0, duration(max(took, 0)), "badge.running"))
            parts.append(Part(3, f"silent {duration(max(idle, 0))}"))
        return [*parts, self._tokens(8)]

    def _tokens(self, rank: int) -> Part:
        used = [
            each.input_tokens + each.output_tokens for each in self.telling.story.usage if each
        ]
        return Part(rank, f"{short_number(sum(used))} tokens" if used else "")

    def strip(self, width: int) -> Line:
        """Tell the attempts in a row; where they are too many, the earlier ones go."""
        attempts = [
            self._attempt(each, wide=wide)
            for wide in (True, False)
            for each in self.telling.story.attempts
        ]
        half = len(attempts) // 2
        full, short = attempts[:half], attempts[half:]
        shown = full if _joined_width(full) <= width else short
        cut = False
        while len(shown) > 1 and _joined_width(shown) + 2 * cut > width:
            shown, cut = shown[1:], True
        line: Line = (("state", " …"),) if cut else ()
        for place, attempt in enumerate(shown):
            line += (("border", " │") if place else ("", ""), *attempt)
        return line

    def _attempt(self, attempt: Attempt, *, wide: bool) -> Line:
        line: Line = (("state", f" attempt {attempt.number}" if wide else f" {attempt.number}"),)
        for launch in attempt.launches:
            line += self._launch(launch, wide=wide)
        judgement = attempt.judgement
        if judgement:
            ok = judgement.verdict.status is Status.OK
            left = len(judgement.verdict.remaining_tasks)
            line += ((f"badge.{'accepted' if ok else 'missing'}", f" {judgement.verdict.status}"),)
            line += text(f" {counted(left, 'task')} left" if left and wide else "", "state")
        return line

    def _launch(self, launch: Launch, *, wide: bool) -> Line:
        who = f"  {launch.role}" if wide else f" {launch.role[0]}"
        finished = launch.finished
        if finished:
            took = f" {duration(finished.seconds)}"
            if finished.ending is Ending.COMPLETED:
                return (("", who), ("state", took))
            return (
                ("", f"{who}{took}"),
                ("badge.failed", f" {finished.ending.replace('_', ' ')}"),
            )
        if self.telling.progress.over or launch is not self.telling.story.launches[-1]:
            return (("", who), ("badge.died", " never seen to end"))
        if self.telling.reading(raw=False):
            return (("", who), ("state", " …"))
        seconds = (self.now - launch.launched_at).total_seconds()
        return (("badge.running", f"{who} ● {duration(max(seconds, 0))}"),)


def fitting(parts: Sequence[Part], room: int, *, least: int = 1) -> Line:
    """Put parts in a row; those of the highest rank go until it fits, or so few are left."""
    shown = [part for part in parts if part.text]
    while len(shown) > least and sum(line_width(text(part.text)) + 2 for part in shown) > room:
        shown.remove(max(shown))
    line: Line = ()
    for part in shown:
        line += ((part.style, part.text), ("", "  "))
    return line


def _joined_width(lines: Sequence[Line]) -> int:
    return sum(line_width(line) + 2 for line in lines)
