"""Specs in rows: the columns that there is room for, and the words by which a spec is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from helm.adapters.tui.badges import BADGE_WIDTH, SIGNS, badge, badge_style
from helm.adapters.tui.frame import Fragment, Line, fitted, line_width, safe, text
from helm.adapters.tui.model import Model
from helm.app.cells import clipped, width_of
from helm.app.specs import UNWRITTEN, Badge, InvalidSpec, short_names
from helm.app.standing import Standing
from helm.app.wording import age, counted

_ROOM_FOR_BADGES = 40
_COMFORTABLE_NAME = 16
_NARROWEST_NAME = 9
_GAP = 2

Entry = Standing | InvalidSpec


class Columns(NamedTuple):
    """How wide the columns are, and folders' short names where there is no room for long ones."""

    badge: int
    folder: int
    name: int
    run: int
    short: dict[str, str]


def columns(model: Model, entries: Sequence[Entry], width: int) -> Columns:
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
            return Columns(badges, folder, name, ran, short)
    return Columns(badges, max(min(folder, room), 0), max(room - folder - _GAP, 0), 0, all_short)


def titles(wide: Columns) -> Line:
    """Draw the head of the list."""
    words = f" {'badge':<{wide.badge}}  {'spec':<{wide.folder}}  {'name':<{wide.name}}"
    return text(f"{words}  {'last run':<{wide.run}}" if wide.run else words, "state")


def spec_row(model: Model, entry: Entry, wide: Columns, *, selected: bool) -> Line:
    """Draw the row of a spec."""
    folder = wide.short.get(entry.folder.name, entry.folder.name)
    line: tuple[Fragment, ...] = (
        ("selected" if selected else "", "▶" if selected else " "),
        *fitted((_badge(entry, wide),), wide.badge),
        ("", " " * _GAP),
        *fitted(text(safe(folder), "selected" if selected else ""), wide.folder),
        ("", " " * _GAP),
    )
    if isinstance(entry, InvalidSpec):
        return (*line, ("warning", safe(entry.short_reason, model.redact)))
    ran = _ran(model, entry) if wide.run else ""
    if not ran:  # then there is more room for what is told
        return (*line, *_told(model, entry, wide, wide.name + wide.run + _GAP))
    told = fitted(_told(model, entry, wide, wide.name), wide.name)
    return (*line, *told, ("", " " * _GAP), ("state", ran))


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


def fitting(entries: Sequence[Entry], sought: str) -> list[Entry]:
    """Find the specs that have every word of what is sought."""
    words = sought.lower().split()
    return [each for each in entries if all(word in _words(each) for word in words)]


@lru_cache(maxsize=4)
def _short(folders: tuple[str, ...]) -> dict[str, str]:
    return dict(short_names(folders))


def _badge(entry: Entry, wide: Columns) -> Fragment:
    style, words = badge(entry.badge)
    return style, words if wide.badge > 1 else words[:1]


def _told(model: Model, entry: Standing, wide: Columns, width: int) -> Line:
    """Name the spec, and what it waits for: of which at least the first, and a count."""
    name = safe(entry.spec.name, model.redact)
    if not entry.unmet:
        return _with_warning(name, f"  {UNWRITTEN}", width) if entry.spec.draft else text(name)
    names = [safe(wide.short.get(name, name)) for name in entry.unmet]
    whole = f"  < {' '.join(names)}"
    rest = f" +{len(names) - 1}" if len(names) > 1 else ""
    waits = whole if width_of(whole) <= width // 2 else f"  < {names[0]}{rest}"
    return _with_warning(name, waits, width)


def _with_warning(name: str, said: str, width: int) -> Line:
    """Clip the name, and not what is said of it."""
    return (("", clipped(name, max(width - width_of(said), 0))), ("warning", said))


def _ran(model: Model, entry: Entry) -> str:
    """Say in a few letters how the last run went, and when: `accepted 2h`."""
    if isinstance(entry, InvalidSpec) or entry.last is None:
        return ""
    return f"{entry.outcome} {age(entry.last.updated_at, model.now).removesuffix(' ago')}"


def _words(entry: Entry) -> str:
    if isinstance(entry, InvalidSpec):
        return f"{entry.folder.name} {entry.badge}".lower()
    return f"{entry.folder.name} {entry.spec.id} {entry.spec.name} {entry.badge}".lower()
