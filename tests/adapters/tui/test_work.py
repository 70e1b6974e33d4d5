"""What the screen asks for is done in threads, and each answer is posted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from helm.adapters.tui import work
from helm.adapters.tui.effects import (
    OpenRun,
    ReadHistory,
    ReadRaw,
    ReadSpec,
    ReadTimeline,
    Search,
    StartRun,
    StopRun,
)
from helm.adapters.tui.messages import (
    Found,
    HistoryRead,
    RunOpened,
    RunOver,
    RunRefused,
    Said,
    Searching,
    SpecRead,
    TimelineRead,
    Unread,
)
from helm.adapters.tui.telling import Telling
from helm.app.errors import RecordFailed
from helm.app.ports import Holder
from helm.domain.events import Cause, Outcome, Recorded, RunHalted, RunResumed
from helm.domain.steps import CallAgent
from tests.adapters.tui.listener import PATIENCE, Listener
from tests.adapters.tui.transcripts import RUN, SHORT
from tests.app.worlds import SPEC, World
from tests.fakes import MemoryEventLog

START = StartRun(folder=SPEC)


@pytest.fixture
def screen() -> Iterator[Listener]:
    made = Listener(World())
    yield made
    made.work.close()
    assert made.faults.empty()


@dataclass
class Busy:
    """Agents that are at work until they are let go."""

    began: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _call: CallAgent) -> None:
        self.began.set()
        assert self.free.wait(PATIENCE)


@pytest.fixture
def busy(screen: Listener) -> Iterator[Busy]:
    """Start a run whose worker is at work."""
    screen.world.agent.during = made = Busy()
    screen.work.start_run(START)
    assert made.began.wait(PATIENCE)
    yield made
    made.free.set()


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so that nobody tells of."""
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(PATIENCE / 1000)
    raise AssertionError("waited in vain")


def threads(name: str) -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == name]


def lines_of(telling: Telling, *, raw: bool = False) -> list[str]:
    return telling.lines(0, telling.count(raw=raw), raw=raw)


# Our own run


def test_a_run_is_opened_told_and_over_in_this_order(screen: Listener) -> None:
    screen.work.start_run(START)
    opened = screen.heard.get(timeout=PATIENCE)
    assert isinstance(opened, RunOpened)
    assert opened.ours
    assert opened.telling.where.folder == SPEC
    assert not opened.telling.where.in_git
    warned, over = (screen.heard.get(timeout=PATIENCE) for _ in range(2))
    assert isinstance(warned, Said)
    assert "no one can undo" in warned.text
    assert isinstance(over, RunOver)
    assert over.telling is opened.telling is screen.work.carried
    assert over.failure is None
    assert over.telling.progress.over
    assert over.telling.progress.run.outcome is Outcome.ACCEPTED
    assert "second work" in lines_of(over.telling)
    assert screen.woken > len(over.telling.progress.history)


def test_one_run_is_carried_on_at_a_time(screen: Listener, busy: Busy) -> None:
    assert screen.work.carries
    screen.work.start_run(START)
    screen.next(Said, lambda said: said.text == "a run is under way")
    busy.free.set()
    screen.next(RunOver)
    screen.work.start_run(StartRun(folder=SPEC, fresh=True))
    assert screen.next(RunOver).telling.progress.run.outcome is Outcome.ACCEPTED


def test_a_run_that_is_stopped_halts_and_is_resumed_with_all_that_was(
    screen: Listener, busy: Busy
) -> None:
    assert not screen.work.stopping
    screen.work.stop_run(StopRun())
    assert screen.work.stopping
    busy.free.set()
    over = screen.next(RunOver)
    assert over.failure is None
    halt = over.telling.progress.run.halt
    assert halt
    assert halt.cause is Cause.OPERATOR
    screen.work.start_run(StartRun(folder=SPEC, resume=True))
    resumed = screen.next(RunOver).telling
    assert resumed.run_id == over.telling.run_id
    assert resumed.progress.run.outcome is Outcome.ACCEPTED
    assert any(isinstance(each.event, RunResumed) for each in resumed.progress.history)
    until(lambda: not resumed.reading(raw=False))
    before = lines_of(over.telling)[:2]
    assert lines_of(resumed)[:2] == before


