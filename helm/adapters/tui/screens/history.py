"""The history: the runs of a spec or of all, and what happened in the selected one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from helm.adapters.tui.effects import Effect, OpenRun, ReadHistory, ReadTimeline
from helm.adapters.tui.frame import Frame, Line, Size, beside, padded, safe, text
from helm.adapters.tui.keys import Context
from helm.adapters.tui.known_runs import KnownRuns
from helm.adapters.tui.messages import (
    HistoryRead,
    Left,
    Message,
    RunOpened,
    RunOver,
    Second,
    SpecsRead,
    TimelineRead,
    Typed,
    Unread,
)
from helm.adapters.tui.model import NOTHING, Change, Model, Prompt
from helm.adapters.tui.run_list import Column, ListedRun, columns, run_row, titles
from helm.adapters.tui.screens.result import copied, not_to_copy
from helm.adapters.tui.screens.resuming import Resting
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.scrolling import ListPane
from helm.adapters.tui.story import Story
from helm.adapters.tui.story_pane import Parts, StoryPane, parted
from helm.adapters.tui.waiting import not_read

_HEAD_ROWS = 2
_RESTING, _LIVING = 10, 2
"""Seconds after which the latest runs are looked at, and while one of them is under way."""

_LATEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryScreen:
    """Runs, newest first: those of the spec at `path`, as the log names it, or of all.

    `selected` is a run's id, `pending` what is to be done with it once its `timeline` is read.
    `origin` is the spec to come back to from the runs of all, `unread` why what is missing cannot
    be read.
    """

    path: str | None
    origin: str | None = None
    known: KnownRuns = field(default_factory=KnownRuns)
    reading: bool = True
    selected: str = ""
    pending: str = ""
    top: int = 0
    timeline: TimelineRead | None = None
    timeline_top: int = 0
    unread: str = ""

    @property
    def context(self) -> Context:
        return Context.HISTORY

    def title(self, _model: Model) -> str:
        spec = safe(self.path.rpartition("/")[2]) if self.path else ""
        words = ["history", spec, f"/{safe(self.known.sought)}" if self.known.sought else ""]
        return " ".join(filter(None, words))

    def refusal(self, model: Model, action: str) -> str:
        match action:
            case "open" | "resume" | "copy" if not self.shown:
                return "no run is selected"
            case "resume":
                return self._not_to_resume(model)
            case "copy" if self._told_now:
                return not_to_copy(self._told_now.told)
            case "all" if self.path is None and self._other_path is None:
                return "no run is selected"
            case "live" if self._living is None:
                return "no run is under way"
            case "read-on" | "read-back" if not self._has_more(model):
                return "all of the timeline is to be seen; ↵ opens the run"
            case _:
                return ""

    def act(self, model: Model, action: str, place: int) -> Change:
        moved = self._pane(self._parts(model.body).list).moved(action, place)
        if moved:
            return self._selecting(model, moved)
        match action:
            case "read-on" | "read-back":
                return self._read_on(model, 1 if action == "read-on" else -1)
            case "filter":
                return Change(prompt=Prompt(label="filter", text=self.known.sought))
            case "all":
                return self._toggled()
            case "reload":
                return replace(self._reload(len(self.known.runs)), say="reading")
            case "live" if self._living:
                return _opened(model, self._living)
            case "open" if self.shown:
                return _opened(model, self.shown[self.place])
            case "resume" | "copy" if self.shown:
                return self._done_with(action)
            case _:
                return NOTHING

    def hear(self, model: Model, message: Message) -> Change:
        match message:
            case HistoryRead(path=path) if path == self.path:
                return self._taken(model, message)
            case TimelineRead(run_id=run_id) if run_id == self._selected_id:
                return self._told(model, message)
            case Unread(asked=asked, failure=failure):
                return self._not_read(asked, failure)
            case Typed(text=sought):
                return self._sought(model, sought)
            case Left():
                return self._sought(model, "")
            case RunOpened() | RunOver() | SpecsRead():
                return self._reload()
            case Second(now=now) if model.screen is self and not self.reading:
                return self._looked_at(now.second)
            case _:
                return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        if not self.known.is_read:
            return Frame(lines=not_read("the history", self.unread, size.columns))
        parts = self._parts(size)
        frame, pane = self._list(model, parts.list), self._story_pane(model, size)
        if pane is None:
            return frame
        story = pane.rows(f"run {self.shown[self.place].short_id}")
        if parts.beside:
            rows = padded(frame.lines, size.rows)
            frame.lines = beside(rows, parts.list.columns, story, parts.story.columns)
        else:
            frame.lines = [*padded(frame.lines, parts.list.rows), *story]
        return frame

    # What is selected

    @property
    def place(self) -> int:
        """Where the selected run is among those that are shown, or the next older one."""
        return self.known.place_of(self.selected)

    @property
    def shown(self) -> tuple[ListedRun, ...]:
        """The runs that are listed."""
        return self.known.shown

    @property
    def _selected_id(self) -> str | None:
        return self.shown[self.place].run_id if self.shown else None

    @property
    def _told_now(self) -> TimelineRead | None:
        """What was read of the selected run."""
        read = self.timeline
        return read if read and read.run_id == self._selected_id else None

    @property
    def _living(self) -> ListedRun | None:
        return next((self.known.runs[place] for place in self.known.living), None)

    def _pane(self, size: Size) -> ListPane:
        height = max(size.rows - _head_rows(size), 1)
        return ListPane(count=len(self.shown), height=height, at=self.place, top=self.top)

    def _selecting(self, model: Model, pane: ListPane) -> Change:
        screen = replace(self, selected=self.shown[pane.at].run_id, top=pane.top)
        if screen.selected != self._selected_id:
            screen = replace(screen, timeline=None, timeline_top=0, pending="", unread="")
        return _settled(screen, model)

    # What is read

    def _reload(self, known: int = 0) -> Change:
        """Read the latest runs anew, or all that are `known`."""
        asked = ReadHistory(path=self.path)
        asked = replace(asked, limit=max(asked.limit, known))
        return Change(screen=replace(self, reading=True), effects=(asked,))

    def _looked_at(self, second: int) -> Change:
        """Read the latest runs anew from time to time: others begin runs, and end them."""
        living = self.known.living
        if second % (_LIVING if living else _RESTING):
            return NOTHING
        asked = ReadHistory(path=self.path, limit=max([0, *living]) + _LATEST)
        return Change(screen=replace(self, reading=True), effects=(asked,))

    def _taken(self, model: Model, read: HistoryRead) -> Change:
        known = self.known.with_page(read.runs, read.more, before=read.before)
        selected = self.selected or self._selected_id or ""
        screen = replace(self, known=known, reading=False, unread="", selected=selected)
        return _settled(screen, model)

    def _not_read(self, asked: Effect, failure: str) -> Change:
        """Say in its place what is missing; what is known already stays, and it is said below."""
        match asked:
            case ReadHistory(path=path) if path == self.path:
                screen = replace(self, reading=False, unread=failure)
                return Change(screen=screen, say=None if self.known.is_read else "")
            case ReadTimeline(run_id=run_id) if run_id == self._selected_id:
                missing = self._told_now is None
                return Change(
                    screen=replace(self, unread=failure, pending=""), say="" if missing else None
                )
            case _:
                return NOTHING

    def _sought(self, model: Model, sought: str) -> Change:
        return _settled(replace(self, known=self.known.seeking(sought), top=0), model)

    def _toggled(self) -> Change:
        """List the runs of all specs, or of the selected run's."""
        path = self._other_path
        screen = HistoryScreen(
            path=path,
            origin=self.path or self.origin,
            known=KnownRuns(sought=self.known.sought),
            selected=self._selected_id or self.selected,
        )
        return Change(screen=screen, effects=(ReadHistory(path=path),))

    @property
    def _other_path(self) -> str | None:
        """The spec whose runs are listed next; None lists those of all."""
        if self.path is not None:
            return None
        return self.shown[self.place].row.summary.path if self.shown else self.origin

    # What is done with a run

    def _told(self, model: Model, read: TimelineRead) -> Change:
        screen = replace(self, timeline=read, pending="", unread="")
        if not self.pending or model.screen is not self:
            return Change(screen=screen)
        refused = screen.refusal(model, self.pending)
        change = Change(say=refused) if refused else screen._done_with(self.pending)  # noqa: SLF001  another value of this class
        return replace(change, screen=screen, say=change.say or "")

    def _not_to_resume(self, model: Model) -> str:
        run, read = self.shown[self.place], self._told_now
        if run.row.holder:
            return "the run is under way; Enter shows it"
        return _resting(read).refusal(model) if read else ""

    def _done_with(self, action: str) -> Change:
        """Do something with the selected run, once enough of it is known."""
        run, read = self.shown[self.place], self._told_now
        if read is None:
            return Change(screen=replace(self, pending=action), say="reading the run")
        if action == "copy":
            return copied(read.told)
        return _resting(read).question(f"Run {run.short_id} of {run.row.summary.spec_id}")

    # How it looks

    def _list(self, model: Model, size: Size) -> Frame:
        frame = Frame(lines=[self._count()])
        if not self.shown:
            sought, searching = self.known.sought, self.known.more != 0
            words = "no such runs" if sought else "no runs yet"
            words = "searching …" if sought and searching else words
            frame.add(text(f" {words}"))
            return frame
        head, pane = _head_rows(size), self._pane(size)
        first = pane.selecting(pane.at).top
        id_width = max(len(run.short_id) for run in self.shown[first : first + pane.height])
        chosen = columns(size.columns, id_width=id_width, every_spec=self.path is None)
        frame.lines = [*frame.lines, titles(chosen)][:head]
        rows = pane.frame(size.columns, lambda place: self._row(model, chosen, place))
        frame.put(rows, top=head)
        frame.add(*rows.lines)
        return frame

    def _row(self, model: Model, chosen: Sequence[Column], place: int) -> Line:
        selected = place == self.place
        return run_row(self.shown[place], chosen, model.now, model.redact, selected=selected)

    def _count(self) -> Line:
        spec = f"of {safe(self.path)}" if self.path else "of all specs"
        return text(f" {self.known.size} {spec}", "state")

    def _parts(self, size: Size) -> Parts:
        return parted(size, _HEAD_ROWS + max(len(self.shown), 1))

    def _story_pane(self, model: Model, size: Size) -> StoryPane | None:
        """Give the pane that tells of the selected run; None where there is no room for it."""
        parts = self._parts(size)
        if not parts.story.rows or not self.shown:
            return None
        read = self._told_now
        story = Story(
            row=self.shown[self.place].row,
            told=read.told if read else None,
            now=model.now,
            redact=model.redact,
            unread=self.unread,
        )
        return StoryPane.of(story, parts, self.timeline_top)

    def _has_more(self, model: Model) -> bool:
        pane = self._story_pane(model, model.body)
        return pane is not None and pane.reach > 0

    def _read_on(self, model: Model, by: int) -> Change:
        pane = self._story_pane(model, model.body)
        return Change(screen=replace(self, timeline_top=pane.scrolled(by))) if pane else NOTHING


