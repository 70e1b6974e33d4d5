"""The views are a public contract: their columns, what these mean, and what a query reads."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.domain.commands import (
    AbandonRun,
    HaltRun,
    LaunchAgent,
    RecordOutput,
    ResumeRun,
    RunCommand,
    StartAttempt,
)
from helm.domain.events import (
    AgentChoice,
    Cause,
    Channel,
    Ending,
    RunSettings,
    sha256,
    timestamp,
)
from tests.examples import (
    MISSING,
    NOON,
    OK,
    WORKER_SAYS,
    batches,
    launch,
    record,
    snapshot,
    start_run,
    whole_run,
)

Row = dict[str, object]

COLUMNS = {
    "runs": "run_id workspace spec_id spec_name outcome cause attempts started_at finished_at"
    " seconds worker_model verifier_model input_tokens output_tokens path updated_at",
    "attempts": "run_id attempt started_at launches worker_ending worker_seconds worker_report"
    " verifier_ending verifier_seconds status",
    "verdicts": "run_id attempt launch given_at status remaining_tasks commentary",
    "activity": "run_id seq recorded_at role attempt launch activity text exit_code changes",
    "transcripts": "run_id role attempt launch channel bytes chunks first_at last_at sha256",
}
ORDER = {
    "runs": "run_id",
    "attempts": "attempt",
    "verdicts": "attempt",
    "activity": "seq",
    "transcripts": "launch, channel",
}

CHOSEN = RunSettings(worker=AgentChoice(model="first"), verifier=AgentChoice(model="judge"))
CHANGED = RunSettings(worker=AgentChoice(model="second"), max_attempts=1)
WORKED = launch(WORKER_SAYS, pid=101)
HALTED = (
    start_run(settings=CHOSEN),
    StartAttempt(),
    *launch(b"half", pid=1, ending=Ending.FAILED),
)


class Log:
    """A log, and a look into its views as any SQLite program has it."""

    def __init__(self, path: Path) -> None:
        self.log = SqliteEventLog(path)
        self.connection = sqlite3.connect(path)

    def tell(self, *commands: RunCommand) -> None:
        """Append the run "run"."""
        record(self.log, "run", batches(commands))

    def query(self, sql: str, *values: object) -> list[Row]:
        cursor = self.connection.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def rows(self, view: str, *columns: str) -> list[tuple[object, ...]]:
        """Read columns of the run "run", in the order in which a person would."""
        found = self.query(f"SELECT * FROM {view} WHERE run_id = 'run' ORDER BY {ORDER[view]}")
        return [tuple(row[column] for column in columns) for row in found]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that holds a run of another spec than the one that is told."""
    path = tmp_path_factory.mktemp("written") / "runs.db"
    with SqliteEventLog(path) as log:
        record(log, "another run", whole_run(snapshot("spec-09"), CHOSEN))
    return path


@pytest.fixture
def log(written: Path, tmp_path: Path) -> Iterator[Log]:
    """A log to tell a run in."""
    log = Log(Path(shutil.copy(written, tmp_path)))
    yield log
    log.connection.close()
    log.log.close()


