"""Secrets: what helm never writes down, what it shows masked, and that its files are private."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helm.adapters.sqlite.log import SqliteEventLog
from helm.app.terminal_text import harmless
from helm.domain.redaction import MASK
from tests.e2e.fake_codex import begin, command, end, err, hold, item, leave, message, out
from tests.e2e.pty_screen import on_screen
from tests.e2e.terminal import on_terminal
from tests.e2e.workspace import MISSING, OK, SPEC, Ended, Workspace, write
from tests.faults.conftest import Survived

CONFIG = "helm.config.json"
PASSWORD = "hunter2222"
TOKEN = "sk-" + "a1B2" * 12
"""Made up, and put together here, so that no search for leaked secrets finds this file."""

TORN = f"{TOKEN[:9]}\x1b[m\x1b[K{TOKEN[9:]}"
"""The same, of which a tool has coloured a part."""

BROKEN = f"{TOKEN[:5]}\0{TOKEN[5:12]}\u202e\b{TOKEN[12:18]}\x1b(B\x1b]0;t\x07{TOKEN[18:]}"
"""The same, in pieces that a terminal, or who takes out what is none of its matter, would join."""

COLOURS = re.compile(r"\x1b\[[0-9;]*[mK]")

BROKEN_SCREEN = """
import sys
import helm.adapters.tui.session as session

def broken(model):
    raise ZeroDivisionError("a fault of helm's own")

session.draw = broken
from helm.__main__ import main
sys.argv = ["helm"]
main()
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


def crash(workspace: Workspace) -> Path:
    """Open a screen that breaks, and give the file that has the details."""
    argv = [sys.executable, "-c", BROKEN_SCREEN]
    with on_screen(workspace, argv=argv, size=(200, 30)) as screen:
        assert screen.end() == 70
        (line,) = (row for row in screen.rows if "ZeroDivisionError" in row)
    return Path(line.rpartition("details: ")[2])


def done(ended: Ended, code: int = 0) -> Ended:
    assert ended.code == code, ended.err
    return ended


# The environment

