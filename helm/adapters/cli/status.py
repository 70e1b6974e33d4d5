"""Where specs stand, as a person sees it at a glance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import StringIO
from pathlib import Path

from helm.adapters.cli.amounts import byte_size
from helm.adapters.cli.console import Console
from helm.adapters.cli.graph import BADGE_COLOURS, print_graph
from helm.adapters.cli.table import Cell, Column, print_table, terminal_width, wrapped
from helm.app.cells import width_of
from helm.app.specs import UNWRITTEN, Badge, InvalidSpec, short_names
from helm.app.standing import Standing
from helm.app.terminal_text import one_line
from helm.app.trees import Specs, faults
from helm.app.wording import age, counted
from helm.domain.redaction import redacted

_ORDER = (
    Badge.RUNNING,
    Badge.FAILED,
    Badge.INVALID,
    Badge.STALE,
    Badge.IN_PROGRESS,
    Badge.TODO,
    Badge.BLOCKED,
    Badge.DONE,
)
"""What wants a look goes first."""

_COUNT = re.compile(rf"[0-9]+ ({'|'.join(Badge)})")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_GAP = "  "
_NARROWEST_NAME = 12
_LARGE_LOG = 256_000_000

_Part = tuple[Column, Callable[[Standing], str]]
"""A column, and what it says of a spec."""


def print_status(
    console: Console,
    specs: Specs,
    now: datetime,
    redact: Iterable[str] = (),
    *,
    graph: bool,
    runnable: bool,
) -> None:
    """Print counts, then the specs, or those that can be run, then what is wrong with them.

    What one of the patterns `redact` matches is masked.
    """
    width = terminal_width()
    specs = [_masked(each, redact) for each in specs]
    _print_counts(console, specs, width)
    shown = [each for each in specs if each.runnable or not runnable]
    if shown:
        console.line()
    if graph:
        print_graph(console, specs)
    elif shown:
        _print_table(console, shown, _parts(shown, specs, now, width), width)
    found = list(faults(specs))
    if found:
        console.line()
    for title, text in found:
        first, *rest = wrapped(one_line(f"{title}: {text}"), width, _GAP)
        console.line(console.style(title, "33") + first[len(title) :])
        for line in rest:
            console.line(line)


def _masked(spec: Standing | InvalidSpec, redact: Iterable[str]) -> Standing | InvalidSpec:
    """Mask what is told of a spec; its folder's name stays, for that is what one types."""
    if isinstance(spec, InvalidSpec):
        return replace(spec, reason=redacted(spec.reason, redact))
    return replace(spec, spec=replace(spec.spec, name=redacted(spec.spec.name, redact)))


def print_emptiness(console: Console, specs_root: Path) -> None:
    """Say that there are no specs yet, and what one is."""
    console.line(f"There are no specs in {one_line(str(specs_root))} yet.")
    console.line("A spec is a folder in it with SPEC.md and metadata.json.")
    console.line("To make one: helm new NAME")


def print_size(console: Console, size: int) -> None:
    """Say that the log is large, where it is; `size` in bytes."""
    if size >= _LARGE_LOG:
        advice = "helm prune --older-than 90d makes it smaller"
        console.line()
        console.line(f"the log has {byte_size(size)}; {advice}")


def _print_counts(console: Console, specs: Specs, width: int | None) -> None:
    counts = Counter(each.badge for each in specs)
    told = ", ".join(f"{counts[badge]} {badge}" for badge in _ORDER if counts[badge])
    whole = _COUNT.sub(lambda found: found[0].replace(" ", _NO_BREAK), told)
    runnable = sum(each.runnable for each in specs) or "none"
    for line in wrapped(
        f"{counted(len(specs), 'spec')}: {whole}; {runnable} can be run now", width
    ):
        console.line(
            _COUNT.sub(
                lambda found: console.style(found[0], BADGE_COLOURS[Badge(found[1])]),
                line.replace(_NO_BREAK, " "),
            )
        )


