"""`helm show` as a process: a run on a page, and whatever was recorded of it, byte for byte."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helm.adapters.sqlite.log import SqliteEventLog
from tests.e2e.fake_codex import begin, command, end, err, hold, item, message, out, turn
from tests.e2e.terminal import COLUMNS, on_terminal
from tests.e2e.workspace import MISSING, OK, SPEC, Workspace
from tests.examples import record, whole_run

EVERY_BYTE = bytes(range(256)) * 3 + b"\r\n\r\x00 and no line end"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def two_attempts(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A run that was accepted at its second attempt; it is only read."""
    workspace = Workspace(tmp_path_factory.mktemp("two"))
    changes = [{"path": "src/greet.py", "kind": "add"}]
    first = [*begin(), message("I look."), *command("make test", 2), message("first work"), end()]
    change = item("file_change", changes=changes, status="completed")
    workspace.agent(worker=[first, [*begin(), change, end()]], verifier=[MISSING, OK])
    workspace.execute()
    return workspace


def raw(workspace: Workspace, *words: str) -> bytes:
    """Give what helm prints, byte for byte."""
    done = subprocess.run(
        workspace.helm_words("show", "latest", *words),
        cwd=workspace.root,
        env=workspace.environment,
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout


def prune(workspace: Workspace) -> None:
    """Empty all transcripts."""
    with closing(sqlite3.connect(workspace.log)) as connection, connection:
        connection.execute("UPDATE output SET data = NULL")


def short_id(workspace: Workspace) -> str:
    ((run_id,),) = workspace.query("SELECT SUBSTR(run_id, 1, 8) FROM runs")
    return str(run_id)


# The page


def test_a_run_is_told_on_a_page(two_attempts: Workspace) -> None:
    """What was asked, by whom, what was done in each attempt, and how that was judged."""
    ended = two_attempts.run("show", "latest")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == f"{SPEC}: accepted after 2 attempts"
    fields = {line[2:13].strip(): line[14:] for line in lines[1:] if line[:2] == "  "}
    assert fields["spec"] == f"A greeting (specs/{SPEC})"
    assert fields["work tree"] == "."
    assert fields["mode"] == "strict, at most 2 attempts"
    assert fields["worker"] == "the agent's own model, danger-full-access"
    assert fields["commands"] == "./greet | grep -q hello"
    assert fields["tokens"] == "4800 in, 120 out"
    assert "@" in fields["asked by"]
    ours = [line for line in lines if not line.startswith(("---", "  "))]
    assert ours[1:] == [
        "",
        "=== Attempt 1 of 2 ===",
        "codex resume fake-thread",
        "I look.",
        "$ make test",
        "first work",
        "codex resume fake-thread",
        "$ make test",
        "Verdict on attempt 1: missing",
        "Nearly.",
        "",
        "=== Attempt 2 of 2 ===",
        "codex resume fake-thread",
        "codex resume fake-thread",
        "$ make test",
        "Verdict on attempt 2: ok",
        "All is there.",
        "",
    ]
    assert [line for line in lines if line[:4] in {"  + ", "  - ", "  ex", "  ad"}] == [
        "  exit 2",
        "  exit 0",
        "  + say goodbye",
        "  + test it",
        "  add: src/greet.py",
        "  exit 0",
        "  - say goodbye",
        "  - test it",
    ]


def test_an_ok_that_rests_on_nothing_is_doubted(workspace: Workspace) -> None:
    """A reader of the page was not there when the run warned of it."""
    workspace.agent(verifier=[turn(OK)])
    warned = workspace.execute().warnings
    doubt = "the verifier says ok, and tells of no command that it ran"
    assert warned == [f"helm: warning: {doubt}"]
    assert f"Verdict on attempt 1: ok\nwarning: {doubt}\n" in workspace.run("show", "latest").out


def test_tasks_that_stay_are_told_from_those_that_come_and_go(workspace: Workspace) -> None:
    """As in a diff; the first verdict is beside what was taken over."""
    workspace.agent(verifier=[MISSING])
    workspace.execute("--max-attempts", "1")
    again = 'STATUS: missing\n{"remainingTasks": ["test it", "say more"]}\n'
    workspace.agent(verifier=[again])
    workspace.execute("--max-attempts", "1")
    shown = workspace.run("show", "latest").out
    assert "  taken over  - say goodbye\n              - test it\n" in shown
    assert "missing\n  + say more\n    test it\n  - say goodbye\n" in shown


def test_a_halt_and_its_resume_are_told_in_their_place(workspace: Workspace) -> None:
    """And before it is resumed, the words to do that."""
    workspace.agent(worker=[[*begin(), hold()]])
    with workspace.working() as helm:
        helm.send(signal.SIGINT)
        helm.end()
    shown = workspace.run("show", "latest").out
    assert shown.startswith(f"{SPEC}: halted: SIGINT in attempt 1\n")
    assert f"  helm run --exec {SPEC} --resume" in shown
    workspace.agent()
    workspace.execute("--resume")
    lines = workspace.run("show", "latest").out.splitlines()
    told = [line for line in lines if line.startswith("---") or line[9:15] in {"halted", "resume"}]
    assert "launch 1: worker" in told[0]
    assert "stopped" in told[0]
    assert told[1].endswith(" halted (SIGINT)")
    assert " resumed by " in told[2]
    assert "launch 2: worker" in told[3]
    assert "launch 3: verifier" in told[4]


def test_a_living_run_is_told_as_far_as_it_is(workspace: Workspace) -> None:
    """It is at work, and it can be watched; once it is killed, it has died."""
    workspace.agent(worker=[[*begin(), message("I begin."), hold()]])
    with workspace.working() as helm:
        workspace.wait_for_event("ActivityReported")
        shown = workspace.run("show", "latest").out
        assert shown.startswith(f"{SPEC}: running in attempt 1\n")
        assert "at work ---\n" in shown
        assert "I begin." in shown
        assert f"  helm watch {short_id(workspace)}" in shown
        helm.kill()
    shown = workspace.run("show", "latest").out
    assert shown.startswith(f"{SPEC}: died in attempt 1\n")
    assert "never seen to end ---\n" in shown
    assert f"  helm run --exec {SPEC} --resume" in shown


def test_long_texts_are_shortened_unless_the_attempt_is_asked_for(workspace: Workspace) -> None:
    """It is said what to type to see all."""
    many = [each for number in range(60) for each in command(f"step {number}", 0)]
    report = "\n".join(f"line {number}" for number in range(50))
    workspace.agent(worker=[[*begin(), *many, message(report), end()]])
    workspace.execute()
    shown = workspace.run("show", "latest").out
    hint = f"helm show {short_id(workspace)} --attempt 1"
    assert f"… 91 more: {hint}\n" in shown
    assert "$ step 30\n" not in shown
    assert "line 11\n… 304 characters more: " + hint in shown
    whole = workspace.run("show", "latest", "--attempt", "1").out
    assert "$ step 30\n" in whole
    assert report in whole
    assert "…" not in whole


def test_a_plain_agent_is_told_by_its_report(workspace: Workspace) -> None:
    """It reports no activity."""
    workspace.agent(worker=[[out("I did it all.\n")]], verifier=[[out(OK)]])
    workspace.execute()
    shown = workspace.run("show", "latest").out
    assert "I did it all.\n" in shown
    assert "STATUS: ok" not in shown
    assert "Verdict on attempt 1: ok\nAll is there.\n" in shown


def test_what_a_newer_helm_wrote_does_not_hide_the_rest(workspace: Workspace) -> None:
    """It is said that there is more, and where to see it."""
    workspace.execute()
    with SqliteEventLog(workspace.log) as log:
        record(log, "01KG9Z5T", whole_run())
    columns = "run_id, seq, kind, schema_version, recorded_at, body, digest"
    with closing(sqlite3.connect(workspace.log)) as connection, connection:
        connection.execute(
            f"INSERT INTO events ({columns}) SELECT run_id, MAX(seq) + 1, 'MoonRose', 7, "
            "recorded_at, '{\"x\": 1}', digest FROM events WHERE run_id = '01KG9Z5T'"
        )
    ended = workspace.run("show", "01KG9Z5T")
    assert "1 event has no place here; see: helm show 01KG9Z5T --events" in ended.out
    assert "MoonRose          version 7" in workspace.run("show", "01KG9Z5T", "--events").out
    found = json.loads(workspace.run("show", "01KG9Z5T", "--json").out)
    assert found["strays"][0]["body"] == {"x": 1}


# Byte for byte


def test_a_transcript_is_given_byte_for_byte(workspace: Workspace) -> None:
    """Whatever the agent wrote, to either channel, and nothing else."""
    workspace.agent(worker=[[out(EVERY_BYTE), err(EVERY_BYTE[::-1])]])
    workspace.execute()
    assert raw(workspace, "--worker") == EVERY_BYTE
    assert raw(workspace, "--launch", "1", "--channel", "stdout") == EVERY_BYTE
    assert raw(workspace, "--worker", "--channel", "stderr") == EVERY_BYTE[::-1]
    assert raw(workspace, "--verifier", "--channel", "stderr") == b""


def test_a_prompt_is_given_byte_for_byte(two_attempts: Workspace) -> None:
    """The one that the agent read, of every launch."""
    asked = [call.prompt.encode() for call in two_attempts.calls()]
    for number, prompt in enumerate(asked, start=1):
        assert raw(two_attempts, "--launch", str(number), "--prompt") == prompt
    assert raw(two_attempts, "--prompt", "--attempt", "1", "--verifier") == asked[1]
    assert raw(two_attempts, "--prompt", "--worker") == asked[2]


def test_a_report_is_given_as_it_was_written(two_attempts: Workspace) -> None:
    """Rebuilt from the log."""
    written = (two_attempts.spec / "implementation-report.md").read_bytes()
    assert raw(two_attempts, "--report") == written


def test_events_are_given_as_the_run_printed_them(workspace: Workspace) -> None:
    """JSON Lines, with what the agents wrote; for people, a line each."""
    workspace.agent(worker=[[out("ä\n"), err("\u6f22")]])
    printed = workspace.execute("--json").out
    assert workspace.run("show", "latest", "--events", "--json").out == printed
    lines = workspace.run("show", "latest", "--events").out.splitlines()
    assert len(lines) == len(printed.splitlines())
    assert [line.split()[2] for line in lines] == workspace.kinds()
    chosen = workspace.run("show", "latest", "--events", "--verifier").out.splitlines()
    assert chosen[0].split()[2] == "VerifierLaunched"
    assert all("launch 2" in line or "VerdictGiven" in line for line in chosen)


def test_everything_is_there_as_json(two_attempts: Workspace) -> None:
    """Start, attempts, launches, prompts, activity, transcripts, verdicts."""
    found: dict[str, Any] = json.loads(two_attempts.run("show", "latest", "--json").out)
    (listed,) = json.loads(two_attempts.run("history", "--json").out)
    assert found["run"] == listed
    assert found["start"]["spec"]["body"]["text"] == two_attempts.text("SPEC.md")
    assert found["settings"]["max_attempts"] == 2
    launches = [each for attempt in found["attempts"] for each in attempt["launches"]]
    calls = two_attempts.calls()
    assert [(each["role"], each["prompt"]) for each in launches] == [
        (call.role, call.prompt) for call in calls
    ]
    assert [each["body"]["activity"] for each in launches[0]["activity"]] == [
        "message",
        "command_started",
        "command_finished",
        "message",
    ]
    for launch in launches:
        told, kept = launch["finished"]["stdout"], launch["transcripts"]["stdout"]
        assert (kept["bytes"], kept["sha256"]) == (told["length"], told["sha256"])
        assert len(kept["text"].encode()) == kept["bytes"]
    assert [attempt["verdict"]["new"] for attempt in found["attempts"]] == [
        ["say goodbye", "test it"],
        [],
    ]
    assert found["attempts"][1]["verdict"]["gone"] == ["say goodbye", "test it"]
    assert (found["halts"], found["resumes"], found["strays"]) == ([], [], [])


# What was pruned


def test_a_pruned_transcript_is_said_so(workspace: Workspace) -> None:
    """In one line, with exit code 6; all the rest is there."""
    workspace.execute()
    page = workspace.run("show", "latest").out
    prune(workspace)
    ended = workspace.run("show", "latest", "--worker")
    assert (ended.code, ended.out) == (6, "")
    (said,) = ended.complaints
    assert "was pruned" in said
    assert workspace.run("show", "latest").out == page
    assert raw(workspace, "--prompt", "--worker") == workspace.calls()[0].prompt.encode()
    found = json.loads(workspace.run("show", "latest", "--json").out)
    launch = found["attempts"][0]["launches"][0]
    told = launch["finished"]["stdout"]
    kept = {"pruned": True, "bytes": told["length"], "sha256": told["sha256"], "text": None}
    assert launch["transcripts"]["stdout"] == kept
    assert '"output"' not in workspace.run("show", "latest", "--events", "--json").out
    assert ":1:worker:activity:It is done." in workspace.run("history", "--grep", "It is").out


# Words that make no sense


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (
            ["--prompt"],
            2,
            "which launch? say --worker, --verifier or --launch N, of: launch 1 (wo",
        ),
        (["--channel", "stderr"], 2, "which launch?"),
        (["--worker", "--verifier"], 2, "say --worker or --verifier, not both"),
        (
            ["--prompt", "--json"],
            2,
            "say one of --prompt, --events, --report, --junit and --json alone",
        ),
        (["--report", "--worker"], 2, "--report, --junit and --json are of the whole run"),
        (["--junit", "--launch", "1"], 2, "--report, --junit and --json are of the whole run"),
        (["--json", "--attempt", "1"], 2, "--report, --junit and --json are of the whole run"),
        (["--prompt", "--channel", "stdout"], 2, "--channel is of a transcript"),
        (["--attempt", "3"], 3, "the run has no attempt 3; those there are: 1, 2"),
        (["--launch", "0"], 3, "the run has no such launch"),
    ],
)
def test_words_that_make_no_sense_are_refused(
    two_attempts: Workspace, words: list[str], code: int, complaint: str
) -> None:
    """In one line that says what there is."""
    ended = two_attempts.run("show", "latest", *words)
    assert (ended.code, ended.out) == (code, "")
    (said,) = ended.complaints
    assert complaint in said


