"""The gate: one at a time, whoever waits in turn, and nobody for ever."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from helm.adapters.sqlite.gate import Gate
from helm.app.errors import RecordFailed
from tests.adapters.sqlite.crowd import gate_is_free
from tests.e2e.workspace import until

PATIENCE = 30.0
"""Seconds after which a gate that is free has failed."""


def somebody_waits() -> bool:
    return "helm-gate" in {thread.name for thread in threading.enumerate()}


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the gate of a log as another writer does."""
    with closing(Gate(path, PATIENCE)) as gate, gate:
        yield


def test_who_waits_is_let_in_when_the_holder_goes(tmp_path: Path) -> None:
    """And the next time enters at once."""
    path, entered = tmp_path / "runs.db", threading.Event()

    def enter() -> None:
        with closing(Gate(path, PATIENCE)) as gate:
            for _ in range(2):
                with gate:
                    assert not gate_is_free(path)
            entered.set()

    waiting = threading.Thread(target=enter, daemon=True)
    with held(path):
        waiting.start()
        until(somebody_waits, "somebody who waits")
        assert not entered.is_set()
    assert entered.wait(PATIENCE)
    waiting.join(PATIENCE)
    assert gate_is_free(path)


def test_who_gave_up_waiting_does_not_keep_the_gate(tmp_path: Path) -> None:
    """Its turn comes at last, and is passed on."""
    path = tmp_path / "runs.db"
    with closing(Gate(path, 0.01)) as impatient:
        with held(path):
            for _ in range(3):
                with pytest.raises(RecordFailed, match=f"is held by process {os.getpid()},"):
                    impatient.__enter__()
        until(lambda: not somebody_waits(), "nobody who waits")
        assert gate_is_free(path)
        with impatient:
            assert not gate_is_free(path)


def test_a_signal_that_raises_ends_the_wait(tmp_path: Path) -> None:
    """At once, however long the patience is; the gate is nobody's afterwards."""
    path = tmp_path / "runs.db"

    def interrupt() -> None:
        until(somebody_waits, "somebody who waits")
        os.kill(os.getpid(), signal.SIGINT)

    with closing(Gate(path, PATIENCE)) as gate:
        with held(path):
            threading.Thread(target=interrupt).start()
            with pytest.raises(KeyboardInterrupt):
                gate.__enter__()
        until(lambda: gate_is_free(path), "a free gate")
