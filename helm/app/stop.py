"""Asking a run to stop, from a signal handler or from another thread."""

from __future__ import annotations

import os

from helm.domain.events import Cause


class StopRequest:
    """A request that wakes whoever waits for it.

    `ask` does nothing but note the cause and write a byte: it is safe in a signal handler.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._cause: Cause | None = None
        self._requests = 0
        self._closed = False

    def ask(self, cause: Cause) -> None:
        """Ask for a stop; the first cause counts, and every further request presses harder."""
        self._cause = self._cause or cause
        self._requests += 1
        if self._closed:
            return
        try:
            os.write(self._writer, b"!")
        except BlockingIOError:  # the pipe is full of earlier requests: nobody can be asleep
            return

    @property
    def cause(self) -> Cause | None:
        """Who asked first; None while nobody has."""
        return self._cause

    @property
    def requests(self) -> int:
        """How often a stop was asked for."""
        return self._requests

    def fileno(self) -> int:
        """Give the descriptor that is readable once a stop was asked for."""
        return self._reader

    def close(self) -> None:
        """Give the descriptors back; a later request is only noted."""
        self._closed = True
        os.close(self._reader)
        os.close(self._writer)
