"""`helm run --exec` as a process: what it does, what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.e2e.fake_codex import (
    begin,
    command,
    die,
    end,
    err,
    item,
    leave,
    line,
    make,
    message,
    out,
    remove,
    shut,
    turn,
    wait_for,
)
from tests.e2e.workspace import MISSING, OK, SPEC, Workspace

RESUME = f"helm run --exec {SPEC} --resume"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


# The loop


def test_a_spec_is_accepted_at_once(workspace: Workspace) -> None:
    """One attempt, exit code 0; metadata and report say done."""
    ended = workspace.execute()
    assert (ended.code, ended.err) == (0, "")
    assert workspace.roles() == ["worker", "verifier"]
    assert workspace.metadata()["status"] == "done"
    assert workspace.metadata()["owner"] == "änn"
    assert "- Outcome: accepted" in workspace.text("implementation-report.md")
    assert workspace.kinds()[-1] == "RunFinished"


def test_a_second_attempt_is_told_what_the_first_one_left(workspace: Workspace) -> None:
    """The second worker gets the tasks, the second verifier the second report."""
    workspace.agent(worker=["first work", "second work"], verifier=[MISSING, OK])
    assert workspace.execute().code == 0
    calls = workspace.calls()
    assert [call.role for call in calls] == ["worker", "verifier"] * 2
    assert "Left: []" in calls[0].prompt
    assert 'Left: [\n  "say goodbye",\n  "test it"\n]' in calls[2].prompt
    assert "Report: first work" in calls[1].prompt
    assert "Report: second work" in calls[3].prompt
    notes = workspace.metadata()["notes"].split("\n")
    assert [note.partition("] ")[2] for note in notes] == [
        "attempt 1 status=missing: remaining tasks: say goodbye; test it",
        "attempt 2 status=ok: ok",
    ]


def test_the_attempts_are_used_up(workspace: Workspace) -> None:
    """Exit code 1; the spec is in progress, and the next words to type are said."""
    workspace.agent(verifier=[MISSING])
    ended = workspace.execute("--max-attempts", "3")
    assert (ended.code, ended.err) == (1, "")
    assert workspace.roles() == ["worker", "verifier"] * 3
    assert workspace.metadata()["status"] == "in-progress"
    assert "exhausted after 3 attempts" in ended.out
    assert f"helm run --exec {SPEC}    (goes on with the remaining tasks)" in ended.out


def test_the_next_run_goes_on_with_the_remaining_tasks(workspace: Workspace) -> None:
    """Without --fresh the tasks of an exhausted run are the first thing that is said."""
    workspace.agent(verifier=[MISSING])
    workspace.execute("--max-attempts", "1")
    ended = workspace.execute("--max-attempts", "1")
    assert ended.out.startswith(
        "Going on with 2 remaining tasks:\n  - say goodbye\n  - test it\n=== Attempt 1 of 1 for "
    )
    assert '"say goodbye"' in workspace.calls()[-2].prompt


def test_a_fresh_run_begins_without_them(workspace: Workspace) -> None:
    """--fresh tells the worker of no tasks, and the screen neither."""
    workspace.agent(verifier=[MISSING])
    workspace.execute("--max-attempts", "1")
    ended = workspace.execute("--max-attempts", "1", "--fresh")
    assert "Going on" not in ended.out
    assert "Left: []" in workspace.calls()[-2].prompt


def test_an_accepted_spec_may_be_run_again(workspace: Workspace) -> None:
    """A second run is a run of its own, with an id of its own."""
    workspace.execute()
    assert workspace.execute().code == 0
    assert len({event.run_id for event in workspace.events()}) == 2


def test_resuming_what_is_over_only_says_its_outcome(workspace: Workspace) -> None:
    """A script may say --resume for ever: no agent is called, the exit code is the run's."""
    workspace.agent(verifier=[MISSING])
    assert workspace.execute("--resume").code == 1
    called = len(workspace.calls())
    ended = workspace.execute("--resume")
    assert (ended.code, ended.err) == (1, "")
    assert "exhausted after 2 attempts" in ended.out
    assert len(workspace.calls()) == called


