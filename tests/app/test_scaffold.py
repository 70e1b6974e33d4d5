"""Making a workspace: what is missing and no more, and all of it or nothing."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field, replace
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from helm.adapters.files.tree import DiskFiles
from helm.app.configuration import specs_root_fault
from helm.app.errors import InputInvalid, Interrupted, RecordFailed
from helm.app.ports import Files, WorkTree
from helm.app.scaffold import (
    EXAMPLE,
    TEXTS,
    Inventory,
    Scaffold,
    Setup,
    command_fault,
    suggested_commands,
)
from helm.app.settings import CONFIG_NAME
from helm.app.specs import discover
from helm.app.stop import StopRequest
from helm.app.workspace import open_workspace
from helm.domain.events import Cause, Mode
from tests.fakes import MemoryFiles, MemoryGit

REPO = Path("/repo")
CONFIG = REPO / CONFIG_NAME
GIT = MemoryGit([WorkTree(top=REPO, common_folder=REPO / ".git", workspace=".")])
NAMES = {
    "README.md",
    "implement.prompt-template.md",
    "review.prompt-template.md",
    "schemas/helm.config.schema.json",
    "schemas/metadata.schema.json",
    "specs-breakdown-guide.md",
    "spec-00-example/SPEC.md",
    "spec-00-example/acceptance-checklist.md",
    "spec-00-example/implementation-report.md",
    "spec-00-example/metadata.json",
}


def repository(**contents: str) -> MemoryFiles:
    """A repository with these files at its top, `__` in a name standing for a full stop."""
    named = {REPO / name.replace("__", "."): text.encode() for name, text in contents.items()}
    return MemoryFiles(contents={REPO / "README": b"a repository", **named})


def scaffold(files: Files, here: Path = REPO) -> Scaffold:
    return Scaffold(files, GIT, here)


def make(files: Files, setup: Setup | None = None) -> Inventory:
    return scaffold(files).make(REPO, setup or Setup())


def config(files: MemoryFiles) -> dict[str, object]:
    found = json.loads(files.contents[CONFIG])
    assert isinstance(found, dict)
    return found


def why(files: Files, here: Path = REPO) -> str:
    vacancy = scaffold(files, here).vacancy()
    assert vacancy is not None
    assert vacancy.reason.isprintable()
    return vacancy.reason


def test_an_empty_repository_gets_a_workspace_that_helm_opens() -> None:
    """Configuration, templates, guide and a spec: nothing is missing any more."""
    files = repository()
    made = make(files, Setup(acceptance_commands=("make test",)))
    assert set(made.created) == {CONFIG_NAME, *(f"specs/{name}" for name in NAMES)}
    assert (made.changed, made.kept) == ((), ())
    assert scaffold(files).vacancy() is None
    assert config(files) == {
        "$schema": "./specs/schemas/helm.config.schema.json",
        "specsRoot": "specs",
        "initialized": True,
        "mode": "strict",
        "defaultMaxAttempts": 2,
        "acceptanceCommands": ["make test"],
    }
    (spec,) = discover(files, open_workspace(REPO, files, GIT).specs_root)
    assert spec.folder.name == "spec-00-example"


def test_what_is_planned_is_what_is_made() -> None:
    """The list that people see beforehand is the one that they get."""
    files = repository()
    files.contents[REPO / "specs" / "README.md"] = b"ours"
    setup = Setup(mode=Mode.PARALLEL)
    planned = scaffold(files).plan(REPO, setup)
    assert planned == make(files, setup)
    assert planned.kept == ("specs/README.md",)


def test_nothing_is_written_over() -> None:
    """What people have written stays to the byte, and is told to be kept."""
    files = repository()
    theirs = {
        REPO / "specs" / name: name.encode() for name in ("README.md", "review.prompt-template.md")
    }
    files.contents |= theirs
    made = make(files)
    assert {path: files.contents[path] for path in theirs} == theirs
    assert set(made.kept) == {"specs/README.md", "specs/review.prompt-template.md"}


def test_said_again_it_makes_what_is_missing() -> None:
    """The second time there is nothing to do, and a file that was lost comes back."""
    files = repository()
    make(files)
    assert make(files).created == ()
    del files.contents[REPO / "specs" / "spec-00-example" / "acceptance-checklist.md"]
    again = make(files)
    assert again.created == ("specs/spec-00-example/acceptance-checklist.md",)
    assert CONFIG_NAME in again.kept


def test_an_example_that_is_somebodys_own_is_left_alone() -> None:
    """A checklist about slugs would judge a spec that asks for something else."""
    files = repository()
    example = REPO / "specs" / "spec-00-example"
    files.contents[example / "SPEC.md"] = b"# Ours\n"
    made = make(files)
    assert made.kept == ("specs/spec-00-example/SPEC.md",)
    assert [path for path in files.contents if path.parent == example] == [example / "SPEC.md"]


def test_an_example_that_was_deleted_does_not_come_back() -> None:
    """The folder's own words are to delete it; whoever has other specs has done with it."""
    files = repository()
    files.contents[REPO / "specs" / "spec-01-own" / "SPEC.md"] = b"# Own\n"
    assert not any("spec-00-example" in name for name in make(files).created)


