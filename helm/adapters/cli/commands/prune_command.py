"""`helm prune`: emptying old transcripts."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.amounts import byte_size
from helm.adapters.cli.console import Console
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import Database
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors
from helm.app.wording import counted, local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm.app.ports import RunOutput
    from helm.app.pruning import Pruning, Selection
    from helm.app.runner import Runner
    from helm.domain.projections.summary import RunSummary

app = command_app()

_AGE = re.compile(r"[0-9]{1,6}[hdw]")
"""Whoever writes 3m may mean months, and minutes would cost them everything: neither is taken."""

_NOTHING = "nothing to prune"

_EXAMPLES = (
    ("helm prune --older-than 90d --dry-run", "which runs, and how much"),
    ("helm prune --older-than 90d", "asks first"),
    ("helm prune --older-than 90d --yes", "for a script"),
    ("helm prune 01JD3K 01JD4R", "these runs"),
)


@app.command(epilog=epilog(_EXAMPLES, exits.LOOKING))
def prune(
    ctx: typer.Context,
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN", help="Ids, unique beginnings of them, or `latest`."),
    ] = None,
    *,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="Every run whose last event is older: 90d, 12h, 2w."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only say what would be emptied.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, for programs; needs --yes or --dry-run.")
    ] = False,
    db: Database = None,
) -> None:
    """Empty the transcripts of old runs, and give their room back to the disk.

    Events, prompts, reports and verdicts stay, and so do the length and digest of what is emptied.
    Runs that are under way are left alone.
    """
    if bool(runs) == (older_than is not None):
        fail("say which runs: either --older-than AGE, or RUN...", exits.USAGE)
    if older_than is not None and not _AGE.fullmatch(older_than):
        fail(f"--older-than {older_than!r} is no age; write 90d, 12h or 2w", exits.USAGE)
    if not (yes or dry_run) and (as_json or not _can_ask()):
        fail("there is nobody to ask: add --yes to empty, or --dry-run to look", exits.USAGE)
    from helm.adapters.cli.times import moment_before  # noqa: PLC0415  not needed to print help
    from helm.app.pruning import pruning  # noqa: PLC0415  as above

    with one_line_errors():
        runner: Runner = ctx.obj.compose(here(), database=db)
        with pruning(runner.places) as pruned:
            if older_than is None:
                selection = pruned.of(runs or [])
            else:
                now = runner.places.ports.clock()
                selection = pruned.before(moment_before(older_than, now))
            if as_json:
                described = _carried_out(pruned, selection, dry_run=dry_run)
                Console.standard().line(json_text(described, indent=2))
                return
            told = _Told(runner, pruned, selection)
            if dry_run:
                told.show()
            else:
                told.carry_out(ask=not yes)


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _carried_out(pruned: Pruning, selection: Selection, *, dry_run: bool) -> dict[str, object]:
    """Prune as a program asks for it, and describe what came of it."""
    runs = selection.outputs if dry_run else pruned.empty(selection)
    described: dict[str, object] = {
        "emptied": not dry_run,
        "runs": [each._asdict() for each in runs],
        "living": selection.living,
    }
    if not dry_run and (runs or pruned.has_spare()):
        compacted = pruned.compact()
        described |= {
            "compacted": compacted.done,
            "size_before": compacted.before,
            "size_after": compacted.after,
        }
    return described


class _Told:
    """A pruning as people follow it."""

    def __init__(self, runner: Runner, pruned: Pruning, selection: Selection) -> None:
        self._runner = runner
        self._pruned = pruned
        self._selection = selection
        self._console = Console.standard()

    def show(self) -> None:
        """Say what would be emptied."""
        self._show_living()
        outputs = self._selection.outputs
        if not outputs:
            self._console.line(_NOTHING)
            return
        from helm.adapters.cli.table import Column, print_table  # noqa: PLC0415  for this alone
        from helm.app.ports import RunFilter  # noqa: PLC0415  as above

        log = self._runner.places.log
        wanted = RunFilter(run_ids=[each.run_id for each in outputs])
        summaries = {each.run_id: each for each in log.summaries(wanted)}
        columns = [
            Column(title="run"),
            Column(title="spec", elastic=True),
            Column(title="last event"),
            Column(title="transcripts", right=True),
        ]
        rows = [self._row(each, summaries[each.run_id]) for each in outputs]
        print_table(self._console, columns, rows)
        self._console.line()
        self._console.line(f"would empty {self._sum(outputs)}")

    def carry_out(self, *, ask: bool) -> None:
        """Empty what is selected, and give its room back to the disk."""
        self._show_living()
        outputs = self._selection.outputs
        if not outputs:
            self._console.line(_NOTHING)
        elif ask and not self._confirmed(outputs):
            self._console.line("nothing was emptied")
            return
        else:
            self._console.line(f"emptied {self._sum(self._pruned.empty(self._selection))}")
        if outputs or self._pruned.has_spare():
            self._compact()

    def _confirmed(self, outputs: Sequence[RunOutput]) -> bool:
        self._console.line(
            f"This empties {self._sum(outputs)}, for good. Events, prompts, reports and verdicts\n"
            "stay, and so do the length and the digest of what is emptied."
        )
        self._console.write("Empty them? [y/N] ")
        answer = sys.stdin.readline()
        return answer.strip().lower() in {"y", "yes"}

    def _compact(self) -> None:
        if self._console.live:
            self._console.status("giving the room back to the disk ...")
        compacted = self._pruned.compact()
        if compacted.done:
            sizes = f"{byte_size(compacted.before)} to {byte_size(compacted.after)}"
            self._console.line(f"the log went from {sizes}")
            return
        self._warn(
            "the file keeps its size, because runs that are under way write to it; to give the "
            "room back to the disk, prune again when they are over"
        )

    def _show_living(self) -> None:
        for run_id in self._selection.living:
            shown = self._runner.history.shown(run_id)
            self._warn(f"run {shown} is under way, and is left alone")

    def _warn(self, said: str) -> None:
        self._console.warn(said)

    def _row(self, output: RunOutput, run: RunSummary) -> list[str]:
        moment = local(run.updated_at)
        shown = self._runner.history.shown(run.run_id)
        return [shown, run.spec_id, f"{moment:%Y-%m-%d}", byte_size(output.size)]

    def _sum(self, outputs: Sequence[RunOutput]) -> str:
        size = byte_size(sum(each.size for each in outputs))
        return f"the transcripts of {counted(len(outputs), 'run')}, {size}"
