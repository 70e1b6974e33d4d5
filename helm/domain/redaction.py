"""Masking what people must not read: the log keeps it, screen and report do not."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "[redacted]"


def redacted(text: str, patterns: Iterable[str]) -> str:
    """Replace whatever one of the regular expressions matches by a mask."""
    for pattern in patterns:
        text = re.sub(pattern, MASK, text)
    return text
