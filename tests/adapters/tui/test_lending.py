"""The terminal is lent to one program, which ends with helm."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from helm.adapters.tui.lending import Lender

_PATIENCE = 10.0


@pytest.mark.usefixtures("terminal_as_input")
def test_a_program_that_is_being_started_when_a_signal_comes_ends_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever leaves would else wait until a person has closed it."""
    monkeypatch.setenv("VISUAL", "exec sleep 300; :")
    begun: list[Coroutine[Any, Any, None]] = []
    said: list[str] = []
    lender = Lender(begun.append, said.append, lambda: None)
    lender.edit(Path("SPEC.md"))
    lender.end_guest(signal.SIGTERM)
    (lent,) = begun
    asyncio.run(asyncio.wait_for(lent, _PATIENCE))
    assert said == ["exec sleep 300; : ended with -15"]
