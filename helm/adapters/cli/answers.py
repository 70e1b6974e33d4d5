"""Printing what a query found: for people in a table, for programs in JSON or CSV."""

from __future__ import annotations

import base64
import csv
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import Any

from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.pager import paged
from helm.adapters.cli.table import Cell, Column, print_table
from helm.app.errors import WordsInvalid
from helm.app.ports import LogQueries
from helm.app.terminal_text import harmless, one_line
from helm.domain.redaction import redacted

Row = tuple[object, ...]

_DIM = "2"
_LONGEST = 1000
"""Characters of a text that a table shows: a worker's report may have millions."""

_LARGEST = 256
"""MiB of memory for an answer that is held whole before it is shown."""

_BATCH = 500
"""Rows that are written at once."""


class Form(Enum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "JSON"
    CSV = "CSV"


def print_answer(
    queries: LogQueries,
    sql: str,
    *,
    seconds: float,
    limit: int,
    form: Form,
    patterns: Sequence[str],
) -> None:
    """Ask, and print what is found; a table masks what one of the patterns matches.

    Whatever has a limit is read first and printed when the log has been let go of: a pager may
    wait for hours, and while an answer is half read the log's file cannot shrink. Without one, a
    table is held whole, JSON and CSV are written as they come. Raises as `LogQueries.ask`.
    """
    answer = queries.ask(sql, seconds=seconds)
    for note in queries.notes:
        Console.standard().warn(note)
    if not limit and form is not Form.TABLE:
        _print(Console.standard(strict=True), _texts(form, answer.columns, answer.rows))
        return
    rows = _held(islice(answer.rows, limit + 1) if limit else answer.rows)
    queries.close()
    shown = rows[:limit] if limit else rows
    with paged() as console:
        if form is Form.TABLE:
            _print_table(console, answer.columns, shown, patterns)
        else:
            _print(console, _texts(form, answer.columns, shown))
    if len(shown) < len(rows):
        Console.standard().warn(
            f"there are more rows than these {limit}; for all of them say --limit 0"
        )


def _held(rows: Iterable[Row]) -> list[Row]:
    held, size = [], 0
    for row in rows:
        size += sys.getsizeof(row) + sum(map(sys.getsizeof, row))
        if size > _LARGEST << 20:
            raise WordsInvalid(
                f"the answer takes more than {_LARGEST} MiB: name fewer columns, lower --limit, "
                "or have it streamed by --limit 0 with --csv or --json"
            )
        held.append(row)
    return held


def _print_table(
    console: Console, names: Sequence[str], rows: Sequence[Row], patterns: Sequence[str]
) -> None:
    columns = [
        _column(name, [row[place] for row in rows if row[place] is not None])
        for place, name in enumerate(names)
    ]
    print_table(console, columns, [[_cell(value, patterns) for value in row] for row in rows])


def _texts(form: Form, names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    return _json(_unique(names), rows) if form is Form.JSON else _csv(names, rows)


def _print(console: Console, texts: Iterator[str]) -> None:
    """Write texts as they are; a terminal is not given what would steer it."""
    while batch := "".join(islice(texts, _BATCH)):
        console.write(harmless(batch, colour=False) if console.on_terminal else batch)


def _json(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    before = "["
    for row in rows:
        values = dict(zip(names, map(_json_value, row), strict=True))
        yield before + json_text(values)
        before = ",\n "
    yield "[]\n" if before == "[" else "]\n"


def _json_value(value: object) -> object:
    """Write bytes as sqlite-utils does; an infinite number is none that JSON knows."""
    if isinstance(value, bytes):
        return {"$base64": True, "encoded": base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _csv(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    writer: Any = csv.writer(_Passed())
    yield writer.writerow(names)
    for row in rows:
        values = (base64.b64encode(v).decode() if isinstance(v, bytes) else v for v in row)
        yield writer.writerow(values)


class _Passed:
    """A file whose `write` gives back the text, which the writer of the csv module passes on."""

    def write(self, text: str) -> str:
        return text


def _unique(names: Sequence[str]) -> list[str]:
    """Number the names that come again: `id`, `id_2`, `id_3`."""
    unique: list[str] = []
    for name in names:
        chosen, number = name, 1
        while chosen in unique:
            number += 1
            chosen = f"{name}_{number}"
        unique.append(chosen)
    return unique


def _column(name: str, values: Sequence[object]) -> Column:
    """Describe a column of a table by its values, NULL left out."""
    numbers = bool(values) and all(isinstance(value, (int, float)) for value in values)
    # A run's id that is cut can be given to no other command.
    return Column(title=one_line(name), right=numbers, elastic=not numbers and name != "run_id")


def _cell(value: object, patterns: Sequence[str]) -> Cell:
    match value:
        case None:
            return Cell("")
        case bytes():
            return Cell(f"<blob {len(value)} bytes>", _DIM)
        case float():
            return Cell(_decimal(value))
        case _:
            text = redacted(str(value), patterns)
            return Cell(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _decimal(value: float) -> str:
    """Write a number as SQLite's own shell does: 0.1 + 0.2 is 0.3, and 6.0 stays no integer."""
    text = f"{value:.15g}"
    return text if not text.lstrip("-").isdecimal() else f"{text}.0"
