"""`metadata.json`: what a verdict writes, what it leaves alone, and from where it starts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.domain.commands import HaltRun, RecordInputChange, ResumeRun, StartAttempt
from helm.domain.events import Cause, InputText, Recorded, RunSettings, VerdictGiven, sha256
from helm.domain.projections.metadata import is_metadata, metadata
from tests.domain.histories import (
    JSON_VALUES,
    LAUNCH,
    OK,
    QUICK,
    SPEC,
    Story,
    attempts,
    begun,
    completed,
    missing,
    start,
)

# The times of the first two verdicts in a run that `attempts` tells.
FIRST, SECOND = "2026-01-31T09:15:09.123Z", "2026-01-31T09:15:16.123Z"
MISSING_LINE = f"[{FIRST}] attempt 1 status=missing: remaining tasks: a; b"
TODO = """{
  "id": "spec-01",
  "name": "A parser",
  "status": "todo",
  "dependsOn": ["spec-00",   "spec-02"],
  "lastRun": null,
  "notes": "",
  "weight": 1.50,
  "owner": "J\\u00fcrgen é"
}
"""
ACCEPTED = f"""{{
  "id": "spec-01",
  "name": "A parser",
  "status": "done",
  "dependsOn": ["spec-00",   "spec-02"],
  "lastRun": "{FIRST}",
  "notes": "[{FIRST}] attempt 1 status=ok: ok",
  "weight": 1.50,
  "owner": "J\\u00fcrgen é"
}}
"""
BROKEN = ["", "{", "[]", "null", '{"notes": ["a"]}', '{"notes": 5}', '{"a": 1,}', "\ufeff{}"]

TASKS = st.text() | st.sampled_from(["a\nb", "é😀", '"', "\u2028", "[x] attempt 1"])
ANSWERS = st.one_of(st.just(OK), st.lists(TASKS, max_size=3).map(lambda tasks: missing(*tasks)))
RUNS = st.lists(st.lists(TASKS, max_size=3), max_size=3).flatmap(
    lambda lists: ANSWERS.map(lambda last: attempts(*[missing(*each) for each in lists], last))
)
FOUND = st.builds(
    lambda rest, own: {**rest, **own},
    st.dictionaries(st.text().filter(lambda key: key != "notes"), JSON_VALUES, max_size=3),
    st.fixed_dictionaries(
        {},
        optional={
            "notes": st.none() | st.text() | st.just(MISSING_LINE),
            "status": JSON_VALUES,
            "lastRun": JSON_VALUES,
        },
    ),
)


def read(text: str) -> dict[str, Any]:
    """Read what was written, as any reader would."""
    found: dict[str, Any] = json.loads(text)
    return found


def notes(events: list[Recorded], before: str | None = None) -> list[str]:
    """Write into metadata with these notes, and take the lines of the notes out."""
    text = metadata(events, json.dumps({"notes": before}))
    found: str = read(text)["notes"]
    return found.split("\n")


def test_ok_makes_the_spec_done() -> None:
    """The three keys that are helm's change in their places, and not a byte around them."""
    assert metadata(attempts(OK).recorded, TODO) == ACCEPTED


def test_missing_leaves_the_spec_in_progress() -> None:
    """Also when the attempts are used up: that is a fact of the run, not of the spec."""
    text = metadata(attempts(missing("a", "b")).recorded, '{"status": "todo"}')
    assert text == f'{{"status": "in-progress", "lastRun": "{FIRST}", "notes": "{MISSING_LINE}"}}'


def test_metadata_without_the_keys_gets_them() -> None:
    """They stand last, in a fixed order, and look like the others."""
    assert metadata(attempts(OK).recorded, '{\n\t"id": "x"\n}') == (
        f'{{\n\t"id": "x",\n\t"status": "done",\n\t"lastRun": "{FIRST}",\n'
        f'\t"notes": "[{FIRST}] attempt 1 status=ok: ok"\n}}'
    )


def test_an_empty_object_gets_the_keys_on_lines_of_their_own() -> None:
    """The least that a spec folder may hold."""
    assert metadata(attempts(OK).recorded, "{}\n") == (
        f'{{\n  "status": "done",\n  "lastRun": "{FIRST}",\n'
        f'  "notes": "[{FIRST}] attempt 1 status=ok: ok"\n}}\n'
    )


def test_every_verdict_has_a_line() -> None:
    """The last verdict decides status and time; the notes tell of each."""
    text = metadata(attempts(missing("a", "b"), OK).recorded, "{}")
    assert read(text) == {
        "status": "done",
        "lastRun": SECOND,
        "notes": f"{MISSING_LINE}\n[{SECOND}] attempt 2 status=ok: ok",
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, [MISSING_LINE]),
        ("", [MISSING_LINE]),
        ("mine", ["mine", MISSING_LINE]),
        ("mine\n\nand more", ["mine", "", "and more", MISSING_LINE]),
        (MISSING_LINE, [MISSING_LINE]),
        (f"{MISSING_LINE}\nmine", [MISSING_LINE, "mine"]),
        (f"> {MISSING_LINE}", [f"> {MISSING_LINE}", MISSING_LINE]),
    ],
)
def test_notes_get_a_line_that_is_not_there_yet(before: str | None, after: list[str]) -> None:
    """What people wrote stays above, and a line is there once."""
    assert notes(attempts(missing("a", "b")).recorded, before) == after


