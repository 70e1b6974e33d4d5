"""What stands around every screen: title, footer, and what is laid over: dialog and help."""

from __future__ import annotations

from collections.abc import Sequence

from helm.adapters.tui.frame import (
    Frame,
    Hit,
    Line,
    Size,
    boxed,
    enclosed,
    fitted,
    line_width,
    overlaid,
    padded,
    safe,
    spread,
    text,
    wrapped,
)
from helm.adapters.tui.keys import Context, key_for
from helm.adapters.tui.legend import footer, help_rows, hinted, usable
from helm.adapters.tui.model import Answer, Dialog, Model, Prompt
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.scrolling import Page
from helm.app.wording import duration

_ROWS_FOR_TITLE = 3
_ROWS_FOR_FOOTER = 4
_MOST_SAID = 4
"""Rows that a message may take."""

_NARROWEST_DIALOG = 40
_ROOM_FOR_TWO_COLUMNS = 40


def draw(model: Model) -> Frame:
    """Draw all of the terminal: exactly so many rows, each exactly so wide."""
    size = model.size
    head = [_title(model)] if size.rows >= _ROWS_FOR_TITLE else []
    foot = _foot(model)[: max(size.rows - 1, 1)]
    room = max(size.rows - len(head) - bool(foot), 0)
    body = model.screen.draw(model, Size(size.columns, max(room, 1)))
    frame = Frame(lines=padded([*head, *padded(body.lines, room)], size.rows - len(foot)))
    frame.add(*foot)
    frame.put(body, top=len(head))
    frame.hits = [hit for hit in frame.hits if hit.row < size.rows - len(foot)]
    if model.help_top is not None:
        frame = _laid(frame, Frame(lines=_help(model, model.help_top)), size)
        frame.hits = [Hit(row, 0, size.columns, "back") for row in range(size.rows)]
    if model.dialog:
        frame = _laid(frame, _dialog(model.dialog, size, model.redact), size)
    frame.lines = [fitted(line, size.columns) for line in padded(frame.lines, size.rows)]
    return frame


def help_page(model: Model, top: int) -> Page:
    """Say what is seen of help."""
    count = len(_help_lines(model))
    return Page(count=count, height=min(count, max(model.size.rows - 4, 1)), top=top)


def _title(model: Model) -> Line:
    titles = [safe(each.title(model), model.redact) for each in model.screens]
    where = " › ".join([safe(model.name), *(each for each in titles if each)])
    return spread((("title", " helm "), ("where", f" {where}")), _live(model), model.size.columns)


def _live(model: Model) -> Line:
    """Say in a corner what is under way, wherever one is that does not say so itself."""
    screen = model.screen
    if model.live is None:
        return _starting(model)
    if isinstance(screen, RunScreen) and screen.telling is model.live:
        return ()
    progress = model.live.progress
    run = progress.run
    spec = safe(run.started.spec.id, model.live.redact) if run.started else ""
    if model.stopping:
        return text(f"stopping {spec} ", "warning")
    since = progress.launched_at
    took = f" {duration(max((model.now - since).total_seconds(), 0))}" if since else ""
    attempt = f"{max(run.attempt, 1)}/{run.settings.max_attempts}"
    return text(f"● {spec} {run.role} {attempt}{took} ", "badge.running")


def _starting(model: Model) -> Line:
    """Say that a run is about to begin, which takes a moment where its log is busy."""
    if model.starting is None:
        return ()
    spec = safe(model.starting.folder.name, model.redact)
    if model.stopping:
        return text(f"stopping {spec} ", "warning")
    return text(f"○ {spec} begins ", "badge.running")


def _foot(model: Model) -> list[Line]:
    """Say what is to be said, in as many rows as it takes; else hint at keys."""
    if model.prompt and model.prompt.fault:  # just above the line in which it is to be mended
        rows = wrapped(f" {safe(model.prompt.fault)}", model.size.columns, "warning")
        return [fitted(row, model.size.columns) for row in rows[:_MOST_SAID]]
    if model.said:
        rows = wrapped(f" {safe(model.said, model.redact)}", model.size.columns, "said")
        return [fitted(row, model.size.columns) for row in rows[:_MOST_SAID]]
    if model.size.rows < _ROWS_FOR_FOOTER:
        return []
    if model.prompt:
        return [_prompt_hints(model.prompt)]
    return [footer(hinted(model), model.size.columns)]


