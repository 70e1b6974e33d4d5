"""The settings on the screen: what holds and why, and changing it as one types."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.effects import Effect, ReadSettings, ReadSpecs, SaveSetting
from helm.adapters.tui.frame import Size
from helm.adapters.tui.messages import Left, Message, Second, SettingsRead, Taken, Typed
from helm.adapters.tui.model import Model
from helm.adapters.tui.screens.settings import SettingsScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.app.configuration import Configuration, Listing
from helm.app.settings import CONFIG_NAME
from tests.adapters.tui.forms import drawn, pressed, require_fitting, told
from tests.domain.histories import JSON_VALUES, QUICK, assert_golden
from tests.fakes import MemoryFiles, MemoryGit

NOW = datetime(2026, 1, 31, 9, 15, tzinfo=UTC)
ROOT = Path("/work/shop")
DOCUMENT = {
    "initialized": True,
    "mode": "parallel",
    "defaultMaxAttempts": 3,
    "acceptanceCommands": ["make test", "sh -c 'a, b'"],
    "codexRunImpl": {"model": "gpt-x", "reasoning": "high"},
    "workerTimeout": "90m",
    "zorro": [1, 2],
}


def listing(document: object = DOCUMENT, **environment: str) -> Listing:
    text = document if isinstance(document, str) else json.dumps(document)
    files = MemoryFiles(
        contents={ROOT / CONFIG_NAME: text.encode(errors="replace")}, made={ROOT / "specs"}
    )
    return Configuration(files, MemoryGit(), ROOT, environment).read()


def opened(told_listing: Listing | None = None, *, alone: bool = False) -> Model:
    first = () if alone else (SpecsScreen(),)
    screens = (*first, SettingsScreen(alone=alone))
    model = Model(name="shop", size=Size(100, 30), now=NOW, screens=screens)
    return told(model, SettingsRead(listing=told_listing or listing()))[0]


def screen(model: Model) -> SettingsScreen:
    assert isinstance(model.screen, SettingsScreen)
    return model.screen


def at(key: str, item: int = -1, model: Model | None = None) -> Model:
    """Select a key, or a text in its list."""
    model = model or opened()
    chosen = replace(screen(model), selected=(key, item))
    return replace(model, screens=(*model.screens[:-1], chosen))


def typed(model: Model, text: str) -> tuple[Model, list[Effect]]:
    """Type a text into what is selected, letter by letter, and take it."""
    model, _ = pressed(model, "edit")
    letters: list[Message] = [Typed(text=text[:end]) for end in range(len(text) + 1)]
    return told(model, *letters, Taken(text=text))


def saved(key: str, text: str, item: int = -1) -> object:
    """Change a value, and give what is to be written."""
    model, (effect,) = typed(at(key, item), text)
    assert model.prompt is None
    assert isinstance(effect, SaveSetting)
    assert effect.setting.key == key
    return effect.value


@pytest.mark.parametrize("size", [Size(100, 30), Size(60, 20), Size(20, 5)])
def test_the_settings(size: Size) -> None:
    known = listing(MAX_ATTEMPTS="5")
    model = at("defaultMaxAttempts", model=opened(known))
    assert_golden(f"screens/settings-{size.columns}x{size.rows}.txt", drawn(model, size))


def test_every_value_says_where_it_comes_from() -> None:
    """Environment, file, default; and what is wrong is told as such."""
    text = drawn(opened(listing(MAX_ATTEMPTS="5")))
    rows = {row[2:26].strip(): row[50:62].strip() for row in text.splitlines()}
    assert rows["defaultMaxAttempts"] == "environment"
    assert rows["mode"] == "file"
    assert rows["idleTimeout"] == "default"
    assert rows["zorro"] == "wrong"


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("mode", "strict", "strict"),
        ("defaultMaxAttempts", "12", 12),
        ("codexRunVer.model", "qwen-jk?", "qwen-jk?"),
        ("codexRunImpl.model", "", None),
        ("workerTimeout", " 45m ", "45m"),
    ],
)
def test_a_value_is_typed_and_saved_at_once(key: str, text: str, value: object) -> None:
    """Letters are letters, and an empty line is the default again."""
    assert saved(key, text) == value


def test_the_texts_of_a_list_are_rows_of_their_own() -> None:
    """One is changed, added or taken out, and a comma splits none."""
    assert saved("acceptanceCommands", "make q, r", 0) == ["make q, r", "sh -c 'a, b'"]
    assert saved("acceptanceCommands", "", 0) == ["sh -c 'a, b'"]
    new = ["make test", "sh -c 'a, b'", "make q"]
    assert saved("acceptanceCommands", "make q") == new
    assert saved("acceptanceCommands", "make q", -2) == new
    assert saved("redact", "sk-[a-z]+") == ["sk-[a-z]+"]


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("mode", "quick", "'strict' or 'parallel'"),
        ("defaultMaxAttempts", "0", "greater than 0"),
        ("idleTimeout", "45", "is not a time limit"),
        ("redact", "(", "is not a regular expression"),
        ("specsRoot", "../specs", "outside of the repository"),
        ("specsRoot", "/etc", "not absolute"),
        ("codexRunImpl.model", "a\x1bb", "no control characters"),
    ],
)
def test_a_wrong_value_is_said_as_one_types_and_is_not_taken(
    key: str, text: str, words: str
) -> None:
    """Enter leaves the line open, until the value is right or Esc is pressed."""
    model, asked = typed(at(key), text)
    assert asked == []
    assert model.prompt is not None
    assert words in model.prompt.fault
    assert words in drawn(replace(model, size=Size(200, 30)))
    model, asked = told(model, Left())
    assert (model.prompt, asked) == (None, [])


def test_what_is_taken_as_it_stood_is_not_written() -> None:
    """To look at a default does not put it into the file."""
    for key in ("mode", "idleTimeout", "codexRunVer.model"):
        model, _ = pressed(at(key), "edit")
        assert model.prompt is not None
        assert told(model, Taken(text=model.prompt.text))[1] == []


def test_a_key_is_taken_out_of_the_file() -> None:
    """One that helm does not know too; of a list all of it, or one text."""
    for key, item, value in [
        ("mode", -1, None),
        ("zorro", -1, None),
        ("acceptanceCommands", -1, None),
        ("acceptanceCommands", 1, ["make test"]),
    ]:
        _, (effect,) = pressed(at(key, item), "reset")
        assert isinstance(effect, SaveSetting)
        assert (effect.setting.key, effect.value) == (key, value)


def test_what_is_not_in_the_file_is_not_taken_out() -> None:
    model, asked = pressed(at("idleTimeout"), "reset")
    assert asked == []
    assert model.said


def test_a_key_that_helm_does_not_know_is_not_changed_here() -> None:
    """helm cannot say what it may hold."""
    model, asked = pressed(at("zorro"), "edit")
    assert (model.prompt, asked) == (None, [])
    assert "d takes it out" in model.said


def test_what_is_saved_is_used_from_then_on() -> None:
    """The specs are read anew, by a helm that has read the configuration anew."""
    model, asked = told(opened(), SettingsRead(listing=listing({"mode": "strict"}), saved="mode"))
    assert asked == [ReadSpecs()]
    assert "mode: helm.config.json is changed" in model.said


def test_a_change_of_somebody_else_is_noticed() -> None:
    """The file is looked at as long as it is shown, and the selection stays."""
    model = at("workerTimeout")
    model, asked = told(model, Second(now=NOW))
    assert ReadSettings(known=screen(model).listing) in asked
    model, _ = told(model, SettingsRead(listing=listing({"workerTimeout": "5m"})))
    assert "was changed by somebody else" in model.said
    assert screen(model).selected == ("workerTimeout", -1)
    assert "5m" in drawn(model)


def test_what_was_being_typed_meanwhile_is_saved_against_what_was_seen() -> None:
    """So that the file's new value is not written over unseen."""
    model, _ = pressed(at("defaultMaxAttempts"), "edit")
    model, _ = told(model, SettingsRead(listing=listing({"defaultMaxAttempts": 9})))
    _, asked = told(model, Typed(text="4"), Taken(text="4"))
    (effect,) = (each for each in asked if isinstance(each, SaveSetting))
    assert effect.setting.written == 3


