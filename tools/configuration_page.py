"""Writes into docs/configuration.md every key of the two JSON files that people write.

What a key may hold comes from the schemas, and so from the models by which helm reads it.
`make docs` renews the page.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from helm.app.configuration import DESCRIPTIONS, as_text
from helm.app.settings import KNOWN_REASONING, VARIABLES
from tools.schemas import EXAMPLES, Schema, config_schema, metadata_schema

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"

FLAGS = {
    "mode": "--mode",
    "defaultMaxAttempts": "--max-attempts",
    "codexRunImpl.model": "--model-impl",
    "codexRunVer.model": "--model-ver",
    "workerTimeout": "--worker-timeout",
    "verifierTimeout": "--verifier-timeout",
    "idleTimeout": "--idle-timeout",
}
"""The flags of `helm run` that go before a key."""

_PART = re.compile(r"(<!-- made: (keys|metadata) -->\n).*?(<!-- /made -->)", re.DOTALL)
"""What is between two marks is made here; all else on the page is written by hand."""


def page(text: str) -> str:
    """Renew in the text of the page what is made: the keys of either file."""
    parts = {"keys": "\n" + "".join(_sections()), "metadata": _metadata_table()}
    return _PART.sub(lambda found: found[1] + parts[found[2]] + found[3], text)


def _sections() -> Iterator[str]:
    properties = config_schema()["properties"]
    for key, description in DESCRIPTIONS.items():
        name, _, within = key.partition(".")
        found = properties[name]["properties"][within] if within else properties[name]
        facts = "".join(f"- {fact}\n" for fact in _facts(key, found))
        yield f"### `{key}`\n\n{description}\n\n{facts}\n"


def _facts(key: str, found: Schema) -> Iterator[str]:
    yield f"holds: {_allowed(found)}"
    if key.endswith(".reasoning"):
        known = ", ".join(f"`{level}`" for level in KNOWN_REASONING)
        yield f"levels that helm knows: {known}; another is passed on, with a warning"
    yield f"default: {_shown(found['default'])}" if "default" in found else "default: none"
    if key in VARIABLES:
        yield f"variable: `{VARIABLES[key]}`"
    if key in FLAGS:
        yield f"flag of `helm run`: `{FLAGS[key]}`"
    yield f"example: `{_example(key, found)}`"


def _allowed(found: Schema) -> str:
    """Say in words what a schema allows; null is as good as no key, and not spoken of."""
    if "enum" in found:
        *others, last = map(_shown, found["enum"])
        return f"{', '.join(others)} or {last}"
    kind = found.get("type", "string")
    match kind[0] if isinstance(kind, list) else kind:
        case "boolean":
            return "`true` or `false`"
        case "integer":
            return "a whole number above 0"
        case "array":
            return "a list of texts"
        case "string" if _is_amount(found):
            return "a size, or `off`" if "MB" in found["pattern"] else "a duration, or `off`"
        case "string":
            return "a text"
        case other:
            raise NotImplementedError(other)


def _is_amount(found: Schema) -> bool:
    return "off" in found.get("pattern", "")


def _example(key: str, found: Schema) -> str:
    """Write a command that sets the key to something that says more than its default."""
    others = [each for each in found.get("enum", ()) if each != found["default"]]
    value = next(iter(EXAMPLES.get(key, others)), found.get("default"))
    words = value if isinstance(value, list) else [as_text(value)]
    return shlex.join(["helm", "config", "set", key, *words])


def _shown(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _metadata_table() -> str:
    rows = (
        f"| `{name}` | {_allowed(found)} | {found['description']} |\n"
        for name, found in metadata_schema()["properties"].items()
    )
    return "\n| key | holds | meaning |\n|---|---|---|\n" + "".join(rows) + "\n"


def main() -> None:
    """Renew the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
