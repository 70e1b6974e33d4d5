"""What is released is whole, holds nothing else, and is one version."""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from helm import __version__
from tests.release.environments import ROOT, the_sdist, the_wheel

DIST_INFO = f"helm_runner-{__version__}.dist-info"
ABOUT_GIT_OR_CI = {".ci", ".editorconfig", ".github", ".gitignore"}
"""What the sdist need not hold."""

MANUAL = f"helm_runner-{__version__}.data/data/share/man/man1/helm.1"


@pytest.fixture(scope="module")
def sources() -> set[str]:
    """What git has, or would take: nothing that a tool has left lying about."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing tells the sources from what tools have made")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    # A file that is deleted stays listed until the next commit.
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def wheel() -> set[str]:
    with zipfile.ZipFile(the_wheel()) as wheel:
        return set(wheel.namelist())


def within(files: set[str], folder: str) -> set[str]:
    return {name for name in files if name.startswith(f"{folder}/")}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: set[str], sources: set[str]) -> None:
    """Every file of helm, the migrations inside of it, and the manual page beside it."""
    migrations = {f"helm/{name}" for name in within(sources, "migrations")}
    assert {"helm/migrations/0001_event_log.sql"} <= migrations
    package = within(wheel, "helm")
    assert package == within(sources, "helm") | migrations
    assert {"helm/py.typed", "helm/adapters/demo/agent.py", "helm/scaffold/README.md"} <= package
    assert wheel - package - within(wheel, DIST_INFO) == {MANUAL}


def test_the_package_index_is_told_nothing_that_leads_nowhere() -> None:
    """Neither links nor pictures; what it is told is the README's, but for the last paragraph."""
    with zipfile.ZipFile(the_wheel()) as wheel:
        metadata = message_from_bytes(wheel.read(f"{DIST_INFO}/METADATA"))
    told = str(metadata.get_payload())
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "](" not in told
    *paragraphs, _ = told.strip().split("\n\n")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(paragraphs) > 2
    assert [each for each in paragraphs if f"\n{each}\n" not in readme] == []


def test_the_wheel_holds_the_licence() -> None:
    """Where tools look for it, word for word."""
    with zipfile.ZipFile(the_wheel()) as wheel:
        licence = wheel.read(f"{DIST_INFO}/licenses/LICENSE")
    assert licence == (ROOT / "LICENSE").read_bytes()


def test_the_sdist_holds_what_it_takes_to_build_and_to_test(sources: set[str]) -> None:
    """Nothing but files of the tree, and of those every one that is not about git or CI."""
    with tarfile.open(the_sdist()) as sdist:
        members = {member.name for member in sdist if member.isfile()}
    top = f"helm_runner-{__version__}/"
    assert all(name.startswith(top) for name in members)
    held = {name.removeprefix(top) for name in members} - {"PKG-INFO"}
    assert held - sources <= {".gitignore"}
    left_out = {name.partition("/")[0] for name in sources - held}
    assert left_out <= ABOUT_GIT_OR_CI


def test_the_version_is_said_in_one_place() -> None:
    """Both files are named for the version of the package."""
    names = {the_wheel().name.split("-")[1], the_sdist().name.split("-")[1][: -len(".tar.gz")]}
    assert names == {__version__}
    written = [
        path
        for path in (ROOT / "helm").rglob("*.py")
        if f'"{__version__}"' in path.read_text(encoding="utf-8")
    ]
    assert written == [ROOT / "helm/__init__.py"]
    assert __version__ not in Path(ROOT / "pyproject.toml").read_text(encoding="utf-8")