def test_a_configuration_that_keeps_helm_from_opening_is_mended_here() -> None:
    """The wrong key is selected; once nothing is wrong, Esc goes on to the specs."""
    model = opened(listing({"mode": "quick"}), alone=True)
    assert screen(model).selected[0] == "mode"
    model, asked = pressed(model, "back")
    assert isinstance(model.screen, SettingsScreen)
    model, asked = told(model, SettingsRead(listing=listing({}), saved="mode"))
    assert asked == []
    assert "esc opens the specs" in model.said
    model, asked = pressed(model, "back")
    assert isinstance(model.screen, SpecsScreen)
    assert asked == [ReadSpecs()]


def test_before_it_is_read_it_says_so() -> None:
    model = replace(opened(), screens=(SpecsScreen(), SettingsScreen()))
    assert "reading the settings" in drawn(model)
    pressed(model, "edit", "reset", "down", "pick")


ACTIONS = ["up", "down", "page-up", "page-down", "first", "last", "pick", "edit", "reset"]


@QUICK
@given(
    st.integers(1, 200),
    st.integers(1, 60),
    st.dictionaries(st.sampled_from([*DOCUMENT, "redact", "$schema", "\x1b[31m"]), JSON_VALUES),
    st.lists(st.sampled_from(ACTIONS)),
    st.text(),
)
def test_any_configuration_can_be_drawn_at_any_size(
    columns: int, rows: int, document: dict[str, object], actions: list[str], text: str
) -> None:
    """However wrong it is, and whatever is typed."""
    model, _ = pressed(opened(listing(document)), *actions)
    model, _ = told(model, Typed(text=text))
    require_fitting(model, Size(columns, rows))
    model, _ = told(model, Taken(text=text))
    require_fitting(model, Size(columns, rows))
