"""Where the time goes before a run begins: the interpreter, and what helm imports."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from bench.measure import medians, milliseconds, print_ratios, print_table, print_title, timed
from bench.world import SPEC, World, helm, world

ROUNDS = 15

_PACKAGES = {
    "typer": "import typer",
    "pydantic": "from pydantic import BaseModel, TypeAdapter",
    "psutil": "import psutil",
    "sqlite3": "import sqlite3",
    "sqlite_utils": "import sqlite_utils",
}
_NEEDED = ("typer", "pydantic", "psutil", "sqlite3")
_NOT_FOR_A_RUN = ("prompt_toolkit", "asyncio", "rich", "sqlite_utils")
_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| ( *)(\S+)")

Imported = tuple[str, str, float]
"""A module, the package that asked for it first, and the seconds that it took by itself."""


def main(rounds: int | None) -> None:
    """Compare start-ups, then share the imports of one run out among the packages."""
    times = rounds or ROUNDS
    with world() as here:
        print_title("Start-up, the whole process")
        print_ratios(medians(_contenders(here), times), "python")
        print_title("Imports of a run; with each package what it was the first to ask for")
        _print_imports([_imports(here) for _ in range(times + 1)][1:])


def _contenders(here: World) -> dict[str, Callable[[], float]]:
    python = [sys.executable, "-c"]
    commands = {
        "python": [*python, "pass"],
        **{name: [*python, statement] for name, statement in _PACKAGES.items()},
        "all but the last": [*python, "; ".join(_PACKAGES[name] for name in _NEEDED)],
        "helm --version": helm("--version"),
        "helm --help": helm("--help"),
        "helm run --dry-run": helm("run", "--exec", SPEC, "--dry-run"),
    }
    return {name: partial(timed, partial(here.run, argv)) for name, argv in commands.items()}


def _imports(here: World) -> list[Imported]:
    """Run helm, and read what the interpreter says of its imports."""
    here.reset()
    told = subprocess.run(
        [sys.executable, "-X", "importtime", *helm("run", "--exec", SPEC, "--quiet")[1:]],
        cwd=here.folder,
        env=here.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    here.require_done()
    return list(_parsed(told.stderr))


def _parsed(told: str) -> Iterator[Imported]:
    """Walk from the end, where whoever asks stands before what it asked for."""
    asking: list[str] = []
    for line in reversed(told.splitlines()):
        found = _LINE.fullmatch(line)
        if found:
            name, depth = found[3], len(found[2]) // 2
            del asking[depth:]
            asking.append(_owner(name, asking))
            yield name, asking[-1], int(found[1]) / 1e6


def _owner(name: str, asking: list[str]) -> str:
    top = name.partition(".")[0]
    if top in (*_PACKAGES, "helm"):
        return top
    return asking[-1] if asking and asking[-1] in _PACKAGES else "standard library"


def _print_imports(runs: list[list[Imported]]) -> None:
    sums = [_sums(run) for run in runs]
    rows = [
        (owner, milliseconds(median(each[owner] for each in sums)))
        for owner in ("standard library", *_PACKAGES, "helm")
    ]
    total = milliseconds(median(sum(each.values()) for each in sums))
    print_table(("", "ms"), [*rows, ("all", total)])
    loaded = {name.partition(".")[0] for name, _, _ in runs[-1]}
    for name in _NOT_FOR_A_RUN:
        print(f"  {name}: {'LOADED, and not needed' if name in loaded else 'not loaded'}")


def _sums(run: list[Imported]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for _, owner, seconds in run:
        sums[owner] += seconds
    return sums
