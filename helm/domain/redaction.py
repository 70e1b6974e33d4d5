"""Masking what people must not read: the log keeps it, screen and report do not."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

MASK = "[redacted]"

LONGEST_SECRET = 4096
"""Characters that a match may have to be masked in whole where a text is shown bit by bit."""

TOKENS = (
    r"sk-(?<![A-Za-z0-9_-]sk-)(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{20,}",  # OpenAI, Anthropic
    r"gh[opsur]_[A-Za-z0-9]{36,}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"glpat-[A-Za-z0-9_-]{20,}",  # GitLab
    r"AKIA(?<![A-Z0-9]AKIA)[A-Z0-9]{16}(?![A-Za-z0-9])",  # Amazon Web Services
    r"ASIA(?<![A-Z0-9]ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    r"AIza[A-Za-z0-9_-]{35}",  # Google
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"sk_live_[A-Za-z0-9]{16,}",  # Stripe
    r"rk_live_[A-Za-z0-9]{16,}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[A-Za-z0-9_-]{50,}",
    r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",  # JSON Web Token, RFC 7519
    r"Bearer [A-Za-z0-9._~+/-]{20,}=*",  # RFC 6750
)
"""The forms of common tokens, as their issuers document them.

Each begins with letters that stand for themselves, since a text is searched for those some ten
times as fast; what must not stand before them is looked back for afterwards.
"""

_STEPS: list[int] = [0, *(2**power for power in range(13))]

_COLOUR = re.compile(r"\x1b\[[0-?]{0,4096}[ -/]{0,4096}[@-~]")
"""A control sequence of a terminal, as tools put around, and into, the words that they find."""


def redacted(text: str, patterns: Iterable[str]) -> str:
    """Replace whatever one of the regular expressions matches by a mask.

    Colours are no part of the text: a secret is masked that has one before it, or in its midst.
    """
    if "\x1b[" in text:
        return _redacted_beneath(text, patterns)
    for pattern in patterns:
        text = re.sub(pattern, MASK, text)
    return text


def _redacted_beneath(text: str, patterns: Iterable[str]) -> str:
    bare = _COLOUR.sub("", text)
    for pattern in patterns:
        if re.search(pattern, bare):
            text = _masked_beneath(text, bare, pattern)
            bare = _COLOUR.sub("", text)
    return text


def _masked_beneath(text: str, bare: str, pattern: str) -> str:
    """Mask what a pattern matches in `bare`, the text without its colours, which are kept."""
    colours, taken = [], [0]  # where in the bare text each stands, and what those up to it take
    for found in _COLOUR.finditer(text):
        colours.append(found.start() - taken[-1])
        taken.append(taken[-1] + len(found[0]))
    parts, shown = [], 0
    for found in filter(re.Match.group, re.finditer(pattern, bare)):
        first, last = (
            at + taken[bisect_right(colours, at)] for at in (found.start(), found.end() - 1)
        )
        parts += [text[shown:first], MASK, *_COLOUR.findall(text[first:last])]
        shown = last + 1
    return "".join((*parts, text[shown:]))


def clean_cut(text: str, patterns: Sequence[str], *, keep: int) -> int:
    """Say where `text`, which goes on, can be cut: each part masked by itself is the whole masked.

    What is still to come cannot change that for a match of up to `LONGEST_SECRET` characters.
    Behind the cut there are no more than `keep` characters, which must be more than those.
    """
    whole = redacted(text, patterns)
    latest = len(text) - LONGEST_SECRET
    earliest = max(len(text) - keep, 0)
    back = [latest - step for step in _STEPS if latest - step >= earliest]
    ahead = [latest + step for step in _STEPS if latest + step < len(text)]
    for cut in (*back, *ahead):
        if redacted(text[:cut], patterns) + redacted(text[cut:], patterns) == whole:
            return cut
    return len(text)
