"""The screen on a terminal: the one module that knows prompt_toolkit."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import shutil
import signal
import threading
from base64 import b64encode
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from prompt_toolkit.application import Application, in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    HSplit,
    Layout,
    UIContent,
    UIControl,
    VSplit,
    Window,
)
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import ColorDepth, Output, create_output
from prompt_toolkit.styles import Style

from helm.adapters.tui import effects as asked
from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Effect
from helm.adapters.tui.frame import Frame, Line, Size, text
from helm.adapters.tui.keys import Context, bound
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
from helm.adapters.tui.model import Model
from helm.adapters.tui.paperwork import Papers, Paperwork
from helm.adapters.tui.screens.run import RunScreen
from helm.adapters.tui.screens.setup import SetupScreen
from helm.adapters.tui.terminal import (
    ENDINGS,
    Discipline,
    colours,
    crash_file,
    errors_kept,
    heard,
    is_hang_up,
    mouse_event,
    stop_here,
    tell,
)
from helm.adapters.tui.update import update
from helm.adapters.tui.work import OpenRunner, Work
from helm.app import programs
from helm.app.terminal_text import one_line
from helm.domain.events import Cause

_FRAME_PAUSE = 0.05
"""Seconds between two frames that only news ask for; keys are answered at once."""

_SHARE_OF_PAUSES = 4
"""Such a pause is at least so many times as long as the last frame took: a key finds us free."""

_SECOND = 1.0
_SHARE_OF_LOOKS = 400
"""A quiet frame is drawn to see whether time shows, but for no more than this part of it."""

_ESCAPE_PAUSE = 0.03

STYLE = Style.from_dict(
    {
        "title": "bold",
        "where": "",
        "key": "bold",
        "hint": "",
        "border": "dim",
        "heading": "bold",
        "state": "dim",
        "state.follow": "nodim",
        "state.paused": "nodim bold",
        "state.new": "nodim ansiyellow",
        "state.search": "nodim",
        "said": "bold",
        "selected": "bold underline",
        "warning": "ansiyellow",
        "answer": "",
        "answer.chosen": "bold reverse",
        "badge.invalid": "ansimagenta",
        "badge.running": "ansicyan",
        "badge.stale": "ansiyellow",
        "badge.done": "ansigreen",
        "badge.accepted": "ansigreen",
        "badge.blocked": "ansiyellow",
        "badge.failed": "ansired",
        "badge.exhausted": "ansired",
        "badge.abandoned": "dim",
        "badge.in-progress": "ansicyan",
        "badge.halted": "ansiyellow",
        "badge.died": "ansired",
        "badge.missing": "ansired",
        "badge.todo": "",
    }
)


_CRASHED = 70
"""The exit code of a fault of helm's own, as sysexits(3) has it."""

_WHEEL_LINES = 3

_ASCII = str.maketrans("│─┌┐└┘├┤┬┴┼▶▼▲●○◌↵↑↓←→…›✓✗⊘·×–—“”’", '|-+++++++++>v^*o.<^v<>~>vx0.x--""\'')
"""What stands for our own signs on a terminal that does not know them."""


