"""The loop on fakes: what it records, what it shows, what it leaves on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helm.app.drive import Happening
from helm.app.errors import AgentUnavailable, InputInvalid, RecordFailed, SpecBusy
from helm.app.plan import RunRequest, prompts
from helm.app.ports import Holder, Tick
from helm.app.settings import Flags
from helm.app.stop import StopRequest
from helm.app.stream import Stream
from helm.domain.commands import AbandonRun, StartRun
from helm.domain.events import (
    AgentLaunched,
    AttemptStarted,
    Cause,
    Ending,
    InputChanged,
    Outcome,
    Recorded,
    Role,
    RunFinished,
    RunHalted,
    RunResumed,
    RunStarted,
    VerdictGiven,
    WorkerFinished,
    WorkerLaunched,
)
from helm.domain.steps import CallAgent
from tests.app.worlds import ROOT, SPEC, World
from tests.scripted_agent import MISSING, OK, ScriptedAgent, ended


def kinds(world: World, run_id: str) -> list[str]:
    return [type(event).__name__ for event in world.events(run_id)]


def by_role(worker: object, verifier: object) -> ScriptedAgent:
    return ScriptedAgent(script=lambda call: worker if call.role is Role.WORKER else verifier)  # type: ignore[arg-type,return-value]


def test_a_spec_that_is_missing_something_is_finished_by_a_second_attempt() -> None:
    """Worker, verifier, worker, verifier: each step of it is in the log, in order."""
    world = World()
    prepared = world.run()
    agent = [
        "AgentSpawned",
        "SessionOpened",
        "OutputCaptured",
        "ActivityReported",
    ]
    attempt = ["AttemptStarted", "WorkerLaunched", *agent, "WorkerFinished"]
    judged = ["VerifierLaunched", *agent, "VerifierFinished", "VerdictGiven"]
    assert kinds(world, prepared.run_id) == [
        "RunStarted",
        *attempt,
        *judged,
        *attempt,
        *judged,
        "RunFinished",
    ]
    assert prepared.run.outcome is Outcome.ACCEPTED


def test_what_people_read_is_written_after_each_verdict() -> None:
    """After the first verdict the metadata says in-progress, at the end done; owner stays."""
    world = World()
    seen: list[str] = []

    def watch(happening: Happening) -> None:
        if isinstance(happening, Recorded) and isinstance(happening.event, VerdictGiven):
            seen.append(json.loads(world.text("metadata.json"))["status"])

    world.run(watch=watch)
    assert seen == ["in-progress", "done"]
    assert json.loads(world.text("metadata.json"))["owner"] == "ann"
    assert "- Final verifier status: ok" in world.text("implementation-report.md")


def test_every_event_is_durable_before_it_is_shown() -> None:
    """A consumer that looks into the log finds what it was just given."""
    world = World()

    def watch(happening: Happening) -> None:
        if isinstance(happening, Recorded):
            assert world.log.load(happening.run_id)[happening.seq].event == happening.event

    world.run(watch=watch)


def test_a_second_of_silence_is_shown_and_not_stored() -> None:
    """Ticks reach the consumer between the events."""
    world = World()
    ticks: list[Tick] = []
    world.run(watch=lambda each: ticks.append(each) if isinstance(each, Tick) else None)
    assert len(ticks) == 4


def test_the_worker_is_launched_before_it_lives_and_prompted_after() -> None:
    """When the agent hears its prompt, launch and process are in the log already."""
    world = World()

    def during(call: CallAgent) -> None:
        names = kinds(world, next(iter(world.log.stored)))
        launched = "WorkerLaunched" if call.role is Role.WORKER else "VerifierLaunched"
        assert names[-3:] == [launched, "AgentSpawned", "SessionOpened"]

    world.agent.during = during
    world.run()


def test_the_attempts_are_used_up() -> None:
    """A verifier that is never content ends the run as exhausted, with its tasks on record."""
    world = World(agent=by_role("work", MISSING))
    prepared = world.run(flags=Flags(max_attempts=3))
    assert prepared.run.outcome is Outcome.EXHAUSTED
    assert prepared.run.attempt == 3
    assert json.loads(world.text("metadata.json"))["status"] == "in-progress"


@pytest.mark.parametrize(
    ("ending", "cause"),
    [
        (Ending.FAILED, Cause.WORKER_FAILED),
        (Ending.TIMED_OUT, Cause.WORKER_TIMED_OUT),
        (Ending.SILENT, Cause.WORKER_SILENT),
    ],
)
def test_a_worker_that_does_not_complete_halts_the_run(ending: Ending, cause: Cause) -> None:
    """Each way of failing has a cause of its own, and the agent's last words."""
    world = World(agent=by_role(ended(ending, detail="no quota"), OK))
    halt = world.run().run.halt
    assert halt == RunHalted(cause=cause, detail="no quota")


