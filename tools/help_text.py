"""Reads what `--help` says of every command, for the pages that are made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperGroup

from helm.adapters.cli.program import Epilog, cli, help_rows

# What Typer makes of a function has no public name.
_Command = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHelp:
    """A command as its help tells of it.

    `arguments` and `options` are names and meanings; `examples` are lines for a shell, and what
    each is for.
    """

    name: str
    group: str
    usage: str
    paragraphs: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    examples: tuple[tuple[str, str], ...]


def program_help() -> CommandHelp:
    """Give the help of `helm` itself."""
    root = typer.main.get_command(cli)
    return _told(root, typer.Context(root, info_name="helm"), "")


def commands_help() -> Iterator[CommandHelp]:
    """Give the help of every command in the order of `helm --help`, with its group's title."""
    root: _Command = typer.main.get_command(cli)
    above = typer.Context(root, info_name="helm")
    for title, names in root.groups.items():
        for name in names:
            yield from _all_of(root.get_command(above, name), name, above, title)


def _all_of(
    command: _Command, name: str, above: typer.Context, title: str
) -> Iterator[CommandHelp]:
    ctx = typer.Context(command, info_name=name, parent=above)
    yield _told(command, ctx, title)
    if isinstance(command, TyperGroup):
        for each in command.list_commands(ctx):
            yield from _all_of(command.get_command(ctx, each), each, ctx, title)


def _told(command: _Command, ctx: typer.Context, title: str) -> CommandHelp:
    return CommandHelp(
        name=ctx.command_path,
        group=title,
        usage=_in_one_line(command.get_usage(ctx).removeprefix("Usage:")),
        paragraphs=tuple(map(_in_one_line, re.split(r"\n\s*\n", command.help))),
        arguments=tuple(help_rows(command, ctx, "argument")),
        options=tuple(row for row in help_rows(command, ctx, "option") if "--help" not in row[0]),
        examples=command.epilog.examples if isinstance(command.epilog, Epilog) else (),
    )


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
