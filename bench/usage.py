"""What a run of helm uses: time, and of itself alone CPU time and memory."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from bench.measure import timed
from bench.world import SPEC, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Seconds, seconds of CPU, and the most bytes of memory at any time."""

    seconds: float
    cpu: float
    peak: int


def usage_of_run(here: World, *flags: str) -> Usage:
    """Run the world's spec."""
    here.reset()
    told = here.folder.parent / "usage.json"
    words = ["run", "--exec", SPEC, *flags]
    argv = [sys.executable, "-m", "bench.inside", str(told), *words]
    seconds = timed(lambda: here.run(argv))
    here.require_done()
    found = json.loads(told.read_text())
    return Usage(seconds=seconds, cpu=found["cpu"], peak=found["peak"])
