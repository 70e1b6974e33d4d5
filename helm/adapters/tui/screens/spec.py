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
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Message, SpecsRead
from helm.adapters.tui.model import NOTHING, Change, Model
from helm.adapters.tui.prose import prose
from helm.adapters.tui.screens import deeds
from helm.adapters.tui.screens.deeds import named, names_of
from helm.adapters.tui.scrolling import Page
from helm.adapters.tui.spec_list import Entry
from helm.app.specs import (
    BODY_NAME,
    CHECKLIST_NAME,
    REPORT_NAME,
    UNWRITTEN,
    Badge,
    InvalidSpec,
)
from helm.app.standing import Standing
from helm.app.wording import age, counted, in_words, resume_words

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

    def refusal(self, model: Model, action: str) -> str:
        entry = self._entry(model)
        dossier = model.dossiers.get(self.selected)
        match action:
            case "copy" if dossier is None or dossier.session is None:
                return "no agent has named its session yet"
            case "report" if isinstance(entry, InvalidSpec) or not (dossier and dossier.report):
                return "there is no report yet; the first verdict writes one"
            case _:
                return deeds.refusal(model, entry, action)

    def act(self, model: Model, action: str, _place: int) -> Change:
        top = self._page(model).moved(action)
        if top is not None:
            return Change(screen=replace(self, top=top))
        match action:
            case "copy":
                return self._copied(model)
            case "report":
                return self._report(model)
            case _:
                return deeds.done_with(model, self._entry(model), action)

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
        page = Page(count=len(rows), height=max(size.rows - _HEAD_ROWS, 1), top=self.top)
        end = page.first + page.height
        seen = f"{page.first + 1}-{min(end, page.count)} of {page.count} "
        head = (("", " "), badge(entry.badge), ("heading", f"  {_name(model, entry)}"))
        frame = Frame(lines=[spread(head, text(seen, "state"), size.columns)])
        frame.add(*((("", " "), *row) for row in rows[page.first : end]))
        return frame

    def _entry(self, model: Model) -> Entry | None:
        return next(
            (each for each in model.specs or () if each.folder.name == self.selected), None
        )

    def _page(self, model: Model) -> Page:
        entry, size = self._entry(model), model.body
        count = len(account(model, entry, size.columns - 2)) if entry else 0
        return Page(count=count, height=max(size.rows - _HEAD_ROWS, 1), top=self.top)

    def _copied(self, model: Model) -> Change:
        dossier = model.dossiers.get(self.selected)
        words = resume_words(dossier.session) if dossier and dossier.session else ""
        return Change(say=f"copied: {words}", effects=(Copy(text=words),))

    def _report(self, model: Model) -> Change:
        """Show the report; from there, go back to the beginning."""
        entry, page, above = self._entry(model), self._page(model), 0
        for name, rows in _sections(model, entry, model.body.columns - 2) if entry else ():
            if name == REPORT_NAME:
                break
            above += len(rows)
        there = replace(page, top=above).first
        return Change(screen=replace(self, top=0 if there == page.first else there))


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
    cause = f" ({in_words(last.cause)})" if last.cause else ""
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


def _said_of(entry: Entry) -> str:
    if isinstance(entry, InvalidSpec):
        return ""
    if entry.runnable:
        return "can be run now"
    if entry.spec.draft:
        return UNWRITTEN
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
