"""Lines that agents coloured: the colour stays, and nothing else gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.styles import Style

from helm.adapters.tui.ansi import plain, styled
from helm.app.terminal_text import harmless
from tests.domain.histories import QUICK

CODES = st.lists(st.integers(0, 300), max_size=8).flatmap(
    lambda codes: st.sampled_from([";", ":"]).map(lambda by: by.join(map(str, codes)))
)


@pytest.mark.parametrize(
    ("codes", "style"),
    [
        ("31", "fg:ansired"),
        ("97", "fg:ansiwhite"),
        ("90", "fg:ansibrightblack"),
        ("37", "fg:ansigray"),
        ("1;4;7", "bold reverse underline"),
        ("1;22", ""),
        ("31;0", ""),
        ("31;39", ""),
        ("5;6;8", ""),
        ("38;5;9", "fg:ansibrightred"),
        ("38;5;15", "fg:ansiwhite"),
        ("38;5;196", "fg:#ff0000"),
        ("48;5;244", "bg:#999999"),
        ("38;2;255;100;0", "fg:#ff6600"),
        ("38:2:255:100:0", "fg:#ff6600"),
        ("38:2::255:100:0", "fg:#ff6600"),
        ("38:5:196;1", "bold fg:#ff0000"),
        ("4:3", "underline"),
        ("4;4:0", ""),
        ("38", ""),
        ("38;5", ""),
        ("38;2;1", ""),
        ("", ""),
    ],
)
def test_codes_become_styles(codes: str, style: str) -> None:
    assert styled(f"\x1b[{codes}mx") == ((style, "x"),)


def test_each_line_begins_without_colour() -> None:
    assert styled("\x1b[31mred\x1b[0m plain") == (("fg:ansired", "red"), ("", " plain"))
    assert styled("plain") == (("", "plain"),)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("a\tb", "a       b"),
        ("\t|", "        |"),
        ("1234567\tx", "1234567 x"),
        ("12345678\tx", "12345678        x"),
        ("漢\tx", "漢      x"),
        ("\x1b[31mab\x1b[0m\tx", "ab      x"),
    ],
)
def test_tabs_go_to_every_eighth_column_whatever_stands_before_them(line: str, shown: str) -> None:
    assert "".join(words for _, words in styled(line)) == shown


def test_what_joins_characters_is_taken_out() -> None:
    assert styled("👩\u200d💻 ❤\ufe0f 👍\U0001f3fd") == (("", "👩💻 ❤ 👍"),)


@QUICK
@given(text=st.text(), codes=st.lists(CODES, max_size=4))
def test_whatever_comes_is_painted_as_text_in_styles_that_exist(
    text: str, codes: list[str]
) -> None:
    line = text.join(f"\x1b[{code}m" for code in [*codes, "0"])
    for style, words in styled(harmless(line, colour=True).replace("\n", "")):
        assert words
        assert not any(ord(each) < 32 or 127 <= ord(each) < 160 for each in words)
        Style([("x", style)]).get_attrs_for_style_str(style)


@QUICK
@given(text=st.text(alphabet=st.characters(exclude_categories=("C", "Z"))))
def test_plain_text_is_what_is_left_without_codes(text: str) -> None:
    assert plain(f"\x1b[1;31m{text}\x1b[0m") == text
