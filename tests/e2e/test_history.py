"""`helm history` as a process: the runs in a table, as JSON, and the lines that hold a text."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from helm.adapters.sqlite.log import SqliteEventLog
from tests.e2e.fake_codex import begin, command, end, err, hold, message, out, wait_for
from tests.e2e.terminal import COLUMNS, on_terminal
from tests.e2e.workspace import MISSING, SPEC, Workspace
from tests.examples import record, snapshot, whole_run


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


def as_json(workspace: Workspace, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(workspace.run("history", "--json", *words).out)
    return found


def rows(workspace: Workspace, *words: str) -> list[list[str]]:
    """List the cells of each row, the header left out."""
    lines = workspace.run("history", *words).out.splitlines()[1:]
    return [[cell for cell in line.split("  ") if cell] for line in lines]


@contextmanager
def at_work(workspace: Workspace) -> Iterator[None]:
    """Have a run whose worker never ends; it is killed with its helm at the end."""
    workspace.agent(worker=[[*begin(), hold()]])
    with workspace.working() as helm:
        yield
        helm.kill()


# The list


def test_there_are_no_runs_yet(workspace: Workspace) -> None:
    """That is no failure, and asking makes no log."""
    ended = workspace.run("history")
    assert (ended.code, ended.out, ended.err) == (0, "no runs yet\n", "")
    assert as_json(workspace) == []
    assert as_json(workspace, "--grep", "x") == []
    assert not workspace.log.exists()


def test_runs_are_listed_newest_first(workspace: Workspace) -> None:
    """Whatever came of them, in a line each."""
    workspace.execute()
    workspace.agent(verifier=[MISSING])
    workspace.execute()
    workspace.agent(verifier=["no verdict"])
    workspace.execute()
    header, *lines = workspace.run("history").out.splitlines()
    assert header.split() == ["RUN", "SPEC", "STATE", "ATT", "STARTED", "TIME", "TOKENS"]
    found = [line.split()[1:5] for line in lines]
    assert found == [
        [SPEC, "halted:", "verdict_unreadable", "1"],
        [SPEC, "exhausted", "2", found[1][3]],
        [SPEC, "accepted", "1", found[2][3]],
    ]
    assert [line.split()[-1] for line in lines] == ["2.5k", "4.9k", "2.5k"]
    newest = lines[0].split()[0]
    assert workspace.run("show", newest).code == 0


def test_a_living_run_is_told_from_a_dead_one(workspace: Workspace) -> None:
    """Nothing in the log tells them apart, and the lock does."""
    with at_work(workspace):
        ((_, _, state, *_),) = rows(workspace)
        assert state == "running"
        (found,) = as_json(workspace, "--outcome", "running")
        assert found["outcome"] == "open"
        assert isinstance(found["pid"], int)
        assert as_json(workspace, "--outcome", "died") == []
    ((_, _, state, *_),) = rows(workspace)
    assert state == "died"
    assert as_json(workspace, "--outcome", "running") == []
    (found,) = as_json(workspace, "--outcome", "died")
    assert (found["outcome"], found["standing"], found["pid"]) == ("open", "died", None)


def test_runs_are_chosen_by_outcome_time_and_number(workspace: Workspace) -> None:
    """Each narrows what the others leave; what is left out is said."""
    for answer in (MISSING, MISSING, "no verdict"):
        workspace.agent(verifier=[answer])
        workspace.execute()
    assert len(rows(workspace, "--outcome", "exhausted")) == 2
    assert len(rows(workspace, "--outcome", "exhausted", "--outcome", "halted")) == 3
    assert len(rows(workspace, "--since", "1h")) == 3
    assert workspace.run("history", "--since", "2999-01-01").out == "no such runs\n"
    ended = workspace.run("history", "--limit", "2")
    assert ended.out.splitlines()[-1] == "and 1 more; all of them: --limit 0"
    assert len(as_json(workspace, "--limit", "1", "--outcome", "exhausted")) == 1
    assert len(rows(workspace, "--limit", "0")) == 3


def test_json_has_whole_ids_and_times(workspace: Workspace) -> None:
    """The columns of the view `runs`, and how the run stands."""
    workspace.execute()
    (found,) = as_json(workspace)
    ((run_id, started_at),) = workspace.query("SELECT run_id, started_at FROM runs")
    assert (found["run_id"], found["started_at"]) == (run_id, started_at)
    assert (found["outcome"], found["standing"], found["cause"]) == ("accepted", "accepted", None)
    columns = {name for _, name, *_ in workspace.query("SELECT * FROM pragma_table_info('runs')")}
    assert set(found) == columns | {"standing", "pid"}


# One spec


def test_a_spec_that_is_gone_from_disk_has_a_history(workspace: Workspace) -> None:
    """By its folder's name, or by its path."""
    workspace.add_spec("spec-02-other")
    workspace.execute()
    workspace.run("run", "--exec", "spec-02")
    shutil.rmtree(workspace.spec)
    for spec in (SPEC, f"specs/{SPEC}/"):
        assert [row[1] for row in rows(workspace, spec)] == [SPEC]
    assert [row[1] for row in rows(workspace, "spec-02")] == ["spec-02-other"]


