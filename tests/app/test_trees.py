"""The trees of dependencies as people read them; what the graph is made of is tested beside it."""

from __future__ import annotations

from pathlib import Path

from helm.app.specs import InvalidSpec, Spec
from helm.app.standing import Standing
from helm.app.trees import MISSING, faults, listed, tree_lines

ROOT = Path("/repo/specs")


def standing(folder: str, *depends_on: str, id: str = "") -> Standing:  # noqa: A002  as metadata calls it
    spec = Spec(
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
    return Standing(spec=spec, commands=(), unmet=(), running=False, last=None, accepted=None)


BROKEN = InvalidSpec(folder=ROOT / "broken", reason=f"{ROOT}/broken/SPEC.md is missing")
SPECS = (
    standing("a"),
    standing("b", "a"),
    standing("c", "b", "a", "gone\x1b[2J"),
    standing("d", "c"),
    BROKEN,
)


def drawing(*only: str) -> list[str]:
    lines = tree_lines(SPECS, only or None)
    return ["  ".join([f"{each.rails}{each.name}", *each.notes]) for each in lines]


def test_specs_are_tied_to_what_they_need() -> None:
    """What a line cannot show is noted; a name that does harm on a terminal is made harmless."""
    assert drawing() == [
        "a",
        "├─ b",
        "│  └─ c  also needs a and gone",
        "│     └─ d",
        "└─ c  (above)",
        "broken  SPEC.md is missing",
        "gone  (no such spec)",
        "└─ c  (above)",
    ]
    assert [each.badge for each in tree_lines(SPECS) if each.name == "gone"] == [MISSING]
    assert sum(each.is_reference for each in tree_lines(SPECS)) == 2


def test_some_of_the_specs_are_laid_out_as_if_there_were_no_others() -> None:
    """What they need all the same is noted."""
    assert drawing("c", "d") == ["c  needs a, b and gone", "└─ d"]


def test_what_is_wrong_is_told_with_what_to_do() -> None:
    """Names that mean several, circles, and what does not exist."""
    twins = (standing("x", id="same"), standing("y", id="same"))
    told = list(faults((*twins, standing("s", "s"), standing("p", "q"), standing("q", "p"))))
    assert [title for title, _ in told] == ["duplicate id", "cycle", "cycle"]
    assert told[0][1].startswith("same means x and y; give each an `id`")
    assert told[1][1].startswith("p needs q needs p; they wait for each other for ever")
    assert told[2][1].startswith("s needs itself")
    assert [title for title, _ in faults(SPECS)] == ["missing"]


def test_many_names_are_counted() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([str(place) for place in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"
