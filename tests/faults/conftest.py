"""What the tests of faults share: how often each fault is injected, and the count at the end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest

Survived = Callable[[str, int], None]
"""Notes how often a fault was survived."""


def pytest_xdist_auto_num_workers() -> int:
    """Say how many processes may test at once: more than there are processors, as many wait."""
    return max((os.cpu_count() or 1) * 3 // 2, 2)


@pytest.fixture
def survived(record_property: Callable[[str, object], None]) -> Survived:
    return record_property


@pytest.fixture(scope="session")
def soak() -> int:
    """Give how many times as often as in a quick run each fault is injected."""
    return int(os.environ.get("HELM_SOAK", "1"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the faults with their counts, for whoever wants to compare or to cite them."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, times in report.user_properties if report.when == "call" else ():
            counts[name] += times
    if counts:
        terminalreporter.section("faults survived")
        for name, times in sorted(counts.items()):
            terminalreporter.write_line(f"{name:<24} {times:>7,}")