class Screen:
    """helm's screen, from its first frame to its last."""

    def __init__(
        self,
        model: Model,
        open_runner: OpenRunner,
        papers: Papers,
        first: Effect,
    ) -> None:
        self._model = model
        self._open_runner = open_runner
        self._first = first
        self._frame = Frame()
        self._painting = False
        self._calm = threading.Event()
        self._calm.set()
        self._frame_began = self._frame_seconds = 0.0
        self._next_look = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work = Work(open_runner, self._post, self._wake, self._fail)
        self._paperwork = Paperwork(papers, self._post, self._work.renew, self._fail)
        self._buffer = Buffer(multiline=False, on_text_changed=self._typed)
        self._discipline = Discipline()
        self._errors = 2
        self._guest: asyncio.subprocess.Process | None = None
        self._fault: BaseException | None = None
        self._death: signal.Signals | None = None
        self._output = _quiet_mouse(create_output())
        self._canvas = Window(_Canvas(self._drawn, self._output), wrap_lines=False)
        self._application: Application[int] = Application(
            layout=self._layout(),
            key_bindings=self._bindings(),
            style=STYLE,
            full_screen=True,
            mouse_support=Condition(lambda: self._model.mouse),
            input=create_input(),
            output=self._output,
            color_depth=_depth(colours(os.environ)),
            after_render=self._rendered,
        )
        self._application.before_render += lambda _: self._frame_begins()
        self._application.after_render += lambda _: self._frame_ends()
        self._application.ttimeoutlen = _ESCAPE_PAUSE
        self._application.timeoutlen = _ESCAPE_PAUSE

    def run(self) -> int:
        """Show the screen until it is left; the exit code, or minus the signal that ended it.

        A run that is under way has halted when this returns.
        """
        with ExitStack() as stack:
            stack.callback(self._discipline.restore)
            self._errors = stack.enter_context(errors_kept())
            stack.enter_context(heard(self._signalled))
            try:
                self._show()
            finally:
                self._wind_up()
        self._say_halted()
        self._say_unset()
        if self._fault:
            self._say_fault(self._fault)
            return _CRASHED
        return -self._death if self._death else 0

    def _show(self) -> None:
        try:
            self._application.run(
                pre_run=self._began, set_exception_handler=False, handle_sigint=False
            )
        except Exception as error:  # noqa: BLE001  whatever it is, the terminal is given back
            self._failed(error)
        finally:
            self._loop = None

    def _wind_up(self) -> None:
        """End what is under way, on a terminal that is the user's again."""
        cause = ENDINGS[self._death][1] if self._death else Cause.OPERATOR
        if self._work.carries:
            if not self._work.stopping:
                self._work.halt(cause)
            with suppress(OSError):
                os.write(self._errors, b"helm: stopping the run; Ctrl-C forces it\n")
        self._work.close()
        self._paperwork.close()

    def _say_halted(self) -> None:
        """Tell how to go on with a run that did not come to its end."""
        told = self._work.carried
        run = told.progress.run if told else None
        if told and run and run.started and run.halt:
            tell(
                f"run {told.short_id} of {run.started.spec.id} is halted ({run.halt.cause}). "
                f"To go on: R in its run, or helm run --exec {run.started.spec.id} --resume"
            )

    def _say_unset(self) -> None:
        """Tell how to come back to a set-up that was left."""
        screen = self._model.screen
        if isinstance(screen, SetupScreen) and not screen.done:
            tell("nothing was written; to come back to the set-up, say helm")

    def _say_fault(self, fault: BaseException) -> None:
        folders: list[Path] = []
        with suppress(Exception), self._open_runner() as runner:
            folders.append(runner.places.log_path.parent)
        path = crash_file(fault, folders)
        where = f"; details: {path}" if path else ""
        tell(one_line(f"the screen broke ({type(fault).__name__}: {fault}){where}"))

    def _began(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._broke)
        self._begin(self._clock())

    def _rendered(self, _application: object) -> None:
        """Begin to work once there is something to be seen."""
        self._application.after_render -= self._rendered
        if self._death:  # it came before there was a loop to hear of it
            self._exit()
            return
        self._do((self._first,))
        if self._loop:
            self._loop.call_soon(_tidy)

    def _begin(self, task: Coroutine[Any, Any, None]) -> None:
        """Let a task run until it is done, or the screen is left; prompt_toolkit holds it."""
        _ = self._application.create_background_task(task)

    async def _clock(self) -> None:
        while True:
            await asyncio.sleep(_SECOND)
            self._hear(Second(now=datetime.now(UTC)))

    def _post(self, message: Message) -> None:
        """Take in a message from any thread."""
        self._soon(self._hear, message)

    def _wake(self) -> None:
        """Paint soon, because there is more to be seen; from any thread but the one that paints.

        Who has more to tell waits while a frame is painted: Python lets one of both work at a
        time, and they would take the processor from each other in the midst of it.
        """
        if self._loop and not self._painting:
            self._painting = True
            pause = max(_FRAME_PAUSE, _SHARE_OF_PAUSES * self._frame_seconds)
            self._soon(self._loop.call_later, pause, self._paint)
        self._calm.wait(_FRAME_PAUSE)

    def _frame_begins(self) -> None:
        self._calm.clear()
        self._frame_began = monotonic()

    def _frame_ends(self) -> None:
        self._frame_seconds = monotonic() - self._frame_began
        self._calm.set()

    def _soon(self, call: Callable[..., object], *words: object) -> None:
        """Call something in the thread that draws; once the screen is left, nothing is called."""
        loop = self._loop
        if loop:
            with suppress(RuntimeError):  # it has just been closed
                loop.call_soon_threadsafe(call, *words)

    def _paint(self) -> None:
        self._painting = False
        self._application.invalidate()

    def _hear(self, message: Message) -> None:
        before = self._model
        self._model, effects = update(before, message)
        self._show_prompt()
        self._do(effects)
        if self._is_news(before, message):
            self._application.invalidate()

    def _is_news(self, before: Model, message: Message) -> bool:
        """Tell whether there is anything to paint. Time passes only for who watches a clock."""
        model = self._model
        if not isinstance(message, Second):
            return model is not before
        screen = model.screen
        watching = isinstance(screen, RunScreen) and not screen.telling.progress.over
        if watching or model.live is not None or before != _at(model, before.now):
            return True
        return self._shows_time()

    def _shows_time(self) -> bool:
        """Tell whether a frame would differ from what is seen, as where it says how long ago."""
        began = monotonic()
        if began < self._next_look:
            return False
        differs = draw(self._model).lines != self._frame.lines
        self._next_look = began + _SHARE_OF_LOOKS * (monotonic() - began)
        return differs

    def _exit(self) -> None:
        future = self._application.future
        if future and not future.done():
            self._application.exit(result=0)

    def _fail(self, error: Exception) -> None:
        """Take a fault of helm's own from any thread."""
        self._soon(self._failed, error)

    def _broke(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what was raised in a callback of the loop: a key, a frame, a task."""
        error = context.get("exception")
        self._failed(error or RuntimeError(context.get("message", "unknown")))

    def _failed(self, error: BaseException) -> None:
        """End the screen for a fault; a terminal that is gone is none."""
        if is_hang_up(error):
            self._death = self._death or signal.SIGHUP
        elif self._fault is None:
            self._fault = error
            self._work.halt(Cause.LOST)
        self._exit()

    def _signalled(self, number: signal.Signals) -> None:
        """Take a signal, between any two steps of Python."""
        if self._loop:
            self._soon(self._obey, number)
        elif number in ENDINGS:  # there is no screen yet, or no more
            self._death, cause = ENDINGS[number]
            self._work.halt(cause)
        elif number is signal.SIGINT:
            self._work.halt(Cause.OPERATOR)

    def _obey(self, number: signal.Signals) -> None:
        if number is signal.SIGTSTP:
            self._suspend()
        elif self._guest and number in {signal.SIGINT, signal.SIGQUIT}:
            pass  # the keys that send them are its own
        elif number is signal.SIGINT:
            self._interrupt()
        else:
            self._death, cause = ENDINGS[number]
            self._work.halt(cause)
            if self._guest and self._guest.returncode is None:
                self._guest.send_signal(number)
            self._exit()

    def _interrupt(self) -> None:
        """Take SIGINT as the key that sends it elsewhere."""
        if self._model.prompt:
            self._hear(Left())
        self._hear(Pressed(action="quit"))

    def _suspend(self) -> None:
        """Give the terminal to the shell, until it lets us go on."""
        if self._guest:  # it has the terminal, and stops with us
            stop_here(group=False)
        else:
            self._begin(self._stopped())

    async def _stopped(self) -> None:
        async with in_terminal():
            with self._discipline.lent():
                stop_here(group=True)

    def _do(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            self._doers[type(effect)](effect)

    @property
    def _doers(self) -> dict[type[Effect], Callable[..., object]]:
        work = self._work
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
            asked.ReadSettings: self._paperwork.read_settings,
            asked.SaveSetting: self._paperwork.save_setting,
            asked.PlanSetUp: self._paperwork.plan_set_up,
            asked.SetUp: self._paperwork.set_up,
            asked.Copy: self._copy,
            asked.Edit: self._edit,
            asked.Read: self._read,
            asked.Repaint: lambda _: self._application.renderer.clear(),
            asked.Suspend: lambda _: self._suspend(),
            asked.Quit: lambda _: self._exit(),
        }

    def _copy(self, effect: asked.Copy) -> None:
        """Put a text on the clipboard by OSC 52, as far as the terminal lets us."""
        data = b64encode(effect.text.encode(errors="replace")).decode()
        self._output.write_raw(f"\x1b]52;c;{data}\x07")
        self._output.flush()

    def _edit(self, effect: asked.Edit) -> None:
        command = programs.editor(os.environ)
        if command:
            self._lend(command, effect.path)
        else:
            self._hear(Said(text=f"no editor; set $VISUAL or $EDITOR to edit {effect.path}"))

    def _read(self, effect: asked.Read) -> None:
        command = programs.pager(os.environ, shutil.which)
        if not command:
            self._hear(Said(text=f"no pager; set $PAGER to read {effect.path}"))
            return
        # Whatever LESS says: what fits must stay to be read, and leave our screen as it was.
        stay = " -+F -+X" if re.fullmatch(r"\S*\bless\b.*", command) else ""
        self._lend(command + stay, effect.path)

    def _lend(self, command: str, path: Path) -> None:
        if self._guest is None:
            self._begin(self._lent(command, path))

    async def _lent(self, command: str, path: Path) -> None:
        """Let another program have the terminal until it ends; a shell reads its command."""
        async with in_terminal():
            with self._discipline.lent():
                try:
                    self._guest = await asyncio.create_subprocess_exec(
                        "/bin/sh", "-c", f'{command} "$@"', command, path, stderr=self._errors
                    )
                    code = await self._guest.wait()
                    said = f"{command} ended with {code}" if code else ""
                except OSError as error:
                    said = f"cannot start {command}: {error}"
                finally:
                    self._guest = None
        if said:
            self._hear(Said(text=one_line(said)))
        self._do((asked.ReadSpecs(),))

    def _layout(self) -> Layout:
        prompt = VSplit(
            [
                Window(FormattedTextControl(self._prompt_label), dont_extend_width=True, height=1),
                Window(BufferControl(self._buffer), height=1),
            ]
        )
        shown = Condition(lambda: self._model.prompt is not None)
        rows = HSplit(
            [self._canvas, ConditionalContainer(prompt, filter=shown)], window_too_small=Window()
        )
        return Layout(rows, self._canvas)

    def _prompt_label(self) -> StyleAndTextTuples:
        prompt = self._model.prompt
        if prompt is None:
            return []
        return [("class:warning" if prompt.fault else "class:key", f" {prompt.label}: ")]

    def _show_prompt(self) -> None:
        """Let the line in which is typed be what the model says."""
        prompt, layout = self._model.prompt, self._application.layout
        if prompt is None:
            layout.focus(self._canvas)
            return
        if not layout.has_focus(self._buffer):
            layout.focus(self._buffer)
        if self._buffer.text != prompt.text:
            self._buffer.text = prompt.text
            self._buffer.cursor_position = len(prompt.text)

    def _typed(self, buffer: Buffer) -> None:
        if self._model.prompt and buffer.text != self._model.prompt.text:
            self._hear(Typed(text=buffer.text))

    def _bindings(self) -> KeyBindings:
        """Bind what the table of keys says, each where it says so."""
        bindings = KeyBindings()
        typing = has_focus(self._buffer)
        for context in Context:
            here = Condition(partial(self._is_in, context)) & ~typing
            for key, action in bound(context).items():
                bindings.add(_named(key), filter=here, eager=key == "escape")(
                    partial(self._pressed, action)
                )
        bindings.add("enter", filter=typing)(lambda _: self._hear(Taken(text=self._buffer.text)))
        bindings.add("escape", filter=typing, eager=True)(lambda _: self._hear(Left()))
        bindings.add("c-c", filter=typing)(lambda _: self._hear(Left()))
        bindings.add("c-z", filter=typing)(lambda _: self._suspend())
        bindings.add(Keys.Any, filter=typing)(_insert)
        bindings.add(Keys.BracketedPaste, filter=typing)(_insert)
        bindings.add(Keys.BracketedPaste, filter=~typing)(_nothing)
        bindings.add(Keys.Vt100MouseEvent)(self._moused)
        return bindings

    def _is_in(self, context: Context) -> bool:
        return self._model.context is context

    def _pressed(self, action: str, _event: KeyPressEvent) -> None:
        self._hear(Pressed(action=action))

    def _drawn(self, size: Size) -> Frame:
        if self._fault:  # what could not be drawn must not be in the way of its own end
            return Frame(lines=[text("")] * size.rows)
        if size != self._model.size:
            self._model, _ = update(self._model, Resized(size=size))
        self._frame = draw(self._model)
        return self._frame

    def _moused(self, event: KeyPressEvent) -> object:
        """Take a report of the mouse; what it does not tell us costs no frame."""
        found = mouse_event(event.data)
        if found is None:
            return NotImplemented
        if found.kind == "click":
            hits = (hit for hit in self._frame.hits if hit.row == found.row)
            for hit in hits:
                if hit.left <= found.column < hit.left + hit.width:
                    self._hear(Pressed(action=hit.action, place=hit.place))
                    break
        elif self._model.dialog is None:
            for _ in range(_WHEEL_LINES if self._model.context in _PAGES else 1):
                self._hear(Pressed(action=found.kind))
        return None


_PAGES = (Context.SPEC, Context.RUN, Context.RESULT, Context.HELP)


class _Canvas(UIControl):
    """The one control: whatever its size is, that is what is drawn."""

    def __init__(self, drawn: Callable[[Size], Frame], output: Output) -> None:
        self._drawn = drawn
        self._plain = output.encoding().lower().replace("-", "") != "utf8"

    def create_content(self, width: int, height: int) -> UIContent:
        drawn = self._drawn(Size(width, height)).lines
        lines: list[StyleAndTextTuples] = [
            [(_style(style), self._words(words)) for style, words in _unpadded(line)]
            for line in drawn
        ]
        return UIContent(get_line=lambda row: lines[row], line_count=len(lines), show_cursor=False)

    def is_focusable(self) -> bool:
        return True

    def _words(self, words: str) -> str:
        return words.translate(_ASCII) if self._plain else words


def _unpadded(line: Line) -> Line:
    """Take the blanks off the end of a row: a cell that is not there costs nothing."""
    end = len(line)
    while end and not line[end - 1][0] and not line[end - 1][1].strip(" "):
        end -= 1
    return line[:end]


_PLAIN = ("bold", "dim", "italic", "underline", "reverse", "strike", "fg:", "bg:")


def _style(name: str) -> str:
    """Name a style as prompt_toolkit does: ours are classes, those of agents are as they stand."""
    return name if not name or name.startswith(_PLAIN) else f"class:{name}"


def _named(key: str) -> str:
    return {"space": " "}.get(key, key)


def _nothing(_event: KeyPressEvent) -> None:
    """Do nothing: what is pasted where nothing is typed is no row of keys."""


def _insert(event: KeyPressEvent) -> None:
    """Put what can be shown into the prompt line, which is one line."""
    words = " ".join(event.data.splitlines())
    shown = "".join(character for character in words if character.isprintable())
    event.current_buffer.insert_text(shown)


def _quiet_mouse(output: Output) -> Output:
    """Ask the terminal for clicks and the wheel alone, not for each cell that the mouse passes."""

    def enable() -> None:
        output.write_raw("\x1b[?1000h\x1b[?1006h")

    output.enable_mouse_support = enable  # type: ignore[method-assign]
    return output


def _depth(count: int) -> ColorDepth:
    depths = (
        (1 << 24, ColorDepth.DEPTH_24_BIT),
        (256, ColorDepth.DEPTH_8_BIT),
        (8, ColorDepth.DEPTH_4_BIT),
    )
    return next((depth for least, depth in depths if count >= least), ColorDepth.DEPTH_1_BIT)


def _tidy() -> None:
    """Look for garbage once, and never again among what was there from the beginning."""
    gc.collect()
    gc.freeze()


def _at(model: Model, now: datetime) -> Model:
    return replace(model, now=now)
