"""A run: what its agents do and say, live or long ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from helm.adapters.tui.effects import ReadRaw, Search, StopRun, StopSearch
from helm.adapters.tui.frame import Frame, Line, Size, line_width, padded, safe, spread, text
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Found, Message, RunOver, Searching, Taken
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model, Prompt
from helm.adapters.tui.pane import PAN_STEP, Pane
from helm.adapters.tui.screens.result import ResultScreen, copied, ended, not_to_copy
from helm.adapters.tui.screens.resuming import Resting
from helm.adapters.tui.scrolling import steps
from helm.adapters.tui.story import resume_words
from helm.adapters.tui.telling import Telling
from helm.app.wording import counted, duration, short_number
from helm.domain.events import Ending, Role, Status
from helm.domain.projections.timeline import Attempt, Launch

_ROWS_FOR_ALL = 9
_ROWS_FOR_STATE = 5
_ROWS_FOR_HEAD = 2
_WIDE = 90
_LEAST_NAME = 12
"""Columns that the name of the spec keeps beside what is said of its run."""

_MOVES = {"up", "down", "page-up", "page-down", "first", "last", "follow"}


class Part(NamedTuple):
    """A text for which there may be room, or not: the highest rank goes first."""

    rank: int
    text: str
    style: str = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScreen:
    """A run that is read while it goes on, or afterwards.

    `pane` is what is seen, `other` the view that `v` changes to. `search` is under way, and has
    come to the line `looked`.
    """

    telling: Telling
    pane: Pane = field(default_factory=Pane)
    other: Pane = field(default_factory=lambda: Pane(raw=True))
    search: Search | None = None
    looked: int = 0

    @property
    def context(self) -> Context:
        return Context.RUN

    def title(self, _model: Model) -> str:
        started = self.telling.progress.run.started
        spec = f"{safe(started.spec.id, self.telling.redact)} › " if started else ""
        return f"{spec}run {self.telling.short_id}"

    def refusal(self, model: Model, action: str) -> str:
        match action:
            case "stop":
                return self._not_to_stop(model)
            case "resume":
                return Resting.of(self.telling).refusal(model)
            case "copy":
                return not_to_copy(self.telling.story)
            case "older" | "newer" if not self.pane.sought:
                return "nothing is searched for; / searches"
            case "result" if not self.telling.progress.over:
                return "the run is under way"
            case _:
                return ""

    def act(self, model: Model, action: str, _place: int) -> Change:
        """Say what a key means here; whichever it is, it ends a search."""
        if self.search is None:
            return self._acted(model, action)
        calm = replace(self, search=None)
        ended_search = Change(screen=calm, say="the search was ended")
        change = ended_search if action == "back" else calm._acted(model, action)  # noqa: SLF001  itself
        return replace(
            change, screen=change.screen or calm, effects=(StopSearch(), *change.effects)
        )

    def _acted(self, model: Model, action: str) -> Change:
        telling, pane = self.telling, self.pane
        match action:
            case _ if action in _MOVES:
                return self._with(self._moved(_pane_size(model), action))
            case "wrap":
                return self._with(replace(pane, wrap=not pane.wrap, pan=0))
            case "pan-left" | "pan-right":
                step = PAN_STEP if action == "pan-right" else -PAN_STEP
                return self._with(replace(pane, wrap=False, pan=max(pane.pan + step, 0)))
            case "raw":
                other = replace(self.other, wrap=pane.wrap, pan=pane.pan, sought=pane.sought)
                lacking = other.raw and telling.lacks_raw
                return Change(
                    screen=replace(self, pane=other, other=pane),
                    effects=(ReadRaw(telling=telling),) if lacking else (),
                )
            case "search":
                return Change(prompt=Prompt(label="search", text=pane.sought))
            case "older" | "newer":
                return self._sought(model, pane.sought, forwards=action == "newer")
            case "copy":
                return copied(telling.story)
            case "stop":
                return self._asked_to_stop(model)
            case "resume":
                return Resting.of(telling).going_on()
            case "result":
                return Change(over=ResultScreen(telling=telling))
            case _:
                return NOTHING

    def hear(self, model: Model, message: Message) -> Change:
        match message:
            case Taken(text=sought):
                return self._sought(model, sought)
            case Searching(search=search, line=line) if search is self.search:
                return Change(screen=replace(self, looked=line))
            case Found(search=search, line=line) if search is self.search:
                return self._found(model, search, line)
            case RunOver(telling=telling, failure=failure) if telling is self.telling:
                never_began = failure is not None and telling.progress.run.started is None
                return Change(say=failure or None, back=never_began)
            case _:
                return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        pane_size = _beside_head(size)
        lines = [self._head(model, size.columns)] if size.rows >= _ROWS_FOR_HEAD else []
        if size.rows >= _ROWS_FOR_ALL:
            lines += [self._strip(model, size.columns), text("─" * size.columns, "border")]
        lines += self._read(pane_size)
        if size.rows >= _ROWS_FOR_STATE:
            lines.append(self._state(pane_size))
        return Frame(lines=lines)

    # What keys do

    def _with(self, pane: Pane) -> Change:
        return Change(screen=replace(self, pane=pane))

    def _moved(self, size: Size, action: str) -> Pane:
        telling, pane = self.telling, self.pane
        match action:
            case "first":
                return pane.first(telling, size)
            case "last":
                return pane.followed()
            case "follow":
                return pane.stayed(telling, size) if pane.follow else pane.followed()
            case _:
                return pane.scrolled(telling, size, steps(size.rows)[action])

    def _sought(self, model: Model, sought: str, *, forwards: bool = False) -> Change:
        """Look for a text from the line that was found last, or else from what is seen."""
        pane = replace(self.pane, sought=sought, found=self.pane.found)
        if sought != self.pane.sought:
            pane = replace(pane, found=None)
        if not sought:
            return self._with(pane)
        size = _pane_size(model)
        top, _ = pane.place(self.telling, size)
        last = min(top + size.rows, self.telling.count(raw=pane.raw)) - 1
        start = top if forwards else last
        if pane.found is not None:
            start = pane.found + (1 if forwards else -1)
        search = Search(
            telling=self.telling, text=sought, start=start, raw=pane.raw, forwards=forwards
        )
        screen = replace(self, pane=pane, search=search, looked=max(start, 0))
        return Change(screen=screen, effects=(search,))

    def _found(self, model: Model, search: Search, line: int | None) -> Change:
        calm = replace(self, search=None, looked=0)
        if line is None:
            where = "below" if search.forwards else "above"
            return Change(screen=calm, say=f"{safe(search.text)!r} is not {where}")
        pane = self.pane.shown(self.telling, _pane_size(model), line)
        return Change(screen=replace(calm, pane=pane))

    def _not_to_stop(self, model: Model) -> str:
        if self.telling is model.live:
            return ""
        over = self.telling.progress.over
        return "the run has ended" if over else "another helm carries this run on; stop it there"

    def _asked_to_stop(self, model: Model) -> Change:
        if model.stopping:
            return Change(say="stopping; ending it by force", effects=(StopRun(),))
        run = self.telling.progress.run
        who = f"The {run.role} (attempt {max(run.attempt, 1)} of {run.settings.max_attempts})"
        return Change(
            dialog=Dialog(
                title="stop the run?",
                lines=(
                    f"{who} is ended, with all that it has started.",
                    "What it has changed in the work tree stays; the run can be resumed.",
                ),
                yes="stop",
                no="go on",
                on_yes=(StopRun(),),
            )
        )

    # How it looks

    def _head(self, model: Model, width: int) -> Line:
        started = self.telling.progress.run.started
        if started is None:
            return text(" reading …")
        name = f" {safe(f'{started.spec.id} {started.spec.name}', self.telling.redact)}"
        room = width - min(len(name) + 1, max(width // 4, _LEAST_NAME))
        return spread(text(name, "heading"), fitting(self._standing(model, width), room), width)

    def _standing(self, model: Model, width: int) -> list[Part]:
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
            Part(-1, "stopping", "warning") if self._stops(model) else Part(9, ""),
            Part(6, "" if self.telling.ours else "watched"),
            Part(2, attempt, "badge.running"),
            Part(1, str(run.role), "badge.running"),
            Part(7, safe(choice.model or "")),
        ]
        if run.under_way and progress.launched_at and progress.heard_at:
            took = (model.now - progress.launched_at).total_seconds()
            idle = (model.now - progress.heard_at).total_seconds()
            parts.append(Part(0, duration(max(took, 0)), "badge.running"))
            parts.append(Part(3, f"silent {duration(max(idle, 0))}"))
        return [*parts, self._tokens(8)]

    def _stops(self, model: Model) -> bool:
        return model.stopping and model.live is self.telling

    def _tokens(self, rank: int) -> Part:
        used = [
            each.input_tokens + each.output_tokens for each in self.telling.story.usage if each
        ]
        return Part(rank, f"{short_number(sum(used))} tokens" if used else "")

    def _strip(self, model: Model, width: int) -> Line:
        """Tell the attempts in a row; where they are too many, the earlier ones go."""
        attempts = [
            self._attempt(model, each, wide=wide)
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

    def _attempt(self, model: Model, attempt: Attempt, *, wide: bool) -> Line:
        line: Line = (("state", f" attempt {attempt.number}" if wide else f" {attempt.number}"),)
        for launch in attempt.launches:
            line += self._launch(model, launch, wide=wide)
        judgement = attempt.judgement
        if judgement:
            ok = judgement.verdict.status is Status.OK
            left = len(judgement.verdict.remaining_tasks)
            line += ((f"badge.{'accepted' if ok else 'missing'}", f" {judgement.verdict.status}"),)
            line += text(f" {counted(left, 'task')} left" if left and wide else "", "state")
        return line

    def _launch(self, model: Model, launch: Launch, *, wide: bool) -> Line:
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
        seconds = (model.now - launch.launched_at).total_seconds()
        return (("badge.running", f"{who} ● {duration(max(seconds, 0))}"),)

    def _read(self, size: Size) -> list[Line]:
        count = self.telling.count(raw=self.pane.raw)
        if self.telling.reading(raw=self.pane.raw):
            return padded([text(f" reading what was said … {count:,} lines", "state")], size.rows)
        if not count:
            return padded([text(" nothing was said yet", "state")], size.rows)
        return self.pane.rows(self.telling, size)

    def _state(self, size: Size) -> Line:
        pane, count = self.pane, self.telling.count(raw=self.pane.raw)
        new = pane.new(self.telling)
        if pane.follow:
            where = "END" if self.telling.progress.over else "FOLLOW"
            where = f"{where}  {counted(count, 'line')}"
        else:
            where = f"line {pane.place(self.telling, size)[0] + 1:,} of {count:,}"
        left = [
            Part(0, where, "state.follow" if pane.follow else "state.paused"),
            Part(1, f"▼ {counted(new, 'new line')}" if new else "", "state.new"),
            Part(2, self._searched(), "state.search"),
        ]
        view = "wrap" if pane.wrap else "pan"
        right = [
            Part(4, "raw" if pane.raw else "activity"),
            Part(5, f"{view} {pane.pan}" if pane.pan else view),
            Part(3, resume_words(self.telling.story) or ""),
        ]
        shown = fitting(left, size.columns)
        room = size.columns - line_width(shown) - 1
        return spread((("", " "), *shown), fitting(right, room, least=0), size.columns)

    def _searched(self) -> str:
        if self.search:
            return f"/{safe(self.search.text)} … line {self.looked + 1:,}"
        return f"/{safe(self.pane.sought)}" if self.pane.sought else ""


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


def _beside_head(size: Size) -> Size:
    """Say what is left for the pane."""
    head = 3 if size.rows >= _ROWS_FOR_ALL else int(size.rows >= _ROWS_FOR_HEAD)
    foot = int(size.rows >= _ROWS_FOR_STATE)
    return Size(size.columns, max(size.rows - head - foot, 1))


def _pane_size(model: Model) -> Size:
    return _beside_head(Size(model.size.columns, max(model.size.rows - 2, 1)))