def test_the_agent_does_not_wait_until_all_is_told_that_was_before(
    screen: Listener, busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is gone on with may even be over by then."""
    screen.work.stop_run(StopRun())
    busy.free.set()
    screen.next(RunOver)
    load, over = screen.world.log.load, threading.Event()

    def late(*words: Any, **more: Any) -> list[Recorded]:  # noqa: ANN401  handed on as they are
        if threading.current_thread().name == "helm-past":
            assert over.wait(PATIENCE)
        return load(*words, **more)

    monkeypatch.setattr(screen.world.log, "load", late)
    screen.work.start_run(StartRun(folder=SPEC, resume=True))
    telling = screen.next(RunOver).telling
    assert telling.progress.run.outcome is Outcome.ACCEPTED
    assert telling.reading(raw=False)
    over.set()
    until(lambda: not telling.reading(raw=False))
    assert "second work" in lines_of(telling)


def test_what_was_before_is_read_although_the_log_fails_at_first(
    screen: Listener, busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the run is told whole once the log can be read."""
    monkeypatch.setattr(work, "_AGAIN", 0.01)
    screen.work.stop_run(StopRun())
    busy.free.set()
    screen.next(RunOver)
    load, fails = screen.world.log.load, iter(range(3))

    def torn(*words: Any, **more: Any) -> list[Recorded]:  # noqa: ANN401  handed on as they are
        if threading.current_thread().name == "helm-past" and next(fails, None) is not None:
            raise RecordFailed("the log is busy")
        return load(*words, **more)

    monkeypatch.setattr(screen.world.log, "load", torn)
    screen.work.start_run(StartRun(folder=SPEC, resume=True))
    telling = screen.next(RunOpened).telling
    screen.next(Said, lambda said: said.text == "the log is busy")
    until(lambda: not telling.reading(raw=False))
    assert next(fails, None) is None
    until(lambda: "second work" in lines_of(telling))


def test_nobody_goes_on_trying_once_the_screen_is_left(
    screen: Listener, busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.work.stop_run(StopRun())
    busy.free.set()
    screen.next(RunOver)
    load = screen.world.log.load

    def torn(*words: Any, **more: Any) -> list[Recorded]:  # noqa: ANN401  handed on as they are
        if threading.current_thread().name == "helm-past":
            raise RecordFailed("the log is broken")
        return load(*words, **more)

    monkeypatch.setattr(screen.world.log, "load", torn)
    screen.work.start_run(StartRun(folder=SPEC, resume=True))
    assert screen.next(RunOver).failure is None
    assert len(threads("helm-past")) == 1
    screen.work.close()
    until(lambda: threads("helm-past") == [])


def test_a_run_halts_before_the_screen_is_left(screen: Listener, busy: Busy) -> None:
    screen.work.halt(Cause.SIGTERM)
    busy.free.set()
    screen.work.close()
    assert not screen.work.carries
    told = screen.work.carried
    assert told
    last = screen.world.events(told.run_id)[-1]
    assert isinstance(last, RunHalted)
    assert last.cause is Cause.SIGTERM


def test_without_a_run_there_is_nothing_to_stop(screen: Listener) -> None:
    screen.work.stop_run(StopRun())
    assert not screen.work.stopping
    assert screen.work.carried is None


def test_a_run_that_cannot_be_begun_is_refused_with_a_reason(screen: Listener) -> None:
    screen.world.agent.missing = True
    screen.work.start_run(START)
    refused = screen.next(RunRefused)
    assert refused.asked == START
    assert "the scripted agent is not there" in refused.failure
    screen.world.agent.missing = False
    screen.work.start_run(START)
    screen.next(RunOver)


def test_a_spec_that_another_runs_is_not_run_twice(screen: Listener) -> None:
    screen.world.locks.held = {SPEC: Holder(run_id="R", pid=1, spec_path=None, workspace=".")}
    screen.work.start_run(START)
    assert "is being run already" in screen.next(RunRefused).failure
    assert screen.world.agent.calls == []


def test_a_record_that_cannot_be_kept_ends_the_run_with_a_reason(
    screen: Listener, busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RecordFailed("the disk is full\x1b[2J")

    monkeypatch.setattr(screen.world.log, "append", full)
    busy.free.set()
    over = screen.next(RunOver)
    assert over.failure == over.telling.progress.failure == "the disk is full"
    assert over.telling.progress.over


def test_a_fault_that_nobody_foresaw_is_no_message() -> None:
    def breaks(_call: CallAgent) -> None:
        raise KeyError("fault")

    screen = Listener(World())
    screen.world.agent.during = breaks
    screen.work.start_run(START)
    assert isinstance(screen.faults.get(timeout=PATIENCE), KeyError)
    screen.work.close()
    assert not screen.work.carries


def test_our_run_is_not_watched_as_if_it_were_of_another(screen: Listener, busy: Busy) -> None:
    ours = screen.next(RunOpened).telling
    screen.work.open_run(OpenRun(run_id=ours.run_id))
    again = screen.next(RunOpened)
    assert again.telling is ours
    assert again.ours
    assert threads("helm-watch") == []


# Runs of others


def test_an_old_run_is_read_from_the_log(screen: Listener) -> None:
    run_id = screen.world.run().run_id
    screen.work.open_run(OpenRun(run_id=run_id))
    opened = screen.next(RunOpened)
    assert not opened.ours
    assert not opened.telling.where.in_git
    over = screen.next(RunOver)
    assert over.telling is opened.telling
    assert over.failure is None
    assert over.telling.progress.run.outcome is Outcome.ACCEPTED
    assert not over.telling.reading(raw=False)
    assert "second work" in lines_of(over.telling)
    assert screen.work.carried is None


def test_a_run_of_another_is_followed_until_it_is_left(screen: Listener, busy: Busy) -> None:
    """It does not end with that; and it is left once, however often it was opened."""
    run_id = screen.next(RunOpened).telling.run_id
    other = Listener(screen.world)
    other.work.open_run(OpenRun(run_id=run_id))
    watched = other.next(RunOpened)
    assert not watched.ours
    other.work.open_run(OpenRun(run_id=run_id))
    assert other.next(RunOpened).telling is watched.telling
    assert len(threads("helm-watch")) == 1
    other.work.leave_run(watched.telling)
    until(lambda: threads("helm-watch") == [])
    other.work.close()
    busy.free.set()
    assert screen.next(RunOver).telling.progress.run.outcome is Outcome.ACCEPTED


def test_a_run_of_another_is_followed_to_its_end(screen: Listener, busy: Busy) -> None:
    run_id = screen.next(RunOpened).telling.run_id
    other = Listener(screen.world)
    other.work.open_run(OpenRun(run_id=run_id))
    other.next(RunOpened)
    busy.free.set()
    over = other.next(RunOver)
    assert over.failure is None
    assert over.telling.progress.run.outcome is Outcome.ACCEPTED
    other.work.close()
    assert other.faults.empty()


def test_a_run_that_is_not_there_is_refused_with_a_reason(screen: Listener) -> None:
    screen.work.open_run(OpenRun(run_id="01NONE"))
    assert screen.next(RunRefused).failure


# Bytes, and what is looked for in them


def test_the_bytes_of_the_agents_are_read_when_they_are_asked_for(screen: Listener) -> None:
    screen.work.start_run(START)
    telling = screen.next(RunOver).telling
    assert telling.count(raw=True) == 0
    screen.work.read_raw(ReadRaw(telling=telling))
    until(lambda: not telling.reading(raw=True))
    assert {"first work", "second work"} <= set(lines_of(telling, raw=True))


@pytest.mark.parametrize("text", ["second work", "nowhere"])
def test_a_search_answers_with_the_line_or_with_none(screen: Listener, text: str) -> None:
    screen.work.start_run(START)
    telling = screen.next(RunOver).telling
    search = Search(telling=telling, text=text, start=0, raw=False, forwards=True)
    screen.work.search(search)
    found = screen.next(Found)
    lines = lines_of(telling)
    assert found == Found(search=search, line=lines.index(text) if text in lines else None)


class Endless(Telling):
    """A run in which a search has no end but the one that it is told."""

    def __init__(self) -> None:
        super().__init__(RUN, SHORT, MemoryEventLog(), ours=False)
        self.left = threading.Event()

    def find(
        self,
        text: str,
        start: int,
        *,
        raw: bool,
        forwards: bool = False,
        at: Callable[[int], bool] = lambda _: True,
    ) -> int | None:
        while at(start):
            pass
        self.left.set()
        return start


def endless_search() -> tuple[Endless, Search]:
    telling = Endless()
    return telling, Search(telling=telling, text="x", start=7, raw=False, forwards=True)


def test_a_search_says_how_far_it_has_come_and_can_be_given_up(screen: Listener) -> None:
    telling, search = endless_search()
    screen.work.search(search)
    assert screen.next(Searching) == Searching(search=search, line=7)
    screen.work.stop_search()
    assert telling.left.wait(PATIENCE)
    until(lambda: threads("helm-search") == [])
    assert not any(isinstance(each, Found) for each in screen.heard.queue)


def test_another_search_or_leaving_ends_the_one_under_way(screen: Listener) -> None:
    (first, one), (second, two) = endless_search(), endless_search()
    screen.work.search(one)
    screen.work.search(two)
    assert first.left.wait(PATIENCE)
    assert not second.left.is_set()
    screen.work.close()
    assert second.left.wait(PATIENCE)


# What is read


def test_what_is_known_of_a_spec_and_its_runs_is_read(screen: Listener) -> None:
    run_id = screen.world.run().run_id
    screen.work.read_spec(ReadSpec(folder=SPEC))
    dossier = screen.next(SpecRead).dossier
    assert (dossier.folder, dossier.path, dossier.runs) == (SPEC, "specs/spec-01", 1)
    screen.work.read_history(ReadHistory(path="specs/spec-01"))
    read = screen.next(HistoryRead)
    assert read.path == "specs/spec-01"
    assert [each.row.summary.run_id for each in read.runs] == [run_id]


def test_of_runs_that_are_gone_through_quickly_the_last_is_told(screen: Listener) -> None:
    first, last = (screen.world.run(fresh=True).run_id for _ in range(2))
    screen.gate.clear()
    screen.work.read_timeline(ReadTimeline(run_id=first))
    screen.work.read_timeline(ReadTimeline(run_id=last))
    screen.gate.set()
    read = screen.heard.get(timeout=PATIENCE)
    assert isinstance(read, TimelineRead)
    assert read.run_id == last
    assert read.folder == SPEC
    assert screen.heard.empty()


def test_what_cannot_be_read_is_said_and_reading_goes_on(
    screen: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_wanted: object) -> None:
        raise RecordFailed("the log is\nbroken")

    with monkeypatch.context() as patched:
        patched.setattr(screen.world.log, "summaries", broken)
        screen.work.read_history(ReadHistory(path=None))
        unread = screen.next(Unread)
        assert unread == Unread(asked=ReadHistory(path=None), failure="the log is broken")
    screen.work.read_history(ReadHistory(path=None))
    assert screen.next(HistoryRead).runs == []
