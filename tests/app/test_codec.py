"""Stored events: what is written is read back as it was, and nothing else is read at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.app.codec import decode, encode, kind_of, schema_version_of
from helm.app.errors import RecordFailed
from helm.domain.events import (
    KINDS,
    AgentChoice,
    Cause,
    InputChanged,
    RunEvent,
    RunHalted,
    RunResumed,
    RunSettings,
    SessionOpened,
    Status,
    Unknown,
    VerdictGiven,
)
from tests.domain.histories import QUICK, any_of, assert_golden, one_of_each_kind

EXAMPLES = {
    kind_of(event): event for event in one_of_each_kind().events if not isinstance(event, Unknown)
}
BODIES: dict[str, dict[str, Any]] = {
    kind: json.loads(encode(event)) for kind, event in EXAMPLES.items()
}
FIELDS = [(kind, each) for kind, event in EXAMPLES.items() for each in fields(event)]
IDS = [f"{kind}.{each.name}" for kind, each in FIELDS]
TRAPS = ["\x00", "\u2028", "😀", "\\u0041", '"', "\r\n", "\ufeff", "\x7f\x80"]


def decoded(kind: str, body: object) -> RunEvent | Unknown:
    """Read a body that is given as values."""
    return decode(kind, schema_version_of(kind), json.dumps(body))


def optional(field: Field[Any]) -> bool:
    """Tell whether a body may lack the field."""
    return field.default is not MISSING


def described(field: Field[Any]) -> str:
    """Write a field as its class does; one without a default is in every body."""
    return f"{field.type} = {field.default!r}" if optional(field) else str(field.type)


def parts_of(annotation: object) -> Iterator[type[Any]]:
    """Find every dataclass and every enumeration that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield annotation
    elif isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
        for each in get_type_hints(annotation).values():
            yield from parts_of(each)
    else:
        for each in get_args(annotation):
            yield from parts_of(each)


def form(part: type[Any]) -> object:
    """Describe a class by what may stand for it in a body."""
    if issubclass(part, Enum):
        return [member.value for member in part]
    return {each.name: described(each) for each in fields(part)}


def test_the_stored_form_is_frozen() -> None:
    """Logs outlive programs: a change of this file needs an upcaster, or leaves old runs unread.

    `HELM_GOLDEN=write pytest tests/app/test_codec.py` writes it anew.
    """
    found = {part.__name__: part for kind in KINDS.values() for part in parts_of(kind)}
    frozen = {
        "schema_versions": {kind: schema_version_of(kind) for kind in KINDS},
        "kinds": {kind: form(KINDS[kind]) for kind in KINDS},
        "parts": {name: form(found[name]) for name in sorted(found) if name not in KINDS},
    }
    assert_golden("event_kinds.json", json.dumps(frozen, indent=2) + "\n")


def test_there_is_an_example_of_every_kind() -> None:
    """What follows is tried on each."""
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@QUICK
@given(data=st.data())
def test_an_event_is_read_back_as_it_was(kind: str, data: st.DataObject) -> None:
    """Whatever it holds."""
    event = data.draw(any_of(KINDS[kind]))
    assert kind_of(event) == kind
    assert decode(kind, schema_version_of(kind), encode(event)) == event


@pytest.mark.parametrize("text", TRAPS, ids=ascii)
def test_texts_are_kept_to_the_character(text: str) -> None:
    """What trips other formats up is ordinary here."""
    event = VerdictGiven(
        attempt=1,
        launch=2,
        status=Status.MISSING,
        remaining_tasks=(text, ""),
        commentary=text,
    )
    assert decode("VerdictGiven", 1, encode(event)) == event


def test_a_body_is_json_that_anything_can_read() -> None:
    """The views of the log, and people, take it apart without helm."""
    event = RunHalted(cause=Cause.VERIFIER_TIMED_OUT, detail='é😀 "\n')
    assert encode(event) == '{"cause":"verifier_timed_out","detail":"é😀 \\"\\n"}'


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_not_known_is_refused(kind: str) -> None:
    """A body with more than its kind has was not written by this helm."""
    with pytest.raises(RecordFailed) as refusal:
        decoded(kind, BODIES[kind] | {"colour": "red"})
    assert str(refusal.value).startswith(f"a stored {kind} cannot be read: colour: ")


