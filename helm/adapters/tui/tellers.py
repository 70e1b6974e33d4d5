"""How a run is put in lines: as its presenter writes it, or in the very bytes of its agents."""

from __future__ import annotations

import io
import pickle
import re
from dataclasses import dataclass

from helm.app.presenter import Presenter
from helm.app.terminal_text import TerminalText
from helm.app.wording import not_kept, warning
from helm.domain.events import (
    AgentFinished,
    AgentLaunched,
    Channel,
    OutputCaptured,
    Recorded,
    Role,
    RunStarted,
    VerifierLaunched,
)
from helm.domain.redaction import LONGEST_SECRET, clean_cut, redacted
from helm.domain.run import Run
from helm.domain.transcript import KeptOutput

LONGEST_LINE = 8192
"""Characters of a line that are shown; a line has no end that one could wait for."""

_DIM = "2"
_TORN = re.compile(r"\x1b(?:\[[0-9;:]*)?\Z")


@dataclass(frozen=True, slots=True)
class Saved:
    """How a teller stood, in bytes: thousands of pages are no burden to the garbage collector.

    The run is kept as it is, for it never changes, and holds whole texts.
    """

    state: bytes
    run: Run | None

    def restored(self) -> PresentedTeller | RawTeller:
        """Make a teller that goes on from there."""
        teller: PresentedTeller | RawTeller = _Unpickler(self.state, self.run).load()
        return teller


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: object) -> str | None:
        return "run" if isinstance(obj, Run) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, state: bytes, run: Run | None) -> None:
        super().__init__(io.BytesIO(state))
        self._run = run

    def persistent_load(self, _pid: str) -> Run | None:
        return self._run


def _saved(teller: PresentedTeller | RawTeller, run: Run | None = None) -> Saved:
    state = io.BytesIO()
    _Pickler(state, pickle.HIGHEST_PROTOCOL).dump(teller)
    return Saved(state.getvalue(), run)


class OpenLine:
    """A line while it is written: its beginning, and how long it has become.

    However much is written, no more is kept than `LONGEST_LINE`, and a secret that begins within.
    """

    def __init__(self) -> None:
        self._text = ""
        self._length = 0

    def __len__(self) -> int:
        """Count the characters that are kept."""
        return len(self._text)

    def add(self, text: str, patterns: tuple[str, ...] = ()) -> list[str]:
        """Write on, and give the lines that have ended; what a pattern matches is masked."""
        ended: list[str] = []
        *whole, rest = text.split("\n")
        for part in whole:
            self._write(part)
            ended += self.close(patterns, always=True)
        self._write(rest)
        return ended

    def close(self, patterns: tuple[str, ...] = (), *, always: bool = False) -> list[str]:
        """End the line, and give it; nothing where none was begun, unless one is wanted always."""
        kept_whole = self._length == len(self._text)
        ended = [""] if always and not self._length else self._shown(patterns, whole=kept_whole)
        self._text, self._length = "", 0
        return ended

    def begun(self, patterns: tuple[str, ...] = ()) -> list[str]:
        """Give the line as far as it is written; nothing where it is empty.

        Where secrets are masked, what may be the beginning of one waits for the rest.
        """
        return self._shown(patterns, whole=False)

    def _shown(self, patterns: tuple[str, ...], *, whole: bool) -> list[str]:
        text = self._text
        if patterns:
            text = redacted(text if whole else _certain(text, patterns), patterns)
        if not text:
            return []
        more = self._length - LONGEST_LINE
        if more <= 0:
            return [text]
        shown = _TORN.sub("", text[:LONGEST_LINE])
        return [f"{shown}\x1b[0m… [{more:,} more characters]"]

    def _write(self, part: str) -> None:
        room = LONGEST_LINE + LONGEST_SECRET - len(self._text)
        self._text += part[:room] if len(part) > room else part
        self._length += len(part)


def _certain(text: str, patterns: tuple[str, ...]) -> str:
    """Give as much of a text that goes on as no secret reaches out of."""
    if len(text) <= LONGEST_SECRET:
        return ""
    return text[: clean_cut(text, patterns, keep=len(text))]


