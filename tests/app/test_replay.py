"""Replaying: what runs wrote, rebuilt from the log alone, whatever has become of the files."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.app.errors import InputInvalid, RecordFailed, SpecBusy, WordsInvalid
from helm.app.judging import Bench
from helm.app.ports import Holder
from helm.app.replay import Rebuilt, Replay, Skipped, Target
from helm.app.settings import Flags
from helm.domain.events import Ending, Role, Status, Unknown, VerdictGiven
from helm.domain.steps import CallAgent
from tests.app.worlds import METADATA as TEXT
from tests.app.worlds import ROOT, SPEC, Crash, CrashingLog, World
from tests.domain.histories import QUICK
from tests.scripted_agent import MISSING, OK, Script, ended, finishes_at_second_attempt

METADATA, REPORT = SPEC / "metadata.json", SPEC / "implementation-report.md"
OUT = ROOT / "out"
FINAL = Flags(max_attempts=1)


def accepted(call: CallAgent) -> str:
    """Be content at once."""
    return "done" if call.role is Role.WORKER else OK


def left_over(call: CallAgent) -> str:
    """Never be content."""
    return "tried" if call.role is Role.WORKER else MISSING


def unreadable(call: CallAgent) -> str:
    """Say nothing that can be understood."""
    return "done" if call.role is Role.WORKER else "It is fine, I think."


def broken(_call: CallAgent) -> object:
    """Fail at once."""
    return ended(Ending.FAILED, detail="no disk")


def broken_later(call: CallAgent) -> object:
    """Fail at the second attempt."""
    failed = call.role is Role.WORKER and "finish it" in call.prompt
    return ended(Ending.FAILED) if failed else left_over(call)


SCRIPTS: list[Script] = [
    accepted,
    left_over,
    unreadable,
    broken,  # type: ignore[list-item]
    broken_later,  # type: ignore[list-item]
    finishes_at_second_attempt,
]


def run(world: World, script: Script, *, resume: bool = False, flags: Flags = FINAL) -> str:
    """Run the spec, and give the run's id."""
    world.agent.script = script
    return world.run(resume=resume, flags=flags).run_id


def replayed(
    world: World, word: str = "spec-01", *, into: Path | None = None, check: bool = False
) -> Rebuilt | Skipped:
    """Replay as a process of its own does."""
    replay = Replay(world.runner().places, into=into)
    target = replay.target(word)
    return replay.check(target) if check else replay.write(target)


def rebuilt(world: World, word: str = "spec-01", *, into: Path | None = None) -> Rebuilt:
    """Replay what there is something to tell of."""
    found = replayed(world, word, into=into)
    assert isinstance(found, Rebuilt)
    return found


def untouched(found: Rebuilt) -> bool:
    """Tell whether there was nothing to write."""
    return all(each.right for each in found.projections)


def differing(world: World, word: str = "spec-01", *, into: Path | None = None) -> list[Path]:
    """Say which files are not what the log tells."""
    found = replayed(world, word, into=into, check=True)
    assert isinstance(found, Rebuilt)
    return [each.path for each in found.projections if not each.right]


def deleted(world: World) -> dict[Path, bytes]:
    """Delete both files, and say what there was before."""
    before = dict(world.files.contents)
    del world.files.contents[METADATA], world.files.contents[REPORT]
    return before


def edited(world: World, old: str, new: str) -> None:
    """Change the metadata as people do."""
    world.files.contents[METADATA] = world.text("metadata.json").replace(old, new).encode()


# What runs wrote is what a replay writes


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_files_that_were_deleted_come_back_as_they_were(script: Script) -> None:
    """Byte for byte, however the run ended; no other file appears."""
    world = World()
    run(world, script, flags=Flags(max_attempts=2))
    before = deleted(world)
    assert differing(world) == [METADATA, REPORT]
    rebuilt(world)
    assert world.files.contents == before


def test_it_is_the_same_on_another_day() -> None:
    """Nothing that is written depends on when it is."""
    world = World()
    run(world, accepted)
    before = deleted(world)
    world.moments = itertools.count(10**8)
    rebuilt(world)
    assert world.files.contents == before


def test_twice_is_once() -> None:
    """What is right is not touched, so that no editor is disturbed."""
    world = World()
    run(world, accepted)
    deleted(world)
    rebuilt(world)
    world.files.written.clear()
    assert untouched(rebuilt(world))
    assert world.files.written == []