def test_a_spec_that_never_was_is_refused(workspace: Workspace) -> None:
    """With the specs there are."""
    ended = workspace.run("history", "spec-99")
    assert (ended.code, ended.out) == (3, "")
    assert "spec 'spec-99' not found" in ended.err


def test_a_spec_of_another_workspace_has_its_runs_there(tmp_path: Path) -> None:
    """A path leads to the log that it was run with."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = Workspace(tmp_path / "a"), Workspace(tmp_path / "b")
    there.execute()
    assert here.run("history").out == "no runs yet\n"
    assert [row[1] for row in rows(here, str(there.spec))] == [SPEC]


def test_work_trees_are_told_apart_where_there_are_several(workspace: Workspace) -> None:
    """A column says of which a run is."""
    workspace.execute()
    assert "WORK TREE" not in workspace.run("history").out
    with SqliteEventLog(workspace.log) as log:
        record(log, "01KG9Z5T", whole_run(snapshot(workspace="worktrees/two")))
    lines = workspace.run("history").out.splitlines()
    assert lines[0].endswith("WORK TREE")
    assert [line.split()[-1] for line in lines[1:]] == [".", "worktrees/two"]


# Words that make no sense


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--outcome", "fine"], "'fine' is not one of 'accepted', 'exhausted'"),
        (["--since", "yesterday"], "'yesterday' is no moment; write for example 30m, 2h, 7d"),
        (["--since", "999999w"], "'999999w' is no moment"),
        (["--limit", "-1"], "invalid value for '--limit'"),
        (["--grep", ""], "there is no text to look for"),
        (["-i"], "--ignore-case goes with --grep TEXT"),
    ],
)
def test_words_that_make_no_sense_are_refused(
    workspace: Workspace, words: list[str], complaint: str
) -> None:
    """Exit code 2, and one line."""
    ended = workspace.run("history", *words)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.complaints) == 1
    assert complaint in ended.err


# Finding a text


def test_a_text_is_found_where_it_was_said(workspace: Workspace) -> None:
    """A line a place, as grep prints it: run, attempt, agent, source."""
    said = [*begin(), *command("make", 2), message('It says "no" here.'), err("noisy\n"), end()]
    workspace.agent(worker=[said], verifier=[MISSING])
    workspace.execute("--max-attempts", "1")
    ((run_id,),) = workspace.query("SELECT run_id FROM runs")
    short = run_id[:8]
    assert workspace.run("history", "--grep", '"no"').out.splitlines() == [
        f'{short}:1:worker:stdout:It says "no" here.',
        f'{short}:1:verifier:prompt:Report: It says "no" here.',
    ]
    assert workspace.run("history", "--grep", "noisy").out == f"{short}:1:worker:stderr:noisy\n"
    found = workspace.run("history", "--grep", "SAY GOODBYE", "-i", "--json").out
    (match,) = json.loads(found)
    assert match["run_id"] == run_id
    assert match["hits"][-1] == {
        "attempt": 1,
        "launch": 2,
        "role": "verifier",
        "source": "verdict",
        "text": "say goodbye",
    }
    assert workspace.run("history", "--grep", "SAY GOODBYE").out == ""


def test_a_text_that_was_written_in_two_goes_is_found(workspace: Workspace) -> None:
    """The log has it in two chunks."""
    ready = workspace.place / "ready"
    workspace.agent(worker=[[out("a nee"), wait_for(ready), out("dle\n")]])
    with workspace.working() as helm:
        workspace.wait_for_event("OutputCaptured")
        ready.touch()
        helm.end()
    assert (
        workspace.kinds()[: workspace.kinds().index("WorkerFinished")].count("OutputCaptured") == 2
    )
    assert ":1:worker:stdout:a needle\n" in workspace.run("history", "--grep", "needle").out


def test_the_limit_counts_the_runs_that_hold_the_text(workspace: Workspace) -> None:
    """It is said that there may be more."""
    workspace.execute()
    workspace.execute()
    ended = workspace.run("history", "--grep", "It is done", "--limit", "1")
    assert ended.out.splitlines()[-1] == "stopped after 1 run; all of them: --limit 0"
    assert len(json.loads(workspace.run("history", "--grep", "It is done", "--json").out)) == 2


def test_what_is_to_be_masked_is_masked_on_the_screen(workspace: Workspace) -> None:
    """A program gets what was recorded."""
    (workspace.root / "helm.config.json").write_text('{"redact": ["sk-[a-z]+"]}', "utf-8")
    workspace.agent(worker=["the key sk-abc is used"])
    workspace.execute()
    shown = workspace.run("history", "--grep", "the key").out
    assert "the key [redacted] is used" in shown
    assert "sk-abc" not in shown
    assert "sk-abc" in workspace.run("history", "--grep", "the key", "--json").out


# Terminals and pipes


def test_the_list_fits_a_terminal(workspace: Workspace) -> None:
    """In colour, and without where nobody wants it."""
    long = workspace.add_spec("spec-02-" + "a-very-long-name-" * 5)
    workspace.agent(verifier=["no verdict"])
    workspace.run("run", "--exec", long.name)
    plain = on_terminal(workspace, "history", environment={"NO_COLOR": "1"})
    assert "\x1b" not in plain
    assert "…" in plain
    assert max(map(len, plain.splitlines())) <= COLUMNS
    assert "\x1b[33mhalted" in on_terminal(workspace, "history")
    assert "\x1b" not in workspace.run("history").out


def test_a_hit_fits_a_terminal(workspace: Workspace) -> None:
    """The text stands in the middle of what is shown of a long line."""
    workspace.agent(worker=["x" * 300 + " needle " + "y" * 300])
    workspace.execute()
    lines = on_terminal(
        workspace, "history", "--grep", "needle", environment={"NO_COLOR": "1"}
    ).splitlines()
    assert lines
    assert all("needle" in line and len(line) <= COLUMNS for line in lines)
    assert "\x1b[1;31mneedle\x1b[0m" in on_terminal(workspace, "history", "--grep", "needle")


def test_a_terminal_has_its_pager(workspace: Workspace) -> None:
    """The user's own."""
    workspace.execute()
    pager = f"{shutil.which('sed')} s/^/page:/"
    shown = on_terminal(workspace, "history", environment={"PAGER": pager})
    assert [line[:5] for line in shown.splitlines()] == ["page:", "page:"]


