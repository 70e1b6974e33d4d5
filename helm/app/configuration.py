"""The configuration, key by key: what holds, where that comes from, and changing it in the file.

A file that is partly wrong is read all the same, for this is where it can be mended. What is
changed is one value in the text of the file: its other keys, those too that helm does not know,
keep their order and their looks.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache, cached_property
from os import path as os_path
from pathlib import Path
from reprlib import repr as short_repr

from pydantic import ValidationError

from helm.app.acceptance_commands import quotation_fault
from helm.app.errors import InputInvalid, WordsInvalid
from helm.app.identity import meant
from helm.app.ports import Files, Git, WorkTree
from helm.app.settings import (
    CONFIG_NAME,
    OLD_SETTINGS_NAME,
    VARIABLES,
    Config,
    limit_text,
    size_text,
)
from helm.app.terminal_text import line_fault
from helm.app.validation import explained, read_model
from helm.app.workspace import configured_folder, open_workspace
from helm.domain.events import Mode
from helm.domain.json_object import read_object, with_value, without_value

MODES = {
    Mode.STRICT: "one part after the other, exactly as the spec says",
    Mode.PARALLEL: "independent parts may be worked on side by side",
}
"""What each mode tells a worker, short enough for a line of a form on 80 columns."""

DESCRIPTIONS = {
    "specsRoot": "The folder that holds the specs and the two prompt templates.",
    "initialized": "Whether the workspace is set up.",
    "mode": f"What a worker is told. {'; '.join(f'{each}: {MODES[each]}' for each in MODES)}.",
    "defaultMaxAttempts": "How often a worker may try before a run ends as exhausted.",
    "acceptanceCommands": "The commands by which work is accepted, for specs that name none.",
    "codexRunImpl.model": "The worker's model; without one the agent takes its own.",
    "codexRunImpl.reasoning": "How hard the worker's model is to think: low, medium, high, ...",
    "codexRunVer.model": "The verifier's model; without one the agent takes its own.",
    "codexRunVer.reasoning": "How hard the verifier's model is to think: low, medium, high, ...",
    "workerTimeout": "How long a worker may work, such as 90m or 1h30m; off is no limit.",
    "verifierTimeout": "How long a verifier may work, such as 20m; off is no limit.",
    "idleTimeout": "How long an agent may say nothing, such as 45m; off is no limit.",
    "outputLimit": "How much is kept of what an agent writes, such as 64MB: of each channel its "
    "beginning and its end; off keeps all.",
    "workerSandbox": "What a worker may write: everything, or only the work tree.",
    "redact": "Regular expressions; what they match is masked wherever people read.",
    "redactTokens": "Whether tokens of common forms (OpenAI, GitHub, AWS, ...) are masked too.",
    "codexSplit.model": "The model that cuts a plan into specs.",
    "codexSplit.reasoning": "How hard that model is to think.",
    "codexScaffold.model": "Kept for older workspaces; nothing uses it.",
    "codexScaffold.reasoning": "Kept for older workspaces; nothing uses it.",
    "$schema": "Where an editor finds what this file may hold.",
}
"""What each key is for, in the order in which people are shown them."""

_LIST_LIKE = re.compile(r"\[(?!\[?\s)")
"""Unlike `[ -f x ]` and `[[ -f x ]]`, which are commands."""

_OWN_FOLDERS = (".git", ".helm")
_CARRIED_OVER = [key for key in DESCRIPTIONS if key not in {"specsRoot", "initialized"}]


class Source(StrEnum):
    """Where a value comes from."""

    ENVIRONMENT = "environment"
    FILE = "file"
    OLD_FILE = "old file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A key of the configuration.

    `value` is what holds, and `written` what the file says, both as JSON; `variable` is the one of
    the environment that goes before the file. `fault` says what is wrong, if anything is; what a
    variable says and cannot hold is in `value` as a text.
    """

    path: tuple[str, ...]
    value: object
    source: Source
    written: object = None
    is_written: bool = False
    variable: str = ""
    fault: str = ""

    @property
    def key(self) -> str:
        """The key as people write it; a dot leads into an object."""
        return ".".join(self.path)

    @property
    def known(self) -> bool:
        """Whether helm knows the key."""
        return self.key in DESCRIPTIONS

    @property
    def description(self) -> str:
        """What the key is for."""
        return DESCRIPTIONS.get(self.key, "helm does not know this key.")

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that there are, where they are few."""
        default = _defaults().get(self.key)
        if isinstance(default, bool):
            return ("true", "false")
        return tuple(type(default)) if isinstance(default, Enum) else ()

    @property
    def items(self) -> tuple[str, ...] | None:
        """The texts of a list, as the file has them; None for a key that holds no list."""
        if not isinstance(_defaults().get(self.key), tuple):
            return None
        written = self.written if isinstance(self.written, list) else []
        return tuple(each for each in written if isinstance(each, str))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Every key, and the file that holds, or would hold, what is not a default."""

    file: Path
    exists: bool
    settings: tuple[Setting, ...]

    def find(self, key: str) -> Setting:
        """Find what a person calls `key`. Raises `WordsInvalid` with what it could have been."""
        found = next((each for each in self.settings if each.key == key), None)
        if found is None:
            raise WordsInvalid(_no_such_key(key))
        return found


