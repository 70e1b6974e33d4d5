"""Where helm works: the root and its configuration, the spec that is meant, the log's place."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from helm.adapters.files.tree import DiskFiles
from helm.app.configuration import Configuration
from helm.app.errors import InputInvalid, NotSetUp, RecordFailed, WordsInvalid
from helm.app.ports import Files, WorkTree
from helm.app.scaffold import Scaffold
from helm.app.settings import CONFIG_NAME, OLD_SETTINGS_NAME, Config
from helm.app.survey import survey
from helm.app.workspace import (
    Workspace,
    environment_log_path,
    find_spec,
    log_path,
    named_log_path,
    open_workspace,
    workspace_of,
)
from helm.domain.events import Mode
from tests.fakes import MemoryFiles, MemoryGit

REPO = Path("/repo")
SPECS = REPO / "specs"
NAMES = ("spec-01-lexer", "spec-02-parser", "spec-03", "spec-03-x", "spec-10", "notes")
TREE = WorkTree(top=REPO, common_folder=REPO / ".git", workspace=".")
GIT = MemoryGit([TREE])
NO_GIT = MemoryGit()


class SameTree(MemoryGit):
    """A git that finds one work tree, wherever it looks."""

    def work_tree(self, folder: Path) -> WorkTree:
        return self.trees[0]


def laid_out(
    root: Path = REPO, config: dict[str, object] | None = None, names: tuple[str, ...] = NAMES
) -> MemoryFiles:
    """Lay a workspace out, with these specs; without a configuration, where none is given."""
    files = MemoryFiles()
    for name in names:
        files.contents[root / "specs" / name / "SPEC.md"] = b"# One\n"
        files.contents[root / "specs" / name / "metadata.json"] = b"{}"
    if config is not None:
        files.contents[root / CONFIG_NAME] = json.dumps(config).encode()
    return files


def opened(files: Files, here: Path = REPO, git: MemoryGit = GIT) -> Workspace:
    """Open the workspace at or above `here`."""
    return open_workspace(here, files, git)


def refusal(files: Files, here: Path = REPO) -> str:
    """Say why there is no working here, on the one line that the user gets."""
    with pytest.raises(InputInvalid) as error:
        opened(files, here)
    assert str(error.value).isprintable()
    return str(error.value)


def found(argument: str, here: Path = REPO) -> Path:
    """Find a spec of the workspace by what a person types."""
    files = laid_out()
    return find_spec(argument, here, opened(files), files)


def not_found(argument: str, files: MemoryFiles | None = None) -> str:
    """Say why an argument is no spec, on the one line that the user gets."""
    files = files or laid_out()
    with pytest.raises(InputInvalid) as error:
        find_spec(argument, REPO, opened(files), files)
    assert str(error.value).isprintable()
    return str(error.value)


def home(spec_folder: Path, workspace: Workspace, files: Files, git: MemoryGit = GIT) -> Path:
    """Say where a spec's agents would work."""
    return workspace_of(spec_folder, workspace, files, git).root


@pytest.mark.parametrize("here", [REPO, SPECS, SPECS / "spec-03", REPO / "src" / "deep"])
def test_the_configuration_is_found_by_walking_up(here: Path) -> None:
    """From any folder of the repository the workspace is the same."""
    workspace = opened(laid_out(config={"mode": "parallel"}), here)
    assert (workspace.root, workspace.specs_root) == (REPO, SPECS)
    assert workspace.configured
    assert workspace.config.mode is Mode.PARALLEL


def test_the_nearest_configuration_counts() -> None:
    """A workspace within another one is one of its own."""
    files = laid_out(config={})
    files.contents |= laid_out(REPO / "part", {"mode": "parallel"}).contents
    assert opened(files, REPO / "part" / "specs").root == REPO / "part"
    assert opened(files).root == REPO


def test_the_specs_root_may_lie_anywhere() -> None:
    """It is told relative to the configuration, or by its whole path."""
    files = laid_out(config={"specsRoot": "../plans/./specs/"})
    files.made |= {Path("/plans/specs"), Path("/elsewhere")}
    assert opened(files, SPECS).specs_root == Path("/plans/specs")
    files.contents[REPO / CONFIG_NAME] = b'{"specsRoot": "/elsewhere"}'
    assert opened(files).specs_root == Path("/elsewhere")