def test_a_reader_that_goes_away_is_no_trouble(workspace: Workspace) -> None:
    """As under `head`."""
    with SqliteEventLog(workspace.log) as log:
        for number in range(300):
            record(log, f"01KG9Z5T{number:03}", whole_run()[:1])
    helm = " ".join(workspace.helm_words("history", "--limit", "0", "--json"))
    ended = workspace.run_shell(f"{helm} | {{ read line; echo got it; }}")
    assert (ended.code, ended.out, ended.err) == (0, "got it\n", "")


def test_times_are_those_of_where_one_is(workspace: Workspace) -> None:
    """The log has UTC; people read their own."""
    with SqliteEventLog(workspace.log) as log:
        record(log, "01KG9Z5T", whole_run()[:1])
    assert "  31 Jan " in workspace.run("history", environment={"TZ": "XXX11"}).out
    assert "  01 Feb " in workspace.run("history", environment={"TZ": "XXX-14"}).out


def test_what_nobody_is_to_read_is_masked_in_the_list(workspace: Workspace) -> None:
    """Also of runs that began before anybody said so."""
    workspace.execute()
    (workspace.root / "helm.config.json").write_text('{"redact": ["greet[a-z]+"]}')
    assert rows(workspace)[0][1].strip() == "spec-01-[redacted]"
    assert as_json(workspace)[0]["spec_id"] == SPEC
