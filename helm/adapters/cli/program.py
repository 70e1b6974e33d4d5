"""The program `helm`: its list of commands, each of which is loaded when it is asked for."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol, cast

import typer
from typer.core import TyperGroup

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console, ReaderGone
from helm.app.terminal_text import one_line
from helm.domain.errors import HelmError

if TYPE_CHECKING:
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


class OpenScreen(Protocol):
    """Shows the screen on the terminal until it is left.

    Gives the exit code, or minus the number of the signal that ended it.
    """

    def __call__(self, here: Path, *, database: Path | None, spec: str | None) -> int: ...


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
    open_screen: OpenScreen


# What Typer raises for words that it does not understand has no public name but its child's.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)

_COMMANDS = {
    "Run a spec": {"run": "Run a spec until it is accepted."},
    "See where things stand": {
        "status": "Every spec: its badge, what it waits for, its last run.",
        "history": "The runs, newest first.",
        "show": "One run: what was asked, done, said and judged.",
        "watch": "Follow a run of another process.",
    },
    "Ask and keep the log": {
        "query": "Ask the log in SQL, read-only.",
        "replay": "Rebuild metadata.json and report from the log.",
        "verify-log": "Check that the log is as it was recorded.",
        "export": "Write runs as JSON Lines, with everything in them.",
        "import": "Merge exported runs into the log.",
        "prune": "Empty old transcripts.",
    },
    "Try it": {"demo": "See the whole loop, offline."},
}
"""By what people want, as git lists them. A command is `app` in the module of its name."""

_EXAMPLES = (
    ("helm demo", "the whole loop, offline, in a minute"),
    ("helm status", "where every spec stands"),
    ("helm run --exec spec-03", "run a spec until it is accepted"),
    ("helm run --exec spec-03 --resume", "go on with a run that was interrupted"),
    ("helm show latest", "what was asked, done and judged"),
)

NO_TERMINAL = "the screen needs a terminal; run a spec without one: helm run --exec SPEC"


class _Commands(TyperGroup):
    """The list of commands; a command costs nothing before it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  private to Typer
        return [name for group in _COMMANDS.values() for name in group]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  as above
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"helm.adapters.cli.commands.{name}_command")
        return typer.main.get_command(module.app)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  as above
        with _one_line_usage():
            return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  as above
        with _one_line_usage():
            return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002  as above
        for title, commands in _COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


def epilog(examples: tuple[tuple[str, str], ...]) -> str:
    """Write examples and exit codes; a paragraph that begins with a backspace is not wrapped."""
    width = max(len(words) for words, purpose in examples if purpose)
    shown = (f"  {words:<{width}}  {purpose}".rstrip() for words, purpose in examples)
    codes = (f"  {code:<13}  {meaning}" for code, meaning in exits.TABLE)
    return "\b\nExamples:\n{}\n\n\b\nExit codes:\n{}".format("\n".join(shown), "\n".join(codes))


def command_app() -> typer.Typer:
    """Make what a command's module registers its one function with."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=_CONTEXT,
    )


_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

cli = typer.Typer(
    name="helm",
    cls=_Commands,
    help="Give a written spec to a coding agent, have a second agent judge the result, "
    "keep the whole record.",
    epilog=epilog(_EXAMPLES),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_CONTEXT,
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
        show_screen(ctx.obj)


def show_screen(
    program: Program, *, database: Path | None = None, spec: str | None = None
) -> NoReturn:
    """Open the screen, and end as it ends."""
    if not has_terminal():
        fail(NO_TERMINAL, exits.USAGE)
    with one_line_errors():
        code = program.open_screen(here(), database=database, spec=spec)
    if code < 0:
        exits.die_of_signal(signal.Signals(-code))
    raise typer.Exit(code)


def has_terminal() -> bool:
    """Tell whether there is a terminal on both ends that can show more than lines."""
    ends = (sys.stdin, sys.stdout)
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    return not dumb and all(end is not None and end.isatty() for end in ends)


def here() -> Path:
    """Say where the user stands; there is nothing to do in a folder that is gone."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        fail("the current folder has been removed; change to one that is there", exits.INPUT)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Tell what was foreseen to go wrong in one line, and end with its exit code.

    Without a reader there is nobody to tell, and we end as `cat` does.
    """
    try:
        yield
    except HelmError as error:
        fail(str(error), exits.code_of_error(error))
    except ReaderGone:
        exits.die_of_signal(signal.SIGPIPE)


def fail(message: str, code: int) -> NoReturn:
    """End with one line on standard error that says what to do."""
    Console.standard().line(f"helm: {one_line(message)}", error=True)
    raise typer.Exit(code)


@contextmanager
def _one_line_usage() -> Iterator[None]:
    try:
        yield
    except _UsageError as error:
        said = error.format_message().replace("Value error, ", "")
        stop = "" if said.endswith((".", "?")) else "."
        words = error.ctx.command_path if error.ctx else "helm"
        fail(f"{said[:1].lower()}{said[1:]}{stop} See: {words} --help", exits.USAGE)
