"""A worker that prints 100 MB: how fast helm takes it, and what memory that needs."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median

from bench.measure import interleaved, print_table, print_title, timed
from bench.usage import Usage, usage_of_run
from bench.world import World, world

ROUNDS = 3

_MB = 1_000_000
_SMALL, _LARGE = 1, 100
_ITEM = 16_000
_BLOCK = 65_536
_HEADS = ("", "s at 1", "s at 100", "MB/s", "CPU ms/MB", "peak MB at 1", "at 100", "more")
_WORDS = ("ok", "failed", "error", "test", "build", "module", "value", "expected", "line")

Runs = dict[tuple[str, int], list[Usage]]


def main(rounds: int | None) -> None:
    """Flood helm with plain text, then with codex's JSONL. What helm prints goes nowhere."""
    print_title("A flood of 100 MB of plain text, beside one of 1 MB")
    _compare(_plain, {"helm": (), "helm --quiet": ("--quiet",)}, rounds or ROUNDS)
    print_title(f"The same in JSONL: commands with {_ITEM:,} bytes of output each")
    _compare(_jsonl, {"helm": ()}, rounds or ROUNDS)


def _compare(
    flood: Callable[[int], Iterator[bytes]], ways: dict[str, tuple[str, ...]], rounds: int
) -> None:
    contenders: dict[tuple[str, int], Callable[[], Usage]] = {}
    with ExitStack() as stack:
        for size in (_SMALL, _LARGE):
            here = stack.enter_context(_flooded(flood(size)))
            contenders["read and drop", size] = partial(_drop, here)
            for name, flags in ways.items():
                contenders[name, size] = partial(usage_of_run, here, *flags)
        found = interleaved(contenders, rounds)
    print_table(_HEADS, [_row(name, found) for name in ("read and drop", *ways)])


@contextmanager
def _flooded(flood: Iterator[bytes]) -> Iterator[World]:
    """Make a world whose worker prints a file, which it finds in its home."""
    with world('cat "$HOME/flood"') as here:
        with (here.folder.parent / "flood").open("wb") as file:
            file.writelines(flood)
        yield here


def _drop(here: World) -> Usage:
    """Read what the worker prints, and keep nothing."""
    return Usage(seconds=timed(lambda: _read(here)), cpu=0, peak=0)


def _read(here: World) -> None:
    argv = [here.environment["HELM_CODEX"]]
    with subprocess.Popen(
        argv, env=here.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        while process.stdout and os.read(process.stdout.fileno(), _BLOCK):
            pass


def _row(name: str, found: Runs) -> list[str]:
    def of(size: int, number: Callable[[Usage], float]) -> float:
        return median(number(each) for each in found[name, size])

    def more(number: Callable[[Usage], float]) -> float:
        return of(_LARGE, number) - of(_SMALL, number)

    peaks = [of(size, lambda each: each.peak) / _MB for size in (_SMALL, _LARGE)]
    numbers = (
        of(_SMALL, lambda each: each.seconds),
        of(_LARGE, lambda each: each.seconds),
        (_LARGE - _SMALL) / more(lambda each: each.seconds),
        1000 * more(lambda each: each.cpu) / (_LARGE - _SMALL),
        *peaks,
        peaks[1] - peaks[0],
    )
    return [name, *(f"{number:,.2f}" for number in numbers)]


def _plain(megabytes: int) -> Iterator[bytes]:
    block = _text(_MB).encode()
    return (block for _ in range(megabytes))


def _jsonl(megabytes: int) -> Iterator[bytes]:
    items = b"".join(_item(number) for number in range(_MB // _ITEM))
    yield _line({"type": "thread.started", "thread_id": "bench"})
    yield from (items for _ in range(megabytes))
    message = {"type": "agent_message", "text": "done"}
    yield _line({"type": "item.completed", "item": message})
    yield _line({"type": "turn.completed"})


def _item(number: int) -> bytes:
    """Write what codex does of a command: a line when it starts, a line when it has ended."""
    command = {"id": f"item_{number}", "type": "command_execution", "command": "make test"}
    begun = {**command, "aggregated_output": "", "exit_code": None, "status": "in_progress"}
    ended = {**command, "aggregated_output": _text(_ITEM), "exit_code": 0, "status": "completed"}
    started = _line({"type": "item.started", "item": begun})
    return started + _line({"type": "item.completed", "item": ended})


def _line(said: dict[str, object]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def _text(size: int) -> str:
    """Make `size` characters of lines such as a test suite prints: zlib halves them, or better."""
    chance = random.Random(7)
    lines: list[str] = []
    left = size
    while left > 0:
        words = " ".join(chance.choices(_WORDS, k=4))
        lines.append(f"{chance.randrange(10**6):06d} {words}\n"[:left])
        left -= len(lines[-1])
    return "".join(lines)
