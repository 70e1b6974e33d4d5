"""Making text of unknown origin harmless for a terminal: nothing but colour gets through.

An agent's output may hold cursor moves, window titles, clipboard writes and screen switches, by
accident or on purpose. The log keeps the bytes; what is shown passes through here.
Source of the forms: ECMA-48 (control functions), xterm's control sequences (OSC).
"""

from __future__ import annotations

import codecs
import re

# A sequence that is longer than this is none: what is held back must not grow without end.
_CSI = r"\x1b\[[0-?]{0,4096}[ -/]{0,4096}"  # colours, cursor, modes
_STRING = r"\x1b[\]PX^_][^\x07\x1b\n]{0,4096}"  # OSC, DCS and the like: titles, clipboard
_SHORT = r"\x1b[ -/]{0,4096}"  # reset, charset
_SEQUENCE = re.compile(rf"{_CSI}[@-~]|{_STRING}(?:\x07|\x1b\\)|{_SHORT}[0-OQ-WYZ\\`-~]")
_UNFINISHED = re.compile(rf"(?:{_CSI}|{_STRING}\x1b?|{_SHORT})\Z")
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_RETURN = re.compile(r"\r\r*\n?")  # begins with a plain character, so that re can search for it


def harmless(text: str, *, colour: bool) -> str:
    """Take every control function out of `text`, but line ends, tabs, and colours if wanted."""
    parts: list[str] = []
    at = 0
    for found in _SEQUENCE.finditer(text):
        parts.append(_plain(text[at : found.start()]))
        if colour and _COLOUR.fullmatch(found[0]):
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
        text = self._held + self._decoder.decode(data, final)
        cut = len(text) if final else _whole_until(text)
        self._held = text[cut:]
        return harmless(text[:cut], colour=self._colour)


def _whole_until(text: str) -> int:
    """Say how far `text` can be shown: an unfinished sequence or line end must wait."""
    unfinished = _UNFINISHED.search(text)
    return unfinished.start() if unfinished else len(text.rstrip("\r"))


def _plain(text: str) -> str:
    return _CONTROL.sub("", _RETURN.sub("\n", text))
