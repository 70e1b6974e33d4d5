"""The composition root and console script: the one place that knows every concrete class."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from helm import __version__

if TYPE_CHECKING:
    from helm.adapters.demo import DemoWorkspace
    from helm.app.configuration import Configuration
    from helm.app.doctor import Doctor
    from helm.app.lint import Linter
    from helm.app.ports import Agent, LogArchive, LogQueries, LogUpkeep
    from helm.app.runner import Runner
    from helm.app.scaffold import Scaffold


_OTHERS = 0o077
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def compose(
    here: str | os.PathLike[str],
    *,
    database: str | os.PathLike[str] | None = None,
    program: str | None = None,
    environment: Mapping[str, str] = os.environ,
    adopts: bool = False,
) -> Runner:
    """Put a Runner together for the workspace at or above `here`.

    `database` names another log than the workspace's own, `program` another agent than
    `HELM_CODEX` or the `codex` on PATH; `environment` holds the variables that set helm up.
    `adopts` is for a process that is helm's alone: the orphans of an agent become its children.
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
        open_agent=partial(
            _open_agent, program or environment.get("HELM_CODEX") or "codex", adopts=adopts
        ),
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
    # Whoever started us may have blocked them for itself, and could then never stop us.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    # What we make for ourselves we have to read again, whatever a shell would have us forbid.
    os.umask(os.umask(_OTHERS) & _OTHERS)
    # Until a run is under way there is nothing to clean up: die of Ctrl-C as any program does.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from helm.adapters.cli.screen import asked_for, show_screen

    asked = asked_for(sys.argv[1:])
    if asked:
        show_screen(_open_screen, spec=asked.spec)
    from helm.adapters.cli.program import FOR_SHELLS, Program, cli

    program = Program(
        version=__version__,
        compose=_compose,
        make_demo=_make_demo,
        open_screen=_open_screen,
        open_scaffold=_open_scaffold,
        open_configuration=_open_configuration,
        open_linter=_open_linter,
        open_doctor=_open_doctor,
    )
    if sys.argv[1:2] == [FOR_SHELLS]:
        from helm.adapters.cli.completion import print_candidates

        print_candidates(program, sys.argv[2:])
    else:
        cli(obj=program)


def _compose(
    here: str | os.PathLike[str],
    *,
    database: str | os.PathLike[str] | None = None,
    program: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Runner:
    runner = compose(
        here, database=database, program=program, environment=environment, adopts=True
    )
    gc.freeze()
    gc.enable()
    return runner


def _open_agent(program: str, *, adopts: bool) -> Agent:
    from helm.adapters.codex.agent import CodexAgent

    return CodexAgent(program, adopts=adopts)


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
    from helm.adapters.tui import open_screen

    return open_screen(
        partial(_compose, here, database=database),
        partial(_open_scaffold, here),
        partial(_open_configuration, here),
        spec,
    )


def _open_scaffold(here: Path) -> Scaffold:
    from helm.adapters.files.tree import DiskFiles
    from helm.adapters.git import GitProgram
    from helm.app.scaffold import Scaffold

    return Scaffold(DiskFiles(), GitProgram(), here.absolute())


def _open_configuration(here: Path) -> Configuration:
    from helm.adapters.files.tree import DiskFiles
    from helm.adapters.git import GitProgram
    from helm.app.configuration import Configuration

    return Configuration(DiskFiles(), GitProgram(), here.absolute(), os.environ)


def _open_linter(here: Path) -> Linter:
    import shutil

    from helm.adapters.files.tree import DiskFiles
    from helm.adapters.git import GitProgram
    from helm.app.lint import Linter

    return Linter(DiskFiles(), GitProgram(), here.absolute(), os.environ, shutil.which)


def _open_doctor(here: Path, database: Path | None) -> Doctor:
    from helm.adapters.codex.probe import CodexProbe
    from helm.adapters.files.tree import DiskFiles
    from helm.adapters.git import GitProgram
    from helm.adapters.machine import ThisMachine
    from helm.adapters.sqlite.engine import sqlite3
    from helm.adapters.sqlite.health import SqliteLogProbe
    from helm.app.doctor import Doctor, Instruments

    machine = ThisMachine()
    instruments = Instruments(
        machine=machine,
        agent=CodexProbe(os.environ.get("HELM_CODEX") or "codex", os.environ, machine.ask),
        sqlite=sqlite3.sqlite_version_info,
        open_log=SqliteLogProbe,
        files=DiskFiles(),
        git=GitProgram(),
    )
    return Doctor(instruments, here.absolute(), os.environ, database)


def _make_demo() -> DemoWorkspace:
    from helm.adapters.demo import make_demo

    return make_demo()


if __name__ == "__main__":
    main()
