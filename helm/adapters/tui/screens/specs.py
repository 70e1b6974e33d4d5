"""The specs: which there are, where each stands, and what can be done next. Home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from helm.adapters.tui.badges import BADGE_WIDTH, SIGNS, badge, badge_style
from helm.adapters.tui.effects import ReadSettings, ReadSpec, ReadSpecs
from helm.adapters.tui.frame import (
    Fragment,
    Frame,
    Hit,
    Line,
    Size,
    beside,
    boxed,
    fitted,
    line_width,
    padded,
    safe,
    text,
    window,
    wrapped,
)
from helm.adapters.tui.keys import Context, steps
from helm.adapters.tui.messages import Left, Message, SpecsRead, Typed
from helm.adapters.tui.model import NOTHING, Change, Model, Prompt
from helm.adapters.tui.screens.deeds import Entry, done_with, graph, history_of, live, run
from helm.adapters.tui.screens.spec import account, opened
from helm.app.cells import clipped, width_of
from helm.app.specs import BODY_NAME, METADATA_NAME, Badge, InvalidSpec, short_names
from helm.app.standing import Standing
from helm.app.wording import age, counted

_WIDE = 90
_NARROWEST_PREVIEW = 38
_ROOM_FOR_BADGES = 40
_ROWS_FOR_HEADINGS = 10
_ROWS_FOR_PREVIEW_BELOW = 16
_LEAST_ROWS_BELOW = 6
_COMFORTABLE_NAME = 16
_NARROWEST_NAME = 9
_GAP = 2


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

    def act(self, model: Model, action: str, place: int) -> Change:
        if model.specs is None and action in _MOVES:
            return Change(screen=replace(self, early=(*self.early, action)))
        entries = self._shown(model)
        at = self._place(entries)
        page = max(_room(model.body).list.rows - 1, 1)
        moves = steps(page)
        match action:
            case "up" | "down" | "page-up" | "page-down":
                return self._select(model, entries, at + moves[action])
            case "first" | "last":
                return self._select(model, entries, 0 if action == "first" else len(entries))
            case "pick" if place == at and entries and self.selected:
                return opened(entries[at])
            case "pick":
                return self._select(model, entries, place)
            case "filter":
                return Change(prompt=Prompt(label="filter", text=self.sought))
            case "show":
                return self._narrowed(model, replace(self, runnable=not self.runnable, top=0))
            case "back" if self.runnable or self.sought:
                return self._narrowed(model, replace(self, runnable=False, sought="", top=0))
            case "next":
                return self._next(model)
            case "run-next":
                return self._run_next(model)
            case "all-history":
                return history_of(None)
            case "settings":
                return _settings()
            case "reload":
                return Change(say="reading", effects=(ReadSpecs(),))
            case "open" if entries:
                return opened(entries[at])
            case _ if entries:
                return done_with(model, entries[at], action)
            case _:
                return _without_spec(model, action)

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
            case _:
                return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        if model.specs is None:
            return Frame(lines=[text(" reading the specs …", "state")])
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
        words = self.sought.lower().split()
        if not words:
            return found
        return [each for each in found if all(word in _searchable(each) for word in words)]

    def _place(self, entries: Sequence[Entry]) -> int:
        places = (at for at, each in enumerate(entries) if each.folder.name == self.selected)
        return next(places, 0)

    def _select(self, model: Model, entries: Sequence[Entry], place: int) -> Change:
        if not entries:
            return Change()
        place = min(max(place, 0), len(entries) - 1)
        top = window(place, self.top, _room(model.body).list.rows, len(entries))
        found = entries[place]
        return Change(
            screen=replace(self, selected=found.folder.name, place=place, top=top),
            effects=(ReadSpec(folder=found.folder),),
        )

    def _narrowed(self, model: Model, screen: SpecsScreen) -> Change:
        """Show other specs; what is selected stays so, though it may not be seen meanwhile."""
        entries = screen._shown(model)
        place = screen._place(entries)
        effects = (ReadSpec(folder=entries[place].folder),) if entries else ()
        top = window(place, screen.top, _room(model.body).list.rows, len(entries))
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
        entries = self._shown(model)
        selected = entries[self._place(entries)].folder.name if entries else ""
        found = _first_runnable(model, selected, after=True)
        if found is None:
            return Change(say="no spec can be run now")
        change = self._reveal(model, found)
        if found.folder.name == selected:
            return replace(change, say=f"{selected} is the only one that can be run now")
        return change

    def _run_next(self, model: Model) -> Change:
        entries = self._shown(model)
        selected = entries[self._place(entries)].folder.name if entries else ""
        found = _first_runnable(model, selected, after=False)
        if found is None:
            return Change(say="no spec can be run now")
        revealed, change = self._reveal(model, found), run(model, found)
        if found not in entries:  # nobody has seen what would be run
            return replace(revealed, say=f"{found.folder.name} was not shown; N once more runs it")
        return replace(
            change, screen=revealed.screen, effects=(*revealed.effects, *change.effects)
        )

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
        columns = _columns(model, entries, room.list.columns)
        selected = self._place(entries)
        top = window(selected, self.top, room.list.rows, len(entries))
        frame = Frame(lines=[_headings(columns)] if room.headings else [])
        for place in range(top, min(top + room.list.rows, len(entries))):
            row = _row(model, entries[place], columns, chosen=place == selected)
            frame.hits.append(Hit(len(frame.lines), 0, room.list.columns, "pick", place))
            frame.add(fitted(row, room.list.columns))
        return frame

    def _preview(self, model: Model, entries: Sequence[Entry], room: _Room) -> list[Line]:
        if room.preview is None or not entries:
            return []
        entry = entries[self._place(entries)]
        rows = account(model, entry, room.preview.columns - 2)
        foot = "↵ opens it" if len(rows) > room.preview.rows - 2 else ""
        return boxed(safe(entry.folder.name), rows, room.preview, foot)


class _Columns(NamedTuple):
    """How wide the columns are, and folders' short names where there is no room for long ones."""

    badge: int
    folder: int
    name: int
    run: int
    short: dict[str, str]


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


