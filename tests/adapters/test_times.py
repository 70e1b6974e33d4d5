"""Moments, as people name them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from helm.adapters.cli.times import moment_before
from helm.app.errors import WordsInvalid

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nine hours before Greenwich."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "JST-9")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("1w", timedelta(weeks=1)),
        ("2026-03-01", timedelta(hours=21)),
        ("2026-03-01T20:00", timedelta(hours=1)),
        ("2026-03-01T11:00Z", timedelta(hours=1)),
    ],
)
def test_a_moment_is_so_long_ago_or_a_date(text: str, before: timedelta) -> None:
    """A date without a zone is of where one is."""
    assert moment_before(text, NOW) == NOW - before


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-7d", "1y", "yesterday", "999999w"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    """With examples of what is."""
    with pytest.raises(WordsInvalid, match="is no moment; write for example 30m, 2h, 7d, 2026-"):
        moment_before(text, NOW)
