"""Members of a JSON object change in its text; every other byte is somebody else's and stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain.json_object import (
    line_of,
    read_object,
    with_members,
    with_value,
    without_value,
)
from tests.domain.histories import JSON_VALUES, QUICK

# A text before, and the same after `status` was set to `done`.
REPLACED = {
    "indented": (
        '{\n  "id": "x",\n  "status": "todo"\n}\n',
        '{\n  "id": "x",\n  "status": "done"\n}\n',
    ),
    "no final newline": ('{\n  "status": "todo"\n}', '{\n  "status": "done"\n}'),
    "one line": ('{"status": "todo", "id": "x"}', '{"status": "done", "id": "x"}'),
    "no blanks": ('{"id":"x","status":"todo"}', '{"id":"x","status":"done"}'),
    "tabs": (
        '{\n\t"status"\t:\t"todo"\t,\n\t"a": 1\n}',
        '{\n\t"status"\t:\t"done"\t,\n\t"a": 1\n}',
    ),
    "CRLF": ('{\r\n  "status": "todo"\r\n}\r\n', '{\r\n  "status": "done"\r\n}\r\n'),
    "blanks around": ('\n {"status":"todo"} \n\n', '\n {"status":"done"} \n\n'),
    "inline arrays": (
        '{\n  "dependsOn": ["a",  "b"],\n  "status": "todo"\n}',
        '{\n  "dependsOn": ["a",  "b"],\n  "status": "done"\n}',
    ),
    "number spellings": (
        '{"a": 1.0, "b": 1e5, "c": -0, "d": 12345678901234567890, "status": "todo"}',
        '{"a": 1.0, "b": 1e5, "c": -0, "d": 12345678901234567890, "status": "done"}',
    ),
    "escapes": (
        '{"a\\u0062": "\\/\\u00e9\\n\\\\", "status": "todo"}',
        '{"a\\u0062": "\\/\\u00e9\\n\\\\", "status": "done"}',
    ),
    "non-ASCII": ('{"näme": "é😀", "status": "todo"}', '{"näme": "é😀", "status": "done"}'),
    "braces and quotes in texts": (
        '{"a}{\\"": "}\\",\\"status\\": \\"todo\\"", "status": "todo"}',
        '{"a}{\\"": "}\\",\\"status\\": \\"todo\\"", "status": "done"}',
    ),
    "the same key further in": (
        '{"a": {"status": "todo"}, "status": "todo", "b": [{"status": "todo"}]}',
        '{"a": {"status": "todo"}, "status": "done", "b": [{"status": "todo"}]}',
    ),
    "the key as a value": (
        '{"a": "status", "status": "todo"}',
        '{"a": "status", "status": "done"}',
    ),
    "the key spelled with escapes": ('{"st\\u0061tus": "todo"}', '{"st\\u0061tus": "done"}'),
    "the last of two": (
        '{"status": "todo", "a": 1, "status": "todo"}',
        '{"status": "todo", "a": 1, "status": "done"}',
    ),
    "null": ('{"status": null}', '{"status": "done"}'),
    "an object": ('{"status": {"a": [1]}, "b": 2}', '{"status": "done", "b": 2}'),
    "lone surrogates elsewhere": (
        '{"a": "\\ud800", "status": ""}',
        '{"a": "\\ud800", "status": "done"}',
    ),
    "as it is": ('{"status": "done"}', '{"status": "done"}'),
    "as it is, spelled with escapes": ('{"status": "d\\u006fne"}', '{"status": "d\\u006fne"}'),
}

ADDED = {
    "indented": ('{\n  "id": "x"\n}\n', '{\n  "id": "x",\n  "status": "done"\n}\n'),
    "indented by four": ('{\n    "id": "x"\n}\n', '{\n    "id": "x",\n    "status": "done"\n}\n'),
    "tabs": ('{\n\t"id":\t"x"\n}', '{\n\t"id":\t"x",\n\t"status":\t"done"\n}'),
    "CRLF": ('{\r\n  "id": "x"\r\n}\r\n', '{\r\n  "id": "x",\r\n  "status": "done"\r\n}\r\n'),
    "not indented": ('{\n"id": "x"\n}', '{\n"id": "x",\n"status": "done"\n}'),
    "one line": ('{"id": "x"}', '{"id": "x", "status": "done"}'),
    "one line, blanks inside": ('{ "id": "x" }', '{ "id": "x", "status": "done" }'),
    "no blanks": ('{"id":"x"}', '{"id":"x", "status":"done"}'),
    "blanks before the comma": (
        '{"id" : "x" , "a" : 1 }',
        '{"id" : "x" , "a" : 1, "status" : "done" }',
    ),
    "after an array over lines": (
        '{\n  "a": [\n    1\n  ]\n}\n',
        '{\n  "a": [\n    1\n  ],\n  "status": "done"\n}\n',
    ),
    "empty": ("{}", '{\n  "status": "done"\n}'),
    "empty, over lines": ("\n{\n\n}\n\n", '\n{\n  "status": "done"\n}\n\n'),
    "empty, CRLF": ("{\r\n}\r\n", '{\r\n  "status": "done"\r\n}\r\n'),
    "only further in": ('{"a": {"status": 1}}', '{"a": {"status": 1}, "status": "done"}'),
}

DEEPEST = 249
"""How many arrays a member may hold, one in the other."""

NO_OBJECT = [
    "",
    " ",
    "[]",
    '"{}"',
    "null",
    "1",
    "{",
    "{}}",
    "{} {}",
    '{"a": 1,}',
    "{'a': 1}",
    '{"a": 1} // why',
    "\ufeff{}",
    f'{{"a": {"9" * 10_000}}}',
    "[" * 100_000,
    f'{{"a": {"[" * 100_000}',
    f'{{"a": {"[" * (DEEPEST + 1)}{"]" * (DEEPEST + 1)}}}',
    f'{{"a": {"[" * 800}{"]" * 800}}}',
]

MANY = ", ".join(['"a": 1'] * 1500)
"""A member as often as Python has no room to call itself."""

RAW_BLANKS = st.text(" \t\r\n", max_size=3)
RAW_KEYS = st.sampled_from(['"a"', '"b\\"}{"', '"é"', '"status"', '"st\\u0061tus"', '"notes"'])
RAW_VALUES = st.sampled_from(
    (
        *("1.0", "1E5", "-0", "null", "[ ]", '[1,2 , {"status": 3}]', "{}", '{"status":"x"}'),
        *('""', '"done"', '"\\u00e9\\/"', '"é😀"', '"}, \\"status\\": \\"x"', '"\\ud83d"'),
    )
)
RAW_MEMBERS = st.tuples(RAW_BLANKS, RAW_KEYS, RAW_BLANKS, RAW_BLANKS, RAW_VALUES, RAW_BLANKS)
VALUES = st.one_of(st.text(), st.sampled_from(["done", "\ud83d", "é\ud83d", '"}', "a\nb\\"]))
OBJECTS = st.dictionaries(
    st.text() | st.sampled_from(["status", "notes"]), JSON_VALUES, max_size=4
)


def raw_text(members: list[tuple[str, ...]]) -> str:
    """Write an object from the raw texts of its members."""
    texts = [f"{a}{key}{b}:{c}{value}{d}" for a, key, b, c, value, d in members]
    return f"{{{','.join(texts)}}}"


@pytest.mark.parametrize(("before", "after"), REPLACED.values(), ids=REPLACED)
def test_a_value_is_replaced_where_it_stands(before: str, after: str) -> None:
    """Only the value changes; keys, order, blanks and the spelling of all else stay."""
    assert with_members(before, {"status": "done"}) == after


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_a_new_member_stands_last_and_looks_like_the_first(before: str, after: str) -> None:
    """A member that is not there yet is set apart as the others are."""
    assert with_members(before, {"status": "done"}) == after


def test_members_are_set_one_after_the_other() -> None:
    """New members stand in the order in which they are given."""
    text = with_members('{"b": 1, "a": 2}', {"c": "3", "a": "4", "d": "5"})
    assert text == '{"b": 1, "a": "4", "c": "3", "d": "5"}'


def test_members_of_an_empty_object_stand_one_below_the_other() -> None:
    """An object that shows no style of its own gets the usual one."""
    assert with_members("{}\n", {"a": "1", "b": "2"}) == '{\n  "a": "1",\n  "b": "2"\n}\n'


def test_a_value_is_written_as_people_read_it() -> None:
    """Non-ASCII text is not escaped, what JSON cannot hold bare is."""
    assert with_members("{}", {"a": 'é😀\n"\\\x00/'}) == '{\n  "a": "é😀\\n\\"\\\\\\u0000/"\n}'


def test_half_a_character_is_written_as_an_escape() -> None:
    """The text can be encoded whatever the value holds."""
    assert with_members("{}", {"a": "é\ud83d"}) == '{\n  "a": "\\u00e9\\ud83d"\n}'


@pytest.mark.parametrize("text", NO_OBJECT, ids=lambda text: repr(text[:20]))
def test_what_is_no_object_is_refused(text: str) -> None:
    """Whatever a JSON reader refuses, and every value that is no object."""
    assert read_object(text) is None
    with pytest.raises(ValueError, match=r"^not a JSON object$"):
        with_members(text, {"status": "done"})


def test_a_deep_object_is_one_wherever_it_is_read() -> None:
    """How deep the caller itself stands, does not decide what becomes of somebody's file."""
    text = f'{{"a": {"[" * DEEPEST}{"]" * DEEPEST}, "b": {{}}}}'

    def changed(further: int) -> str:
        return changed(further - 1) if further else with_members(text, {"status": "done"})

    assert {changed(depth) for depth in (0, 400)} == {f'{text[:-1]}, "status": "done"}}'}


