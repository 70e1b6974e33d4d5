"""Setting a workspace up, and saving its settings, in a thread: neither needs a workspace yet."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from helm.adapters.tui.effects import PlanSetUp, ReadSettings, SaveSetting, SetUp
from helm.adapters.tui.messages import Message, Said, SettingsRead, SetUpDone, SetUpPlanned
from helm.app.configuration import Configuration
from helm.app.scaffold import Inventory, Scaffold
from helm.app.terminal_text import one_line
from helm.domain.errors import HelmError

_NOTHING = Inventory(created=(), changed=(), kept=())


class Papers(NamedTuple):
    """What makes a workspace, and what it is set up as."""

    scaffold: Scaffold
    configuration: Configuration


class Paperwork:
    """Answers with messages, one task after the other.

    `changed` is called once the configuration is another one, `fail` for a fault of helm's own.
    """

    def __init__(
        self,
        papers: Papers,
        post: Callable[[Message], None],
        changed: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._scaffold, self._configuration = papers
        self._post = post
        self._changed = changed
        self._fail = fail
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="helm-paperwork")

    def read_settings(self, effect: ReadSettings) -> None:
        """Read the configuration."""

        def read() -> None:
            listing = self._configuration.read()
            if listing != effect.known:
                if effect.known:
                    self._changed()
                self._post(SettingsRead(listing=listing))

        self._begin(read, self._complain)

    def save_setting(self, effect: SaveSetting) -> None:
        """Write a key of the configuration, and read all of it again, whatever came of that."""

        def save() -> None:
            saved = ""
            try:
                self._configuration.save(effect.setting, effect.value)
                saved = effect.setting.key
                self._changed()
            finally:
                self._post(SettingsRead(listing=self._configuration.read(), saved=saved))

        self._begin(save, self._complain)

    def plan_set_up(self, effect: PlanSetUp) -> None:
        """Look which files of a workspace there are already."""

        def plan() -> None:
            root, setup = effect.root, effect.setup
            fault = self._scaffold.fault(root, setup)
            inventory = _NOTHING if fault else self._scaffold.plan(root, setup)
            self._post(SetUpPlanned(setup=setup, inventory=inventory, fault=fault))

        self._begin(plan, self._complain)

    def set_up(self, effect: SetUp) -> None:
        """Make a workspace."""

        def make() -> None:
            root, setup = effect.root, effect.setup
            made = self._scaffold.make(root, setup)
            self._post(SetUpDone(inventory=made, steps=self._scaffold.next_steps(root, setup)))

        self._begin(make, lambda said: self._post(SetUpDone(inventory=None, failure=said)))

    def close(self) -> None:
        """Let what is being written be written."""
        self._thread.shutdown()

    def _begin(self, task: Callable[[], None], failed: Callable[[str], None]) -> None:
        def run() -> None:
            try:
                task()
            except (HelmError, OSError) as error:
                failed(one_line(str(error)))
            except Exception as error:  # noqa: BLE001  whatever it is, it is told
                self._fail(error)

        self._thread.submit(run)

    def _complain(self, said: str) -> None:
        self._post(Said(text=said))
