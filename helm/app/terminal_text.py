"""Making text of unknown origin harmless for a terminal: nothing but colour gets through.

An agent's output may hold cursor moves, window titles, clipboard writes and screen switches, by
accident or on purpose. The log keeps the bytes; what is shown passes through here.
"""

from __future__ import annotations

import codecs
import re

from helm.domain import control

_RETURN = re.compile(r"\r\r*\n?")  # begins with a plain character, so that re can search for it


def harmless(text: str, *, colour: bool) -> str:
    """Take every control function out of `text`, but line ends, tabs, and colours if wanted."""
    if not control.has_control(text):
        return _RETURN.sub("\n", text)
    text = control.seven_bit(text)
    parts: list[str] = []
    at = 0
    for found in control.SEQUENCE.finditer(text):
        parts.append(_plain(text[at : found.start()]))
        if colour and control.COLOUR.fullmatch(found[0]):
            parts.append(found[0])
        at = found.end()
    parts.append(_plain(text[at:]))
    return "".join(parts)


def one_line(text: str) -> str:
    """Make a message harmless, and one line, whatever path or name it quotes."""
    return " ".join(harmless(text, colour=False).split())


class TerminalText:
    """Bytes as they come, to text that may be shown.

    A character or an escape sequence that is cut by the edge of a chunk is held until it is whole;
    bytes that are not UTF-8 become U+FFFD.
    """

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""

    def feed(self, data: bytes, *, final: bool = False) -> str:
        """Take in a chunk and give what can be shown of it now; `final` gives all that is left."""
        text = self._held + control.seven_bit(self._decoder.decode(data, final))
        cut = len(text) if final else _whole_until(text)
        self._held = text[cut:]
        return harmless(text[:cut], colour=self._colour)


def _whole_until(text: str) -> int:
    """Say how far `text` can be shown: an unfinished sequence or line end must wait."""
    unfinished = control.UNFINISHED.search(text)
    return unfinished.start() if unfinished else len(text.rstrip("\r"))


def _plain(text: str) -> str:
    return control.CHARACTER.sub("", _RETURN.sub("\n", text))


def line_fault(text: str) -> str:
    """Say in a few words why a text cannot be one line of a file; nothing if it can."""
    return "" if text.isprintable() else "no control characters"
