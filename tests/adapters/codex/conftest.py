"""What the tests of this folder stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.codex.pipe_stop import PipeStop
from tests.adapters.codex.scripted import Stage


@pytest.fixture
def stop() -> Iterator[PipeStop]:
    """A stop that nobody has asked for yet."""
    stop = PipeStop()
    yield stop
    stop.close()


@pytest.fixture
def stage(tmp_path: Path, stop: PipeStop) -> Stage:
    """An empty folder for a program, and the stop."""
    return Stage(tmp_path, stop)
