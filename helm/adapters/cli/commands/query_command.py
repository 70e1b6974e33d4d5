"""`helm query`: the log in SQL, read-only."""

from __future__ import annotations

import math
import sys
from contextlib import closing
from typing import Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.options import MOST, Database, Json
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors

app = command_app()

_EXAMPLES = (
    ("helm query", "what can be asked, and questions to begin with"),
    ('helm query "SELECT spec_id, outcome FROM runs"', ""),
    ('helm query --csv --limit 0 "SELECT * FROM activity" > activity.csv', ""),
    ("helm query --json - < question.sql", ""),
)


@app.command(epilog=epilog(_EXAMPLES, exits.LOOKING))
def query(
    ctx: typer.Context,
    sql: Annotated[
        str | None,
        typer.Argument(
            metavar="SQL",
            help="One statement; - reads it from standard input. Without it, what can be asked.",
        ),
    ] = None,
    *,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV with a header.")] = False,
    limit: Annotated[
        int,
        typer.Option(min=0, max=MOST, metavar="N", help="Rows at most; 0 is all of them."),
    ] = 10_000,
    timeout: Annotated[
        str, typer.Option(metavar="TIME", help="How long SQLite may work: 10s, 5m, off.")
    ] = "30s",
    db: Database = None,
) -> None:
    """Ask the log in SQL, which can only read: nothing is changed, whatever is asked.

    A table masks tokens and what the workspace's `redact` matches; JSON and CSV hold what is
    stored.
    """
    if json and csv:
        fail("--json and --csv are two forms of an answer: choose one", exits.USAGE)
    if csv and sql is None:
        fail("--csv is a form of an answer, and nothing is asked; see: helm query", exits.USAGE)
    from helm.adapters.cli.answers import Form, print_answer  # noqa: PLC0415
    from helm.adapters.cli.introduction import print_introduction  # noqa: PLC0415

    with one_line_errors():
        seconds = _seconds(timeout)
        runner = ctx.obj.compose(here(), database=db)
        places = runner.places
        with closing(places.ports.open_queries(places.log_path)) as queries:
            if sql is None:
                print_introduction(queries, places.log_path, db, as_json=json)
                return
            print_answer(
                queries,
                _standard_input() if sql == "-" else sql,
                seconds=seconds,
                limit=limit,
                form=Form.JSON if json else Form.CSV if csv else Form.TABLE,
                patterns=runner.workspace.config.masked,
            )


def _seconds(timeout: str) -> float:
    from helm.app.errors import WordsInvalid  # noqa: PLC0415
    from helm.app.settings import seconds  # noqa: PLC0415

    try:
        return seconds(timeout) or math.inf
    except ValueError as error:
        raise WordsInvalid(f"--timeout: {error}") from error


def _standard_input() -> str:
    from helm.app.errors import WordsInvalid  # noqa: PLC0415

    try:
        return sys.stdin.buffer.read().decode("utf-8-sig") if sys.stdin else ""
    except UnicodeDecodeError as error:
        raise WordsInvalid(f"the SQL on standard input is not UTF-8: {error}") from error
