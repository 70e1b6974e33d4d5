"""The history: which runs there are, which of them a person means, and what is kept of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest

from helm.app.errors import InputInvalid, WordsInvalid
from helm.app.history import Asked, Choice, History, TranscriptPruned
from helm.app.ports import Holder, RunFilter
from helm.app.runner import Runner
from helm.domain.commands import HaltRun, StartAttempt
from helm.domain.events import Cause, Channel, OutputCaptured, Role
from helm.domain.projections.timeline import timeline
from tests.app.worlds import ROOT, World
from tests.examples import (
    NOON,
    WORKER_SAYS,
    batches,
    launch,
    record,
    snapshot,
    start_run,
    whole_run,
)
from tests.fakes import MemorySpecLocks

ACCEPTED, HALTED, OPEN, OTHER = (f"01KG9Z5T{number}" for number in range(4))


def living(world: World, run_id: str) -> None:
    """Let somebody carry a run on."""
    holder = Holder(run_id=run_id, pid=1, spec_path="specs/spec-01", workspace=".")
    world.locks.held[ROOT / run_id] = holder


@pytest.fixture
def world() -> World:
    """Four runs: accepted, halted, open, and an open one of another spec."""
    world = World()
    record(world.log, ACCEPTED, whole_run())
    halted = (start_run(), StartAttempt(), HaltRun(cause=Cause.SIGINT))
    record(world.log, HALTED, batches(halted))
    record(world.log, OPEN, batches((start_run(), StartAttempt())))
    record(world.log, OTHER, batches([start_run(snapshot("spec-01"))]))
    return world


@pytest.fixture
def history(world: World) -> History:
    """Nobody is alive."""
    return world.runner().history


def ids(history: History, **asked: object) -> list[str]:
    listing = history.listing(Asked(**asked))  # type: ignore[arg-type]
    return [row.summary.run_id for row in listing.rows]


# Which run is meant


@pytest.mark.parametrize("word", [HALTED, HALTED.lower(), "latest"])
def test_a_run_is_found_by_its_id_or_as_the_latest(history: History, word: str) -> None:
    """Ids are written small as well."""
    assert history.find(word) == (OTHER if word == "latest" else HALTED)


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("01KG", "run '01KG' is ambiguous: 01KG9Z5T3, 01KG9Z5T2, 01KG9Z5T1, 01KG9Z5T0"),
        ("nope", "run 'nope' not found in /repo/.helm/runs.db; see: helm history"),
        ("", "run '' not found in /repo/.helm/runs.db; see: helm history"),
        ("Lates", "run 'Lates' not found in /repo/.helm/runs.db; did you mean latest?"),
        (
            "spec-0",
            (
                "run 'spec-0' not found in /repo/.helm/runs.db; for the runs of a spec say: "
                "helm history spec-01"
            ),
        ),
    ],
)
def test_a_run_that_is_not_one_is_told_with_what_there_is(
    history: History, word: str, complaint: str
) -> None:
    """The log is named, too."""
    with pytest.raises(InputInvalid) as caught:
        history.find(word)
    assert str(caught.value) == complaint


def test_there_is_no_latest_run_in_an_empty_log() -> None:
    """That is said, and where."""
    with pytest.raises(InputInvalid, match="there are no runs in /repo/"):
        World().runner().history.find("latest")


# Which runs there are


def test_runs_are_listed_newest_first(history: History) -> None:
    """All of them, where nothing is asked for."""
    assert ids(history) == [OTHER, OPEN, HALTED, ACCEPTED]


def test_an_open_run_is_told_by_its_lock(world: World, history: History) -> None:
    """It lives while somebody holds it, and has died where nobody does."""
    living(world, OPEN)
    found = {row.summary.run_id: row.standing for row in history.listing(Asked()).rows}
    assert found == {ACCEPTED: "accepted", HALTED: "halted", OPEN: "running", OTHER: "died"}


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        (["accepted"], [ACCEPTED]),
        (["open"], [OTHER, OPEN]),
        (["running"], [OPEN]),
        (["died"], [OTHER]),
        (["exhausted"], []),
        (["running", "accepted"], [OPEN, ACCEPTED]),
        (["died", "running", "open"], [OTHER, OPEN]),
    ],
)
def test_runs_are_chosen_by_how_they_stand(
    world: World, history: History, standings: Collection[str], expected: list[str]
) -> None:
    """By a word, or by several."""
    living(world, OPEN)
    assert ids(history, standings=standings) == expected
    assert ids(history, standings=standings, limit=1) == expected[:1]


def test_a_run_that_begins_while_the_log_is_read_has_not_died(world: World) -> None:
    """The lock is looked at before the log, and once more after it."""
    looks = iter([{}, {OPEN: 1}])

    class LateLocks(MemorySpecLocks):
        def living(self) -> list[Holder]:
            return [
                Holder(run_id=run_id, pid=pid, spec_path=None, workspace=".")
                for run_id, pid in next(looks).items()
            ]

    ports = replace(world.runner().places.ports, open_locks=lambda _folder: LateLocks())
    row = Runner(ports, ROOT).history.row(OPEN)
    assert row.standing == "running"


def test_an_imported_run_that_is_open_neither_runs_nor_died_here(
    world: World, history: History
) -> None:
    """What tells is a lock on another machine."""
    world.log.imports[OPEN] = "0123456789abcdef"
    assert history.row(OPEN).standing == "open"


def test_a_run_that_is_just_being_resumed_runs(world: World, history: History) -> None:
    """Its log says halted still, and its lock says more."""
    living(world, HALTED)
    assert ids(history, standings=["running"]) == [HALTED]


def test_runs_are_chosen_by_spec_and_time(history: History) -> None:
    """Both at once, if need be."""
    assert ids(history, paths={"specs/spec-01"}) == [OTHER]
    assert ids(history, since=NOON) == ids(history)
    assert ids(history, since=NOON + timedelta(seconds=1)) == []


def test_the_rest_is_counted_where_that_costs_little(history: History) -> None:
    """Of runs that are chosen somehow it is only known that there are more."""
    assert history.listing(Asked(limit=1)).more == 3
    assert history.listing(Asked(limit=4)).more == 0
    assert history.listing(Asked(standings=["open"], limit=1)).more is None
    assert history.listing(Asked(standings=["open"], limit=2)).more == 0
    assert history.listing(Asked(before=OPEN, limit=1)).more is None
    assert history.listing(Asked(before=OPEN, limit=2)).more == 0


# Which spec is meant


def test_a_spec_is_found_on_disk_or_in_the_log(history: History) -> None:
    """One that is gone is known by its id and by its folder."""
    assert set(history.paths("spec-01")) == {"specs/spec-01"}
    for word in ("spec-00-example", "specs/spec-00-example", "specs/spec-00-example/"):
        assert set(history.paths(word)) == {"specs/spec-00-example"}


def test_a_spec_that_never_was_is_none(history: History) -> None:
    """It is said what there is instead."""
    with pytest.raises(InputInvalid, match="spec 'spec-99' not found"):
        history.paths("spec-99")


def test_the_latest_run_of_a_spec_is_gone_on_with_by_its_name(world: World) -> None:
    """Not an older one, nor one of a spec that is gone."""
    first = world.run().run_id
    history = world.runner().history
    assert history.spec_word(history.row(first).summary) == "spec-01"
    second = world.run().run_id
    assert history.spec_word(history.row(first).summary) is None
    assert history.spec_word(history.row(second).summary) == "spec-01"
    assert history.spec_word(history.row(ACCEPTED).summary) is None
    world.files.contents.clear()
    assert history.spec_word(history.row(second).summary) is None


# What is kept of a run


def test_a_transcript_is_read_whole(history: History) -> None:
    """Its chunks follow each other."""
    story = history.story(ACCEPTED)
    assert b"".join(history.transcript(story.launches[0].captured(Channel.STDOUT))) == WORKER_SAYS
    assert list(history.transcript(story.launches[0].captured(Channel.STDERR))) == []


def test_a_transcript_that_was_pruned_is_none(world: World, history: History) -> None:
    """The rest of the run is there."""
    for each in world.log.load(ACCEPTED, (OutputCaptured,)):
        world.log.outputs[ACCEPTED, each.seq] = None
    told = history.story(ACCEPTED)
    with pytest.raises(TranscriptPruned, match="this transcript of run 01KG9Z5T0 was pruned"):
        list(history.transcript(told.launches[0].captured(Channel.STDOUT)))
    assert history.story(ACCEPTED).run.report


# Which launch is meant


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [
        (Choice(), [1, 2, 3, 4]),
        (Choice(attempt=2), [3, 4]),
        (Choice(role=Role.VERIFIER), [2, 4]),
        (Choice(attempt=1, role=Role.WORKER), [1]),
        (Choice(launch=3), [3]),
    ],
)
def test_launches_are_chosen_by_attempt_number_and_agent(
    world: World, choice: Choice, numbers: list[int]
) -> None:
    """By each alone, or together."""
    told = timeline(world.log.load(ACCEPTED))
    assert [each.number for each in choice.of(told)] == numbers


def test_the_last_launch_of_an_agent_is_meant(world: World) -> None:
    """Of both agents none is the one that is meant."""
    told = timeline(world.log.load(ACCEPTED))
    assert Choice(role=Role.WORKER).one_of(told).number == 3
    with pytest.raises(WordsInvalid, match=r"launch 3 \(worker, attempt 2\), launch 4"):
        Choice(attempt=2).one_of(told)


def test_the_one_launch_there_is_need_not_be_named(world: World) -> None:
    """The worker, before there was a verifier."""
    commands = (start_run(), StartAttempt(), *launch(WORKER_SAYS, pid=1))
    told = timeline(record(world.log, "R", batches(commands)))
    assert Choice().one_of(told).number == 1


def test_a_launch_that_is_not_there_is_told_with_those_there_are(world: World) -> None:
    """There may be none yet."""
    with pytest.raises(InputInvalid, match="no such launch; those there are: none yet"):
        Choice(launch=1).of(timeline(world.log.load(OPEN)))
    with pytest.raises(InputInvalid, match=r"those there are: launch 1 \(worker, attempt 1\),"):
        Choice(launch=9).of(timeline(world.log.load(ACCEPTED)))


def test_a_row_can_be_asked_for_alone(history: History) -> None:
    """As it stands in the list."""
    (row,) = history.rows(RunFilter(run_ids=[HALTED]))
    assert history.row(HALTED) == row
