"""Scrolling through lists and pages: whatever is pressed, something is seen and selected."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.frame import text
from helm.adapters.tui.scrolling import ListPane, Page, steps
from tests.domain.histories import QUICK

MOVES = sorted(steps(1))
LIST = ListPane(count=20, height=5, at=7, top=5)


@pytest.mark.parametrize(
    ("action", "at", "top"),
    [
        ("up", 6, 5),
        ("down", 8, 5),
        ("page-up", 3, 3),
        ("page-down", 11, 7),
        ("first", 0, 0),
        ("last", 19, 15),
    ],
)
def test_a_key_moves_the_selection_and_the_list_as_little_as_it_must(
    action: str, at: int, top: int
) -> None:
    moved = LIST.moved(action)
    assert moved == replace(LIST, at=at, top=top)


def test_a_click_selects_the_row_that_it_hits() -> None:
    frame = LIST.frame(10, lambda place: text(f"row {place}"))
    assert [hit.place for hit in frame.hits] == [5, 6, 7, 8, 9]
    assert LIST.moved("pick", frame.hits[-1].place) == replace(LIST, at=9)


def test_what_is_no_move_moves_nothing() -> None:
    assert LIST.moved("open") is None
    assert replace(LIST, count=0).moved("down") is None
    assert Page(count=9, height=3).moved("open") is None


@QUICK
@given(
    count=st.integers(1, 50),
    height=st.integers(1, 20),
    top=st.integers(0, 60),
    actions=st.lists(st.sampled_from(MOVES)),
)
def test_the_selected_row_is_always_seen(
    count: int, height: int, top: int, actions: list[str]
) -> None:
    """In a list that is filled as far as there are rows."""
    pane = ListPane(count=count, height=height, at=0, top=top)
    for action in actions:
        pane = pane.moved(action) or pane
        drawn = pane.frame(8, lambda place: text(str(place)))
        assert len(drawn.lines) == min(count, height)
        assert pane.at in [hit.place for hit in drawn.hits]


@QUICK
@given(
    count=st.integers(0, 50),
    height=st.integers(1, 20),
    top=st.integers(0, 60),
    actions=st.lists(st.sampled_from(MOVES)),
)
def test_a_page_is_never_scrolled_beyond_its_ends(
    count: int, height: int, top: int, actions: list[str]
) -> None:
    page = Page(count=count, height=height, top=top)
    for action in actions:
        page = replace(page, top=page.moved(action) or 0)
        assert 0 <= page.first <= max(count - height, 0)
        assert page.first == page.top
        assert page.first + height + page.below == max(count, height)
