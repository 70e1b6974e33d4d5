"""Events as they are stored: JSON bodies, validated strictly from outside the domain.

Writing needs no adapter of pydantic, and one for reading is built at the first use of a kind,
because building all of them costs more than a short run. What this helm does not know, a newer
one wrote: it is kept as `Unknown`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from helm.app.errors import RecordFailed
from helm.domain.events import KINDS, RunEvent, Unknown

_SCHEMA_VERSIONS = {"RunResumed": 3, "RunStarted": 3}
"""Which forms of a kind this helm reads: 1 up to this one, in which it writes; any other has 1.

Version 2 of both has `operator`, version 3 `settings.output_limit`. Both have defaults: what is
older is read as it stands. A form that cannot be read so needs an upcaster in `decode`.
"""


def schema_version_of(kind: str) -> int:
    """Say in which form this helm writes a kind."""
    return _SCHEMA_VERSIONS.get(kind, 1)


def kind_of(event: RunEvent | Unknown) -> str:
    """Name the stored kind of an event."""
    return event.kind if isinstance(event, Unknown) else type(event).__name__


def encode(event: RunEvent) -> str:
    """Write the body of an event. Raises `RecordFailed` for text that no JSON can hold."""
    try:
        return to_json(event).decode()
    except ValueError as error:
        message = f"a {kind_of(event)} cannot be stored: {error}"
        raise RecordFailed(message) from error


def decode(kind: str, schema_version: int, body: str) -> RunEvent | Unknown:
    """Read a stored event. Raises `RecordFailed` where the body is not what its kind demands."""
    read = _reader(kind, schema_version)
    if read is None:
        return Unknown(kind=kind, schema_version=schema_version, body=body)
    try:
        event: RunEvent = read(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"a stored {kind} cannot be read: {place}: {first['msg']}"
        raise RecordFailed(message) from error
    return event


@cache
def _reader(kind: str, schema_version: int) -> Callable[[str], Any] | None:
    """Build what reads a form of a kind; None for one that this helm does not know."""
    if kind not in KINDS or schema_version > schema_version_of(kind):
        return None
    return partial(TypeAdapter(KINDS[kind]).validator.validate_json, strict=True, extra="forbid")