def test_no_old_ok_stands_after_a_run_that_failed() -> None:
    """The report of an accepted run is replaced when a later run halts."""
    world = World()
    world.run()
    world.agent = by_role(ended(Ending.FAILED), OK)
    world.run()
    report = world.text("implementation-report.md")
    assert "- Final verifier status: none" in report
    assert "- Outcome: halted (worker_failed)" in report


def test_an_unreadable_verdict_keeps_the_work() -> None:
    """The run halts; resumed, it asks the verifier anew and leaves the worker alone."""
    world = World(agent=by_role("work", "Looks good to me."))
    prepared = world.run()
    assert prepared.run.halt
    assert prepared.run.halt.cause is Cause.VERDICT_UNREADABLE
    world.agent = by_role("never", OK)
    resumed = world.run(resume=True)
    assert resumed.run_id == prepared.run_id
    assert resumed.run.outcome is Outcome.ACCEPTED
    assert [call.role for call in world.agent.calls] == [Role.VERIFIER]


def test_a_stop_halts_the_run_with_its_cause() -> None:
    """A stop while the worker works ends the worker and the run rests."""
    world = World()
    stop = StopRequest()
    world.agent.during = lambda _call: stop.ask(Cause.SIGTERM)
    prepared = world.run(stop=stop)
    assert prepared.run.halt == RunHalted(cause=Cause.SIGTERM, detail="")
    assert world.agent.living == 0


def test_a_stop_between_steps_starts_nothing_more() -> None:
    """A stop that comes when the worker is done halts before the verifier."""
    world = World()
    stop = StopRequest()

    def watch(happening: Happening) -> None:
        if isinstance(happening, Recorded) and isinstance(happening.event, WorkerFinished):
            stop.ask(Cause.SIGINT)

    prepared = world.run(stop=stop, watch=watch)
    assert prepared.run.halt == RunHalted(cause=Cause.SIGINT, detail="")
    assert [call.role for call in world.agent.calls] == [Role.WORKER]


def test_a_consumer_that_stops_listening_ends_the_agent() -> None:
    """Closing the generator in the middle leaves no agent behind."""
    world = World()
    with world.runner().prepare("spec-01") as prepared:
        happenings = iter(prepared)
        for happening in happenings:
            if isinstance(happening, Tick):
                break
        assert world.agent.living == 1
        happenings.close()  # type: ignore[attr-defined]
    assert world.agent.living == 0


def test_an_agent_that_vanishes_during_the_run_halts_it() -> None:
    """No program to call is the worker's failure, and resumable."""
    world = World()

    def during(call: CallAgent) -> None:
        world.agent.missing = True

    world.agent.during = during
    halt = world.run().run.halt
    assert halt
    assert halt.cause is Cause.VERIFIER_FAILED
    assert "put it back" in halt.detail


def test_no_agent_means_that_nothing_is_begun() -> None:
    """Without a program the run is refused before anything is written."""
    world = World(agent=ScriptedAgent(missing=True))
    with pytest.raises(AgentUnavailable):
        world.run()
    assert not world.log.stored


def test_a_worker_that_edits_its_yardstick_does_not_move_it() -> None:
    """The edit is on record and in the report; the verifier is asked about the first text."""
    world = World()

    def during(call: CallAgent) -> None:
        if call.role is Role.WORKER:
            world.files.contents[SPEC / "SPEC.md"] = b"# One\n\nDo nothing.\n"

    world.agent.during = during
    prepared = world.run()
    changes = [e for e in world.events(prepared.run_id) if isinstance(e, InputChanged)]
    assert [change.path for change in changes] == ["specs/spec-01/SPEC.md"]
    assert all("Do it." in call.prompt for call in world.agent.calls)
    assert "specs/spec-01/SPEC.md" in world.text("implementation-report.md")


def test_helms_own_writing_is_no_change() -> None:
    """A run that touches nothing but its projections records no changed input."""
    world = World()
    prepared = world.run()
    assert not any(isinstance(e, InputChanged) for e in world.events(prepared.run_id))


def test_a_projection_that_cannot_be_written_is_said_at_the_end() -> None:
    """The run goes on to its end, which is durable; then the failure is raised."""
    world = World()

    def during(call: CallAgent) -> None:
        world.files.refused.add(SPEC)

    world.agent.during = during
    with pytest.raises(RecordFailed):
        world.run()
    (run_id,) = world.log.stored
    assert world.events(run_id)[-1] == RunFinished(outcome=Outcome.ACCEPTED)
    world.files.refused.clear()
    world.run(resume=True)
    assert json.loads(world.text("metadata.json"))["status"] == "done"


