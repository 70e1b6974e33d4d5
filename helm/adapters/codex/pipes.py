"""The agent's three pipes in one selector, with whatever else may wake us."""

from __future__ import annotations

import os
import selectors
import subprocess

from helm.domain.events import Channel

_PIECE = 64 * 1024
_PIPE_SIZE = 1024 * 1024
"""The most that a pipe holds, as Linux lets it grow."""

Heard = list[tuple[Channel, bytes]]


class Pipes:
    """Writes the prompt and reads both outputs, never waiting for one of them alone."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        outputs = {Channel.STDOUT: popen.stdout, Channel.STDERR: popen.stderr}
        self._stdin = popen.stdin
        self._outputs = {channel: pipe for channel, pipe in outputs.items() if pipe}
        self._selector = selectors.DefaultSelector()
        self._unsent = memoryview(b"")
        for channel, pipe in self._outputs.items():
            self._selector.register(pipe, selectors.EVENT_READ, channel)

    @property
    def open(self) -> bool:
        """Whether anybody may still write to us."""
        return bool(self._outputs)

    @property
    def unsent(self) -> int:
        """How many bytes of the prompt nobody has taken."""
        return len(self._unsent)

    def offer(self, prompt: bytes) -> None:
        """Begin to write the prompt; its end is the end of the agent's input."""
        self._unsent = memoryview(prompt)
        if self._stdin and prompt:
            os.set_blocking(self._stdin.fileno(), False)
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        else:
            self._close_stdin()

    def wake_on(self, descriptor: int) -> None:
        """Let `wait` return when the descriptor becomes readable, once."""
        self._selector.register(descriptor, selectors.EVENT_READ)

    def wait(self, seconds: float) -> Heard:
        """Wait until something happens, and give what was read: at most a piece of each output."""
        heard: Heard = []
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, Channel):
                heard += self._read(key.data)
            elif key.fileobj is self._stdin:
                self._write()
            else:  # it stays readable, and would not let us sleep again
                self._selector.unregister(key.fileobj)
        return heard

    def drain(self) -> Heard:
        """Give what is there, without waiting, and without end where somebody goes on writing."""
        heard: Heard = []
        for _ in range(_PIPE_SIZE // _PIECE):
            pieces = self.wait(0)
            if not pieces:
                break
            heard += pieces
        return heard

    def close(self) -> None:
        self._selector.close()
        for pipe in (self._stdin, *self._outputs.values()):
            if pipe:
                pipe.close()

    def _read(self, channel: Channel) -> Heard:
        data = os.read(self._outputs[channel].fileno(), _PIECE)
        if data:
            return [(channel, data)]
        pipe = self._outputs.pop(channel)
        self._selector.unregister(pipe)
        pipe.close()
        return []

    def _write(self) -> None:
        if not self._stdin:
            return
        try:
            sent = os.write(self._stdin.fileno(), self._unsent[:_PIECE])
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._close_stdin()
            return
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._close_stdin()

    def _close_stdin(self) -> None:
        if self._stdin and self._stdin in self._selector.get_map():
            self._selector.unregister(self._stdin)
        if self._stdin:
            self._stdin.close()
            self._stdin = None
