"""Signals: noted, never raised; whoever works hears of them through its stop request."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.app.errors import Interrupted
from helm.app.stop import StopRequest
from helm.domain.events import Cause

Made = TypeVar("Made")

_CAUSES = {
    signal.SIGINT: Cause.SIGINT,
    signal.SIGTERM: Cause.SIGTERM,
    signal.SIGHUP: Cause.SIGHUP,
    signal.SIGQUIT: Cause.SIGTERM,  # Ctrl-\, which people press when Ctrl-C seems slow
}


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Turn SIGINT, SIGTERM, SIGQUIT and SIGHUP into requests to stop, while the context lasts.

    One that is ignored when we start (as under nohup) stays ignored.
    """
    stop = StopRequest()

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.ask(_CAUSES[signal.Signals(number)])

    heard = [each for each in _CAUSES if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, ask) for each in heard}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()


def made_whole(make: Callable[[StopRequest], Made]) -> Made:
    """Make something; where a signal comes before all is made, nothing is, and we die of it."""
    with stop_on_signals() as stop:
        try:
            return make(stop)
        except Interrupted as error:
            Console.standard().line(f"helm: {error}", error=True)
    if stop.cause:
        exits.die_of(stop.cause)
    message = "nobody but a signal asks to stop here"
    raise AssertionError(message)
