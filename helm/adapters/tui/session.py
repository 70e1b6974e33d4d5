"""A session at the screen: the model as it changes, and who does what the screen asks for."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Protocol

from helm.adapters.tui import effects as asked
from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Effect, ReadSpecs
from helm.adapters.tui.frame import Frame, Size
from helm.adapters.tui.keys import PAGES
from helm.adapters.tui.messages import (
    Left,
    Message,
    Pressed,
    Resized,
    Said,
    Second,
    Taken,
    Typed,
)
from helm.adapters.tui.model import Model, Prompt
from helm.adapters.tui.opening import First
from helm.adapters.tui.paperwork import Paperwork
from helm.adapters.tui.reading import OpenRunner
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.screens.setup import SetupScreen
from helm.adapters.tui.terminal import mouse_event
from helm.adapters.tui.update import update
from helm.adapters.tui.work import Work
from helm.app.wording import in_words
from helm.domain.events import Cause

_SHARE_OF_LOOKS = 400
"""A quiet frame is drawn to see whether time shows, but for no more than this part of it."""

_WHEEL_LINES = 3
"""Lines that a notch of the wheel moves a page; of a list it moves what is selected, by one."""

_CAUSES = {signal.SIGTERM: Cause.SIGTERM, signal.SIGHUP: Cause.SIGHUP}


class Stage(Protocol):
    """The terminal, as far as a session steers it."""

    def soon(self, call: Callable[..., object], *words: object) -> None:
        """Call something in the thread that draws; once the screen is left, nothing is called."""

    def wake(self) -> None:
        """Paint soon, because there is more to be seen; from any thread but the one that draws."""

    def fail(self, error: Exception) -> None:
        """Take a fault of helm's own, from any thread."""

    def paint(self) -> None:
        """Paint what has changed."""

    def paint_anew(self) -> None:
        """Paint everything."""

    def show_prompt(self, prompt: Prompt | None) -> None:
        """Let the line in which is typed be this one, or none."""

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""

    def edit(self, path: Path) -> None:
        """Lend the terminal to the user's editor."""

    def read(self, path: Path) -> None:
        """Lend the terminal to the user's pager."""

    def suspend(self) -> None:
        """Give the terminal to the shell, until it lets us go on."""

    def leave(self) -> None:
        """End the screen."""


