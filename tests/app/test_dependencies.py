"""The graph of dependencies: what is found in it, and how it is laid out as trees."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.app.dependencies import (
    Branch,
    Drawn,
    Graph,
    cycles,
    duplicates,
    forest,
    needs,
    subtree,
    unknown,
)
from helm.app.specs import InvalidSpec, Spec
from tests.domain.histories import QUICK

ROOT = Path("/repo/specs")
LONG = 2000
"""Longer than Python's stack is deep."""

CHAIN: Graph = {f"n{place}": (f"n{place - 1}",) if place else () for place in range(LONG)}
RING: Graph = {f"n{place}": (f"n{(place + 1) % LONG}",) for place in range(LONG)}


def spec(folder: str, *depends_on: str, id: str = "") -> Spec:  # noqa: A002  as metadata calls it
    return Spec(
        folder=ROOT / folder,
        id=id or folder,
        name="",
        status="todo",
        depends_on=depends_on,
        own_commands=(),
        body="",
        checklist="",
        metadata="",
    )


def invalid(folder: str) -> InvalidSpec:
    return InvalidSpec(folder=ROOT / folder, reason="broken")


def drawing(graph: Graph, deepest: int | None = None) -> list[str]:
    """Write each line with a dot for each level, and where its node is told if not there."""
    return [
        "." * len(branch.last)
        + branch.name
        + ("" if branch.drawn is Drawn.HERE else f" {branch.drawn}")
        for branch in forest(graph, deepest=deepest)
    ]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    names = [f"n{number}" for number in range(draw(st.integers(0, 8)))]
    edges = st.lists(st.sampled_from(names), max_size=4, unique=True) if names else st.just([])
    return {name: tuple(sorted(draw(edges))) for name in names}


# What is found


def test_what_is_needed_is_named_by_its_folder() -> None:
    """An id and a folder's name mean the same; what is named twice is needed once."""
    found = needs([spec("spec-2", "lexer", "spec-1", "spec-1"), spec("spec-1", id="lexer")])
    assert found == {"spec-1": (), "spec-2": ("spec-1",)}
    assert list(found) == ["spec-1", "spec-2"]


def test_names_are_in_the_order_in_which_people_count() -> None:
    found = needs([spec("spec-100", "spec-11", "spec-9"), spec("spec-11"), spec("spec-9")])
    assert list(found) == ["spec-9", "spec-11", "spec-100"]
    assert found["spec-100"] == ("spec-9", "spec-11")


def test_a_broken_spec_needs_nothing_and_can_be_needed() -> None:
    specs: list[Spec | InvalidSpec] = [invalid("spec-1"), spec("spec-2", "spec-1")]
    assert needs(specs) == {
        "spec-1": (),
        "spec-2": ("spec-1",),
    }


def test_what_does_not_exist_stands_in_the_graph_too() -> None:
    """It is told with all that ask for it, each once."""
    specs: list[Spec | InvalidSpec] = [
        spec("spec-1", "gone", "gone"),
        spec("spec-2", "gone", "spec-1"),
        invalid("spec-3"),
    ]
    assert needs(specs)["gone"] == ()
    assert needs(specs)["spec-2"] == ("gone", "spec-1")
    assert unknown(specs) == {"gone": ("spec-1", "spec-2")}


def test_a_name_of_several_specs_is_a_duplicate() -> None:
    """Whether it is an id twice, or the id of one and the folder of another, broken or not."""
    specs: list[Spec | InvalidSpec] = [
        spec("spec-1", id="parser"),
        spec("spec-2", id="parser"),
        spec("spec-3", id="spec-4"),
        invalid("spec-4"),
        spec("spec-5"),
    ]
    assert duplicates(specs) == {"parser": ("spec-1", "spec-2"), "spec-4": ("spec-3", "spec-4")}


def test_whoever_needs_a_duplicate_needs_all_of_them() -> None:
    specs: list[Spec | InvalidSpec] = [spec("a", id="x"), spec("b", id="x"), spec("c", "x")]
    assert needs(specs)["c"] == ("a", "b")


# Circles


@pytest.mark.parametrize(
    ("graph", "circles"),
    [
        ({}, []),
        ({"a": (), "b": ("a",)}, []),
        ({"a": ("a",)}, [("a",)]),
        ({"a": ("b",), "b": ("a",)}, [("a", "b")]),
        ({"a": ("c",), "b": ("a",), "c": ("b",)}, [("a", "c", "b")]),
        ({"a": ("b", "c"), "b": ("a",), "c": ("a",)}, [("a", "b"), ("a", "c")]),
        ({"a": ("b",), "b": ("c",), "c": ("b",), "d": ("d",)}, [("b", "c"), ("d",)]),
    ],
)
def test_circles_are_found(graph: Graph, circles: list[tuple[str, ...]]) -> None:
    """Each begins with its first node; who only waits for a circle is in none."""
    assert cycles(graph) == circles


@QUICK
@given(graphs())
def test_circles_are_circles_and_none_is_overlooked(graph: Graph) -> None:
    """Each leads along edges back to its beginning; without them nothing turns."""
    found = cycles(graph)
    for circle in found:
        assert len(set(circle)) == len(circle)
        for node, following in pairwise((*circle, circle[0])):
            assert following in graph[node]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        assert found
    else:
        assert not found


