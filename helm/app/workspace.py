"""Where helm works: the workspace's root, its configuration, its specs, its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import path as os_path
from pathlib import Path

from helm.app.errors import InputInvalid, NotSetUp, WordsInvalid
from helm.app.identity import meant
from helm.app.ports import Files, Git, WorkTree
from helm.app.settings import CONFIG_NAME, OLD_SETTINGS_NAME, Config, OldSettings
from helm.app.specs import BODY_NAME, METADATA_NAME, has_spec_file, looks_like_spec, natural_key
from helm.app.validation import read_model

LOG_NAME = "runs.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder whose specs helm runs.

    `root` is where agents work, and where the configuration lies if there is one. `tree` is the
    git work tree around the specs, None outside git, where `home` stands in for it: the root, but
    for a spec from elsewhere that is run here.
    """

    root: Path
    home: Path
    specs_root: Path
    config: Config
    configured: bool
    tree: WorkTree | None

    @property
    def key(self) -> str:
        """What tells this work tree from its siblings that share the log."""
        return self.tree.workspace if self.tree else "."

    @property
    def top(self) -> Path:
        """The folder under which the log names paths."""
        return self.tree.top if self.tree else self.home

    def path_of(self, path: Path) -> str:
        """Name a path under the top as the log does; one outside of it by its whole self."""
        within = path
        if path.is_relative_to(self.root):
            within = self.root.resolve() / path.relative_to(self.root)
        top = self.top.resolve()
        if not within.is_relative_to(top):
            within = within.resolve() if within.resolve().is_relative_to(top) else within
        return within.relative_to(top).as_posix() if within.is_relative_to(top) else str(within)

    def path_named(self, name: str) -> Path:
        """Find the path that the log calls `name`."""
        return self.top / name


def open_workspace(here: Path, files: Files, git: Git) -> Workspace:
    """Find the workspace at or above `here`.

    Raises `InputInvalid` where its configuration is wrong, and `NotSetUp` where that says
    that there is no workspace yet, or names a specs root that is missing, and where the only
    workspace lies above the repository.
    """
    found = _nearest(here, files, git)
    if found.tree and not files.is_folder(found.specs_root):
        _require_none_above(found, files)
    return found


def configured_folder(here: Path, files: Files, tree: WorkTree | None) -> Path | None:
    """Find the folder, at or above `here`, in which the configuration lies.

    In the work tree `tree` that `here` is in, if it is in one: what lies above a repository is
    of something else.
    """
    folders = (here, *here.parents)
    found = next((each for each in folders if _has_configuration(each, files)), None)
    if found is None or tree is None:
        return found
    return found if found.resolve().is_relative_to(tree.top.resolve()) else None


def workspace_of(spec_folder: Path, opened: Workspace, files: Files, git: Git) -> Workspace:
    """Say in which workspace a spec is run; its parent is then the specs root.

    A spec is run where it lies: in its own workspace. Only where it has none, and the caller is in
    a configured one, do agents work there, with that configuration; its log and its lock are still
    those of where it lies, so that it is run once at a time wherever it is run from.
    """
    specs_root = spec_folder.parent
    if specs_root == opened.specs_root:
        return opened
    own = _nearest(specs_root.parent, files, git)
    if not (own.configured or own.tree):
        own = replace(own, root=specs_root.parent, home=specs_root.parent)
    own = replace(own, specs_root=specs_root)
    inside = spec_folder.is_relative_to(opened.root) and own.tree == opened.tree
    if own.configured or not opened.configured:
        return own
    return replace(
        opened if inside else own, root=opened.root, config=opened.config, specs_root=specs_root
    )


def find_spec(argument: str, here: Path, workspace: Workspace, files: Files) -> Path:
    """Find the spec folder that a person means: a path, a folder name, or a unique prefix of one.

    Raises `InputInvalid` with what was found instead.
    """
    root = workspace.specs_root
    path = Path(os_path.normpath(here / argument))
    if path.name == BODY_NAME:
        path = path.parent
    for folder in (path, root / argument):
        if has_spec_file(files, folder):
            return _writable_name(folder)
    names = [each.name for each in files.folders(root) if looks_like_spec(files, each)]
    names.sort(key=natural_key)
    if argument in names:
        return root / argument
    matching = [name for name in names if argument and name.startswith(argument)]
    if len(matching) == 1:
        return root / matching[0]
    if matching:
        raise InputInvalid(f"spec {argument!r} is ambiguous: {_listed(matching)}")
    raise InputInvalid(_not_found(argument, path, root, names, files))