@pytest.mark.parametrize("specs_root", ["docs/specs", "a b/./c", "spécs"])
def test_the_schemas_that_are_named_are_there(specs_root: str) -> None:
    """A reference is relative to the file that holds it, and written as a URI is."""
    files = repository()
    make(files, Setup(specs_root=specs_root))
    reference = urlsplit(str(config(files)["$schema"]))
    assert Path(normpath(REPO / unquote(reference.path))) in files.contents
    example = REPO / normpath(specs_root) / "spec-00-example"
    metadata = json.loads(files.contents[example / "metadata.json"])
    assert Path(normpath(example / metadata["$schema"])) in files.contents


def test_an_old_configuration_keeps_its_other_keys_and_its_looks() -> None:
    """Only what is set up is changed in it, and what says the same is left as it stands."""
    text = '{\n\t"redact": ["x+"],\n\t"initialized": false,\n\t"mode": "strict"\n}\n'
    files = repository(helm__config__json=text)
    made = make(files, Setup(max_attempts=4))
    assert made.changed == (CONFIG_NAME,)
    changed = text.replace("false", "true").replace(
        '"mode": "strict"', '"mode": "strict",\n\t"defaultMaxAttempts": 4'
    )
    assert files.contents[CONFIG].decode() == changed


def test_the_settings_of_an_older_workspace_are_carried_over() -> None:
    """The new configuration takes their place, so it must say what they said."""
    files = repository()
    old = {"codexRunImpl": {"model": "m", "reasoning": "high"}, "specsRoot": "x", "foreign": 1}
    files.contents[REPO / "specs" / ".cli-settings.json"] = json.dumps(old).encode()
    make(files)
    assert config(files)["codexRunImpl"] == {"model": "m", "reasoning": "high"}
    assert config(files)["specsRoot"] == "specs"
    assert "foreign" not in config(files)


@pytest.mark.parametrize("here", [REPO, REPO / "src" / "deep"])
def test_a_repository_without_anything_is_no_workspace(here: Path) -> None:
    """The workspace would be at the top of the work tree, from wherever it is asked for."""
    files = repository()
    assert why(files, here) == f"there is no {CONFIG_NAME} in /repo, and no spec in /repo/specs"
    vacancy = scaffold(files, here).vacancy()
    assert vacancy is not None
    assert vacancy.root == REPO


def test_a_workspace_that_says_so_is_not_set_up() -> None:
    """What the file says of the rest is what the set-up begins with."""
    text = '{"initialized": false, "specsRoot": "docs/specs", "defaultMaxAttempts": 7}'
    files = repository(helm__config__json=text)
    assert "says that the workspace is not set up" in why(files)
    vacancy = scaffold(files).vacancy()
    assert vacancy is not None
    assert vacancy.setup == Setup(specs_root="docs/specs", max_attempts=7)


