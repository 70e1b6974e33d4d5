"""How a run is put in lines: as its presenter writes it, or in the very bytes of its agents."""

from __future__ import annotations

from helm.app.presenter import Presenter
from helm.app.terminal_text import TerminalText
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
from helm.domain.redaction import redacted

_DIM = "2"


class Sheet:
    """Paper that is a pane of the screen: it gathers lines."""

    colour = True
    live = False

    def __init__(self) -> None:
        self._done: list[str] = []
        self._begun = ""

    def write(self, text: str, *, error: bool = False) -> None:
        del error  # both are read in one pane
        *ended, self._begun = (self._begun + text).split("\n")
        self._done += ended

    def line(self, text: str = "", *, error: bool = False) -> None:
        self.close()
        self.write(f"{text}\n", error=error)

    def status(self, text: str) -> None:
        """Do nothing: the screen has its own clock."""

    def style(self, text: str, code: str) -> str:
        """Colour each line for itself: a pane may begin with any of them."""
        return "\n".join(f"\x1b[{code}m{line}\x1b[0m" for line in text.split("\n"))

    def close(self) -> None:
        if self._begun:
            self._done.append(self._begun)
            self._begun = ""

    def take(self) -> list[str]:
        """Hand over the lines that have ended."""
        done, self._done = self._done, []
        return done

    @property
    def begun(self) -> list[str]:
        """The line that has not ended."""
        return [self._begun] if self._begun else []


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


class RawTeller:
    """Tells what agents wrote on both channels, as it came; secrets are masked all the same."""

    def __init__(self) -> None:
        self._patterns: tuple[str, ...] = ()
        self._texts: dict[Channel, TerminalText] = {}
        self._begun: dict[Channel, str] = {}
        self._launch()

    def tell(self, recorded: Recorded) -> list[str]:
        match recorded.event:
            case RunStarted(settings=settings):
                self._patterns = settings.redact
            case AgentLaunched(launch=number) as launched:
                self._launch()
                role = Role.VERIFIER if isinstance(launched, VerifierLaunched) else Role.WORKER
                return [f"\x1b[{_DIM}m--- launch {number}: {role} ---\x1b[0m"]
            case OutputCaptured(channel=channel):
                if recorded.output is None:
                    return [f"\x1b[{_DIM}m(pruned)\x1b[0m"]
                return self._lines(channel, self._texts[channel].feed(recorded.output))
            case AgentFinished():
                return self._finished()
            case _:
                pass
        return []

    def unfinished(self) -> list[str]:
        return [redacted(begun, self._patterns) for begun in self._begun.values() if begun]

    def _launch(self) -> None:
        self._texts = {channel: TerminalText(colour=True) for channel in Channel}
        self._begun = dict.fromkeys(Channel, "")

    def _lines(self, channel: Channel, text: str) -> list[str]:
        *ended, self._begun[channel] = (self._begun[channel] + text).split("\n")
        return [redacted(line, self._patterns) for line in ended]

    def _finished(self) -> list[str]:
        lines: list[str] = []
        for channel, text in self._texts.items():
            lines += self._lines(channel, text.feed(b"", final=True))
            if self._begun[channel]:
                lines += self._lines(channel, "\n")
        return lines
