"""What helm costs while it waits for a worker that is silent."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from statistics import median

import psutil

from bench.measure import print_title
from bench.world import SPEC, World, helm, world

ROUNDS = 3
SECONDS = 20

_WORKER = f': > "$HOME/asleep"; sleep {SECONDS}; : > "$HOME/awake"; sleep 1; echo done'


def main(rounds: int | None) -> None:
    """Look at helm's own CPU time when the worker falls asleep, and when it wakes up."""
    print_title(f"A worker that sleeps for {SECONDS} s: CPU time of helm itself meanwhile")
    with world(_WORKER) as here:
        used = median(_cpu_of_waiting(here) for _ in range(rounds or ROUNDS))
    share = used / SECONDS
    print(f"  {1000 * used:.0f} ms (to within 10), {share:.2%} of the time that it waits")


def _cpu_of_waiting(here: World) -> float:
    here.reset()
    asleep, awake = (here.folder.parent / name for name in ("asleep", "awake"))
    for mark in (asleep, awake):
        mark.unlink(missing_ok=True)
    with here.start(helm("run", "--exec", SPEC)) as process:
        before = _cpu_at(asleep, process)
        after = _cpu_at(awake, process)
    here.require_done()
    return after - before


def _cpu_at(mark: Path, process: subprocess.Popen[bytes]) -> float:
    """Wait for the worker's mark, then read the CPU time of helm without its children."""
    while not mark.exists():
        if process.poll() is not None:
            raise RuntimeError(f"helm ended early, with {process.returncode}")
        time.sleep(0.05)
    used = psutil.Process(process.pid).cpu_times()
    return used.user + used.system