def test_a_workspace_without_its_specs_root_is_not_set_up() -> None:
    """And making it mends that."""
    files = repository(helm__config__json='{"specsRoot": "plans"}')
    assert "the specs root /repo/plans does not exist" in why(files)
    make(files, Setup(specs_root="plans"))
    assert scaffold(files).vacancy() is None
    assert files.contents[CONFIG] == b'{"specsRoot": "plans"}'


def test_specs_without_a_configuration_are_a_workspace() -> None:
    """The defaults hold; nobody has to set anything up."""
    files = repository()
    files.contents[REPO / "specs" / "spec-01" / "SPEC.md"] = b"# One\n"
    assert scaffold(files).vacancy() is None


def test_folders_that_are_no_specs_make_no_workspace() -> None:
    """A folder called `specs` may hold somebody's API descriptions."""
    files = repository()
    files.contents[REPO / "specs" / "openapi" / "v1.yaml"] = b"openapi: 3\n"
    assert scaffold(files).vacancy() is not None


def test_a_configuration_that_is_wrong_is_no_vacancy() -> None:
    """It is to be mended, not to be set up anew."""
    files = repository(helm__config__json='{"mode": "quick"}')
    with pytest.raises(InputInvalid, match="mode"):
        scaffold(files).vacancy()


def test_what_is_set_up_already_is_completed_as_it_is() -> None:
    """Nothing is suggested where people have decided."""
    files = repository(Makefile="test:\n\ttrue\n")
    make(files, Setup(specs_root="plans", mode=Mode.PARALLEL, max_attempts=3))
    prospect = scaffold(files).prospect()
    assert prospect.settled
    assert prospect.setup == Setup(specs_root="plans", mode=Mode.PARALLEL, max_attempts=3)


def test_specs_without_a_configuration_are_given_one() -> None:
    """What holds is suggested for it; nobody has written down a decision yet."""
    files = repository(Makefile="test:\n\ttrue\n")
    files.contents[REPO / "specs" / "spec-01" / "SPEC.md"] = b"# One\n"
    prospect = scaffold(files, REPO / "src").prospect()
    assert (prospect.root, prospect.settled) == (REPO, False)
    assert prospect.setup == Setup(acceptance_commands=("make test",))


def test_where_nothing_is_the_suggestions_are_the_prospect() -> None:
    """Those of the vacancy."""
    files = repository(go__mod="module m\n")
    prospect = scaffold(files).prospect()
    assert (prospect.root, prospect.settled) == (REPO, False)
    assert prospect.setup == Setup(acceptance_commands=("go test ./...",))


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("make test", ""),
        ("  ", "an empty command"),
        ("a\nb", "no control characters"),
        ('echo "x', "a quotation mark is not closed"),
        ("make # don't", ""),
    ],
)
def test_a_command_is_one_line(command: str, fault: str) -> None:
    assert command_fault(command) == fault


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("/etc/specs", "not absolute"),
        ("../specs", "outside"),
        ("a/../../b", "outside"),
        (".", "the repository itself"),
        ("a/..", "the repository itself"),
        ("", "name a folder"),
        ("  ", "name a folder"),
        ("~/specs", "~ is not expanded"),
        (".git/specs", ".git is not"),
        (".helm", ".helm is not"),
        ("spe\ncs", "no control characters"),
        ("spe\x1bcs", "no control characters"),
    ],
)
def test_a_specs_root_that_cannot_be_is_refused(name: str, fault: str) -> None:
    """In a few words, and before anything is made."""
    assert fault in specs_root_fault(name)
    files = repository()
    before = dict(files.contents)
    with pytest.raises(InputInvalid) as error:
        make(files, Setup(specs_root=name))
    assert str(error.value).isprintable()
    assert files.contents == before


@pytest.mark.parametrize("name", ["specs", "docs/specs", "q", "a b", "spécs", "x/./y", ".specs"])
def test_any_folder_of_the_repository_can_be_the_specs_root(name: str) -> None:
    """And helm then opens the workspace."""
    files = repository()
    make(files, Setup(specs_root=name))
    assert scaffold(files).vacancy() is None


@pytest.mark.parametrize("name", ["README", "README/specs"])
def test_a_file_is_no_specs_root(name: str) -> None:
    assert scaffold(repository()).fault(REPO, Setup(specs_root=name)) == "README is a file"


