"""The pane of a run's lines: it follows, or stays where one reads, whatever comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.frame import Line, Size, line_width
from helm.adapters.tui.pane import PAN_STEP, Pane
from helm.adapters.tui.telling import Telling
from tests.adapters.tui.transcripts import Transcript, at_work, printed
from tests.domain.histories import QUICK

SIZE = Size(40, 10)


def shown(pane: Pane, telling: Telling, size: Size = SIZE) -> list[str]:
    return [words_of(row).rstrip() for row in pane.rows(telling, size)]


def words_of(row: Line) -> str:
    return "".join(words for _, words in row)


def grown(told: Transcript, telling: Telling, *data: bytes) -> None:
    before = len(told.recorded)
    told.says(*data)
    for recorded in told.recorded[before:]:
        telling.take(recorded)


def test_it_follows_what_comes() -> None:
    told = printed(50)
    telling = told.telling()
    assert shown(Pane(), telling)[-1] == "line 49"
    grown(told, telling, b"more\n")
    assert shown(Pane(), telling)[-2:] == ["line 49", "more"]
    assert Pane().new(telling) == 0


def test_a_line_that_has_not_ended_is_seen() -> None:
    told = printed(50)
    telling = told.telling()
    grown(told, telling, b"half a ")
    assert shown(Pane(), telling)[-1] == "half a"
    grown(told, telling, b"line\n")
    assert shown(Pane(), telling)[-1] == "half a line"


def test_once_scrolled_it_stays_and_counts_what_is_new() -> None:
    told = printed(50)
    telling = told.telling()
    pane = Pane().scrolled(telling, SIZE, -3)
    before = shown(pane, telling)
    assert before[-1] == "line 46"
    grown(told, telling, b"new\n" * 214)
    assert shown(pane, telling) == before
    assert pane.new(telling) == 214


def test_what_was_scrolled_to_is_not_new_any_more() -> None:
    told = printed(50)
    telling = told.telling()
    pane = Pane().scrolled(telling, SIZE, -3)
    grown(told, telling, b"new\n" * 100)
    pane = pane.scrolled(telling, SIZE, 13)
    assert pane.new(telling) == 90
    assert not pane.follow


def test_reaching_the_end_is_following_again() -> None:
    telling = printed(50).telling()
    pane = Pane().scrolled(telling, SIZE, -25).scrolled(telling, SIZE, 24)
    assert not pane.follow
    assert pane.scrolled(telling, SIZE, 1).follow


def test_staying_shows_what_was_seen() -> None:
    telling = printed(50).telling()
    stayed = Pane().stayed(telling, SIZE)
    assert not stayed.follow
    assert shown(stayed, telling) == shown(Pane(), telling)


def test_the_beginning_is_the_title_of_the_attempt() -> None:
    telling = printed(50).telling()
    assert shown(Pane().first(telling, SIZE), telling)[0] == "=== Attempt 1 of 2 for spec-01 ==="


def test_another_size_does_not_move_what_is_read() -> None:
    told = at_work().says(*(f"{number:04} {'word ' * 60}\n".encode() for number in range(40)))
    telling = told.telling()
    pane = Pane().scrolled(telling, SIZE, -103)
    first = shown(pane, telling)[0]
    assert not first.startswith("00"), "the pane is to begin within a line"
    for columns in (80, 60, 17, 200, 1):
        assert first[:1] in shown(pane, telling, Size(columns, 10))[0]
    assert shown(pane, telling)[0] == first


def test_long_lines_are_broken_or_panned() -> None:
    telling = at_work().says(b"0123456789" * 9 + b"\n").telling()
    assert shown(Pane(), telling)[2:5] == ["0123456789" * 4, "0123456789" * 4, "0123456789"]
    panned = Pane(wrap=False, pan=PAN_STEP + 5)
    assert shown(panned, telling)[2] == ("56789" + "0123456789" * 4)[:40]
    assert shown(panned, telling)[3] == ""


def test_wide_characters_are_broken_and_panned_between_cells() -> None:
    telling = at_work().says("漢字漢字\n".encode()).telling()
    narrow = Size(5, 6)
    assert shown(Pane(), telling, narrow)[-2:] == ["漢字", "漢字"]
    assert shown(Pane(wrap=False, pan=1), telling, narrow)[2] == " 字漢"
    assert shown(Pane(wrap=False, pan=2), telling, narrow)[2] == "字漢"


def test_what_was_searched_for_stands_out_whatever_its_colour() -> None:
    telling = at_work().says(b"an er\x1b[31mror here, Error there\x1b[0m\n").telling()
    (row,) = Pane(sought="error", found=2).rows(telling, SIZE)[2:3]
    assert row == (
        ("", "an "),
        ("reverse", "er"),
        ("fg:ansired reverse", "ror"),
        ("fg:ansired", " here, "),
        ("fg:ansired reverse", "Error"),
        ("fg:ansired", " there"),
    )
    (other,) = Pane(sought="error").rows(telling, SIZE)[2:3]
    assert ("underline", "er") in other


def test_a_found_line_is_shown_a_third_below_the_top() -> None:
    telling = printed(500).telling()
    pane = Pane().shown(telling, SIZE, 100)
    assert shown(pane, telling)[SIZE.rows // 3] == "line 98"
    assert not pane.follow


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("scroll"), st.integers(-60, 60)),
        st.tuples(st.sampled_from(["follow", "stay", "first", "wrap", "pan", "raw"]), st.just(0)),
        st.tuples(st.just("show"), st.integers(0, 60)),
        st.tuples(st.just("grow"), st.integers(1, 40)),
    ),
    max_size=12,
)
TEXTS = st.lists(
    st.text(st.sampled_from("ab漢é\t👩‍\U0001f3fd\x1b[31m"), max_size=120), min_size=1, max_size=12
)


@QUICK
@given(
    texts=TEXTS,
    moves=MOVES,
    columns=st.integers(1, 200),
    rows=st.integers(1, 60),
)
def test_it_fits_whatever_is_done(
    texts: list[str], moves: list[tuple[str, int]], columns: int, rows: int
) -> None:
    told = at_work().says(*(f"{text}\n".encode() for text in texts), b"unfinished")
    telling = told.telling()
    telling.catch_up(told.log, lambda: None, raw=True)
    size, pane = Size(columns, rows), Pane(sought="a")
    for move, number in moves:
        pane = moved(pane, telling, size, move, number)
        if move == "grow":
            before, within = pane.rows(telling, size), not pane.scrolled(telling, size, 1).follow
            grown(told, telling, b"new\n" * number)
            assert not within or pane.rows(telling, size) == before
        drawn = pane.rows(telling, size)
        assert len(drawn) == rows
        assert columns == 1 or all(line_width(row) <= columns for row in drawn)


def moved(pane: Pane, telling: Telling, size: Size, move: str, number: int) -> Pane:
    match move:
        case "scroll":
            return pane.scrolled(telling, size, number)
        case "follow":
            return pane.followed()
        case "stay":
            return pane.stayed(telling, size)
        case "first":
            return pane.first(telling, size)
        case "show":
            return pane.shown(telling, size, min(number, telling.count(raw=pane.raw) - 1))
        case "wrap":
            return Pane(wrap=not pane.wrap, top=pane.top, at=pane.at, follow=pane.follow)
        case "pan":
            return Pane(wrap=False, pan=pane.pan + 7, top=pane.top, follow=pane.follow)
        case "raw":
            return Pane(raw=not pane.raw)
        case _:
            return pane


@pytest.mark.parametrize("raw", [False, True])
def test_an_empty_run_has_empty_rows(raw: bool) -> None:  # noqa: FBT001  told apart by its name
    telling = Transcript().telling()
    assert shown(Pane(raw=raw), telling) == [""] * SIZE.rows
    assert Pane(raw=raw).scrolled(telling, SIZE, -5).rows(telling, SIZE) == [()] * SIZE.rows


def test_whoever_scrolls_away_from_a_found_line_searches_from_there() -> None:
    """A line that is still seen is where the search goes on; at the end it begins anew."""
    telling = printed(100).telling()
    pane = Pane().shown(telling, SIZE, 50)
    assert pane.scrolled(telling, SIZE, 1).found == 50
    assert pane.scrolled(telling, SIZE, 40).found is None
    assert pane.first(telling, SIZE).found is None
    assert pane.followed().found is None
