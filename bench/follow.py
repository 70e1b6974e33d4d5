"""Sixteen processes append, each to a run of its own, while one reader follows them all."""

from __future__ import annotations

import json
import subprocess
import sys
import time
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
for seq in range(count):
    begin = time.perf_counter()
    log.append(f"run-{number:>02}", [AttemptStarted(attempt=seq + 1)],
               expected_seq=seq, recorded_at=datetime.now(UTC))
    spent.append(time.perf_counter() - begin)
print(json.dumps(spent))
"""


def main(rounds: int | None) -> None:
    """Tell how long appends take with a reader and without, and what the reader saw."""
    print_title(f"{_WRITERS} writers of {_APPENDS} events each, with one reader and without")
    rows = []
    for followed in (False, True):
        for _ in range(rounds or ROUNDS):
            with TemporaryDirectory(prefix="helm-bench-") as name:
                rows.append(_row(Path(name) / "runs.db", followed=followed))
    heads = ("", "p50 ms", "p99 ms", "worst ms", "seen", "in order", "-wal MB")
    print_table(heads, rows)


def _row(path: Path, *, followed: bool) -> tuple[str, ...]:
    writers = [_start(path, number) for number in range(_WRITERS)]
    seen, ordered = _follow(path, writers) if followed else (0, True)
    spent = [each for writer in writers for each in json.loads(writer.communicate()[0])]
    if any(writer.returncode for writer in writers):
        raise RuntimeError("a writer failed")
    times = quantiles(spent, n=100)
    wal = path.with_name(f"{path.name}-wal")
    return (
        "followed" if followed else "alone",
        f"{1000 * times[49]:.2f}",
        f"{1000 * times[98]:.2f}",
        f"{1000 * max(spent):.1f}",
        f"{seen:,}" if followed else "-",
        ("yes" if ordered else "NO") if followed else "-",
        f"{wal.stat().st_size / 1e6:.1f}" if wal.exists() else "0",
    )


def _start(path: Path, number: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), str(number), str(_APPENDS)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    )


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
