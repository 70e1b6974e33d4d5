"""The screen on a pseudo-terminal: how soon it paints a key, how it begins, what it costs."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import select
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Self

import psutil

from bench.filled import fill
from bench.measure import interleaved, print_ratios, print_table, print_title, timed
from bench.world import SPEC, World, helm, world

ROUNDS = 7

_FLOOR = "import prompt_toolkit"
_COLUMNS, _ROWS = 100, 30
_PRESSES = 300
_LINES_A_SECOND = 100_000
_FEW, _MANY = 1_000, 1_000_000
_RUNS, _RUN_LENGTH = 10_000, 24
_IDLE_SECONDS = 20
_PATIENCE = 60.0
_MB = 1_000_000

_WRAPPED = ("wrap", "wr\x1b[Cp")
_PANNED = ("pan", "p\x1b[Cn")
"""The state of the lines, as it is painted over the other: what is the same is passed over."""

_FLOOD = """\
import random, sys, time
lines, rate = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(7)
words = ("ok", "failed", "error", "test", "build", "module", "value", "expected", "done")
blocks = [
    "".join(
        f"{chance.randrange(10**6):06d} {' '.join(chance.choices(words, k=13))}"[:89] + "\\n"
        for _ in range(1000)
    )
    for _ in range(20)
]
begun = time.monotonic()
for number in range(lines // 1000):
    sys.stdout.write(blocks[number % 20])
    sys.stdout.flush()
    ahead = (number + 1) * 1000 / rate - (time.monotonic() - begun) if rate else 0
    if ahead > 0:
        time.sleep(ahead)
time.sleep(600)
"""


def main(rounds: int | None) -> None:
    """Measure each by itself: the machine is to have nothing else to do."""
    print_title(f"From exec to the first frame, at {_COLUMNS} x {_ROWS}")
    _print_starts(rounds or ROUNDS)
    print_title(
        f"From key to paint, {_PRESSES} times, under {_LINES_A_SECOND:,} lines of output a second"
    )
    _print_latency()
    print_title(f"Memory after {_MANY:,} lines of output, beside {_FEW:,}")
    _print_memory()
    print_title(f"CPU time of helm itself in {_IDLE_SECONDS} s")
    _print_idle()


def _print_starts(rounds: int) -> None:
    """Beside the first frame stands its floor: what it draws with has to be imported."""
    with _set_up() as empty, _set_up() as full:
        fill(_log(full), [SPEC], runs=_RUNS, length=_RUN_LENGTH)
        python = [sys.executable, "-c"]
        contenders = {
            "python": partial(timed, partial(empty.run, [*python, "pass"])),
            _FLOOR: partial(timed, partial(empty.run, [*python, _FLOOR])),
            "empty log": partial(_first_frame, empty, "helm"),
            f"{_RUNS:,} runs": partial(_first_frame, full, "helm"),
            "specs, empty log": partial(_first_frame, empty, SPEC),
            f"specs, {_RUNS:,} runs": partial(_first_frame, full, SPEC),
        }
        found = {name: median(times) for name, times in interleaved(contenders, rounds).items()}
    print_ratios(found, "python")


def _first_frame(here: World, shown: str) -> float:
    """Say how long it takes until something is to be seen."""
    begin = time.perf_counter()
    with _Screen(here) as screen:
        screen.wait(shown)
        return time.perf_counter() - begin


def _print_latency() -> None:
    with _flooded(10**9, _LINES_A_SECOND) as (here, screen):
        screen.until(lambda: _bytes_read(here) > _MB)
        chance = random.Random(7)
        begin, read = time.perf_counter(), _bytes_read(here)
        times = []
        for number in range(_PRESSES):
            screen.idle(chance.uniform(0.03, 0.12))
            times.append(screen.press("w", *(_WRAPPED if number % 2 else _PANNED)))
        seconds = time.perf_counter() - begin
        rate = (_bytes_read(here) - read) / seconds
    percentiles = quantiles(times, n=100, method="inclusive")
    print_table(
        ("", "p50 ms", "p99 ms", "max ms", "MB/s read"),
        [
            (
                "key to paint",
                *(f"{1000 * each:.1f}" for each in (percentiles[49], percentiles[98], max(times))),
                f"{rate / _MB:.1f}",
            )
        ],
    )


def _print_memory() -> None:
    few, many = (_memory_after(lines) / _MB for lines in (_FEW, _MANY))
    rows = [
        (f"{_FEW:,}", f"{few:.1f}"),
        (f"{_MANY:,}", f"{many:.1f}"),
        ("more", f"{many - few:.1f}"),
    ]
    print_table(("lines", "MB"), rows)


def _memory_after(lines: int) -> int:
    with _flooded(lines, 0) as (here, screen):
        screen.until(lambda: _bytes_read(here) >= 80 * lines)
        screen.idle(3)
        return int(screen.process.memory_info().rss)


def _print_idle() -> None:
    with _set_up() as here, _Screen(here) as screen:
        screen.wait(SPEC)
        specs = _share(screen)
    with _flooded(0, 0) as (_, screen):
        run = _share(screen)
    print_table(("", "%"), [("the specs", f"{specs:.2f}"), ("a run that is silent", f"{run:.2f}")])


def _share(screen: _Screen) -> float:
    screen.idle(2)
    before = screen.cpu()
    screen.idle(_IDLE_SECONDS)
    return 100 * (screen.cpu() - before) / _IDLE_SECONDS


@contextmanager
def _set_up(worker: str = "echo done") -> Iterator[World]:
    with world(worker) as here:
        config = {"specsRoot": "specs", "initialized": True}
        (here.folder / "helm.config.json").write_text(json.dumps(config))
        yield here


@contextmanager
def _flooded(lines: int, rate: int) -> Iterator[tuple[World, _Screen]]:
    """Look at a run whose worker prints so many lines, and stays."""
    with _set_up(f'exec "{sys.executable}" "$HOME/flood.py" {lines} {rate}') as here:
        (here.folder.parent / "flood.py").write_text(_FLOOD)
        with _Screen(here) as screen:
            screen.wait(SPEC)
            screen.press("r", "FOLLOW")
            yield here, screen
            screen.press("x", "stop the run?")
            screen.press("y", "halted")


def _log(here: World) -> Path:
    return here.folder / ".git" / "helm" / "runs.db"


def _bytes_read(here: World) -> int:
    """Say how much the agent's output has become in the log."""
    sql = "SELECT total(json_extract(body, '$.length')) FROM events WHERE kind = 'OutputCaptured'"
    try:
        with closing(sqlite3.connect(f"file:{_log(here)}?mode=ro", uri=True)) as log:
            return int(log.execute(sql).fetchone()[0])
    except sqlite3.OperationalError:  # there is no log yet, or nothing is in it
        return 0


class _Screen:
    """helm on a pseudo-terminal. What it paints is read as it comes, and no more is made of it."""

    def __init__(self, here: World, words: Sequence[str] = ()) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        self._helm = subprocess.Popen(
            helm(*words),
            cwd=here.folder,
            env={**here.environment, "TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.process = psutil.Process(self._helm.pid)
        self._painted = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._helm.terminate()
        while self._helm.poll() is None:
            self._read(0.05)
        os.close(self._ours)

    def cpu(self) -> float:
        """Say how many seconds of a processor helm has used, without its agents."""
        used = self.process.cpu_times()
        return used.user + used.system

    def press(self, key: str, *shown: str) -> float:
        """Press a key, and say how many seconds later one of some texts was painted."""
        self._painted = b""
        begin = time.perf_counter()
        os.write(self._ours, key.encode())
        self.wait(*shown)
        return time.perf_counter() - begin

    def wait(self, *shown: str) -> None:
        """Read until one of some texts is painted in one go."""
        deadline = time.monotonic() + _PATIENCE
        while not any(each.encode() in self._painted for each in shown):
            if time.monotonic() > deadline or self._helm.poll() is not None:
                raise RuntimeError(f"{shown} is not shown, but: {self._painted[-2000:]!r}")
            self._read(0.5)

    def until(self, true: Callable[[], bool]) -> None:
        """Read until something is true."""
        deadline = time.monotonic() + _PATIENCE
        while not true():
            if time.monotonic() > deadline:
                raise RuntimeError("it takes too long")
            self.idle(0.5)

    def idle(self, seconds: float) -> None:
        """Read what is painted for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        self._painted = b""

    def _read(self, seconds: float) -> None:
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if ready:
            try:
                self._painted += os.read(self._ours, 65536)
            except OSError:  # so Linux says that nobody holds the other end any more
                time.sleep(0.01)