NAMES = (
    *("OPENAI_API_KEY", "CODEX_API_KEY", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL"),
    *(
        "USER",
        "LOGNAME",
        "HOSTNAME",
        "EMAIL",
        "GIT_AUTHOR_NAME",
        "PAGER",
        "EDITOR",
        "SSH_AUTH_SOCK",
    ),
)


def test_environment_stays_out(workspace: Workspace, survived: Survived) -> None:
    """An agent has the whole environment; nothing that helm writes or prints has any of it."""
    values = {name: f"value-{secrets.token_hex(8)}" for name in NAMES}
    workspace.environment |= values
    seen = workspace.place / "seen"
    program = workspace.codex.read_text(encoding="utf-8")
    write(workspace.codex, program.replace("\n", f"\n/usr/bin/env > '{seen}'\n", 1))
    told = [str(each) for each in a_whole_life(workspace)]
    assert set(seen.read_text(encoding="utf-8").splitlines()) >= {
        f"{name}={value}" for name, value in values.items()
    }
    seen.unlink()
    written = [path.read_bytes() for path in workspace.place.rglob("*") if path.is_file()]
    written += [text.encode() for text in told]
    assert sum(map(len, written)) > 100_000
    for value in values.values():
        assert not [each for each in written if value.encode() in each]
    survived("environment-stays-out", len(values))


def a_whole_life(workspace: Workspace) -> Iterator[object]:
    """Fail, get no verdict, go on, be accepted, break the screen; tell all that there is."""
    workspace.agent(worker=[[err("no account\n"), leave(1)]])
    yield done(workspace.execute(), 4)
    workspace.agent(verifier=["no verdict", MISSING, OK])
    yield done(workspace.execute("--resume"), 5)
    yield done(workspace.execute("--resume", "--json", "--junit", "junit.xml"))
    for words in (
        ("show", "latest", "--json"),
        ("show", "latest", "--events", "--json"),
        ("history", "--json"),
        ("status", "--json"),
        ("export", "--all", "--output", "runs.jsonl"),
        ("doctor", "--json"),
    ):
        yield workspace.run(*words)
    yield crash(workspace).read_text(encoding="utf-8")
    yield workspace.query("SELECT body FROM events")
    with SqliteEventLog(workspace.log) as log:
        for event in workspace.events():
            if event.kind == "OutputCaptured":
                yield log.output(event.run_id, event.seq)


# Masks


@pytest.fixture
def told(workspace: Workspace) -> Workspace:
    """Two runs whose agents, one of either kind, name a password and a token wherever they can."""
    write(workspace.root / CONFIG, f'{{"redact": ["{PASSWORD[:-4]}[0-9]+"]}}')
    both = f"{PASSWORD} and {TOKEN}"
    worker = [
        *begin(),
        *command(f"curl -H {both}", 1),
        item("error", message=f"not taken: {both}"),
    ]
    plain = f"I used \x1b[31m{PASSWORD} and \x1b[01;31m\x1b[K{TORN}\x1b[m.\n"
    left = json.dumps({"remainingTasks": [f"take out {both}", f"and {BROKEN}"]})
    tasks = f"STATUS: missing\n{left}\nThere is {both}, and {BROKEN}."
    workspace.agent(
        worker=[[*worker, message(f"I used {both}."), end()], [out(plain), err(plain)]],
        verifier=[tasks],
    )
    return workspace


def test_masks(told: Workspace, survived: Survived) -> None:
    """What people read has masks; what programs are given, and the log, have what was said."""
    ways = list(ways_to_read(told))
    for name, text in ways:
        assert MASK in text, name
        assert PASSWORD not in text, name
        assert TOKEN not in harmless(text, colour=False), name
    for words in (
        ("show", "latest", "--json"),
        ("show", "latest", "--worker", "--attempt", "1"),
        ("watch", "latest", "--json"),
        ("export", "latest"),
    ):
        text = COLOURS.sub("", told.run(*words).out)
        assert (PASSWORD in text, TOKEN in text) == (True, True), words
    survived("masks", len(ways))


def ways_to_read(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Give all that people can look at, by its name: as it happens, and afterwards."""
    junit, step = workspace.root / "junit.xml", workspace.place / "step.md"
    variables = {"GITHUB_STEP_SUMMARY": str(step), "GITHUB_ACTIONS": "true"}
    with on_screen(
        workspace, "run", "--exec", SPEC, "--junit", str(junit), environment=variables
    ) as screen:
        assert screen.end() == 1
        yield "run on a terminal", screen.said
    yield "junit", junit.read_text(encoding="utf-8")
    yield "step summary", step.read_text(encoding="utf-8")
    yield "report", workspace.text("implementation-report.md")
    yield "notes of metadata.json", workspace.text("metadata.json")
    for words in (
        ("show", "latest"),
        ("show", "latest", "--events"),
        ("show", "latest", "--report"),
        ("show", "latest", "--junit"),
        ("history", "--grep", "used"),
        ("history", "--grep", TOKEN[:5]),
        ("watch", "latest"),
        ("query", "SELECT body ->> '$.report' AS report FROM events WHERE body LIKE '%used%'"),
    ):
        yield " ".join(words), workspace.run(*words).out
    pager = f"{shutil.which('tee')} {workspace.place / 'paged'}"
    for of_whom in ((), ("--worker", "--attempt", "1")):
        words = ("show", "latest", *of_whom)
        yield "terminal", on_terminal(workspace, *words, environment={"HELM_PAGER": pager})
        yield "pager", (workspace.place / "paged").read_text(encoding="utf-8")
    yield from frames(workspace)


def frames(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Look at the runs on the screen: one as it happens, its bytes, its result, an older one."""
    with on_screen(workspace, size=(140, 40)) as screen:
        screen.wait("A greeting")
        for keys, words, name in (
            ("r", "not accepted after 2 attempts", "a run on the screen"),
            ("v", "--- launch", "its bytes on the screen"),
            ("enter", "take out", "its result on the screen"),
            ("escape escape h down enter", "take out", "an older result on the screen"),
            ("l", "I used", "an older run on the screen"),
        ):
            for key in keys.split():
                screen.press(key)
                screen.settle()
            screen.wait(words, MASK)
            yield name, screen.text
        yield "frames", screen.said
        screen.press("Q")
        screen.end()


@pytest.mark.parametrize(
    ("keys", "password", "token"),
    [
        ("{}", True, False),
        ('{"redactTokens": false}', True, True),
        (f'{{"redact": ["{PASSWORD}"], "redactTokens": false}}', False, True),
    ],
)
def test_masks_asked_for(workspace: Workspace, keys: str, *, password: bool, token: bool) -> None:
    """Tokens are masked unless nobody wants it, and all else only where somebody does."""
    write(workspace.root / CONFIG, keys)
    workspace.agent(worker=[f"I used {PASSWORD} and {TOKEN}."])
    done(workspace.execute())
    report = workspace.text("implementation-report.md")
    assert (PASSWORD in report, TOKEN in report) == (password, token)


# Files


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0, 0o077])
def test_private_files(tmp_path: Path, mask: int, survived: Survived) -> None:
    """The log's folder and all in it are their owner's alone, and so is what is exported."""
    with umask(mask):
        workspace = Workspace(tmp_path, git=False)
        workspace.agent(worker=[[out("at work\n"), hold()]])
        with workspace.working() as helm:
            names = modes(workspace.log.parent).keys()
            assert {"runs.db", "runs.db-wal", "runs.db-shm", "runs.db.gate"} <= names
            assert [name for name in names if "lock" in name]
            check_private(workspace.log.parent)
            helm.kill()
        workspace.agent()
        done(workspace.execute("--resume"))
        folder = workspace.place / "away"
        other = folder / "other.db"
        folder.mkdir()
        folder.chmod(0o700)
        done(workspace.run("export", "--all", "--output", str(folder / "runs.jsonl")))
        done(workspace.run("import", str(folder / "runs.jsonl"), "--db", str(other)))
        assert crash(workspace).parent == workspace.log.parent
    check_private(workspace.log.parent)
    check_private(folder)
    survived("private-files", len(modes(workspace.log.parent)) + len(modes(folder)))


