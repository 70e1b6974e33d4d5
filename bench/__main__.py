"""Runs every benchmark, or those that are named."""

from __future__ import annotations

import argparse
import os
from importlib import import_module

BENCHMARKS = ("run", "startup", "append", "idle", "flood", "replay", "listing", "follow", "screen")


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--rounds", type=int, help="of each, beside one that does not count")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    load = os.getloadavg()[0]
    print(f"Medians of interleaved rounds; {os.cpu_count()} processors, load {load:.1f}")
    for name in asked.names or BENCHMARKS:
        import_module(f"bench.{name}").main(asked.rounds)


if __name__ == "__main__":
    main()
