"""Rules of `helm lint`: whether specs name one another rightly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from helm.app.dependencies import cycles, duplicates, needs, unknown
from helm.app.findings import Code, Finding
from helm.app.identity import meant
from helm.app.specs import METADATA_NAME, InvalidSpec, Spec, natural_key
from helm.domain.json_object import line_of


def of_references(specs: Sequence[Spec | InvalidSpec]) -> Iterator[Finding]:
    """See that each name means one spec, and that no spec waits for itself."""
    yield from _same_names(specs)
    yield from _unknown_dependencies(specs)
    yield from _cycles(specs)


def _same_names(specs: Iterable[Spec | InvalidSpec]) -> Iterator[Finding]:
    by_folder = _by_folder(specs)
    for name, folders in duplicates(by_folder.values()).items():
        for each in (by_folder[folder] for folder in folders):
            others = ", ".join(folder for folder in folders if folder != each.folder.name)
            yield Finding(
                code=Code.DUPLICATE_ID,
                path=each.folder / METADATA_NAME,
                line=_line(each, "id"),
                message=f'"{name}" is also what {others} is called; '
                "give each spec an `id` of its own",
                specs=frozenset({each.folder}),
            )


def _unknown_dependencies(specs: Iterable[Spec | InvalidSpec]) -> Iterator[Finding]:
    by_folder = _by_folder(specs)
    names = _known_names(by_folder.values())
    for name, folders in unknown(by_folder.values()).items():
        near = _meant_spec(name, names) or "write that spec, or take it out"
        for each in (by_folder[folder] for folder in folders):
            yield Finding(
                code=Code.UNKNOWN_DEPENDENCY,
                path=each.folder / METADATA_NAME,
                line=_line(each, "dependsOn", name),
                message=f'`dependsOn` names "{name}": no such spec; {near}',
                specs=frozenset({each.folder}),
            )


def _cycles(specs: Iterable[Spec | InvalidSpec]) -> Iterator[Finding]:
    by_folder = _by_folder(specs)
    for circle in cycles(needs(by_folder.values())):
        first, second = by_folder[circle[0]], by_folder[circle[1 % len(circle)]]
        way = " -> ".join((*circle, circle[0]))
        called = (second.folder.name, second.id if isinstance(second, Spec) else "")
        lines = (_line(first, "dependsOn", name) for name in _depended_on(first) if name in called)
        yield Finding(
            code=Code.DEPENDENCY_CYCLE,
            path=first.folder / METADATA_NAME,
            line=next(lines, None),
            message=f"waits for itself: {way}; take one of these out of its `dependsOn`",
            specs=frozenset(by_folder[folder].folder for folder in circle),
        )


def _by_folder(specs: Iterable[Spec | InvalidSpec]) -> Mapping[str, Spec | InvalidSpec]:
    return {each.folder.name: each for each in specs}


def _known_names(specs: Iterable[Spec | InvalidSpec]) -> list[str]:
    """List the names that a spec can be depended on by, the shortest way to each folder first."""
    found = list(specs)
    ids = [each.id for each in found if isinstance(each, Spec)]
    return list(dict.fromkeys([*(each.folder.name for each in found), *ids]))


def _meant_spec(name: str, names: Sequence[str]) -> str:
    """Ask for the spec that was meant: one of that number, else one of a name much like it."""
    key = natural_key(name)
    numbered = [each for each in names if natural_key(each)[: len(key)] == key]
    return f"did you mean {' or '.join(numbered)}?" if numbered else meant(name, names)


def _depended_on(spec: Spec | InvalidSpec) -> tuple[str, ...]:
    return spec.depends_on if isinstance(spec, Spec) else ()


def _line(spec: Spec | InvalidSpec, key: str, element: str | None = None) -> int | None:
    """Say where a key of the metadata stands, or the element of its array."""
    if isinstance(spec, InvalidSpec):
        return None
    place = () if element is None else (spec.depends_on.index(element),)
    return line_of(spec.metadata, (key, *place))