class Configuration:
    """The configuration of the workspace at or above `here`."""

    def __init__(self, files: Files, git: Git, here: Path, environment: Mapping[str, str]) -> None:
        self._files = files
        self._git = git
        self._here = here
        self._environment = environment

    def read(self) -> Listing:
        """List what holds. Raises `InputInvalid` where the file holds no JSON object."""
        root = self._root()
        text, source = self._text(root)
        document = read_object(text) or {}
        known = [self._setting(tuple(key.split(".")), document, source) for key in DESCRIPTIONS]
        others = [_foreign(path, value, source) for path, value in _unknown(document)]
        file = root / CONFIG_NAME
        return Listing(file=file, exists=self._files.exists(file), settings=(*known, *others))

    def save(self, setting: Setting, value: object) -> None:
        """Write a value into the file; None takes the key out.

        Raises `InputInvalid` where the value is refused, where somebody has changed the key since
        `setting` was read, and where there is no workspace that the file could belong to.
        """
        root = self._root()
        self._require_workspace(root)
        text, _ = self._text(root)
        written, is_written = _looked_up(read_object(text) or {}, setting.path)
        if (written, is_written) != (setting.written, setting.is_written):
            raise InputInvalid(
                f"`{setting.key}` was changed in {root / CONFIG_NAME} meanwhile, and is left as "
                "it is now; look at it, and change it again"
            )
        if value is None and not is_written:
            return
        if value is None:
            self._require_open(root, setting.key, _defaults().get(setting.key))
            text = without_value(text, setting.path)
        else:
            require(setting.key, value)
            self._require_open(root, setting.key, value)
            text = with_value(text, setting.path, value)
        self._files.write(root / CONFIG_NAME, text.encode())

    def _root(self) -> Path:
        found = configured_folder(self._here, self._files, self._tree)
        return found or self._unconfigured_root

    @cached_property
    def _tree(self) -> WorkTree | None:
        """The work tree we are in; git is asked once, however often the file is looked at."""
        return self._git.work_tree(self._here)

    @cached_property
    def _unconfigured_root(self) -> Path:
        """Where the file would lie."""
        return open_workspace(self._here, self._files, self._git).root

    def _text(self, root: Path) -> tuple[str, Source]:
        """Read the file; where there is none, what it would begin as."""
        path = root / CONFIG_NAME
        data = self._files.read(path)
        if data is None:
            old = self._files.read(root / Config().specs_root / OLD_SETTINGS_NAME)
            return founding_text(old), Source.OLD_FILE
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise InputInvalid(f"{path}: not UTF-8; save it as UTF-8") from error
        if read_object(text) is None:
            read_model(Config, data, str(path))
            raise InputInvalid(f"{path}: not a JSON object; mend it in an editor")
        return text, Source.FILE

    def _setting(
        self, path: tuple[str, ...], document: Mapping[str, object], source: Source
    ) -> Setting:
        key = ".".join(path)
        written, is_written = _looked_up(document, path)
        variable = VARIABLES.get(key, "")
        given = self._environment.get(variable) if variable else None
        value, fault = written, _fault(path, written) if is_written else ""
        if written is None:
            value, source = default_of(key), source if is_written else Source.DEFAULT
        if given or (given is not None and key == "defaultMaxAttempts"):
            source = Source.ENVIRONMENT
            value, given_fault = _given(key, given)
            fault = fault or given_fault
        return Setting(
            path=path,
            value=value,
            source=source,
            written=written,
            is_written=is_written,
            variable=variable,
            fault=fault,
        )

    def _require_workspace(self, root: Path) -> None:
        """Refuse to make a file that turns any folder into a workspace, and all that it holds."""
        is_workspace = self._files.is_folder(root / Config().specs_root)
        if not (is_workspace or self._files.exists(root / CONFIG_NAME)):
            raise InputInvalid(f"there is no workspace in {root}; make one with: helm scaffold")

    def _require_open(self, root: Path, key: str, value: object) -> None:
        """Refuse what would keep helm from opening the workspace."""
        if key == "initialized" and value is False:
            raise InputInvalid("`initialized`: helm would not open the workspace any more")
        if key == "specsRoot":
            folder = Path(os_path.normpath(root / str(value)))
            if not self._files.is_folder(folder):
                raise InputInvalid(f"`specsRoot`: the folder {folder} is not there; make it first")


