"""helm on a terminal of 80 columns, as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Mapping

from tests.e2e.workspace import Workspace

COLUMNS = 80
_NOTHING: Mapping[str, str] = {}


def on_terminal(
    workspace: Workspace, *words: str, environment: Mapping[str, str] = _NOTHING
) -> str:
    """Call helm with a terminal for its output, and give what that shows; there is no pager."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    settings = {"TERM": "xterm", "PAGER": "cat", **environment}
    with workspace.start(*words, stdout=theirs, environment=settings) as helm:
        os.close(theirs)
        shown = _all_of(ours)
        assert helm.end().code == 0
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _all_of(descriptor: int) -> bytes:
    shown = b""
    while True:
        try:
            data = os.read(descriptor, 65536)
        except OSError:  # so Linux says that nobody holds the other end any more
            return shown
        if not data:
            return shown
        shown += data
