"""What comes first depends on what there is: a workspace, none, or one that is set up wrongly."""

from __future__ import annotations

import pytest

from helm.adapters.tui.effects import PlanSetUp, ReadSettings, ReadSpecs
from helm.adapters.tui.opening import First, first
from helm.adapters.tui.paperwork import Papers
from helm.adapters.tui.screens.settings import SettingsScreen
from helm.adapters.tui.screens.setup import SetupScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.app.configuration import Configuration
from helm.app.errors import InputInvalid
from helm.app.scaffold import Scaffold
from helm.app.settings import CONFIG_NAME
from tests.app.worlds import ROOT, SPEC, World
from tests.fakes import MemoryGit

CONFIG = ROOT / CONFIG_NAME


def opened(world: World, spec: str | None = None) -> First:
    git = MemoryGit()
    papers = Papers(
        Scaffold(world.files, git, ROOT), Configuration(world.files, git, ROOT, world.environment)
    )
    return first(world.runner, papers, spec)


def configured(text: str = '{"specsRoot": "specs", "initialized": true}') -> World:
    world = World()
    world.files.contents[CONFIG] = text.encode()
    return world


def test_the_specs_come_first_with_the_runner_that_found_them() -> None:
    begun = opened(configured())
    assert isinstance(begun.model.screen, SpecsScreen)
    assert begun.model.name == ROOT.name
    assert begun.effect == ReadSpecs()
    assert begun.runner
    assert [each.folder for each in begun.runner.specs()] == [SPEC]


def test_a_spec_that_was_named_is_selected() -> None:
    screen = opened(configured(), "spec-01").model.screen
    assert isinstance(screen, SpecsScreen)
    assert screen.selected == SPEC.name


def test_a_spec_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputInvalid, match="nothing-like-it"):
        opened(configured(), "nothing-like-it")


def empty() -> World:
    world = World()
    world.files.contents.clear()
    return world


@pytest.mark.parametrize("world", [empty(), configured('{"initialized": false}')])
def test_where_nothing_is_set_up_that_comes_first(world: World) -> None:
    begun = opened(world)
    assert isinstance(begun.model.screen, SetupScreen)
    assert isinstance(begun.effect, PlanSetUp)
    assert begun.runner is None


def test_settings_that_are_wrong_are_shown_alone() -> None:
    begun = opened(configured('{"specsRoot": "specs", "initialized": true, "maxAttempts": 0}'))
    assert begun.model.screen == SettingsScreen(alone=True)
    assert begun.effect == ReadSettings()
    assert "maxAttempts" in begun.model.said


def test_a_file_that_cannot_be_mended_on_the_screen_is_refused() -> None:
    with pytest.raises(InputInvalid, match=CONFIG_NAME):
        opened(configured("{"))
