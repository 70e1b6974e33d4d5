"""The runs of a log in one line each, read from its view `runs`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from helm.app.ports import RunFilter
from helm.domain.events import Cause, timestamp
from helm.domain.projections.summary import UNREADABLE, RunSummary, State

_LISTING = """
    SELECT run_id, workspace, path, spec_id, spec_name, outcome, cause, attempts, started_at,
        updated_at, finished_at, seconds, worker_model, verifier_model, input_tokens, output_tokens
    FROM runs
"""


def listing(wanted: RunFilter) -> tuple[str, list[str | int]]:
    """Write the query for the runs that are asked for, and its values."""
    conditions = list(_conditions(wanted))
    sql = _LISTING
    if conditions:
        sql += f"WHERE {' AND '.join(condition for condition, _ in conditions)}"
    values: list[str | int] = [value for _, value in conditions]
    if wanted.limit is not None:
        return f"{sql} ORDER BY run_id DESC LIMIT ?", [*values, wanted.limit]
    return f"{sql} ORDER BY run_id DESC", values


def summary_of(row: tuple[Any, ...]) -> RunSummary:
    """Read a row of the query; what only a newer helm can read is left open."""
    (run_id, workspace, path, spec_id, spec_name, outcome, cause, attempts, *rest) = row
    started_at, updated_at, finished_at, *measures = rest
    seconds, worker_model, verifier_model, input_tokens, output_tokens = measures
    return RunSummary(
        run_id=run_id,
        workspace=workspace or "",
        path=path or "",
        spec_id=spec_id or UNREADABLE,
        spec_name=spec_name or "",
        state=State(outcome) if outcome in set(State) else State.OPEN,
        cause=Cause(cause) if cause in set(Cause) else None,
        attempts=attempts,
        started_at=datetime.fromisoformat(started_at),
        updated_at=datetime.fromisoformat(updated_at),
        finished_at=datetime.fromisoformat(finished_at) if finished_at else None,
        seconds=seconds,
        worker_model=worker_model,
        verifier_model=verifier_model,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
    )


def _conditions(wanted: RunFilter) -> Iterator[tuple[str, str]]:
    for condition, accepted in (
        ("run_id IN (SELECT value FROM json_each(?))", wanted.run_ids),
        ("path IN (SELECT value FROM json_each(?))", wanted.paths),
        ("outcome IN (SELECT value FROM json_each(?))", wanted.states),
    ):
        if accepted is not None:
            yield condition, json.dumps(sorted(accepted))
    if wanted.before is not None:
        yield "run_id < ?", wanted.before
    if wanted.since is not None:
        yield "started_at >= ?", timestamp(wanted.since)