def test_keys_that_helm_does_not_own_survive() -> None:
    """People's keys, order and spacing stay; helm's own values come back."""
    world = World()
    run(world, accepted)
    right = world.text("metadata.json")
    edited(world, '"owner": "ann"', '"owner":   "ben", "weight": 1.50')
    edited(world, '"status": "done"', '"status": "todo"')
    assert differing(world) == [METADATA]
    rebuilt(world)
    kept = right.replace('"owner": "ann"', '"owner":   "ben", "weight": 1.50')
    assert world.text("metadata.json") == kept


def test_broken_metadata_is_set_aside() -> None:
    """As a run does; and a look at it changes nothing."""
    world = World()
    run(world, accepted)
    before = world.text("metadata.json")
    world.files.contents[METADATA] = b"{broken"
    assert differing(world) == [METADATA]
    assert METADATA.with_name("metadata.json.broken") not in world.files.contents
    metadata, _ = rebuilt(world).projections
    assert metadata.broken
    assert world.files.contents[METADATA.with_name("metadata.json.broken")] == b"{broken"
    assert world.text("metadata.json") == before


def test_after_a_run_without_a_verdict_the_metadata_is_of_the_run_before() -> None:
    """Its report has the place of the old one, so that no ok stands after a failure."""
    world = World()
    run(world, accepted)
    edited(world, '"owner": "ann"', '"owner": "ben"')
    run(world, broken)  # type: ignore[arg-type]
    assert differing(world) == []
    before = deleted(world)
    rebuilt(world)
    assert world.files.contents == before
    assert json.loads(world.text("metadata.json"))["status"] == "done"
    assert json.loads(world.text("metadata.json"))["owner"] == "ben"
    assert "halted (worker_failed)" in world.text("implementation-report.md")


def test_what_somebody_wrote_over_a_verdict_is_put_right() -> None:
    """Also where a run without a verdict came after it, and found the file like that."""
    world = World()
    run(world, accepted)
    right = world.text("metadata.json")
    edited(world, '"status": "done"', '"status": "todo"')
    run(world, broken)  # type: ignore[arg-type]
    assert differing(world) == [METADATA]
    rebuilt(world)
    assert world.text("metadata.json") == right


def test_a_run_that_was_given_up_and_its_successor() -> None:
    """The notes of both are there, in the order in which they were written."""
    world = World()
    run(world, broken_later, flags=Flags(max_attempts=2))  # type: ignore[arg-type]
    edited(world, '"owner": "ann"', '"owner": "ben"')
    run(world, finishes_at_second_attempt, flags=Flags(max_attempts=2))
    before = deleted(world)
    rebuilt(world)
    assert world.files.contents == before
    assert json.loads(world.text("metadata.json"))["notes"].count("status=missing") == 1
    assert "status=ok" in world.text("metadata.json")


@dataclass(frozen=True)
class Step:
    """A process of helm in the life of a spec, and what people and the worker do meanwhile.

    It dies after so many appends, if a number is given.
    """

    script: Script
    resume: bool = False
    attempts: int = 1
    owner: str | None = None
    deed: bytes | None = None
    crash: int | None = None

    def take(self, world: World) -> bool:
        """Carry it out, and say whether the process came to its end."""
        self._edit(world)
        world.agent.script = self.script
        world.agent.during = lambda call: self._meddle(world, call)
        memory = world.log
        if self.crash is not None:
            world.log = CrashingLog.of(memory, at=self.crash, after=True)
        try:
            world.run(resume=self.resume, flags=Flags(max_attempts=self.attempts))
        except (Crash, InputInvalid):  # the metadata may be broken, where one died before this
            return False
        finally:
            world.log = memory
        return True

    def _edit(self, world: World) -> None:
        text = world.files.contents.get(METADATA, b"").decode(errors="replace")
        if self.owner is not None and '"owner": "' in text:
            before, _, rest = text.partition('"owner": "')
            after = rest.partition('"')[2]
            world.files.contents[METADATA] = f'{before}"owner": "{self.owner}"{after}'.encode()

    def _meddle(self, world: World, call: CallAgent) -> None:
        if call.role is Role.WORKER and self.deed is not None:
            world.files.contents[METADATA] = self.deed


STEPS = st.lists(
    st.builds(
        Step,
        script=st.sampled_from(SCRIPTS),
        resume=st.booleans(),
        attempts=st.integers(1, 3),
        owner=st.none() | st.sampled_from(["ben", "cid", "änn"]),
        deed=st.none() | st.sampled_from([b"{broken", b'{"notes": 7}', b"\xff"]),
        crash=st.none() | st.integers(0, 20),
    ),
    min_size=1,
    max_size=5,
)


