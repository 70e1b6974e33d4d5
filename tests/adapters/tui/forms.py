"""Forms under keys and news: what comes of each, and what the world is asked for."""

from __future__ import annotations

import re
from dataclasses import replace

from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Effect
from helm.adapters.tui.frame import Size, line_width
from helm.adapters.tui.messages import Message, Pressed
from helm.adapters.tui.model import Model
from helm.adapters.tui.update import update
from tests.adapters.tui.specimens import shown


def told(model: Model, *messages: Message) -> tuple[Model, list[Effect]]:
    """Let a model hear messages; what it asks the world for then."""
    asked: list[Effect] = []
    for message in messages:
        model, effects = update(model, message)
        asked += effects
    return model, asked


def pressed(model: Model, *actions: str) -> tuple[Model, list[Effect]]:
    """Press keys that stand for these actions."""
    return told(model, *(Pressed(action=action) for action in actions))


def drawn(model: Model, size: Size | None = None) -> str:
    """Draw a model as text, at another size where one is given."""
    return shown(replace(model, size=size or model.size))


def require_fitting(model: Model, size: Size) -> None:
    """Draw a model at any size: so many rows, so wide, and nothing that a terminal obeys."""
    lines = draw(replace(model, size=size)).lines
    assert [line_width(line) for line in lines] == [size.columns] * size.rows
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f]", "".join(text for line in lines for _, text in line)
    )
