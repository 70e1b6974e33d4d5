"""What was recorded, exactly: byte for byte for programs, made harmless for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper

from helm.adapters.cli.console import Console
from helm.adapters.cli.pager import paged
from helm.app.terminal_text import TerminalText
from helm.domain.redaction import redacted

_BYTES = "latin-1"
"""The encoding in which every byte is a character, and that character the same byte again."""


def print_raw(chunks: Iterable[bytes], redact: Sequence[str]) -> None:
    """Print bytes as they are. A terminal gets text, in which what `redact` matches is masked."""
    console = Console.standard(strict=True, exact=True)
    if console.on_terminal:
        with paged() as screen:
            for line in _lines(chunks, colour=screen.colour):
                screen.write(redacted(line, redact))
        return
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=_BYTES)
    for data in chunks:
        console.write(data.decode(_BYTES))


def _lines(chunks: Iterable[bytes], *, colour: bool) -> Iterator[str]:
    """Give harmless text in whole lines: a secret must not slip through in two halves."""
    shown, held = TerminalText(colour=colour), ""
    for data in chunks:
        held += shown.feed(data)
        whole, end, held = held.rpartition("\n")
        yield whole + end
    yield held + shown.feed(b"", final=True)
