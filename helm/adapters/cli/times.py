"""Moments, as people read and write them: local, short, or so long ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from helm.app.errors import WordsInvalid

_AGO = re.compile(r"([0-9]{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def short_moment(moment: datetime, now: datetime) -> str:
    """Write a moment in local time: `31 Jan 09:15`, and `31 Jan 2025` in another year."""
    local = moment.astimezone()
    return f"{local:%d %b %H:%M}" if local.year == now.astimezone().year else f"{local:%d %b %Y}"


def full_moment(moment: datetime) -> str:
    """Write a moment in local time, to the second, with its zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %z}"


def clock_time(moment: datetime) -> str:
    """Write the local time of day, to the second."""
    return f"{moment.astimezone():%H:%M:%S}"


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