def test_absent_notes_are_empty() -> None:
    """No line break stands before the first line."""
    assert read(metadata(attempts(missing("a", "b")).recorded, "{}"))["notes"] == MISSING_LINE


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ((), "(none named)"),
        (("a",), "a"),
        (("a\nb", "c\r\nd"), "a b; c d"),
        (("a\u2028b\x0bc\x85d",), "a b c d"),
        (("é 😀",), "é 😀"),
        (("a; b", "c"), "a; b; c"),
    ],
)
def test_a_note_names_the_remaining_tasks_on_one_line(tasks: tuple[str, ...], said: str) -> None:
    """Line breaks inside a task become spaces."""
    line = f"[{FIRST}] attempt 1 status=missing: remaining tasks: {said}"
    assert notes(attempts(missing(*tasks)).recorded) == [line]


def test_ok_with_tasks_left_says_only_ok() -> None:
    """The status decides what the line tells."""
    answer = 'STATUS: ok\n{"remainingTasks": ["polish"]}'
    assert notes(attempts(answer).recorded) == [f"[{FIRST}] attempt 1 status=ok: ok"]


def test_notes_hold_no_secret() -> None:
    """What is masked for people is masked in the file that is committed."""
    story = Story().tell(start(RunSettings(max_attempts=1, redact=("sk-[a-z]+", "b"))))
    story.attempt("done", missing("use sk-abc", "b"))
    line = f"[{FIRST}] attempt 1 status=missing: remaining tasks: use [redacted]; [redacted]"
    assert notes(story.recorded) == [line]


@pytest.mark.parametrize("text", ['{"id": 1}', "{}", TODO, '{"notes": null}'])
def test_without_a_verdict_nothing_is_written(text: str) -> None:
    """A run that began, or halted, says nothing of its spec."""
    story = begun().tell(LAUNCH, HaltRun(cause=Cause.SIGINT))
    assert metadata(story.recorded, text) == text


def test_a_halt_after_a_verdict_leaves_what_the_verdict_wrote() -> None:
    """Only verdicts write."""
    story = begun().call("done").call(missing("a", "b"))
    judged = metadata(story.recorded, TODO)
    story.tell(StartAttempt(), LAUNCH, HaltRun(cause=Cause.SIGINT))
    assert metadata(story.recorded, TODO) == judged


@pytest.mark.parametrize("text", [None, *BROKEN])
def test_where_the_text_is_gone_or_broken_the_run_s_own_takes_its_place(text: str | None) -> None:
    """What the run began with is the base, so that nothing of it is lost."""
    story = Story().tell(start(spec=replace(SPEC, metadata=InputText.of("m.json", TODO))))
    assert metadata(story.recorded, text) == TODO
    story.attempt("done", OK)
    assert metadata(story.recorded, text) == ACCEPTED


def test_a_text_found_changed_is_a_better_base_than_the_first() -> None:
    """The last text in the log that can be read counts; other files and broken texts do not."""
    path = SPEC.metadata.path
    changed = '{"id": "spec-01", "owner": "me"}'
    texts = {"one": '{"owner": "you"}', "two": changed, "three": "{broken", "four": None}
    story = begun()
    for text in texts.values():
        digest = None if text is None else sha256(text.encode())
        story.tell(RecordInputChange(path=path, sha256=digest, text=text))
    story.tell(RecordInputChange(path="specs/other/metadata.json", sha256="0", text="{}"))
    mangled = RecordInputChange(path=path, sha256=sha256(b'{"a": "\xe9"}'), text='{"a": "\ufffd"}')
    story.tell(mangled)  # bytes that are no UTF-8
    assert metadata(story.recorded, None) == changed
    assert metadata(story.recorded, '{"mine": 1}') == '{"mine": 1}'


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_metadata_is_told(text: str) -> None:
    """Whoever keeps a broken file beside asks this first."""
    assert not is_metadata(text)


@pytest.mark.parametrize("text", ["{}", '{"notes": null}', '{"notes": "a"}', TODO])
def test_what_is_metadata_is_told(text: str) -> None:
    """Any object, if its notes are text or nothing."""
    assert is_metadata(text)


def test_a_resumed_run_writes_into_what_it_wrote() -> None:
    """Lines of a run's earlier process are known by their text."""
    story = begun().call("done").call(missing("a", "b"))
    on_disk = metadata(story.recorded, "{}")
    story.tell(ResumeRun(settings=RunSettings())).attempt("done", OK)
    assert metadata(story.recorded, on_disk) == metadata(story.recorded, "{}")


@QUICK
@given(story=RUNS, found=FOUND, indent=st.sampled_from([None, 2, "\t"]), ascii_only=st.booleans())
def test_only_helm_s_keys_change_and_twice_is_once(
    story: Story, found: dict[str, Any], indent: int | str | None, *, ascii_only: bool
) -> None:
    """Whatever else the object holds, it holds after, in the same order."""
    text = json.dumps(found, indent=indent, ensure_ascii=ascii_only)
    written = metadata(story.recorded, text)
    own = ("status", "lastRun", "notes")
    rest = [(key, value) for key, value in read(written).items() if key not in own]
    assert rest == [(key, value) for key, value in read(text).items() if key not in own]
    assert read(written)["notes"].startswith(found.get("notes") or "")
    assert metadata(story.recorded, written) == written


@QUICK
@given(story=RUNS, found=FOUND, indent=st.sampled_from([None, 2, "\t"]))
def test_writing_after_each_verdict_is_writing_all_at_once(
    story: Story, found: dict[str, Any], indent: int | str | None
) -> None:
    """A file kept up to date and one rebuilt are the same, byte for byte."""
    text = kept = json.dumps(found, indent=indent)
    for end, each in enumerate(story.recorded, start=1):
        if isinstance(each.event, VerdictGiven):
            kept = metadata(story.recorded[:end], kept)
    assert kept == metadata(story.recorded, text)


def test_events_are_read_once() -> None:
    """Any iterable will do, also one that is used up by reading."""
    story = begun().tell(LAUNCH, completed("done")).call(OK)
    assert metadata(iter(story.recorded), "{}") == metadata(story.recorded, "{}")