# Verdicts that are none


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("STATUS: ok", "there is no second line"),
        ("Looks good to me.\n{}", "its first line is 'Looks good to me.'"),
        ("**STATUS: ok**\n{}", "its first line is '**STATUS: ok**'"),
        ("STATUS: ok\n[]", "its second line is not a JSON object: '[]'"),
        ("STATUS: ok\nfine", "its second line is not JSON: 'fine'"),
        ('STATUS: ok\n{"remainingTasks": [1]}', "remainingTasks is not an array of strings"),
        ("", "the answer is empty"),
    ],
)
def test_a_verdict_that_cannot_be_read_costs_one_verifier_call(
    workspace: Workspace, answer: str, complaint: str
) -> None:
    """Exit code 5, the spec is not done; resumed, only the verifier is asked again."""
    workspace.agent(verifier=[answer, OK])
    ended = workspace.execute()
    assert ended.code == 5
    (said,) = ended.complaints
    assert said.startswith(
        f"helm: no verdict: the verifier's answer cannot be read: {complaint}. Expected "
    )
    assert said.endswith(f"To go on: {RESUME}")
    assert workspace.metadata()["status"] == "todo"
    assert workspace.execute("--resume").code == 0
    assert workspace.roles() == ["worker", "verifier", "verifier"]
    assert workspace.metadata()["status"] == "done"


def test_a_verifier_without_a_message_gives_no_verdict(workspace: Workspace) -> None:
    """A turn that completes without a word is not ok, although its exit status is 0."""
    workspace.agent(verifier=[[*begin(), end()], []])
    assert workspace.execute().code == 5
    assert workspace.execute("--resume").code == 5


# Agents that fail


def test_a_worker_that_fails_is_quoted_and_can_be_run_again(workspace: Workspace) -> None:
    """Exit code 4 with the last that it wrote to standard error, and the words that go on."""
    failing = [err("Reading prompt from stdin...\nERROR: You've hit your usage limit\n"), leave(1)]
    workspace.agent(worker=[failing, "It is done."])
    ended = workspace.execute()
    assert ended.code == 4
    (complaint,) = ended.complaints
    assert complaint == (
        "helm: the worker failed: the agent exited with status 1: Reading prompt from stdin..."
        f" / ERROR: You've hit your usage limit. To go on: {RESUME}"
    )
    assert workspace.execute("--resume").code == 0
    assert workspace.roles() == ["worker", "worker", "verifier"]
    assert [body["attempt"] for body in workspace.bodies("WorkerLaunched")] == [1, 1]


def test_a_verifier_that_fails_does_not_cost_the_work(workspace: Workspace) -> None:
    """The finished worker is not run again when the run is resumed."""
    limit = [
        *begin(),
        line(type="turn.failed", error={"message": "exceeded retry limit: 429"}),
        leave(1),
    ]
    workspace.agent(worker=["first work", "never"], verifier=[limit, limit, OK])
    assert [workspace.execute("--resume").code for _ in range(3)] == [4, 4, 0]
    assert workspace.roles() == ["worker", "verifier", "verifier", "verifier"]
    assert all("Report: first work" in call.prompt for call in workspace.calls()[1:])


def test_what_codex_says_went_wrong_is_said_once_more_by_helm(workspace: Workspace) -> None:
    """The reason of a failed turn stands in helm's own line."""
    failed = line(type="turn.failed", error={"message": "Quota exceeded."})
    workspace.agent(worker=[[*begin(), failed, leave(1)]])
    (complaint,) = workspace.execute().complaints
    assert "the agent exited with status 1: Quota exceeded. To go on:" in complaint


