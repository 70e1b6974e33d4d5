"""The program `helm`: its list of commands, each of which is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol, cast

import typer
from typer.core import TyperCommand, TyperGroup

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.endings import fail, here, one_line_errors
from helm.adapters.cli.screen import OpenScreen, show_screen

if TYPE_CHECKING:
    from helm.app.configuration import Configuration
    from helm.app.doctor import Doctor
    from helm.app.lint import Linter
    from helm.app.runner import Runner
    from helm.app.scaffold import Scaffold


__all__ = ["Program", "cli", "command_app", "epilog", "fail", "here", "one_line_errors"]


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
    open_screen: OpenScreen
    open_scaffold: Callable[[Path], Scaffold]
    open_configuration: Callable[[Path], Configuration]
    open_linter: Callable[[Path], Linter]
    open_doctor: Callable[[Path, Path | None], Doctor]


# What Typer raises for words that it does not understand has no public name but its child's.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)

_COMMANDS = {
    "Set up": {
        "scaffold": "Make a workspace; nothing is overwritten.",
        "new": "Make the next spec.",
        "lint": "Find what would make a run fail, before it costs anything.",
        "doctor": "Check all that a run needs.",
        "config": "Show the configuration, or set a value in it.",
        "completion": "Let your shell complete commands, specs and runs.",
    },
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

SUMMARIES = {name: said for group in _COMMANDS.values() for name, said in group.items()}
"""Every command in one line."""

_ELSEWHERE = {
    "help": "--help",
    "init": "scaffold",
    "list": "status",
    "log": "history",
    "resume": "run --exec SPEC --resume",
}
"""What other programs call a command of ours."""

FOR_SHELLS = "__complete"
"""Before the words that a completion script asks about, instead of a command."""

_EXAMPLES = (
    ("helm demo", "the whole loop, offline, in some seconds"),
    ("helm scaffold", "make a workspace in your repository"),
    ("helm status", "where every spec stands"),
    ("helm run --exec spec-03", "run a spec until it is accepted"),
    ("helm run --exec spec-03 --resume", "go on with a run that was interrupted"),
    ("helm show latest", "what was asked, done and judged"),
)


class _Commands(TyperGroup):
    """The list of commands; a command costs nothing before it is asked for."""

    groups = _COMMANDS

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  private to Typer
        return list(SUMMARIES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002  as above
        if cmd_name not in SUMMARIES:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"helm.adapters.cli.commands.{name}_command")
        return typer.main.get_command(module.app)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  as above
        word = args[0]
        if word not in SUMMARIES and not word.startswith("-"):
            instead = _ELSEWHERE.get(word.lower())
            asked = f"did you mean {instead}?" if instead else _meant(word.lower(), SUMMARIES)
            fail(f"no such command {word!r}; {asked or 'see: helm --help'}", exits.USAGE)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  as above
        with _one_line_usage():
            return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  as above
        with _one_line_usage():
            return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002  as above
        for title, commands in self.groups.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


class _Command(TyperCommand):
    """A command whose help names an argument by its metavar alone, without type or braces."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  as above
        arguments = (each for each in self.params if each.param_type_name == "argument")
        return [self.options_metavar or "", *map(_in_usage, arguments)]

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            rows = help_rows(self, ctx, kind)
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def help_rows(command: Any, ctx: Any, kind: str) -> list[tuple[str, str]]:  # noqa: ANN401  as above
    """Give the names and the meanings of a command's parameters: "argument" or "option"."""
    shown = (each for each in command.get_params(ctx) if each.param_type_name == kind)
    if kind == "argument":
        return [(each.metavar, each.help or "") for each in shown]
    return [record for each in shown if (record := each.get_help_record(ctx))]


def _in_usage(argument: Any) -> str:  # noqa: ANN401  as above
    name = argument.metavar if argument.required else f"[{argument.metavar}]"
    return name if argument.nargs == 1 else f"{name}..."


class Epilog(str):
    """What stands at the end of a help; `examples` are those that it was made of."""

    __slots__ = ("examples",)
    examples: tuple[tuple[str, str], ...]


def epilog(examples: tuple[tuple[str, str], ...], codes: Collection[int | str]) -> Epilog:
    """Write examples, and the exit codes with which the command can end.

    A paragraph that begins with a backspace is not wrapped.
    """
    rows = exits.explained(codes)
    width = max(len(code) for code, _ in rows)
    told = (f"  {code:<{width}}  {meaning}" for code, meaning in rows)
    text = "\b\nExamples:\n{}\n\n\b\nExit codes:\n{}".format(
        "\n".join(_example_lines(examples)), "\n".join(told)
    )
    made = Epilog(text)
    made.examples = examples
    return made


def _example_lines(examples: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """Put what an example is for beside it, or below where it would leave a small terminal."""
    widths = (len(words) for words, purpose in examples if purpose)
    column = max((each for each in widths if each <= _EXAMPLE_COLUMN), default=0)
    for words, purpose in examples:
        line = f"  {words:<{column}}  {purpose}".rstrip()
        if not purpose or (len(words) <= column and len(line) <= _WIDTH):
            yield line
        else:
            yield f"  {words}"
            yield f"      {purpose}"


_WIDTH = 78
"""The columns of a small terminal, less the margin of all that stands at the end of a help."""

_EXAMPLE_COLUMN = 40


class _App(typer.Typer):
    def command(self, name: str | None = None, **options: Any) -> Any:  # noqa: ANN401  Typer's are many
        return super().command(name, cls=_Command, **options)


def command_app() -> typer.Typer:
    """Make what a command's module registers its function with."""
    return _App(
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
    epilog=epilog(_EXAMPLES, [code for code, _ in exits.TABLE]),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_CONTEXT,
    add_completion=False,  # it edits people's files; `helm completion` does not
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
        show_screen(ctx.obj.open_screen)


@contextmanager
def _one_line_usage() -> Iterator[None]:
    try:
        yield
    except _UsageError as error:
        said = _said(error)
        stop = "" if said.endswith((".", "?")) else "."
        words = error.ctx.command_path if error.ctx else "helm"
        fail(f"{said[:1].lower()}{said[1:]}{stop} See: {words} --help", exits.USAGE)


def _said(error: typer.BadParameter) -> str:
    unknown = getattr(error, "option_name", None)
    if unknown is None or error.ctx is None or "No such option" not in error.message:
        return error.format_message().replace("Value error, ", "")
    names = [name for each in error.ctx.command.get_params(error.ctx) for name in each.opts]
    instead = _meant(unknown, names) if unknown.startswith("--") else ""
    return f"no such option {unknown}{instead and '; '}{instead}"


def _meant(word: str, known: Iterable[str]) -> str:
    from helm.app.identity import meant  # noqa: PLC0415  needed by who mistypes

    return meant(word, known)
