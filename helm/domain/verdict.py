"""The verifier's answer: two lines that helm obeys, and commentary that it keeps.

    STATUS: missing
    {"remainingTasks": ["the parser accepts an empty list"]}
    Anything after that is commentary.

A code fence around the whole answer, or around the object, is forgiven, because models add them;
within a fence the object may span lines. Anything else is unreadable, and never counts as ok.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NoReturn

from helm.domain.errors import VerdictUnreadable
from helm.domain.events import Status

_STATUS = {f"STATUS: {status}": status for status in Status}
_FENCE = re.compile(r"(`{3,}+|~{3,}+)[^`]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the verifier said: the status, what is left to do, and why."""

    status: Status
    remaining_tasks: tuple[str, ...]
    commentary: str


def parse_verdict(answer: str) -> Verdict:
    """Read a verifier's answer.

    Raises `VerdictUnreadable`, whose text says which line is wrong and what is expected there.
    """
    lines = _skip_blank(answer.split("\n"))
    if not lines:
        _refuse("the answer is empty")
    fenced, rest = _unfence(lines)
    if fenced is not None:
        status, body = _status(_skip_blank(fenced))
        tasks, commentary = _tasks(_skip_blank(body))
        return _verdict(status, tasks, [*commentary, *rest])
    status, body = _status(lines)
    body = _skip_blank(body)
    fenced, rest = _unfence(body)
    if fenced is None:
        fenced, rest = body[:1], body[1:]
    tasks, excess = _tasks(fenced)
    if _skip_blank(excess):
        _refuse(f"after the JSON object, in its fence, stands {_shown(''.join(excess))}")
    return _verdict(status, tasks, rest)


def _verdict(status: Status, tasks: tuple[str, ...], commentary: list[str]) -> Verdict:
    return Verdict(status=status, remaining_tasks=tasks, commentary="\n".join(commentary))


def _status(lines: list[str]) -> tuple[Status, list[str]]:
    first = lines[0].strip() if lines else ""
    if first not in _STATUS:
        _refuse(f"its first line is {_shown(first)}")
    return _STATUS[first], lines[1:]


def _tasks(lines: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Read the JSON object that `lines` begin with; also give the lines after it."""
    text = "\n".join(lines).lstrip()
    if not text:
        _refuse("there is no second line")
    try:
        found, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        _refuse(f"its second line is not JSON: {_shown(text)}")
    if not isinstance(found, dict):
        _refuse(f"its second line is not a JSON object: {_shown(text)}")
    beside, line_end, after = text[end:].partition("\n")
    if beside.strip():
        _refuse(f"beside the JSON object stands {_shown(beside)}; it must be alone on its line")
    return _task_list(found.get("remainingTasks")), after.split("\n") if line_end else []


def _task_list(found: object) -> tuple[str, ...]:
    tasks = [] if found is None else found
    if not isinstance(tasks, list) or not all(isinstance(task, str) for task in tasks):
        _refuse("remainingTasks is not an array of strings")
    if any(_has_lone_surrogate(task) for task in tasks):
        _refuse("remainingTasks holds half a character (a lone surrogate)")
    return tuple(tasks)


def _unfence(lines: list[str]) -> tuple[list[str] | None, list[str]]:
    """Take the code fence off that `lines` begin with: its content, and what follows it."""
    opening = _FENCE.fullmatch(lines[0].strip()) if lines else None
    if not opening:
        return None, lines
    for number, line in enumerate(lines[1:], start=1):
        closing = line.strip()
        if closing.startswith(opening[1]) and not closing.strip(opening[1][0]):
            return lines[1:number], lines[number + 1 :]
    return None, lines


def _skip_blank(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if line.strip():
            return lines[number:]
    return []


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object; of two members by one name it is not for us to say which one is meant."""
    found = dict(members)
    if len(found) < len(members):
        _refuse("its JSON object says something twice")
    return found


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_object)


def _shown(text: str) -> str:
    first = text.strip().split("\n")[0]
    return repr(first if len(first) <= 60 else first[:57] + "...")  # noqa: PLR2004


def _refuse(what: str) -> NoReturn:
    message = (
        f"the verifier's answer cannot be read: {what}. Expected 'STATUS: ok' or "
        "'STATUS: missing', then one line of JSON such as {\"remainingTasks\": []}"
    )
    raise VerdictUnreadable(message)
