"""An agent's output in pieces that are stored as they come, and whole again in a digest."""

from __future__ import annotations

import hashlib
import math

from helm.adapters.codex.excerpt import Excerpt
from helm.domain.commands import RecordOutput
from helm.domain.events import Channel, ChannelDigest
from helm.domain.transcript import kept_from_beginning

CHUNK_SIZE = 64 * 1024
CHUNK_SECONDS = 0.25


class Chunks:
    """One channel's bytes. A chunk is closed by its size, by its age, or because somebody asks.

    Of more than `limit` bytes the last ones are held back, and given when there are no more.
    """

    def __init__(self, channel: Channel, limit: int | None = None) -> None:
        self._channel = channel
        self._open = bytearray()
        self._offset = 0
        self._room = math.inf if limit is None else kept_from_beginning(limit)
        self._held_back = Excerpt(head=0, tail=0 if limit is None else limit - int(self._room))
        self._length = 0
        self._digest = hashlib.sha256()
        self.due = math.inf
        """When the open chunk is too old."""

    @property
    def over_limit(self) -> bool:
        """Whether there is more than is told as it comes."""
        return self._length > self._room

    def add(self, data: bytes, now: float) -> list[RecordOutput]:
        """Take bytes in, and give the chunks that they have filled."""
        if not self._open:
            self.due = now + CHUNK_SECONDS
        self._digest.update(data)
        room = max(self._room - self._length, 0)
        self._length += len(data)
        if len(data) > room:
            self._held_back.add(data[int(room) :])
            data = data[: int(room)]
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

    def finish(self) -> list[RecordOutput]:
        """Give what is left when there is no more to come: the open chunk, and the end."""
        last = self.close()
        self._open = bytearray(self._held_back.end())
        self._offset = self._length - len(self._open)
        while self._open:
            last.append(self._take(min(len(self._open), CHUNK_SIZE)))
        return last

    def digest(self) -> ChannelDigest:
        """Sum up everything that was taken in."""
        return ChannelDigest(length=self._length, sha256=self._digest.hexdigest())

    def _take(self, size: int) -> RecordOutput:
        data = bytes(self._open[:size])
        del self._open[:size]
        taken = RecordOutput(channel=self._channel, offset=self._offset, data=data)
        self._offset += size
        return taken