def test_a_folder_that_cannot_be_written_is_found_before_money_is_spent() -> None:
    """A read-only spec folder is refused, and no agent is called."""
    world = World()
    world.files.refused.add(SPEC)
    with pytest.raises(RecordFailed):
        world.run()
    assert not world.agent.calls
    assert not world.log.stored


def test_resuming_a_finished_run_only_brings_its_files_up_to_date() -> None:
    """No agent is called; a deleted report is there again, with the same bytes."""
    world = World()
    first = world.run()
    report = world.files.contents.pop(SPEC / "implementation-report.md")
    calls = len(world.agent.calls)
    again = world.run(resume=True)
    assert (again.run_id, again.run.outcome) == (first.run_id, Outcome.ACCEPTED)
    assert world.files.contents[SPEC / "implementation-report.md"] == report
    assert len(world.agent.calls) == calls


def test_resuming_where_nothing_ran_starts_a_run() -> None:
    """A script can always say --resume."""
    world = World()
    assert world.run(resume=True).run.outcome is Outcome.ACCEPTED


def test_a_new_run_takes_over_the_remaining_tasks() -> None:
    """After an exhausted run the next one begins with what that left."""
    world = World(agent=by_role("work", MISSING))
    world.run()
    world.agent = ScriptedAgent()
    second = world.run()
    started = world.events(second.run_id)[0]
    assert isinstance(started, RunStarted)
    assert started.remaining_tasks == ("finish it",)
    assert second.run.attempt == 1


def test_a_fresh_run_takes_nothing_over() -> None:
    """--fresh begins as if nothing had been tried."""
    world = World(agent=by_role("work", MISSING))
    world.run()
    started = world.events(world.run(fresh=True).run_id)[0]
    assert isinstance(started, RunStarted)
    assert started.remaining_tasks == ()


def test_nothing_is_taken_over_from_an_accepted_run() -> None:
    """The tasks of a run that was accepted are done with."""
    world = World()
    world.run()
    started = world.events(world.run().run_id)[0]
    assert isinstance(started, RunStarted)
    assert started.remaining_tasks == ()


def test_a_halted_run_that_is_not_resumed_is_given_up() -> None:
    """A new run warns of it, and the old one says that it was abandoned."""
    world = World(agent=by_role(ended(Ending.FAILED), OK))
    old = world.run()
    world.agent = ScriptedAgent()
    new = world.run()
    assert world.events(old.run_id)[-1] == RunFinished(outcome=Outcome.ABANDONED)
    name = old.run_id[:8]
    assert any(name in warning and "--resume" in warning for warning in new.warnings)


def test_a_resumed_run_takes_what_is_given_anew() -> None:
    """Flags change attempts, models and limits; the rest stays as the run began."""
    world = World(agent=by_role(ended(Ending.FAILED), OK))
    world.run(flags=Flags(worker_model="old", verifier_model="kept"))
    world.agent = ScriptedAgent()
    flags = Flags(worker_model="new", max_attempts=7, idle_timeout="5m")
    prepared = world.run(resume=True, flags=flags)
    (resumed,) = [e for e in world.events(prepared.run_id) if isinstance(e, RunResumed)]
    assert resumed.settings.worker.model == "new"
    assert resumed.settings.verifier.model == "kept"
    assert (resumed.settings.max_attempts, resumed.settings.idle_timeout) == (7, 300.0)
    assert world.agent.calls[0].choice.model == "new"


def test_a_spec_that_is_being_run_is_refused() -> None:
    """The second run names the first, and calls no agent."""
    world = World()
    runner = world.runner()
    world.locks.held[SPEC] = Holder(
        run_id="FIRST", pid=99, spec_path="specs/spec-01", workspace="."
    )
    with pytest.raises(SpecBusy, match="FIRST") as refused, runner.prepare("spec-01"):
        pytest.fail("the run was prepared")
    assert refused.value.holder.pid == 99


def test_another_run_in_the_same_work_tree_is_warned_of() -> None:
    """Two workers must not edit one tree: whoever comes second is told."""
    world = World()
    runner = world.runner()
    world.locks.held[ROOT / "specs" / "spec-02"] = Holder(
        run_id="OTHER", pid=7, spec_path="specs/spec-02", workspace="."
    )
    with runner.prepare("spec-01") as prepared:
        assert any("OTHER" in warning and "7" in warning for warning in prepared.warnings)


