"""The agent's own process, not reaped before all that is left of it is gone.

Until then its number, and that of its group, cannot become anybody else's, so that signalling
either is safe.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from helm.adapters.codex.tree import living
from helm.app.errors import AgentUnavailable
from helm.app.programs import RUN_MARK

_ADVICE = {
    errno.E2BIG: "make the environment smaller",
    errno.EAGAIN: "raise the limit of processes (ulimit -u)",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENOMEM: "see what else uses the memory",
}


class Child:
    """A process of ours with pipes, in a session of its own, carrying the mark of its run."""

    def __init__(self, argv: Sequence[str], folder: Path, run_id: str) -> None:
        self._lost = False
        self.popen = _spawn(argv, folder, run_id)
        self.process = psutil.Process(self.popen.pid)
        self.exit_descriptor = _exit_descriptor(self.popen.pid)
        """Becomes readable when the process ends; None where the system has no such thing."""

    def ended(self) -> bool:
        if sys.platform == "darwin":  # its Python has no waitid before 3.13
            return not living(self.process)
        try:
            how = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self.popen.pid, how) is not None
        except ChildProcessError:  # whoever started us ignores SIGCHLD: the system reaps
            self._lost = True
            return True

    def reap(self) -> int | None:
        """Give the exit status, negative for a signal; None if it cannot be known."""
        if not self.ended():
            return None
        status = self.popen.wait()
        return None if self._lost else status

    def kill(self) -> None:
        """End its group, for which no file is opened; the next start finds who has left that."""
        if self.popen.returncode is None and not self._lost:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()

    def close(self) -> None:
        if self.exit_descriptor is not None:
            os.close(self.exit_descriptor)
            self.exit_descriptor = None


def _spawn(argv: Sequence[str], folder: Path, run_id: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv,
            bufsize=0,
            cwd=folder,
            env={**os.environ, RUN_MARK: run_id},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = _reason(error, argv[0])
        raise AgentUnavailable(f"{argv[0]} cannot be started in {folder}: {reason}") from error


def _reason(error: OSError | ValueError, program: str) -> str:
    if not isinstance(error, OSError):  # a NUL among the arguments
        return str(error)
    if error.errno == errno.ENOENT and error.filename == program and Path(program).exists():
        return "the interpreter that its first line names does not exist"
    if error.errno == errno.ENOEXEC:
        return "it is neither a program for this machine nor a script that begins with #!"
    advice = _ADVICE.get(error.errno or 0)
    reason = error.strerror or str(error)
    return f"{reason}; {advice}" if advice else reason


def _exit_descriptor(pid: int) -> int | None:
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:  # an old kernel, or a container that forbids it
        return None
