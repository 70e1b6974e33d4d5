"""Forms: rows with a label and a value, one of them selected; what is typed is in the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helm.adapters.tui.frame import Frame, Hit, Line, Size, fitted, window


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A row of a form; without a value it is a button. `apart` leaves a row free above it."""

    label: str
    value: str = ""
    wrong: bool = False
    apart: bool = False


def drawn(
    head: Sequence[Line],
    rows: Sequence[FieldRow],
    tail: Sequence[Line],
    selected: int,
    size: Size,
    margin: int,
) -> Frame:
    """Draw a form between what stands above and below it; the selected row is always seen.

    With the last one, as much is of what stands below as there is room for.
    """
    margin = min(margin, size.columns // 2)
    lines: list[Line] = list(head)
    places: dict[int, int] = {}
    for place, row in enumerate(rows):
        if row.apart:
            lines.append(())
        places[len(lines)] = place
        lines.append(_row(row, chosen=place == selected, margin=margin))
    lines += tail
    at = next((line for line, place in places.items() if place == selected), 0)
    last = min(len(lines) - 1, at + 1) if at + 1 in places else at
    top = window(last, 0, size.rows, len(lines))
    if selected == len(rows) - 1:
        top = max(top, min(at, len(lines) - size.rows))
    seen = lines[top : top + size.rows]
    frame = Frame(lines=[fitted(line, size.columns) for line in seen])
    frame.hits = [
        Hit(line - top, 0, size.columns, "pick", place)
        for line, place in places.items()
        if top <= line < top + size.rows
    ]
    return frame


def _row(row: FieldRow, *, chosen: bool, margin: int) -> Line:
    mark = ("", " ▶ " if chosen else "   ")
    style = "selected" if chosen else ""
    if not row.value:
        return (mark, (style, row.label))
    value = "warning" if row.wrong else style
    return (mark, ("", f"{row.label:<{margin}.{margin}}"), ("", " "), (value, row.value))
