"""The lines of a run: however they came, and whatever has to be read back, they are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.tui import lines as lines_module
from helm.adapters.tui.lines import LineStore, Teller
from helm.adapters.tui.tellers import LONGEST_LINE, PresentedTeller, RawTeller
from helm.app.errors import RecordFailed
from helm.domain.commands import RecordActivity, RecordOutput
from helm.domain.events import ActivityKind, Channel, RunSettings
from tests.adapters.tui.transcripts import RUN, Transcript, at_work, printed
from tests.domain.histories import QUICK, completed
from tests.fakes import MemoryEventLog

TELLERS = (PresentedTeller, RawTeller)

BEGUN = json.dumps({"type": "thread.started", "thread_id": "t"}).encode() + b"\n"
PIECES = st.sampled_from(
    [
        b"abc",
        b"secret-1234",
        b"sec",
        b"ret-9",
        b"\n",
        b"\n\n",
        b"\r",
        b"\r\n",
        b"10 %\r20 %\r",
        "漢字 é".encode(),
        "漢".encode()[:2],
        "漢".encode()[2:],
        b"\xff",
        b"\x1b[31m",
        b"\x1b[0m",
        b"\x1b[",
        b"\x1b]0;title\x07",
        b"\x1b]0;t",
        b"{",
        b'{"type": "turn.started"}\n',
        b"x" * 9000,
        b"one\ntwo\nthree\nfour\nfive\n",
    ]
)
CHUNKS = st.lists(
    st.tuples(st.sampled_from(Channel), st.lists(PIECES, min_size=1, max_size=4).map(b"".join)),
    max_size=25,
)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    make_pages_small(monkeypatch)


def make_pages_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "_PAGE_LINES", 3)
    monkeypatch.setattr(lines_module, "_PAGE_CHARACTERS", 200)
    monkeypatch.setattr(lines_module, "_HELD", 0)


def said(
    chunks: Sequence[tuple[Channel, bytes]], *, jsonl: bool, redact: tuple[str, ...]
) -> Transcript:
    told = at_work(RunSettings(redact=redact))
    if jsonl:
        told.says(BEGUN)
    for place, (channel, data) in enumerate(chunks):
        told.says(data, channel=channel)
        if place % 3 == 0:
            kind = ActivityKind.MESSAGE
            told.tell(RecordActivity(activity=kind, text=f"message {place}\nsecret-77 of it"))
    return told.tell(completed("done"))


def straight(teller: Teller, told: Transcript) -> list[str]:
    ended = [line for recorded in told.recorded for line in teller.tell(recorded)]
    return [*ended, *teller.unfinished()]


@pytest.mark.parametrize("kind", TELLERS)
@QUICK
@given(chunks=CHUNKS, jsonl=st.booleans(), redact=st.sampled_from([(), ("secret-[0-9]+",)]))
def test_what_is_read_back_is_what_was_told(
    kind: type[PresentedTeller | RawTeller],
    chunks: list[tuple[Channel, bytes]],
    jsonl: bool,  # noqa: FBT001  told apart by its name
    redact: tuple[str, ...],
) -> None:
    told = said(chunks, jsonl=jsonl, redact=redact)
    with pytest.MonkeyPatch.context() as patch:
        make_pages_small(patch)
        store = LineStore(kind(), RUN, told.log)
        for recorded in told.recorded:
            store.take(recorded)
        expected = straight(kind(), told)
        assert len(store) == len(expected)
        assert store.lines(0, len(store)) == expected
        one_by_one = [
            store.lines(number, number + 1) for number in range(len(expected) - 1, -1, -1)
        ]
        assert [line for (line,) in reversed(one_by_one)] == expected
        down = list(store.pages(0, forwards=True))
        assert [line for _, part in down for line in part] == expected
        up = list(store.pages(len(expected), forwards=False))
        assert [line for _, part in reversed(up) for line in part] == expected
        assert all(expected[first : first + len(part)] == part for first, part in [*down, *up])


@QUICK
@given(chunks=CHUNKS, cuts=st.lists(st.integers(0, 40_000), max_size=8))
def test_lines_do_not_depend_on_how_the_bytes_came(
    chunks: list[tuple[Channel, bytes]], cuts: list[int]
) -> None:
    data = b"".join(data for _, data in chunks)
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces = [data[begin:end] for begin, end in pairwise(edges)]
    whole = at_work().says(data).tell(completed("done"))
    cut = at_work().says(*pieces).tell(completed("done"))
    assert straight(RawTeller(), whole) == straight(RawTeller(), cut)


def test_what_was_over_the_limit_is_counted_where_it_is_missing() -> None:
    end = RecordOutput(channel=Channel.STDOUT, offset=5_000, data=b"end\n")
    told = at_work().says(b"begin\nhal").tell(end).tell(completed("done"))
    assert straight(RawTeller(), told)[1:] == [
        "begin",
        "hal",
        "\x1b[2m(4,991 bytes of stdout were not kept)\x1b[0m",
        "end",
    ]


@dataclass
class CountingLog(MemoryEventLog):
    """A log that remembers which output was read, and can fail."""

    read: list[int] = field(default_factory=list)
    broken: bool = False

    def output(self, run_id: str, seq: int) -> bytes | None:
        if self.broken:
            raise RecordFailed("the disk is gone\x1b[2J")
        self.read.append(seq)
        return super().output(run_id, seq)


def filled(log: CountingLog, teller: Teller, lines: int = 2000) -> LineStore:
    told = printed(lines)
    log.stored, log.outputs = told.log.stored, told.log.outputs
    store = LineStore(teller, RUN, log)
    for recorded in told.recorded:
        store.take(recorded)
    return store


@pytest.mark.usefixtures("small_pages")
def test_old_pages_are_in_the_log_and_not_in_memory() -> None:
    log = CountingLog()
    store = filled(log, RawTeller())
    assert store.lines(1990, 2001) == [f"line {number}" for number in range(1989, 2000)]
    assert log.read == []
    assert store.lines(1, 3) == ["line 0", "line 1"]
    assert len(log.read) == 1
    assert store.lines(3, 5) == ["line 2", "line 3"]
    assert len(log.read) == 1, "a page that was just read is held"


@pytest.mark.usefixtures("small_pages")
def test_going_through_all_leaves_what_is_held_alone() -> None:
    log = CountingLog()
    store = filled(log, RawTeller())
    store.lines(1, 3)
    assert sum(len(part) for _, part in store.pages(0, forwards=True)) == len(store)
    log.read.clear()
    store.lines(1, 3)
    assert log.read == []


@pytest.mark.usefixtures("small_pages")
def test_a_log_that_cannot_be_read_is_said_in_a_line_and_asked_again() -> None:
    log = CountingLog(broken=True)
    store = filled(log, RawTeller())
    (why,) = store.lines(1, 2)
    assert "the disk is gone" in store.lines(0, 1)[0]
    assert why == ""
    assert "\x1b" not in store.lines(0, 1)[0]
    log.broken = False
    assert store.lines(1, 2) == ["line 0"]


@pytest.mark.usefixtures("small_pages")
def test_what_was_pruned_meanwhile_leaves_the_other_lines_in_place() -> None:
    log = CountingLog()
    store = filled(log, RawTeller())
    count = len(store)
    seqs = [seq for _, seq in log.outputs]
    log.outputs[RUN, seqs[3]] = None
    assert len(store) == count
    assert store.lines(301, 303) == ["\x1b[2m(pruned)\x1b[0m", ""]
    assert store.lines(401, 402) == ["line 400"]


@pytest.mark.usefixtures("small_pages")
def test_a_codex_run_is_read_back_without_its_output() -> None:
    told = at_work().says(BEGUN)
    for number in range(50):
        told.says(b'{"type": "item.completed"}\n')
        told.tell(RecordActivity(activity=ActivityKind.MESSAGE, text=f"message {number}"))
    log = CountingLog(stored=told.log.stored, outputs=told.log.outputs)
    store = LineStore(PresentedTeller(), RUN, log)
    for recorded in told.recorded:
        store.take(recorded)
    assert store.lines(20, 22) == ["message 18", "message 19"]
    assert len(log.read) <= 1


@pytest.mark.parametrize("kind", TELLERS)
def test_a_line_of_ten_megabytes_is_cut_and_never_held(
    kind: type[PresentedTeller | RawTeller],
) -> None:
    teller = kind()
    told = at_work()
    for recorded in told.recorded:
        teller.tell(recorded)
    chunk = "漢".encode() * 20_000
    output = told.says(chunk).recorded[-1]
    for _ in range(170):
        assert teller.tell(output) == []
        assert teller.weight < 2 * LONGEST_LINE
        (begun,) = teller.unfinished()
        assert len(begun) < LONGEST_LINE + 50
    (line,) = list(finished(teller, told))
    assert line.startswith("漢" * LONGEST_LINE)
    assert line.endswith(f"… [{170 * 20_000 - LONGEST_LINE:,} more characters]")


def finished(teller: Teller, told: Transcript) -> Iterator[str]:
    before = len(told.recorded)
    told.says(b"\n")
    for recorded in told.recorded[before:]:
        yield from teller.tell(recorded)


def test_a_secret_at_the_cut_of_a_long_line_is_masked() -> None:
    told = at_work(RunSettings(redact=("secret-[0-9]+",)))
    told.says(b"x" * (LONGEST_LINE - 4) + b"secret-123" + b"y" * 100 + b"\n")
    (line,) = straight(RawTeller(), told)[1:]
    assert "secr" not in line


def test_no_half_of_a_secret_is_shown_where_masks_are_shorter_than_what_they_hide() -> None:
    """What lies far behind the cut comes before it then."""
    secret = b"secret-" + b"7" * 1000 + b"!"
    told = at_work(RunSettings(redact=("secret-7+!",))).says(secret * 20 + b"\n")
    (line,) = straight(RawTeller(), told)[1:]
    assert line.startswith("[redacted][redacted]")
    assert "7777" not in line


def test_a_secret_is_not_shown_while_it_is_written() -> None:
    told = at_work(RunSettings(redact=("secret-[0-9]{5}",))).says(b"key: secret-1234")
    teller = RawTeller()
    assert not any("1234" in line for line in [*straight(teller, told), *teller.unfinished()])
    told.says(b"5")
    assert teller.tell(told.recorded[-1]) == []
    assert list(finished(teller, told)) == ["key: [redacted]"]


def test_a_line_is_not_cut_within_a_colour() -> None:
    told = at_work().says(b"x" * (LONGEST_LINE - 3) + b"\x1b[38;5;196m" + b"y" * 100 + b"\n")
    (line,) = straight(RawTeller(), told)[1:]
    assert line.startswith("x" * (LONGEST_LINE - 3) + "\x1b[0m…")


def test_a_first_line_that_is_long_in_coming_costs_no_checkpoint_of_its_size() -> None:
    told = at_work().says(b"{" + b"x" * 1_000_000)
    store = LineStore(PresentedTeller(), RUN, told.log)
    for number in range(100):
        told.says(b"noise\n" * 100, f"more {number}\n".encode(), channel=Channel.STDERR)
    for recorded in told.recorded:
        store.take(recorded)
    tellers = {id(page.checkpoint.teller) for page in store._pages}  # noqa: SLF001  memory is asked for
    assert len(store._pages) > 10  # noqa: SLF001
    assert len(tellers) == 1
    assert store.lines(600, 605) == straight(PresentedTeller(), told)[600:605]