def check_private(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    expected = {name: 0o700 if (folder / name).is_dir() else 0o600 for name in modes(folder)}
    assert modes(folder) == expected


def modes(folder: Path) -> dict[str, int]:
    """Give the rights of all in a folder, but for the file that hides it from git."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
        if path.name != ".gitignore"
    }


# Transcripts


def test_transcripts_stay_out_of_the_report(workspace: Workspace, survived: Survived) -> None:
    """Of all that agents say and run, the worker's last message alone is in files of people."""
    said = ("a first message", "what was thought", "ls -l secrets", "a line of errors")

    def turn_of(report: str) -> list[dict[str, object]]:
        first, thought, words, _ = said
        steps = [*begin(), message(first), item("reasoning", text=thought), *command(words, 0)]
        return [dict(each) for each in (*steps, err(f"{said[3]}\n"), message(report), end())]

    workspace.agent(
        worker=[turn_of("The first report."), turn_of("The last report.")],
        verifier=[turn_of(MISSING), turn_of(OK)],
    )
    done(workspace.execute())
    transcripts = done(workspace.run("show", "latest", "--worker")).out
    assert all(each in transcripts for each in said[:3])
    files = b"".join(workspace.files().values()).decode()
    assert "The last report." in workspace.text("implementation-report.md")
    assert not [each for each in (*said, "The first report.") if each in files]
    survived("transcripts-stay-out", len(said))
