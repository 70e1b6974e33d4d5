"""The settings: every key of the configuration, what holds, and where that comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from helm.adapters.tui.effects import Effect, ReadSettings, ReadSpecs, SaveSetting
from helm.adapters.tui.frame import (
    Frame,
    Line,
    Size,
    beside,
    boxed,
    fitted,
    padded,
    safe,
    text,
    wrapped,
)
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Message, Second, SettingsRead, Taken, Typed
from helm.adapters.tui.model import NOTHING, Change, Model, Prompt
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.scrolling import ListPane
from helm.app.configuration import Listing, Setting, Source, as_text, parsed, require
from helm.app.errors import InputInvalid
from helm.app.terminal_text import line_fault

_WIDE = 90
_PANE = 38
_STRIP = 5
"""Rows below the list that tell of the selected key, where there is no room beside it."""

_ROWS_FOR_STRIP = 12
_KEY = 24
_SOURCE = 11
_WIDTH_FOR_SOURCE = 40
_SHORT = 16
"""Characters of a value that the list has room for at any width."""

_WHOLE, _ADD = -1, -2
"""What of a key a row is for: all of it, or one more text in its list; else the text's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: a key, or a text in the list that it has."""

    setting: Setting
    item: int = _WHOLE

    @property
    def name(self) -> tuple[str, int]:
        """What tells it from the others, also when all has been read anew."""
        return self.setting.key, self.item

    @property
    def text(self) -> str:
        """What stands there to be changed."""
        setting, items = self.setting, self.setting.items
        if items is not None:
            return items[self.item] if 0 <= self.item < len(items) else ""
        unset = setting.source is Source.ENVIRONMENT and not setting.is_written
        return "" if unset else as_text(setting.written if setting.is_written else setting.value)

    def value(self, words: str) -> object:
        """Read what was typed here; None takes the key out. Raises `InputInvalid`."""
        items = self.setting.items
        if items is None:
            return parsed(self.setting.key, words) if words else None
        place = self.item if self.item >= 0 else len(items)
        changed = [*items[:place], *([words] if words else []), *items[place + 1 :]]
        require(self.setting.key, changed)
        return changed or None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsScreen:
    """The list of keys; `alone` is for a file in which something keeps helm from opening more."""

    listing: Listing | None = None
    selected: tuple[str, int] = ("", _WHOLE)
    top: int = 0
    typing: Row | None = None
    alone: bool = False

    @property
    def context(self) -> Context:
        return Context.SETTINGS

    def title(self, _model: Model) -> str:
        return "settings"

    def refusal(self, _model: Model, action: str) -> str:
        rows = self._rows()
        row = rows[self._place(rows)] if rows else None
        match action:
            case "back" if self.alone and _is_wrong(self.listing):
                return "helm can show nothing more before this is mended; q quits"
            case "edit" | "reset" if row is None:
                return "the settings are still being read"
            case "edit" if row and not row.setting.known:
                return f"helm does not know `{safe(row.setting.key)}`; d takes it out"
            case "reset" if row and (not row.setting.is_written or row.item == _ADD):
                return "nothing of it is in the file"
            case _:
                return ""

    def act(self, model: Model, action: str, place: int) -> Change:
        rows = self._rows()
        pane = self._pane(rows, _room(model.body))
        moved = pane.moved(action, place)
        if moved and not (action == "pick" and moved.at == pane.at):
            return Change(screen=replace(self, selected=rows[moved.at].name, top=moved.top))
        match action:
            case "edit" | "pick" if rows:
                return self._edit(rows[pane.at])
            case "reset" if rows:
                return _reset(rows[pane.at])
            case "back" if self.alone:
                return Change(screen=SpecsScreen(), effects=(ReadSpecs(),))
            case _:
                return NOTHING

    def hear(self, model: Model, message: Message) -> Change:
        match message:
            case Typed(text=words) if self.typing and model.prompt:
                fault = _fault(self.typing, words.strip())
                return Change(prompt=replace(model.prompt, fault=fault)) if fault else NOTHING
            case Taken(text=words) if self.typing:
                return self._taken(model, self.typing, words.strip())
            case SettingsRead(listing=listing, saved=saved):
                return self._read(listing, saved)
            case Second():
                return Change(effects=(ReadSettings(known=self.listing),))
            case _:
                return NOTHING

    def draw(self, _model: Model, size: Size) -> Frame:
        rows, room = self._rows(), _room(size)
        if not rows:
            return Frame(lines=[text(" reading the settings …", "state")])
        pane = self._pane(rows, room)
        frame = pane.frame(
            room.columns,
            lambda place: _line(rows[place], chosen=place == pane.at, width=room.columns),
        )
        setting = rows[pane.at].setting
        if room.columns < size.columns:
            told = boxed(safe(setting.key), _told(setting, _PANE - 2), Size(_PANE, size.rows))
            frame.lines = beside(frame.lines, room.columns, told, _PANE)
        elif room.rows < size.rows:
            told = [text("─" * size.columns, "border"), *_told(setting, size.columns - 1)]
            frame.lines = [*padded(frame.lines, room.rows), *padded(told, _STRIP)]
        return frame

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        for setting in self.listing.settings if self.listing else ():
            rows.append(Row(setting=setting))
            if setting.items is not None:
                rows += [Row(setting=setting, item=item) for item in range(len(setting.items))]
                rows.append(Row(setting=setting, item=_ADD))
        return rows

    def _place(self, rows: list[Row]) -> int:
        names = [row.name for row in rows]
        if self.selected in names:
            return names.index(self.selected)
        key = (self.selected[0], _WHOLE)
        return names.index(key) if key in names else 0

    def _pane(self, rows: list[Row], room: Size) -> ListPane:
        return ListPane(count=len(rows), height=room.rows, at=self._place(rows), top=self.top)

    def _read(self, listing: Listing, saved: str) -> Change:
        after = replace(self, listing=listing)
        if saved:
            said = f"{safe(saved)}: {listing.file.name} is changed; runs that begin now use it"
            again: tuple[Effect, ...] = () if self.alone else (ReadSpecs(),)
            if self.alone and not _is_wrong(listing):
                said = f"{listing.file.name} can be read now; esc opens the specs"
            return Change(screen=after, say=said, effects=again)
        if self.listing is None:
            wrong = [each.key for each in listing.settings if each.fault]
            return Change(screen=replace(after, selected=(wrong[0], _WHOLE)) if wrong else after)
        if self.listing == listing:
            return Change(screen=after)
        return Change(screen=after, say=f"{listing.file.name} was changed by somebody else")

    def _edit(self, row: Row) -> Change:
        setting = row.setting
        if setting.items is not None and row.item == _WHOLE:
            row = replace(row, item=_ADD)
        choices = f" ({', '.join(setting.choices)})" if setting.choices else ""
        label = f"{setting.key}{choices}"
        return Change(
            screen=replace(self, typing=row, selected=row.name),
            prompt=Prompt(label=label, text=row.text),
        )

    def _taken(self, model: Model, row: Row, words: str) -> Change:
        after = replace(self, typing=None)
        if words == row.text:
            return Change(screen=after)
        fault = _fault(row, words)
        if fault and model.prompt:
            return Change(prompt=replace(model.prompt, fault=fault))
        effect = SaveSetting(setting=row.setting, value=row.value(words))
        return Change(screen=after, effects=(effect,))


