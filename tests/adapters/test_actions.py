"""GitHub Actions: no agent gives the runner a command, and what helm tells it arrives."""

from __future__ import annotations

import io
import json
import os
import re
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helm.adapters.cli.actions import Annotations
from helm.adapters.cli.console import ActionsConsole, Console
from helm.adapters.cli.endings import fail
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.raw import print_raw
from helm.adapters.cli.step_summary import StepSummary, code, step_summary
from helm.adapters.cli.summary import Summary
from helm.adapters.cli.workflow_commands import Annotation, Level, in_actions
from helm.app.ports import WorkTree
from helm.domain.events import Ending, Recorded, RunSettings
from helm.domain.run import Run
from tests.domain.histories import (
    LAUNCH,
    OK,
    Story,
    attempts,
    begun,
    broke_off,
    missing,
    start,
)

HOSTILE = st.text(st.sampled_from(list(":#[]\r\n \t\u2028\u00a0\ufeff\u200b\\xa")), max_size=30)


class Streams:
    """A console in Actions, and what the runner reads of it."""

    def __init__(self) -> None:
        self.out, self.err = io.StringIO(newline=""), io.StringIO(newline="")
        self.console = ActionsConsole(self.out, self.err, colour=False, live=False)

    @property
    def commands(self) -> list[str]:
        """List what the runner takes for a command."""
        lines = re.split("\r\n|\r|\n", f"{self.out.getvalue()}\n{self.err.getvalue()}")
        return [line for line in lines if obeyed(line)]


def obeyed(line: str) -> bool:
    """Tell whether the runner could read a command in a line; of .NET it trims what is blank."""
    trimmed = line.lstrip().lstrip("\ufeff\u200b\u00a0\u2028 \t")
    return trimmed.startswith("::") or "##[" in line


@dataclass
class Told:
    """A run that has come to rest, as recipients are told of it."""

    story: Story
    report_path: Path | None = None
    run_id: str = "01KG9Z5T8Q"
    short_id: str = "01KG9Z5T"
    spec_id: str = "spec-01"
    work_tree: WorkTree | None = None
    told: list[Recorded] = field(default_factory=list)

    @property
    def run(self) -> Run:
        return self.story.run

    @property
    def history(self) -> list[Recorded]:
        return self.story.recorded

    def summary(self, console: Console) -> Summary:
        return Summary(console, "helm run --exec spec-01", self)


def annotated(story: Story) -> list[str]:
    """Give the annotations of a run."""
    streams, told = Streams(), Told(story)
    Annotations(streams.console).tell(told, told.summary(streams.console))
    assert streams.out.getvalue() == ""
    return streams.err.getvalue().splitlines()


def halted(detail: str) -> Story:
    """Tell of a run whose worker failed."""
    return begun().tell(LAUNCH, broke_off(Ending.FAILED, detail=detail))


# No command of an agent's


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), HOSTILE), max_size=8))
def test_nothing_that_is_printed_is_a_command(pieces: list[tuple[bool, str]]) -> None:
    """Wherever a text is cut, on either stream, behind whatever the runner overlooks."""
    streams = Streams()
    for error, text in pieces:
        streams.console.write(text, error=error)
    assert streams.commands == []


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("::add-mask::e\n", "\\::add-mask::e\n"),
        (" \t::stop-commands::x\n", " \t\\::stop-commands::x\n"),
        ("so ##[add-mask]e ##[x]\n", "so ##\\[add-mask]e ##\\[x]\n"),
        ("a\r::error::b\n", "a\r\\::error::b\n"),
        ("std::vector ## [x] a::b\n", "std::vector ## [x] a::b\n"),
    ],
)
def test_a_backslash_stands_where_a_command_would_begin(said: str, printed: str) -> None:
    """Byte by byte or at once; what is no command stays as it is."""
    whole, slowly = Streams(), Streams()
    whole.console.write(said)
    for char in said:
        slowly.console.write(char)
    assert whole.out.getvalue() == slowly.out.getvalue() == printed


def test_json_holds_no_command_and_the_same_values() -> None:
    """It may be printed to a log as it is."""
    value = {"text": "::error::x\n##[add-mask]e", "##[": ["\\##[", "###["]}
    text = json_text(value)
    assert not obeyed(text)
    assert json.loads(text) == value


