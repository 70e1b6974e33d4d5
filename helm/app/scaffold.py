"""Making a workspace: the configuration, the specs root, its templates and a spec to begin with.

Nothing that is there is ever written over. All is made or nothing, and the configuration comes
last: as long as that does not say so, a workspace is not set up, and making it can be said again.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from os import path as os_path
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from helm.app.acceptance_commands import quotation_fault
from helm.app.configuration import founding_text, specs_root_fault
from helm.app.creation import Creation
from helm.app.errors import InputInvalid, NotSetUp, RecordFailed
from helm.app.ports import Files, Git, Stop
from helm.app.settings import CONFIG_NAME, OLD_SETTINGS_NAME, Config
from helm.app.specs import BODY_NAME, Spec, found_spec, looks_like_spec
from helm.app.terminal_text import line_fault
from helm.app.validation import read_model
from helm.app.workspace import open_workspace
from helm.domain.events import Mode
from helm.domain.json_object import read_object, with_value

TEXTS = Path(__file__).parents[1] / "scaffold"
"""What a specs root begins with; it comes with the package."""

EXAMPLE = "spec-00-example"
"""The spec to begin with; it is made where there is no other."""

_SCHEMA = "schemas/helm.config.schema.json"
CONFIG_SCHEMA = TEXTS / _SCHEMA
"""What a configuration may hold, with a word on each key."""

BARE = "a bare repository has no work tree"
CLONE_IT = "clone it, and work there"

_MAKE_TEST = re.compile(rb"^test[ \t]*:(?!=)", re.MULTILINE)
_TEST_OF_PYTHON = re.compile(r"conftest\.py|test_.+\.py|.+_test\.py")
_NO_TEST = "no test specified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a workspace is to be; the specs root is a path within it."""

    specs_root: str = "specs"
    mode: Mode = Mode.STRICT
    max_attempts: int = 2
    acceptance_commands: tuple[str, ...] = ()


