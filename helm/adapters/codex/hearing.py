"""What an agent says on its standard output, in either of the two ways that helm understands."""

from __future__ import annotations

from collections.abc import Iterator

from helm.adapters.codex.excerpt import Excerpt
from helm.adapters.codex.lines import Lines
from helm.adapters.codex.turn import Said, Turn
from helm.domain.events import TokenUsage
from helm.domain.transcript import FirstLine

_HALF = 2 * 1024 * 1024
"""Bytes kept of a plain report at each end: together more than a prompt can hold."""


class Hearing:
    """The output so far. Its first line that is not blank tells how the agent speaks."""

    def __init__(self) -> None:
        self._first = FirstLine()
        self._lines = Lines()
        self._plain = Excerpt(head=_HALF, tail=_HALF)
        self._turn = Turn()
        self.jsonl: bool | None = None

    @property
    def completed(self) -> bool:
        """Whether the agent said that it is done, where its way of speaking has a word for it."""
        return not self.jsonl or self._turn.completed

    @property
    def report(self) -> str:
        """What the agent answers in the end."""
        return self._turn.report if self.jsonl else self._plain.text()

    @property
    def usage(self) -> TokenUsage | None:
        return self._turn.usage

    @property
    def complaint(self) -> str:
        """What the agent itself says went wrong."""
        return self._turn.complaint

    def hear(self, data: bytes) -> Iterator[Said]:
        """Take output in as it comes, and give what it tells."""
        if not self.jsonl:
            self._plain.add(data)
        if self.jsonl is None:
            self.jsonl = self._first.add(data)
            data = b"" if self.jsonl is None else self._first.take()
        if self.jsonl:
            for line in self._lines.split(data):
                yield from self._turn.hear(line)

    def finish(self) -> Iterator[Said]:
        """Read the last line, which nothing has ended."""
        if self.jsonl is None:
            self.jsonl = self._first.end()
            yield from self._turn.hear(self._first.take()) if self.jsonl else ()
        elif self.jsonl:
            yield from self._turn.hear(self._lines.rest())
