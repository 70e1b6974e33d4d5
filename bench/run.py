"""A whole run with an agent that answers at once, beside what does the same with less."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from bench.measure import medians, print_ratios, print_title, timed
from bench.world import REPOSITORY, SPEC, World, helm, world

ROUNDS = 15

_PIPELINE = """\
set -e
"$HELM_CODEX" exec - < SPEC.md > implementation-report.md
answer=$("$HELM_CODEX" exec --sandbox read-only - < implementation-report.md)
case $answer in "STATUS: ok"*) echo '{"status": "done"}' > metadata.json ;; esac
"""


def main(rounds: int | None) -> None:
    """Compare the ways of asking two agents, all in one repository."""
    print_title(
        "One run with an instant agent, the spec set back to todo each time, all in one\n"
        "repository: the log holds earlier runs, or (new log) is made by the run"
    )
    with world() as here:
        times = medians(_contenders(here), rounds or ROUNDS)
    print_ratios(times, "node loop" if "node loop" in times else "helm")


def _contenders(here: World) -> dict[str, Callable[[], float]]:
    run = helm("run", "--exec", SPEC)
    ways = {
        "shell pipeline": ["sh", "-c", f"cd specs/{SPEC}\n{_PIPELINE}"],
        "node loop": _node_loop(here),
        "helm": run,
    }
    measures = {name: _measure(here, argv) for name, argv in ways.items() if argv}
    return {**measures, "helm, new log": _measure(here, run, new_log=True)}


def _node_loop(here: World) -> list[str]:
    node = shutil.which("node")
    if node is None:
        print("  (no node here, so nothing to compare with its loop)")
        return []
    loop = str(REPOSITORY / "bench/loop.mjs")
    return [node, loop, here.environment["HELM_CODEX"], str(here.spec)]


def _measure(here: World, argv: list[str], *, new_log: bool = False) -> Callable[[], float]:
    log = here.folder / ".git/helm"

    def measure() -> float:
        here.reset()
        if new_log:
            shutil.rmtree(log, ignore_errors=True)
        seconds = timed(lambda: here.run(argv))
        here.require_done()
        return seconds

    return measure
