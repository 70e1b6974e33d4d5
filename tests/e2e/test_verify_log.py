"""`helm verify-log` as a process: what it says, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from tests.e2e.fake_codex import err, out, wait_for
from tests.e2e.workspace import MISSING, OK, SPEC, Ended, Workspace, until, write
from tests.tampering import tamper

REPORT = f"specs/{SPEC}/implementation-report.md"


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One spec that was accepted, after an attempt that was not; it is only looked at."""
    workspace = Workspace(tmp_path_factory.mktemp("accepted"))
    workspace.agent(
        worker=["first", [err("a warning\n"), out("second\n")]], verifier=[MISSING, OK]
    )
    assert workspace.execute().code == 0
    return workspace


@pytest.fixture
def log(accepted: Workspace, tmp_path: Path) -> Path:
    """A copy of its log, which nobody has open."""
    return Path(shutil.copy(accepted.log, tmp_path / "copy.db"))


def verify(workspace: Workspace, log: Path, *options: str) -> Ended:
    return workspace.run("verify-log", "--db", str(log), *options)


def test_a_log_that_is_as_it_was_recorded(accepted: Workspace) -> None:
    """One line, exit code 0, and nothing is written."""
    before = accepted.files()
    ended = accepted.run("verify-log")
    assert (ended.code, ended.err) == (0, "")
    events = len(accepted.events())
    line = rf"the log is as it was recorded: 1 run, {events} events, [\d.]+ \w+ of transcripts\n"
    assert re.fullmatch(line, ended.out)
    assert accepted.files() == before


def test_a_changed_event_is_named(accepted: Workspace, log: Path) -> None:
    """The run, the event, its kind and its place; exit code 6, and what to do."""
    tamper(
        log,
        "UPDATE events SET body = replace(body, 'test it', 'skip it') WHERE kind = 'VerdictGiven'"
        " AND seq = (SELECT MIN(seq) FROM events WHERE kind = 'VerdictGiven')",
    )
    ended = verify(accepted, log)
    (changed, *_) = [event for event in accepted.events(log) if event.kind == "VerdictGiven"]
    place = f"run {changed.run_id}, event {changed.seq} (VerdictGiven, position {changed.seq + 1})"
    assert ended.code == 6
    assert ended.out == f"fault: {place}: is not as it was recorded\n"
    advice = f"keep {log} as it is, and restore a copy or begin a new log with --db FILE"
    assert ended.complaints == [f"helm: 1 fault; {advice}"]


def test_a_changed_transcript_is_named(accepted: Workspace, log: Path) -> None:
    """The event that tells its digest has another."""
    tamper(
        log,
        "UPDATE output SET codec = 'raw', data = x'00' WHERE seq = (SELECT MIN(seq) FROM output)",
    )
    ended = verify(accepted, log)
    assert ended.code == 6
    assert "(OutputCaptured, position " in ended.out
    assert ended.out.endswith(": has other output than was captured\n")


def test_a_trigger_that_is_gone_is_named(accepted: Workspace, log: Path) -> None:
    """Without it the log is open to whoever comes."""
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("DROP TRIGGER events_are_never_changed")
    ended = verify(accepted, log)
    assert ended.code == 6
    assert ended.out == "fault: the file: has lost its trigger events_are_never_changed\n"


def test_an_end_that_was_cut_off_shows_in_the_report(accepted: Workspace, log: Path) -> None:
    """The chain is whole up to there: only what was told of it knows better."""
    last = accepted.events()[-1]
    tamper(log, f"DELETE FROM events WHERE seq = {last.seq}")
    ended = verify(accepted, log)
    assert ended.code == 6
    assert ended.out == (
        f"fault: {REPORT}: tells of event {last.seq} of run {last.run_id}, "
        "which is not in the log\n"
    )
    assert "helm replay writes them anew" in ended.complaints[0]


def test_where_there_is_no_log_nothing_is_checked(tmp_path: Path) -> None:
    """A clone has the reports of its original, and none of its runs."""
    workspace = Workspace(tmp_path)
    assert workspace.execute().code == 0
    workspace.log.unlink()
    ended = workspace.run("verify-log")
    assert (ended.code, ended.out) == (3, "")
    assert ended.complaints == [f"helm: there is no log at {workspace.log}: nothing was checked"]


def test_a_program_is_told_in_json(accepted: Workspace, log: Path) -> None:
    """The same exit code, and each fault with its place."""
    sound = json.loads(verify(accepted, log, "--json").out)
    assert (sound["ok"], sound["faults"], sound["notes"]) == (True, [], [])
    assert (sound["runs"], sound["events"]) == (1, len(accepted.events()))
    tamper(log, "UPDATE events SET recorded_at = 'never' WHERE seq = 4")
    ended = verify(accepted, log, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["ok"]) == (6, False)
    (fault,) = told["faults"]
    assert (fault["run_id"], fault["seq"]) == (accepted.events()[0].run_id, 4)


def test_a_file_that_is_no_log_is_refused_in_one_line(accepted: Workspace) -> None:
    """Nothing of it is shown."""
    path = accepted.place / "letter"
    write(path, "Dear aunt,\n" * 500)
    ended = accepted.run("verify-log", "--db", str(path))
    assert (ended.code, ended.out) == (6, "")
    assert "is not a log of helm's" in ended.complaints[0]


def test_what_a_log_holds_cannot_touch_the_terminal(accepted: Workspace, log: Path) -> None:
    """A kind may be anything, once somebody has changed it."""
    tamper(log, "UPDATE events SET kind = char(27) || '[2J' || char(10) WHERE seq = 4")
    ended = verify(accepted, log)
    assert ended.code == 6
    assert "\x1b" not in ended.out
    assert ended.out.count("\n") == 1


def test_a_living_run_is_not_disturbed(tmp_path: Path) -> None:
    """It is checked up to where it is, and goes on as if nobody had looked."""
    workspace = Workspace(tmp_path)
    assert workspace.execute().code == 0
    go = workspace.place / "go"
    workspace.agent(worker=[[out("at work\n"), wait_for(go), out("done\n")]])
    with workspace.working() as helm:
        until(
            lambda: workspace.query(
                "SELECT 1 FROM output WHERE run_id = (SELECT MAX(run_id) FROM events)"
            ),
            "output",
        )
        ended = workspace.run("verify-log")
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith("the log is as it was recorded: 2 runs, ")
        write(go, "")
        assert helm.end().code == 0
    assert workspace.run("verify-log").code == 0
