"""An agent's process, from its start to the end of everything that it began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from helm.adapters.codex.child import Child
from helm.adapters.codex.conversation import Conversation
from helm.adapters.codex.limits import Limits
from helm.adapters.codex.orphans import Heir
from helm.adapters.codex.pipes import Pipes
from helm.adapters.codex.tree import ProcessTree
from helm.app.errors import AgentUnavailable
from helm.app.ports import AgentSignal, Stop
from helm.domain.commands import RecordSpawn
from helm.domain.steps import CallAgent


@contextmanager
def started(
    argv: Sequence[str], folder: Path, run_id: str, heir: Heir | None
) -> Iterator[CodexProcess]:
    """Start an agent for the time of a `with` block; its orphans are the heir's, if there is one.

    Raises `AgentUnavailable` where the system cannot execute it.
    """
    child = Child(argv, folder, run_id)
    tree = ProcessTree(run_id, child.process, heir)
    try:
        process = CodexProcess(child, tree)
    except BaseException:  # no descriptor left to listen with: nobody may work unheard
        tree.sweep()
        child.close()
        raise
    try:
        yield process
    finally:
        process.end()


class CodexProcess:
    """The `AgentProcess` port, on a process that already runs."""

    def __init__(self, child: Child, tree: ProcessTree) -> None:
        self._child = child
        self._pipes = Pipes(child.popen)
        self._tree = tree
        self._conversation: Conversation | None = None
        self._ended = False

    @property
    def spawned(self) -> RecordSpawn:
        pid = self._child.popen.pid
        started_at = self._child.process.create_time()
        return RecordSpawn(pid=pid, process_group=pid, started_at=started_at)

    def converse(self, call: CallAgent, stop: Stop) -> Iterator[AgentSignal]:
        limits = Limits(
            timeout=call.timeout,
            idle_timeout=call.idle_timeout,
            output=call.output_limit,
            stop=stop,
        )
        prompt = call.prompt.encode("utf-8", "replace")
        self._conversation = self._begin(prompt, limits)
        try:
            yield from self._conversation.signals()
        except OSError as error:  # no file may be opened any more, say
            reason = error.strerror or str(error)
            raise AgentUnavailable(f"helm cannot see to it any more: {reason}") from error
        finally:
            self.end()

    def end(self) -> None:
        """End whatever still lives: a conversation may have been left half-way."""
        if self._ended:
            return
        self._ended = True
        try:
            (self._conversation or self._begin(b"", Limits())).abort()
        except OSError:
            self._child.kill()
        finally:
            self._tree.bury_all()
            self._pipes.close()
            self._child.close()

    def _begin(self, prompt: bytes, limits: Limits) -> Conversation:
        return Conversation(self._child, self._pipes, self._tree, prompt, limits)
