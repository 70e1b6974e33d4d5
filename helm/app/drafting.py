"""Making the next spec: its number, its folder, and the texts that it begins with."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from helm.app.creation import Creation
from helm.app.drafts import TEXTS, questions
from helm.app.errors import InputInvalid, RecordFailed, WordsInvalid
from helm.app.place import Places
from helm.app.ports import Files, Stop
from helm.app.specs import METADATA_NAME, InvalidSpec, Spec, discover, read_spec
from helm.app.terminal_text import line_fault
from helm.app.workspace import find_spec

_METADATA_SCHEMA = "schemas/metadata.schema.json"
_NUMBERED = re.compile(r"spec-([0-9]{1,18})(?![0-9])")
"""What has more digits was not given by anybody who counts; it is a name like others."""

_TRIES = 100
_LONGEST_NAME = 100
_LONGEST_SLUG = 50
"""Characters; each may take four bytes of the 255 that a folder's name can have."""

_ACCENT = re.compile("(?<=[a-z])[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A spec that is to be written: its name, and by their words the specs that it waits for."""

    name: str
    depends_on: tuple[str, ...] = ()
    acceptance_commands: tuple[str, ...] = ()


def begin_spec(places: Places, draft: Draft, stop: Stop | None = None) -> Path:
    """Make the folder of a new spec, and give its path.

    Raises `WordsInvalid` for a name that cannot be, `InputInvalid` where there is no specs root or
    no such dependency, `RecordFailed` where the system refuses, and `Interrupted` once `stop` is
    asked for; then nothing was made.
    """
    fault = name_fault(draft.name)
    if fault:
        raise WordsInvalid(f"{draft.name!r} cannot be the name of a spec: {fault}")
    files, root = places.ports.files, places.workspace.specs_root
    if not files.is_folder(root):
        raise InputInvalid(f"there is no specs root {root}; to make one: helm scaffold")
    ids = tuple(dict.fromkeys(_id(places, word) for word in draft.depends_on))
    has_schema = files.exists(root / _METADATA_SCHEMA)
    texts = {path.name: _filled_in(path, draft.name) for path in sorted(TEXTS.iterdir())}
    with Creation(files, stop) as creation:
        folder = _numbered(creation, files, root, slug(draft.name))
        texts[METADATA_NAME] = _metadata(folder.name, draft, ids, has_schema=has_schema)
        if not all(creation.file(folder / name, texts[name].encode()) for name in texts):
            raise _taken(folder)
    return folder


def is_unwritten(files: Files, body: Path) -> bool:
    """Tell a body that is not there, is empty, or still has a question of a new spec.

    Raises `RecordFailed` where the system refuses.
    """
    text = (files.read(body) or b"").decode(errors="replace")
    return not text.strip() or any(questions(body.name, text))


def name_fault(name: str) -> str:
    """Say in a few words why a spec cannot be called so; nothing if it can."""
    fault = line_fault(name)
    if fault:
        return fault
    if len(name) > _LONGEST_NAME:
        return f"more than {_LONGEST_NAME} characters; the rest belongs into SPEC.md"
    if not any(each.isalnum() for each in slug(name)):
        return "there is no letter and no digit in it"
    if _NUMBERED.match(name):
        return "leave the number out: it gets the next one"
    return ""


def slug(name: str) -> str:
    """Give the name as a folder has it: `Crème brûlée, 2nd try` is `creme-brulee-2nd-try`.

    Letters and digits of every script stay, accents of Latin ones go.
    """
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", name.lower()))
    letters = unicodedata.normalize("NFC", plain)
    kept = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in letters)
    words = kept.split()
    while len("-".join(words)) > _LONGEST_SLUG and len(words) > 1:
        words.pop()
    return "-".join(words)[:_LONGEST_SLUG]


def _numbered(creation: Creation, files: Files, root: Path, name: str) -> Path:
    """Make the folder, under a number that no other spec has.

    Of those who take one number at the same moment all but one, at least, find another's folder
    beside their own once that is made; who does makes room, and counts again.
    """
    for _ in range(_TRIES):
        number = _next_number(discover(files, root))
        folder = root / f"{number}-{name}"
        if not creation.folder(folder):
            raise _taken(folder)
        if not any(_has_number(each, number) for each in files.folders(root) if each != folder):
            return folder
        creation.take_back()
    raise RecordFailed(f"others are making specs in {root}, and take each number first; try again")


def _has_number(folder: Path, number: str) -> bool:
    found = _NUMBERED.match(folder.name)
    return found is not None and found[0] == number


def _taken(folder: Path) -> RecordFailed:
    return RecordFailed(f"{folder} was made by somebody else meanwhile; try again")


def _title(name: str) -> str:
    return " ".join(name.split())


def _filled_in(text: Path, name: str) -> str:
    return text.read_text(encoding="utf-8").replace("{{SPEC_NAME}}", _title(name))


def _metadata(spec_id: str, draft: Draft, ids: Sequence[str], *, has_schema: bool) -> str:
    schema = {"$schema": f"../{_METADATA_SCHEMA}"} if has_schema else {}
    values = {
        "id": spec_id,
        "name": _title(draft.name),
        "status": "todo",
        "dependsOn": list(ids),
        "acceptanceCommands": list(draft.acceptance_commands),
    }
    return json.dumps(schema | values, indent=2, ensure_ascii=False) + "\n"


def _id(places: Places, word: str) -> str:
    """Find out by which id others wait for a spec."""
    files, root = places.ports.files, places.workspace.specs_root
    try:
        folder = find_spec(word, places.here, places.workspace, files)
    except InputInvalid as error:
        names = [name.strip() for name in word.split(",") if name.strip()]
        if "," not in word or not names:
            raise
        each = " ".join(f"--depends-on {name}" for name in names)
        raise WordsInvalid(f"no spec is called {word!r}; name one at a time: {each}") from error
    if folder.parent != root:
        raise InputInvalid(f"{folder} lies outside of {root}: no spec there can wait for it")
    return read_spec(files, folder).id


def _next_number(specs: Sequence[Spec | InvalidSpec]) -> str:
    """Give `spec-03` after `spec-02`, in digits as many as the others have."""
    names = [each.folder.name for each in specs]
    names += [each.id for each in specs if isinstance(each, Spec)]
    found = [match[1] for name in names if (match := _NUMBERED.match(name))]
    highest = max(map(int, found), default=0)
    width = max(map(len, found), default=2)
    return f"spec-{highest + 1:0{width}}"
