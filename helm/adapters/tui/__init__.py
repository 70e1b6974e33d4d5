"""The screen: a control room for specs, on prompt_toolkit.

Theory of operation. What is shown is a value, and what happens is a value:

    key, click ──> Message ──> update(model, message) ──> (model, effects) ──> draw(model, size)
                      ^                                        │
                      └──────── threads carry effects out <────┘

- `model` is one frozen `Model`: a stack of screens, and what they share. A screen is frozen
  too, and knows three things: what a key means on it (`act`), what news means to it (`hear`), and
  how it looks (`draw`). All three are pure, so that a screen is tested without a terminal.
- `keys` is the one table of keys. Bindings, footer and help are made from it.
- `effects` are what the world is asked for: read the specs, carry a run on, copy a text. `work`
  does them in threads, so that no key ever waits; each answers with messages.
- `lines` keeps what agents said: few pages in memory, and the rest is read back from the log.
- `frame` is the arithmetic of rows; `application` is the only module that imports prompt_toolkit;
  `terminal` gives the terminal back, whatever happens.

There is one canvas and no tree of widgets: a frame is a pure function of model and size, at any
size. Only what is typed goes through a widget, the prompt line at the bottom.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm.app.runner import Runner


def open_screen(open_runner: Callable[[], Runner], here: Path, spec: str | None) -> int:
    """Show the screen until it is left; the exit code. `spec` is selected, where it is given.

    Raises `InputInvalid` for a workspace or a spec that is invalid.
    """
    from datetime import UTC, datetime  # noqa: PLC0415  nothing is loaded before it is needed

    from helm.adapters.tui.application import Screen  # noqa: PLC0415
    from helm.adapters.tui.frame import Size  # noqa: PLC0415
    from helm.adapters.tui.model import Model  # noqa: PLC0415
    from helm.adapters.tui.screens.specs import SpecsScreen  # noqa: PLC0415

    with open_runner() as runner:
        selected = runner.places.find(spec).folder.name if spec else ""
        name = runner.workspace.root.name
    model = Model(
        name=name or str(here),
        size=Size(80, 24),
        now=datetime.now(UTC),
        screens=(SpecsScreen(selected=selected),),
    )
    return Screen(model, open_runner).run()
