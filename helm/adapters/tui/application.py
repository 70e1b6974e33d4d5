"""The screen on a terminal, from its first frame to its last.

The first frame is painted before anything is known of the workspace, or loaded to know it: that is
then done in a thread, and the session that it makes is what is shown from there on. Keys that are
pressed meanwhile are kept for it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from base64 import b64encode
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import DynamicKeyBindings, KeyPress
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import create_output

from helm.adapters.tui.bindings import early_bindings, session_bindings
from helm.adapters.tui.canvas import STYLE, Canvas, depth, quiet_mouse
from helm.adapters.tui.frame import Frame, Size, padded, text
from helm.adapters.tui.lending import Lender
from helm.adapters.tui.terminal import (
    ENDINGS,
    colours,
    crash_file,
    errors_kept,
    heard,
    is_hang_up,
    tell,
)
from helm.app.terminal_text import one_line
from helm.domain.errors import HelmError

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples

    from helm.adapters.tui.model import Prompt
    from helm.adapters.tui.paperwork import Papers
    from helm.adapters.tui.session import Session
    from helm.app.runner import Runner

_FRAME_PAUSE = 0.05
"""Seconds between two frames that only news ask for; keys are answered at once."""

_SHARE_OF_PAUSES = 4
"""Such a pause is at least so many times as long as the last frame took: a key finds us free."""

_SECOND = 1.0
_ESCAPE_PAUSE = 0.03

_PATIENCE = 2.0
"""Seconds that a workspace which is still being read is waited for when the screen is left."""

_CRASHED = 70
"""The exit code of a fault of helm's own, as sysexits(3) has it."""


