"""`helm status` as a process: what it says of a workspace, to people and to programs."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from wcwidth import wcswidth

from tests.e2e.fake_codex import hold
from tests.e2e.workspace import MISSING, SPEC, Workspace, write

OWN_ID = "give each an `id` of its own in its metadata.json"
WRITE_IT = "write that spec, or take it out of `dependsOn`"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


def described(workspace: Workspace, *options: str) -> Any:  # noqa: ANN401  JSON of any shape
    ended = workspace.run("status", "--json", *options)
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def on_terminal(workspace: Workspace, *options: str, columns: int = 80) -> list[str]:
    """Give the lines that a terminal of that width shows, with their colours."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {"TERM": "xterm-256color", "HELM_PAGER": "cat"}
    shown = b""
    with workspace.start("status", *options, stdout=slave, environment=environment) as helm:
        os.close(slave)
        with suppress(OSError):  # Linux: nobody has the other side open any more
            while data := os.read(master, 65536):
                shown += data
        os.close(master)
        assert helm.end().code == 0
    return shown.decode().replace("\r\n", "\n").splitlines()


# For people


def test_a_workspace_is_seen_at_a_glance(workspace: Workspace) -> None:
    """Counts, then a line a spec: what it is, what it waits for, what its last run came to."""
    workspace.add_spec("spec-02-farewell", dependsOn=[SPEC], name="A farewell")
    workspace.add_spec("spec-100", dependsOn=["spec-02-farewell", SPEC])
    workspace.add_spec("spec-11", id="eleven", status="in-progress")
    workspace.agent(verifier=[MISSING])
    workspace.execute("--max-attempts", "2")
    ended = workspace.run("status")
    assert (ended.code, ended.err) == (0, "")
    counts, empty, *rows = ended.out.splitlines()
    assert counts == "4 specs: 1 FAILED, 1 IN PROGRESS, 2 BLOCKED; 2 can be run now"
    assert empty == ""
    assert [re.sub(" {2,}", " | ", row) for row in rows] == [
        "BADGE | SPEC | NAME | WAITS FOR | LAST RUN | OUTCOME | ATTEMPTS",
        "FAILED | spec-01-greeting | A greeting | just now | exhausted | 2",
        "BLOCKED | spec-02-farewell | A farewell | spec-01-greeting | never",
        "IN PROGRESS | spec-11 (id eleven) | The spec spec-11 | never",
        "BLOCKED | spec-100 | The spec spec-100 | spec-02-farewell, spec-01-greeting | never",
    ]


def test_only_what_can_be_run_is_shown_on_demand(workspace: Workspace) -> None:
    """The counts are of all; where nothing can be run, that is said."""
    workspace.add_spec("spec-02", dependsOn=[SPEC])
    ended = workspace.run("status", "--runnable")
    assert "2 specs: 1 TODO, 1 BLOCKED; 1 can be run now\n" in ended.out
    assert [line.split()[1] for line in ended.out.splitlines()[3:]] == [SPEC]
    write(workspace.spec / "metadata.json", '{"dependsOn": ["spec-02"]}')
    assert "; none can be run now\n" in workspace.run("status", "--runnable").out


def test_a_broken_spec_is_a_line_with_its_reason(workspace: Workspace) -> None:
    """On a narrow terminal the reason goes on below; it hides no other spec."""
    broken = workspace.add_spec("spec-00-broken", status="almost")
    reason = (
        "metadata.json: `status`: 'almost' is not allowed: input should be 'todo', "
        "'in-progress', 'done', 'blocked' or 'failed'"
    )
    ended = workspace.run("status")
    assert f"INVALID  spec-00-broken  {reason}\n" in ended.out
    assert f"TODO     {SPEC} " in ended.out
    lines = [COLOUR.sub("", line) for line in on_terminal(workspace)]
    at = lines.index("INVALID  spec-00-broken")
    assert [line[:9] for line in lines[at + 1 : at + 3]] == [" " * 9] * 2
    assert " ".join(line.strip() for line in lines[at + 1 : at + 3]) == reason
    (broken / "metadata.json").unlink()
    assert "metadata.json is missing" in workspace.run("status").out


