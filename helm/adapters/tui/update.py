"""The one function that changes what is on the screen."""

from __future__ import annotations

from dataclasses import replace

from helm.adapters.tui.chrome import help_page
from helm.adapters.tui.effects import (
    Effect,
    LeaveRun,
    OpenRun,
    Quit,
    ReadSpecs,
    Repaint,
    StartRun,
    StopRun,
    Suspend,
)
from helm.adapters.tui.keys import bound
from helm.adapters.tui.legend import refusal
from helm.adapters.tui.messages import (
    Left,
    Message,
    Pressed,
    Resized,
    RunOpened,
    RunOver,
    RunRefused,
    Said,
    Second,
    SpecRead,
    SpecsRead,
    Taken,
    Typed,
    Unread,
)
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model
from helm.adapters.tui.screens.result import ResultScreen
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.telling import Telling
from helm.app.wording import counted, in_words
from helm.domain.events import Outcome
from helm.domain.run import Run

Update = tuple[Model, tuple[Effect, ...]]


def update(model: Model, message: Message) -> Update:
    """Say what the screen is after a message, and what the world is asked for."""
    after, effects = _awaiting(model, *_updated(model, message))
    left = _shown_runs(model) - _shown_runs(after) - {after.live}
    return after, (*effects, *(LeaveRun(telling=telling) for telling in left if telling))


def _awaiting(model: Model, after: Model, effects: tuple[Effect, ...]) -> Update:
    """Note which run is asked for: once, and for as long as the screen that asks is seen."""
    opening = after.opening if len(after.screens) == len(model.screens) else None
    wanted: list[Effect] = []
    for effect in effects:
        if isinstance(effect, OpenRun):
            if opening and opening.run_id == effect.run_id:
                continue
            opening = effect
        wanted.append(effect)
    begun = [each for each in wanted if isinstance(each, StartRun) and after.live is None]
    starting = after.starting or next(iter(begun), None)
    if opening is not after.opening or starting is not after.starting:
        after = replace(after, opening=opening, starting=starting)
    return after, tuple(wanted)


def _shown_runs(model: Model) -> set[Telling | None]:
    screens = model.screens
    return {each.telling for each in screens if isinstance(each, RunScreen | ResultScreen)}


def _updated(model: Model, message: Message) -> Update:
    match message:
        case Pressed(action=action, place=place):
            return _pressed(replace(model, said=""), action, place)
        case Resized(size=size):
            return replace(model, size=size), ()
        case Second(now=now):
            return _heard(replace(model, now=now), message)
        case Said(text=text):
            return replace(model, said=text), ()
        case SpecsRead(specs=specs, root=root, redact=redact):
            read = replace(model, specs=tuple(specs), specs_root=root, redact=redact, unread="")
            return _heard(read, message)
        case Unread(asked=asked, failure=failure):
            unread = failure if isinstance(asked, ReadSpecs) else model.unread
            return _heard(replace(model, unread=unread, said=failure), message)
        case SpecRead(dossier=found):
            dossiers = {**model.dossiers, found.folder.name: found}
            return _heard(replace(model, dossiers=dossiers), message)
        case RunOpened():
            return _opened(model, message)
        case RunOver(telling=telling):
            return _over(model, message, ours=telling is model.live)
        case RunRefused():
            return _refused(model, message)
        case Typed() | Taken() | Left():
            return _typed(model, message)
        case _:
            return _heard(model, message)


def _opened(model: Model, message: RunOpened) -> Update:
    """Show a run; where something else is done by now, ours is but told of."""
    telling = message.telling
    if message.ours:
        stopping = model.stopping and (model.starting is not None or telling is model.live)
        begun = replace(model, live=telling, starting=None, stopping=stopping)
        if model.is_asking:
            return _heard(replace(begun, said=_begun(model)), message)
        return _heard(_showing(begun, telling), message)
    if message.asked is not model.opening:
        return model, (LeaveRun(telling=telling),)
    calm = replace(model, opening=None)
    if model.is_asking:
        return calm, (LeaveRun(telling=telling),)
    return _heard(_showing(calm, telling), message)


def _begun(model: Model) -> str:
    here = "live" in bound(model.screen.context).values()
    return f"the run has begun; l {'' if here else 'on the specs '}shows it"


def _refused(model: Model, message: RunRefused) -> Update:
    """Say why a run cannot be had, to whoever waits for it."""
    if isinstance(message.asked, OpenRun):
        if message.asked is not model.opening:
            return model, ()
        return replace(model, opening=None, said=message.failure), ()
    after = replace(_unasked(model), starting=None, stopping=False, said=message.failure)
    return after, (Quit(),) if model.quitting else ()


def _unasked(model: Model) -> Model:
    """Take back a question whether a run is to be stopped: there is none any more."""
    if model.dialog and StopRun() in model.dialog.on_yes:
        return replace(model, dialog=None)
    return model


def _showing(model: Model, telling: Telling) -> Model:
    """Show a run: where it was left, or else in place of the one from which it was begun."""
    screens = model.screens
    for place, screen in enumerate(screens):
        if isinstance(screen, RunScreen) and screen.telling is telling:
            return replace(model, screens=screens[: place + 1])
    while len(screens) > 1 and isinstance(screens[-1], RunScreen | ResultScreen):
        screens = screens[:-1]
    return replace(model, screens=(*screens, RunScreen(telling=telling)))


