"""Many processes that begin at the same moment, for tests of what they do to one log.

Started as a program, so that it forks before anything has opened a database, and imports once for
all of them: `python -m tests.adapters.sqlite.crowd ACTION PATH SIZE` prints a JSON array of what
each process answered; one that failed answers with its error's text.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import ConcurrentAppend, RecordFailed
from helm.domain.events import AttemptStarted
from tests.examples import NOON

ROOT = Path(__file__).parents[3]
APPENDS = 200

Answer = int | str | list[int] | list[str]


def crowd(action: str, path: Path, size: int = 1) -> list[Answer]:
    """Let `size` processes do `action` to the log at `path`; give their answers."""
    finished = subprocess.run(
        _words(action, path, size), cwd=ROOT, capture_output=True, check=True, text=True
    )
    answers: list[Answer] = json.loads(finished.stdout)
    return answers


@contextmanager
def writers(path: Path, size: int = 1) -> Iterator[list[Answer]]:
    """Let `size` processes append to the log at `path`, until the block ends.

    How many events each of them had acknowledged is in the list after that.
    """
    pipe = subprocess.PIPE
    acknowledged: list[Answer] = []
    with subprocess.Popen(_words("go_on", path, size), cwd=ROOT, stdin=pipe, stdout=pipe) as popen:
        yield acknowledged
        answers, _ = popen.communicate()
    acknowledged += json.loads(answers)


def _words(action: str, path: Path, size: int) -> list[str]:
    return [sys.executable, "-m", "tests.adapters.sqlite.crowd", action, str(path), str(size)]


def gate_is_free(log: Path) -> bool:
    """Tell whether nobody writes to `log`, or is about to."""
    with log.with_name(f"{log.name}.gate").open() as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def somebody_waits(log: Path) -> bool:
    """Tell whether a thread of ours waits until whoever writes to `log` is done."""
    return f"{log}.gate" in {thread.name for thread in threading.enumerate()}


def start(path: Path, number: int) -> str:
    """Append the first event of a run of its own."""
    _append(SqliteEventLog(path), f"run-{number}", 0)
    return "started"


def write(path: Path, number: int) -> int:
    """Append to a run of its own; count what was acknowledged."""
    log = SqliteEventLog(path)
    for seq in range(APPENDS):
        _append(log, f"run-{number}", seq)
    return APPENDS


def race(path: Path, number: int) -> list[int]:
    """Append to the run of all, wherever it seems to end; list the places that were won."""
    log, won, seq = SqliteEventLog(path), [], 0
    for _ in range(APPENDS):
        seq += len(log.load("run", after=seq - 1))
        try:
            _append(log, "run", seq)
        except ConcurrentAppend:
            continue
        won.append(seq)
    return won


def go_on(path: Path, number: int) -> int:
    """Append to a run of its own until standard input ends; count what was acknowledged."""
    log, seq = SqliteEventLog(path), 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        _append(log, f"run-{number}", seq)
        seq += 1
    return seq


def fill_disk(path: Path, number: int) -> list[str]:
    """Append until a limit on the size of files forbids it, and again without the limit."""
    log = SqliteEventLog(path)
    _append(log, "run", 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.with_name(f"{path.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, hard))
    try:
        for seq in range(1, 100):
            _append(log, "run", seq)
    except RecordFailed as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        kept = len(log.load("run"))
        _append(log, "run", kept)
        return [f"{kept - seq} lost or in excess", str(error)]
    return ["the limit was not met"]


def open_by_hand(path: Path, number: int) -> list[str]:
    """Use a log in every way; list the files that anyone but SQLite opened meanwhile."""
    opened: list[str] = []
    _append(SqliteEventLog(path), "run", 0)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and str(arguments[0]).startswith(str(path)):
            opened.append(str(arguments[0]).removeprefix(str(path)))

    sys.addaudithook(watch)
    with SqliteEventLog(path) as log:
        _append(log, "run", 1)
        log.load("run")
        log.runs_like("")
    return opened


ACTIONS: dict[str, Callable[[Path, int], Answer]] = {
    action.__name__: action for action in (start, write, race, go_on, fill_disk, open_by_hand)
}


def _append(log: SqliteEventLog, run_id: str, seq: int) -> None:
    log.append(run_id, [AttemptStarted(attempt=seq + 1)], expected_seq=seq, recorded_at=NOON)


def _gathered(action: Callable[[Path, int], Answer], path: Path, size: int) -> list[Answer]:
    """Fork; all children wait for one pipe to be closed, and answer through another."""
    wait, go = os.pipe()
    pipes = [os.pipe() for _ in range(size)]
    for number, (_, answer) in enumerate(pipes):
        if os.fork() == 0:
            os.close(go)
            os.read(wait, 1)
            os.write(answer, json.dumps(_answer(action, path, number)).encode())
            os._exit(0)
    os.close(go)
    for _, answer in pipes:
        os.close(answer)
    answers = [json.loads(os.fdopen(reader).read()) for reader, _ in pipes]
    for _ in pipes:
        os.wait()
    return answers


def _answer(action: Callable[[Path, int], Answer], path: Path, number: int) -> Answer:
    try:
        return action(path, number)
    except Exception as error:  # noqa: BLE001  the test compares what came instead
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    name, place, count = sys.argv[1:]
    print(json.dumps(_gathered(ACTIONS[name], Path(place), int(count))))  # noqa: T201