# What helm tells the runner


def test_a_warning_of_helm_is_an_annotation() -> None:
    """On a line of its own, on standard error; any other line stays a line."""
    streams = Streams()
    streams.console.write("half a line")
    streams.console.warn("100% of it\nis gone")
    streams.console.line("helm: it failed", error=True)
    assert streams.out.getvalue() == "half a line\n"
    assert streams.err.getvalue() == (
        "::warning title=helm::100%25 of it is gone\nhelm: it failed\n"
    )


def test_an_agent_cannot_forge_a_warning_of_helm() -> None:
    """Its output is written, not told, and nothing is made of its words."""
    streams = Streams()
    streams.console.write("helm: warning: all is well\n", error=True)
    streams.console.line("helm: warning: all is well", error=True)
    assert streams.commands == []


def test_each_remaining_task_is_an_error_at_the_spec() -> None:
    """Nothing in a text can end its annotation."""
    lines = annotated(attempts(missing("a,b: 50%\n::error::c", "d")))
    place = "::error file=specs/spec-01/SPEC.md,title=spec-01%3A remaining task::"
    assert lines == [f"{place}a,b: 50%25%0A::error::c", f"{place}d"]


def test_a_halt_is_an_error() -> None:
    """It says why, and where."""
    title = "spec-01%3A halted in attempt 1"
    assert annotated(halted("exit code 1")) == [
        f"::error file=specs/spec-01/SPEC.md,title={title}::the worker failed: exit code 1"
    ]


def test_an_accepted_run_is_not_annotated() -> None:
    """What an earlier attempt missed was done."""
    assert annotated(attempts(missing("a"), OK)) == []


def test_the_last_annotation_counts_those_that_have_no_room() -> None:
    """GitHub shows ten of a step, and says nothing of the rest."""
    lines = annotated(attempts(missing(*(f"task {number}" for number in range(12)))))
    assert len(lines) == 10
    assert lines[8].endswith("::task 8")
    assert lines[9].endswith("::and 3 more: see the report")


def test_an_annotation_is_masked_and_not_too_long() -> None:
    """A secret is masked before a text is cut."""
    story = Story().tell(start(RunSettings(max_attempts=1, redact=("hunter2",))))
    (line,) = annotated(story.attempt("done", missing("x" * 1996 + "hunter2")))
    assert "hunt" not in line
    assert len(line) < 2100


def test_a_title_cannot_hold_another_property() -> None:
    """A spec may be called anything."""
    found = Annotation(level=Level.ERROR, title="a,file=b::c%", text="d", file="e\nf")
    assert found.command == "::error file=e%0Af,title=a%2Cfile=b%3A%3Ac%25::d"


