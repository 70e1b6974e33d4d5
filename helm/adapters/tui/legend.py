"""What keys mean now: the footer and help, and why a key means nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from helm.adapters.tui.frame import Line, fitted
from helm.adapters.tui.keys import Binding, Context, bindings_of
from helm.adapters.tui.model import Dialog, Model
from helm.app.cells import width_of

_WAYS_OUT = ("leave", "back")


def refusal(model: Model, action: str) -> str:
    """Say why a key of the screen means nothing now; nothing where it does what it says."""
    if action == "live" and model.live:  # whichever screen is seen
        return ""
    return model.screen.refusal(model, action)


def usable(model: Model) -> list[Binding]:
    """List the keys that mean something now on the screen that is seen."""
    found = bindings_of(model.screen.context)
    return [each for each in found if not refusal(model, each.action)]


def hinted(model: Model) -> list[Binding]:
    """List the keys that mean something now, wherever they go to."""
    if model.dialog:
        return _answers(model.dialog)
    return [*bindings_of(Context.HELP)] if model.help_top is not None else usable(model)


def footer(bindings: Iterable[Binding], width: int) -> Line:
    """Hint at the keys that matter most, as many as there is room for; last how to leave."""
    hints = sorted((each for each in bindings if each.rank), key=lambda each: each.rank or 0)
    chosen: list[Binding] = []
    for each in hints:
        if sum(_hint_width(other) for other in (*chosen, each)) <= width:
            chosen.append(each)
    chosen.sort(key=lambda each: each.action in _WAYS_OUT)
    parts = ((("", " "), ("key", each.shown), ("hint", f" {each.hint} ")) for each in chosen)
    return fitted(tuple(part for hint in parts for part in hint), width)


def help_rows(bindings: Iterable[Binding]) -> list[tuple[str, str]]:
    """List keys with what they do, the hinted ones first."""
    found = [*bindings]
    ranked = sorted(found, key=lambda each: each.rank or len(found))
    return [(each.all_shown, each.help) for each in ranked]


def _answers(dialog: Dialog) -> list[Binding]:
    """List the keys of a question: each answer is hinted at in its own words."""
    words = {str(answer): label for answer, label in dialog.answers.items()}
    found = [
        each for each in bindings_of(Context.DIALOG) if each.action != "other" or dialog.other
    ]
    return [replace(each, hint=words.get(each.action, each.hint)) for each in found]


def _hint_width(binding: Binding) -> int:
    return width_of(f" {binding.shown} {binding.hint} ")
