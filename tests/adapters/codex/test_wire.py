"""What helm understands of codex's JSON Lines, and of plain text."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.codex.hearing import Hearing
from helm.adapters.codex.turn import Said, Turn
from helm.app.codec import encode
from helm.domain.commands import RecordActivity, RecordSession
from helm.domain.events import ActivityKind, ActivityReported, FileChange, TokenUsage
from tests.adapters.codex.scripted import jsonl

STARTED = {"type": "thread.started", "thread_id": "01a2"}
USAGE = {
    "input_tokens": 2500,
    "cached_input_tokens": 1600,
    "cache_write_input_tokens": 0,
    "output_tokens": 120,
    "reasoning_output_tokens": 20,
}
COMPLETED = {"type": "turn.completed", "usage": USAGE}


def completed(kind: str, **fields: object) -> dict[str, object]:
    return {"type": "item.completed", "item": {"id": "item_0", "type": kind, **fields}}


def started(kind: str, **fields: object) -> dict[str, object]:
    return {"type": "item.started", "item": {"id": "item_0", "type": kind, **fields}}


def message(text: str) -> dict[str, object]:
    return completed("agent_message", text=text)


def told(line: object) -> list[Said]:
    """What a turn tells of one line."""
    return Turn().hear(json.dumps(line).encode())


def heard(*pieces: bytes) -> tuple[Hearing, list[Said]]:
    hearing = Hearing()
    said = [each for piece in pieces for each in hearing.hear(piece)]
    return hearing, [*said, *hearing.finish()]


def activity(kind: ActivityKind, text: str, exit_code: int | None = None) -> RecordActivity:
    return RecordActivity(activity=kind, text=text, exit_code=exit_code)


KNOWN = {
    "a message": (message("Done."), activity(ActivityKind.MESSAGE, "Done.")),
    "reasoning": (
        completed("reasoning", text="**Hm**"),
        activity(ActivityKind.REASONING, "**Hm**"),
    ),
    "a started command": (
        started("command_execution", command="ls", aggregated_output="", exit_code=None),
        activity(ActivityKind.COMMAND_STARTED, "ls"),
    ),
    "a finished command": (
        completed("command_execution", command="ls", aggregated_output="x", exit_code=3),
        activity(ActivityKind.COMMAND_FINISHED, "ls", 3),
    ),
    "a command without a status": (
        completed("command_execution", command="ls", status="declined"),
        activity(ActivityKind.COMMAND_FINISHED, "ls"),
    ),
    "a warning": (
        completed("error", message="Model metadata not found."),
        activity(ActivityKind.WARNING, "Model metadata not found."),
    ),
    "a retry": (
        {"type": "error", "message": "Reconnecting... 1/3"},
        activity(ActivityKind.RETRY, "Reconnecting... 1/3"),
    ),
    "a search that starts": (
        started("web_search", query="q", action={"type": "search"}),
        activity(ActivityKind.SEARCH, "q"),
    ),
    "a list of things to do": (
        completed("todo_list", items=[{"text": "a", "completed": True}, {"text": "b"}]),
        activity(ActivityKind.OTHER, "[x] a\n[ ] b"),
    ),
    "an item of another version": (
        completed("mcp_tool_call", server="s"),
        activity(ActivityKind.OTHER, "mcp_tool_call"),
    ),
    "a session": (STARTED, RecordSession(session="01a2")),
}


@pytest.mark.parametrize(("line", "expected"), KNOWN.values(), ids=KNOWN)
def test_a_line_tells_one_thing(line: object, expected: Said) -> None:
    """Each known line becomes one session or activity."""
    assert told(line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        {"type": "turn.started"},
        {"type": "item.updated", "item": {"type": "todo_list", "items": []}},
        {"type": "from.the.future"},
        {"type": ["item.completed"]},
        started("agent_message", text="not yet"),
        started("file_change", changes=[]),
        started("mcp_tool_call"),
        started("web_search", query=""),
        completed("agent_message"),
        completed("agent_message", text=None),
        completed("command_execution", command="ls", exit_code=10**400),
        {"type": "item.completed", "item": {"type": {}}},
        {"type": "item.completed", "item": None},
        {"type": "item.completed"},
        {"type": "thread.started"},
        [],
        "item.completed",
        None,
    ],
)
def test_a_line_that_is_not_understood_is_passed_over(line: object) -> None:
    """Another version of codex may say anything."""
    assert told(line) == []


@pytest.mark.parametrize("line", [b"", b"{", b"\xff", b"\xef\xbb\xbf{}", b"9" * 5000, b"[" * 9**5])
def test_a_line_that_is_not_json_is_passed_over(line: bytes) -> None:
    """Neither depth nor size of numbers is an error."""
    assert Turn().hear(line) == []


def test_a_file_change_names_its_files() -> None:
    """They are told when it is complete; its text is empty where all went well."""
    change = {"path": "/abs/new.txt", "kind": "add"}
    expected = FileChange(path="/abs/new.txt", kind="add")
    for status, text in (("completed", ""), ("failed", "failed")):
        assert told(completed("file_change", changes=[change], status=status)) == [
            RecordActivity(activity=ActivityKind.FILE_CHANGE, text=text, changes=(expected,))
        ]


def test_a_search_is_told_once() -> None:
    """It starts and ends with the same id, the second of the two that codex writes."""
    turn = Turn()
    start = b'{"type":"item.started","item":{"id":"i","type":"web_search","id":"x_1","query":"q"}}'
    assert turn.hear(start) == [activity(ActivityKind.SEARCH, "q")]
    assert turn.hear(start.replace(b"started", b"completed").replace(b'"i"', b'"j"')) == []
    assert turn.hear(start.replace(b"x_1", b"x_2")) == [activity(ActivityKind.SEARCH, "q")]


def test_a_search_whose_query_comes_late_is_told_at_its_end() -> None:
    """At its start there is nothing to show."""
    turn = Turn()
    assert turn.hear(json.dumps(started("web_search", query="")).encode()) == []
    end = json.dumps(completed("web_search", query="q")).encode()
    assert turn.hear(end) == [activity(ActivityKind.SEARCH, "q")]


def test_half_a_character_never_gets_into_a_text() -> None:
    """A lone surrogate becomes U+FFFD, a pair its character, and the log can store both."""
    text = rb'"a\ud800b\ud83d\ude00"'
    item = b'{"type":"agent_message","text":%s}' % text
    line = b'{"type":"item.completed","item":%s}' % item
    (told,) = Turn().hear(line)
    assert told == activity(ActivityKind.MESSAGE, "a\ufffdb\N{GRINNING FACE}")
    assert encode(ActivityReported(launch=1, activity=ActivityKind.MESSAGE, text=told.text))


def test_the_report_is_the_last_message_before_the_completion() -> None:
    """Also where a command came after it, and where an attempt of codex was repeated."""
    lines = [STARTED, message("first"), message("last"), started("command_execution", command="x")]
    hearing, _ = heard(jsonl(*lines, COMPLETED, message("after")))
    assert hearing.jsonl
    assert hearing.completed
    assert hearing.report == "last"
    assert hearing.usage == TokenUsage(
        input_tokens=2500,
        cached_input_tokens=1600,
        output_tokens=120,
        reasoning_output_tokens=20,
    )


def test_an_unfinished_turn_has_no_report() -> None:
    """What was said on the way is not the answer."""
    hearing, _ = heard(jsonl(STARTED, message("I will look.")))
    assert not hearing.completed
    assert hearing.report == ""
    assert hearing.usage is None


@pytest.mark.parametrize(
    "usage",
    [
        *(None, {}, "much", {**USAGE, "output_tokens": -1}, {**USAGE, "input_tokens": "1"}),
        *({**USAGE, "input_tokens": 2**63 - 1}, {**USAGE, "cached_input_tokens": 10**400}),
    ],
)
def test_usage_that_is_not_wholly_said_is_unknown(usage: object) -> None:
    """The turn is complete all the same. A count beyond all reason would spoil the log's sums."""
    hearing, _ = heard(jsonl(STARTED, {"type": "turn.completed", "usage": usage}))
    assert hearing.completed
    assert hearing.usage is None


