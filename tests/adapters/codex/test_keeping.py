"""How output is kept: in chunks, in lines, in excerpts, and in the line that says what failed."""

from __future__ import annotations

import hashlib
import math
import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.codex.chunks import CHUNK_SIZE, Chunks
from helm.adapters.codex.conclusion import End, conclude
from helm.adapters.codex.excerpt import Excerpt
from helm.adapters.codex.lines import Lines
from helm.domain.events import Channel, ChannelDigest, Ending
from helm.domain.transcript import kept_from_beginning

PIECES = st.lists(st.binary(max_size=20))
DONE = End(status=0, completed=True, complaint="", stderr="", unsent=0, prompt=9)


@given(sizes=st.lists(st.integers(0, 2 * CHUNK_SIZE + 1), max_size=6))
def test_chunks_join_to_what_was_written(sizes: list[int]) -> None:
    """No chunk is empty or too large, offsets follow each other, and the digest is of it all."""
    chunks, pieces = Chunks(Channel.STDOUT), [bytes([n]) * size for n, size in enumerate(sizes)]
    closed = [chunk for piece in pieces for chunk in chunks.add(piece, 0.0)] + chunks.close()
    written = b"".join(pieces)
    assert b"".join(chunk.data for chunk in closed) == written
    assert all(0 < len(chunk.data) <= CHUNK_SIZE for chunk in closed)
    offset = 0
    for chunk in closed:
        assert chunk.offset == offset
        offset += len(chunk.data)
    assert chunks.digest().length == len(written)
    assert chunks.digest().sha256 == hashlib.sha256(written).hexdigest()


@given(
    limit=st.integers(2, 3 * CHUNK_SIZE),
    sizes=st.lists(st.integers(0, 2 * CHUNK_SIZE + 1), max_size=6),
)
def test_of_more_than_the_limit_beginning_and_end_are_kept(limit: int, sizes: list[int]) -> None:
    """Each chunk stands where it was, what is kept is as much as may be, and the sum is of all."""
    chunks, pieces = Chunks(Channel.STDOUT, limit), [os.urandom(size) for size in sizes]
    told = [chunk for piece in pieces for chunk in chunks.add(piece, 0.0)]
    told += chunks.finish()
    written = b"".join(pieces)
    kept = bytearray()
    end = 0
    for chunk in told:
        assert 0 < len(chunk.data) <= CHUNK_SIZE
        assert chunk.offset >= end
        assert chunk.data == written[chunk.offset : chunk.offset + len(chunk.data)]
        end = chunk.offset + len(chunk.data)
        kept += chunk.data
    assert end == len(written)
    assert len(kept) == min(limit, len(written))
    assert chunks.over_limit == (len(written) > kept_from_beginning(limit))
    whole = ChannelDigest(length=len(written), sha256=hashlib.sha256(written).hexdigest())
    assert chunks.digest() == whole


def test_a_chunk_is_due_a_moment_after_its_first_byte() -> None:
    """More bytes do not put it off, and an empty chunk is never due."""
    chunks = Chunks(Channel.STDERR)
    assert chunks.due == math.inf
    chunks.add(b"a", 10.0)
    chunks.add(b"b", 10.2)
    assert chunks.due == 10.25
    chunks.close()
    assert chunks.due == math.inf
    chunks.add(b"x" * (CHUNK_SIZE + 1), 11.0)
    assert chunks.due == 11.25
    chunks.add(b"x" * (CHUNK_SIZE - 1), 11.1)
    assert chunks.due == math.inf


@given(pieces=st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"a", b"\n"))))
def test_lines_come_whole_however_they_are_cut(pieces: list[bytes]) -> None:
    """Only those that are too long are missing."""
    lines = Lines(limit=10)
    split = [line for piece in pieces for line in lines.split(piece)]
    expected = b"".join(pieces).split(b"\n")
    assert split == [line for line in expected[:-1] if len(line) <= 10]
    assert lines.rest() == (expected[-1] if len(expected[-1]) <= 10 else b"")


@given(pieces=PIECES)
def test_an_excerpt_of_little_is_all_of_it(pieces: list[bytes]) -> None:
    """Nothing is said to be left out."""
    excerpt, whole = Excerpt(head=200, tail=200), b"".join(pieces)[:400]
    excerpt.add(whole)
    assert excerpt.text() == whole.decode("utf-8", "replace")