def test_a_run_that_is_not_there_is_refused(workspace: Workspace) -> None:
    """With exit code 3, also where there is no run at all."""
    for word in ("latest", "01KG"):
        assert workspace.run("show", word).code == 3
    workspace.execute()
    assert "run '01KG' not found" in workspace.run("show", "01KG").err


def test_a_run_without_a_verdict_has_no_report(workspace: Workspace) -> None:
    """That is said."""
    workspace.agent(worker=[[*begin(), hold()]])
    with workspace.working():
        ended = workspace.run("show", "latest", "--report")
    assert (ended.code, ended.out) == (3, "")
    assert "has no verdict and no end to report yet" in ended.err


# Terminals and pipes


def test_a_terminal_is_not_harmed(workspace: Workspace) -> None:
    """By a transcript, a page, or events; colour alone may pass."""
    evil = "\x1b]0;title\x07\x1b[2J\u202e\x9b31mnot \x1b[31mred\x1b[0m"
    workspace.agent(worker=[[out(evil)]])
    workspace.execute()
    for words in ((), ("--worker",), ("--events",), ("--verifier", "--prompt"), ("--json",)):
        shown = on_terminal(workspace, "show", "latest", *words)
        assert not {"\x07", "\x9b", "\u202e"} & set(shown)
        assert "\x1b]" not in shown
        assert "\x1b[2J" not in shown
    plain = on_terminal(workspace, "show", "latest", environment={"NO_COLOR": "1"})
    assert "\x1b" not in plain
    assert "not red" in plain


