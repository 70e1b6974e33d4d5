"""A run: what its agents do and say, live or long ago."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from helm.adapters.tui.effects import ReadRaw, Search, StopRun, StopSearch
from helm.adapters.tui.frame import Frame, Line, Size, line_width, padded, safe, spread, text
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Found, Message, RunOver, Searching, Taken
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model, Prompt
from helm.adapters.tui.pane import PAN_STEP, Pane
from helm.adapters.tui.screens.result import ResultScreen, copied, not_to_copy
from helm.adapters.tui.screens.resuming import Resting
from helm.adapters.tui.screens.run_head import Part, RunHead, fitting
from helm.adapters.tui.scrolling import steps
from helm.adapters.tui.story import resume_words
from helm.adapters.tui.telling import Telling
from helm.app.wording import counted

_ROWS_FOR_ALL = 9
_ROWS_FOR_STATE = 5
_ROWS_FOR_HEAD = 2

_MOVES = {"up", "down", "page-up", "page-down", "first", "last", "follow"}


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
                lacking = other.raw and telling.lacks(raw=True)
                return Change(
                    screen=replace(self, pane=other, other=pane),
                    effects=(ReadRaw(telling=telling),) if lacking else (),
                )
            case "search":
                return Change(prompt=Prompt(label="search", last=pane.sought))
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
                return self._sought(model, sought or self.pane.sought)
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
        stopping = model.stopping and model.live is self.telling
        head = RunHead(telling=self.telling, now=model.now, stopping=stopping)
        lines = [head.line(size.columns)] if size.rows >= _ROWS_FOR_HEAD else []
        if size.rows >= _ROWS_FOR_ALL:
            lines += [head.strip(size.columns), text("─" * size.columns, "border")]
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
            return Change(screen=calm, say=f"{safe(search.text)!r} is not found")
        pane = self.pane.shown(self.telling, _pane_size(model), line)
        return Change(screen=replace(calm, pane=pane), say=_went_on(search, line))

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


def _went_on(search: Search, line: int) -> str | None:
    """Say of a search that it came to an end of the run before it found a line."""
    if search.forwards:
        return "the search went on from the beginning" if line < search.start else None
    return "the search went on from the end" if line > search.start else None


def _beside_head(size: Size) -> Size:
    """Say what is left for the pane."""
    head = 3 if size.rows >= _ROWS_FOR_ALL else int(size.rows >= _ROWS_FOR_HEAD)
    foot = int(size.rows >= _ROWS_FOR_STATE)
    return Size(size.columns, max(size.rows - head - foot, 1))


def _pane_size(model: Model) -> Size:
    return _beside_head(Size(model.size.columns, max(model.size.rows - 2, 1)))
