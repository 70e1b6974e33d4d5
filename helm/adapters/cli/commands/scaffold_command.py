"""`helm scaffold`: making a workspace."""

from __future__ import annotations

import shlex
import signal
import sys
from dataclasses import replace
from os.path import normpath, relpath
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import accepted_by
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors
from helm.adapters.cli.signals import made_whole
from helm.app.terminal_text import one_line
from helm.app.wording import counted
from helm.domain.events import Mode

if TYPE_CHECKING:
    from helm.app.scaffold import Inventory, Prospect, Scaffold, Setup

app = command_app()

_EXAMPLES = (
    ("helm scaffold", "asks, then makes what is missing"),
    ("helm scaffold --yes", "takes what it would have suggested"),
    ("helm scaffold --yes --accept 'make test' --accept 'make lint'", ""),
    ("helm scaffold --specs-root docs/specs", "asks for the rest"),
)

_NOTHING_MADE = "nothing was made"


@app.command(epilog=epilog(_EXAMPLES, (*exits.MAKING, exits.NOT_ACCEPTED)))
def scaffold(
    ctx: typer.Context,
    *,
    specs_root: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Where the specs go, from the top of the repository."),
    ] = None,
    mode: Annotated[Mode | None, typer.Option(help="What workers are told.")] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="CMD", help="By what work is accepted; can be said several times."),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Do not ask; suggestions hold for what is not said."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, for programs; needs --yes.")
    ] = False,
) -> None:
    """Make a workspace: helm.config.json, the specs root with its prompt templates, an example.

    It lies at the top of the repository. Nothing is overwritten: said again, this makes what is
    missing. All is made or nothing. Acceptance commands are guessed from what the repository is.
    Without a terminal nothing is made unless --yes says so. A "no" ends with exit code 1.
    """
    if not yes and (as_json or not _can_ask()):
        fail("there is nobody to ask: add --yes to take what is suggested", exits.USAGE)
    with one_line_errors():
        given = _given(specs_root, mode, accept)
        made = _Making(ctx.obj.open_scaffold(here()), given)
        if as_json:
            Console.standard().line(json_text(made.described(), indent=2))
        elif yes:
            made.make_silently()
        else:
            made.ask()


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _given(specs_root: str | None, mode: Mode | None, accept: list[str] | None) -> dict[str, Any]:
    """Collect what was said, by the fields of a setup."""
    commands = accepted_by(accept)
    given = {"specs_root": specs_root, "mode": mode, "acceptance_commands": commands}
    return {name: value for name, value in given.items() if value is not None}