def test_what_is_wrong_with_dependencies_is_named_with_what_to_do(workspace: Workspace) -> None:
    """Ids that are there twice, circles, and what does not exist."""
    workspace.add_spec("spec-02", dependsOn=["spec-03"])
    workspace.add_spec("spec-03", dependsOn=["spec-02"])
    workspace.add_spec("spec-04", id="five", dependsOn=["spec-04"])
    workspace.add_spec("spec-05", id="five", dependsOn=["gone"])
    workspace.add_spec("spec-06", dependsOn=["gone"])
    ended = workspace.run("status")
    assert ended.code == 0
    faults = ended.out.split("\n\n")[-1]
    circle = "spec-02 needs spec-03 needs spec-02; they wait for each other for ever: "
    assert faults.splitlines() == [
        "duplicate id: five means spec-04 and spec-05; " + OWN_ID,
        "cycle: " + circle + "take one of them out of the `dependsOn` of another",
        "cycle: spec-04 needs itself; take it out of its own `dependsOn`",
        "missing: spec-05 and spec-06 need gone, which does not exist; " + WRITE_IT,
    ]
    assert faults in workspace.run("status", "--graph").out


def test_the_graph_is_drawn_with_badges(workspace: Workspace) -> None:
    """A diamond's second place is a reference, a circle is marked, what is missing is there."""
    workspace.execute()
    workspace.add_spec("spec-02", dependsOn=[SPEC])
    workspace.add_spec("spec-03", dependsOn=[SPEC, "gone"])
    workspace.add_spec("spec-04", dependsOn=["spec-02", "spec-03"])
    workspace.add_spec("spec-05", dependsOn=["spec-06", "spec-04"])
    workspace.add_spec("spec-06", dependsOn=["spec-05"])
    workspace.add_spec("spec-07", status="almost")
    drawn = workspace.run("status", "--graph").out.split("\n\n")[1].splitlines()
    assert drawn[1:-1] == [
        "MISSING      gone  (no such spec)",
        f"BLOCKED      └─ spec-03  also needs {SPEC}",
        "BLOCKED         └─ spec-04  also needs spec-02",
        "BLOCKED            └─ spec-05  also needs spec-06",
        "BLOCKED               └─ spec-06",
        "BLOCKED                  └─ spec-05  (cycle)",
        f"DONE         {SPEC}",
        "TODO         ├─ spec-02",
        "BLOCKED      │  └─ spec-04  (above)",
        "BLOCKED      └─ spec-03  (above)",
    ]
    assert drawn[-1].startswith("INVALID      spec-07  metadata.json: `status`: 'almost' is not")


def test_a_long_chain_is_drawn_in_pieces(workspace: Workspace) -> None:
    """There is room for names at any depth."""
    for number in range(2, 30):
        before = SPEC if number == 2 else f"spec-{number - 1:02}"
        workspace.add_spec(f"spec-{number:02}", dependsOn=[before])
    lines = [COLOUR.sub("", line) for line in on_terminal(workspace, "--graph")]
    assert "BLOCKED" + " " * 33 + "└─ spec-11  (below)" in lines
    assert "BLOCKED      spec-11  needs spec-10" in lines
    assert not any("…" in line for line in lines)


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(workspace: Workspace, columns: int) -> None:
    """Names of any length and width; those of the specs go before their titles."""
    workspace.execute()
    name = "界" * 30
    for number in range(2, 5):
        workspace.add_spec(f"spec-{number:02}-{name}", dependsOn=[SPEC], name=name)
    workspace.add_spec("spec-05", dependsOn=[f"spec-03-{name}", f"spec-02-{name}"])
    for options in ((), ("--graph",)):
        lines = [
            COLOUR.sub("", line) for line in on_terminal(workspace, *options, columns=columns)
        ]
        assert max(wcswidth(line) for line in lines) <= columns
        assert sum(f"spec-0{number}" in line for line in lines for number in range(1, 6)) >= 5


