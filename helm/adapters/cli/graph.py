"""The dependencies of specs for people: drawn as trees, and what is wrong with them in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helm.adapters.cli.console import Console
from helm.adapters.cli.table import terminal_width
from helm.app.cells import clipped
from helm.app.dependencies import Branch, Drawn, Graph, cycles, duplicates, forest, needs, unknown
from helm.app.specs import Badge, InvalidSpec
from helm.app.standing import Standing, on_disk
from helm.app.terminal_text import one_line

BADGE_COLOURS = {
    Badge.INVALID: "31",
    Badge.RUNNING: "1;36",
    Badge.STALE: "35",
    Badge.DONE: "32",
    Badge.BLOCKED: "33",
    Badge.FAILED: "1;31",
    Badge.IN_PROGRESS: "36",
    Badge.TODO: "1",
}
"""SGR codes."""

_BADGE_WIDTH = max(len(badge) for badge in Badge)

_MISSING = "MISSING"
_DEEPEST = 10
"""Levels, beyond which a narrow terminal has no room left for names."""

_NAMED = 6
_REFERENCES = {Drawn.ABOVE: "(above)", Drawn.BELOW: "(below)", Drawn.CYCLE: "(cycle)"}

Specs = Sequence[Standing | InvalidSpec]


def print_graph(console: Console, specs: Specs) -> None:
    """Draw under each spec those that need it, from the ones on that need nothing."""
    graph = needs(on_disk(specs))
    found = {each.folder.name: each for each in specs}
    width = terminal_width()
    console.line(console.style("Under each spec stand those that need it.", "2"))
    for branch in forest(graph, deepest=_DEEPEST):
        spec = found.get(branch.name)
        badge, colour = (spec.badge, BADGE_COLOURS[spec.badge]) if spec else (_MISSING, "1;31")
        rails = _rails(branch.last)
        name = one_line(branch.name)
        text = "  ".join([name, *map(one_line, _notes(branch, spec, graph))])
        if width is not None:
            text = clipped(text, width - _BADGE_WIDTH - len("  ") - len(rails))
        parts = ((f"{badge:<{_BADGE_WIDTH}}  ", colour), (rails, "2"), (text[: len(name)], ""))
        line = "".join(_styled(console, *part) for part in (*parts, (text[len(name) :], "2")))
        console.line(line.rstrip())


def faults(specs: Specs) -> Iterator[tuple[str, str]]:
    """Say what is wrong with ids and dependencies, and what to do: a title and a sentence each."""
    found = on_disk(specs)
    for name, folders in duplicates(found).items():
        yield (
            "duplicate id",
            f"{name} means {_listed(folders)}; give each an `id` of its own in its metadata.json",
        )
    for circle in cycles(needs(found)):
        yield "cycle", _in_words(circle)
    for name, folders in unknown(found).items():
        verb = "needs" if len(folders) == 1 else "need"
        advice = "write that spec, or take it out of `dependsOn`"
        yield "missing", f"{_listed(folders)} {verb} {name}, which does not exist; {advice}"


def _styled(console: Console, text: str, colour: str) -> str:
    return console.style(text, colour) if text and colour else text


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
        yield f"{'also needs' if branch.parent else 'needs'} {_listed(others)}"


def _in_words(circle: Sequence[str]) -> str:
    if len(circle) == 1:
        return f"{circle[0]} needs itself; take it out of its own `dependsOn`"
    shown = [*circle[:_NAMED], *(["…"] if len(circle) > _NAMED else []), circle[0]]
    return (
        f"{' needs '.join(shown)}; they wait for each other for ever: take one of them out of "
        "the `dependsOn` of another"
    )


def _listed(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
