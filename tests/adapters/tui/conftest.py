"""What the screen finds when it is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture
def terminal_as_input(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let standard input be a terminal on which nobody types."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield
    os.close(ours)
