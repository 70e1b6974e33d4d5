"""The runs of a history as far as they are known: read a page at a time, and searched."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from helm.adapters.tui.run_list import ListedRun, fitting
from helm.app.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRuns:
    """Runs, newest first; `shown` are those of them that fit what is `sought`.

    `more` are beyond those that are known; None is not counted. `is_read` says that the first page
    has been.
    """

    runs: tuple[ListedRun, ...] = ()
    more: int | None = 0
    is_read: bool = False
    sought: str = ""
    shown: tuple[ListedRun, ...] = ()

    @property
    def living(self) -> list[int]:
        """Where the runs are that are under way."""
        return [place for place, each in enumerate(self.runs) if each.row.holder]

    @property
    def size(self) -> str:
        """Say in words how many there are."""
        many = counted(len(self.runs) + (self.more or 0), "run")
        if self.more is None:
            many = f"{len(self.runs):,} runs, and more"
        return f"{len(self.shown):,} of {many}" if self.sought else many

    def place_of(self, run_id: str) -> int:
        """Say where a run is among those that are shown, or the next older one."""
        if not run_id:
            return 0
        places = range(len(self.shown))  # newest first, and so by falling ids
        at = bisect_left(places, True, key=lambda place: self.shown[place].run_id <= run_id)  # noqa: FBT003  what is looked for
        return max(min(at, len(self.shown) - 1), 0)

    def seeking(self, sought: str) -> KnownRuns:
        """Show those that fit."""
        return replace(self, sought=sought, shown=fitting(self.runs, sought))

    def with_page(
        self, page: Sequence[ListedRun], more: int | None, *, before: str | None
    ) -> KnownRuns:
        """Put a page in its place, that of the runs `before` one: what lies below it is kept.

        There are so many `more` below the page.
        """
        last = page[-1].run_id if page else ""
        above = tuple(each for each in self.runs if before and each.run_id >= before)
        below = tuple(each for each in self.runs if each.run_id < last and more != 0)
        if more is None and before and self.more:  # the log counts beyond the first page alone
            more = max(self.more - len(page), 1)
        seen = self.shown if above == self.runs else fitting(above, self.sought)
        return replace(
            self,
            runs=(*above, *page, *below),
            shown=(*seen, *fitting((*page, *below), self.sought)),
            more=self.more if below else more,
            is_read=True,
        )
