"""A run as a story: its attempts, who was called in each, and the tasks that came and went.

Values for whoever draws a run. The fold is total: a run that stands still, one that is under way,
and one of which only a newer helm can read a part are told as far as they are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

from helm.domain.events import (
    ActivityReported,
    AgentFinished,
    AgentLaunched,
    AgentSpawned,
    AttemptStarted,
    Channel,
    InputChanged,
    OutputCaptured,
    Recorded,
    Role,
    RunFinished,
    RunHalted,
    RunResumed,
    RunStarted,
    SessionOpened,
    TokenUsage,
    Unknown,
    VerdictGiven,
    VerifierFinished,
    VerifierLaunched,
    WorkerFinished,
    WorkerLaunched,
)
from helm.domain.evidence import Evidence, gathered
from helm.domain.run import Run, evolve
from helm.domain.transcript import KeptOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An agent that was called once.

    `activity` and `output` hold its `ActivityReported` and `OutputCaptured`, where the history
    that was folded has them. An agent that is at work still, or was lost, is not `finished`.
    """

    launched: WorkerLaunched | VerifierLaunched
    launched_at: datetime
    spawned: AgentSpawned | None = None
    session: SessionOpened | None = None
    activity: tuple[Recorded, ...] = ()
    output: tuple[Recorded, ...] = ()
    finished: WorkerFinished | VerifierFinished | None = None
    finished_at: datetime | None = None

    @property
    def number(self) -> int:
        """Which launch of the run it is."""
        return self.launched.launch

    @property
    def role(self) -> Role:
        """Who was called."""
        return Role.VERIFIER if isinstance(self.launched, VerifierLaunched) else Role.WORKER

    @property
    def evidence(self) -> Evidence | None:
        """What it ran, as far as `activity` has it."""
        session = [self.session] if self.session else []
        told = [self.launched, *session, *(each.event for each in self.activity)]
        return reduce(gathered, told, None)

    def left_out(self, channel: Channel) -> int:
        """Say how many bytes of a channel were over the limit, and not kept."""
        kept = KeptOutput()
        chunks = [each.event for each in self.captured(channel)]
        return sum(kept.left_out(each) for each in chunks if isinstance(each, OutputCaptured))

    def captured(self, channel: Channel) -> list[Recorded]:
        """List the output of one channel, in the order in which it came."""
        return [
            each
            for each in self.output
            if isinstance(each.event, OutputCaptured) and each.event.channel is channel
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, and its tasks beside those that were left before it.

    A task is the same one where its text is the same. `gone` are those that are not named any
    more.
    """

    verdict: VerdictGiven
    given_at: datetime
    new: tuple[str, ...]
    still: tuple[str, ...]
    gone: tuple[str, ...]


Part = Launch | Judgement | Recorded
"""What a run is told in: `Recorded` holds a `RunHalted`, a `RunResumed` or an `InputChanged`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt, and what it was made of, in order."""

    number: int
    started_at: datetime
    parts: tuple[Part, ...]

    @property
    def launches(self) -> list[Launch]:
        """The agents that were called."""
        return [part for part in self.parts if isinstance(part, Launch)]

    @property
    def judgement(self) -> Judgement | None:
        """The verdict on the attempt; None before there is one."""
        found = [part for part in self.parts if isinstance(part, Judgement)]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A run, told from its beginning as far as it has come.

    `before` is what came to pass before the first attempt. `strays` are events that have no place
    in the story: those of a newer helm, and whatever is of a launch that is not known.
    """

    run: Run
    started_at: datetime | None
    updated_at: datetime | None
    finished_at: datetime | None
    before: tuple[Part, ...]
    attempts: tuple[Attempt, ...]
    strays: tuple[Recorded, ...]

    @property
    def launches(self) -> list[Launch]:
        """All agents that were called."""
        return [launch for attempt in self.attempts for launch in attempt.launches]

    @property
    def session(self) -> str | None:
        """The session in which a person goes on by hand; None where no agent has named one.

        It is that of the agent at work. Else it is that of the last worker, for a verifier may
        only read, and counts where no worker has named one.
        """
        named = [each for each in self.launches if each.session]
        at_work = [each for each in named if each is self.launches[-1] and not each.finished]
        workers = [each for each in named if each.role is Role.WORKER]
        chosen = (at_work or workers or named)[-1:]
        return next((each.session.session for each in chosen if each.session), None)

    @property
    def parts(self) -> Iterator[Part]:
        """Everything that is told, in order, across the attempts."""
        yield from self.before
        for attempt in self.attempts:
            yield from attempt.parts

    @property
    def changes(self) -> list[InputChanged]:
        """The files of the spec that changed during the run."""
        return [
            part.event
            for part in self.parts
            if isinstance(part, Recorded) and isinstance(part.event, InputChanged)
        ]

    @property
    def seconds(self) -> float:
        """The time of all agents together."""
        return sum(each.finished.seconds for each in self.launches if each.finished)

    @property
    def usage(self) -> list[TokenUsage | None]:
        """The tokens of each launch, None where its agent does not say, or has not ended."""
        return [each.finished.usage if each.finished else None for each in self.launches]


_OpenPart = list[Recorded] | Judgement | Recorded
"""A part that may grow still: the list is of a launch."""


@dataclass(slots=True)
class _OpenAttempt:
    number: int
    started_at: datetime
    parts: list[_OpenPart] = field(default_factory=list)


@dataclass(slots=True)
class _Story:
    """What has been told so far, and where it goes on."""

    run: Run = field(default_factory=Run)
    before: list[_OpenPart] = field(default_factory=list)
    attempts: dict[int, _OpenAttempt] = field(default_factory=dict)
    launches: dict[int, list[Recorded]] = field(default_factory=dict)
    strays: list[Recorded] = field(default_factory=list)
    finished_at: datetime | None = None
    last: _OpenAttempt | None = None

    def tell(self, recorded: Recorded) -> None:
        """Take one event in; the state before it says which tasks were left."""
        left = self.run.remaining_tasks
        self.run = evolve(self.run, recorded.event)
        match recorded.event:
            case AttemptStarted(attempt=number):
                self._attempt(number, recorded)
            case AgentLaunched(attempt=number, launch=launch):
                self.launches[launch] = [recorded]
                self._attempt(number, recorded).parts.append(self.launches[launch])
            case VerdictGiven(attempt=number) as verdict:
                judgement = _judgement(verdict, recorded.recorded_at, left)
                self._attempt(number, recorded).parts.append(judgement)
            case RunHalted() | RunResumed() | InputChanged():
                (self.last.parts if self.last else self.before).append(recorded)
            case RunFinished():
                self.finished_at = recorded.recorded_at
            case RunStarted():
                pass
            case Unknown():
                self.strays.append(recorded)
            case event:
                self.launches.get(event.launch, self.strays).append(recorded)

    def _attempt(self, number: int, recorded: Recorded) -> _OpenAttempt:
        """Find the attempt that is told now; one whose beginning cannot be read begins here."""
        self.last = self.attempts.setdefault(number, _OpenAttempt(number, recorded.recorded_at))
        return self.last


def timeline(events: Iterable[Recorded]) -> Timeline:
    """Tell a run. Output and activity are told where they are among the events."""
    story = _Story()
    first = last = None
    for recorded in events:
        first, last = first or recorded, recorded
        story.tell(recorded)
    return Timeline(
        run=story.run,
        started_at=first.recorded_at if first else None,
        updated_at=last.recorded_at if last else None,
        finished_at=story.finished_at,
        before=_closed(story.before),
        attempts=tuple(
            Attempt(number=each.number, started_at=each.started_at, parts=_closed(each.parts))
            for each in story.attempts.values()
        ),
        strays=tuple(story.strays),
    )


def _closed(parts: Iterable[_OpenPart]) -> tuple[Part, ...]:
    return tuple(_launch(part) if isinstance(part, list) else part for part in parts)


def _launch(told: Sequence[Recorded]) -> Launch:
    """Sum up the events of one launch; the first of them is its beginning."""
    events = [each.event for each in told]
    end = next((each for each in told if isinstance(each.event, AgentFinished)), None)
    return Launch(
        launched=next(event for event in events if isinstance(event, AgentLaunched)),
        launched_at=told[0].recorded_at,
        spawned=next((event for event in events if isinstance(event, AgentSpawned)), None),
        session=next((event for event in events if isinstance(event, SessionOpened)), None),
        activity=tuple(each for each in told if isinstance(each.event, ActivityReported)),
        output=tuple(each for each in told if isinstance(each.event, OutputCaptured)),
        finished=next((event for event in events if isinstance(event, AgentFinished)), None),
        finished_at=end.recorded_at if end else None,
    )


def _judgement(verdict: VerdictGiven, given_at: datetime, left: tuple[str, ...]) -> Judgement:
    named = tuple(dict.fromkeys(verdict.remaining_tasks))
    return Judgement(
        verdict=verdict,
        given_at=given_at,
        new=tuple(task for task in named if task not in left),
        still=tuple(task for task in named if task in left),
        gone=tuple(task for task in dict.fromkeys(left) if task not in named),
    )
