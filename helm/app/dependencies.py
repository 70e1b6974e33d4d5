"""What waits for what: the graph of the specs' dependencies, what is wrong in it, and its trees.

A spec stands in the graph under its folder's name. So does a name that no spec has: it needs
nothing, and is never met. Nothing here recurses, for a chain of specs may be longer than Python's
stack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helm.app.specs import InvalidSpec, Spec, natural_key

Graph = Mapping[str, tuple[str, ...]]
"""Of each node those that its edges lead to; all of them in natural order."""


class Drawn(StrEnum):
    """Where a node of a tree is told in full, with all that stands under it."""

    HERE = "here"
    ABOVE = "above"
    BELOW = "below"
    CYCLE = "cycle"
    """Above, and by a circle: it needs the very node that it stands under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A line of a tree: a node under `parent`, None at the left margin.

    `last` says of each level from the margin's on, itself included, whether nothing follows there
    under the same parent.
    """

    name: str
    parent: str | None
    last: tuple[bool, ...]
    drawn: Drawn


def needs(specs: Iterable[Spec | InvalidSpec]) -> Graph:
    """Say what each spec depends on; where several specs have the name, on all of them."""
    found = list(specs)
    folders = _folders_by_name(found)
    edges = {
        each.folder.name: {
            folder
            for name in (each.depends_on if isinstance(each, Spec) else ())
            for folder in folders.get(name, [name])
        }
        for each in found
    }
    edges |= {name: set() for name in unknown(found)}
    return {name: tuple(_sorted(edges[name])) for name in _sorted(edges)}


def unknown(specs: Iterable[Spec | InvalidSpec]) -> dict[str, tuple[str, ...]]:
    """Find the dependencies that do not exist, each with the folders of those that name it."""
    found = list(specs)
    known = _folders_by_name(found)
    missing: dict[str, list[str]] = {}
    for each in found:
        for name in dict.fromkeys(each.depends_on) if isinstance(each, Spec) else ():
            if name not in known:
                missing.setdefault(name, []).append(each.folder.name)
    return {name: tuple(missing[name]) for name in _sorted(missing)}


def duplicates(specs: Iterable[Spec | InvalidSpec]) -> dict[str, tuple[str, ...]]:
    """Find the names, ids or folders', that mean several specs, each with their folders."""
    folders = _folders_by_name(specs)
    return {name: tuple(folders[name]) for name in _sorted(folders) if len(folders[name]) > 1}


def cycles(graph: Graph) -> list[tuple[str, ...]]:
    """Find circles in a graph: each node leads to the next one, and the last to the first.

    Each node that is in any circle is in one of these; they are short, and few.
    """
    found = []
    for component in _components(graph):
        left = _sorted(component) if _turns(graph, component) else []
        while left:
            circle = _circle(left[0], graph, component)
            found.append(circle)
            left = [node for node in left if node not in circle]
    return sorted(found, key=lambda circle: [natural_key(node) for node in circle])


def forest(graph: Graph, *, deepest: int | None = None) -> list[Branch]:
    """Lay a graph of needs out as trees: under each node stand those that need it.

    At the margin stands what needs nothing; of a circle that needs nothing else, its first node.
    All that stands under a node is told once: its other places refer to that one. What is deeper
    than `deepest` levels is told below, from the margin on.
    """
    users = users_in(graph)
    components = _components(users)
    home = {node: place for place, members in enumerate(components) for node in members}
    roots = [
        _sorted(members)[0]
        for place, members in enumerate(components)
        if all(home[need] == place for node in members for need in graph[node])
    ]
    drawn: set[str] = set()
    lines: list[Branch] = []
    for root in _sorted(roots):
        lines += _tree(root, users, home, drawn, deepest)
    return lines


def users_in(graph: Graph) -> Graph:
    """Turn a graph of needs around: say of each node which others need it."""
    found: dict[str, list[str]] = {node: [] for node in graph}
    for node, others in graph.items():
        for other in others:
            found[other].append(node)
    return {node: tuple(others) for node, others in found.items()}


def subtree(graph: Graph, name: str) -> set[str]:
    """Find what needs a node, directly or not, and the node itself."""
    found, reached = {name}, [name]
    turned = users_in(graph)
    for node in reached:  # which grows meanwhile
        new = [user for user in turned.get(node, ()) if user not in found]
        found.update(new)
        reached += new
    return found


def _tree(
    root: str, users: Graph, home: Mapping[str, int], drawn: set[str], deepest: int | None
) -> Iterator[Branch]:
    """Lay out what stands under a root, then what was too deep for that."""
    waiting: list[tuple[str, str | None, tuple[bool, ...]]] = [(root, None, ())]
    too_deep: deque[str] = deque()
    while waiting or too_deep:
        if not waiting:
            name = too_deep.popleft()
            waiting += [] if name in drawn else [(name, None, ())]
            continue
        name, parent, last = waiting.pop()
        place = Drawn.HERE
        if name in drawn:
            place = Drawn.CYCLE if parent and home[parent] == home[name] else Drawn.ABOVE
        elif len(last) == deepest and users[name]:
            place = Drawn.BELOW
            too_deep.append(name)
        yield Branch(name=name, parent=parent, last=last, drawn=place)
        if place is Drawn.HERE:
            drawn.add(name)
            under = [(user, name, (*last, user == users[name][-1])) for user in users[name]]
            waiting += reversed(under)


def _folders_by_name(specs: Iterable[Spec | InvalidSpec]) -> dict[str, list[str]]:
    """Say which specs each name means: that of a folder, or an id."""
    found: dict[str, list[str]] = {}
    for each in specs:
        folder = each.folder.name
        for name in dict.fromkeys([folder, each.id] if isinstance(each, Spec) else [folder]):
            found.setdefault(name, []).append(folder)
    return found


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (natural_key(name), name))


def _components(graph: Graph) -> list[list[str]]:
    """Part a graph into its strongly connected components (Kosaraju's algorithm)."""
    backwards = users_in(graph)
    seen: set[str] = set()
    found = []
    for start in reversed(_postorder(graph)):
        if start not in seen:
            seen.add(start)
            component = [start]
            for node in component:  # which grows meanwhile
                new = [other for other in backwards[node] if other not in seen]
                seen.update(new)
                component += new
            found.append(component)
    return found


def _postorder(graph: Graph) -> list[str]:
    """List each node after all that it leads to, as far as circles let it be."""
    seen: set[str] = set()
    order = []
    for start in graph:
        path = [(start, iter(graph[start]))] if start not in seen else []
        seen.add(start)
        while path:
            node, rest = path[-1]
            following = next((other for other in rest if other not in seen), None)
            if following is None:
                order.append(node)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(graph[following])))
    return order


def _turns(graph: Graph, component: Sequence[str]) -> bool:
    """Tell a component that is a circle, or several, from a single node."""
    return len(component) > 1 or component[0] in graph[component[0]]


def _circle(start: str, graph: Graph, component: Sequence[str]) -> tuple[str, ...]:
    """Find a shortest way from a node back to itself, and tell it from its first node on."""
    members = set(component)
    came_from: dict[str, str] = {}
    reached = [start]
    for node in reached:  # which grows meanwhile
        new = [other for other in graph[node] if other in members and other not in came_from]
        came_from |= dict.fromkeys(new, node)
        if start in came_from:
            break
        reached += new
    way = [came_from[start]]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    first = way.index(_sorted(way)[0])
    return tuple(reversed([*way[first + 1 :], *way[: first + 1]]))
