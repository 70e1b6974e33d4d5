"""Runs in rows: the columns that there is room for, and the words by which a run is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from helm.adapters.tui.frame import Line, safe, text
from helm.app.cells import clipped, width_of
from helm.app.history import HistoryRow
from helm.app.wording import duration, local, short_moment, short_number
from helm.domain.projections.summary import RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """A run in a list, under the short id by which people know it.

    `words` are what it can be found by, in small letters.
    """

    short_id: str
    row: HistoryRow
    words: str

    @classmethod
    def of(cls, row: HistoryRow, short_id: str) -> ListedRun:
        """Put a run in a list."""
        return cls(short_id=short_id, row=row, words=_words(row, short_id).lower())

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.row.summary.run_id


TextOf = Callable[[ListedRun, datetime], str]
"""What a column says of a run, at some moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list of runs, so many columns of the terminal `wide`.

    It is left out where it cannot have its `least`, and gets wider than it wants to be, up to its
    `widest`, only once all others have what they want.
    """

    title: str
    text_of: TextOf
    wide: int
    least: int
    widest: int
    right: bool = False


def fitting(runs: Iterable[ListedRun], sought: str) -> tuple[ListedRun, ...]:
    """Find the runs that have every word of what is sought."""
    words = sought.lower().split()
    return tuple(run for run in runs if all(word in run.words for word in words))


def columns(width: int, *, id_width: int, every_spec: bool) -> list[Column]:
    """Choose the columns that there is room for; short ids are up to `id_width` wide."""
    room, chosen = width, []
    for column in (replace(_RUN, wide=id_width), *_BY_WORTH):
        wide = min(column.wide, room - 1)
        if wide >= column.least and (every_spec or column is not _SPEC):
            chosen.append(replace(column, wide=wide))
            room -= wide + 1
    for place, column in reversed([*enumerate(chosen)]):
        extra = max(min(column.widest - column.wide, room), 0)
        chosen[place] = replace(column, wide=column.wide + extra)
        room -= extra
    return sorted(chosen, key=lambda column: _ORDER.index(column.title))


def titles(chosen: Sequence[Column]) -> Line:
    """Draw the head of the list."""
    return text("".join(f" {_cell(column.title, column)}" for column in chosen), "state")


def run_row(
    run: ListedRun,
    chosen: Sequence[Column],
    now: datetime,
    redact: Iterable[str] = (),
    *,
    selected: bool,
) -> Line:
    """Draw the row of a run; what one of the patterns `redact` matches is masked."""
    styles = {"state": f"badge.{run.row.standing}", "run": "selected" if selected else ""}
    line: Line = ()
    for place, column in enumerate(chosen):
        gap = " " if place or not selected else "▶"
        cell = _cell(column.text_of(run, now), column, redact)
        line += (("", gap), (styles.get(column.title, ""), cell))
    return line


def _words(row: HistoryRow, short_id: str) -> str:
    summary = row.summary
    parts = (
        short_id,
        summary.spec_id,
        summary.spec_name,
        summary.path,
        summary.workspace,
        row.standing_and_cause,
        summary.worker_model or "",
        summary.verifier_model or "",
        f"{local(summary.started_at):%Y-%m-%d %d %b}",
    )
    return "\n".join(parts)


def _cell(words: str, column: Column, redact: Iterable[str] = ()) -> str:
    shown = clipped(safe(words, redact), column.wide)
    fill = " " * (column.wide - width_of(shown))
    return fill + shown if column.right else shown + fill


def _took(summary: RunSummary) -> str:
    return "" if summary.seconds is None else duration(summary.seconds)


def _tokens(summary: RunSummary) -> str:
    if summary.input_tokens is None:
        return ""
    return short_number(summary.input_tokens + (summary.output_tokens or 0))


def _column(
    title: str, text_of: TextOf, wide: int, *, least: int = 0, widest: int = 0, right: bool = False
) -> Column:
    return Column(
        title=title,
        text_of=text_of,
        wide=wide,
        least=least or wide,
        widest=widest or wide,
        right=right,
    )


_RUN = _column("run", lambda run, _: run.short_id, 8, least=1)
_SPEC = _column("spec", lambda run, _: run.row.summary.spec_id, 20, least=8, widest=40)
_BY_WORTH = (
    _column("state", lambda run, _: run.row.standing_and_cause, 16, least=9, widest=26),
    _SPEC,
    _column("started", lambda run, now: short_moment(run.row.summary.started_at, now), 12),
    _column("time", lambda run, _: _took(run.row.summary), 7, right=True),
    _column("att", lambda run, _: str(run.row.summary.attempts), 3, right=True),
    _column("tokens", lambda run, _: _tokens(run.row.summary), 6, right=True),
)
_ORDER = ("run", "spec", "state", "started", "time", "att", "tokens")
