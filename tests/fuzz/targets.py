"""What must hold of bytes that come from outside, whatever they are: one target a reader.

A target takes any bytes, and raises where helm does with them what it must not. Each holds the
reader against a second, plainer way to the same answer, or against itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

from helm.adapters.codex.hearing import Hearing
from helm.adapters.codex.turn import Said
from helm.app.archive import Source, exported, imported
from helm.app.codec import decode, encode, kind_of, schema_version_of
from helm.app.errors import InputInvalid, RecordFailed
from helm.app.ports import RunFilter
from helm.app.specs import BODY_NAME, METADATA_NAME, read_spec
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.commands import RecordActivity
from helm.domain.errors import VerdictUnreadable
from helm.domain.events import (
    KINDS,
    ActivityReported,
    Cause,
    InputText,
    RunEvent,
    RunHalted,
    SessionOpened,
    Unknown,
    VerdictGiven,
    WorkerFinished,
)
from helm.domain.json_object import read_object, with_members, with_value, without_value
from helm.domain.projections.metadata import is_metadata, last_known_text, metadata
from helm.domain.prompt import render, verifier_prompt, worker_prompt
from helm.domain.transcript import speaks_jsonl
from helm.domain.verdict import parse_verdict
from tests.domain.histories import OK, SPEC, Story, attempts, missing, start
from tests.examples import NOON, digest_of
from tests.fake_archive import MemoryLogArchive
from tests.fakes import MemoryFiles

Target = Callable[[bytes], None]
Members = list[tuple[str, str]]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+|\s+')
_OWN = {"status": "done", "lastRun": "2026-01-31T09:15:02.123Z", "notes": 'é\n"\\'}
_HEAD = b'{"helm": "runs", "format": 1}\n'
_STORY = attempts(missing("a\nb", "é"), OK)


def raw_members(text: str) -> Members:
    """Cut an object into its keys and the raw texts of their values, by its tokens alone."""
    parts, depth = [[""]], 0
    for token in _TOKEN.findall(text):
        depth -= token in {"}", "]"}
        if depth == 1 and token == ",":
            parts.append([""])
        elif depth == 1 and token == ":":
            parts[-1].append("")
        elif depth:
            parts[-1][-1] += token
        depth += token in {"{", "["}
    return [(json.loads(part[0]), part[1].strip(" \t\r\n")) for part in parts if len(part) > 1]


def with_own(members: Members, own: Iterable[str]) -> list[tuple[str, str | None]]:
    """Say what becomes of members: of those that are set, the last of one name has no old text."""
    expected: list[tuple[str, str | None]] = list(members)
    for key in own:
        places = [at for at, (name, _) in enumerate(expected) if name == key]
        if places:
            expected[places[-1]] = (key, None)
        else:
            expected.append((key, None))
    return expected


def assert_only_set(before: str, after: str, own: Iterable[str]) -> None:
    """Every member but the own ones has the bytes, and the place, that it had."""
    expected, found = with_own(raw_members(before), own), raw_members(after)
    assert [name for name, _ in found] == [name for name, _ in expected]
    for (_, is_now), (_, was) in zip(found, expected, strict=True):
        assert was in {None, is_now}


def json_object(data: bytes) -> None:
    """Members change in a JSON text, and not a byte of the others."""
    with suppress(UnicodeDecodeError):
        text = data.decode()
        found = read_object(text)
        if found is None:
            _assert_refused(text)
            return
        changed = with_members(text, _OWN)
        assert_only_set(text, changed, _OWN)
        assert with_members(changed, _OWN) == changed
        assert {key: json.loads(changed)[key] for key in _OWN} == _OWN
        for key in [*dict.fromkeys(found)][:3]:
            _assert_set_and_taken(text, key)


def _assert_refused(text: str) -> None:
    for change in (
        partial(with_members, text, _OWN),
        partial(with_value, text, ("a", "b"), 1),
        partial(without_value, text, ("a",)),
    ):
        try:
            change()
        except ValueError as error:
            assert str(error) == "not a JSON object"  # noqa: PT017  a target needs no pytest
        else:
            raise AssertionError(text)


def _assert_set_and_taken(text: str, key: str) -> None:
    nested = with_value(text, (key, "b"), ["x"])
    assert_only_set(text, nested, [key])
    assert json.loads(nested)[key]["b"] == ["x"]
    without = without_value(text, (key,))
    assert raw_members(without) == [each for each in raw_members(text) if each[0] != key]
    assert read_object(without) is not None


def projection(data: bytes) -> None:
    """Verdicts are written into the metadata of any spec; all else in it keeps its bytes."""
    with suppress(UnicodeDecodeError):
        text = data.decode()
        base = text if is_metadata(text) else last_known_text(_STORY.recorded)
        written = metadata(_STORY.recorded, text)
        assert_only_set(base, written, ("status", "lastRun", "notes"))
        assert metadata(_STORY.recorded, written) == written
        assert is_metadata(written)
        written.encode()
        before, after = (json.loads(each).get("notes") or "" for each in (base, written))
        assert after.startswith(before)
        assert is_metadata(text) or not _is_taken_for_metadata(data)


def _is_taken_for_metadata(data: bytes) -> bool:
    """Tell whether a spec with this metadata is one that could be run."""
    folder = Path("spec-01")
    files = MemoryFiles({folder / BODY_NAME: b"# A parser\n", folder / METADATA_NAME: data})
    try:
        read_spec(files, folder)
    except InputInvalid:
        return False
    return True


def verdict(data: bytes) -> None:
    """An answer is refused in one line, or says in its first words what it counts as."""
    answer = data.decode(errors="replace")
    try:
        found = parse_verdict(answer)
    except VerdictUnreadable as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017  a target needs no pytest
        assert len(str(error)) < 1000  # noqa: PT017
        return
    lines = [line.strip() for line in answer.split("\n") if line.strip()]
    fenced = lines[0].startswith(("```", "~~~"))
    assert lines[1 if fenced else 0] == f"STATUS: {found.status}"
    assert answer.endswith(found.commentary) or fenced
    tasks = json.dumps({"remainingTasks": found.remaining_tasks})
    assert parse_verdict(f"STATUS: {found.status}\n{tasks}\n{found.commentary}") == found
    encode_and_back(
        VerdictGiven(
            attempt=1,
            launch=2,
            status=found.status,
            remaining_tasks=found.remaining_tasks,
            commentary=found.commentary,
        )
    )


def prompt(data: bytes) -> None:
    """A template is filled in one pass, and every value stands in it as it is."""
    parts = [each.decode(errors="replace") for each in (data.split(b"\0", 5) + [b""] * 5)[:6]]
    template, body, checklist, command, task, said = parts
    values = {"SPEC_BODY": body, "ACCEPTANCE_CHECKLIST": checklist, "MODE": command}
    assert render(template, values) == filled_slowly(template, values)
    spec = replace(
        SPEC,
        body=InputText.of("SPEC.md", body),
        checklist=InputText.of("list.md", checklist),
        worker_template=InputText.of("implement.md", template),
        verifier_template=InputText.of("review.md", template),
    )
    started = Story().tell(start(spec=spec, commands=(command,))).run.started
    assert started
    shared = {
        "SPEC_ID": SPEC.id,
        "SPEC_NAME": SPEC.name,
        "SPEC_BODY": body,
        "ACCEPTANCE_COMMANDS": f"- {command}",
        "MODE": "strict",
    }
    tasks = json.dumps([task], indent=2, ensure_ascii=False)
    assert worker_prompt(started, (task,)) == filled_slowly(
        template, {**shared, "PREVIOUS_REMAINING_TASKS": tasks}
    )
    assert verifier_prompt(started, said) == filled_slowly(
        template, {**shared, "ACCEPTANCE_CHECKLIST": checklist, "IMPLEMENTATION_REPORT": said}
    )


def filled_slowly(template: str, values: dict[str, str]) -> str:
    """Fill a template from its first character to its last, without a regular expression."""
    written, at = [], 0
    while at < len(template):
        rest = template[at:] if template.startswith("{{", at) else ""
        name = next((each for each in values if rest.startswith(f"{{{{{each}}}}}")), None)
        written.append(template[at] if name is None else values[name])
        at += 1 if name is None else len(name) + 4
    return "".join(written)


def jsonl(data: bytes) -> None:
    """An agent's output says the same however it is cut, and all that it says can be stored."""
    size = 1 + (data[0] if data else 0)
    whole, said = _heard([data])
    cut, said_in_pieces = _heard(data[at : at + size] for at in range(0, len(data), size))
    assert said_in_pieces == said
    for name in ("jsonl", "completed", "report", "usage", "complaint"):
        assert getattr(cut, name) == getattr(whole, name)
    first = next((line for line in data.split(b"\n") if line.strip()), b"")
    assert bool(whole.jsonl) == speaks_jsonl(first.decode(errors="replace"))
    if whole.usage:
        assert whole.usage.input_tokens + whole.usage.output_tokens < 2**53
    for each in said:
        encode_and_back(_told(each))
    encode_and_back(_ended(whole, data))
    encode_and_back(RunHalted(cause=Cause.WORKER_FAILED, detail=whole.complaint))


