"""Every command that README, documents and helps show is run."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from tests.e2e.workspace import MISSING, OK, Workspace, write

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "helm" / "scaffold"
COMMANDS = ROOT / "docs" / "commands.md"
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(TEMPLATES.glob("*.md")),
]

PROGRAM = "(?:helm|sqlite3|git apply)"
CALLED = re.compile(rf"(?:^|[|;&(\"'] ?|\w=\S* ){PROGRAM}(?= |$)")
SPAN = re.compile(rf"(?<!`)`({PROGRAM} [^`]+)`(?!`)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (?:\$ )?(helm .*)$", re.MULTILINE)
SHELLS = {"sh", "console", "bash", ""}

WORDS = {
    "SPEC": "spec-01",
    "TEXT": "greeting",
    "DIR": "out",
    "FILE": "out.xml",
    "NAME": "parser",
    "KEY": "mode",
    "VALUE": "strict",
    "SHELL": "bash",
    "${fpath[1]}": ".",  # zsh's, where no user has one
}

ANSWERS_OTHERWISE = {
    "helm run": 2,  # no terminal, as all that comes with none
    "helm run SPEC": 2,
    "helm run --exec": 2,
    "helm run --junit": 2,
    "helm scaffold": 2,
    "helm scaffold --specs-root docs/specs": 2,
    "helm new": 2,
    "helm show": 2,
    "helm show --worker": 2,
    "helm export": 2,
    "helm import": 2,
    "helm completion": 2,
    "helm prune": 2,
    "helm prune --older-than 90d": 2,
    "helm prune 01JD3K 01JD4R": 2,
    "helm replay": 2,
    "helm watch": 3,  # no run is under way
    "helm watch --quiet && make deploy": 3,
    'helm new "Parser of dates" && helm lint': 3,  # nobody has written down yet what it is
}
"""Lines that are no whole commands, or that ask somebody who is not there, by their exit codes.

