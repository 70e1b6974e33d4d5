"""`helm verify-log`: whether the log is as it was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.amounts import byte_size
from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import Database, Json
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors
from helm.app.terminal_text import one_line
from helm.app.wording import counted

if TYPE_CHECKING:
    from pathlib import Path

    from helm.app.ports import Fault, Note
    from helm.app.runner import Runner
    from helm.app.verification import Finding, Tally

app = command_app()

_EXAMPLES = (
    ("helm verify-log", "the whole log, and every report"),
    ("helm verify-log --db copy.db --json | jq .faults", ""),
)


class _Checked(NamedTuple):
    """All that came of a check."""

    faults: list[Fault]
    notes: list[Note]
    tally: Tally


@app.command("verify-log", epilog=epilog(_EXAMPLES, exits.LOOKING))
def verify_log(ctx: typer.Context, *, as_json: Json = False, db: Database = None) -> None:
    """Check that the log is as it was recorded, and that the reports are made from it.

    Finds a damaged file, missing triggers, and each event or transcript that was changed, moved or
    removed. Ends with exit code 6 where it finds any. Nothing is written, and runs may go on.
    """
    from helm.app.verification import verify  # noqa: PLC0415  pydantic is of no use to help

    console = Console.standard(strict=True)
    with one_line_errors():
        runner: Runner = ctx.obj.compose(here(), database=db)
        path = runner.places.log_path
        checked = _gathered(console, verify(runner.places), silent=as_json)
        console.close()
        _conclude(console, path, checked, as_json=as_json)


def _conclude(console: Console, path: Path, checked: _Checked, *, as_json: bool) -> None:
    if as_json:
        console.line(json_text(_described(path, checked), indent=2))
    if checked.faults:
        fail(f"{counted(len(checked.faults), 'fault')}; {_advice(path, checked)}", exits.RECORD)
    if not as_json:
        console.line(_all_is_well(checked.tally))


def _gathered(console: Console, findings: Iterable[Finding], *, silent: bool) -> _Checked:
    """Take in what is found, and print it as it comes unless it is to be `silent`."""
    from helm.app.ports import Fault  # noqa: PLC0415  as above
    from helm.app.verification import Tally  # noqa: PLC0415  as above

    checked = _Checked([], [], Tally())
    live = console.live and not silent
    if live:
        console.status("checking the file ...")
    for each in findings:
        if isinstance(each, Tally):
            checked = checked._replace(tally=each)
            if live:
                said = f"{counted(each.runs, 'run')}, {counted(each.events, 'event')}"
                console.status(f"checked {said} ...")
            continue
        if isinstance(each, Fault):
            word = console.style("fault", "31")
            checked.faults.append(each)
        else:
            word = "note"
            checked.notes.append(each)
        if not silent:
            console.line(f"{word}: {one_line(f'{each.where}: {each.what}')}")
    return checked


def _advice(path: Path, checked: _Checked) -> str:
    from helm.app.specs import REPORT_NAME  # noqa: PLC0415  as above

    whose = f"keep {path} as it is, and restore a copy or begin a new log with --db FILE"
    reports = [each for each in checked.faults if each.where.endswith(REPORT_NAME)]
    if len(reports) < len(checked.faults):
        return whose
    return f"if the reports are wrong, helm replay writes them anew; if the log is, {whose}"


def _all_is_well(tally: Tally) -> str:
    parts = [
        counted(tally.runs, "run"),
        counted(tally.events, "event"),
        f"{byte_size(tally.output_size)} of transcripts",
    ]
    if tally.pruned_chunks:
        parts.append(f"and {byte_size(tally.pruned_size)} more that were pruned")
    return f"the log is as it was recorded: {', '.join(parts)}"


def _described(path: Path, checked: _Checked) -> dict[str, object]:
    tally = checked.tally
    return {
        "log": str(path),
        "ok": not checked.faults,
        "runs": tally.runs,
        "events": tally.events,
        "transcript_bytes": tally.output_size,
        "pruned_chunks": tally.pruned_chunks,
        "pruned_bytes": tally.pruned_size,
        "faults": [each._asdict() for each in checked.faults],
        "notes": [each._asdict() for each in checked.notes],
    }
