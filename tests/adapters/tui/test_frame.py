"""The arithmetic of rows: they are exactly as wide as they are to be, whatever stands in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.frame import (
    Frame,
    Hit,
    Line,
    Size,
    beside,
    boxed,
    enclosed,
    fitted,
    line_width,
    overlaid,
    padded,
    safe,
    spread,
    text,
    window,
    wrapped,
)

ANY_WORDS = st.text(max_size=60).map(safe) | st.sampled_from(
    ["漢字漢字", "a漢", "🇩🇪 👍🏽", "é" * 9]
)
LINES = st.lists(st.tuples(st.sampled_from(["", "key"]), ANY_WORDS), max_size=4).map(tuple)
WIDTHS = st.integers(min_value=0, max_value=60)


def words_of(line: Line) -> str:
    return "".join(words for _, words in line)


@given(LINES, WIDTHS)
def test_a_fitted_row_is_exactly_as_wide_as_it_is_to_be(line: Line, width: int) -> None:
    assert line_width(fitted(line, width)) == width


@given(LINES, WIDTHS)
def test_what_fits_is_not_cut(line: Line, width: int) -> None:
    cut = words_of(fitted(line, width))
    if line_width(line) <= width:
        assert cut.startswith(words_of(line))
    elif width:
        assert "…" in cut


@given(LINES, LINES, WIDTHS)
def test_both_ends_of_a_row_fill_it(left: Line, right: Line, width: int) -> None:
    assert line_width(spread(left, right, width)) == width


@given(st.lists(LINES, max_size=5), st.lists(LINES, max_size=5), WIDTHS, WIDTHS)
def test_two_panes_stand_a_column_apart(
    left: list[Line], right: list[Line], left_width: int, right_width: int
) -> None:
    rows = beside(left, left_width, right, right_width)
    assert len(rows) == max(len(left), len(right))
    assert {line_width(row) for row in rows} <= {left_width + right_width + 1}


@given(st.lists(LINES, max_size=8), ANY_WORDS, ANY_WORDS, WIDTHS, st.integers(0, 12))
def test_a_box_has_the_size_it_is_given(
    lines: list[Line], title: str, foot: str, columns: int, rows: int
) -> None:
    box = boxed(title, lines, Size(columns, rows), foot)
    assert len(box) == rows
    assert {line_width(row) for row in box} <= {columns}


@given(st.lists(LINES, min_size=1, max_size=8), st.lists(LINES, max_size=4), st.integers(20, 60))
def test_what_is_laid_over_leaves_every_row_as_wide(
    below: list[Line], over: list[Line], width: int
) -> None:
    rows = [fitted(row, width) for row in below]
    box = [fitted(row, 11) for row in over]
    laid = overlaid(rows, Frame(lines=box), width).lines
    assert len(laid) == len(rows)
    assert {line_width(row) for row in laid} == {width}


@given(st.text(max_size=300), st.integers(min_value=2, max_value=40))
def test_prose_is_broken_to_the_width(words: str, width: int) -> None:
    """Every word is still there, in its order."""
    words = safe(words)
    rows = wrapped(words, width)
    assert all(line_width(row) <= width for row in rows)
    told = "".join(map(words_of, rows)).replace(" ", "")
    assert told == words.replace(" ", "")


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("- one two three", ["- one", "  two", "  three"]),
        ("12. a b c d e", ["12. a b", "    c d", "    e"]),
        ("    in  here and", ["    in ", "    here", "    and"]),
        ("abcdefghijk", ["abcdefgh", "ijk"]),
        ("a abcdefghijk l", ["a", "abcdefgh", "ijk l"]),
        ("漢字漢字漢", ["漢字漢字", "漢"]),
        ("one\n\ntwo", ["one", "", "two"]),
        ("         deep", ["deep"]),
    ],
)
def test_prose_keeps_its_margin(words: str, rows: list[str]) -> None:
    assert [words_of(row) for row in wrapped(words, 8)] == rows


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1, 30), st.integers(1, 100))
def test_the_selected_row_is_always_seen(selected: int, top: int, height: int, count: int) -> None:
    selected = min(selected, count - 1)
    top = window(selected, top, height, count)
    assert 0 <= top <= selected < top + height
    assert top == 0 or top + height <= count


def test_clicks_move_with_their_frame() -> None:
    frame = Frame(lines=[text("title")])
    frame.put(Frame(hits=[Hit(0, 2, 3, "pick", 7)]), top=1)
    assert frame.hits == [Hit(1, 2, 3, "pick", 7)]


@given(WIDTHS, st.integers(0, 12), st.integers(0, 9), st.integers(0, 60), st.integers(1, 60))
def test_what_is_clicked_on_in_a_box_stands_within_its_border(
    columns: int, rows: int, row: int, left: int, width: int
) -> None:
    words = text(" " * left + "x" * width)
    inside = Frame(lines=[*[()] * row, words], hits=[Hit(row, left, width, "pick")])
    box = enclosed("title", inside, Size(columns, rows))
    marked = {
        (number, column)
        for number, line in enumerate(box.lines)
        for column, character in enumerate(words_of(line))
        if character == "x"
    }
    clicked = {(hit.row, hit.left + column) for hit in box.hits for column in range(hit.width)}
    assert marked <= clicked
    assert all(0 <= at < rows and 0 <= column < columns for at, column in clicked)


def test_padding_cuts_and_fills() -> None:
    assert padded([text("a"), text("b")], 1) == [text("a")]
    assert padded([text("a")], 2) == [text("a"), ()]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a\n\tb\x1b[31mc\x1b]0;t\x07", "a bc"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("❤\ufe0f", "❤"),
        ("🇩🇪", "DE"),
        ("\u202ex\u2067", "x"),
    ],
)
def test_foreign_words_are_made_fit_for_a_row(words: str, shown: str) -> None:
    assert safe(words) == shown
