"""What `helm doctor` says of a machine, an agent and a workspace in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from helm.app.checks import Check, State
from helm.app.doctor import Doctor, Instruments, has_wal_defect
from helm.app.errors import AgentUnavailable, InputInvalid, RecordFailed, WordsInvalid
from helm.app.ports import Access, Condition, Reply, Terminal, WorkTree
from tests.fake_machine import MemoryAgentProbe, MemoryLogProbe, MemoryMachine
from tests.fakes import MemoryFiles, MemoryGit

ROOT = Path("/repo")
SPECS = ROOT / "specs"
HOME = Path("/home/ann")
LOG = ROOT / ".git" / "helm" / "runs.db"
SOUND = Condition(size=4096, journal="wal", newer=False, faults=(), whole=True)
NAMES = [
    "python",
    "sqlite",
    "git",
    "agent",
    "login",
    "sandbox",
    "terminal",
    "home",
    "open files",
    "workspace",
    "configuration",
    "repository",
    "specs",
    "log",
    "disk",
]


@dataclass
class Ward:
    """All that a run needs, until a test takes some of it away."""

    machine: MemoryMachine = field(
        default_factory=lambda: MemoryMachine(
            programs={"git": Reply(0, "git version 2.39.5\n", "")}
        )
    )
    agent: MemoryAgentProbe = field(default_factory=MemoryAgentProbe)
    sqlite: tuple[int, ...] = (3, 53, 4)
    log: MemoryLogProbe = field(default_factory=MemoryLogProbe)
    files: MemoryFiles = field(default_factory=lambda: MemoryFiles(made={HOME, ROOT / ".git"}))
    git: MemoryGit = field(
        default_factory=lambda: MemoryGit(
            [WorkTree(top=ROOT, common_folder=ROOT / ".git", workspace=".")]
        )
    )
    environment: dict[str, str] = field(default_factory=lambda: {"HOME": str(HOME)})
    looked_at: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.put(ROOT / "helm.config.json", "{}")
        self.put(SPECS / "spec-01" / "SPEC.md", "# One\n")
        self.put(SPECS / "spec-01" / "metadata.json", "{}")

    def put(self, path: Path, text: str) -> None:
        self.files.contents[path] = text.encode()

    def checks(self, here: Path = ROOT, database: Path | None = None) -> list[Check]:
        instruments = Instruments(
            machine=self.machine,
            agent=self.agent,
            sqlite=self.sqlite,
            open_log=self._open,
            files=self.files,
            git=self.git,
        )
        return list(Doctor(instruments, here, self.environment, database).checks())

    def check(self, name: str, **place: Path) -> Check:
        """Give the one check of that name."""
        (found,) = [each for each in self.checks(**place) if each.name == name]
        return found

    def _open(self, path: Path) -> MemoryLogProbe:
        self.looked_at.append(path)
        return self.log


@pytest.fixture
def ward() -> Ward:
    return Ward()


def test_where_all_is_well_every_check_says_so(ward: Ward) -> None:
    checks = ward.checks()
    assert [each.name for each in checks] == NAMES
    assert {(each.state, each.cure) for each in checks} == {(State.OK, "")}


def test_nowhere_at_all_every_check_is_made(ward: Ward) -> None:
    """Without a workspace, a home, git, an agent, a terminal; nothing keeps the others back."""
    ward.files, ward.git = MemoryFiles(made={Path("/tmp")}), MemoryGit()
    ward.machine = MemoryMachine(screen=None, space=None)
    ward.environment.clear()
    ward.agent.missing = AgentUnavailable("codex was not found", cure="install it")
    checks = ward.checks(Path("/tmp"))
    assert {each.name for each in checks} == set(NAMES) - {"login", "sandbox", "specs"}
    failed = [each.name for each in checks if each.state is State.FAILED]
    assert failed == ["agent"]
    assert all(each.cure for each in checks if each.state is not State.OK)


# The machine


@pytest.mark.parametrize(
    "version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)]
)
def test_these_versions_of_sqlite_have_the_wal_reset_defect(version: tuple[int, ...]) -> None:
    """Source: sqlite.org/wal.html#walresetbug."""
    assert has_wal_defect(version)


@pytest.mark.parametrize(
    "version", [(3, 6, 23), (3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 4), (4, 0, 0)]
)
def test_these_have_not(version: tuple[int, ...]) -> None:
    """They are older, or it was mended in them."""
    assert not has_wal_defect(version)


