"""Sixteen processes append, each to a run of its own, while one reader follows them all.

Beside them, as many that leave it to SQLite's busy handler who comes next, as helm does not.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from bench.measure import print_table, print_title
from bench.world import REPOSITORY
from helm.adapters.sqlite.log import SqliteEventLog

ROUNDS = 3

_WRITERS = 16
_APPENDS = 200
_PAUSE = 0.1
"""Seconds between two looks of the reader."""

_WRITER = """\
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from helm.adapters.sqlite.log import SqliteEventLog
from helm.domain.events import AttemptStarted
path, number, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
log, spent = SqliteEventLog(path), []
log.append(f"run-{number:>02}", [AttemptStarted(attempt=1)],
           expected_seq=0, recorded_at=datetime.now(UTC))
print(flush=True)
sys.stdin.read()
for seq in range(1, count):
    begin = time.perf_counter()
    log.append(f"run-{number:>02}", [AttemptStarted(attempt=seq + 1)],
               expected_seq=seq, recorded_at=datetime.now(UTC))
    spent.append(time.perf_counter() - begin)
print(json.dumps(spent))
"""

_BUSY_WRITER = """\
import json, sqlite3, sys, time
path, number, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection, spent = sqlite3.connect(path, timeout=60, isolation_level=None), []
connection.execute("PRAGMA synchronous=FULL")
print(flush=True)
sys.stdin.read()
for seq in range(1, count):
    begin = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO events VALUES (?, ?, ?)", (number, seq, "AttemptStarted"))
    connection.execute("COMMIT")
    spent.append(time.perf_counter() - begin)
print(json.dumps(spent))
"""


def main(rounds: int | None) -> None:
    """Tell how long appends take with a reader and without, and what the reader saw."""
    print_title(f"{_WRITERS} writers of {_APPENDS} events each, with one reader and without")
    rows = []
    for measure in (_without_gate, _alone, _followed):
        for _ in range(rounds or ROUNDS):
            with TemporaryDirectory(prefix="helm-bench-") as name:
                rows.append(measure(Path(name) / "runs.db"))
    heads = ("", "p50 ms", "p99 ms", "worst ms", "seen", "in order", "-wal MB")
    print_table(heads, rows)


def _without_gate(path: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE events (run_id TEXT, seq INTEGER, kind TEXT)")
    return ("busy handler", *_times(_started(_BUSY_WRITER, path)), "-", "-", _size(path))


def _alone(path: Path) -> tuple[str, ...]:
    return ("helm", *_times(_started(_WRITER, path)), "-", "-", _size(path))


def _followed(path: Path) -> tuple[str, ...]:
    writers = _started(_WRITER, path)
    seen, ordered = _follow(path, writers)
    return (
        "helm, followed",
        *_times(writers),
        f"{seen:,}",
        "yes" if ordered else "NO",
        _size(path),
    )


def _started(program: str, path: Path) -> list[subprocess.Popen[bytes]]:
    """Start everybody, and let them go on together once the last one has opened the log."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path), str(number), str(_APPENDS)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(_WRITERS)
    ]
    for writer in writers:
        if writer.stdout:
            writer.stdout.readline()
    for writer in writers:
        if writer.stdin:
            writer.stdin.close()
    return writers


def _times(writers: list[subprocess.Popen[bytes]]) -> tuple[str, ...]:
    spent = [each for writer in writers for each in json.loads(_said(writer))]
    if any(writer.returncode for writer in writers):
        raise RuntimeError("a writer failed")
    times = quantiles(spent, n=100)
    return (f"{1000 * times[49]:.2f}", f"{1000 * times[98]:.2f}", f"{1000 * max(spent):.1f}")


def _said(writer: subprocess.Popen[bytes]) -> bytes:
    with writer:
        return writer.stdout.read() if writer.stdout else b""


def _size(path: Path) -> str:
    """Write how large the write-ahead log is; the last to close its database removes it."""
    wal = path.with_name(f"{path.name}-wal")
    return f"{wal.stat().st_size / 1e6:.1f}" if wal.exists() else "0"


def _follow(path: Path, writers: list[subprocess.Popen[bytes]]) -> tuple[int, bool]:
    """Read what is new of every run until all writers are done, and once more."""
    places: dict[str, int] = {}
    ordered, last = True, False
    with SqliteEventLog(path) as log:
        while not last:
            last = all(writer.poll() is not None for writer in writers)
            for run_id in log.runs_like("run-"):
                after = places.get(run_id, -1)
                new = [each.seq for each in log.load(run_id, after=after)]
                ordered = ordered and new == list(range(after + 1, after + 1 + len(new)))
                places[run_id] = after + len(new)
            time.sleep(_PAUSE)
    return sum(place + 1 for place in places.values()), ordered
