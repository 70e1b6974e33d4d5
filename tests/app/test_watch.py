"""Watching a run of another process: what is told, when it is over, and which run is meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from helm.app.drive import Happening
from helm.app.errors import InputInvalid, RecordFailed
from helm.app.history import History
from helm.app.place import Places
from helm.app.ports import Holder, Tick, WorkTree
from helm.app.watch import WatchedRun, only_living_run
from helm.domain.commands import (
    AbandonRun,
    HaltRun,
    LaunchAgent,
    RecordOutput,
    ResumeRun,
    RunCommand,
    StartAttempt,
)
from helm.domain.events import Cause, Channel, Outcome, OutputCaptured, Recorded, RunSettings
from helm.domain.projections.summary import State, state_of
from helm.domain.run import Run, decide, replay
from tests.app.worlds import ROOT, World
from tests.examples import OK, WORKER_SAYS, launch, snapshot, start_run
from tests.fakes import MemoryGit, MemorySpecLocks

RUN = "01KBX3Z0000000000000000001"
OTHER = "01KBX3Z0000000000000000002"
LOCK = Path("/lock")
WORKER = launch(WORKER_SAYS, pid=1)
WHOLE = (StartAttempt(), *WORKER, *launch(OK, pid=2))
AT_WORK = (start_run(), StartAttempt(), *WORKER[:2])
RESUME = ResumeRun(settings=RunSettings())


def says(text: bytes) -> RecordOutput:
    return RecordOutput(channel=Channel.STDOUT, offset=0, data=text)


@dataclass
class ProbedLocks(MemorySpecLocks):
    """Locks that let something happen just before they are asked who lives."""

    before: list[Callable[[], None]] = field(default_factory=list)

    def living(self) -> list[Holder]:
        if self.before:
            self.before.pop(0)()
        return super().living()


class Scene:
    """A run of another process, and a watcher for whom time passes only while it waits."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.locks = ProbedLocks()
        self.world = World(locks=self.locks, moments=iter(lambda: int(self.seconds), None))
        self.log = self.world.log
        self.places = self.world.runner().places
        self.left = False
        self._script: list[tuple[float, Callable[[], None]]] = []

    def add(self, *commands: RunCommand, run_id: str = RUN) -> None:
        """Record what comes of commands, now."""
        for command in commands:
            told = self.log.load(run_id)
            self.log.append(
                run_id,
                decide(replay((each.event for each in told), Run()), command),
                expected_seq=len(told),
                recorded_at=self.world.now(),
                output=command.data if isinstance(command, RecordOutput) else None,
            )

    def live(self, run_id: str = RUN) -> None:
        """Let a process carry the run on."""
        self.locks.held[LOCK / run_id] = Holder(
            run_id=run_id, pid=1, spec_path=None, workspace="."
        )

    def die(self) -> None:
        """Let it be gone."""
        self.locks.held.clear()

    def at(self, second: float, deed: Callable[[], None]) -> None:
        """Let something happen while the watcher waits."""
        self._script.append((second, deed))

    def wait(self, seconds: float) -> bool:
        assert self.seconds < 60, "the watching does not end"
        self.seconds += seconds
        while self._script and self._script[0][0] <= self.seconds:
            self._script.pop(0)[1]()
        return self.left

    def leave(self) -> None:
        """Have enough of watching."""
        self.left = True

    def watched(self, *, now: bool = False, places: Places | None = None) -> WatchedRun:
        return WatchedRun(RUN, places or self.places, self.wait, now=now)


@pytest.fixture
def scene() -> Scene:
    """Nothing has happened yet, and nobody lives."""
    return Scene()


def events(happenings: list[Happening]) -> list[Recorded]:
    return [each for each in happenings if isinstance(each, Recorded)]


def ticks(happenings: list[Happening]) -> list[Tick]:
    return [each for each in happenings if isinstance(each, Tick)]


# What is told


def test_a_finished_run_is_told_whole_and_at_once(scene: Scene) -> None:
    """Every event with its output, as the log has them, and no waiting."""
    scene.add(start_run(), *WHOLE)
    watched = scene.watched()
    told = events(list(watched))
    assert [replace(each, output=None) for each in told] == scene.log.load(RUN)
    assert b"".join(each.output or b"" for each in told) == WORKER_SAYS + OK
    assert watched.run.outcome is Outcome.ACCEPTED
    assert scene.seconds == 0


