"""Saying in one line what is wrong with a JSON file that a person wrote."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from reprlib import repr as short_repr
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from helm.app.errors import InputInvalid
from helm.app.identity import meant

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)

_BYTE_ORDER_MARK = "begins with a byte order mark; save it as UTF-8 without one"


class Complaint(NamedTuple):
    """Something wrong in a JSON file: the way to its key, () of the whole file, and what."""

    key: tuple[int | str, ...]
    what: str


def read_model(model: type[Model], data: bytes, name: str) -> Model:
    """Read the JSON file called `name`.

    Raises `InputInvalid` naming the key and what is allowed.
    """
    if data.startswith(BOM_UTF8):
        raise InputInvalid(f"{name}: {_BYTE_ORDER_MARK}")
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise InputInvalid(f"{name}: {explained(model, error)}") from error


def complaints(model: type[BaseModel], data: bytes) -> list[Complaint]:
    """Say of a JSON file all that is wrong, each as `read_model` says what is wrong first."""
    if data.startswith(BOM_UTF8):
        return [Complaint((), _BYTE_ORDER_MARK)]
    try:
        model.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return [Complaint(each["loc"], _explained(model, each)) for each in found]
    return []


def explained(model: type[BaseModel], error: ValidationError) -> str:
    """Say in one line what is wrong first: the key, and what is allowed."""
    return _explained(model, error.errors(include_url=False)[0])


def _explained(model: type[BaseModel], error: ErrorDetails) -> str:
    key = _key(error["loc"])
    match error["type"]:
        case "json_invalid":
            return f"not JSON ({error['msg'].removeprefix('Invalid JSON: ')})"
        case "extra_forbidden":
            return _unknown_key(model, error["loc"])
        case "model_type" | "model_attributes_type" if not error["loc"]:
            return "not a JSON object"
        case "value_error":
            return f"{key}: {error['ctx']['error']}"
        case "bool_type":
            return f"{key}: {short_repr(error['input'])} is not allowed: true or false"
        case _:
            given = short_repr(error["input"])
            return f"{key}: {given} is not allowed: {_lower_first(error['msg'])}"


def _unknown_key(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    allowed = _allowed_keys(model, location[:-1])
    asked = meant(str(location[-1]), allowed, quote="`")
    hint = asked or f"allowed: {', '.join(allowed)}"
    return f"unknown key {_key(location)}; {hint}"


def _allowed_keys(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """List the keys of the object at `place`, which is one within another."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    inner = fields[str(place[0])].annotation if place else None
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return _allowed_keys(inner, place[1:])
    return sorted(fields)


def _key(location: Sequence[int | str]) -> str:
    """Write a key so that it stays on one line, whatever its name is."""
    key = ".".join(str(part) for part in location)
    return f"`{key}`" if key.isprintable() else repr(key)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
