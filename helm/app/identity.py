"""Names: ids of runs, and the name that somebody meant who wrote another.

Run ids are ULIDs, so that their order is that of time. Source: the ULID specification (48 bits of
milliseconds, 80 of randomness, Crockford's base 32).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher, get_close_matches
from itertools import pairwise, takewhile

from helm.app.ports import EventLog

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENTROPY_BYTES = 10
_SHORTEST = 8
_MOST_SUGGESTIONS = 3
_LIKENESS = 0.5
"""Of 1.0, from which on a name may have been meant: `spec-9` for `spec-09-parser`."""

_AS_GOOD = 0.1
"""How much less like than the likest a name may be that is suggested beside it."""


def new_run_id(moment: datetime, entropy: bytes) -> str:
    """Make the id of a run begun at `moment`, from ten random bytes."""
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    number = (milliseconds << 80) | int.from_bytes(entropy[:ENTROPY_BYTES], "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


def abbreviated(run_id: str, log: EventLog) -> str:
    """Give the shortest beginning of an id, eight characters at least, that no other run has."""
    for length in range(_SHORTEST, len(run_id)):
        if set(log.runs_like(run_id[:length])) <= {run_id}:
            return run_id[:length]
    return run_id


def abbreviations(log: EventLog) -> dict[str, str]:
    """Shorten the ids of all runs of a log as `abbreviated` does, for long lists.

    In their order, each has its nearest likeness beside it.
    """
    ids = sorted(log.runs_like(""))
    shared = [0, *(_alike(*pair) for pair in pairwise(ids)), 0]
    return {
        run_id: run_id[: max(before + 1, after + 1, _SHORTEST)]
        for run_id, before, after in zip(ids, shared, shared[1:], strict=False)
    }


def nearest(
    word: str, known: Iterable[str], likeness_wanted: float = _LIKENESS
) -> tuple[str, ...]:
    """Give the names that may have been meant by `word`, which is none of them, likest first."""
    near = get_close_matches(word, list(known), n=_MOST_SUGGESTIONS, cutoff=likeness_wanted)
    likeness = [SequenceMatcher(a=each, b=word).ratio() for each in near]
    pairs = zip(near, likeness, strict=True)
    return tuple(name for name, each in pairs if each > likeness[0] - _AS_GOOD)


def meant(word: str, known: Iterable[str], quote: str = "") -> str:
    """Ask for what may have been meant: `did you mean spec-09?`; nothing where nothing is near.

    Each name stands between two of `quote`.
    """
    near = [f"{quote}{each}{quote}" for each in nearest(word, known)]
    return f"did you mean {' or '.join(near)}?" if near else ""


def _alike(one: str, other: str) -> int:
    """Count the characters with which both begin."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )
