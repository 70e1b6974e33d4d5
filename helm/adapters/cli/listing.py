"""A history on the screen: one line a run, or the lines in which a text was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from helm.adapters.cli.console import Console
from helm.adapters.cli.pager import paged
from helm.adapters.cli.run_json import match_object, print_array, row_object
from helm.adapters.cli.table import Cell, Column, print_table, terminal_width
from helm.app.cells import clipped
from helm.app.history import DIED, RUNNING, Asked, History, HistoryRow, Listing
from helm.app.search import Match, Needle, search
from helm.app.terminal_text import one_line
from helm.app.wording import counted, duration, short_moment, short_number
from helm.domain.projections.summary import State
from helm.domain.redaction import redacted

_DIM, _RED, _MAGENTA = "2", "1;31", "35"
_COLOURS = {
    State.ACCEPTED: "32",
    State.EXHAUSTED: "33",
    State.HALTED: "33",
    State.ABANDONED: _DIM,
    State.OPEN: _DIM,
    RUNNING: "36",
    DIED: "31",
}
_CONTEXT = 20


def print_runs(
    history: History, asked: Asked, now: datetime, redact: Sequence[str] = (), *, as_json: bool
) -> None:
    """Print the runs that are asked for, as a table or as JSON.

    What one of the patterns `redact` matches is masked in a table.
    """
    listing = history.listing(asked)
    with paged() as console:
        if as_json:
            print_array(console, map(row_object, listing.rows))
        elif listing.rows:
            _table(console, listing, history, now, redact)
        else:
            console.line("no such runs" if history.log.runs_like("") else "no runs yet")


def print_matches(
    history: History, asked: Asked, text: str, *, ignore_case: bool, as_json: bool
) -> None:
    """Print the runs in which a text is found, and where, as grep does or as JSON.

    Raises `WordsInvalid` where there is no text.
    """
    needle = Needle(text, ignore_case=ignore_case)
    matches = search(history, asked, needle)
    with paged() as console:
        if as_json:
            print_array(console, map(match_object, matches))
            return
        findings, count = _Findings(console, needle), 0
        for match in matches:
            findings.show(match, history.shown(match.row.summary.run_id))
            count += 1
        if count == asked.limit:
            console.line(f"stopped after {counted(count, 'run')}; all of them: --limit 0")


def _table(
    console: Console, listing: Listing, history: History, now: datetime, redact: Sequence[str]
) -> None:
    """Print runs as a table, and how many more there are.

    Tokens have a column where any are known, work trees where not all runs are of this one.
    """
    rows = [row.summary for row in listing.rows]
    short = history.shown_all()
    elsewhere = any(row.workspace != history.workspace for row in rows)
    known = any(row.input_tokens is not None for row in rows)
    columns = [
        Column(title="run"),
        Column(title="spec", elastic=True),
        Column(title="state", elastic=True),
        Column(title="att", right=True),
        Column(title="started"),
        Column(title="time", right=True),
        *([Column(title="tokens", right=True)] if known else []),
        *([Column(title="work tree", elastic=True)] if elsewhere else []),
    ]
    print_table(
        console,
        columns,
        [
            [
                *_cells(row, short.get(row.summary.run_id, row.summary.run_id), now, redact),
                *([_tokens(row)] if known else []),
                *([row.summary.workspace] if elsewhere else []),
            ]
            for row in listing.rows
        ],
    )
    if listing.more != 0:
        many = "more" if listing.more is None else f"{listing.more:,} more"
        console.line(f"and {many}; all of them: --limit 0")


def _cells(
    row: HistoryRow, short_id: str, now: datetime, redact: Sequence[str]
) -> Iterator[Cell | str]:
    summary = row.summary
    yield Cell(short_id, _MAGENTA)
    yield redacted(summary.spec_id, redact)
    yield Cell(row.standing_and_cause, _COLOURS[row.standing])
    yield str(summary.attempts)
    yield short_moment(summary.started_at, now)
    yield "" if summary.seconds is None else duration(summary.seconds)


def _tokens(row: HistoryRow) -> str:
    tokens_in, tokens_out = row.summary.input_tokens, row.summary.output_tokens
    return "" if tokens_in is None else short_number(tokens_in + (tokens_out or 0))


class _Findings:
    """Prints where a text was found, a line a place, as grep does."""

    def __init__(self, console: Console, needle: Needle) -> None:
        self._console = console
        self._needle = needle
        self._width = terminal_width()

    def show(self, match: Match, short_id: str) -> None:
        """Print the lines of one run."""
        run = self._console.style(short_id, _MAGENTA)
        for hit in match.hits:
            place = f"{hit.attempt}:{hit.role}:{hit.source}"
            text = one_line(redacted(hit.text, match.redact))
            self._console.line(f"{run}:{place}:{self._shown(text, len(short_id + place) + 2)}")

    def _shown(self, text: str, lead: int) -> str:
        """Mark the text; on a terminal, cut the line to what has room beside it."""
        found = self._needle.pattern.search(text)
        if self._width and found:
            room = max(self._width - lead, _CONTEXT)
            begin = max(found.start() - _CONTEXT, 0) if len(text) > room else 0
            text = clipped(("…" if begin else "") + text[begin:], room)
        return self._needle.pattern.sub(lambda each: self._console.style(each[0], _RED), text)
