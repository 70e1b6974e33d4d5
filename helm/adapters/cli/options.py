"""Words and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Database = Annotated[
    Path | None, typer.Option("--db", metavar="FILE", help="Another log than the workspace's own.")
]

MOST = 10**9
"""The highest limit that can be asked for; SQLite counts no further than 2**63."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

RunWord = Annotated[
    str,
    typer.Argument(metavar="RUN", help="A run's id, a unique beginning of one, or `latest`."),
]
