"""Carries out lines of documents, each block of them in a fresh copy of a workspace.

A process of its own, which has helm loaded and forks for each line: to start helm a hundred times
would take a minute. Reads the blocks as JSON from standard input and writes an answer for
each line. `python command_lines.py WORKSPACE SHELL`
"""

from __future__ import annotations

import json
import os
import pkgutil
import re
import shlex
import shutil
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import helm
from helm.__main__ import main

_SHELL_CHARACTERS = set("|&;<>()$`\\*?[~\n")
_QUOTED = re.compile(r"""'[^']*'|"[^"$`\\]*\"""")


def carry_out(line: str, folder: Path, shell: str) -> dict[str, object]:
    """Run a line to its end: its exit code, and what it said on standard error."""
    with tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            _become(line, folder, shell, err.fileno())
        _, status = os.waitpid(pid, 0)
        err.seek(0)
        said = err.read().decode(errors="replace")
    return {"code": os.waitstatus_to_exitcode(status), "err": said}


def _become(line: str, folder: Path, shell: str, err: int) -> NoReturn:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor, number in ((nowhere, 0), (nowhere, 1), (err, 2)):
        os.dup2(descriptor, number)
    os.chdir(folder)
    if not line.startswith("helm ") or _SHELL_CHARACTERS & set(_QUOTED.sub("", line)):
        os.execvp(shell, [shell, "-c", line])
    sys.argv = shlex.split(line, comments=True)
    code = 70
    with suppress(BaseException):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
            raise
    sys.stderr.flush()
    os._exit(code)


def answers(blocks: list[list[str]], workspace: Path, shell: str) -> list[dict[str, object]]:
    """Carry out every line of every block."""
    found = []
    for lines in blocks:
        with tempfile.TemporaryDirectory(dir=workspace.parent) as place:
            folder = Path(shutil.copytree(workspace, Path(place) / "work", symlinks=True))
            found += [carry_out(line, folder, shell) for line in lines]
    return found


if __name__ == "__main__":
    for module in pkgutil.walk_packages(helm.__path__, "helm."):
        if not module.name.startswith(("helm.adapters.tui", "helm.adapters.demo.")):
            import_module(module.name)
    json.dump(answers(json.load(sys.stdin), Path(sys.argv[1]), sys.argv[2]), sys.stdout)
