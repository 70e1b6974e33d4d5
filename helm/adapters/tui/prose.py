"""Files of prose, as rows: broken once for a width, because they are drawn again and again."""

from __future__ import annotations

import re
from functools import lru_cache

from helm.adapters.tui.frame import Line, text, wrapped
from helm.app.cells import unjoined
from helm.app.terminal_text import harmless
from helm.domain.redaction import redacted

_LONGEST = 100_000
"""Characters that are shown of a file; nobody reads more here."""

_TAB = 4
_HEADING = re.compile("#{1,6} ")


@lru_cache(maxsize=32)
def prose(words: str, width: int, redact: tuple[str, ...] = ()) -> tuple[Line, ...]:
    """Break a file in Markdown into rows; its headings stand out.

    What one of the patterns `redact` matches is masked.
    """
    words = redacted(words, redact)
    shown = unjoined(harmless(words[:_LONGEST], colour=False)).expandtabs(_TAB)
    rows: list[Line] = []
    for line in shown.strip("\n").splitlines():
        rows += wrapped(line, width, "heading" if _HEADING.match(line) else "")
    if len(words) > _LONGEST:
        rows += [(), text("(it goes on: e opens it)", "state")]
    return tuple(rows)
