"""`helm run`: a spec, until it is accepted."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import ActionsConsole, Console
from helm.adapters.cli.options import SPEC, Database
from helm.adapters.cli.program import (
    command_app,
    epilog,
    fail,
    here,
    one_line_errors,
)
from helm.adapters.cli.screen import show_screen
from helm.domain.events import Mode

if TYPE_CHECKING:
    from helm.adapters.cli.headless import Recipient
    from helm.app.plan import RunRequest
    from helm.app.runner import Runner

app = command_app()

_EXAMPLES = (
    ("helm run --exec spec-03", "worker, verifier, until ok"),
    ("helm run --exec spec-03 --dry-run", "only show both prompts"),
    ("MAX_ATTEMPTS=5 helm run --exec spec-03 --idle-timeout 20m", ""),
    ("helm run --exec spec-03 --resume", "go on after Ctrl-C, a crash, a rate limit"),
    ("helm run --exec spec-03 --junit helm.xml", "for the test report of a CI"),
)


@app.command(epilog=epilog(_EXAMPLES, (*exits.RUNNING, exits.BROKEN_SCREEN)))
def run(
    ctx: typer.Context,
    spec: Annotated[
        str | None,
        typer.Argument(metavar="SPEC", help=SPEC),
    ] = None,
    *,
    headless: Annotated[
        bool, typer.Option("--exec", help="Run without a screen, streaming what happens.")
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the spec's latest run from the step that was under way; "
            "say its outcome if it is over, start one if there is none.",
        ),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin without the last run's remaining tasks.")
    ] = False,
    max_attempts: Annotated[
        int | None, typer.Option(metavar="N", help="Attempts before giving up [default: 2].")
    ] = None,
    mode: Annotated[Mode | None, typer.Option(help="What the templates are told.")] = None,
    model_impl: Annotated[
        str | None, typer.Option(metavar="MODEL", help="The worker's model.")
    ] = None,
    model_ver: Annotated[
        str | None, typer.Option(metavar="MODEL", help="The verifier's model.")
    ] = None,
    worker_timeout: Annotated[
        str | None, typer.Option(metavar="TIME", help="Limit for a worker: 90m, 45s, off.")
    ] = None,
    verifier_timeout: Annotated[
        str | None, typer.Option(metavar="TIME", help="Limit for a verifier.")
    ] = None,
    idle_timeout: Annotated[
        str | None, typer.Option(metavar="TIME", help="Limit for a silence [default: 1h].")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one event a line as JSON, and nothing else.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print warnings and errors only.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print both prompts and launch nothing.")
    ] = False,
    junit: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write verdicts and remaining tasks there as JUnit XML, too."
        ),
    ] = None,
    db: Database = None,
) -> None:
    """Run a spec: a worker implements it, a verifier judges it, until ok or out of attempts."""
    if not headless:
        _refuse_what_the_screen_would_drop(ctx)
        show_screen(ctx.obj.open_screen, database=db, spec=spec)
    if spec is None:
        fail("which spec? say: helm run --exec SPEC", exits.USAGE)
    if resume and (fresh or dry_run):
        fail("--resume goes on as the run began; leave --fresh and --dry-run out", exits.USAGE)
    if dry_run and junit:
        fail("--dry-run launches nothing that could be judged; leave --junit out", exits.USAGE)
    from helm.app.plan import RunRequest  # noqa: PLC0415  pydantic is loaded to run, not to help
    from helm.app.settings import Flags  # noqa: PLC0415

    flags = Flags(
        mode=mode,
        max_attempts=max_attempts,
        worker_model=model_impl,
        verifier_model=model_ver,
        worker_timeout=worker_timeout,
        verifier_timeout=verifier_timeout,
        idle_timeout=idle_timeout,
    )
    request = RunRequest(flags=flags, resume=resume, fresh=fresh)
    with one_line_errors():
        runner = ctx.obj.compose(here(), database=db)
        if dry_run:
            _print_prompts(runner, spec, request)
            return
    words = f"helm run --exec {shlex.quote(spec)}"
    code = execute(runner, spec, request, words, quiet=quiet, as_json=json, junit=junit)
    raise typer.Exit(code)


def _refuse_what_the_screen_would_drop(ctx: typer.Context) -> None:
    for each in ctx.command.params:
        given = ctx.params[str(each.name)]
        if each.param_type_name == "option" and each.name != "db" and given != each.default:
            fail(f"{each.opts[0]} goes with --exec", exits.USAGE)


def _print_prompts(runner: Runner, spec: str, request: RunRequest) -> None:
    from helm.app.plan import prompts  # noqa: PLC0415
    from helm.domain.commands import StartRun  # noqa: PLC0415

    console = Console.standard()
    plan = runner.plan(spec, request)
    for warning in plan.warnings:
        console.warn(warning)
    if not isinstance(plan.command, StartRun):  # --resume and --dry-run do not go together
        return
    for role, prompt in zip(("worker", "verifier"), prompts(plan.command), strict=True):
        console.line(f"=== The {role}'s prompt ===")
        console.line(prompt)


def execute(
    runner: Runner,
    spec: str,
    request: RunRequest,
    words: str,
    *,
    quiet: bool,
    as_json: bool,
    junit: Path | None = None,
) -> int:
    """Run a spec and show it; the exit code, unless a signal ends us first."""
    from helm.adapters.cli.headless import Headless  # noqa: PLC0415  not needed to print help

    console = Console.standard()
    with one_line_errors():
        recipients = _recipients(runner, spec, console, junit)
        headless = Headless(console, quiet=quiet, as_json=as_json, recipients=recipients)
        return headless.execute(runner, spec, request, words)


def _recipients(
    runner: Runner, spec: str, console: Console, junit: Path | None
) -> Sequence[Recipient]:
    """Say who is told how the run ended. Raises `HelmError` for what could not be written."""
    from helm.adapters.cli.actions import Annotations  # noqa: PLC0415  as above
    from helm.adapters.cli.junit_file import JunitFile  # noqa: PLC0415
    from helm.adapters.cli.step_summary import StepSummary  # noqa: PLC0415

    found: list[Recipient] = []
    if isinstance(console, ActionsConsole):
        found.append(Annotations(console))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        found.append(StepSummary(Path(summary), console))
    if junit:
        file = JunitFile(runner.places.ports.files, junit)
        file.require(runner.log_path(spec))
        found.append(file)
    return found