def test_an_agent_that_was_killed_is_named_by_its_signal(workspace: Workspace) -> None:
    """The out-of-memory killer is told from a failure of the agent's own."""
    workspace.agent(worker=[[die("SIGKILL")]])
    ended = workspace.execute()
    assert ended.code == 4
    assert "the agent was killed by SIGKILL" in ended.complaints[0]


def test_a_turn_that_is_cut_short_is_not_completed(workspace: Workspace) -> None:
    """JSON Lines that end without the end of the turn are a failure, whatever the status."""
    workspace.agent(worker=[[*begin(), message("nearly")]])
    ended = workspace.execute()
    assert ended.code == 4
    assert "the agent ended before its turn was completed" in ended.complaints[0]


def test_an_agent_that_does_not_read_its_prompt_has_not_heard_it(workspace: Workspace) -> None:
    """An agent that closes its standard input fails, even if it then exits with 0."""
    long = "x" * 300_000  # more than a pipe holds
    (workspace.spec / "SPEC.md").write_text(f"# Long\n\n{long}\n", encoding="utf-8")
    workspace.agent(worker=[[shut(), out("done\n")]])
    ended = workspace.execute()
    assert ended.code == 4
    assert "the agent stopped reading its prompt after" in ended.complaints[0]


def test_time_limits_end_an_agent(workspace: Workspace) -> None:
    """A worker over its time halts the run with exit code 4, and nothing of it is left."""
    workspace.agent(worker=[[wait_for("never")], "It is done."])
    ended = workspace.execute("--worker-timeout", "2s")
    assert ended.code == 4
    (complaint,) = ended.complaints
    assert complaint == (
        "helm: the worker took too long: the agent had not ended when its time of 2 s was up. "
        f"To go on: {RESUME}"
    )
    assert workspace.survivors() == []
    assert workspace.bodies("RunHalted")[0]["cause"] == "worker_timed_out"


# No agent at all


def test_without_codex_it_is_said_how_to_get_it(workspace: Workspace) -> None:
    """Exit code 4 before anything is begun: there is no run and no log."""
    workspace.codex.unlink()
    ended = workspace.execute()
    assert (ended.code, ended.out) == (4, "")
    (complaint,) = ended.complaints
    assert "npm install -g @openai/codex" in complaint
    assert "HELM_CODEX" in complaint
    assert not workspace.log.exists()


def test_a_codex_that_is_not_executable_is_named(workspace: Workspace) -> None:
    """The file is named, with what mends it."""
    workspace.codex.chmod(0o644)
    ended = workspace.execute()
    assert (ended.code, ended.out) == (4, "")
    assert ended.complaints == [
        f"helm: {workspace.codex} is not executable; chmod +x it, or set HELM_CODEX"
    ]
    assert not workspace.log.exists()


def test_a_codex_whose_interpreter_is_missing_halts_the_run(workspace: Workspace) -> None:
    """Only starting it can tell: the run is halted, says why, and goes on when it is mended."""
    workspace.codex.write_text("#!/no/such/node\n", encoding="utf-8")
    ended = workspace.execute()
    assert ended.code == 4
    (complaint,) = ended.complaints
    assert "the interpreter that its first line names does not exist" in complaint
    assert complaint.endswith(f"To go on: {RESUME}")
    workspace.install_codex()
    assert workspace.execute("--resume").code == 0


def test_another_program_may_be_named(workspace: Workspace) -> None:
    """HELM_CODEX is taken in the place of codex on PATH."""
    other = workspace.codex.rename(workspace.codex.with_name("my codex"))
    assert workspace.execute(environment={"HELM_CODEX": str(other)}).code == 0
    assert workspace.bodies("WorkerLaunched")[0]["argv"][0] == str(other)


# What people see


