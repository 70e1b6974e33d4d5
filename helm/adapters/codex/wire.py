"""The lines of `codex exec --json`, as codex-cli 0.169.0 writes them.

Read leniently: what is not needed is not asked for, and what cannot be read is passed over,
because another version of codex will write other lines, and the transcript keeps them all.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from helm.domain.events import MOST_TOKENS

_HALVES = re.compile("[\ud800-\udfff]")


def _mended(value: object) -> object:
    """Replace lone surrogates, which JSON can escape but nothing can store."""
    return _HALVES.sub("\ufffd", value) if isinstance(value, str) else value


def _if_valid(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    try:
        return validate(value)
    except ValidationError:
        return None


Text = Annotated[str, BeforeValidator(_mended)]
Tokens = Annotated[int, Field(ge=0, le=MOST_TOKENS)]
ExitCode = Annotated[int, Field(ge=-(2**31), lt=2**32)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, defer_build=True)


class Command(_Part):
    type: Literal["command_execution"]
    command: Text
    exit_code: ExitCode | None = None


class Message(_Part):
    type: Literal["agent_message"]
    text: Text


class Reasoning(_Part):
    type: Literal["reasoning"]
    text: Text


class Change(_Part):
    path: Text
    kind: Text


class FileChanges(_Part):
    """`status` is `completed`, or `failed` where the sandbox refused the patch."""

    type: Literal["file_change"]
    changes: list[Change]
    status: Text = "completed"


class Search(_Part):
    """codex writes the key `id` twice; the second one counts."""

    type: Literal["web_search"]
    id: Text = ""
    query: Text


class Warned(_Part):
    """A warning, in spite of its name: the turn goes on."""

    type: Literal["error"]
    message: Text


class Todo(_Part):
    text: Text
    completed: bool = False


class TodoList(_Part):
    type: Literal["todo_list"]
    items: list[Todo]


class OtherItem(_Part):
    type: Text


_ITEMS = {
    "command_execution",
    "agent_message",
    "reasoning",
    "file_change",
    "web_search",
    "error",
    "todo_list",
}


def _item_tag(value: object) -> str:
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and kind in _ITEMS else "other"


Item = Annotated[
    Annotated[Command, Tag("command_execution")]
    | Annotated[Message, Tag("agent_message")]
    | Annotated[Reasoning, Tag("reasoning")]
    | Annotated[FileChanges, Tag("file_change")]
    | Annotated[Search, Tag("web_search")]
    | Annotated[Warned, Tag("error")]
    | Annotated[TodoList, Tag("todo_list")]
    | Annotated[OtherItem, Tag("other")],
    Discriminator(_item_tag),
]


class Usage(_Part):
    """Summed over the turn; an older codex does not say all of it."""

    input_tokens: Tokens
    output_tokens: Tokens
    cached_input_tokens: Tokens | None = None
    reasoning_output_tokens: Tokens | None = None


class ThreadStarted(_Part):
    type: Literal["thread.started"]
    thread_id: Text


class ItemStarted(_Part):
    type: Literal["item.started"]
    item: Item


class ItemCompleted(_Part):
    type: Literal["item.completed"]
    item: Item


class Trouble(_Part):
    """A retry, or the reason of the `turn.failed` that follows: not the end in itself."""

    type: Literal["error"]
    message: Text


class TurnCompleted(_Part):
    type: Literal["turn.completed"]
    usage: Annotated[Usage | None, WrapValidator(_if_valid)] = None


class Failure(_Part):
    message: Text = ""


class TurnFailed(_Part):
    type: Literal["turn.failed"]
    error: Failure = Failure()


Event = ThreadStarted | ItemStarted | ItemCompleted | Trouble | TurnCompleted | TurnFailed


@cache
def _events() -> TypeAdapter[Event]:
    """Build the reader when the first agent speaks JSON Lines: plain ones do without."""
    return TypeAdapter(Annotated[Event, Field(discriminator="type")])


def read_line(line: bytes) -> Event | None:
    """Read one line; None where it is not one that helm understands."""
    try:
        return _events().validate_python(json.loads(line.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return None
