"""Finding a text in what runs have on record, however it was cut, escaped or repeated."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.app.errors import WordsInvalid
from helm.app.history import Asked
from helm.app.search import Hit, Needle, Source, search
from helm.domain.commands import (
    LaunchAgent,
    RecordActivity,
    RecordExit,
    RecordOutput,
    RecordSpawn,
    RunCommand,
    StartAttempt,
)
from helm.domain.events import (
    ActivityKind,
    Channel,
    Ending,
    FileChange,
    OutputCaptured,
    Role,
    RunSettings,
)
from tests.app.worlds import World
from tests.domain.histories import QUICK
from tests.examples import batches, digest_of, record, start_run, whole_run

JSONL = b'{"type":"thread.started","thread_id":"x"}\n'


def item(**fields: object) -> bytes:
    """Write a line as codex does."""
    line = {"type": "item.completed", "item": {"id": "item", **fields}}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def worker(
    *pieces: bytes,
    stderr: bytes = b"",
    report: str = "",
    activity: Iterable[RecordActivity] = (),
) -> tuple[RunCommand, ...]:
    """Command one launch of a worker that writes its output in these pieces."""
    said = b"".join(pieces)
    return (
        start_run(settings=RunSettings(redact=("sk-[a-z]+",))),
        StartAttempt(),
        LaunchAgent(argv=("codex",)),
        RecordSpawn(pid=1, process_group=1, started_at=1.0),
        *(RecordOutput(channel=Channel.STDOUT, offset=0, data=piece) for piece in pieces),
        *([RecordOutput(channel=Channel.STDERR, offset=0, data=stderr)] if stderr else []),
        *activity,
        RecordExit(
            ending=Ending.COMPLETED,
            exit_code=0,
            signal=None,
            seconds=1.0,
            report=report,
            usage=None,
            stdout=digest_of(said),
            stderr=digest_of(stderr),
        ),
    )


def world_of(*commands: RunCommand) -> World:
    """Record one run."""
    world = World()
    record(world.log, "R", batches(commands))
    return world


def prune(world: World) -> None:
    """Empty all transcripts."""
    for each in world.log.load("R", (OutputCaptured,)):
        world.log.outputs["R", each.seq] = None


def hits(world: World, text: str, *, ignore_case: bool = False) -> list[tuple[Source, str]]:
    """Find a text in all runs: where, and in which line."""
    return [(hit.source, hit.text) for hit in all_hits(world, text, ignore_case=ignore_case)]


def all_hits(world: World, text: str, *, ignore_case: bool = False) -> list[Hit]:
    matches = search(world.runner().history, Asked(), Needle(text, ignore_case=ignore_case))
    return [hit for match in matches for hit in match.hits]


# Where it is found


def test_a_text_is_found_wherever_it_stands() -> None:
    """In a prompt, in both channels, in a report that has more, and in a verdict."""
    world = world_of(*worker(b"out here\n", stderr=b"err here\n", report="reported here\n"))
    assert hits(world, "here") == [
        (Source.STDOUT, "out here"),
        (Source.STDERR, "err here"),
        (Source.REPORT, "reported here"),
    ]
    assert hits(world, "An example") == [(Source.PROMPT, "# An example")]
    record(world.log, "S", whole_run())
    assert (Source.VERDICT, "say so in the docs") in hits(world, "say so")


def test_a_hit_names_attempt_launch_and_agent() -> None:
    """So that its place can be shown."""
    world = World()
    record(world.log, "R", whole_run())
    assert all_hits(world, "criteria are met") == [
        Hit(attempt=2, launch=4, role=Role.VERIFIER, source=source, text="All criteria are met.")
        for source in (Source.STDOUT, Source.VERDICT)
    ]


def test_prompts_that_say_the_same_are_told_once() -> None:
    """They are made from one template; what is new in a later one is told."""
    world = World()
    record(world.log, "R", whole_run())
    assert hits(world, "Accept ä") == [(Source.PROMPT, "Accept ä, 漢 and 🜁.")]
    assert (Source.PROMPT, '  "say so in the docs"') in hits(world, "say so in the docs")


def test_a_report_that_is_in_the_transcript_is_told_once() -> None:
    """Each line that an agent said is, however often it said it."""
    world = world_of(*worker(b"a here\nb here\na here\n", report="a here\nb here\na here\n"))
    assert hits(world, "here") == [(Source.STDOUT, "a here"), (Source.STDOUT, "b here")]


# Newest first, and no more than asked for


def test_runs_are_found_newest_first_up_to_the_limit() -> None:
    """A limit counts the runs that match."""
    world = World()
    for run_id in ("R1", "R2", "R4"):
        record(world.log, run_id, batches(worker(b"here\n")))
    record(world.log, "R3", batches(worker(b"nothing\n")))
    history = world.runner().history
    found = [each.row.summary.run_id for each in search(history, Asked(limit=2), Needle("here"))]
    assert found == ["R4", "R2"]
    asked = Asked(standings=["accepted"])
    assert list(search(history, asked, Needle("here"))) == []


def test_a_match_knows_what_is_to_be_masked() -> None:
    """The search itself masks nothing."""
    (match,) = search(
        world_of(*worker(b"key sk-abc here\n")).runner().history, Asked(), Needle("here")
    )
    assert match.redact == ("sk-[a-z]+",)
    assert match.hits[0].text == "key sk-abc here"


# However it was cut


@QUICK
@given(
    lines=st.lists(st.text("ab\u00e4\u6f22", max_size=6), max_size=6),
    needle=st.text("ab\u00e4\u6f22\n", min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 60), max_size=5),
)
def test_the_edges_of_chunks_do_not_matter(lines: list[str], needle: str, cuts: list[int]) -> None:
    """Cut anywhere, also within a character, a transcript holds what it holds uncut."""
    data = "".join(f"{line}\n" for line in lines).encode()
    places = sorted({0, *(cut for cut in cuts if cut < len(data)), len(data)})
    pieces = [data[a:b] for a, b in itertools.pairwise(places)]
    told = [
        text for source, text in hits(world_of(*worker(*pieces)), needle) if "stdout" in source
    ]
    whole = [text for source, text in hits(world_of(*worker(data)), needle) if "stdout" in source]
    assert told == whole
    assert bool(told) == (needle in data.decode())
    assert all(needle.strip("\n") in text for text in told)


def test_a_line_that_nothing_ends_is_told_in_pieces() -> None:
    """A progress bar may write megabytes into one line."""
    dots, dashes = b"." * (3 << 20), b"-" * (3 << 20)
    found = hits(world_of(*worker(dots, b"here", dashes, b"here")), "here")
    assert len(found) == 2
    assert all("here" in text for _, text in found)


def test_bytes_that_are_no_text_do_not_hide_the_rest() -> None:
    """They stand as what a person would see of them."""
    found = hits(world_of(*worker(bytes(range(256)) + b" here\n")), "here")
    assert len(found) == 1


# However it was escaped


@pytest.mark.parametrize(
    ("needle", "line"),
    [
        ('say "ok"', 'then say "ok"'),
        ("C:\\path", "in C:\\path it is"),
        ("one\ntwo", "line one\ntwo lines"),
        ("a/b", "see a/b"),
        ("字", "the sign 字"),
        ("plain", "plain words"),
    ],
)
def test_texts_in_json_lines_are_found_as_people_know_them(needle: str, line: str) -> None:
    """Quotes, backslashes and line ends are escaped in the transcript, and not in the hit."""
    said = 'before\nthen say "ok"\nin C:\\path it is\nline one\ntwo lines\nsee a/b'
    output = "the sign 字\nplain words"
    pieces = (JSONL, item(type="agent_message", text=said), item(aggregated_output=output))
    assert hits(world_of(*worker(*pieces)), needle) == [(Source.STDOUT, line)]


def test_a_letter_that_json_escapes_is_found() -> None:
    """Not every agent writes UTF-8 into its JSON."""
    line = json.dumps({"type": "turn.x", "text": "über & mehr"}).replace("&", "\\u0026")
    world = world_of(*worker(line.encode() + b"\n"))
    assert hits(world, "über") == hits(world, "r & m") == [(Source.STDOUT, "über & mehr")]


def test_json_itself_is_found_as_it_was_written() -> None:
    """What stands in no text of it is told with its line."""
    world = world_of(*worker(JSONL, b'{"type":"turn.completed","usage":{"n":17}}\n', b"no json\n"))
    assert hits(world, '"n":17') == [(Source.STDOUT, '{"type":"turn.completed","usage":{"n":17}}')]
    assert hits(world, "no json") == [(Source.STDOUT, "no json")]


def test_a_first_line_that_nothing_ends_is_searched() -> None:
    """It is JSON, or it is not."""
    for said in (item(text='a "b" c').rstrip(), b'a "b" c'):
        assert hits(world_of(*worker(said)), '"b"') == [(Source.STDOUT, 'a "b" c')]


def test_case_is_heeded_unless_it_is_not_to_be() -> None:
    """In plain output and in JSON."""
    for pieces in ((b"It Is Here\n",), (JSONL, item(text="It Is Here"))):
        world = world_of(*worker(*pieces))
        assert hits(world, "is here") == []
        assert hits(world, "is here", ignore_case=True) == [(Source.STDOUT, "It Is Here")]


def test_what_is_looked_for_is_a_text_and_no_pattern() -> None:
    """A dot is a dot; nothing at all cannot be looked for."""
    world = world_of(*worker(b"abc\na.c\n"))
    assert hits(world, "a.c") == [(Source.STDOUT, "a.c")]
    with pytest.raises(WordsInvalid, match="there is no text to look for"):
        Needle("")


# What was pruned


def test_of_a_pruned_transcript_the_activity_is_searched() -> None:
    """It is in the events, as are prompt and report."""
    change = RecordActivity(
        activity=ActivityKind.FILE_CHANGE,
        text="",
        changes=(FileChange(path="src/here.py", kind="add"),),
    )
    ran = RecordActivity(activity=ActivityKind.COMMAND_STARTED, text="make here")
    world = world_of(*worker(b"only here\n", report="done here", activity=(change, ran)))
    prune(world)
    assert hits(world, "here") == [
        (Source.ACTIVITY, "src/here.py"),
        (Source.ACTIVITY, "make here"),
        (Source.REPORT, "done here"),
    ]