def test_a_living_run_is_told_as_its_log_grows(scene: Scene) -> None:
    """Each event within a quarter of a second, in order, none twice."""
    scene.add(*AT_WORK)
    scene.live()
    scene.at(0.5, lambda: scene.add(says(b"one")))
    scene.at(1.75, lambda: scene.add(says(b"two"), *WORKER[2:]))
    scene.at(2.0, lambda: scene.add(*launch(OK, pid=2)))
    scene.at(2.25, scene.die)
    seen = [
        (happening.seq, scene.seconds)
        for happening in scene.watched()
        if isinstance(happening, Recorded)
    ]
    stored = len(scene.log.load(RUN))
    assert [seq for seq, _ in seen] == list(range(stored))
    assert [second for _, second in seen] == sorted(
        [0.0] * 4 + [0.5] + [1.75] * 7 + [2.0] * (stored - 12)
    )


def test_the_state_is_that_after_the_last_event_told(scene: Scene) -> None:
    """Who draws the run sees it as it was then, and its history without output and activity."""
    scene.add(start_run(), *WHOLE)
    watched = scene.watched()
    for happening in watched:
        assert isinstance(happening, Recorded)
        so_far = scene.log.load(RUN)[: happening.seq + 1]
        assert watched.run == replay(each.event for each in so_far)
    assert watched.history == scene.log.outline(RUN)


def test_output_that_was_pruned_is_told_without_its_bytes(scene: Scene) -> None:
    """The event is there, and says how long they were."""
    scene.add(*AT_WORK, says(b"gone"))
    scene.log.outputs[RUN, 4] = None
    told = events(list(scene.watched()))
    assert isinstance(told[-1].event, OutputCaptured)
    assert (told[-1].event.length, told[-1].output) == (4, None)


# Silence


def test_each_second_in_which_an_agent_is_silent_is_a_tick(scene: Scene) -> None:
    """Since its launch, and since it was last heard; none in a second that brought an event."""
    scene.add(start_run(), StartAttempt())
    scene.seconds = 10
    scene.add(*WORKER[:2])
    scene.seconds = 20
    scene.live()
    scene.at(22.5, lambda: scene.add(says(b"word")))
    scene.at(25, scene.die)
    assert ticks(list(scene.watched())) == [
        Tick(elapsed=11, idle=11),
        Tick(elapsed=12, idle=12),
        Tick(elapsed=14, idle=2),
        Tick(elapsed=15, idle=3),
    ]


def test_where_no_agent_is_at_work_nobody_is_silent(scene: Scene) -> None:
    """Before the first launch, and while a report is written."""
    scene.add(start_run(), StartAttempt())
    scene.live()
    scene.at(3, lambda: scene.add(*WORKER))
    scene.at(6, scene.die)
    assert ticks(list(scene.watched())) == []


def test_a_clock_that_was_set_back_makes_no_negative_times(scene: Scene) -> None:
    """Nothing is said to be silent for less than no time."""
    scene.seconds = 40
    scene.add(*AT_WORK)
    scene.live()
    scene.seconds = 0
    scene.at(1.0, scene.die)
    assert ticks(list(scene.watched())) == [Tick(elapsed=0, idle=0)]


# When it is over


def test_a_run_that_dies_is_noticed_and_left_open(scene: Scene) -> None:
    """Within a second of its death; the state says neither how it ended nor why it halted."""
    scene.add(*AT_WORK)
    scene.live()
    scene.at(2.1, scene.die)
    watched = scene.watched()
    list(watched)
    assert state_of(watched.run) is State.OPEN
    assert scene.seconds == 3


def test_a_long_silence_is_no_death(scene: Scene) -> None:
    """As long as somebody holds the spec, the run is waited for."""
    scene.add(*AT_WORK)
    scene.live()
    scene.at(50, lambda: scene.add(*WORKER[2:], *launch(OK, pid=2)))
    scene.at(50, scene.die)
    watched = scene.watched()
    list(watched)
    assert watched.run.outcome is Outcome.ACCEPTED


def test_a_run_that_is_dead_already_is_not_waited_for(scene: Scene) -> None:
    """What it did is told, and that is all."""
    scene.add(*AT_WORK)
    assert len(events(list(scene.watched()))) == 4
    assert scene.seconds == 0


def test_the_last_event_of_a_run_that_dies_is_told(scene: Scene) -> None:
    """It was written after we looked at the log, and before we looked for the process."""
    scene.add(*AT_WORK)
    scene.live()

    def last_words() -> None:
        scene.add(says(b"argh"))
        scene.die()

    scene.locks.before = [lambda: None, last_words]
    assert events(list(scene.watched()))[-1].output == b"argh"


def test_a_run_that_another_process_resumes_at_its_death_is_followed(scene: Scene) -> None:
    """Between two looks one process is killed, and the next one takes the run up."""
    scene.add(*AT_WORK)
    scene.live()

    def change_hands() -> None:
        scene.die()
        scene.at(scene.seconds, scene.live)
        scene.add(RESUME)

    scene.locks.before = [lambda: None, change_hands]
    scene.at(2.0, lambda: scene.add(*WORKER, *launch(OK, pid=2)))
    scene.at(2.25, scene.die)
    watched = scene.watched()
    list(watched)
    assert watched.run.outcome is Outcome.ACCEPTED


