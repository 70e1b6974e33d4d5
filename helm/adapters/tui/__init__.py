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
  does them in threads, so that no key ever waits; each answers with messages. What needs no
  workspace, making one and its settings, is `paperwork`.
- `lines` keeps what agents said: few pages in memory, and the rest is read back from the log.
- `session` holds the model, and hands effects to who does them; `opening` says how it begins.
- `frame` is the arithmetic of rows. `application` shows it on a terminal, before there is a
  session too; with `canvas`, `bindings` and `lending` it is all that imports prompt_toolkit.
  `terminal` gives the terminal back, whatever happens.

There is one canvas and no tree of widgets: a frame is a pure function of model and size, at any
size. Only what is typed goes through a widget, the prompt line at the bottom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm.adapters.tui.paperwork import Papers
    from helm.app.configuration import Configuration
    from helm.app.runner import Runner
    from helm.app.scaffold import Scaffold


def open_screen(
    open_runner: Callable[[], Runner],
    open_scaffold: Callable[[], Scaffold],
    open_configuration: Callable[[], Configuration],
    spec: str | None,
) -> int:
    """Show the screen until it is left; the exit code. `spec` is selected, where it is given.

    Where the workspace is not set up, that comes first; where its configuration is wrong, the
    settings. Raises `InputInvalid` for a configuration that cannot be mended there, and for a spec
    that is not found.
    """
    from helm.adapters.tui.application import Screen  # noqa: PLC0415  it is only for a terminal

    def open_papers() -> Papers:
        from helm.adapters.tui.paperwork import Papers  # noqa: PLC0415  after the first frame

        return Papers(open_scaffold(), open_configuration())

    return Screen(open_runner, open_papers, spec).run()