class _Making:
    """The making of one workspace, as people follow it."""

    def __init__(self, scaffold: Scaffold, given: dict[str, Any]) -> None:
        self._scaffold = scaffold
        self._given = given
        self._prospect: Prospect = scaffold.prospect()
        self._root = self._prospect.root
        asked = replace(self._prospect.setup, **given)
        self._console = Console.standard()
        fault = scaffold.fault(self._root, asked)
        if fault:
            fail(f"the specs root cannot be {asked.specs_root!r}: {fault}", exits.USAGE)
        self._setup = replace(asked, specs_root=normpath(asked.specs_root))
        if self._prospect.settled:
            self._require_settled()

    def described(self) -> dict[str, object]:
        """Make it, and tell a program what was made."""
        made = self._made(self._setup)
        return {
            "root": str(self._root),
            "specs_root": self._setup.specs_root,
            "created": made.created,
            "changed": made.changed,
            "kept": made.kept,
        }

    def make_silently(self) -> None:
        """Make it without a question."""
        made = self._made(self._setup)
        self._console.line(f"workspace {one_line(str(self._root))}")
        self._list(made, ("created", "changed", "kept"))
        self._say_what_next(self._setup)

    def ask(self) -> None:
        """Make it as people want it; a Ctrl-C leaves all as it was."""
        # A prompt is left by an exception; outside of them Ctrl-C ends us as it ends any program.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            setup = self._agreed()
        except KeyboardInterrupt:
            self._console.line(f"helm: interrupted; {_NOTHING_MADE}", error=True)
            exits.die_of_signal(signal.SIGINT)
        except EOFError:
            setup = None
        finally:
            signal.signal(signal.SIGINT, before)
        if setup is None:
            fail(_NOTHING_MADE, exits.NOT_ACCEPTED)
        made = self._made(setup)
        amounts = {"created": made.created, "changed": made.changed, "kept": made.kept}
        told = (
            f"{what} {counted(len(names), 'file')}" for what, names in amounts.items() if names
        )
        self._console.line(", ".join(told))
        self._say_what_next(setup)

    def _agreed(self) -> Setup | None:
        """Ask for the settings, show what would be made, and ask whether it shall be."""
        from helm.adapters.cli.interview import Interview  # noqa: PLC0415  loads prompt_toolkit

        interview, setup = Interview(), self._setup
        self._console.line(f"A workspace in {one_line(str(self._root))}")
        if not self._prospect.settled:
            self._console.line(
                "Enter takes what stands there; Ctrl-C leaves, and nothing is made."
            )
            self._console.line()
            setup = interview.setup(
                setup, self._given.keys(), lambda tried: self._scaffold.fault(self._root, tried)
            )
        self._console.line()
        planned = self._scaffold.plan(self._root, setup)
        self._list(planned, ("create", "change", "keep"))
        if not (planned.created or planned.changed):
            self._console.line("Nothing is missing.")
            return setup
        self._console.line()
        return setup if interview.agrees("Make it?") else None

    def _made(self, setup: Setup) -> Inventory:
        return made_whole(lambda stop: self._scaffold.make(self._root, setup, stop))

    def _require_settled(self) -> None:
        """Refuse a setting that is another one already: this command changes none."""
        from helm.app.scaffold import KEYS  # noqa: PLC0415  not needed to print help
        from helm.app.settings import CONFIG_NAME  # noqa: PLC0415  as above

        is_so = self._prospect.setup
        is_so = replace(is_so, specs_root=normpath(is_so.specs_root))
        for field in self._given:
            value = getattr(self._setup, field)
            if value != getattr(is_so, field):
                words = f"helm config set {KEYS[field]} {_as_word(value)}"
                if field == "specs_root":
                    words = _moving(self._root / is_so.specs_root, self._root / value, words)
                fail(
                    f"`{KEYS[field]}` is set already in {self._root / CONFIG_NAME}, and is "
                    f"kept; to change it: {words}",
                    exits.USAGE,
                )

    def _list(self, inventory: Inventory, words: tuple[str, str, str]) -> None:
        listed = (inventory.created, inventory.changed, inventory.kept)
        width = max(map(len, words))
        for word, names in zip(words, listed, strict=True):
            for name in names:
                self._console.line(f"{word:<{width}}  {one_line(name)}")

    def _say_what_next(self, setup: Setup) -> None:
        from helm.app.scaffold import step_lines  # noqa: PLC0415  not needed to print help

        self._console.line()
        for line in step_lines(self._scaffold.next_steps(self._root, setup)):
            self._console.line(f"  {line}")


def _moving(old: Path, new: Path, words: str) -> str:
    """Say how a specs root becomes another one with all that is in it; then come these `words`.

    Not by `git mv`, which refuses a folder of which nothing is tracked yet.
    """
    if new.exists() or new.is_relative_to(old):
        return f"move what is in {relpath(old)} to {relpath(new)}, then: {words}"
    make = "" if new.parent.exists() else f"mkdir -p {_path(new.parent)} && "
    return f"{make}mv {_path(old)} {_path(new)} && {words}"


def _path(path: Path) -> str:
    return shlex.quote(relpath(path))


def _as_word(value: object) -> str:
    from helm.app.configuration import as_text  # noqa: PLC0415  not needed to print help

    return shlex.quote(as_text(list(value) if isinstance(value, tuple) else value))
