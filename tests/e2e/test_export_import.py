"""`helm export` and `helm import` as processes: logs become one history, whole or not at all."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import helm
from helm.adapters.sqlite.archive import SqliteLogArchive
from helm.app.identity import new_run_id
from helm.app.ports import Row, RunFilter
from helm.app.specs import Badge
from helm.app.standing import Standing
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.events import Channel, OutputCaptured, sha256, timestamp
from tests.e2e.fake_codex import out, wait_for
from tests.e2e.workspace import MISSING, OK, SPEC, Ended, Workspace, until
from tests.examples import NOON

MATRIX = ("ubuntu", "macos", "nightly")
ALL_ROWS = (
    "SELECT events.*, codec, data FROM events LEFT JOIN output USING (run_id, seq) "
    "ORDER BY run_id, seq"
)
BIG = 400
"""Chunks of 64 KiB: more than goes through any pipe or buffer at once."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    (tmp_path / "main").mkdir()
    return Workspace(tmp_path / "main")


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a run in its log, which no test may change."""
    workspace = Workspace(tmp_path_factory.mktemp("settled"))
    assert workspace.execute().code == 0
    return workspace


def another(workspace: Workspace, name: str) -> Workspace:
    """Make a workspace with the same spec, on another machine as it were."""
    place = workspace.place.parent / name
    place.mkdir()
    return Workspace(place)


def exported(workspace: Workspace, *words: str) -> Path:
    """Export to a file of its own."""
    path = workspace.place / f"{workspace.place.name}-{len(list(workspace.place.iterdir()))}.jsonl"
    ended = workspace.run("export", *(words or ("latest",)), "--output", str(path))
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    return path


def refused(ended: Ended, code: int) -> str:
    """See that a command ended with one line, and give it."""
    assert (ended.code, ended.out) == (code, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("helm: ")
    return line.removeprefix("helm: ")


def contents(workspace: Workspace) -> list[object]:
    """Take down the whole log."""
    imports = "SELECT run_id, origin FROM imports ORDER BY run_id"
    return [*workspace.query(ALL_ROWS), *workspace.query(imports)]


def check_log(workspace: Workspace) -> None:
    """See that the pages are whole, and each chain of digests too."""
    assert workspace.query("PRAGMA integrity_check") == [("ok",)]
    digests: dict[str, str] = {}
    columns = "run_id, seq, kind, schema_version, recorded_at, body, digest"
    for *event, digest in workspace.query(f"SELECT {columns} FROM events ORDER BY position"):
        stored = StoredEvent(*event)
        assert digest == digest_after(digests.get(stored.run_id, FIRST), stored)
        digests[stored.run_id] = digest


def change(workspace: Workspace, *statements: str) -> None:
    with closing(sqlite3.connect(workspace.log)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def big_run() -> Iterator[Row]:
    """Make a run that has printed 25 MB of noise."""
    digest, noise = FIRST, random.Random(1).randbytes(65536)
    run_id = new_run_id(NOON, bytes(10))
    for seq in range(BIG):
        body = {
            "launch": 1,
            "channel": Channel.STDOUT,
            "offset": seq * len(noise),
            "length": len(noise),
            "sha256": sha256(noise),
        }
        kind = OutputCaptured.__name__
        event = StoredEvent(run_id, seq, kind, 1, timestamp(NOON), json.dumps(body))
        digest = digest_after(digest, event)
        yield Row(event, digest, "b" * 16, has_output=True, output=noise)


@pytest.fixture
def big(workspace: Workspace) -> Workspace:
    """A workspace whose log is large."""
    with closing(SqliteLogArchive(workspace.log)) as archive:
        archive.merge([big_run()], NOON)
    return workspace


# A matrix becomes one history


def test_the_logs_of_a_matrix_become_one_history(workspace: Workspace) -> None:
    """Each job exports its run, and whoever collects them sees all, each with where it was."""
    files = []
    for name, verdict in zip(MATRIX, (OK, MISSING, OK), strict=True):
        job = another(workspace, name)
        job.agent(worker=[[out(f"I work on {name}.\n")]], verifier=[[out(verdict)]])
        assert job.execute("--max-attempts", "1").code == (0 if verdict == OK else 1)
        files.append(exported(job))
    workspace.execute()
    ended = workspace.run("import", *map(str, files))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [f"imported 1 run (1 new) from {file}" for file in files]
    check_log(workspace)

    runs = [json.loads(row) for row in as_json(workspace, "history")]
    assert len(runs) == len(MATRIX) + 1
    assert sorted(run["outcome"] for run in runs) == ["accepted"] * 3 + ["exhausted"]
    origins = dict(workspace.query("SELECT run_id, origin FROM imports"))
    shown = {run["run_id"]: run["workspace"] for run in runs}
    assert len(set(origins.values())) == len(MATRIX)
    assert {run_id: shown.pop(run_id) for run_id in origins} == {
        run_id: f"{origin}/." for run_id, origin in origins.items()
    }
    assert list(shown.values()) == ["."]
    for run_id, name in zip(sorted(origins), MATRIX, strict=True):
        assert f"I work on {name}." in workspace.run("show", run_id, "--worker").out
    ended = workspace.run("query", "--csv", "SELECT COUNT(DISTINCT workspace) FROM runs")
    assert ended.out.splitlines()[-1] == "4"


def as_json(workspace: Workspace, *words: str) -> list[str]:
    """Ask for JSON; one text for each of the things that are listed."""
    ended = workspace.run(*words, "--json")
    assert (ended.code, ended.err) == (0, "")
    if ended.out.startswith("["):
        return [json.dumps(each) for each in json.loads(ended.out)]
    return ended.out.splitlines()


def test_an_imported_run_decides_nothing_here(workspace: Workspace) -> None:
    """No badge, no resume, no remaining tasks, no metadata come of it."""
    job = another(workspace, "job")
    job.agent(verifier=[MISSING])
    job.execute("--max-attempts", "1")
    left = exported(job)
    job.agent()
    job.execute()
    before = workspace.files()
    assert workspace.run("import", str(exported(job, "--all")), str(left)).code == 0
    assert workspace.files() == before
    with helm.open(workspace.root) as runner:
        (standing,) = runner.specs()
        assert isinstance(standing, Standing)
        assert (standing.badge, standing.last) == (Badge.TODO, None)
        assert len(runner.history.rows(RunFilter())) == 2
    assert workspace.run("replay", SPEC).code != 0
    assert workspace.files() == before
    assert workspace.execute("--resume").code == 0
    assert "Left: []" in workspace.calls()[0].prompt
    assert len({event.run_id for event in workspace.events()}) == 3


def test_importing_twice_adds_nothing(workspace: Workspace) -> None:
    """The second time says so; and a log that is exported from there is the same file."""
    job = another(workspace, "job")
    job.execute()
    job.execute()
    file = exported(job, "--all")
    assert workspace.run("import", str(file)).out == f"imported 2 runs (2 new) from {file}\n"
    before = contents(workspace)
    again = workspace.run("import", str(file), str(file)).out.splitlines()
    assert again == [f"imported 2 runs (2 were there already) from {file}"] * 2
    assert contents(workspace) == before
    assert exported(workspace, "--all").read_bytes() == file.read_bytes()


def test_a_run_of_our_own_stays_our_own_and_comes_back_when_it_is_lost(
    workspace: Workspace,
) -> None:
    """A log that is restored from an older copy gets back what it had recorded."""
    workspace.execute()
    first = {path: path.read_bytes() for path in workspace.log.parent.glob("runs.db*")}
    workspace.execute()
    file = exported(workspace, "--all")
    before = contents(workspace)
    assert "2 were there already" in workspace.run("import", str(file)).out
    for path in workspace.log.parent.glob("runs.db*"):
        path.unlink()
    for path, data in first.items():
        path.write_bytes(data)
    assert "(1 new, 1 was there already)" in workspace.run("import", str(file)).out
    assert contents(workspace) == before
    assert workspace.query("SELECT * FROM imports") == []


def test_from_one_process_to_the_next_through_a_pipe(workspace: Workspace) -> None:
    """Into a log that is named, and did not exist."""
    workspace.execute()
    words = " ".join(workspace.helm_words("export", "--all"))
    into = " ".join(workspace.helm_words("import", "-", "--db", "new/other.db"))
    ended = workspace.run_shell(f"{words} | {into}")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "imported 1 run (1 new) from standard input\n"
    other = workspace.root / "new" / "other.db"
    assert workspace.events(other) == workspace.events()
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert stat.S_IMODE(other.parent.stat().st_mode) == 0o700


# Beside living runs


def test_a_living_run_is_exported_up_to_now_and_goes_on_there_later(workspace: Workspace) -> None:
    """The second import brings only what has happened since."""
    job, go = another(workspace, "job"), workspace.place / "go"
    job.agent(worker=[[out("so far"), wait_for(go), out(", so good\n")]], verifier=[[out(OK)]])
    with job.working() as living:
        job.wait_for_event("OutputCaptured")
        first = exported(job)
        assert "1 new" in workspace.run("import", str(first)).out
        assert len(workspace.query("SELECT 1 FROM runs WHERE outcome = 'open'")) == 1
        make_file(go)
        assert living.end().code == 0
    file = exported(job)
    assert workspace.run("import", str(file)).out == f"imported 1 run (1 has grown) from {file}\n"
    assert workspace.events() == job.events()
    assert "1 was there already" in workspace.run("import", str(first)).out
    check_log(workspace)


def make_file(path: Path) -> None:
    path.write_text("", encoding="utf-8")


def test_an_import_beside_a_living_run_disturbs_neither(workspace: Workspace) -> None:
    """While the worker prints, runs come in; both are whole."""
    job, go = another(workspace, "job"), workspace.place / "go"
    job.execute()
    file = exported(job)
    printing = [out(f"line {number}\n") for number in range(200)]
    workspace.agent(worker=[[*printing, wait_for(go), *printing]], verifier=[[out(OK)]])
    with workspace.working() as living:
        for _ in range(3):
            assert workspace.run("import", str(file)).code == 0
        make_file(go)
        assert living.end().code == 0
    check_log(workspace)
    assert len(workspace.query("SELECT 1 FROM runs WHERE outcome = 'accepted'")) == 2


def test_a_pipe_that_stalls_keeps_no_run_waiting(workspace: Workspace) -> None:
    """Nobody holds the log while an export is still on its way."""
    job = another(workspace, "job")
    job.execute()
    data = exported(job).read_bytes()
    fifo = workspace.place / "fifo"
    os.mkfifo(fifo)
    with workspace.start("import", str(fifo)) as importing, fifo.open("wb", buffering=0) as pipe:
        pipe.write(data[: len(data) // 2])
        assert workspace.execute().code == 0
        pipe.write(data[len(data) // 2 :])
        pipe.close()
        assert importing.end().out == f"imported 1 run (1 new) from {fifo}\n"
    check_log(workspace)


# Killed


def test_an_import_that_is_killed_while_it_writes_leaves_the_log_as_it_was(
    workspace: Workspace,
) -> None:
    """Half of a run is never there; said once more, all of it is."""
    job = another(workspace, "job")
    job.execute()
    file = exported(job)
    workspace.execute()
    before = contents(workspace)
    change(
        workspace,
        "CREATE VIEW endless AS WITH RECURSIVE count(n) AS "
        "(VALUES (1) UNION ALL SELECT n + 1 FROM count) SELECT n FROM count",
        "CREATE TRIGGER stuck BEFORE INSERT ON events WHEN NEW.seq = 5 "
        "BEGIN SELECT MAX(n) FROM endless; END",
    )
    with workspace.start("import", str(file)) as importing:
        until(lambda: is_locked(workspace), "the import to write")
        importing.kill()
    change(workspace, "DROP TRIGGER stuck", "DROP VIEW endless")
    assert contents(workspace) == before
    assert workspace.run("import", str(file)).code == 0
    check_log(workspace)


def is_locked(workspace: Workspace) -> bool:
    """Tell whether somebody is writing to the log."""
    with closing(sqlite3.connect(workspace.log, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def test_an_import_that_is_killed_at_any_moment_is_whole_or_was_not(big: Workspace) -> None:
    """And it leaves nothing but the log."""
    file = exported(big)
    target = another(big, "target")
    target.execute()
    before = target.query("SELECT COUNT(*) FROM events")[0][0]
    dice = random.Random(7)
    for _ in range(6):
        with target.start("import", str(file)) as importing:
            time.sleep(dice.uniform(0.2, 1.5))
            importing.kill()
        assert target.query("SELECT COUNT(*) FROM events")[0][0] in {before, before + BIG}
        check_log(target)
    assert target.run("import", str(file)).code == 0
    assert target.query("SELECT COUNT(*) FROM events") == [(before + BIG,)]
    names = {path.name.removeprefix("runs.db") for path in target.log.parent.glob("*")}
    assert names <= {"", "-wal", "-shm", ".gate", "locks"}


# Refused


def test_a_damaged_file_leaves_the_log_as_it_was(workspace: Workspace) -> None:
    """Exit code 3, and one line that names the file and the line; also beside good files."""
    job = another(workspace, "job")
    job.execute()
    good = exported(job)
    lines = good.read_bytes().splitlines(keepends=True)
    damaged = workspace.place / "damaged.jsonl"
    damaged.write_bytes(
        b"".join([*lines[:4], lines[4].replace(b"Implement", b"Complete", 1), *lines[5:]])
    )
    line = refused(workspace.run("import", str(good), str(damaged)), 3)
    assert line == (f"{damaged}, line 5: event 2 is not as it was recorded; nothing was imported")
    assert not workspace.log.exists()
    workspace.execute()
    before = contents(workspace)
    refused(workspace.run("import", str(damaged)), 3)
    assert contents(workspace) == before


def test_a_run_with_another_past_is_refused(workspace: Workspace) -> None:
    """Exit code 6: it is the log that says otherwise."""
    workspace.execute()
    file = exported(workspace)
    change(
        workspace,
        "DROP TRIGGER events_are_never_changed",
        f"UPDATE events SET digest = '{'0' * 64}' WHERE seq >= 7",
    )
    before = contents(workspace)
    line = refused(workspace.run("import", str(file)), 6)
    assert line.startswith(f"{file}, line 10: the log holds another event 7 of run ")
    assert contents(workspace) == before


def test_a_log_of_a_newer_helm_is_not_imported_into(workspace: Workspace) -> None:
    """The sentence says to update."""
    workspace.execute()
    file = exported(workspace)
    change(workspace, "PRAGMA user_version = 99")
    line = refused(workspace.run("import", str(file)), 6)
    assert "was made by a newer helm" in line
    assert exported(workspace).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["import"], 2, "missing argument 'FILE'"),
        (["import", "missing.jsonl"], 3, "cannot read missing.jsonl: No such file or directory"),
        (["import", "specs"], 3, "cannot read specs: Is a directory"),
        (["import", "-"], 3, "standard input, line 1: this is not how an export of helm's begins"),
        (["import", ".git/helm/runs.db"], 3, "line 1: this is a log itself; say: helm export"),
        (["export"], 2, "which runs? say: helm export RUN..., or helm export --all"),
        (["export", "--all", "latest"], 2, "which runs?"),
        (["export", "01XYZ"], 3, "run '01XYZ' not found in "),
        (["export", "--all", "--db", "none.db"], 3, "there are no runs in none.db yet"),
        (["export", "latest", "--output", "no/where"], 6, "cannot write no/where: No such file"),
        (["export", "latest", "--output", "specs"], 6, "cannot write specs: Is a directory"),
        (["export", "latest", "--output", ".git/helm/runs.db"], 3, "is the log itself"),
    ],
)
def test_words_that_make_no_sense_are_one_line(
    settled: Workspace, words: list[str], code: int, said: str
) -> None:
    """And nothing was done: the log is the same."""
    before = contents(settled)
    assert said in refused(settled.run(*words), code)
    assert contents(settled) == before


# Where an export goes


def test_an_export_is_not_for_a_terminal(settled: Workspace) -> None:
    """Unless it is said to be."""
    reader, terminal = os.openpty()
    with settled.start("export", "latest", stdout=terminal) as exporting:
        line = refused(exporting.end(), 2)
    assert line == "an export is not for a terminal; say: helm export RUN > FILE"
    with settled.start("export", "latest", "--output", "-", stdout=terminal) as exporting:
        assert exporting.end().code == 0
    os.close(terminal)
    assert os.read(reader, 100).startswith(b'{"helm": "runs", "format": 1}')
    os.close(reader)


def test_an_export_to_a_file_is_its_owners_alone_and_whole(workspace: Workspace) -> None:
    """A file that is there is kept where the export fails, and replaced where it does not."""
    workspace.execute()
    path = workspace.place / "folder" / "runs.jsonl"
    path.parent.mkdir()
    link = workspace.place / "link.jsonl"
    link.symlink_to(path)
    path.write_text("old", encoding="utf-8")
    change(workspace, "DROP TRIGGER events_are_never_changed")
    change(workspace, "UPDATE events SET body = '{}' WHERE seq = 5")
    line = refused(workspace.run("export", "latest", "--output", str(link)), 6)
    assert "event 5 is not as it was recorded" in line
    assert (path.read_text(encoding="utf-8"), len(list(path.parent.iterdir()))) == ("old", 1)
    workspace.add_spec("spec-02")
    assert workspace.run("run", "--exec", "spec-02").code == 0
    assert workspace.run("export", "latest", "--output", str(link)).code == 0
    assert path.read_bytes() == workspace.run("export", "latest").out.encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert link.is_symlink()
    assert len(list(path.parent.iterdir())) == 1


def test_a_device_is_written_to_and_not_replaced(settled: Workspace) -> None:
    """Nobody wants a file in place of /dev/null."""
    assert settled.run("export", "latest", "--output", os.devnull).code == 0
    assert Path(os.devnull).is_char_device()
    line = refused(settled.run("export", "latest", "--output", "/dev/full"), 6)
    assert line.startswith("cannot write /dev/full: No space left on device")


def test_a_reader_that_goes_away_ends_an_export_quietly(big: Workspace) -> None:
    """By SIGPIPE, as it ends `cat`: what was cut is not taken for success."""
    with big.start("export", "latest", stdout=subprocess.PIPE) as exporting:
        assert exporting.popen.stdout is not None
        assert exporting.popen.stdout.read(10) == b'{"helm": "'
        exporting.popen.stdout.close()
        ended = exporting.end()
    assert (ended.code, ended.err) == (-signal.SIGPIPE, "")


def test_an_export_onto_a_full_disk_is_one_line(settled: Workspace) -> None:
    """And no word of the interpreter's own afterwards."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    with settled.start("export", "latest", stdout=descriptor) as exporting:
        line = refused(exporting.end(), 6)
    os.close(descriptor)
    assert line == (
        "standard output cannot be written: No space left on device; the export is cut"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_while_a_file_is_written_leaves_nothing(
    big: Workspace, number: signal.Signals
) -> None:
    """helm dies of it, and the file is not there, under any name."""
    folder = big.place / "folder"
    folder.mkdir()
    with big.start("export", "latest", "--output", str(folder / "runs.jsonl")) as exporting:
        until(lambda: list(folder.iterdir()), "the file to be begun")
        exporting.send(number)
        ended = exporting.end()
    assert (ended.code, ended.out, ended.err) == (-number, "", "")
    assert list(folder.iterdir()) == []


def test_closed_streams_are_one_line(settled: Workspace) -> None:
    """A descriptor that is missing is not given to the log."""
    words = " ".join(settled.helm_words("export", "latest"))
    assert refused(settled.run_shell(f"{words} >&-"), 2).startswith("standard output is closed")
    words = " ".join(settled.helm_words("import", "-"))
    assert refused(settled.run_shell(f"{words} <&-"), 3).startswith("standard input is closed")


def test_output_that_came_pruned_is_told_from_output_that_was_emptied(
    workspace: Workspace,
) -> None:
    """The import leaves a note of what came without its bytes; whoever empties more is found."""
    other = another(workspace, "other")
    assert other.execute().code == 0
    assert other.run("prune", "latest", "--yes").code == 0
    file = str(other.place / "pruned.jsonl")
    assert other.run("export", "latest", "--output", file).code == 0
    assert other.execute("--fresh").code == 0
    whole = str(other.place / "whole.jsonl")
    assert other.run("export", "latest", "--output", whole).code == 0
    assert workspace.run("import", file, whole).code == 0
    assert workspace.run("verify-log").code == 0
    with closing(sqlite3.connect(workspace.log)) as connection, connection:
        connection.execute("UPDATE output SET data = NULL")
    ended = workspace.run("verify-log")
    assert ended.code == 6
    assert "has output that was emptied, and not by helm prune" in ended.out
