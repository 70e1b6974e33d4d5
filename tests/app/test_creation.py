"""Several files, of which either all are there in the end, or none."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from helm.app.creation import Creation
from helm.app.errors import Interrupted
from helm.app.stop import StopRequest
from helm.domain.events import Cause
from tests.fakes import MemoryFiles

ROOT = Path("/repo")


def test_what_is_made_stays() -> None:
    """With its folders; and what was there is told, and left alone."""
    files = MemoryFiles(contents={ROOT / "old": b"old"})
    with Creation(files) as creation:
        assert creation.file(ROOT / "a" / "b" / "new", b"new")
        assert not creation.file(ROOT / "old", b"new")
    assert files.contents == {ROOT / "old": b"old", ROOT / "a" / "b" / "new": b"new"}


def test_a_failure_takes_back_what_was_made_here() -> None:
    """And nothing of anybody else's: a folder that others have come to use stays."""
    files = MemoryFiles(contents={ROOT / "old": b"old"})
    theirs = ROOT / "shared" / "theirs"
    with pytest.raises(ZeroDivisionError), Creation(files) as creation:  # noqa: PT012
        creation.file(ROOT / "a" / "b" / "new", b"new")
        creation.file(ROOT / "shared" / "ours", b"ours")
        files.contents[theirs] = b"theirs"
        raise ZeroDivisionError
    assert files.contents == {ROOT / "old": b"old", theirs: b"theirs"}
    assert files.folders(ROOT) == [ROOT / "shared"]


class Shared(MemoryFiles):
    """Files among which somebody else makes the same folder between our look and our making."""

    def make_folder(self, folder: Path) -> bool:
        self.made.add(folder)
        return super().make_folder(folder)


def test_a_folder_that_another_makes_first_is_theirs() -> None:
    """It stays, empty as they made it, where what was made in it goes again."""
    files = Shared(made={ROOT})
    with pytest.raises(ZeroDivisionError), Creation(files) as creation:  # noqa: PT012
        creation.file(ROOT / "shared" / "ours", b"ours")
        raise ZeroDivisionError
    assert files.contents == {}
    assert files.is_folder(ROOT / "shared")


def test_what_is_taken_back_is_gone_and_making_begins_anew() -> None:
    files = MemoryFiles(made={ROOT})
    with Creation(files) as creation:
        assert creation.folder(ROOT / "a")
        assert not creation.folder(ROOT / "a")
        creation.take_back()
        assert not files.is_folder(ROOT / "a")
        creation.file(ROOT / "b" / "new", b"new")
    assert files.contents == {ROOT / "b" / "new": b"new"}


def test_nothing_is_made_once_a_stop_is_asked_for() -> None:
    files = MemoryFiles(contents={ROOT / "old": b"old"})
    with closing(StopRequest()) as stop, pytest.raises(Interrupted), Creation(files, stop) as made:  # noqa: PT012
        made.file(ROOT / "first", b"")
        stop.ask(Cause.SIGTERM)
        made.file(ROOT / "second", b"")
    assert files.contents == {ROOT / "old": b"old"}
