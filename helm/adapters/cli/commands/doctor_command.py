"""`helm doctor`: whether all is there that a run needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import Database, Json
from helm.adapters.cli.program import command_app, epilog, here, one_line_errors
from helm.adapters.cli.table import terminal_width, wrapped
from helm.app.checks import State
from helm.app.terminal_text import one_line
from helm.app.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helm.app.checks import Check

app = command_app()

_EXAMPLES = (
    ("helm doctor", "the machine, the agent, the workspace"),
    ("helm doctor --json | jq '.checks[] | select(.state != \"ok\")'", ""),
)
_COLOURS = {State.OK: "32", State.WARNING: "33", State.FAILED: "31"}
_STATE, _NAME = 9, 15
"""Columns for the longest of each, and a gap."""


@app.command(epilog=epilog(_EXAMPLES, (exits.ACCEPTED, exits.USAGE, exits.INPUT)))
def doctor(ctx: typer.Context, *, as_json: Json = False, db: Database = None) -> None:
    """Check all that a run needs, and say of each thing how to mend it.

    Python, SQLite, git, codex with its login and its sandbox, the terminal, the workspace, the
    log, the disk. Nothing is changed, no model is asked, and no login is read. Ends with exit code
    3 where something has failed, with 0 where there are warnings alone.
    """
    console = Console.standard(strict=True)
    with one_line_errors():
        found = _gathered(console, ctx.obj.open_doctor(here(), db).checks(), silent=as_json)
        failed = [each for each in found if each.state is State.FAILED]
        if as_json:
            console.line(json_text(_described(found), indent=2))
        else:
            warned = [each for each in found if each.state is State.WARNING]
            names = ", ".join(dict.fromkeys(each.name for each in failed))
            said = f"{len(failed)} failed ({names})" if failed else "0 failed"
            console.line(f"{counted(len(found), 'check')}: {said}, {_warnings(len(warned))}")
    if failed:
        raise typer.Exit(exits.INPUT)


def _warnings(number: int) -> str:
    return counted(number, "warning")


def _gathered(console: Console, checks: Iterable[Check], *, silent: bool) -> list[Check]:
    """Make the checks, and print each as it comes unless it is to be `silent`."""
    found = []
    if console.live and not silent:
        console.status("checking ...")
    for each in checks:
        found.append(each)
        if not silent:
            _print(console, each)
            if console.live:
                console.status("checking ...")
    console.close()
    return found


def _print(console: Console, check: Check) -> None:
    first, *more = _lines(check.detail)
    state = console.style(check.state, _COLOURS[check.state]) + " " * (_STATE - len(check.state))
    console.line(f"{state}{check.name:<{_NAME}}{first}")
    margin = " " * (_STATE + _NAME)
    for line in more:
        console.line(margin + line)
    for line in _lines(check.cure) if check.cure else ():
        console.line(margin + console.style(line, "1"))


def _lines(text: str) -> list[str]:
    """Break a text for the terminal; what is not on one stays whole."""
    width = terminal_width()
    said = one_line(text)
    if width is None:
        return [said]
    return list(wrapped(said, max(width - _STATE - _NAME, 20)))


def _described(checks: Iterable[Check]) -> dict[str, object]:
    made = list(checks)
    found = [
        {"name": each.name, "state": each.state, "detail": each.detail, "cure": each.cure or None}
        for each in made
    ]
    return {"ok": all(each.state is not State.FAILED for each in made), "checks": found}
