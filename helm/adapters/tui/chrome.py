"""What stands around every screen: title, footer, and what is laid over: dialog and help."""

from __future__ import annotations

from helm.adapters.tui.frame import (
    Frame,
    Hit,
    Line,
    Size,
    boxed,
    fitted,
    line_width,
    overlaid,
    padded,
    spread,
    text,
    wrapped,
)
from helm.adapters.tui.keys import Context, footer, help_rows
from helm.adapters.tui.model import Dialog, Model
from helm.app.wording import duration

_SMALL = Size(30, 6)


def draw(model: Model) -> Frame:
    """Draw all of the terminal: exactly so many rows, each exactly so wide."""
    size = model.size
    if size.rows < _SMALL.rows or size.columns < _SMALL.columns:
        return _small(model)
    body = model.screen.draw(model, Size(size.columns, size.rows - 2))
    frame = Frame(lines=[_title(model), *padded(body.lines, size.rows - 2), _foot(model)])
    frame.put(body, top=1)
    if model.help_top is not None:
        _lay(frame, _help(model, model.help_top), size)
        frame.hits = [Hit(row, 0, size.columns, "back") for row in range(size.rows)]
    if model.dialog:
        _lay(frame, _dialog(model.dialog, size), size)
        frame.hits = _answers(frame.lines)
    frame.lines = [fitted(line, size.columns) for line in frame.lines]
    return frame


def _small(model: Model) -> Frame:
    """Draw what matters most where there is hardly any room."""
    size = model.size
    if model.dialog:
        lines = [text(f"{model.dialog.title} y n", "warning")]
    else:
        body = model.screen.draw(model, Size(size.columns, max(size.rows - 1, 1)))
        lines = [_title(model), *body.lines] if size.rows > 1 else list(body.lines)
    return Frame(lines=[fitted(line, size.columns) for line in padded(lines, size.rows)])


def _title(model: Model) -> Line:
    where = " › ".join(each.title(model) for each in model.screens if each.title(model))
    left: Line = (
        ("title", " helm "),
        ("where", f" {model.name} › {where}" if where else model.name),
    )
    return spread(left, _live(model), model.size.columns)


def _live(model: Model) -> Line:
    """Say in a corner what is under way, wherever one is."""
    if model.live is None:
        return ()
    progress = model.live.progress
    run = progress.run
    spec = run.started.spec.id if run.started else ""
    if model.stopping:
        return text(f"stopping {spec} ", "warning")
    since = progress.launched_at
    took = f" {duration((model.now - since).total_seconds())}" if since else ""
    attempt = f"{max(run.attempt, 1)}/{run.settings.max_attempts}"
    return text(f"● {spec} {run.role} {attempt}{took} ", "badge.running")


def _foot(model: Model) -> Line:
    if model.said:
        return fitted(text(f" {model.said}", "said"), model.size.columns)
    return footer(model.context, model.size.columns)


def _lay(frame: Frame, box: list[Line], size: Size) -> None:
    frame.lines = overlaid([fitted(line, size.columns) for line in frame.lines], box, size.columns)


def _dialog(dialog: Dialog, size: Size) -> list[Line]:
    width = min(
        max(len(dialog.title) + 6, *(len(line) for line in dialog.lines), 40), size.columns - 6
    )
    rows = [row for line in dialog.lines for row in wrapped(line, width - 2)]
    yes, no = (
        (f"answer{'.chosen' if chosen else ''}", f" {'▶' if chosen else ' '} {key}  {label} ")
        for chosen, key, label in (
            (dialog.chosen, "y", dialog.yes),
            (not dialog.chosen, "n", dialog.no),
        )
    )
    padding = [(("", " "), *row) for row in rows]
    lines = [(), *padding, (), (("", " "), yes, ("", "  "), no)]
    return boxed(dialog.title, lines, Size(width + 2, min(len(lines) + 3, size.rows)))


def _answers(lines: list[Line]) -> list[Hit]:
    """Find where the answers of a dialog stand, so that they can be clicked on."""
    hits: list[Hit] = []
    for row, line in enumerate(lines):
        at = 0
        for style, words in line:
            width = line_width(((style, words),))
            if style.startswith("answer"):
                hits.append(Hit(row, at, width, "yes" if len(hits) % 2 == 0 else "no"))
            at += width
    return hits


def _help(model: Model, top: int) -> list[Line]:
    context: Context = model.screen.context
    rows = help_rows(context)
    keys = max(len(keys) for keys, _ in rows)
    width = min(max(len(words) for _, words in rows) + keys + 6, model.size.columns - 4)
    height = min(len(rows) + 2, model.size.rows - 2)
    top = max(min(top, len(rows) - (height - 2)), 0)
    lines: list[Line] = [
        ((" key"[:1], " "), ("key", f"{shown:<{keys}}"), ("", f"  {words}"))
        for shown, words in rows
    ]
    shown_rows = f"{top + 1}-{min(top + height - 2, len(rows))} of {len(rows)}"
    return boxed(f"keys: {context}", lines[top:], Size(width, height), shown_rows)
