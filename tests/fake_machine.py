"""What `helm doctor` looks at, in memory: a machine, an agent and a log as a test wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helm.app.errors import AgentUnavailable, RecordFailed
from helm.app.ports import Access, Condition, Reply, Terminal

_SCREEN = Terminal("xterm-256color", 100, 30, "utf-8")
_LOGGED_IN = Access(granted=True, detail="logged in")


@dataclass
class MemoryMachine:
    """A machine on which these programs are; each gives its reply, whatever it is asked."""

    python: tuple[int, ...] = (3, 12, 1)
    executable: Path = Path("/usr/bin/python3")
    programs: dict[str, Reply] = field(default_factory=dict)
    screen: Terminal | None = _SCREEN
    files: int | None = 1024
    space: int | None = 10**10

    def find(self, program: str) -> str | None:
        return f"/usr/bin/{program}" if program in self.programs else None

    def ask(self, argv: Sequence[str], *, seconds: float) -> Reply:
        return self.programs.get(argv[0], Reply(None, "", "cannot be started: No such file"))

    def terminal(self) -> Terminal | None:
        return self.screen

    def open_files(self) -> int | None:
        return self.files

    def free_space(self, folder: Path) -> int | None:
        return self.space


@dataclass
class MemoryAgentProbe:
    """An agent that is logged in, in a sandbox that works; `missing` is raised in its stead."""

    measured: tuple[int, ...] = (0, 169, 0)
    found: tuple[int, ...] | None = (0, 169, 0)
    missing: AgentUnavailable | None = None
    granted: Access = _LOGGED_IN
    fault: str = ""

    def find(self) -> str:
        if self.missing:
            raise self.missing
        return "/usr/bin/codex"

    def version(self) -> tuple[int, ...] | None:
        return self.found

    def access(self) -> Access:
        return self.granted

    def sandbox_fault(self) -> str:
        return self.fault


@dataclass
class MemoryLogProbe:
    """The condition of a log; `refusal` is raised where that cannot be opened."""

    found: Condition | None = None
    refusal: RecordFailed | None = None

    def condition(self, *, seconds: float) -> Condition | None:
        if self.refusal:
            raise self.refusal
        return self.found
