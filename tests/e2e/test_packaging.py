"""What users install is whole: sdist and wheel are built, and helm runs from the wheel alone."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from helm import __version__

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program with a clean environment to a good end; what it printed."""
    done = subprocess.run(
        words,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@dataclass(frozen=True)
class Built:
    """A clean copy of this tree, and what was built from it."""

    tree: Path
    sdist: Path
    wheel: Path

    def source_files(self, folder: str = "") -> set[str]:
        """The files of the copy, named from its top."""
        top = self.tree / folder
        return {str(path.relative_to(self.tree)) for path in top.rglob("*") if path.is_file()}

    def wheel_files(self) -> set[str]:
        with zipfile.ZipFile(self.wheel) as wheel:
            return set(wheel.namelist())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel is built from the sdist, so that a file which that lacks is missed here too."""
    folder = tmp_path_factory.mktemp("packaging")
    tree, built = folder / "tree", folder / "built"
    _copy(tree)
    build = (sys.executable, "-I", "-m", "build", "--no-isolation")
    run(*build, "--outdir", built, tree, cwd=folder)
    (sdist,), (wheel,) = built.glob("*.tar.gz"), built.glob("*.whl")
    return Built(tree, sdist, wheel)


def _copy(tree: Path) -> None:
    """Copy what git has, or would take: nothing that a tool has left lying about."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing tells the sources from what tools have made")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():  # a file that is deleted stays listed until the next commit
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel, and borrows what it depends on."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", symlinks=True)
    python = folder / "env/bin/python"
    offline = ("--no-index", "--no-deps", "--disable-pip-version-check", "--no-cache-dir")
    pip = (sys.executable, "-I", "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", *offline, built.wheel, cwd=folder)
    # Borrowed only now, so that pip does not take this environment's helm for an old one.
    # The paths come last, and the links in them are not followed: the wheel's helm goes first.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    here = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    (Path(here.strip()) / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return python.parent


def test_the_wheel_holds_the_package_and_nothing_else(built: Built) -> None:
    """Every file of helm, the demonstration's included, and the migrations inside of it."""
    migrations = {f"helm/{name}" for name in built.source_files("migrations")}
    assert {"helm/migrations/0001_event_log.sql"} <= migrations
    package = {name for name in built.wheel_files() if name.startswith("helm/")}
    assert package == built.source_files("helm") | migrations
    assert {"helm/py.typed", "helm/adapters/demo/agent.py"} <= package
    tops = {name.partition("/")[0] for name in built.wheel_files()}
    assert tops == {"helm", f"helm_runner-{__version__}.dist-info"}


def test_the_wheel_holds_the_licence(built: Built) -> None:
    """Where tools look for it, word for word."""
    name = f"helm_runner-{__version__}.dist-info/licenses/LICENSE"
    with zipfile.ZipFile(built.wheel) as wheel:
        assert wheel.read(name) == (built.tree / "LICENSE").read_bytes()


def test_the_sdist_holds_what_it_takes_to_build_and_to_test(built: Built) -> None:
    """Nothing but files of the tree, and of those every one that is not about git or CI."""
    with tarfile.open(built.sdist) as sdist:
        members = {member.name for member in sdist if member.isfile()}
    top = f"helm_runner-{__version__}/"
    assert all(name.startswith(top) for name in members)
    held = {name.removeprefix(top) for name in members} - {"PKG-INFO"}
    assert held <= built.source_files()
    left_out = {name.partition("/")[0] for name in built.source_files() - held}
    assert left_out <= {".ci", ".editorconfig", ".github"}


def test_the_installed_helm_is_the_wheels(installed: Path) -> None:
    """Not the checkout's, although this test runs in it."""
    words = "import helm; print(helm.__file__)"
    file = Path(run(installed / "python", "-c", words, cwd=installed).strip())
    assert file.is_relative_to(installed.parent)
    assert run(installed / "helm", "--version", cwd=installed) == f"helm {__version__}\n"


def test_the_installed_helm_demonstrates_itself(installed: Path, tmp_path: Path) -> None:
    """In an empty home, without configuration: accepted, with report and log where it says."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    told = {"TMPDIR": str(temporary), "HELM_DEMO_PAUSE": "0"}
    printed = run(installed / "helm", "demo", cwd=home, **told)
    assert "spec-00-example: accepted after 2 attempts" in printed
    report, log = (_said(printed, label) for label in ("report", "log"))
    assert "- Final verifier status: ok\n" in (home / report).read_text(encoding="utf-8")
    assert (home / log).read_bytes().startswith(b"SQLite format 3\0")
    assert (home / log).is_relative_to(temporary)
    assert list(home.iterdir()) == []


def _said(printed: str, label: str) -> str:
    """What stands after a label at the end of the output, without the remark after it."""
    (line,) = (each for each in printed.splitlines() if each.startswith(f"  {label} "))
    return line.removeprefix(f"  {label} ").strip().split("    (")[0]
