"""`helm replay` as a process: what it writes, shows and refuses, wherever it is run, and when."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from helm.adapters.sqlite.log import SqliteEventLog
from helm.domain.events import RunEvent, RunStarted, Status, Unknown, VerdictGiven
from tests.e2e.fake_codex import hold, leave
from tests.e2e.workspace import MISSING, OK, SPEC, Ended, Workspace, write

FOLDER = f"specs/{SPEC}"
FILES = ("metadata.json", "implementation-report.md")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec that was accepted at its second attempt."""
    workspace = Workspace(tmp_path)
    workspace.agent(verifier=[MISSING, OK])
    workspace.execute()
    return workspace


def deleted(workspace: Workspace) -> dict[str, bytes]:
    """Delete what a replay writes, and say what every file held."""
    before = workspace.files()
    for name in FILES:
        (workspace.spec / name).unlink()
    return before


def lines(ended: Ended) -> list[str]:
    """Give what was printed, without the spaces that align it."""
    return [" ".join(line.split()) for line in ended.out.splitlines()]


def short(run_id: str) -> str:
    """Shorten a run's id until it is like what people type."""
    return run_id[:14].lower()


def retold(workspace: Workspace, change: Callable[[RunEvent], RunEvent]) -> Path:
    """Write the log anew as another helm would have: with some event changed."""
    path = workspace.place / "retold" / "runs.db"
    with SqliteEventLog(workspace.log) as old, SqliteEventLog(path) as new:
        for run_id in reversed(old.runs_like("")):
            for each in old.outline(run_id):
                assert not isinstance(each.event, Unknown)
                seq, moment = len(new.load(run_id)), each.recorded_at
                new.append(run_id, [change(each.event)], expected_seq=seq, recorded_at=moment)
    return path


def test_deleted_files_come_back_byte_for_byte(workspace: Workspace) -> None:
    """Each file is named; a second time there is nothing to do."""
    before = deleted(workspace)
    ended = workspace.run("replay", SPEC)
    assert (ended.code, ended.err) == (0, "")
    assert lines(ended) == [f"wrote {FOLDER}/{name}" for name in FILES]
    assert workspace.files() == before
    again = workspace.run("replay", SPEC)
    assert lines(again) == [f"unchanged {FOLDER}/{name}" for name in FILES]


def test_metadata_that_cannot_be_read_is_kept_beside(workspace: Workspace) -> None:
    """What is made anew has what the log knows."""
    before = workspace.text("metadata.json")
    write(workspace.spec / "metadata.json", "{broken")
    ended = workspace.run("replay", SPEC)
    assert lines(ended)[0] == (
        f"wrote {FOLDER}/metadata.json (what stood there cannot be read, and is kept beside it)"
    )
    assert workspace.text("metadata.json") == before
    assert workspace.text("metadata.json.broken") == "{broken"


ELSEWHERE = [
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0"},
    {"TZ": "Asia/Kathmandu", "LC_ALL": "POSIX", "PYTHONHASHSEED": "3", "COLUMNS": "20"},
]


def test_it_is_the_same_in_another_place(workspace: Workspace) -> None:
    """Time zone, locale, encoding and hash seed leave no trace."""
    for environment in ELSEWHERE:
        before = deleted(workspace)
        assert workspace.run("replay", SPEC, environment=environment).code == 0
        assert workspace.files() == before


def test_it_is_the_same_in_another_year(workspace: Workspace) -> None:
    """The clock leaves no trace; the process that is asked believes that it is 2041."""
    later = workspace.place / "later"
    later.mkdir()
    write(
        later / "sitecustomize.py",
        "from freezegun import freeze_time\nfreeze_time('2041-02-03', tick=True).start()\n"
        "import datetime, sys\nsys.stderr.write(f'{datetime.date.today()}\\n')\n",
    )
    before = deleted(workspace)
    path = f"{later}:{workspace.environment['PYTHONPATH']}"
    ended = workspace.run("replay", SPEC, environment={"PYTHONPATH": path})
    assert (ended.code, ended.err) == (0, "2041-02-03\n")
    assert workspace.files() == before


