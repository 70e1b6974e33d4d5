"""What can be asked of a log: its views, and questions to begin with."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path

from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.pager import paged
from helm.adapters.cli.table import terminal_width
from helm.app.ports import LogQueries, View
from helm.app.questions import QUESTIONS
from helm.app.terminal_text import one_line

_WIDTH = 80
"""Columns of a page that is not for a terminal."""


def print_introduction(
    queries: LogQueries, log: Path, database: Path | None, *, as_json: bool
) -> None:
    """Print the views with their columns, and questions as commands that can be pasted.

    `database` is the log that was named, and is then named in the commands too.
    """
    views = queries.views()
    for note in queries.notes:
        Console.standard().warn(note)
    with paged() as console:
        if as_json:
            console.line(_as_json(views))
            return
        console.line(f"The views of {one_line(str(log))}:\n")
        for line in _listing(views):
            console.line(line)
        words = (
            "helm query" if database is None else f"helm query --db {shlex.quote(str(database))}"
        )
        for question in QUESTIONS:
            console.line(f"\n{question.words}\n")
            console.line(textwrap.indent(question.command(words), "  "))


def _listing(views: list[View]) -> Iterator[str]:
    width = max(len(view.name) for view in views)
    for view in views:
        yield textwrap.fill(
            ", ".join(view.columns),
            terminal_width() or _WIDTH,
            initial_indent=f"  {view.name:<{width}}  ",
            subsequent_indent=" " * (width + 4),
            break_on_hyphens=False,
        )


def _as_json(views: list[View]) -> str:
    return json_text(
        {
            "views": [{"name": view.name, "columns": view.columns} for view in views],
            "questions": [{"words": each.words, "sql": each.sql} for each in QUESTIONS],
        },
        indent=2,
    )
