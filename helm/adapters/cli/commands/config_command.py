"""`helm config`: what holds and why, and changing one value in the file."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import Json
from helm.adapters.cli.pager import paged
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors

if TYPE_CHECKING:
    from helm.app.configuration import Configuration, Listing, Setting

_EXAMPLES = (
    ("helm config", "every key, its value, and where that comes from"),
    ("helm config get mode", "one value, for a script"),
    ("helm config set mode parallel", "change it in helm.config.json"),
    ("helm config unset mode", "back to the default"),
)
_GET_EXAMPLES = (
    ("helm config get mode", "strict, or parallel"),
    ("helm config get acceptanceCommands", "a list, one a line"),
    ("helm config get codexRunImpl.model --json", "also where it comes from"),
)
_SET_EXAMPLES = (
    ("helm config set workerTimeout 90m", "or 1h30m, 45s, off"),
    ("helm config set codexRunImpl.reasoning high", "a key within an object"),
    ("helm config set acceptanceCommands 'make lint' 'make test'", "a list"),
    ("helm config set acceptanceCommands '[]'", "an empty one; any list as JSON"),
)
_UNSET_EXAMPLES = (("helm config unset codexRunImpl.model", "the agent takes its own again"),)

Key = Annotated[
    str, typer.Argument(metavar="KEY", help="A key that `helm config` lists, such as mode.")
]


class _Words(TyperGroup):
    """The words that may follow; whoever says a key there is told which word is missing."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  private to Typer
        found = super().get_command(ctx, cmd_name)
        if found is None:
            from helm.app.configuration import DESCRIPTIONS  # noqa: PLC0415  not needed to help

            if cmd_name in DESCRIPTIONS:
                fail(f"say: helm config get {shlex.quote(cmd_name)}", exits.USAGE)
        return found


app = command_app()


@app.callback(cls=_Words, invoke_without_command=True, epilog=epilog(_EXAMPLES, exits.LOOKING))
def config(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show the configuration: every key, its value, and where that comes from.

    A variable of the environment goes before helm.config.json, and that before the default. The
    flags of `helm run` go before them all.
    """
    if ctx.invoked_subcommand is not None:
        if as_json:
            fail("--json belongs at the end: helm config get KEY --json", exits.USAGE)
        return
    with one_line_errors():
        from helm.adapters.cli.settings import listing_object, print_listing  # noqa: PLC0415

        listing = ctx.obj.open_configuration(here()).read()
        with paged() as console:
            if as_json:
                console.line(json_text(listing_object(listing), indent=2))
            else:
                print_listing(console, listing)


@app.command(epilog=epilog(_GET_EXAMPLES, exits.LOOKING))
def get(ctx: typer.Context, key: Key, *, as_json: Json = False) -> None:
    """Print the value that holds.

    A list is printed one a line, and nothing where the agent takes its own.
    """
    with one_line_errors():
        from helm.adapters.cli.settings import print_value, setting_object  # noqa: PLC0415

        setting = ctx.obj.open_configuration(here()).read().find(key)
        console = Console.standard(strict=True)
        if as_json:
            console.line(json_text(setting_object(setting), indent=2))
        elif setting.fault:
            fail(setting.fault, exits.INPUT)
        else:
            print_value(console, setting.value)


@app.command("set", epilog=epilog(_SET_EXAMPLES, exits.LOOKING))
def set_value(
    ctx: typer.Context,
    key: Key,
    values: Annotated[
        list[str], typer.Argument(metavar="VALUE", help="What it is to be; several are a list.")
    ],
) -> None:
    """Change a value in helm.config.json.

    Nothing is written that is not valid, and all else in the file stays as it is. In a workspace
    without such a file it is made.
    """
    with one_line_errors():
        from helm.app.configuration import parsed_words  # noqa: PLC0415  not needed to print help

        configuration: Configuration = ctx.obj.open_configuration(here())
        listing = configuration.read()
        setting = listing.find(key)
        configuration.save(setting, parsed_words(key, values))
        _tell(configuration, listing, setting)


@app.command(epilog=epilog(_UNSET_EXAMPLES, exits.LOOKING))
def unset(ctx: typer.Context, key: Key) -> None:
    """Take a key out, so that its default holds."""
    with one_line_errors():
        configuration: Configuration = ctx.obj.open_configuration(here())
        listing = configuration.read()
        setting = listing.find(key)
        configuration.save(setting, None)
        _tell(configuration, listing, setting)


def _tell(configuration: Configuration, before: Listing, setting: Setting) -> None:
    """Say what whoever changes a value would not expect; else nothing."""
    from helm.app.configuration import Source  # noqa: PLC0415  not needed to print help

    now = configuration.read()
    carried = any(each.source is Source.OLD_FILE for each in before.settings)
    if carried and now.exists:
        _warn(f"{now.file} is new, and holds what the workspace's older settings said")
    for each in now.settings:
        if each.fault and each.source is not Source.ENVIRONMENT:
            _warn(f"{now.file} is still wrong: {each.fault}")
    if setting.source is Source.ENVIRONMENT:
        given = shlex.quote(str(setting.value))
        _warn(f"{setting.variable}={given} in the environment still goes before the file")


def _warn(said: str) -> None:
    Console.standard().warn(said)
