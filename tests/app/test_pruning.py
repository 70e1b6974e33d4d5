"""Which transcripts are emptied, and which are left alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from helm.app.errors import InputInvalid, RecordFailed
from helm.app.place import Places
from helm.app.ports import Holder, RunOutput
from helm.app.pruning import Compacted, Pruning, Selection, pruning
from helm.domain.events import Cause, RunHalted
from tests.app.worlds import ROOT, SPEC, World
from tests.examples import NOON, whole_run
from tests.fake_upkeep import MemoryLogUpkeep

CHUNKS, SIZE = 8, 215


@dataclass
class Old:
    """A log of runs, each a day younger than the one before, and the pruning of it."""

    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        for day, run_id in enumerate(("RUN1", "RUN2", "RUN3")):
            for batch in whole_run():
                self.world.log.append(
                    run_id,
                    batch.events,
                    expected_seq=len(self.world.log.stored.get(run_id, ())),
                    recorded_at=NOON + timedelta(days=day),
                    output=batch.output,
                )
        self.upkeep = MemoryLogUpkeep(self.world.log)
        ports = self.world.runner().places.ports
        ports = replace(ports, open_upkeep=lambda _path: self.upkeep)
        self.places = Places(ports, ROOT, None)

    @property
    def pruning(self) -> Pruning:
        return Pruning(self.places, self.upkeep)

    def live(self, run_id: str) -> None:
        """Let a process carry the run on."""
        holder = Holder(run_id=run_id, pid=1, spec_path=None, workspace=".")
        self.world.locks.held[SPEC] = holder

    def held(self) -> set[str]:
        """Tell which runs have output still."""
        outputs = self.world.log.outputs
        return {run_id for (run_id, _), data in outputs.items() if data is not None}


def names(selection: Selection) -> list[str]:
    return [each.run_id for each in selection.outputs]


# Which runs


def test_runs_are_selected_by_their_names() -> None:
    """In any of the ways in which people name a run, the latest first, each once."""
    assert names(Old().pruning.of(["RUN1", "latest", "run1"])) == ["RUN3", "RUN1"]


def test_a_run_that_is_not_there_is_an_error() -> None:
    """Nothing is selected in its stead."""
    with pytest.raises(InputInvalid, match="run 'RUN9' not found"):
        Old().pruning.of(["RUN1", "RUN9"])


@pytest.mark.parametrize(
    ("day", "expected"),
    [(0, []), (1, ["RUN1"]), (2, ["RUN2", "RUN1"]), (9, ["RUN3", "RUN2", "RUN1"])],
)
def test_runs_are_selected_by_their_last_event(day: int, expected: list[str]) -> None:
    """One that ended in the very moment is not older than it."""
    assert names(Old().pruning.before(NOON + timedelta(days=day))) == expected


def test_a_run_that_went_on_lately_is_not_old() -> None:
    """Its beginning does not count."""
    old = Old()
    halted = [RunHalted(cause=Cause.SIGINT, detail="")]
    old.world.log.append("RUN1", halted, expected_seq=38, recorded_at=NOON + timedelta(days=30))
    assert names(old.pruning.before(NOON + timedelta(days=9))) == ["RUN3", "RUN2"]


def test_what_is_selected_is_told_with_its_size() -> None:
    """Nothing is emptied by selecting."""
    old = Old()
    selection = old.pruning.of(["RUN2"])
    assert selection == Selection(outputs=(RunOutput("RUN2", CHUNKS, SIZE),), living=())
    assert old.held() == {"RUN1", "RUN2", "RUN3"}


def test_a_run_without_output_is_not_selected() -> None:
    """Nor is one that was pruned before."""
    old = Old()
    old.pruning.empty(old.pruning.of(["RUN2"]))
    assert old.pruning.of(["RUN2"]) == Selection(outputs=(), living=())


def test_a_living_run_is_left_alone_and_named() -> None:
    """However old, and however it was selected."""
    old = Old()
    old.live("RUN2")
    for selection in (
        old.pruning.of(["RUN1", "RUN2"]),
        old.pruning.before(datetime.max.replace(tzinfo=NOON.tzinfo)),
    ):
        assert "RUN2" not in names(selection)
        assert selection.living == ("RUN2",)


# Emptying


def test_emptying_takes_the_output_of_the_selected_runs() -> None:
    """It tells what it took, and leaves a note with the time."""
    old = Old()
    emptied = old.pruning.empty(old.pruning.of(["RUN1", "RUN3"]))
    assert emptied == [RunOutput("RUN3", CHUNKS, SIZE), RunOutput("RUN1", CHUNKS, SIZE)]
    assert old.held() == {"RUN2"}
    assert [output for output, _ in old.upkeep.notes] == emptied


def test_a_run_that_came_to_life_while_we_asked_is_left_alone() -> None:
    """A person may take hours to say yes."""
    old = Old()
    selection = old.pruning.of(["RUN1", "RUN2"])
    old.live("RUN2")
    assert names(Selection(outputs=tuple(old.pruning.empty(selection)), living=())) == ["RUN1"]
    assert "RUN2" in old.held()


def test_what_somebody_else_emptied_meanwhile_is_not_counted() -> None:
    """Two may prune at once."""
    old = Old()
    selection = old.pruning.of(["RUN1"])
    old.pruning.empty(selection)
    assert old.pruning.empty(selection) == []


def test_a_halted_run_goes_on_without_its_transcripts() -> None:
    """What a run needs of what agents said is in its events."""
    world = World()
    with world.runner().prepare("spec-01") as prepared:
        for happening in prepared:
            if getattr(getattr(happening, "event", None), "report", ""):
                break  # the worker is done, and the process dies
    upkeep = MemoryLogUpkeep(world.log)
    (run_id,) = world.log.stored
    assert upkeep.prune(run_id, NOON).chunks > 0
    resumed = world.run(resume=True)
    assert resumed.run_id == run_id
    assert str(resumed.run.outcome) == "accepted"


# The room


def test_room_is_given_back_with_the_sizes_before_and_after() -> None:
    """What was taken before anything was emptied counts."""
    old = Old()
    pruned, before = old.pruning, old.upkeep.size()
    pruned.empty(pruned.of(["RUN1"]))
    assert pruned.compact() == Compacted(before=before, after=before - SIZE, done=True)


def test_living_runs_are_not_kept_waiting_for_long() -> None:
    """Where it would take too long it is left for later; nobody waits where nobody lives."""
    old = Old()
    old.upkeep.hurried = True
    assert old.pruning.compact().done
    old.live("RUN2")
    assert not old.pruning.compact().done


def test_what_was_emptied_stays_so_where_the_room_cannot_be_given_back() -> None:
    """The failure says so, and what to do."""
    old = Old()
    old.upkeep.refusal = "the disk is full"
    pruned = old.pruning
    pruned.empty(pruned.of(["RUN1"]))
    with pytest.raises(RecordFailed, match="the disk is full; transcripts were emptied, but"):
        pruned.compact()
    assert old.held() == {"RUN2", "RUN3"}


@pytest.mark.parametrize(("spare", "expected"), [(0, False), (999_999, False), (1_000_000, True)])
def test_room_that_could_not_be_given_back_is_not_forgotten(spare: int, *, expected: bool) -> None:
    """The next pruning takes it up, if it is worth the trouble."""
    old = Old()
    old.upkeep.spare_size = spare
    assert old.pruning.has_spare() is expected


def test_the_log_of_the_workspace_is_the_one_that_is_pruned() -> None:
    """It is taken in hand for as long as that takes."""
    old = Old()
    with pruning(old.places) as pruned:
        assert names(pruned.of(["latest"])) == ["RUN3"]