def _reset(row: Row) -> Change:
    value = None if row.item == _WHOLE else row.value("")
    return Change(effects=(SaveSetting(setting=row.setting, value=value),))


def _is_wrong(listing: Listing | None) -> bool:
    return listing is None or any(each.fault for each in listing.settings)


def _fault(row: Row, words: str) -> str:
    fault = line_fault(words)
    if fault or not words:
        return fault
    try:
        row.value(words)
    except InputInvalid as error:
        return str(error)
    return ""


def _room(size: Size) -> Size:
    """Say what is left for the list beside, or above, what is told of the selected key."""
    if size.columns >= _WIDE:
        return Size(size.columns - _PANE - 1, size.rows)
    return size if size.rows < _ROWS_FOR_STRIP else Size(size.columns, size.rows - _STRIP)


def _line(row: Row, *, chosen: bool, width: int) -> Line:
    setting = row.setting
    mark = ("", "▶ " if chosen else "  ")
    style = "selected" if chosen else ""
    if row.item != _WHOLE:
        words = row.text if row.item != _ADD else "+ add"
        margin = min(_KEY, width // 2) + 1
        return fitted((mark, ("", " " * margin), (style, safe(words))), width)
    warned = "warning" if setting.fault else ""
    source = "wrong" if setting.fault else str(setting.source)
    key_width = min(_KEY, width // 2)
    source_width = _SOURCE + 1 if width >= _WIDTH_FOR_SOURCE else 0
    value_width = max(width - key_width - source_width - 3, 1)
    value = fitted(text(_shown(setting), style), value_width)
    key = fitted(text(safe(setting.key), warned), key_width)
    return fitted((mark, *key, ("", " "), *value, (warned or "hint", f" {source}")), width)


def _shown(setting: Setting) -> str:
    if setting.items is not None and not setting.fault:
        count = len(setting.items)
        return f"{count} of them" if count else "none"
    return safe(as_text(setting.value)) or "-"


def _told(setting: Setting, width: int) -> list[Line]:
    """Tell all of a key: what is wrong first."""
    lines = wrapped(f" {safe(setting.fault)}", width, "warning") if setting.fault else []
    lines += wrapped(f" {setting.description}", width)
    value = safe(as_text(setting.value))
    if len(value) > _SHORT:
        lines += wrapped(f" Now {value}", width)
    if setting.choices:
        lines += wrapped(f" One of {', '.join(setting.choices)}.", width)
    if setting.source is Source.ENVIRONMENT:
        written = safe(as_text(setting.written)) or "nothing"
        lines += wrapped(
            f" {setting.variable} in the environment goes before the file, which says {written}.",
            width,
        )
    elif setting.variable:
        lines += wrapped(f" {setting.variable} in the environment goes before the file.", width)
    return lines
