"""`helm watch`: a run of another process, as it happens."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.options import RUN, Database
from helm.adapters.cli.program import command_app, epilog, here, one_line_errors

app = command_app()

_EXAMPLES = (
    ("helm watch", "the run that is under way"),
    ("helm watch --now 01KBX3", "leave out what has happened so far"),
    ("helm watch latest --json | jq -r .kind", "one event a line, as of the run itself"),
    ("helm watch --quiet && make deploy", "wait for an accepted run"),
)


@app.command(epilog=epilog(_EXAMPLES, exits.RUNNING))
def watch(
    ctx: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help=f"{RUN.removesuffix('.')} [default: the one alive].",
        ),
    ] = None,
    *,
    now: Annotated[
        bool, typer.Option("--now", help="Leave out what has happened so far.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one event a line as JSON, and nothing else.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print warnings and errors only.")
    ] = False,
    db: Database = None,
) -> None:
    """Follow a run of another process from its first event, and end with the same exit code.

    Ends when the run is accepted, is out of attempts, halts, or dies (exit code 6); it does not
    wait for a halted run to be resumed. Of a run that was interrupted the code is 129, 130 or 143.
    Ctrl-C ends the watching alone.
    """
    from helm.adapters.cli.headless import Headless  # noqa: PLC0415  not needed to print help

    options = f" --db {shlex.quote(str(db.absolute()))}" if db else ""
    headless = Headless(Console.standard(strict=True), quiet=quiet, as_json=json)
    with one_line_errors():
        runner = ctx.obj.compose(here(), database=db)
        code = headless.watch(runner, run, options, now=now)
    raise typer.Exit(code)
