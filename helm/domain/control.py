"""Control functions: what in a text tells a terminal what to do, and is no part of what it says.

Source of the forms: ECMA-48 (control functions), xterm's control sequences (OSC), and Unicode,
annex 9 (overrides of direction). Line ends and tabs are not among them.
"""

from __future__ import annotations

import re

# A sequence that is longer than this is none: what is held back must not grow without end.
_CSI = r"\x1b\[[0-?]{0,4096}[ -/]{0,4096}"  # colours, cursor, modes
_STRING = r"\x1b[\]PX^_][^\x07\x1b\x9b\n]{0,4096}"  # OSC, DCS and the like: titles, clipboard
_SHORT = r"\x1b[ -/]{0,4096}"  # reset, charset

STRING = re.compile(rf"{_STRING}(?:\x07|\x1b\\)")
SEQUENCE = re.compile(rf"{_CSI}[@-~]|{STRING.pattern}|{_SHORT}[0-OQ-WYZ\\`-~]")
UNFINISHED = re.compile(rf"(?:{_CSI}|{_STRING}\x1b?|{_SHORT})\Z")
COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_CHARACTERS = "".join(filter(CHARACTER.match, map(chr, range(0x2070))))


def seven_bit(text: str) -> str:
    """Write CSI as ESC and a bracket, the form that the patterns here know, not as U+009B."""
    return text.replace("\x9b", "\x1b[")


def has_control(text: str) -> bool:
    """Whether there is a control character in a text, be it in a sequence or not.

    Most texts have none. To ask for one after the other is many times as fast as to search for
    a class of them.
    """
    return not text.isprintable() and any(map(text.__contains__, _CHARACTERS))
