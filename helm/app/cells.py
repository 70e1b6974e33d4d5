"""How many columns of a terminal a text takes, and cutting it to so many.

A character may take two columns (漢), one, or none (an accent that joins the one before it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

ELLIPSIS = "…"

_JOINING = re.compile(
    "[\u200b-\u200f\u2028-\u2029\u2060-\u2064\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"
)
"""Joiners, direction marks, variation selectors, skin tones, tags."""

_KNOWN_CHARACTERS = 4096
"""Characters whose width is remembered: each row is measured many times."""

_FLAG_LETTERS = {0x1F1E6 + place: chr(ord("A") + place) for place in range(26)}
"""Letters that a terminal may draw as a flag, two at a time."""


def width_of(text: str) -> int:
    """Count the columns that a text without control characters takes."""
    if text.isascii():
        return len(text)
    if text != unjoined(text):
        from wcwidth import wcswidth  # noqa: PLC0415  little that is shown needs it

        return max(wcswidth(text), 0)
    # wcswidth counts a vowel sign by what it follows; who draws a character at a time does not.
    return sum(map(_columns, text))


@lru_cache(_KNOWN_CHARACTERS)
def _columns(character: str) -> int:
    from wcwidth import wcwidth  # noqa: PLC0415  little that is shown needs it

    return max(wcwidth(character), 0)


def unjoined(text: str) -> str:
    """Take out what joins characters into one, so that each takes columns of its own.

    Terminals do not agree on how wide a joined character is, and a row must not be guessed.
    """
    return text if text.isascii() else _JOINING.sub("", text).translate(_FLAG_LETTERS)


def clipped(text: str, width: int) -> str:
    """Cut a text to so many columns, and say with an ellipsis that it was."""
    if width_of(text) <= width:
        return text
    return leading(text, width - 1) + ELLIPSIS if width > 0 else ""


def leading(text: str, width: int) -> str:
    """Give the beginning of a text that fits into so many columns."""
    if text.isascii():
        return text[: max(width, 0)]
    return "".join(_fitting(text, width))


def _fitting(text: str, width: int) -> Iterator[str]:
    for character in text:
        width -= width_of(character)
        if width < 0:
            return
        yield character
