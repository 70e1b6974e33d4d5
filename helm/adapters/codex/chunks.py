"""An agent's output in pieces that are stored as they come, and whole again in a digest."""

from __future__ import annotations

import hashlib
import math

from helm.domain.commands import RecordOutput
from helm.domain.events import Channel, ChannelDigest

CHUNK_SIZE = 64 * 1024
CHUNK_SECONDS = 0.25


class Chunks:
    """One channel's bytes. A chunk is closed by its size, by its age, or because somebody asks."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._open = bytearray()
        self._offset = 0
        self._digest = hashlib.sha256()
        self.due = math.inf
        """When the open chunk is too old."""

    def add(self, data: bytes, now: float) -> list[RecordOutput]:
        """Take bytes in, and give the chunks that they have filled."""
        if not self._open:
            self.due = now + CHUNK_SECONDS
        self._digest.update(data)
        self._open += data
        filled = []
        while len(self._open) >= CHUNK_SIZE:
            filled.append(self._take(CHUNK_SIZE))
            self.due = now + CHUNK_SECONDS
        if not self._open:
            self.due = math.inf
        return filled

    def close(self) -> list[RecordOutput]:
        """Give the open chunk, if it holds anything."""
        self.due = math.inf
        return [self._take(len(self._open))] if self._open else []

    def digest(self) -> ChannelDigest:
        """Sum up everything that was taken in."""
        length = self._offset + len(self._open)
        return ChannelDigest(length=length, sha256=self._digest.hexdigest())

    def _take(self, size: int) -> RecordOutput:
        data = bytes(self._open[:size])
        del self._open[:size]
        taken = RecordOutput(channel=self._channel, offset=self._offset, data=data)
        self._offset += size
        return taken
