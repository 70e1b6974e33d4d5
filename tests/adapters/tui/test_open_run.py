"""Runs are opened for who still waits for them, and whoever cannot have one is told why."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Queue

import pytest

from helm.adapters.tui.effects import OpenRun, StartRun
from helm.adapters.tui.messages import Message, RunOpened, RunOver, RunRefused
from helm.adapters.tui.work import Work
from helm.app.runner import Runner
from tests.app.worlds import SPEC, World

_PATIENCE = 10.0


class Screen:
    """Whoever hears what work is done. A thread has its Runner once it is let `through`."""

    def __init__(self) -> None:
        self.world = World()
        self.heard: Queue[Message] = Queue()
        self.faults: list[Exception] = []
        self.opened: list[threading.Thread] = []
        self.through = threading.Event()
        self.work = Work(self.open, self.heard.put, lambda: None, self.faults.append)

    def open(self) -> Runner:
        self.opened.append(threading.current_thread())
        assert self.through.wait(_PATIENCE)
        return self.world.runner()

    def hear(self) -> Message:
        return self.heard.get(timeout=_PATIENCE)

    def leave(self) -> None:
        """Leave, and wait for every thread: nothing more is heard afterwards."""
        self.work.close()
        for thread in self.opened:
            if thread is not threading.current_thread():
                thread.join(_PATIENCE)
                assert not thread.is_alive()


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.through.set()
    made.leave()
    assert made.faults == []


def ran(screen: Screen) -> str:
    return screen.world.run().run_id


def test_a_run_answers_what_was_asked_for(screen: Screen) -> None:
    effect = OpenRun(run_id=ran(screen))
    screen.through.set()
    screen.work.open_run(effect)
    opened = screen.hear()
    assert isinstance(opened, RunOpened)
    assert opened.asked is effect
    over = screen.hear()
    assert isinstance(over, RunOver)
    assert over.telling is opened.telling


def test_whoever_asks_again_is_answered_by_the_thread_that_is_there(screen: Screen) -> None:
    """And what is answered is the latest of both."""
    run_id = ran(screen)
    first, second = OpenRun(run_id=run_id), OpenRun(run_id=run_id)
    screen.work.open_run(first)
    screen.work.open_run(second)
    screen.through.set()
    opened = screen.hear()
    assert isinstance(opened, RunOpened)
    assert opened.asked is second
    assert isinstance(screen.hear(), RunOver)
    screen.leave()
    assert len({each for each in screen.opened if each.name == "helm-watch"}) == 1
    assert screen.heard.empty()


def test_a_run_that_was_left_before_it_was_there_is_not_opened(screen: Screen) -> None:
    left, asked = OpenRun(run_id=ran(screen)), OpenRun(run_id=ran(screen))
    assert left.run_id != asked.run_id
    screen.work.open_run(left)
    screen.work.open_run(asked)
    screen.through.set()
    opened = screen.hear()
    assert isinstance(opened, RunOpened)
    assert opened.asked is asked
    assert isinstance(screen.hear(), RunOver)
    screen.leave()
    assert screen.heard.empty()


def test_a_run_that_cannot_be_read_is_refused(screen: Screen) -> None:
    effect = OpenRun(run_id="01NONE")
    screen.through.set()
    screen.work.open_run(effect)
    refused = screen.hear()
    assert isinstance(refused, RunRefused)
    assert refused.asked is effect
    assert "01NONE" in refused.failure


def test_a_run_that_cannot_begin_is_refused_and_another_can_be_tried(screen: Screen) -> None:
    del screen.world.files.contents[SPEC / "SPEC.md"]
    effect = StartRun(folder=SPEC)
    screen.through.set()
    for _ in range(2):
        screen.work.start_run(effect)
        refused = screen.hear()
        assert isinstance(refused, RunRefused)
        assert refused.asked is effect
        assert "SPEC.md" in refused.failure
