"""Rows in columns: as wide as they need, no wider than the terminal, whatever they hold."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from helm.adapters.cli import table
from helm.adapters.cli.console import Console
from helm.adapters.cli.table import Cell, Column, print_table
from helm.app.cells import clipped

COLUMNS = (Column(title="id"), Column(title="name", elastic=True), Column(title="n", right=True))


def printed(
    rows: list[list[Cell | str]], monkeypatch: pytest.MonkeyPatch, width: int | None
) -> list[str]:
    """Print a table as a terminal of that width shows it, in colour."""
    monkeypatch.setattr(table, "terminal_width", lambda: width)
    out = io.StringIO()
    print_table(Console(out, io.StringIO(), colour=width is not None, live=False), COLUMNS, rows)
    return out.getvalue().splitlines()


def test_columns_are_as_wide_as_their_widest_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[Cell | str]] = [["a", "an example", "7"], ["b-long", "漢字", "12"]]
    assert printed(rows, monkeypatch, None) == [
        "ID      NAME         N",
        "a       an example   7",
        "b-long  漢字        12",
    ]


def test_what_is_not_a_terminal_gets_every_cell_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    (_, line) = printed([["a", "x" * 500, "7"]], monkeypatch, None)
    assert "x" * 500 in line


def test_a_narrow_terminal_takes_from_the_elastic_column(monkeypatch: pytest.MonkeyPatch) -> None:
    (_, line) = printed([["spec-01", "a name of some length", "7"]], monkeypatch, 24)
    assert line == "spec-01  a name of s…  7"


def test_a_cell_is_one_harmless_line_in_its_own_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    (_, line) = printed([[Cell("a\n\x1b]0;b\x07c", "31"), "", "7"]], monkeypatch, 80)
    assert line == "\x1b[31ma c\x1b[0m        7"


@given(
    text=st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"])),
    width=st.integers(2, 9),
)
def test_a_clipped_text_fits(text: str, width: int) -> None:
    """By the measure of terminals; one that fits is left alone."""
    shown = clipped(text, width)
    assert wcswidth(shown) <= width or wcswidth(text) < 0
    assert shown == text or shown.endswith("…")
