"""What speaks against an `ok`, in sentences for people. It stays an `ok`."""

from __future__ import annotations

from collections.abc import Iterator

from helm.domain.events import Status, VerdictGiven
from helm.domain.evidence import Evidence


def doubts(verdict: VerdictGiven, seen: Evidence | None) -> Iterator[str]:
    """Doubt a verdict by its own words, and by what the verifier ran, where that is known."""
    if verdict.status is not Status.OK:
        return
    if verdict.remaining_tasks:
        yield "the verifier says ok, and names remaining tasks all the same"
    if seen is None or not seen.told:
        return
    if not seen.commands:
        yield "the verifier says ok, and tells of no command that it ran"
    elif not seen.succeeded:
        yield "the verifier says ok, and none of its commands succeeded: see helm doctor"
