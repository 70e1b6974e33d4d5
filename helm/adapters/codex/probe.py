"""What can be learned of codex without asking a model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from helm.adapters.codex.agent import resolved
from helm.app.errors import AgentUnavailable
from helm.app.ports import Access, Reply

_MEASURED = (0, 169, 0)
_VERSION = re.compile(r"codex-cli ([0-9]+)\.([0-9]+)\.([0-9]+)")
_NOT_EXECUTED = {126, 127}
"""What a shell, or `env` in a first line, ends with where it cannot execute what it should."""

_WITHOUT_NODE = re.compile(r"\S*\benv: .*\bnode(js)?\b")
"""What `env` says for the first line of codex as npm installs it."""

_NOISE = ("WARNING", "Stack backtrace", "note: ")
_KEY_VARIABLE = "CODEX_API_KEY"
"""Taken by `codex exec` in place of a login."""

_OWN_PROVIDER = "openai"
_PATIENCE = 20.0
"""Seconds for one call. A call takes a quarter of one, and much longer on a disk that is cold."""


class Ask(Protocol):
    """Calls a program, as `Machine.ask` does."""

    def __call__(self, argv: Sequence[str], *, seconds: float) -> Reply: ...


class CodexProbe:
    """The `AgentProbe` port. Of credentials nothing is read but whether they are there."""

    measured = _MEASURED

    def __init__(self, program: str, environment: Mapping[str, str], ask: Ask) -> None:
        self._program = program
        self._environment = environment
        self._ask = ask

    def find(self) -> str:
        return resolved(self._program)

    def version(self) -> tuple[int, ...] | None:
        path = self.find()
        reply = self._ask([path, "--version"], seconds=_PATIENCE)
        if reply.code is None:
            raise AgentUnavailable(
                f"{path} {reply.err}", cure="install it anew, or set HELM_CODEX"
            )
        if reply.code in _NOT_EXECUTED:
            said = _reason(reply)
            cure = "install Node.js" if _WITHOUT_NODE.match(said) else "mend or replace it"
            raise AgentUnavailable(f"{path} ends with {reply.code}: {said}", cure)
        found = _VERSION.match(reply.out)
        return tuple(map(int, found.groups())) if found else None

    def access(self) -> Access:
        """Source of the variable and of the keys: codex's documentation of its configuration.

        Whether somebody is logged in `codex login status` says, but it says nothing of a provider.
        """
        provider = self._provider()
        if provider:
            return provider
        if self._environment.get(_KEY_VARIABLE):
            return Access(granted=True, detail=f"{_KEY_VARIABLE} is set")
        reply = self._ask([self.find(), "login", "status"], seconds=_PATIENCE)
        if reply.code == 0:
            return Access(granted=True, detail="logged in")
        return Access(granted=False, detail=_reason(reply))

    def sandbox_fault(self) -> str:
        reply = self._ask([self.find(), "sandbox", "--", "true"], seconds=_PATIENCE)
        return "" if reply.code == 0 else _reason(reply)

    def _provider(self) -> Access | None:
        """Say what the configuration tells of another provider than codex's own; None if nothing.

        A configuration that cannot be read is left to codex to complain of.
        """
        try:
            with (self._home() / "config.toml").open("rb") as file:
                config = tomllib.load(file)
        except (OSError, ValueError):
            return None
        profile = _table(_table(config, "profiles"), config.get("profile"))
        name = profile.get("model_provider", config.get("model_provider", _OWN_PROVIDER))
        settings = _table(_table(config, "model_providers"), name)
        if name == _OWN_PROVIDER or settings.get("requires_openai_auth"):
            return None
        variable = settings.get("env_key")
        if variable and not self._environment.get(variable):
            detail = f"the provider {name} wants its key in {variable}, which is not set"
            return Access(granted=False, detail=detail)
        return Access(granted=True, detail=f"the provider {name} is configured")

    def _home(self) -> Path:
        own = self._environment.get("CODEX_HOME")
        return Path(own) if own else Path(self._environment.get("HOME") or "/") / ".codex"


def _table(config: Mapping[str, Any], key: object) -> Mapping[str, Any]:
    found = config.get(key) if isinstance(key, str) else None
    return found if isinstance(found, dict) else {}


def _reason(reply: Reply) -> str:
    """Give the first line that says something."""
    lines = (line.strip() for line in f"{reply.err}\n{reply.out}".splitlines())
    said = next((line for line in lines if line and not line.startswith(_NOISE)), "")
    return said or f"exit code {reply.code}"
