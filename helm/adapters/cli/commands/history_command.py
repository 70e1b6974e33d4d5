"""`helm history`: the runs, newest first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.options import MOST, Database, Json
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors

if TYPE_CHECKING:
    from helm.app.runner import Runner

app = command_app()

_EXAMPLES = (
    ("helm history spec-03", "the runs of one spec"),
    ("helm history --outcome exhausted --outcome died --since 7d", ""),
    ("helm history -i --grep 'permission denied'", "who said so, and where"),
    ("helm history --limit 0 --json | jq '.[].run_id'", ""),
)


class Wanted(StrEnum):
    """How a run may stand: by its events, and, where it is open, by its lock."""

    ACCEPTED = "accepted"
    EXHAUSTED = "exhausted"
    ABANDONED = "abandoned"
    HALTED = "halted"
    OPEN = "open"
    RUNNING = "running"
    DIED = "died"


@app.command(epilog=epilog(_EXAMPLES, exits.LOOKING))
def history(
    ctx: typer.Context,
    spec: Annotated[
        str | None,
        typer.Argument(metavar="SPEC", help="Only the runs of this spec, which may be gone."),
    ] = None,
    *,
    outcome: Annotated[
        list[Wanted] | None,
        typer.Option(
            metavar="WORD",
            help="Only runs that ended or stand so: accepted, exhausted, abandoned, halted, "
            "open, and of the open ones running or died. May be said several times.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Only runs begun since then: 2h, 7d, 2026-01-31."),
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, max=MOST, help="At most so many runs; 0 is all.")
    ] = 20,
    grep: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Find a text in transcripts, prompts, reports and verdicts; "
            "prints run:attempt:agent:place:line.",
        ),
    ] = None,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", "-i", help="Let --grep take a for A.")
    ] = False,
    json: Json = False,
    db: Database = None,
) -> None:
    """List the runs, newest first."""
    if ignore_case and grep is None:
        fail("--ignore-case goes with --grep TEXT", exits.USAGE)
    from helm.adapters.cli.listing import print_matches, print_runs  # noqa: PLC0415  nor for help
    from helm.adapters.cli.times import moment_before  # noqa: PLC0415  as above
    from helm.app.history import Asked  # noqa: PLC0415  as above

    with one_line_errors():
        runner: Runner = ctx.obj.compose(here(), database=db)
        now = runner.places.ports.clock()
        found = runner.history if spec is None else runner.history.where(spec)
        asked = Asked(
            paths=None if spec is None else found.paths(spec),
            standings=[str(each) for each in outcome or ()],
            since=None if since is None else moment_before(since, now),
            limit=limit or None,
        )
        if grep is None:
            print_runs(found, asked, now, runner.workspace.config.masked, as_json=json)
        else:
            print_matches(found, asked, grep, ignore_case=ignore_case, as_json=json)
