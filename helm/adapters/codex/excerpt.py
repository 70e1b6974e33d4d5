"""Text too long to be kept: its beginning, its end, and a line between that says so."""

from __future__ import annotations

import codecs

_LEFT_OUT = "\n[... helm left out {} of {} bytes here; the transcript has more ...]\n"
_CONTINUES = range(0x80, 0xC0)
"""The bytes of UTF-8 that go on with a character, of which there can be three."""
_MOST_CONTINUED = 3


class Excerpt:
    """The first `head` and the last `tail` bytes of what may be any number of them."""

    def __init__(self, *, head: int, tail: int) -> None:
        self._head_size, self._tail_size = head, tail
        self._head, self._tail = bytearray(), bytearray()
        self.length = 0

    def add(self, data: bytes) -> None:
        self.length += len(data)
        room = self._head_size - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 2 * self._tail_size:  # not every time: each cut moves the rest
            del self._tail[: -self._tail_size]

    def end(self) -> bytes:
        """Give the last bytes alone, of what came after the first ones."""
        return bytes(self._tail[-self._tail_size :])

    def text(self) -> str:
        """Decode what is kept, cut between characters; broken ones become U+FFFD."""
        tail = self._tail[-self._tail_size :]
        if len(self._head) + len(tail) == self.length:
            return (self._head + tail).decode("utf-8", "replace")
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        head = decoder.decode(self._head)
        for _ in range(_MOST_CONTINUED):
            if tail and tail[0] in _CONTINUES:
                del tail[0]
        kept = len(self._head) - len(decoder.getstate()[0]) + len(tail)
        between = _LEFT_OUT.format(self.length - kept, self.length)
        return head + between + tail.decode("utf-8", "replace")
