"""How a run is told to people, line by line: from events to text, without a process."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.cli.console import Console
from helm.app.ports import Tick
from helm.app.presenter import Presenter
from helm.app.wording import duration
from helm.domain.commands import (
    LaunchAgent,
    RecordActivity,
    RecordInputChange,
    RecordOutput,
    RecordSession,
    ResumeRun,
    RunCommand,
    StartAttempt,
)
from helm.domain.events import (
    ActivityKind,
    ActivityReported,
    AgentChoice,
    Channel,
    FileChange,
    Recorded,
    RunSettings,
)
from helm.domain.redaction import LONGEST_SECRET, redacted
from helm.domain.run import Run, replay
from tests.examples import (
    MISSING,
    NOON,
    OK,
    WORKER_SAYS,
    Batch,
    batches,
    launch,
    snapshot,
    start_run,
)

CLEAR = "\r\x1b[K"
WORKING = (StartAttempt(), LaunchAgent(argv=("codex", "exec", "-")))
JSONL = b'{"type":"thread.started","thread_id":"x"}\n{"type":"turn.started"}\n'


class Screen:
    """What a person sees of a run on two streams: `both` has them as one terminal would."""

    def __init__(self, *, colour: bool = False, live: bool = False, quiet: bool = False) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.console = Console(self.out, self.err, colour=colour, live=live)
        self.presenter = Presenter(self.console, quiet=quiet)

    def show(self, history: list[Batch]) -> Screen:
        """Show all the events of a run so far."""
        for happening in happenings(history):
            self.presenter.show(happening)
        return self

    def tick(self, elapsed: float, idle: float) -> str:
        """Let a second pass, and give what that has added."""
        before = len(self.out.getvalue())
        self.presenter.show(Tick(elapsed=elapsed, idle=idle))
        return self.out.getvalue()[before:]

    @property
    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()

    @property
    def warnings(self) -> list[str]:
        return self.err.getvalue().splitlines()


def happenings(history: list[Batch]) -> list[Recorded]:
    """Put events in envelopes, as a log would."""
    pairs = [(event, batch.output) for batch in history for event in batch.events]
    return [
        Recorded(run_id="R", seq=seq, recorded_at=NOON, event=event, digest="", output=output)
        for seq, (event, output) in enumerate(pairs)
    ]


def run_of(*commands: RunCommand, settings: RunSettings | None = None) -> list[Batch]:
    """Let a run begin, and go on with `commands`."""
    return batches((start_run(settings=settings), *commands))


def stdout(*pieces: bytes) -> list[RecordOutput]:
    return [RecordOutput(channel=Channel.STDOUT, offset=0, data=piece) for piece in pieces]


def stderr(*pieces: bytes) -> list[RecordOutput]:
    return [RecordOutput(channel=Channel.STDERR, offset=0, data=piece) for piece in pieces]


def told(*commands: RunCommand, settings: RunSettings | None = None) -> Screen:
    """Show a run in which a worker has done `commands` so far."""
    return Screen().show(run_of(*WORKING, *commands, settings=settings))


def activity(kind: ActivityKind, text: str, exit_code: int | None = None) -> RecordActivity:
    return RecordActivity(activity=kind, text=text, exit_code=exit_code)


EXIT = launch(b"", pid=1)[-1]
TITLE = "=== Attempt 1 of 2 for spec-00-example ==="


# Attempts, agents, verdicts


def test_a_run_is_told_from_attempt_to_verdict() -> None:
    """Titles stand before what they head, and tasks beneath their verdict."""
    screen = Screen().show(
        run_of(
            *(StartAttempt(), *launch(WORKER_SAYS, pid=1), *launch(MISSING, pid=2)),
            *(StartAttempt(), *launch(WORKER_SAYS, pid=3), *launch(OK, pid=4)),
        )
    )
    assert [line for line in screen.lines if line[:3] in {"===", "---", "Ver", "  -"}] == [
        TITLE,
        "--- worker ---",
        "--- verifier ---",
        "Verdict on attempt 1: missing",
        "  - accept an empty list",
        "  - say so in the docs",
        "=== Attempt 2 of 2 for spec-00-example ===",
        "--- worker ---",
        "--- verifier ---",
        "Verdict on attempt 2: ok",
    ]
    assert screen.warnings == []


def test_the_model_is_named_where_one_was_chosen() -> None:
    """Each agent is headed with its own."""
    settings = RunSettings(worker=AgentChoice(model="m-1"), verifier=AgentChoice(model="m-2"))
    screen = Screen().show(
        run_of(StartAttempt(), *launch(WORKER_SAYS, pid=1), *WORKING[1:], settings=settings)
    )
    assert "--- worker (m-1) ---" in screen.lines
    assert "--- verifier (m-2) ---" in screen.lines


def test_a_resumed_run_says_which_attempt_goes_on() -> None:
    """Another process shows it from the state that the log holds, not from the beginning."""
    before = run_of(*WORKING)
    after = run_of(*WORKING, ResumeRun(settings=RunSettings()), *WORKING[1:])
    screen = Screen().show(before)
    resumed = Screen()
    resumed.presenter = Presenter(resumed.console, screen.presenter.run)
    for happening in happenings(after)[len(happenings(before)) :]:
        resumed.presenter.show(happening)
    assert resumed.lines == [TITLE, "--- worker ---"]


def test_an_ok_with_tasks_left_is_shown_with_a_warning() -> None:
    """The verifier contradicts itself, and a person should know."""
    answer = b'STATUS: ok\n{"remainingTasks": ["mend\\nthis"]}\n'
    screen = Screen().show(run_of(StartAttempt(), *launch(b"", pid=1), *launch(answer, pid=2)))
    assert "  - mend this" in screen.lines
    assert "helm: warning: the verifier says ok, and names remaining tasks all the same" in (
        screen.warnings
    )


NOT_SEEN = "helm: warning: the verifier says ok, and tells of no command that it ran"
NO_SUCCESS = (
    "helm: warning: the verifier says ok, and none of its commands succeeded: see helm doctor"
)


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize(
    ("answer", "ran", "warnings"),
    [
        (OK, [], [NOT_SEEN]),
        (OK, [1, None], [NO_SUCCESS]),
        (OK, [1, 0], []),
        (MISSING, [], []),
        (MISSING, [1], []),
    ],
)
def test_an_ok_that_rests_on_nothing_is_warned_of(
    answer: bytes, ran: list[int | None], warnings: list[str], *, quiet: bool
) -> None:
    """A verifier whose sandbox cannot be made goes on without a shell, and may be content."""
    history = run_of(StartAttempt(), *launch(b"done", pid=1), *verifier(answer, ran))
    assert Screen(quiet=quiet).show(history).warnings == warnings


def test_nobody_knows_what_a_plain_agent_ran() -> None:
    """It says ok in so many words, and that is all there is."""
    plain = [each for each in verifier(OK, []) if not isinstance(each, RecordSession)]
    screen = Screen().show(run_of(StartAttempt(), *launch(b"done", pid=1), *plain))
    assert screen.warnings == []


def test_a_verifier_that_was_joined_in_its_midst_is_not_doubted() -> None:
    """What it ran before was not seen."""
    judged = happenings(run_of(StartAttempt(), *launch(b"done", pid=1), *verifier(OK, [0])))
    late = 1 + max(n for n, each in enumerate(judged) if isinstance(each.event, ActivityReported))
    screen = Screen()
    screen.presenter = Presenter(screen.console, replay(each.event for each in judged[:late]))
    for happening in judged[late:]:
        screen.presenter.show(happening)
    assert screen.warnings == []


def verifier(answer: bytes, ran: list[int | None]) -> list[RunCommand]:
    """Command a verifier that runs commands with such ends, and answers."""
    begin, spawn, session, *_, said, exit_ = launch(answer, pid=2)
    ended = [activity(ActivityKind.COMMAND_FINISHED, "make test", code) for code in ran]
    return [begin, spawn, session, *ended, said, exit_]


def test_a_worker_without_a_report_is_warned_of() -> None:
    """The verifier will judge without one."""
    screen = told(*launch(b"", pid=1)[1:])
    assert any("without a report" in warning for warning in screen.warnings)


def test_a_changed_input_is_said_when_it_is_found() -> None:
    """A person learns which file, and that this run does not follow it."""
    path = snapshot().body.path
    screen = told(
        EXIT,
        RecordInputChange(path=path, sha256="0" * 64, text="easier"),
        RecordInputChange(path="specs/review.prompt-template.md", sha256=None, text=None),
    )
    assert f"helm: warning: {path} was changed; this run's prompts stay as they began" in (
        screen.warnings
    )
    assert any("template.md was removed;" in warning for warning in screen.warnings)


# What agents do


def test_each_kind_of_activity_has_its_own_look() -> None:
    """Messages as they are, commands as in a shell, the rest indented."""
    screen = told(
        *stdout(JSONL),
        activity(ActivityKind.REASONING, "**Thinking**"),
        activity(ActivityKind.MESSAGE, "I look.\nThen I act."),
        activity(ActivityKind.COMMAND_STARTED, "/bin/bash -lc 'make test'"),
        activity(ActivityKind.COMMAND_FINISHED, "/bin/bash -lc 'make test'", 2),
        activity(ActivityKind.SEARCH, "slugs"),
        RecordActivity(
            activity=ActivityKind.FILE_CHANGE,
            text="",
            changes=(FileChange(path="a.py", kind="add"), FileChange(path="b.py", kind="delete")),
        ),
        activity(ActivityKind.RETRY, "Reconnecting... 1/5"),
        activity(ActivityKind.WARNING, "Model metadata not found"),
    )
    assert screen.lines[2:] == [
        "**Thinking**",
        "I look.",
        "Then I act.",
        "$ make test",
        "  exit 2",
        "  search: slugs",
        "  add: a.py",
        "  delete: b.py",
    ]
    assert screen.warnings == [
        "helm: warning: Reconnecting... 1/5",
        "helm: warning: Model metadata not found",
    ]


def test_a_command_that_ends_out_of_turn_is_named_at_its_end() -> None:
    """Where commands run side by side, each end says whose it is."""
    screen = told(
        activity(ActivityKind.COMMAND_STARTED, "one"),
        activity(ActivityKind.COMMAND_STARTED, "two"),
        activity(ActivityKind.COMMAND_FINISHED, "one", 0),
        activity(ActivityKind.COMMAND_FINISHED, "two"),
    )
    assert screen.lines[2:] == ["$ one", "$ two", "  exit 0: one", "  exit unknown"]


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/bin/bash -lc 'make test'", "make test"),
        ('/usr/bin/zsh -c "make test"', "make test"),
        ("/bin/bash -lc 'echo '\"'\"'a'\"'\"''", "echo 'a'"),
        ("/bin/bash -lc make", "make"),
        ("/bin/bash -lc 'cut off", "/bin/bash -lc 'cut off"),
        ("make 'test'", "make 'test'"),
    ],
)
def test_a_command_is_shown_without_the_shell_around_it(command: str, shown: str) -> None:
    """What the agent meant is said; what cannot be taken apart is said as it is."""
    screen = told(activity(ActivityKind.COMMAND_STARTED, command))
    assert screen.lines[2:] == [f"$ {shown}"]


# What agents write


def test_the_lines_of_codex_are_told_by_its_activity() -> None:
    """JSON Lines are not printed, whatever comes after the first of them."""
    screen = told(*stdout(JSONL, b"no JSON at all\n"), *stderr(b"log line\n"), EXIT)
    assert screen.lines == [TITLE, "--- worker ---"]


def test_a_plain_agent_is_shown_as_it_writes() -> None:
    """Standard output and standard error each go where they belong, whole lines or not."""
    screen = told(*stdout(b"I begin, "), *stderr(b"noise\n"), *stdout(b"and end.\n"), EXIT)
    assert screen.out.getvalue().endswith("---\nI begin, \nand end.\n")
    assert screen.err.getvalue().startswith("noise\n")


def test_a_last_line_without_an_end_is_ended() -> None:
    """What helm says next stands on a line of its own."""
    screen = told(*stdout(b"done"), EXIT)
    assert screen.out.getvalue().endswith("\ndone\n")


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_first_line_that_is_cut_is_held_until_it_tells_what_it_is(cut: int) -> None:
    """Wherever the first piece ends, JSON Lines are never taken for text."""
    data = b"\n " + JSONL
    screen = told(*stdout(data[:cut], data[cut:]), EXIT)
    assert screen.lines == [TITLE, "--- worker ---"]


@pytest.mark.parametrize("text", ["{not JSON}\nmore\n", '{"type": "mine"}\n', "{", "\n\nlate\n"])
@pytest.mark.parametrize("cut", [0, 1, 3])
def test_text_that_looks_like_json_is_shown_all_the_same(text: str, cut: int) -> None:
    """Only codex's own lines are left out; blank lines before the first do not count."""
    data = text.encode()
    screen = told(*stdout(*filter(None, [data[:cut], data[cut:]])), EXIT)
    assert screen.out.getvalue().split("--- worker ---\n")[1].strip() == text.strip()