@pytest.mark.parametrize("here", [REPO, SPECS, SPECS / "spec-03", REPO / "src" / "deep"])
def test_without_a_configuration_the_specs_root_is_found_by_walking_up(here: Path) -> None:
    """Where there is a folder of specs, the defaults hold."""
    workspace = opened(laid_out(), here)
    assert (workspace.root, workspace.specs_root) == (REPO, SPECS)
    assert not workspace.configured
    assert workspace.config == Config()


def test_the_walk_to_a_specs_root_ends_at_the_top_of_the_work_tree() -> None:
    """The specs of an outer folder are not those of this repository."""
    files = laid_out(Path("/"))
    assert opened(files, REPO / "src").specs_root == SPECS
    assert opened(files, REPO / "src", NO_GIT).specs_root == Path("/specs")


def test_the_walk_to_a_configuration_ends_there_too() -> None:
    """One that lies in a home by mistake does not take every repository below it."""
    files = laid_out()
    files.contents[Path("/helm.config.json")] = b'{"mode": "parallel"}'
    files.made.add(Path("/specs"))
    assert not opened(files, REPO / "src").configured
    assert opened(files, REPO / "src").root == REPO
    assert opened(files, REPO / "src", NO_GIT).root == Path("/")


def test_a_repository_without_a_workspace_says_where_one_is_above_it() -> None:
    """Nothing is written into that one; whoever means it changes to it."""
    files = laid_out(Path("/"), config={})
    assert refusal(files, REPO / "src") == (
        "there is no workspace in /repo, and one above this repository, in /; "
        "change to it, or: helm scaffold"
    )
    vacancy = Scaffold(files, GIT, REPO / "src").vacancy()
    assert vacancy is not None
    assert vacancy.root == REPO
    with pytest.raises(NotSetUp):
        Configuration(files, GIT, REPO, {}).read()
    found = survey(REPO, files, GIT)
    assert (found.workspace.root, found.flaws) == (REPO, ())
    assert "above this repository, in /" in found.vacancy


def test_a_spec_in_a_repository_below_is_still_run_from_the_workspace_above() -> None:
    """It lies in no workspace of its own, and the caller stands in a configured one."""
    files = laid_out(Path("/"), config={"mode": "parallel"})
    files.contents[REPO / "plans" / "spec-07" / "SPEC.md"] = b"# Seven\n"
    outer = opened(files, Path("/"))
    found = workspace_of(REPO / "plans" / "spec-07", outer, files, GIT)
    assert (found.root, found.config.mode, found.tree) == (Path("/"), Mode.PARALLEL, TREE)


def test_a_repository_that_is_reached_by_a_link_is_one_all_the_same(tmp_path: Path) -> None:
    """Git names the top of a work tree by where it really lies."""
    files, top = DiskFiles(), tmp_path / "real"
    (top / "specs").mkdir(parents=True)
    (top / CONFIG_NAME).write_text("{}")
    (tmp_path / CONFIG_NAME).write_text("{}")
    (tmp_path / "link").symlink_to(top)
    git = SameTree([WorkTree(top=top.resolve(), common_folder=top / ".git", workspace=".")])
    assert open_workspace(tmp_path / "link" / "specs", files, git).root == tmp_path / "link"


def test_a_folder_in_the_place_of_the_configuration_is_never_taken_for_none() -> None:
    """Who opens, lists or examines the workspace gets the same sentence."""
    files = laid_out()
    files.made.add(REPO / CONFIG_NAME)
    said = "cannot read /repo/helm.config.json: it is a folder; move it away"
    with pytest.raises(RecordFailed, match=said):
        opened(files)
    with pytest.raises(RecordFailed, match=said):
        Configuration(files, GIT, REPO, {}).read()
    assert [each.what for each in survey(REPO, files, GIT).flaws] == [said]