def _columns(model: Model, entries: Sequence[Entry], width: int) -> _Columns:
    """Share the width out: short names of folders, where else no room is left for what is told."""
    folders = [each.folder.name for each in entries]
    ran = max((width_of(_ran(model, each)) for each in entries), default=0)
    badges = BADGE_WIDTH if width >= _ROOM_FOR_BADGES else 1
    room = width - 1 - badges - _GAP
    all_short = _short(tuple(each.folder.name for each in model.specs or ()))
    for short, least in (({}, _COMFORTABLE_NAME), (all_short, _NARROWEST_NAME)):
        folder = max(width_of(safe(short.get(name, name))) for name in folders)
        name = room - folder - _GAP - (ran + _GAP if ran else 0)
        if name >= least:
            return _Columns(badges, folder, name, ran, short)
    return _Columns(badges, max(min(folder, room), 0), max(room - folder - _GAP, 0), 0, all_short)


@lru_cache(maxsize=4)
def _short(folders: tuple[str, ...]) -> dict[str, str]:
    return dict(short_names(folders))


def _headings(columns: _Columns) -> Line:
    words = f" {'badge':<{columns.badge}}  {'spec':<{columns.folder}}  {'name':<{columns.name}}"
    return text(f"{words}  {'last run':<{columns.run}}" if columns.run else words, "state")


def _row(model: Model, entry: Entry, columns: _Columns, *, chosen: bool) -> Line:
    folder = columns.short.get(entry.folder.name, entry.folder.name)
    line: tuple[Fragment, ...] = (
        ("selected" if chosen else "", "▶" if chosen else " "),
        *fitted((_badge(entry, columns),), columns.badge),
        ("", " " * _GAP),
        *fitted(text(safe(folder), "selected" if chosen else ""), columns.folder),
        ("", " " * _GAP),
    )
    if isinstance(entry, InvalidSpec):
        return (*line, ("warning", safe(entry.short_reason, model.redact)))
    ran = _ran(model, entry) if columns.run else ""
    if not ran:  # then there is more room for what is told
        return (*line, *_told(model, entry, columns, columns.name + columns.run + _GAP))
    told = fitted(_told(model, entry, columns, columns.name), columns.name)
    return (*line, *told, ("", " " * _GAP), ("state", ran))


