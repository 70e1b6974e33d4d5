"""What the fuzzer begins with and has found, and texts of every kind, through the same targets."""

from __future__ import annotations

import random
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.histories import QUICK
from tests.domain.test_json_object import RAW_BLANKS, RAW_MEMBERS, raw_text
from tests.fuzz.mutation import mutated, smaller
from tests.fuzz.targets import TARGETS, projection, prompt

CORPUS = Path(__file__).with_name("corpus")
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file())
SPOILS = ["{}", "\ufeff{}", "{},", "{}}}", "//\n{}", "[{}]"]
"""What may be done to an object, and all but the first make something else of it."""

PLACEHOLDERS = ("SPEC_BODY", "MODE", "ACCEPTANCE_CHECKLIST", "IMPLEMENTATION_REPORT", "NOBODY")


def unicode_classes() -> dict[str, str]:
    """Give the first and the last characters of every class that a file can hold."""
    found: dict[str, list[str]] = defaultdict(list)
    for number in range(sys.maxunicode + 1):
        found[unicodedata.category(chr(number))].append(chr(number))
    del found["Cs"]
    return {name: "".join(each[:40] + each[-40:]) for name, each in found.items()}


CLASSES = unicode_classes()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_of_the_corpus_is_stood(path: Path) -> None:
    """Each target says itself what must hold."""
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_a_corpus() -> None:
    """And every folder of it a target."""
    assert {path.parent.name for path in FILES} == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_near_the_corpus_is_stood(name: str) -> None:
    """A few inputs as the fuzzer makes them, always the same ones."""
    samples = [path.read_bytes() for path in FILES if path.parent.name == name]
    samples = [each for each in samples if len(each) < 20_000]
    chance = random.Random(7)
    for _ in range(50):
        TARGETS[name](mutated(chance, samples, 4096))


def test_what_is_made_smaller_misses_every_part_once() -> None:
    """A half, a quarter, down to each byte."""
    assert list(smaller(b"abcd")) == [b"cd", b"ab", b"bcd", b"acd", b"abd", b"abc"]


@QUICK
@given(
    members=st.lists(RAW_MEMBERS, max_size=6), around=RAW_BLANKS, spoilt=st.sampled_from(SPOILS)
)
def test_metadata_of_any_layout_keeps_what_is_not_helm_s(
    members: list[tuple[str, ...]], around: str, spoilt: str
) -> None:
    """Keys that come twice, odd line ends, escapes; and what is none is not taken for metadata."""
    projection(spoilt.replace("{}", f"{around}{raw_text(members)}{around}").encode())


@pytest.mark.parametrize("name", CLASSES)
def test_characters_of_every_class_go_into_a_prompt_as_they_are(name: str) -> None:
    """In the template, in every value, and between the braces of what looks like a placeholder."""
    characters = CLASSES[name].replace("\0", "")  # which parts the input of the target
    template = "".join(
        f"{character}{{{{{placeholder}}}}}{{{{{character}{placeholder}}}}}{character}"
        for placeholder in PLACEHOLDERS
        for character in characters
    )
    value = template[: len(template) // 5]
    prompt("\0".join([template, *[value] * 5]).encode())
    prompt("\0".join([value, *[characters] * 5]).encode())