@dataclass
class FullDisk(MemoryFiles):
    """Files on a disk that is full once so many have been made; as `memory` has them."""

    room: int = 0
    made_files: list[Path] = field(default_factory=list)

    def create(self, path: Path, data: bytes) -> bool:
        if len(self.made_files) == self.room:
            raise RecordFailed(f"cannot write {path}: no space; make room on the disk")
        self.made_files.append(path)
        return super().create(path, data)


@pytest.mark.parametrize("room", range(len(NAMES) + 1))
def test_what_cannot_be_made_whole_is_not_made_at_all(room: int) -> None:
    """Wherever the disk is full, the repository is as it was."""
    files = FullDisk(contents={REPO / "specs" / "README.md": b"ours"}, room=room)
    with pytest.raises(RecordFailed, match="no space"):
        make(files)
    assert files.contents == {REPO / "specs" / "README.md": b"ours"}
    assert files.folders(REPO / "specs") == []


def test_a_keyboard_interrupt_leaves_nothing_either() -> None:
    """Whatever ends it."""

    @dataclass
    class Interrupted(MemoryFiles):
        def create(self, path: Path, data: bytes) -> bool:
            if path.name == "metadata.json":
                raise KeyboardInterrupt
            return super().create(path, data)

    files = Interrupted(contents={REPO / "README": b""})
    with pytest.raises(KeyboardInterrupt):
        make(files)
    assert files.contents == {REPO / "README": b""}
    assert files.folders(REPO) == []


def test_a_stop_leaves_nothing() -> None:
    """Wherever it comes, before the last file is made."""
    stop = StopRequest()

    @dataclass
    class Slow(MemoryFiles):
        def create(self, path: Path, data: bytes) -> bool:
            if path.name == "specs-breakdown-guide.md":
                stop.ask(Cause.SIGINT)
            return super().create(path, data)

    files = Slow(contents={REPO / "README": b""})
    with closing(stop), pytest.raises(Interrupted, match="nothing was made"):
        scaffold(files).make(REPO, Setup(), stop)
    assert files.contents == {REPO / "README": b""}
    assert files.folders(REPO) == []


def test_on_a_disk_what_was_made_goes_too(tmp_path: Path) -> None:
    """Files and folders of this call, and nothing of anybody else's."""
    (tmp_path / "plans").mkdir()
    (tmp_path / CONFIG_NAME).mkdir()
    with pytest.raises(RecordFailed, match=CONFIG_NAME):
        Scaffold(DiskFiles(), MemoryGit(), tmp_path).make(tmp_path, Setup(specs_root="plans/a/b"))
    assert sorted(path.name for path in tmp_path.rglob("*")) == [CONFIG_NAME, "plans"]


def test_a_specs_root_that_a_link_leads_out_of_the_repository_is_not_filled(
    tmp_path: Path,
) -> None:
    """As `../out` is not; a link that stays within is one like any folder."""
    root, out = tmp_path / "repo", tmp_path / "out"
    for each in (root / "docs", out):
        each.mkdir(parents=True)
    (root / "away").symlink_to(out)
    (root / "near").symlink_to("docs")
    made = Scaffold(DiskFiles(), MemoryGit(), root)
    for name in ("away", "away/specs"):
        assert made.fault(root, Setup(specs_root=name)) == (
            "a symbolic link leads it out of the repository"
        )
    with pytest.raises(InputInvalid, match="a symbolic link leads it out"):
        made.make(root, Setup(specs_root="away"))
    assert list(out.iterdir()) == []
    assert made.fault(root, Setup(specs_root="near/specs")) == ""


def test_on_a_disk_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    """It is somebody's, and what it names may be outside of the repository."""
    (tmp_path / "specs").mkdir()
    link = tmp_path / "specs" / "README.md"
    link.symlink_to(tmp_path / "elsewhere")
    made = Scaffold(DiskFiles(), MemoryGit(), tmp_path).make(tmp_path, Setup())
    assert made.kept == ("specs/README.md",)
    assert not (tmp_path / "elsewhere").exists()
    assert (tmp_path / "specs" / "spec-00-example" / "SPEC.md").read_bytes() == (
        TEXTS / "spec-00-example" / "SPEC.md"
    ).read_bytes()