def founding_text(old: bytes | None) -> str:
    """Give what `helm.config.json` begins as: what the settings of an older workspace say."""
    document = read_object(old.decode(errors="replace")) if old else None
    text = "{}\n"
    for key in _CARRIED_OVER:
        value, found = _looked_up(document or {}, tuple(key.split(".")))
        if found:
            text = with_value(text, key.split("."), value)
    return text


def parsed(key: str, text: str) -> object:
    """Read what a person types as a key's value. Raises `InputInvalid` saying what is allowed.

    A list is typed as JSON; any other text is its only element.
    """
    default = _defaults().get(key)
    value: object = text
    if isinstance(default, bool):
        value = {"true": True, "false": False}.get(text, text)
    elif isinstance(default, int):
        value = int(text) if re.fullmatch("[0-9]{1,9}", text) else text
        if re.fullmatch("[0-9]{10,}", text):
            raise InputInvalid(f"`{key}`: {short_repr(text)} is too large; 999999999 at most")
    elif isinstance(default, tuple):
        array = _array(text)
        if array is None and key == "acceptanceCommands" and _LIST_LIKE.match(text):
            raise InputInvalid(
                f"`{key}`: {short_repr(text)} begins like a list, and is no JSON array; "
                'write ["make lint", "make test"]'
            )
        value = [text] if array is None else array
    require(key, value)
    return value


def parsed_words(key: str, words: Sequence[str]) -> object:
    """Read a key's value from the words of a command line: several are the elements of a list.

    Raises `WordsInvalid` saying what is allowed.
    """
    if len(words) > 1 and not isinstance(_defaults().get(key), tuple):
        raise WordsInvalid(
            f"`{key}` takes one value, not {len(words)}; quote what belongs together"
        )
    try:
        if len(words) == 1:
            return parsed(key, words[0])
        require(key, list(words))
    except InputInvalid as error:
        raise WordsInvalid(str(error)) from error
    return list(words)