@given(text=st.text(min_size=60), size=st.integers(1, 7))
def test_an_excerpt_is_cut_between_characters(text: str, size: int) -> None:
    """Beginning and end are as they were, and the line between counts the rest exactly."""
    excerpt, data = Excerpt(head=20, tail=30), text.encode()
    for start in range(0, len(data), size):
        excerpt.add(data[start : start + size])
    if len(data) <= 50:
        assert excerpt.text() == text
        return
    head, _, rest = excerpt.text().partition("\n[... helm left out ")
    count, _, tail = rest.partition(" here; the transcript has more ...]\n")
    assert text.startswith(head)
    assert text.endswith(tail)
    assert 17 <= len(head.encode()) <= 20
    assert 27 <= len(tail.encode()) <= 30
    left_out = len(data) - len(head.encode()) - len(tail.encode())
    assert count == f"{left_out} of {len(data)} bytes"


def test_an_excerpt_stays_small() -> None:
    """What is kept does not grow with what was written."""
    excerpt = Excerpt(head=10, tail=10)
    for _ in range(1000):
        excerpt.add(b"0123456789abcdef")
    assert excerpt.length == 16000
    assert excerpt.end() == b"6789abcdef"
    assert excerpt.text() == (
        "0123456789\n[... helm left out 15980 of 16000 bytes here; "
        "the transcript has more ...]\n6789abcdef"
    )


DETAILS = {
    "a status": (replace(DONE, status=3), "the agent exited with status 3"),
    "a signal": (replace(DONE, status=-9), "the agent was killed by SIGKILL"),
    "a signal without a name": (replace(DONE, status=-40), "the agent was killed by signal 40"),
    "the complaint": (
        replace(DONE, status=1, completed=False, complaint="Quota\n exceeded.", stderr="noise"),
        "the agent exited with status 1: Quota exceeded.",
    ),
    "the last lines of stderr": (
        replace(
            DONE, status=1, stderr="one\n\x1b[31mtwo\x1b[0m\n\n\x1b]0;title\x07three\r\nfour\n"
        ),
        "the agent exited with status 1: two / three / four",
    ),
    "a turn that was not completed": (
        replace(DONE, completed=False, stderr="panic"),
        "the agent ended before its turn was completed: panic",
    ),
    "a prompt that was not read": (
        replace(DONE, unsent=4),
        "the agent stopped reading its prompt after 5 of 9 bytes",
    ),
    "a prompt that was refused": (
        replace(DONE, unsent=9, status=2, stderr="no such flag"),
        (
            "the agent stopped reading its prompt after 0 of 9 bytes, "
            "and exited with status 2: no such flag"
        ),
    ),
}


@pytest.mark.parametrize(("end", "detail"), DETAILS.values(), ids=DETAILS)
def test_a_failure_says_what_happened_and_the_agents_last_words(end: End, detail: str) -> None:
    """On one line, without escape sequences."""
    fate = conclude(end)
    assert (fate.ending, fate.detail) == (Ending.FAILED, detail)


def test_an_agent_that_is_done_has_nothing_to_explain() -> None:
    """Whatever it wrote on stderr."""
    fate = conclude(replace(DONE, stderr="ERROR: not really", complaint="Reconnecting... 1/3"))
    assert (fate.ending, fate.detail) == (Ending.COMPLETED, "")


def test_an_end_that_cannot_be_learnt_is_no_success() -> None:
    """Where the system reaps our children, nobody knows how the agent ended."""
    fate = conclude(replace(DONE, status=None))
    assert fate.ending is Ending.FAILED
    assert "could not learn" in fate.detail


def test_last_words_are_bounded() -> None:
    """A server may answer with a page, a program with a wall of text."""
    long = conclude(replace(DONE, status=1, complaint="x" * 9999)).detail
    assert long.endswith("x…")
    wall = conclude(replace(DONE, status=1, stderr="y" * 9999)).detail
    assert wall.endswith("y")
    assert len(long) == len(wall) == len("the agent exited with status 1: ") + 500
