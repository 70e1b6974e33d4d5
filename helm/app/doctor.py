"""`helm doctor`: all that a run needs, checked one by one, with what mends it.

A check that cannot be made has failed or warns; it never keeps the others from being made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import path as os_path
from pathlib import Path

from helm.app.checks import Check, dotted, failed, ok, refused, warning
from helm.app.configuration import specs_root_warning
from helm.app.errors import InputInvalid
from helm.app.ports import AgentProbe, Condition, Files, Git, LogProbe, Machine
from helm.app.scaffold import BARE, CLONE_IT, CONFIG_SCHEMA
from helm.app.settings import CONFIG_NAME, Flags, run_settings
from helm.app.specs import InvalidSpec, discover
from helm.app.survey import Survey, survey
from helm.app.wording import counted
from helm.app.workspace import environment_log_path, log_path, named_log_path
from helm.domain.errors import HelmError

_OLDEST_SQLITE = (3, 37, 0)
_WITH_DEFECT = (3, 7, 0)
_REPAIRED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""In these, and what follows each in its own series, a checkpoint does not race a commit.
Source: sqlite.org/wal.html#walresetbug."""

_SECONDS = 20.0
_SMALLEST_SCREEN = (80, 24)
_FEWEST_FILES = 256
_GIGABYTE = 10**9
_LARGE_LOG = 256 * 10**6