@pytest.mark.parametrize("cut", range(1, 8))
def test_characters_that_are_cut_are_put_together(cut: int) -> None:
    """A chunk may end within a character; what is no UTF-8 becomes a replacement character."""
    data = "aä漢🜁".encode()
    screen = told(*stdout(data[:cut], data[cut:], b"\xff\n"), EXIT)
    assert screen.lines[-1] == "aä漢🜁\ufffd"


@pytest.mark.parametrize("colour", [False, True])
def test_escapes_of_agents_cannot_command_the_terminal(*, colour: bool) -> None:
    """In output, messages, commands, tasks and paths: at most colours are left."""
    evil = "\x1b]0;title\x07\x1b[2J\x1b[31mred\x1b[0m\x07\x9b2J\u202e"
    verdict = json.dumps({"remainingTasks": [evil]}).encode()
    screen = Screen(colour=colour).show(
        run_of(
            *WORKING,
            *stdout(f"{evil}\n".encode()),
            *stderr(f"{evil}\n".encode()),
            activity(ActivityKind.MESSAGE, evil),
            activity(ActivityKind.COMMAND_STARTED, evil),
            activity(ActivityKind.WARNING, evil),
            RecordActivity(
                activity=ActivityKind.FILE_CHANGE,
                text="",
                changes=(FileChange(path=evil, kind=evil),),
            ),
            EXIT,
            *launch(b"STATUS: missing\n" + verdict, pid=2),
        )
    )
    shown = screen.out.getvalue() + screen.err.getvalue()
    assert "red" in shown
    for harm in ("\x1b]", "\x1b[2J", "\x07", "\x9b", "\u202e"):
        assert harm not in shown
    assert ("\x1b" in shown) is colour