def test_an_sqlite_with_the_defect_warns_and_one_without_strict_tables_fails(ward: Ward) -> None:
    ward.sqlite = (3, 40, 1)
    assert ward.check("sqlite").state is State.WARNING
    assert ward.check("sqlite").cure == "/usr/bin/python3 -m pip install pysqlite3"
    ward.sqlite = (3, 36, 0)
    assert ward.check("sqlite").state is State.FAILED


def test_into_pipx_another_package_gets_by_pipx(ward: Ward) -> None:
    ward.sqlite = (3, 40, 1)
    ward.machine.executable = Path("/home/ann/.local/pipx/venvs/helm-runner/bin/python")
    assert ward.check("sqlite").cure == "pipx inject helm-runner pysqlite3"


def test_a_git_that_is_not_there_or_does_not_work_is_a_warning(ward: Ward) -> None:
    ward.machine.programs["git"] = Reply(1, "", "xcrun: error: invalid active developer path\n")
    assert ward.check("git").state is State.WARNING
    assert "xcrun" in ward.check("git").detail
    ward.machine.programs.clear()
    assert ward.check("git").state is State.WARNING


@pytest.mark.parametrize(
    ("terminal", "state", "cure"),
    [
        (Terminal("dumb", 80, 24, "utf-8"), State.WARNING, "export TERM=xterm-256color"),
        (Terminal("", 80, 24, "utf-8"), State.WARNING, "export TERM=xterm-256color"),
        (Terminal("xterm", 80, 24, "iso8859-1"), State.WARNING, "export LC_ALL=C.UTF-8"),
        (Terminal("xterm", 79, 24, "utf-8"), State.WARNING, "make it 80 x 24 or larger"),
        (Terminal("xterm", 80, 23, "utf-8"), State.WARNING, "make it 80 x 24 or larger"),
        (Terminal("xterm", 80, 24, "utf-8"), State.OK, ""),
        (None, State.OK, ""),
    ],
)
def test_a_terminal_must_do_for_the_screen(
    ward: Ward, terminal: Terminal | None, state: State, cure: str
) -> None:
    ward.machine.screen = terminal
    found = ward.check("terminal")
    assert (found.state, found.cure) == (state, cure)


def test_that_colours_are_off_by_wish_is_said(ward: Ward) -> None:
    ward.environment["NO_COLOR"] = "1"
    assert ward.check("terminal").detail.endswith("without colours (NO_COLOR)")


def test_a_home_that_is_missing_is_a_warning(ward: Ward) -> None:
    ward.environment["HOME"] = "/home/nobody"
    assert ward.check("home").cure == "mkdir -p /home/nobody"
    ward.environment.clear()
    assert ward.check("home").state is State.WARNING


@pytest.mark.parametrize(
    ("most", "state"), [(255, State.WARNING), (256, State.OK), (None, State.OK)]
)
def test_few_open_files_are_a_warning(ward: Ward, most: int | None, state: State) -> None:
    ward.machine.files = most
    assert ward.check("open files").state is state


@pytest.mark.parametrize(
    ("space", "state"), [(10**9 - 1, State.WARNING), (10**9, State.OK), (None, State.WARNING)]
)
def test_little_room_is_a_warning(ward: Ward, space: int | None, state: State) -> None:
    ward.machine.space = space
    assert ward.check("disk").state is state


# The agent


def test_an_agent_that_is_not_there_has_failed_and_is_not_asked_further(ward: Ward) -> None:
    ward.agent.missing = AgentUnavailable("codex was not found", cure="npm install codex")
    found = ward.check("agent")
    assert found.state is State.FAILED
    assert (found.detail, found.cure) == ("codex was not found", "npm install codex")
    assert not {"login", "sandbox"} & {each.name for each in ward.checks()}


def test_an_older_codex_than_helm_was_measured_with_is_a_warning(ward: Ward) -> None:
    ward.agent.found = (0, 168, 9)
    assert ward.check("agent").state is State.WARNING
    ward.agent.found = (0, 170, 0)
    assert ward.check("agent").state is State.OK


def test_of_an_agent_that_is_not_codex_nothing_more_is_known(ward: Ward) -> None:
    ward.agent.found = None
    found = ward.check("agent")
    assert found.state is State.WARNING
    assert "does not answer --version as codex does" in found.detail
    assert found.cure
    assert not {"login", "sandbox"} & {each.name for each in ward.checks()}