def test_a_failed_turn_complains_with_its_own_message() -> None:
    """An error before it is a retry, or the same again."""
    trouble = {"type": "error", "message": "Reconnecting... 1/3"}
    hearing, _ = heard(jsonl(STARTED, trouble))
    assert hearing.complaint == "Reconnecting... 1/3"
    failed = {"type": "turn.failed", "error": {"message": "Quota exceeded."}}
    hearing, _ = heard(jsonl(STARTED, trouble, failed))
    assert hearing.complaint == "Quota exceeded."
    assert not hearing.completed


def test_the_last_line_needs_no_end() -> None:
    """An agent that was killed may leave one."""
    hearing, said = heard(jsonl(STARTED, message("x"), COMPLETED).rstrip())
    assert hearing.completed
    assert len(said) == 2


@pytest.mark.parametrize(
    "output", ["", "\n \n", "STATUS: ok\n{}\n", "[]\n", '{"a": 1}\n{"type": "error"}', "é\r\n"]
)
def test_a_plain_report_is_all_of_the_output(output: str) -> None:
    """The first line that is not blank tells, and nothing in the rest is looked at."""
    hearing, said = heard(output.encode())
    assert (hearing.report, said) == (output, [])
    assert hearing.completed
    assert hearing.usage is None


def test_blank_lines_may_come_before_json_lines() -> None:
    """They tell nothing yet."""
    hearing, said = heard(b"\n  \r\n", jsonl(STARTED))
    assert hearing.jsonl
    assert said == [RecordSession(session="01a2")]


