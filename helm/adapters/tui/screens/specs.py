"""The specs: which there are, where each stands, and what can be done next. Home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from helm.adapters.tui.effects import ReadSpecs, StartRun
from helm.adapters.tui.frame import (
    Frame,
    Hit,
    Line,
    Size,
    beside,
    boxed,
    fitted,
    padded,
    text,
    window,
    wrapped,
)
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Left, Message, Typed
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model, Prompt
from helm.app.specs import Badge, InvalidSpec
from helm.app.standing import Standing

Entry = Standing | InvalidSpec

_WIDE = 90
_PREVIEW = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecsScreen:
    """The list of specs; `selected` is the name of a folder, so that it outlives a new reading."""

    selected: str = ""
    top: int = 0
    sought: str = ""
    runnable: bool = False

    @property
    def context(self) -> Context:
        return Context.SPECS

    def title(self, _model: Model) -> str:
        words = ["ready" if self.runnable else "", f"/{self.sought}" if self.sought else ""]
        return " ".join(word for word in ("specs", *words) if word)

    def act(self, model: Model, action: str, place: int) -> Change:
        entries = self._shown(model)
        at = self._place(entries)
        page = max(model.size.rows - 4, 1)
        moves = {"up": -1, "down": 1, "page-up": -page, "page-down": page}
        match action:
            case "up" | "down" | "page-up" | "page-down":
                return self._select(model, entries, at + moves[action])
            case "first" | "last":
                return self._select(model, entries, 0 if action == "first" else len(entries))
            case "pick":
                return self._select(model, entries, place)
            case "filter":
                return Change(prompt=Prompt(label="filter", text=self.sought))
            case "show":
                return Change(screen=replace(self, runnable=not self.runnable))
            case "next":
                return self._next(model)
            case "run" if entries:
                return _run(model, entries[at])
            case "run-next":
                return self._run_next(model)
            case "reload":
                return Change(say="reading", effects=(ReadSpecs(),))
            case _:
                return NOTHING

    def hear(self, _model: Model, message: Message) -> Change:
        match message:
            case Typed(text=sought):
                return Change(screen=replace(self, sought=sought, top=0))
            case Left():
                return Change(screen=replace(self, sought=""))
            case _:
                return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        if model.specs is None:
            return Frame(lines=[text(" reading the specs …")])
        entries = self._shown(model)
        wide = size.columns >= _WIDE
        list_size = Size(size.columns - _PREVIEW - 1 if wide else size.columns, size.rows - 1)
        frame = self._list(entries, list_size)
        frame.lines.insert(0, _counts(model.specs))
        frame.hits = [hit._replace(row=hit.row + 1) for hit in frame.hits]
        if wide and entries:
            preview = _preview(entries[self._place(entries)], Size(_PREVIEW, size.rows - 1))
            rows = beside(
                padded(frame.lines[1:], size.rows - 1), list_size.columns, preview, _PREVIEW
            )
            frame.lines = [frame.lines[0], *rows]
        return frame

    def _shown(self, model: Model) -> list[Entry]:
        found = [each for each in model.specs or () if each.runnable or not self.runnable]
        words = self.sought.lower()
        return [each for each in found if words in _searchable(each)]

    def _place(self, entries: Sequence[Entry]) -> int:
        names = [each.folder.name for each in entries]
        return names.index(self.selected) if self.selected in names else 0

    def _select(self, model: Model, entries: Sequence[Entry], place: int) -> Change:
        if not entries:
            return NOTHING
        place = min(max(place, 0), len(entries) - 1)
        top = window(place, self.top, max(model.size.rows - 3, 1), len(entries))
        return Change(screen=replace(self, selected=entries[place].folder.name, top=top))

    def _following(self, model: Model) -> Entry | None:
        """Find the next spec that can be run after the selected one, or else from the top."""
        entries = list(model.specs or ())
        names = [each.folder.name for each in entries]
        at = names.index(self.selected) + 1 if self.selected in names else 0
        return next((each for each in entries[at:] + entries[:at] if each.runnable), None)

    def _next(self, model: Model) -> Change:
        found = self._following(model)
        if found is None:
            return Change(say="no spec can be run now")
        screen = self if found in self._shown(model) else replace(self, sought="", runnable=False)
        entries = screen._shown(model)  # noqa: SLF001  another value of this class
        return screen._select(model, entries, entries.index(found))  # noqa: SLF001  as above

    def _run_next(self, model: Model) -> Change:
        found = self._following(model)
        if found is None:
            return Change(say="no spec can be run now")
        return _run(model, found)

    def _list(self, entries: Sequence[Entry], size: Size) -> Frame:
        if not entries:
            said = (
                "no spec is shown; f and / change which are"
                if self.sought or self.runnable
                else "no specs yet"
            )
            return Frame(lines=[text(f" {said}")])
        selected = self._place(entries)
        top = window(selected, self.top, size.rows, len(entries))
        frame = Frame()
        for place in range(top, min(top + size.rows, len(entries))):
            line = _row(entries[place], chosen=place == selected, width=size.columns)
            frame.hits.append(Hit(len(frame.lines), 0, size.columns, "pick", place))
            frame.add(line)
        return frame


def _searchable(entry: Entry) -> str:
    if isinstance(entry, InvalidSpec):
        return f"{entry.folder.name} {entry.badge}".lower()
    return f"{entry.folder.name} {entry.spec.id} {entry.spec.name} {entry.badge}".lower()


def _counts(specs: Sequence[Entry]) -> Line:
    counts = Counter(each.badge for each in specs)
    ready = sum(each.runnable for each in specs)
    parts = [
        (f"badge.{badge.lower()}", f" {counts[badge]} {badge}") for badge in Badge if counts[badge]
    ]
    return (("", f" {len(specs)} specs:"), *parts, ("", f"; {ready} can be run now"))


def _row(entry: Entry, *, chosen: bool, width: int) -> Line:
    style = "selected" if chosen else ""
    badge = f"badge.{entry.badge.lower().replace(' ', '-')}"
    mark = ("", "▶" if chosen else " ")
    name = f" {entry.folder.name}  "
    if isinstance(entry, InvalidSpec):
        rest = entry.short_reason
    else:
        waits = f"  < {' '.join(entry.unmet)}" if entry.unmet else ""
        rest = f"{entry.spec.name}{waits}"
    return fitted((mark, (badge, f"{entry.badge:<11}"), (style, name), ("", rest)), width)


def _preview(entry: Entry, size: Size) -> list[Line]:
    if isinstance(entry, InvalidSpec):
        return boxed(entry.folder.name, wrapped(entry.reason, size.columns - 2), size)
    lines: list[Line] = []
    if entry.unmet:
        lines += wrapped(f"waits for {', '.join(entry.unmet)}", size.columns - 2, "warning")
    lines += wrapped(entry.spec.body, size.columns - 2)
    return boxed(entry.folder.name, lines, size)


def _run(model: Model, entry: Entry) -> Change:
    """Run a spec, after a question where that may not be what is wanted."""
    if isinstance(entry, InvalidSpec):
        return Change(say=entry.reason)
    if model.live:
        return Change(say="a run is under way; l shows it")
    start = StartRun(folder=entry.folder)
    doubt = _doubt(entry)
    if doubt is None:
        return Change(effects=(start,))
    return Change(
        dialog=Dialog(
            title=f"run {entry.folder.name}?",
            lines=doubt,
            yes="run",
            no="leave it",
            on_yes=(start,),
        )
    )


def _doubt(entry: Standing) -> tuple[str, ...] | None:
    if entry.badge is Badge.DONE:
        return ("The spec is done already, and has not changed since.",)
    if entry.unmet:
        return (f"It depends on what is not done: {', '.join(entry.unmet)}.",)
    return None