def second(number: int) -> str:
    return timestamp(NOON + timedelta(seconds=number))


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_has_the_columns_that_are_documented(log: Log, view: str) -> None:
    """Names and order are frozen."""
    cursor = log.connection.execute(f"SELECT * FROM {view}")
    assert [column[0] for column in cursor.description] == COLUMNS[view].split()


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_finds_one_run_without_reading_the_others(log: Log, view: str) -> None:
    """Every step of the plan is a search in an index that begins with the run."""
    plan = log.query(f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE run_id = ?", "run")
    steps = [str(step["detail"]) for step in plan]
    searches = [step for step in steps if step.startswith("SEARCH")]
    assert searches
    assert [step for step in searches if "(run_id=?" not in step] == []
    assert [step for step in steps if step.startswith("SCAN") and step != "SCAN this"] == []


@pytest.mark.parametrize("view", ["runs", "attempts", "verdicts"])
def test_a_view_of_all_runs_does_not_read_what_agents_printed(log: Log, view: str) -> None:
    """Output and activity are most of a log; the index of the few other events spares them."""
    plan = log.query(f"EXPLAIN QUERY PLAN SELECT * FROM {view}")
    scans = [str(step["detail"]) for step in plan if str(step["detail"]).startswith("SCAN")]
    assert len(scans) == 1
    used = scans[0].split(" USING ")[1].split()[-1]
    assert used in {"events_milestones", "events_by_spec", "events_first"}


def test_the_newest_runs_are_found_without_reading_all_others(log: Log) -> None:
    """Ids sort by time, and there is an index of the runs by their ids."""
    plan = log.query("EXPLAIN QUERY PLAN SELECT * FROM runs ORDER BY run_id DESC LIMIT 5")
    steps = [str(step["detail"]) for step in plan]
    assert steps[0] == "SCAN run USING INDEX events_first"
    assert [step for step in steps if "TEMP B-TREE" in step] == []


def test_runs_tells_a_whole_run(log: Log) -> None:
    """One row has the spec, the outcome, the times, and what the agents used."""
    log.tell(
        start_run(settings=CHOSEN),
        *(StartAttempt(), *WORKED, *launch(MISSING, pid=2)),
        *(StartAttempt(), *WORKED, *launch(OK, pid=4)),
    )
    assert log.query("SELECT * FROM runs WHERE run_id = 'run'") == [
        {
            "run_id": "run",
            "workspace": ".",
            "spec_id": "spec-00-example",
            "spec_name": "An example",
            "outcome": "accepted",
            "cause": None,
            "attempts": 2,
            "started_at": second(0),
            "finished_at": second(34),
            "seconds": 6.0,
            "worker_model": "first",
            "verifier_model": "judge",
            "input_tokens": 4800,
            "output_tokens": 1200,
            "path": "specs/spec-00-example",
            "updated_at": second(34),
        }
    ]


def test_runs_tells_when_anything_was_last_heard_of_a_run(log: Log) -> None:
    """Output counts too: of a run that seems to hang, it is the sign of life."""
    log.tell(
        *(start_run(), StartAttempt(), LaunchAgent(argv=("codex",))),
        RecordOutput(channel=Channel.STDOUT, offset=0, data=b"half"),
    )
    assert log.rows("runs", "finished_at", "updated_at") == [(None, second(3))]


def test_runs_tells_where_an_imported_run_comes_from(log: Log) -> None:
    """Its work tree is not one of ours, even where it has the same name."""
    log.tell(start_run())
    log.connection.execute("INSERT INTO imports VALUES ('run', '0123456789abcdef', 'now')")
    assert log.rows("runs", "workspace", "path") == [
        ("0123456789abcdef/.", "specs/spec-00-example")
    ]
    others = log.query("SELECT workspace FROM runs WHERE run_id <> 'run'")
    assert [row["workspace"] for row in others] == ["."]


def test_a_log_has_a_name_that_no_other_has(log: Log, tmp_path: Path) -> None:
    """It is made with the log, once."""
    (name,) = log.query("SELECT id FROM log_identity")
    assert re.fullmatch("[0-9a-f]{16}", str(name["id"]))
    with SqliteEventLog(tmp_path / "another.db") as another:
        record(another, "run", whole_run())
    with closing(sqlite3.connect(tmp_path / "another.db")) as connection:
        assert connection.execute("SELECT id FROM log_identity").fetchall() != [(name["id"],)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_identity SET id = '0123456789abcdef'",
        "DELETE FROM log_identity",
        "INSERT INTO log_identity VALUES ('0123456789abcdef')",
        "REPLACE INTO log_identity (rowid, id) VALUES (1, '0123456789abcdef')",
        "UPDATE imports SET origin = 'fedcba9876543210'",
        "DELETE FROM imports",
        "INSERT INTO imports VALUES ('run', 'fedcba9876543210', 'now')",
        "REPLACE INTO imports VALUES ('run', 'fedcba9876543210', 'now')",
        "UPDATE OR REPLACE imports SET rowid = 2",
        "REPLACE INTO imports (rowid, run_id, origin, imported_at) SELECT 1, 'x', id, '' FROM it",
        "UPDATE prunings SET bytes = 0",
        "DELETE FROM prunings",
        "REPLACE INTO prunings VALUES (1, 'new', 'now', 0, 0)",
    ],
)
def test_what_is_noted_of_a_log_is_never_changed(log: Log, sql: str) -> None:
    """Its name, where runs came from and what was pruned are as final as events."""
    tables = ("log_identity", "imports", "prunings")
    log.connection.execute("INSERT INTO imports VALUES ('run', '0123456789abcdef', 'now')")
    log.connection.execute(
        "INSERT INTO prunings (run_id, pruned_at, chunks, bytes) VALUES ('run', 'now', 1, 2)"
    )
    before = [log.query(f"SELECT rowid, * FROM {table}") for table in tables]
    with pytest.raises(sqlite3.IntegrityError, match="the log is append-only"):
        log.connection.execute(f"WITH it AS (SELECT * FROM log_identity) {sql}")
    assert [log.query(f"SELECT rowid, * FROM {table}") for table in tables] == before


