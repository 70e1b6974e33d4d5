"""helm in a Python that is not as it should be."""

from __future__ import annotations

import shlex
import sys

from tests.e2e.workspace import Ended, Workspace, write


def changed_helm(workspace: Workspace, change: str, *words: str) -> Ended:
    """Call helm with `words` in a process in which `change` was executed first."""
    program = workspace.place / "changed_helm.py"
    write(program, f"{change}\nfrom helm.__main__ import main\nmain()\n")
    return workspace.run_shell(shlex.join([sys.executable, str(program), *words]))
