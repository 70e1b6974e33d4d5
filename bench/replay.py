"""Replay: a million events folded, and one run of them, beside the least that could do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.filled import fill
from bench.measure import medians, print_ratios, print_title, timed
from helm.adapters.sqlite.log import SqliteEventLog
from helm.domain.projections.metadata import metadata
from helm.domain.projections.report import report
from helm.domain.run import replay

ROUNDS = 3

_LENGTH = 500
_RUNS = 2_000
_LOOKS = 200
"""How often one run is loaded in a round."""


def main(rounds: int | None) -> None:
    """Compare replays of a whole log, then loads of one run from a large and from a small log."""
    with TemporaryDirectory(prefix="helm-bench-") as name:
        large, small = Path(name) / "large.db", Path(name) / "small.db"
        specs = [f"spec-{number:03}" for number in range(300)]
        ids = fill(large, specs, runs=_RUNS, length=_LENGTH)
        (only,) = fill(small, specs[:1], runs=1, length=_LENGTH)
        with SqliteEventLog(large) as log, SqliteEventLog(small) as other:
            _print_whole(log, ids, rounds or ROUNDS)
            _print_one(log, ids[_RUNS // 2], other, only, rounds or ROUNDS)


def _print_whole(log: SqliteEventLog, ids: Sequence[str], rounds: int) -> None:
    print_title(f"Replay of {_RUNS * _LENGTH:,} events in {_RUNS:,} runs (goal: at most 1.35)")
    contenders = {
        "json.loads": partial(timed, partial(_plain_fold, log.path)),
        "every event": partial(timed, partial(_every_event, log, ids)),
        "both files": partial(timed, partial(_both_files, log, ids)),
        "digests": partial(timed, partial(_digests, log, ids)),
    }
    print_ratios(medians(contenders, rounds), "json.loads")


def _print_one(
    large: SqliteEventLog, middle: str, small: SqliteEventLog, only: str, rounds: int
) -> None:
    print_title(f"One run of {_LENGTH} events, out of {_RUNS * _LENGTH:,} (goal: at most 1.3)")
    contenders = {
        "log of one run": partial(timed, partial(small.load, only)),
        "large log": partial(timed, partial(large.load, middle)),
    }
    print_ratios(medians(contenders, _LOOKS * rounds), "log of one run")


def _plain_fold(path: Path) -> dict[str, dict[str, Any]]:
    """Fold the same rows with nothing checked: attempts, tasks and outcome of each run."""
    runs: dict[str, dict[str, Any]] = {}
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT run_id, kind, body FROM events ORDER BY run_id, seq")
        for run_id, kind, body in rows:
            event = json.loads(body)
            run = runs.setdefault(run_id, {"attempts": 0, "tasks": [], "outcome": None})
            if kind == "AttemptStarted":
                run["attempts"] = event["attempt"]
            elif kind == "VerdictGiven":
                run["tasks"] = event["remaining_tasks"]
            elif kind == "RunFinished":
                run["outcome"] = event["outcome"]
    return runs


def _every_event(log: SqliteEventLog, ids: Sequence[str]) -> None:
    """Validate and fold every event, output and activity too."""
    for run_id in ids:
        replay(each.event for each in log.load(run_id))


def _both_files(log: SqliteEventLog, ids: Sequence[str]) -> None:
    """Rebuild the texts that `helm replay` writes, from the events that they tell."""
    for run_id in ids:
        told = log.outline(run_id)
        report(told)
        metadata(told, None)


def _digests(log: SqliteEventLog, ids: Sequence[str]) -> None:
    """Recompute the chain of digests of every run."""
    for run_id in ids:
        log.check(run_id)
