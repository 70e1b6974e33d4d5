"""How wide a text is on a terminal, and making it so wide."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import wcwidth

from helm.app.cells import unjoined, width_of
from helm.app.terminal_text import one_line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", "plain"),
        ("👨\u200d👩", "👨👩"),
        ("❤\ufe0f", "❤"),
        ("👍🏽", "👍"),
        ("🇩🇪", "DE"),
        ("漢字", "漢字"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_what_joins_characters_is_taken_out(text: str, parts: str) -> None:
    """But for accents, of which nobody doubts how wide they are."""
    assert unjoined(text) == parts


@given(st.text())
@example("0\u0bc60")  # a vowel sign that is counted by what it follows
def test_what_is_not_joined_is_as_wide_as_its_characters(text: str) -> None:
    """Whoever draws a character at a time comes to the same place."""
    apart = unjoined(one_line(text))
    assert width_of(apart) == sum(max(wcwidth(character), 0) for character in apart)
