"""The result of a run: how it ended, what is left, and what can be done next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from helm.adapters.tui.effects import Copy, Read, ReadHistory, ReadSpecs
from helm.adapters.tui.frame import Fragment, Frame, Line, Size, safe, text, wrapped
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Message
from helm.adapters.tui.model import NOTHING, Change, Model
from helm.adapters.tui.screens.resuming import Resting
from helm.adapters.tui.scrolling import Page
from helm.adapters.tui.story import resume_words
from helm.adapters.tui.telling import Telling
from helm.app.cells import unjoined, width_of
from helm.app.terminal_text import harmless
from helm.app.wording import counted, duration, in_words, read_the_work, short_number
from helm.domain.events import Ending, Outcome, Role, Status
from helm.domain.projections.timeline import Attempt, Judgement, Timeline
from helm.domain.redaction import redacted

_LABEL = 9
_HEADS = ("attempt", "worker", "verifier", "verdict", "tasks left")
_NARROW_HEADS = ("#", "worker", "verifier", "verdict", "left")
_WIDE = 70
"""Columns from which on the table has its full width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultScreen:
    """How a run ended; `top` is the first of its rows that is seen. It lies over the run."""

    telling: Telling
    top: int = 0

    @property
    def context(self) -> Context:
        return Context.RESULT

    def title(self, _model: Model) -> str:
        return "result"

    def refusal(self, model: Model, action: str) -> str:
        match action:
            case "resume" | "again":
                return Resting.of(self.telling).refusal(model, anew=action == "again")
            case "copy":
                return not_to_copy(self.telling.story)
            case "report" if self.telling.where.report is None:
                return f"no report of this run here; helm show {self.telling.short_id} --report"
            case "history" if self.telling.progress.run.started is None:
                return "the run never began"
            case _:
                return ""

    def act(self, model: Model, action: str, _place: int) -> Change:
        top = self._page(model.body).moved(action)
        if top is not None:
            return Change(screen=replace(self, top=top))
        match action:
            case "specs":
                return Change(home=True, effects=(ReadSpecs(),))
            case "transcript":
                return Change(back=True)
            case "copy":
                return copied(self.telling.story)
            case "resume":
                return Resting.of(self.telling).going_on()
            case "again":
                return Resting.of(self.telling).anew()
            case "report" if self.telling.where.report:
                return Change(effects=(Read(path=self.telling.where.report),))
            case "history":
                return self._history()
            case _:
                return NOTHING

    def hear(self, _model: Model, _message: Message) -> Change:
        return NOTHING

    def draw(self, _model: Model, size: Size) -> Frame:
        page = self._page(size)
        shown = self._lines(size.columns)[page.first : page.first + page.height]
        if page.below and len(shown) > 1:
            shown[-1] = text(f" ▼ {counted(page.below + 1, 'more row')}", "state")
        return Frame(lines=shown)

    def _page(self, size: Size) -> Page:
        count = len(self._lines(size.columns))
        return Page(count=count, height=max(size.rows, 1), top=self.top)

    def _history(self) -> Change:
        from helm.adapters.tui.screens.history import HistoryScreen  # noqa: PLC0415  it opens runs

        started = self.telling.progress.run.started
        if started is None:
            return NOTHING
        path = started.spec.path
        screen = HistoryScreen(path=path, selected=self.telling.run_id)
        return Change(over=screen, effects=(ReadHistory(path=path),))

    # How it looks

    def _lines(self, width: int) -> list[Line]:
        return [*self._head(width), *self._story(width), *self._last_words(width)]

    def _head(self, width: int) -> Iterator[Line]:
        progress, story = self.telling.progress, self.telling.story
        started = progress.run.started
        if started:
            yield from _indented(
                self._shown(f"{started.spec.id} {started.spec.name}"), width, "heading"
            )
        style, words = ended(self.telling)
        took = f", {duration(story.seconds)} of agents' time" if story.seconds else ""
        yield from _indented(f"{words}{took}", width, style)
        halt = progress.run.halt
        if halt and halt.detail and not progress.run.outcome:
            yield from _indented(self._shown(halt.detail), width)
        if progress.failure:
            yield from _indented(self._shown(progress.failure), width, "warning")

    def _story(self, width: int) -> Iterator[Line]:
        story, run = self.telling.story, self.telling.progress.run
        if story.attempts:
            yield ()
            yield from self._table(width)
        if run.remaining_tasks:
            yield from _titled("What remains")
            for task in run.remaining_tasks:
                yield from self._task("- ", task, width)
        if run.verdict and run.verdict.commentary.strip():
            yield from _titled("What the verifier says")
            yield from self._prose(run.verdict.commentary, width)
        judged = [(each.number, each.judgement) for each in story.attempts if each.judgement]
        if len(judged) > 1 or any(judgement.gone for _, judgement in judged):
            yield from _titled("What changed from verdict to verdict")
            for number, judgement in judged:
                yield from self._changes(number, judgement, width)

    def _table(self, width: int) -> Iterator[Line]:
        heads = _HEADS if width >= _WIDE else _NARROW_HEADS
        rows = [[(("state", head)) for head in heads]]
        rows += [self._row(attempt) for attempt in self.telling.story.attempts]
        columns = [
            max(width_of(words) for _, words in column) for column in zip(*rows, strict=True)
        ]
        for row in rows:
            line: Line = (("", " "),)
            for (style, words), room in zip(row, columns, strict=True):
                line += ((style, words), ("", " " * (room - width_of(words) + 2)))
            yield line

    def _row(self, attempt: Attempt) -> list[Fragment]:
        judgement = attempt.judgement
        status = judgement.verdict.status if judgement else None
        left = str(len(judgement.verdict.remaining_tasks)) if judgement else ""
        style = (
            "" if status is None else f"badge.{'accepted' if status is Status.OK else 'missing'}"
        )
        return [
            ("", str(attempt.number)),
            *(_worked(attempt, role) for role in (Role.WORKER, Role.VERIFIER)),
            (style, str(status or "none")),
            ("", left),
        ]

    def _changes(self, number: int, judgement: Judgement, width: int) -> Iterator[Line]:
        counts = (
            (len(judgement.gone), "gone"),
            (len(judgement.still), "still there"),
            (len(judgement.new), "new"),
        )
        said = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing is left"
        yield from _indented(f"attempt {number}: {said}", width)
        for sign, tasks, style in (
            ("- ", judgement.gone, "badge.accepted"),
            ("= ", judgement.still, "state"),
            ("+ ", judgement.new, "warning"),
        ):
            for task in tasks:
                yield from self._task(f"  {sign}", task, width, style)

    def _last_words(self, width: int) -> Iterator[Line]:
        used = [each for each in self.telling.story.usage if each]
        tokens_in = short_number(sum(each.input_tokens for each in used))
        tokens_out = short_number(sum(each.output_tokens for each in used))
        report = self.telling.where.report
        yield ()
        for label, words in (
            ("run", self.telling.short_id),
            ("tokens", f"{tokens_in} in, {tokens_out} out" if used else ""),
            ("report", safe(str(report)) if report else ""),
            ("session", resume_words(self.telling.story) or ""),
            ("next", _next(self.telling)),
        ):
            if words:
                rows = wrapped(words, max(width - _LABEL - 1, 1))
                for place, row in enumerate(rows):
                    shown = "" if place else label
                    yield (("state", f" {shown:<{_LABEL}}"), *row)

    def _task(self, lead: str, task: str, width: int, style: str = "") -> Iterator[Line]:
        rows = wrapped(self._shown(task), max(width - len(lead) - 1, 1), style)
        for place, row in enumerate(rows):
            yield ((style, " " + (" " * len(lead) if place else lead)), *row)

    def _prose(self, words: str, width: int) -> Iterator[Line]:
        masked = redacted(words.strip(), self.telling.redact)
        for paragraph in unjoined(harmless(masked, colour=False)).expandtabs(4).split("\n"):
            yield from _indented(paragraph, width)

    def _shown(self, words: str) -> str:
        return safe(words, self.telling.redact)


