"""The graph on the screen: trees of specs, some of them or all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import ReadSpec, StartRun
from helm.adapters.tui.frame import Size
from helm.adapters.tui.messages import Pressed, SpecsRead
from helm.adapters.tui.model import Model
from helm.adapters.tui.screens.graph import GraphScreen
from helm.adapters.tui.screens.spec import SpecScreen
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing
from tests.adapters.tui.specimens import (
    FAILED,
    INVALID,
    SIZES,
    SPECS,
    asked,
    heard,
    model,
    press,
    shown,
    spec,
    standing,
)
from tests.domain.histories import QUICK, assert_golden

LONG = 2000
"""Longer than Python's stack is deep."""

RING = tuple(
    standing(
        spec(f"ring-{place}", "", needs=(f"ring-{(place + 1) % 3}", "spec-00-foundation")),
        unmet=(f"ring-{(place + 1) % 3}",),
    )
    for place in range(3)
)
TWIN = standing(spec("spec-07-twin", "Twin", id_="refresh"))
ALL: tuple[Standing | InvalidSpec, ...] = (*SPECS, *RING, TWIN)


def graph(selected: str = "", specs: tuple[Standing | InvalidSpec, ...] = ALL) -> Model:
    return model(GraphScreen(selected=selected), specs=specs)


def screen(made: Model) -> GraphScreen:
    assert isinstance(made.screen, GraphScreen)
    return made.screen


def listed(made: Model) -> list[str]:
    """Write the rows of the trees, without what stands before and after their names."""
    names = {each.folder.name for each in made.specs or ()} | {"gone"}
    rows = shown(replace(made, size=Size(100, 60))).split("─" * 100)[0].splitlines()[2:]
    found = ([word for word in row.split() if word in names] for row in rows)
    return [words[0] for words in found if words]


@pytest.mark.parametrize("size", SIZES)
def test_the_graph_as_it_is_seen(size: Size) -> None:
    """Cycles and diamonds, a twin, and one that is missing."""
    made = replace(graph("spec-05-status"), size=size)
    assert_golden(f"screens/graph-{size.columns}x{size.rows}.txt", shown(made))


@pytest.mark.parametrize("size", SIZES)
def test_a_part_of_the_graph_as_it_is_seen(size: Size) -> None:
    """What needs the runner, directly or not."""
    made = press(replace(graph("spec-02-runner"), size=size), "subtree")
    assert_golden(f"screens/graph-subtree-{size.columns}x{size.rows}.txt", shown(made))


def test_before_the_specs_were_read_it_says_so() -> None:
    """No key means anything then."""
    made = replace(graph(), specs=None)
    assert "reading the specs" in shown(made)
    for action in ("down", "open", "subtree", "show", "run"):
        assert asked(made, action) == ()


def test_a_workspace_without_specs_says_so() -> None:
    assert "no specs yet" in shown(graph(specs=()))


@QUICK
@given(
    columns=st.integers(1, 200),
    rows=st.integers(1, 60),
    actions=st.lists(st.sampled_from(["down", "up", "last", "page-down", "show", "subtree"])),
    needs=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), max_size=20),
)
def test_it_can_be_drawn_at_any_size(
    columns: int, rows: int, actions: list[str], needs: list[tuple[int, int]]
) -> None:
    """Whatever needs whatever."""
    specs = tuple(
        standing(spec(f"漢-{one}", "x", needs=tuple(f"漢-{b}" for a, b in needs if a == one)))
        for one in range(8)
    )
    made = replace(graph(specs=specs), size=Size(columns, rows))
    shown(press(made, *actions))


def test_a_chain_may_be_longer_than_the_stack() -> None:
    """Every spec of it can be come to."""
    chain = tuple(
        standing(spec(f"s{place:04}", "", needs=(f"s{place - 1:04}",) if place else ()))
        for place in range(LONG)
    )
    made = press(graph(specs=chain), "last")
    assert screen(made).selected == f"s{LONG - 1:04}"
    assert "s1999" in shown(made)
    made = press(graph("s1997", specs=chain), "subtree")
    assert listed(made) == ["s1997", "s1998", "s1999"]


def test_a_spec_that_needs_several_is_selected_where_it_stands() -> None:
    """Going down passes each of its rows; a new reading leaves the selection there."""
    made = press(graph(), "first")
    places = []
    for _ in range(len(ALL) * 3):
        places.append((screen(made).selected, screen(made).under))
        made = press(made, "down")
    split = [under for name, under in places if name == "spec-03-split"]
    assert sorted(set(map(str, split))) == ["gone", "spec-02-runner", "spec-05-status"]
    again = heard(made, SpecsRead(specs=ALL, root="specs"))
    assert shown(again) == shown(made)


def test_only_what_can_be_run_is_shown_at_a_key() -> None:
    """The selection stays where it can."""
    made = press(graph("spec-05-status"), "show")
    assert listed(made) == ["spec-01-config", "spec-05-status", "spec-06-refresh", "spec-07-twin"]
    assert "▶✗ FAILED" in shown(made)
    assert screen(press(made, "show")) == screen(graph("spec-05-status"))


def test_nothing_that_can_be_run_is_said() -> None:
    made = press(graph(specs=(INVALID,)), "show")
    assert "no spec can be run now; f shows all" in shown(made)


@pytest.mark.parametrize("key", ["subtree", "back"])
def test_a_subtree_is_left_by_the_same_key_or_by_esc(key: str) -> None:
    """Esc leaves the screen only then."""
    made = GraphScreen(selected="spec-02-runner")
    inside = press(model(GraphScreen(), made, specs=ALL), "subtree")
    assert listed(inside) == ["spec-02-runner", "spec-03-split"]
    assert "also needs gone and spec-05-status" in shown(inside)
    outside = press(inside, key)
    assert outside.screen == made
    assert len(press(outside, "back").screens) == 1


def test_enter_opens_the_spec() -> None:
    """One that does not exist cannot be opened."""
    made = graph("spec-05-status")
    after = press(made, "open")
    assert after.screen == SpecScreen(selected="spec-05-status")
    assert asked(made, "open") == (ReadSpec(folder=FAILED.folder),)
    after = press(graph("gone"), "open")
    assert isinstance(after.screen, GraphScreen)
    assert "there is no such spec" in after.said


def test_a_spec_is_run_from_here() -> None:
    """As from the list of specs."""
    assert asked(graph("spec-05-status"), "run") == (StartRun(folder=FAILED.folder),)
    assert asked(graph("gone"), "run") == ()


def test_a_click_selects_the_row_that_is_clicked_on() -> None:
    made = graph()
    hit = next(hit for hit in draw(made).hits if hit.row == 5)
    made = heard(made, Pressed(action=hit.action, place=hit.place))
    assert shown(made).splitlines()[5].startswith("▶")


def test_what_is_wrong_is_named_at_the_bottom() -> None:
    """The first of it, and how much more there is; nothing where all is well."""
    text = shown(graph())
    assert "duplicate id (2 more): refresh means spec-06-refresh and spec-07-twin" in text
    assert "duplicate" not in shown(graph(specs=SPECS))
    assert "missing: spec-03-split needs gone" in shown(graph(specs=SPECS))