A line that ends so after others is named with those.
"""


PATCH = """\
--- /dev/null
+++ b/made
@@ -0,0 +1 @@
+by a worker
"""


class Place:
    """A workspace in which every line makes sense, and what the lines need beside it."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder)
        self.tools = folder / "tools"
        for name in ("implement", "review"):
            shutil.copy(TEMPLATES / f"{name}.prompt-template.md", self.workspace.specs)
        for name in ("spec-00-example", "spec-02-parser", "spec-03-report"):
            self.workspace.add_spec(name, acceptanceCommands=["make test"])
        assert self.workspace.execute().code == 0
        self.workspace.agent(verifier=[MISSING, OK])
        assert self.workspace.run("run", "--exec", "spec-03").code == 0
        self.workspace.agent()
        (newest, _) = self.workspace.query("SELECT run_id FROM runs ORDER BY run_id DESC")
        self.run_id = str(newest[0])
        self._add_files()
        self._add_tools()

    def _add_files(self) -> None:
        root = self.workspace.root
        assert self.workspace.run("export", "--all", "--output", "run.jsonl").code == 0
        exported = (root / "run.jsonl").read_bytes()
        (root / "ci-1.jsonl").write_bytes(exported)
        (root / "runs.jsonl.gz").write_bytes(gzip.compress(exported))
        for name in ("runs.db", "copy.db"):
            shutil.copy(self.workspace.log, root / name)
        write(root / "spec-03.patch", PATCH)
        write(root / "greet", "echo hello\n")  # the acceptance command of spec-01
        write(root / "question.sql", "SELECT 1")
        for folder in (root / "work", self.workspace.place / ".config/fish/completions"):
            folder.mkdir(parents=True)

    def _add_tools(self) -> None:
        self._add_tool("helm", f'exec {shlex.quote(sys.executable)} -m helm "$@"')
        self._add_tool("ssh", 'shift; exec sh -c "$*"')
        self._add_tool("make", "exit 0")
        self._add_tool("editor", "exit 0")
        for name in ("jq", "sqlite3"):
            if shutil.which(name) is None:
                self._add_tool(name, "exec cat >/dev/null")

    def _add_tool(self, name: str, script: str) -> None:
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def answers(self, blocks: list[list[str]]) -> list[tuple[int, str]]:
        """Run lines, each block in a copy of the workspace: exit codes and complaints."""
        temporary = self.workspace.place / "tmp"
        temporary.mkdir()
        environment = {
            **self.workspace.environment,
            "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}",
            "HELM_CODEX": str(self.workspace.codex),
            "HELM_DEMO_PAUSE": "0",
            "EDITOR": "editor",
            "TMPDIR": str(temporary),
        }
        done = subprocess.run(
            [
                sys.executable,
                str(ROOT / "tests/e2e/command_lines.py"),
                str(self.workspace.root),
                shutil.which("bash") or "/bin/sh",
            ],
            input=json.dumps(blocks),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [(answer["code"], answer["err"]) for answer in json.loads(done.stdout)]


def commands_of(document: str) -> Iterator[list[str]]:
    """Find what a document says to type: blocks of lines, and words within a text."""
    for language, block in BLOCK.findall(document):
        lines = [line for line in whole_lines(block) if CALLED.search(line)]
        if language in SHELLS and lines:
            yield lines
    text = BLOCK.sub("", document)
    yield from ([line] for line in INDENTED.findall(text))
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    yield from ([line.replace("\\|", "|")] for line in SPAN.findall(prose))


def whole_lines(block: str) -> Iterator[str]:
    """Split a script in commands: one goes on where a quotation does."""
    held = ""
    for line in block.splitlines():
        held += line.removeprefix("$ ")
        try:
            shlex.split(held, comments=True)
        except ValueError:
            held += "\n"
        else:
            yield re.sub(r"\s+# .*$", "", held)
            held = ""


def test_commands_are_found_wherever_a_document_shows_them() -> None:
    document = (
        "# `helm new`\nSay `helm status --json \\| jq` or `helm`.\n\n    helm history\n\n"
        '```sh\nhelm query "a\n  b"  # c\nls\nx=1 helm run\n```\n```yaml\n- run: helm\n```\n'
    )
    assert list(commands_of(document)) == [
        ['helm query "a\n  b"', "x=1 helm run"],
        ["helm history"],
        ["helm status --json | jq"],
    ]


def test_every_command_of_every_document_does_what_it_says(tmp_path: Path) -> None:
    """Each comes to a good end in a workspace with runs, or to the end that is foretold."""
    place = Place(tmp_path)
    blocks = list(shown_blocks())
    assert sum(map(len, blocks)) > 100
    answers = place.answers([[with_words(line, place.run_id) for line in each] for each in blocks])
    foretold = [expected for block in blocks for expected in ends_of(block)]
    wrong = [
        (line, code, err)
        for (line, expected), (code, err) in zip(foretold, answers, strict=True)
        if code != expected or "Traceback" in err
    ]
    assert not wrong, "\n".join(map(str, wrong))


def test_every_end_that_is_foretold_is_of_a_command_that_is_shown() -> None:
    shown = {name for block in shown_blocks() for name in (*block, *names_of(block))}
    assert shown >= set(ANSWERS_OTHERWISE)


def ends_of(block: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Say with which exit code each line of a block is to end."""
    for line, name in zip(block, names_of(block), strict=True):
        yield line, ANSWERS_OTHERWISE.get(name, ANSWERS_OTHERWISE.get(line, 0))


def names_of(block: Sequence[str]) -> Iterator[str]:
    """Name each line of a block with those before it."""
    return accumulate(block, "{} && {}".format)


def shown_blocks() -> list[tuple[str, ...]]:
    """Give what is to be carried out together, each but once; examples of a help stand alone."""
    found: dict[tuple[str, ...], None] = {}
    for path in DOCUMENTS:
        for block in commands_of(path.read_text("utf-8")):
            alone = len(block) == 1 or path == COMMANDS
            found |= dict.fromkeys([(line,) for line in block] if alone else [tuple(block)])
    return list(found)


def with_words(line: str, run_id: str) -> str:
    """Put what is there for what a document says in its place."""
    line = re.sub(r"\b01[0-9A-Z]{4,}\b|\bRUN\b", run_id, line)
    for word, instead in WORDS.items():
        line = re.sub(rf"(?<![\w{{]){re.escape(word)}(?!\w)", instead, line)
    return line
