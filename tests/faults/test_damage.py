"""What others do to the log and to helm's files: refused, or found and named."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.identity import new_run_id
from helm.domain.chain import StoredEvent, digest_after
from tests.adapters.sqlite.test_append_only import REFUSED, contents
from tests.e2e.fake_codex import begin, command, end, err, message, turn, wait_for
from tests.e2e.soundness import check_log
from tests.e2e.workspace import MISSING, OK, SPEC, Workspace, write
from tests.examples import NOON, record, whole_run
from tests.faults.conftest import Survived
from tests.faults.in_process import Call, caller

OTHER = "spec-02-farewell"
READING = (
    ("history",),
    ("history", "--json"),
    ("status",),
    ("show", "latest"),
    ("show", "latest", "--json"),
    ("show", "latest", "--events"),
    ("show", "latest", "--worker"),
    ("query", "SELECT * FROM runs"),
    ("watch", "latest"),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three runs: of two attempts, of one, and a halted one; they are only looked at."""
    workspace = Workspace(tmp_path_factory.mktemp("told"))
    workspace.add_spec(OTHER)
    worker = [
        *begin(),
        *command("make test", 1),
        err("a warning\n"),
        message("It is done."),
        end(),
    ]
    workspace.agent(worker=[worker], verifier=[MISSING, OK])
    assert workspace.execute().code == 0
    workspace.agent()
    assert workspace.run("run", "--exec", OTHER).code == 0
    workspace.agent(worker=[[*turn("I cannot."), {"do": "leave", "status": 1}]])
    assert workspace.run("run", "--exec", OTHER).code == 4
    return workspace


@pytest.fixture
def log(told: Workspace, tmp_path: Path) -> Path:
    """A copy of their log, that nobody has open."""
    return Path(shutil.copy(told.log, tmp_path / "runs.db"))


@pytest.fixture
def ask(told: Workspace, monkeypatch: pytest.MonkeyPatch) -> Call:
    """What asks helm, within this process."""
    return caller(told, monkeypatch)


@pytest.fixture
def helm(ask: Call, log: Path) -> Call:
    """What asks helm of that copy."""
    return lambda *words: ask(*words, "--db", str(log))


_OBJECTS = """
    SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL
        AND tbl_name <> '_sqlite_migrations'
"""
"""What helm made. SQLite names its own indexes, and sqlite-utils notes the migrations."""


def everything(log: Path) -> dict[str, list[Any]]:
    """Read all that a log holds; a file that cannot be read raises what SQLite says."""
    with closing(sqlite3.connect(log)) as connection:
        objects = connection.execute(_OBJECTS).fetchall()
        tables = [name for kind, name, _ in objects if kind == "table"]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        return {**found, "schema": objects}


# Bytes that are not what they were

