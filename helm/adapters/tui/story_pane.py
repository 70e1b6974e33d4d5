"""The pane in which a run of a list is read: beside the list, or below it, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

from helm.adapters.tui.frame import Line, Size, boxed
from helm.adapters.tui.scrolling import Page
from helm.adapters.tui.story import Story

_WIDE = 90
_ROOM_BELOW = 12
"""Rows from which on there is room for a story below the list."""


class Parts(NamedTuple):
    """The room for the list and for the story, which may have none."""

    list: Size
    story: Size
    beside: bool


def parted(size: Size, listed: int) -> Parts:
    """Part a screen for a list that would fill so many rows, its head included."""
    if size.columns >= _WIDE:
        left = size.columns * 3 // 5
        return Parts(Size(left, size.rows), Size(size.columns - left - 1, size.rows), beside=True)
    if size.rows < _ROOM_BELOW:
        return Parts(size, Size(0, 0), beside=False)
    below = max(size.rows // 2, size.rows - listed)
    upper = Size(size.columns, size.rows - below)
    return Parts(upper, Size(size.columns, below), beside=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPane:
    """What is seen of a story, from its row `top` on, or from the last one that fills the pane."""

    lines: list[Line]
    size: Size
    top: int

    @classmethod
    def of(cls, story: Story, parts: Parts, top: int) -> Self:
        """Tell a story in the room that it has."""
        lines = story.lines(max(parts.story.columns - 4, 1), fields_first=parts.beside)
        return cls(lines=lines, size=parts.story, top=top)

    def rows(self, title: str) -> list[Line]:
        """Draw it in its box."""
        page = self._page
        foot = f"J: {page.below} more" if page.below else "K: back" if page.first else ""
        padding = [(("", " "), *line) for line in self.lines[page.first :]]
        return boxed(title, padding, self.size, foot)

    @property
    def reach(self) -> int:
        """Count the rows that are not seen at once."""
        return max(self._page.count - self._page.height, 0)

    def scrolled(self, by: int) -> int:
        """Say where it begins so many half pages further on."""
        return self._page.scrolled(by * max(self._page.height // 2, 1))

    @property
    def _page(self) -> Page:
        height = max(self.size.rows - 2, 1)
        return Page(count=len(self.lines), height=height, top=self.top)
