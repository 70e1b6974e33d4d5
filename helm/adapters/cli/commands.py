"""The commands: their words and options, and what each does with a Runner."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol, cast

import typer
from typer.core import TyperGroup

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.app.terminal_text import one_line
from helm.domain.errors import HelmError
from helm.domain.events import Mode

if TYPE_CHECKING:
    from helm.app.plan import RunRequest
    from helm.app.runner import Runner


class Compose(Protocol):
    """Puts a Runner together: where to look from, which log, which agent, whose variables."""

    def __call__(
        self,
        here: Path,
        *,
        database: Path | None = None,
        program: str | None = None,
        environment: Mapping[str, str] = ...,
    ) -> Runner: ...


class Demo(Protocol):
    """A workspace made for the demonstration: its folder, its spec, and a program to be agent."""

    @property
    def folder(self) -> Path: ...
    @property
    def spec(self) -> str: ...
    @property
    def program(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What the commands need of the composition root, handed over in Typer's context."""

    version: str
    compose: Compose
    make_demo: Callable[[], Demo]


# What Typer raises for words that it does not understand has no public name but its child's.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)

_GROUPS = {"Run a spec": ("run",), "Try it": ("demo",)}

_EXAMPLES = (
    ("helm demo", "the whole loop, offline, in a minute"),
    ("helm run --exec spec-03", "run a spec until it is accepted"),
    ("helm run --exec spec-03 --resume", "go on with a run that was interrupted"),
    ("helm run --exec specs/spec-03 --json", "one event a line, for programs"),
)
_RUN_EXAMPLES = (
    ("helm run --exec spec-03", "worker, verifier, until ok"),
    ("helm run --exec spec-03 --dry-run", "only show both prompts"),
    ("MAX_ATTEMPTS=5 helm run --exec spec-03 --idle-timeout 20m", ""),
    ("helm run --exec spec-03 --resume", "go on after Ctrl-C, a crash, a rate limit"),
)

_NO_SCREEN = "the screen is not there yet; run a spec headless with: helm run --exec SPEC"