def test_a_run_is_told_as_it_happens(workspace: Workspace) -> None:
    """Attempts, agents, messages, commands with their ends, verdict with tasks, and a summary."""
    working = [
        *begin(),
        message("I read the spec."),
        *command("make test", 0),
        *command("./greet", 1),
        item("file_change", changes=[{"path": "greet", "kind": "add"}], status="completed"),
        message("It greets."),
        end(),
    ]
    workspace.agent(worker=[working, "It says goodbye."], verifier=[MISSING, OK])
    ended = workspace.execute()
    (run_id,) = {event.run_id for event in workspace.events()}
    lines = ended.out.splitlines()
    assert lines[:17] == [
        f"=== Attempt 1 of 2 for {SPEC} ===",
        "--- worker ---",
        "I read the spec.",
        "$ make test",
        "  exit 0",
        "$ ./greet",
        "  exit 1",
        "  add: greet",
        "It greets.",
        "--- verifier ---",
        "$ make test",
        "  exit 0",
        *MISSING.splitlines(),
        "Verdict on attempt 1: missing",
        "  - say goodbye",
    ]
    assert lines[18:-6] == [
        "",
        f"=== Attempt 2 of 2 for {SPEC} ===",
        "--- worker ---",
        "It says goodbye.",
        "--- verifier ---",
        "$ make test",
        "  exit 0",
        *OK.splitlines(),
        "Verdict on attempt 2: ok",
    ]
    assert re.fullmatch(rf"{SPEC}: accepted after 2 attempts, \d+s of agents' time", lines[-5])
    label, shown_id = lines[-3].split()
    assert (label, run_id.startswith(shown_id)) == ("run", True)
    assert [each.split(maxsplit=1) for each in (lines[-4], *lines[-2:])] == [
        ["tokens", "4800 in, 120 out"],
        ["report", f"specs/{SPEC}/implementation-report.md"],
        ["next", "git status    (read the work, then commit it)"],
    ]


def test_a_plain_agent_is_shown_as_it_is(workspace: Workspace) -> None:
    """Its standard output goes to ours, its standard error to ours; the report is all of it."""
    workspace.agent(
        worker=[[out("It is "), err("thinking\n"), out("done.\n")]],
        verifier=[[err("looking\n"), out(OK)]],
    )
    ended = workspace.execute()
    assert ended.code == 0
    assert "--- worker ---\nIt is \ndone.\n" in ended.out or "It is done.\n" in ended.out
    assert "--- verifier ---\nSTATUS: ok\n" in ended.out
    assert ended.err == "thinking\nlooking\n"
    assert "Report: It is done.\n" in workspace.calls()[1].prompt
    assert "  tokens  unknown\n" in ended.out


def test_json_prints_the_log_and_nothing_else(workspace: Workspace) -> None:
    """Every line is an event, in order and without gaps, with an agent's output as text."""
    workspace.agent(worker=[[out("It is dön\xff\n".encode() + b"\xff\n")]], verifier=[MISSING, OK])
    ended = workspace.execute("--json")
    assert (ended.code, ended.err) == (0, "")
    told = [json.loads(each) for each in ended.out.splitlines()]
    logged = workspace.events()
    assert [(each["seq"], each["kind"], each["body"]) for each in told] == [
        (event.seq, event.kind, event.body) for event in logged
    ]
    assert [each["seq"] for each in told] == list(range(len(logged)))
    outputs = [each["output"] for each in told if each["kind"] == "OutputCaptured"]
    assert outputs[0] == "It is dönÿ\n\ufffd\n"


def test_json_says_why_a_run_halted_on_standard_error(workspace: Workspace) -> None:
    """A program reads events on standard output; the sentence for people is not among them."""
    workspace.agent(worker=[[leave(3)]])
    ended = workspace.execute("--json")
    assert ended.code == 4
    assert json.loads(ended.out.splitlines()[-1])["kind"] == "RunHalted"
    assert len(ended.complaints) == 1


@pytest.mark.parametrize("option", ["--json", "--quiet"])
def test_what_must_be_heard_is_said_to_programs_too(workspace: Workspace, option: str) -> None:
    """A script that reads events, or none, has its warnings on standard error."""
    workspace.agent(verifier=[turn('STATUS: ok\n{"remainingTasks": ["a"]}')])
    ended = workspace.execute(option)
    assert ended.code == 0
    assert ended.err.splitlines() == [
        "helm: warning: the verifier says ok, and names remaining tasks all the same",
        "helm: warning: the verifier says ok, and tells of no command that it ran",
    ]


