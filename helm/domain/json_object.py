"""Changing some members of a JSON object in its text, and not one byte of the others.

A JSON library would write the whole object anew: its numbers, its inline arrays, its escapes. The
file belongs to people, so here only the values that change are replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    key: str
    key_end: int
    start: int
    end: int
    value: object


def read_object(text: str) -> dict[str, object] | None:
    """Read a JSON object; None where `text` is anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def with_members(text: str, values: Mapping[str, str]) -> str:
    """Set members of the object that `text` is, new ones after the last.

    Raises ValueError where `text` is not a JSON object.
    """
    if read_object(text) is None:
        message = "not a JSON object"
        raise ValueError(message)
    for key, value in values.items():
        text = _with_member(text, key, value)
    return text


def _with_member(text: str, key: str, value: str) -> str:
    members = _members(text)
    for member in reversed(members):  # of two members of one name, a reader takes the last
        if member.key == key:
            if member.value == value:
                return text
            return text[: member.start] + _json_string(value) + text[member.end :]
    opening = text.index("{") + 1
    if not members:
        line_end = "\r\n" if "\r\n" in text else "\n"
        added = f"{line_end}  {_json_string(key)}: {_json_string(value)}{line_end}"
        return f"{text[:opening]}{added}}}{_after(text)}"
    first, last = members[0], members[-1]
    before_key = text[opening : text.index('"', opening)] or " "
    colon = text[first.key_end : first.start]
    added = f",{before_key}{_json_string(key)}{colon}{_json_string(value)}"
    return text[: last.end] + added + text[last.end :]


def _members(text: str) -> list[_Member]:
    """Find the members of the outermost object; `text` is known to be one."""
    members: list[_Member] = []
    at = _skip_blank(text, text.index("{") + 1)
    while text[at] != "}":
        key, key_end = _DECODER.raw_decode(text, at)
        start = _skip_blank(text, _skip_blank(text, key_end) + 1)
        value, end = _DECODER.raw_decode(text, start)
        members.append(_Member(key=key, key_end=key_end, start=start, end=end, value=value))
        at = _skip_blank(text, end)
        if text[at] == ",":
            at = _skip_blank(text, at + 1)
    return members


def _after(text: str) -> str:
    return text[text.rindex("}") + 1 :]


def _skip_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _json_string(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character can only be written as an escape
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False)
