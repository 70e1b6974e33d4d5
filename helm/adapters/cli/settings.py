"""The configuration as it is printed: a table for people, values and JSON for programs."""

from __future__ import annotations

from typing import Any

from helm.adapters.cli.console import Console
from helm.adapters.cli.table import Cell, Column, print_table
from helm.app.configuration import Listing, Setting, Source, as_text, default_of
from helm.app.terminal_text import harmless, one_line

_DIM, _RED = "2", "31"


def print_listing(console: Console, listing: Listing) -> None:
    """Print every key, then what is wrong, then where the file lies."""
    columns = [Column(title="key"), Column(title="value", elastic=True), Column(title="from")]
    print_table(console, columns, [_row(each) for each in listing.settings])
    console.line()
    for each in listing.settings:
        if each.fault:
            console.line(console.style(f"wrong: {one_line(each.fault)}", _RED))
    console.line(f"{one_line(str(listing.file))}{'' if listing.exists else ' (not there yet)'}")


def print_value(console: Console, value: object) -> None:
    """Print the elements of a list, or what else there is; nothing for None."""
    for each in value if isinstance(value, list) else [value]:
        if each is not None:
            text = as_text(each)
            console.line(harmless(text, colour=False) if console.on_terminal else text)


def listing_object(listing: Listing) -> dict[str, Any]:
    return {
        "file": str(listing.file),
        "exists": listing.exists,
        "settings": [setting_object(each) for each in listing.settings],
    }


def setting_object(setting: Setting) -> dict[str, Any]:
    """Describe a setting."""
    return {
        "key": setting.key,
        "value": setting.value,
        "source": setting.source,
        "variable": setting.variable or None,
        "default": default_of(setting.key) if setting.known else None,
        "fault": setting.fault or None,
        "description": setting.description,
    }


def _row(setting: Setting) -> list[Cell]:
    variable = setting.source is Source.ENVIRONMENT
    origin = f"${setting.variable}" if variable else str(setting.source)
    colour = _DIM if setting.source is Source.DEFAULT else None
    if setting.fault:
        origin, colour = f"{origin}: wrong", _RED
    return [Cell(text, colour) for text in (setting.key, as_text(setting.value) or "-", origin)]
