"""A whole run on one page: what was asked, and by whom, what was done, and how it was judged."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from helm.adapters.cli.console import Console
from helm.app.doubts import doubts
from helm.app.history import RUNNING, HistoryRow
from helm.app.presenter import Presenter
from helm.app.terminal_text import harmless
from helm.app.wording import (
    chosen_model,
    clock_time,
    counted,
    duration,
    full_moment,
    in_words,
    resume_words,
)
from helm.domain.events import (
    ActivityKind,
    ActivityReported,
    AgentFinished,
    Ending,
    InputChanged,
    Recorded,
    RunHalted,
    RunResumed,
    RunStarted,
    Status,
)
from helm.domain.evidence import Evidence
from helm.domain.projections.report import tokens
from helm.domain.projections.summary import RunSummary, State
from helm.domain.projections.timeline import Attempt, Judgement, Launch, Part, Timeline
from helm.domain.redaction import redacted

_BOLD, _DIM, _RED, _GREEN, _YELLOW = "1", "2", "31", "32", "33"
_LABEL = 11
_MOST_LINES = 12
_MOST_CHARACTERS = 1200
_FIRST_ACTIVITY, _LAST_ACTIVITY = 10, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a page is about. `spec_word` runs the run's spec, None where that cannot go on from it.

    A page of one `attempt` alone tells all of it, and shortens nothing.
    """

    row: HistoryRow
    told: Timeline
    short_id: str
    spec_word: str | None
    attempt: int | None = None