def test_a_codex_that_is_not_logged_in_has_failed(ward: Ward) -> None:
    ward.agent.granted = Access(granted=False, detail="Not logged in")
    found = ward.check("login")
    assert (found.state, found.detail) == (State.FAILED, "Not logged in")
    assert found.cure.startswith("codex login")


def test_a_sandbox_that_does_not_work_has_failed(ward: Ward) -> None:
    ward.agent.fault = "bwrap: Creating new namespace failed"
    found = ward.check("sandbox")
    assert found.state is State.FAILED
    assert "bwrap" in found.detail


# The workspace


def test_no_workspace_is_a_warning_for_one_can_be_made(ward: Ward) -> None:
    ward.put(ROOT / "helm.config.json", '{"initialized": false}')
    found = ward.check("workspace")
    assert (found.state, found.cure) == (State.WARNING, "helm scaffold")


def test_a_specs_root_that_cannot_be_written_has_failed(ward: Ward) -> None:
    ward.files.refused.add(SPECS)
    assert ward.check("workspace").state is State.FAILED


def test_each_faulty_key_is_a_check_of_its_own(ward: Ward) -> None:
    ward.put(ROOT / "helm.config.json", '{\n "mode": 1,\n "idleTimeout": "soon"\n}')
    ward.environment["MAX_ATTEMPTS"] = "0"
    found = [each for each in ward.checks() if each.name == "configuration"]
    assert [each.state for each in found] == [State.FAILED] * 3
    assert "line 2 of" in found[0].cure
    assert "line 3 of" in found[1].cure
    assert "MAX_ATTEMPTS" in found[2].detail


def test_without_a_file_the_defaults_hold(ward: Ward) -> None:
    del ward.files.contents[ROOT / "helm.config.json"]
    assert ward.check("configuration").detail == "no file: the defaults hold"


class Refusing(MemoryGit):
    """A git that answers nothing before it is mended."""

    def work_tree(self, folder: Path) -> WorkTree | None:
        raise InputInvalid("fatal: bad config line 6 in file .git/config; really")


def test_outside_git_is_a_warning_and_a_git_that_refuses_has_failed(ward: Ward) -> None:
    ward.git = MemoryGit()
    assert ward.check("repository").cure == "git init"
    ward.git = Refusing()
    found = ward.check("repository")
    assert (found.state, found.cure) == (State.FAILED, "")
    assert found.detail == "fatal: bad config line 6 in file .git/config; really"


def test_a_repository_without_a_commit_is_a_warning(ward: Ward) -> None:
    """There is nothing that git could go back to."""
    assert ward.check("repository").state is State.OK
    ward.git.without_commit.add(ROOT)
    found = ward.check("repository")
    assert (found.state, found.cure) == (State.WARNING, "git add -A && git commit")


def test_in_a_bare_repository_neither_a_workspace_nor_another_repository_is_to_be_made(
    ward: Ward,
) -> None:
    """A clone of it has a work tree."""
    ward.files.contents.clear()
    ward.git = MemoryGit(bare={ROOT})
    for name in ("workspace", "repository"):
        found = ward.check(name)
        assert (found.state, found.cure) == (State.WARNING, "clone it, and work there")
        assert found.detail.endswith("a bare repository has no work tree")


def test_where_no_specs_root_is_there_scaffold_makes_one(ward: Ward) -> None:
    """Which a broken configuration does not hide, and nothing else is said of it."""
    for path in [each for each in ward.files.contents if each.is_relative_to(SPECS)]:
        del ward.files.contents[path]
    ward.put(ROOT / "helm.config.json", "{")
    found = ward.check("workspace")
    assert (found.state, found.detail) == (State.FAILED, f"there is no folder {SPECS}")
    assert found.cure.endswith("helm scaffold")
    assert "specs" not in {each.name for each in ward.checks()}


def test_a_specs_root_that_helm_would_not_make_is_a_warning(ward: Ward) -> None:
    ward.put(ROOT / "helm.config.json", '{"specsRoot": "../plans"}')
    ward.files.made.add(Path("/plans"))
    found = ward.check("configuration")
    assert (found.state, found.cure) == (State.WARNING, "helm config set specsRoot DIR")
    assert "'../plans': outside of the repository" in found.detail


