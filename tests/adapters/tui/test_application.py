"""The screen is asked to paint by threads that know nothing of its end."""

from __future__ import annotations

import asyncio

import pytest

from helm.adapters.tui.application import Screen
from helm.adapters.tui.paperwork import Papers
from helm.app.runner import Runner


def no_runner() -> Runner:
    raise AssertionError


def no_papers() -> Papers:
    raise AssertionError


class Leaving(Screen):
    """A screen that is left as soon as somebody has looked whether it is there."""

    looks = 0

    @property
    def _loop(self) -> asyncio.AbstractEventLoop | None:
        self.looks += 1
        return self.loop if self.looks == 1 else None

    @_loop.setter
    def _loop(self, _: asyncio.AbstractEventLoop | None) -> None:
        self.loop = asyncio.new_event_loop()


@pytest.mark.usefixtures("terminal_as_input")
def test_who_has_more_to_tell_may_find_the_screen_just_left() -> None:
    """A run goes on to its halt all the same."""
    screen = Leaving(no_runner, no_papers, None)
    screen.wake()
    assert screen.looks
    screen.loop.close()