FLIPS = 50
RUNS = tuple(new_run_id(NOON + timedelta(hours=hour), bytes(10)) for hour in range(3))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of three runs, the same every time."""
    path = tmp_path_factory.mktemp("written") / "runs.db"
    with SqliteEventLog(path) as log:
        for run_id in RUNS:
            record(log, run_id, whole_run())
    return path


def flipped(log: Path, folder: Path, place: int, chance: random.Random) -> Path:
    """Copy a log to a place of its own, with one bit that is another."""
    data = bytearray(log.read_bytes())
    data[place] ^= 1 << chance.randrange(8)
    folder.mkdir()
    (folder / "runs.db").write_bytes(data)
    return folder / "runs.db"


def test_byte_flip(
    written: Path, tmp_path: Path, ask: Call, soak: int, survived: Survived
) -> None:
    """A bit of the file, wherever: it is named, or it is one that means nothing."""
    chance, size, before = random.Random(1), written.stat().st_size, everything(written)
    for number in range(FLIPS * soak):
        log = flipped(written, tmp_path / str(number), chance.randrange(size), chance)
        found = ask("verify-log", "--db", str(log))
        assert found.code in {0, 6}
        assert bool(found.complaints) == bool(found.code)
        if found.code == 0:
            assert everything(log) == before
        for words in READING:
            assert ask(*words, "--db", str(log)).code in {0, 2, 3, 6}, words
        survived("byte-flip", 1)


def test_byte_flip_of_an_event(
    written: Path, tmp_path: Path, ask: Call, soak: int, survived: Survived
) -> None:
    """A bit of what an event tells: its run and its place are named; other runs are readable."""
    chance, data = random.Random(2), written.read_bytes()
    for number in range(FLIPS // 2 * soak):
        place = chance.choice(places_of(data, a_body(written, chance)))
        log = flipped(written, tmp_path / str(number), place, chance)
        found = ask("verify-log", "--db", str(log))
        assert found.code == 6
        named = {run_id for run_id in RUNS if fault_of(run_id).search(found.out)}
        assert len(named) == 1, found.out
        assert max(map(len, found.out.splitlines())) < 400  # no event is quoted whole
        for run_id in set(RUNS) - named:
            assert ask("show", run_id, "--db", str(log)).code == 0
            assert ask("show", run_id, "--worker", "--db", str(log)).code == 0
        survived("byte-flip", 1)


def fault_of(run_id: str) -> re.Pattern[str]:
    return re.compile(
        rf"^fault: run {run_id}(, event|: cannot be read at event) \d+", re.MULTILINE
    )


def a_body(log: Path, chance: random.Random) -> bytes:
    with closing(sqlite3.connect(log)) as connection:
        bodies = connection.execute("SELECT body FROM events ORDER BY position").fetchall()
    return str(chance.choice(bodies)[0]).encode()


def places_of(data: bytes, body: bytes) -> list[int]:
    """Find the bytes of a body, as far as they lie on one page; each run has told it."""
    start = body[:40]
    return [
        at + n for at in range(len(data)) if data.startswith(start, at) for n in range(len(start))
    ]


# Statements that would change the past


@pytest.mark.parametrize("triggers", ["ON", "OFF"])
def test_append_only(tmp_path: Path, survived: Survived, triggers: str) -> None:
    """Each is refused while helm has the log open, too, and helm then goes on."""
    path = tmp_path / "runs.db"
    with (
        SqliteEventLog(path) as log,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        told = record(log, "run", whole_run())
        other.execute(f"PRAGMA recursive_triggers = {triggers}")
        before = contents(other)
        for statement, reason in REFUSED.items():
            with pytest.raises(sqlite3.IntegrityError, match=reason):
                other.execute(statement)
        assert contents(other) == before
        assert log.check("run") == len(told)
        record(log, "another", whole_run())
    survived("append-only", len(REFUSED))


# Questions that would do more than ask

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{})"
CAGED = {
    "INSERT INTO events SELECT * FROM events": "helm query only reads: INSERT is refused",
    "DROP TABLE events": "helm query only reads: DROP",
    "ATTACH 'other.db' AS other": "helm query only reads: ATTACH is refused",
    "VACUUM INTO 'copy.db'": "helm query only reads: VACUUM is refused",
    "PRAGMA journal_mode = DELETE": "helm query only reads: PRAGMA journal_mode is refused",
    "PRAGMA writable_schema = ON": "helm query only reads: PRAGMA writable_schema is refused",
    "SELECT load_extension('evil.so')": "helm query only reads: the function load_extension",
    f"{COUNT.format('')} SELECT COUNT(*) FROM n": "the answer takes longer than 1 s",
}


@pytest.mark.parametrize("sql", CAGED)
def test_query_cage(told: Workspace, sql: str, survived: Survived) -> None:
    """One line says why; no file is made, and no byte of the log is another."""
    before = files_of(told)
    ended = told.run("query", "--timeout", "1s", sql)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"helm: {CAGED[sql]}")
    assert files_of(told) == before
    survived("query-cage", 1)


def test_query_cage_of_rows(told: Workspace, survived: Survived) -> None:
    """Of a million rows ten thousand are shown, and a warning says so."""
    before = files_of(told)
    ended = told.run("query", "--csv", f"{COUNT.format(' LIMIT 1000000')} SELECT i FROM n")
    assert (ended.code, len(ended.out.splitlines())) == (0, 10_001)
    assert len(ended.warnings) == 1
    assert files_of(told) == before
    survived("query-cage", 1)


def files_of(workspace: Workspace) -> dict[str, bytes]:
    """Read all files of the workspace, and the log without what SQLite keeps beside it."""
    return {**workspace.files(), "log": workspace.log.read_bytes()}


# Events that nobody can read

POISONS = (
    ("VerdictGiven", "{}"),
    ("VerdictGiven", "[]"),
    ("VerdictGiven", "null"),
    ("AttemptStarted", '{"attempt": "first"}'),
    ("AttemptStarted", '{"attempt": 1.5}'),
    ("AttemptStarted", '{"attempt": 1, "more": 2}'),
    ("RunFinished", '{"outcome": "perfect"}'),
    ("RunHalted", '{"cause": ["SIGINT"], "detail": ""}'),
    ("RunResumed", '{"settings": 9e999}'),
    ("InputChanged", "[" * 500 + "]" * 500),
)


@pytest.mark.parametrize(("kind", "body"), POISONS)
def test_poison_event(
    told: Workspace,
    log: Path,
    helm: Call,
    kind: str,
    body: str,
    survived: Survived,
) -> None:
    """It is named by its place; other runs work; a rebuild stops at it, or passes over it."""
    events = told.events()
    run_id = events[0].run_id
    seq = sum(event.run_id == run_id for event in events)
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute(
            "INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)"
            " VALUES (?, ?, ?, 1, '2026-01-31T12:00:00.123Z', ?, ?)",
            (run_id, seq, kind, body, "0" * 64),
        )
    found = helm("verify-log")
    assert found.code == 6
    assert f"run {run_id}, event {seq} ({kind}, " in found.out
    shown = helm("show", run_id)
    assert shown.code == 6
    [line] = shown.complaints
    assert f"event {seq} of run {run_id}: a stored {kind} cannot be read" in line
    for other in {event.run_id for event in events} - {run_id}:
        assert helm("show", other).code == 0
    before = told.files()
    strict = helm("replay", SPEC)
    assert (strict.code, strict.out) == (6, "")
    report = told.specs / OTHER / "implementation-report.md"
    report.unlink()
    skipping = helm("replay", "--all")
    assert skipping.code == 6
    assert f"event {seq} of run {run_id}" in skipping.err
    assert told.files() == before
    survived("poison-event", 1)


# A log of tomorrow


def unknown_kind(log: Path, run_id: str, seq: int) -> None:
    insert(log, run_id, seq, "PlanMade", 1)


def newer_form(log: Path, run_id: str, seq: int) -> None:
    insert(log, run_id, seq, "AttemptStarted", 99)


def newer_schema(log: Path, run_id: str, seq: int) -> None:
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("PRAGMA user_version = 99")


def insert(log: Path, run_id: str, seq: int, kind: str, version: int) -> None:
    told = StoredEvent(run_id, seq, kind, version, "2026-01-31T12:00:00.123Z", '{"plan": ["a"]}')
    with closing(sqlite3.connect(log)) as connection, connection:
        [(last,)] = connection.execute(
            "SELECT digest FROM events WHERE run_id = ? AND seq = ?", (run_id, seq - 1)
        )
        connection.execute(
            "INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*told, digest_after(last, told)),
        )


NEWER = (unknown_kind, newer_form, newer_schema)


@pytest.mark.parametrize("newer", NEWER)
def test_newer_log(
    told: Workspace,
    log: Path,
    helm: Call,
    newer: Callable[[Path, str, int], None],
    survived: Survived,
) -> None:
    """Every command shows it as far as it is known, and none adds to it."""
    events = told.events()
    run_id = events[-1].run_id
    newer(log, run_id, sum(event.run_id == run_id for event in events))
    before = everything(log)
    for words in READING:
        ended = helm(*words)
        assert ended.code in (0, 4), (words, ended.err)  # 4: how the run that is shown ended
        assert ended.out
    for option in ("--resume", "--fresh", "--quiet"):
        ended = told.run("run", "--exec", OTHER, option, "--db", str(log))
        assert ended.code == 6, option
        [complaint] = ended.complaints
        assert "newer helm" in complaint
    assert everything(log) == before
    survived("newer-log", 1)


# Metadata that people, or agents, lay hands on

CHANGED = '{"owner": "ben", "mine": [1, 2.50], "status": "done", "notes": "a word"}'
HANDS: dict[str, bytes | None] = {
    "changed": CHANGED.encode(),
    "broken": b"{broken",
    "emptied": b"",
    "deleted": None,
    "not UTF-8": b'{"owner": "caf\xe9"}',
}


@pytest.mark.parametrize("moment", ["while the verifier judges", "while the worker works again"])
@pytest.mark.parametrize("hand", HANDS)
def test_hand_edit(tmp_path: Path, survived: Survived, hand: str, moment: str) -> None:
    """People's keys are kept and helm's rebuilt; what is broken is set aside; one event tells."""
    workspace, go = Workspace(tmp_path), wait_for(tmp_path / "go")
    judging = moment == "while the verifier judges"
    workspace.agent(
        worker=["first", [*begin(), *([] if judging else [go]), message("second"), end()]],
        verifier=[[*begin(), *([go] if judging else []), message(MISSING), end()], OK],
    )
    path, data = workspace.spec / "metadata.json", HANDS[hand]
    with workspace.working(calls=2 if judging else 3) as helm:
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        write(tmp_path / "go", "")
        assert helm.end().code == 0
    check_log(workspace)
    [found] = workspace.bodies("InputChanged")
    assert found["path"] == f"specs/{SPEC}/metadata.json"
    assert found["text"] == (None if data is None else data.decode(errors="replace"))
    metadata = workspace.metadata()
    assert metadata["status"] == "done"
    notes = metadata["notes"].split("\n")
    if hand == "changed":
        assert (metadata["owner"], metadata["mine"]) == ("ben", [1, 2.5])
        assert notes.pop(0) == "a word"
    else:
        assert metadata["owner"] == "änn"
    assert [note.partition("] ")[2][:16] for note in notes] == [
        "attempt 1 status",
        "attempt 2 status",
    ]
    aside = workspace.spec / "metadata.json.broken"
    assert (aside.read_bytes() if aside.exists() else None) == (
        None if hand in {"changed", "deleted"} else data
    )
    survived("hand-edit", 1)
