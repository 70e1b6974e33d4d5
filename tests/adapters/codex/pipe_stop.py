"""A `Stop` that a test asks for."""

from __future__ import annotations

import os

from helm.domain.events import Cause


class PipeStop:
    """The `Stop` port on a pipe of its own."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self.cause: Cause | None = None
        self.requests = 0

    def ask(self, cause: Cause = Cause.SIGINT) -> None:
        """Ask, once more."""
        self.cause = self.cause or cause
        self.requests += 1
        os.write(self._writer, b"!")

    def fileno(self) -> int:
        return self._reader

    def close(self) -> None:
        os.close(self._reader)
        os.close(self._writer)
