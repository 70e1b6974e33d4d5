"""Run ids: ULIDs, so that their order is that of time.

Source: the ULID specification (48 bits of milliseconds, 80 of randomness, Crockford's base 32).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from helm.app.ports import EventLog

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENTROPY_BYTES = 10
_SHORTEST = 8


def new_run_id(moment: datetime, entropy: bytes) -> str:
    """Make the id of a run begun at `moment`, from ten random bytes."""
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    number = (milliseconds << 80) | int.from_bytes(entropy[:ENTROPY_BYTES], "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


def abbreviated(run_id: str, log: EventLog) -> str:
    """Give the shortest beginning of an id, eight characters at least, that no other run has."""
    for length in range(_SHORTEST, len(run_id)):
        if set(log.runs_like(run_id[:length])) <= {run_id}:
            return run_id[:length]
    return run_id