def _heard(pieces: Iterable[bytes]) -> tuple[Hearing, list[Said]]:
    hearing = Hearing()
    said = [each for piece in pieces for each in hearing.hear(piece)]
    return hearing, [*said, *hearing.finish()]


def _told(said: Said) -> RunEvent:
    if isinstance(said, RecordActivity):
        return ActivityReported(
            launch=1,
            activity=said.activity,
            text=said.text,
            exit_code=said.exit_code,
            changes=said.changes,
        )
    return SessionOpened(launch=1, session=said.session, version=said.version)


def _ended(hearing: Hearing, data: bytes) -> RunEvent:
    ended = next(each for each in _STORY.events if isinstance(each, WorkerFinished))
    return replace(
        ended,
        report=hearing.report,
        usage=hearing.usage,
        stdout=digest_of(data),
    )


def event(data: bytes) -> None:
    """A stored body is read or refused; what was read can be written, and is then the same."""
    kind = [*KINDS, "PlanMade"][data[0] % (len(KINDS) + 1) if data else 0]
    with suppress(RecordFailed, UnicodeDecodeError):
        found = decode(kind, schema_version_of(kind), data[1:].decode())
        if not isinstance(found, Unknown):
            body = encode(found)
            again = decode(kind, schema_version_of(kind), body)
            assert not isinstance(again, Unknown)
            assert encode(again) == body


