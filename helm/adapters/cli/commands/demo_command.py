"""`helm demo`: the whole loop, offline."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.commands.run_command import execute
from helm.adapters.cli.console import Console
from helm.adapters.cli.program import command_app, epilog, one_line_errors

if TYPE_CHECKING:
    from helm.adapters.cli.program import Demo

app = command_app()

_EXAMPLES = (("helm demo", "some seconds; it ends by saying where report and log are"),)


@app.command(epilog=epilog(_EXAMPLES, exits.RUNNING))
def demo(ctx: typer.Context) -> None:
    """Run the whole loop in a temporary workspace, with a scripted stand-in for codex.

    Needs no account and no network, and takes the same path through helm as a real run.
    """
    with one_line_errors():
        made: Demo = ctx.obj.make_demo()
        # Whatever the user has set for real runs, no model is asked here.
        runner = ctx.obj.compose(made.folder, program=made.program, environment={})
    from helm.app.plan import RunRequest  # noqa: PLC0415

    console = Console.standard()
    console.line(f"A demonstration in {made.folder}")
    console.line("No model is asked: the agent is a scripted stand-in that comes with helm.\n")
    folder, program = shlex.quote(str(made.folder)), shlex.quote(made.program)
    words = f"cd {folder} && HELM_CODEX={program} helm run --exec {made.spec}"
    code = execute(runner, made.spec, RunRequest(), words, quiet=False, as_json=False)
    console.line(f"  log     {runner.log_path(made.spec)}    (a SQLite database)")
    console.line(f"  folder  {made.folder.parent}    (stays until you delete it)")
    raise typer.Exit(code)
