"""JSON that is printed: what was given, and nothing that steers a terminal."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given

from helm.adapters.cli.json_text import json_text
from tests.domain.histories import JSON_VALUES

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@given(value=JSON_VALUES)
def test_a_value_comes_back_as_it_was_and_steers_no_terminal(value: object) -> None:
    """In one line, and indented."""
    for text in (json_text(value), json_text(value, indent=2)):
        assert json.loads(text) == value
        assert not STEERING.search(text)
    assert "\n" not in json_text(value)


def test_text_that_anyone_can_read_stands_as_it_is() -> None:
    assert json_text({"ä": "漢字 🜁"}) == '{"ä": "漢字 🜁"}'
    assert json_text("\x9b31m\u202e") == '"\\u009b31m\\u202e"'


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(float("inf"))