def test_colour_is_for_terminals(workspace: Workspace) -> None:
    """A pipe gets plain text."""
    assert "\x1b" not in workspace.run("status").out
    coloured = "\n".join(on_terminal(workspace))
    assert "\x1b[1mTODO" in coloured
    assert COLOUR.sub("", coloured).splitlines()[0] == workspace.run("status").out.splitlines()[0]


def test_foreign_text_cannot_play_with_the_terminal(workspace: Workspace) -> None:
    """A title or a dependency with escape sequences is shown without them."""
    workspace.add_spec("spec-02", name="a\x1b[2Jb\nc", dependsOn=["no\x1b]0;title\x07ne"])
    for options in ((), ("--graph",)):
        out = workspace.run("status", *options).out
        assert "\x1b" not in out
        assert "none" in out
    assert "ab c" in workspace.run("status").out


def test_a_reader_that_has_seen_enough_is_no_failure(workspace: Workspace) -> None:
    """`helm status | head` is quiet: helm dies of the closed pipe, as `cat` does."""
    for number in range(2, 200):
        workspace.add_spec(f"spec-{number:03}")
    with workspace.start("status", stdout=subprocess.PIPE) as helm:
        assert helm.popen.stdout
        helm.popen.stdout.readline()
        helm.popen.stdout.close()
        ended = helm.end()
    assert (ended.code, ended.err) in {(0, ""), (-signal.SIGPIPE, "")}


def test_a_run_that_is_under_way_is_told_from_one_that_died(workspace: Workspace) -> None:
    """Both stand open in the log; only the lock tells."""
    workspace.agent(worker=[[hold()]])
    with workspace.working() as helm:
        running = described(workspace)["specs"][0]
        assert (running["badge"], running["runnable"]) == ("RUNNING", False)
        assert running["last_run"]["outcome"] == "open"
        assert " running " in workspace.run("status").out
        helm.kill()
        died = described(workspace)["specs"][0]
        assert (died["badge"], died["runnable"]) == ("IN PROGRESS", True)
        assert " died " in workspace.run("status").out


def test_an_empty_specs_root_is_no_error(workspace: Workspace) -> None:
    """Whoever begins is told what a spec is."""
    write(workspace.root / "helm.config.json", '{"specsRoot": "todo"}')
    (workspace.root / "todo").mkdir()
    ended = workspace.run("status")
    assert (ended.code, ended.err) == (0, "")
    assert f"There are no specs in {workspace.root / 'todo'} yet.\n" in ended.out
    assert "helm new NAME" in ended.out
    assert described(workspace)["specs"] == []


def test_no_workspace_is_one_line(workspace: Workspace) -> None:
    """Exit code 3, and nothing is made."""
    elsewhere = workspace.place / "elsewhere"
    elsewhere.mkdir()
    ended = workspace.run("status", cwd=elsewhere)
    assert (ended.code, ended.out) == (3, "")
    (complaint,) = ended.err.splitlines()
    assert f"there is no workspace here: {elsewhere / 'specs'} does not exist" in complaint
    assert complaint.endswith("; to make one: helm scaffold")
    assert list(elsewhere.iterdir()) == []


def test_looking_changes_nothing(workspace: Workspace) -> None:
    """No log is made, no file is touched."""
    before = workspace.files()
    assert workspace.run("status").code == 0
    assert workspace.files() == before
    assert not workspace.log.exists()


def test_graph_and_runnable_do_not_go_together(workspace: Workspace) -> None:
    """Half a graph would mislead."""
    ended = workspace.run("status", "--graph", "--runnable")
    assert (ended.code, ended.out) == (2, "")
    assert "leave --runnable out" in ended.err


# For programs


