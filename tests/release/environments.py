"""helm as its users have it: the wheel of `dist/`, installed by pipx in a home of its own."""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"

_NO_MORE: Mapping[str, str] = {}
_LOWEST = re.compile(r"([A-Za-z0-9_-]+)>=([0-9.]+)")
_HAS_ALL = "import ensurepip, sqlite3, sys, venv; print(sys.version_info[:2] >= (3, 11))"
_MINOR = "import sys; print(*sys.version_info[:2], sep='.')"


def run(*words: str | Path, cwd: Path, environment: Mapping[str, str]) -> str:
    """Run a program to a good end; what it printed."""
    done = subprocess.run(
        words,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def the_wheel() -> Path:
    """Find what `make dist` has built."""
    return _the_one("*.whl")


def the_sdist() -> Path:
    return _the_one("*.tar.gz")


def _the_one(pattern: str) -> Path:
    found = list(DIST.glob(pattern))
    assert len(found) == 1, f"dist holds {len(found)} of {pattern}: run `make dist`"
    return found[0]


def lowest_versions() -> list[str]:
    """Read off the wheel the lowest version of each package that it depends on."""
    with zipfile.ZipFile(the_wheel()) as wheel:
        (name,) = (each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(wheel.read(name))
    bounds = [_LOWEST.fullmatch(each) for each in metadata.get_all("Requires-Dist", [])]
    assert bounds
    assert all(bounds), "a dependency has no bound that can be tried"
    return ["{}=={}".format(*bound.groups()) for bound in bounds if bound]


def oldest_python() -> Path:
    return min(_pythons(), key=_minor)


def newest_python() -> Path:
    return max(_pythons(), key=_minor)


def _pythons() -> Iterator[Path]:
    """Find what Pythons of this machine can run helm; there is at least the one that runs this."""
    yield Path(sys.executable)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*map(Path, os.get_exec_path()), *pyenv.glob("versions/*/bin")]
    for folder in folders:
        yield from filter(_can_run_helm, folder.glob("python3.[1-9][0-9]"))


def _can_run_helm(python: Path) -> bool:
    try:
        tried = subprocess.run(
            [python, "-c", _HAS_ALL], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return tried.returncode == 0 and tried.stdout.strip() == "True"


def _minor(python: Path) -> tuple[int, ...]:
    said = subprocess.run([python, "-c", _MINOR], capture_output=True, text=True, check=True)
    return tuple(map(int, said.stdout.strip().split(".")))


@dataclass(frozen=True)
class Installation:
    """A home folder in which pipx has installed the wheel."""

    home: Path

    @property
    def python(self) -> Path:
        """The Python of the environment that pipx made."""
        return self.home / "pipx/venvs/helm-runner/bin/python"

    @property
    def helm(self) -> Path:
        return self.home / "bin/helm"

    @property
    def environment(self) -> dict[str, str]:
        """What a new user's shell has, and no more."""
        return {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([str(self.helm.parent), os.environ["PATH"]]),
            "LANG": "C.UTF-8",
            "HELM_DEMO_PAUSE": "0",
        }

    def run(self, *words: str | Path, cwd: Path, **more: str) -> str:
        """Run a program as the new user, to a good end; what it printed."""
        return run(*words, cwd=cwd, environment={**self.environment, **more})

    def pip_install(self, *words: str | Path) -> None:
        """Put more into the environment that pipx made."""
        pip = (sys.executable, "-m", "pip", "--python", self.python)
        run(*pip, "install", "--quiet", *words, cwd=self.home, environment=os.environ)


def install(home: Path, python: Path, pinned: Iterable[str] = ()) -> Installation:
    """Install the wheel, with some packages at the versions named, and else with the newest."""
    _require_an_index(home)
    constraints = home / "constraints.txt"
    constraints.write_text("".join(f"{each}\n" for each in pinned))
    pipx = {
        **os.environ,
        "PIPX_HOME": str(home / "pipx"),
        "PIPX_BIN_DIR": str(home / "bin"),
        "PIPX_MAN_DIR": str(home / "man"),
        "PIPX_DEFAULT_BACKEND": "pip",
    }
    words = ("install", the_wheel(), "--python", python, "--pip-args", f"-c {constraints}")
    run(sys.executable, "-m", "pipx", *words, cwd=home, environment=pipx)
    return Installation(home)


def _require_an_index(folder: Path) -> None:
    """Without one nothing can be installed; where a release is made, that is a fault."""
    words = ("download", "--quiet", "--no-deps", "--dest", str(folder / "probe"), "wcwidth")
    pip = [sys.executable, "-m", "pip", *words]
    tried = subprocess.run(pip, capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return
    fault = f"pip can install nothing here: {tried.stderr.strip()[-500:]}"
    if os.environ.get("CI"):
        pytest.fail(fault)
    pytest.skip(fault)