def test_a_line_longer_than_the_limit_is_passed_over() -> None:
    """What comes after it is read again."""
    long = b'{"type":"item.completed","item":{"type":"agent_message","text":"'
    pieces = [b"x" * 2**20] * 33
    hearing, said = heard(jsonl(STARTED), long, *pieces, b'"}}\n', jsonl(message("y"), COMPLETED))
    assert said == [RecordSession(session="01a2"), activity(ActivityKind.MESSAGE, "y")]
    assert hearing.report == "y"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
ITEM_KINDS = [
    *("agent_message", "command_execution", "file_change", "web_search", "error"),
    *("reasoning", "todo_list", "odd"),
]
ITEMS = st.fixed_dictionaries(
    {"type": st.sampled_from(ITEM_KINDS) | JSON},
    optional={
        "text": st.text() | JSON,
        "command": st.text() | JSON,
        "exit_code": st.none() | st.integers() | JSON,
        "changes": st.lists(st.fixed_dictionaries({"path": st.text(), "kind": st.text()})) | JSON,
        "items": st.lists(st.fixed_dictionaries({"text": st.text()})) | JSON,
        "query": st.text() | JSON,
        "message": st.text() | JSON,
    },
)
LINES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            [
                *("thread.started", "item.started", "item.completed", "error"),
                *("turn.completed", "turn.failed"),
            ]
        )
    },
    optional={
        "item": ITEMS | JSON,
        "thread_id": st.text() | JSON,
        "message": st.text(st.characters()) | JSON,
        "error": JSON,
        "usage": st.just(USAGE) | JSON,
    },
)
OUTPUT = st.lists(
    st.binary() | LINES.map(lambda line: json.dumps(line).encode()) | st.sampled_from([b"\n"])
).map(b"\n".join)


@given(output=OUTPUT | OUTPUT.map(jsonl(STARTED).__add__), cuts=st.lists(st.integers(0, 500)))
def test_any_bytes_in_any_pieces_say_the_same_as_whole(output: bytes, cuts: list[int]) -> None:
    """How the system cuts a pipe's bytes must not matter, and no byte can do harm."""
    edges = [0, *sorted(min(cut, len(output)) for cut in cuts), len(output)]
    pieces = [output[start:end] for start, end in pairwise(edges)]
    whole, said = heard(output)
    cut, said_in_pieces = heard(*pieces)
    assert said_in_pieces == said
    assert (cut.jsonl, cut.completed, cut.report) == (whole.jsonl, whole.completed, whole.report)
    assert (cut.complaint, cut.usage) == (whole.complaint, whole.usage)
    for each in said:
        if isinstance(each, RecordActivity):
            assert not any("\ud800" <= character <= "\udfff" for character in each.text)