def test_unmet_dependencies_are_warned_of_and_recorded() -> None:
    """A spec may run before what it depends on, but not in silence."""
    world = World()
    world.files.contents[SPEC / "metadata.json"] = b'{"id": "spec-01", "dependsOn": ["spec-00"]}'
    prepared = world.run()
    started = world.events(prepared.run_id)[0]
    assert isinstance(started, RunStarted)
    assert started.unmet_dependencies == ("spec-00",)
    assert any("spec-00" in warning for warning in prepared.warnings)


def test_a_specs_root_that_helm_would_not_make_is_warned_of() -> None:
    """The file may name one; only `helm config set` and the set-up refuse to."""
    world = World()
    world.files.contents[ROOT / "helm.config.json"] = b'{"specsRoot": "../repo/specs"}'
    assert any("outside of the repository" in warning for warning in world.run().warnings)


def test_a_folder_where_the_report_belongs_is_refused_before_an_agent_is_called() -> None:
    world = World()
    world.files.made.add(SPEC / "implementation-report.md")
    with pytest.raises(InputInvalid, match="is a folder"):
        world.run()
    assert world.agent.calls == []


def test_a_prompt_that_no_agent_takes_is_refused() -> None:
    """A spec beyond codex's limit is found before anything is launched."""
    world = World()
    world.files.contents[SPEC / "SPEC.md"] = b"x" * 1_100_000
    with pytest.raises(InputInvalid, match="split the spec"):
        world.run()


def test_a_run_of_a_newer_helm_is_not_touched() -> None:
    """An unfinished run with unknown events can be neither resumed nor given up by this helm."""
    world = World(agent=by_role(ended(Ending.FAILED), OK))
    run_id = world.run().run_id
    world.log.store(run_id, "TreeSnapshotted", "{}", recorded_at=world.now())
    for resume in (True, False):
        with pytest.raises(RecordFailed, match="upgrade helm"):
            world.run(resume=resume)


def test_a_plan_launches_nothing_and_writes_nothing() -> None:
    """A dry run shows both prompts and leaves no trace."""
    world = World()
    before = dict(world.files.contents)
    command = world.runner().plan("spec-01", RunRequest()).command
    assert isinstance(command, StartRun)
    worker, verifier = prompts(command)
    assert "Do it." in worker
    assert "report will stand here" in verifier
    assert not world.log.stored
    assert not world.agent.calls
    assert world.files.contents == before


def test_each_attempt_has_its_own_launches() -> None:
    """Launches are counted through the run, attempts from one."""
    world = World()
    prepared = world.run()
    events = world.events(prepared.run_id)
    launches = [(e.attempt, e.launch) for e in events if isinstance(e, AgentLaunched)]
    assert launches == [(1, 1), (1, 2), (2, 3), (2, 4)]
    assert [e.attempt for e in events if isinstance(e, AttemptStarted)] == [1, 2]
    assert all(e.argv == ("scripted", "worker") for e in events if isinstance(e, WorkerLaunched))


def test_a_run_that_was_given_up_is_not_resumed() -> None:
    """Where the successor of a run died at its birth, --resume starts one, with the old tasks."""
    world = World(agent=by_role("work", MISSING))
    stop = StopRequest()

    def watch(happening: Happening) -> None:
        if isinstance(happening, Recorded) and isinstance(happening.event, VerdictGiven):
            stop.ask(Cause.SIGTERM)

    old = world.run(stop=stop, watch=watch)
    Stream(old.run_id, world.log, world.now).record(AbandonRun())
    world.agent = ScriptedAgent()
    new = world.run(resume=True)
    assert new.run_id != old.run_id
    started = world.events(new.run_id)[0]
    assert isinstance(started, RunStarted)
    assert started.remaining_tasks == ("finish it",)


def test_a_spec_that_changed_is_said_when_its_run_is_resumed() -> None:
    """The run goes on with the texts that it began with, and the user hears that it does."""
    world = World(agent=by_role(ended(Ending.FAILED), OK))
    world.run()
    world.files.contents[SPEC / "SPEC.md"] = b"# One\n\nDo it better.\n"
    world.agent = ScriptedAgent()
    resumed = world.run(resume=True)
    assert any("began with" in warning for warning in resumed.warnings)
    assert all("Do it.\n" in call.prompt for call in world.agent.calls)


