"""The dependencies of specs as people read them: trees in lines, and what is wrong, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from helm.app.dependencies import (
    Branch,
    Drawn,
    Graph,
    cycles,
    duplicates,
    forest,
    needs,
    unknown,
)
from helm.app.specs import InvalidSpec
from helm.app.standing import Standing, on_disk
from helm.app.terminal_text import one_line

Specs = Sequence[Standing | InvalidSpec]

MISSING = "MISSING"
"""Stands where a badge would, for a spec that others need and that does not exist."""

_DEEPEST = 10
"""Levels, beyond which a narrow terminal has no room left for names."""

_NAMED = 6
_REFERENCES = {Drawn.ABOVE: "(above)", Drawn.BELOW: "(below)", Drawn.CYCLE: "(cycle)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLine:
    """A line of a tree, of text that is harmless on a terminal.

    `rails` tie it to those above it, `notes` say what the tree does not show. `spec` is None for
    one that does not exist.
    """

    branch: Branch
    spec: Standing | InvalidSpec | None
    rails: str
    notes: tuple[str, ...]

    @property
    def badge(self) -> str:
        """The badge of the spec."""
        return self.spec.badge if self.spec else MISSING

    @property
    def is_reference(self) -> bool:
        """Whether the spec is told in full elsewhere."""
        return self.branch.drawn is not Drawn.HERE

    @property
    def name(self) -> str:
        """The folder's name, fit to be shown."""
        return one_line(self.branch.name)


def tree_lines(specs: Specs, only: Collection[str] | None = None) -> list[TreeLine]:
    """Lay all specs out as trees, or `only` those whose folders have these names.

    Under each spec stand those that need it, from the ones on that need nothing.
    """
    graph = needs(on_disk(specs))
    found = {each.folder.name: each for each in specs}
    return [
        TreeLine(
            branch=branch,
            spec=found.get(branch.name),
            rails=_rails(branch.last),
            notes=tuple(map(one_line, _notes(branch, found.get(branch.name), graph))),
        )
        for branch in forest(_part(graph, only), deepest=_DEEPEST)
    ]


def faults(specs: Specs) -> Iterator[tuple[str, str]]:
    """Say what is wrong with ids and dependencies, and what to do: a title and a sentence each."""
    found = on_disk(specs)
    for name, folders in duplicates(found).items():
        yield (
            "duplicate id",
            f"{name} means {listed(folders)}; give each an `id` of its own in its metadata.json",
        )
    for circle in cycles(needs(found)):
        yield "cycle", _in_words(circle)
    for name, folders in unknown(found).items():
        verb = "needs" if len(folders) == 1 else "need"
        advice = "write that spec, or take it out of `dependsOn`"
        yield "missing", f"{listed(folders)} {verb} {name}, which does not exist; {advice}"


def listed(names: Sequence[str]) -> str:
    """Write names as a sentence lists them; of very many, the first."""
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _part(graph: Graph, only: Collection[str] | None) -> Graph:
    if only is None:
        return graph
    return {
        name: tuple(need for need in graph[name] if need in only) for name in graph if name in only
    }


def _rails(last: Sequence[bool]) -> str:
    if not last:
        return ""
    through = "".join("   " if ends else "│  " for ends in last[:-1])
    return f"{through}{'└─ ' if last[-1] else '├─ '}"


def _notes(branch: Branch, spec: Standing | InvalidSpec | None, graph: Graph) -> Iterator[str]:
    if branch.drawn is not Drawn.HERE:
        yield _REFERENCES[branch.drawn]
        return
    if spec is None:
        yield "(no such spec)"
    elif isinstance(spec, InvalidSpec):
        yield spec.short_reason
    others = [name for name in graph[branch.name] if name not in {branch.parent, branch.name}]
    if others:
        yield f"{'also needs' if branch.parent else 'needs'} {listed(others)}"


def _in_words(circle: Sequence[str]) -> str:
    if len(circle) == 1:
        return f"{circle[0]} needs itself; take it out of its own `dependsOn`"
    shown = [*circle[:_NAMED], *(["…"] if len(circle) > _NAMED else []), circle[0]]
    return (
        f"{' needs '.join(shown)}; they wait for each other for ever: take one of them out of "
        "the `dependsOn` of another"
    )