KEYS = {
    "specs_root": "specsRoot",
    "mode": "mode",
    "max_attempts": "defaultMaxAttempts",
    "acceptance_commands": "acceptanceCommands",
}
"""What the configuration calls each field of a setup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """A place where no workspace is set up, why that is so, and what it could be set up as."""

    root: Path
    reason: str
    setup: Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """Where a workspace is, or would be, and what as; `settled` once its configuration says so."""

    root: Path
    setup: Setup
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The files of a workspace, named from its root: what is made, changed, and left as it was."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]


class Step(NamedTuple):
    """A command that comes next in a workspace, and what it is for."""

    words: str
    purpose: str


class Scaffold:
    """Makes the workspace at or above `here`."""

    def __init__(self, files: Files, git: Git, here: Path) -> None:
        self._files = files
        self._git = git
        self._here = here

    def vacancy(self) -> Vacancy | None:
        """Say why the workspace is not set up; None where it is.

        Raises `InputInvalid` where the configuration cannot be read.
        """
        try:
            workspace = open_workspace(self._here, self._files, self._git)
        except NotSetUp as error:
            return self.vacancy_of(error)
        if workspace.configured or self._has_specs(workspace.specs_root):
            return None
        root = workspace.tree.top if workspace.tree else workspace.root
        reason = f"there is no {CONFIG_NAME} in {root}, and no spec in {workspace.specs_root}"
        return self._vacant(root, workspace.config, reason)

    def vacancy_of(self, refusal: NotSetUp) -> Vacancy:
        """Say what could be set up where `open_workspace` refused."""
        return self._vacant(refusal.root, refusal.config, refusal.reason)

    def prospect(self) -> Prospect:
        """Say what the workspace is set up as, or would be: what `make` completes.

        Raises `InputInvalid` where the configuration cannot be read, and in a bare repository.
        """
        vacancy = self.vacancy()
        if vacancy and self._git.lacks_work_tree(vacancy.root):
            raise InputInvalid(f"{vacancy.root}: {BARE}", CLONE_IT)
        if vacancy:
            return Prospect(root=vacancy.root, setup=vacancy.setup, settled=False)
        workspace = open_workspace(self._here, self._files, self._git)
        root, setup = workspace.root, _setup(workspace.config)
        if self._files.exists(root / CONFIG_NAME):
            return Prospect(root=root, setup=setup, settled=True)
        return Prospect(root=root, setup=self._with_commands(setup, root), settled=False)

    def fault(self, root: Path, setup: Setup) -> str:
        """Say in a few words why this cannot be made; nothing if it can."""
        if self._git.lacks_work_tree(root):
            return f"{BARE}; {CLONE_IT}"
        fault = specs_root_fault(setup.specs_root)
        if fault:
            return fault
        folder = root / posixpath.normpath(setup.specs_root)
        for each in (folder, *folder.parents):
            if each == root:
                break
            if self._files.exists(each):
                return f"{each.relative_to(root)} is a file"
        if not Path(os_path.realpath(folder)).is_relative_to(os_path.realpath(root)):
            return "a symbolic link leads it out of the repository"
        return ""

    def plan(self, root: Path, setup: Setup) -> Inventory:
        """Say what `make` would do, without doing it.

        Raises `InputInvalid` where the configuration cannot be read.
        """
        config = root / CONFIG_NAME
        created: list[str] = []
        kept: list[str] = []
        for path, _ in self._texts(root, setup):
            there = self._files.exists(path) or self._files.is_folder(path)
            (kept if there else created).append(_name(path, root))
        old = self._files.read(config)
        changed = old is not None and old != self._config(old, root, setup)
        return _inventory(created, kept, changed=None if old is None else changed)

    def make(self, root: Path, setup: Setup, stop: Stop | None = None) -> Inventory:
        """Make what is missing, and say what that was.

        Raises `InputInvalid` for what cannot be made, and for a configuration that cannot be
        read, `RecordFailed` where the system refuses, and `Interrupted` once `stop` is asked for;
        then what had been made is gone again.
        """
        fault = self.fault(root, setup)
        if fault:
            raise InputInvalid(f"the specs root {setup.specs_root!r} cannot be made: {fault}")
        with Creation(self._files, stop) as creation:
            return self._made(root, setup, creation)

    def next_steps(self, root: Path, setup: Setup) -> tuple[Step, ...]:
        """Say how to go on in a workspace that is made."""
        example = found_spec(self._files, root / setup.specs_root / EXAMPLE)
        waits = isinstance(example, Spec) and example.status != "done"
        begin = (
            Step(f"helm run --exec {EXAMPLE}", "run the example: commit before you do")
            if waits
            else Step("helm new NAME", "make a spec")
        )
        steps = (begin, Step("helm", "see every spec, and run them"))
        if self._git.work_tree(root):
            return steps
        return (Step("git init", "only git can undo what a worker does"), *steps)

    def _made(self, root: Path, setup: Setup, creation: Creation) -> Inventory:
        created: list[str] = []
        kept: list[str] = []
        for path, data in self._texts(root, setup):
            is_new = creation.file(path, data)
            (created if is_new else kept).append(_name(path, root))
        config = root / CONFIG_NAME
        old = self._files.read(config)
        new = self._config(old, root, setup)
        if old is None and creation.file(config, new):
            return _inventory(created, kept, changed=None)
        if old is None:
            raise RecordFailed(f"{config} was made by somebody else meanwhile; try again")
        self._files.write(config, new)
        return _inventory(created, kept, changed=old != new)

    def _texts(self, root: Path, setup: Setup) -> Iterator[tuple[Path, bytes]]:
        """List what belongs into the specs root.

        An example that is somebody's own is whole, and one that people have deleted, now that they
        have specs of their own, does not come back.
        """
        specs_root = root / posixpath.normpath(setup.specs_root)
        body = self._files.read(specs_root / EXAMPLE / BODY_NAME)
        theirs = body is not None and body != (TEXTS / EXAMPLE / BODY_NAME).read_bytes()
        unwanted = not self._files.is_folder(specs_root / EXAMPLE) and self._has_specs(specs_root)
        for text in sorted(each for each in TEXTS.rglob("*") if each.is_file()):
            of_example = text.parent.name == EXAMPLE
            if not (of_example and (unwanted or (theirs and text.name != BODY_NAME))):
                yield specs_root / text.relative_to(TEXTS), text.read_bytes()

    def _has_specs(self, specs_root: Path) -> bool:
        return any(looks_like_spec(self._files, each) for each in self._files.folders(specs_root))

    def _config(self, old: bytes | None, root: Path, setup: Setup) -> bytes:
        """Write the configuration: all that is set up into a new one, else what differs."""
        specs_root = posixpath.normpath(setup.specs_root)
        values: dict[str, object] = {
            KEYS["specs_root"]: specs_root,
            "initialized": True,
            KEYS["mode"]: setup.mode,
            KEYS["max_attempts"]: setup.max_attempts,
            KEYS["acceptance_commands"]: list(setup.acceptance_commands),
        }
        if old is None:
            settings = self._files.read(root / setup.specs_root / OLD_SETTINGS_NAME)
            carried = read_object(founding_text(settings)) or {}
            schema = {"$schema": f"./{quote(specs_root)}/{_SCHEMA}"}
            document = schema | values
            document |= {key: carried[key] for key in carried if key not in document}
            return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
        config = read_model(Config, old, str(root / CONFIG_NAME))
        before = config.model_dump(mode="json", by_alias=True)
        text = old.decode()
        for key, value in values.items():
            if before[key] != value:
                text = with_value(text, (key,), value)
        return text.encode()

    def _vacant(self, root: Path, config: Config, reason: str) -> Vacancy:
        setup = self._with_commands(_setup(config), root)
        return Vacancy(root=root, reason=reason, setup=setup)

    def _with_commands(self, setup: Setup, root: Path) -> Setup:
        commands = setup.acceptance_commands or suggested_commands(root, self._files)
        return replace(setup, acceptance_commands=commands)


def _setup(config: Config) -> Setup:
    return Setup(
        specs_root=config.specs_root,
        mode=config.mode,
        max_attempts=config.default_max_attempts,
        acceptance_commands=config.acceptance_commands,
    )


def command_fault(command: str) -> str:
    """Say in a few words why this is no acceptance command; nothing if it is one."""
    if not command.strip():
        return "an empty command"
    return line_fault(command) or quotation_fault(command)


def step_lines(steps: Sequence[Step]) -> list[str]:
    """Tell steps, each in a line, with what they are for in a column."""
    width = max((len(each.words) for each in steps), default=0)
    return [f"{each.words:<{width}}  {each.purpose}" for each in steps]


def suggested_commands(root: Path, files: Files) -> tuple[str, ...]:
    """Guess from what a repository holds how it is tested."""

    def content(name: str) -> bytes:
        try:
            return files.read(root / name) or b""
        except RecordFailed:  # a guess is not worth a failure
            return b""

    def names(folder: Path) -> set[str]:
        try:
            return {each.name for each in files.files(folder)}
        except RecordFailed:  # as above
            return set()

    if any(_MAKE_TEST.search(content(name)) for name in ("GNUmakefile", "makefile", "Makefile")):
        return ("make test",)
    found = names(root)
    signs = {
        "pytest": b"pytest" in content("pyproject.toml")
        or b"[tool:pytest]" in content("setup.cfg")
        or b"[pytest]" in content("tox.ini")
        or not found.isdisjoint({"pytest.ini", "conftest.py"})
        or any(_TEST_OF_PYTHON.fullmatch(each) for each in names(root / "tests")),
        "npm test": _has_npm_test(content("package.json")),
        "go test ./...": "go.mod" in found,
        "cargo test": "Cargo.toml" in found,
    }
    return tuple(command for command, is_so in signs.items() if is_so)


def _has_npm_test(package: bytes) -> bool:
    found = read_object(package.decode(errors="replace")) or {}
    scripts = found.get("scripts")
    test = scripts.get("test") if isinstance(scripts, dict) else None
    return isinstance(test, str) and _NO_TEST not in test


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _inventory(created: list[str], kept: list[str], *, changed: bool | None) -> Inventory:
    """Add the configuration to the rest: new (None), changed, or as it was."""
    return Inventory(
        created=(CONFIG_NAME, *created) if changed is None else tuple(created),
        changed=(CONFIG_NAME,) if changed else (),
        kept=(CONFIG_NAME, *kept) if changed is False else tuple(kept),
    )