def test_without_specs_the_work_tree_is_the_workspace() -> None:
    """An empty repository opens, so that a workspace can be made in it; so does a bare folder."""
    assert opened(MemoryFiles(), REPO / "src").root == REPO
    assert opened(MemoryFiles(), REPO / "src", NO_GIT).root == REPO / "src"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ": not JSON ("),
        ("{'mode': 'strict'}", ": not JSON ("),
        ("[]", ": not a JSON object"),
        ('{"mod": "strict"}', ": unknown key `mod`; did you mean `mode`?"),
        ('{"codexRunVer": {"modle": "x"}}', "`codexRunVer.modle`; did you mean `model`?"),
        ('{"zzz": 3}', ": unknown key `zzz`; allowed: $schema, acceptanceCommands, "),
        ('{"mode": "fast"}', ": `mode`: 'fast' is not allowed: input should be 'strict' or"),
        ('{"redact": ["("]}', ": `redact.0`: '(' is not a regular expression"),
    ],
)
def test_a_wrong_configuration_is_refused_by_its_path(text: str, said: str) -> None:
    """It is never taken for none: the line names the file, the key, and what is allowed."""
    files = MemoryFiles({REPO / CONFIG_NAME: text.encode()}, made={SPECS})
    assert refusal(files).startswith(f"{REPO / CONFIG_NAME}: ")
    assert said in refusal(files, SPECS)


def test_a_specs_root_that_is_missing_is_refused() -> None:
    """The line has the folder that was looked for, the file that names it, and what makes it."""
    files = laid_out(config={"specsRoot": "spec"})
    assert refusal(files) == (
        f"the specs root {REPO / 'spec'} does not exist, which {REPO / CONFIG_NAME} names; "
        "to set it up: helm scaffold"
    )
    files.contents[REPO / "spec"] = b"a file"
    assert "does not exist" in refusal(files)


def test_a_workspace_that_is_not_set_up_is_refused() -> None:
    """The line has the file, and what sets it up."""
    text = refusal(laid_out(config={"initialized": False}))
    assert text.startswith(f"{REPO / CONFIG_NAME} says that the workspace is not set up")
    assert text.endswith("; to set it up: helm scaffold")


def test_settings_of_an_older_workspace_are_read() -> None:
    """They lie in the specs root, and make a configured workspace."""
    files = laid_out()
    files.contents[SPECS / OLD_SETTINGS_NAME] = b'{"defaultMaxAttempts": 5, "theme": "dark"}'
    workspace = opened(files, SPECS / "spec-03")
    assert workspace.config.default_max_attempts == 5
    assert workspace.configured


def test_settings_of_an_older_workspace_do_not_count_beside_a_configuration() -> None:
    """Where both are, the new file is the one that people keep."""
    files = laid_out(config={"defaultMaxAttempts": 3})
    files.contents[SPECS / OLD_SETTINGS_NAME] = b"broken"
    assert opened(files).config.default_max_attempts == 3


def test_wrong_settings_of_an_older_workspace_are_refused_by_their_path() -> None:
    """They are not passed over in silence."""
    files = laid_out()
    files.contents[SPECS / OLD_SETTINGS_NAME] = b'{"mode": "fast"}'
    assert refusal(files).startswith(f"{SPECS / OLD_SETTINGS_NAME}: `mode`: 'fast'")


@pytest.mark.parametrize(
    ("argument", "here"),
    [
        ("/repo/specs/spec-03", REPO / "src"),
        ("specs/spec-03", REPO),
        ("specs/spec-03/", REPO),
        ("./specs//spec-03", REPO),
        ("../specs/spec-03", REPO / "src"),
        (".", SPECS / "spec-03"),
        ("spec-03", SPECS),
        ("spec-03", REPO / "src"),
        ("specs/spec-03/SPEC.md", REPO),
        ("SPEC.md", SPECS / "spec-03"),
        ("/repo/specs/spec-03/SPEC.md", REPO),
    ],
)
def test_a_path_or_a_folder_name_is_a_spec(argument: str, here: Path) -> None:
    """A path counts from where one stands, a name from the specs root."""
    assert found(argument, here) == SPECS / "spec-03"


def test_a_unique_prefix_is_a_spec() -> None:
    """As few letters as tell it from the others."""
    assert found("spec-01").name == "spec-01-lexer"
    assert found("spec-02-p").name == "spec-02-parser"
    assert found("spec-1").name == "spec-10"


