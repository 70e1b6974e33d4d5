"""The real codex with a model that fails, stops in the midst, or is never heard of again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.e2e.codex import require_codex
from tests.e2e.model_server import Answer, Fail, Json, Reply, Say, Shell
from tests.e2e.test_real_codex import OK, WORKER, Place, asked, laid_out, served, verifier, worker
from tests.faults.conftest import Survived

pytestmark = pytest.mark.codex


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A repository with one spec, and the real codex."""
    with laid_out(tmp_path, require_codex()) as place:
        yield place


def error(**fields: str) -> Json:
    return {"error": {"message": "no", **fields}}


FAULTS: Mapping[str, tuple[Answer, str]] = {
    "500": (Fail(500, "boom"), "high demand"),
    "503": (Fail(503, "boom"), "503 Service Unavailable"),
    "429": (Fail(429, "slow down"), "429 Too Many Requests"),
    "quota": (Fail(429, error(type="insufficient_quota")), "Quota exceeded"),
    "limit": (Fail(429, error(type="usage_limit_reached")), "hit your usage limit"),
    "room": (Fail(400, error(code="context_length_exceeded")), "ran out of room"),
    "cut": (Reply([Say("I begin.")], cut=True), "stream disconnected before completion"),
}


@pytest.mark.parametrize(("answer", "words"), FAULTS.values(), ids=FAULTS)
def test_a_model_that_fails(place: Place, survived: Survived, answer: Answer, words: str) -> None:
    """The run halts in codex's own words; nothing counts as done, and it can be gone on with."""
    with served(place, worker(answer), worker(Say("done")), verifier(OK)) as server:
        failed = place.run()
        assert failed.status == 4
        assert place.halt() == "worker_failed"
        assert words in failed.stderr.splitlines()[-1]
        assert place.metadata() == {"status": "todo"}
        assert place.processes() == []
        assert place.run("--resume").status == 0
    assert place.outcome() == ("accepted", 1)
    assert len(asked(server, WORKER)) == 2
    survived("broken-model", 1)


def test_a_model_that_falls_silent(place: Place, survived: Survived) -> None:
    """In its first words, or after a command: the limit of silence ends codex, which has none."""
    begun = Reply([Say("I begin.")], hangs=True)
    for answers in ([begun], [Shell("echo hello > greeting.txt"), begun]):
        with served(place, worker(*answers)):
            silent = place.run("--idle-timeout", "3s", "--fresh")
        assert silent.status == 4
        assert "helm: the worker fell silent: " in silent.stderr
        assert place.select("SELECT cause FROM runs ORDER BY run_id DESC")[0] == ("worker_silent",)
        assert place.processes() == []
        survived("broken-model", 1)