def test_after_a_run_that_halted_both_runs_are_told(workspace: Workspace) -> None:
    """The metadata has the last verdict, the report the last end."""
    workspace.agent(worker=[[leave(1)]])
    assert workspace.execute().code == 4
    assert workspace.run("replay", "--all", "--check").code == 0
    before = deleted(workspace)
    assert workspace.run("replay", "latest").code == 0
    assert workspace.files() == before
    assert workspace.metadata()["status"] == "done"
    assert "- Outcome: halted (worker_failed)" in workspace.text("implementation-report.md")


def test_check_shows_a_diff_and_writes_nothing(workspace: Workspace) -> None:
    """From what is on disk to what the log tells, under the paths of git; exit code 1."""
    text = workspace.text("metadata.json").replace('"done"', '"todo"').replace("änn", "ben")
    write(workspace.spec / "metadata.json", text)
    before = workspace.files()
    ended = workspace.run("replay", SPEC, "--check", cwd=workspace.specs)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == (
        f"diff --git a/{FOLDER}/metadata.json b/{FOLDER}/metadata.json\n"
        f"--- a/{FOLDER}/metadata.json\n"
        f"+++ b/{FOLDER}/metadata.json\n"
        "@@ -1,6 +1,6 @@\n"
        " {\n"
        f'   "id": "{SPEC}",\n'
        '-  "status": "todo",\n'
        '+  "status": "done",\n'
        '   "name": "A greeting",\n'
        '   "dependsOn": [],\n'
        '   "acceptanceCommands": [\n'
    )
    assert workspace.files() == before
    assert workspace.run("replay", SPEC).code == 0
    assert workspace.metadata()["owner"] == "ben"
    quiet = workspace.run("replay", SPEC, "--check")
    assert (quiet.code, quiet.out) == (0, "2 files compared, nothing differs from the log\n")


def test_a_reader_that_leaves_early_is_no_failure(workspace: Workspace) -> None:
    """As `git diff | head -1`."""
    deleted(workspace)
    helm = " ".join(workspace.helm_words("replay", SPEC, "--check"))
    ended = workspace.run_shell(f"{helm} | read line; echo read")
    assert (ended.code, ended.out, ended.err) == (0, "read\n", "")


def test_a_report_of_an_older_format_is_named(workspace: Workspace) -> None:
    """What differs is then no wonder, and not somebody's deed."""
    log = retold(
        workspace,
        lambda event: replace(event, report_format=0) if isinstance(event, RunStarted) else event,
    )
    ended = workspace.run("replay", SPEC, "--check", "--db", str(log))
    assert ended.code == 1
    assert ended.out.startswith(
        f"{FOLDER}/implementation-report.md: written in report format 0, this helm writes 1; "
        "helm replay without --check rewrites it\ndiff --git "
    )


def test_an_older_run_is_refused_and_written_elsewhere(workspace: Workspace) -> None:
    """The refusal says how; the spec's folder is as it was."""
    (older,) = {event.run_id for event in workspace.events()}
    workspace.agent()
    workspace.execute()
    before = workspace.files()
    ended = workspace.run("replay", short(older))
    assert ended.code == 2
    [line] = ended.complaints
    assert re.fullmatch(
        rf"helm: run {older[:8]}\w* is not the latest of {FOLDER}, which is \w+, and nothing is "
        rf"rolled back; to write its files elsewhere, say: helm replay {older[:8]}\w* --to DIR",
        line,
    )
    assert workspace.files() == before
    ended = workspace.run("replay", short(older), "--to", "old/files")
    assert lines(ended) == [f"wrote old/files/{name}" for name in FILES]
    report = (workspace.root / "old" / "files" / "implementation-report.md").read_text()
    assert f"- Run: {older}\n" in report
    shutil.rmtree(workspace.root / "old")
    assert workspace.files() == before


def test_everything_is_rebuilt_but_for_what_is_gone(workspace: Workspace) -> None:
    """Only what was written is listed; a folder that is gone is named, and is no failure."""
    folder = workspace.add_spec("spec-02-gone")
    workspace.agent()
    workspace.run("run", "--exec", "spec-02")
    workspace.add_spec("spec-03-new")
    shutil.rmtree(folder)
    (workspace.spec / "metadata.json").unlink()
    ended = workspace.run("replay", "--all")
    assert ended.code == 0
    assert lines(ended) == [f"wrote {FOLDER}/metadata.json", "unchanged 1 file"]
    assert ended.err == "helm: warning: specs/spec-02-gone is not there any more\n"
    assert not folder.exists()


