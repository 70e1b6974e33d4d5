"""`helm lint`: what would make a run fail, before it costs anything."""

from __future__ import annotations

from os import path as os_path
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import ActionsConsole, Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import Json
from helm.adapters.cli.program import command_app, epilog, here, one_line_errors
from helm.adapters.cli.table import terminal_width, wrapped
from helm.adapters.cli.workflow_commands import Annotation, Level
from helm.app.terminal_text import one_line
from helm.app.wording import counted

if TYPE_CHECKING:
    from helm.app.lint import Inspection

app = command_app()

_MARGIN = "    "
"""Before what a line of the terminal has no room for."""

_EXAMPLES = (
    ("helm lint", "every spec and what they share"),
    ("helm lint spec-03 --strict", "one spec; warnings count too"),
    ("helm lint --json | jq '.findings[].code'", ""),
)


@app.command(epilog=epilog(_EXAMPLES, exits.LOOKING))
def lint(
    ctx: typer.Context,
    specs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SPEC", help="Specs by path, folder name or unique prefix; else all."
        ),
    ] = None,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 3 for warnings, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find what would make a run fail or waste money, before it is spent.

    Looks at the configuration, both templates, and the files of each spec. A finding is told in
    one line, as a compiler does, with a code in brackets that programs can rely on. Ends with exit
    code 3 where there is an error, with 0 where there are warnings alone.
    """
    console = Console.standard(strict=True)
    with one_line_errors():
        inspection: Inspection = ctx.obj.open_linter(here()).lint(specs or ())
        if as_json:
            console.line(json_text(_described(inspection), indent=2))
        else:
            _print(console, inspection)
        if isinstance(console, ActionsConsole):
            _annotate(console, inspection)
    from helm.app.findings import Severity  # noqa: PLC0415  pydantic is of no use to help

    if inspection.count(Severity.ERROR) or (strict and inspection.findings):
        raise typer.Exit(exits.INPUT)


def _print(console: Console, inspection: Inspection) -> None:
    from helm.app.findings import Severity  # noqa: PLC0415  as above

    colours = {Severity.ERROR: "31", Severity.WARNING: "33"}
    for each in inspection.findings:
        place = _shown(each.path) + (f":{each.line}" if each.line else "")
        severity, code = f" {each.severity}:", f"[{each.code}]"
        said = f"{one_line(place)}:{severity} {one_line(each.message)} {code}"
        first, *more = wrapped(said, terminal_width(), _MARGIN)
        styled = f" {console.style(each.severity, colours[each.severity])}:"
        *lines, last = (first.replace(severity, styled, 1), *more)
        for line in (*lines, last.removesuffix(code) + console.style(code, "2")):
            console.line(line)
    errors, warnings = (inspection.count(each) for each in Severity)
    said = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    console.line(f"{counted(inspection.specs, 'spec')}: {said}")


def _annotate(console: ActionsConsole, inspection: Inspection) -> None:
    for each in inspection.findings:
        annotation = Annotation(
            level=Level(each.severity),
            file=one_line(os_path.relpath(each.path, inspection.top)) if each.path else None,
            line=each.line,
            title=each.code,
            text=one_line(each.message),
        )
        console.annotate(annotation)


def _shown(path: Path | None) -> str:
    """Name a file from where the user stands, as far as that is shorter."""
    return "environment" if path is None else min(os_path.relpath(path), str(path), key=len)


def _described(inspection: Inspection) -> dict[str, object]:
    from helm.app.findings import Severity  # noqa: PLC0415  as above

    return {
        "ok": not inspection.count(Severity.ERROR),
        "specs": inspection.specs,
        "errors": inspection.count(Severity.ERROR),
        "warnings": inspection.count(Severity.WARNING),
        "findings": [
            {
                "severity": each.severity,
                "code": each.code,
                "path": None if each.path is None else _shown(each.path),
                "line": each.line,
                "specs": sorted(folder.name for folder in each.specs),
                "message": each.message,
            }
            for each in inspection.findings
        ],
    }
