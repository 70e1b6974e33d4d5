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
- `frame` is the arithmetic of rows; `application` is the only module that imports prompt_toolkit;
  `terminal` gives the terminal back, whatever happens.

There is one canvas and no tree of widgets: a frame is a pure function of model and size, at any
size. Only what is typed goes through a widget, the prompt line at the bottom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm.adapters.tui.effects import Effect
    from helm.adapters.tui.model import Screen
    from helm.adapters.tui.paperwork import Papers
    from helm.app.configuration import Configuration
    from helm.app.runner import Runner
    from helm.app.scaffold import Scaffold, Vacancy


def open_screen(
    open_runner: Callable[[], Runner],
    scaffold: Scaffold,
    configuration: Configuration,
    spec: str | None,
) -> int:
    """Show the screen until it is left; the exit code. `spec` is selected, where it is given.

    Where the workspace is not set up, that comes first; where its configuration is wrong, the
    settings. Raises `InputInvalid` for a configuration that cannot be mended there, and for a spec
    that is not found.
    """
    from datetime import UTC, datetime  # noqa: PLC0415  nothing is loaded before it is needed

    from helm.adapters.tui import application  # noqa: PLC0415
    from helm.adapters.tui.frame import Size  # noqa: PLC0415
    from helm.adapters.tui.model import Model  # noqa: PLC0415
    from helm.adapters.tui.paperwork import Papers  # noqa: PLC0415

    papers = Papers(scaffold, configuration)
    name, screen, effect, said = _first(open_runner, papers, spec)
    model = Model(
        name=name, size=Size(80, 24), now=datetime.now(UTC), screens=(screen,), said=said
    )
    return application.Screen(model, open_runner, papers, effect).run()


def _first(
    open_runner: Callable[[], Runner], papers: Papers, spec: str | None
) -> tuple[str, Screen, Effect, str]:
    """Choose the first screen: name of the workspace, screen, what it asks for, what is said."""
    from helm.adapters.tui.effects import ReadSettings, ReadSpecs  # noqa: PLC0415
    from helm.adapters.tui.screens.settings import SettingsScreen  # noqa: PLC0415
    from helm.adapters.tui.screens.specs import SpecsScreen  # noqa: PLC0415
    from helm.app.errors import InputInvalid, NotSetUp  # noqa: PLC0415

    try:
        runner = open_runner()
    except NotSetUp as error:
        return _set_up(papers.scaffold.vacancy_of(error))
    except InputInvalid as error:
        listing = papers.configuration.read()
        if not any(setting.fault for setting in listing.settings):
            raise
        return listing.file.parent.name, SettingsScreen(alone=True), ReadSettings(), str(error)
    with runner:
        workspace = runner.workspace
        vacancy = None if workspace.configured else papers.scaffold.vacancy()
        if vacancy:
            return _set_up(vacancy)
        selected = runner.places.find(spec).folder.name if spec else ""
    return workspace.root.name, SpecsScreen(selected=selected), ReadSpecs(), ""


def _set_up(vacancy: Vacancy) -> tuple[str, Screen, Effect, str]:
    from helm.adapters.tui.screens.setup import SetupScreen  # noqa: PLC0415

    screen = SetupScreen.of(vacancy)
    return vacancy.root.name, screen, screen.plan, ""
