"""The one function that changes what is on the screen."""

from __future__ import annotations

from dataclasses import replace

from helm.adapters.tui.effects import Effect, Quit, ReadSpecs, Repaint, StopRun, Suspend, UseMouse
from helm.adapters.tui.messages import (
    Left,
    Message,
    Pressed,
    Resized,
    RunOpened,
    RunOver,
    Said,
    Second,
    SpecsRead,
    Taken,
    Typed,
)
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model
from helm.adapters.tui.screens.run import RunScreen

Update = tuple[Model, tuple[Effect, ...]]


def update(model: Model, message: Message) -> Update:
    """Say what the screen is after a message, and what the world is asked for."""
    match message:
        case Pressed(action=action, place=place):
            return _pressed(replace(model, said=""), action, place)
        case Resized(size=size):
            return replace(model, size=size), ()
        case Second(now=now):
            return replace(model, now=now), ()
        case Said(text=text):
            return replace(model, said=text), ()
        case SpecsRead(specs=specs):
            return _heard(replace(model, specs=tuple(specs)), message)
        case RunOpened(telling=telling, ours=ours):
            if ours:
                model = replace(model, live=telling, stopping=False)
            return _heard(model.after(Change(over=RunScreen(telling=telling))), message)
        case RunOver(telling=telling):
            return _over(model, message, ours=telling is model.live)
        case Typed() | Taken() | Left():
            return _typed(model, message)
        case _:
            return _heard(model, message)


def _over(model: Model, message: RunOver, *, ours: bool) -> Update:
    after, effects = _heard(model, message)
    if not ours:
        return after, effects
    after = replace(after, live=None, stopping=False)
    if model.quitting:
        return after, (*effects, Quit())
    return after, (*effects, ReadSpecs())


def _typed(model: Model, message: Typed | Taken | Left) -> Update:
    if model.prompt is None:
        return model, ()
    if isinstance(message, Typed):
        model = replace(model, prompt=replace(model.prompt, text=message.text, fault=""))
        return _heard(model, message)
    after, effects = _heard(model, message)
    keep = after.prompt is not None and after.prompt.fault  # what is wrong is to be mended
    return (after if keep else replace(after, prompt=None)), effects


def _heard(model: Model, message: Message) -> Update:
    """Let every screen hear of what has happened, those too that are not seen."""
    effects: tuple[Effect, ...] = ()
    screens = list(model.screens)
    for place, screen in enumerate(model.screens):
        seen = place == len(model.screens) - 1
        if not seen and isinstance(message, Typed | Taken | Left):
            continue
        change = screen.hear(model, message)
        screens[place] = change.screen or screen
        effects += change.effects
        if seen:
            model = model.after(replace(change, screen=None))
    return replace(model, screens=(*screens, *model.screens[len(screens) :])), effects


def _pressed(model: Model, action: str, place: int) -> Update:
    if model.dialog:
        return _answered(model, model.dialog, action)
    if model.help_top is not None:
        return _read_help(model, model.help_top, action)
    match action:
        case "help":
            return replace(model, help_top=0), ()
        case "mouse":
            said = "the mouse selects text" if model.mouse else "the mouse is helm's"
            return replace(model, mouse=not model.mouse, said=said), (
                UseMouse(on=not model.mouse),
            )
        case "repaint":
            return model, (Repaint(),)
        case "suspend":
            return model, (Suspend(),)
        case "quit":
            return _quit(model)
        case "leave" if len(model.screens) == 1:
            return _quit(model)
        case "back" | "leave":
            change = model.screen.act(model, "back", place)
            return _changed(model, change if change is not NOTHING else Change(back=True))
        case _:
            return _changed(model, model.screen.act(model, action, place))


def _changed(model: Model, change: Change) -> Update:
    return model.after(change), change.effects


def _quit(model: Model) -> Update:
    live = model.live
    if live is None:
        return model, (Quit(),)
    dialog = Dialog(
        title="quit helm?",
        lines=(
            f"Run {live.short_id} is under way. To quit ends its agent; the run halts, and can be",
            "resumed. What the agent has changed in the work tree stays.",
        ),
        yes="stop and quit",
        no="stay",
        on_yes=(StopRun(), Quit()),
    )
    return replace(model, dialog=dialog), ()


def _answered(model: Model, dialog: Dialog, action: str) -> Update:
    closed = replace(model, dialog=None)
    match action:
        case "yes" | "quit":  # whoever presses Ctrl-C twice means it
            return _agreed(closed, dialog)
        case "chosen":
            return _agreed(closed, dialog) if dialog.chosen else (closed, ())
        case "other":
            return replace(model, dialog=replace(dialog, chosen=not dialog.chosen)), ()
        case _:
            return closed, ()


def _agreed(model: Model, dialog: Dialog) -> Update:
    stops = any(isinstance(effect, StopRun) for effect in dialog.on_yes)
    if stops and Quit() in dialog.on_yes and model.live:
        # The run must halt before we go: its end comes as a message.
        return replace(model, stopping=True, quitting=True), (StopRun(),)
    return replace(model, stopping=model.stopping or stops), dialog.on_yes


def _read_help(model: Model, top: int, action: str) -> Update:
    page = max(model.size.rows - 6, 1)
    moves = {
        "up": -1,
        "down": 1,
        "page-up": -page,
        "page-down": page,
        "first": -(10**6),
        "last": 10**6,
    }
    if action in moves:
        return replace(model, help_top=max(top + moves[action], 0)), ()
    return replace(model, help_top=None), ()