RESUMED = (*HALTED, ResumeRun(settings=CHANGED))


@pytest.mark.parametrize(
    ("commands", "outcome", "cause", "finished_at"),
    [
        ((start_run(),), "open", None, None),
        (HALTED, "halted", "worker_failed", None),
        (RESUMED, "open", None, None),
        ((*RESUMED, HaltRun(cause=Cause.SIGINT)), "halted", "SIGINT", None),
        ((*HALTED, AbandonRun()), "abandoned", "worker_failed", second(10)),
        ((start_run(), AbandonRun()), "abandoned", "lost", second(1)),
        ((*RESUMED, *WORKED, *launch(MISSING, pid=2)), "exhausted", None, second(26)),
        ((*RESUMED, *WORKED, *launch(OK, pid=2)), "accepted", None, second(26)),
    ],
)
def test_runs_tells_how_a_run_stands(
    log: Log,
    commands: Sequence[RunCommand],
    outcome: str,
    cause: str | None,
    finished_at: str | None,
) -> None:
    """A cause is told of a run that stands still, or was given up where it stood."""
    log.tell(*commands)
    columns = ("outcome", "cause", "finished_at")
    assert log.rows("runs", *columns) == [(outcome, cause, finished_at)]


def test_runs_tells_the_models_in_force(log: Log) -> None:
    """A resume carries all settings: a model that it does not name is the agent's own again."""
    log.tell(*HALTED)
    assert log.rows("runs", "worker_model", "verifier_model") == [("first", "judge")]
    record(log.log, "resumed", batches(RESUMED))
    resumed = log.query("SELECT * FROM runs WHERE run_id = 'resumed'")
    assert [(row["worker_model"], row["verifier_model"]) for row in resumed] == [("second", None)]


def test_runs_never_tells_0_for_what_is_not_known(log: Log) -> None:
    """Before any agent ended there are no seconds, and without its word there are no tokens."""
    columns = ("attempts", "seconds", "input_tokens", "output_tokens")
    log.tell(start_run())
    assert log.rows("runs", *columns) == [(0, None, None, None)]
    record(log.log, "failed", batches(HALTED))
    failed = log.query("SELECT * FROM runs WHERE run_id = 'failed'")
    assert [tuple(row[column] for column in columns) for row in failed] == [(1, 1.5, None, None)]


def test_runs_adds_up_the_tokens_that_are_known(log: Log) -> None:
    """A launch whose agent does not tell its tokens takes nothing away from the others."""
    log.tell(*RESUMED, *WORKED)
    assert log.rows("runs", "seconds", "input_tokens") == [(3.0, 1200)]


def test_attempts_tells_each_attempt_with_its_launches(log: Log) -> None:
    """A launch that failed counts with its time; ending and report are the last one's."""
    more = RunSettings(max_attempts=3)
    log.tell(
        *HALTED,
        ResumeRun(settings=more),
        *(*WORKED, *launch(MISSING, pid=2)),
        *(StartAttempt(), *WORKED, *launch(b"nothing", pid=3, ending=Ending.SILENT)),
        *(ResumeRun(settings=more), *launch(OK, pid=4)),
    )
    assert log.rows("attempts", *COLUMNS["attempts"].split()) == [
        (
            *("run", 1, second(1), 3, "completed", 3.0, WORKER_SAYS.decode()),
            *("completed", 1.5, "missing"),
        ),
        (
            *("run", 2, second(27), 3, "completed", 1.5, WORKER_SAYS.decode()),
            *("completed", 3.0, "ok"),
        ),
    ]


