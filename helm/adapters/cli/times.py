"""Moments, as people name them: so long ago, or a date."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from helm.app.errors import WordsInvalid

_AGO = re.compile(r"([0-9]{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment_before(text: str, now: datetime) -> datetime:
    """Read a moment that people name: so long ago (`2h`, `7d`), or a date, in local time.

    Raises `WordsInvalid`, whose text says what is allowed.
    """
    try:
        found = _AGO.fullmatch(text)
        if found:
            return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise WordsInvalid(
            f"{text!r} is no moment; write for example 30m, 2h, 7d, 2026-01-31 or 2026-01-31T09:15"
        ) from error
