"""Asking on a terminal what a workspace is to be: a line for each question, with its default."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.validation import ValidationError, Validator

from helm.app.configuration import MODES
from helm.app.scaffold import Setup, command_fault
from helm.domain.events import Mode

Fault = Callable[[str], str]
"""Says in a few words what is wrong with an answer; nothing if nothing is."""

_ANSWERS = {"": True, "y": True, "yes": True, "n": False, "no": False}


class Interview:
    """Puts the questions. Each raises `KeyboardInterrupt` for Ctrl-C and `EOFError` for Ctrl-D."""

    def __init__(self) -> None:
        self._session: PromptSession[str] = PromptSession(
            key_bindings=_keys(), enable_suspend=True
        )
        if isinstance(self._session.output, Vt100_Output):
            # Where the cursor stands is of use to menus that we do not show; a terminal that does
            # not answer is complained of.
            self._session.output.enable_cpr = False

    def setup(self, setup: Setup, given: Collection[str], fault: Callable[[Setup], str]) -> Setup:
        """Ask for what is not `given`, by the names of the fields; the rest is the default."""
        if "specs_root" not in given:
            root = self._ask(
                "specs folder: ",
                setup.specs_root,
                lambda text: fault(replace(setup, specs_root=text)),
            )
            setup = replace(setup, specs_root=root)
        if "mode" not in given:
            words = [str(each) for each in Mode]
            told = "".join(f"  {each}: {MODES[each]}\n" for each in Mode)
            label = f"{told}mode ({', '.join(words)}): "
            mode = self._ask(label, setup.mode, _mode_fault, words)
            setup = replace(setup, mode=Mode(mode))
        if "acceptance_commands" not in given:
            setup = replace(setup, acceptance_commands=self._commands(setup.acceptance_commands))
        return setup

    def agrees(self, question: str) -> bool:
        """Ask for a yes, which Enter is too."""
        return _ANSWERS[self._ask(f"{question} [Y/n] ", "", _agreement_fault).lower()]

    def _commands(self, suggested: tuple[str, ...]) -> tuple[str, ...]:
        """Ask for one command after the other, until none is given."""
        commands: list[str] = []
        for number in itertools.count():
            default = suggested[number] if number < len(suggested) else ""
            label = "and by" if commands else "accepted by"
            hint = "" if default else " (Enter: no more)" if commands else " (Enter: nothing yet)"
            answer = self._ask(f"{label}{hint}: ", default, _optional_command_fault)
            if answer:
                commands.append(answer)
            elif number >= len(suggested):
                break
        return tuple(dict.fromkeys(commands))

    def _ask(self, label: str, default: str, fault: Fault, words: Collection[str] = ()) -> str:
        completer = WordCompleter(list(words)) if words else None
        answer = self._session.prompt(
            label,
            default=default,
            completer=completer,
            complete_while_typing=False,
            validator=_Check(fault),
            validate_while_typing=False,
            reserve_space_for_menu=2 if words else 0,
        )
        return answer.strip()


class _Check(Validator):
    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def validate(self, document: Document) -> None:
        fault = self._fault(document.text.strip())
        if fault:
            raise ValidationError(len(document.text), fault)


def _keys() -> KeyBindings:
    """Have Ctrl-D leave wherever the cursor stands: here a default stands already."""
    keys = KeyBindings()

    @keys.add("c-d")
    def _(event: Any) -> None:  # noqa: ANN401  prompt_toolkit's events know no type of the result
        event.app.exit(exception=EOFError, style="class:aborting")

    return keys


def _agreement_fault(text: str) -> str:
    return "" if text.lower() in _ANSWERS else "y or n"


def _mode_fault(text: str) -> str:
    return "" if text in list(Mode) else "strict or parallel"


def _optional_command_fault(text: str) -> str:
    return command_fault(text) if text else ""
