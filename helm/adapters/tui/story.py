"""A run's timeline in rows: who was called, how it was judged, what came and what went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from helm.adapters.tui.frame import Line, safe, spread, text, wrapped
from helm.app import wording
from helm.app.history import HistoryRow
from helm.app.wording import (
    chosen_model,
    clock_time,
    counted,
    duration,
    full_moment,
    in_words,
    short_number,
)
from helm.domain.events import (
    Ending,
    InputChanged,
    Recorded,
    RunHalted,
    RunResumed,
    Status,
)
from helm.domain.projections.summary import State
from helm.domain.projections.timeline import Attempt, Judgement, Launch, Part, Timeline

_THIS_WORK_TREE = "."
_LABEL = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A run of a history, and what happened in it: None before that was read.

    `unread` says why it cannot be. `redact` are the workspace's patterns of what nobody is to
    read, beside those of the run.
    """

    row: HistoryRow
    told: Timeline | None
    now: datetime
    redact: tuple[str, ...] = ()
    unread: str = ""

    def lines(self, width: int, *, fields_first: bool) -> list[Line]:
        """Tell it in rows of this width; models, times and such before what happened, or after."""
        fields = [
            line
            for label, value in self._fields()
            for line in _hanging(f"{label:<{_LABEL}}", self._shown(value), width)
        ]
        happened = [*self._happened(width)]
        parts = [fields, happened] if fields_first else [happened, fields]
        return [*self._title(width), *parts[0], (), *parts[1]]

    def _happened(self, width: int) -> Iterator[Line]:
        if self.told is None and self.unread:
            yield from wrapped(f"cannot be read: {self._shown(self.unread)}", width, "warning")
            return
        if self.told is None:
            yield text("reading …", "state")
            return
        for part in self.told.before:
            yield from self._part(part, width)
        for place, attempt in enumerate(self.told.attempts):
            yield from [()] if place else []
            yield from self._attempt(attempt, width)
        words = resume_words(self.told)
        if words:
            yield ()
            yield from wrapped(words, width, "state")

    def _title(self, width: int) -> Iterator[Line]:
        summary = self.row.summary
        name = self._shown(f"{summary.spec_id} {summary.spec_name}")
        yield from wrapped(name, width, "heading")
        tried = f"  {counted(summary.attempts, 'attempt')}"
        yield ((f"badge.{self.row.standing}", self.row.standing_and_cause), ("", tried))

    def _fields(self) -> Iterator[tuple[str, str]]:
        summary, started = self.row.summary, self.told and self.told.run.started
        yield "started", full_moment(summary.started_at)
        if started and started.operator:
            yield "by", started.operator
        if summary.finished_at:
            yield "finished", full_moment(summary.finished_at)
        if summary.seconds is not None:
            yield "agents", f"{duration(summary.seconds)} at work"
        if summary.input_tokens is not None:
            tokens_out = short_number(summary.output_tokens or 0)
            yield "tokens", f"{short_number(summary.input_tokens)} in, {tokens_out} out"
        if self.told and started:
            settings = self.told.run.settings
            yield "worker", chosen_model(settings.worker)
            yield "verifier", chosen_model(settings.verifier)
        if summary.workspace != _THIS_WORK_TREE:
            yield "tree", summary.workspace
        if self.row.holder and self.row.holder.pid:
            yield "process", str(self.row.holder.pid)

    def _attempt(self, attempt: Attempt, width: int) -> Iterator[Line]:
        judgement = attempt.judgement
        status = judgement.verdict.status if judgement else None
        style = "badge.accepted" if status is Status.OK else "warning"
        verdict = ((style, f"  {status}"),) if status else ()
        began = text(clock_time(attempt.started_at), "state")
        yield spread((("heading", f"attempt {attempt.number}"), *verdict), began, width)
        for part in attempt.parts:
            yield from self._part(part, width)

    def _part(self, part: Part, width: int) -> Iterator[Line]:
        match part:
            case Launch():
                yield self._launch(part)
            case Judgement():
                yield from self._judgement(part, width)
            case Recorded(event=RunHalted(cause=cause, detail=detail)):
                why = f"halted: {cause}{f', {detail}' if detail else ''}"
                yield from self._turn(part, why, width, "warning")
            case Recorded(event=RunResumed(operator=operator)):
                by = f" by {operator}" if operator else ""
                yield from self._turn(part, f"resumed{by}", width)
            case Recorded(event=InputChanged(path=path, text=now)):
                what = "was removed" if now is None else "was changed"
                yield from self._turn(part, f"{path} {what}", width, "warning")
            case _:
                pass

    def _launch(self, launch: Launch) -> Line:
        who = f"  {launch.role:<{_LABEL}}"
        finished = launch.finished
        if finished is None and self._is_lost(launch):
            return (("", who), ("badge.died", "never seen to end"))
        if finished is None:
            took = max((self.now - launch.launched_at).total_seconds(), 0)
            return (("", who), ("badge.running", f"{duration(took)}, at work"))
        if finished.ending is Ending.COMPLETED:
            return text(f"{who}{duration(finished.seconds)}")
        ending = in_words(finished.ending)
        return (("", f"{who}{duration(finished.seconds)}  "), ("badge.failed", ending))

    def _is_lost(self, launch: Launch) -> bool:
        """Tell an agent that nobody hears any more from one at work; more may be known soon."""
        last = self.told is not None and launch is self.told.launches[-1]
        ended = self.row.summary.state in {State.ACCEPTED, State.EXHAUSTED}
        return not last or (self.row.holder is None and not ended)

    def _judgement(self, judgement: Judgement, width: int) -> Iterator[Line]:
        for mark, tasks, style in (
            ("+", judgement.new, "warning"),
            (" ", judgement.still, ""),
            ("-", judgement.gone, "state"),
        ):
            for task in tasks:
                yield from _hanging(f"  {mark} ", self._shown(task), width, style)

    def _turn(self, recorded: Recorded, words: str, width: int, style: str = "") -> Iterator[Line]:
        time = f"  {clock_time(recorded.recorded_at)} "
        yield from _hanging(time, self._shown(words), width, style)

    def _shown(self, words: str) -> str:
        of_run = self.told.run.settings.redact if self.told else ()
        return safe(words, dict.fromkeys((*self.redact, *of_run)))


def resume_words(told: Timeline) -> str | None:
    """Write the command that goes on by hand with a run, where a session of it is known."""
    return wording.resume_words(told.session) if told.session else None


def _hanging(lead: str, words: str, width: int, style: str = "") -> Iterator[Line]:
    """Wrap words beside a lead, below which nothing stands."""
    for place, row in enumerate(wrapped(words, width - len(lead), style)):
        yield (("state" if lead.strip() else "", " " * len(lead) if place else lead), *row)
