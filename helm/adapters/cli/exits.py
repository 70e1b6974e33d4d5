"""Exit codes: the promise to scripts, in one table."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from typing import NoReturn, assert_never

from helm.app.errors import AgentUnavailable, InputInvalid, WordsInvalid
from helm.domain.errors import HelmError
from helm.domain.events import Cause, Outcome
from helm.domain.run import Run

ACCEPTED = 0
NOT_ACCEPTED = 1
USAGE = 2
INPUT = 3
AGENT = 4
VERDICT = 5
RECORD = 6
BROKEN_SCREEN = "70"
SIGNALS = "129, 130, 143"

TABLE = (
    (str(ACCEPTED), "accepted, or: the command did what it says"),
    (str(NOT_ACCEPTED), 'attempts used up, a replay found a difference, or: a "no"'),
    (str(USAGE), "wrong words, or no terminal for the screen"),
    (str(INPUT), "workspace, configuration, spec or run missing or invalid"),
    (str(AGENT), "an agent could not be started, failed, or timed out"),
    (str(VERDICT), "the verifier's answer could not be read"),
    (str(RECORD), "log or file unusable, spec being run, watched run died"),
    (BROKEN_SCREEN, "the screen broke; standard error names a file about it"),
    (SIGNALS, "interrupted (SIGHUP, SIGINT, SIGTERM)"),
)

LOOKING = (ACCEPTED, USAGE, INPUT, RECORD)
"""How a command can end that looks something up, or puts it right."""

MAKING = (*LOOKING, SIGNALS)
"""How one can end that makes something whole, or not at all."""

RUNNING = (ACCEPTED, NOT_ACCEPTED, USAGE, INPUT, AGENT, VERDICT, RECORD, SIGNALS)
"""How one can end that carries a run on, or follows it."""


def explained(codes: Collection[int | str]) -> list[tuple[str, str]]:
    """Give the rows of the table for these codes."""
    wanted = set(map(str, codes))
    return [(code, meaning) for code, meaning in TABLE if code in wanted]


_SIGNALS = {
    Cause.SIGINT: signal.SIGINT,
    Cause.SIGTERM: signal.SIGTERM,
    Cause.SIGHUP: signal.SIGHUP,
}


def code_of_run(run: Run) -> int:
    """Say how a run that rests is told to a script; a signal's code is 128 and its number."""
    match run.outcome:
        case Outcome.ACCEPTED:
            return ACCEPTED
        case Outcome.EXHAUSTED | Outcome.ABANDONED:
            return NOT_ACCEPTED
        case None:
            return _code_of_halt(run.halt.cause if run.halt else Cause.LOST)
    assert_never(run.outcome)


def code_of_error(error: HelmError) -> int:
    """Say how a foreseen failure is told to a script. Any other failure is a bug."""
    match error:
        case WordsInvalid():
            return USAGE
        case InputInvalid():
            return INPUT
        case AgentUnavailable():
            return AGENT
        case _:  # the rest is of the record: RecordFailed, or a command that a log's state forbids
            return RECORD


def die_of(cause: Cause) -> None:
    """End as whoever was interrupted ends, so that a shell's loop around us stops too.

    Returns where `cause` is not a signal.
    """
    if cause in _SIGNALS:
        die_of_signal(_SIGNALS[cause])


def die_of_signal(number: signal.Signals) -> NoReturn:
    """End by a signal, whatever we did with it before; by its code where it does not end us.

    As in a container whose first process we are.
    """
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    raise SystemExit(128 + number)


def _code_of_halt(cause: Cause) -> int:
    if cause in _SIGNALS:
        return 128 + _SIGNALS[cause]
    if cause is Cause.VERDICT_UNREADABLE:
        return VERDICT
    if cause is Cause.OPERATOR:
        return 128 + signal.SIGINT
    return RECORD if cause is Cause.LOST else AGENT
