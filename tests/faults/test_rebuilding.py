"""What is made from the log is the same wherever, whenever and from whatever half it is made."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helm.adapters.sqlite.engine import sqlite3
from helm.adapters.sqlite.log import SqliteEventLog
from helm.adapters.sqlite.schema import migration_files
from helm.domain.events import Recorded, RunStarted, Unknown
from helm.domain.projections.metadata import metadata
from helm.domain.projections.report import report
from helm.domain.run import replay
from tests.domain.histories import ANY_HISTORY, GOLDEN, Story
from tests.domain.test_run_properties import AGENTS, CRASHES, Agents
from tests.e2e.fake_codex import leave, turn
from tests.e2e.workspace import MISSING, Workspace, write
from tests.faults.conftest import Survived
from tests.faults.in_process import caller

# Rebuilding in another world

REBUILT = ("metadata.json", "implementation-report.md")
CLOCK = "from freezegun import freeze_time\nfreeze_time('2041-02-03', tick=True).start()\n"
ZONES = ("Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu", "UTC")
LOCALES = ("tr_TR.UTF-8", "C", "POSIX", "de_DE.ISO-8859-1", "C.UTF-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Three specs: accepted after a run that failed, exhausted, and halted."""
    workspace = Workspace(tmp_path)
    others = [workspace.add_spec(f"spec-0{number}-more").name for number in (2, 3)]
    workspace.agent(worker=[[*turn("Nothing."), leave(1)]])
    assert workspace.execute().code == 4
    assert workspace.run("run", "--exec", others[0]).code == 4
    workspace.agent(verifier=[MISSING])
    assert workspace.run("run", "--exec", others[1]).code == 1
    workspace.agent()
    assert workspace.execute("--fresh").code == 0
    return workspace


def shuffled(log: Path, copy: Path, chance: random.Random) -> None:
    """Write a log anew in which the runs of one spec have come otherwise between the others'."""
    with SqliteEventLog(log) as old, SqliteEventLog(copy) as new:
        streams: dict[str, list[Recorded]] = {}
        for run_id in sorted(old.runs_like("")):
            told = old.load(run_id)
            assert isinstance(told[0].event, RunStarted)
            streams.setdefault(told[0].event.spec.path, []).extend(told)
        while any(streams.values()):
            store(new, chance.choice([each for each in streams.values() if each]).pop(0))


def store(log: SqliteEventLog, told: Recorded) -> None:
    assert not isinstance(told.event, Unknown)
    [stored] = log.append(
        told.run_id, [told.event], expected_seq=told.seq, recorded_at=told.recorded_at
    )
    assert stored == told


def test_rebuild_identical(workspace: Workspace, survived: Survived) -> None:
    """Time zone, locale, hash seed, clock and the order of the runs leave no trace."""
    chance, before = random.Random(3), workspace.files()
    write(workspace.place / "sitecustomize.py", CLOCK)
    path = f"{workspace.place}:{workspace.environment['PYTHONPATH']}"
    for number in range(20):
        for name in REBUILT:
            for file in workspace.specs.glob(f"*/{name}"):
                file.unlink()
        log = workspace.place / f"{number}.db"
        shuffled(workspace.log, log, chance)
        environment = {
            "TZ": chance.choice(ZONES),
            "LC_ALL": chance.choice(LOCALES),
            "PYTHONHASHSEED": str(number),
            "PYTHONUTF8": str(number % 2),
            **({} if number % 4 else {"PYTHONPATH": path}),
        }
        ended = workspace.run("replay", "--all", "--db", str(log), environment=environment)
        assert (ended.code, ended.err) == (0, "")
        assert len(ended.out.splitlines()) == 6
        assert workspace.files() == before
        survived("rebuild-identical", 1)


# Folding half of a history

EXAMPLES = 500


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=ANY_HISTORY, cut=st.integers(0, 6))
def fold_of_anything(history: list[object], cut: int) -> None:
    told = Story().record(history).events  # type: ignore[arg-type]
    assert replay(told[cut:], replay(told[:cut])) == replay(told)


@settings(max_examples=EXAMPLES, deadline=None)
@given(agents=AGENTS, crashes=CRASHES, share=st.floats(0, 1))
def fold_of_a_run(agents: Agents, crashes: list[int], share: float) -> None:
    """The files, too, may be written at any point, and then again at the end."""
    told = agents.run(crashes).recorded
    cut = 1 + int(share * (len(told) - 1))
    events = [each.event for each in told]
    assert replay(events[cut:], replay(events[:cut])) == replay(events)
    assert metadata(told, metadata(told[:cut], None)) == metadata(told, None)
    assert report(list(told)) == report(iter(told))


@pytest.mark.parametrize("fold", [fold_of_anything, fold_of_a_run])
def test_fold_prefix(fold: object, survived: Survived) -> None:
    """A state that was kept, and what came after it, is all there was."""
    assert callable(fold)
    fold()
    survived("fold-prefix", EXAMPLES)


# Logs of helms that were released

LOGS = sorted((GOLDEN / "logs").glob("*.sql"))


@pytest.mark.parametrize("dump", LOGS, ids=lambda path: path.stem)
def test_golden_logs(
    tmp_path: Path, dump: Path, monkeypatch: pytest.MonkeyPatch, survived: Survived
) -> None:
    """Each is sound before and after it is brought up to date, and loses no event by that.

    What is rebuilt from it is compared in `tests/e2e/test_golden_logs.py`.
    """
    workspace, path = Workspace(tmp_path), tmp_path / "runs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text())
        before = connection.execute("SELECT * FROM events").fetchall()
    helm = caller(workspace, monkeypatch)
    assert helm("verify-log", "--db", str(path)).code == 0
    for _ in range(2):
        assert helm("history", "--db", str(path)).code == 0
        assert helm("verify-log", "--db", str(path)).code == 0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM events").fetchall() == before
        assert connection.execute("PRAGMA user_version").fetchone() == (len(migration_files()),)
    survived("golden-logs", 1)
