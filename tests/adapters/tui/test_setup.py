"""The set-up on the screen: why there is no workspace, a form, what it would make and made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Effect, PlanSetUp, Quit, ReadSpecs, SetUp
from helm.adapters.tui.frame import Size
from helm.adapters.tui.keys import Context, bound
from helm.adapters.tui.messages import (
    Left,
    Message,
    Pressed,
    SetUpDone,
    SetUpPlanned,
    Taken,
    Typed,
)
from helm.adapters.tui.model import Model
from helm.adapters.tui.paperwork import Papers, Paperwork
from helm.adapters.tui.screens.setup import SetupScreen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.app.configuration import MODES, Configuration
from helm.app.scaffold import Inventory, Scaffold, Setup, Vacancy
from helm.app.settings import CONFIG_NAME
from helm.domain.events import Mode
from tests.adapters.tui.forms import drawn, pressed, require_fitting, told
from tests.domain.histories import QUICK, assert_golden
from tests.fakes import MemoryFiles, MemoryGit

NOW = datetime(2026, 1, 31, 9, 15, tzinfo=UTC)
ROOT = Path("/work/shop")
FILES = MemoryFiles(
    contents={ROOT / "Makefile": b"test:\n\ttrue\n", ROOT / "specs" / "README.md": b"ours"}
)
SCAFFOLD = Scaffold(FILES, MemoryGit(), ROOT)
ADD, ATTEMPTS, CREATE = 3, 4, 5
"""Places in the form, with one acceptance command."""


def planned(setup: Setup) -> SetUpPlanned:
    """Look at the disk, as the thread does."""
    fault = SCAFFOLD.fault(ROOT, setup)
    nothing = Inventory(created=(), changed=(), kept=())
    inventory = nothing if fault else SCAFFOLD.plan(ROOT, setup)
    return SetUpPlanned(setup=setup, inventory=inventory, fault=fault)


def finished() -> SetUpDone:
    """Make the workspace, as the thread does."""
    scaffold = Scaffold(MemoryFiles(contents=dict(FILES.contents)), MemoryGit(), ROOT)
    made = scaffold.make(ROOT, Setup())
    return SetUpDone(inventory=made, steps=scaffold.next_steps(ROOT, Setup()))


def opened() -> Model:
    vacancy = SCAFFOLD.vacancy()
    assert vacancy is not None
    model = Model(
        name="shop", size=Size(100, 30), now=NOW, screens=(SetupScreen.of(vacancy),), mouse=True
    )
    return told(model, planned(vacancy.setup))[0]


def form(model: Model) -> SetupScreen:
    assert isinstance(model.screen, SetupScreen)
    return model.screen


def at(place: int) -> Model:
    """Select a field."""
    model = opened()
    return replace(model, screens=(replace(form(model), selected=place),))


def typed(model: Model, text: str) -> tuple[Model, list[Effect]]:
    """Type a text into the selected field, letter by letter, and take it."""
    model, asked = pressed(model, "edit")
    for end in range(len(text) + 1):
        model, more = told(model, Typed(text=text[:end]))
        for effect in (*asked, *more):
            if isinstance(effect, PlanSetUp):
                model, _ = told(model, planned(effect.setup))
    return told(model, Taken(text=text))


def test_it_says_why_and_what_would_be_made() -> None:
    """Before anything is written, people see all of it."""
    text = " ".join(drawn(opened()).split())
    assert "There is no helm.config.json in /work/shop, and no spec in /work/shop/specs" in text
    assert "Nothing is written before [ Create ]." in text
    assert "creates helm.config.json" in text
    assert "keeps specs/ README.md" in text
    assert "make test" in text


@pytest.mark.parametrize("size", [Size(100, 30), Size(60, 20), Size(20, 5)])
def test_the_set_up(size: Size) -> None:
    assert_golden(f"screens/setup-{size.columns}x{size.rows}.txt", drawn(opened(), size))


@pytest.mark.parametrize("size", [Size(100, 30), Size(60, 20), Size(20, 5)])
def test_the_set_up_that_is_done(size: Size) -> None:
    model, _ = told(opened(), finished())
    assert_golden(f"screens/setup-done-{size.columns}x{size.rows}.txt", drawn(model, size))


@pytest.mark.parametrize("path", ["q", "docs/q-specs", "NnjkdG?/mQ"])
def test_any_letter_can_be_typed_into_the_path(path: str) -> None:
    """None is a key as long as one types."""
    model, asked = typed(opened(), path)
    assert form(model).setup.specs_root == path
    assert model.prompt is None
    assert asked == [PlanSetUp(root=ROOT, setup=form(model).setup)]


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/etc", "not absolute; name a folder of the repository"),
        ("../specs", "outside of the repository"),
        ("", "name a folder"),
        ("Makefile", "Makefile is a file"),
        ("Makefile/q", "Makefile is a file"),
        ("a\tb", "no control characters"),
    ],
)
def test_a_wrong_path_is_said_as_one_types_and_is_not_taken(path: str, fault: str) -> None:
    """Enter leaves the line open until the path is right; Esc leaves all as it was."""
    model, _ = typed(opened(), path)
    assert model.prompt is not None
    assert model.prompt.fault == fault
    assert fault in drawn(model)
    model, _ = told(model, Left())
    assert model.prompt is None
    assert form(model).setup.specs_root == "specs"


def test_an_answer_about_an_older_text_is_not_taken_for_this_one() -> None:
    """The disk is slower than the fingers."""
    model, _ = pressed(opened(), "edit")
    model, _ = told(model, Typed(text="Makefile"), Typed(text="Makefiles"))
    model, _ = told(model, planned(replace(form(model).setup, specs_root="Makefile")))
    assert model.prompt is not None
    assert model.prompt.fault == ""


@pytest.mark.parametrize("key", ["enter", "space"])
def test_the_mode_is_chosen_by_enter_and_by_space(key: str) -> None:
    """There are two; and nothing is made by the way."""
    action = bound(Context.SETUP)[key]
    model, asked = pressed(at(1), action)
    assert form(model).setup.mode is Mode.PARALLEL
    assert form(model).selected == 1
    assert [type(effect) for effect in asked] == [PlanSetUp]
    model, _ = pressed(model, action)
    assert form(model).setup.mode is Mode.STRICT


def test_commands_are_added_changed_and_taken_out() -> None:
    """A comma is part of a command, and the next one is an Enter away."""
    model, _ = typed(at(ADD), "sh -c 'a, b'")
    assert form(model).setup.acceptance_commands == ("make test", "sh -c 'a, b'")
    model, _ = typed(model, "make q")
    assert form(model).setup.acceptance_commands == ("make test", "sh -c 'a, b'", "make q")
    model, _ = pressed(model, "first", "down", "down")
    model, _ = typed(model, "")
    assert form(model).setup.acceptance_commands == ("sh -c 'a, b'", "make q")


def test_a_command_is_not_added_twice() -> None:
    """Nor is an empty one added at all."""
    model, _ = typed(at(ADD), "make test")
    model, _ = typed(model, "")
    assert form(model).setup.acceptance_commands == ("make test",)


@pytest.mark.parametrize("text", ["0", "two", "", "1.5", "99999999999"])
def test_attempts_are_a_whole_number_above_0(text: str) -> None:
    model, _ = typed(at(ATTEMPTS), text)
    assert model.prompt is not None
    assert model.prompt.fault == "a whole number above 0"
    model, _ = told(model, Typed(text="3"), Taken(text="3"))
    assert form(model).setup.max_attempts == 3


@pytest.mark.parametrize("action", ["create", "edit", "pick"])
def test_the_workspace_is_made_once(action: str) -> None:
    """By the key, or by the row; and not a second time while that is under way."""
    pressing = Pressed(action=action, place=CREATE)
    model, asked = told(at(CREATE), pressing, pressing)
    assert asked == [SetUp(root=ROOT, setup=form(model).setup)]


def test_a_click_on_a_row_selects_it_and_on_create_makes_the_workspace() -> None:
    model, asked = told(opened(), Pressed(action="pick", place=1))
    assert (form(model).selected, asked) == (1, [])
    _, asked = told(model, Pressed(action="pick", place=CREATE))
    assert [type(effect) for effect in asked] == [SetUp]


def test_what_cannot_be_made_is_not_asked_for() -> None:
    """The vacancy itself may name a specs root that cannot be made."""
    vacancy = Vacancy(root=ROOT, reason="gone", setup=Setup(specs_root="/plans"))
    model = replace(opened(), screens=(SetupScreen.of(vacancy),))
    model, asked = pressed(model, "create")
    assert asked == []
    assert "not absolute" in model.said


def test_after_a_failure_it_can_be_tried_again() -> None:
    """The reason is said, and the form is as it was."""
    model, _ = pressed(opened(), "create")
    model, _ = told(model, SetUpDone(inventory=None, failure="no space"))
    assert model.said == "no space"
    _, asked = pressed(model, "create")
    assert [type(effect) for effect in asked] == [SetUp]


@pytest.mark.parametrize("key", ["enter", "c-s", "escape"])
def test_from_what_was_made_it_goes_on_to_the_specs(key: str) -> None:
    """By any key that one may think of; and by a click."""
    model, _ = told(opened(), finished())
    assert [hit.action for hit in draw(model).hits] == ["specs"]
    model, asked = pressed(model, bound(model.context)[key])
    assert isinstance(model.screen, SpecsScreen)
    assert asked == [ReadSpecs()]


def test_what_would_be_made_is_seen_to_its_end_from_the_button_on() -> None:
    model = replace(opened(), size=Size(60, 20))
    assert "review.prompt-template.md" in drawn(model)
    assert "acceptance-checklist.md" not in drawn(model)
    last = drawn(pressed(model, "last")[0])
    assert "▶ [ Create ]" in last
    assert "acceptance-checklist.md" in last


def test_the_mode_is_explained_whole_on_80_columns() -> None:
    model = replace(at(1), size=Size(80, 24))
    for mode in Mode:
        assert f"{mode}: {MODES[mode]}" in drawn(model)
        model, _ = pressed(model, "edit")


def test_what_was_made_can_be_read_to_its_end() -> None:
    model, _ = told(replace(opened(), size=Size(20, 5)), finished())
    assert "README.md" not in drawn(model)
    assert "README.md" in drawn(pressed(model, "last")[0])


@pytest.mark.parametrize("action", ["leave", "quit"])
def test_what_was_changed_is_not_dropped_without_a_question(action: str) -> None:
    """Which Ctrl-C answers with yes, as anywhere."""
    model, _ = pressed(at(1), "edit")
    asking, asked = pressed(model, action)
    assert asked == []
    assert asking.dialog is not None
    assert form(pressed(asking, "no")[0]).setup.mode is Mode.PARALLEL
    assert pressed(asking, "yes")[1] == pressed(asking, "quit")[1] == [Quit()]
    back, _ = pressed(model, "edit")
    assert pressed(back, action)[1] == [Quit()]


def test_esc_does_not_quit_and_q_does() -> None:
    """Nothing was written, so nothing is asked."""
    model, asked = pressed(opened(), "back")
    assert (form(model).done, asked) == (None, [])
    assert pressed(model, "leave")[1] == [Quit()]


ACTIONS = [
    *("up", "down", "page-up", "page-down", "first", "last", "pick", "edit", "create", "back"),
    *("leave", "help"),
]


@QUICK
@given(
    st.integers(1, 200),
    st.integers(1, 60),
    st.lists(st.sampled_from(ACTIONS)),
    st.text(),
    st.text(),
)
def test_it_can_be_drawn_at_any_size(
    columns: int, rows: int, actions: list[str], path: str, command: str
) -> None:
    """Whatever is typed, and wherever one is."""
    setup = Setup(specs_root=path, acceptance_commands=(command,) * 3)
    vacancy = Vacancy(root=ROOT, reason=path, setup=setup)
    model = replace(opened(), screens=(SetupScreen.of(vacancy),))
    model, _ = pressed(model, *actions)
    model, _ = told(model, Typed(text=path), Taken(text=command))
    inventory = Inventory(created=(f"{path}/a", "b"), changed=(command,), kept=(path,))
    for message in (
        SetUpPlanned(setup=setup, inventory=inventory),
        SetUpDone(inventory=inventory),
    ):
        model, _ = told(model, message)
        require_fitting(model, Size(columns, rows))


@pytest.mark.parametrize("broken", [b"{", b"\xff"])
def test_a_configuration_that_somebody_broke_meanwhile_is_said_until_it_is_mended(
    broken: bytes,
) -> None:
    """Create tries it again, for nothing else need be changed in the form."""
    files = MemoryFiles(made={ROOT}, contents={ROOT / CONFIG_NAME: broken})
    model, _ = pressed(opened(), "create")
    model = answered(files, model, SetUp(root=ROOT, setup=Setup()))
    assert f"{ROOT / CONFIG_NAME}: " in model.said
    model, asked = pressed(model, "create")
    files.contents[ROOT / CONFIG_NAME] = b"{}"
    (effect,) = asked
    assert isinstance(effect, SetUp)
    assert form(answered(files, model, effect)).done


def answered(files: MemoryFiles, model: Model, effect: SetUp) -> Model:
    """Let the workspace be made in a repository, and the form be told what came of it."""
    git = MemoryGit()
    posted: list[Message] = []
    faults: list[Exception] = []
    papers = Papers(Scaffold(files, git, ROOT), Configuration(files, git, ROOT, {}))
    work = Paperwork(papers, posted.append, lambda: None, faults.append)
    work.set_up(effect)
    work.plan_set_up(PlanSetUp(root=effect.root, setup=effect.setup))
    work.close()
    assert faults == []
    return told(model, *posted)[0]
