"""What a new spec begins with, and which of its questions nobody has answered yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

TEXTS = Path(__file__).parents[1] / "draft"
"""The files of a new spec; they come with the package."""

_TO_WRITE = "TODO:"
_MARK = r"[-*+$]|\[.\]"
_MARKS = rf"\s*(?:(?:{_MARK}|[0-9]+[.)])\s+)*"
_IS_TODO = re.compile(rf"{_MARKS}TODO:|\s*(?:(?:{_MARK})\s+)*TODO\s*$")
"""After marks of a list, a number, a box or a prompt; `2. TODO` is the name of a column."""

_FENCE = re.compile(rf"{_MARKS}(`{{3,}}|~{{3,}})(.*)")


class Question(NamedTuple):
    """Something that the text of a spec still asks, and on which line (1..)."""

    line: int
    text: str


def questions(name: str, text: str) -> Iterator[Question]:
    """Find what the file `name` of a new spec asks, and `text`, which has come of it, still does.

    A TODO that people have written themselves is theirs.
    """
    if _TO_WRITE not in text:
        return
    asked = _asked(name)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() in asked:
            yield Question(number, line.partition(_TO_WRITE)[2].strip())


def left_todos(name: str, text: str) -> Iterator[int]:
    """Find the lines (1..) that are a TODO which is none of a new spec's questions.

    What is quoted between fences is none.
    """
    asked = {each.line for each in questions(name, text)}
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark, rest = found.groups() if (found := _FENCE.match(line)) else ("", "")
        if fence:
            fence = "" if mark.startswith(fence) and not rest.strip() else fence
        elif mark and "`" not in rest:
            fence = mark
        elif number not in asked and _IS_TODO.match(line):
            yield number


@cache
def _asked(name: str) -> frozenset[str]:
    draft = (TEXTS / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in draft if _TO_WRITE in line)
