"""Changing some members of a JSON object in its text, and not one byte of the others.

A JSON library would write the whole object anew: its numbers, its inline arrays, its escapes. The
file belongs to people, so here only the values that change are replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_DEEPEST = 250
"""Levels. Python's reader gives up at a depth that depends on who calls it: what was an object to
one caller would be none to the next, deeper one. This is well within the reach of both, and more
than is taken in the metadata of a spec that is to be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    key: str
    begin: int
    key_end: int
    start: int
    end: int
    value: object


def read_object(text: str) -> dict[str, object] | None:
    """Read a JSON object; None where `text` is anything else, or nested too deep."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and not _is_deep(found) else None


def with_members(text: str, values: Mapping[str, object]) -> str:
    """Set members of the object that `text` is, new ones after the last.

    Raises ValueError where `text` is not a JSON object.
    """
    _require_object(text)
    for key, value in values.items():
        text = _with_member(text, key, value)
    return text


def with_value(text: str, path: Sequence[str], value: object) -> str:
    """Set what stands at `path`: a key, or one within the object that another key has.

    An object that is not there yet is made. Raises ValueError where `text` is not a JSON object.
    """
    key, *within = path
    _require_object(text)
    member = _member(text, key)
    if within and member and member.value and isinstance(member.value, dict):
        inner = with_value(text[member.start : member.end], within, value)
        return text[: member.start] + inner + text[member.end :]
    for name in reversed(within):
        value = {name: value}
    return _with_member(text, key, value)


def without_value(text: str, path: Sequence[str]) -> str:
    """Take out what stands at `path`, and an object that is empty then.

    Raises ValueError where `text` is not a JSON object.
    """
    key, *within = path
    _require_object(text)
    member = _member(text, key)
    if member is None:
        return text
    if within:
        if not isinstance(member.value, dict):
            return text
        inner = without_value(text[member.start : member.end], within)
        if read_object(inner):
            return text[: member.start] + inner + text[member.end :]
    members = _members(text)
    for at in reversed(range(len(members))):
        if members[at].key == key:
            text = _without(text, members, at)
    return text


def _is_deep(found: object) -> bool:
    level = [found]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _within(each)]
        if not level:
            return False
    return True


def _within(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Say on which line, counted from 1, what stands at `path` begins, its key included.

    A number leads into an array. What is not there is where it would be: in what holds it. None
    where `text` is not a JSON object.
    """
    if read_object(text) is None:
        return None
    at = start = _skip_blank(text, 0)
    end = len(text)
    for key in path:
        found = _part(text[start:end], key)
        if found is None:
            break
        at, start, end = (start + each for each in found)
    return text.count("\n", 0, at) + 1


def _part(text: str, key: str | int) -> tuple[int, int, int] | None:
    """Find a part of a value: where it begins, key included, and what it holds, from and to."""
    held, _ = _DECODER.raw_decode(text)
    if isinstance(key, str):
        member = _member(text, key) if isinstance(held, dict) else None
        return (member.begin, member.start, member.end) if member else None
    if not isinstance(held, list) or key >= len(held):
        return None
    at = _skip_blank(text, 1)
    for _ in range(key):
        _, end = _DECODER.raw_decode(text, at)
        at = _skip_blank(text, _skip_blank(text, end) + 1)
    return at, at, _DECODER.raw_decode(text, at)[1]


def _require_object(text: str) -> None:
    if read_object(text) is None:
        message = "not a JSON object"
        raise ValueError(message)


def _member(text: str, key: str) -> _Member | None:
    """Find a member; of two of one name a reader takes the last, and so does this."""
    return next((each for each in reversed(_members(text)) if each.key == key), None)


def _without(text: str, members: Sequence[_Member], at: int) -> str:
    """Take a member out, with one comma, and the blanks that were its own.

    Of those after it some may be out already: `members` are as they were before.
    """
    if at:
        return text[: members[at - 1].end] + text[members[at].end :]
    first, *others = _members(text)
    if others:
        return text[: first.begin] + text[others[0].begin :]
    return text[: text.index("{") + 1] + text[text.rindex("}") :]


def _with_member(text: str, key: str, value: object) -> str:
    members = _members(text)
    member = _member(text, key)
    if member:
        if _json(member.value) == _json(value):
            return text
        written = _like(text[member.start : member.end], value)
        return text[: member.start] + written + text[member.end :]
    opening = text.index("{") + 1
    if not members:
        line_end = "\r\n" if "\r\n" in text else "\n"
        added = f"{line_end}  {_json(key)}: {_json(value)}{line_end}"
        return f"{text[:opening]}{added}}}{_after(text)}"
    first, last = members[0], members[-1]
    before_key = text[opening : text.index('"', opening)] or " "
    colon = text[first.key_end : first.start]
    added = f",{before_key}{_json(key)}{colon}{_json(value)}"
    return text[: last.end] + added + text[last.end :]


def _like(old: str, value: object) -> str:
    """Write a value; an array as its author laid out the one that it replaces."""
    if not (isinstance(value, list | tuple) and value and old.startswith("[")):
        return _json(value)
    between = old[1 : _skip_blank(old, 1)]
    if "\n" not in between:
        return _json(value)
    end = old[len(old[:-1].rstrip(" \t\n\r")) : -1]
    return f"[{','.join(between + _json(each) for each in value)}{end}]"


def _members(text: str) -> list[_Member]:
    """Find the members of the outermost object; `text` is known to be one."""
    members: list[_Member] = []
    at = _skip_blank(text, text.index("{") + 1)
    while text[at] != "}":
        begin = at
        key, key_end = _DECODER.raw_decode(text, at)
        start = _skip_blank(text, _skip_blank(text, key_end) + 1)
        value, end = _DECODER.raw_decode(text, start)
        members.append(
            _Member(key=key, begin=begin, key_end=key_end, start=start, end=end, value=value)
        )
        at = _skip_blank(text, end)
        if text[at] == ",":
            at = _skip_blank(text, at + 1)
    return members


def _after(text: str) -> str:
    return text[text.rindex("}") + 1 :]


def _skip_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _json(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:  # half a character can only be written as an escape
        return json.dumps(value)
    return written