def test_a_name_goes_before_what_it_is_a_prefix_of() -> None:
    """`spec-03` is no riddle although there is a `spec-03-x`."""
    assert found("spec-03").name == "spec-03"


def test_a_folder_that_is_only_begun_is_found_by_its_name() -> None:
    """What it lacks is then said by reading it."""
    files = laid_out()
    files.made.add(SPECS / "spec-11")
    files.contents[REPO / "draft" / "metadata.json"] = b""
    assert find_spec("spec-11", REPO, opened(files), files) == SPECS / "spec-11"
    assert find_spec("draft", REPO, opened(files), files) == REPO / "draft"


@pytest.mark.parametrize("argument", ["spec", "spec-", "spec-0"])
def test_an_ambiguous_prefix_is_refused_with_what_it_may_mean(argument: str) -> None:
    """The names are told in the order of the list."""
    text = not_found(argument)
    assert text.startswith(f"spec {argument!r} is ambiguous: spec-01-lexer, spec-02-parser, ")


def test_a_name_that_is_near_is_offered() -> None:
    """A slip of the pen costs one look, and the nearest name comes first."""
    assert not_found("spec-02-praser").startswith(
        "spec 'spec-02-praser' not found; did you mean spec-02-parser"
    )


def test_a_name_that_is_near_to_none_is_refused_with_all() -> None:
    """There is no need to list the folder."""
    assert not_found("zzz").startswith(
        f"spec 'zzz' not found in {SPECS}; there are notes, spec-01"
    )


def test_a_long_list_of_specs_is_cut() -> None:
    """The line stays a line in a workspace of a hundred specs."""
    files = laid_out(names=tuple(f"spec-{number}" for number in range(100)))
    assert not_found("zzz", files).endswith(
        "spec-0, spec-1, spec-2, spec-3, spec-4, spec-5, spec-6, spec-7 and 92 more"
    )


def test_a_workspace_without_specs_says_so() -> None:
    """Whoever stands in the wrong folder learns where helm looked, and what makes a workspace."""
    assert not_found("spec-01", MemoryFiles()) == (
        f"spec 'spec-01' not found, and no folder {SPECS}; to make a workspace: helm scaffold"
    )
    assert not_found("spec-01", MemoryFiles(made={SPECS})) == (
        f"spec 'spec-01' not found, and no spec in {SPECS}; to make one: helm new NAME"
    )


def test_a_folder_that_is_no_spec_is_refused_as_such() -> None:
    """It exists, so that `not found` would mislead."""
    files = laid_out()
    files.contents[REPO / "src" / "main.py"] = b""
    assert not_found("src", files) == (
        f"{REPO / 'src'} has neither SPEC.md nor metadata.json; it is not a spec folder"
    )


@pytest.mark.parametrize("argument", ["", "a\nb", "\x1b[2J", "x" * 300, "specs/spec-03/nothing"])
def test_any_argument_is_answered_on_one_line(argument: str) -> None:
    """What was typed is shown so that it cannot harm the terminal."""
    assert not_found(argument)


def test_a_spec_under_the_specs_root_is_run_in_the_workspace() -> None:
    """The usual case changes nothing."""
    files = laid_out(config={})
    workspace = opened(files)
    assert workspace_of(SPECS / "spec-03", workspace, files, GIT) is workspace


def test_a_spec_elsewhere_in_the_workspace_has_its_parent_as_specs_root() -> None:
    """Its templates lie beside it, and its agents work where those of the others do."""
    files = laid_out(config={})
    workspace = workspace_of(REPO / "more" / "spec-20", opened(files), files, GIT)
    assert (workspace.root, workspace.specs_root) == (REPO, REPO / "more")


def test_a_spec_of_another_workspace_is_run_in_that_one() -> None:
    """Where one stands does not move the work into a foreign tree."""
    other = Path("/other")
    files = laid_out(config={})
    files.contents |= laid_out(other, {"mode": "parallel"}).contents
    git = MemoryGit([TREE, WorkTree(top=other, common_folder=other / ".git", workspace=".")])
    workspace = workspace_of(other / "specs" / "spec-03", opened(files), files, git)
    assert (workspace.root, workspace.tree) == (other, git.trees[1])
    assert workspace.config.mode is Mode.PARALLEL