def test_specs_that_cannot_be_read_are_named(ward: Ward) -> None:
    ward.put(SPECS / "spec-02" / "SPEC.md", "")
    found = ward.check("specs")
    assert (found.state, found.cure) == (State.WARNING, "helm lint")
    assert found.detail == "1 of 2 cannot be read: spec-02"
    for path in [each for each in ward.files.contents if each.is_relative_to(SPECS)]:
        del ward.files.contents[path]
    ward.files.made.add(SPECS)
    assert ward.check("specs").cure == "helm new NAME"


# The log


@pytest.mark.parametrize(
    ("condition", "state", "cure"),
    [
        (None, State.OK, ""),
        (SOUND, State.OK, ""),
        (SOUND._replace(size=256_000_000), State.OK, ""),
        (SOUND._replace(size=256_000_001), State.WARNING, "helm prune --older-than 90d"),
        (SOUND._replace(journal="delete"), State.WARNING, "name a log on a local disk"),
        (SOUND._replace(whole=False), State.WARNING, "helm verify-log"),
        (SOUND._replace(newer=True), State.FAILED, "pipx upgrade helm-runner"),
        (SOUND._replace(faults=("row 3 missing",)), State.FAILED, "helm verify-log"),
    ],
)
def test_a_log_is_as_it_is(
    ward: Ward, condition: Condition | None, state: State, cure: str
) -> None:
    ward.log.found = condition
    found = ward.check("log")
    assert found.state is state
    assert found.cure.startswith(cure)
    assert str(LOG) in found.detail


def test_a_log_that_cannot_be_opened_has_failed(ward: Ward) -> None:
    ward.log.refusal = RecordFailed(f"{LOG} is no log (no; really)", cure="move it away")
    found = ward.check("log")
    assert (found.state, found.cure) == (State.FAILED, "move it away")
    assert found.detail.endswith("(no; really)")


def test_a_folder_that_no_log_can_be_made_in_has_failed(ward: Ward) -> None:
    ward.files.refused.add(ROOT / ".git")
    assert ward.check("log").state is State.FAILED


def test_another_log_that_is_named_is_the_one_that_is_looked_at(ward: Ward) -> None:
    ward.environment["HELM_DB"] = "mine.db"
    assert str(ROOT / "mine.db") in ward.check("log").detail
    assert ward.check("log", database=ROOT / "named.db").detail.startswith("/repo/named.db")
    assert ward.looked_at[-1] == ROOT / "named.db"


def test_before_git_answers_no_log_is_taken_for_the_one_that_is_used(ward: Ward) -> None:
    """It may be in git's keeping; where one is named, git has no part in it."""
    ward.git = Refusing()
    for name in ("log", "disk"):
        found = ward.check(name)
        assert found.state is State.WARNING
        assert found.detail.endswith("cannot be told before git answers")
        assert found.cure
    assert ward.looked_at == []
    named = ROOT / "named.db"
    assert ward.check("log", database=named).detail.startswith("/repo/named.db")
    ward.environment["HELM_DB"] = "mine.db"
    assert [ward.check(name).state for name in ("log", "disk")] == [State.OK, State.OK]


def test_a_full_disk_is_told_whether_git_answers_or_not(ward: Ward) -> None:
    ward.git = Refusing()
    ward.machine.space = 0
    assert ward.check("disk").cure.startswith("make room")


def test_a_folder_that_is_named_as_the_log_has_failed_or_is_refused(ward: Ward) -> None:
    """The variable is found among the checks, and words come before all of them."""
    ward.environment["HELM_DB"] = "/"
    found = ward.check("log")
    assert (found.state, found.detail) == (State.FAILED, "the log / is a folder")
    assert found.cure == "name a file in HELM_DB"
    with pytest.raises(WordsInvalid, match=r"the log \. is a folder"):
        ward.checks(database=Path())


@pytest.mark.parametrize("text", ["{", '{"mod": "strict"}'])
def test_a_broken_configuration_leads_to_what_one_may_hold(ward: Ward, text: str) -> None:
    """`helm config` cannot read it either; the schema comes with the package."""
    ward.put(ROOT / "helm.config.json", text)
    cure = ward.check("configuration").cure
    where, _, schema = cure.partition("; every key: ")
    assert where == "mend line 1 of /repo/helm.config.json"
    assert json.loads(Path(schema).read_text(encoding="utf-8"))["properties"]["mode"]