def _head_rows(size: Size) -> int:
    return min(_HEAD_ROWS, max(size.rows - 1, 0))


def _opened(model: Model, run: ListedRun) -> Change:
    if model.live and model.live.run_id == run.run_id:
        return Change(over=RunScreen(telling=model.live))
    return Change(effects=(OpenRun(run_id=run.run_id),))


def _resting(read: TimelineRead) -> Resting:
    return Resting(run=read.told.run, folder=read.folder, under_way=False)


def _settled(screen: HistoryScreen, model: Model) -> Change:
    """Ask for what is to be seen and has not been read."""
    effects: list[Effect] = []
    if screen.shown and _is_stale(screen.timeline, screen.shown[screen.place]):
        effects.append(ReadTimeline(run_id=screen.shown[screen.place].run_id))
    near_end = screen.place + model.body.rows >= len(screen.shown)
    known = screen.known
    if known.runs and known.more != 0 and not screen.reading and near_end:
        effects.append(ReadHistory(path=screen.path, before=known.runs[-1].run_id))
        screen = replace(screen, reading=True)
    return Change(screen=screen, effects=tuple(effects))


def _is_stale(read: TimelineRead | None, run: ListedRun) -> bool:
    """Tell whether more has happened in a run than was read of it."""
    if read is None or read.run_id != run.run_id or read.told.updated_at is None:
        return True
    return read.told.updated_at < run.row.summary.updated_at
