"""The pictures in the documents are of the helm of today, and fit for everybody."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tools.pictures import FIRST, FOLDER, PICTURES, appearances

SVG = "{http://www.w3.org/2000/svg}"
A_LOT = 100_000
"""Bytes of a picture at which a page becomes slow to load."""


def text_of(svg: str) -> list[str]:
    """Give the rows of a picture, without how they look."""
    return ["".join(row.itertext()) for row in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_helm_shows_today(name: str) -> None:
    """Taken anew it is the same, byte for byte."""
    kept, taken = (FOLDER / name).read_text(encoding="utf-8"), PICTURES[name]()
    assert text_of(kept) == text_of(taken), f"{name} is out of date: run `make docs`"
    assert kept == taken, f"{name} is out of date: run `make docs`"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_for_everybody(name: str) -> None:
    """It says what it shows, loads nothing, and follows the wish for light and for stillness."""
    svg = (FOLDER / name).read_text(encoding="utf-8")
    top = ET.fromstring(svg)
    assert top.get("role") == "img"
    assert all(len(top.findtext(f"{SVG}{each}", "")) > 3 for each in ("title", "desc"))
    assert "prefers-color-scheme:light" in svg
    assert "prefers-reduced-motion:no-preference" in svg
    assert not {"script", "image", "foreignObject"} & {each.tag[len(SVG) :] for each in top.iter()}
    assert "href" not in svg
    assert "url(" not in svg
    assert len(svg.encode()) < A_LOT


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_can_be_read_without_its_style(name: str) -> None:
    """Some readers of SVG know none, and to them all would be black."""
    top = ET.fromstring((FOLDER / name).read_text(encoding="utf-8"))
    page = top.find(f"{SVG}rect[@class='page edge']")
    assert page is not None
    colours = {top.get("fill"), page.get("fill")}
    assert len(colours - {None}) == 2
    for each in top.iter():
        if {"page", "reverse"} & set(each.get("class", "").split()):
            assert each.get("fill") == page.get("fill")


def test_the_picture_of_a_run_begins_with_more_than_its_first_line() -> None:
    """Whoever takes a picture of the page takes it in the first second."""
    first, later = appearances([()] * 30)[:FIRST], appearances([()] * 30)[FIRST:]
    assert set(first) == {0.0}
    assert sorted(set(later)) == later
    assert later[0] > 0
