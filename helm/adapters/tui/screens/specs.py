"""The specs: which there are, where each stands, and what can be done next. Home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from helm.adapters.tui.effects import ReadSettings, ReadSpec
from helm.adapters.tui.frame import (
    Frame,
    Line,
    Size,
    beside,
    boxed,
    padded,
    safe,
    text,
    wrapped,
)
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Left, Message, SpecsRead, Typed, Unread
from helm.adapters.tui.model import NOTHING, Change, Model, Prompt
from helm.adapters.tui.screens import deeds
from helm.adapters.tui.screens.spec import account, opened
from helm.adapters.tui.scrolling import ListPane
from helm.adapters.tui.spec_list import Entry, columns, counts, fitting, spec_row, titles
from helm.adapters.tui.waiting import not_read
from helm.app.specs import BODY_NAME, METADATA_NAME

_WIDE = 90
_NARROWEST_PREVIEW = 38
_ROWS_FOR_HEADINGS = 10
_ROWS_FOR_PREVIEW_BELOW = 16
_LEAST_ROWS_BELOW = 6


class _Room(NamedTuple):
    """Where what stands: rows of the list, and the size of the preview, beside or below it."""

    list: Size
    preview: Size | None
    headings: bool
    wide: bool


_MOVES = ("up", "down", "page-up", "page-down", "first", "last", "next")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecsScreen:
    """The list of specs; `selected` is the name of a folder, so that it outlives a new reading.

    `place` is where that was in the list, for when the folder is gone. `early` are the moves that
    were asked for before there was a list to move in.
    """

    selected: str = ""
    place: int = 0
    top: int = 0
    sought: str = ""
    runnable: bool = False
    early: tuple[str, ...] = ()

    @property
    def context(self) -> Context:
        return Context.SPECS

    def title(self, _model: Model) -> str:
        words = ("specs", "that can be run" if self.runnable else "", self._words)
        return " ".join(word for word in words if word)

    def refusal(self, model: Model, action: str) -> str:
        entries = self._shown(model)
        match action:
            case "next" | "run-next":
                if model.specs is None:
                    return deeds.none_selected(model)
                there = any(each.runnable for each in model.specs)
                return "" if there else "no spec can be run now"
            case "back":
                return "" if self.runnable or self.sought else "q quits"
            case "open" if not entries:
                return deeds.none_selected(model)
            case _:
                entry = entries[self._place(entries)] if entries else None
                return deeds.refusal(model, entry, action)

    def act(self, model: Model, action: str, place: int) -> Change:
        if model.specs is None and action in _MOVES:
            return Change(screen=replace(self, early=(*self.early, action)))
        entries = self._shown(model)
        pane = self._pane(entries, _room(model.body))
        moved = pane.moved(action, place)
        if action == "pick" and moved and moved.at == pane.at and self.selected:
            return opened(entries[pane.at])
        if moved:
            return self._selecting(entries, moved)
        match action:
            case "filter":
                return Change(prompt=Prompt(label="filter", text=self.sought))
            case "show":
                return self._narrowed(model, replace(self, runnable=not self.runnable, top=0))
            case "back":
                return self._narrowed(model, replace(self, runnable=False, sought="", top=0))
            case "next":
                return self._next(model)
            case "run-next":
                return self._run_next(model)
            case "all-history":
                return deeds.history_of(None)
            case "settings":
                return _settings()
            case "open":
                return opened(entries[pane.at])
            case _:
                return deeds.done_with(model, entries[pane.at] if entries else None, action)

    def hear(self, model: Model, message: Message) -> Change:
        match message:
            case Typed(text=sought):
                return self._narrowed(model, replace(self, sought=sought, top=0))
            case Left():
                return self._narrowed(model, replace(self, sought="", top=0))
            case SpecsRead() if self.early:
                return self._caught_up(model)
            case SpecsRead():
                return self._read_anew(model)
            case Unread() if model.specs is None:  # it is told in its place
                return Change(say="")
            case _:
                return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        if model.specs is None:
            return Frame(lines=not_read("the specs", model.unread, size.columns))
        if not model.specs:
            return Frame(lines=_emptiness(model, size))
        entries = self._shown(model)
        room = _room(size)
        table = self._list(model, entries, room)
        frame = Frame(lines=[counts(model.specs, size.columns)])
        frame.put(table, top=1)
        rows = padded(table.lines, room.list.rows + room.headings)
        preview = self._preview(model, entries, room)
        if room.wide:
            rows = beside(rows, room.list.columns, preview, size.columns - room.list.columns - 1)
        frame.add(*rows, *(() if room.wide else preview))
        return frame

    @property
    def _words(self) -> str:
        return f"/{self.sought}" if self.sought else ""

    # What is selected

    def _shown(self, model: Model) -> list[Entry]:
        found = [each for each in model.specs or () if each.runnable or not self.runnable]
        return fitting(found, self.sought)

    def _place(self, entries: Sequence[Entry]) -> int:
        places = (at for at, each in enumerate(entries) if each.folder.name == self.selected)
        return next(places, 0)

    def _pane(self, entries: Sequence[Entry], room: _Room) -> ListPane:
        at = self._place(entries)
        return ListPane(count=len(entries), height=room.list.rows, at=at, top=self.top)

    def _selecting(self, entries: Sequence[Entry], pane: ListPane) -> Change:
        found = entries[pane.at]
        screen = replace(self, selected=found.folder.name, place=pane.at, top=pane.top)
        return Change(screen=screen, effects=(ReadSpec(folder=found.folder),))

    def _select(self, model: Model, entries: Sequence[Entry], place: int) -> Change:
        if not entries:
            return Change()
        return self._selecting(entries, self._pane(entries, _room(model.body)).selecting(place))

    def _narrowed(self, model: Model, screen: SpecsScreen) -> Change:
        """Show other specs; what is selected stays so, though it may not be seen meanwhile."""
        entries = screen._shown(model)
        pane = screen._pane(entries, _room(model.body))
        effects = (ReadSpec(folder=entries[pane.at].folder),) if entries else ()
        top = pane.selecting(pane.at).top
        return Change(screen=replace(screen, top=top), effects=effects)

    def _read_anew(self, model: Model) -> Change:
        """Keep the selection; where its folder is gone, the one that took its place is it."""
        entries = self._shown(model)
        names = {each.folder.name for each in model.specs or ()}
        gone = bool(self.selected) and self.selected not in names
        return self._select(model, entries, self.place if gone else self._place(entries))

    def _caught_up(self, model: Model) -> Change:
        """Move as was asked for while there was nothing to move in."""
        change = Change(screen=replace(self, early=()))
        for action in self.early:
            moved = (change.screen or self).act(model, action, 0)
            change = replace(moved, screen=moved.screen or change.screen)
        return change

    def _next(self, model: Model) -> Change:
        found = self._first_runnable(model, after=True)
        if found is None:
            return NOTHING
        change, before = self._reveal(model, found), self._selected(model)
        if found is before:
            return replace(change, say=f"{found.folder.name} is the only one that can be run now")
        return change

    def _run_next(self, model: Model) -> Change:
        found = self._first_runnable(model, after=False)
        if found is None:
            return NOTHING
        revealed = self._reveal(model, found)
        if found not in self._shown(model):  # nobody has seen what would be run
            return replace(revealed, say=f"{found.folder.name} was not shown; N once more runs it")
        change = deeds.run(model, found)
        return replace(
            change, screen=revealed.screen, effects=(*revealed.effects, *change.effects)
        )

    def _selected(self, model: Model) -> Entry | None:
        entries = self._shown(model)
        return entries[self._place(entries)] if entries else None

    def _first_runnable(self, model: Model, *, after: bool) -> Entry | None:
        """Find the first spec to be run, from the selected one on or after it, and around."""
        entries, selected = list(model.specs or ()), self._selected(model)
        at = entries.index(selected) + after if selected else 0
        return next((each for each in entries[at:] + entries[:at] if each.runnable), None)

    def _reveal(self, model: Model, found: Entry) -> Change:
        """Select a spec, even one that was not shown."""
        entries = self._shown(model)
        if found not in entries:
            all_of_them = replace(self, sought="", runnable=False)
            return all_of_them._reveal(model, found)  # noqa: SLF001  another value of this class
        return self._select(model, entries, entries.index(found))

    # How it looks

    def _list(self, model: Model, entries: Sequence[Entry], room: _Room) -> Frame:
        if not entries:
            return Frame(lines=[text(" none of them is shown; esc shows all again", "warning")])
        wide = columns(model, entries, room.list.columns)
        pane = self._pane(entries, room)
        frame = Frame(lines=[titles(wide)] if room.headings else [])
        rows = pane.frame(
            room.list.columns,
            lambda place: spec_row(model, entries[place], wide, selected=place == pane.at),
        )
        frame.put(rows, top=room.headings)
        frame.add(*rows.lines)
        return frame

    def _preview(self, model: Model, entries: Sequence[Entry], room: _Room) -> list[Line]:
        if room.preview is None or not entries:
            return []
        entry = entries[self._place(entries)]
        rows = account(model, entry, room.preview.columns - 2)
        foot = "↵ opens it" if len(rows) > room.preview.rows - 2 else ""
        return boxed(safe(entry.folder.name), rows, room.preview, foot)


def _room(size: Size) -> _Room:
    """Divide the rows below the counts."""
    rows, headings = size.rows - 1, size.rows >= _ROWS_FOR_HEADINGS
    if size.columns >= _WIDE:
        preview = max(_NARROWEST_PREVIEW, size.columns * 3 // 8)
        listed = Size(size.columns - preview - 1, max(rows - headings, 1))
        return _Room(listed, Size(preview, rows), headings, wide=True)
    if size.rows < _ROWS_FOR_PREVIEW_BELOW:
        return _Room(Size(size.columns, max(rows - headings, 1)), None, headings, wide=False)
    below = max(_LEAST_ROWS_BELOW, rows // 3)
    listed = Size(size.columns, rows - headings - below)
    return _Room(listed, Size(size.columns, below), headings, wide=False)


def _emptiness(model: Model, size: Size) -> list[Line]:
    """Say what to do where there are no specs."""
    root = safe(model.specs_root) or "specs"
    said = (
        f"There are no specs in {root}/ yet.\n\n"
        f"A spec is a folder in it, such as {root}/spec-01-parser, with two files:\n\n"
        f"- {BODY_NAME}: what is to be built, and how one sees that it is done\n"
        f"- {METADATA_NAME}: {{}} will do; its dependsOn lists the specs to be done before\n\n"
        "To make one, which appears here by itself: helm new NAME\n\n"
        "To see a whole run, at no cost: helm demo"
    )
    return [(("", " "), *row) for row in wrapped(said, size.columns - 2)]


def _settings() -> Change:
    from helm.adapters.tui.screens.settings import SettingsScreen  # noqa: PLC0415  rarely needed

    return Change(over=SettingsScreen(), effects=(ReadSettings(),))
