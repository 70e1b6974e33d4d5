"""What keys do on the terminal: the bindings that are made of the table of keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.buffer import Buffer

    from helm.adapters.tui.session import Session


class Terminal(Protocol):
    """What keys do to the terminal itself, whatever is shown on it."""

    def keep(self, keys: list[KeyPress]) -> None:
        """Keep keys for whoever can tell what they mean."""

    def leave(self) -> None:
        """End the screen."""

    def suspend(self) -> None:
        """Give the terminal to the shell, until it lets us go on."""


def early_bindings(terminal: Terminal) -> KeyBindings:
    """Bind keys as long as nothing is known of the workspace: they are kept, but for two."""
    bindings = KeyBindings()
    bindings.add(Keys.Any)(lambda event: terminal.keep(event.key_sequence))
    bindings.add(Keys.BracketedPaste)(lambda event: terminal.keep(event.key_sequence))
    bindings.add("c-c")(lambda _: terminal.leave())
    bindings.add("c-z")(lambda _: terminal.suspend())
    return bindings


def session_bindings(
    session: Session,
    buffer: Buffer,
    suspend: Callable[[], None],
) -> KeyBindings:
    """Bind what the table of keys says, each where it says so; `buffer` is what is typed into."""
    from helm.adapters.tui.keys import Context, bound  # noqa: PLC0415  not for the first frame

    bindings = KeyBindings()
    typing = has_focus(buffer)
    for context in Context:
        here = Condition(partial(_is_in, session, context)) & ~typing
        for key, action in bound(context).items():
            bindings.add(_named(key), filter=here, eager=key == "escape")(
                partial(_pressed, session, action)
            )
    bindings.add("enter", filter=typing)(lambda _: session.take(buffer.text))
    bindings.add("up", filter=typing)(lambda _: session.recall())
    bindings.add("escape", filter=typing, eager=True)(lambda _: session.drop())
    bindings.add("c-c", filter=typing)(lambda _: session.drop())
    bindings.add("c-z", filter=typing)(lambda _: suspend())
    bindings.add(Keys.Any, filter=typing)(_insert)
    bindings.add(Keys.BracketedPaste, filter=typing)(_insert)
    bindings.add(Keys.BracketedPaste, filter=~typing)(_nothing)
    bindings.add(Keys.Vt100MouseEvent)(partial(_moused, session))
    return bindings


def _is_in(session: Session, context: object) -> bool:
    return session.model.context is context


def _pressed(session: Session, action: str, _event: KeyPressEvent) -> None:
    session.press(action)


def _moused(session: Session, event: KeyPressEvent) -> object:
    """Take a report of the mouse; what it does not tell us costs no frame."""
    return None if session.mouse(event.data) else NotImplemented


def _named(key: str) -> str:
    return {"space": " "}.get(key, key)


def _nothing(_event: KeyPressEvent) -> None:
    """Do nothing: what is pasted where nothing is typed is no row of keys."""


def _insert(event: KeyPressEvent) -> None:
    """Put what can be shown into the prompt line, which is one line."""
    words = " ".join(event.data.splitlines())
    shown = "".join(character for character in words if character.isprintable())
    event.current_buffer.insert_text(shown)