def _over(model: Model, message: RunOver, *, ours: bool) -> Update:
    after, effects = _heard(model, message)
    if not ours:
        return after, effects
    said = message.failure or _end_of(message.telling.progress.run)
    after = replace(_unasked(after), live=None, stopping=False, said=said)
    if model.quitting:
        return after, (*effects, Quit())
    return after, (*effects, ReadSpecs())


def _end_of(run: Run) -> str:
    """Say in a line how a run has ended."""
    spec = run.started.spec.id if run.started else "the run"
    attempts = counted(run.attempt, "attempt")
    match run.outcome:
        case Outcome.ACCEPTED:
            return f"✓ {spec} accepted after {attempts}"
        case Outcome.EXHAUSTED:
            left = counted(len(run.remaining_tasks), "task")
            return f"✗ {spec} not accepted after {attempts}; {left} left"
        case Outcome.ABANDONED:
            return f"✗ {spec} given up after {attempts}"
        case _:
            cause = f" ({in_words(run.halt.cause)})" if run.halt else ""
            return f"‖ {spec} halted{cause}; it can be resumed"


def _typed(model: Model, message: Typed | Taken | Left) -> Update:
    if model.prompt is None:
        return model, ()
    if isinstance(message, Typed):
        prompt = replace(model.prompt, text=message.text, fault="")
        model = replace(model, prompt=prompt, said="")
        return _heard(model, message)
    after, effects = _heard(model, message)
    wrong = after.prompt is not None and after.prompt.fault
    if wrong and isinstance(message, Taken):  # it is to be mended
        return after, effects
    return replace(after, prompt=None), effects


def _heard(model: Model, message: Message) -> Update:
    """Let every screen hear of what has happened, those too that are not seen."""
    *below, seen = model.screens
    effects: tuple[Effect, ...] = ()
    if not isinstance(message, Typed | Taken | Left):  # what is typed is for who is seen
        changes = [screen.hear(model, message) for screen in below]
        below = [change.screen or old for change, old in zip(changes, below, strict=True)]
        effects = tuple(effect for change in changes for effect in change.effects)
    change = seen.hear(model, message)
    return replace(model, screens=(*below, seen)).after(change), (*effects, *change.effects)


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
            return replace(model, mouse=not model.mouse, said=said), ()
        case "repaint":
            return model, (Repaint(),)
        case "suspend":
            return model, (Suspend(),)
        case "quit":
            return _quit(model)
        case "live" if model.live:
            return _showing(model, model.live), ()
        case "leave" if len(model.screens) == 1:
            return _quit(model)
        case "back" | "leave" if not refusal(model, "back"):
            change = model.screen.act(model, "back", place)
            return _changed(model, change if change is not NOTHING else Change(back=True))
        case _:
            refused = refusal(model, action)
            if refused:
                return replace(model, said=refused), ()
            return _changed(model, model.screen.act(model, action, place))


def _changed(model: Model, change: Change) -> Update:
    return model.after(change), change.effects


def _quit(model: Model) -> Update:
    """Quit; the screen is asked first, which may have something to lose, as is who runs a spec."""
    live = model.live
    if live is None and model.starting is None:
        change = model.screen.act(model, "quit", 0)
        return _changed(model, change) if change.dialog else (model, (Quit(),))
    if model.quitting:  # they have been asked, and have waited long enough
        return replace(model, said="ending it by force"), (StopRun(),)
    under_way = f"Run {live.short_id} is under way" if live else "A run is about to begin"
    dialog = Dialog(
        title="quit helm?",
        lines=(
            f"{under_way}. To quit ends its agent; the run can be resumed.",
            "What the agent has changed in the work tree stays.",
        ),
        yes="stop and quit",
        no="stay",
        on_yes=(StopRun(), Quit()),
    )
    return replace(model, dialog=dialog), ()


def _answered(model: Model, dialog: Dialog, action: str) -> Update:
    closed = replace(model, dialog=None)
    match action:
        case "quit":  # whoever presses Ctrl-C twice means it
            asked = Quit() in dialog.on_yes
            return _agreed(closed, dialog.on_yes) if asked else _quit(closed)
        case "yes":
            return _agreed(closed, dialog.on_yes)
        case "other" if dialog.other:
            return _agreed(closed, dialog.on_other)
        case "no":
            return closed, ()
        case "chosen":
            return _answered(model, dialog, dialog.chosen)
        case "choose" | "choose-back":
            answers = list(dialog.answers)
            step = 1 if action == "choose" else -1
            chosen = answers[(answers.index(dialog.chosen) + step) % len(answers)]
            return replace(model, dialog=replace(dialog, chosen=chosen)), ()
        case _:
            return model, ()


def _agreed(model: Model, effects: tuple[Effect, ...]) -> Update:
    stops = any(isinstance(effect, StopRun) for effect in effects)
    if stops and Quit() in effects and (model.live or model.starting):
        # The run must halt before we go: its end comes as a message.
        return replace(model, stopping=True, quitting=True), (StopRun(),)
    return replace(model, stopping=model.stopping or stops), effects


def _read_help(model: Model, top: int, action: str) -> Update:
    if action == "quit":
        return _quit(model)
    return replace(model, help_top=help_page(model, top).moved(action)), ()