def _parts(shown: Specs, specs: Specs, now: datetime, width: int | None) -> list[_Part]:
    """Choose what there is room for: all; less of what is waited for; no names."""
    waiting = any(isinstance(each, Standing) and _waits_for(each) for each in shown)
    folder = (Column(title="spec"), _folder)
    name = (Column(title="name", elastic=True), _name)
    runs: list[_Part] = [
        (Column(title="last run"), partial(_began, now=now)),
        (Column(title="outcome"), _outcome),
        (Column(title="attempts", right=True), _attempts),
    ]
    short = _first_unmet(specs)
    for unmet in (_all_unmet, short):
        waits = [(Column(title="waits for"), unmet)] if waiting else []
        parts = [folder, name, *waits, *runs]
        if width is None or _least_width(parts, shown) <= width:
            return parts
    waits = [(Column(title="waits for", elastic=True), short)] if waiting else []
    return [(Column(title="spec", elastic=True), _folder), *waits, *runs]


def _least_width(parts: Sequence[_Part], shown: Specs) -> int:
    """Say how wide the table is at least, its badges included."""
    width = _badge_width(shown)
    for column, text_of in parts:
        texts = [text_of(each) for each in shown if isinstance(each, Standing)]
        widest = max([len(column.title), *(width_of(one_line(text)) for text in texts)])
        width += len(_GAP) + (min(widest, _NARROWEST_NAME) if column.elastic else widest)
    return width


def _print_table(
    console: Console, shown: Specs, parts: Sequence[_Part], width: int | None
) -> None:
    """Print a row a spec; that of an invalid one ends with the reason, and nothing cuts it."""
    columns = [Column(title="badge"), *(column for column, _ in parts)]
    rows: list[list[Cell | str]] = [[_badge(each), *_texts(each, parts)] for each in shown]
    table = StringIO()
    print_table(console.onto(table), columns, rows)
    header, *lines = table.getvalue().split("\n")[:-1]
    console.line(header)
    margin = " " * _badge_width(shown) + _GAP
    for each, line in zip(shown, lines, strict=True):
        if isinstance(each, InvalidSpec):
            _print_invalid(console, line, each, margin, width)
        else:
            console.line(line)


def _print_invalid(
    console: Console, line: str, spec: InvalidSpec, margin: str, width: int | None
) -> None:
    reason = one_line(spec.short_reason)
    whole = f"{margin}{one_line(spec.folder.name)}{_GAP}{reason}"
    if width is None or width_of(whole) <= width:
        console.line(f"{line}{_GAP}{reason}")
        return
    console.line(line)
    for part in wrapped(reason, width - len(margin)):
        console.line(f"{margin}{part}")


def _badge_width(shown: Specs) -> int:
    return max(len("badge"), *(len(each.badge) for each in shown))


def _badge(spec: Standing | InvalidSpec) -> Cell:
    return Cell(spec.badge, BADGE_COLOURS[spec.badge])


def _texts(spec: Standing | InvalidSpec, parts: Sequence[_Part]) -> list[str]:
    if isinstance(spec, Standing):
        return [text_of(spec) for _, text_of in parts]
    return [spec.folder.name, *[""] * (len(parts) - 1)]


def _folder(spec: Standing) -> str:
    folder = spec.folder.name
    return f"{folder} (id {spec.spec.id})" if spec.spec.misnamed else folder


def _name(spec: Standing) -> str:
    return spec.spec.name


def _waits_for(spec: Standing) -> Sequence[str]:
    return (*((UNWRITTEN,) if spec.spec.draft else ()), *spec.unmet)


def _all_unmet(spec: Standing) -> str:
    return ", ".join(_waits_for(spec))


def _first_unmet(specs: Specs) -> Callable[[Standing], str]:
    """Name the first dependency that is not met, as shortly as can be, and count the others."""
    short = short_names(each.folder.name for each in specs)

    def first_unmet(spec: Standing) -> str:
        if not _waits_for(spec):
            return ""
        first, *others = _waits_for(spec)
        return short.get(first, first) + (f" +{len(others)}" if others else "")

    return first_unmet


def _began(spec: Standing, now: datetime) -> str:
    return age(spec.last.started_at, now) if spec.last else "never"


def _outcome(spec: Standing) -> str:
    return spec.outcome


def _attempts(spec: Standing) -> str:
    return str(spec.last.attempts) if spec.last else ""
