"""The gate: one at a time, whoever waits in turn, and nobody for ever."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from helm.adapters.sqlite.gate import Gate
from helm.app.errors import RecordFailed
from tests.adapters.sqlite.crowd import gate_is_free, somebody_waits
from tests.e2e.workspace import until

PATIENCE = 30.0
"""Seconds after which a gate that is free has failed."""


def descriptors(log: Path) -> int:
    """Count ours that are of the gate's file."""
    return [file.path for file in psutil.Process().open_files()].count(f"{log}.gate")


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
        until(lambda: somebody_waits(path), "somebody who waits")
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
        until(lambda: not somebody_waits(path), "nobody who waits")
        assert gate_is_free(path)
        with impatient:
            assert not gate_is_free(path)


def test_a_signal_that_raises_ends_the_wait(tmp_path: Path) -> None:
    """However long the patience is, here for ever; the gate is nobody's afterwards."""
    path = tmp_path / "runs.db"

    def interrupt() -> None:
        until(lambda: somebody_waits(path), "somebody who waits")
        os.kill(os.getpid(), signal.SIGINT)

    with closing(Gate(path, 86400.0)) as gate:
        with held(path):
            threading.Thread(target=interrupt).start()
            with pytest.raises(KeyboardInterrupt):
                gate.__enter__()
        until(lambda: gate_is_free(path), "a free gate")


def test_without_a_thread_to_wait_the_holder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system gives none; no descriptor is lost."""

    def refuse(_: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    path = tmp_path / "runs.db"
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with closing(Gate(path, PATIENCE)) as gate:
        with held(path):
            for _ in range(3):
                with pytest.raises(RecordFailed, match=f"is held by process {os.getpid()}, and"):
                    gate.__enter__()
            assert descriptors(path) == len(("the holder's", "our own"))
        with gate:
            assert not gate_is_free(path)
