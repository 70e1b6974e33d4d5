"""Two copies of SQLite in one process would drop each other's locks: there is one, always."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.sqlite.crowd import ROOT
from tests.faults.conftest import Survived

SAME = """
import sys
sys.path.insert(0, sys.argv[1])
from helm.adapters.sqlite.engine import sqlite3
import sqlite_utils.utils
print(sqlite3.__name__, sqlite3 is sqlite_utils.utils.sqlite3)
"""


@pytest.mark.parametrize("files", [["__init__.py", "dbapi2.py"], ["__init__.py"], []])
def test_one_sqlite(tmp_path: Path, survived: Survived, files: list[str]) -> None:
    """Whether pysqlite3 is there, in half, or not at all, helm and sqlite-utils take the same one.

    With a real pysqlite3 all tests of app and adapters run where a release is checked.
    """
    package = tmp_path / "pysqlite3"
    package.mkdir()
    for file in files:
        (package / file).write_text("from sqlite3 import *\n")
    if not files:
        (package / "__init__.py").write_text("raise ImportError('no pysqlite3 here')\n")
    finished = subprocess.run(
        [sys.executable, "-c", SAME, tmp_path],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    name = "pysqlite3" if len(files) == 2 else "sqlite3"
    assert finished.stdout == f"{name} True\n"
    survived("one-sqlite", 1)
