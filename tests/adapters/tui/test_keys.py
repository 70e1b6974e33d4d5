"""The table of keys: what is bound where, and what footer and help make of it."""

from __future__ import annotations

from collections import Counter

import pytest

from helm.adapters.tui.keys import BINDINGS, Binding, Context, bindings_of, bound, key_for
from helm.adapters.tui.legend import footer, help_rows, hinted, refusal, usable
from helm.adapters.tui.messages import Pressed
from helm.adapters.tui.model import NOTHING, Model
from helm.adapters.tui.screens.graph import GraphScreen
from helm.adapters.tui.screens.history import HistoryScreen
from helm.adapters.tui.screens.settings import SettingsScreen
from helm.adapters.tui.screens.spec import SpecScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.update import update
from tests.adapters.tui.specimens import (
    BLOCKED,
    FAILED,
    HALTED,
    INVALID,
    NARROW,
    model,
    press,
    with_live,
)

MOVES = {"up", "down", "page-up", "page-down", "first", "last"}
TIMELINE = {"read-on", "read-back"}
WHEREVER = {"help", "mouse", "repaint", "suspend", "quit", "leave", "back"}
"""What no screen need know, because all of helm does."""


def of(context: Context) -> list[Binding]:
    return [each for each in BINDINGS if context in each.contexts]


@pytest.mark.parametrize("context", Context)
def test_no_key_is_bound_twice_in_a_place(context: Context) -> None:
    keys = Counter(key for each in of(context) for key in each.keys)
    assert [key for key, times in keys.items() if times > 1] == []
    assert bound(context).keys() == keys.keys()


@pytest.mark.parametrize("context", Context)
def test_help_has_every_key_of_its_place(context: Context) -> None:
    assert len(help_rows(bindings_of(context))) == len(of(context))
    assert all(keys and words for keys, words in help_rows(bindings_of(context)))


@pytest.mark.parametrize("context", sorted(set(Context) - {Context.DIALOG, Context.HELP}))
@pytest.mark.parametrize("width", [8, 20, 60, 100, 300])
def test_the_footer_always_has_help(context: Context, width: int) -> None:
    words = "".join(part for _, part in footer(bindings_of(context), width))
    assert words.startswith(" ? help ")
    assert len(words) == width


@pytest.mark.parametrize("context", Context)
def test_the_footer_hints_at_keys_that_are_bound(context: Context) -> None:
    """Each with a hint; and with room enough at all of those that have a rank."""
    hinted = [each for each in of(context) if each.rank]
    words = "".join(part for _, part in footer(bindings_of(context), 400))
    for each in hinted:
        assert each.hint
        assert f" {each.shown} {each.hint} " in words


@pytest.mark.parametrize("context", [Context.SPECS, Context.SPEC])
def test_the_footer_ends_with_the_way_out(context: Context) -> None:
    for width in (60, 100):
        words = "".join(part for _, part in footer(bindings_of(context), width)).rstrip()
        assert words.endswith("q quit" if context is Context.SPECS else "esc back")


SPECS_SEEN = model(SpecsScreen(selected=FAILED.folder.name))


def seen(screen: object) -> Model:
    return model(SpecsScreen(), screen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "made",
    [
        SPECS_SEEN,
        model(SpecsScreen(), specs=()),
        seen(SpecScreen(selected=FAILED.folder.name)),
        seen(SpecScreen(selected=INVALID.folder.name)),
        seen(GraphScreen(selected=FAILED.folder.name)),
        seen(SettingsScreen()),
        seen(HistoryScreen(path=None)),
    ],
    ids=["specs", "no-specs", "spec", "invalid-spec", "graph", "settings", "history"],
)
def test_a_key_does_what_it_says_or_says_why_not(made: Model) -> None:
    """None is silently ignored, and footer and help are of those that do something."""
    for each in of(made.context):
        if each.action in WHEREVER or each.action in MOVES:
            continue
        refused = press(made, each.action).said if refusal(made, each.action) else ""
        assert refused == refusal(made, each.action)
        assert (each in usable(made)) == (not refused)
        assert refused or made.screen.act(made, each.action, 0) is not NOTHING, each.action


@pytest.mark.parametrize(
    ("made", "useless"),
    [
        (SPECS_SEEN, {"back"}),
        (model(SpecsScreen(selected=INVALID.folder.name)), {"run", "history", "back"}),
        (
            model(SpecsScreen(), specs=()),
            {"run", "open", "next", "run-next", "history", "live", "edit", "back"},
        ),
        (seen(HistoryScreen(path=None)), {"open", "resume", "copy", "all", "live"} | TIMELINE),
        (seen(SettingsScreen()), {"edit", "reset"}),
    ],
    ids=["specs", "invalid", "no-specs", "history", "settings"],
)
def test_keys_that_mean_nothing_now_are_not_shown(made: Model, useless: set[str]) -> None:
    shown = {each.action for each in usable(made)}
    assert {each.action for each in of(made.context)} - shown == useless


def test_a_run_that_is_carried_on_can_be_shown_from_wherever_there_is_a_key() -> None:
    assert "live" in {each.action for each in usable(with_live(model(specs=())))}


def test_a_question_hints_at_its_own_answers() -> None:
    asking = press(model(SpecsScreen(selected=HALTED.folder.name)), "run")
    words = [(each.shown, each.hint) for each in hinted(asking)[:3]]
    assert words == [("y", "resume"), ("a", "run anew"), ("n", "leave it")]
    two = press(model(SpecsScreen(selected=BLOCKED.folder.name)), "run")
    assert "other" not in {each.action for each in hinted(two)}


def test_every_key_of_a_question_is_known() -> None:
    """But for the third answer, where there are two."""
    made = press(model(SpecsScreen(selected=BLOCKED.folder.name)), "run")
    assert made.context is Context.DIALOG
    for each in of(Context.DIALOG):
        after = press(made, each.action)
        assert (after == made) == (each.action == "other"), each.action


def test_every_key_of_help_is_known() -> None:
    made = press(model(size=NARROW), "help", "down")
    for each in of(Context.HELP):
        after, effects = update(made, Pressed(action=each.action))
        assert after != made or effects, each.action


@pytest.mark.parametrize("context", [Context.SETUP, Context.SETTINGS])
def test_space_does_in_a_form_what_enter_does(context: Context) -> None:
    """Whoever changes a value with it is not carried off to a button."""
    assert bound(context)["space"] == bound(context)["enter"] == "edit"
    assert bound(Context.SPECS)["space"] == bound(context)["pagedown"] == "page-down"


def test_a_key_is_found_by_what_it_does() -> None:
    assert key_for(Context.DIALOG, "yes") == "y"
    assert key_for(Context.SPECS, "open") == "↵"
