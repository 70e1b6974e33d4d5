"""What comes first: the specs, or the set-up, or the settings where they are wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from helm.adapters.tui.effects import Effect, ReadSettings, ReadSpecs
from helm.adapters.tui.frame import Size
from helm.adapters.tui.model import Model, Screen
from helm.adapters.tui.paperwork import Papers
from helm.adapters.tui.screens.settings import SettingsScreen
from helm.adapters.tui.screens.setup import SetupScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.app.errors import InputInvalid, NotSetUp
from helm.app.runner import Runner
from helm.app.scaffold import Vacancy


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """How a session begins: what is on the screen, and what that asks for.

    `runner` is that of the workspace, where there is one; it is to be closed.
    """

    model: Model
    effect: Effect
    papers: Papers
    runner: Runner | None = None


def first(open_runner: Callable[[], Runner], papers: Papers, spec: str | None) -> First:
    """Look what is to be shown. `spec` is selected, where it is given.

    Raises `InputInvalid` for a configuration that cannot be mended on the screen, and for a spec
    that is not found.
    """
    try:
        runner = open_runner()
    except NotSetUp as error:
        return _set_up(papers, papers.scaffold.vacancy_of(error))
    except InputInvalid as error:
        return _to_be_mended(papers, error)
    with ExitStack() as stack:
        stack.callback(runner.close)
        workspace = runner.workspace
        vacancy = None if workspace.configured else papers.scaffold.vacancy()
        if vacancy:
            return _set_up(papers, vacancy)
        selected = runner.places.find(spec).folder.name if spec else ""
        stack.pop_all()  # whoever takes the runner closes it
    model = _model(workspace.root.name, SpecsScreen(selected=selected))
    return First(model=model, effect=ReadSpecs(), papers=papers, runner=runner)


def _set_up(papers: Papers, vacancy: Vacancy) -> First:
    screen = SetupScreen.of(vacancy)
    return First(model=_model(vacancy.root.name, screen), effect=screen.plan, papers=papers)


def _to_be_mended(papers: Papers, error: InputInvalid) -> First:
    """Show the settings alone, where it is they that are wrong."""
    listing = papers.configuration.read()
    if not any(setting.fault for setting in listing.settings):
        raise error
    model = _model(listing.file.parent.name, SettingsScreen(alone=True), said=str(error))
    return First(model=model, effect=ReadSettings(), papers=papers)


def _model(name: str, screen: Screen, *, said: str = "") -> Model:
    return Model(name=name, size=Size(80, 24), now=datetime.now(UTC), screens=(screen,), said=said)
