"""The history on the screen: runs a page at a time, and what happened in the selected one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from queue import SimpleQueue
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.effects import Copy, Effect, OpenRun, ReadHistory, ReadTimeline, StartRun
from helm.adapters.tui.frame import Size
from helm.adapters.tui.messages import (
    HistoryRead,
    Left,
    Second,
    SpecsRead,
    TimelineRead,
    Typed,
    Unread,
)
from helm.adapters.tui.model import Model
from helm.adapters.tui.run_list import ListedRun
from helm.adapters.tui.screens.history import HistoryScreen
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.screens.spec import SpecScreen
from helm.adapters.tui.telling import Telling
from helm.adapters.tui.work import Work
from helm.app.history import Asked, History
from helm.app.ports import Holder
from helm.app.runner import Runner
from helm.domain.commands import RecordInputChange, RecordSession, ResumeRun, StartAttempt
from helm.domain.events import AgentChoice, Cause, Ending, RunSettings, SpecSnapshot, TokenUsage
from helm.domain.projections.timeline import timeline
from tests.adapters.tui.forms import pressed, told
from tests.adapters.tui.specimens import shown
from tests.app.worlds import ROOT, SPEC, World
from tests.domain.histories import (
    LAUNCH,
    QUICK,
    SPAWN,
    assert_golden,
    broke_off,
    completed,
    missing,
)
from tests.examples import NOON, batches, record, snapshot, start_run, whole_run

PATH = "specs/spec-01"
PATIENCE = 30.0
"""Seconds after which a thread that has not answered is broken."""

NOW = NOON + timedelta(minutes=5)
SETTINGS = RunSettings(
    max_attempts=3, worker=AgentChoice(model="gpt-x", reasoning="high"), redact=("sk-[a-z]+",)
)
USAGE = TokenUsage(
    input_tokens=61_200, cached_input_tokens=0, output_tokens=3_100, reasoning_output_tokens=0
)
ACCEPTED, EXHAUSTED, DIED, HALTED, RUNNING = (f"01KG9Z{place}0T5QW" for place in range(5))


@pytest.fixture(autouse=True)
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everybody is there."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def call(report: str, session: str | None = None, seconds: float = 63.0) -> tuple[object, ...]:
    named = (RecordSession(session=session, version=None),) if session else ()
    return (LAUNCH, SPAWN, *named, completed(report, seconds=seconds, usage=USAGE))


def run_of(spec: SpecSnapshot, *commands: object, tasks: Sequence[str] = ()) -> list[object]:
    started = replace(start_run(spec, SETTINGS), operator="ann@desk", remaining_tasks=tuple(tasks))
    return batches([started, *commands])  # type: ignore[list-item,return-value]


def halting() -> list[object]:
    """Tell a run that was halted in its second attempt, resumed, and halted anew."""
    return run_of(
        snapshot("spec-01"),
        *(StartAttempt(), *call("I wrote a parser.", "0199-a", 440.2)),
        RecordInputChange(path=f"{PATH}/SPEC.md", sha256=None, text=None),
        *call(missing("accept an empty list", "say so in the docs: the key is sk-secret")),
        *(StartAttempt(), LAUNCH, SPAWN, RecordSession(session="0199-b", version=None)),
        broke_off(Ending.STOPPED, stopped_by=Cause.SIGINT),
        ResumeRun(settings=SETTINGS, operator="bob@desk"),
        *call("I did the rest.", "0199-c", 31.0),
        *call(missing("accept an empty list", "test it as well")),
        *(StartAttempt(), LAUNCH, SPAWN, RecordSession(session="0199-d", version=None)),
        broke_off(Ending.FAILED, detail="rate limit"),
    )


@pytest.fixture
def world() -> World:
    """Five runs of two specs, each at another point; the last of them is alive."""
    world, other = World(), replace(snapshot("spec-02"), name="Another \x1b[31mone")
    record(world.log, ACCEPTED, whole_run(snapshot("spec-01"), SETTINGS))
    tried = [each for _ in range(3) for each in (StartAttempt(), *call("x"), *call(missing("a")))]
    record(world.log, EXHAUSTED, run_of(other, *tried))  # type: ignore[arg-type]
    record(world.log, DIED, run_of(other, StartAttempt()))  # type: ignore[arg-type]
    record(world.log, HALTED, halting())  # type: ignore[arg-type]
    record(world.log, RUNNING, run_of(other, StartAttempt(), LAUNCH, SPAWN))  # type: ignore[arg-type]
    return world


@pytest.fixture
def history(world: World) -> History:
    runner = world.runner()
    holder = Holder(run_id=RUNNING, pid=4711, spec_path="specs/spec-02", workspace=".")
    world.locks.held[ROOT / "specs" / "spec-02"] = holder
    return runner.history


def opened(path: str | None = None) -> Model:
    return Model(name="shop", size=Size(100, 30), now=NOW, screens=(HistoryScreen(path=path),))


def answer(history: History, effect: Effect) -> HistoryRead | TimelineRead:
    """Read what the screen asks for."""
    if isinstance(effect, ReadTimeline):
        folder = history.spec_folder(history.row(effect.run_id).summary)
        events = timeline(history.log.outline(effect.run_id))
        return TimelineRead(run_id=effect.run_id, told=events, folder=folder)
    assert isinstance(effect, ReadHistory)
    paths = None if effect.path is None else [effect.path]
    listing = history.listing(Asked(paths=paths, before=effect.before, limit=effect.limit))
    runs = [ListedRun.of(row, history.shown(row.summary.run_id)) for row in listing.rows]
    return HistoryRead(path=effect.path, before=effect.before, runs=runs, more=listing.more)


def settled(history: History, model: Model, asked: Iterable[Effect]) -> Model:
    """Let the world answer until the screen asks for nothing more."""
    waiting = list(asked)
    while waiting:
        model, more = told(model, answer(history, waiting.pop(0)))
        waiting += more
    return model


def read(history: History, path: str | None = None) -> Model:
    """Open the screen, and let all be read that it asks for."""
    return settled(history, opened(path), [ReadHistory(path=path)])


def after(history: History, model: Model, *actions: str) -> Model:
    """Press keys, and let all be read that is asked for then."""
    return settled(history, *pressed(model, *actions))


def screen(model: Model) -> HistoryScreen:
    assert isinstance(model.screen, HistoryScreen)
    return model.screen


def listed(model: Model) -> list[str]:
    return [each.run_id for each in screen(model).shown]


def at(history: History, run_id: str, path: str | None = None) -> Model:
    """Select a run, and have it read."""
    model = read(history, path)
    while screen(model).shown[screen(model).place].run_id != run_id:
        model = after(history, model, "down")
    return model


# How it looks


@pytest.mark.parametrize("size", [Size(100, 30), Size(60, 20), Size(20, 5)])
@pytest.mark.parametrize(("name", "path"), [("history", PATH), ("history-all", None)])
def test_the_history_as_it_is_seen(
    history: History, name: str, path: str | None, size: Size
) -> None:
    """The halted run is selected; what has no room beside the list stands below it."""
    model = at(history, HALTED, path)
    text = shown(replace(model, size=size))
    assert "sk-secret" not in text
    assert "\x1b" not in text
    assert_golden(f"screens/{name}-{size.columns}x{size.rows}.txt", text)


def test_before_anything_was_read_it_says_so() -> None:
    assert "reading the history" in shown(opened())


def test_a_history_that_cannot_be_read_says_why_and_what_to_do(history: History) -> None:
    """In its place; and it is looked at again, as one that can be read."""
    model, _ = told(opened(), Unread(asked=ReadHistory(path=None), failure="the log is locked"))
    text = shown(model)
    assert "the history cannot be read: the log is locked" in text
    assert "u reads it anew" in text
    assert "? help" in text
    assert pressed(model, "reload")[1] == [ReadHistory(path=None)]
    again, asked = told(model, Second(now=NOW.replace(second=0)))
    assert listed(settled(history, again, asked)) != []


def test_what_is_known_of_a_history_stays_where_it_cannot_be_read_anew(history: History) -> None:
    model = read(history)
    after, _ = told(model, Unread(asked=ReadHistory(path=None), failure="the log is locked"))
    assert listed(after) == listed(model)
    assert "the log is locked" in shown(after)


def test_a_timeline_that_cannot_be_read_says_why(history: History) -> None:
    """And a key that waited for it waits no more."""
    model, _ = pressed(read(history), "down", "resume")
    failure = Unread(asked=ReadTimeline(run_id=HALTED), failure="a page is damaged")
    model, _ = told(model, failure)
    assert "cannot be read: a page is damaged" in shown(model)
    assert screen(model).pending == ""
    assert "damaged" not in shown(pressed(model, "down")[0])


def test_a_history_without_runs_says_so() -> None:
    """Keys that mean a run mean nothing then."""
    model = read(World().runner().history)
    assert "no runs yet" in shown(model)
    actions = ("down", "up", "last", "open", "resume", "copy", "all", "read-on", "live")
    for action in actions:
        _, asked = pressed(model, action)
        assert asked == []


@QUICK
@given(
    columns=st.integers(1, 200),
    rows=st.integers(1, 60),
    actions=st.lists(
        st.sampled_from(["up", "down", "page-down", "last", "first", "read-on", "read-back"])
    ),
)
def test_it_can_be_drawn_at_any_size(columns: int, rows: int, actions: list[str]) -> None:
    """Whatever was pressed before."""
    world = World()
    record(world.log, HALTED, halting())  # type: ignore[arg-type]
    record(world.log, ACCEPTED, whole_run(snapshot("spec-01")))
    history = world.runner().history
    model = replace(read(history), size=Size(columns, rows))
    for action in actions:
        model = after(history, model, action)
        shown(model)


def test_the_timeline_tells_of_a_run_that_is_under_way(history: History) -> None:
    """Who is at work, for how long, and in which process."""
    text = shown(at(history, RUNNING))
    assert "4m 58s, at work" in text
    assert "process  4711" in text


def test_an_agent_that_was_lost_was_never_seen_to_end(world: World, history: History) -> None:
    """Nobody carries its run on."""
    world.locks.held.clear()
    text = shown(at(history, RUNNING))
    assert "died" in text
    assert "never seen to end" in text


def test_a_long_timeline_is_read_on_in_its_own_place(history: History) -> None:
    """The list stays where it is."""
    model = replace(at(history, HALTED), size=Size(100, 15))
    assert "attempt 3" not in shown(model)
    further, _ = pressed(model, *["read-on"] * 9)
    assert "attempt 3" in shown(further)
    back, _ = pressed(further, *["read-back"] * 9)
    assert shown(back) == shown(model)


# Which runs there are


def test_the_runs_of_a_spec_are_those_of_all_at_a_key_and_back(history: History) -> None:
    """The selected run stays the selected one; from it one gets to its own spec."""
    model = at(history, HALTED, PATH)
    assert listed(model) == [HALTED, ACCEPTED]
    model = after(history, model, "all")
    assert listed(model) == [RUNNING, HALTED, DIED, EXHAUSTED, ACCEPTED]
    assert screen(model).shown[screen(model).place].run_id == HALTED
    model, _ = pressed(model, "up")
    model = after(history, model, "all")
    assert listed(model) == [RUNNING, DIED, EXHAUSTED]


def test_the_first_run_is_selected_before_anybody_has_moved(history: History) -> None:
    """What is seen as selected is what a key means."""
    model = after(history, read(history), "all")
    assert model.said == ""
    assert listed(model) == [RUNNING, DIED, EXHAUSTED]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("HALTED", [HALTED]),
        ("spec-02 died", [DIED]),
        ("2026-01-31", [RUNNING, HALTED, DIED, EXHAUSTED, ACCEPTED]),
        ("nothing like it", []),
    ],
)
def test_every_word_that_is_typed_must_be_found(
    history: History, sought: str, found: list[str]
) -> None:
    """Esc shows all again."""
    model, _ = pressed(read(history), "filter")
    model, asked = told(model, Typed(text=sought))
    model = settled(history, model, asked)
    assert listed(model) == found
    assert found or "no such runs" in shown(model)
    model, _ = told(model, Left())
    assert len(listed(model)) == 5


def many(count: int) -> History:
    world = World()
    for place in range(count):
        name = "spec-02" if place % 100 == 0 else "spec-01"
        record(world.log, f"01KG{place:04}T5QW", batches([start_run(snapshot(name))]))
    return world.runner().history


@pytest.fixture(scope="module")
def five_hundred() -> History:
    return many(500)


def test_a_long_history_is_read_a_page_at_a_time(five_hundred: History) -> None:
    """The next page once the end of this one comes near, and each once."""
    model, asked = told(opened(), answer(five_hundred, ReadHistory(path=None)))
    assert [type(effect) for effect in asked] == [ReadTimeline]
    assert " 500 runs" in shown(model)
    model, asked = pressed(model, "last")
    page = ReadHistory(path=None, before=listed(model)[-1])
    assert page in asked
    model, asked = pressed(model, "up", "down")
    assert page not in asked
    model = settled(five_hundred, model, [page])
    assert len(listed(model)) == 400
    assert " 500 runs" in shown(model)
    model = after(five_hundred, model, "last")
    assert len(set(listed(model))) == len(listed(model)) == 500
    _, asked = pressed(model, "last")
    assert not any(isinstance(effect, ReadHistory) for effect in asked)


def test_what_is_sought_is_sought_in_all_pages(five_hundred: History) -> None:
    """Page after page, until enough is found to fill the screen."""
    model, _ = told(opened(), answer(five_hundred, ReadHistory(path=None)))
    model, asked = told(pressed(model, "filter")[0], Typed(text="spec-02"))
    assert "searching" not in shown(model)
    model = settled(five_hundred, model, asked)
    assert listed(model) == [f"01KG{place:04}T5QW" for place in (400, 300, 200, 100, 0)]
    assert "5 of 500 runs" in shown(model)


def test_a_run_of_a_spec_is_found_among_all_however_old_it_is(five_hundred: History) -> None:
    """As many pages are read as that takes, and the same key leads back."""
    model = after(five_hundred, read(five_hundred, "specs/spec-02"), "last")
    model = after(five_hundred, model, "all")
    assert screen(model).shown[screen(model).place].run_id == "01KG0000T5QW"
    model = after(five_hundred, model, "all")
    assert listed(model) == [f"01KG{place:04}T5QW" for place in (400, 300, 200, 100, 0)]
    assert screen(model).shown[screen(model).place].run_id == "01KG0000T5QW"


def test_what_is_read_anew_keeps_what_lies_below(five_hundred: History) -> None:
    """The selection, too."""
    model = read(five_hundred)
    model = after(five_hundred, model, "last")
    model, _ = pressed(model, "last")
    selected = screen(model).selected
    model, asked = told(model, SpecsRead(specs=()))
    assert asked == [ReadHistory(path=None)]
    model = settled(five_hundred, model, asked)
    assert len(set(listed(model))) == 500
    assert screen(model).selected == selected
    assert pressed(model, "reload")[1] == [ReadHistory(path=None, limit=500)]


def test_only_the_run_that_is_selected_now_is_told(history: History) -> None:
    """An answer that comes late is of no use any more."""
    model = read(history)
    model, (asked,) = pressed(model, "down")
    model, _ = pressed(model, "down")
    model, _ = told(model, answer(history, asked))
    assert screen(model).timeline is None
    assert "reading" in shown(model)


def test_the_latest_runs_are_looked_at_from_time_to_time(world: World, history: History) -> None:
    """Every other second while one of them is under way, else seldom; never by who is not seen."""
    model = read(history)
    moment = NOW.replace(second=2)
    assert told(model, Second(now=moment.replace(second=3)))[1] == []
    model, asked = told(model, Second(now=moment))
    assert asked == [ReadHistory(path=None, limit=20)]
    assert told(model, Second(now=moment))[1] == []
    world.locks.held.clear()
    model = settled(history, model, asked)
    assert told(model, Second(now=moment))[1] == []
    moment = moment.replace(second=30)
    assert told(model, Second(now=moment))[1] == [ReadHistory(path=None, limit=20)]
    covered = replace(model, screens=(*model.screens, SpecScreen(selected="")))
    assert told(covered, Second(now=moment))[1] == []


def test_a_run_that_begins_elsewhere_does_not_move_the_selection(
    world: World, history: History
) -> None:
    """It stands above, and what was read of the selected one holds."""
    model = read(history, PATH)
    record(world.log, "01KG9Z50T5QW", batches([start_run(snapshot("spec-01"))]))
    model, asked = told(model, answer(history, ReadHistory(path=PATH)))
    assert listed(model) == ["01KG9Z50T5QW", HALTED, ACCEPTED]
    assert screen(model).shown[screen(model).place].run_id == HALTED
    assert asked == []


# What is done with a run


def test_a_run_is_opened(history: History) -> None:
    """By Enter, as `l` opens the one that is under way."""
    model = at(history, HALTED)
    assert pressed(model, "open")[1] == [OpenRun(run_id=HALTED)]
    assert pressed(model, "live")[1] == [OpenRun(run_id=RUNNING)]


def test_our_own_run_is_opened_where_it_is_told(history: History) -> None:
    """It is not read from the log as well."""
    ours = Telling(RUNNING, "01KG9Z40", history.log, ours=True)
    model = replace(at(history, RUNNING), live=ours)
    for action in ("open", "live"):
        after, asked = pressed(model, action)
        assert asked == []
        assert isinstance(after.screen, RunScreen)
        assert after.screen.telling is ours


def test_a_halted_run_is_resumed_after_a_question(history: History) -> None:
    """It says where the run goes on."""
    model, asked = pressed(at(history, HALTED), "resume")
    assert asked == []
    assert "goes on in attempt 3 of 3" in shown(model)
    assert pressed(model, "yes")[1] == [StartRun(folder=SPEC, resume=True)]
    assert pressed(model, "no")[1] == []


@pytest.mark.parametrize(
    ("run_id", "reason"),
    [
        (ACCEPTED, "the run was accepted: nothing remains"),
        (EXHAUSTED, "this run cannot go on from here"),
        (DIED, "this run cannot go on from here"),
        (RUNNING, "the run is under way"),
    ],
)
def test_a_run_that_cannot_be_resumed_says_why(history: History, run_id: str, reason: str) -> None:
    """No question is asked."""
    model, asked = pressed(at(history, run_id), "resume")
    assert asked == []
    assert model.dialog is None
    assert reason in model.said


def test_an_exhausted_run_is_gone_on_with_in_a_new_one() -> None:
    """As from its result, but after a question."""
    world = World()
    tried = [each for _ in range(3) for each in (StartAttempt(), *call("x"), *call(missing("a")))]
    record(world.log, EXHAUSTED, run_of(snapshot("spec-01"), *tried))  # type: ignore[arg-type]
    model, asked = pressed(read(world.runner().history), "resume")
    assert asked == []
    assert "a new run begins with what remains: 1 task." in shown(model)
    assert "R go on" in shown(pressed(model, "no")[0]), "it is not resumed"
    assert pressed(model, "yes")[1] == [StartRun(folder=SPEC)]


def test_no_run_is_resumed_while_ours_is_under_way(history: History) -> None:
    """There is one at a time."""
    ours = Telling(RUNNING, "01KG9Z40", history.log, ours=True)
    model, _ = pressed(replace(at(history, HALTED), live=ours), "resume")
    assert model.dialog is None
    assert "a run is under way" in model.said


def test_the_session_that_is_copied_is_the_last_one(history: History) -> None:
    """It is said as well: a terminal may refuse the copy without a word."""
    model, asked = pressed(at(history, HALTED), "copy")
    assert asked == [Copy(text="codex resume 0199-d")]
    assert model.said == "copied: codex resume 0199-d"
    model, asked = pressed(at(history, DIED), "copy")
    assert asked == []
    assert "named its session" in model.said


def test_a_key_that_comes_before_the_run_is_read_is_not_lost(history: History) -> None:
    """What it stands for is done as soon as it can be, unless another run is selected by then."""
    model = read(history)
    model, _ = pressed(model, "down", "resume")
    assert model.said == "reading the run"
    there = settled(history, model, [ReadTimeline(run_id=HALTED)])
    assert there.dialog
    assert there.said == ""
    elsewhere = after(history, model, "down")
    assert elsewhere.dialog is None


# How it is read


@pytest.fixture
def posted() -> SimpleQueue[object]:
    return SimpleQueue()


@pytest.fixture
def gate() -> Event:
    """Keeps the threads from reading until it is set."""
    return Event()


@pytest.fixture
def work(world: World, posted: SimpleQueue[object], gate: Event) -> Iterator[Work]:
    """Threads that read what is in the world."""

    def open_runner() -> Runner:
        assert gate.wait(PATIENCE)
        return world.runner()

    work = Work(open_runner, posted.put, lambda: None, posted.put)
    yield work
    gate.set()
    work.close()


def test_a_page_of_runs_is_read(
    history: History, work: Work, posted: SimpleQueue[object], gate: Event
) -> None:
    """In a thread, with the ids by which people know them."""
    gate.set()
    asked = ReadHistory(path=None, before=HALTED, limit=2)
    work.read_history(asked)
    page = posted.get(timeout=PATIENCE)
    assert page == answer(history, asked)
    assert isinstance(page, HistoryRead)
    assert [each.short_id for each in page.runs] == ["01KG9Z20", "01KG9Z10"]


def test_whoever_goes_through_the_list_has_only_the_last_run_read(
    history: History, work: Work, posted: SimpleQueue[object], gate: Event
) -> None:
    """Also where they came by it before, and went back to it."""
    page = ReadHistory(path=PATH)
    work.read_history(page)
    for run_id in (HALTED, DIED, EXHAUSTED, ACCEPTED, DIED, HALTED):
        work.read_timeline(ReadTimeline(run_id=run_id))
    gate.set()
    assert posted.get(timeout=PATIENCE) == answer(history, page)
    assert posted.get(timeout=PATIENCE) == answer(history, ReadTimeline(run_id=HALTED))
    work.read_history(page)
    assert posted.get(timeout=PATIENCE) == answer(history, page)


def test_what_nobody_is_to_read_is_masked_in_the_name(history: History) -> None:
    """Before a run was read, too, by the patterns of the workspace."""
    model, asked = told(
        opened(),
        SpecsRead(specs=(), redact=("Ano[a-z]+", "spec-0[12]")),
        *(answer(history, each) for each in [ReadHistory(path=None)]),
    )
    text = shown(model)
    assert "reading …" in text
    assert "[redacted] [redacted] one" in text
    assert "Another" not in text + shown(settled(history, model, asked))
    assert "spec-02" not in text
