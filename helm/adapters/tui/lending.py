"""Lending the terminal: to an editor or a pager until it ends, to the shell until it calls us."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from prompt_toolkit.application import in_terminal

from helm.adapters.tui.terminal import Discipline, stop_here
from helm.app import programs
from helm.app.terminal_text import one_line


class Lender:
    """Lends the terminal, to one program at a time.

    `begin` lets a task run. `say` is told what a person should know, `back` is called when a
    program has given the terminal back. A program's errors go to the descriptor `errors`.
    """

    errors = 2

    def __init__(
        self,
        begin: Callable[[Coroutine[Any, Any, None]], None],
        say: Callable[[str], None],
        back: Callable[[], None],
    ) -> None:
        self._begin = begin
        self._say = say
        self._back = back
        self._discipline = Discipline()
        self._guest: asyncio.subprocess.Process | None = None
        self._ending: signal.Signals | None = None

    @property
    def is_lent(self) -> bool:
        """Tell whether a program has the terminal."""
        return self._guest is not None

    def restore(self) -> None:
        """Leave the terminal's line discipline as it was when we came."""
        self._discipline.restore()

    def edit(self, path: Path) -> None:
        """Open a file in the user's editor."""
        command = programs.editor(os.environ)
        if command:
            self._lend(command, path)
        else:
            self._say(f"no editor; set $VISUAL or $EDITOR to edit {path}")

    def read(self, path: Path) -> None:
        """Open a file in the user's pager."""
        command = programs.pager(os.environ, shutil.which)
        if not command:
            self._say(f"no pager; set $PAGER to read {path}")
            return
        # Whatever LESS says: what fits must stay to be read, and leave our screen as it was.
        stay = " -+F -+X" if re.fullmatch(r"\S*\bless\b.*", command) else ""
        self._lend(command + stay, path)

    def suspend(self) -> None:
        """Give the terminal to the shell, until it lets us go on."""
        if self._guest:  # it has the terminal, and stops with us
            stop_here(group=False)
        else:
            self._begin(self._stopped())

    def end_guest(self, number: signal.Signals) -> None:
        """Send a signal to the program that has the terminal, or is just about to have it."""
        self._ending = number
        if self._guest and self._guest.returncode is None:
            self._guest.send_signal(number)

    async def _stopped(self) -> None:
        async with in_terminal():
            with self._discipline.lent():
                stop_here(group=True)

    def _lend(self, command: str, path: Path) -> None:
        if self._guest is None:
            self._begin(self._lent(command, path))

    async def _lent(self, command: str, path: Path) -> None:
        """Let another program have the terminal until it ends; a shell reads its command."""
        async with in_terminal():
            with self._discipline.lent():
                try:
                    self._guest = await asyncio.create_subprocess_exec(
                        *programs.shell_words(command, str(path)),
                        stderr=self.errors,
                        # What it leaves behind is not an agent's.
                        env={programs.RUN_MARK: "", **os.environ},
                    )
                    if self._ending:  # it came while the program was being started
                        self._guest.send_signal(self._ending)
                    code = await self._guest.wait()
                    said = f"{command} ended with {code}" if code else ""
                except OSError as error:
                    said = f"cannot start {command}: {error}"
                finally:
                    self._guest = None
        if said:
            self._say(one_line(said))
        self._back()
