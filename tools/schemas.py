"""Writes the JSON Schemas by which editors complete and check the files that people write.

They are made from the models by which helm reads those files. `make docs` renews them; helm brings
them along, and copies them into each workspace that it sets up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from helm.app.configuration import DESCRIPTIONS, default_of
from helm.app.settings import CONFIG_NAME, KNOWN_REASONING, Config
from helm.app.specs import METADATA_NAME, Metadata

Schema = dict[str, Any]

FOLDER = Path(__file__).parents[1] / "helm" / "scaffold" / "schemas"
DRAFT = "http://json-schema.org/draft-07/schema#"
"""The latest draft that VS Code knows completely."""

REASONING = ("high", *(each for each in KNOWN_REASONING if each != "high"))
"""An example first, then what else there is."""

OBJECTS = {
    "codexRunImpl": "What the worker's agent is told.",
    "codexRunVer": "What the verifier's agent is told.",
    "codexSplit": "What the agent that cuts a plan into specs is told.",
    "codexScaffold": "Kept for older workspaces; nothing uses it.",
}
"""What the objects of the configuration are for; `DESCRIPTIONS` tells it of the keys in them."""

EXAMPLES: Mapping[str, tuple[object, ...]] = {
    "$schema": ("./specs/schemas/helm.config.schema.json",),
    "specsRoot": ("specs", "docs/specs"),
    "defaultMaxAttempts": (3,),
    "acceptanceCommands": (["make test"], ["ruff check", "pytest"]),
    **{f"{key}.model": ("gpt-5-codex",) for key in OBJECTS},
    **{f"{key}.reasoning": REASONING for key in OBJECTS},
    "workerTimeout": ("90m", "1h30m", "off"),
    "verifierTimeout": ("20m", "off"),
    "idleTimeout": ("45m", "off"),
    "outputLimit": ("64MB", "1GB", "off"),
    "redact": (["hunter[0-9]+"],),
    "redactTokens": (False,),
}
"""Values by key of the configuration, where its choices or its default do not say enough."""

METADATA_EXAMPLES: Mapping[str, tuple[object, ...]] = {
    "$schema": ("../schemas/metadata.schema.json",),
    "id": ("spec-03-parser",),
    "name": ("A parser for dates",),
    "dependsOn": (["spec-01-grammar"],),
    "acceptanceCommands": (["make test"],),
}
"""Values by key of a spec's metadata."""


def config_schema() -> Schema:
    """Describe `helm.config.json`."""
    schema = _draft(Config, CONFIG_NAME, "The configuration of a helm workspace.")
    schema["properties"] = {
        name: _completed(found, name) for name, found in schema["properties"].items()
    }
    return schema


def metadata_schema() -> Schema:
    """Describe `metadata.json`; other keys are their owner's."""
    schema = _draft(Metadata, METADATA_NAME, "A spec: where it stands, and what it waits for.")
    where = {"description": DESCRIPTIONS["$schema"]}
    properties = {"$schema": where} | schema["properties"]
    schema["properties"] = {
        name: _told(found, found.get("default"), METADATA_EXAMPLES.get(name, ()))
        for name, found in properties.items()
    }
    return schema


def schemas() -> dict[Path, str]:
    """Give the text of each schema, by the file that it belongs into."""
    made = {"helm.config": config_schema(), "metadata": metadata_schema()}
    return {
        FOLDER / f"{name}.schema.json": json.dumps(schema, indent=2) + "\n"
        for name, schema in made.items()
    }


def _draft(model: type[BaseModel], name: str, description: str) -> Schema:
    made = model.model_json_schema(by_alias=True)
    plain = _plain(made, made.get("$defs", {}))
    return {"$schema": DRAFT, "title": name, "description": description} | {
        key: plain[key] for key in ("type", "additionalProperties", "properties")
    }


def _plain(node: Any, definitions: Mapping[str, Schema]) -> Any:  # noqa: ANN401  JSON of any shape
    """Write each thing where it is used, and what may be null as one type, for editors' sake.

    In this draft nothing is read beside a `$ref`, and few editors look into an `anyOf`.
    """
    if isinstance(node, list):
        return [_plain(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        defined = definitions[node["$ref"].rpartition("/")[2]]
        node = defined | {key: each for key, each in node.items() if key != "$ref"}
    node = {key: each for key, each in node.items() if not _is_noise(key, each)}
    match node.pop("anyOf", None):
        case [dict(some), {"type": "null"}]:
            node = some | {"type": [some["type"], "null"]} | node
        case None:
            pass
        case other:
            raise NotImplementedError(other)
    return {key: _plain(each, definitions) for key, each in node.items()}


def _is_noise(key: str, value: object) -> bool:
    """Tell what pydantic adds for itself; a title is a text, unless it is a key of that name."""
    return key == "$defs" or (key == "title" and isinstance(value, str))


def _completed(found: Schema, key: str) -> Schema:
    """Add what the model does not know: what a key is for, its default as one writes it."""
    within = {
        name: _completed(each, f"{key}.{name}")
        for name, each in found.get("properties", {}).items()
    }
    known: Schema = {"description": DESCRIPTIONS.get(key) or OBJECTS[key]}
    known |= {"properties": within} if within else {}
    default = {} if within else default_of(key)
    return _told(found | known, default, EXAMPLES.get(key, ()))


def _told(found: Schema, default: object, examples: tuple[object, ...]) -> Schema:
    """Put first what people read. No default is told where helm says nothing."""
    told = {"description": found["description"]}
    told |= {key: each for key, each in found.items() if key != "default"}
    told |= {} if default is None else {"default": default}
    return told | ({"examples": list(examples)} if examples else {})


def main() -> None:
    """Renew the schemas."""
    FOLDER.mkdir(exist_ok=True)
    for path, text in schemas().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