def test_secrets_are_masked_wherever_they_are_cut() -> None:
    """What matches is masked in output, messages and tasks, also across two chunks."""
    settings = RunSettings(redact=("sk-[a-z]+",))
    answer = b'STATUS: missing\n{"remainingTasks": ["remove sk-abc"]}'
    screen = told(
        *stdout(b"the key is sk-a", b"bcdef, keep it\n"),
        *stderr(b"sk-", b"xyz"),
        activity(ActivityKind.MESSAGE, "sk-message"),
        EXIT,
        *launch(answer, pid=2),
        settings=settings,
    )
    shown = screen.out.getvalue() + screen.err.getvalue()
    assert "sk-" not in shown
    assert "the key is [redacted], keep it" in screen.lines
    assert "[redacted]" in screen.warnings
    assert "  - remove [redacted]" in screen.lines


@given(
    words=st.lists(
        st.sampled_from(["sk-abcdef", "token=31337", "x" * 3000, "sk-", "4", " ", "\n"]),
        min_size=1,
        max_size=40,
    ),
    sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=20),
)
def test_no_secret_slips_through_a_line_without_an_end(words: list[str], sizes: list[int]) -> None:
    """However it comes in pieces, all else is shown."""
    patterns = ("sk-[a-f]{2,9}", r"(?<=token=)\d{1,9}")
    text, chunks, sizes_left = "".join(words), [], cycle(sizes)
    rest = text.encode()
    while rest:
        size = next(sizes_left)
        chunks.append(rest[:size])
        rest = rest[size:]
    screen = told(*stdout(*chunks), EXIT, settings=RunSettings(redact=patterns))
    _, _, after = screen.out.getvalue().partition("--- worker ---\n")
    assert after.rstrip("\n") == redacted(text, patterns).rstrip("\n")