@pytest.mark.parametrize("text", ["{}", ' {\r\n"a": [1, {"b": null}]}\n', '{"a": 1, "a": 2}'])
def test_an_object_is_read_as_any_reader_reads_it(text: str) -> None:
    """Blanks around it are none of its concern, and of two members of one name the last counts."""
    assert read_object(text) == json.loads(text)


@QUICK
@given(members=st.lists(RAW_MEMBERS, max_size=5), value=VALUES, around=RAW_BLANKS)
def test_all_but_the_value_stays_to_the_byte(
    members: list[tuple[str, ...]], value: str, around: str
) -> None:
    """However the object is written, it is the same text with another value in it."""
    text = f"{around}{raw_text(members)}{around}"
    changed = with_members(text, {"status": value})
    holders = [n for n, member in enumerate(members) if json.loads(member[1]) == "status"]
    if holders and json.loads(members[holders[-1]][4]) == value:
        assert changed == text
    elif holders:
        spelled = json.dumps(value, ensure_ascii="\ud83d" in value)
        members[holders[-1]] = (*members[holders[-1]][:4], spelled, members[holders[-1]][5])
        assert changed == f"{around}{raw_text(members)}{around}"
    elif members:
        end = len(text) - len(f"{members[-1][5]}}}{around}")
        assert changed.startswith(text[:end])
        assert changed.endswith(text[end:])
    assert json.loads(changed) == json.loads(text) | {"status": value}