@QUICK
@given(steps=STEPS)
def test_after_every_run_there_is_nothing_to_replay_and_nothing_is_lost(steps: list[Step]) -> None:
    """Whatever the runs, the crashes and the edits before: what was written can be rebuilt."""
    world = World()
    for step in steps:
        events = count(world)
        if step.take(world):
            assert differing(world) == []
            if count(world) > events:  # an edit before a run that is over already is in no log
                before = deleted(world)
                rebuilt(world)
                assert world.files.contents == before
        elif isinstance(replayed(world), Rebuilt):  # mends what a crash left behind
            assert differing(world) == []


def count(world: World) -> int:
    """Count all events."""
    return sum(map(len, world.log.stored.values()))


# Which runs may be replayed


def test_of_a_spec_s_runs_the_latest_is_told() -> None:
    """Saying the run, or `latest`, is saying the spec."""
    world = World()
    run(world, left_over)
    latest = run(world, accepted)
    for word in ("spec-01", latest, latest[:20].lower(), "latest"):
        deleted(world)
        assert not untouched(rebuilt(world, word))
        assert "Outcome: accepted" in world.text("implementation-report.md")


def test_an_older_run_is_not_rolled_back_to() -> None:
    """One line says what to say instead; nothing is written."""
    world = World()
    older = run(world, left_over)
    run(world, accepted)
    world.files.written.clear()
    with pytest.raises(WordsInvalid, match=r"nothing is rolled back; .* replay \w+ --to DIR"):
        replayed(world, older)
    assert world.files.written == []


def test_the_run_of_the_verdict_and_the_run_of_the_report_are_both_current() -> None:
    """One between them is not."""
    world = World()
    judged = run(world, accepted)
    between, halted = (run(world, broken) for _ in range(2))  # type: ignore[arg-type]
    assert untouched(rebuilt(world, judged))
    assert untouched(rebuilt(world, halted))
    with pytest.raises(WordsInvalid):
        replayed(world, between)


def dies(world: World, at: int) -> str:
    """Run until helm is killed, and give the run's id."""
    memory, world.agent.script = world.log, accepted
    world.log = CrashingLog.of(memory, at=at, after=True)
    with pytest.raises(Crash):
        world.run()
    world.log = memory
    return list(memory.stored)[-1]


def test_a_run_without_verdict_or_end_has_nothing_to_tell() -> None:
    """It is said, by spec or by run, and nothing is written."""
    world = World()
    died = dies(world, 3)
    for word in ("spec-01", died):
        found = replayed(world, word)
        assert isinstance(found, Skipped)
        assert "no verdict and no end" in found.reason
    assert isinstance(replayed(world, died, into=OUT), Skipped)
    assert world.text("metadata.json") == TEXT
    assert [path for path in world.files.contents if path.name == REPORT.name] == []


def test_behind_a_run_that_has_nothing_to_tell_the_one_before_is_told() -> None:
    """A process that was killed at once takes nothing away."""
    world = World()
    run(world, accepted)
    edited(world, '"owner": "ann"', '"owner": "ben"')
    died = dies(world, 3)
    before = deleted(world)
    rebuilt(world)
    assert world.files.contents == before
    found = replayed(world, died)
    assert isinstance(found, Skipped)
    assert found.reason.startswith("run ")


def test_a_spec_that_never_ran_has_nothing_to_tell() -> None:
    """There is a spec, but the log has nothing of it."""
    assert isinstance(replayed(World()), Skipped)


def test_what_is_neither_spec_nor_run_is_named() -> None:
    """Both were looked for."""
    world = World()
    run(world, accepted)
    with pytest.raises(InputInvalid, match=r"spec 'spec-9' not found.*nor does a run begin so"):
        replayed(world, "spec-9")
    with pytest.raises(InputInvalid, match="no runs"):
        replayed(World(), "latest")


def test_a_folder_goes_before_a_run_of_that_name() -> None:
    """A path is the surer word; a run can always be said at greater length."""
    world = World()
    run_id = run(world, accepted)
    world.files.contents[ROOT / "specs" / run_id[:10] / "SPEC.md"] = b"# Another\n"
    world.files.contents[ROOT / "specs" / run_id[:10] / "metadata.json"] = b"{}"
    assert isinstance(replayed(world, run_id[:10]), Skipped)
    assert untouched(rebuilt(world, run_id[:20]))


def test_an_imported_run_is_only_written_elsewhere() -> None:
    """Its spec has the same path as one of ours, but the work was done in another tree."""
    world = World()
    ours = run(world, accepted)
    theirs = run(world, left_over)
    world.log.imports[theirs] = "LOG"
    deleted(world)
    with pytest.raises(WordsInvalid, match=r"was not run in this work tree; .* --to DIR"):
        replayed(world, theirs)
    rebuilt(world, ours)
    assert "Outcome: accepted" in world.text("implementation-report.md")
    rebuilt(world, theirs, into=OUT)
    assert b"Outcome: exhausted" in world.files.contents[OUT / REPORT.name]


