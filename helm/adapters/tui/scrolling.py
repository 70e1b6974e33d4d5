"""Scrolling: through a list, of which a row is selected, and through a page, of which none is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from helm.adapters.tui.frame import Frame, Hit, Line, fitted, window

_FAR = 10**6


def steps(height: int) -> dict[str, int]:
    """Say by how many rows each key moves that moves, where so many are seen at once."""
    page = max(height - 1, 1)
    return {
        "up": -1,
        "down": 1,
        "page-up": -page,
        "page-down": page,
        "first": -_FAR,
        "last": _FAR,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPane:
    """A list of `count` rows: the one at the place `at` is selected, and is always seen.

    `height` rows are seen at once, from `top` on as long as the selected one is among them.
    """

    count: int
    height: int
    at: int
    top: int = 0

    def moved(self, action: str, place: int = 0) -> ListPane | None:
        """Select what a key leads to, or the row clicked on; None where neither is meant."""
        if not self.count:
            return None
        by = steps(self.height).get(action)
        if by is None:
            return self.selecting(place) if action == "pick" else None
        return self.selecting(self.at + by)

    def selecting(self, place: int) -> ListPane:
        """Select the row at a place, or else the nearest one."""
        at = min(max(place, 0), max(self.count - 1, 0))
        return replace(self, at=at, top=window(at, self.top, self.height, self.count))

    def frame(self, width: int, row: Callable[[int], Line]) -> Frame:
        """Draw the rows that are seen; each can be clicked on."""
        top = window(self.at, self.top, self.height, self.count)
        seen = range(top, min(top + self.height, self.count))
        return Frame(
            lines=[fitted(row(place), width) for place in seen],
            hits=[Hit(place - top, 0, width, "pick", place) for place in seen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of `count` rows, of which `height` are seen at once, from `top` on."""

    count: int
    height: int
    top: int = 0

    @property
    def first(self) -> int:
        """The first row that is seen: never so late that there would be room for more."""
        return max(min(self.top, self.count - self.height), 0)

    @property
    def below(self) -> int:
        """How many rows there are below those that are seen."""
        return max(self.count - self.first - self.height, 0)

    def moved(self, action: str) -> int | None:
        """Say which row is seen first after a key; None where it does not move."""
        by = steps(self.height).get(action)
        return None if by is None else self.scrolled(by)

    def scrolled(self, by: int) -> int:
        """Say which row is seen first after so many."""
        return replace(self, top=max(self.first + by, 0)).first
