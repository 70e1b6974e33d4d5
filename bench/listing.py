"""`helm history` and `helm status` on large workspaces, beside sqlite3 reading the same rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.filled import fill
from bench.measure import medians, print_ratios, print_title, timed
from bench.world import World, helm, world

ROUNDS = 7

_RUNS = 10_000
_SPECS = 300
_LENGTH = 24
"""Events of a run without output: what a list reads is no more than these."""

_ROWS = (
    "SELECT run_id, workspace, path, spec_id, spec_name, outcome, cause, attempts, started_at, "
    "updated_at, finished_at, seconds, worker_model, verifier_model, input_tokens, output_tokens "
    "FROM runs ORDER BY run_id DESC LIMIT {}"
)
_LATEST = "SELECT * FROM runs WHERE run_id IN (SELECT MAX(run_id) FROM runs GROUP BY path)"


def main(rounds: int | None) -> None:
    """Compare whole processes: an interpreter starts in each."""
    with world() as made:
        specs = [f"spec-{number:03}" for number in range(_SPECS)]
        for spec in specs:
            _make_spec(made, spec)
        log = made.folder / ".git" / "helm" / "runs.db"
        fill(log, specs, runs=_RUNS, length=_LENGTH)
        _print(made, log, "history: the newest 20", ["history"], _ROWS.format(20), rounds)
        everything = ["history", "--limit", "0"]
        _print(made, log, f"history: all {_RUNS:,}", everything, _ROWS.format(-1), rounds)
        _print(made, log, f"status: {_SPECS} specs, {_RUNS:,} runs", ["status"], _LATEST, rounds)


def _print(
    made: World, log: Path, title: str, words: Sequence[str], sql: str, rounds: int | None
) -> None:
    print_title(f"helm {title}, beside Python's sqlite3 asking for the same rows")
    plain = [sys.executable, "-c", _plain(log, sql)]
    contenders = {
        "sqlite3": partial(timed, partial(made.run, plain)),
        "helm": partial(timed, partial(made.run, helm(*words))),
    }
    print_ratios(medians(contenders, rounds or ROUNDS), "sqlite3")


def _plain(log: Path, sql: str) -> str:
    """Write the least program that reads and prints the rows."""
    return (
        "import sqlite3\n"
        f"for row in sqlite3.connect({str(log)!r}).execute({sql!r}):\n"
        "    print(*row)\n"
    )


def _make_spec(made: World, spec: str) -> None:
    folder = made.folder / "specs" / spec
    folder.mkdir()
    (folder / "SPEC.md").write_text("# A parser of lists\n\n" + "It parses.\n" * 200)
    metadata = {"id": spec, "name": "A parser of lists", "status": "done"}
    (folder / "metadata.json").write_text(json.dumps(metadata, indent=2) + "\n")
    (folder / "acceptance-checklist.md").write_text("- [ ] it parses\n" * 20)
