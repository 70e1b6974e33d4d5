"""Spec folders: reading one, finding all, and the badge that tells where each stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from helm.app.drafts import Question, questions
from helm.app.errors import FileTooLarge, InputInvalid, RecordFailed
from helm.app.ports import Files
from helm.app.settings import Command
from helm.app.validation import read_model
from helm.domain.errors import HelmError
from helm.domain.specs import acceptance_commands, spec_id, spec_name

BODY_NAME = "SPEC.md"
CHECKLIST_NAME = "acceptance-checklist.md"
METADATA_NAME = "metadata.json"
REPORT_NAME = "implementation-report.md"
UNWRITTEN = "not written yet"
WORKER_TEMPLATE_NAME = "implement.prompt-template.md"
VERIFIER_TEMPLATE_NAME = "review.prompt-template.md"


class Metadata(BaseModel):
    """`metadata.json`, as far as helm reads it; the rest is its owner's."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True, strict=True)

    id: str | None = Field(
        default=None, description="What other specs call this one; without it, the folder's name."
    )
    name: str | None = Field(
        default=None, description="What people call it; without it, the first heading of SPEC.md."
    )
    status: Literal["todo", "in-progress", "done", "blocked", "failed"] = Field(
        default="todo",
        description="Where it stands; helm writes done or in-progress with each verdict.",
    )
    depends_on: list[str] | None = Field(
        default=None, description="The specs, by id or folder, that must be done before this one."
    )
    acceptance_commands: list[Command] | None = Field(
        default=None, description="The commands by which work is accepted, if not the workspace's."
    )
    last_run: str | None = Field(
        default=None, description="When the last verdict was given; written by helm."
    )
    notes: str | None = Field(
        default=None, description="A line for each verdict, added by helm to what is there."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A readable spec folder, as it is on disk now; `asks` is what is not written in it yet."""

    folder: Path
    id: str
    name: str
    status: str
    depends_on: tuple[str, ...]
    own_commands: tuple[str, ...]
    body: str
    checklist: str
    metadata: str
    asks: Question | None = None

    @property
    def draft(self) -> str:
        """Say which question of `helm new` nobody has answered; nothing where it is written."""
        if self.asks is None:
            return ""
        return f"{BODY_NAME}:{self.asks.line} still asks: {self.asks.text.rstrip('.')}"

    @property
    def misnamed(self) -> bool:
        """Whether metadata and folder call it differently, which people stumble over."""
        return self.id != self.folder.name

    def unmet(self, done: Collection[str]) -> tuple[str, ...]:
        """Name the dependencies, by id or by folder, that are not among the names in `done`."""
        return tuple(name for name in dict.fromkeys(self.depends_on) if name not in done)


class Badge(StrEnum):
    """Where a spec stands."""

    INVALID = "INVALID"
    RUNNING = "RUNNING"
    STALE = "STALE"
    DONE = "DONE"
    BLOCKED = "BLOCKED"
    FAILED = "FAILED"
    IN_PROGRESS = "IN PROGRESS"
    TODO = "TODO"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidSpec:
    """A spec folder that cannot be read, and why."""

    folder: Path
    reason: str

    @property
    def badge(self) -> Badge:
        """Always the same: nothing more can be said of it."""
        return Badge.INVALID

    @property
    def runnable(self) -> bool:
        """Never, until somebody mends it."""
        return False

    @property
    def short_reason(self) -> str:
        """The reason beside the folder's name: its files are named without the way to them."""
        return self.reason.replace(f"{self.folder}/", "")


def read_spec(files: Files, folder: Path) -> Spec:
    """Read a spec folder. Raises `InputInvalid` saying what is missing or wrong, and where."""
    body = _required_text(files, folder / BODY_NAME)
    if not body.strip():
        raise InputInvalid(f"{folder / BODY_NAME} is empty; write down what is to be implemented")
    metadata = _required_text(files, folder / METADATA_NAME)
    found = read_model(Metadata, metadata.encode(), str(folder / METADATA_NAME))
    return Spec(
        folder=folder,
        id=spec_id(found.id, folder.name),
        name=spec_name(found.name, body),
        status=found.status,
        depends_on=tuple(found.depends_on or ()),
        own_commands=tuple(found.acceptance_commands or ()),
        body=body,
        checklist=read_text(files, folder / CHECKLIST_NAME) or "",
        metadata=metadata,
        asks=next(questions(BODY_NAME, body), None),
    )


def discover(files: Files, specs_root: Path) -> list[Spec | InvalidSpec]:
    """Find every spec under the root, in natural order; a broken one never hides the others."""
    folders = sorted(files.folders(specs_root), key=lambda each: natural_key(each.name))
    return [found_spec(files, each) for each in folders if looks_like_spec(files, each)]


def found_spec(files: Files, folder: Path) -> Spec | InvalidSpec:
    """Read a spec folder, or say why it cannot be read."""
    try:
        return read_spec(files, folder)
    except HelmError as error:
        return InvalidSpec(folder=folder, reason=str(error))


def looks_like_spec(files: Files, folder: Path) -> bool:
    """Tell a spec folder, even a broken one, from whatever else lies in the specs root."""
    return folder.name.startswith("spec-") or (
        not folder.name.startswith(".") and has_spec_file(files, folder)
    )


def has_spec_file(files: Files, folder: Path) -> bool:
    """Tell a folder that has a file which only specs have."""
    return files.exists(folder / BODY_NAME) or files.exists(folder / METADATA_NAME)


def unmet_dependencies(spec: Spec, others: Iterable[Spec | InvalidSpec]) -> tuple[str, ...]:
    """Name what `spec` depends on and is not done."""
    return spec.unmet(done_names(others))


def done_names(specs: Iterable[Spec | InvalidSpec]) -> Collection[str]:
    """Collect the names, ids and folders', of all that is done.

    Where several specs have one name, it is done when all of them are.
    """
    done: dict[str, bool] = {}
    for each in specs:
        is_done = isinstance(each, Spec) and each.status == "done"
        for name in {each.folder.name, each.id} if isinstance(each, Spec) else {each.folder.name}:
            done[name] = is_done and done.get(name, True)
    return {name for name, is_done in done.items() if is_done}


def commands_of(spec: Spec, workspace_commands: Sequence[str]) -> tuple[str, ...]:
    """Say by which commands the spec is accepted."""
    return acceptance_commands(spec.own_commands, tuple(workspace_commands))


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort `spec-11` before `spec-100`, as people count."""
    parts = (each for each in re.split(r"([0-9]+)", name) if each)
    return tuple(_counted(each) if each.isdecimal() else (1, 0, each) for each in parts)


def _counted(digits: str) -> tuple[int, int, str]:
    """Sort as numbers do; one of thousands of digits Python would not read."""
    number = digits.lstrip("0")
    return (0, len(number), number)


def short_names(folders: Iterable[str]) -> Mapping[str, str]:
    """Shorten `spec-03-parser` to `spec-03`, where no other folder's name begins so."""
    names = list(folders)
    found = Counter(start for name in names for start in _beginnings(name))
    return {
        name: next((start for start in _beginnings(name) if found[start] == 1), name)
        for name in names
    }


def read_text(files: Files, path: Path) -> str | None:
    """Read a text file; None where there is none. Raises `InputInvalid` if it is not UTF-8."""
    try:
        data = files.read(path)
    except FileTooLarge as error:
        raise InputInvalid(str(error)) from error
    except RecordFailed as error:
        if files.is_folder(path):
            raise InputInvalid(f"{path} is a folder; move it away") from error
        raise
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InputInvalid(f"{path} is {not_utf8(error)}") from error


def not_utf8(error: UnicodeDecodeError) -> str:
    """Say where a text is not what it must be, and what to do."""
    return f"not UTF-8 (at byte {error.start}); save it as UTF-8"


def _beginnings(name: str) -> Iterator[str]:
    """List `spec`, `spec-03`, `spec-03-parser`."""
    return accumulate(name.split("-"), "{}-{}".format)


def _required_text(files: Files, path: Path) -> str:
    text = read_text(files, path)
    if text is None:
        raise InputInvalid(
            f"{path} is missing; a spec folder needs {BODY_NAME} and {METADATA_NAME}"
        )
    return text