@QUICK
@given(graphs())
def test_all_that_turns_is_in_a_circle_that_is_named(graph: Graph) -> None:
    """A node from which there is a way back to it is in one of them; no other is."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += graph[node]
        return seen

    turning = {node for node in graph if node in reached(node)}
    assert {node for circle in cycles(graph) for node in circle} == turning


# Trees


def test_under_a_spec_stand_those_that_need_it() -> None:
    graph = {"a": (), "b": ("a",), "c": ("b",), "d": ("a",), "e": ()}
    assert drawing(graph) == ["a", ".b", "..c", ".d", "e"]


def test_the_last_of_several_is_known_on_every_level() -> None:
    """Lines can be drawn from that alone."""
    graph = {"a": (), "b": ("a",), "c": ("b",), "d": ("a",)}
    assert [branch.last for branch in forest(graph)] == [(), (False,), (False, True), (True,)]
    assert [branch.parent for branch in forest(graph)] == [None, "a", "b", "a"]


def test_the_second_place_of_a_diamond_is_a_reference() -> None:
    """What stands under it is told once."""
    graph = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ("d",)}
    assert drawing(graph) == ["a", ".b", "..d", "...e", ".c", "..d above"]


def test_a_circle_is_marked_where_it_closes() -> None:
    """It has a place in the trees although everything in it needs something."""
    assert drawing({"a": ("b",), "b": ("a",)}) == ["a", ".b", "..a cycle"]
    assert drawing({"a": ("a",)}) == ["a", ".a cycle"]


def test_a_circle_that_needs_something_stands_under_it() -> None:
    graph = {"a": (), "b": ("a", "c"), "c": ("b",)}
    assert drawing(graph) == ["a", ".b", "..c", "...b cycle"]


def test_what_needs_a_circle_stands_under_it_whatever_it_is_called() -> None:
    """The circle is the beginning, not the first in the alphabet."""
    assert drawing({"a": ("b",), "b": ("c",), "c": ("b",)}) == ["b", ".a", ".c", "..b cycle"]


def test_what_is_too_deep_is_told_below() -> None:
    """From the margin on, so that it has room; a leaf needs none."""
    graph = {"a": (), "b": ("a",), "c": ("b",), "d": ("c",), "e": ()}
    assert drawing(graph, deepest=2) == ["a", ".b", "..c below", "c", ".d", "e"]
    assert drawing(graph, deepest=3) == ["a", ".b", "..c", "...d", "e"]


def test_what_was_too_deep_in_one_place_may_be_told_in_another() -> None:
    graph = {"a": (), "b": ("a",), "c": ("a", "b"), "d": ("c",)}
    assert drawing(graph, deepest=2) == ["a", ".b", "..c below", ".c", "..d"]


@pytest.mark.parametrize("graph", [CHAIN, RING])
def test_a_chain_may_be_longer_than_the_stack(graph: Graph) -> None:
    assert [branch.drawn for branch in forest(graph)].count(Drawn.HERE) == LONG
    assert len(cycles(graph)) == (graph is RING)


@QUICK
@given(graphs(), st.none() | st.integers(1, 3))
def test_every_node_is_told_once_and_every_edge_is_shown_once(
    graph: Graph, deepest: int | None
) -> None:
    lines = forest(graph, deepest=deepest)
    told = [branch.name for branch in lines if branch.drawn is Drawn.HERE]
    assert sorted(told) == sorted(graph)
    shown = sorted((line.name, line.parent) for line in lines if line.parent)
    assert shown == sorted((node, need) for node in graph for need in graph[node])


@QUICK
@given(graphs(), st.none() | st.integers(1, 3))
def test_a_reference_says_where_to_look(graph: Graph, deepest: int | None) -> None:
    """Above or below is where the node is told; too deep is only what is as deep as that."""
    lines = forest(graph, deepest=deepest)
    places = {line.name: place for place, line in enumerate(lines) if line.drawn is Drawn.HERE}
    for place, line in enumerate(lines):
        assert is_right(line, place - places[line.name])
        assert deepest is None or len(line.last) <= deepest


def is_right(line: Branch, distance: int) -> bool:
    match line.drawn:
        case Drawn.HERE:
            return distance == 0
        case Drawn.BELOW:
            return distance < 0
        case Drawn.ABOVE | Drawn.CYCLE:
            return distance > 0


# What waits for a spec


def test_a_subtree_is_what_needs_a_node_directly_or_not() -> None:
    """The node is in it; what it needs itself is not, unless they turn in a circle."""
    graph: Graph = {"a": (), "b": ("a",), "c": ("b", "x"), "x": ()}
    assert subtree(graph, "b") == {"b", "c"}
    assert subtree(graph, "x") == {"x", "c"}
    assert subtree({"a": ("b",), "b": ("a",), "c": ()}, "a") == {"a", "b"}
    assert subtree(graph, "gone") == {"gone"}


@pytest.mark.parametrize("graph", [CHAIN, RING])
def test_a_subtree_may_be_deeper_than_the_stack(graph: Graph) -> None:
    assert subtree(graph, "n0") == set(graph)
