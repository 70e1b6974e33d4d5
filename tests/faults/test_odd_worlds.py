"""Worlds that few have thought of: helm works in them, or says in one line what to do about them.

A world is made by a shell script, in which then a spec is run, and the log is asked about it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e.pty_screen import on_screen
from tests.e2e.soundness import check_log
from tests.e2e.workspace import MISSING, OK, SPEC, Ended, Workspace, write
from tests.faults.conftest import Survived
from tests.faults.small_disk import fill, small_disk

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs what only Linux has")
NOBODY = 65534
PRLIMIT = shutil.which("prlimit") or "prlimit"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents whose words are not ASCII."""
    return furnished(Workspace(tmp_path))


def furnished(workspace: Workspace) -> Workspace:
    workspace.agent(worker=["It is dön → done."], verifier=[OK])
    return workspace


def whole_loop(
    workspace: Workspace, world: str = ":", *, spec: str = SPEC, helm: str = ""
) -> Ended:
    """Run a spec in a world, and ask for it in every way; all is well, and nothing is warned of.

    `helm` is what is called instead of helm.
    """
    ended = in_world(workspace, world, *questions(spec), helm=helm)
    assert (ended.code, ended.err) == (0, "")
    assert "Verdict on attempt 1: ok" in ended.out
    assert "1 DONE" in ended.out
    return ended


def questions(spec: str) -> list[list[str]]:
    asked = [["status"], ["history"], ["show", "latest"], ["replay", "--check", "--", spec]]
    return [["run", "--exec", "--", spec], *asked]


def in_world(workspace: Workspace, world: str, *calls: list[str], helm: str = "") -> Ended:
    """Call helm in a world, time after time, until a call fails."""
    program = helm or shlex.join(workspace.helm_words("--version")[:-1])
    words = (f"{program} {shlex.join(call)}" for call in calls)
    return workspace.run_shell("\n".join([world, "set -e", *words]))


def refused_at_first(workspace: Workspace, world: str, *, spec: str = SPEC) -> tuple[int, str]:
    """Run a spec in a world that forbids it: one line is said, and no agent heard of it."""
    ended = in_world(workspace, world, ["run", "--exec", spec])
    (line,) = ended.err.splitlines()
    assert line.startswith("helm: ")
    assert workspace.calls() == []
    return ended.code, line


def goes_on(workspace: Workspace) -> bool:
    """Go on with what was halted, in a world as it should be, to its good end."""
    ended = workspace.execute("--resume")
    check_log(workspace)
    return (ended.code, ended.err) == (0, "")


# Names