class _Grouped(TyperGroup):
    """The list of commands, grouped by what people want, as git does."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  private to Typer
        with _one_line_usage():
            return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  as above
        with _one_line_usage():
            return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  private to Typer
        for title, names in _GROUPS.items():
            commands = {name: self.get_command(ctx, name) for name in names}
            with formatter.section(title):
                rows = [(name, each.short_help) for name, each in commands.items() if each]
                formatter.write_dl(rows)


def _epilog(examples: tuple[tuple[str, str], ...]) -> str:
    """Examples and exit codes, in paragraphs that are not wrapped (so says the backspace)."""
    width = max(len(words) for words, purpose in examples if purpose)
    shown = (f"  {words:<{width}}  {purpose}".rstrip() for words, purpose in examples)
    codes = (f"  {code:<13}  {meaning}" for code, meaning in exits.TABLE)
    return "\b\nExamples:\n{}\n\n\b\nExit codes:\n{}".format("\n".join(shown), "\n".join(codes))


cli = typer.Typer(
    name="helm",
    cls=_Grouped,
    help="Give a written spec to a coding agent, have a second agent judge the result, "
    "keep the whole record.",
    epilog=_epilog(_EXAMPLES),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(ctx: typer.Context, asked: bool) -> None:
    if asked:
        Console.standard().line(f"helm {ctx.obj.version}")
        raise typer.Exit


@cli.callback(invoke_without_command=True)
def helm(
    ctx: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001  its callback answers
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        _fail(_NO_SCREEN, exits.USAGE)


@cli.command(short_help="Run a spec until it is accepted.", epilog=_epilog(_RUN_EXAMPLES))
def run(
    ctx: typer.Context,
    spec: Annotated[
        str | None,
        typer.Argument(
            metavar="SPEC",
            help="A path, a folder name under the specs root, or a unique prefix of one.",
        ),
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
        str | None, typer.Option(metavar="TIME", help="Limit for a silence [default: 60m].")
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
    db: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another log than the workspace's own.")
    ] = None,
) -> None:
    """Run a spec: a worker implements it, a verifier judges it, until ok or out of attempts."""
    if not headless:
        _fail(_NO_SCREEN, exits.USAGE)
    if spec is None:
        _fail("which spec? say: helm run --exec SPEC", exits.USAGE)
    if resume and (fresh or dry_run):
        _fail("--resume goes on as the run began; leave --fresh and --dry-run out", exits.USAGE)
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
    with _one_line_errors():
        runner = ctx.obj.compose(_here(), database=db)
        if dry_run:
            _print_prompts(runner, spec, request)
            return
    words = f"helm run --exec {shlex.quote(spec)}"
    raise typer.Exit(_execute(runner, spec, request, words, quiet=quiet, as_json=json))


@cli.command(short_help="See the whole loop, offline.")
def demo(ctx: typer.Context) -> None:
    """Run the whole loop in a temporary workspace, with a scripted stand-in for codex.

    Needs no account and no network, and takes the same path through helm as a real run.
    """
    with _one_line_errors():
        made: Demo = ctx.obj.make_demo()
        # Whatever the user has set for real runs, no model is asked here.
        runner = ctx.obj.compose(made.folder, program=made.program, environment={})
    from helm.app.plan import RunRequest  # noqa: PLC0415

    console = Console.standard()
    console.line(f"A demonstration in {made.folder}")
    console.line("No model is asked: the agent is a scripted stand-in that comes with helm.\n")
    folder, program = shlex.quote(str(made.folder)), shlex.quote(made.program)
    words = f"cd {folder} && HELM_CODEX={program} helm run --exec {made.spec}"
    code = _execute(runner, made.spec, RunRequest(), words, quiet=False, as_json=False)
    console.line(f"  log     {runner.log_path(made.spec)}    (a SQLite database)")
    console.line(f"  folder  {made.folder.parent}    (stays until you delete it)")
    raise typer.Exit(code)


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        _fail("the current folder has been removed; change to one that is there", exits.INPUT)


def _print_prompts(runner: Runner, spec: str, request: RunRequest) -> None:
    from helm.app.plan import prompts  # noqa: PLC0415
    from helm.domain.commands import StartRun  # noqa: PLC0415

    console = Console.standard()
    plan = runner.plan(spec, request)
    for warning in plan.warnings:
        console.line(f"helm: warning: {one_line(warning)}", error=True)
    if not isinstance(plan.command, StartRun):  # --resume and --dry-run do not go together
        return
    for role, prompt in zip(("worker", "verifier"), prompts(plan.command), strict=True):
        console.line(f"=== The {role}'s prompt ===")
        console.line(prompt)


def _execute(
    runner: Runner, spec: str, request: RunRequest, words: str, *, quiet: bool, as_json: bool
) -> int:
    """Run a spec and show it; the exit code, unless a signal ends us first."""
    from helm.adapters.cli.headless import Headless  # noqa: PLC0415  not needed to print help

    headless = Headless(Console.standard(), quiet=quiet, as_json=as_json)
    with _one_line_errors():
        return headless.execute(runner, spec, request, words)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except HelmError as error:
        _fail(str(error), exits.code_of_error(error))


@contextmanager
def _one_line_usage() -> Iterator[None]:
    try:
        yield
    except _UsageError as error:
        said = error.format_message().replace("Value error, ", "")
        stop = "" if said.endswith((".", "?")) else "."
        words = error.ctx.command_path if error.ctx else "helm"
        _fail(f"{said[:1].lower()}{said[1:]}{stop} See: {words} --help", exits.USAGE)


def _fail(message: str, code: int) -> NoReturn:
    Console.standard().line(f"helm: {one_line(message)}", error=True)
    raise typer.Exit(code)
