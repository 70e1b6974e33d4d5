"""The verifier's answer: what is obeyed, what is forgiven, and what is never taken for a yes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain.errors import VerdictUnreadable
from helm.domain.events import Status
from helm.domain.verdict import Verdict, parse_verdict
from tests.domain.histories import QUICK

OK = Verdict(status=Status.OK, remaining_tasks=(), commentary="")
MISSING = Verdict(status=Status.MISSING, remaining_tasks=("a", "b"), commentary="")
TASKS = '{"remainingTasks": ["a", "b"]}'

GOOD = {
    "ok": ('STATUS: ok\n{"remainingTasks": []}', OK),
    "missing": (f"STATUS: missing\n{TASKS}", MISSING),
    "a final newline": (f"STATUS: missing\n{TASKS}\n", MISSING),
    "no tasks key": ("STATUS: ok\n{}", OK),
    "null for tasks": ('STATUS: ok\n{"remainingTasks": null}', OK),
    "missing without tasks": (
        "STATUS: missing\n{}",
        Verdict(status=Status.MISSING, remaining_tasks=(), commentary=""),
    ),
    "ok with tasks left": (
        f"STATUS: ok\n{TASKS}",
        Verdict(status=Status.OK, remaining_tasks=("a", "b"), commentary=""),
    ),
    "further keys": (f'STATUS: missing\n{{"confidence": 1e3, "why": [], {TASKS[1:]}', MISSING),
    "CRLF": (f"STATUS: missing\r\n{TASKS}\r\n", MISSING),
    "blank lines around": (f"\n \t\nSTATUS: missing\n\n\r\n{TASKS}\n", MISSING),
    "blanks beside": (f"  STATUS: missing \t\n\t {TASKS}  \n", MISSING),
    "escapes": (
        'STATUS: missing\n{"remainingTasks": ["\\u00e9\\ud83d\\ude00", "a\\nb", "\\u0000"]}',
        Verdict(status=Status.MISSING, remaining_tasks=("é😀", "a\nb", "\x00"), commentary=""),
    ),
    "the characters beside the halves": (
        'STATUS: missing\n{"remainingTasks": ["\\ud7ff", "\\ue000"]}',
        Verdict(status=Status.MISSING, remaining_tasks=("\ud7ff", "\ue000"), commentary=""),
    ),
    "fenced whole": (f"```\nSTATUS: missing\n{TASKS}\n```", MISSING),
    "fenced whole, named": (f"```text\nSTATUS: missing\n{TASKS}\n```\n", MISSING),
    "fenced whole by tildes": (f"~~~\nSTATUS: missing\n{TASKS}\n~~~", MISSING),
    "fenced whole, longer": (f"`````\nSTATUS: missing\n{TASKS}\n`````", MISSING),
    "fenced whole, closed by a longer one": (f"```\nSTATUS: missing\n{TASKS}\n`````", MISSING),
    "fenced whole, indented": (f"  ```\n  STATUS: missing\n  {TASKS}\n  ```", MISSING),
    "fenced whole, CRLF": (f"```\r\nSTATUS: missing\r\n{TASKS}\r\n```\r\n", MISSING),
    "fenced whole, blank lines": (f"\n```\n\nSTATUS: missing\n\n{TASKS}\n```\n", MISSING),
    "fenced whole, object over lines": (
        '```\nSTATUS: missing\n{\n  "remainingTasks": [\n    "a",\n    "b"\n  ]\n}\n```',
        MISSING,
    ),
    "fenced object": (f"STATUS: missing\n```json\n{TASKS}\n```", MISSING),
    "fenced object after a blank line": (f"STATUS: missing\n\n```json\n{TASKS}\n```", MISSING),
    "fenced object by tildes": (f"STATUS: missing\n~~~json\n{TASKS}\n~~~", MISSING),
    "fenced object, marks after the tildes": (
        f"STATUS: missing\n~~~ json ~~~\n{TASKS}\n~~~",
        MISSING,
    ),
    "fenced object, longer": (f"STATUS: missing\n````json\n{TASKS}\n````", MISSING),
    "fenced object, indented": (f"STATUS: missing\n   ```json\n   {TASKS}\n   ```", MISSING),
    "fenced object, CRLF": (f"STATUS: missing\r\n```json\r\n{TASKS}\r\n```\r\n", MISSING),
    "fenced object over lines": (
        'STATUS: missing\n```json\n{\n  "remainingTasks":\n    ["a",\n "b"]\n}\n```',
        MISSING,
    ),
    "fenced object, blank lines within": (f"STATUS: missing\n```\n\n{TASKS}\n\n\n```", MISSING),
}

COMMENTARY = {
    "plain": ("STATUS: ok\n{}\nfine", "fine"),
    "final newline": ("STATUS: ok\n{}\nfine\n", "fine\n"),
    "final newlines": ("STATUS: ok\n{}\nfine\n\n\n", "fine\n\n\n"),
    "blank lines first": ("STATUS: ok\n{}\n\n \nfine", "\n \nfine"),
    "blanks within": ("STATUS: ok\n{}\n  a \t\n\tb  ", "  a \t\n\tb  "),
    "CRLF": ("STATUS: ok\r\n{}\r\na\r\nb\r\n", "a\r\nb\r\n"),
    "another verdict": ("STATUS: ok\n{}\nSTATUS: missing\n{}", "STATUS: missing\n{}"),
    "a fence": ("STATUS: ok\n{}\n```py\nx = 1\n```\n", "```py\nx = 1\n```\n"),
    "an open fence": ("STATUS: ok\n{}\n```", "```"),
    "after the object's fence": ("STATUS: ok\n```\n{}\n```\n\nfine\n", "\nfine\n"),
    "fences after the object's fence": ("STATUS: ok\n```\n{}\n```\n```\nx\n```", "```\nx\n```"),
    "after the whole fence": ("```\nSTATUS: ok\n{}\n```\nfine\n", "fine\n"),
    "in the whole fence": ("```\nSTATUS: ok\n{}\nfine\n```", "fine"),
    "in and after the whole fence": ("```\nSTATUS: ok\n{}\nin\n```\nafter\n", "in\nafter\n"),
    "a blank line in the whole fence": ("```\nSTATUS: ok\n{}\n\n```\nfine", "\nfine"),
    "blank lines in the whole fence": ("```\nSTATUS: ok\n{}\n\n\n```\nfine", "\n\nfine"),
    "a fence of the other sort in the whole fence": (
        "```\nSTATUS: ok\n{}\n~~~\nx\n~~~\n```",
        "~~~\nx\n~~~",
    ),
    "a fence of the same sort in the whole fence": (
        "```\nSTATUS: ok\n{}\n```py\nx\n```\n```",
        "```py\nx\n```",
    ),
    "a shorter fence in the whole fence": (
        "````\nSTATUS: ok\n{}\n```\nx\n```\n````\n",
        "```\nx\n```\n",
    ),
}

EMPTY = "the answer is empty"
NO_SECOND = "there is no second line"
HALF = "remainingTasks holds half a character (a lone surrogate)"
NOT_STRINGS = "remainingTasks is not an array of strings"
TWICE = "its JSON object says something twice"
UNREADABLE = {
    "tasks twice": (f'STATUS: ok\n{TASKS[:-1]}, "remainingTasks": []}}', TWICE),
    "tasks twice, once with an escape": (
        f'STATUS: ok\n{TASKS[:-1]}, "remaining\\u0054asks": []}}',
        TWICE,
    ),
    "another key twice, within": (f'STATUS: ok\n{{"a": [{{"b": 1, "b": 1}}], {TASKS[1:]}', TWICE),
    "nothing": ("", EMPTY),
    "blanks only": (" \n\t\r\n\n", EMPTY),
    "one line only": ("STATUS: ok", NO_SECOND),
    "one line and blanks": ("STATUS: ok\n \n\n", NO_SECOND),
    "words first": ("Here you are:\nSTATUS: ok\n{}", "its first line is 'Here you are:'"),
    "words on the status line": ("STATUS: ok!\n{}", "its first line is 'STATUS: ok!'"),
    "lower case": ("status: ok\n{}", "its first line is 'status: ok'"),
    "upper case": ("STATUS: OK\n{}", "its first line is 'STATUS: OK'"),
    "two blanks": ("STATUS:  ok\n{}", "its first line is 'STATUS:  ok'"),
    "no blank": ("STATUS:ok\n{}", "its first line is 'STATUS:ok'"),
    "another status": ("STATUS: failed\n{}", "its first line is 'STATUS: failed'"),
    "no status": ("STATUS:\n{}", "its first line is 'STATUS:'"),
    "bold": ("**STATUS: ok**\n{}", "its first line is '**STATUS: ok**'"),
    "a heading": ("# STATUS: ok\n{}", "its first line is '# STATUS: ok'"),
    "inline code": ("`STATUS: ok`\n{}", "its first line is '`STATUS: ok`'"),
    "a byte order mark": ("\ufeffSTATUS: ok\n{}", "its first line is '\\ufeffSTATUS: ok'"),
    "old line ends": ("STATUS: ok\r{}", "its first line is 'STATUS: ok\\r{}'"),
    "both on one line": ("STATUS: ok {}", "its first line is 'STATUS: ok {}'"),
    "the object first": ("{}\nSTATUS: ok", "its first line is '{}'"),
    "a long first line": ("x" * 70, f"its first line is '{'x' * 57}...'"),
    "a first line just too long": ("x" * 61, f"its first line is '{'x' * 57}...'"),
    "a first line that just fits": ("x" * 60, f"its first line is '{'x' * 60}'"),
    "words second": ("STATUS: ok\nfine\n{}", "its second line is not JSON: 'fine'"),
    "commentary second": ("STATUS: missing\n- a\n- b", "its second line is not JSON: '- a'"),
    "an object over lines": (
        'STATUS: ok\n{\n"remainingTasks": []}',
        "its second line is not JSON: '{'",
    ),
    "single quotes": (
        "STATUS: ok\n{'remainingTasks': []}",
        "its second line is not JSON: \"{'remainingTasks': []}\"",
    ),
    "an array": ('STATUS: ok\n["a"]', "its second line is not a JSON object: '[\"a\"]'"),
    "a string": ('STATUS: ok\n"{}"', "its second line is not a JSON object: '\"{}\"'"),
    "null": ("STATUS: ok\nnull", "its second line is not a JSON object: 'null'"),
    "a task alone": ('STATUS: missing\n{"remainingTasks": "a"}', NOT_STRINGS),
    "a task by key": ('STATUS: missing\n{"remainingTasks": {"a": 1}}', NOT_STRINGS),
    "a task of another type": ('STATUS: missing\n{"remainingTasks": ["a", 1]}', NOT_STRINGS),
    "a task null": ('STATUS: missing\n{"remainingTasks": [null]}', NOT_STRINGS),
    "tasks in tasks": ('STATUS: missing\n{"remainingTasks": [["a"]]}', NOT_STRINGS),
    "false for tasks": ('STATUS: ok\n{"remainingTasks": false}', NOT_STRINGS),
    "nothing for tasks": ('STATUS: ok\n{"remainingTasks": ""}', NOT_STRINGS),
    "half a character": ('STATUS: ok\n{"remainingTasks": ["\\ud83d"]}', HALF),
    "the first half character": ('STATUS: ok\n{"remainingTasks": ["a\\ud800"]}', HALF),
    "the last half character": ('STATUS: ok\n{"remainingTasks": ["a", "\\udfffb"]}', HALF),
    "two halves in the wrong order": (
        'STATUS: ok\n{"remainingTasks": ["\\ude00\\ud83d"]}',
        HALF,
    ),
    "not a number": ('STATUS: ok\n{"x": NaN}', "its second line is not JSON: '{\"x\": NaN}'"),
    "no finite number": (
        'STATUS: ok\n{"x": -Infinity}',
        "its second line is not JSON: '{\"x\": -Infinity}'",
    ),
    "a huge integer": (
        f'STATUS: ok\n{{"x": {"9" * 10_000}}}',
        f"its second line is not JSON: '{{\"x\": {'9' * 51}...'",
    ),
    "a deep object": (
        f"STATUS: ok\n{'[' * 100_000}",
        f"its second line is not JSON: '{'[' * 57}...'",
    ),
    "a deep value": (
        f'STATUS: ok\n{{"x": {"[" * 100_000}{"]" * 100_000}}}',
        f"its second line is not JSON: '{{\"x\": {'[' * 51}...'",
    ),
    "text beside the object": (
        "STATUS: ok\n{} fine",
        "beside the JSON object stands 'fine'; it must be alone on its line",
    ),
    "two objects": (
        'STATUS: ok\n{}{"x": 1}',
        "beside the JSON object stands '{\"x\": 1}'; it must be alone on its line",
    ),
    "text beside the fenced object": (
        "STATUS: ok\n```\n{} fine\n```",
        "beside the JSON object stands 'fine'; it must be alone on its line",
    ),
    "text below the object in its fence": (
        "STATUS: ok\n```\n{}\nfine\n```",
        "after the JSON object, in its fence, stands 'fine'",
    ),
    "two objects in a fence": (
        'STATUS: ok\n```\n{}\n\n{"remainingTasks": ["a"]}\n```',
        'after the JSON object, in its fence, stands \'{"remainingTasks": ["a"]}\'',
    ),
    "an empty fence": ("STATUS: ok\n```\n```\n{}", NO_SECOND),
    "an open fence": ("STATUS: ok\n```json\n{}", "its second line is not JSON: '```json'"),
    "a fence closed by the other sort": (
        "STATUS: ok\n```\n{}\n~~~",
        "its second line is not JSON: '```'",
    ),
    "a fence closed by a shorter one": (
        "STATUS: ok\n````\n{}\n```",
        "its second line is not JSON: '````'",
    ),
    "a fence on one line": (
        "STATUS: ok\n```{}```",
        "its second line is not JSON: '```{}```'",
    ),
    "two marks for a fence": ("STATUS: ok\n``\n{}\n``", "its second line is not JSON: '``'"),
    "an open fence around all": ("```\nSTATUS: ok\n{}", "its first line is '```'"),
    "nothing in the fence": ("```\n```\nSTATUS: ok\n{}", "its first line is ''"),
    "the status alone in a fence": ("```\nSTATUS: ok\n```\n{}", NO_SECOND),
    "a fence in a fence": (
        "````\nSTATUS: ok\n```json\n{}\n```\n````",
        "its second line is not JSON: '```json'",
    ),
    "a fence of 100,000 marks that is none": (
        "~" * 100_000 + "`",
        f"its first line is '{'~' * 57}...'",
    ),
}

STATUSES = st.sampled_from(Status)
TASK_LISTS = st.lists(st.text()).map(tuple)
PIECES = st.sampled_from(
    [
        "STATUS: ok",
        "STATUS: missing",
        "{}",
        TASKS,
        "```",
        "~~~",
        "````json",
        " ",
        "\r",
        "x",
        "[",
        "1",
    ]
)
SCRAPS = st.lists(st.one_of(PIECES, st.text(max_size=3), st.just("\n")), max_size=12).map("".join)
ANSWERS = st.one_of(
    st.text(),
    SCRAPS,
    st.tuples(st.sampled_from(["STATUS: ok\n", "```\nSTATUS: ok\n"]), SCRAPS).map("".join),
)


@pytest.mark.parametrize(("answer", "verdict"), GOOD.values(), ids=GOOD)
def test_an_answer_is_read(answer: str, verdict: Verdict) -> None:
    """The two lines are obeyed, and what models add around them is forgiven."""
    assert parse_verdict(answer) == verdict


@pytest.mark.parametrize(("answer", "commentary"), COMMENTARY.values(), ids=COMMENTARY)
def test_commentary_is_kept_verbatim(answer: str, commentary: str) -> None:
    """Whatever follows the object is kept to the last newline, whatever it looks like."""
    assert parse_verdict(answer) == Verdict(
        status=Status.OK, remaining_tasks=(), commentary=commentary
    )


@pytest.mark.parametrize(("answer", "wrong"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_is_refused(answer: str, wrong: str) -> None:
    """Anything else is unreadable, and the refusal says what is wrong and what is expected."""
    with pytest.raises(VerdictUnreadable) as refusal:
        parse_verdict(answer)
    assert str(refusal.value) == (
        f"the verifier's answer cannot be read: {wrong}. Expected 'STATUS: ok' or "
        "'STATUS: missing', then one line of JSON such as {\"remainingTasks\": []}"
    )


def test_a_refusal_is_one_line() -> None:
    """What is shown of an answer never brings its line breaks along."""
    with pytest.raises(VerdictUnreadable) as refusal:
        parse_verdict("STATUS: ok\n```\n{}\na\x0b\x85\u2028b\r\nc\n```")
    assert len(str(refusal.value).splitlines()) == 1


@QUICK
@given(answer=ANSWERS)
def test_any_text_is_read_or_refused(answer: str) -> None:
    """No answer raises anything else, and one that counts as ok says so in its first words."""
    try:
        verdict = parse_verdict(answer)
    except VerdictUnreadable:
        return
    lines = [line.strip() for line in answer.split("\n") if line.strip()]
    fenced = lines[0].startswith(("```", "~~~"))
    assert lines[1 if fenced else 0] == f"STATUS: {verdict.status}"


@QUICK
@given(answer=st.text(st.characters()))
def test_half_a_character_in_an_answer_raises_nothing_else(answer: str) -> None:
    """Lone surrogates, wherever they stand, are commentary or refused."""
    try:
        assert parse_verdict(f"STATUS: ok\n{{}}\n{answer}").commentary == answer
        parse_verdict(f"STATUS: ok\n{answer}")
    except VerdictUnreadable:
        pass


@QUICK
@given(
    status=STATUSES,
    tasks=TASK_LISTS,
    commentary=st.text(),
    ascii_only=st.booleans(),
    fence=st.sampled_from(["", "```", "~~~", "````json"]),
)
def test_a_rendered_verdict_is_read_back(
    status: Status, tasks: tuple[str, ...], commentary: str, fence: str, *, ascii_only: bool
) -> None:
    """Any tasks and any commentary survive the way through an answer."""
    line = json.dumps({"remainingTasks": tasks}, ensure_ascii=ascii_only)
    if fence:
        line = f"{fence}\n{line}\n{fence.removesuffix('json')}"
    verdict = Verdict(status=status, remaining_tasks=tasks, commentary=commentary)
    assert parse_verdict(f"STATUS: {status}\n{line}\n{commentary}") == verdict