_UNTOLD = "cannot be told before git answers"
_LET_GIT_ANSWER = "mend the repository, or name a log with --db or HELM_DB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """What a doctor looks through; `sqlite` is the version of the library that keeps logs."""

    machine: Machine
    agent: AgentProbe
    sqlite: tuple[int, ...]
    open_log: Callable[[Path], LogProbe]
    files: Files
    git: Git


class Doctor:
    """Looks at the machine, the agent, and the workspace at or above `here`.

    `database` names another log than the workspace's own. Raises `WordsInvalid` for a folder.
    """

    def __init__(
        self,
        instruments: Instruments,
        here: Path,
        environment: Mapping[str, str],
        database: Path | None = None,
    ) -> None:
        self._machine = instruments.machine
        self._agent = instruments.agent
        self._sqlite_version = instruments.sqlite
        self._open_log = instruments.open_log
        self._files = instruments.files
        self._git = instruments.git
        self._here = here
        self._environment = environment
        self._named = named_log_path(database, here, self._files)

    def checks(self) -> Iterator[Check]:
        """Make every check, and tell each as it is made."""
        for name, check in (
            ("python", self._python),
            ("sqlite", self._sqlite),
            ("git", self._git_program),
            ("agent", self._agent_program),
            ("terminal", self._terminal),
            ("home", self._home),
            ("open files", self._open_files),
            ("workspace", self._workspace),
            ("configuration", self._configuration),
            ("repository", self._repository),
            ("specs", self._specs),
            ("log", self._log),
            ("disk", self._disk),
        ):
            try:
                yield from check()
            except HelmError as error:
                yield refused(name, error)

    def _python(self) -> Iterator[Check]:
        yield ok("python", f"{dotted(self._machine.python)}, {self._machine.executable}")

    def _sqlite(self) -> Iterator[Check]:
        version = self._sqlite_version
        cure = f"{self._installer} pysqlite3"
        if version < _OLDEST_SQLITE:
            yield failed(
                "sqlite",
                f"{dotted(version)}; helm needs {dotted(_OLDEST_SQLITE)} or later",
                cure,
            )
        elif has_wal_defect(version):
            detail = (
                f"{dotted(version)} has the WAL-reset defect; helm's writers take turns, which "
                "avoids it, but let no other program write to the log"
            )
            yield warning("sqlite", detail, cure)
        else:
            yield ok("sqlite", dotted(version))

    @property
    def _installer(self) -> str:
        """Say how another package gets to where helm is installed."""
        program = self._machine.executable
        if "pipx" in program.parts:
            return "pipx inject helm-runner"
        return f"{program} -m pip install"

    def _git_program(self) -> Iterator[Check]:
        cure = "install git (Debian: apt install git; macOS: xcode-select --install)"
        if self._machine.find("git") is None:
            yield warning("git", "not found: no one can undo what a worker does", cure)
            return
        reply = self._machine.ask(["git", "--version"], seconds=_SECONDS)
        if reply.code == 0:
            yield ok("git", reply.out.strip().removeprefix("git version "))
        else:
            yield warning("git", f"does not work: {reply.err.strip()}", cure)

    def _agent_program(self) -> Iterator[Check]:
        path = self._agent.find()
        version = self._agent.version()
        if version is None:
            detail = (
                f"{path} does not answer --version as codex does; its login and sandbox were not "
                "checked; unless it writes codex's JSON, all that it prints is taken for its "
                "report"
            )
            yield warning("agent", detail, "unset HELM_CODEX, or name codex in it")
            return
        said, least = f"codex {dotted(version)}, {path}", self._agent.measured
        if version < least:
            detail = f"{said}; helm was measured with {dotted(least)}"
            yield warning("agent", detail, "npm install -g @openai/codex@latest")
        else:
            yield ok("agent", said)
        yield self._login()
        yield self._sandbox()

    def _login(self) -> Check:
        access = self._agent.access()
        if access.granted:
            return ok("login", access.detail)
        cure = "codex login, or name a provider in codex's config.toml"
        return failed("login", access.detail, cure)

    def _sandbox(self) -> Check:
        fault = self._agent.sandbox_fault()
        if not fault:
            return ok("sandbox", "the read-only sandbox of the verifier works")
        detail = f"the verifier cannot run a single command: {fault}"
        cure = (
            "codex sandbox -- true must end with 0: let this machine, or its container, make user "
            "namespaces (Ubuntu 24.04 and later: sudo sysctl -w "
            "kernel.apparmor_restrict_unprivileged_userns=0; docker run --security-opt "
            "seccomp=unconfined)"
        )
        return failed("sandbox", detail, cure)

    def _terminal(self) -> Iterator[Check]:
        terminal = self._machine.terminal()
        if terminal is None:
            yield ok("terminal", "none: helm run --exec needs none, the screen does")
            return
        said = f"{terminal.kind or 'TERM is not set'}, {terminal.columns} x {terminal.lines}"
        if terminal.kind in {"", "dumb"}:
            yield warning("terminal", f"{said}: no screen", "export TERM=xterm-256color")
        elif not terminal.encoding.lower().startswith("utf"):
            detail = f"{said}, {terminal.encoding}: only ASCII can be relied on"
            yield warning("terminal", detail, "export LC_ALL=C.UTF-8")
        elif terminal.columns < _SMALLEST_SCREEN[0] or terminal.lines < _SMALLEST_SCREEN[1]:
            yield warning("terminal", f"{said}: small", "make it 80 x 24 or larger")
        else:
            plain = " without colours (NO_COLOR)" if self._environment.get("NO_COLOR") else ""
            yield ok("terminal", f"{said}, {terminal.encoding}{plain}")

    def _home(self) -> Iterator[Check]:
        home = self._environment.get("HOME")
        if not home:
            detail = "HOME is not set, and codex looks there for its login"
            yield warning("home", detail, "export HOME=..., or CODEX_HOME=... for codex alone")
        elif not self._files.is_folder(Path(home)):
            yield warning("home", f"{home} is not there", f"mkdir -p {home}")
        else:
            yield ok("home", home)

    def _open_files(self) -> Iterator[Check]:
        most = self._machine.open_files()
        if most is not None and most < _FEWEST_FILES:
            yield warning("open files", f"at most {most}", "ulimit -n 1024")
        else:
            yield ok("open files", "no limit" if most is None else f"at most {most}")

    def _workspace(self) -> Iterator[Check]:
        found, root = self._survey, self._survey.workspace.root
        if found.vacancy:
            why, cure = (BARE, CLONE_IT) if found.bare else (found.vacancy, "helm scaffold")
            yield warning("workspace", f"none here: {why}", cure)
            return
        specs_root = found.workspace.specs_root
        if not self._files.is_folder(specs_root):
            cure = "mend the configuration, then: helm scaffold"
            yield failed("workspace", f"there is no folder {specs_root}", cure)
            return
        try:
            self._files.require_writable(specs_root)
        except HelmError as error:
            yield refused("workspace", error)
        else:
            yield ok("workspace", f"{root}, specs in {os_path.relpath(specs_root, root)}")

    def _configuration(self) -> Iterator[Check]:
        found = self._survey
        for flaw in found.flaws:
            where = f"line {flaw.line} of {flaw.path}" if flaw.line else str(flaw.path)
            yield failed("configuration", flaw.what, f"mend {where}; every key: {CONFIG_SCHEMA}")
        try:
            run_settings(found.workspace.config, self._environment, Flags())
        except InputInvalid as error:
            yield refused("configuration", error)
            return
        if found.flaws:
            return
        path = found.workspace.root / CONFIG_NAME
        there = self._files.exists(path)
        odd = specs_root_warning(found.workspace.config)
        if odd:
            yield warning("configuration", f"{path}: {odd}", "helm config set specsRoot DIR")
            return
        yield ok("configuration", str(path) if there else "no file: the defaults hold")

    def _repository(self) -> Iterator[Check]:
        found, tree = self._survey, self._survey.workspace.tree
        if found.git_refusal:
            yield refused("repository", found.git_refusal)
        elif found.bare:
            yield warning("repository", BARE, CLONE_IT)
        elif tree is None:
            yield warning("repository", "none: no one can undo what a worker does", "git init")
        elif not self._git.has_commit(tree):
            detail = f"{tree.top}, without a commit: nothing can be undone before the first"
            yield warning("repository", detail, "git add -A && git commit")
        else:
            yield ok("repository", str(tree.top))

    def _specs(self) -> Iterator[Check]:
        specs_root = self._survey.workspace.specs_root
        if self._survey.vacancy or not self._files.is_folder(specs_root):
            return
        specs = discover(self._files, specs_root)
        broken = [each.folder.name for each in specs if isinstance(each, InvalidSpec)]
        if not specs:
            yield warning("specs", "none", "helm new NAME")
        elif broken:
            detail = f"{len(broken)} of {len(specs)} cannot be read: {', '.join(broken)}"
            yield warning("specs", detail, "helm lint")
        else:
            yield ok("specs", f"{counted(len(specs), 'spec')}; helm lint looks into each")

    def _log(self) -> Iterator[Check]:
        path = self._log_path
        if path is None:
            yield warning("log", f"where it lies {_UNTOLD}", _LET_GIT_ANSWER)
            return
        folder = next(each for each in path.parents if self._files.is_folder(each))
        try:
            self._files.require_writable(folder)
        except HelmError as error:
            yield refused("log", error)
            return
        condition = self._open_log(path).condition(seconds=_SECONDS)
        if condition is None:
            yield ok("log", f"{path}, made by the first run")
        else:
            yield _log_check(path, condition)

    def _disk(self) -> Iterator[Check]:
        log, root = self._log_path, self._survey.workspace.root
        places = dict.fromkeys((log.parent, root) if log else (root,))
        found = [(self._machine.free_space(each), each) for each in places]
        known = [(space, each) for space, each in found if space is not None]
        if not known:
            yield warning("disk", "how much room there is cannot be told", "df -h")
            return
        space, place = min(known)
        said = f"{space / _GIGABYTE:.1f} GB free for {place}"
        if space < _GIGABYTE:
            yield warning("disk", said, f"make room: df -h {place}")
        elif log is None:
            yield warning("disk", f"{said}; for the log it {_UNTOLD}", _LET_GIT_ANSWER)
        else:
            yield ok("disk", said)

    @cached_property
    def _survey(self) -> Survey:
        return survey(self._here, self._files, self._git)

    @cached_property
    def _log_path(self) -> Path | None:
        """Say which log is meant; None where only git could tell, and refuses to."""
        given = self._named or environment_log_path(self._environment, self._here, self._files)
        if given or self._survey.git_refusal:
            return given
        return log_path(self._survey.workspace, self._files)


def has_wal_defect(version: tuple[int, ...]) -> bool:
    """Tell whether in this SQLite a checkpoint can race a commit, and a transaction be lost."""
    repaired = any(each <= version and each[:2] == version[:2] for each in _REPAIRED)
    return _WITH_DEFECT <= version < _REPAIRED[-1] and not repaired


def _log_check(path: Path, condition: Condition) -> Check:
    said = f"{path}, {condition.size / 10**6:,.1f} MB"
    if condition.faults:
        return failed("log", f"{said}, is damaged: {condition.faults[0]}", "helm verify-log")
    if condition.newer:
        return failed("log", f"{said}, was made by a newer helm", "pipx upgrade helm-runner")
    if condition.journal != "wal":
        detail = f"{said}, has no write-ahead log: readers and writers wait for each other"
        return warning("log", detail, "name a log on a local disk with --db or HELM_DB")
    if condition.size > _LARGE_LOG:
        return warning("log", f"{said}, is large", "helm prune --older-than 90d")
    if not condition.whole:
        return warning("log", f"{said}, could not be looked through in time", "helm verify-log")
    return ok("log", said)
