"""What must hold of a log and of a run, whatever has happened to it on its way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from helm.domain.chain import FIRST, StoredEvent, digest_after
from tests.e2e.fake_codex import begin, command, end, make, message, pause, where
from tests.e2e.workspace import MISSING, OK, Event, Workspace

if TYPE_CHECKING:
    from tests.e2e.fake_codex import Action

FIRST_VERDICT = "attempt 1 status=missing: remaining tasks: say goodbye; test it"
SECOND_VERDICT = "attempt 2 status=ok: ok"


def recover(workspace: Workspace) -> None:
    """Let SQLite roll back what was under way, which takes a connection that may write."""
    if workspace.log.exists():
        with closing(sqlite3.connect(workspace.log)) as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()


def check_log(workspace: Workspace) -> list[Event]:
    """See that the log is whole: its pages, the order of its events, and their digests."""
    assert workspace.query("PRAGMA integrity_check") in ([("ok",)], [])
    columns = "run_id, seq, kind, schema_version, recorded_at, body"
    last: dict[str, tuple[int, str]] = {}
    for *event, digest in workspace.query(
        f"SELECT {columns}, digest FROM events ORDER BY position"
    ):
        stored = StoredEvent(*event)
        seq, before = last.get(stored.run_id, (-1, FIRST))
        assert stored.seq == seq + 1
        assert digest == digest_after(before, stored)
        last[stored.run_id] = (stored.seq, digest)
    return workspace.events()


def check_no_work_twice(events: list[Event]) -> None:
    """See that no worker is launched in an attempt in which one has finished."""
    attempt, done = 0, False
    for event in events:
        if event.kind == "AttemptStarted":
            attempt, done = event.body["attempt"], False
        if event.kind == "WorkerLaunched":
            assert event.body["attempt"] == attempt
            assert not done
        if event.kind == "WorkerFinished":
            done = event.body["ending"] == "completed"


def two_attempts(workspace: Workspace) -> None:
    """Let agents answer by what they are told alone, so that a call repeated is no other one."""

    def work(report: str) -> list[Action]:
        made = make("greet", f"{report}\n")
        return [*begin(), message("I begin."), pause(0.02), made, message(report), end()]

    worker = where("say goodbye", work("second work"), work("first work"))
    verifier = where("Report: second work", judge(OK), judge(MISSING))
    workspace.agent(worker=[[worker]], verifier=[[verifier]])


def judge(answer: str) -> list[Action]:
    return [*begin(), pause(0.02), *command("make test", 0), message(answer), end()]


def check_the_end(workspace: Workspace) -> None:
    """See that the end is that of a run that nobody has killed."""
    events = check_log(workspace)
    check_no_work_twice(events)
    assert [event.kind for event in events].count("RunStarted") == 1
    assert events[-1].body == {"outcome": "accepted"}
    verdicts = [event.body["status"] for event in events if event.kind == "VerdictGiven"]
    assert verdicts == ["missing", "ok"]
    completed = [
        event.body["report"]
        for event in events
        if event.kind == "WorkerFinished" and event.body["ending"] == "completed"
    ]
    assert completed == ["first work", "second work"]
    assert (workspace.root / "greet").read_text(encoding="utf-8") == "second work\n"
    assert workspace.metadata()["status"] == "done"
    notes = [line.partition("] ")[2] for line in workspace.metadata()["notes"].split("\n")]
    assert notes == [FIRST_VERDICT, SECOND_VERDICT]
    report = workspace.text("implementation-report.md")
    assert "- Outcome: accepted" in report
    assert f"- Log digest: event {events[-1].seq}, sha256 " in report
    assert report.endswith("## Final worker output\n\nsecond work\n")
    assert not list(workspace.spec.glob("*.broken"))