def ended(telling: Telling) -> tuple[str, str]:
    """Say how a run has ended, in a style of its own."""
    run = telling.progress.run
    attempts = counted(run.attempt, "attempt")
    if run.outcome:
        return f"badge.{run.outcome}", f"{run.outcome} after {attempts}"
    if run.halt:
        cause = in_words(run.halt.cause)
        return "badge.halted", f"halted in attempt {max(run.attempt, 1)} ({cause})"
    return "badge.died", f"died in attempt {max(run.attempt, 1)}, without a word"


def not_to_copy(told: Timeline) -> str:
    """Say why no agent's session can be gone on with by hand; nothing where one can."""
    return "" if told.session else "no agent of this run has named its session"


def copied(told: Timeline) -> Change:
    """Copy the words that go on with the agent's session by hand, and show them in any case."""
    words = resume_words(told) or ""
    return Change(say=f"copied: {words}", effects=(Copy(text=words),))


def _next(telling: Telling) -> str:
    run = telling.progress.run
    if telling.where.folder is None or run.outcome is Outcome.ABANDONED:
        return ""
    if run.outcome is Outcome.ACCEPTED:
        return read_the_work(in_git=telling.where.in_git)
    if run.outcome:
        return "R goes on with what remains, in a new run; r begins anew without it"
    return "R resumes the run; r gives it up and begins anew"


def _worked(attempt: Attempt, role: Role) -> Fragment:
    """Say how long the agent of an attempt has worked, over all of its launches."""
    finished = [each.finished for each in attempt.launches if each.role is role]
    done = [each for each in finished if each]
    if not finished:
        return "", "-"
    if not done:
        return "badge.died", "lost"
    took = duration(sum(each.seconds for each in done))
    last = finished[-1]
    if last is None:
        return "badge.died", f"{took} lost"
    if last.ending is Ending.COMPLETED:
        return "", took
    return "badge.failed", f"{took} {last.ending.replace('_', ' ')}"


def _titled(title: str) -> Iterator[Line]:
    yield ()
    yield text(f" {title}", "heading")


def _indented(words: str, width: int, style: str = "") -> Iterator[Line]:
    for row in wrapped(words, max(width - 1, 1), style):
        yield (("", " "), *row)
