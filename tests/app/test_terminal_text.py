"""Text of any origin, shown on a terminal: words, lines and colours come through, nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.app.terminal_text import TerminalText, harmless
from helm.domain.redaction import TOKENS, redacted
from tests.domain.histories import QUICK

COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

# What a terminal may be told, and what would do harm.
SEQUENCES = {
    "cursor": "\x1b[2J\x1b[10;20H",
    "screen": "\x1b[?1049h",
    "title": "\x1b]0;title\x07",
    "title, ended otherwise": "\x1b]0;title\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "link": "\x1b]8;;https://example.org\x1b\\",
    "image": "\x1bPq#0;2;0;0;0~~\x1b\\",
    "message": "\x1b_secret\x1b\\\x1b^secret\x1b\\\x1bXsecret\x1b\\",
    "reset": "\x1bc",
    "charset": "\x1b(0\x1b)B",
    "answer": "\x1b[6n\x1b[>c",
    "keys": "\x1b[>4;2m\x1b=",
    "cursor, in 8 bits": "\x9b2J\x9b10;20H",
}
WICKED = [*SEQUENCES.values(), "\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1b\\", "\x07", "\r", "\r\n"]
WICKED += ["\n", "\t", "\x00", "\x9b", "\x9d", "\x7f", "31", ";", "m", "\u202e", "\x1b[31m", "é"]

pieces = st.one_of(st.sampled_from(WICKED).map(str.encode), st.binary(max_size=3))
chunkings = st.lists(pieces, max_size=16)


def shown(*chunks: bytes, colour: bool = True) -> str:
    """Show chunks as they come, to the end."""
    text = TerminalText(colour=colour)
    return "".join([*map(text.feed, chunks), text.feed(b"", final=True)])


@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES)
def test_a_control_function_leaves_nothing_behind(sequence: str) -> None:
    """What surrounds it stays, and neither its parameters nor its text are printed."""
    assert harmless(f"before{sequence}after", colour=True) == "beforeafter"


@pytest.mark.parametrize("colour", ["31", "", "0", "1;4", "38;2;1;2;3", "4:3", "38:5:9"])
def test_colours_come_through_if_wanted(colour: str) -> None:
    """Select Graphic Rendition is kept as it is, in each of its forms, or taken out."""
    red = f"a \x1b[{colour}mred\x1b[0m b"
    assert harmless(red, colour=True) == red
    assert harmless(red, colour=False) == "a red b"


def test_a_colour_of_either_form_is_a_colour() -> None:
    """One that is not wanted leaves no letters behind, as it would without its U+009B alone."""
    assert harmless("a \x9b31mred\x9b0m b", colour=True) == "a \x1b[31mred\x1b[0m b"
    assert harmless("a \x9b31mred\x9b0m b", colour=False) == "a red b"


def test_what_only_looks_like_a_colour_does_not_come_through() -> None:
    """A sequence that ends in the same letter, with a private mark, is another function."""
    assert harmless("\x1b[>4;2ma\x1b[?4mb\x1b[1 mc", colour=True) == "abc"


def test_line_ends_of_any_kind_become_one_kind() -> None:
    """A return alone would let a later text overwrite an earlier one."""
    assert harmless("a\r\nb\rc\r\r\nd\n\ne", colour=True) == "a\nb\nc\nd\n\ne"


def test_tabs_and_letters_of_any_script_stay() -> None:
    """What is no control function is text."""
    text = "a\tb é 漢字 👩‍💻 עברית\n"
    assert harmless(text, colour=False) == text


def test_control_characters_and_overrides_of_direction_vanish() -> None:
    """A bell rings for nobody, and text stands in the order in which it was written."""
    assert harmless("a\x00\x07\x08\x0b\x0c\x7f\x85\x9db\u202ec\u2066d", colour=True) == "abcd"


def test_an_unfinished_sequence_shows_without_its_escape() -> None:
    """Without an end there is no telling what was meant: the letters are shown, and do nothing."""
    assert shown(b"a\x1b]0;title") == "a]0;title"
    assert shown(b"a\x1b[31") == "a[31"
    assert shown(b"a\x1b") == "a"


def test_a_string_ends_with_its_line() -> None:
    """A title that nobody ends does not swallow what an agent says later."""
    assert shown(b"\x1b]0;title\nimportant\x07") == "]0;title\nimportant"


def test_a_sequence_longer_than_any_is_not_waited_for() -> None:
    """What is held back is bounded, so that a lone escape cannot silence an agent."""
    text = TerminalText(colour=True)
    assert text.feed(b"\x1b]" + b"x" * 4096) == ""
    assert text.feed(b"x") == "]" + "x" * 4097


def test_a_sequence_that_is_cut_by_a_chunk_is_held_until_it_is_whole() -> None:
    """The terminal never sees half a colour, nor the letters of half a title."""
    text = TerminalText(colour=True)
    assert [text.feed(piece) for piece in (b"a\x1b", b"[3", b"1m", b"b")] == [
        *("a", "", "\x1b[31m", "b")
    ]
    assert [text.feed(piece) for piece in (b"c\x1b]0;t", b"itle\x1b", b"\\d")] == ["c", "", "d"]


def test_a_line_end_that_is_cut_by_a_chunk_is_one_line_end() -> None:
    """Between return and newline any chunk may end, also where there are several returns."""
    assert shown(b"a\r", b"\nb") == "a\nb"
    assert shown(b"a\r", b"\r", b"\nb") == "a\nb"
    assert shown(b"a\r", b"\r\nb") == "a\nb"


def test_a_character_that_is_cut_by_a_chunk_is_one_character() -> None:
    """The bytes of a letter may come one by one."""
    euro = "€".encode()
    assert shown(euro[:1], euro[1:2], euro[2:]) == "€"


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    """What cannot be read is seen to be so, and what stands around it stays."""
    assert shown(b"caf\xe9 \xff\xfe ok") == "caf\ufffd \ufffd\ufffd ok"
    assert shown(b"cut \xe2\x82") == "cut \ufffd"
    assert shown(b"\xed\xa0\x80") == "\ufffd\ufffd\ufffd"


@QUICK
@given(chunkings, st.booleans())
def test_any_chunking_shows_the_same_text(chunks: list[bytes], colour: bool) -> None:  # noqa: FBT001  hypothesis passes it
    """How the pipe cut the output is of no meaning."""
    assert shown(*chunks, colour=colour) == shown(b"".join(chunks), colour=colour)


@QUICK
@given(st.sampled_from(["\x1b]", "\x1b[", "\x1bP", "\x1b"]), st.integers(4090, 4100), st.data())
def test_a_long_sequence_shows_the_same_wherever_it_is_cut(
    start: str, length: int, data: st.DataObject
) -> None:
    """The bound on what is held back is that on what is a sequence."""
    text = start.encode() + b"1" * length + data.draw(st.sampled_from([b"\x1b\\b", b"mb", b"\nb"]))
    cut = data.draw(st.integers(0, len(text)))
    assert shown(text[:cut], text[cut:]) == shown(text)


@QUICK
@given(chunkings)
def test_with_colour_nothing_else_controls_the_terminal(chunks: list[bytes]) -> None:
    """Without its colours the text holds tab and newline, and no other control character."""
    text = COLOUR.sub("", shown(*chunks))
    assert not CONTROL.search(text)
    assert not set(text) & set(OVERRIDES)


@QUICK
@given(chunkings)
def test_without_colour_nothing_controls_the_terminal(chunks: list[bytes]) -> None:
    """Not even an escape is left."""
    text = shown(*chunks, colour=False)
    assert not CONTROL.search(text)
    assert not set(text) & set(OVERRIDES)


@QUICK
@given(chunkings)
def test_what_was_made_harmless_stays_as_it_is(chunks: list[bytes]) -> None:
    """Taking out one sequence never makes another of what stood around it."""
    once = shown(*chunks)
    assert harmless(once, colour=True) == once


@QUICK
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=OVERRIDES)))
def test_text_without_control_characters_stays_as_it_is(text: str) -> None:
    """Plain words pass through to the letter."""
    assert shown(text.encode()) == text


TOKEN = "sk-" + "a1B2" * 6
HIDDEN = st.lists(
    st.one_of(
        st.sampled_from([*WICKED, TOKEN, TOKEN[:9], TOKEN[9:], "Bearer ", TOKEN[3:], " ", ""]),
        st.characters(max_codepoint=0x2070),
    ),
    max_size=12,
).map("".join)


@QUICK
@given(HIDDEN, st.booleans())
def test_no_token_comes_to_light_where_controls_are_taken_out(text: str, colour: bool) -> None:  # noqa: FBT001  hypothesis passes it
    """What is masked before it is made harmless is masked as if that came first."""
    shown = harmless(redacted(text, TOKENS), colour=colour)
    assert redacted(shown, TOKENS) == shown


@QUICK
@given(st.sampled_from([*WICKED, *OVERRIDES]), st.integers(1, len(TOKEN) - 1))
def test_no_control_function_breaks_a_token(function: str, at: int) -> None:
    """It would be whole again on the screen; a line end, a tab and a letter are shown."""
    text = TOKEN[:at] + function + TOKEN[at:]
    assert TOKEN not in harmless(redacted(text, TOKENS), colour=False)
