"""What is said of a JSON file that a person got wrong: one line, the key, what is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from helm.app.errors import InputInvalid
from helm.app.validation import complaints, read_model
from tests.domain.histories import QUICK


class Engine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: str = ""
    power: int = 1


class Car(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: str = ""
    wheels: tuple[int, ...] = ()
    engine: Engine = Engine()


def refusal(data: bytes) -> str:
    """Say why `data` is refused, on the one line that the user gets."""
    with pytest.raises(InputInvalid) as error:
        read_model(Car, data, "car.json")
    text = str(error.value)
    assert text.isprintable()
    assert text.startswith("car.json: ")
    return text.removeprefix("car.json: ")


def said(data: bytes) -> str:
    """Say why `data` is refused, if it is."""
    try:
        read_model(Car, data, "car.json")
    except InputInvalid as error:
        return str(error)
    return ""


def test_a_right_file_becomes_the_model() -> None:
    """Nothing is said where nothing is wrong."""
    read = read_model(Car, b'{"colour": "red", "engine": {"model": "V8"}}', "car.json")
    assert read == Car(colour="red", engine=Engine(model="V8"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"{",
        b"red",
        b'{"colour": "red",}',
        b"// note\n{}",
        b"{} {}",
        b"{'colour': 'red'}",
        b"\xff\xfe{}",
        b'{"colour": "caf\xe9"}',
        b'{"colour": "\\ud800"}',
        b'{"wheels": [' + b"9" * 5000 + b"]}",
        b"[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused_with_the_place(data: bytes) -> None:
    """A missing quote, a comment, an endless nesting: line and column help."""
    assert refusal(data).startswith("not JSON (")
    assert " at line 1 column " in refusal(data) or " at line 2 column " in refusal(data)


def test_a_byte_order_mark_is_called_by_its_name() -> None:
    """Nobody sees it, so that a line and a column would not help."""
    assert refusal(b"\xef\xbb\xbf{}").startswith("begins with a byte order mark; save it")


@pytest.mark.parametrize("data", [b"[]", b"null", b'"red"', b"3", b"true"])
def test_json_that_is_no_object_is_refused(data: bytes) -> None:
    """JSON alone is not enough: keys are needed."""
    assert refusal(data) == "not a JSON object"


def test_an_unknown_key_is_refused_with_the_one_that_is_near() -> None:
    """A slip of the pen is answered with the word that was meant."""
    assert refusal(b'{"color": "red"}') == "unknown key `color`; did you mean `colour`?"


def test_an_unknown_key_that_is_near_to_none_is_refused_with_all() -> None:
    """Whoever guesses is told all that there is, in order."""
    assert refusal(b'{"sky": 5}') == "unknown key `sky`; allowed: colour, engine, wheels"


def test_an_unknown_key_within_an_object_is_refused_with_the_keys_of_that_object() -> None:
    """The path leads to the key, and the hint is about the place where it stands."""
    assert refusal(b'{"engine": {"modle": ""}}') == (
        "unknown key `engine.modle`; did you mean `model`?"
    )
    assert refusal(b'{"engine": {"colour": ""}}') == (
        "unknown key `engine.colour`; allowed: model, power"
    )


def test_a_wrong_value_is_refused_with_its_path_and_with_what_is_allowed() -> None:
    """A list says at which place, an object in which key."""
    assert refusal(b'{"colour": 3}').endswith(": 3 is not allowed: input should be a valid string")
    assert refusal(b'{"wheels": [1, "x"]}').startswith("`wheels.1`: 'x' is not allowed: ")
    assert refusal(b'{"engine": {"power": []}}').startswith("`engine.power`: [] is not allowed: ")
    assert refusal(b'{"engine": "V8"}').startswith("`engine`: 'V8' is not allowed: ")


def test_of_several_mistakes_the_first_is_told() -> None:
    """One line is said, and one thing can be mended at a time."""
    assert "`colour`" in refusal(b'{"engine": {"power": "much"}, "colour": 3}')


def test_a_long_value_is_abbreviated() -> None:
    """What stands there is shown to be found again, not to fill the screen."""
    assert len(refusal(b'{"wheels": "' + b"x" * 10_000 + b'"}')) < 120
    assert len(refusal(b'{"colour": [' + b"1," * 10_000 + b"1]}")) < 120


def test_a_key_with_a_line_break_stays_on_one_line() -> None:
    """A file of any origin cannot break the line, nor move the cursor."""
    assert "'a\\nb'" in refusal(b'{"a\\nb": 1}')
    assert "\\x1b" in refusal(b'{"\\u001b[2J": 1}')


@QUICK
@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_on_one_line(data: bytes) -> None:
    """No file makes helm fail in another way."""
    assert said(data).isprintable()


def test_all_that_is_wrong_can_be_told_each_with_the_way_to_it() -> None:
    data = b'{"colour": 1, "wheels": [1, "x"], "engine": {"modle": "V8"}, "doors": 2}'
    found = complaints(Car, data)
    assert sorted(each.key for each in found) == [
        ("colour",),
        ("doors",),
        ("engine", "modle"),
        ("wheels", 1),
    ]
    assert all(each.what for each in found)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'\xef\xbb\xbf{"colour": ""}'])
def test_a_complaint_of_the_whole_file_leads_to_no_key(data: bytes) -> None:
    (found,) = complaints(Car, data)
    assert found.key == ()
    assert refusal(data) == found.what


def test_of_a_right_file_there_are_no_complaints() -> None:
    assert complaints(Car, b'{"colour": "red"}') == []
