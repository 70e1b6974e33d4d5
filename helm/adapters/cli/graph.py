"""The dependencies of specs, drawn as trees."""

from __future__ import annotations

from helm.adapters.cli.console import Console
from helm.adapters.cli.table import terminal_width
from helm.app.cells import clipped
from helm.app.specs import Badge
from helm.app.trees import MISSING, Specs, tree_lines

BADGE_COLOURS = {
    Badge.INVALID: "31",
    Badge.RUNNING: "1;36",
    Badge.STALE: "35",
    Badge.DONE: "32",
    Badge.BLOCKED: "33",
    Badge.FAILED: "1;31",
    Badge.IN_PROGRESS: "36",
    Badge.TODO: "1",
}
"""SGR codes."""

_COLOURS = {**{str(badge): code for badge, code in BADGE_COLOURS.items()}, MISSING: "1;31"}
_BADGE_WIDTH = max(len(badge) for badge in Badge)


def print_graph(console: Console, specs: Specs) -> None:
    """Draw under each spec those that need it, from the ones on that need nothing."""
    width = terminal_width()
    console.line(console.style("Under each spec stand those that need it.", "2"))
    for each in tree_lines(specs):
        name = each.name
        text = "  ".join([name, *each.notes])
        if width is not None:
            text = clipped(text, width - _BADGE_WIDTH - len("  ") - len(each.rails))
        badge = (f"{each.badge:<{_BADGE_WIDTH}}  ", _COLOURS[each.badge])
        parts = (badge, (each.rails, "2"), (text[: len(name)], ""), (text[len(name) :], "2"))
        console.line("".join(_styled(console, *part) for part in parts).rstrip())


def _styled(console: Console, text: str, colour: str) -> str:
    return console.style(text, colour) if text and colour else text