class Session:
    """Everything between a key and a frame that is no terminal. One thread calls it.

    It is made by another one, and does nothing before it is told to `begin`.
    """

    def __init__(self, first: First, open_runner: OpenRunner, stage: Stage) -> None:
        self.model = first.model
        self._first = first.effect
        self._stage = stage
        self._frame = Frame()
        self._next_look = 0.0
        self._work = Work(open_runner, self._post, stage.wake, stage.fail, first.runner)
        self._paperwork = Paperwork(first.papers, self._post, self._work.renew, stage.fail)

    def begin(self) -> None:
        """Ask for what the first screen shows."""
        self._do((self._first,))

    def hear(self, message: Message) -> None:
        """Take in what has happened, and do what comes of it."""
        before = self.model
        self.model, effects = update(before, message)
        self._stage.show_prompt(self.model.prompt)
        self._do(effects)
        if self._is_news(before, message):
            self._stage.paint()

    def draw(self, size: Size) -> Frame:
        """Draw what is to be seen now."""
        if size != self.model.size:
            self.model, _ = update(self.model, Resized(size=size))
        self._frame = draw(self.model)
        return self._frame

    def press(self, action: str, place: int = 0) -> None:
        """Take a key, or a click, that stands for an action."""
        self.hear(Pressed(action=action, place=place))

    def typed(self, text: str) -> None:
        """Take what the prompt line says now."""
        if self.model.prompt and text != self.model.prompt.text:
            self.hear(Typed(text=text))

    def take(self, text: str) -> None:
        """Take what was typed, once and for all."""
        self.hear(Taken(text=text))

    def recall(self) -> None:
        """Put what was typed the last time into the prompt line."""
        if self.model.prompt and self.model.prompt.last:
            self.typed(self.model.prompt.last)

    def drop(self) -> None:
        """Take that nothing was to be typed after all."""
        self.hear(Left())

    def interrupt(self) -> None:
        """Take SIGINT as the key that sends it elsewhere."""
        if self.model.prompt:
            self.drop()
        self.press("quit")

    def mouse(self, data: str) -> bool:
        """Take a report of the mouse, and tell whether it says anything that matters."""
        found = mouse_event(data)
        if found is None:
            return False
        if found.kind == "click":
            self._click(found.column, found.row)
        elif self.model.dialog is None:
            for _ in range(_WHEEL_LINES if self.model.context in PAGES else 1):
                self.press(found.kind)
        return True

    def pass_time(self, now: datetime) -> None:
        """Take that a second has passed."""
        self.hear(Second(now=now))

    def say(self, text: str) -> None:
        """Show a sentence."""
        self.hear(Said(text=text))

    def read_again(self) -> None:
        """Read the specs: somebody else may have changed them."""
        self._do((ReadSpecs(),))

    def halt(self, death: signal.Signals | None = None) -> None:
        """Ask the run that is under way to stop, for a signal by which we die or for a person."""
        self._work.halt(_CAUSES[death] if death else Cause.OPERATOR)

    def break_off(self) -> None:
        """Ask the run that is under way to stop, for a fault of helm's own."""
        self._work.halt(Cause.LOST)

    @property
    def carries(self) -> bool:
        """Whether a run is under way here."""
        return self._work.carries

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._work.stopping

    def close(self) -> None:
        """Let go of everything, once a run that was asked to stop has halted."""
        self._work.close()
        self._paperwork.close()

    def last_words(self) -> list[str]:
        """Say how to go on with what did not come to its end: a run, or the set-up."""
        words: list[str] = []
        told, screen = self._work.carried, self.model.screen
        run = told.progress.run if told else None
        if told and run and run.started and run.halt:
            spec = run.started.spec.id
            words.append(
                f"run {told.short_id} of {spec} is halted ({in_words(run.halt.cause)}). "
                f"To go on: R in its run, or helm run --exec {spec} --resume"
            )
        if isinstance(screen, SetupScreen) and not screen.done:
            words.append("nothing was written; to come back to the set-up, say helm")
        return words

    def _post(self, message: Message) -> None:
        """Take in a message from any thread."""
        self._stage.soon(self.hear, message)

    def _click(self, column: int, row: int) -> None:
        for hit in self._frame.hits:
            if hit.row == row and hit.left <= column < hit.left + hit.width:
                self.press(hit.action, hit.place)
                break

    def _is_news(self, before: Model, message: Message) -> bool:
        """Tell whether there is anything to paint. Time passes only for who watches a clock."""
        model = self.model
        if not isinstance(message, Second):
            return model is not before
        screen = model.screen
        watching = isinstance(screen, RunScreen) and not screen.telling.progress.over
        if watching or model.live is not None or before != replace(model, now=before.now):
            return True
        return self._shows_time()

    def _shows_time(self) -> bool:
        """Tell whether a frame would differ from what is seen, as where it says how long ago."""
        began = monotonic()
        if began < self._next_look:
            return False
        differs = draw(self.model).lines != self._frame.lines
        self._next_look = began + _SHARE_OF_LOOKS * (monotonic() - began)
        return differs

    def _do(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            self._doers[type(effect)](effect)

    @cached_property
    def _doers(self) -> dict[type[Effect], Callable[..., object]]:
        work, papers, stage = self._work, self._paperwork, self._stage
        return {
            asked.ReadSpecs: work.read_specs,
            asked.ReadSpec: work.read_spec,
            asked.ReadHistory: work.read_history,
            asked.ReadTimeline: work.read_timeline,
            asked.StartRun: work.start_run,
            asked.OpenRun: work.open_run,
            asked.LeaveRun: lambda effect: work.leave_run(effect.telling),
            asked.ReadRaw: work.read_raw,
            asked.Search: work.search,
            asked.StopSearch: lambda _: work.stop_search(),
            asked.StopRun: work.stop_run,
            asked.ReadSettings: papers.read_settings,
            asked.SaveSetting: papers.save_setting,
            asked.PlanSetUp: papers.plan_set_up,
            asked.SetUp: papers.set_up,
            asked.Copy: lambda effect: stage.copy(effect.text),
            asked.Edit: lambda effect: stage.edit(effect.path),
            asked.Read: lambda effect: stage.read(effect.path),
            asked.Repaint: lambda _: stage.paint_anew(),
            asked.Suspend: lambda _: stage.suspend(),
            asked.Quit: lambda _: stage.leave(),
        }
