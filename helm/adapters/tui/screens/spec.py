"""A spec: where it stands, what is left to do, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from helm.adapters.tui.badges import badge
from helm.adapters.tui.effects import Copy, ReadSpec
from helm.adapters.tui.frame import (
    Frame,
    Line,
    Size,
    safe,
    spread,
    text,
    wrapped,
)
from helm.adapters.tui.keys import Context, steps
from helm.adapters.tui.messages import Message, SpecsRead
from helm.adapters.tui.model import NOTHING, Change, Model
from helm.adapters.tui.prose import prose
from helm.adapters.tui.screens.deeds import Entry, done_with, named, names_of
from helm.app.specs import BODY_NAME, CHECKLIST_NAME, REPORT_NAME, Badge, InvalidSpec
from helm.app.standing import Standing
from helm.app.wording import age, counted, resume_words

_HEAD_ROWS = 1
_MARGIN = 11
_TASKS = "remaining tasks"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecScreen:
    """A spec that is read; `selected` is the name of its folder, `top` the first row seen."""

    selected: str
    top: int = 0

    @property
    def context(self) -> Context:
        return Context.SPEC

    def title(self, _model: Model) -> str:
        return self.selected

    def act(self, model: Model, action: str, _place: int) -> Change:
        entry = self._entry(model)
        size = Size(model.size.columns, model.size.rows - 2)
        page = max(size.rows - _HEAD_ROWS - 1, 1)
        moves = steps(page)
        match action:
            case "up" | "down" | "page-up" | "page-down":
                return self._scrolled(model, size, self.top + moves[action])
            case "first" | "last":
                return self._scrolled(model, size, 0 if action == "first" else 10**6)
            case "copy":
                return self._copied(model)
            case "report":
                return self._report(model, size)
            case _ if entry:
                return done_with(model, entry, action)
            case _:
                return NOTHING

    def hear(self, model: Model, message: Message) -> Change:
        entry = self._entry(model)
        if isinstance(message, SpecsRead) and entry:
            return Change(effects=(ReadSpec(folder=entry.folder),))
        return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        entry = self._entry(model)
        if entry is None:
            return Frame(lines=[text(f" {safe(self.selected)} is not there any more")])
        rows = account(model, entry, size.columns - 2)
        height = max(size.rows - _HEAD_ROWS, 1)
        top = _within(self.top, len(rows), height)
        seen = f"{top + 1}-{min(top + height, len(rows))} of {len(rows)} "
        head = (("", " "), badge(entry.badge), ("heading", f"  {_name(model, entry)}"))
        frame = Frame(lines=[spread(head, text(seen, "state"), size.columns)])
        frame.add(*((("", " "), *row) for row in rows[top : top + height]))
        return frame

    def _entry(self, model: Model) -> Entry | None:
        return next(
            (each for each in model.specs or () if each.folder.name == self.selected), None
        )

    def _scrolled(self, model: Model, size: Size, top: int) -> Change:
        entry = self._entry(model)
        count = len(account(model, entry, size.columns - 2)) if entry else 0
        return Change(screen=replace(self, top=_within(top, count, size.rows - _HEAD_ROWS)))

    def _copied(self, model: Model) -> Change:
        dossier = model.dossiers.get(self.selected)
        if dossier is None or dossier.session is None:
            return Change(say="no agent has named its session yet")
        words = resume_words(dossier.session)
        return Change(say=f"copied: {words}", effects=(Copy(text=words),))

    def _report(self, model: Model, size: Size) -> Change:
        """Show the report; from there, go back to the beginning."""
        entry = self._entry(model)
        top = 0
        for name, rows in _sections(model, entry, size.columns - 2) if entry else ():
            if name == REPORT_NAME:
                there = self._scrolled(model, size, top)
                return there if there.screen != self else self._scrolled(model, size, 0)
            top += len(rows)
        return Change(say="there is no report yet; the first verdict writes one")


def opened(entry: Entry) -> Change:
    """Open a spec."""
    return Change(
        over=SpecScreen(selected=entry.folder.name), effects=(ReadSpec(folder=entry.folder),)
    )


def account(model: Model, entry: Entry, width: int) -> list[Line]:
    """Tell all there is of a spec: where it stands, then its files."""
    return [row for _, rows in _sections(model, entry, width) for row in rows]


def _sections(model: Model, entry: Entry, width: int) -> Iterator[tuple[str, Sequence[Line]]]:
    """Tell of a spec, part by part; all but the first have a name that stands above them."""
    dossier = model.dossiers.get(entry.folder.name)
    yield "", [row for part in _facts(model, entry, width) for row in part]
    if isinstance(entry, InvalidSpec):
        return
    if dossier and dossier.remaining_tasks:
        tasks = [
            row
            for number, task in enumerate(dossier.remaining_tasks, start=1)
            for row in wrapped(f"{number}. {safe(task, model.redact)}", width)
        ]
        yield _TASKS, [(), _heading(_TASKS, width), *tasks]
    files = [
        (BODY_NAME, entry.spec.body),
        (CHECKLIST_NAME, entry.spec.checklist),
        (REPORT_NAME, (dossier and dossier.report) or ""),
    ]
    for name, words in files:
        if words.strip():
            yield name, [(), _heading(name, width), *prose(words, width, model.redact)]


def _facts(model: Model, entry: Entry, width: int) -> Iterator[list[Line]]:
    dossier = model.dossiers.get(entry.folder.name)
    yield _fact("Badge", [(badge(entry.badge), ("", f"  {_said_of(entry)}"))])
    if isinstance(entry, InvalidSpec):
        yield _fact("Reason", wrapped(safe(entry.reason, model.redact), width - _MARGIN))
        return
    if entry.spec.misnamed:
        yield _fact("Id", [text(safe(entry.spec.id, model.redact))])
    yield _fact("Needs", list(_needs(model, entry)))
    yield _fact("Needed by", [_named_badge(each) for each in _needed_by(model, entry)])
    commands = [
        row
        for each in entry.commands
        for row in wrapped(safe(each, model.redact), width - _MARGIN)
    ]
    yield _fact("Accept by", commands)
    runs = f"; {dossier.runs} runs in all" if dossier and dossier.runs > 1 else ""
    yield _fact("Last run", wrapped(f"{last_run(model, entry)}{runs}", width - _MARGIN))
    if dossier and dossier.session:
        words = f"{resume_words(dossier.session)} (c copies)"
        yield _fact("Session", wrapped(words, width - _MARGIN))


def last_run(model: Model, entry: Standing) -> str:
    """Say how the last run went, and when it began."""
    last = entry.last
    if last is None:
        return "never"
    attempts = counted(last.attempts, "attempt")
    cause = f" ({last.cause})".replace("_", " ") if last.cause else ""
    return f"{entry.outcome}{cause} {age(last.updated_at, model.now)}, {attempts}"


def _fact(label: str, rows: Sequence[Line]) -> list[Line]:
    """Put rows beside what they are about; "none" where there are none."""
    shown = rows or [text("none", "state")]
    return [
        (("state", f"{'' if place else label:<{_MARGIN}}"), *row)
        for place, row in enumerate(shown)
    ]


def _heading(name: str, width: int) -> Line:
    rule = "─" * max(width - len(name) - 4, 2)
    return (("border", "── "), ("heading", name), ("border", f" {rule}"))


def _name(model: Model, entry: Entry) -> str:
    name = "" if isinstance(entry, InvalidSpec) else f"  {safe(entry.spec.name, model.redact)}"
    return f"{safe(entry.folder.name)}{name}"


def _within(top: int, count: int, height: int) -> int:
    return max(min(top, count - height), 0)


def _said_of(entry: Entry) -> str:
    if isinstance(entry, InvalidSpec):
        return ""
    if entry.runnable:
        return "can be run now"
    return f"waits for {counted(len(entry.unmet), 'spec')}" if entry.badge is Badge.BLOCKED else ""


def _needs(model: Model, entry: Standing) -> Iterator[Line]:
    for name in dict.fromkeys(entry.spec.depends_on):
        found = named(model, name)
        yield from map(_named_badge, found)
        if not found:
            yield (("warning", "? no such spec"), ("", f"  {safe(name)}"))


def _needed_by(model: Model, entry: Standing) -> list[Entry]:
    names = names_of(entry)
    return [
        each
        for each in model.specs or ()
        if isinstance(each, Standing) and not names.isdisjoint(each.spec.depends_on)
    ]


def _named_badge(entry: Entry) -> Line:
    return (badge(entry.badge), ("", f"  {safe(entry.folder.name)}"))
