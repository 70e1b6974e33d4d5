"""What changes on disk is noticed without a key."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from pathlib import Path
from queue import Empty

import pytest

from helm.adapters.tui import reading
from helm.adapters.tui.effects import ReadSpecs
from helm.adapters.tui.messages import SpecsRead, Unread
from helm.app.errors import RecordFailed
from helm.app.ports import Holder
from tests.adapters.tui.listener import PATIENCE, Listener
from tests.app.worlds import ROOT, SPEC, World


def specs(screen: Listener) -> list[str]:
    """Wait for the specs to be read, and name them."""
    return [f"{each.folder.name} {each.badge}" for each in screen.next(SpecsRead).specs]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setattr(reading, "_LOOK_PAUSE", 0.02)
    made = Listener(World())
    made.work.read_specs(ReadSpecs())
    assert specs(made) == ["spec-01 TODO"]
    yield made
    made.work.close()
    assert made.faults.empty()


def write(screen: Listener, path: Path, data: bytes) -> None:
    screen.world.files.contents = {**screen.world.files.contents, path: data}


def test_a_spec_that_is_written_appears(screen: Listener) -> None:
    write(screen, ROOT / "specs" / "spec-02" / "SPEC.md", b"# Two\n")
    assert specs(screen) == ["spec-01 TODO", "spec-02 INVALID"]
    write(screen, ROOT / "specs" / "spec-02" / "metadata.json", b"{}")
    assert specs(screen) == ["spec-01 TODO", "spec-02 TODO"]


def test_a_run_that_another_helm_begins_is_seen(screen: Listener) -> None:
    holder = Holder(run_id="R", pid=1, spec_path=None, workspace=".")
    screen.world.locks.held = {SPEC: holder}
    assert specs(screen) == ["spec-01 RUNNING"]


def test_a_configuration_that_is_broken_and_mended_is_read_anew(screen: Listener) -> None:
    write(screen, ROOT / "helm.config.json", b"{")
    assert "helm.config.json" in screen.next(Unread).failure
    write(screen, ROOT / "helm.config.json", b'{"specsRoot": "specs"}')
    assert specs(screen) == ["spec-01 TODO"]


@pytest.mark.parametrize("fault", [PermissionError("not yours"), RecordFailed("no log")])
def test_a_look_that_fails_is_taken_again(screen: Listener, fault: Exception) -> None:
    """And what is asked for meanwhile is read."""
    looked = failing(screen, fault)
    assert looked.wait(PATIENCE)
    screen.work.read_specs(ReadSpecs())
    assert specs(screen) == ["spec-01 TODO"]
    write(screen, ROOT / "specs" / "spec-02" / "SPEC.md", b"# Two\n")
    assert specs(screen) == ["spec-01 TODO", "spec-02 INVALID"]


def test_a_look_that_breaks_is_a_fault_of_helms_own(screen: Listener) -> None:
    """It is told as one, and whoever asks for something is not left waiting."""
    failing(screen, ZeroDivisionError())
    assert isinstance(screen.faults.get(timeout=PATIENCE), ZeroDivisionError)
    screen.work.read_specs(ReadSpecs())
    assert specs(screen) == ["spec-01 TODO"]


def failing(screen: Listener, fault: Exception) -> threading.Event:
    """Let the next look fail, and no other; tell when it has."""
    files, looked = screen.world.files, threading.Event()
    stamp = files.stamp

    def broken(path: Path) -> Hashable:
        files.stamp = stamp  # type: ignore[method-assign]
        looked.set()
        raise fault

    files.stamp = broken  # type: ignore[method-assign,assignment]
    return looked


def test_nothing_is_read_while_nothing_changes(screen: Listener) -> None:
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
    assert looked.wait(PATIENCE)
    with pytest.raises(Empty):
        screen.heard.get_nowait()
    assert screen.opened == opened
