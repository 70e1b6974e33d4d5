"""What changes on disk is noticed without a key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from time import monotonic

import pytest

from helm.adapters.tui import work
from helm.adapters.tui.effects import ReadSpecs
from helm.adapters.tui.messages import Message, SpecsRead
from helm.adapters.tui.work import Work
from helm.app.ports import Holder
from helm.app.runner import Runner
from tests.app.worlds import ROOT, SPEC, World

_PATIENCE = 10.0


class Screen:
    """Whoever hears what work is done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard: Queue[Message] = Queue()
        self.faults: list[Exception] = []
        self.opened = 0
        self._turn = threading.Lock()
        self.work = Work(self.open, self.heard.put, lambda: None, self.faults.append)

    def open(self) -> Runner:
        with self._turn:
            self.opened += 1
            held = dict(self.world.locks.held)
            runner = self.world.runner()
            self.world.locks.held.update(held)
            return runner

    def specs(self) -> list[str]:
        """Wait for the specs to be read, and name them."""
        deadline = monotonic() + _PATIENCE
        while True:
            message = self.heard.get(timeout=max(deadline - monotonic(), 0))
            if isinstance(message, SpecsRead):
                return [f"{each.folder.name} {each.badge}" for each in message.specs]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    monkeypatch.setattr(work, "_LOOK_PAUSE", 0.02)
    made = Screen(World())
    made.work.read_specs(ReadSpecs())
    assert made.specs() == ["spec-01 TODO"]
    yield made
    made.work.close()
    assert made.faults == []


def write(screen: Screen, path: Path, data: bytes) -> None:
    screen.world.files.contents = {**screen.world.files.contents, path: data}


def test_a_spec_that_is_written_appears(screen: Screen) -> None:
    write(screen, ROOT / "specs" / "spec-02" / "SPEC.md", b"# Two\n")
    assert screen.specs() == ["spec-01 TODO", "spec-02 INVALID"]
    write(screen, ROOT / "specs" / "spec-02" / "metadata.json", b"{}")
    assert screen.specs() == ["spec-01 TODO", "spec-02 TODO"]


def test_a_run_that_another_helm_begins_is_seen(screen: Screen) -> None:
    holder = Holder(run_id="R", pid=1, spec_path=None, workspace=".")
    screen.world.locks.held = {SPEC: holder}
    assert screen.specs() == ["spec-01 RUNNING"]


def test_a_configuration_that_is_broken_and_mended_is_read_anew(screen: Screen) -> None:
    write(screen, ROOT / "helm.config.json", b"{")
    deadline = monotonic() + _PATIENCE
    while "helm.config.json" not in str(screen.heard.get(timeout=deadline - monotonic())):
        pass
    write(screen, ROOT / "helm.config.json", b'{"specsRoot": "specs"}')
    assert screen.specs() == ["spec-01 TODO"]


def test_nothing_is_read_while_nothing_changes(screen: Screen) -> None:
    """Many looks are taken meanwhile, each by the Runner that is open already."""
    opened = screen.opened
    looked = threading.Event()
    looks = iter(range(20))
    living = screen.world.locks.living

    def counted() -> list[Holder]:
        if next(looks, None) is None:
            looked.set()
        return living()

    screen.world.locks.living = counted  # type: ignore[method-assign]
    assert looked.wait(_PATIENCE)
    with pytest.raises(Empty):
        screen.heard.get_nowait()
    assert screen.opened == opened
