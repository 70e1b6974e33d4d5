"""The demonstration: a temporary workspace, and a program that plays codex in it, offline."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from helm.app.errors import RecordFailed
from helm.app.scaffold import TEXTS

_HERE = Path(__file__).parent
_SPEC = "spec-00-example"

# Whatever the user has set up for git must neither stop a commit nor be needed for one.
_GIT = (
    "git",
    *("-c", "user.name=helm demo"),
    *("-c", "user.email=demo@helm.invalid"),
    *("-c", "init.defaultBranch=main"),
    *("-c", "commit.gpgSign=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
)
_FIRST_COMMIT = (
    ("init", "--quiet", "--template="),
    ("add", "--all", "--force"),
    ("commit", "--quiet", "--message=The workspace of the demonstration"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWorkspace:
    """`folder` holds the workspace, `spec` names the spec in it, `program` plays codex."""

    folder: Path
    spec: str
    program: str


def make_demo() -> DemoWorkspace:
    """Make a workspace that the next demonstration does not see.

    Raises `RecordFailed` where the system has no room for one.
    """
    try:
        place = Path(tempfile.mkdtemp(prefix="helm-demo-"))
        folder = place / "workspace"
        _copy(_HERE / "workspace", folder)
        _copy(TEXTS, folder / "specs")
        _commit(folder)
        return DemoWorkspace(folder=folder, spec=_SPEC, program=str(_program(place / "codex")))
    except OSError as error:
        raise RecordFailed(
            f"cannot make {error.filename or 'a temporary workspace'}: {error.strerror or error}; "
            "see that there is room and that you may write there, or name another folder in TMPDIR"
        ) from error


def _copy(source: Path, target: Path) -> None:
    """Copy the contents alone: an installed package may be read-only, a workspace must not be."""
    target.mkdir()
    for path in source.iterdir():
        if path.is_dir():
            _copy(path, target / path.name)
        else:
            (target / path.name).write_bytes(path.read_bytes())


def _commit(folder: Path) -> None:
    """Begin a history, for the worker's changes to stand out from; without git there is none."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    for words in _FIRST_COMMIT:
        try:
            done = subprocess.run(
                [*_GIT, *words], cwd=folder, env=environment, capture_output=True, check=False
            )
        except OSError:
            return
        if done.returncode != 0:
            return


def _program(path: Path) -> Path:
    """Write the program as a script: helm starts one file, and this agent needs its own Python."""
    words = (sys.executable, "-I", "-S", str(_HERE / "agent.py"))
    path.write_bytes(os.fsencode(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n'))
    path.chmod(0o755)
    return path
