"""Words and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.endings import fail

Database = Annotated[
    Path | None, typer.Option("--db", metavar="FILE", help="Another log than the workspace's own.")
]

MOST = 10**9
"""The highest limit that can be asked for; SQLite counts no further than 2**63."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

SPEC = "A path, the name of a folder under the specs root, or a unique beginning of one."
"""What the word SPEC stands for."""

RUN = "A run's id, a unique beginning of one, or `latest`."
"""What the word RUN stands for."""

RunWord = Annotated[str, typer.Argument(metavar="RUN", help=RUN)]


def accepted_by(accept: list[str] | None) -> tuple[str, ...] | None:
    """Read what `--accept` says: None where nobody does; an empty command alone says that none is.

    Ends helm where one is no command.
    """
    from helm.app.scaffold import command_fault  # noqa: PLC0415  not needed to print help

    commands = None if accept is None else tuple(dict.fromkeys(map(str.strip, accept)))
    if commands == ("",):
        return ()
    for command in commands or ():
        fault = command_fault(command)
        if fault:
            fail(f"--accept {command!r}: {fault}", exits.USAGE)
    return commands