def as_text(value: object) -> str:
    """Write a value as `parsed` reads it."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def require(key: str, value: object) -> None:
    """Do nothing for a value that the key may have; else raise `InputInvalid`."""
    fault = _fault(tuple(key.split(".")), value)
    if key == "specsRoot" and not fault:
        fault = specs_root_fault(str(value))
        fault = f"`specsRoot`: {fault}" if fault else ""
    if key == "acceptanceCommands" and not fault and isinstance(value, list):
        faults = ((each, quotation_fault(each)) for each in value)
        fault = next((f"`{key}`: {each!r}: {said}" for each, said in faults if said), "")
    if fault:
        raise InputInvalid(fault)


def specs_root_fault(name: str) -> str:
    """Say in a few words why no specs root can be called so; nothing if it can."""
    path = posixpath.normpath(name)
    if not name.strip():
        return "name a folder"
    if line_fault(name):
        return line_fault(name)
    if name.startswith("~"):
        return "~ is not expanded; name a folder of the repository"
    if posixpath.isabs(path):
        return "not absolute; name a folder of the repository"
    if path.split("/")[0] == "..":
        return "outside of the repository"
    if path == ".":
        return "the repository itself; name a folder in it"
    if path.split("/")[0] == CONFIG_NAME:
        return f"{CONFIG_NAME} is the configuration's"
    if path.split("/")[0] in _OWN_FOLDERS:
        return f"{path.split('/')[0]} is not for files of people"
    return ""


def specs_root_warning(config: Config) -> str:
    """Say that the file names a specs root which helm would not write there; nothing if not."""
    fault = specs_root_fault(config.specs_root)
    return f"`specsRoot`: {config.specs_root!r}: {fault}" if fault else ""


def _no_such_key(key: str) -> str:
    within = [each for each in DESCRIPTIONS if each.startswith(f"{key}.")]
    if within:
        hint = f"did you mean {' or '.join(f'`{each}`' for each in within)}?"
    else:
        hint = meant(key, DESCRIPTIONS, quote="`") or "see them all with: helm config"
    return f"unknown key {key!r}; {hint}"


def _array(text: str) -> list[object] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _fault(path: Sequence[str], value: object) -> str:
    for name in reversed(path):
        value = {name: value}
    try:
        Config.model_validate_json(json.dumps(value))
    except ValidationError as error:
        return explained(Config, error)
    return ""


def _given(key: str, text: str) -> tuple[object, str]:
    """Read what a variable says; with what is wrong, the text as it is."""
    try:
        return parsed(key, text), ""
    except InputInvalid as error:
        return text, f"{VARIABLES[key]}: {error}"


def _looked_up(document: Mapping[str, object], path: Sequence[str]) -> tuple[object, bool]:
    """Find what stands at `path`, and say whether anything does."""
    key, *within = path
    found = document.get(key)
    if within:
        return _looked_up(found, within) if isinstance(found, dict) else (None, False)
    return found, key in document


def _unknown(document: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    objects = {key.split(".")[0] for key in DESCRIPTIONS if "." in key}
    for key, value in document.items():
        if key in objects and isinstance(value, dict):
            for name, each in value.items():
                if f"{key}.{name}" not in DESCRIPTIONS:
                    yield (key, name), each
        elif key not in DESCRIPTIONS and (key not in objects or value is not None):
            yield (key,), value


def _foreign(path: tuple[str, ...], value: object, source: Source) -> Setting:
    return Setting(
        path=path,
        value=value,
        source=source,
        written=value,
        is_written=True,
        fault=_fault(path, value),
    )


@cache
def _defaults() -> dict[str, object]:
    """What holds where nobody says otherwise, by key."""
    found: dict[str, object] = {}
    for key, value in Config().model_dump(by_alias=True).items():
        within = value.items() if isinstance(value, dict) else None
        found |= {f"{key}.{name}": each for name, each in within} if within else {key: value}
    return found


def default_of(key: str) -> object:
    """Give what holds where nobody says otherwise, as JSON; None is left to the agent."""
    default = _defaults()[key]
    if key.endswith("Timeout"):
        return limit_text(default if isinstance(default, float) else None)
    if key == "outputLimit":
        return size_text(default if isinstance(default, int) else None)
    return list(default) if isinstance(default, tuple) else default
