"""`helm export`: runs as JSON Lines, for another log."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.options import RUN, Database
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors
from helm.adapters.cli.signals import stop_on_signals
from helm.app.errors import InputInvalid, RecordFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helm.app.runner import Runner
    from helm.app.stop import StopRequest

app = command_app()

_STDOUT = Path("-")
_EXAMPLES = (
    ("helm export latest > run.jsonl", "the newest run, transcripts and all"),
    ("helm export --all --output runs.jsonl", "a whole log"),
    ("helm export --all | ssh desk 'cd work && helm import -'", ""),
)


@app.command(epilog=epilog(_EXAMPLES, exits.MAKING))
def export(
    ctx: typer.Context,
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN", help=RUN),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every run of the log, also those that were imported.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write there, whole or not at all; `-` is standard output [default: that, "
            "unless it is a terminal].",
        ),
    ] = None,
    db: Database = None,
) -> None:
    """Write runs as JSON Lines, with all that is recorded of them, for `helm import`.

    Prompts and transcripts are in it: whatever secret an agent was shown, or printed.
    """
    if bool(runs) == everything:
        fail("which runs? say: helm export RUN..., or helm export --all", exits.USAGE)
    if sys.stdout is None:
        fail("standard output is closed; say: helm export RUN --output FILE", exits.USAGE)
    if output is None and sys.stdout.isatty():
        fail("an export is not for a terminal; say: helm export RUN > FILE", exits.USAGE)
    with one_line_errors():
        runner = ctx.obj.compose(here(), database=db)
        from helm.app.archive import exported  # noqa: PLC0415  pydantic is not needed to help

        ids = _all_runs(runner) if everything else [runner.history.find(run) for run in runs or ()]
        places = runner.places
        with closing(places.ports.open_archive(places.log_path)) as archive:
            lines = exported(archive, ids)
            if output is None or output == _STDOUT:
                _print(lines)
            else:
                _write(lines, output, places.log_path)


def _all_runs(runner: Runner) -> list[str]:
    found = runner.history.log.runs_like("")
    if not found:
        raise InputInvalid(f"there are no runs in {runner.places.log_path} yet")
    return found


def _print(lines: Iterator[bytes]) -> None:
    # A reader that goes away ends us, quietly: an export that was cut must not look like success.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # Unbuffered, so that a full disk is met here and not when the interpreter ends.
    with open(sys.stdout.fileno(), "wb", buffering=0, closefd=False) as out:
        for line in lines:
            rest = memoryview(line)
            while rest:
                try:
                    rest = rest[out.write(rest) :]
                except OSError as error:
                    raise RecordFailed(
                        f"standard output cannot be written: {error.strerror}; the export is cut"
                    ) from error


def _write(lines: Iterable[bytes], output: Path, log: Path) -> None:
    if output.exists() and log.exists() and output.samefile(log):
        raise InputInvalid(f"{output} is the log itself; name another file")
    with stop_on_signals() as stop:
        try:
            with _whole(output) as file:
                file.writelines(_until(stop, lines))
        except OSError as error:
            raise RecordFailed(f"cannot write {output}: {error.strerror}") from error
        except _Stopped:
            pass
    if stop.cause:
        exits.die_of(stop.cause)


class _Stopped(Exception):
    """Somebody asked us to stop."""


def _until(stop: StopRequest, lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        if stop.cause:
            raise _Stopped
        yield line


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file, its owner's alone, that takes its name only once it is whole and durable.

    What is no regular file (a pipe, a device) has no content to be spared.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-", delete=False) as part:
        temporary = Path(part.name)
        try:
            yield part.file
            part.flush()
            os.fsync(part.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink()
            raise