def _badge(entry: Entry, columns: _Columns) -> Fragment:
    style, words = badge(entry.badge)
    return style, words if columns.badge > 1 else words[:1]


def _told(model: Model, entry: Standing, columns: _Columns, width: int) -> Line:
    """Name the spec, and what it waits for: of which at least the first, and a count."""
    name = safe(entry.spec.name, model.redact)
    if not entry.unmet:
        return text(name)
    names = [safe(columns.short.get(name, name)) for name in entry.unmet]
    whole = f"  < {' '.join(names)}"
    rest = f" +{len(names) - 1}" if len(names) > 1 else ""
    waits = whole if width_of(whole) <= width // 2 else f"  < {names[0]}{rest}"
    name = clipped(name, max(width - width_of(waits), 0))
    return (("", name), ("warning", waits))


def _ran(model: Model, entry: Entry) -> str:
    """Say in a few letters how the last run went, and when: `accepted 2h`."""
    if isinstance(entry, InvalidSpec) or entry.last is None:
        return ""
    return f"{entry.outcome} {age(entry.last.updated_at, model.now).removesuffix(' ago')}"


def counts(specs: Sequence[Entry], width: int) -> Line:
    """Count the specs, and those of each badge: by its word or, where room is short, its sign."""
    badges = Counter(each.badge for each in specs)
    ready = sum(each.runnable for each in specs) or "none"
    said = ("", f" {counted(len(specs), 'spec')}, {ready} can be run:")
    there = [each for each in Badge if badges[each]]
    line = (said, *((badge_style(each), f"  {badges[each]} {each}") for each in there))
    if line_width(line) <= width:
        return line
    return (said, *((badge_style(each), f"  {badges[each]} {SIGNS[each]}") for each in there))


def _searchable(entry: Entry) -> str:
    if isinstance(entry, InvalidSpec):
        return f"{entry.folder.name} {entry.badge}".lower()
    return f"{entry.folder.name} {entry.spec.id} {entry.spec.name} {entry.badge}".lower()


def _first_runnable(model: Model, selected: str, *, after: bool) -> Entry | None:
    """Find the first spec that can be run, from the selected one on or after it, and around."""
    entries = list(model.specs or ())
    names = [each.folder.name for each in entries]
    at = names.index(selected) + after if selected in names else 0
    return next((each for each in entries[at:] + entries[:at] if each.runnable), None)


def _emptiness(model: Model, size: Size) -> list[Line]:
    """Say what to do where there are no specs."""
    root = safe(model.specs_root) or "specs"
    said = (
        f"There are no specs in {root}/ yet.\n\n"
        f"A spec is a folder in it, such as {root}/spec-01-parser, with two files:\n\n"
        f"- {BODY_NAME}: what is to be built, and how one sees that it is done\n"
        f"- {METADATA_NAME}: {{}} will do; its dependsOn lists the specs to be done before\n\n"
        "Make one, and it appears here by itself. A whole run, at no cost, is shown by: helm demo"
    )
    return [(("", " "), *row) for row in wrapped(said, size.columns - 2)]


def _without_spec(model: Model, action: str) -> Change:
    """Do what can be done where no spec is selected."""
    match action:
        case "live":
            return live(model, None)
        case "graph":
            return graph("")
        case "open" | "run" | "history" | "edit":
            return Change(say="no spec is selected")
        case _:
            return NOTHING


def _settings() -> Change:
    from helm.adapters.tui.screens.settings import SettingsScreen  # noqa: PLC0415  rarely needed

    return Change(over=SettingsScreen(), effects=(ReadSettings(),))
