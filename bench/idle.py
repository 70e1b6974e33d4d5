"""What helm costs while it waits for a worker that is silent."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

from bench.measure import medians, print_table, print_title
from bench.usage import usage_of_run
from bench.world import World, world

ROUNDS = 3
SECONDS = 20


def main(rounds: int | None) -> None:
    """Compare the CPU time of a run that waits with one that does not."""
    print_title(f"A worker that sleeps for {SECONDS} s: CPU time of helm itself")
    with ExitStack() as stack:
        workers = {"instant": "echo done", "sleeping": f"sleep {SECONDS}; echo done"}
        worlds = {name: stack.enter_context(world(each)) for name, each in workers.items()}
        cpu = medians(
            {name: partial(_cpu, here) for name, here in worlds.items()}, rounds or ROUNDS
        )
    share = (cpu["sleeping"] - cpu["instant"]) / SECONDS
    rows = [(f"{name} worker", f"{1000 * each:.0f}") for name, each in cpu.items()]
    print_table(("", "ms"), rows)
    print(f"  the difference is {share:.2%} of the time that it waits")


def _cpu(here: World) -> float:
    return usage_of_run(here).cpu