def test_a_spec_is_described_for_programs(workspace: Workspace) -> None:
    """Everything that a person sees, and what it takes to run it."""
    workspace.execute()
    found = described(workspace)
    assert found["counts"]["total"] == found["counts"]["DONE"] == 1
    assert found["counts"]["runnable"] == found["counts"]["IN PROGRESS"] == 0
    assert found["log"]["path"] == str(workspace.log)
    assert found["log"]["bytes"] > 0
    assert (found["duplicates"], found["cycles"], found["missing"]) == ({}, [], {})
    (spec,) = found["specs"]
    last = spec.pop("last_run")
    assert spec == {
        "folder": SPEC,
        "path": f"specs/{SPEC}",
        "id": SPEC,
        "name": "A greeting",
        "badge": "DONE",
        "runnable": False,
        "status": "done",
        "depends_on": [],
        "unmet": [],
        "reason": None,
    }
    assert last["run_id"] == workspace.events()[0].run_id
    assert (last["outcome"], last["cause"], last["attempts"]) == ("accepted", None, 1)
    assert last["started_at"] < last["updated_at"] == last["finished_at"]


def test_an_invalid_spec_is_described_with_its_reason(workspace: Workspace) -> None:
    """What cannot be known of it is null, and so is the reason of others."""
    workspace.add_spec("spec-00", status="almost")
    invalid, other = described(workspace)["specs"]
    assert (invalid["badge"], invalid["runnable"]) == ("INVALID", False)
    assert invalid["reason"].startswith(f"{workspace.specs}/spec-00/metadata.json: `status`")
    assert (invalid["id"], invalid["name"], invalid["status"], invalid["last_run"]) == (None,) * 4
    assert (other["reason"], other["last_run"]) == (None, None)


def test_faults_of_dependencies_are_described(workspace: Workspace) -> None:
    """By the folders that they concern."""
    workspace.add_spec("spec-02", id="x", dependsOn=["spec-03"])
    workspace.add_spec("spec-03", id="x", dependsOn=["spec-02", "gone"])
    found = described(workspace)
    assert found["duplicates"] == {"x": ["spec-02", "spec-03"]}
    assert found["cycles"] == [["spec-02", "spec-03"]]
    assert found["missing"] == {"gone": ["spec-03"]}


def test_a_matrix_is_fed_with_what_can_be_run(workspace: Workspace) -> None:
    """Each folder is a word that `helm run --exec` takes."""
    workspace.add_spec("spec-02", id="two", dependsOn=[SPEC])
    workspace.add_spec("spec-03", status="almost")
    found = described(workspace, "--runnable")
    assert [each["folder"] for each in found["specs"]] == [SPEC]
    assert (found["counts"]["total"], found["counts"]["runnable"]) == (3, 1)
    assert workspace.run("run", "--exec", found["specs"][0]["folder"]).code == 0
    assert [each["folder"] for each in described(workspace, "--runnable")["specs"]] == ["spec-02"]


def test_another_log_can_be_asked(workspace: Workspace) -> None:
    """The runs are those of that log; a log that is not there yet has none."""
    other = workspace.place / "other.db"
    workspace.execute()
    (spec,) = described(workspace, "--db", str(other))["specs"]
    assert (spec["badge"], spec["last_run"]) == ("DONE", None)
    assert not other.exists()


def test_what_nobody_is_to_read_is_masked(workspace: Workspace) -> None:
    """In every way for people; a program is told what is there, and a folder's name is typed."""
    write(workspace.root / "helm.config.json", '{"redact": ["hunter[0-9]"]}')
    workspace.add_spec("spec-02-hunter2", name="A hunter2 name")
    workspace.add_spec("spec-03", status="hunter2")
    table = workspace.run("status").out
    assert "A [redacted] name" in table
    assert "[redacted]" in workspace.run("status", "--graph").out
    for words in ((), ("--graph",)):
        assert "hunter2" not in workspace.run("status", *words).out.replace("spec-02-hunter2", "")
    assert "A hunter2 name" in workspace.run("status", "--json").out
