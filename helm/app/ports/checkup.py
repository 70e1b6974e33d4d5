"""What a run depends on, and helm does not make: the machine, the agent, the file of the log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol


class Reply(NamedTuple):
    """What came of a program; `code` is None where it did not start or end, and `err` says why."""

    code: int | None
    out: str
    err: str


class Terminal(NamedTuple):
    """A terminal, as a program on it is told of it."""

    kind: str
    columns: int
    lines: int
    encoding: str


class Machine(Protocol):
    """The machine that helm runs on."""

    @property
    def python(self) -> tuple[int, ...]:
        """The version of the Python that runs helm."""
        ...

    @property
    def executable(self) -> Path:
        """The program of that Python."""
        ...

    def find(self, program: str) -> str | None:
        """Look a program up on PATH; None where it is not there, or not to be executed."""
        ...

    def ask(self, argv: Sequence[str], *, seconds: float) -> Reply:
        """Call a program that has nothing to read, and end it with all it began in that time."""
        ...

    def terminal(self) -> Terminal | None:
        """Describe the terminal; None where there is none."""
        ...

    def open_files(self) -> int | None:
        """Tell how many files a process may have open; None without a limit."""
        ...

    def free_space(self, folder: Path) -> int | None:
        """Tell how many bytes can be written below `folder`, there or not; None if unknown."""
        ...


class Access(NamedTuple):
    """Whether an agent has a model to ask, and how; never a secret."""

    granted: bool
    detail: str


class AgentProbe(Protocol):
    """What can be learned of the agent's program without a model, and without cost."""

    @property
    def measured(self) -> tuple[int, ...]:
        """The version that helm was measured with."""
        ...

    def find(self) -> str:
        """Say where the program is. Raises `AgentUnavailable` where there is none to call."""
        ...

    def version(self) -> tuple[int, ...] | None:
        """Say which version it is; None of a program that is not the agent that helm knows.

        Raises `AgentUnavailable` where it does not answer.
        """
        ...

    def access(self) -> Access:
        """Say whether it could ask a model."""
        ...

    def sandbox_fault(self) -> str:
        """Try the sandbox in which a verifier works; say why it does not work, if it does not."""
        ...


class Condition(NamedTuple):
    """How the file of a log is: its bytes, its journal mode, and all that is wrong with it.

    `newer` says that a newer helm has made it, and `whole` whether all of it was looked at.
    """

    size: int
    journal: str
    newer: bool
    faults: tuple[str, ...]
    whole: bool


class LogProbe(Protocol):
    """The file of a log; nothing is written to it."""

    def condition(self, *, seconds: float) -> Condition | None:
        """Look at the file for as long as that; None where there is no log yet.

        Raises `RecordFailed` for a file that cannot be used.
        """
        ...
