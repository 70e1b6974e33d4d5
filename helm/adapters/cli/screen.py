"""The screen, as the command line opens it: without loading what reads the words of commands."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn, Protocol

from helm.adapters.cli.endings import fail, here, one_line_errors

NO_TERMINAL = "the screen needs a terminal; run a spec without one: helm run --exec SPEC"


class OpenScreen(Protocol):
    """Shows the screen on the terminal until it is left.

    Gives the exit code, or minus the number of the signal that ended it.
    """

    def __call__(self, here: Path, *, database: Path | None, spec: str | None) -> int: ...


class Asked(NamedTuple):
    """What the screen is to be opened with."""

    spec: str | None = None


def asked_for(words: Sequence[str]) -> Asked | None:
    """Tell whether the words ask for the screen and nothing else: none, `run`, or `run SPEC`.

    Whatever holds an option is for who reads options.
    """
    match words:
        case [] | ["run"]:
            return Asked()
        case ["run", spec] if not spec.startswith("-"):
            return Asked(spec)
        case _:
            return None


def show_screen(
    open_screen: OpenScreen, *, database: Path | None = None, spec: str | None = None
) -> NoReturn:
    """Open the screen, and end as it ends."""
    if not has_terminal():
        from helm.adapters.cli import exits  # noqa: PLC0415  not for the first frame

        fail(NO_TERMINAL, exits.USAGE)
    with one_line_errors():
        code = open_screen(here(), database=database, spec=spec)
    if code < 0:
        from helm.adapters.cli import exits  # noqa: PLC0415  as above

        exits.die_of_signal(signal.Signals(-code))
    raise SystemExit(code)


def has_terminal() -> bool:
    """Tell whether there is a terminal on both ends that can show more than lines."""
    ends = (sys.stdin, sys.stdout)
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    return not dumb and all(end is not None and end.isatty() for end in ends)