def test_a_field_that_is_not_known_is_refused_further_in_too() -> None:
    """And the place is named."""
    body = {"settings": {"worker": {"model": None, "mood": "good"}}}
    with pytest.raises(RecordFailed) as refusal:
        decoded("RunResumed", body)
    assert str(refusal.value).startswith(
        "a stored RunResumed cannot be read: settings.worker.mood: "
    )


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=IDS)
def test_a_field_of_another_type_is_refused(kind: str, field: Field[Any]) -> None:
    """No field takes an object of unknown keys for what it should be."""
    with pytest.raises(RecordFailed) as refusal:
        decoded(kind, BODIES[kind] | {field.name: {"unexpected": [None]}})
    assert str(refusal.value).startswith(f"a stored {kind} cannot be read: {field.name}")


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=IDS)
def test_a_field_that_is_missing_is_refused_unless_it_has_a_default(
    kind: str, field: Field[Any]
) -> None:
    """A field that a later helm adds with a default leaves the bodies of this one readable."""
    body = {key: value for key, value in BODIES[kind].items() if key != field.name}
    if optional(field):
        assert getattr(decoded(kind, body), field.name) == field.default
    else:
        with pytest.raises(RecordFailed) as refusal:
            decoded(kind, body)
        assert str(refusal.value).startswith(f"a stored {kind} cannot be read: {field.name}: ")


@pytest.mark.parametrize("value", [True, "1", 1.0, 1.5, None, [1]])
def test_a_number_is_not_guessed(value: object) -> None:
    """Reading is strict: what looks like a whole number is not one."""
    with pytest.raises(RecordFailed, match=r"^a stored AttemptStarted cannot be read: attempt: "):
        decoded("AttemptStarted", {"attempt": value})


@pytest.mark.parametrize("value", ["Lost", "LOST", "", None, 0])
def test_a_word_that_is_not_in_its_list_is_refused(value: object) -> None:
    """A closed set stays closed."""
    with pytest.raises(RecordFailed, match=r"^a stored RunHalted cannot be read: cause: "):
        decoded("RunHalted", {"cause": value, "detail": ""})


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"attempt": 1}x', '{"attempt": 01}'])
def test_a_body_that_is_no_object_is_refused(body: str) -> None:
    """Damage is said, and names the kind."""
    with pytest.raises(RecordFailed, match=r"^a stored AttemptStarted cannot be read: "):
        decode("AttemptStarted", 1, body)


@pytest.mark.parametrize(
    ("kind", "version"),
    [("Paused", 1), ("RunHalted", 2), ("Paused", 99), ("", 1), ("Unknown", 1), ("runhalted", 1)],
)
@pytest.mark.parametrize("body", ["{}", "not JSON", ""])
def test_what_a_newer_helm_wrote_is_kept_as_it_is(kind: str, version: int, body: str) -> None:
    """Neither a new kind nor a new form of an old one is looked into."""
    assert decode(kind, version, body) == Unknown(kind=kind, schema_version=version, body=body)


def test_the_kind_of_an_unknown_event_is_its_own() -> None:
    """It is shown under the name that it was stored with."""
    assert kind_of(Unknown(kind="Paused", schema_version=2, body="{}")) == "Paused"


@pytest.mark.parametrize(
    "event",
    [
        RunHalted(cause=Cause.LOST, detail="half \ud83d"),
        InputChanged(path="a\udcff", sha256=None, text=None),
        RunResumed(settings=RunSettings(worker=AgentChoice(model="\udc00"))),
        RunResumed(settings=RunSettings(redact=("a", "\ud800"))),
    ],
    ids=kind_of,
)
def test_half_a_character_cannot_be_stored(event: RunEvent) -> None:
    """It is refused before anything is written, wherever it stands."""
    with pytest.raises(RecordFailed, match=rf"^a {kind_of(event)} cannot be stored: "):
        encode(event)


def test_half_a_character_cannot_be_read() -> None:
    """Also not as an escape, which JSON allows."""
    with pytest.raises(RecordFailed, match=r"^a stored RunHalted cannot be read: "):
        decode("RunHalted", 1, '{"cause": "lost", "detail": "\\ud83d"}')


def test_an_old_body_without_an_optional_field_is_read() -> None:
    """The default stands for what was not there yet."""
    assert decoded("SessionOpened", {"launch": 1, "session": "s"}) == SessionOpened(
        launch=1, session="s", version=None
    )