def test_attempts_tells_an_attempt_that_has_only_begun(log: Log) -> None:
    """What has not happened yet is NULL."""
    log.tell(start_run(), StartAttempt())
    assert log.rows("attempts", *COLUMNS["attempts"].split()) == [
        ("run", 1, second(1), 0, None, None, None, None, None, None)
    ]


def test_verdicts_tells_what_is_left_to_do(log: Log) -> None:
    """The remaining tasks are a JSON array, the commentary is verbatim."""
    log.tell(
        start_run(),
        *(StartAttempt(), *WORKED, *launch(MISSING, pid=2)),
        *(StartAttempt(), *WORKED, *launch(OK, pid=4)),
    )
    missing, accepted = log.rows("verdicts", *COLUMNS["verdicts"].split())
    assert missing[:5] == ("run", 1, 2, second(17), "missing")
    assert json.loads(str(missing[5])) == ["accept an empty list", "say so in the docs"]
    assert accepted == ("run", 2, 4, second(34), "ok", "[]", "All criteria are met.\n")


def test_activity_tells_who_did_what(log: Log) -> None:
    """Each thing has the role, the attempt and the launch that it belongs to."""
    log.tell(
        start_run(), StartAttempt(), *WORKED, *launch(MISSING, pid=2), StartAttempt(), *WORKED
    )
    rows = log.rows("activity", *COLUMNS["activity"].split())
    assert rows[1] == (
        *("run", 6, second(6), "worker", 1, 1, "command_finished", "make test", 0, "[]"),
    )
    assert [row[3:6] for row in rows[::2]] == [
        ("worker", 1, 1),
        ("verifier", 1, 2),
        ("worker", 2, 3),
    ]


def test_transcripts_tells_each_channel_of_each_launch(log: Log) -> None:
    """Length and digest are of the whole channel; where nothing was captured there is no row."""
    log.tell(start_run(), StartAttempt(), *WORKED, *launch(MISSING, pid=2))
    worker, verifier = (sha256(said) for said in (WORKER_SAYS, MISSING))
    assert log.rows("transcripts", *COLUMNS["transcripts"].split()) == [
        ("run", "worker", 1, 1, "stdout", len(WORKER_SAYS), 2, second(7), second(8), worker),
        ("run", "verifier", 1, 2, "stdout", len(MISSING), 2, second(15), second(16), verifier),
    ]


def test_transcripts_tells_no_digest_of_a_launch_that_was_lost(log: Log) -> None:
    """The digest of the launch after it is not taken for its own."""
    log.tell(
        *(start_run(), StartAttempt(), LaunchAgent(argv=("codex",))),
        RecordOutput(channel=Channel.STDERR, offset=0, data=b"half"),
        RecordOutput(channel=Channel.STDOUT, offset=0, data=b"half"),
        *(ResumeRun(settings=CHANGED), *WORKED),
    )
    assert log.rows("transcripts", "launch", "channel", "bytes", "sha256") == [
        (1, "stderr", 4, None),
        (1, "stdout", 4, None),
        (2, "stdout", len(WORKER_SAYS), sha256(WORKER_SAYS)),
    ]


def test_views_bear_what_a_newer_helm_wrote(log: Log) -> None:
    """An event of an unknown kind, or a run that begins with one, spoils no query."""
    log.tell(start_run(), StartAttempt())
    for run_id, seq in (("run", 2), ("new", 0)):
        log.connection.execute(
            "INSERT INTO events (run_id, seq, kind, schema_version, recorded_at, body, digest)"
            " VALUES (?, ?, 'PlanMade', 9, '2026-01-31T12:00:00.123Z', '[]', ?)",
            (run_id, seq, "0" * 64),
        )
    assert log.rows("runs", "outcome", "attempts") == [("open", 1)]
    for view in COLUMNS:
        log.query(f"SELECT * FROM {view}")
    new = log.query("SELECT * FROM runs WHERE run_id = 'new'")
    assert [(row["spec_id"], row["outcome"]) for row in new] == [(None, "open")]
