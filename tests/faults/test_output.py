"""Output as agents should not write it: bytes of every kind, and floods of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from helm.adapters.sqlite.log import SqliteEventLog
from helm.domain.events import OutputCaptured, sha256
from helm.domain.transcript import kept_from_beginning
from tests.e2e.fake_codex import begin, end, flood, make, message, out, wait_for
from tests.e2e.soundness import check_log
from tests.e2e.workspace import Workspace, until, write
from tests.faults.conftest import Survived

MEGABYTE = 10**6
MEMORY = 64 * MEGABYTE

PATIENCE = 300.0
"""Seconds after which an agent that writes slowly has failed to come to its end."""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it"
)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a run made of an agent's output: the most memory it took, and what it kept."""

    memory: int
    output: bytes
    length: int
    digest: str
    limit: int | None


def heard(workspace: Workspace, *actions: object, size: int) -> Heard:
    """Let a worker write `size` bytes in all, and look at helm before it ends."""
    written, go = workspace.place / "written", workspace.place / "go"
    for each in (written, go):
        each.unlink(missing_ok=True)
    workspace.agent(worker=[[*actions, make(written), wait_for(go)]])  # type: ignore[list-item]
    with workspace.start("run", "--exec", workspace.spec.name, "--fresh") as helm:
        ended = helm.popen.poll
        until(lambda: ended() is not None or written.exists(), "an end of output", PATIENCE)
        until(lambda: ended() is not None or printed(workspace) >= size, "output")
        memory = peak(helm.pid)
        write(go, "")
        result = helm.end()
    assert result.code == 0, result.err
    check_log(workspace)
    return gathered(workspace, memory)


def printed(workspace: Workspace) -> int:
    """Count the bytes that the worker has written, as far as the log knows."""
    sql = """
        SELECT json_extract(body, '$.offset') + json_extract(body, '$.length') FROM events
        WHERE kind = 'OutputCaptured' AND run_id = (SELECT MAX(run_id) FROM events)
        ORDER BY position DESC LIMIT 1
    """
    return sum(found for [found] in workspace.query(sql))


def peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    [kilobytes] = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return 1024 * int(kilobytes)


def gathered(workspace: Workspace, memory: int) -> Heard:
    with SqliteEventLog(workspace.log) as log:
        run_id = log.runs_like("")[0]
        captured = log.load(run_id, [OutputCaptured])
        pieces = [
            log.output(run_id, each.seq) or b""
            for each in captured
            if isinstance(each.event, OutputCaptured) and each.event.launch == 1
        ]
    finished = workspace.bodies("WorkerFinished")[-1]
    settings = workspace.bodies("RunStarted")[-1]["settings"]
    return Heard(
        memory=memory,
        output=b"".join(pieces),
        length=finished["stdout"]["length"],
        digest=finished["stdout"]["sha256"],
        limit=settings.get("output_limit"),
    )


# Text that is none

TEXTS = {
    "invalid UTF-8": b"caf\xe9 \xff\xfe \xc3\n",
    "NUL": b"a\0b\0\0\n",
    "lone surrogates": b"\xed\xa0\x80 \xed\xbf\xbf\n",
    "escapes": b"\x1b[2J\x1b]0;title\x07\x1b]52;c;aGVsbG8=\x07\x1b[?1049h\x1bP+q\x1b\\\x9b31m\n",
    "bars": b"".join(b"\r%3d %%" % number for number in range(101)) + b"\n",
    "numbers": b'{"a": Infinity, "b": NaN, "c": 1e999}\ninf -inf nan\n',
    "a megabyte without an end of line": b"x" * MEGABYTE,
    "ten megabytes in a line": b"y" * (10 * MEGABYTE) + b"\n",
}
READING = (
    ("show", "latest", "--json"),
    ("show", "latest", "--events"),
    ("watch", "latest"),
    ("query", "SELECT * FROM activity"),
    ("verify-log",),
    ("export", "latest", "--output", "out.jsonl"),
    ("replay", "--all", "--check"),
)


def test_text_torture(tmp_path: Path, survived: Survived) -> None:
    """Every byte comes back; every command can read the run; none of it is held in memory."""
    workspace = Workspace(tmp_path)
    small = heard(workspace, out("It is done.\n"), size=12)
    said = b"".join(TEXTS.values())
    torture = heard(workspace, *map(out, TEXTS.values()), size=len(said))
    assert torture.output == said
    assert (torture.length, torture.digest) == (len(said), sha256(said))
    assert torture.memory - small.memory < MEMORY
    workspace.run_shell(f"{' '.join(workspace.helm_words('show', 'latest', '--worker'))} > said")
    assert (workspace.root / "said").read_bytes() == said
    for words in READING:
        assert workspace.run(*words).code == 0, words
    survived("text-torture", len(TEXTS))


def test_text_torture_in_json(tmp_path: Path, survived: Survived) -> None:
    """The same for an agent that writes JSON: what is no text, or no JSON, breaks nothing."""
    workspace = Workspace(tmp_path)
    done, message_of = '{"type": "item.completed", "item": ', '{"type": "agent_message", "text": '
    odd = [
        f'{done}{message_of}"\\ud800 \\u0000"}}}}\n',
        f"{done}{message_of}Infinity}}}}\n",
        '{"type": "turn.completed", "usage": {"input_tokens": 1e999, "output_tokens": NaN}}\n',
        f"{done}{'[' * 100_000}\n",
        f'{done}{message_of}"{"z" * MEGABYTE}"}}}}\n',
        f'{{"type": "{"y" * (10 * MEGABYTE)}"}}\n',
    ]
    size = sum(map(len, odd))
    actions = [*begin(), *map(out, odd), out(b"\xff\xfe\n"), message("It is done."), end()]
    found = heard(workspace, *actions, size=size)
    assert "".join(odd).encode() in found.output
    assert workspace.bodies("WorkerFinished")[0]["report"] == "It is done."
    for words in READING:
        assert workspace.run(*words).code == 0, words
    survived("text-torture", len(odd))


# Floods


def test_flood(tmp_path: Path, soak: int, survived: Survived) -> None:
    """A hundred megabytes in one write, or a gigabyte: kept up to the limit, in little memory."""
    workspace = Workspace(tmp_path)
    small = heard(workspace, out("It is done.\n"), size=12)
    piece = "".join(f"{number:>9}\n" for number in range(100_000))
    times = 100 if soak == 1 else 1000
    size = times * len(piece)
    limit = small.limit
    shown = size if limit is None or limit >= size else kept_from_beginning(limit)
    much = heard(workspace, flood(piece, times), size=shown)
    whole = piece.encode() * times
    assert (much.length, much.digest) == (size, sha256(whole))
    if limit is None or limit >= size:
        assert much.output == whole
    else:
        assert much.output == whole[:shown] + whole[shown - limit :]
    assert much.memory - small.memory < MEMORY
    assert workspace.run("verify-log").code == 0
    survived("flood", 1)


def test_flood_of_drops(tmp_path: Path, survived: Survived) -> None:
    """A byte each hundredth of a second, for a minute: all are there."""
    workspace, count = Workspace(tmp_path), 6000
    found = heard(workspace, flood(".", count, 0.01), size=count)
    assert found.output == b"." * count
    chunks = [each for each in workspace.bodies("OutputCaptured") if each["launch"] == 1]
    assert len(chunks) < count
    survived("flood", 1)
