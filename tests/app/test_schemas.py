"""The JSON Schemas for editors: as the models are, taking and refusing what helm does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import BaseModel, ValidationError

from helm.app.configuration import DESCRIPTIONS, require
from helm.app.scaffold import TEXTS
from helm.app.settings import CONFIG_NAME, Config
from helm.app.specs import METADATA_NAME, Metadata, read_spec
from helm.domain.json_object import read_object
from helm.domain.projections.metadata import metadata
from tests.domain.histories import OK, QUICK, attempts
from tests.fakes import MemoryFiles
from tools.schemas import (
    EXAMPLES,
    METADATA_EXAMPLES,
    OBJECTS,
    config_schema,
    metadata_schema,
    schemas,
)

ROOT = Path(__file__).parents[2]
FOLDER = Path("/repo/specs/spec-01")
CONFIG = Draft7Validator(config_schema())
METADATA = Draft7Validator(metadata_schema())

# One of everything that JSON has, and what helm's keys tell apart. 2.0 is left out: JSON Schema
# calls it an integer, and helm does not.
VALUES: list[object] = [
    *(None, True, False, 0, 1, -1, 2.5, "", "a", "off", "90m", "1h30m", "0s", "90", "30m1h", "٣m"),
    *("64MB", "1GB", "0MB", "64", "64 MB", "٣MB"),
    *("strict", "parallel", "workspace-write", "done", "todo", "failed", "a\x00b", "s" * 300),
    *([], ["a"], ["a", "b"], [1], [""], [None], [[]], {}, {"a": 1}),
    *({"model": "m"}, {"model": None, "reasoning": "high"}, {"model": 1}, {"modle": "m"}),
]


def is_taken(model: type[BaseModel], document: object) -> bool:
    """Say whether helm reads a document."""
    try:
        model.model_validate_json(json.dumps(document))
    except ValidationError:
        return False
    return True


def test_the_schemas_are_as_the_models_are() -> None:
    """Those in the package are made from the models, and never by hand."""
    for path, text in schemas().items():
        assert path.read_text() == text, "out of date; renew them: make docs"
    shipped = {path for path in (TEXTS / "schemas").iterdir() if path.is_file()}
    assert shipped == schemas().keys()


@pytest.mark.parametrize("validator", [CONFIG, METADATA])
def test_the_schemas_are_schemas(validator: Draft7Validator) -> None:
    Draft7Validator.check_schema(validator.schema)


def values_of(model: type[BaseModel]) -> Iterator[tuple[str, object]]:
    """Pair every key that the model has, and some that it has not, with every value."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    for name in [*names, "mood", "depends_on", "owner", "$comment"]:
        yield from ((name, value) for value in VALUES)


@pytest.mark.parametrize(("validator", "model"), [(CONFIG, Config), (METADATA, Metadata)])
def test_an_editor_and_helm_take_the_same(
    validator: Draft7Validator, model: type[BaseModel]
) -> None:
    """Whatever a key is given."""
    differing = [
        (name, value)
        for name, value in values_of(model)
        if validator.is_valid({name: value}) != is_taken(model, {name: value})
    ]
    assert differing == []


@QUICK
@given(
    st.text(alphabet="0123hms ") | st.from_regex(r"([0-9]{0,10}h)?([0-9]{0,10}m)?", fullmatch=True)
)
def test_an_editor_and_helm_take_the_same_durations(text: str) -> None:
    document = {"workerTimeout": text}
    assert CONFIG.is_valid(document) == is_taken(Config, document)


@pytest.mark.parametrize("document", [[], "", None, 5])
def test_what_is_no_object_is_refused(document: object) -> None:
    assert not CONFIG.is_valid(document)
    assert not METADATA.is_valid(document)


def test_files_that_helm_brings_along_are_valid() -> None:
    """So are this repository's own."""
    for folder in (TEXTS, ROOT / "specs"):
        found = list(folder.glob(f"*/{METADATA_NAME}"))
        assert found
        for path in found:
            METADATA.validate(json.loads(path.read_text()))
    CONFIG.validate(json.loads((ROOT / CONFIG_NAME).read_text()))


def test_what_is_wrong_with_a_pattern_only_helm_can_tell() -> None:
    """Editors do not know Python's regular expressions."""
    document = {"redact": ["("]}
    assert CONFIG.is_valid(document)
    assert not is_taken(Config, document)


def told(properties: Mapping[str, dict[str, object]], within: str = "") -> dict[str, object]:
    """Collect what is told of each key, also of those in an object."""
    found: dict[str, object] = {}
    for name, each in properties.items():
        found[within + name] = each["description"]
        inner = each.get("properties")
        found |= told(inner, f"{name}.") if isinstance(inner, dict) else {}
    return found


def test_an_editor_tells_of_a_key_what_helm_tells_of_it() -> None:
    """The texts stand in one place."""
    assert told(config_schema()["properties"]) == {**DESCRIPTIONS, **OBJECTS}
    assert all(told(metadata_schema()["properties"]).values())


def test_every_example_and_default_is_one_that_helm_takes() -> None:
    """And is of a key that there is."""
    for key, examples in EXAMPLES.items():
        for example in examples:
            require(key, example)
    for name, examples in METADATA_EXAMPLES.items():
        for example in examples:
            assert is_taken(Metadata, {name: example})
    assert METADATA_EXAMPLES.keys() <= metadata_schema()["properties"].keys()
    for name, found in config_schema()["properties"].items():
        if "default" in found:
            assert is_taken(Config, {name: found["default"]})


def test_a_spec_may_say_where_its_schema_is() -> None:
    """It is read, and what helm writes leaves that key alone."""
    text = '{"$schema": "../schemas/metadata.schema.json",  "id": "s", "status": "todo"}'
    files = MemoryFiles()
    files.contents = {FOLDER / "SPEC.md": b"# A\n", FOLDER / METADATA_NAME: text.encode()}
    assert read_spec(files, FOLDER).id == "s"
    written = metadata(attempts(OK).recorded, text)
    assert written.startswith('{"$schema": "../schemas/metadata.schema.json",  "id": "s", ')
    METADATA.validate(read_object(written))
