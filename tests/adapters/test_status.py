"""What `helm status` prints, on a console and a log in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import MappingProxyType

import pytest
from typer.testing import CliRunner

from helm.adapters.cli.console import Console
from helm.adapters.cli.program import cli
from helm.adapters.cli.status import print_size
from helm.app.drafts import TEXTS
from helm.app.runner import Runner
from helm.app.wording import age
from tests.app.worlds import ROOT, World
from tests.fake_upkeep import MemoryLogUpkeep
from tests.fakes import MemoryEventLog
from tests.programs import program

NOW = datetime(2026, 1, 31, 9, 15, tzinfo=UTC)


@dataclass
class UpkeepOfSize(MemoryLogUpkeep):
    """The care of a log that takes so many bytes."""

    bytes: int = 0
    closed: bool = False

    def size(self) -> int:
        return self.bytes

    def close(self) -> None:
        self.closed = True


def large(size: int) -> UpkeepOfSize:
    return UpkeepOfSize(MemoryEventLog(), bytes=size)


def status(upkeep: UpkeepOfSize, *options: str, world: World | None = None) -> str:
    """Call `helm status` in a workspace whose log is that large."""

    def compose(
        here: Path,
        *,
        database: Path | None = None,
        program: str | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> Runner:
        ports = (world or World()).runner().places.ports
        return Runner(replace(ports, open_upkeep=lambda _path: upkeep), ROOT)

    result = CliRunner().invoke(cli, ["status", *options], obj=program(compose=compose))
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (256_000_000, "256.0 MB"),
        (999_900_000, "999.9 MB"),
        (1_000_000_000, "1.0 GB"),
        (1_234_000_000, "1.2 GB"),
    ],
)
def test_a_large_log_says_how_to_make_it_smaller(size: int, said: str) -> None:
    upkeep = large(size)
    last = status(upkeep).splitlines()[-1]
    assert last == f"the log has {said}; helm prune --older-than 90d makes it smaller"
    assert upkeep.closed


def test_a_log_that_is_not_large_is_not_spoken_of() -> None:
    out = StringIO()
    print_size(Console(out, out, colour=False, live=False), 255_999_999)
    assert out.getvalue() == ""


def test_programs_are_told_any_size() -> None:
    """And nothing but JSON."""
    assert '"bytes": 1234000000' in status(large(1_234_000_000), "--json")
    assert "prune" not in status(large(1_234_000_000), "--json")


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59.9), "just now"),
        (timedelta(minutes=1), "1m ago"),
        (timedelta(minutes=59, seconds=59), "59m ago"),
        (timedelta(hours=1), "1h ago"),
        (timedelta(hours=47), "1d ago"),
        (timedelta(days=30), "30d ago"),
        (timedelta(days=60), "02 Dec 2025"),
    ],
)
def test_an_age_is_short(passed: timedelta, said: str) -> None:
    """The greatest unit alone, and after a month the day; a clock that went back does no harm."""
    assert age(NOW - passed, NOW) == said


def test_a_spec_that_is_not_written_yet_is_not_offered() -> None:
    """Neither to people nor to the matrix of a CI; it says what is left to be written."""
    world = World()
    draft = (TEXTS / "SPEC.md").read_bytes()
    world.files.contents[ROOT / "specs" / "spec-02" / "SPEC.md"] = draft
    world.files.contents[ROOT / "specs" / "spec-02" / "metadata.json"] = b'{"name": "Two"}'
    (row,) = [each for each in status(large(0), world=world).splitlines() if "spec-02" in each]
    assert row.split()[:6] == ["TODO", "spec-02", "Two", "not", "written", "yet"]
    told = json.loads(status(large(0), "--json", world=world))["specs"][1]
    assert (told["badge"], told["runnable"], told["unmet"]) == ("TODO", False, [])
    assert told["reason"].startswith("SPEC.md:3 still asks: ")
    ready = json.loads(status(large(0), "--runnable", "--json", world=world))
    assert [each["folder"] for each in ready["specs"]] == ["spec-01"]