@QUICK
@given(
    found=OBJECTS,
    values=st.dictionaries(st.sampled_from(["status", "lastRun", "notes"]), VALUES),
    indent=st.sampled_from([None, 0, 1, 2, 4, "\t", " \t"]),
    ascii_only=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_the_object_is_the_same_but_for_what_was_set(
    found: dict[str, Any],
    values: dict[str, str],
    indent: int | str | None,
    line_end: str,
    *,
    ascii_only: bool,
) -> None:
    """Whatever the object holds and however it is indented, and twice is once."""
    text = json.dumps(found, indent=indent, ensure_ascii=ascii_only).replace("\n", line_end)
    changed = with_members(text, values)
    assert list(json.loads(changed).items()) == list((json.loads(text) | values).items())
    assert with_members(changed, values) == changed


# A text, and the same after `a.b`, or `a`, was set to the value.
NESTED = {
    "an object that is there": ('{"a": {"c": 1.0}}', "a.b", "x", '{"a": {"c": 1.0, "b": "x"}}'),
    "a member of it": ('{"a": {"b": 1,"c": 2}}', "a.b", "x", '{"a": {"b": "x","c": 2}}'),
    "no object yet": ('{"z": 1}', "a.b", "x", '{"z": 1, "a": {"b": "x"}}'),
    "an empty object": ('{"a": {}}', "a.b", "x", '{"a": {"b": "x"}}'),
    "another value": ('{"a": null}', "a.b", "x", '{"a": {"b": "x"}}'),
    "an array on one line": ('{"a": [1,2]}', "a", ["x", "y"], '{"a": ["x", "y"]}'),
    "an array on many": ('{"a": [\n 1,\n 2\n]}', "a", ["x"], '{"a": [\n "x"\n]}'),
    "an empty array": ('{"a": [\n]}', "a", ["x"], '{"a": [\n"x"\n]}'),
    "an array that gets empty": ('{"a": [\n 1\n]}', "a", [], '{"a": []}'),
    "a number that is no truth": ('{"a": 1}', "a", True, '{"a": true}'),
}

# A text, and the same without `a.b`, or `a`.
TAKEN_OUT = {
    "the first": ('{ "a": 1, "z": 2}', "a", '{ "z": 2}'),
    "the last": ('{"z": 2,\n  "a": 1\n}', "a", '{"z": 2\n}'),
    "one between": ('{"y": 1 , "a": 1 , "z": 2}', "a", '{"y": 1 , "z": 2}'),
    "the only one": ('{\n  "a": 1\n}\n', "a", "{}\n"),
    "both of one name": ('{"a": 1, "z": 1.0, "a": 2}', "a", '{"z": 1.0}'),
    "very many of one name": (f'{{"y": 1, {MANY}, "z": 2}}', "a", '{"y": 1, "z": 2}'),
    "none": ('{"z": 1}', "a", '{"z": 1}'),
    "a nested one": ('{"a": {"b": 1, "c": 2}}', "a.b", '{"a": {"c": 2}}'),
    "the only nested one": ('{"z": 1, "a": {"b": 1}}', "a.b", '{"z": 1}'),
    "a nested one of no object": ('{"a": 7}', "a.b", '{"a": 7}'),
}


@pytest.mark.parametrize("case", NESTED)
def test_a_value_is_set_within_an_object(case: str) -> None:
    """What stands around it stays, and an array looks like the one that it replaces."""
    before, path, value, after = NESTED[case]
    assert with_value(before, path.split("."), value) == after


@pytest.mark.parametrize("case", TAKEN_OUT)
def test_a_value_is_taken_out(case: str) -> None:
    """With one comma; an object that is empty then goes too."""
    before, path, after = TAKEN_OUT[case]
    assert without_value(before, path.split(".")) == after


@QUICK
@given(st.dictionaries(st.text(), JSON_VALUES), st.text(), JSON_VALUES, st.sampled_from([None, 2]))
def test_any_value_that_is_set_is_read_back_and_can_be_taken_out(
    document: dict[str, Any], key: str, value: object, indent: int | None
) -> None:
    """As a JSON library understands the text, and as if it had never been there."""
    text = json.dumps(document, indent=indent)
    changed = with_value(text, (key,), value)
    assert read_object(changed) == {**document, key: value}
    document.pop(key, None)
    assert read_object(without_value(changed, (key,))) == document


LINES = """
{
  "id": "x", "name":
    "A name",
  "dependsOn": [
    "a", {"deep": [1,
      2]},
    "c"
  ],
  "id": "again"
}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ([], 2),
        (["name"], 3),
        (["dependsOn"], 5),
        (["dependsOn", 0], 6),
        (["dependsOn", 1, "deep"], 6),
        (["dependsOn", 1, "deep", 1], 7),
        (["dependsOn", 2], 8),
        (["id"], 10),  # of two of one name a reader takes the last
        (["missing"], 2),
        (["dependsOn", "missing"], 5),
        (["name", 3], 3),
        (["dependsOn", 9], 5),
    ],
)
def test_the_line_of_a_value_is_found(path: list[str | int], line: int) -> None:
    """What is not there is where it would be."""
    assert line_of(LINES, path) == line


@pytest.mark.parametrize("text", ['{"a" 1}', "[1]", "", '{"a": ' + "9" * 5000 + "}"])
def test_there_are_no_lines_in_what_is_no_object(text: str) -> None:
    assert line_of(text, ["a"]) is None
