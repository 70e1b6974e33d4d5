"""Masking what people must not read: the log keeps it, screen and report do not."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import reduce

from helm.domain import control

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


def redacted(text: str, patterns: Iterable[str]) -> str:
    """Replace whatever one of the regular expressions matches by a mask.

    Control functions are no part of the text: a secret is masked that has one before it, or in
    its midst. Sequences, such as colours, stay where they stood, but for a string (a title, a
    link) that holds a secret itself. Where there is a mask, other control characters go.
    """
    if control.has_control(text):
        return _redacted_beneath(text, tuple(patterns))
    for pattern in patterns:
        text = re.sub(pattern, MASK, text)
    return text


def _redacted_beneath(text: str, patterns: Sequence[str]) -> str:
    text = control.STRING.sub(lambda found: _innocent(found[0], patterns), text)
    text = reduce(_masked_across, patterns, text)
    spelled = control.seven_bit(text)
    if spelled != text:
        masked = reduce(_masked_across, patterns, spelled)
        text = text if masked == spelled else masked
    coloured, bare = _parted(text)
    for pattern in patterns:
        if re.search(pattern, bare):
            text = coloured = _masked_beneath(coloured, bare, pattern)
            bare = control.SEQUENCE.sub("", coloured)
    return text


def _innocent(string: str, patterns: Sequence[str]) -> str:
    """Give a string for a terminal; nothing where it holds a secret: nobody would see a mask."""
    told = control.CHARACTER.sub("", string)
    return "" if any(re.search(pattern, told) for pattern in patterns) else string


def _masked_across(text: str, pattern: str) -> str:
    """Mask what a pattern matches together with control functions, or with a part of one.

    It may name them, and a sequence may have taken a secret's first letter for its own last.
    """
    matches = [found for found in re.finditer(pattern, text) if found[0]]
    if not matches:
        return text
    sequences = [found.span() for found in control.SEQUENCE.finditer(text)]
    begins, ends = [begin for begin, _ in sequences], [end for _, end in sequences]
    parts, shown = [], 0
    for found in matches:
        touched = sequences[bisect_right(ends, found.start()) : bisect_left(begins, found.end())]
        first = min([found.start(), *(begin for begin, _ in touched)])
        last = max([found.end(), *(end for _, end in touched)])
        if (first, last) in touched or not (touched or control.has_control(found[0])):
            continue
        parts += [_parted(text[shown:first])[0], MASK, *control.SEQUENCE.findall(found[0])]
        shown = last
    return "".join((*parts, text[shown:]))


def _parted(text: str) -> tuple[str, str]:
    """Give a text without control characters but in sequences, and the same without sequences.

    An escape that begins no sequence would make one with a mask behind it.
    """
    text = control.seven_bit(text)
    bare = control.SEQUENCE.sub("", text)
    if not control.has_control(bare):
        return text, bare
    parts, at = [], 0
    for found in control.SEQUENCE.finditer(text):
        parts += [control.CHARACTER.sub("", text[at : found.start()]), found[0]]
        at = found.end()
    parts.append(control.CHARACTER.sub("", text[at:]))
    return "".join(parts), control.CHARACTER.sub("", bare)


def _masked_beneath(text: str, bare: str, pattern: str) -> str:
    """Mask what a pattern matches in `bare`, the text without its sequences, which are kept."""
    sequences, taken = [], [0]  # where in the bare text each stands, and what those up to it take
    for found in control.SEQUENCE.finditer(text):
        sequences.append(found.start() - taken[-1])
        taken.append(taken[-1] + len(found[0]))
    parts, shown = [], 0
    for found in filter(re.Match.group, re.finditer(pattern, bare)):
        first, last = (
            at + taken[bisect_right(sequences, at)] for at in (found.start(), found.end() - 1)
        )
        parts += [text[shown:first], MASK, *control.SEQUENCE.findall(text[first:last])]
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
