"""One call of an agent, from its prompt to its end: a loop that waits in one place only."""

from __future__ import annotations

import time
from collections.abc import Iterator

from helm.adapters.codex.child import Child
from helm.adapters.codex.chunks import Chunks
from helm.adapters.codex.conclusion import End, conclude
from helm.adapters.codex.excerpt import Excerpt
from helm.adapters.codex.hearing import Hearing
from helm.adapters.codex.ladder import Ladder
from helm.adapters.codex.limits import Fate, Limits, Pulse
from helm.adapters.codex.pipes import Heard, Pipes
from helm.adapters.codex.tree import ProcessTree
from helm.adapters.codex.turn import Said
from helm.app.ports import AgentSignal
from helm.domain.commands import RecordActivity, RecordExit, RecordOutput, RecordSession
from helm.domain.events import ActivityKind, Channel, Ending
from helm.domain.transcript import kept_from_beginning

_GRACE = 2.0
"""Seconds after the agent's end in which somebody else may hold its pipes open."""

_GLANCE = 0.05
"""Seconds between two looks at what no descriptor announces."""


class Conversation:
    """What passes between helm and one agent. Ending it ends the agent and its whole tree."""

    def __init__(
        self, child: Child, pipes: Pipes, tree: ProcessTree, prompt: bytes, limits: Limits
    ) -> None:
        self._child, self._pipes, self._tree = child, pipes, tree
        self._prompt, self._limits = prompt, limits
        self._pulse = Pulse(time.monotonic())
        self._ladder = Ladder(tree)
        self._chunks = {channel: Chunks(channel, limits.output) for channel in Channel}
        self._hearing = Hearing()
        self._stderr = Excerpt(head=0, tail=8 * 1024)
        self._fate: Fate | None = None
        self._ended_at: float | None = None
        self._settled = False

    def signals(self) -> Iterator[AgentSignal]:
        """Give the prompt, and yield all that comes of it."""
        self._begin()
        while not self._is_over():
            heard = self._listen()
            now = time.monotonic()  # before the consumer's work, which is no silence of the agent
            yield from self._hear(heard, now)
            yield from self._aged_chunks(now)
            yield from self._pulse.tick(now)
            self._govern(now)
            self._tree.bury()
        self._tree.sweep()
        yield from self._hear(self._pipes.drain(), time.monotonic())
        yield from self._told(Channel.STDOUT, self._hearing.finish())
        for chunks in self._chunks.values():
            yield from chunks.finish()
        yield self._exit()

    def abort(self) -> None:
        """End the agent without telling anything; its pipes are read so that it cannot block."""
        if self._settled:
            return
        self._fate = self._fate or Fate(ending=Ending.STOPPED)
        while not self._is_over():
            self._govern(time.monotonic())
            self._pipes.wait(_GLANCE)
        self._tree.sweep()
        self._settle()

    def _listen(self) -> Heard:
        patience, began = self._patience(), time.monotonic()
        heard = self._pipes.wait(patience)
        # A wait that lasted too long, as we were stopped (Ctrl-Z), may have looked at nothing.
        overslept = time.monotonic() > began + patience + _GLANCE
        return self._pipes.wait(0) if overslept and not heard else heard

    def _begin(self) -> None:
        if self._child.exit_descriptor is not None:
            self._pipes.wake_on(self._child.exit_descriptor)
        if self._limits.stop:
            self._pipes.wake_on(self._limits.stop.fileno())
        if not self._limits.cause:
            self._pipes.offer(self._prompt)

    def _hear(self, heard: Heard, now: float) -> Iterator[AgentSignal]:
        for channel, data in heard:
            self._pulse.heard = now
            yield from self._recorded(channel, data, now)
            if channel is Channel.STDOUT:
                yield from self._told(channel, self._hearing.hear(data))
            else:
                self._stderr.add(data)

    def _recorded(self, channel: Channel, data: bytes, now: float) -> Iterator[AgentSignal]:
        """Give the bytes, and say so once where there are more than may be kept."""
        chunks = self._chunks[channel]
        before = chunks.over_limit
        yield from chunks.add(data, now)
        if chunks.over_limit and not before:
            yield from chunks.close()
            yield RecordActivity(activity=ActivityKind.WARNING, text=_cut(channel, self._limits))

    def _told(self, channel: Channel, said: Iterator[Said]) -> Iterator[AgentSignal]:
        """Give what was said, after the bytes that say it; where those are not kept, it is not."""
        for each in said:
            yield from self._chunks[channel].close()
            if not self._chunks[channel].over_limit or isinstance(each, RecordSession):
                yield each

    def _aged_chunks(self, now: float) -> Iterator[RecordOutput]:
        for chunks in self._chunks.values():
            if now >= chunks.due:
                yield from chunks.close()

    def _patience(self) -> float:
        """How long nothing has to be done unless something is heard."""
        now = time.monotonic()
        moments = [self._pulse.due, *(chunks.due for chunks in self._chunks.values())]
        if self._ended_at is not None:
            moments.append(self._ended_at + _GRACE)
        elif self._ladder.begun:  # a second request to stop is not announced
            moments += [self._ladder.next_at, now + _GLANCE]
        else:
            moments.append(self._limits.due(self._pulse))
        if self._child.exit_descriptor is None and not self._pipes.open:
            moments.append(now + _GLANCE)
        return max(0.0, min(moments) - now)

    def _govern(self, now: float) -> None:
        """Ask the agent to end where a limit or a person wants it; an ended one is past asking."""
        if self._child.ended():
            self._ended_at = self._ended_at or now
            return
        if self._limits.cause or not self._fate:
            self._fate = self._limits.exceeded(self._pulse, now) or self._fate
        if self._fate and not self._ladder.begun and not self._limits.requests:
            self._ladder.climb(now)
        self._ladder.press(now, self._limits.requests)

    def _is_over(self) -> bool:
        if self._ended_at is None:
            return self._ladder.spent
        hurried = self._fate is not None or self._limits.cause is not None
        patient = time.monotonic() < self._ended_at + _GRACE
        return not self._pipes.open or hurried or not patient

    def _settle(self) -> int | None:
        self._settled = True
        return self._child.reap()

    def _exit(self) -> RecordExit:
        end = End(
            status=self._settle(),
            completed=self._hearing.completed,
            complaint=self._hearing.complaint,
            stderr=self._stderr.end().decode("utf-8", "replace"),
            unsent=self._pipes.unsent,
            prompt=len(self._prompt),
        )
        fate = self._fate or conclude(end)
        # Whoever stopped us may have signalled the agent too.
        if self._limits.cause and fate.ending is not Ending.COMPLETED:
            fate = Fate(ending=Ending.STOPPED)
        return RecordExit(
            ending=fate.ending,
            exit_code=end.exit_code,
            signal=end.signal,
            seconds=time.monotonic() - self._pulse.began,
            report=self._hearing.report,
            usage=self._hearing.usage,
            stdout=self._chunks[Channel.STDOUT].digest(),
            stderr=self._chunks[Channel.STDERR].digest(),
            detail=fate.detail,
            stopped_by=self._limits.cause if fate.ending is Ending.STOPPED else None,
        )


def _cut(channel: Channel, limits: Limits) -> str:
    """Say what becomes of the output from here on."""
    limit = limits.output or 0
    begun = kept_from_beginning(limit)
    return (
        f"{channel} has more than {begun:,} bytes: from here on only its last {limit - begun:,} "
        "bytes are kept (outputLimit in helm.config.json)"
    )
