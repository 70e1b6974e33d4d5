"""A file of JUnit XML: what would fail in the end is found before anything is begun."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helm.adapters.cli.junit_file import JunitFile
from helm.adapters.files.tree import DiskFiles
from helm.app.errors import InputInvalid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "helm.xml"


def require(path: Path) -> None:
    JunitFile(DiskFiles(), path).require(path.parent / "runs.db")


@pytest.mark.parametrize(
    "text",
    ["", "<?xml version='1.0'?>\n<testsuites/>", "\n<testsuite name='x'/>", "\ufeff<testsuites/>"],
)
def test_a_file_of_an_earlier_run_is_replaced(path: Path, text: str) -> None:
    """So is one that somebody has made with nothing in it."""
    require(path)
    path.write_text(text, encoding="utf-8")
    require(path)


@pytest.mark.parametrize(
    "text", ["# A spec", "{}", "<!-- a note -->", "<?xml version='1.0'?>\n<project/>", "<svg/>"]
)
def test_a_file_that_holds_something_else_is_not_written_over(path: Path, text: str) -> None:
    """A word too few after the option, and the spec itself would be the file."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputInvalid, match=r"something else .* name another file"):
        require(path)


def test_what_is_no_file_is_refused_without_waiting_for_it(path: Path) -> None:
    """A pipe has nothing to compare with, and nobody may be at its other end."""
    os.mkfifo(path)
    ours, theirs = os.pipe()
    for each in (path, Path(os.devnull), Path(f"/dev/fd/{theirs}")):
        with pytest.raises(InputInvalid, match="pipe or a device; name a file"):
            require(each)
    os.close(ours)
    os.close(theirs)


def test_a_link_into_a_folder_that_is_not_there_is_refused(path: Path) -> None:
    path.symlink_to(path.parent / "reports" / "helm.xml")
    with pytest.raises(InputInvalid, match=r"no folder .*/reports; make it first"):
        require(path)
