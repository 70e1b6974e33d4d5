"""A run, as a person reads it line by line while it happens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from helm.app.doubts import doubts
from helm.app.drive import Happening
from helm.app.ports import Tick
from helm.app.terminal_text import TerminalText, harmless, one_line
from helm.app.wording import duration, not_kept, unwrapped
from helm.domain.events import (
    ActivityKind,
    ActivityReported,
    AgentFinished,
    AgentLaunched,
    AttemptStarted,
    Channel,
    Ending,
    InputChanged,
    OutputCaptured,
    Recorded,
    Role,
    RunResumed,
    RunStarted,
    Status,
    VerdictGiven,
    WorkerFinished,
)
from helm.domain.evidence import Evidence, gathered
from helm.domain.redaction import LONGEST_SECRET, clean_cut, redacted
from helm.domain.run import Phase, Run, evolve
from helm.domain.transcript import FirstLine, KeptOutput

_BOLD, _DIM, _RED, _GREEN, _YELLOW = "1", "2", "31", "32", "33"
_HEARTBEAT_SECONDS = 60
_LONGEST_PENDING = 8192 + LONGEST_SECRET
"""Characters of a line that wait for its end where secrets are masked; one may never end."""


class Paper(Protocol):
    """Where a run is written: a terminal's streams, or a pane of the screen.

    On one that is `live` a line at the bottom can be replaced, by `status`.
    """

    @property
    def colour(self) -> bool:
        """Whether text may hold SGR codes."""

    @property
    def live(self) -> bool:
        """Whether there is a line that can be replaced."""

    def write(self, text: str, *, error: bool = False) -> None:
        """Write text as it is, which may end within a line; `error` is for what went wrong."""

    def line(self, text: str = "", *, error: bool = False) -> None:
        """Write a line of its own."""

    def warn(self, text: str) -> None:
        """Write a warning, harmless and in one line."""

    def status(self, text: str) -> None:
        """Show a line at the bottom, in place of the last one."""

    def style(self, text: str, code: str) -> str:
        """Colour a text with an SGR code, where colour is wanted."""

    def close(self) -> None:
        """End the last line."""


class Presenter:
    """Prints each event of a run as it becomes durable.

    What agents say goes to standard output, made harmless; a plain agent's standard error, retries
    and warnings go to standard error. `run` is the state that the events go on from, and `earlier`
    what the agent that is then at work has written already, which is not printed. A quiet one
    prints warnings alone.
    """

    def __init__(
        self,
        paper: Paper,
        run: Run | None = None,
        earlier: Iterable[Recorded] = (),
        *,
        quiet: bool = False,
    ) -> None:
        self.run = run or Run()
        self._paper = paper
        self._quiet = quiet
        self._output = _AgentOutput(self.run.settings.redact, colour=paper.colour)
        self._kept = KeptOutput(midway=True)
        self._pruned = False
        self._recall(earlier)
        self._beats = 0
        self._command = ""
        self._titled = False
        self._evidence: Evidence | None = None

    def show(self, happening: Happening) -> None:
        """Print what happened."""
        if isinstance(happening, Tick):
            if not self._quiet:
                self._tick(happening)
            return
        self._beats = 0
        self.run = evolve(self.run, happening.event)
        self._evidence = gathered(self._evidence, happening.event)
        self._output.patterns = self.run.settings.redact
        if not self._quiet:
            self._event(happening)
        self._warning(happening)

    @property
    def takes_output(self) -> bool:
        """Whether it matters what the agent at work writes; if not, its activity tells it."""
        return not self._output.jsonl

    @property
    def weight(self) -> int:
        """How much is held: until it is known how the agent speaks, and whether a secret ends."""
        return self._output.weight

    def _warning(self, recorded: Recorded) -> None:
        """Print what must be heard even by those who asked for quiet."""
        match recorded.event:
            case InputChanged() as change:
                what = "was removed" if change.text is None else "was changed"
                self._warn(f"{change.path} {what}; this run's prompts stay as they began")
            case VerdictGiven() as verdict:
                for doubt in doubts(verdict, self._evidence):
                    self._warn(doubt)
            case WorkerFinished(ending=Ending.COMPLETED, report=report) if not report.strip():
                self._warn("the worker ended without a report; the verifier gets an empty one")
            case ActivityReported(activity=ActivityKind.RETRY | ActivityKind.WARNING, text=text):
                self._warn(text)
            case _:
                pass

    def _event(self, recorded: Recorded) -> None:
        match recorded.event:
            case RunStarted() as started if started.remaining_tasks:
                self._say(f"Going on with {len(started.remaining_tasks)} remaining tasks:")
                self._tasks(started.remaining_tasks)
            case AttemptStarted():
                self._attempt()
            case RunResumed() if self.run.phase is not Phase.READY:
                self._attempt()
            case AgentLaunched():
                self._launched()
            case OutputCaptured() as captured:
                self._captured(captured, recorded.output)
            case ActivityReported() as activity:
                self._activity(activity)
            case AgentFinished():
                self._finished()
            case VerdictGiven() as verdict:
                self._verdict(verdict)
            case _:
                pass

    def _attempt(self) -> None:
        run = self.run
        spec = one_line(run.started.spec.id) if run.started else ""
        number = max(run.attempt, 1)
        if self._titled:
            self._paper.line()
        self._titled = True
        title = f"=== Attempt {number} of {run.settings.max_attempts} for {spec} ==="
        self._paper.line(self._paper.style(self._clean(title), _BOLD))

    def _launched(self) -> None:
        self._output.launch()
        self._kept = KeptOutput()
        self._pruned = False
        role, settings = self.run.role, self.run.settings
        choice = settings.verifier if role is Role.VERIFIER else settings.worker
        model = f" ({choice.model})" if choice.model else ""
        self._say(f"--- {role}{model} ---", _DIM)

    def _recall(self, earlier: Iterable[Recorded]) -> None:
        """Learn how the agent speaks, and what it has begun: a line, a character, a secret."""
        for recorded in () if self._quiet else earlier:
            if isinstance(recorded.event, OutputCaptured):
                self._output.add(recorded.event.channel, recorded.output or b"")
            if self._output.jsonl:
                return

    def _captured(self, event: OutputCaptured, data: bytes | None) -> None:
        left_out = self._kept.left_out(event)
        if left_out:
            self._write(event.channel, self._output.skip(event.channel))
            self._say(f"({not_kept(left_out, f'of {event.channel}')})", _DIM)
        if data is not None:
            self._write(event.channel, self._output.add(event.channel, data))
        elif not self._pruned:
            self._pruned = True
            self._say(f"(what the {self.run.role} wrote was pruned)", _DIM)

    def _finished(self) -> None:
        for channel in Channel:
            self._write(channel, self._output.end(channel))
        self._paper.close()

    def _write(self, channel: Channel, text: str) -> None:
        self._paper.write(text, error=channel is Channel.STDERR)

    def _activity(self, event: ActivityReported) -> None:
        match event.activity:
            case ActivityKind.MESSAGE:
                self._say(event.text)
            case ActivityKind.COMMAND_STARTED:
                self._command = event.text
                self._say(f"$ {unwrapped(event.text)}")
            case ActivityKind.COMMAND_FINISHED:
                self._exit(event)
            case ActivityKind.FILE_CHANGE:
                for change in event.changes:
                    self._say(f"  {change.kind}: {change.path}", _DIM)
            case ActivityKind.REASONING | ActivityKind.OTHER:
                self._say(event.text, _DIM)
            case ActivityKind.SEARCH:
                self._say(f"  search: {event.text}", _DIM)
            case ActivityKind.RETRY | ActivityKind.WARNING:
                pass

    def _exit(self, event: ActivityReported) -> None:
        """Say how a command ended; which one, unless it is the last that was begun."""
        code = "unknown" if event.exit_code is None else event.exit_code
        which = "" if event.text == self._command else f": {unwrapped(event.text)}"
        self._say(f"  exit {code}{which}", _DIM if event.exit_code == 0 else _RED)

    def _verdict(self, verdict: VerdictGiven) -> None:
        ok = verdict.status is Status.OK
        title = f"Verdict on attempt {verdict.attempt}: {verdict.status}"
        self._paper.line(self._paper.style(title, _GREEN if ok else _YELLOW))
        self._tasks(verdict.remaining_tasks)

    def _tasks(self, tasks: tuple[str, ...]) -> None:
        for task in tasks:
            self._say(f"  - {' '.join(task.splitlines())}")

    def _tick(self, tick: Tick) -> None:
        since = f"{self.run.role} at work for {duration(tick.elapsed)}"
        text = f"{since}, silent for {duration(tick.idle)}"
        if self._paper.live:
            self._paper.status(self._paper.style(text, _DIM))
        elif tick.idle // _HEARTBEAT_SECONDS > self._beats:
            self._beats = int(tick.idle // _HEARTBEAT_SECONDS)
            self._paper.line(f"... {text}")

    def _say(self, text: str, code: str | None = None) -> None:
        clean = self._clean(text)
        self._paper.line(self._paper.style(clean, code) if code else clean)

    def _warn(self, text: str) -> None:
        self._paper.warn(redacted(text, self.run.settings.redact))

    def _clean(self, text: str) -> str:
        masked = redacted(text, self.run.settings.redact)
        return harmless(masked, colour=self._paper.colour)


class _AgentOutput:
    """The raw output of the agent under way, to text that may be shown.

    `patterns` are those of secrets. JSON Lines are told by their activity instead.
    """

    def __init__(self, patterns: tuple[str, ...], *, colour: bool) -> None:
        self.patterns = patterns
        self._colour = colour
        self.launch()

    def launch(self) -> None:
        self.jsonl: bool | None = None
        self._first = FirstLine()
        self._texts = {each: TerminalText(colour=self._colour) for each in Channel}
        self._pending = dict.fromkeys(Channel, "")

    @property
    def weight(self) -> int:
        return len(self._first.held) + sum(map(len, self._pending.values()))

    def add(self, channel: Channel, data: bytes) -> str:
        """Take in a chunk and give what can be shown now."""
        if channel is Channel.STDOUT and self.jsonl is None:
            self.jsonl = self._first.add(data)
            data = b"" if self.jsonl is None else self._first.take()
        return self._shown(channel, data)

    def end(self, channel: Channel) -> str:
        """Give what is left to show."""
        data = b""
        if channel is Channel.STDOUT and self.jsonl is None:
            self.jsonl = self._first.end()
            data = self._first.take()
        return self._shown(channel, data, final=True)

    def skip(self, channel: Channel) -> str:
        """Give what is left to show before something that was not kept."""
        rest = self.end(channel)
        self._texts[channel] = TerminalText(colour=self._colour)
        return rest

    def _shown(self, channel: Channel, data: bytes, *, final: bool = False) -> str:
        if self.jsonl:
            return ""
        text = self._texts[channel].feed(data, final=final)
        if self.patterns:  # a secret must not slip through in two halves
            text = self._masked(channel, self._pending[channel] + text, final=final)
        return text

    def _masked(self, channel: Channel, text: str, *, final: bool) -> str:
        """Give whole lines, and of one that has become too long what no secret reaches into."""
        cut = len(text) if final else text.rfind("\n") + 1
        whole, rest = redacted(text[:cut], self.patterns), text[cut:]
        if len(rest) > _LONGEST_PENDING:
            cut = clean_cut(rest, self.patterns, keep=_LONGEST_PENDING)
            whole, rest = whole + redacted(rest[:cut], self.patterns), rest[cut:]
        self._pending[channel] = rest
        return whole