def test_how_to_go_on_depends_on_what_there_is() -> None:
    """The example is not run anew once it is done: that costs money."""
    files = repository()
    make(files)
    assert [each.words for each in scaffold(files).next_steps(REPO, Setup())] == [
        f"helm run --exec {EXAMPLE}",
        "helm",
    ]
    files.contents[REPO / "specs" / EXAMPLE / "metadata.json"] = b'{"status": "done"}'
    outside = Scaffold(files, MemoryGit(), REPO)
    assert [each.words for each in outside.next_steps(REPO, Setup())] == [
        "git init",
        "helm new NAME",
        "helm",
    ]


def test_in_a_bare_repository_nothing_is_made() -> None:
    """There is no work tree for an agent to work in; the screen shows why, too."""
    files = MemoryFiles(made={REPO})
    bare = Scaffold(files, MemoryGit(bare={REPO}), REPO)
    with pytest.raises(InputInvalid, match=r"/repo: a bare repository has no work tree; clone it"):
        bare.prospect()
    assert bare.fault(REPO, Setup()).startswith("a bare repository has no work tree")
    with pytest.raises(InputInvalid, match="clone it"):
        bare.make(REPO, Setup())
    assert not files.contents


@pytest.mark.parametrize(
    ("contents", "commands"),
    [
        ({}, ()),
        ({"Makefile": "all:\n\ntest: all\n\tgo test ./...\n", "go__mod": "m"}, ("make test",)),
        ({"Makefile": "test := 1\ntests: all\n"}, ()),
        ({"pyproject__toml": "[tool.pytest.ini_options]\n"}, ("pytest",)),
        ({"pyproject__toml": "[project]\n"}, ()),
        ({"setup__cfg": "[tool:pytest]\n"}, ("pytest",)),
        ({"setup__cfg": "[metadata]\n"}, ()),
        ({"tox__ini": "[pytest]\n"}, ("pytest",)),
        ({"tox__ini": "[tox]\n"}, ()),
        ({"pytest__ini": ""}, ("pytest",)),
        ({"conftest__py": ""}, ("pytest",)),
        ({"tests/conftest__py": ""}, ("pytest",)),
        ({"tests/test_a__py": ""}, ("pytest",)),
        ({"tests/data__py": ""}, ()),
        ({"go__mod": ""}, ("go test ./...",)),
        ({"package__json": '{"scripts": {"test": "vitest"}}'}, ("npm test",)),
        ({"package__json": '{"scripts": {"test": "echo \\"Error: no test specified\\""}}'}, ()),
        ({"package__json": '{"scripts": ["test"]}'}, ()),
        ({"package__json": "not json"}, ()),
        ({"go__mod": "module m\n", "Cargo__toml": "[package]\n"}, ("go test ./...", "cargo test")),
    ],
)
def test_the_commands_are_guessed_from_what_is_there(
    contents: dict[str, str], commands: tuple[str, ...]
) -> None:
    """A Makefile with tests knows best; a guess is made once, and people change it."""
    assert suggested_commands(REPO, repository(**contents)) == commands


def test_a_file_that_cannot_be_read_is_no_reason_to_fail() -> None:
    """A guess is only a guess."""
    files = replace(repository(), too_large={REPO / "Makefile": 1})
    assert suggested_commands(REPO, files) == ()


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"[]", b'{"mode": "quick"}', b"\xff", b"\xef\xbb\xbf{}"]
)
def test_a_configuration_that_somebody_broke_meanwhile_is_said_and_left_alone(
    broken: bytes,
) -> None:
    """Whether one looks or makes; nothing that was made on the way is left."""
    files = repository()
    opened = scaffold(files)
    assert opened.vacancy() is not None
    files.contents[CONFIG] = broken
    before = dict(files.contents)
    for task in (opened.plan, opened.make):
        with pytest.raises(InputInvalid, match=CONFIG_NAME):
            task(REPO, Setup())
    assert files.contents == before
