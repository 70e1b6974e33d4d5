"""The graph: what waits for what, as trees, and how far all of it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from helm.adapters.tui.badges import BADGE_WIDTH, SIGNS, badge_style
from helm.adapters.tui.frame import (
    Frame,
    Line,
    Size,
    padded,
    safe,
    text,
    wrapped,
)
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Message
from helm.adapters.tui.model import NOTHING, Change, Model
from helm.adapters.tui.screens import deeds
from helm.adapters.tui.scrolling import ListPane
from helm.adapters.tui.spec_list import Entry, counts
from helm.adapters.tui.waiting import not_read
from helm.app.dependencies import Graph, needs, subtree, users_in
from helm.app.specs import Badge
from helm.app.standing import Standing, on_disk
from helm.app.trees import MISSING, TreeLine, faults, listed, tree_lines

_HEAD_ROWS = 1
_ROOM_BELOW = 10
"""Rows from which on there is room for more than the tree."""

_BADGES_FROM = 50
"""Columns from which on badges are words; their signs tell them apart in less."""

_LONGEST_FOOT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphScreen:
    """All specs, or some, each under those that it needs.

    `selected` is the name of a folder, `under` the one that its row stands under: a spec that
    needs several has a row in several places. `focus` is the spec that all of them need.
    """

    selected: str = ""
    under: str | None = None
    top: int = 0
    runnable: bool = False
    focus: str | None = None

    @property
    def context(self) -> Context:
        return Context.GRAPH

    def title(self, _model: Model) -> str:
        words = ["graph", safe(self.focus) if self.focus else "", "ready" if self.runnable else ""]
        return " ".join(filter(None, words))

    def refusal(self, model: Model, action: str) -> str:
        rows = self._rows(model)
        if not rows:
            needed = action in {"open", "subtree"} and self.focus is None
            return "no spec is selected" if needed else deeds.refusal(model, None, action)
        entry = rows[self._place(rows)].spec
        if entry is None and action in {"open", "run", "history"}:
            return "there is no such spec; those that need it wait for ever"
        return deeds.refusal(model, entry, action)

    def act(self, model: Model, action: str, place: int) -> Change:
        rows = self._rows(model)
        pane = self._pane(rows, _heights(model.body).tree)
        moved = pane.moved(action, place)
        if moved:
            branch = rows[moved.at].branch
            selected = replace(self, selected=branch.name, under=branch.parent, top=moved.top)
            return Change(screen=selected)
        entry = rows[pane.at].spec if rows else None
        match action:
            case "show":
                return Change(screen=replace(self, runnable=not self.runnable, top=0))
            case "back" | "subtree" if self.focus is not None:
                return Change(screen=replace(self, focus=None, top=0))
            case "subtree":
                return Change(screen=replace(self, focus=rows[pane.at].branch.name, top=0))
            case "open" if entry:
                return _opened(entry)
            case _:
                return deeds.done_with(model, entry, action)

    def hear(self, _model: Model, _message: Message) -> Change:
        return NOTHING

    def draw(self, model: Model, size: Size) -> Frame:
        if model.specs is None:
            return Frame(lines=not_read("the specs", model.unread, size.columns))
        heights = _heights(size)
        rows = self._rows(model)
        frame = Frame(lines=[counts(model.specs, size.columns)] if heights.head else [])
        tree = self._tree(model, rows, Size(size.columns, heights.tree))
        frame.put(tree, top=heights.head)
        frame.add(*tree.lines)
        if heights.foot:
            frame.lines = padded(frame.lines, size.rows - heights.foot)
            frame.add(*self._foot(model, rows, Size(size.columns, heights.foot)))
        return frame

    def _rows(self, model: Model) -> Sequence[TreeLine]:
        return _laid_out(_Specs(model.specs or ()), self.focus, self.runnable)

    def _place(self, rows: Sequence[TreeLine]) -> int:
        """Find the selected row: where it stands, else where it is told in full."""
        places = [place for place, row in enumerate(rows) if row.branch.name == self.selected]
        exact = (place for place in places if rows[place].branch.parent == self.under)
        full = (place for place in places if not rows[place].is_reference)
        return next(exact, next(full, places[0] if places else 0))

    def _pane(self, rows: Sequence[TreeLine], height: int) -> ListPane:
        return ListPane(count=len(rows), height=height, at=self._place(rows), top=self.top)

    def _tree(self, model: Model, rows: Sequence[TreeLine], size: Size) -> Frame:
        if not rows:
            said = "no spec can be run now; f shows all" if self.runnable else "no specs yet"
            return Frame(lines=[text(f" {said}")])
        pane = self._pane(rows, size.rows)
        return pane.frame(
            size.columns,
            lambda place: _row(model, rows[place], size.columns, selected=place == pane.at),
        )

    def _foot(self, model: Model, rows: Sequence[TreeLine], size: Size) -> list[Line]:
        whole = _whole(_Specs(model.specs or ()))
        lines = [text("─" * size.columns, "border")]
        room = size.rows - len(lines) - bool(whole.faults)
        if rows:
            lines += _about(rows[self._place(rows)], whole, size.columns)[:room]
        lines = padded(lines, 1 + room)
        if whole.faults:
            more = f" ({len(whole.faults) - 1} more)" if len(whole.faults) > 1 else ""
            lines.append(text(f" {whole.faults[0][0]}{more}: {whole.faults[0][1]}", "warning"))
        return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heights:
    head: int
    tree: int
    foot: int


def _heights(size: Size) -> _Heights:
    """Part the screen; in very little room there is the tree alone."""
    head = _HEAD_ROWS if size.rows > _HEAD_ROWS + 1 else 0
    foot = 2 + _LONGEST_FOOT if size.rows >= _ROOM_BELOW else 0
    return _Heights(head=head, tree=max(size.rows - head - foot, 1), foot=foot)


@dataclass(frozen=True, slots=True, eq=False)
class _Specs:
    """The specs of one reading: what was made of them once holds until they are read anew."""

    found: Sequence[Entry]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Specs) and self.found is other.found

    def __hash__(self) -> int:
        return id(self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """All that the trees are made from, and what is wrong with it."""

    badges: Mapping[str, Badge]
    needs: Graph
    users: Graph
    faults: Sequence[tuple[str, str]]


@lru_cache(maxsize=2)
def _whole(specs: _Specs) -> _Whole:
    graph = needs(on_disk(specs.found))
    return _Whole(
        badges={each.folder.name: each.badge for each in specs.found},
        needs=graph,
        users=users_in(graph),
        faults=[(title, safe(words)) for title, words in faults(specs.found)],
    )


@lru_cache(maxsize=4)
def _laid_out(specs: _Specs, focus: str | None, runnable: bool) -> tuple[TreeLine, ...]:  # noqa: FBT001  a key of the cache
    only = None if focus is None else subtree(_whole(specs).needs, focus)
    if runnable:
        ready = {each.folder.name for each in specs.found if each.runnable}
        only = ready if only is None else ready & only
    return tuple(tree_lines(specs.found, only))


def _opened(entry: Entry) -> Change:
    from helm.adapters.tui.screens.spec import opened  # noqa: PLC0415  it shows graphs, too

    return opened(entry)


def _row(model: Model, row: TreeLine, width: int, *, selected: bool) -> Line:
    reference = row.is_reference
    name = row.spec.spec.name if isinstance(row.spec, Standing) and not reference else ""
    notes = "  ".join(row.notes)
    return (
        ("", "▶" if selected else " "),
        (_style(row), _badge(row, words=width >= _BADGES_FROM)),
        ("border", row.rails),
        ("selected" if selected else "state" if reference else "", safe(row.branch.name)),
        ("", f" {safe(name, model.redact)}" if name else ""),
        ("state", f"  {safe(notes, model.redact)}" if notes else ""),
    )


def _style(row: TreeLine) -> str:
    return badge_style(row.spec.badge) if row.spec else "badge.missing"


def _badge(row: TreeLine, *, words: bool) -> str:
    sign = SIGNS[row.spec.badge] if row.spec else "!"
    return f"{f'{sign} {row.badge}':<{BADGE_WIDTH}}  " if words else f"{sign} "


def _about(row: TreeLine, whole: _Whole, width: int) -> list[Line]:
    """Say of the selected spec what it needs, and what waits for it."""
    name = row.branch.name
    parts = [safe(name), row.badge]
    parts += [f"needs {_named(whole, whole.needs[name])}"] if whole.needs[name] else []
    parts += [f"needed by {_named(whole, whole.users[name])}"] if whole.users[name] else []
    lines = wrapped("  ".join(parts), max(width - 2, 1))
    return [(("", " "), *line) for line in lines]


def _named(whole: _Whole, names: Sequence[str]) -> str:
    return safe(listed([f"{name} {_sign(whole, name)}" for name in names]))


def _sign(whole: _Whole, name: str) -> str:
    return SIGNS[whole.badges[name]] if name in whole.badges else MISSING
