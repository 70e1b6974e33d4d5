"""The screen on a terminal: the one module that knows prompt_toolkit."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
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
from prompt_toolkit.mouse_events import MouseButton, MouseEvent, MouseEventType
from prompt_toolkit.styles import Style

from helm.adapters.tui import effects as asked
from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Effect
from helm.adapters.tui.frame import Frame, Size
from helm.adapters.tui.keys import Context, bound
from helm.adapters.tui.messages import Left, Message, Pressed, Resized, Second, Taken, Typed
from helm.adapters.tui.model import Model
from helm.adapters.tui.update import update
from helm.adapters.tui.work import OpenRunner, Work

_FRAME_PAUSE = 0.05
"""Seconds between two frames that only news ask for; keys are answered at once."""

_SECOND = 1.0
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
        "badge.todo": "",
    }
)


class Screen:
    """helm's screen, from its first frame to its last."""

    def __init__(self, model: Model, open_runner: OpenRunner) -> None:
        self._model = model
        self._frame = Frame()
        self._painting = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work = Work(open_runner, self._post, self._wake)
        self._buffer = Buffer(multiline=False, on_text_changed=self._typed)
        self._application: Application[int] = Application(
            layout=self._layout(),
            key_bindings=self._bindings(),
            style=STYLE,
            full_screen=True,
            mouse_support=Condition(lambda: self._model.mouse),
        )
        self._application.ttimeoutlen = _ESCAPE_PAUSE
        self._application.timeoutlen = _ESCAPE_PAUSE

    def run(self) -> int:
        """Show the screen until it is left; the exit code."""
        try:
            return self._application.run(pre_run=self._began, handle_sigint=False) or 0
        finally:
            self._work.close()

    def _began(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ticking = self._application.create_background_task(self._clock())
        self._do((asked.ReadSpecs(),))
        gc.collect()
        gc.freeze()

    async def _clock(self) -> None:
        while True:
            await asyncio.sleep(_SECOND)
            self._hear(Second(now=datetime.now(UTC)), paint=self._model.live is not None)

    def _post(self, message: Message) -> None:
        """Take in a message from any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._hear, message)

    def _wake(self) -> None:
        """Paint soon, because there is more to be seen; from any thread."""
        if self._loop and not self._painting:
            self._painting = True
            self._loop.call_soon_threadsafe(self._loop.call_later, _FRAME_PAUSE, self._paint)

    def _paint(self) -> None:
        self._painting = False
        self._application.invalidate()

    def _hear(self, message: Message, *, paint: bool = True) -> None:
        before = self._model.prompt
        self._model, effects = update(self._model, message)
        if self._model.prompt is not before:
            self._show_prompt(was_open=before is not None)
        self._do(effects)
        if paint:
            self._application.invalidate()

    def _do(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            self._doers[type(effect)](effect)

    @property
    def _doers(self) -> dict[type[Effect], Callable[..., object]]:
        work = self._work
        return {
            asked.ReadSpecs: work.read_specs,
            asked.ReadHistory: work.read_history,
            asked.StartRun: work.start_run,
            asked.OpenRun: work.open_run,
            asked.StopRun: work.stop_run,
            asked.Copy: self._copy,
            asked.Repaint: lambda _: self._application.renderer.clear(),
            asked.Suspend: lambda _: self._application.suspend_to_background(),
            asked.UseMouse: lambda _: self._application.invalidate(),
            asked.Quit: lambda _: self._application.exit(result=0),
        }

    def _copy(self, effect: asked.Copy) -> None:
        """Put a text on the clipboard by OSC 52, as far as the terminal lets us."""
        from base64 import b64encode  # noqa: PLC0415  rarely needed

        output = self._application.output
        data = b64encode(effect.text.encode()).decode()
        output.write_raw(f"\x1b]52;c;{data}\x07")
        output.flush()

    def _layout(self) -> Layout:
        prompt = VSplit(
            [
                Window(FormattedTextControl(self._prompt_label), dont_extend_width=True, height=1),
                Window(BufferControl(self._buffer), height=1),
            ]
        )
        shown = Condition(lambda: self._model.prompt is not None)
        canvas = Window(_Canvas(self._drawn, self._clicked), wrap_lines=False)
        return Layout(HSplit([canvas, ConditionalContainer(prompt, filter=shown)]), canvas)

    def _prompt_label(self) -> StyleAndTextTuples:
        prompt = self._model.prompt
        if prompt is None:
            return []
        fault = f" ({prompt.fault})" if prompt.fault else ""
        return [("class:warning" if prompt.fault else "class:key", f" {prompt.label}{fault}: ")]

    def _show_prompt(self, *, was_open: bool) -> None:
        prompt, layout = self._model.prompt, self._application.layout
        if prompt is None:
            layout.focus_last()
        elif not was_open:
            self._buffer.text = prompt.text
            self._buffer.cursor_position = len(prompt.text)
            layout.focus(self._buffer)

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
        return bindings

    def _is_in(self, context: Context) -> bool:
        return self._model.context is context

    def _pressed(self, action: str, _event: KeyPressEvent) -> None:
        self._hear(Pressed(action=action))

    def _drawn(self, size: Size) -> Frame:
        if size != self._model.size:
            self._model, _ = update(self._model, Resized(size=size))
        self._frame = draw(self._model)
        return self._frame

    def _clicked(self, point: Point, event: MouseEvent) -> None:
        match event.event_type:
            case MouseEventType.SCROLL_UP:
                self._hear(Pressed(action="up"))
            case MouseEventType.SCROLL_DOWN:
                self._hear(Pressed(action="down"))
            case MouseEventType.MOUSE_UP if event.button is MouseButton.LEFT:
                for hit in self._frame.hits:
                    if hit.row == point.y and hit.left <= point.x < hit.left + hit.width:
                        self._hear(Pressed(action=hit.action, place=hit.place))
                        return
            case _:
                pass


class _Canvas(UIControl):
    """The one control: whatever its size is, that is what is drawn."""

    def __init__(
        self, drawn: Callable[[Size], Frame], clicked: Callable[[Point, MouseEvent], None]
    ) -> None:
        self._drawn = drawn
        self._clicked = clicked

    def create_content(self, width: int, height: int) -> UIContent:
        drawn = self._drawn(Size(width, height)).lines
        lines: list[StyleAndTextTuples] = [
            [(_style(style), words) for style, words in line] for line in drawn
        ]
        return UIContent(get_line=lambda row: lines[row], line_count=len(lines), show_cursor=False)

    def is_focusable(self) -> bool:
        return True

    def mouse_handler(self, mouse_event: MouseEvent) -> None:
        self._clicked(mouse_event.position, mouse_event)


_PLAIN = ("bold", "dim", "italic", "underline", "reverse", "strike", "fg:", "bg:")


def _style(name: str) -> str:
    """Name a style as prompt_toolkit does: ours are classes, those of agents are as they stand."""
    return name if not name or name.startswith(_PLAIN) else f"class:{name}"


def _named(key: str) -> str:
    return {"space": " "}.get(key, key)
