"""`helm import`: runs of other logs, merged into this workspace's."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.options import Database
from helm.adapters.cli.program import command_app, epilog, here, one_line_errors
from helm.app.errors import InputInvalid
from helm.app.terminal_text import one_line

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from helm.app.archive import Source
    from helm.app.ports import Merged

app = command_app()

_EXAMPLES = (
    ("helm import run.jsonl", "then: helm history"),
    ("helm import ci-*.jsonl", "the logs of a CI matrix, as one history"),
    ("gunzip -c runs.jsonl.gz | helm import -", ""),
)


@app.command("import", epilog=epilog(_EXAMPLES, exits.LOOKING))
def import_runs(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="What `helm export` wrote; `-` is standard input."),
    ],
    *,
    db: Database = None,
) -> None:
    """Merge exported runs into the log: all of them, or none where anything is wrong with one.

    What the log has already is left alone, and a run that has grown since goes on. Imported runs
    can be listed, shown and asked for; resume, badges and replay leave them out.
    """
    console = Console.standard()
    with one_line_errors():
        runner = ctx.obj.compose(here(), database=db)
        from helm.app.archive import imported  # noqa: PLC0415  pydantic is not needed to help

        ports = runner.places.ports
        sources = [_source(word) for word in files]
        with closing(ports.open_archive(runner.places.log_path)) as archive:
            merged = imported(archive, sources, ports.clock())
        runner.places.keep_log_private()
    for source, counts in zip(sources, merged, strict=True):
        console.line(f"imported {_told(counts)} from {one_line(source.name)}")


def _source(word: str) -> Source:
    from helm.app.archive import Source  # noqa: PLC0415

    if word == "-":
        return Source("standard input", _standard_input)
    return Source(word, lambda: Path(word).open("rb"))


def _standard_input() -> AbstractContextManager[BinaryIO]:
    if sys.stdin is None:
        raise InputInvalid("standard input is closed; name a file: helm import FILE")
    return nullcontext(sys.stdin.buffer)


def _told(counts: Merged) -> str:
    total = sum(counts)
    parts = [
        f"{number} {words[number != 1]}"
        for number, words in (
            (counts.new, ("new", "new")),
            (counts.grown, ("has grown", "have grown")),
            (counts.known, ("was there already", "were there already")),
        )
        if number
    ]
    return f"{total} {'run' if total == 1 else 'runs'} ({', '.join(parts)})"
