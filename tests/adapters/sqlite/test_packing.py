"""Output is compressed where that pays, and always comes back as it was."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.sqlite.packing import packed, unpacked


@given(st.binary(max_size=4000) | st.binary(max_size=40).map(lambda some: some * 100))
def test_packing_can_be_undone(data: bytes) -> None:
    """Any bytes come back, and never more of them are stored than there are."""
    codec, stored = packed(data)
    assert unpacked(codec, stored) == data
    assert len(stored) <= len(data)


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (b"", "raw"),
        (b"a" * 1024, "raw"),
        (b"a" * 1025, "zlib"),
        (os.urandom(65536), "raw"),
        (os.urandom(65536) + b"a" * 4000, "raw"),
        (os.urandom(65536) + b"a" * 10000, "zlib"),
    ],
    ids=["nothing", "little", "more than 1 KB", "random", "6 % smaller", "13 % smaller"],
)
def test_only_what_shrinks_by_a_tenth_is_compressed(data: bytes, codec: str) -> None:
    """Little and dense output is stored as it came."""
    assert packed(data)[0] == codec