@pytest.mark.parametrize("name", ["spec-01/SPEC.md", "review.prompt-template.md"])
def test_a_run_goes_on_although_its_worker_broke_what_it_was_made_from(name: str) -> None:
    """The texts are in the log: nothing of the folder is needed but the folder."""
    world = World()
    path = ROOT / "specs" / name
    world.agent = ScriptedAgent(
        script=lambda _call: ended(Ending.FAILED),
        during=lambda _call: forget(world, path),
    )
    world.run()
    world.agent = ScriptedAgent()
    resumed = world.run(resume=True)
    assert resumed.run.outcome is Outcome.ACCEPTED
    assert any("began with" in warning for warning in resumed.warnings)


def forget(world: World, path: Path) -> None:
    world.files.contents.pop(path, None)


def test_a_spec_that_changed_since_it_was_accepted_is_said() -> None:
    """The outcome stands, but whoever says --resume hears that it is of another text."""
    world = World()
    world.run()
    world.files.contents[SPEC / "SPEC.md"] = b"# One\n\nDo more.\n"
    again = world.run(resume=True)
    assert again.run.outcome is Outcome.ACCEPTED
    assert any("leave --resume out" in warning for warning in again.warnings)


@pytest.mark.parametrize("finished", [False, True])
def test_a_run_that_a_newer_helm_began_is_refused_in_one_line(*, finished: bool) -> None:
    """Not even its beginning can be read; nothing of it is written anew."""
    world = World()
    world.log.store(
        "NEWER", "RunStarted", SPEC_OF_A_RUN, recorded_at=world.now(), schema_version=99
    )
    if finished:
        body = '{"outcome": "accepted"}'
        world.log.store("NEWER", "RunFinished", body, recorded_at=world.now())
    with pytest.raises(RecordFailed, match="upgrade helm"):
        world.run(resume=True)


SPEC_OF_A_RUN = '{"spec": {"workspace": ".", "path": "specs/spec-01"}}'


def test_a_run_whose_record_was_changed_is_not_gone_on_with() -> None:
    """A report that somebody made better must not reach the verifier."""
    world = World(agent=by_role("work", "Hm."))
    run_id = world.run().run_id
    rows = world.log.stored[run_id]
    at = next(n for n, row in enumerate(rows) if row.event.kind == "WorkerFinished")
    row = rows[at]
    body = row.event.body.replace('"work"', '"perfect work"')
    rows[at] = row._replace(event=row.event._replace(body=body))
    with pytest.raises(RecordFailed, match=f"event {at} of run"):
        world.run(resume=True)


def test_a_record_that_is_changed_while_an_agent_works_is_gone_on_with_by_nobody() -> None:
    """It is found at the agent's end, which is not recorded any more."""
    world = World()

    def answer(call: CallAgent) -> str:
        (rows,) = world.log.stored.values()
        body = rows[0].event.body.replace("strict", "lax")
        rows[0] = rows[0]._replace(event=rows[0].event._replace(body=body))
        return "work"

    world.agent = ScriptedAgent(script=answer)
    with pytest.raises(RecordFailed, match="event 0 of run"):
        world.run()
    (rows,) = world.log.stored.values()
    assert "WorkerFinished" not in [row.event.kind for row in rows]


def test_leaving_a_prepared_run_ends_its_agent_and_the_run_with_it() -> None:
    """The lock and the agent go together: nobody works on a spec that another may take."""
    world = World()
    with world.runner().prepare("spec-01") as prepared:
        happenings = iter(prepared)
        while not isinstance(next(happenings), Tick):
            pass
        assert world.agent.living == 1
    assert world.agent.living == 0
    assert list(prepared) == []


def test_a_prepared_run_is_carried_on_once() -> None:
    """To iterate it again goes on where it was, and never begins anew."""
    world = World()
    with world.runner().prepare("spec-01") as prepared:
        first = next(iter(prepared))
        rest = list(prepared)
    assert isinstance(first, Recorded)
    assert isinstance(rest[-1], Recorded)
    seqs = [each.seq for each in (first, *rest) if isinstance(each, Recorded)]
    assert seqs == list(range(len(seqs)))


def test_preparing_leaks_no_descriptor() -> None:
    """A program that prepares many runs goes on working."""
    world = World()
    runner = world.runner()
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        with runner.prepare("spec-01"):
            pass
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_file_that_a_worker_let_grow_is_not_taken_in() -> None:
    """Its change is on record with a word on its size, and the run goes on."""
    world = World()
    world.agent.during = lambda _call: world.files.too_large.update({SPEC / "SPEC.md": 10**9})
    prepared = world.run()
    changes = [e for e in world.events(prepared.run_id) if isinstance(e, InputChanged)]
    assert [(e.sha256, e.text) for e in changes] == [
        (None, "[1000000000 bytes, more than helm takes in]")
    ]
    assert prepared.run.outcome is Outcome.ACCEPTED
