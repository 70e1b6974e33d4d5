"""`helm new`: making the next spec."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path
from typing import Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import Json, accepted_by
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors
from helm.adapters.cli.signals import made_whole
from helm.app.programs import editor, shell_words
from helm.app.terminal_text import one_line

app = command_app()

_SIGNALS = 128
"""Above it is what a shell ends with whose last program a signal has ended."""

_EXAMPLES = (
    ("helm new parser", "spec-01-parser, or whatever number is next"),
    ("helm new 'Parser of dates' --edit", "spec-02-parser-of-dates, in your editor"),
    ("helm new report --depends-on spec-01 --depends-on spec-02", ""),
    ("cd \"$(helm new printer --accept 'make test')\"", "its path is all that a script gets"),
)


@app.command(epilog=epilog(_EXAMPLES, exits.MAKING))
def new(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What the spec is, in a few words; no number.")
    ],
    *,
    depends_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SPEC", help="What must be done before it; can be said several times."
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CMD",
            help="By what it is accepted, instead of the configuration's commands; "
            "can be said several times.",
        ),
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", "-e", help="Open its SPEC.md in $VISUAL or $EDITOR.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the next spec: a numbered folder with SPEC.md, acceptance-checklist.md, metadata.json.

    The texts are there to be written over: every TODO in them is a question to you. Nothing that
    is there is changed.
    """
    command = editor(os.environ)
    if edit and not command:
        fail("no editor to open; set $VISUAL or $EDITOR, or leave --edit out", exits.USAGE)
    from helm.app.drafting import Draft, begin_spec, is_unwritten  # noqa: PLC0415  not needed to print help
    from helm.app.specs import BODY_NAME  # noqa: PLC0415  as above

    draft = Draft(
        name=name,
        depends_on=tuple(depends_on or ()),
        acceptance_commands=accepted_by(accept) or (),
    )
    with one_line_errors(), ctx.obj.compose(here()) as runner:
        folder = made_whole(lambda stop: begin_spec(runner.places, draft, stop))
        body = folder / BODY_NAME
        if edit:
            _edit(command, body)
        if as_json:
            described = {"id": folder.name, "folder": folder.name, "path": str(folder)}
            Console.standard().line(json_text(described, indent=2))
        else:
            _tell(body, asks=is_unwritten(runner.places.ports.files, body))


def _edit(command: str, body: Path) -> None:
    """Let the editor have the terminal; that it failed is no reason to take the spec back."""
    import subprocess  # noqa: PLC0415  for this alone

    # Ctrl-C belongs to the editor. A handler of ours, unlike ignoring it, is not inherited.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        code = subprocess.run(shell_words(command, str(body)), check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        by_signal = code < 0 or code > _SIGNALS
        said = "was interrupted" if by_signal else f"ended with {code}"
        Console.standard().warn(f"{command} {said}")


def _tell(text: Path, *, asks: bool) -> None:
    """Print the path; to people, on a terminal, also how to go on."""
    console = Console.standard()
    path, folder = os.path.relpath(text.parent), text.parent
    console.line(one_line(path) if console.on_terminal else path)
    if not console.on_terminal:
        return
    body = one_line(shlex.quote(os.path.relpath(text)))
    name = shlex.quote(folder.name)
    steps = [("write it", body)] if asks else []
    steps += [("check it", f"helm lint {name}"), ("run it", f"helm run --exec {name}")]
    console.line()
    for purpose, words in steps:
        console.line(f"  {purpose:<8}  {words}")