def test_the_runner_is_known_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other CIs set other ones."""
    assert in_actions({"GITHUB_ACTIONS": "true"})
    assert not in_actions({"CI": "true"})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert isinstance(Console.standard(), ActionsConsole)
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert not isinstance(Console.standard(), ActionsConsole)


def test_what_was_recorded_is_exact_even_in_actions(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A transcript is sent to a file, and has to be the one that was written."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    print_raw([b"::error::x\n##[add-", b"mask]e\n"], ())
    assert capsys.readouterr().out == "::error::x\n##[add-mask]e\n"


def test_an_error_of_helm_is_no_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may quote what somebody else wrote."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with pytest.raises(SystemExit):
        fail("no spec called '##[add-mask]e'", 3)
    assert capsys.readouterr().err == "helm: no spec called '##\\[add-mask]e'\n"


# The summary of the step


def summarised(story: Story) -> str:
    """Give the Markdown of a run."""
    told = Told(story)
    return step_summary(told, told.summary(Streams().console))


def test_a_summary_tells_how_a_run_ended() -> None:
    """Its attempts, what is left, where to read on, how to go on."""
    text = summarised(attempts(missing("parse", "print"), missing("print")))
    assert text == (
        "### `spec-01`: exhausted after 2 attempts\n"
        "\n"
        "| attempt | worker | verifier | verdict | remaining tasks |\n"
        "|---|---|---|---|---|\n"
        "| 1 | 1s | 1s | missing | 2 |\n"
        "| 2 | 1s | 1s | missing | 1 |\n"
        "\n"
        "Remaining tasks:\n"
        "\n"
        "- `print`\n"
        "\n"
        "- run: `01KG9Z5T8Q`\n"
        "- report: `helm show 01KG9Z5T --report`\n"
        "- to go on: `helm run --exec spec-01` (goes on with the remaining tasks)\n"
        "\n"
    )


def test_a_summary_says_why_a_run_halted() -> None:
    """An attempt without a verdict has none in the table."""
    text = summarised(halted("exit code 1"))
    assert text.startswith("### `spec-01`: halted in attempt 1\n")
    assert "| 1 | 1s | - | none | - |\n" in text
    assert "- why: `the worker failed: exit code 1`\n" in text
    assert "- to go on: `helm run --exec spec-01 --resume`\n" in text


def test_a_summary_of_an_accepted_run_asks_for_nothing() -> None:
    """There is nothing left to do in the CI."""
    text = summarised(attempts(OK))
    assert text.startswith("### `spec-01`: accepted after 1 attempt\n")
    assert "Remaining" not in text
    assert "to go on" not in text


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(list("`~ \n\r<&|[]()*#-\\ab\x00\u2028\u202e")), max_size=30))
def test_no_text_leaves_its_code_span(text: str) -> None:
    """It is one line, and no run of backticks in it is as long as the fence around it."""
    span = code(text)
    assert span.splitlines() == [span]
    found = re.fullmatch(r"(`+)(.+?)(?<!`)\1", span) or re.fullmatch(r"(`+)( .+ )\1", span)
    assert found
    fence, inner = found[1], found[2]
    assert not inner.startswith("`")
    assert not inner.endswith("`")
    assert len(fence) not in map(len, re.findall("`+", inner))


def test_a_summary_is_bounded_and_masked() -> None:
    """However many tasks there are, and however long they are."""
    tasks = [f"{number} hunter2 {'x' * 5000}" for number in range(200)]
    story = Story().tell(start(RunSettings(max_attempts=1, redact=("hunter2",))))
    text = summarised(story.attempt("done", missing(*tasks)))
    assert len(text) < 50 * 520 + 1000
    assert "hunter" not in text
    assert "\n- and 150 more\n" in text


def appended(path: Path) -> str:
    """Append an accepted run to a file, and give what was said meanwhile."""
    streams, told = Streams(), Told(attempts(OK))
    StepSummary(path, streams.console).tell(told, told.summary(streams.console))
    assert streams.out.getvalue() == ""
    return streams.err.getvalue()


def test_a_summary_is_appended(tmp_path: Path) -> None:
    """A step may have told something before."""
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    assert appended(path) == ""
    assert path.read_text() == f"before\n{summarised(attempts(OK))}"


def test_a_summary_that_has_no_room_is_left_out(tmp_path: Path) -> None:
    """GitHub would show nothing of a file that is too large."""
    path = tmp_path / "summary.md"
    path.write_bytes(b"x" * (1024 * 1024 - 1100))
    assert "the step has told too much already" in appended(path)
    assert path.stat().st_size == 1024 * 1024 - 1100


@pytest.mark.parametrize("read", [False, True])
def test_a_summary_is_not_written_to_a_pipe(tmp_path: Path, *, read: bool) -> None:
    """Whether or not somebody reads it: nobody is waited for."""
    path = tmp_path / "summary.md"
    os.mkfifo(path)
    with ExitStack() as stack:
        if read:
            reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            stack.callback(os.close, reader)
        assert f"no step summary in {path}: " in appended(path)
        assert not read or os.read(reader, 1) == b""


def test_a_summary_that_cannot_be_written_is_a_warning(tmp_path: Path) -> None:
    """The run is what it was."""
    said = appended(tmp_path / "gone" / "summary.md")
    assert said.startswith("::warning title=helm::no step summary in ")
    assert said.endswith(": No such file or directory\n")


def test_the_halt_of_a_run_is_told_masked() -> None:
    """What a worker said last may be a secret."""
    story = halted("key hunter2")
    assert story.run.started
    masked = replace(story.run.started.settings, redact=("hunter2",))
    event = replace(story.run.started, settings=masked)
    told = Story().record([event, *(each.event for each in story.recorded[1:])])
    assert "hunter2" not in summarised(told)
    assert "hunter2" not in "".join(annotated(told))
