"""The wheel works with the lowest and with the newest version of everything that it depends on."""

from __future__ import annotations

import shutil
from pathlib import Path

from helm import __version__
from tests.e2e.pty_screen import PtyScreen
from tests.release.environments import ROOT, Installation, lowest_versions

TESTERS = ("freezegun", "hypothesis", "jsonschema", "pyte", "pytest", "pytest-xdist", "pyyaml")
TESTS = ("tests/app", "tests/adapters", "--ignore=tests/app/test_schemas.py")
TREE = (
    *("tests", "specs", "docs", "migrations", "tools"),
    *("pyproject.toml", "helm.config.json", "README.md"),
)
"""What those tests look at, besides helm; the schemas are files of helm's own source."""


def test_the_installed_helm_is_the_wheels(installed: Installation, tmp_path: Path) -> None:
    """Not the checkout's, although this test runs in it."""
    where = installed.run(
        installed.python, "-c", "import helm; print(helm.__file__)", cwd=tmp_path
    )
    assert Path(where.strip()).is_relative_to(installed.python.parents[1])
    assert installed.run(installed.helm, "--version", cwd=tmp_path) == f"helm {__version__}\n"


def test_man_finds_its_manual_page(installed: Installation) -> None:
    """pipx puts it where `man helm` looks."""
    page = (installed.home / "man/man1/helm.1").read_text(encoding="utf-8")
    assert f"helm {__version__}" in page.splitlines()[0]


def test_the_lowest_versions_are_really_there(lowest: Installation, tmp_path: Path) -> None:
    """Each package stands at the version that helm names."""
    words = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    for pinned in lowest_versions():
        name, _, bound = pinned.partition("==")
        there = lowest.run(lowest.python, "-c", words, name, cwd=tmp_path).strip()
        assert f"{there}.0.0".startswith(f"{bound}."), (name, there)


def test_the_installed_helm_demonstrates_itself(installed: Installation, tmp_path: Path) -> None:
    """In an empty home, without configuration: accepted, with report and log where it says."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    told = {"TMPDIR": str(temporary), "HOME": str(home)}
    printed = installed.run(installed.helm, "demo", cwd=home, **told)
    assert "spec-00-example: accepted after 2 attempts" in printed
    report, log = (said(printed, label) for label in ("report", "log"))
    assert "- Final verifier status: ok\n" in (home / report).read_text(encoding="utf-8")
    assert (home / log).read_bytes().startswith(b"SQLite format 3\0")
    assert (home / log).is_relative_to(temporary)
    assert list(home.iterdir()) == []


def said(printed: str, label: str) -> str:
    """What stands after a label at the end of the output, without the remark after it."""
    (line,) = (each for each in printed.splitlines() if each.startswith(f"  {label} "))
    return line.removeprefix(f"  {label} ").strip().split("    (")[0]


def test_its_screen_opens_and_is_left_again(installed: Installation, tmp_path: Path) -> None:
    """On a terminal of 80 columns, in a repository without a workspace."""
    installed.run("git", "init", "--quiet", cwd=tmp_path)
    screen = PtyScreen(
        [str(installed.helm)],
        cwd=tmp_path,
        environment={**installed.environment, "TERM": "xterm-256color"},
        size=(80, 24),
    )
    try:
        screen.wait("no workspace yet", "[ Create ]")
        screen.press("q")
        assert screen.end() == 0
        assert screen.left_behind() == []
    finally:
        screen.close()


def test_the_tests_pass_with_the_lowest_versions(lowest: Installation, tmp_path: Path) -> None:
    """Those of app and adapters, in a copy of the tree that has no helm in it.

    With versions that are almost the newest all tests run every day.
    """
    assert " passed" in run_tests(lowest, tmp_path, *TESTS)


def test_the_tests_pass_with_another_sqlite(newest: Installation, tmp_path: Path) -> None:
    """With pysqlite3, which brings its own, and which helm takes where it is installed."""
    other = tmp_path / "other"
    newest.pip_install("--target", other, "--only-binary", ":all:", "pysqlite3")
    words = "from helm.adapters.sqlite.engine import sqlite3; print(sqlite3.__name__)"
    name = newest.run(newest.python, "-c", words, cwd=tmp_path, PYTHONPATH=str(other))
    assert name.strip() == "pysqlite3"
    assert " passed" in run_tests(newest, tmp_path, *TESTS, PYTHONPATH=str(other))


def run_tests(installed: Installation, place: Path, *tests: str, **more: str) -> str:
    """Run tests with an installed helm, in a copy of the tree that has none; their last line."""
    constraints = place / "frozen.txt"
    constraints.write_text(frozen(installed, place))
    installed.pip_install("--constraint", constraints, *TESTERS)
    tree = place / "tree"
    for name in TREE:
        copy(ROOT / name, tree / name)
    told = installed.run(
        *(installed.python, "-m", "pytest", "--quiet", "--numprocesses", "auto"),
        *("-p", "no:cacheprovider", "--hypothesis-profile", "ci", "-m", "not codex", *tests),
        cwd=tree,
        **more,
    )
    return told.splitlines()[-1]


def frozen(installed: Installation, place: Path) -> str:
    """Say what stands at which version, so that nothing that comes later moves it."""
    words = (
        "from importlib.metadata import distributions as all\n"
        "for each in all():\n"
        "    if each.name != 'helm-runner': print(f'{each.name}=={each.version}')"
    )
    return installed.run(installed.python, "-c", words, cwd=place)


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