def test_a_line_without_an_end_is_held_in_part_alone() -> None:
    """It is shown as it grows, but for what may be the beginning of a secret."""
    settings = RunSettings(redact=("sk-[a-z]+",))
    screen = told(*stdout(b"text\n"), settings=settings)
    begun = screen.presenter.run
    screen.presenter = Presenter(screen.console, begun)
    shown = len(screen.out.getvalue())
    size, heaviest = 10_000, 0
    history = happenings(run_of(*WORKING, *stdout(*[b". " * (size // 2)] * 100)))
    for happening in history[-100:]:
        screen.presenter.show(happening)
        heaviest = max(heaviest, screen.presenter.weight)
    assert 0 < heaviest < 3 * LONGEST_SECRET + 1
    assert len(screen.out.getvalue()) - shown >= 100 * size - heaviest


def test_output_that_was_pruned_is_noted_once_a_launch() -> None:
    """What else is known of the agent is told as ever."""
    pieces = (*stdout(b"one\n", b"two\n"), activity(ActivityKind.MESSAGE, "Done."), EXIT)
    screen = Screen()
    for happening in happenings(run_of(*WORKING, *pieces, *WORKING[1:], *stdout(b"three"))):
        screen.presenter.show(replace(happening, output=None))
    assert screen.lines == [
        TITLE,
        "--- worker ---",
        "(what the worker wrote was pruned)",
        "Done.",
        "--- verifier ---",
        "(what the verifier wrote was pruned)",
    ]


def test_what_was_over_the_limit_is_counted_where_it_is_missing() -> None:
    """A line that was open there is ended; the other channel has nothing to do with it."""
    end = RecordOutput(channel=Channel.STDOUT, offset=5_000, data=b"end\n")
    assert told(*stdout(b"begin\nhal"), *stderr(b"warned\n"), end, EXIT).lines[2:] == [
        "begin",
        "hal",
        "(4,991 bytes of stdout were not kept)",
        "end",
    ]


# From the midst of a run


def joined(before: list[RecordOutput], after: list[RecordOutput], *patterns: str) -> Screen:
    """Show a run from where its worker has written `before` already."""
    settings = RunSettings(redact=patterns)
    history = happenings(run_of(*WORKING, *before, *after, settings=settings))
    begun = len(happenings(run_of(*WORKING)))
    midst = begun + len(before)
    screen = Screen()
    run = replay(each.event for each in history[:midst])
    screen.presenter = Presenter(screen.console, run, history[begun:midst])
    for happening in history[midst:]:
        screen.presenter.show(happening)
    return screen


def test_what_was_written_before_is_not_shown() -> None:
    """Neither on standard output nor on standard error."""
    screen = joined([*stdout(b"old\n"), *stderr(b"old\n")], [*stdout(b"new\n"), *stderr(b"now\n")])
    assert (screen.lines, screen.warnings) == (["new"], ["now"])


def test_the_lines_of_codex_are_known_for_what_they_are_from_their_midst() -> None:
    """A chunk may begin within a line, which then looks like text."""
    screen = joined(stdout(JSONL, b'{"type":"item.star'), stdout(b'ted"}\n', b"more\n"))
    assert (screen.lines, screen.warnings) == ([], [])


def test_a_character_is_whole_although_its_first_half_came_before() -> None:
    """It counts as new."""
    data = "old漢\n".encode()
    assert joined(stdout(data[:4]), stdout(data[4:])).lines == ["漢"]


def test_the_second_half_of_a_secret_is_masked_too() -> None:
    """Where secrets are masked, the line that was begun is shown whole."""
    screen = joined(stdout(b"old\nthe key is sk-a"), stdout(b"bcdef, keep it\n"), "sk-[a-z]+")
    assert screen.lines == ["the key is [redacted], keep it"]


def test_one_who_asked_for_quiet_does_not_read_what_came_before() -> None:
    """It would be read for nothing."""
    earlier = iter(happenings(run_of(*WORKING, *stdout(b"old"))))
    Presenter(Screen().console, Run(), earlier, quiet=True)
    assert next(earlier).seq == 0


# Silence


def test_on_a_terminal_a_live_line_tells_of_the_silence() -> None:
    """It is written over each second, and wiped before anything else is."""
    screen = Screen(live=True).show(run_of(*WORKING))
    assert screen.tick(61, 5) == f"{CLEAR}worker at work for 1m 01s, silent for 5s"
    assert screen.tick(62, 6) == f"{CLEAR}worker at work for 1m 02s, silent for 6s"
    screen.presenter.show(happenings(run_of(*WORKING, *stdout(b"done\n")))[-1])
    assert screen.out.getvalue().endswith(f"silent for 6s{CLEAR}done\n")


def test_the_live_line_waits_where_an_agent_has_begun_a_line() -> None:
    """It would wipe what the agent has written."""
    screen = Screen(live=True).show(run_of(*WORKING, *stdout(b"half a li")))
    assert screen.tick(2, 1) == ""


def test_the_live_line_names_who_works() -> None:
    """After the worker it is the verifier's."""
    screen = Screen(live=True).show(run_of(*WORKING, *stdout(JSONL), EXIT, *WORKING[1:]))
    assert screen.tick(1, 1) == f"{CLEAR}verifier at work for 1s, silent for 1s"


def test_off_a_terminal_a_heartbeat_is_a_line_each_minute() -> None:
    """A log file shows that the run lives, and does not fill up with seconds."""
    screen = Screen().show(run_of(*WORKING))
    beats = "".join(screen.tick(10 + second, second) for second in range(1, 181))
    assert beats.splitlines() == [
        "... worker at work for 1m 10s, silent for 1m 00s",
        "... worker at work for 2m 10s, silent for 2m 00s",
        "... worker at work for 3m 10s, silent for 3m 00s",
    ]


def test_the_minutes_of_silence_are_counted_anew_after_each_sign_of_life() -> None:
    """A minute after the agent was last heard the heartbeat is there again."""
    history = run_of(*WORKING, *stdout(b"word\n"))
    screen = Screen().show(history)
    assert screen.tick(60, 60).startswith("... ")
    screen.presenter.show(happenings(history)[-1])
    assert screen.tick(61, 1) == ""
    assert screen.tick(120, 60).startswith("... ")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.9, "0s"), (59.9, "59s"), (60, "1m 00s"), (3599, "59m 59s"), (7325, "2h 02m")],
)
def test_a_duration_is_written_as_people_say_it(seconds: float, text: str) -> None:
    """Seconds below a minute, minutes below an hour."""
    assert duration(seconds) == text


# Colour


def test_colour_marks_what_matters_and_is_left_out_where_it_is_not_wanted() -> None:
    """Without it the text is the same."""
    history = run_of(
        *WORKING,
        activity(ActivityKind.COMMAND_STARTED, "make"),
        activity(ActivityKind.COMMAND_FINISHED, "make", 1),
        EXIT,
        *launch(OK, pid=2),
    )
    plain, coloured = Screen().show(history), Screen(colour=True).show(history)
    assert "\x1b[31m  exit 1\x1b[0m" in coloured.lines
    assert "\x1b[32mVerdict on attempt 1: ok\x1b[0m" in coloured.lines
    for code in ("0", "1", "2", "31", "32"):
        coloured.out = io.StringIO(coloured.out.getvalue().replace(f"\x1b[{code}m", ""))
    assert coloured.lines == plain.lines


def test_a_colour_that_an_agent_leaves_on_ends_with_its_words() -> None:
    """One that hides text could else hide the verdict, or what the shell says next."""
    hiding = "\x1b[8;30;40m"
    history = run_of(
        *WORKING,
        *stdout(f"done{hiding}\nhidden\n".encode()),
        *stderr(f"noise{hiding}".encode()),
        activity(ActivityKind.WARNING, f"careful{hiding}"),
        EXIT,
        *launch(
            b'STATUS: missing\n{"remainingTasks": ["a\x1b[8m", "b"]}'.replace(b"\x1b", b"\\u001b"),
            pid=2,
        ),
    )
    screen = Screen(colour=True).show(history)
    for line in ("  - a\x1b[8m\x1b[0m", "  - b", "\x1b[33mVerdict on attempt 1: missing\x1b[0m"):
        assert line in screen.lines
    assert f"done{hiding}\nhidden\n\x1b[0m" in screen.out.getvalue()
    err = screen.err.getvalue()
    assert err.count(hiding) == err.count("\x1b[0m") == 1
    assert "\nhelm: warning: careful\n" in err


# The console beneath


class Broken(io.StringIO):
    """A stream whose reader has gone away."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.tried = 0

    def write(self, text: str) -> int:
        self.tried += 1
        raise self.error


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError(5, "Input/output error"), ValueError("closed file")]
)
def test_a_stream_that_fails_is_given_up_and_the_other_goes_on(error: Exception) -> None:
    """Nothing is raised, and nothing more is tried on the stream that is gone."""
    out, err = Broken(error), io.StringIO()
    console = Console(out, err, colour=False, live=True)
    console.line("one")
    console.status("two")
    console.write("three")
    console.line("four", error=True)
    console.close()
    assert out.tried == 1
    assert err.getvalue().endswith("four\n")


def test_a_line_that_is_open_on_one_stream_is_ended_before_the_other_speaks() -> None:
    """On a terminal both are one: no line of one stands on the tail of the other's."""
    both = io.StringIO()
    console = Console(both, both, colour=False, live=False)
    console.write("half")
    console.write("noise\n", error=True)
    console.write("rest")
    console.line("helm's own", error=True)
    console.close()
    assert both.getvalue() == "half\nnoise\nrest\nhelm's own\n"
