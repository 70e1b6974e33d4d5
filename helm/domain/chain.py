"""The digest that chains the events of a run: whoever changes a row must change all that follow.

A pure function of the columns as they are stored, so that it can be recomputed by anyone.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

FIRST = ""
"""What stands for the digest before the first event of a run."""


class StoredEvent(NamedTuple):
    """The columns of `events` that the digest covers, in its order."""

    run_id: str
    seq: int
    kind: str
    schema_version: int
    recorded_at: str
    body: str


def digest_after(previous: str, event: StoredEvent) -> str:
    """Give the digest of `event`, where `previous` is that of the event before it in its run.

    SHA-256 over the previous digest (its hexadecimal text, or `FIRST`) and then each column, whole
    numbers as decimal text; each of the seven as UTF-8, after its length in 8 bytes, big-endian.
    """
    framed = bytearray()
    for column in (previous, *map(str, event)):
        part = column.encode()
        framed += len(part).to_bytes(8, "big")
        framed += part
    return hashlib.sha256(framed).hexdigest()
