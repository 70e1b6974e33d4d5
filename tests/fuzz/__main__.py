"""`python -m tests.fuzz [--seconds N] [TARGET ...]`: look for bytes that a target cannot stand.

Whatever reaches a line of helm that nothing before it has reached is kept as a sample to go on
from. What fails is made small, and laid into the corpus: a test from then on.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import helm
from tests.fuzz.mutation import mutated, smaller
from tests.fuzz.targets import TARGETS, Target

CORPUS = Path(__file__).with_name("corpus")
_HELM = str(Path(helm.__file__).parent)
_LONGEST = 8 * 1024


class Reached:
    """The lines of helm that have been reached, and from which line each."""

    def __init__(self) -> None:
        self._pairs: set[tuple[str, int, int]] = set()
        self._last = 0

    def anew(self, target: Target, data: bytes) -> bool:
        """Run a target, and tell whether it came to where none has been. Raises as it does."""
        before = len(self._pairs)
        sys.settrace(self._enter)
        try:
            target(data)
        finally:
            sys.settrace(None)
        return len(self._pairs) > before

    def _enter(self, frame: FrameType, _event: str, _argument: object) -> Any:  # noqa: ANN401
        if not frame.f_code.co_filename.startswith(_HELM):
            return None
        self._last = 0
        return self._step

    def _step(self, frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401
        if event == "line":
            self._pairs.add((frame.f_code.co_filename, self._last, frame.f_lineno))
            self._last = frame.f_lineno
        return self._step


def failure(target: Target, data: bytes) -> str:
    """Say how a target fails; empty where it does not."""
    try:
        target(data)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what was looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {last.name}, line {last.lineno}"
    return ""


def smallest(target: Target, data: bytes) -> bytes:
    """Leave out of `data` what it takes not to fail otherwise."""
    how = failure(target, data)
    while found := next((each for each in smaller(data) if failure(target, each) == how), None):
        data = found
    return data


def fuzz(name: str, seconds: float, seed: int) -> list[Path]:
    """Feed a target for some time; give the files that hold what it could not stand."""
    target, chance, reached = TARGETS[name], random.Random(seed), Reached()
    samples = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
    for each in samples:
        with suppress(Exception):
            reached.anew(target, each)
    found: dict[str, Path] = {}
    fed, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutated(chance, samples, _LONGEST)
        fed += 1
        try:
            if reached.anew(target, data):
                samples.append(data)
        except Exception:  # noqa: BLE001  as in `failure`
            how = failure(target, data)
            if how not in found:
                found[how] = CORPUS / name / f"found-{seed}-{fed}"
                found[how].write_bytes(smallest(target, data))
                print(f"{name}: {how}: {found[how]}")  # noqa: T201
    print(f"{name}: {fed:,} inputs, {len(samples):,} samples, {len(found)} failures")  # noqa: T201
    return list(found.values())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target (60)")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    asked = parser.parse_args()
    found = [
        path for name in asked.targets or TARGETS for path in fuzz(name, asked.seconds, asked.seed)
    ]
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
