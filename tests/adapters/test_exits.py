"""How helm ends by a signal."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("blocked", "code"), [((), -15), ((signal.SIGTERM,), 143)])
def test_where_a_signal_does_not_end_us_its_code_does(
    blocked: tuple[signal.Signals, ...], code: int
) -> None:
    """The first process of a container is ended by none; to block one is the same to us."""
    script = (
        "import signal\n"
        "from helm.adapters.cli.exits import die_of_signal\n"
        f"signal.pthread_sigmask(signal.SIG_SETMASK, {[int(each) for each in blocked]})\n"
        "die_of_signal(signal.SIGTERM)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == code