def encode_and_back(event: RunEvent) -> None:
    """Store an event, and read it as it was."""
    assert decode(kind_of(event), schema_version_of(kind_of(event)), encode(event)) == event


def archive(data: bytes) -> None:
    """A file is imported whole or refused, also where whoever forged it knows of the digests."""
    _import(data)
    _import(_forged(data))


def _import(file: bytes) -> None:
    """Import a file; what was taken in can be listed, and exported again."""
    taken = MemoryLogArchive(identity="a" * 16)
    try:
        imported(taken, [Source("a file", partial(BytesIO, file))], NOON)
    except (InputInvalid, RecordFailed):
        assert not taken.log.stored
        return
    for summary in taken.log.summaries(RunFilter()):
        json.dumps([summary.seconds, summary.input_tokens], allow_nan=False)
        assert (summary.input_tokens or 0) < 2**53
    again = MemoryLogArchive(identity="a" * 16)
    sent = b"".join(exported(taken, taken.log.stored))
    imported(again, [Source("its copy", partial(BytesIO, sent))], NOON)
    assert again.log.stored == taken.log.stored


def _forged(file: bytes) -> bytes:
    """Compute every digest of a file anew, as far as it is one."""
    lines, digest = [_HEAD], FIRST
    for line in file.split(b"\n"):
        found = read_object(line.decode(errors="replace"))
        if found and "origin" in found:
            digest = FIRST
        if found and set(StoredEvent._fields) <= found.keys():
            with suppress(TypeError, AttributeError, ValueError):
                event = StoredEvent(*(found[name] for name in StoredEvent._fields))  # type: ignore[arg-type]
                found["digest"] = digest = digest_after(digest, event)
        if found and found.keys() & {"origin", "seq"}:
            lines.append(f"{json.dumps(found)}\n".encode())
    before = b"".join(lines)
    runs, events = (sum(key in line for line in lines) for key in (b'"origin": ', b'"seq": '))
    last = {"runs": runs, "events": events, "sha256": hashlib.sha256(before).hexdigest()}
    return before + f"{json.dumps(last)}\n".encode()


TARGETS: dict[str, Target] = {
    each.__name__: each
    for each in (json_object, projection, verdict, prompt, jsonl, event, archive)
}
