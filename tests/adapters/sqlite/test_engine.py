"""One SQLite library a process: the one that sqlite-utils takes."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlite_utils.utils

from helm.adapters.sqlite import engine
from helm.app.errors import RecordFailed
from tests.adapters.sqlite.crowd import ROOT

SAME = """
import sys
sys.path.insert(0, sys.argv[1])
from helm.adapters.sqlite.engine import sqlite3
import sqlite_utils.utils
print(sqlite3.__name__, sqlite3 is sqlite_utils.utils.sqlite3)
"""


def test_helm_uses_the_sqlite_that_sqlite_utils_uses() -> None:
    """Two copies of SQLite in one process would drop each other's locks."""
    assert engine.sqlite3 is vars(sqlite_utils.utils)["sqlite3"]


@pytest.mark.parametrize("files", [["__init__.py", "dbapi2.py"], ["__init__.py"], []])
def test_both_take_pysqlite3_by_the_same_rule(tmp_path: Path, files: list[str]) -> None:
    """Whether pysqlite3 is installed, half installed, or not at all, they agree."""
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


def test_a_sqlite_that_is_too_old_is_named_with_what_to_do() -> None:
    """The schema needs STRICT tables, which came with 3.37."""
    engine.require_version((3, 37, 0))
    with pytest.raises(RecordFailed, match=r"SQLite 3\.37\.0 or later.* has 3\.36\.9: install"):
        engine.require_version((3, 36, 9))
