"""The chain of digests: what is stored is what was digested, and no change goes unseen."""

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.errors import RecordFailed
from helm.domain.chain import FIRST, StoredEvent, digest_after
from tests.examples import record, whole_run

ANY_DIGEST = st.sampled_from([FIRST, "0" * 64, "f" * 64])
SHORT = st.text("a1\0ä", max_size=3)
ANY_STORED = st.builds(
    StoredEvent,
    run_id=SHORT,
    seq=st.integers(0, 11),
    kind=SHORT,
    schema_version=st.integers(1, 11),
    recorded_at=SHORT,
    body=SHORT,
)


def stored(path: Path) -> list[tuple[StoredEvent, str]]:
    """Read the rows of a log past the adapter."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT run_id, seq, kind, schema_version, recorded_at, body, digest FROM events"
        " ORDER BY run_id, seq"
    ).fetchall()
    connection.close()
    return [(StoredEvent(*columns), digest) for *columns, digest in rows]


def test_the_digest_is_the_one_that_the_documentation_describes() -> None:
    """Anyone can recompute it: seven parts, each after its length in 8 bytes."""
    event = StoredEvent("run", 10, "Kind", 1, "2026-01-31T12:00:00.000Z", '{"text":"ä"}')
    parts = ["f" * 64, "run", "10", "Kind", "1", "2026-01-31T12:00:00.000Z", '{"text":"ä"}']
    texts = [part.encode() for part in parts]
    framed = b"".join(len(text).to_bytes(8, "big") + text for text in texts)
    assert digest_after("f" * 64, event) == hashlib.sha256(framed).hexdigest()


def test_every_row_of_a_log_carries_the_digest_of_its_past(tmp_path: Path) -> None:
    """Recomputed from the stored columns alone, run by run, all digests are as stored."""
    with SqliteEventLog(tmp_path / "runs.db") as log:
        for run_id in ("one", "two"):
            record(log, run_id, whole_run())
        loaded = [each.digest for run_id in ("one", "two") for each in log.load(run_id)]
    rows = stored(tmp_path / "runs.db")
    assert [digest for _, digest in rows] == loaded
    assert rows[0][1] == digest_after(FIRST, rows[0][0])
    for (_, before), (event, digest) in pairwise(rows):
        assert digest == digest_after(before if event.seq else FIRST, event)


@given(ANY_DIGEST, ANY_STORED, ANY_DIGEST, ANY_STORED)
def test_what_differs_has_different_digests(
    past: str, event: StoredEvent, other_past: str, other: StoredEvent
) -> None:
    """No character can move from one column to the next without being noticed."""
    same = (past, event) == (other_past, other)
    assert (digest_after(past, event) == digest_after(other_past, other)) == same


def test_a_row_that_somebody_changed_is_named(tmp_path: Path) -> None:
    """Whoever gets past the triggers does not get past the chain."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, "run", whole_run())
        connection = sqlite3.connect(path)
        connection.execute("DROP TRIGGER events_are_never_changed")
        connection.execute("UPDATE events SET body = '{}' WHERE seq = 5")
        connection.commit()
        connection.close()
        with pytest.raises(RecordFailed, match="event 5 of run run is not as it was recorded"):
            log.check("run")
