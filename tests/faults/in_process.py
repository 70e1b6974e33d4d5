"""helm called within this process, for faults that lie in the log alone: it costs no start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from helm.__main__ import compose
from helm.adapters.cli.program import cli
from tests.e2e.workspace import Ended, Workspace
from tests.programs import program

Call = Callable[..., Ended]


def caller(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Give what calls helm in a workspace; whatever it does not foresee is raised."""
    monkeypatch.chdir(workspace.root)
    for name in ("PATH", "HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, workspace.environment[name])

    def call(*words: str) -> Ended:
        ended = CliRunner().invoke(cli, words, obj=program(compose=compose))
        if ended.exception and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return Ended(code=ended.exit_code, out=ended.stdout, err=ended.stderr)

    return call
