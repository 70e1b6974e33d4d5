"""The screen of a run: what is said of it, how one reads in it, and what can be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import (
    Copy,
    LeaveRun,
    ReadRaw,
    Search,
    StartRun,
    StopRun,
    StopSearch,
)
from helm.adapters.tui.frame import Size
from helm.adapters.tui.keys import Context, bound
from helm.adapters.tui.messages import Found, Pressed, RunOpened, RunOver, Searching, Taken
from helm.adapters.tui.model import Model, Prompt
from helm.adapters.tui.screens.result import ResultScreen
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.telling import Telling, Whereabouts
from helm.adapters.tui.update import update
from helm.domain.commands import RecordActivity, StartAttempt
from helm.domain.events import (
    ActivityKind,
    AgentChoice,
    Cause,
    Channel,
    Ending,
    FileChange,
    RunSettings,
    TokenUsage,
)
from tests.adapters.tui.specimens import (
    NARROW,
    SIZES,
    WIDE,
    asked,
    heard,
    model,
    press,
    require_fitting,
    shown,
)
from tests.adapters.tui.transcripts import RUN, SHORT, Transcript, at_work, printed
from tests.domain.histories import (
    LAUNCH,
    OK,
    QUICK,
    SESSION,
    SPAWN,
    assert_golden,
    broke_off,
    completed,
    missing,
    start,
)

FOLDER = Path("/shop/specs/spec-01")
HERE = Whereabouts(folder=FOLDER, report=FOLDER / "implementation-report.md")
SETTINGS = RunSettings(
    max_attempts=3, worker=AgentChoice(model="gpt-5.1-codex"), redact=("hunter[0-9]",)
)


def did(kind: ActivityKind, text: str, code: int | None = None) -> RecordActivity:
    return RecordActivity(activity=kind, text=text, exit_code=code)


def busy() -> Transcript:
    """Tell a run whose second worker is in the midst of its work."""
    told = Transcript().tell(start(SETTINGS), StartAttempt(), LAUNCH, SPAWN, SESSION)
    used = TokenUsage(input_tokens=41_000, output_tokens=2_300)
    told.tell(completed("report", seconds=400, usage=used), LAUNCH, SPAWN)
    told.tell(completed(missing("say so in the docs", "accept []"), seconds=65))
    told.tell(StartAttempt(), LAUNCH, SPAWN, SESSION)
    told.says(b'{"type": "thread.started", "thread_id": "0199-a"}\n')
    told.tell(
        did(
            ActivityKind.MESSAGE, "The parser takes an empty list now; 漢字 are wide.\nNext: docs."
        ),
        did(ActivityKind.COMMAND_STARTED, "/bin/bash -lc 'make test'"),
        did(ActivityKind.COMMAND_FINISHED, "/bin/bash -lc 'make test'", 2),
        RecordActivity(
            activity=ActivityKind.FILE_CHANGE,
            text="",
            changes=(FileChange(path="parser.py", kind="update"),),
        ),
        did(
            ActivityKind.MESSAGE,
            "password=hunter2 \x1b]0;evil\x07\x1b[31mred\x1b[0m " + "long " * 60,
        ),
    )
    return told


def model_of(telling: Telling, told: Transcript, size: Size = WIDE, *, live: bool = True) -> Model:
    """Look at a run that began from the specs, some time after its last event."""
    made = Model(
        name="shop", size=size, now=told.now + timedelta(seconds=191), screens=(SpecsScreen(),)
    )
    made = heard(made, RunOpened(telling=telling, ours=live))
    assert isinstance(made.screen, RunScreen)
    return made


def ended(told: Transcript, size: Size = WIDE, where: Whereabouts = HERE) -> Model:
    """Look at a run when it has ended."""
    telling = told.telling(where=where)
    made = model_of(telling, told, size)
    telling.end()
    return replace(heard(made, RunOver(telling=telling)), said="")


def run_screen(made: Model) -> RunScreen:
    assert isinstance(made.screen, RunScreen)
    return made.screen


@pytest.mark.parametrize("size", SIZES)
def test_a_run_looks_so(size: Size) -> None:
    told = busy()
    made = model_of(told.telling(), told, size)
    assert_golden(f"screens/run-{size.columns}x{size.rows}.txt", shown(made))


@pytest.mark.parametrize("size", SIZES)
def test_a_run_that_is_read_in_the_midst_looks_so(size: Size) -> None:
    told = printed(500)
    telling = told.telling(ours=False)
    made = press(model_of(telling, told, size, live=False), "page-up")
    before = len(told.recorded)
    told.says(b"more\n" * 214)
    for recorded in told.recorded[before:]:
        telling.take(recorded)
    assert_golden(f"screens/run-paused-{size.columns}x{size.rows}.txt", shown(made))


def test_a_run_that_is_still_being_read_does_not_look_alive() -> None:
    """What its events say was so then; the last of them may say that it has halted."""
    told = busy()
    telling = Telling(RUN, SHORT, told.log, ours=False, until=told.recorded[-1].seq)
    for recorded in told.recorded[:-1]:
        telling.take(recorded)
    made = model_of(telling, told, live=False)
    head, strip = shown(made).splitlines()[1:3]
    assert "reading" in head
    assert "silent" not in head
    assert strip.endswith("worker …")
    telling.take(told.recorded[-1])
    head, strip = shown(made).splitlines()[1:3]
    assert "silent" in head
    assert "●" in strip


@pytest.mark.parametrize("size", SIZES)
def test_a_run_that_has_halted_looks_so(size: Size) -> None:
    told = busy().tell(broke_off(Ending.STOPPED, stopped_by=Cause.OPERATOR))
    assert_golden(f"screens/run-halted-{size.columns}x{size.rows}.txt", shown(ended(told, size)))


@pytest.mark.parametrize("size", SIZES)
def test_the_question_whether_to_stop_looks_so(size: Size) -> None:
    told = busy()
    made = press(model_of(told.telling(), told, size), "stop")
    assert_golden(f"screens/run-stop-{size.columns}x{size.rows}.txt", shown(made))


SOME = (
    Transcript(),
    Transcript().tell(start()),
    printed(300),
    busy(),
    busy().tell(broke_off(Ending.FAILED, detail="exit code 1\nfor no reason")),
    busy().tell(completed("done"), LAUNCH, SPAWN, completed(OK)),
)


@QUICK
@given(
    place=st.integers(0, len(SOME) - 1),
    columns=st.integers(1, 200),
    rows=st.integers(1, 60),
    actions=st.lists(st.sampled_from(sorted(set(bound(Context.RUN).values()))), max_size=6),
)
def test_it_can_be_drawn_at_any_size_whatever_was_pressed(
    place: int, columns: int, rows: int, actions: list[str]
) -> None:
    told = SOME[place]
    telling = told.telling()
    telling.catch_up(told.log, lambda: None, raw=True)
    size = Size(columns, rows)
    made = press(model_of(telling, told, size), *actions)
    require_fitting(draw(made), size)


def test_times_attempt_model_and_tokens_are_said() -> None:
    told = busy()
    row = shown(model_of(told.telling(), told)).splitlines()[1]
    for words in ("attempt 2 of 3", "worker", "gpt-5.1-codex", "silent 3m 12s", "43.3k tokens"):
        assert words in row


def test_what_is_to_be_masked_is_masked() -> None:
    told = busy()
    page = shown(model_of(told.telling(), told))
    assert "hunter2" not in page
    assert "password=[redacted]" in page


def test_stopping_takes_one_question_and_a_second_press_forces() -> None:
    told = busy()
    made = press(model_of(told.telling(), told), "stop")
    assert made.dialog
    assert asked(made, "yes") == (StopRun(),)
    made = press(made, "yes")
    assert made.stopping
    assert "stopping" in shown(made).splitlines()[1]
    assert asked(made, "stop") == (StopRun(),)


def test_to_say_no_stops_nothing() -> None:
    told = busy()
    made = press(model_of(told.telling(), told), "stop")
    assert asked(made, "no") == ()
    assert not press(made, "no").stopping


def test_a_run_of_another_helm_is_not_stopped_here() -> None:
    told = busy()
    made = press(model_of(told.telling(ours=False), told, live=False), "stop")
    assert made.dialog is None
    assert "another helm" in made.said
    assert "watched" in shown(replace(made, said="")).splitlines()[1]


def test_the_session_is_copied_and_shown() -> None:
    told = busy()
    made = model_of(told.telling(), told)
    assert asked(made, "copy") == (Copy(text="codex resume 0199-a"),)
    assert press(made, "copy").said == "copied: codex resume 0199-a"
    assert "codex resume 0199-a" in shown(made)


def test_without_a_session_nothing_is_copied() -> None:
    told = printed(3)
    made = model_of(told.telling(), told)
    assert asked(made, "copy") == ()
    assert "session" in press(made, "copy").said


def test_leaving_our_run_lets_it_go_on_and_l_comes_back_to_where_one_read() -> None:
    told = printed(500)
    telling = told.telling()
    left, effects = update(model_of(telling, told), Pressed(action="back"))
    assert left.live is telling
    assert effects == ()
    back = press(left, "live")
    assert run_screen(back).telling is telling
    assert press(back, "live").screens == back.screens


def test_l_goes_back_over_what_was_opened_from_the_run() -> None:
    told = printed(500)
    made = press(model_of(told.telling(), told), "page-up")
    pane = run_screen(made).pane
    over = replace(made, screens=(*made.screens, SpecsScreen()))
    assert run_screen(press(over, "live")).pane == pane


def test_leaving_a_run_of_another_helm_ends_the_watching() -> None:
    told = busy()
    telling = told.telling(ours=False)
    _, effects = update(model_of(telling, told, live=False), Pressed(action="back"))
    assert effects == (LeaveRun(telling=telling),)


def test_the_bytes_are_read_when_they_are_first_looked_at() -> None:
    told = printed(3)
    telling = told.telling()
    made = model_of(telling, told)
    assert asked(made, "raw") == (ReadRaw(telling=telling),)
    made = press(made, "raw")
    assert "reading" in shown(made)
    telling.catch_up(told.log, lambda: None, raw=True)
    assert "--- launch 1: worker ---" in shown(made)
    assert asked(press(made, "raw"), "raw") == ()


def test_each_view_keeps_its_place() -> None:
    told = printed(500)
    telling = told.telling()
    telling.catch_up(told.log, lambda: None, raw=True)
    made = press(model_of(telling, told), "page-up")
    pane = run_screen(made).pane
    assert run_screen(press(made, "raw")).pane.follow
    assert run_screen(press(made, "raw", "raw")).pane == pane


# Search


def searching(made: Model, text: str = "line 4") -> tuple[Model, Search]:
    made, effects = update(press(made, "search"), Taken(text=text))
    (search,) = effects
    assert isinstance(search, Search)
    return made, search


def repeated(made: Model, action: str) -> tuple[Model, Search]:
    made, effects = update(made, Pressed(action=action))
    (search,) = effects
    assert isinstance(search, Search)
    return made, search


def found(made: Model, search: Search) -> Model:
    line = search.telling.find(search.text, search.start, raw=search.raw, forwards=search.forwards)
    return heard(made, Found(search=search, line=line))


def test_a_search_is_asked_for_and_shows_how_far_it_has_come() -> None:
    told = printed(500)
    telling = told.telling()
    made, search = searching(model_of(telling, told))
    assert search == Search(telling=telling, text="line 4", start=501, raw=False, forwards=False)
    made = heard(made, Searching(search=search, line=321))
    assert "/line 4 … line 322" in shown(made)


def test_what_is_found_is_shown_and_stays() -> None:
    told = printed(500)
    made, search = searching(model_of(told.telling(), told))
    made = found(made, search)
    assert "line 499" in shown(made)
    assert run_screen(made).pane.found == 501
    assert not run_screen(made).pane.follow


def test_a_search_goes_around_once() -> None:
    """From where one stands to the beginning, and on from the end; or the other way round."""
    told = printed(500)
    made = press(model_of(told.telling(), told), "first")
    made = found(*searching(made, "line 45"))
    assert run_screen(made).pane.found == 2 + 459
    assert made.said == "the search went on from the end"
    made = found(*repeated(made, "older"))
    assert run_screen(made).pane.found == 2 + 458
    assert made.said == ""
    made = found(*repeated(press(made, "last"), "newer"))
    assert run_screen(made).pane.found == 2 + 45
    assert made.said == "the search went on from the beginning"


def test_n_goes_to_older_places_and_capital_n_to_newer_ones() -> None:
    told = printed(500)
    made = found(*searching(model_of(told.telling(), told), "line 40"))
    assert run_screen(made).pane.found == 2 + 409
    made = found(*repeated(made, "older"))
    assert run_screen(made).pane.found == 2 + 408
    assert run_screen(found(*repeated(made, "newer"))).pane.found == 2 + 409


def test_what_is_not_found_is_said_and_nothing_moves() -> None:
    told = printed(500)
    made = press(model_of(told.telling(), told), "page-up")
    before = run_screen(made).pane
    made = found(*searching(made, "nowhere\x1b[2J"))
    assert made.said == "'nowhere' is not found"
    assert replace(run_screen(made).pane, sought="") == before


def test_any_key_ends_a_search_and_does_what_it_does() -> None:
    told = printed(500)
    made, search = searching(model_of(told.telling(), told))
    assert asked(made, "page-up") == (StopSearch(),)
    scrolled = press(made, "page-up")
    assert run_screen(scrolled).search is None
    assert not run_screen(scrolled).pane.follow
    late = heard(scrolled, Found(search=search, line=5))
    assert run_screen(late) == run_screen(scrolled), "an answer that nobody waits for is not taken"


def test_esc_ends_a_search_and_only_then_leaves() -> None:
    told = printed(500)
    made, _ = searching(model_of(told.telling(), told))
    assert asked(made, "back") == (StopSearch(),)
    made = press(made, "back")
    assert run_screen(made).search is None
    assert isinstance(press(made, "back").screen, SpecsScreen)


def test_there_is_nothing_to_go_on_with_before_a_search() -> None:
    """Nor is there a hint at it, as there is afterwards."""
    told = printed(5)
    made = model_of(told.telling(), told)
    assert asked(made, "older") == ()
    assert "/ searches" in press(made, "older").said
    assert "n older" not in shown(made)
    narrow = replace(found(*searching(made)), size=Size(60, 20))
    assert "n older  N newer  / search  esc back" in shown(narrow).splitlines()[-1]


def test_a_search_begins_empty_and_an_empty_one_is_the_last_one_again() -> None:
    told = printed(500)
    made = found(*searching(model_of(told.telling(), told), "line 40"))
    made = press(made, "search")
    assert made.prompt == Prompt(label="search", last="line 40")
    again, (search,) = update(made, Taken(text=""))
    assert isinstance(search, Search)
    assert (search.text, search.start) == ("line 40", 2 + 408)
    other, (search,) = update(made, Taken(text="line 3"))
    assert isinstance(search, Search)
    assert search.text == run_screen(other).pane.sought == "line 3"
    assert run_screen(again).pane.sought == "line 40"


def test_nothing_is_looked_for_where_nothing_was() -> None:
    told = printed(5)
    made = press(model_of(told.telling(), told), "search")
    assert made.prompt == Prompt(label="search")
    _, effects = update(made, Taken(text=""))
    assert effects == ()


# How it ended


def test_only_what_can_be_done_with_a_run_is_hinted_at() -> None:
    """A run under way can be stopped, one of another helm cannot, one that is over is read."""
    told = busy()
    telling = told.telling()
    going = heard(model_of(telling, told), RunOpened(telling=telling, ours=True))
    last = shown(going).splitlines()[-1]
    assert "x stop" in last
    assert "R resume" not in last
    assert "result" not in last
    watched = shown(model_of(told.telling(), told, live=False)).splitlines()[-1]
    assert "x stop" not in watched
    over = shown(ended(told)).splitlines()[-1]
    assert "x stop" not in over
    assert "↵ result" in over


def test_an_end_is_said_in_the_head_and_enter_shows_the_result() -> None:
    told = busy().tell(completed("done"), LAUNCH, SPAWN, completed(OK))
    made = ended(told)
    assert "accepted after 2 attempts" in shown(made)
    assert isinstance(press(made, "result").screen, ResultScreen)


def test_a_run_under_way_has_no_result() -> None:
    told = busy()
    made = press(model_of(told.telling(), told), "result")
    assert isinstance(made.screen, RunScreen)
    assert "under way" in made.said


def test_a_halted_run_is_resumed_from_here_in_the_same_place() -> None:
    told = busy().tell(broke_off(Ending.STOPPED, stopped_by=Cause.OPERATOR))
    made = ended(told)
    assert asked(made, "resume") == (StartRun(folder=FOLDER, resume=True),)
    telling = told.telling()
    resumed = heard(press(made, "resume"), RunOpened(telling=telling, ours=True))
    assert [type(each) for each in resumed.screens] == [SpecsScreen, RunScreen]
    assert run_screen(resumed).telling is telling


def test_a_run_that_has_died_can_be_resumed() -> None:
    made = ended(busy())
    assert "died in attempt 2" in shown(made)
    assert asked(made, "resume") == (StartRun(folder=FOLDER, resume=True),)


def test_a_run_whose_spec_is_out_of_reach_is_not_resumed() -> None:
    told = busy().tell(broke_off(Ending.STOPPED, stopped_by=Cause.OPERATOR))
    made = ended(told, where=Whereabouts())
    assert asked(made, "resume") == ()
    assert "cannot go on from here" in press(made, "resume").said


def test_nothing_is_resumed_while_a_run_is_under_way() -> None:
    told = busy()
    made = model_of(told.telling(where=HERE), told)
    assert asked(made, "resume") == ()


def test_what_was_on_record_is_not_rolled_past_the_reader() -> None:
    told = printed(300)
    telling = Telling("r", "r", told.log, ours=False, until=told.recorded[-1].seq)
    for recorded in told.recorded[:-1]:
        telling.take(recorded)
    made = model_of(telling, told, live=False)
    assert "reading what was said … 202 lines" in shown(made)
    telling.take(told.recorded[-1])
    assert "line 299" in shown(made)


def test_a_run_that_has_said_nothing_says_so() -> None:
    told = Transcript().tell(start())
    assert "nothing was said yet" in shown(model_of(told.telling(), told, NARROW))


def test_errors_and_output_are_lines_of_their_own() -> None:
    told = at_work().says(b"half a line").says(b"a warning\n", channel=Channel.STDERR)
    page = shown(model_of(told.telling(), told))
    assert "a warning\n" in page
    assert "half a line\n" in page


def test_a_run_that_could_not_begin_leaves_no_screen_behind() -> None:
    """As where the log can only be read: there is no such run, and a sentence says why."""
    telling = Transcript().telling()
    opened = heard(model(), RunOpened(telling=telling, ours=True))
    assert opened.context is Context.RUN
    over = heard(opened, RunOver(telling=telling, failure="the log is of a newer helm"))
    assert over.context is Context.SPECS
    assert "the log is of a newer helm" in shown(over)