def test_a_halted_run_is_over_and_not_waited_for(scene: Scene) -> None:
    """Whoever resumes it later may watch it then."""
    scene.add(*AT_WORK, HaltRun(cause=Cause.SIGTERM))
    scene.at(1.0, lambda: scene.add(RESUME))
    watched = scene.watched()
    list(watched)
    assert watched.run.halt is not None
    assert scene.seconds == 0


def test_a_run_at_rest_is_left_when_its_process_has_written_its_report(scene: Scene) -> None:
    """The lock is let go of when all is done, and a quarter of a second later so do we."""
    scene.add(start_run(), *WHOLE)
    scene.live()
    scene.at(0.6, scene.die)
    list(scene.watched())
    assert scene.seconds == 0.75


def test_a_process_that_does_not_end_is_not_waited_for_for_ever(scene: Scene) -> None:
    """It may hang in its last words, where nobody reads them."""
    scene.add(start_run(), *WHOLE)
    scene.live()
    list(scene.watched())
    assert 4 < scene.seconds <= 5


def test_a_halted_run_that_is_being_resumed_is_followed(scene: Scene) -> None:
    """The process has the lock, and has not yet said so in the log."""
    scene.add(*AT_WORK, HaltRun(cause=Cause.SIGTERM))
    scene.live()
    scene.at(1.0, lambda: scene.add(RESUME))
    scene.at(9.0, lambda: scene.add(AbandonRun()))
    scene.at(9.1, scene.die)
    watched = scene.watched()
    list(watched)
    assert watched.run.outcome is Outcome.ABANDONED


@pytest.mark.parametrize("second", [0.0, 0.6, 1.0])
def test_whoever_watches_may_leave_at_any_time(scene: Scene, second: float) -> None:
    """At once, however long the run goes on."""
    scene.add(*AT_WORK)
    scene.live()
    scene.at(second, scene.leave)
    list(scene.watched())
    assert scene.seconds == pytest.approx(second, abs=0.25)


def test_whoever_leaves_within_a_long_history_is_told_no_more_of_it(scene: Scene) -> None:
    """Not even the next event."""
    scene.add(start_run(), *WHOLE)
    watched = iter(scene.watched())
    next(watched)
    scene.leave()
    assert list(watched) == []


# From now on


def test_from_now_on_only_what_is_new_is_told(scene: Scene) -> None:
    """The state, the history and the times are those of the whole run all the same."""
    scene.seconds = 10
    scene.add(*AT_WORK, says(b"old"))
    scene.live()
    scene.seconds = 20
    watched = scene.watched(now=True)
    assert watched.run.under_way
    scene.at(22, lambda: scene.add(says(b"new")))
    scene.at(23, scene.die)
    told = list(watched)
    assert [each.output for each in events(told)] == [b"new"]
    assert ticks(told)[0] == Tick(elapsed=11, idle=11)
    assert watched.history == scene.log.outline(RUN)


def test_what_the_agent_under_way_has_written_can_be_asked_for(scene: Scene) -> None:
    """Up to now, of this launch alone."""
    scene.add(*AT_WORK, says(b"of the worker"), *WORKER[2:], LaunchAgent(argv=("codex",)))
    scene.add(says(b"one"), says(b"two"))
    watched = scene.watched(now=True)
    scene.add(says(b"three"))
    assert [each.output for each in watched.output_so_far()] == [b"one", b"two"]


@pytest.mark.parametrize("now", [False, True])
def test_where_no_agent_is_under_way_nothing_has_been_written(scene: Scene, *, now: bool) -> None:
    """Also of a run that is told from its beginning."""
    scene.add(start_run(), *WHOLE)
    assert list(scene.watched(now=now).output_so_far()) == []


def test_a_finished_run_has_nothing_new(scene: Scene) -> None:
    """It is over, and its state says how it ended."""
    scene.add(start_run(), *WHOLE)
    watched = scene.watched(now=True)
    assert list(watched) == []
    assert watched.run.outcome is Outcome.ACCEPTED


# A newer helm


def test_a_run_that_only_a_newer_helm_can_read_is_refused(scene: Scene) -> None:
    """Nothing sensible could be told of it."""
    scene.log.store(RUN, "RunStarted", "{}", recorded_at=scene.world.now(), schema_version=99)
    with pytest.raises(RecordFailed, match="upgrade helm"):
        scene.watched()


def test_an_open_run_with_events_of_a_newer_helm_is_not_said_to_have_died(scene: Scene) -> None:
    """One of them may have been its end."""
    scene.add(*AT_WORK)
    scene.log.store(RUN, "RunPaused", "{}", recorded_at=scene.world.now(), schema_version=1)
    with pytest.raises(RecordFailed, match=r"newer helm \(RunPaused\): update helm"):
        list(scene.watched())