def test_a_run_of_a_newer_helm_is_refused() -> None:
    """An event that is not understood may be a verdict of a new sort."""
    world = World()
    run_id = run(world, accepted)
    world.log.store(run_id, "VerdictWithdrawn", "{}", recorded_at=world.now())
    before = deleted(world)
    for word in ("spec-01", run_id):
        with pytest.raises(RecordFailed, match=r"newer helm \(VerdictWithdrawn\); upgrade helm"):
            replayed(world, word)
    assert not {METADATA, REPORT} & world.files.contents.keys()
    assert before.keys() - world.files.contents.keys() == {METADATA, REPORT}


def test_a_run_that_was_changed_is_refused() -> None:
    """A log that was tampered with writes no report."""
    world = World()
    run_id = run(world, accepted)
    rows = world.log.stored[run_id]
    rows[3] = rows[3]._replace(digest="0" * 64)
    with pytest.raises(RecordFailed, match="not as it was recorded"):
        replayed(world)


def test_a_spec_that_is_being_run_is_left_to_its_run() -> None:
    """Only a look at it is allowed."""
    world = World()
    run(world, accepted)
    deleted(world)
    replay = Replay(world.runner().places)
    world.locks.held[SPEC] = Holder(run_id="R", pid=7, spec_path=None, workspace=".")
    with pytest.raises(SpecBusy, match="process 7"):
        replay.write(replay.target("spec-01"))
    assert not {METADATA, REPORT} & world.files.contents.keys()
    assert isinstance(replay.check(replay.target("spec-01")), Rebuilt)


# Elsewhere


def test_an_older_run_can_be_written_elsewhere() -> None:
    """As it was when it ended; the spec's own folder is not touched."""
    world = World()
    older = run(world, left_over)
    then = {name: world.text(name) for name in ("metadata.json", "implementation-report.md")}
    run(world, accepted)
    before = dict(world.files.contents)
    assert differing(world, older, into=OUT) == [OUT / METADATA.name, OUT / REPORT.name]
    assert world.files.contents == before
    rebuilt(world, older, into=OUT)
    assert {name: world.files.contents[OUT / name].decode() for name in then} == then
    assert {path: world.files.contents[path] for path in before} == before
    assert differing(world, older, into=OUT) == []


def test_what_stands_elsewhere_is_edited_in_place() -> None:
    """People's keys in that copy survive as they do in the spec's folder."""
    world = World()
    run(world, accepted)
    world.files.contents[OUT / "metadata.json"] = b'{"mine": 1}'
    rebuilt(world, into=OUT)
    assert world.files.contents[OUT / "metadata.json"].startswith(b'{"mine": 1, "status": "done"')


@pytest.mark.parametrize("into", [SPEC, ROOT / "specs" / "spec-02"])
def test_elsewhere_is_no_spec_s_folder(into: Path) -> None:
    """Neither the run's own nor another one is written over by a slip of the tongue."""
    world = World()
    world.files.contents[into / "SPEC.md"] = b"# Another\n"
    run_id = run(world, accepted)
    world.files.written.clear()
    for word in (run_id, "spec-01"):
        with pytest.raises(WordsInvalid, match="is the folder of a spec"):
            replayed(world, word, into=into)
    assert world.files.written == []


def test_the_spec_s_folder_is_known_without_its_spec() -> None:
    """It is the same folder, however it is called and whatever it lacks."""
    world = World()
    older = run(world, left_over)
    run(world, accepted)
    del world.files.contents[SPEC / "SPEC.md"]
    with pytest.raises(WordsInvalid, match="is the folder of a spec"):
        replayed(world, older, into=Path("specs/../specs/spec-01"))


# Every spec


def two_specs() -> World:
    """Run two specs of one workspace."""
    world = World()
    run(world, accepted)
    for name, text in {"SPEC.md": b"# Two\n", "metadata.json": b'{"id": "spec-02"}'}.items():
        world.files.contents[ROOT / "specs" / "spec-02" / name] = text
    with world.runner().prepare("spec-02") as prepared:
        for _ in prepared:
            pass
    return world


def all_targets(world: World, into: Path | None = None) -> list[Target | Skipped]:
    """List every spec."""
    return list(Replay(world.runner().places, into=into).targets())


