"""What people must not read is masked wherever it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain.redaction import LONGEST_SECRET, clean_cut, redacted


@pytest.mark.parametrize(
    ("text", "patterns", "masked"),
    [
        ("sk-1 and sk-2", (), "sk-1 and sk-2"),
        ("sk-1 and sk-2", (r"sk-\d",), "[redacted] and [redacted]"),
        ("sk-1 and pw-2", (r"sk-\d", r"pw-\d"), "[redacted] and [redacted]"),
        ("sk-1\nsk-2\n", (r"sk-.*",), "[redacted]\n[redacted]\n"),
        ("a key: (b)", (r"key: \((.)\)",), "a [redacted]"),
        ("nothing", (r"sk-\d",), "nothing"),
        ("", (r"sk-\d",), ""),
    ],
)
def test_whatever_a_pattern_matches_is_masked(
    text: str, patterns: tuple[str, ...], masked: str
) -> None:
    """The whole match, and each of them."""
    assert redacted(text, patterns) == masked


SECRETS = (r"sk-[a-z]{1,60}", r"(?<=token=)\d{1,40}", r"pw\d(?=;)")
PIECES = st.sampled_from(["sk-", "abc", "token=", "12", "pw7", ";", " ", "x" * 50, "sk-q" * 9])


@given(st.lists(PIECES, max_size=30), st.integers(0, 4200))
def test_a_text_is_cut_where_no_secret_is(pieces: list[str], shift: int) -> None:
    """Whatever stands at the place where it would be cut."""
    tail = "." * (LONGEST_SECRET - shift)
    text = "." * 5000 + "".join(pieces) + tail
    keep = LONGEST_SECRET + 4096
    cut = clean_cut(text, SECRETS, keep=keep)
    assert len(text) - keep <= cut <= len(text)
    parts = (text[:cut], text[cut:])
    assert "".join(redacted(part, SECRETS) for part in parts) == redacted(text, SECRETS)


def test_a_secret_of_any_length_does_not_keep_a_text_from_being_cut() -> None:
    text = "sk-" + "a" * 50_000
    cut = clean_cut(text, ["sk-a+"], keep=2 * LONGEST_SECRET)
    assert cut == len(text)