# Which run is meant


def test_the_one_living_run_need_not_be_named(scene: Scene) -> None:
    """Those that are over, and those of another log, do not count."""
    scene.add(start_run(), *WHOLE, run_id=OTHER)
    scene.add(*AT_WORK)
    scene.live()
    scene.live("01KBX3Z0000000000000000009")
    assert only_living_run(History(scene.places)) == RUN


def test_several_living_runs_are_listed(scene: Scene) -> None:
    """With their specs, and the work tree where it is not the first one."""
    scene.add(*AT_WORK)
    scene.add(start_run(snapshot("spec-02", "worktrees/b")), run_id=OTHER)
    scene.live()
    scene.live(OTHER)
    with pytest.raises(InputInvalid) as raised:
        only_living_run(History(scene.places))
    assert str(raised.value) == (
        f"2 runs are under way: {OTHER} (spec-02 in worktrees/b), {RUN} (spec-00-example); "
        "say which: helm watch RUN"
    )


def test_where_no_run_lives_the_latest_is_named(scene: Scene) -> None:
    """With how it ended, and the words that show it."""
    scene.add(*AT_WORK)
    with pytest.raises(InputInvalid) as raised:
        only_living_run(History(scene.places))
    assert str(raised.value) == (
        "no run is under way; the latest is 01KBX3Z0 (spec-00-example, died): helm show latest"
    )


def test_where_nothing_ever_ran_that_is_said(scene: Scene) -> None:
    """There is no latest run either."""
    with pytest.raises(InputInvalid, match="no run is under way, and there was none yet"):
        only_living_run(History(scene.places))


# Where the files of the run are

SPEC = ROOT / "specs" / "spec-00-example"
HERE = WorkTree(top=ROOT, common_folder=ROOT / ".git", workspace=".")
FAR = Path("/far")
SIBLING = WorkTree(top=FAR, common_folder=ROOT / ".git", workspace="worktrees/far")


def places_in(scene: Scene, here: WorkTree, *specs: Path) -> Places:
    """Stand in a work tree; these spec folders are there."""
    files = scene.world.files
    files.made |= {here.top / "specs", *specs}
    files.contents[ROOT / ".git" / "worktrees" / "far" / "gitdir"] = b"/far/.git\n"
    ports = replace(scene.places.ports, git=MemoryGit([HERE, SIBLING]))
    return Places(ports, here.top, None)


def test_a_run_of_this_work_tree_has_its_report_beside_its_spec(scene: Scene) -> None:
    """As the process that carries it on says it."""
    scene.add(start_run(), *WHOLE)
    watched = scene.watched(places=places_in(scene, HERE, SPEC))
    assert watched.report_path == SPEC / "implementation-report.md"
    assert watched.work_tree == HERE


@pytest.mark.parametrize(
    ("here", "key", "top"), [(HERE, "worktrees/far", FAR), (SIBLING, ".", ROOT)]
)
def test_a_run_of_another_work_tree_is_found_there(
    scene: Scene, here: WorkTree, key: str, top: Path
) -> None:
    """Git knows where its work trees are, from the first to the others and back."""
    spec = top / "specs" / "spec-00-example"
    scene.add(start_run(snapshot(workspace=key)), *WHOLE)
    watched = scene.watched(places=places_in(scene, here, spec))
    assert watched.report_path == spec / "implementation-report.md"
    assert watched.work_tree is not None
    assert (watched.work_tree.top, watched.work_tree.workspace) == (top, key)


@pytest.mark.parametrize("key", [".", "worktrees/far", "worktrees/removed"])
def test_files_that_are_not_there_any_more_are_not_spoken_of(scene: Scene, key: str) -> None:
    """The spec, or its whole work tree, may have been removed since."""
    scene.add(start_run(snapshot(workspace=key)), *WHOLE)
    watched = scene.watched(places=places_in(scene, HERE))
    assert (watched.place, watched.report_path, watched.work_tree) == (None, None, None)


def test_an_imported_run_has_no_files_here(scene: Scene) -> None:
    """Although a spec of that name is."""
    scene.add(start_run(), *WHOLE)
    scene.log.imports[RUN] = "another-log"
    assert scene.watched(places=places_in(scene, HERE, SPEC)).place is None


def test_the_report_on_disk_is_that_of_the_latest_run(scene: Scene) -> None:
    """An earlier one has none there."""
    scene.add(start_run(), *WHOLE)
    scene.add(start_run(), *WHOLE, run_id=OTHER)
    watched = scene.watched(places=places_in(scene, HERE, SPEC))
    assert watched.report_path is None
    assert watched.work_tree == HERE
