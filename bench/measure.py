"""Measuring side by side: contenders take turns, and the medians of their rounds are compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import TypeVar

Name = TypeVar("Name")
Found = TypeVar("Found")


def timed(action: Callable[[], object]) -> float:
    """Say for how many seconds an action takes."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def interleaved(
    contenders: Mapping[Name, Callable[[], Found]], rounds: int
) -> dict[Name, list[Found]]:
    """Let everyone measure itself once a round, after a round that does not count."""
    found: dict[Name, list[Found]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, measure in contenders.items():
            value = measure()
            if number:
                found[name].append(value)
    return found


def medians(contenders: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Give the median of everyone's rounds."""
    return {name: median(values) for name, values in interleaved(contenders, rounds).items()}


def print_title(title: str) -> None:
    """Begin a benchmark's part of the page."""
    print(f"\n{title}", flush=True)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns: the first one for names, the others for numbers."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        name, *numbers = (
            text.rjust(width) if place else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "   ".join((name, *numbers)), flush=True)


def milliseconds(seconds: float) -> str:
    """Write a time."""
    return f"{1000 * seconds:.2f}" if seconds < 0.01 else f"{1000 * seconds:.0f}"  # noqa: PLR2004


def print_ratios(times: Mapping[str, float], base: str) -> None:
    """Print times, and how each compares to that of `base`."""
    rows = [
        (name, milliseconds(each), f"{each / times[base]:.2f}") for name, each in times.items()
    ]
    print_table(("", "ms", f"of {base}"), rows)
