"""What people must not read is masked wherever it stands."""

from __future__ import annotations

import pytest

from helm.domain.redaction import redacted


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