def log_path(workspace: Workspace, files: Files) -> Path:
    """Say where the log of a workspace lies unless the user names another.

    In the git directory that all work trees share, where a worker's `git clean` does not reach;
    outside git, and wherever one already is above the specs, in `.helm`.
    """
    for folder in (workspace.specs_root, *workspace.specs_root.parents):
        found = folder / ".helm" / LOG_NAME
        if files.exists(found):
            return found
        if folder == workspace.top:
            break
    if workspace.tree:
        return workspace.tree.common_folder / "helm" / LOG_NAME
    return workspace.home / ".helm" / LOG_NAME


def named_log_path(database: Path | None, here: Path, files: Files) -> Path | None:
    """Give the log that is named in words, if one is. Raises `WordsInvalid` for a folder."""
    if database is not None and files.is_folder(here / database):
        raise WordsInvalid(f"the log {database} is a folder; name a file")
    return database


def environment_log_path(environment: Mapping[str, str], here: Path, files: Files) -> Path | None:
    """Give the log that the environment names, if it names one.

    Raises `InputInvalid` for a folder.
    """
    named = environment.get("HELM_DB")
    if not named:
        return None
    if files.is_folder(here / named):
        raise InputInvalid(f"the log {named} is a folder", cure="name a file in HELM_DB")
    return here / named


def _nearest(here: Path, files: Files, git: Git) -> Workspace:
    tree = git.work_tree(here)
    config_folder = configured_folder(here, files, tree)
    if config_folder is not None:
        return _configured(config_folder, files, tree or git.work_tree(config_folder))
    default = Config()
    for folder in (here, *here.parents):
        specs_root = folder / default.specs_root
        if files.folders(specs_root):
            if not tree and folder != here:  # as for who stands within `.git`, which is in none
                tree = git.work_tree(folder)
            return _unconfigured(folder, specs_root, files, tree)
        if tree and folder == tree.top:
            break
    root = tree.top if tree else here
    return _unconfigured(root, root / default.specs_root, files, tree)


def _has_configuration(folder: Path, files: Files) -> bool:
    """Tell also a folder that has its name: to read that fails, and says so."""
    path = folder / CONFIG_NAME
    return files.exists(path) or files.is_folder(path)


def _require_none_above(found: Workspace, files: Files) -> None:
    above = configured_folder(found.top.parent, files, None)
    if above is not None:
        raise NotSetUp(
            f"there is no workspace in {found.top}, and one above this repository, in {above}",
            found.top,
            found.config,
            cure="change to it, or: helm scaffold",
        )


def _configured(root: Path, files: Files, tree: WorkTree | None) -> Workspace:
    path = root / CONFIG_NAME
    config = read_model(Config, files.read(path) or b"", str(path))
    if not config.initialized:
        raise NotSetUp(
            f"{path} says that the workspace is not set up",
            root,
            config,
        )
    specs_root = Path(os_path.normpath(root / config.specs_root))
    if not files.is_folder(specs_root):
        raise NotSetUp(
            f"the specs root {specs_root} does not exist, which {path} names",
            root,
            config,
        )
    return Workspace(
        root=root,
        home=root,
        specs_root=specs_root,
        config=config,
        configured=True,
        tree=tree,
    )


def _unconfigured(root: Path, specs_root: Path, files: Files, tree: WorkTree | None) -> Workspace:
    old = specs_root / OLD_SETTINGS_NAME
    data = files.read(old)
    config = Config() if data is None else read_model(OldSettings, data, str(old))
    return Workspace(
        root=root,
        home=root,
        specs_root=specs_root,
        config=config,
        configured=data is not None,
        tree=tree,
    )


def _writable_name(folder: Path) -> Path:
    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise InputInvalid(
            f"{str(folder)!a} is not UTF-8 in this locale, and cannot be recorded; "
            "rename it, or set LC_ALL=C.UTF-8"
        ) from error
    return folder


def _not_found(argument: str, path: Path, root: Path, names: list[str], files: Files) -> str:
    if files.is_folder(path):
        return f"{path} has neither {BODY_NAME} nor {METADATA_NAME}; it is not a spec folder"
    asked = meant(argument, names)
    if asked:
        return f"spec {argument!r} not found; {asked}"
    if names:
        return f"spec {argument!r} not found in {root}; there are {_listed(names)}"
    if files.is_folder(root):
        return f"spec {argument!r} not found, and no spec in {root}; to make one: helm new NAME"
    return f"spec {argument!r} not found, and no folder {root}; to make a workspace: helm scaffold"


def _listed(names: list[str]) -> str:
    shown = names[:8]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
