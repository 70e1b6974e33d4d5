"""What shells offer after Tab."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import NoReturn

import pytest

from helm.__main__ import _open_configuration, compose
from helm.adapters.cli.completion import candidates
from helm.adapters.cli.program import SUMMARIES, Program
from tests.e2e.workspace import SPEC, Workspace, write

ODD = "spec-02 $(touch pwned):'x'"
"""A folder's name that a careless script would carry out, or cut in pieces."""


def _nothing(*_: object, **__: object) -> NoReturn:
    raise AssertionError("completion only looks")


PROGRAM = Program(
    **{field.name: _nothing for field in fields(Program)}  # type: ignore[arg-type]  # any callable
    | {"compose": compose, "open_configuration": _open_configuration}
)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with two specs, of which one has run."""
    workspace = Workspace(tmp_path_factory.mktemp("completion"))
    workspace.add_spec(ODD)
    assert workspace.execute().code == 0
    return workspace


@pytest.fixture
def here(ran: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.chdir(ran.root)
    monkeypatch.delenv("HELM_DB", raising=False)
    before = ran.files()
    yield ran
    assert ran.files() == before


def values(*words: str) -> list[str]:
    return [each.value for each in candidates(PROGRAM, words)]


def run_id(workspace: Workspace) -> str:
    ((found,),) = workspace.query("SELECT run_id FROM runs")
    return str(found)


def test_every_command_is_offered_with_what_it_does() -> None:
    found = {each.value: each.meaning for each in candidates(PROGRAM, [""])}
    assert found == SUMMARIES
    assert values("st") == ["status"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run --exec --fr", ["--fresh"]),
        ("run --fresh --fr", []),
        ("history --outcome open --outc", ["--outcome"]),
        ("history --outcome a", ["accepted", "abandoned"]),
        ("history --outcome=ac", ["--outcome=accepted"]),
        ("history --outcome = ac", ["accepted"]),
        ("run --mode p", ["parallel"]),
        ("run --mode =", ["strict", "parallel"]),
        ("run -- --fr", []),
        ("query --db he", []),
        ("--ver", ["--version"]),
        ("completion ", ["bash", "zsh", "fish"]),
        ("config get codexRunV", ["codexRunVer.model", "codexRunVer.reasoning"]),
        ("config set mode ", ["strict", "parallel"]),
        ("nonsense ", []),
    ],
)
def test_a_word_is_completed_by_what_may_stand_there(
    here: Workspace, line: str, expected: list[str]
) -> None:
    """The last word is the one that is being typed; it may be empty."""
    assert values(*line.split(" ")) == expected


@pytest.mark.parametrize("words", [("run", "--exec"), ("history",), ("run", "--mode", "strict")])
def test_specs_are_offered_by_their_folders(here: Workspace, words: tuple[str, ...]) -> None:
    assert values(*words, "") == [SPEC, ODD]
    assert values(*words, "spec-01") == [SPEC]
    assert values(*words, "specs/") == []


def test_runs_are_offered_newest_first_with_spec_and_outcome(here: Workspace) -> None:
    whole = run_id(here)
    first, latest = candidates(PROGRAM, ["show", ""])
    assert first.value == whole[:8]
    assert first.meaning.startswith(f"{SPEC}, accepted, ")
    assert latest.value == "latest"
    assert values("show", whole[:12]) == [whole]
    assert values("export", "latest", whole[:2].lower()) == [whole[:2].lower() + whole[2:8]]
    assert values("replay", "") == [whole[:8], "latest", SPEC, ODD]


def test_another_log_is_asked_where_one_is_named(here: Workspace) -> None:
    assert values("show", "--db", "none.db", "") == []
    assert values("show", "--db", "/", "") == []
    assert values("show", "--db", str(here.log), "l") == ["latest"]


@pytest.mark.parametrize("breakage", ["helm.config.json", ".git/helm/runs.db", "everything"])
def test_a_broken_workspace_offers_nothing_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breakage: str
) -> None:
    """Nor is anything made: no log, no folder."""
    if breakage != "everything":
        broken = tmp_path / "w"
        Workspace(tmp_path, name="w")
        (broken / breakage).parent.mkdir(exist_ok=True)
        write(broken / breakage, "{ neither JSON nor a database " * 64)
    else:
        broken = tmp_path
    monkeypatch.chdir(broken)
    before = sorted(tmp_path.rglob("*"))
    assert values("show", "") == []
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_is_gone_offers_commands_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert values("run", "") == []
    assert values("sta") == ["status"]


# The scripts, in their shells

ZSH = """
compdef() { :; }
_describe() { entries=("${(@P)3}"); print -l -- "${entries[@]%%:*}"; }
_files() { print files; }
source <(helm completion zsh)
words=("$@") CURRENT=$#
_helm
"""
BASH = """
eval "$(helm completion bash)"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_helm_completion helm
[ ${#COMPREPLY[@]} = 0 ] && echo files
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """
helm completion fish | source
complete -C (string join ' ' $argv) | string replace -r '\\t.*' ''
"""
SCRIPTS = {
    "bash": ["bash", "--norc", "-c", BASH, "bash"],
    "zsh": ["zsh", "-f", "-c", ZSH, "zsh"],
    "fish": ["fish", "--no-config", "-c", FISH],
}


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_completes_in_its_shell(here: Workspace, tmp_path: Path, shell: str) -> None:
    """A command, a spec whose name is full of what shells act on, a run, and else files."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    program = tmp_path / "helm"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m helm "$@"\n')
    program.chmod(0o755)
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    def completed(*words: str) -> list[str]:
        done = subprocess.run(
            [*SCRIPTS[shell], "helm", *words],
            cwd=here.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return [line for line in done.stdout.splitlines() if line]

    quoted = r"spec-02\ \$\(touch\ pwned\):\'x\'"
    assert completed("stat") == ["status"]
    assert completed("show", "")[0] == run_id(here)[:8]
    offered = {"bash": quoted, "zsh": ODD.replace(":", "\\").partition("\\")[0] + "\\"}
    assert completed("run", "spec-02")[0] == offered.get(shell, ODD)
    if shell != "fish":  # which lists the files itself
        assert completed("query", "--db", "no-such-") == ["files"]
    assert not list(here.place.rglob("pwned"))


def test_the_name_of_another_shell_is_refused_with_those_there_are(ran: Workspace) -> None:
    ended = ran.run("completion", "tcsh")
    assert ended.code == 2
    (line,) = ended.complaints
    assert "'bash', 'zsh', 'fish'" in line
