"""Events as lines of JSON, for programs."""

from __future__ import annotations

import io
import json

from helm.adapters.cli.console import Console
from helm.adapters.cli.jsonl import JsonLines
from helm.domain.commands import RecordOutput
from helm.domain.events import Channel
from tests.adapters.test_presenter import WORKING, happenings
from tests.examples import batches, start_run


def shown(*chunks: bytes) -> str:
    """Join what the lines say of an agent's output."""
    out = io.StringIO()
    lines = JsonLines(Console(out, io.StringIO(), colour=False, live=False))
    written = [RecordOutput(channel=Channel.STDOUT, offset=0, data=chunk) for chunk in chunks]
    for happening in happenings(batches([start_run(), *WORKING, *written])):
        lines.show(happening)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    return "".join(line.get("output", "") for line in found)


def test_a_character_that_is_cut_by_the_edge_of_a_chunk_is_whole() -> None:
    """Joined, the texts are what the agent wrote."""
    text = "漢字 😀 é"
    data = text.encode()
    for cut in range(len(data)):
        assert shown(data[:cut], data[cut:]) == text


def test_bytes_that_are_no_text_are_marked() -> None:
    """They are in the log as they came."""
    assert shown(b"a\xffb") == "a\ufffdb"