class RunPage:
    """Prints a run."""

    def __init__(self, console: Console, subject: Subject) -> None:
        self._console = console
        self._subject = subject
        self._told = subject.told
        self._patterns = subject.told.run.settings.redact
        self._presenter = Presenter(console, subject.told.run)
        self._attempt_told = 0

    def show(self) -> None:
        """Print what was asked, each attempt, and what can be typed next."""
        whole = self._subject.attempt is None
        if whole:
            self._head()
            self._parts(self._told.before)
        for attempt in self._told.attempts:
            if whole or attempt.number == self._subject.attempt:
                self._attempt(attempt)
        if whole:
            self._foot()

    # What was asked

    def _head(self) -> None:
        row, run = self._subject.row, self._told.run
        summary = row.summary
        colour = _GREEN if summary.state is State.ACCEPTED else _YELLOW
        title = f"{summary.spec_id}: {row.standing_and_cause} {_after(summary)}"
        self._line(" ".join(title.split()), f"{_BOLD};{colour}")
        self._field("run", summary.run_id)
        self._field("spec", f"{summary.spec_name} ({summary.path})")
        self._field("work tree", summary.workspace)
        if run.started:
            self._asked(run.started)
        if run.halt and run.halt.detail:
            self._field("halted", run.halt.detail)
        if summary.finished_at:
            self._field("finished", full_moment(summary.finished_at))
        if any(launch.finished for launch in self._told.launches):
            self._field("agents", f"{duration(self._told.seconds)} at work")
        self._field("tokens", tokens(self._told.usage, len(self._told.launches)))

    def _asked(self, started: RunStarted) -> None:
        settings = self._told.run.settings
        if self._told.started_at:
            self._field("started", full_moment(self._told.started_at))
        by = f"{started.operator}, " if started.operator else ""
        self._field("asked by", f"{by}with helm {started.helm_version}")
        self._field("mode", f"{settings.mode}, at most {settings.max_attempts} attempts")
        self._field("worker", f"{chosen_model(settings.worker)}, {settings.worker_sandbox}")
        self._field("verifier", chosen_model(settings.verifier))
        self._field("commands", *started.acceptance_commands)
        self._field("unmet", *started.unmet_dependencies)
        self._field("taken over", *(f"- {task}" for task in started.remaining_tasks))

    # What was done

    def _attempt(self, attempt: Attempt) -> None:
        limit = self._told.run.settings.max_attempts
        self._attempt_told = attempt.number
        self._console.line()
        self._line(f"=== Attempt {attempt.number} of {limit} ===", _BOLD)
        self._parts(attempt.parts)

    def _parts(self, parts: Sequence[Part]) -> None:
        judged = {part.verdict.launch for part in parts if isinstance(part, Judgement)}
        seen: Evidence | None = None
        for part in parts:
            match part:
                case Launch():
                    self._launch(part, judged=part.number in judged)
                    seen = part.evidence
                case Judgement():
                    self._judgement(part, seen)
                case Recorded(event=RunHalted(cause=cause, detail=detail)):
                    why = f"{cause}{f': {detail}' if detail else ''}"
                    self._turn(part, f"halted ({why})", _RED)
                case Recorded(event=RunResumed(operator=operator, settings=settings)):
                    by = f" by {operator}" if operator else ""
                    self._turn(part, f"resumed{by}, at most {settings.max_attempts} attempts")
                case Recorded(event=InputChanged(path=path, text=text)):
                    what = "was removed" if text is None else "was changed"
                    self._turn(part, f"{path} {what}", _YELLOW)
                case _:
                    pass

    def _turn(self, recorded: Recorded, text: str, code: str | None = None) -> None:
        self._line(f"{clock_time(recorded.recorded_at)} {' '.join(text.split())}", code)

    def _launch(self, launch: Launch, *, judged: bool) -> None:
        """Tell of one agent; an answer that was read as a verdict is told as that."""
        title = f"launch {launch.number}: {launch.role}, {clock_time(launch.launched_at)}"
        self._line(f"--- {title}, {self._ending(launch)} ---", _DIM)
        if launch.session:
            self._line(resume_words(launch.session.session), _DIM)
        report = launch.finished.report if launch.finished else ""
        activity = [each for each in launch.activity if not (judged and _says(each, report))]
        for each in self._chosen(activity):
            self._activity(each)
        if report.strip() and not judged and not any(_says(each, report) for each in activity):
            self._line(self._shortened(report.strip()))

    def _ending(self, launch: Launch) -> str:
        finished = launch.finished
        if finished is None:
            at_work = self._subject.row.standing == RUNNING and launch is self._told.launches[-1]
            return "at work" if at_work else "never seen to end"
        how = "" if finished.ending is Ending.COMPLETED else f" ({_exit(finished)})"
        said = f"{in_words(finished.ending)}{how} in {duration(finished.seconds)}"
        usage = finished.usage
        return f"{said}, {usage.input_tokens} in, {usage.output_tokens} out" if usage else said

    def _chosen(self, activity: Sequence[Recorded]) -> Iterator[Recorded]:
        """Give the beginning and the end of very many, and say how many are between."""
        left_out = len(activity) - _FIRST_ACTIVITY - _LAST_ACTIVITY
        if left_out <= 1 or self._subject.attempt is not None:
            yield from activity
            return
        yield from activity[:_FIRST_ACTIVITY]
        self._line(f"… {left_out} more: {self._all}", _DIM)
        yield from activity[-_LAST_ACTIVITY:]

    def _activity(self, recorded: Recorded) -> None:
        event = recorded.event
        if not isinstance(event, ActivityReported):
            return
        text = self._shortened(event.text)
        if event.activity in {ActivityKind.RETRY, ActivityKind.WARNING}:
            self._line(f"warning: {text}", _YELLOW)
        else:
            self._presenter.show(replace(recorded, event=replace(event, text=text)))

    # How it was judged

    def _judgement(self, judgement: Judgement, seen: Evidence | None) -> None:
        verdict = judgement.verdict
        code = _GREEN if verdict.status is Status.OK else _YELLOW
        self._line(f"Verdict on attempt {verdict.attempt}: {verdict.status}", code)
        for doubt in doubts(verdict, seen):
            self._line(f"warning: {doubt}", _YELLOW)
        for mark, tasks, colour in (
            ("+", judgement.new, _YELLOW),
            (" ", judgement.still, None),
            ("-", judgement.gone, _DIM),
        ):
            for task in tasks:
                self._line(f"  {mark} {' '.join(task.split())}", colour)
        if verdict.commentary.strip():
            self._line(self._shortened(verdict.commentary.strip()))

    # What is left to say

    def _foot(self) -> None:
        if self._told.strays:
            self._console.line()
            many = counted(len(self._told.strays), "event")
            verb = "has" if len(self._told.strays) == 1 else "have"
            self._line(f"{many} {verb} no place here; see: {self._words} --events", _YELLOW)
        self._console.line()
        following = list(self._next())
        width = max((len(words) for words, _ in following), default=0)
        for words, purpose in following:
            self._line(f"  {words:<{width}}  {purpose}")

    def _next(self) -> Iterator[tuple[str, str]]:
        """Say what can be typed now."""
        word = self._subject.spec_word
        standing_word, state = self._subject.row.standing, self._subject.row.summary.state
        if standing_word == RUNNING:
            yield f"helm watch {self._subject.short_id}", "follows it"
        elif word and state in {State.HALTED, State.OPEN}:
            yield f"helm run --exec {shlex.quote(word)} --resume", "goes on with it"
        elif word and state is not State.ACCEPTED:
            yield f"helm run --exec {shlex.quote(word)}", "goes on with the remaining tasks"
        if self._told.launches:
            attempt = self._told.launches[-1].launched.attempt
            yield f"{self._words} --attempt {attempt}", "with nothing left out"
            yield f"{self._words} --attempt {attempt} --worker", "the transcript"
            yield f"{self._words} --attempt {attempt} --worker --prompt", "what it was asked"

    @property
    def _words(self) -> str:
        return f"helm show {self._subject.short_id}"

    @property
    def _all(self) -> str:
        return f"{self._words} --attempt {self._attempt_told}"

    # Texts

    def _field(self, label: str, *values: str) -> None:
        for place, value in enumerate(values):
            self._line(f"  {'' if place else label:<{_LABEL}} {' '.join(value.split())}")

    def _line(self, text: str, code: str | None = None) -> None:
        clean = harmless(redacted(text, self._patterns), colour=self._console.colour)
        self._console.line(self._console.style(clean, code) if code else clean)

    def _shortened(self, text: str) -> str:
        """Cut a long text, and say how to see the rest; a secret is masked before it is cut."""
        masked = redacted(text, self._patterns)
        if self._subject.attempt is not None:
            return masked
        lines = masked.splitlines()
        cut = "\n".join(lines[:_MOST_LINES])[:_MOST_CHARACTERS]
        if len(lines) <= _MOST_LINES and len(masked) <= _MOST_CHARACTERS:
            return masked
        return f"{cut}\n… {len(masked) - len(cut)} characters more: {self._all}"


def _says(recorded: Recorded, report: str) -> bool:
    event = recorded.event
    return (
        isinstance(event, ActivityReported)
        and event.activity is ActivityKind.MESSAGE
        and event.text == report
    )


def _after(summary: RunSummary) -> str:
    if summary.finished_at is None:
        return f"in attempt {max(summary.attempts, 1)}"
    return f"after {counted(summary.attempts, 'attempt')}"


def _exit(finished: AgentFinished) -> str:
    if finished.signal is not None:
        known = finished.signal in set(signal.Signals)
        return signal.Signals(finished.signal).name if known else f"signal {finished.signal}"
    return "exit unknown" if finished.exit_code is None else f"exit {finished.exit_code}"