def _prompt_hints(prompt: Prompt) -> Line:
    hints = [
        ("↵", "take it"),
        *([("↑", "the last one")] if prompt.last else []),
        ("esc", "leave it"),
    ]
    return tuple(
        part for key, hint in hints for part in (("key", f" {key}"), ("hint", f" {hint} "))
    )


def _laid(below: Frame, box: Frame, size: Size) -> Frame:
    return overlaid([fitted(line, size.columns) for line in below.lines], box, size.columns)


def _dialog(dialog: Dialog, size: Size, redact: Sequence[str]) -> Frame:
    """Draw a question. Where there is little room its answers stay, and its words go."""
    title = safe(dialog.title, redact)
    said = [
        line[: len(line) - len(line.lstrip(" "))] + safe(line, redact) for line in dialog.lines
    ]
    in_a_row = line_width(tuple(_answer(dialog, answer) for answer in dialog.answers))
    widest = max(_NARROWEST_DIALOG, in_a_row, *(line_width(text(each)) for each in (title, *said)))
    width = min(widest + 4, size.columns - 2 if size.columns > _NARROWEST_DIALOG else size.columns)
    rows = [row for line in said for row in wrapped(line, width - 4)]
    choices = _choices(dialog, in_a_row=in_a_row <= width - 2)
    room = max(size.rows - 2 - len(choices.lines), 0)
    padding: list[Line] = [(), *((("", " "), *row) for row in rows), ()]
    while len(padding) > room:
        padding.pop(0 if padding[0] == () else -1)
    asked = Frame(lines=[*padding, *choices.lines])
    asked.put(choices, top=len(padding))
    return enclosed(title, asked, Size(width, min(len(asked.lines) + 2, size.rows)))


def _choices(dialog: Dialog, *, in_a_row: bool) -> Frame:
    """Draw what can be answered: side by side, or one below the other."""
    answers = list(dialog.answers)
    frame = Frame()
    for row, there in enumerate([answers] if in_a_row else [[each] for each in answers]):
        line: Line = ()
        for answer in there:
            part = _answer(dialog, answer)
            frame.hits.append(Hit(row, line_width(line), line_width((part,)), answer))
            line = (*line, part)
        frame.add(line)
    return frame


def _answer(dialog: Dialog, answer: Answer) -> tuple[str, str]:
    chosen = answer is dialog.chosen
    key = key_for(Context.DIALOG, answer)
    style = "answer.chosen" if chosen else "answer"
    return style, f" {'▶' if chosen else ' '} {key}  {safe(dialog.answers[answer])} "


def _help(model: Model, top: int) -> list[Line]:
    rows, page = _help_lines(model), help_page(model, top)
    width = min(max(map(line_width, rows)) + 3, model.size.columns)
    seen = f"{page.first + 1}-{page.first + page.height} of {page.count}"
    title = f"keys: {model.screen.context}"
    return boxed(title, rows[page.first :], Size(width, page.height + 2), seen)


def _help_lines(model: Model) -> list[Line]:
    """Say of each key that means something now what it does, in as many rows as that takes."""
    found, size = help_rows(usable(model)), model.size
    margin = max(len(keys) for keys, _ in found)
    if size.columns < _ROOM_FOR_TWO_COLUMNS:
        joined = [f"{keys}: {words}" for keys, words in found]
        return [(("", " "), *row) for each in joined for row in wrapped(each, size.columns - 4)]
    lines: list[Line] = []
    for keys, words in found:
        first, *rest = wrapped(words, size.columns - margin - 6)
        lines.append((("", " "), ("key", f"{keys:<{margin}}"), ("", "  "), *first))
        lines += [(("", " " * (margin + 3)), *row) for row in rest]
    return lines
