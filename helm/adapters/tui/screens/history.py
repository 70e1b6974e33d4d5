"""The history: the runs of a spec or of all, and what happened in the selected one."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import NamedTuple

from helm.adapters.tui.effects import Effect, OpenRun, ReadHistory, ReadTimeline, StartRun
from helm.adapters.tui.frame import (
    Frame,
    Hit,
    Line,
    Size,
    beside,
    boxed,
    padded,
    safe,
    text,
    window,
)
from helm.adapters.tui.keys import Context, steps
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
)
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model, Prompt
from helm.adapters.tui.run_list import ListedRun, columns, fitting, run_row, titles
from helm.adapters.tui.screens.result import copied
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.story import Story
from helm.app.wording import counted
from helm.domain.projections.summary import State

_WIDE = 90
_ROOM_BELOW = 12
"""Rows from which on there is room for a timeline below the list."""

_HEAD_ROWS = 2
_RESTING, _LIVING = 10, 2
"""Seconds after which the latest runs are looked at, and while one of them is under way."""

_LATEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryScreen:
    """Runs, newest first: those of the spec at `path`, as the log names it, or of all.

    They are read a page at a time: `runs`, None before the first one, are those that are known,
    and `more` are beyond them (None is not counted); `shown` are those that fit what is `sought`.
    `selected` is a run's id, `pending` what is to be done with it once its `timeline` is read.
    `origin` is the spec to come back to from the runs of all.
    """

    path: str | None
    origin: str | None = None
    runs: tuple[ListedRun, ...] | None = None
    more: int | None = 0
    reading: bool = True
    sought: str = ""
    shown: tuple[ListedRun, ...] = ()
    selected: str = ""
    pending: str = ""
    top: int = 0
    timeline: TimelineRead | None = None
    timeline_top: int = 0

    @property
    def context(self) -> Context:
        return Context.HISTORY

    def title(self, _model: Model) -> str:
        spec = safe(self.path.rpartition("/")[2]) if self.path else ""
        words = ["history", spec, f"/{safe(self.sought)}" if self.sought else ""]
        return " ".join(filter(None, words))

    def act(self, model: Model, action: str, place: int) -> Change:
        at, page = self.place, max(model.body.rows - _HEAD_ROWS, 1)
        moves = steps(page)
        reads = {"read-on": 1, "read-back": -1}
        match action:
            case "up" | "down" | "page-up" | "page-down":
                return self._select(model, at + moves[action])
            case "first" | "last":
                return self._select(model, 0 if action == "first" else len(self.shown))
            case "pick":
                return self._select(model, place)
            case "read-on" | "read-back":
                return self._read_on(model, reads[action])
            case "filter":
                return Change(prompt=Prompt(label="filter", text=self.sought))
            case "all":
                return self._toggled()
            case "reload":
                return replace(self._reload(len(self.runs or ())), say="reading")
            case "live":
                return self._live(model)
            case "open" | "resume" | "copy" if self.shown:
                return _done_with(self, model, action)
            case _:
                return NOTHING

    def hear(self, model: Model, message: Message) -> Change:
        match message:
            case HistoryRead(path=path) if path == self.path:
                return self._taken(model, message)
            case TimelineRead(run_id=run_id) if run_id == self._selected_id:
                return self._told(model, message)
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
        if self.runs is None:
            return Frame(lines=[text(" reading the history …")])
        parts = _parts(size, len(self.shown))
        frame = self._list(model, parts.list)
        if not parts.story.rows or not self.shown:
            return frame
        story = self._story(model, parts)
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
        if not self.selected:
            return 0
        shown, selected = self.shown, self.selected
        places = range(len(shown))  # newest first, and so by falling ids
        at = bisect_left(places, True, key=lambda place: shown[place].run_id <= selected)  # noqa: FBT003  what is looked for
        return max(min(at, len(shown) - 1), 0)

    @property
    def _selected_id(self) -> str | None:
        return self.shown[self.place].run_id if self.shown else None

    def _select(self, model: Model, place: int) -> Change:
        if not self.shown:
            return NOTHING
        place = min(max(place, 0), len(self.shown) - 1)
        height = max(_parts(model.body, len(self.shown)).list.rows - _HEAD_ROWS, 1)
        top = window(place, self.top, height, len(self.shown))
        screen = replace(self, selected=self.shown[place].run_id, top=top)
        if screen.selected != self._selected_id:
            screen = replace(screen, timeline=None, timeline_top=0, pending="")
        return _settled(screen, model)

    # What is read

    def _reload(self, known: int = 0) -> Change:
        """Read the latest runs anew, or all that are `known`."""
        asked = ReadHistory(path=self.path)
        asked = replace(asked, limit=max(asked.limit, known))
        return Change(screen=replace(self, reading=True), effects=(asked,))

    def _looked_at(self, second: int) -> Change:
        """Read the latest runs anew from time to time: others begin runs, and end them."""
        living = [place for place, each in enumerate(self.runs or ()) if each.row.holder]
        if second % (_LIVING if living else _RESTING):
            return NOTHING
        asked = ReadHistory(path=self.path, limit=max([0, *living]) + _LATEST)
        return Change(screen=replace(self, reading=True), effects=(asked,))

    def _taken(self, model: Model, read: HistoryRead) -> Change:
        """Put a page in its place: what lies below it is kept."""
        known, last = self.runs or (), read.runs[-1].run_id if read.runs else ""
        above = tuple(each for each in known if read.before and each.run_id >= read.before)
        below = tuple(each for each in known if each.run_id < last and read.more != 0)
        screen = replace(
            self,
            runs=(*above, *read.runs, *below),
            shown=(
                *(self.shown if above == known else fitting(above, self.sought)),
                *fitting((*read.runs, *below), self.sought),
            ),
            more=self.more if below else self._more_after(read),
            reading=False,
            selected=self.selected or self._selected_id or "",
        )
        return _settled(screen, model)

    def _more_after(self, read: HistoryRead) -> int | None:
        """Count what is beyond a page that is the last: the log counts beyond the first alone."""
        if read.more is None and read.before and self.more:
            return max(self.more - len(read.runs), 1)
        return read.more

    def _sought(self, model: Model, sought: str) -> Change:
        shown = fitting(self.runs or (), sought)
        return _settled(replace(self, sought=sought, shown=shown, top=0), model)

    def _toggled(self) -> Change:
        """List the runs of all specs, or of the selected run's."""
        path = None
        if self.path is None:
            chosen = [each.row.summary.path for each in self.shown if each.run_id == self.selected]
            path = chosen[0] if chosen else self.origin
            if path is None:
                return NOTHING
        screen = HistoryScreen(
            path=path,
            origin=self.path or self.origin,
            sought=self.sought,
            selected=self._selected_id or self.selected,
        )
        return Change(screen=screen, effects=(ReadHistory(path=path),))

    # What is done with a run

    def _told(self, model: Model, read: TimelineRead) -> Change:
        screen = replace(self, timeline=read, pending="")
        if not self.pending or model.screen is not self:
            return Change(screen=screen)
        change = _done_with(screen, model, self.pending)
        return replace(change, screen=screen, say=change.say or "")

    def _live(self, model: Model) -> Change:
        if model.live:
            return Change(over=RunScreen(telling=model.live))
        living = next((each for each in self.runs or () if each.row.holder), None)
        return _opened(model, living) if living else Change(say="no run is under way")

    # How it looks

    def _list(self, model: Model, size: Size) -> Frame:
        frame = Frame(lines=[self._count()])
        if not self.shown:
            searching = self.sought and self.more != 0
            words = (
                "searching …" if searching else "no such runs" if self.sought else "no runs yet"
            )
            frame.add(text(f" {words}"))
            return frame
        head = min(_HEAD_ROWS, max(size.rows - 1, 0))
        selected, height = self.place, max(size.rows - head, 1)
        top = window(selected, self.top, height, len(self.shown))
        seen = self.shown[top : top + height]
        id_width = max(len(run.short_id) for run in seen)
        chosen = columns(size.columns, id_width=id_width, every_spec=self.path is None)
        frame.lines = [*frame.lines, titles(chosen)][:head]
        for place, run in enumerate(seen, start=top):
            frame.hits.append(Hit(len(frame.lines), 0, size.columns, "pick", place))
            chosen_one = place == selected
            frame.add(run_row(run, chosen, model.now, model.redact, selected=chosen_one))
        return frame

    def _count(self) -> Line:
        known = len(self.runs or ())
        many = counted(known + (self.more or 0), "run")
        if self.more is None:
            many = f"{known:,} runs, and more"
        fitting = f"{len(self.shown):,} of " if self.sought else ""
        spec = f" of {safe(self.path)}" if self.path else " of all specs"
        return text(f" {fitting}{many}{spec}", "state")

    def _story(self, model: Model, parts: _Parts) -> list[Line]:
        run = self.shown[self.place]
        lines = self._story_lines(model, parts)
        inside = parts.story_rows
        top = min(self.timeline_top, max(len(lines) - inside, 0))
        below = len(lines) - top - inside
        foot = f"J: {below} more" if below > 0 else "K: back" if top else ""
        padding = [(("", " "), *line) for line in lines[top:]]
        return boxed(f"run {run.short_id}", padding, parts.story, foot)

    def _story_lines(self, model: Model, parts: _Parts) -> list[Line]:
        run, read = self.shown[self.place], self.timeline
        told = read.told if read and read.run_id == run.run_id else None
        story = Story(row=run.row, told=told, now=model.now, redact=model.redact)
        return story.lines(max(parts.story.columns - 4, 1), fields_first=parts.beside)

    def _read_on(self, model: Model, by: int) -> Change:
        parts = _parts(model.body, len(self.shown))
        if not parts.story.rows or not self.shown:
            return NOTHING
        last = max(len(self._story_lines(model, parts)) - parts.story_rows, 0)
        top = min(self.timeline_top, last) + by * max(parts.story_rows // 2, 1)
        return Change(screen=replace(self, timeline_top=min(max(top, 0), last)))


class _Parts(NamedTuple):
    """The room for the list and for the timeline, which may have none."""

    list: Size
    story: Size
    beside: bool

    @property
    def story_rows(self) -> int:
        """How much of the timeline is seen at once."""
        return max(self.story.rows - 2, 1)


def _parts(size: Size, count: int) -> _Parts:
    """Part the screen for so many runs: the timeline stands beside them, or below, or nowhere."""
    if size.columns >= _WIDE:
        left = size.columns * 3 // 5
        return _Parts(Size(left, size.rows), Size(size.columns - left - 1, size.rows), beside=True)
    if size.rows < _ROOM_BELOW:
        return _Parts(size, Size(0, 0), beside=False)
    below = max(size.rows // 2, size.rows - _HEAD_ROWS - max(count, 1))
    upper = Size(size.columns, size.rows - below)
    return _Parts(upper, Size(size.columns, below), beside=False)


def _opened(model: Model, run: ListedRun) -> Change:
    if model.live and model.live.run_id == run.run_id:
        return Change(over=RunScreen(telling=model.live))
    return Change(effects=(OpenRun(run_id=run.run_id),))


def _done_with(screen: HistoryScreen, model: Model, action: str) -> Change:
    """Do something with the selected run, once enough of it is known."""
    run, read = screen.shown[screen.place], screen.timeline
    if action == "open":
        return _opened(model, run)
    if read is None or read.run_id != run.run_id:
        return Change(screen=replace(screen, pending=action), say="reading the run")
    return _resumed(model, run, read) if action == "resume" else copied(read.told)


def _settled(screen: HistoryScreen, model: Model) -> Change:
    """Ask for what is to be seen and has not been read."""
    effects: list[Effect] = []
    if screen.shown and _is_stale(screen.timeline, screen.shown[screen.place]):
        effects.append(ReadTimeline(run_id=screen.shown[screen.place].run_id))
    near_end = screen.place + model.body.rows >= len(screen.shown)
    if screen.runs and screen.more != 0 and not screen.reading and near_end:
        effects.append(ReadHistory(path=screen.path, before=screen.runs[-1].run_id))
        screen = replace(screen, reading=True)
    return Change(screen=screen, effects=tuple(effects))


def _is_stale(read: TimelineRead | None, run: ListedRun) -> bool:
    """Tell whether more has happened in a run than was read of it."""
    if read is None or read.run_id != run.run_id or read.told.updated_at is None:
        return True
    return read.told.updated_at < run.row.summary.updated_at


def _resumed(model: Model, run: ListedRun, read: TimelineRead) -> Change:
    summary = run.row.summary
    if model.live:
        return Change(say="a run is under way; stop it first, or let it end")
    if run.row.holder:
        return Change(say="this run is under way; Enter shows it")
    if summary.state not in {State.HALTED, State.OPEN}:
        return Change(say="only a run that was halted can be resumed")
    if read.folder is None:
        why = "its spec has a newer run, is gone, or is of another work tree"
        return Change(say=f"this run cannot go on from here: {why}")
    state = read.told.run
    spec = safe(summary.spec_id, model.redact)
    attempt = f"{max(state.attempt, 1)} of {state.settings.max_attempts}"
    dialog = Dialog(
        title="resume the run?",
        lines=(
            f"Run {run.short_id} of {spec} goes on in attempt {attempt};",
            f"its {state.role} is called anew.",
        ),
        yes="resume",
        no="leave it",
        on_yes=(StartRun(folder=read.folder, resume=True),),
    )
    return Change(dialog=dialog)
