"""Whether a file is what helm made: sound, with its tables and triggers, and nothing taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.schema import migration_files
from helm.app.ports import Fault, Note

FILE = "the file"

_MOST_COMPLAINTS = 100
"""Of SQLite about one file: a badly damaged one would give a line for each of its pages."""

_OBJECTS = """
    SELECT name, type, sql FROM sqlite_master
    WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name <> '_sqlite_migrations'
"""
_ORPHANS = """
    SELECT output.run_id, MIN(output.seq), COUNT(*)
    FROM output LEFT JOIN events USING (run_id, seq)
    WHERE events.seq IS NULL GROUP BY output.run_id
"""
_ENDS = "SELECT COUNT(*), MIN(position), MAX(position) FROM events"
_HOLES = """
    SELECT position, before, run_id, seq FROM (
        SELECT position, LAG(position, 1, 0) OVER (ORDER BY position) AS before, run_id, seq
        FROM events
    ) WHERE position <> before + 1
"""
_EMPTIED = """
    SELECT emptied.run_id, emptied.chunks, COALESCE(SUM(prunings.chunks), 0)
    FROM (
        SELECT run_id, COUNT(*) AS chunks FROM output WHERE data IS NULL GROUP BY run_id
    ) AS emptied LEFT JOIN prunings USING (run_id)
    GROUP BY emptied.run_id
"""

Findings = Iterator[Fault | Note]


def inspected(connection: sqlite3.Connection, version: int) -> Findings:
    """Find all that is wrong with the file as such; `version` is how many migrations it has seen.

    One check that fails half-way keeps no other from being made.
    """
    checks: tuple[Callable[[sqlite3.Connection, int], Findings], ...] = (
        _layout,
        _soundness,
        _orphans,
        _holes,
        _emptied,
    )
    for check in checks:
        try:
            yield from check(connection, version)
        except sqlite3.Error as error:
            yield Fault(FILE, f"cannot be checked to its end: {error}")


def _layout(connection: sqlite3.Connection, version: int) -> Findings:
    """Compare tables, indexes, triggers and views with those that the migrations make."""
    files = migration_files()
    if version > len(files):
        yield Note(FILE, "was made by a newer helm, so its tables and triggers were not compared")
        return
    with closing(sqlite3.connect(":memory:")) as model:
        for file in files[:version]:
            model.executescript(file.read_text(encoding="utf-8"))
        expected = _objects(model)
    found = _objects(connection)
    for name, (kind, sql) in expected.items():
        if name not in found:
            yield Fault(FILE, f"has lost its {kind} {name}")
        elif found[name] != (kind, sql):
            yield Fault(FILE, f"has {_a(kind)} {name} that is not helm's")
    for name in found.keys() - expected.keys():
        yield _stranger(name, found[name][0])


def _objects(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    return {name: (kind, sql) for name, kind, sql in connection.execute(_OBJECTS)}


def _stranger(name: str, kind: str) -> Fault | Note:
    """Judge what somebody added: a trigger can change what helm writes, the rest takes room."""
    what = f"has {_a(kind)} {name} that helm did not make"
    return Fault(FILE, what) if kind == "trigger" else Note(FILE, what)


def _soundness(connection: sqlite3.Connection, _version: int) -> Findings:
    for (said,) in connection.execute(f"PRAGMA integrity_check({_MOST_COMPLAINTS})"):
        if said != "ok":
            yield Fault(FILE, f"is damaged: {said}")


def _orphans(connection: sqlite3.Connection, _version: int) -> Findings:
    """Find output that belongs to no event, as a foreign key check would, but by its run."""
    for run_id, seq, count in connection.execute(_ORPHANS):
        more = f" and {count - 1} more" if count > 1 else ""
        what = f"has the output of event {seq}{more}, without the event"
        yield Fault(f"run {run_id}", what, run_id, seq)


def _holes(connection: sqlite3.Connection, _version: int) -> Findings:
    """Find where events were taken out: no position is ever used in vain."""
    count, first, last = connection.execute(_ENDS).fetchone()
    if not count or (first, last) == (1, count):
        return
    for position, before, run_id, seq in connection.execute(_HOLES):
        first = before + 1
        gone = (
            f"positions {first} to {position - 1}" if first < position - 1 else f"position {first}"
        )
        yield Fault(FILE, f"has no event at {gone}, before event {seq} of run {run_id}")


def _emptied(connection: sqlite3.Connection, version: int) -> Findings:
    """Find output that was emptied without a note; notes came with the second migration."""
    if version <= 1:
        return
    for run_id, chunks, noted in connection.execute(_EMPTIED):
        if chunks > noted:
            what = f"has output that was emptied, and not by helm prune: chunks {chunks - noted}"
            yield Fault(f"run {run_id}", what, run_id)


def _a(kind: str) -> str:
    return f"an {kind}" if kind.startswith("i") else f"a {kind}"