class Sheet:
    """Paper that is a pane of the screen: it gathers lines.

    What is written for output and what is written for errors are lines of their own.
    """

    colour = True
    live = False

    def __init__(self) -> None:
        self._done: list[str] = []
        self._open = {error: OpenLine() for error in (False, True)}

    def write(self, text: str, *, error: bool = False) -> None:
        self._done += self._open[error].add(text)

    def line(self, text: str = "", *, error: bool = False) -> None:
        self.close()
        self.write(f"{text}\n", error=error)

    def warn(self, text: str) -> None:
        self.line(warning(text), error=True)

    def status(self, text: str) -> None:
        """Do nothing: the screen has its own clock."""

    def style(self, text: str, code: str) -> str:
        """Colour each line for itself: a pane may begin with any of them."""
        return "\n".join(f"\x1b[{code}m{line}\x1b[0m" for line in text.split("\n"))

    def close(self) -> None:
        for line in self._open.values():
            self._done += line.close()

    def take(self) -> list[str]:
        """Hand over the lines that have ended."""
        done, self._done = self._done, []
        return done

    @property
    def begun(self) -> list[str]:
        """The lines that have not ended."""
        return [begun for line in self._open.values() for begun in line.begun()]

    @property
    def weight(self) -> int:
        """How many characters of lines that have not ended are held."""
        return sum(map(len, self._open.values()))


class PresentedTeller:
    """Tells a run as `helm run --exec` prints it."""

    def __init__(self) -> None:
        self._sheet = Sheet()
        self._presenter = Presenter(self._sheet)

    def tell(self, recorded: Recorded) -> list[str]:
        self._presenter.show(recorded)
        return self._sheet.take()

    def unfinished(self) -> list[str]:
        return self._sheet.begun

    def saved(self) -> Saved:
        return _saved(self, self._presenter.run)

    @property
    def weight(self) -> int:
        return self._presenter.weight + self._sheet.weight

    @property
    def takes_output(self) -> bool:
        return self._presenter.takes_output


class RawTeller:
    """Tells what agents wrote on both channels, as it came; secrets are masked all the same."""

    takes_output = True

    def __init__(self) -> None:
        self._patterns: tuple[str, ...] = ()
        self._launch()

    def tell(self, recorded: Recorded) -> list[str]:
        match recorded.event:
            case RunStarted(settings=settings):
                self._patterns = settings.redact
            case AgentLaunched(launch=number) as launched:
                unended = self._finished()  # by an agent of which nobody saw the end
                self._launch()
                role = Role.VERIFIER if isinstance(launched, VerifierLaunched) else Role.WORKER
                return [*unended, f"\x1b[{_DIM}m--- launch {number}: {role} ---\x1b[0m"]
            case OutputCaptured() as chunk:
                return [*self._gap(chunk), *self._captured(chunk.channel, recorded.output)]
            case AgentFinished():
                return self._finished()
            case _:
                pass
        return []

    def unfinished(self) -> list[str]:
        return [begun for line in self._open.values() for begun in line.begun(self._patterns)]

    def saved(self) -> Saved:
        return _saved(self)

    @property
    def weight(self) -> int:
        return sum(map(len, self._open.values()))

    def _captured(self, channel: Channel, output: bytes | None) -> list[str]:
        if output is None:
            return [f"\x1b[{_DIM}m(pruned)\x1b[0m"]
        return self._open[channel].add(self._texts[channel].feed(output), self._patterns)

    def _gap(self, chunk: OutputCaptured) -> list[str]:
        left_out = self._kept.left_out(chunk)
        if not left_out:
            return []
        said = f"({not_kept(left_out, f'of {chunk.channel}')})"
        return [*self._ended(chunk.channel), f"\x1b[{_DIM}m{said}\x1b[0m"]

    def _launch(self) -> None:
        self._kept = KeptOutput()
        self._texts = {channel: TerminalText(colour=True) for channel in Channel}
        self._open = {channel: OpenLine() for channel in Channel}

    def _finished(self) -> list[str]:
        lines: list[str] = []
        for channel in Channel:
            lines += self._ended(channel)
        return lines

    def _ended(self, channel: Channel) -> list[str]:
        text, line = self._texts[channel], self._open[channel]
        self._texts[channel], self._open[channel] = TerminalText(colour=True), OpenLine()
        lines = line.add(text.feed(b"", final=True), self._patterns)
        return [*lines, *line.close(self._patterns)]
