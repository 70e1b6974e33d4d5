"""What a shell may offer after Tab.

Commands, options and the values of a choice are taken from what the help is made of. A free word
is completed by its metavar, the name that the help gives it: SPEC, RUN, KEY. Where nothing is
offered, the shell offers files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperGroup

from helm.adapters.cli.console import Console
from helm.adapters.cli.program import SUMMARIES, cli
from helm.app.terminal_text import one_line
from helm.domain.errors import HelmError

if TYPE_CHECKING:
    from helm.adapters.cli.program import Program
    from helm.app.runner import Runner

_MOST_RUNS = 50
"""More than that nobody reads in a shell; a longer beginning finds the others."""


class Candidate(NamedTuple):
    """A word that fits, and what it is."""

    value: str
    meaning: str = ""


# Commands and parameters are Typer's own click's, whose classes have no public names.
_Command = Any
_Parameter = Any


def print_candidates(program: Program, words: Sequence[str]) -> None:
    """Print what can be offered, one a line, with its meaning after a tab.

    Typer has no part in it: to read its own words it would load pydantic, at each Tab.
    """
    console = Console.standard()
    for each in candidates(program, words):
        console.line(f"{each.value}\t{each.meaning}")


def candidates(program: Program, words: Sequence[str]) -> Iterator[Candidate]:
    """Offer what the last of the words, which may be empty, can become after the others.

    A word that no shell could show or take is left out.
    """
    ctx = typer.Context(typer.main.get_command(cli), obj=program)
    *before, current = words or [""]
    current = "" if current == "=" else current  # bash makes three words of `--db=FILE`
    for each in _offered(ctx, before, current):
        if each.value.startswith(current) and each.value == one_line(each.value):
            yield Candidate(each.value, one_line(each.meaning))


def _offered(ctx: typer.Context, before: Sequence[str], current: str) -> Iterable[Candidate]:
    command, rest = _command(ctx, before)
    if command is None:
        return ()
    typed = _typed(command, rest)
    if typed.option:
        return _values(typed.option, ctx, typed, current)
    if current.startswith("-") and not typed.literal:
        return _options(command, ctx, typed, current)
    if isinstance(command, TyperGroup):
        return _commands(command, ctx)
    argument = _argument(command, len(typed.arguments))
    return _values(argument, ctx, typed, current) if argument else ()


def _command(ctx: typer.Context, words: Sequence[str]) -> tuple[_Command, Sequence[str]]:
    """Find the command that the words have come to, None for one that is not there.

    Its own words are what is left.
    """
    command: _Command = ctx.command
    while isinstance(command, TyperGroup):
        named = next((at for at, word in enumerate(words) if not word.startswith("-")), None)
        if named is None:
            break
        command, words = command.get_command(ctx, words[named]), words[named + 1 :]
    return command, words


@dataclass(slots=True)
class _Typed:
    """What a command was told so far.

    `option` waits for its value; after `--`, which makes all `literal`, no word is an option.
    """

    given: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    option: _Parameter | None = None
    literal: bool = False


def _typed(command: _Command, words: Iterable[str]) -> _Typed:
    options = _named_options(command)
    typed = _Typed()
    for word in words:
        if typed.option:
            if word != "=":  # as above
                typed.given[typed.option.name] = word
                typed.option = None
        elif typed.literal or word == "-" or not word.startswith("-"):
            typed.arguments.append(word)
        elif word == "--":
            typed.literal = True
        else:
            name, joined, value = word.partition("=")
            option = options.get(name)
            if option:
                typed.given[option.name] = value
                typed.option = None if joined or option.is_flag else option
    return typed


def _named_options(command: _Command) -> dict[str, _Parameter]:
    options = (each for each in command.params if each.param_type_name == "option")
    return {name: each for each in options for name in each.opts}


def _argument(command: _Command, taken: int) -> _Parameter | None:
    """Give the argument that comes after so many."""
    for each in command.params:
        if each.param_type_name == "argument":
            if each.nargs < 0 or taken < each.nargs:
                return each
            taken -= each.nargs
    return None


def _options(
    command: _Command, ctx: typer.Context, typed: _Typed, current: str
) -> Iterator[Candidate]:
    options = _named_options(command)
    name, joined, value = current.partition("=")
    if joined:
        for each in _values(options.get(name), ctx, typed, value):
            yield Candidate(f"{name}={each.value}", each.meaning)
        return
    for name, option in options.items():
        again = option.multiple or option.name not in typed.given
        if again and not option.hidden and name.startswith("--"):
            yield Candidate(name, option.help or "")
    yield Candidate("--help", "Show what the command does, and end.")


def _commands(group: TyperGroup, ctx: typer.Context) -> Iterator[Candidate]:
    if group is ctx.command:
        for name, meaning in SUMMARIES.items():
            yield Candidate(name, meaning)
        return
    for name in group.list_commands(ctx):
        command: _Command = group.get_command(ctx, name)
        yield Candidate(name, command.get_short_help_str(limit=100))


def _values(
    parameter: _Parameter | None, ctx: typer.Context, typed: _Typed, current: str
) -> Iterator[Candidate]:
    if parameter is None:
        return
    try:
        for word in str(parameter.metavar).rstrip(".").split("|"):
            if word in _WORDS:
                yield from _WORDS[word](ctx.obj, typed, current)
    except (HelmError, OSError):
        return  # outside of a workspace, or in a broken one, there is nothing to offer
    for each in parameter.shell_complete(ctx, current):
        if each.type == "plain":  # the others are files, which are the shell's to find
            yield Candidate(each.value)


def _specs(program: Program, typed: _Typed, _: str) -> Iterator[Candidate]:
    """Offer the folders of the specs root."""
    from helm.app.specs import InvalidSpec, discover  # noqa: PLC0415  pydantic is slow to load

    with _runner(program, typed) as runner:
        for each in discover(runner.places.ports.files, runner.workspace.specs_root):
            meaning = "" if isinstance(each, InvalidSpec) else f"{each.status}: {each.name}"
            yield Candidate(each.folder.name, meaning)


def _runs(program: Program, typed: _Typed, current: str) -> Iterator[Candidate]:
    """Offer runs, newest first, by the ids that `helm history` shows."""
    from helm.app.history import LATEST  # noqa: PLC0415  as above
    from helm.app.ports import RunFilter  # noqa: PLC0415  as above
    from helm.app.wording import age  # noqa: PLC0415  as above

    with _runner(program, typed) as runner:
        history, now = runner.history, runner.places.ports.clock()
        ids = history.log.runs_like(current.upper())[:_MOST_RUNS]
        shown = history.shown_all()
        for row in history.rows(RunFilter(run_ids=ids)):
            run = row.summary
            value = run.run_id if len(current) > len(shown[run.run_id]) else shown[run.run_id]
            # The shell compares what was typed with what is offered, to the letter.
            value = current + value[len(current) :]
            yield Candidate(value, f"{run.spec_id}, {row.standing}, {age(run.started_at, now)}")
        if shown:
            yield Candidate(LATEST, "the run that began last")


def _keys(_: Program, __: _Typed, ___: str) -> Iterator[Candidate]:
    """Offer the keys of the configuration."""
    from helm.app.configuration import DESCRIPTIONS  # noqa: PLC0415  as above

    return (Candidate(key, meaning) for key, meaning in DESCRIPTIONS.items())


def _choices(program: Program, typed: _Typed, _: str) -> Iterator[Candidate]:
    """Offer the values that a key of the configuration can have, where they are few."""
    listing = program.open_configuration(Path.cwd()).read()
    return (
        Candidate(choice)
        for each in listing.settings
        if each.key in typed.arguments
        for choice in each.choices
    )


_WORDS: Mapping[str, Callable[[Program, _Typed, str], Iterator[Candidate]]] = {
    "SPEC": _specs,
    "RUN": _runs,
    "KEY": _keys,
    "VALUE": _choices,
}


def _runner(program: Program, typed: _Typed) -> Runner:
    named = typed.given.get("db")
    return program.compose(Path.cwd(), database=Path(named) if named else None)
