"""What people must not read is masked wherever it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain import control
from helm.domain.redaction import LONGEST_SECRET, MASK, TOKENS, clean_cut, redacted


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


RED, PLAIN = "\x1b[01;31m\x1b[K", "\x1b[m\x1b[K"
"""What grep puts around the words that it has found."""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"key={RED}sk-abc{PLAIN}.", f"key={RED}[redacted]{PLAIN}."),
        (f"key={RED}sk-{PLAIN}abc.", f"key={RED}[redacted]{PLAIN}."),
        (f"{RED}sk-a{PLAIN} sk-b", f"{RED}[redacted]{PLAIN} [redacted]"),
        (f"{RED}task-abc{PLAIN}", f"{RED}task-abc{PLAIN}"),
        (f"s{RED}k{PLAIN}-{RED}abc", f"[redacted]{RED}{PLAIN}{RED}"),
    ],
)
def test_a_secret_is_masked_whatever_its_colour(text: str, masked: str) -> None:
    """As a tool leaves it that colours what it has found; the colours stay."""
    assert redacted(text, [r"\bsk-[a-z]+"]) == masked


def test_a_place_without_a_text_is_no_secret() -> None:
    """Whatever a pattern makes of the ends of a coloured text."""
    assert redacted(f"{RED}a", [r"(?<=a)|sk"]) == f"{RED}a"
    assert redacted(f"{RED}sk", [r"(?=s)|$"]) == f"{RED}sk"


@given(st.lists(st.sampled_from([*"sk-a1. \n", RED, PLAIN, "\x1b[", "\0"])))
def test_colours_change_nothing_of_what_is_masked(pieces: list[str]) -> None:
    """The text beneath them is masked as it would be without."""
    text, patterns = "".join(pieces), (r"\bsk-[a-z]+", r"(?<=a)1")
    assert beneath(redacted(text, patterns)) == redacted(beneath(text), patterns)


def beneath(text: str) -> str:
    return control.CHARACTER.sub("", control.SEQUENCE.sub("", control.seven_bit(text)))


LINK = "\x1b]8;;https://example.org/{}\x1b\\"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a sk-\x00abc.", "a [redacted]."),
        ("a sk-a\x08\x7fbc.", "a [redacted]."),
        ("a \u202esk-\u202dabc\u2069.", "a [redacted]."),
        ("a sk-\x1b(Babc.", "a [redacted]\x1b(B."),
        ("a sk-\x9b31mabc.", "a [redacted]\x1b[31m."),
        ("a \x1bé sk-abc.", "a é [redacted]."),
        (f"a sk-{LINK.format('b')}abc.", f"a [redacted]{LINK.format('b')}."),
        (f"a {LINK.format('sk-abc')}b.", "a b."),
        (f"a {LINK.format('sk-' + chr(0) + 'abc')}b.", "a b."),
        ("a\x00b \x9b31mc \x1b", "a\x00b \x9b31mc \x1b"),
    ],
)
def test_a_secret_is_masked_whatever_controls_the_terminal_within(text: str, masked: str) -> None:
    """What a terminal does not show breaks no secret, and hides none; other text is as it was."""
    assert redacted(text, [r"\bsk-[a-z]+"]) == masked


@pytest.mark.parametrize("start", ["\x1b", "\x1b[3", "\x9b", "\x1b("])
def test_no_sequence_takes_a_letter_from_a_secret(start: str) -> None:
    """Else the rest of it would be shown."""
    assert redacted(f"a {start}sk-abc.", ["sk-[a-z]+"]) == "a [redacted]."


def test_a_pattern_may_name_control_functions() -> None:
    """The colours of other text are none of its matter."""
    assert redacted("\x1b[31ma\x1b[m <\x1f\x1b[1m>", [r"<\x1f.*>"]) == (
        "\x1b[31ma\x1b[m [redacted]\x1b[1m"
    )
    assert redacted("\x1b[31ma 1 m\x1b[m", ["[0-9]+|m"]) == (
        "\x1b[31ma [redacted] [redacted]\x1b[m"
    )


def test_a_mask_makes_no_sequence_with_an_escape_before_it() -> None:
    """Else its first letters would be taken for the rest of one."""
    assert redacted("\x1bPas pas", ["Pas"]) == "[redacted] pas"


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


BODY = "a1B2" * 20
"""Made up, and put together here, so that no search for leaked secrets finds this file."""


@pytest.mark.parametrize(
    "token",
    [
        "sk-" + BODY,
        "sk-proj-" + BODY,
        "sk-ant-api03-" + BODY,
        "ghp_" + BODY[:36],
        "ghs_" + BODY[:36],
        "github_pat_" + BODY,
        "glpat-" + BODY[:20],
        "AKIA" + BODY[:16].upper(),
        "ASIA" + BODY[:16].upper(),
        "AIza" + BODY[:35],
        "xoxb-" + "1234567890-" + BODY[:12],
        "sk_live_" + BODY[:24],
        "rk_live_" + BODY[:24],
        "npm_" + BODY[:36],
        "pypi-" + BODY,
        f"eyJ{BODY}.eyJ{BODY}.{BODY}",
        f"Bearer {BODY}==",
    ],
)
def test_common_tokens_are_known_by_their_form(token: str) -> None:
    """Wherever they stand in a line, and as a whole."""
    for text in (token, f"key={token}\n", f'{{"key":"{token}"}}', f"({token}), and more"):
        assert redacted(text, TOKENS) == text.replace(token, MASK)


@pytest.mark.parametrize(
    "text",
    [
        "sk-learn, sk-",
        "task-0123456789-0123456789-0123",
        "a risk-0123456789-0123456789-012",
        "sk-this-is-a-name-with-many-words-in-it",
        "AKIA is a form, AKIA" + 17 * "A",
        "SHAKIA" + 16 * "A",
        "npm_config_registry, npm_lifecycle_event",
        "the bearer of Bearer tokens",
        "eyJhbGciOi alone",
        "https://pypi-mirror.example/simple",
        "0123456789abcdef" * 4,
    ],
)
def test_words_that_only_look_a_little_like_tokens_stay(text: str) -> None:
    """What is masked without need is lost to the reader."""
    assert redacted(text, TOKENS) == text


def test_tokens_are_searched_for_by_their_first_letters() -> None:
    """A pattern whose first letters are open costs a flood of output ten times as much."""
    for pattern in TOKENS:
        assert re.match(r"[A-Za-z]{2}", pattern), pattern
        assert not re.search(pattern, "")
