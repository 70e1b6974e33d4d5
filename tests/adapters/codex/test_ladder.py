"""When an agent is asked more harshly, on a clock that the test sets."""

from __future__ import annotations

from typing import cast

import pytest

from helm.adapters.codex.ladder import Ladder
from helm.adapters.codex.tree import ProcessTree


class DeafTree:
    """Notes what it is sent, and heeds nothing."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.refusal: OSError | None = None

    def interrupt(self) -> None:
        if self.refusal:
            raise self.refusal
        self.sent.append("INT")

    def terminate(self) -> None:
        self.sent.append("TERM")

    def kill(self) -> None:
        self.sent.append("KILL")


@pytest.fixture
def tree() -> DeafTree:
    return DeafTree()


@pytest.fixture
def ladder(tree: DeafTree) -> Ladder:
    return Ladder(cast("ProcessTree", tree))


def test_each_rung_is_given_its_time(tree: DeafTree, ladder: Ladder) -> None:
    """Three seconds after SIGINT, two after SIGTERM, and five after SIGKILL helm gives up."""
    ladder.climb(100.0)
    sent = {}
    for now in (102.9, 103.0, 104.9, 105.0, 109.9, 110.0):
        ladder.press(now, 0)
        sent[now] = list(tree.sent)
        assert ladder.spent == (now == 110.0)
    assert sent[102.9] == ["INT"]
    assert sent[103.0] == sent[104.9] == ["INT", "TERM"]
    assert sent[105.0] == sent[110.0] == ["INT", "TERM", "KILL"]


def test_each_request_climbs_at_once(tree: DeafTree, ladder: Ladder) -> None:
    """The first begins, and a request that was answered does not count again."""
    for requests, sent in ((1, 1), (1, 1), (2, 2), (3, 3), (9, 3)):
        ladder.press(0.0, requests)
        assert len(tree.sent) == sent
    assert not ladder.spent


def test_requests_that_come_together_are_all_answered(tree: DeafTree, ladder: Ladder) -> None:
    """The gentle signal is sent first all the same."""
    ladder.press(0.0, 2)
    assert tree.sent == ["INT", "TERM"]


def test_nothing_is_sent_before_it_is_time(tree: DeafTree, ladder: Ladder) -> None:
    """A ladder that nobody has begun waits for ever."""
    ladder.press(1e9, 0)
    assert (tree.sent, ladder.begun) == ([], False)


def test_a_signal_that_cannot_be_sent_is_followed_by_the_next(
    tree: DeafTree, ladder: Ladder
) -> None:
    """Whoever is to be signalled is found in files, and there may be none left to open."""
    tree.refusal = OSError("too many open files")
    with pytest.raises(OSError, match="too many"):
        ladder.climb(100.0)
    ladder.press(103.0, 0)
    assert tree.sent == ["TERM"]
