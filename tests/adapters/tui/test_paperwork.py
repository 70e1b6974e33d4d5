"""Setting up and saving in a thread: every task is answered, whatever comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from helm.adapters.tui.effects import PlanSetUp, ReadSettings, SaveSetting, SetUp
from helm.adapters.tui.messages import Message, Said, SettingsRead, SetUpDone, SetUpPlanned
from helm.adapters.tui.paperwork import Papers, Paperwork
from helm.app.configuration import Configuration
from helm.app.scaffold import Scaffold, Setup
from helm.app.settings import CONFIG_NAME
from tests.fakes import MemoryFiles, MemoryGit

ROOT = Path("/repo")


@dataclass
class Desk:
    """A repository, and all that was said of the work in it."""

    files: MemoryFiles = field(default_factory=lambda: MemoryFiles(made={ROOT / "specs"}))
    posted: list[Message] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    changes: int = 0

    def do(self, task: Callable[[Paperwork], None]) -> None:
        """Let a task be done to its end."""
        git = MemoryGit()
        papers = Papers(Scaffold(self.files, git, ROOT), Configuration(self.files, git, ROOT, {}))
        work = Paperwork(papers, self.posted.append, self._changed, self.faults.append)
        task(work)
        work.close()

    def _changed(self) -> None:
        self.changes += 1

    def listing(self) -> SettingsRead:
        self.do(lambda work: work.read_settings(ReadSettings()))
        answer = self.posted.pop()
        assert isinstance(answer, SettingsRead)
        return answer


def test_settings_are_read() -> None:
    desk = Desk()
    assert desk.listing().listing.file == ROOT / CONFIG_NAME
    assert desk.changes == 0


def test_settings_that_are_known_are_not_told_again() -> None:
    """Only a change is, and then what runs read must be renewed."""
    desk = Desk()
    known = ReadSettings(known=desk.listing().listing)
    desk.do(lambda work: work.read_settings(known))
    assert (desk.posted, desk.changes) == ([], 0)
    desk.files.contents[ROOT / CONFIG_NAME] = b'{"mode": "parallel"}'
    desk.do(lambda work: work.read_settings(known))
    assert ([type(each) for each in desk.posted], desk.changes) == ([SettingsRead], 1)


def test_a_setting_is_saved_and_read_back() -> None:
    desk = Desk()
    setting = next(each for each in desk.listing().listing.settings if each.key == "mode")
    desk.do(lambda work: work.save_setting(SaveSetting(setting=setting, value="parallel")))
    (answer,) = desk.posted
    assert isinstance(answer, SettingsRead)
    assert answer.saved == "mode"
    assert desk.changes == 1
    assert b"parallel" in desk.files.contents[ROOT / CONFIG_NAME]


def test_a_refusal_is_said_and_what_is_in_the_file_is_told() -> None:
    """The screen then shows what somebody else has written."""
    desk = Desk()
    setting = next(each for each in desk.listing().listing.settings if each.key == "mode")
    desk.files.contents[ROOT / CONFIG_NAME] = b'{"mode": "parallel"}'
    desk.do(lambda work: work.save_setting(SaveSetting(setting=setting, value="strict")))
    answer, said = desk.posted
    assert isinstance(answer, SettingsRead)
    assert answer.saved == ""
    assert isinstance(said, Said)
    assert "was changed" in said.text


def test_a_workspace_is_planned_and_made() -> None:
    desk = Desk()
    desk.do(lambda work: work.plan_set_up(PlanSetUp(root=ROOT, setup=Setup())))
    desk.do(lambda work: work.set_up(SetUp(root=ROOT, setup=Setup())))
    planned, made = desk.posted
    assert isinstance(planned, SetUpPlanned)
    assert isinstance(made, SetUpDone)
    assert made.inventory == planned.inventory
    words = [each.words for each in made.steps]
    assert words == ["git init", "helm run --exec spec-00-example", "helm"]
    assert ROOT / CONFIG_NAME in desk.files.contents


def test_what_cannot_be_planned_or_made_is_answered() -> None:
    """With the reason, so that the form does not wait for ever."""
    desk = Desk()
    desk.files.contents[ROOT / "README"] = b""
    desk.do(lambda work: work.plan_set_up(PlanSetUp(root=ROOT, setup=Setup(specs_root="README"))))
    desk.files.refused.add(ROOT)
    desk.do(lambda work: work.set_up(SetUp(root=ROOT, setup=Setup())))
    planned, made = desk.posted
    assert isinstance(planned, SetUpPlanned)
    assert planned.fault == "README is a file"
    assert isinstance(made, SetUpDone)
    assert made.inventory is None
    assert "cannot" in made.failure


def test_a_fault_of_helms_own_is_told_as_one() -> None:
    """It ends the screen, with its details in a file."""
    desk = Desk()
    broken = SetUp(root=ROOT, setup=Setup(specs_root=b"specs"))  # type: ignore[arg-type]
    desk.do(lambda work: work.set_up(broken))
    assert desk.posted == []
    assert [type(each) for each in desk.faults] == [AttributeError]