def test_a_spec_that_is_being_run_is_refused(workspace: Workspace) -> None:
    """Exit code 6, with who holds it; the other specs are rebuilt."""
    workspace.agent(worker=[[hold()]])
    with workspace.working():
        (workspace.spec / "implementation-report.md").unlink()
        ended = workspace.run("replay", SPEC)
        assert ended.code == 6
        [line] = ended.complaints
        assert "is being run already" in line
        assert not (workspace.spec / "implementation-report.md").exists()
        assert workspace.run("replay", "--all").code == 6
        assert workspace.run("replay", SPEC, "--check").code == 1


SENSELESS = {
    (): "Say: helm replay RUN, helm replay SPEC, or helm replay --all",
    ("--all", SPEC): "--all is every spec; leave RUN and SPEC out",
    ("--all", "--judge", "--check"): "--judge writes nothing; leave --check and --to out",
    (SPEC, "--judge", "--to", "x"): "--judge writes nothing; leave --check and --to out",
    (SPEC, "--to", FOLDER): "is the folder of a spec; give --to another one",
}


def test_words_that_make_no_sense(workspace: Workspace) -> None:
    """Exit code 2 and one line that says what would."""
    before = workspace.files()
    for words, said in SENSELESS.items():
        ended = workspace.run("replay", *words)
        assert (ended.code, ended.out) == (2, "")
        [line] = ended.complaints
        assert line.endswith(said)
    assert workspace.files() == before


def test_what_there_is_not(workspace: Workspace) -> None:
    """Exit code 3 for a word that means nothing, and for a spec that was never run."""
    workspace.add_spec("spec-02-new")
    for word, said in {
        "spec-9": "nor does a run begin so (see: helm history)",
        "spec-02": "specs/spec-02-new has no verdict and no end in the log yet",
    }.items():
        ended = workspace.run("replay", word)
        assert ended.code == 3
        [line] = ended.complaints
        assert line.endswith(said)


def test_an_empty_log_has_nothing_to_replay(tmp_path: Path) -> None:
    """It is said where it was looked for, and no file is made."""
    workspace = Workspace(tmp_path)
    for words in (["--all"], ["--all", "--check"]):
        ended = workspace.run("replay", *words)
        assert (ended.code, ended.out) == (
            0,
            f"no runs of this work tree in {workspace.log} yet\n",
        )
    assert workspace.run("replay", "--all", "--judge").out == "0 verdicts, all the same\n"
    assert not workspace.log.exists()


def test_the_recorded_answers_are_judged_the_same(workspace: Workspace) -> None:
    """By run, by spec or all of them; no agent is called, and nothing is written."""
    workspace.agent()
    before, events = workspace.files(), workspace.kinds()
    for words in (["latest"], [SPEC], ["--all"]):
        ended = workspace.run("replay", *words, "--judge")
        assert (ended.code, ended.out, ended.err) == (0, "2 verdicts, all the same\n", "")
    assert (workspace.files(), workspace.kinds(), workspace.roles()) == (before, events, [])


def test_answers_that_come_out_differently_are_told(workspace: Workspace) -> None:
    """With the tasks that came and went; exit code 1."""

    def other(event: RunEvent) -> RunEvent:
        if isinstance(event, VerdictGiven) and event.status is Status.MISSING:
            return replace(event, remaining_tasks=("test it", "dance\x1b[2J"))
        return event

    ended = workspace.run("replay", "--all", "--judge", "--db", str(retold(workspace, other)))
    (run_id,) = {event.run_id for event in workspace.events()}
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == (
        f"run {run_id[:8]} of {SPEC}, attempt 1: recorded missing with 2 tasks; "
        "now missing with 2 tasks\n"
        "  - dance\n"
        "  + say goodbye\n"
        "2 verdicts, 1 would be different now\n"
    )
