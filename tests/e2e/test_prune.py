"""`helm prune` as a process: what it asks, what it takes, and what it leaves."""

from __future__ import annotations

import json
import os
import pty
import random
import select
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.fake_codex import err, out, wait_for
from tests.e2e.workspace import Workspace, until, write

LARGE = random.Random(1).randbytes(650_000).hex()
"""What gets no smaller than half by being stored."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec that was accepted, by a worker who had much to say."""
    return talked(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same, in which nothing is ever emptied."""
    return talked(tmp_path_factory.mktemp("untouched"))


def talked(place: Path) -> Workspace:
    workspace = Workspace(place)
    workspace.agent(worker=[[err(LARGE), out("done\n")]])
    assert workspace.execute().code == 0
    return workspace


def held(workspace: Workspace) -> int:
    """Count the chunks whose bytes are in the log still."""
    ((count,),) = workspace.query("SELECT COUNT(data) FROM output")
    return int(count)


def asked(workspace: Workspace, answer: str) -> str:
    """Prune on a terminal, and answer the question."""
    ours, theirs = pty.openpty()
    popen = subprocess.Popen(
        workspace.helm_words("prune", "latest"),
        cwd=workspace.root,
        env={**workspace.environment, "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said, deadline = b"", time.monotonic() + 60
    try:
        while time.monotonic() < deadline and select.select([ours], [], [], 60)[0]:
            try:
                said += os.read(ours, 4096)
            except OSError:  # the terminal's other end is closed
                break
            if said.endswith(b"[y/N] "):
                os.write(ours, answer.encode())
        assert popen.wait(60) == 0
    finally:
        popen.kill()
        popen.wait()
        os.close(ours)
    return said.decode()


def test_transcripts_are_emptied_and_everything_else_stays(workspace: Workspace) -> None:
    """The sizes are told, events stay, and the log is still as it was recorded."""
    events = workspace.events()
    ended = workspace.run("prune", "latest", "--yes")
    assert (ended.code, ended.err) == (0, "")
    emptied, sizes = ended.out.splitlines()
    assert emptied.startswith("emptied the transcripts of 1 run, 1.3 MB")
    assert sizes.startswith("the log went from ")
    assert held(workspace) == 0
    assert workspace.events() == events
    checked = workspace.run("verify-log")
    assert checked.code == 0
    assert "1.3 MB more that were pruned" in checked.out


def test_the_room_is_given_back_to_the_disk(workspace: Workspace) -> None:
    """By the file itself, not only within it."""
    before = workspace.log.stat().st_size
    assert workspace.run("prune", "latest", "--yes").code == 0
    assert workspace.log.stat().st_size < before - 500_000


def test_pruning_twice_finds_nothing(workspace: Workspace) -> None:
    """That is no failure."""
    workspace.run("prune", "latest", "--yes")
    ended = workspace.run("prune", "latest", "--yes")
    assert (ended.code, ended.out, ended.err) == (0, "nothing to prune\n", "")


def test_age_is_that_of_the_last_event(workspace: Workspace) -> None:
    """A run of today is not older than a day, and older than no time at all."""
    assert workspace.run("prune", "--older-than", "1d", "--yes").out == "nothing to prune\n"
    assert held(workspace) > 0
    assert "1 run" in workspace.run("prune", "--older-than", "0h", "--yes").out
    assert held(workspace) == 0


def test_a_dry_run_only_tells(untouched: Workspace) -> None:
    """Which run, of which spec, how much; no question is asked."""
    ended = untouched.run("prune", "latest", "--dry-run")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("would empty the transcripts of 1 run, 1.3 MB\n")
    assert "spec-01-greeting" in ended.out
    assert held(untouched) > 0


@pytest.mark.parametrize("answer", ["n\n", "\n", "maybe\n", "\x04"])
def test_nothing_is_emptied_without_a_yes(untouched: Workspace, answer: str) -> None:
    """Not even by the end of the input."""
    before = held(untouched)
    said = asked(untouched, answer)
    assert "This empties the transcripts of 1 run" in said
    assert "nothing was emptied" in said
    assert held(untouched) == before


def test_a_yes_empties(workspace: Workspace) -> None:
    """After what stays and what goes was said."""
    said = asked(workspace, "y\n")
    assert "Events, prompts, reports and verdicts" in said
    assert "the log went from " in said
    assert held(workspace) == 0


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["latest"], "there is nobody to ask: add --yes to empty, or --dry-run to look"),
        (["latest", "--json"], "there is nobody to ask: add --yes to empty, or --dry-run to look"),
        ([], "say which runs: either --older-than AGE, or RUN..."),
        (["latest", "--older-than", "9d"], "say which runs: either --older-than AGE, or RUN..."),
        (["--older-than", "3m", "--yes"], "--older-than '3m' is no age; write 90d, 12h or 2w"),
        (["--older-than", "", "--yes"], "--older-than '' is no age; write 90d, 12h or 2w"),
    ],
)
def test_unclear_words_empty_nothing(untouched: Workspace, words: list[str], hint: str) -> None:
    """Exit code 2, and what to say instead."""
    before = held(untouched)
    ended = untouched.run("prune", *words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.complaints == [f"helm: {hint}"]
    assert held(untouched) == before


def test_one_unknown_run_keeps_all_from_being_emptied(untouched: Workspace) -> None:
    """Exit code 3."""
    before = held(untouched)
    ended = untouched.run("prune", "latest", "0ZZZ", "--yes")
    assert (ended.code, held(untouched)) == (3, before)
    assert "run '0ZZZ' not found" in ended.complaints[0]


def test_a_living_run_is_left_alone(workspace: Workspace) -> None:
    """It is named, the others are emptied, and it goes on to its end."""
    go = workspace.place / "go"
    workspace.agent(worker=[[out("at work\n"), wait_for(go), out("done\n")]])
    with workspace.working() as helm:
        until(lambda: _outputs_of_the_latest(workspace), "output")
        ended = workspace.run("prune", "--older-than", "0d", "--yes")
        assert ended.code == 0
        assert "emptied the transcripts of 1 run" in ended.out
        (warning,) = ended.warnings
        assert warning.endswith(" is under way, and is left alone")
        write(go, "")
        assert helm.end().code == 0
    assert _outputs_of_the_latest(workspace)
    assert workspace.run("verify-log").code == 0


def test_a_program_is_told_in_json(workspace: Workspace) -> None:
    """What would be emptied, and then what was."""
    (run_id,) = {event.run_id for event in workspace.events()}
    told = json.loads(workspace.run("prune", "latest", "--dry-run", "--json").out)
    assert (told["emptied"], [each["run_id"] for each in told["runs"]]) == (False, [run_id])
    told = json.loads(workspace.run("prune", "latest", "--yes", "--json").out)
    assert (told["emptied"], told["compacted"], told["living"]) == (True, True, [])
    assert told["runs"][0]["size"] > len(LARGE)
    assert told["size_after"] < told["size_before"] - 500_000


def test_where_there_is_no_log_nothing_is_made(tmp_path: Path) -> None:
    """There is nothing to prune, and no file afterwards."""
    workspace = Workspace(tmp_path)
    ended = workspace.run("prune", "--older-than", "90d", "--yes")
    assert (ended.code, ended.out, ended.err) == (0, "nothing to prune\n", "")
    assert not workspace.log.exists()


def _outputs_of_the_latest(workspace: Workspace) -> int:
    ((count,),) = workspace.query(
        "SELECT COUNT(data) FROM output WHERE run_id = (SELECT MAX(run_id) FROM events)"
    )
    return int(count)