NAMES = {
    "quotes": 'it\'s "all" $HOME `x` a\\b',
    "printf": "100% {x} %s",
    "line break": "two\nlines",
    "tab": "a\ttab",
    "any script": "grüße 漢字 🎉 e\u0301",
    "dash": "--help",
    "blanks at the ends": "  both ends ",
    "200 characters": "x" * 200,
    "terminal escapes": "\x1b[31mred\x07",
    "direction": "abc\u202egnp.exe",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_any_name_will_do(tmp_path: Path, name: str, survived: Survived) -> None:
    """For the workspace, the spec, the log, and the user's home."""
    workspace = furnished(Workspace(tmp_path, name=name))
    shutil.rmtree(workspace.spec)
    spec = name if len(name) > len(SPEC) * 10 else f"{name} spec"
    folder = workspace.add_spec(spec)
    log = workspace.root / f"log {name[:100]}"
    world = f"export HOME={shlex.quote(str(workspace.root))} HELM_DB={shlex.quote(str(log))}"
    ended = whole_loop(workspace, world, spec=spec)
    assert "\x1b" not in ended.out
    assert "=== Attempt 1 of 2 for " in ended.out.splitlines()[0]
    assert ended.out.splitlines()[0].endswith(" ===")
    assert [event.kind for event in workspace.events(log)][-1] == "RunFinished"
    assert "accepted" in (folder / "implementation-report.md").read_text(encoding="utf-8")
    survived("odd-names", 1)


def test_a_name_that_the_locale_cannot_say_is_refused_with_another_locale(
    workspace: Workspace, survived: Survived
) -> None:
    """Where nobody lets Python take UTF-8 for ASCII; with that locale it is then run."""
    workspace.add_spec("spec-02-grüße")
    world = "export LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0"
    code, line = refused_at_first(workspace, world, spec="spec-02-grüße")
    assert code == 3
    assert line.endswith("rename it, or set LC_ALL=C.UTF-8")
    cured = in_world(workspace, "export LC_ALL=C.UTF-8", ["run", "--exec", "spec-02-grüße"])
    assert (cured.code, cured.err) == (0, "")
    survived("odd-names", 1)


def test_names_that_differ_in_case_alone_are_two_specs(
    workspace: Workspace, survived: Survived
) -> None:
    """Where the disk tells them apart; each has a lock and a history of its own."""
    other = workspace.add_spec(SPEC.upper())
    if other.samefile(workspace.spec):
        pytest.skip("this disk does not tell them apart")
    assert workspace.run("run", "--exec", SPEC.upper()).code == 0
    assert workspace.metadata()["status"] == "todo"
    assert [body["spec"]["path"] for body in workspace.bodies("RunStarted")] == [
        f"specs/{SPEC.upper()}"
    ]
    survived("odd-names", 1)


# Links and repositories


def link_specs_inside(workspace: Workspace) -> None:
    workspace.specs.rename(workspace.root / "real")
    workspace.specs.symlink_to("real")


def link_specs_outside(workspace: Workspace) -> None:
    workspace.specs.rename(workspace.place / "elsewhere")
    workspace.specs.symlink_to(workspace.place / "elsewhere")


def link_spec_outside(workspace: Workspace) -> None:
    workspace.spec.rename(workspace.place / "elsewhere")
    workspace.spec.symlink_to(workspace.place / "elsewhere")


def link_metadata(workspace: Workspace) -> None:
    there = workspace.root / "states" / "metadata.json"
    there.parent.mkdir()
    (workspace.spec / "metadata.json").rename(there)
    (workspace.spec / "metadata.json").symlink_to(there)


@pytest.mark.parametrize(
    "link", [link_specs_inside, link_specs_outside, link_spec_outside, link_metadata]
)
def test_links_are_followed_and_stay(
    workspace: Workspace, link: Callable[[Workspace], None], survived: Survived
) -> None:
    """The log knows the spec by the way that people take to it."""
    link(workspace)
    links = {path for path in workspace.root.rglob("*") if path.is_symlink()}
    whole_loop(workspace)
    assert workspace.bodies("RunStarted")[0]["spec"]["path"] == f"specs/{SPEC}"
    assert workspace.metadata()["status"] == "done"
    assert {path for path in workspace.root.rglob("*") if path.is_symlink()} == links
    survived("odd-repositories", 1)


def git(folder: Path, *words: str) -> None:
    """Call git as somebody who may commit, with submodules from this disk."""
    known = ("user.name=A", "user.email=a@example.org", "protocol.file.allow=always")
    settings = [word for each in known for word in ("-c", each)]
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


def committed(folder: Path) -> Workspace:
    folder.mkdir()
    workspace = furnished(Workspace(folder))
    git(workspace.root, "add", ".")
    git(workspace.root, "commit", "--quiet", "--message=all")
    return workspace


def add_worktree(workspace: Workspace, _: Path) -> tuple[Path, Path]:
    git(workspace.root, "worktree", "add", "--quiet", "../second")
    return workspace.place / "second", workspace.root / ".git"


def add_bare_worktree(workspace: Workspace, _: Path) -> tuple[Path, Path]:
    git(workspace.root, "clone", "--quiet", "--bare", ".", "../bare.git")
    git(workspace.place / "bare.git", "worktree", "add", "--quiet", "../tree")
    return workspace.place / "tree", workspace.place / "bare.git"


def add_submodule(workspace: Workspace, other: Path) -> tuple[Path, Path]:
    git(workspace.root, "submodule", "--quiet", "add", str(other), "library")
    return workspace.root / "library", workspace.root / ".git" / "modules" / "library"


def add_nested(workspace: Workspace, other: Path) -> tuple[Path, Path]:
    git(workspace.root, "clone", "--quiet", str(other), "inner")
    return workspace.root / "inner", workspace.root / "inner" / ".git"


@pytest.mark.parametrize("add", [add_worktree, add_bare_worktree, add_submodule, add_nested])
def test_each_kind_of_work_tree_has_its_own_runs(
    tmp_path: Path,
    add: Callable[[Workspace, Path], tuple[Path, Path]],
    survived: Survived,
) -> None:
    """They lie in the git directory that its work trees share, and nowhere else."""
    workspace, other = committed(tmp_path / "one"), committed(tmp_path / "other")
    folder, git_folder = add(workspace, other.root)
    whole_loop(workspace, f"cd {shlex.quote(str(folder))}")
    assert list(tmp_path.rglob("runs.db")) == [git_folder / "helm" / "runs.db"]
    assert workspace.metadata()["status"] == "todo"
    survived("odd-repositories", 1)


def test_a_bare_repository_is_no_workspace(tmp_path: Path, survived: Survived) -> None:
    """One line says so, and nothing is put into it."""
    workspace = Workspace(tmp_path)
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")
    code, line = refused_at_first(workspace, "cd ../bare.git")
    assert code == 3
    assert line.endswith("to make a workspace: helm scaffold")
    assert not (tmp_path / "bare.git" / ".helm").exists()
    survived("odd-repositories", 1)


def test_who_stands_in_the_git_directory_has_the_log_of_the_work_tree(
    workspace: Workspace, survived: Survived
) -> None:
    """A second log beside the first would hide it for ever."""
    whole_loop(workspace, "cd .git")
    assert workspace.log == workspace.root / ".git" / "helm" / "runs.db"
    assert not (workspace.root / ".helm").exists()
    survived("odd-repositories", 1)


@pytest.mark.parametrize("variables", ["GIT_DIR=.git", "GIT_DIR=.git GIT_WORK_TREE=."])
def test_a_hook_of_git_may_run_a_spec(
    workspace: Workspace, variables: str, survived: Survived
) -> None:
    """With what git tells its hooks of where they are."""
    whole_loop(workspace, f"export {variables}")
    assert workspace.kinds()[-1] == "RunFinished"
    survived("odd-repositories", 1)


def test_what_git_told_a_hook_may_be_wrong_elsewhere(
    workspace: Workspace, survived: Survived
) -> None:
    """As for a hook that is called within `.git`, and leaves it: the variable is named."""
    code, line = refused_at_first(workspace, "export GIT_DIR=.")
    assert code == 3
    assert line.endswith("GIT_DIR is set, as in a hook of git: unset it")
    survived("odd-repositories", 1)


@pytest.mark.parametrize("below", ["work", "second"])
def test_a_log_in_a_repository_is_not_overlooked_without_git(
    tmp_path: Path, below: str, survived: Survived
) -> None:
    """A second log would hide it, once git is there again."""
    workspace = committed(tmp_path / "one")
    add_worktree(workspace, tmp_path)
    folder = shlex.quote(str(workspace.place / below))
    whole_loop(workspace, f"cd {folder}")
    workspace.agent()
    (workspace.place / "tools" / "git").unlink()
    code, line = refused_at_first(workspace, f"cd {folder}")
    assert code == 3
    assert line == f"helm: git was not found, and {workspace.log} is in its keeping; install git"
    assert list(tmp_path.rglob("runs.db")) == [workspace.log]
    survived("odd-repositories", 1)


@pytest.fixture
def nobodys() -> Iterator[tuple[Workspace, str]]:
    """A workspace that nobody owns, and the words that call a program as nobody.

    What may only be read by us, perhaps Python itself, can be read then too.
    """
    setpriv = shutil.which("setpriv")
    if sys.platform != "linux" or os.geteuid() != 0 or not setpriv:
        pytest.skip("it takes root and setpriv to become another user")
    rights = "+dac_override,+dac_read_search"
    kept = [f"--inh-caps={rights}", f"--ambient-caps={rights}"]
    words = [setpriv, f"--reuid={NOBODY}", "--clear-groups", *kept]
    if subprocess.run([*words, sys.executable, "-c", ""], check=False).returncode:
        pytest.skip("nobody may not call Python here")
    with TemporaryDirectory() as place:
        workspace = furnished(Workspace(Path(place)))
        for path in (workspace.place, *workspace.place.rglob("*")):
            os.lchown(path, NOBODY, NOBODY)
        yield workspace, shlex.join(words)


def test_a_repository_of_somebody_else_is_refused_with_the_words_of_git(
    nobodys: tuple[Workspace, str], survived: Survived
) -> None:
    """Dubious ownership: the line ends with the command that allows it, and then it works."""
    workspace, as_nobody = nobodys
    call = f"exec {as_nobody} {shlex.join(workspace.helm_words())}"
    for path in (workspace.root / ".git", workspace.root):
        os.chown(path, 0, 0)
    ended = workspace.run_shell(call)
    (line,) = ended.err.splitlines()
    assert ended.code == 3
    assert "dubious ownership" in line
    assert line.endswith(f"git config --global --add safe.directory {workspace.root}")
    assert not list(workspace.place.rglob("runs.db"))
    for path in (workspace.root / ".git", workspace.root):
        os.chown(path, NOBODY, NOBODY)
    assert workspace.run_shell(call).code == 0
    survived("odd-repositories", 1)


# Environments

ENVIRONMENTS = {
    "plain C locale": "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0",
    "ASCII output": "LC_ALL=POSIX PYTHONIOENCODING=ascii",
    "unknown time zone": "TZ=Nowhere/Nothing",
    "time zone beyond a day": "TZ='<+25>-24:59:59'",
    "time zone file that is none": "TZ=:/etc/passwd",
    "no such home": "HOME=/nosuch/home",
    "empty home": "HOME=",
    "dumb terminal": "TERM=dumb",
    "no such folder for temporary files": "TMPDIR=/nosuch",
    "optimised Python": "PYTHONOPTIMIZE=2",
    "warnings are errors": "PYTHONWARNINGS=error",
    "startup file that is missing": "PYTHONSTARTUP=/nosuch.py",
    "negative columns": "COLUMNS=-3 LINES=0",
    "columns that are no number": "COLUMNS=wide",
    "relative PATH": "PATH=../bin:../tools:.",
    "relative agent": "HELM_CODEX=../bin/codex",
}
"""Variables that somebody has set."""


@pytest.mark.parametrize("variables", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_no_variable_is_in_the_way(
    workspace: Workspace, variables: str, survived: Survived
) -> None:
    """A run and all questions about it are as ever."""
    whole_loop(workspace, f"export {variables}")
    check_log(workspace)
    survived("odd-environments", 1)


def test_nothing_of_an_environment_is_needed(workspace: Workspace, survived: Survived) -> None:
    """Without home, terminal and language."""
    whole_loop(workspace, "unset HOME TERM LANG LC_ALL PWD")
    check_log(workspace)
    survived("odd-environments", 1)


@LINUX
def test_a_home_and_a_folder_for_temporary_files_may_be_read_only(
    workspace: Workspace, survived: Survived
) -> None:
    """In /proc not even root can make a file."""
    whole_loop(workspace, "export HOME=/proc TMPDIR=/proc XDG_CONFIG_HOME=/proc")
    survived("odd-environments", 1)


def test_the_disk_for_temporary_files_may_be_full(
    workspace: Workspace, survived: Survived
) -> None:
    """Neither helm nor SQLite needs it for a run."""
    folder = workspace.place / "full"
    folder.mkdir()
    with small_disk(folder):
        fill(folder)
        whole_loop(workspace, f"export TMPDIR={folder} SQLITE_TMPDIR={folder}")
    survived("odd-environments", 1)


def test_modules_in_the_workspace_do_not_stand_in_for_those_of_python(
    workspace: Workspace, survived: Survived
) -> None:
    """An agent may write a `json.py`; the console script does not look for modules there."""
    for name in ("json", "typing", "sqlite3", "typer", "helm", "usercustomize", "encodings"):
        write(workspace.root / f"{name}.py", "raise SystemExit('taken for a module of Python')\n")
    script = workspace.codex.with_name("helm")
    write(script, "from helm.__main__ import main\n\nmain()\n")
    whole_loop(workspace, helm=shlex.join([sys.executable, str(script)]))
    whole_loop(
        workspace, "export PYTHONSAFEPATH=1", helm=shlex.join([sys.executable, "-m", "helm"])
    )
    survived("odd-environments", 2)


def test_a_current_folder_that_is_gone_is_said(workspace: Workspace, survived: Survived) -> None:
    """Whatever needs to know where it is says so in one line; what does not, works."""
    (workspace.root / "gone").mkdir()
    leave = "import os, sys; os.rmdir(os.getcwd()); os.execv(sys.argv[1], sys.argv[1:])"
    remover = [sys.executable, "-I", "-c", leave]
    for words in (["run", "--exec", str(workspace.spec)], ["status"], ["doctor"]):
        (workspace.root / "gone").mkdir(exist_ok=True)
        call = shlex.join([*remover, *workspace.helm_words(*words)])
        ended = workspace.run_shell(f"cd gone && exec {call}")
        assert (ended.code, ended.out) == (3, "")
        said = "helm: the current folder has been removed; change to one that is there\n"
        assert ended.err == said
    assert workspace.calls() == []
    survived("odd-environments", 3)


# Limits

LIMITS = {
    "24 open files": "ulimit -n 24",
    "32 open files": "ulimit -n 32",
    "small stack": "ulimit -s 256",
    "no core": "ulimit -c 0",
    "nobody may do anything": "umask 777",
    "everybody may do everything": "umask 000",
    "signals ignored": "trap '' PIPE CHLD HUP QUIT USR1",
}


@pytest.mark.parametrize("world", LIMITS.values(), ids=LIMITS)
def test_what_a_shell_allows_is_enough(
    workspace: Workspace, world: str, survived: Survived
) -> None:
    """And what helm makes of its own is its owner's alone, whatever the shell would allow."""
    whole_loop(workspace, world)
    check_log(workspace)
    assert workspace.log.stat().st_mode & 0o777 == 0o600
    assert workspace.log.parent.stat().st_mode & 0o777 == 0o700
    survived("odd-limits", 1)


@pytest.mark.parametrize("count", range(8, 20))
def test_too_few_open_files_lose_nothing(
    workspace: Workspace, count: int, survived: Survived
) -> None:
    """Wherever they run out: one line, a code that scripts know, and then it goes on."""
    ended = in_world(workspace, f"ulimit -n {count}", ["run", "--exec", SPEC])
    if ended.code == 0:
        assert ended.err == ""
    else:
        assert ended.code in {3, 4, 6}
        (line,) = ended.err.splitlines()
        assert line.startswith("helm: ")
        assert "Too many open files" in line or "unable to open" in line
    assert goes_on(workspace)
    survived("odd-limits", 1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_too_few_processes_lose_nothing(
    nobodys: tuple[Workspace, str], count: int, survived: Survived
) -> None:
    """Where neither git nor the agent can be started, one line says so, and then it goes on."""
    workspace, as_nobody = nobodys
    helm = shlex.join(workspace.helm_words())
    ended = workspace.run_shell(f"exec {as_nobody} {PRLIMIT} --nproc={count} {helm}")
    if ended.code:
        assert ended.code in {3, 4}
        (line,) = ended.err.splitlines()
        assert line.startswith("helm: ")
        assert "; raise th" in line
    resumed = workspace.run_shell(f"exec {as_nobody} {helm} --resume")
    assert (resumed.code, resumed.err) == (0, "")
    check_log(workspace)
    survived("odd-limits", 1)


def test_whoever_blocked_signals_for_itself_can_still_stop_helm(
    workspace: Workspace, survived: Survived
) -> None:
    """What is blocked is inherited, and a helm that cannot be asked could only be killed."""
    send = (
        "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); "
        "os.kill(os.getpid(), signal.SIGTERM); os.execv(sys.argv[1], sys.argv[1:])"
    )
    call = shlex.join([sys.executable, "-I", "-c", send, *workspace.helm_words()])
    ended = workspace.run_shell(f"exec {call}")
    assert (ended.code, ended.out) == (-15, "")
    assert workspace.calls() == []
    survived("odd-limits", 1)


# Clocks

CLOCK = """
import sys
from datetime import UTC, datetime, timedelta

import helm.__main__


class Clock(datetime):
    asked = 0

    @classmethod
    def now(cls, zone=None):
        cls.asked += 1
        return {now}


helm.__main__.datetime = Clock
helm.__main__.main()
"""
CLOCKS = {
    "an hour back each time": "datetime.now(zone) - timedelta(hours=cls.asked)",
    "stands still": "datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)",
    "before 1970": "datetime(1969, 12, 31, tzinfo=UTC) + timedelta(seconds=cls.asked)",
    "from 1970": "datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=cls.asked)",
    "over the night of summer time": (
        "datetime(2026, 3, 29, 0, 59, 50, tzinfo=UTC) + timedelta(seconds=cls.asked)"
    ),
    "after the seconds of 32 bits": "datetime(2100, 1, 1, tzinfo=UTC)",
    "the last second": "datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)",
    "the first second": "datetime(1, 1, 1, tzinfo=UTC)",
}


@pytest.mark.parametrize("now", CLOCKS.values(), ids=CLOCKS)
def test_time_may_be_anything(workspace: Workspace, now: str, survived: Survived) -> None:
    """Order is the log's, not the clock's: a halted run is gone on with at any time."""
    script = workspace.place / "clock.py"
    write(script, CLOCK.format(now=now))
    program = shlex.join([sys.executable, str(script)])
    workspace.agent(worker=["done", "done again"], verifier=["what?", MISSING, OK])
    run = ["run", "--exec", SPEC]
    halted = in_world(workspace, "export TZ=Europe/Berlin", run, helm=program)
    assert halted.code == 5
    assert goes_on(workspace)
    assert workspace.kinds().count("RunStarted") == 1
    workspace.agent()
    whole_loop(workspace, "export TZ=Pacific/Auckland", helm=program)
    assert workspace.execute("--resume").code == 0
    assert workspace.kinds().count("RunStarted") == 2
    survived("odd-clocks", 1)


# Files as other systems write them


def test_line_ends_and_marks_of_other_systems_are_read(
    workspace: Workspace, survived: Survived
) -> None:
    """CR LF anywhere, and a byte order mark before a text; metadata keeps its line ends."""
    texts = [workspace.spec / "SPEC.md", *workspace.specs.glob("*.md")]
    write(workspace.root / "helm.config.json", '{\n "defaultMaxAttempts": 3\n}\n')
    metadata = workspace.spec / "metadata.json"
    for path in (*texts, metadata, workspace.root / "helm.config.json"):
        mark = b"\xef\xbb\xbf" if path in texts else b""
        path.write_bytes(mark + path.read_bytes().replace(b"\n", b"\r\n"))
    ended = in_world(workspace, ":", *questions(SPEC))
    assert (ended.code, ended.err) == (0, "")
    assert "=== Attempt 1 of 3 for" in ended.out
    assert metadata.read_bytes().count(b"\r\n") == metadata.read_bytes().count(b"\n")
    survived("odd-files", 1)


@pytest.mark.parametrize("name", [f"specs/{SPEC}/metadata.json", "helm.config.json"])
def test_a_byte_order_mark_before_json_is_named(
    workspace: Workspace, name: str, survived: Survived
) -> None:
    """No reader of JSON has to take it."""
    path = workspace.root / name
    path.write_bytes(b"\xef\xbb\xbf" + (path.read_bytes() if path.exists() else b"{}"))
    code, line = refused_at_first(workspace, ":")
    assert code == 3
    assert line.endswith("begins with a byte order mark; save it as UTF-8 without one")
    survived("odd-files", 1)


AGENTS: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to("/nosuch"),
    "a pipe": lambda path: os.mkfifo(path, 0o755),
    "nothing": lambda path: executable(path, b""),
    "no first line": lambda path: executable(path, b"echo done\n"),
    "CR LF": lambda path: executable(path, b"#!/bin/sh\r\necho done\r\n"),
    "half a program": lambda path: executable(path, b"\x7fELF\x02\x01\x01"),
}


def executable(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o755)


@pytest.mark.parametrize("make", AGENTS.values(), ids=AGENTS)
def test_an_agent_that_is_no_program_is_said(
    workspace: Workspace, make: Callable[[Path], object], survived: Survived
) -> None:
    """Exit code 4, in one line; with the agent in its place it goes on."""
    workspace.codex.unlink()
    make(workspace.codex)
    code, line = refused_at_first(workspace, ":")
    assert code == 4
    assert "codex" in line
    remove = workspace.codex.rmdir if workspace.codex.is_dir() else workspace.codex.unlink
    remove()
    workspace.install_codex()
    assert goes_on(workspace)
    survived("odd-files", 1)


def test_a_folder_instead_of_an_agent_is_said(workspace: Workspace, survived: Survived) -> None:
    """That it "was not found" would be hard to believe."""
    code, line = refused_at_first(workspace, f"export HELM_CODEX={workspace.codex.parent}")
    assert code == 4
    assert line.endswith("/bin is a folder; name the program in it in HELM_CODEX")
    survived("odd-files", 1)


# The screen


@contextmanager
def opened(workspace: Workspace, **variables: str) -> Iterator[None]:
    """Open the screen in a world, and leave it as it was found."""
    with on_screen(workspace, environment=variables) as screen:
        screen.wait("A greeting")
        yield
        screen.press("q")
        assert screen.end() == 0
        assert screen.left_behind() == []


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"TZ": "<+25>-24:59:59", "TMPDIR": "/nosuch", "HOME": "/nosuch"},
        {"TERM": "vt100", "PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2"},
    ],
    ids=["plain C locale", "no zone, no home", "old terminal"],
)
def test_the_screen_opens_in_any_environment(
    workspace: Workspace, variables: dict[str, str], survived: Survived
) -> None:
    """With a run in the log, of which it says how long ago it was."""
    assert workspace.execute().code == 0
    with opened(workspace, **variables):
        survived("odd-environments", 1)


def test_the_screen_opens_where_names_are_odd(tmp_path: Path, survived: Survived) -> None:
    """Line breaks and terminal escapes in a path draw nothing of their own."""
    workspace = furnished(Workspace(tmp_path, name="\x1b[2Jtwo\nlines"))
    workspace.add_spec("spec-02\n\x1b]0;title\x07", name="Odd\nname\x1b[2J")
    with opened(workspace):
        survived("odd-names", 1)
