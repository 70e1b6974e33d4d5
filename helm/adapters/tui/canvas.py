"""How a frame is put on the terminal: one control, the styles by name, and what a terminal can."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import UIContent, UIControl
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.styles import Style

from helm.adapters.tui.frame import Frame, Line, Size

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

_ASCII = str.maketrans("│─┌┐└┘├┤┬┴┼▶▼▲●○◌↵↑↓←→…›✓✗⊘·×–—“”’", '|-+++++++++>v^*o.<^v<>~>vx0.x--""\'')
"""What stands for our own signs on a terminal that does not know them."""


class Canvas(UIControl):
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


def quiet_mouse(output: Output) -> Output:
    """Ask the terminal for clicks and the wheel alone, not for each cell that the mouse passes."""

    def enable() -> None:
        output.write_raw("\x1b[?1000h\x1b[?1006h")

    output.enable_mouse_support = enable  # type: ignore[method-assign]
    return output


def depth(count: int) -> ColorDepth:
    """Say how a terminal is told of colours that has so many."""
    depths = (
        (1 << 24, ColorDepth.DEPTH_24_BIT),
        (256, ColorDepth.DEPTH_8_BIT),
        (8, ColorDepth.DEPTH_4_BIT),
    )
    return next((depth for least, depth in depths if count >= least), ColorDepth.DEPTH_1_BIT)
