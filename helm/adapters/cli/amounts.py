"""Bytes, as people read how many there are."""

from __future__ import annotations

from helm.app.wording import counted

_UNITS = ("kB", "MB", "GB", "TB")
_STEP = 1000


def byte_size(size: int) -> str:
    """Write a number of bytes: `999 bytes`, `12.3 MB`, in powers of a thousand."""
    if size < _STEP:
        return counted(size, "byte")
    amount, unit = size / _STEP, 0
    while round(amount, 1) >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{amount:,.1f} {_UNITS[unit]}"