def test_every_spec_that_the_log_knows_is_rebuilt() -> None:
    """Also into another folder, each under its own path."""
    world = two_specs()
    before = dict(world.files.contents)
    for path in list(before):
        if path.name in {"metadata.json", "implementation-report.md"}:
            del world.files.contents[path]
    replay = Replay(world.runner().places)
    for target in all_targets(world):
        assert isinstance(target, Target)
        replay.write(target)
    assert world.files.contents == before
    elsewhere = Replay(world.runner().places, into=OUT)
    for target in elsewhere.targets():
        assert isinstance(target, Target)
        elsewhere.write(target)
    for name in ("metadata.json", "implementation-report.md"):
        assert world.files.contents[OUT / "specs" / "spec-01" / name] == before[SPEC / name]
    assert (OUT / "specs" / "spec-02" / "metadata.json") in world.files.contents


def test_a_spec_whose_folder_is_gone_is_named() -> None:
    """It hides no other, and is not made anew."""
    world = two_specs()
    for path in [path for path in world.files.contents if path.parent == SPEC]:
        del world.files.contents[path]
    gone, other = all_targets(world)
    assert gone == Skipped(reason="specs/spec-01 is not there any more")
    assert isinstance(other, Target)
    assert other.name == "specs/spec-02"
    with pytest.raises(WordsInvalid, match="is of specs/spec-01, which is gone"):
        replayed(world, next(iter(world.log.stored)))


def test_specs_of_other_work_trees_are_not_among_them() -> None:
    """An imported run is no reason to look for its folder."""
    world = two_specs()
    world.log.imports[next(iter(world.log.stored))] = "LOG"
    [only] = all_targets(world)
    assert isinstance(only, Target)
    assert only.name == "specs/spec-02"


# The report's format


@pytest.mark.parametrize(("now", "outdated"), [(1, False), (2, True)])
def test_a_report_that_an_older_helm_wrote_differently_is_told(
    now: int, *, outdated: bool
) -> None:
    """Once it is written anew, or is gone, there is nothing to say of its format."""
    world = World()
    run(world, accepted)
    replay = Replay(world.runner().places, format_now=now)
    world.files.contents[REPORT] += b"\n"
    found = replay.check(replay.target("spec-01"))
    assert isinstance(found, Rebuilt)
    assert (found.outdated, found.report_format, found.format_now) == (outdated, 1, now)
    replay.write(replay.target("spec-01"))
    found = replay.check(replay.target("spec-01"))
    assert isinstance(found, Rebuilt)
    assert not found.outdated
    del world.files.contents[REPORT]
    found = replay.check(replay.target("spec-01"))
    assert isinstance(found, Rebuilt)
    assert not found.outdated


# Judging anew


def disagreeing(world: World) -> str:
    """Record a run in which an older helm took a `missing` for an `ok`."""
    run_id = run(world, left_over)
    told = world.log.load(run_id)
    new = f"{run_id[:-1]}Z"
    for each in told:
        event = each.event
        if isinstance(event, VerdictGiven):
            event = VerdictGiven(
                attempt=1, launch=2, status=Status.OK, remaining_tasks=("x",), commentary=""
            )
        assert not isinstance(event, Unknown)
        world.log.append(new, [event], expected_seq=each.seq, recorded_at=each.recorded_at)
    return new


def test_every_recorded_answer_is_judged_as_it_was() -> None:
    """By run, by spec, or all of them; nothing is written."""
    world = World()
    first = run(world, finishes_at_second_attempt, flags=Flags(max_attempts=2))
    run(world, unreadable)
    world.files.written.clear()
    counts = {}
    for word in (first, "spec-01", None):
        bench = Bench.of(world.runner().places, word)
        judged = [bench.judge(run_id) for run_id in bench.run_ids]
        assert not any(each.different for each in judged)
        counts[word] = sum(len(each.rulings) for each in judged)
    assert counts == {first: 2, "spec-01": 3, None: 3}
    assert world.files.written == []


def test_an_answer_that_is_judged_otherwise_now_is_found() -> None:
    """An imported run too: it is only read."""
    world = World()
    run_id = disagreeing(world)
    world.log.imports[run_id] = "LOG"
    bench = Bench.of(world.runner().places, None)
    different = {each: bench.judge(each).different for each in bench.run_ids}
    assert [each for each, found in different.items() if found] == [run_id]


def test_a_run_of_a_newer_helm_is_not_judged() -> None:
    """Its rules are not ours."""
    world = World()
    run_id = run(world, accepted)
    world.log.store(run_id, "VerdictWithdrawn", "{}", recorded_at=world.now())
    bench = Bench.of(world.runner().places, run_id)
    with pytest.raises(RecordFailed, match="upgrade helm"):
        bench.judge(run_id)
