"""One SQLite library a process: the one that sqlite-utils takes."""

import pytest
import sqlite_utils.utils

from helm.adapters.sqlite import engine
from helm.app.errors import RecordFailed


def test_helm_uses_the_sqlite_that_sqlite_utils_uses() -> None:
    """Two copies of SQLite in one process would drop each other's locks."""
    assert engine.sqlite3 is vars(sqlite_utils.utils)["sqlite3"]


def test_a_sqlite_that_is_too_old_is_named_with_what_to_do() -> None:
    """The schema needs STRICT tables, which came with 3.37."""
    engine.require_version((3, 37, 0))
    with pytest.raises(RecordFailed, match=r"SQLite 3\.37\.0 or later.* has 3\.36\.9: install"):
        engine.require_version((3, 36, 9))