def test_quiet_prints_nothing_where_all_is_well(workspace: Workspace) -> None:
    """With --quiet an accepted run is silent, and a halted one says its one line."""
    workspace.agent(worker=[[err("noise\n"), out("done\n")], [leave(1)]])
    ended = workspace.execute("--quiet")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    ended = workspace.execute("--quiet")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.splitlines() == ended.complaints
    assert len(ended.complaints) == 1


def test_a_dry_run_shows_both_prompts_and_leaves_no_trace(workspace: Workspace) -> None:
    """Nothing is launched, no log is made, no file is touched."""
    before = workspace.files()
    ended = workspace.execute("--dry-run")
    assert (ended.code, ended.err) == (0, "")
    worker, _, verifier = ended.out.partition("=== The verifier's prompt ===\n")
    assert worker.startswith(f"=== The worker's prompt ===\nImplement {SPEC}, A greeting (strict)")
    assert "- ./greet | grep -q hello" in worker
    assert "- [ ] it greets" in verifier
    assert workspace.calls() == []
    assert workspace.files() == before
    assert not workspace.log.exists()


def test_output_of_any_size_is_kept_whole(workspace: Workspace) -> None:
    """Megabytes on both channels at once neither block nor get lost."""
    noise = "0123456789abcde\n" * 65536
    workspace.agent(worker=[[err(noise), out(noise), err(noise), out("done\n")]])
    ended = workspace.execute("--quiet")
    assert ended.code == 0
    captured = [body for body in workspace.bodies("OutputCaptured") if body["launch"] == 1]
    sizes = {
        name: sum(body["length"] for body in captured if body["channel"] == name)
        for name in ("stdout", "stderr")
    }
    assert sizes == {"stdout": len(noise) + len("done\n"), "stderr": 2 * len(noise)}


def test_terminal_escapes_of_an_agent_do_nothing(workspace: Workspace) -> None:
    """Titles, cursor moves and bells are taken out of what is shown, and kept in the log."""
    workspace.agent(worker=[[out("\x1b]0;gotcha\x07\x1b[2Jdone\x07\n"), leave(0)]])
    ended = workspace.execute()
    assert "--- worker ---\ndone\n" in ended.out
    assert "\x1b" not in ended.out


# A reader that goes away


def test_a_reader_that_goes_away_does_not_stop_the_run(workspace: Workspace) -> None:
    """As under `| head -1`: the run goes on to its end, and its exit code is the run's."""
    go = workspace.place / "go"
    workspace.agent(worker=[[wait_for(go), out("x" * 200_000), out("\ndone\n")]])
    words = ("run", "--exec", SPEC)
    with workspace.start(*words, stdout=subprocess.PIPE) as helm:
        assert helm.popen.stdout
        assert helm.popen.stdout.readline() == f"=== Attempt 1 of 2 for {SPEC} ===\n".encode()
        helm.popen.stdout.close()
        go.touch()
        ended = helm.end()
    assert (ended.code, ended.err) == (0, "")
    assert workspace.kinds()[-1] == "RunFinished"


