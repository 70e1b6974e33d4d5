"""`helm show`: one run, or one thing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.options import Database, Json, RunWord
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors
from helm.domain.events import Channel, Role

if TYPE_CHECKING:
    from pathlib import Path

    from helm.app.history import History
    from helm.app.runner import Runner

app = command_app()

_EXAMPLES = (
    ("helm show latest", "the run in short"),
    ("helm show latest --attempt 2", "with nothing left out"),
    ("helm show latest --worker", "the last transcript"),
    ("helm show latest --attempt 1 --worker --prompt", "what it was asked"),
    ("helm show latest --events --json", "as helm run printed them"),
)


@app.command(epilog=epilog(_EXAMPLES, exits.LOOKING))
def show(
    ctx: typer.Context,
    run: RunWord,
    *,
    attempt: Annotated[
        int | None, typer.Option(metavar="N", help="Only this attempt, with nothing left out.")
    ] = None,
    launch: Annotated[
        int | None, typer.Option(metavar="N", help="The transcript of this launch.")
    ] = None,
    worker: Annotated[
        bool, typer.Option("--worker", help="The transcript of the worker.")
    ] = False,
    verifier: Annotated[
        bool, typer.Option("--verifier", help="The transcript of the verifier.")
    ] = False,
    channel: Annotated[
        Channel | None, typer.Option(help="Which output is the transcript [default: stdout].")
    ] = None,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="The prompt of the launch instead, as it was given.")
    ] = False,
    events: Annotated[
        bool, typer.Option("--events", help="The events, one a line; with --json as JSON Lines.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="The implementation report, rebuilt from the log.")
    ] = False,
    junit: Annotated[
        bool, typer.Option("--junit", help="The run as JUnit XML, as `helm run --junit` wrote it.")
    ] = False,
    json: Json = False,
    db: Database = None,
) -> None:
    """Show a run: what was asked, done, said and judged.

    A transcript or a prompt is printed as it was recorded, byte for byte, where standard output is
    not a terminal. Of several launches of an agent that fit, the last is meant. A transcript that
    was pruned is said so, with exit code 6; all the rest of the run can still be shown.
    """
    whole = report or junit or (json and not events)
    if prompt + events + report + junit + (json and not events) > 1:
        fail("say one of --prompt, --events, --report, --junit and --json alone", exits.USAGE)
    if worker and verifier:
        fail("say --worker or --verifier, not both", exits.USAGE)
    transcript = launch is not None or worker or verifier or channel is not None
    if whole and (transcript or attempt is not None):
        fail(
            "--report, --junit and --json are of the whole run; choose nothing of it", exits.USAGE
        )
    if channel and (prompt or events):
        fail("--channel is of a transcript; leave --prompt and --events out", exits.USAGE)
    from helm.adapters.cli import run_views  # noqa: PLC0415  not needed for help
    from helm.app.history import Choice  # noqa: PLC0415  as above

    role = Role.WORKER if worker else Role.VERIFIER if verifier else None
    choice = Choice(attempt=attempt, launch=launch, role=role)
    with one_line_errors():
        history = _history(ctx, db)
        run_id = history.find(run)
        if report:
            run_views.print_report(history, run_id)
        elif junit:
            run_views.print_junit(history, run_id)
        elif events:
            run_views.print_events(history, run_id, choice, as_json=json)
        elif json:
            run_views.print_json(history, run_id)
        elif prompt:
            run_views.print_prompt(history, run_id, choice)
        elif transcript:
            run_views.print_transcript(history, run_id, choice, channel or Channel.STDOUT)
        else:
            run_views.print_page(history, run_id, attempt)


def _history(ctx: typer.Context, database: Path | None) -> History:
    runner: Runner = ctx.obj.compose(here(), database=database)
    return runner.history