class Screen:
    """helm's screen. It shows `spec`, where it is given, once the workspace has been read."""

    def __init__(
        self,
        open_runner: Callable[[], Runner],
        open_papers: Callable[[], Papers],
        spec: str | None,
    ) -> None:
        self._open_runner = open_runner
        self._open_papers = open_papers
        self._spec = spec
        self._session: Session | None = None
        self._made: Session | None = None
        self._opener = threading.Thread(target=self._open, name="helm-open", daemon=True)
        self._early: list[KeyPress] = []
        self._painting = False
        self._calm = threading.Event()
        self._calm.set()
        self._frame_began = self._frame_seconds = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._buffer = Buffer(multiline=False, on_text_changed=self._typed)
        self._lender = Lender(self._begin, self._say, self._lent)
        self._refusal: HelmError | None = None
        self._fault: BaseException | None = None
        self._death: signal.Signals | None = None
        self._output = quiet_mouse(create_output())
        self._canvas = Window(Canvas(self._drawn, self._output), wrap_lines=False)
        self._bindings = early_bindings(self)
        self._application: Application[int] = Application(
            layout=self._layout(),
            key_bindings=DynamicKeyBindings(lambda: self._bindings),
            style=STYLE,
            full_screen=True,
            mouse_support=Condition(lambda: self._session is None or self._session.model.mouse),
            input=create_input(),
            output=self._output,
            color_depth=depth(colours(os.environ)),
            terminal_size_polling_interval=None,  # SIGWINCH tells it: this is the main thread
            after_render=self._rendered,
        )
        self._application.before_render += lambda _: self._frame_begins()
        self._application.after_render += lambda _: self._frame_ends()
        self._application.ttimeoutlen = _ESCAPE_PAUSE
        self._application.timeoutlen = _ESCAPE_PAUSE

    def run(self) -> int:
        """Show the screen until it is left; the exit code, or minus the signal that ended it.

        A run that is under way has halted when this returns. Raises `InputInvalid` where there is
        nothing to be shown, on a terminal that is the user's again.
        """
        with ExitStack() as stack:
            stack.callback(self._lender.restore)
            self._lender.errors = stack.enter_context(errors_kept())
            stack.enter_context(heard(self._signalled))
            try:
                self._show()
            finally:
                self._wind_up()
        if self._refusal:
            raise self._refusal
        if self._session:
            for words in self._session.last_words():
                tell(words)
        if self._fault:
            self._say_fault(self._fault)
            return _CRASHED
        return -self._death if self._death else 0

    # What a session asks of the terminal

    def soon(self, call: Callable[..., object], *words: object) -> None:
        """Call something in the thread that draws; once the screen is left, nothing is called."""
        loop = self._loop
        if loop:
            with suppress(RuntimeError):  # it has just been closed
                loop.call_soon_threadsafe(call, *words)

    def wake(self) -> None:
        """Paint soon, because there is more to be seen; from any thread but the one that paints.

        Who has more to tell waits while a frame is painted: Python lets one of both work at a
        time, and they would take the processor from each other in the midst of it.
        """
        loop = self._loop
        if loop and not self._painting:
            self._painting = True
            pause = max(_FRAME_PAUSE, _SHARE_OF_PAUSES * self._frame_seconds)
            self.soon(loop.call_later, pause, self._paint)
        self._calm.wait(_FRAME_PAUSE)

    def fail(self, error: Exception) -> None:
        """Take a fault of helm's own from any thread."""
        self.soon(self._failed, error)

    def paint(self) -> None:
        """Paint what has changed."""
        self._application.invalidate()

    def paint_anew(self) -> None:
        """Paint everything."""
        self._application.renderer.clear()

    def show_prompt(self, prompt: Prompt | None) -> None:
        """Let the line in which is typed be what the model says."""
        layout = self._application.layout
        if prompt is None:
            layout.focus(self._canvas)
            return
        if not layout.has_focus(self._buffer):
            layout.focus(self._buffer)
        if self._buffer.text != prompt.text:
            self._buffer.text = prompt.text
            self._buffer.cursor_position = len(prompt.text)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard by OSC 52, as far as the terminal lets us."""
        data = b64encode(text.encode(errors="replace")).decode()
        self._output.write_raw(f"\x1b]52;c;{data}\x07")
        self._output.flush()

    def edit(self, path: Path) -> None:
        """Lend the terminal to the user's editor."""
        self._lender.edit(path)

    def read(self, path: Path) -> None:
        """Lend the terminal to the user's pager."""
        self._lender.read(path)

    def suspend(self) -> None:
        """Give the terminal to the shell, until it lets us go on."""
        self._lender.suspend()

    def leave(self) -> None:
        """End the screen."""
        future = self._application.future
        if future and not future.done():
            self._application.exit(result=0)

    # From the first frame to the session

    def keep(self, keys: list[KeyPress]) -> None:
        """Keep keys for a session that is not there yet."""
        self._early += keys

    def _began(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._broke)
        self._begin(self._clock())

    def _rendered(self, _application: object) -> None:
        """Begin to work once there is something to be seen."""
        self._application.after_render -= self._rendered
        if self._death:  # it came before there was a loop to hear of it
            self.leave()
        else:
            self._opener.start()

    def _open(self) -> None:
        """Load what the first frame did without, and look what there is to be shown."""
        try:
            from helm.adapters.tui.opening import first  # noqa: PLC0415
            from helm.adapters.tui.session import Session  # noqa: PLC0415

            begun = first(self._open_runner, self._open_papers(), self._spec)
            self._made = Session(begun, self._open_runner, self)
        except HelmError as error:
            self.soon(self._refused, error)
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            self.fail(error)
        else:
            self.soon(self._opened, self._made)

    def _opened(self, session: Session) -> None:
        """Show a session, and let it have the keys that came before it."""
        self._session = session
        self._bindings = session_bindings(session, self._buffer, self.suspend)
        session.begin()
        self._application.key_processor.feed_multiple(self._early)
        self._application.key_processor.process_keys()
        self.paint()
        if self._loop:
            self._loop.call_soon(_tidy)

    def _refused(self, error: HelmError) -> None:
        self._refusal = error
        self.leave()

    # From the last frame to the end

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
        if self._opener.ident:
            self._opener.join(_PATIENCE)
        session = self._made
        if session is None:
            return
        if session.carries:
            if not session.stopping:
                session.halt(self._death)
            with suppress(OSError):
                os.write(self._lender.errors, b"helm: stopping the run; Ctrl-C forces it\n")
        session.close()

    def _say_fault(self, fault: BaseException) -> None:
        folders: list[Path] = []
        with suppress(Exception), self._open_runner() as runner:
            folders.append(runner.places.log_path.parent)
        path = crash_file(fault, folders)
        where = f"; details: {path}" if path else ""
        tell(one_line(f"the screen broke ({type(fault).__name__}: {fault}){where}"))

    # What happens meanwhile

    def _begin(self, task: Coroutine[Any, Any, None]) -> None:
        """Let a task run until it is done, or the screen is left; prompt_toolkit holds it."""
        _ = self._application.create_background_task(task)

    async def _clock(self) -> None:
        while True:
            await asyncio.sleep(_SECOND)
            if self._session:
                self._session.pass_time(datetime.now(UTC))

    def _frame_begins(self) -> None:
        self._calm.clear()
        self._frame_began = monotonic()

    def _frame_ends(self) -> None:
        self._frame_seconds = monotonic() - self._frame_began
        self._calm.set()

    def _paint(self) -> None:
        self._painting = False
        self.paint()

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
            if self._session:
                self._session.break_off()
        self.leave()

    def _signalled(self, number: signal.Signals) -> None:
        """Take a signal, between any two steps of Python."""
        if self._loop:
            self.soon(self._obey, number)
        elif number in ENDINGS:  # there is no screen yet, or no more
            self._death = ENDINGS[number]
            self._halt()
        elif number is signal.SIGINT:
            self._halt()

    def _obey(self, number: signal.Signals) -> None:
        if number is signal.SIGTSTP:
            self.suspend()
        elif self._lender.is_lent and number in {signal.SIGINT, signal.SIGQUIT}:
            pass  # the keys that send them are its own
        elif number is signal.SIGINT:
            self._interrupt()
        else:
            self._death = ENDINGS[number]
            self._halt()
            self._lender.end_guest(number)
            self.leave()

    def _interrupt(self) -> None:
        if self._session:
            self._session.interrupt()
        else:
            self.leave()

    def _halt(self) -> None:
        if self._session:
            self._session.halt(self._death)

    def _say(self, words: str) -> None:
        if self._session:
            self._session.say(words)

    def _lent(self) -> None:
        if self._session:
            self._session.read_again()

    def _typed(self, buffer: Buffer) -> None:
        if self._session:
            self._session.typed(buffer.text)

    # What is seen

    def _layout(self) -> Layout:
        prompt = VSplit(
            [
                Window(FormattedTextControl(self._prompt_label), dont_extend_width=True, height=1),
                Window(BufferControl(self._buffer), height=1),
            ]
        )
        shown = Condition(lambda: self._prompt is not None)
        rows = HSplit(
            [self._canvas, ConditionalContainer(prompt, filter=shown)], window_too_small=Window()
        )
        return Layout(rows, self._canvas)

    @property
    def _prompt(self) -> Prompt | None:
        return self._session.model.prompt if self._session else None

    def _prompt_label(self) -> StyleAndTextTuples:
        prompt = self._prompt
        if prompt is None:
            return []
        return [("class:warning" if prompt.fault else "class:key", f" {prompt.label}: ")]

    def _drawn(self, size: Size) -> Frame:
        if self._fault:  # what could not be drawn must not be in the way of its own end
            return Frame(lines=padded([], size.rows))
        return self._session.draw(size) if self._session else _first_frame(size)


def _first_frame(size: Size) -> Frame:
    """Draw what can be said before anything is known."""
    lines = [text(" helm ", "title"), text(" reading the workspace …", "state")]
    return Frame(lines=padded(lines[: size.rows], size.rows))


def _tidy() -> None:
    """Look for garbage once, and never again among what was there from the beginning."""
    gc.collect()
    gc.freeze()
