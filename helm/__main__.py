"""The composition root and console script: the one place that knows every concrete class."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from helm import __version__

if TYPE_CHECKING:
    from helm.adapters.demo import DemoWorkspace
    from helm.app.ports import Agent, LogArchive, LogQueries, LogUpkeep
    from helm.app.runner import Runner


def compose(
    here: str | os.PathLike[str],
    *,
    database: str | os.PathLike[str] | None = None,
    program: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Runner:
    """Put a Runner together for the workspace at or above `here`.

    `database` names another log than the workspace's own, `program` another agent than
    `HELM_CODEX` or the `codex` on PATH; `environment` holds the variables that set helm up.
    Raises `InputInvalid` for a workspace that is invalid.
    """
    from helm.adapters.account import operator
    from helm.adapters.files.locks import FlockSpecLocks
    from helm.adapters.files.tree import DiskFiles
    from helm.adapters.git import GitProgram
    from helm.adapters.sqlite.log import SqliteEventLog
    from helm.app.ports import Ports
    from helm.app.runner import Runner

    ports = Ports(
        files=DiskFiles(),
        git=GitProgram(),
        open_agent=lambda: _open_agent(program or environment.get("HELM_CODEX") or "codex"),
        open_log=SqliteEventLog,
        open_queries=_open_queries,
        open_archive=_open_archive,
        open_upkeep=_open_upkeep,
        open_locks=FlockSpecLocks,
        environment=environment,
        clock=lambda: datetime.now(UTC),
        entropy=os.urandom,
        helm_version=__version__,
        operator=operator(),
    )
    return Runner(ports, Path(here).absolute(), None if database is None else Path(database))


def main() -> None:
    """Run the command line."""
    # Imports make a hundred thousand objects that live as long as the process. To look for garbage
    # among them costs a short run a tenth of its time.
    gc.disable()
    # Where whoever started us ignores it, the system reaps our children, and how an agent ended is
    # lost.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Until a run is under way there is nothing to clean up: die of Ctrl-C as any program does.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from helm.adapters.cli.program import Program, cli

    cli(
        obj=Program(
            version=__version__,
            compose=_compose,
            make_demo=_make_demo,
            open_screen=_open_screen,
        )
    )


def _compose(
    here: str | os.PathLike[str],
    *,
    database: str | os.PathLike[str] | None = None,
    program: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Runner:
    runner = compose(here, database=database, program=program, environment=environment)
    gc.freeze()
    gc.enable()
    return runner


def _open_agent(program: str) -> Agent:
    from helm.adapters.codex.agent import CodexAgent

    return CodexAgent(program)


def _open_queries(log: Path) -> LogQueries:
    from helm.adapters.sqlite.queries import SqliteLogQueries

    return SqliteLogQueries(log)


def _open_archive(log: Path) -> LogArchive:
    from helm.adapters.sqlite.archive import SqliteLogArchive

    return SqliteLogArchive(log)


def _open_upkeep(log: Path) -> LogUpkeep:
    from helm.adapters.sqlite.upkeep import SqliteLogUpkeep

    return SqliteLogUpkeep(log)


def _open_screen(here: Path, *, database: Path | None, spec: str | None) -> int:
    from helm.adapters.files.tree import DiskFiles
    from helm.adapters.git import GitProgram
    from helm.adapters.tui import open_screen
    from helm.app.configuration import Configuration
    from helm.app.scaffold import Scaffold

    files, git, place = DiskFiles(), GitProgram(), here.absolute()
    return open_screen(
        partial(_compose, here, database=database),
        Scaffold(files, git, place),
        Configuration(files, git, place, os.environ),
        spec,
    )


def _make_demo() -> DemoWorkspace:
    from helm.adapters.demo import make_demo

    return make_demo()


if __name__ == "__main__":
    main()
