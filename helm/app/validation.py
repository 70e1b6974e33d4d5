"""Saying in one line what is wrong with a JSON file that a person wrote."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from helm.app.errors import InputInvalid

Model = TypeVar("Model", bound=BaseModel)


def read_model(model: type[Model], data: bytes, name: str) -> Model:
    """Read the JSON file called `name`.

    Raises `InputInvalid` naming the key and what is allowed.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise InputInvalid(f"{name}: {_explain(model, error)}") from error


def _explain(model: type[BaseModel], error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "json_invalid":
            return f"not JSON ({first['msg'].removeprefix('Invalid JSON: ')})"
        case "extra_forbidden":
            return _unknown_key(model, first["loc"])
        case "model_type" | "model_attributes_type" if not key:
            return "not a JSON object"
        case "value_error":
            return f"`{key}`: {first['ctx']['error']}"
        case _:
            given = first["input"]
            return f"`{key}`: {given!r} is not allowed: {_lower_first(first['msg'])}"


def _unknown_key(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    key = str(location[-1])
    if len(location) > 1:
        return f"unknown key `{'.'.join(str(part) for part in location)}`"
    allowed = sorted(field.alias or name for name, field in model.model_fields.items())
    near = get_close_matches(key, allowed, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"allowed: {', '.join(allowed)}"
    return f"unknown key `{key}`; {hint}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
