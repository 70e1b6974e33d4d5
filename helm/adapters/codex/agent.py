"""The command line of codex, and where its program is."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from helm.adapters.codex.ladder import end_orphan
from helm.adapters.codex.orphans import Heir, become_heir
from helm.adapters.codex.process import started
from helm.app.errors import AgentUnavailable
from helm.app.ports import AgentProcess
from helm.domain.events import AgentSpawned, Role, WorkerSandbox
from helm.domain.steps import CallAgent

_EXEC = ("exec", "--json", "--skip-git-repo-check")
_BYPASS = ("--dangerously-bypass-approvals-and-sandbox",)
_BOUNDED = ("-c", "features.unbounded_connection_retries=false")
"""Without it codex tries for ever to reach a server that is not there. Given as a setting, because
a codex that does not know it then only warns."""

_ROOM_TO_TEST = (
    *("-c", 'shell_environment_policy.set.TMPDIR="/dev/shm"'),
    *("-c", 'shell_environment_policy.set.PYTHONDONTWRITEBYTECODE="1"'),
    *("-c", 'shell_environment_policy.set.GOCACHE="/dev/shm/go-build"'),
    *("-c", 'shell_environment_policy.set.CARGO_TARGET_DIR="/dev/shm/cargo-target"'),
)
"""Nothing is writable in codex's read-only sandbox but the private /dev/shm that Linux has in it,
anew for each command: without these a verifier cannot run most test suites."""

_PLAIN_WORD = re.compile(r"(?!(true|false|inf|nan)$)[a-z][a-z-]*")
"""What codex takes as it is, because it cannot be TOML."""


class CodexAgent:
    """The `Agent` port. `program` is a path, or a name on PATH; `codex` if it is None.

    `adopts` has whatever loses its parents become a child of this process, to be found by that:
    not for one that starts others in sessions of their own, which are then ended with the agent.
    """

    def __init__(self, program: str | None = None, *, adopts: bool = False) -> None:
        self._program = program or "codex"
        self._adopts = adopts
        self._heir: Heir | None = None

    def require(self) -> None:
        resolved(self._program)

    def argv(self, call: CallAgent) -> tuple[str, ...]:
        choice = call.choice
        return (
            resolved(self._program),
            *_EXEC,
            *_sandbox(call),
            *(("--model", choice.model) if choice.model else ()),
            *(("-c", _reasoning(choice.reasoning)) if choice.reasoning else ()),
            *_BOUNDED,
            *(_ROOM_TO_TEST if call.role is Role.VERIFIER and sys.platform == "linux" else ()),
            "-",
        )

    def start(
        self, argv: Sequence[str], folder: Path, run_id: str
    ) -> AbstractContextManager[AgentProcess]:
        if self._adopts and not self._heir:
            self._heir = become_heir()
        return started(argv, folder, run_id, self._heir)

    def end_orphan(self, run_id: str, spawned: AgentSpawned | None) -> bool:
        return end_orphan(run_id, spawned)


def _sandbox(call: CallAgent) -> tuple[str, ...]:
    if call.role is Role.VERIFIER:
        return ("--sandbox", "read-only")
    if call.sandbox is WorkerSandbox.WORKSPACE_WRITE:
        return ("--sandbox", "workspace-write")
    return _BYPASS


def _reasoning(level: str) -> str:
    """Write the setting; the level is free text, and codex reads it as TOML where it can."""
    plain = _PLAIN_WORD.fullmatch(level)
    # A basic string of TOML is a string of JSON, but for DEL.
    text = level if plain else json.dumps(level, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"model_reasoning_effort={text}"


def resolved(program: str) -> str:
    """Find the program; absolute, because the agent is started in another folder."""
    found = shutil.which(program)
    if found:
        return os.path.abspath(found)  # noqa: PTH100  Path.resolve would follow links
    if os.sep in program and os.path.isdir(program):  # noqa: PTH112  never raises
        raise AgentUnavailable(
            f"{program} is a folder", cure="name the program in it in HELM_CODEX"
        )
    there = shutil.which(program, mode=os.F_OK)
    if there:
        raise AgentUnavailable(f"{there} is not executable", cure="chmod +x it, or set HELM_CODEX")
    cure = "install codex (npm install -g @openai/codex), or name another program in HELM_CODEX"
    first, *more = program.split() or [program]
    if more:
        named = shutil.which(first, mode=os.F_OK)
        cure = "HELM_CODEX names a program" if named else cure
        cure += ", without arguments"
    raise AgentUnavailable(f"the agent's program {program} was not found", cure)
