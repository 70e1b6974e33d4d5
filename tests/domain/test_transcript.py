"""Whether an agent speaks codex's JSON Lines, told from its first line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain.transcript import speaks_jsonl
from tests.domain.histories import JSON_VALUES, QUICK


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"thread.started","thread_id":"0199"}',
        '  {"type": "turn.started"}\r',
        '{"item": {}, "type": "item.completed"}',
        '{"type":"error","message":"no"}',
    ],
)
def test_an_event_of_codex_is_json_lines(line: str) -> None:
    """Any of its kinds may come first."""
    assert speaks_jsonl(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "SUMMARY",
        "{",
        "{}",
        "[]",
        "null",
        '"thread.started"',
        '{"type":"note"}',
        '{"type":"thread.started.early"}',
        '{"type":"errors"}',
        '{"type":"turn"}',
        '{"type":["item."]}',
        '{"type":null}',
        '{"kind":"error"}',
        '{"type":"error"} and words',
        "[" * 100_000,
        "9" * 10_000,
    ],
    ids=lambda line: repr(line[:20]),
)
def test_anything_else_is_plain_text(line: str) -> None:
    """Also JSON of some other program, and what no reader reads."""
    assert not speaks_jsonl(line)


@QUICK
@given(line=st.text() | st.dictionaries(st.text() | st.just("type"), JSON_VALUES).map(json.dumps))
def test_no_line_is_too_odd_to_tell(line: str) -> None:
    """Whatever an agent writes first, the answer is yes or no."""
    assert speaks_jsonl(line) in {True, False}
