"""A workspace as far as it can be read: what is wrong with it hides nothing else in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from os import path as os_path
from pathlib import Path

from pydantic import BaseModel, ValidationError

from helm.app.errors import InputInvalid, RecordFailed
from helm.app.ports import Files, Git, WorkTree
from helm.app.scaffold import Scaffold
from helm.app.settings import CONFIG_NAME, Config
from helm.app.validation import complaints
from helm.app.workspace import Workspace, configured_folder, open_workspace
from helm.domain.json_object import line_of, read_object

_JSON_LINE = re.compile(r" at line ([0-9]+) column [0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something wrong in a file, on a line of it where that is known."""

    path: Path
    line: int | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A workspace, and what is wrong with its configuration and with its git.

    Where a value of the configuration is refused, `workspace` has the default. `vacancy` says why
    no workspace is set up here; empty where one is. In a `bare` repository none can be.
    """

    workspace: Workspace
    vacancy: str
    bare: bool
    flaws: tuple[Flaw, ...]
    git_refusal: InputInvalid | None


def survey(here: Path, files: Files, git: Git) -> Survey:
    """Look at the workspace at or above `here`, set up or not, sound or not."""
    patient = _PatientGit(git)
    flaws: tuple[Flaw, ...] = ()
    vacancy = ""
    try:
        vacant = Scaffold(files, patient, here).vacancy()
        if vacant is None:
            workspace = open_workspace(here, files, patient)
        else:
            vacancy = vacant.reason
            config = Config().model_copy(update={"specs_root": vacant.setup.specs_root})
            workspace = _workspace(vacant.root, config, patient, configured=False)
    except (InputInvalid, RecordFailed) as error:
        root = configured_folder(here, files, patient.work_tree(here))
        config, flaws = _legible(root or here, files, str(error))
        workspace = _workspace(root or here, config, patient, configured=root is not None)
    return Survey(
        workspace=workspace,
        vacancy=vacancy,
        bare=workspace.tree is None and patient.lacks_work_tree(workspace.root),
        flaws=flaws,
        git_refusal=patient.refusal,
    )


def flaws_of_json(model: type[BaseModel], path: Path, data: bytes) -> tuple[Flaw, ...]:
    """Say all that is wrong in a JSON file, each with its line."""
    text = data.decode(errors="replace")
    found = []
    for key, what in complaints(model, data):
        said = _JSON_LINE.search(what)
        line = line_of(text, key) if key else None
        found.append(Flaw(path=path, line=int(said[1]) if said else line, what=what))
    return tuple(found)


class _PatientGit:
    """A git that is none where it refuses to answer; `refusal` says why it did."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self.refusal: InputInvalid | None = None

    def work_tree(self, folder: Path) -> WorkTree | None:
        try:
            return self._git.work_tree(folder)
        except InputInvalid as error:
            self.refusal = error
            return None

    def lacks_work_tree(self, folder: Path) -> bool:
        return self.refusal is None and self._git.lacks_work_tree(folder)

    def has_commit(self, tree: WorkTree) -> bool:
        return self._git.has_commit(tree)

    def top(self, tree: WorkTree, workspace: str) -> Path | None:
        return self._git.top(tree, workspace)


def _workspace(root: Path, config: Config, git: Git, *, configured: bool) -> Workspace:
    return Workspace(
        root=root,
        home=root,
        specs_root=Path(os_path.normpath(root / config.specs_root)),
        config=config,
        configured=configured,
        tree=git.work_tree(root),
    )


def _legible(root: Path, files: Files, refusal: str) -> tuple[Config, tuple[Flaw, ...]]:
    """Read what can be read of a configuration that was refused, and say what cannot."""
    path = root / CONFIG_NAME
    try:
        data = files.read(path)
    except RecordFailed as error:
        return Config(), (Flaw(path=path, line=None, what=str(error)),)
    flaws = flaws_of_json(Config, path, data) if data is not None else ()
    if data is None or not flaws:  # it is another file that was refused
        return Config(), (Flaw(path=path, line=None, what=refusal),)
    document = read_object(data.decode(errors="replace")) or {}
    for key, _ in complaints(Config, data):
        document.pop(str(key[0]) if key else "", None)
    try:
        return Config.model_validate_json(json.dumps(document)), flaws
    except ValidationError:  # half a character, which only Python takes for text
        return Config(), flaws