def test_a_spec_of_a_workspace_within_this_one_is_run_in_that_one() -> None:
    """A work tree inside another one keeps its agents to itself."""
    inner = REPO / ".worktrees" / "feature"
    files = laid_out(config={})
    files.contents |= laid_out(inner, {}).contents
    tree = WorkTree(top=inner, common_folder=TREE.common_folder, workspace="worktrees/feature")
    workspace = workspace_of(
        inner / "specs" / "spec-03", opened(files), files, MemoryGit([TREE, tree])
    )
    assert (workspace.root, workspace.specs_root, workspace.key) == (
        *(inner, inner / "specs", "worktrees/feature"),
    )


def test_a_wrong_configuration_of_the_spec_s_own_workspace_is_refused() -> None:
    """It is neither passed over nor replaced by the one of where the caller stands."""
    files = laid_out(config={})
    files.contents |= laid_out(REPO / "part", {"mode": "fast"}).contents
    with pytest.raises(InputInvalid, match=r"part/helm\.config\.json: `mode`: 'fast'"):
        workspace_of(REPO / "part" / "specs" / "spec-03", opened(files), files, GIT)


def test_a_spec_of_no_workspace_is_run_where_the_caller_is() -> None:
    """A spec in a temporary folder is implemented here."""
    files = laid_out(config={})
    files.contents |= laid_out(Path("/tmp/draft")).contents
    workspace = workspace_of(Path("/tmp/draft/specs/spec-03"), opened(files), files, GIT)
    assert (workspace.root, workspace.specs_root) == (REPO, Path("/tmp/draft/specs"))


def test_a_spec_of_a_mere_work_tree_is_run_there_unless_the_caller_has_a_workspace() -> None:
    """Between two folders without a configuration the spec's own repository wins."""
    other = Path("/other")
    git = MemoryGit([TREE, WorkTree(top=other, common_folder=other / ".git", workspace=".")])
    without, with_config = laid_out(), laid_out(config={})
    for files in (without, with_config):
        files.contents |= laid_out(other).contents
    spec_folder = other / "specs" / "spec-03"
    assert home(spec_folder, opened(without, git=git), without, git) == other
    assert home(spec_folder, opened(with_config, git=git), with_config, git) == REPO


def test_paths_are_named_from_the_top_of_the_work_tree() -> None:
    """The log's names survive moving the repository, and lead back to the files."""
    files = laid_out(REPO / "part", {})
    workspace = opened(files, REPO / "part")
    path = REPO / "part" / "specs" / "spec-03"
    assert workspace.path_of(path) == "part/specs/spec-03"
    assert workspace.path_named("part/specs/spec-03") == path


def test_a_path_outside_of_the_work_tree_is_named_whole() -> None:
    """There is no shorter name for it that would lead back."""
    workspace = opened(laid_out(config={}))
    assert workspace.path_of(Path("/plans/spec-03")) == "/plans/spec-03"
    assert workspace.path_named("/plans/spec-03") == Path("/plans/spec-03")


def test_outside_git_paths_are_named_from_the_root() -> None:
    """The workspace's own folder is then the top, and its key is the plain one."""
    workspace = opened(laid_out(config={}), git=NO_GIT)
    assert workspace.path_of(SPECS / "spec-03") == "specs/spec-03"
    assert workspace.key == "."


def test_a_linked_specs_root_is_named_by_its_link(tmp_path: Path) -> None:
    """Where the link leads today does not change what the log calls a spec."""
    (tmp_path / "plans" / "spec-03").mkdir(parents=True)
    (tmp_path / "plans" / "spec-03" / "SPEC.md").write_text("# Three\n")
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "specs").symlink_to(tmp_path / "plans")
    tree = WorkTree(top=tmp_path / "repo", common_folder=tmp_path / ".git", workspace=".")
    workspace = opened(DiskFiles(), tmp_path / "repo", MemoryGit([tree]))
    folder = find_spec("spec-0", tmp_path / "repo", workspace, DiskFiles())
    assert workspace.path_of(folder) == "specs/spec-03"
    assert workspace.path_named("specs/spec-03") == folder