@pytest.mark.parametrize("redirection", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_from_the_start_is_no_reason_to_fail(
    workspace: Workspace, redirection: str
) -> None:
    """Without standard input, output or error the run is the same, and its log is sound."""
    workspace.agent(worker=[[err("noise\n"), out("done\n")]])
    assert workspace.run_shell(f"{shlex.join(workspace.helm_words())} {redirection}").code == 0
    assert workspace.metadata()["status"] == "done"
    assert workspace.query("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_full_under_our_output_ends_the_printing_only(workspace: Workspace) -> None:
    """Standard output may be redirected to a file that cannot be written any more."""
    ended = workspace.run_shell(f"{shlex.join(workspace.helm_words())} > /dev/full")
    assert (ended.code, ended.out) == (0, "")
    (warning,) = ended.err.splitlines()
    assert "standard output cannot be written (No space left on device)" in warning
    assert workspace.metadata()["status"] == "done"


def test_a_terminal_that_went_away_ends_the_printing_only(workspace: Workspace) -> None:
    """Where nobody sends SIGHUP, the run goes on although each write fails."""
    go = workspace.place / "go"
    workspace.agent(worker=[[out("working\n"), wait_for(go), out("done\n")]])
    ours, theirs = os.openpty()
    with workspace.start("run", "--exec", SPEC, stdout=theirs) as helm:
        os.close(theirs)
        workspace.wait_for_event("OutputCaptured")
        os.close(ours)
        go.touch()
        assert helm.end().code == 0
    assert workspace.metadata()["status"] == "done"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_characters_that_the_terminal_does_not_know_are_written_as_escapes(
    workspace: Workspace, encoding: str
) -> None:
    """A narrow encoding neither ends the printing nor the run."""
    workspace.agent(worker=["dön → done"])
    ended = workspace.execute(environment={"PYTHONIOENCODING": f"{encoding}:strict"})
    assert ended.code == 0
    assert " \\u2192 done" in ended.out
    assert "Verdict on attempt 1: ok" in ended.out


# The words themselves


@pytest.mark.parametrize("words", [(), ("run",), ("run", SPEC)])
def test_without_exec_there_is_no_headless_run(
    workspace: Workspace, words: tuple[str, ...]
) -> None:
    """One sentence, exit code 2, and nothing is run."""
    ended = workspace.run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == len(ended.complaints) == 1
    assert workspace.calls() == []
    assert not workspace.log.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--exec"),
        ("run", "--exec", SPEC, "--nosuch"),
        ("run", "--exec", SPEC, "another"),
        ("run", "--exec", SPEC, "--resume", "--fresh"),
        ("run", "--exec", SPEC, "--resume", "--dry-run"),
        ("nosuch",),
        ("--nosuch",),
    ],
)
def test_wrong_words_are_exit_code_2(workspace: Workspace, words: tuple[str, ...]) -> None:
    """Something is said on standard error, nothing on standard output, and nothing is run."""
    ended = workspace.run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err
    assert workspace.calls() == []


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("run", "-h")])
def test_help_tells_the_exit_codes(workspace: Workspace, words: tuple[str, ...]) -> None:
    """Each code is told with what it means."""
    ended = workspace.run(*words)
    assert (ended.code, ended.err) == (0, "")
    for code in ("0", "1", "2", "3", "4", "5", "6", "129, 130, 143"):
        assert re.search(rf"^ +{code}  +\w", ended.out, re.MULTILINE), code


def test_the_version_is_said(workspace: Workspace) -> None:
    """`--version` prints the name and a version number."""
    ended = workspace.run("--version")
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(r"helm \d+\.\d+\.\d+\S*\n", ended.out)


def test_an_agent_works_at_the_root_wherever_helm_was_called(workspace: Workspace) -> None:
    """What it makes with a relative path stands beside the specs root."""
    workspace.agent(worker=[[make("greet", "echo hello\n"), out("done\n")]])
    assert workspace.run("run", "--exec", SPEC, cwd=workspace.spec).code == 0
    assert (workspace.root / "greet").read_text(encoding="utf-8") == "echo hello\n"


def test_the_folder_that_helm_was_called_in_may_be_cleaned_away(workspace: Workspace) -> None:
    """A worker that removes it does not take the summary with it."""
    folder = workspace.root / "build"
    folder.mkdir()
    workspace.agent(worker=[[remove("build"), out("done\n")]])
    ended = workspace.run("run", "--exec", SPEC, cwd=folder)
    assert (ended.code, ended.err) == (0, "")
    assert f"report  {workspace.spec}/implementation-report.md" in ended.out
