"""How a command ends that cannot go on: in one line on standard error, with its exit code.

It is loaded before the first frame of the screen, and so loads what is for failures alone late.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from helm.adapters.cli.console import Console, ReaderGone
from helm.app.terminal_text import one_line
from helm.domain.errors import HelmError


def fail(message: str, code: int) -> NoReturn:
    """End with one line on standard error that says what to do."""
    Console.standard().line(f"helm: {one_line(message)}", error=True)
    raise SystemExit(code)


def here() -> Path:
    """Say where the user stands; there is nothing to do in a folder that is gone."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        from helm.adapters.cli import exits  # noqa: PLC0415

        fail("the current folder has been removed; change to one that is there", exits.INPUT)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Tell what was foreseen to go wrong in one line, and end with its exit code.

    Without a reader there is nobody to tell, and we end as `cat` does.
    """
    try:
        yield
    except (HelmError, ReaderGone) as error:
        from helm.adapters.cli import exits  # noqa: PLC0415

        if isinstance(error, HelmError):
            fail(str(error), exits.code_of_error(error))
        exits.die_of_signal(signal.SIGPIPE)
