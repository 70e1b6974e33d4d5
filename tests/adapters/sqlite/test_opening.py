"""Opening a log: what is made, by whom, for whom; and what is not touched."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from helm.adapters.sqlite import schema
from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.logfile import LogFile, write_ahead
from helm.app.errors import RecordFailed
from helm.domain.events import AttemptStarted
from tests.adapters.sqlite.crowd import ROOT, crowd
from tests.examples import NOON

APPEND = """
import sys
from pathlib import Path
from helm.adapters.sqlite.gate import Gate
from helm.adapters.sqlite.log import SqliteEventLog
from tests.examples import batches, record, start_run
record(SqliteEventLog(Path(sys.argv[1])), sys.argv[2], batches([start_run()]))
print("sqlite_utils" in sys.modules)
"""


def append(log: SqliteEventLog, seq: int = 0) -> None:
    log.append("run", [AttemptStarted(attempt=seq + 1)], expected_seq=seq, recorded_at=NOON)


def execute(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    with connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_reader_makes_nothing(tmp_path: Path) -> None:
    """Neither the folder nor a file is there after reading a log that does not exist."""
    with SqliteEventLog(tmp_path / "folder" / "runs.db") as log:
        assert log.load("run") == []
        assert log.runs(workspace=".", path="x") == log.runs_like("") == []
        with pytest.raises(RecordFailed, match="no output for event 0 of run run"):
            log.output("run", 0)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_sees_a_log_that_is_made_later(tmp_path: Path) -> None:
    """A log that was empty when it was first asked is not empty for ever."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as reader, SqliteEventLog(path) as writer:
        assert reader.load("run") == []
        append(writer)
        assert len(reader.load("run")) == 1


def test_a_new_log_is_its_owners_alone(tmp_path: Path) -> None:
    """Transcripts can hold secrets: the folder is 0700, and each file in it 0600."""
    before = os.umask(0)
    try:
        with SqliteEventLog(tmp_path / "new" / "runs.db") as log:
            append(log)
            modes = {path.name: mode(path) for path in (tmp_path / "new").iterdir()}
    finally:
        os.umask(before)
    assert mode(tmp_path / "new") == 0o700
    assert modes == dict.fromkeys(["runs.db", "runs.db-shm", "runs.db-wal", "runs.db.gate"], 0o600)


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    """The git directory is other people's: only what helm makes is locked away."""
    tmp_path.chmod(0o755)
    with SqliteEventLog(tmp_path / "runs.db") as log:
        append(log)
    assert mode(tmp_path) == 0o755


def test_a_log_behind_a_symbolic_link_has_one_gate(tmp_path: Path) -> None:
    """Whoever comes through the link queues with whoever comes to the file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "real" / "runs.db")
    with SqliteEventLog(tmp_path / "link.db") as log:
        append(log)
    assert [path.name for path in sorted(tmp_path.glob("**/*.gate"))] == ["runs.db.gate"]


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "what?.db", "#1.db", "ä;x=1&mode=ro.db"])
def test_the_name_of_a_log_is_taken_letter_for_letter(tmp_path: Path, name: str) -> None:
    """A character that means something in a URI means nothing here."""
    with SqliteEventLog(tmp_path / name) as log:
        append(log)
        assert {path.name for path in tmp_path.glob("*.db")} == {name}


def test_a_log_is_durable_and_watches_its_rules(tmp_path: Path) -> None:
    """Each connection writes ahead, syncs every commit, and keeps keys and triggers on."""
    path = tmp_path / "runs.db"
    file = LogFile(path, Gate(path, 1.0), 1.0)
    connection = file.for_writing()
    settings = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    for setting, value in settings.items():
        assert connection.execute(f"PRAGMA {setting}").fetchone() == (value,)
    assert file.notes == []
    file.close()


def test_where_write_ahead_is_refused_a_note_says_so(tmp_path: Path) -> None:
    """Without shared memory a log works on, with a rollback journal that is synced to the last."""
    path = tmp_path / "runs.db"
    connection = sqlite3.connect(f"file:{path}?vfs=unix-dotfile", uri=True, isolation_level=None)
    (note,) = write_ahead(connection, path, 0.0)
    assert note.startswith(f"{path} lies on a file system without write-ahead logging")
    assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
    connection.close()


def test_a_closed_log_opens_again(tmp_path: Path) -> None:
    """After `close`, the next use opens the file anew."""
    log = SqliteEventLog(tmp_path / "runs.db")
    append(log)
    log.close()
    append(log, 1)
    log.close()
    log.close()
    assert not (tmp_path / "runs.db-wal").exists()


def test_a_log_that_is_up_to_date_is_opened_without_sqlite_utils(tmp_path: Path) -> None:
    """Only the first start pays for that import."""
    path = tmp_path / "runs.db"
    assert [imports_sqlite_utils(path, run_id) for run_id in ("first", "second")] == [True, False]


def test_only_sqlite_opens_the_file_of_a_log(tmp_path: Path) -> None:
    """Closing a descriptor of our own would drop the locks that SQLite has on the file."""
    (opened,) = crowd("open_by_hand", tmp_path / "runs.db")
    assert set(opened if isinstance(opened, list) else [opened]) == {".gate"}


def test_a_newer_log_is_read_and_never_written(tmp_path: Path) -> None:
    """What a newer helm made is shown; writing to it is refused with a sentence that says why."""
    path = tmp_path / "runs.db"
    with SqliteEventLog(path) as log:
        append(log)
    execute(path, "PRAGMA user_version = 99")
    with SqliteEventLog(path) as log:
        for _ in range(2):
            assert len(log.load("run")) == 1
            with pytest.raises(RecordFailed, match=r"was made by a newer helm .* can only be"):
                append(log, 1)
    assert execute(path, "SELECT COUNT(*) FROM events") == [(1,)]
    assert execute(path, "PRAGMA user_version") == [(99,)]


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE notes (text)", "PRAGMA user_version = 1", "PRAGMA user_version = 9"],
)
def test_the_database_of_another_program_is_left_alone(tmp_path: Path, statement: str) -> None:
    """A path that names somebody else's database is an error, and nothing is added to it."""
    path = tmp_path / "notes.db"
    execute(path, statement)
    before = path.read_bytes()
    with SqliteEventLog(path) as log:
        with pytest.raises(RecordFailed, match="is the database of another program"):
            append(log)
        with pytest.raises(RecordFailed, match="is the database of another program"):
            log.load("run")
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_log(tmp_path: Path) -> None:
    """A process that died between making the file and its schema leaves no trouble behind."""
    path = tmp_path / "runs.db"
    path.touch()
    with SqliteEventLog(path) as log:
        assert log.load("run") == []
        append(log)


def test_a_log_whose_migration_was_cut_short_is_finished(tmp_path: Path) -> None:
    """The record of migrations, which is made first, is no reason to take a log for another's."""
    path = tmp_path / "runs.db"
    connection = sqlite3.connect(path, isolation_level=None)
    schema.migrate(connection, [])
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() != []
    connection.close()
    with SqliteEventLog(path) as log:
        append(log)


def imports_sqlite_utils(path: Path, run_id: str) -> bool:
    """Tell whether a process that appends to the log at `path` imports sqlite-utils."""
    finished = subprocess.run(
        [sys.executable, "-c", APPEND, path, run_id],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return finished.stdout == "True\n"
