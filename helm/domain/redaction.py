"""Masking what people must not read: the log keeps it, screen and report do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MASK = "[redacted]"

LONGEST_SECRET = 4096
"""Characters that a match may have to be masked in whole where a text is shown bit by bit."""

_STEPS: list[int] = [0, *(2**power for power in range(13))]


def redacted(text: str, patterns: Iterable[str]) -> str:
    """Replace whatever one of the regular expressions matches by a mask."""
    for pattern in patterns:
        text = re.sub(pattern, MASK, text)
    return text


def clean_cut(text: str, patterns: Sequence[str], *, keep: int) -> int:
    """Say where `text`, which goes on, can be cut: each part masked by itself is the whole masked.

    What is still to come cannot change that for a match of up to `LONGEST_SECRET` characters.
    Behind the cut there are no more than `keep` characters, which must be more than those.
    """
    whole = redacted(text, patterns)
    latest = len(text) - LONGEST_SECRET
    earliest = max(len(text) - keep, 0)
    back = [latest - step for step in _STEPS if latest - step >= earliest]
    ahead = [latest + step for step in _STEPS if latest + step < len(text)]
    for cut in (*back, *ahead):
        if redacted(text[:cut], patterns) + redacted(text[cut:], patterns) == whole:
            return cut
    return len(text)
