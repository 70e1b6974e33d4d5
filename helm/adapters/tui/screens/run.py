"""A run: what its agents do and say, live or long ago."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from helm.adapters.tui.effects import Copy, StopRun
from helm.adapters.tui.frame import Frame, Line, Size, spread, text
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Left, Message, RunOver, Taken
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model, Prompt
from helm.adapters.tui.pane import PAN_STEP, Pane
from helm.adapters.tui.telling import Progress, Telling
from helm.app.wording import duration
from helm.domain.run import Phase

_HEAD_ROWS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScreen:
    """A run that is read while it goes on, or afterwards."""

    telling: Telling
    pane: Pane = field(default_factory=Pane)

    @property
    def context(self) -> Context:
        return Context.RUN

    def title(self, _model: Model) -> str:
        started = self.telling.progress.run.started
        spec = f"{started.spec.id} › " if started else ""
        return f"{spec}run {self.telling.short_id}"

    def act(self, model: Model, action: str, _place: int) -> Change:
        size = self._pane_size(model)
        page = max(size.rows - 1, 1)
        rows = {"up": -1, "down": 1, "page-up": -page, "page-down": page}
        telling, pane = self.telling, self.pane
        match action:
            case "up" | "down" | "page-up" | "page-down":
                return self._with(pane.scrolled(telling, size, rows[action]))
            case "first":
                return self._with(replace(pane, follow=False, top=0, skip=0))
            case "last":
                return self._with(replace(pane, follow=True))
            case "follow":
                return self._with(
                    self._stayed(size) if pane.follow else replace(pane, follow=True)
                )
            case "wrap":
                return self._with(replace(pane, wrap=not pane.wrap, pan=0))
            case "pan-left" | "pan-right":
                step = PAN_STEP if action == "pan-right" else -PAN_STEP
                return self._with(replace(pane, wrap=False, pan=max(pane.pan + step, 0)))
            case "raw":
                return self._with(replace(pane, raw=not pane.raw, follow=True, found=None))
            case "search":
                return Change(prompt=Prompt(label="search", text=pane.sought))
            case "older" | "newer":
                return self._sought(size, pane, forwards=action == "newer")
            case "copy":
                return _copied(telling.progress)
            case "stop":
                return self._asked_to_stop(model)
            case "resume":
                return self._resumed(model)
            case _:
                return NOTHING

    def hear(self, model: Model, message: Message) -> Change:
        match message:
            case Taken(text=sought) if sought:
                return self._sought(self._pane_size(model), replace(self.pane, sought=sought))
            case Taken() | Left():
                return self._with(replace(self.pane, found=None))
            case RunOver(telling=telling, failure=failure) if telling is self.telling:
                return Change(say=failure or None)
            case _:
                return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        progress = self.telling.progress
        pane_size = Size(size.columns, max(size.rows - _HEAD_ROWS, 1))
        head = [self._head(model, progress, size.columns), text("─" * size.columns, "border")]
        return Frame(
            lines=[*head, *self.pane.rows(self.telling, pane_size), self._state(pane_size)]
        )

    def _with(self, pane: Pane) -> Change:
        return Change(screen=replace(self, pane=pane))

    def _pane_size(self, model: Model) -> Size:
        return Size(model.size.columns, max(model.size.rows - 2 - _HEAD_ROWS, 1))

    def _stayed(self, size: Size) -> Pane:
        top, skip = self.pane.place(self.telling, size)
        return replace(self.pane, follow=False, top=top, skip=skip)

    def _sought(self, size: Size, pane: Pane, *, forwards: bool = False) -> Change:
        if not pane.sought:
            return Change(say="nothing is searched for; press /")
        top, _ = pane.place(self.telling, size)
        start = pane.found if pane.found is not None else top + (0 if forwards else size.rows)
        found = self.telling.find(pane.sought, start, raw=pane.raw, forwards=forwards)
        if found is None:
            where = "below" if forwards else "above"
            return Change(screen=replace(self, pane=pane), say=f"{pane.sought!r} is not {where}")
        return Change(screen=replace(self, pane=pane.at(self.telling, size, found)))

    def _asked_to_stop(self, model: Model) -> Change:
        if self.telling is not model.live:
            return Change(say="this run is not helm's to stop here")
        if model.stopping:
            return Change(say="stopping; ending it by force", effects=(StopRun(),))
        return Change(
            dialog=Dialog(
                title="stop the run?",
                lines=("Its agent is ended, with all that it started; the run can be resumed.",),
                yes="stop",
                no="go on",
                on_yes=(StopRun(),),
            )
        )

    def _resumed(self, model: Model) -> Change:
        run = self.telling.progress.run
        if model.live:
            return Change(say="a run is under way; stop it first, or let it end")
        if run.started is None or run.outcome or not run.halt:
            return Change(say="only a run that was halted can be resumed")
        return NOTHING

    def _head(self, model: Model, progress: Progress, width: int) -> Line:
        run = progress.run
        if run.started is None:
            return text(" reading …")
        left = f" {run.started.spec.id} {run.started.spec.name}"
        return spread(text(left, "heading"), _standing(model, progress), width)

    def _state(self, size: Size) -> Line:
        count = self.telling.count(raw=self.pane.raw)
        top, _ = self.pane.place(self.telling, size)
        where = "FOLLOW" if self.pane.follow else f"paused at {top + 1:,}"
        kind = "bytes as they came" if self.pane.raw else "what the agents do"
        left = (
            f" {where} of {count:,} lines"
            if not self.pane.follow
            else f" {where}  {count:,} lines"
        )
        session = self.telling.progress.session
        right = f"codex resume {session} " if session else ""
        new = "  ▼ more below" if not self.pane.follow else ""
        return spread(text(f"{left}  {kind}{new}", "state"), text(right, "state"), size.columns)


def _standing(model: Model, progress: Progress) -> Line:
    run = progress.run
    if run.outcome:
        return text(f"{run.outcome} ", f"badge.{run.outcome}")
    if run.halt:
        return text(f"halted: {run.halt.cause} ", "badge.failed")
    if progress.over:
        return text("died ", "badge.failed")
    times = ""
    if progress.launched_at and progress.heard_at:
        took = (model.now - progress.launched_at).total_seconds()
        idle = (model.now - progress.heard_at).total_seconds()
        times = f"  {duration(max(took, 0))}, silent {duration(max(idle, 0))}"
    attempt = f"attempt {max(run.attempt, 1)} of {run.settings.max_attempts}"
    role = "" if run.phase is Phase.READY else f"  {run.role}"
    return text(f"{attempt}{role}{times} ", "badge.running")


def _copied(progress: Progress) -> Change:
    if progress.session is None:
        return Change(say="the agent has not named its session")
    words = f"codex resume {progress.session}"
    return Change(say=f"copied: {words}", effects=(Copy(text=words),))
