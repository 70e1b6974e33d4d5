"""A file of JUnit XML: what would fail in the end is found before anything is begun."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helm.adapters.cli.junit_file import JunitFile
from helm.adapters.files.tree import DiskFiles
from helm.app.errors import RecordFailed


def test_what_cannot_be_replaced_is_found_before(tmp_path: Path) -> None:
    """A pipe has nothing to compare with, and nobody may be at its other end."""
    path, log = tmp_path / "helm.xml", tmp_path / "runs.db"
    file = JunitFile(DiskFiles(), path)
    file.require(log)
    path.write_text("an earlier run", encoding="utf-8")
    file.require(log)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(RecordFailed, match="Not a regular file"):
        file.require(log)
