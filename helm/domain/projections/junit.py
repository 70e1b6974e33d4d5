"""A run as JUnit XML: what the test reports of a CI show of it.

The form is the one that CI servers read: a suite for the run, and cases in it. XML 1.0 knows no
way to write most control characters, and half a surrogate pair; each becomes U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from helm.domain.events import (
    AgentChoice,
    Outcome,
    Recorded,
    RunStarted,
    Status,
    timestamp,
)
from helm.domain.projections.summary import state_of
from helm.domain.projections.timeline import Attempt, Timeline, timeline
from helm.domain.redaction import redacted
from helm.domain.run import Run

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_LONGEST_NAME = 200
"""Characters of a line that names something; the whole text stands in the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Why a case did not pass: `tag` is `failure`, or `error` for what never came to an end."""

    tag: str
    kind: str
    message: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A case; `said` is what the verifier remarked."""

    name: str
    seconds: float = 0.0
    problem: _Problem | None = None
    said: str = ""


def junit(events: Iterable[Recorded]) -> str | None:
    """Write a run as JUnit XML; None where its beginning is not known.

    There is a case for each attempt, and one for each remaining task, which fails. An attempt
    without a verdict, and a run that stands still, are errors. In an accepted run all cases pass:
    what an earlier attempt had missed was done later. The text depends on the events alone.
    """
    history = list(events)
    told = timeline(history)
    if told.run.started is None:
        return None
    return "\n".join(_document(history[0], told, told.run.started))


def _cases(told: Timeline) -> Iterator[_Case]:
    run = told.run
    rest = _rest(run)
    for attempt in told.attempts:
        last = attempt is told.attempts[-1]
        yield _attempt_case(run, attempt, rest if last else None)
    if rest and (not told.attempts or told.attempts[-1].judgement):
        yield _Case(name="run", problem=rest)
    for task in dict.fromkeys(run.remaining_tasks) if run.outcome is not Outcome.ACCEPTED else ():
        message = f"not done after {run.attempt} attempt{'' if run.attempt == 1 else 's'}"
        problem = _Problem(tag="failure", kind="remaining task", message=message, text=task)
        yield _Case(name=f"remaining task: {task}", problem=problem)


def _attempt_case(run: Run, attempt: Attempt, rest: _Problem | None) -> _Case:
    name = f"attempt {attempt.number}"
    seconds = sum(each.finished.seconds for each in attempt.launches if each.finished)
    if attempt.judgement is None:
        return _Case(name=name, seconds=seconds, problem=rest)
    verdict = attempt.judgement.verdict
    tasks = "\n".join(f"- {task}" for task in verdict.remaining_tasks)
    said = verdict.commentary.strip()
    if verdict.status is Status.OK or run.outcome is Outcome.ACCEPTED:
        told = "\n\n".join(part for part in (tasks, said) if part)
        return _Case(name=name, seconds=seconds, said=told)
    many = len(verdict.remaining_tasks)
    message = f"STATUS: {verdict.status}, {many} remaining task{'' if many == 1 else 's'}"
    problem = _Problem(tag="failure", kind=verdict.status, message=message, text=tasks)
    return _Case(name=name, seconds=seconds, problem=problem, said=said)


def _rest(run: Run) -> _Problem | None:
    """Say why a run has no verdict that ends it; None where it has."""
    if run.outcome in {Outcome.ACCEPTED, Outcome.EXHAUSTED}:
        return None
    if run.outcome:
        message = "given up: a newer run took its place"
        return _Problem(tag="error", kind=run.outcome, message=message)
    if run.halt is None:
        return _Problem(tag="error", kind="open", message="no end of the run is on record")
    message = f"halted: {run.halt.cause}"
    return _Problem(tag="error", kind=run.halt.cause, message=message, text=run.halt.detail)


def _document(first: Recorded, told: Timeline, started: RunStarted) -> Iterator[str]:
    cases, masked = list(_cases(told)), _Text(started.settings.redact)
    tags = [each.problem.tag for each in cases if each.problem]
    counts = {
        "tests": str(len(cases)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "time": _seconds(told.seconds),
    }
    moment = timestamp(first.recorded_at)
    suite = {"name": started.spec.id, **counts, "skipped": "0", "timestamp": moment}
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuites{masked.attributes({'name': 'helm', **counts})}>"
    yield f"  <testsuite{masked.attributes(suite)}>"
    yield "    <properties>"
    for name, value in _properties(first.run_id, told.run, started):
        yield f"      <property{masked.attributes({'name': name, 'value': value})}/>"
    yield "    </properties>"
    names = _distinct(masked.line(each.name) for each in cases)
    for case, name in zip(cases, names, strict=True):
        yield from _case(case, name, started.spec.id, masked)
    yield "  </testsuite>"
    yield "</testsuites>\n"


def _properties(run_id: str, run: Run, started: RunStarted) -> Iterator[tuple[str, str]]:
    yield "run", run_id
    yield "spec", started.spec.id
    yield "spec name", started.spec.name
    yield "path", started.spec.path
    yield "outcome", state_of(run)
    yield "mode", started.settings.mode
    yield "max attempts", str(run.settings.max_attempts)
    yield "worker model", _model(run.settings.worker)
    yield "verifier model", _model(run.settings.verifier)
    yield "helm version", started.helm_version


def _model(choice: AgentChoice) -> str:
    return choice.model or "the agent's own"


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """Number those that were said before: of two cases of one name, a CI shows one."""
    said: set[str] = set()
    for name in names:
        found, number = name, 1
        while found in said:
            number += 1
            mark = f" ({number})"
            found = _cut(name, _LONGEST_NAME - len(mark)) + mark
        said.add(found)
        yield found


def _case(case: _Case, name: str, spec: str, masked: _Text) -> Iterator[str]:
    told = masked.attributes({"classname": spec})
    told += f' name="{_escaped(name)}" time="{_seconds(case.seconds)}"'
    if case.problem is None and not case.said:
        yield f"    <testcase{told}/>"
        return
    yield f"    <testcase{told}>"
    if case.problem:
        why = masked.attributes({"type": case.problem.kind, "message": case.problem.message})
        tag, text = case.problem.tag, masked.content(case.problem.text)
        yield f"      <{tag}{why}>{text}</{tag}>"
    if case.said:
        yield f"      <system-out>{masked.content(case.said)}</system-out>"
    yield "    </testcase>"


class _Text:
    """Foreign text in XML, with what is secret masked."""

    def __init__(self, redact: Sequence[str]) -> None:
        self._redact = redact

    def content(self, text: str) -> str:
        """Write text between two tags."""
        return _escaped(redacted(text, self._redact))

    def attributes(self, values: dict[str, str]) -> str:
        """Write attributes, each in one line that is not too long."""
        return "".join(f' {name}="{_escaped(self.line(text))}"' for name, text in values.items())

    def line(self, text: str) -> str:
        """Give text as it names something: in one line that is not too long."""
        line = " ".join(redacted(text, self._redact).split())
        return _cut(_NOT_XML.sub("\ufffd", line), _LONGEST_NAME)


def _cut(line: str, room: int) -> str:
    return line if len(line) <= room else f"{line[: room - 1]}…"


def _escaped(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text).translate(_ESCAPED)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
