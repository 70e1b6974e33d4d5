"""The one table of keys: what is bound where, and what footer and help say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Context(StrEnum):
    """Where a key is pressed: a screen, or what lies over it."""

    SETUP = "set-up"
    SETUP_DONE = "set-up done"
    SPECS = "specs"
    SPEC = "spec"
    RUN = "run"
    RESULT = "result"
    HISTORY = "history"
    GRAPH = "graph"
    SETTINGS = "settings"
    DIALOG = "dialog"
    HELP = "help"


_SCREENS = tuple(each for each in Context if each not in {Context.DIALOG, Context.HELP})
_FIRST = (Context.SPECS, Context.SETUP, Context.SETUP_DONE)
"""The screens that helm opens with, and those that come of them."""

_ABOVE_SPECS = tuple(each for each in _SCREENS if each not in _FIRST)
_READ = (Context.SPECS, Context.HISTORY, Context.GRAPH)
_FORMS = (Context.SETTINGS, Context.SETUP)
_LISTS = (*_READ, *_FORMS)
PAGES = (Context.SPEC, Context.RUN, Context.RESULT, Context.SETUP_DONE, Context.HELP)
"""What is read by its lines; elsewhere something is selected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Keys that mean one thing in some contexts.

    `hint` is what the footer calls it, where it has room for it: lower ranks go first, and None is
    never hinted at. `help` says what it does, in a sentence without an end.
    """

    keys: tuple[str, ...]
    action: str
    contexts: tuple[Context, ...]
    help: str
    hint: str = ""
    rank: int | None = None

    @property
    def shown(self) -> str:
        """The first key, as people know it."""
        return _SHOWN.get(self.keys[0], self.keys[0])

    @property
    def all_shown(self) -> str:
        """All the keys, as people know them."""
        return " ".join(_SHOWN.get(key, key) for key in self.keys)


_SHOWN = {
    "enter": "↵",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "tab",
    "s-tab": "shift-tab",
    "space": "space",
    "c-c": "^C",
    "c-l": "^L",
    "c-s": "^S",
    "c-z": "^Z",
}


def _bind(
    keys: str,
    action: str,
    contexts: tuple[Context, ...],
    help_: str,
    hint: str = "",
    rank: int = 0,
) -> Binding:
    return Binding(
        keys=tuple(keys.split()),
        action=action,
        contexts=contexts,
        help=help_,
        hint=hint,
        rank=rank or None,
    )


_C = Context
BINDINGS: tuple[Binding, ...] = (
    _bind("?", "help", _SCREENS, "say what the keys do", "help", 1),
    # Set-up and settings: a form. A value is typed in the prompt line, where letters are letters.
    _bind(
        "enter space",
        "edit",
        (_C.SETUP,),
        "change the selected value, or press the button",
        "change/press",
        2,
    ),
    _bind("c-s", "create", (_C.SETUP,), "set the workspace up", "create", 3),
    _bind("enter c-s escape", "specs", (_C.SETUP_DONE,), "on to the specs", "specs", 2),
    _bind("enter space", "edit", (_C.SETTINGS,), "change the selected value", "change", 2),
    _bind("d", "reset", (_C.SETTINGS,), "take the selected value out of the file", "default", 3),
    # Specs
    _bind("r", "run", (_C.SPECS, _C.SPEC, _C.GRAPH), "run the spec", "run", 2),
    _bind("enter", "open", (_C.SPECS,), "open the spec", "open", 3),
    _bind("n", "next", (_C.SPECS,), "select the next spec that can be run", "next ready", 4),
    _bind("N", "run-next", (_C.SPECS,), "run the first spec from here on that can be run"),
    _bind("/", "filter", (_C.SPECS, _C.HISTORY), "filter as you type", "filter", 5),
    _bind("f", "show", (_C.SPECS, _C.GRAPH), "show all, or those that can be run", "all/ready", 6),
    _bind(
        "h",
        "history",
        (_C.SPECS, _C.SPEC, _C.RESULT, _C.GRAPH),
        "the runs of the spec",
        "history",
        7,
    ),
    _bind("H", "all-history", (_C.SPECS,), "the runs of all specs"),
    _bind("d", "graph", (_C.SPECS, _C.SPEC), "what depends on what", "graph", 8),
    _bind(
        "l",
        "live",
        (_C.SPECS, _C.SPEC, _C.HISTORY, _C.GRAPH),
        "the run that is under way",
        "live",
        9,
    ),
    _bind("e", "edit", (_C.SPECS, _C.SPEC), "edit SPEC.md in $VISUAL or $EDITOR", "edit", 10),
    _bind("s", "settings", (_C.SPECS,), "the settings of the workspace", "settings", 11),
    _bind("u", "reload", (_C.SPECS, _C.HISTORY, _C.GRAPH), "read all anew"),
    _bind("o", "report", (_C.SPEC, _C.RESULT), "read the report", "report", 6),
    # Run
    _bind("x", "stop", (_C.RUN,), "stop the run; it can be resumed", "stop", 2),
    _bind(
        "R",
        "resume",
        (_C.RUN, _C.RESULT, _C.HISTORY),
        "go on with the run, or with what remains of it in a new one",
        "go on",
        3,
    ),
    _bind("r", "again", (_C.RESULT,), "run the spec anew", "run anew", 4),
    _bind("/", "search", (_C.RUN,), "search", "search", 5),
    _bind("n", "older", (_C.RUN,), "the next older place that was searched for", "older", 4),
    _bind("N", "newer", (_C.RUN,), "the next newer one", "newer", 4),
    _bind("f", "follow", (_C.RUN,), "follow what comes, or stay", "follow/stay", 6),
    _bind(
        "c", "copy", (_C.SPEC, _C.RUN, _C.RESULT, _C.HISTORY), "copy `codex resume ID`", "copy", 6
    ),
    _bind("w", "wrap", (_C.RUN,), "wrap long lines, or pan", "wrap/pan", 7),
    _bind("v", "raw", (_C.RUN,), "what the agent does, or its bytes as they came", "raw", 8),
    _bind("left", "pan-left", (_C.RUN,), "pan to the left"),
    _bind("right", "pan-right", (_C.RUN,), "pan to the right"),
    _bind("enter", "result", (_C.RUN,), "how the run ended, once it has", "result", 9),
    _bind("l", "transcript", (_C.RESULT,), "what the agents did and said", "log", 5),
    _bind("enter", "specs", (_C.RESULT,), "back to the specs", "specs", 2),
    # History and graph
    _bind("enter", "open", (_C.HISTORY,), "open the run", "open", 2),
    _bind("a", "all", (_C.HISTORY,), "the runs of all specs, or of this one", "all/spec", 4),
    _bind("J", "read-on", (_C.HISTORY,), "read on in the timeline"),
    _bind("K", "read-back", (_C.HISTORY,), "read back in the timeline"),
    _bind("enter", "open", (_C.GRAPH,), "open the spec", "open", 2),
    _bind(
        "s", "subtree", (_C.GRAPH,), "only what needs the selected spec, or all", "subtree/all", 3
    ),
    # Dialog and help
    _bind("y", "yes", (_C.DIALOG,), "yes", "yes", 1),
    _bind("a", "other", (_C.DIALOG,), "the answer between the two", "other", 2),
    _bind("n escape", "no", (_C.DIALOG,), "no", "no", 3),
    _bind("right down tab", "choose", (_C.DIALOG,), "choose", "choose", 4),
    _bind("left up s-tab", "choose-back", (_C.DIALOG,), "choose, the other way round"),
    _bind("enter", "chosen", (_C.DIALOG,), "take what is chosen", "take", 5),
    _bind("escape q ? enter", "back", (_C.HELP,), "close", "close", 1),
    # Moving
    _bind("up k", "up", (*_LISTS, *PAGES), "up"),
    _bind("down j", "down", (*_LISTS, *PAGES), "down"),
    _bind("pageup", "page-up", (*_LISTS, *PAGES), "a page up"),
    _bind("pagedown space", "page-down", (*_READ, *PAGES), "a page down"),
    _bind("pagedown", "page-down", _FORMS, "a page down"),
    _bind("home g", "first", (*_LISTS, *PAGES), "to the beginning"),
    _bind("end G", "last", (*_LISTS, *PAGES), "to the end"),
    # Everywhere
    _bind("m", "mouse", _SCREENS, "let go of the mouse, to select text; or take it"),
    _bind("c-l", "repaint", _SCREENS, "paint anew"),
    _bind("c-z", "suspend", _SCREENS, "suspend"),
    _bind("q", "leave", _FIRST, "quit; asks while a run is under way", "quit", 5),
    _bind("q", "leave", _ABOVE_SPECS, "back, as esc"),
    _bind("Q c-c", "quit", tuple(Context), "quit; asks while a run is under way"),
    _bind("escape", "back", (_C.SPECS,), "show all again; never quits"),
    _bind("escape", "back", _ABOVE_SPECS, "back; never quits", "back", 5),
)


@cache
def bindings_of(context: Context) -> tuple[Binding, ...]:
    """List what is bound in a context."""
    return tuple(each for each in BINDINGS if context in each.contexts)


def bound(context: Context) -> dict[str, str]:
    """Map each key to the action that it stands for there."""
    return {key: each.action for each in bindings_of(context) for key in each.keys}


def key_for(context: Context, action: str) -> str:
    """Give the key that stands for an action there, as people know it."""
    return next(each.shown for each in bindings_of(context) if each.action == action)


def _require_unambiguous() -> None:
    for context in Context:
        keys = [key for each in bindings_of(context) for key in each.keys]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            message = f"bound twice in {context}: {', '.join(sorted(twice))}"
            raise AssertionError(message)


_require_unambiguous()