def test_secrets_are_masked_on_the_screen(workspace: Workspace) -> None:
    """Also where a text is cut; a program gets what was recorded."""
    (workspace.root / "helm.config.json").write_text('{"redact": ["sk-[a-z]+"]}', "utf-8")
    workspace.agent(worker=[f"{'x' * 1195} sk-{'a' * 50}"])
    workspace.execute()
    assert "sk-" not in workspace.run("show", "latest").out
    assert "sk-" not in on_terminal(workspace, "show", "latest", "--worker")
    assert "sk-" not in workspace.run("show", "latest", "--events").out
    assert b"sk-aaa" in raw(workspace, "--worker")
    assert "sk-aaa" in workspace.run("show", "latest", "--json").out


def test_a_page_fits_a_terminal_where_helm_has_the_words(two_attempts: Workspace) -> None:
    """What people and agents wrote is wrapped by the terminal."""
    shown = on_terminal(two_attempts, "show", "latest", environment={"NO_COLOR": "1"})
    assert max(map(len, shown.splitlines())) <= COLUMNS


def test_a_transcript_has_the_pager_too(two_attempts: Workspace) -> None:
    """On a terminal."""
    pager = f"{shutil.which('sed')} s/^/page:/"
    shown = on_terminal(two_attempts, "show", "latest", "--worker", environment={"PAGER": pager})
    assert shown.startswith('page:{"type": "thread.started"')


def test_a_reader_that_goes_away_is_no_trouble(workspace: Workspace) -> None:
    """As under `head`, also in the middle of a transcript."""
    workspace.agent(worker=[[out("a line\n" * 100_000)]])
    workspace.execute()
    for options in ("--worker", "--events --json", "--json"):
        helm = " ".join(workspace.helm_words("show", "latest", *options.split()))
        ended = workspace.run_shell(f"{helm} | {{ read line; echo got it; }}")
        assert (ended.code, ended.out, ended.err) == (0, "got it\n", "")


def test_times_are_those_of_where_one_is(workspace: Workspace) -> None:
    """With the zone, as a page may be sent to somebody elsewhere."""
    with SqliteEventLog(workspace.log) as log:
        record(log, "01KG9Z5T", whole_run())
    shown = workspace.run("show", "latest", environment={"TZ": "JST-9"}).out
    assert "  started     2026-01-31 21:00:00 +0900\n" in shown