def test_a_workspace_behind_a_link_has_the_names_of_the_real_one(tmp_path: Path) -> None:
    """git tells the real top, whatever way the caller came."""
    (tmp_path / "repo" / "specs" / "spec-03").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    tree = WorkTree(top=tmp_path / "repo", common_folder=tmp_path / ".git", workspace=".")
    workspace = replace(opened(DiskFiles(), tmp_path / "link", NO_GIT), tree=tree)
    assert workspace.root == tmp_path / "link"
    assert workspace.path_of(tmp_path / "link" / "specs" / "spec-03") == "specs/spec-03"


def test_the_log_lies_in_the_git_directory_that_all_work_trees_share() -> None:
    """Each work tree has its own key in one log."""
    feature = Path("/feature")
    tree = WorkTree(top=feature, common_folder=REPO / ".git", workspace="worktrees/feature")
    files = laid_out(feature, {})
    workspace = opened(files, feature, MemoryGit([TREE, tree]))
    assert log_path(workspace, files) == (REPO / ".git" / "helm" / "runs.db")
    assert workspace.key == "worktrees/feature"


def test_outside_git_the_log_lies_in_the_workspace() -> None:
    """A folder of its own keeps it apart from the work."""
    files = laid_out(config={})
    workspace = opened(files, git=NO_GIT)
    assert log_path(workspace, files) == REPO / ".helm" / "runs.db"


@pytest.mark.parametrize("git", [GIT, NO_GIT], ids=["in git", "outside git"])
@pytest.mark.parametrize("folder", [SPECS, REPO])
def test_a_log_that_already_is_above_the_spec_is_kept(folder: Path, git: MemoryGit) -> None:
    """A workspace that became a repository later does not lose its history."""
    files = laid_out(config={})
    files.contents[folder / ".helm" / "runs.db"] = b""
    workspace = opened(files, git=git)
    assert log_path(workspace, files) == folder / ".helm" / "runs.db"


def test_a_log_above_the_top_is_somebody_else_s() -> None:
    """The search ends where the work tree does."""
    files = laid_out(config={})
    files.contents[Path("/.helm/runs.db")] = b""
    assert log_path(opened(files), files) == REPO / ".git" / "helm" / "runs.db"


def test_the_environment_may_name_the_log() -> None:
    """A relative path counts from where one stands, and an empty one is none."""
    files = laid_out()
    for named, meant in (("my.db", REPO / "my.db"), ("/var/my.db", Path("/var/my.db"))):
        assert environment_log_path({"HELM_DB": named}, REPO, files) == meant
    assert environment_log_path({"HELM_DB": ""}, REPO, files) is None
    assert environment_log_path({}, REPO, files) is None


@pytest.mark.parametrize("named", ["/", ".", "specs"])
def test_a_log_is_no_folder(named: str) -> None:
    """Words are the user's mistake of now, a variable is one of the setting."""
    files = laid_out()
    files.contents[REPO / "specs" / "spec-01" / "SPEC.md"] = b""
    with pytest.raises(WordsInvalid, match="is a folder; name a file"):
        named_log_path(Path(named), REPO, files)
    with pytest.raises(InputInvalid, match="is a folder; name a file in HELM_DB") as caught:
        environment_log_path({"HELM_DB": named}, REPO, files)
    assert not isinstance(caught.value, WordsInvalid)


@pytest.mark.parametrize("configured", [True, False])
def test_a_spec_has_one_log_wherever_it_is_run_from(*, configured: bool) -> None:
    """So it has one lock as well: beside the log of where it lies."""
    spec = Path("/elsewhere/plans/spec-09")
    places = []
    for caller in (Path("/one"), Path("/two")):
        files = laid_out(caller, {} if configured else None)
        files.made.add(spec)
        workspace = workspace_of(spec, opened(files, caller, NO_GIT), files, NO_GIT)
        places.append(log_path(workspace, files))
        assert workspace.path_of(spec) == "plans/spec-09"
        assert workspace.root == (caller if configured else Path("/elsewhere"))
    assert places == 2 * [Path("/elsewhere/.helm/runs.db")]
