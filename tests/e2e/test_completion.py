"""What shells offer after Tab."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import NoReturn

import pytest

from helm.__main__ import _open_configuration, compose
from helm.adapters.cli.completion import candidates
from helm.adapters.cli.program import SUMMARIES, Program
from tests.e2e.pty_screen import PtyScreen, on_screen
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
    """A workspace with two specs, of which one has run, and more than once."""
    workspace = Workspace(tmp_path_factory.mktemp("completion"))
    workspace.add_spec(ODD)
    for _ in range(3):
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


def run_ids(workspace: Workspace) -> list[str]:
    """Give the ids of all runs, newest first."""
    return [str(found) for (found,) in workspace.query("SELECT run_id FROM runs ORDER BY 1 DESC")]


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
    *runs, latest = candidates(PROGRAM, ["show", ""])
    ids = run_ids(here)
    assert all(whole.startswith(each.value) for whole, each in zip(ids, runs, strict=True))
    assert all(each.meaning.startswith(f"{SPEC}, accepted, ") for each in runs)
    assert latest.value == "latest"
    shown, (newest, *_) = [each.value for each in runs], ids
    assert values("show", newest[:20]) == [newest]
    small = [each[:2].lower() + each[2:] for each in shown]
    assert values("export", "latest", small[0][:2]) == small
    assert values("replay", "") == [*shown, "latest", SPEC, ODD]


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

HELM = """#!/bin/sh
case $1 in
    __complete | completion) exec {python} -m helm "$@" ;;
esac
printf 'got'
printf ' <%s>' "$@"
echo .
"""
"""Completes as helm does, and else says which words it was given."""

RC = {
    ".bashrc": "bind 'set enable-bracketed-paste off'\neval \"$(helm completion bash)\"",
    ".zshrc": "autoload -Uz compinit && compinit -D -u\nsource <(helm completion zsh)",
}
FISH = """
function fish_prompt; echo '% '; end
set fish_greeting
set fish_autosuggestion_enabled 0
helm completion fish | source
"""
SHELLS = {
    "bash": ["bash", "--noprofile", "--rcfile", "{home}/.bashrc", "-i"],
    "zsh": ["zsh", "-d", "-i"],
    "fish": ["fish", "--no-config", "--init-command", FISH],
}
_GOT = re.compile(r"got ([^\r\n]*)\.\r")


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


@contextmanager
def typing(shell: str, here: Workspace, home: Path) -> Iterator[PtyScreen]:
    """Sit down at a shell that has read its script."""
    write(home / "helm", HELM.format(python=shlex.quote(sys.executable)))
    (home / "helm").chmod(0o755)
    for name, text in RC.items():
        write(home / name, f"PS1='%% '\n{text}\n")
    environment = {
        "HOME": str(home),
        "ZDOTDIR": str(home),
        "PATH": f"{home}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    argv = [word.replace("{home}", str(home)) for word in SHELLS[shell]]
    with on_screen(here, argv=argv, environment=environment) as screen:
        screen.wait("%")
        yield screen


def words_given(screen: PtyScreen, keys: str) -> str:
    """Type to the end of a line, and give the words that helm then is called with."""
    before = len(screen.said)
    screen.send(f"helm {keys}\r")
    screen.until(lambda: _GOT.search(screen.said, before), f"what {keys!r} calls")
    found = _GOT.search(screen.said, before)
    assert found
    return found[1]


def test_the_script_completes_in_its_shell(here: Workspace, tmp_path: Path, shell: str) -> None:
    """A command, and a spec whose name is full of what shells act on, quoted or not."""
    whole = f"<run> <{ODD}>"
    with typing(shell, here, tmp_path) as screen:
        assert words_given(screen, "stat\t") == "<status>"
        for begun in ("spec-02", "spec-02\\ ", '"spec-02 ', "'spec-02"):
            assert words_given(screen, f"run {begun}\t") == whole, begun
    assert not list(here.place.rglob("pwned"))


def test_the_shell_offers_files_where_helm_offers_nothing(
    here: Workspace, tmp_path: Path, shell: str
) -> None:
    write(tmp_path / "one.db", "")
    begun = tmp_path / "on"
    with typing(shell, here, tmp_path) as screen:
        for option in ("--db ", "--db="):
            given = words_given(screen, f"query {option}{begun}\t")
            assert given.replace("> <", " ") == f"<query {option}{begun}e.db>"


def test_the_shell_shows_the_newest_run_first(here: Workspace, tmp_path: Path, shell: str) -> None:
    """Also where several are of one spec and one age, and so have one meaning."""
    shown = values("show", "")
    with typing(shell, here, tmp_path) as screen:
        screen.send("helm show \t\t")
        screen.wait(*shown)
        screen.settle()
        rows = screen.rows[screen.row("helm show") + 1 :]
        places = {
            each: (row.index(each), number)
            for number, row in enumerate(rows)
            for each in shown
            if each in row
        }
        assert sorted(shown, key=lambda each: places[each]) == shown  # column by column


def test_the_shell_shows_values_that_need_no_explanation(
    here: Workspace, tmp_path: Path, shell: str
) -> None:
    with typing(shell, here, tmp_path) as screen:
        screen.send("helm config set mode \t\t")
        screen.wait("strict", "parallel")
        screen.settle()
        assert not re.search(r"(^|\s)--", screen.text)


def test_the_name_of_another_shell_is_refused_with_those_there_are(ran: Workspace) -> None:
    ended = ran.run("completion", "tcsh")
    assert ended.code == 2
    (line,) = ended.complaints
    assert "'bash', 'zsh', 'fish'" in line
