"""Bytes into lines, in time that grows with the bytes and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

from helm.domain.transcript import FIRST_LINE_LIMIT


class Lines:
    """Lines that arrive in pieces; one of more than `limit` bytes is passed over."""

    def __init__(self, limit: int = FIRST_LINE_LIMIT) -> None:
        self._limit = limit
        self._begun = bytearray()
        self._passing_over = False

    def split(self, data: bytes) -> Iterator[bytes]:
        """Give the lines that `data` completes, without their ends."""
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            self._keep(data[start:end])
            start = end + 1
            passed_over, line = self._passing_over, self.rest()
            if not passed_over:
                yield line
        self._keep(data[start:])

    def rest(self) -> bytes:
        """Give the last line, which nothing has ended."""
        rest = bytes(self._begun)
        self._begun = bytearray()
        self._passing_over = False
        return rest

    def _keep(self, piece: bytes) -> None:
        if len(self._begun) + len(piece) > self._limit:
            self._begun = bytearray()
            self._passing_over = True
        if not self._passing_over:
            self._begun += piece
