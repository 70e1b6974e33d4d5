"""Beginning a spec: its number, its name, what it waits for, and all of it or nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.adapters.files.tree import DiskFiles
from helm.app.drafting import Draft, begin_spec, name_fault, slug
from helm.app.drafts import TEXTS
from helm.app.errors import InputInvalid, Interrupted, RecordFailed, WordsInvalid
from helm.app.specs import Spec, discover
from helm.app.stop import StopRequest
from helm.domain.events import Cause
from tests.app.worlds import ROOT, World
from tests.fakes import MemoryFiles

SPECS = ROOT / "specs"
SCHEMA = SPECS / "schemas" / "metadata.schema.json"


def holding(*folders: str, ids: dict[str, str] | None = None) -> MemoryFiles:
    """A specs root with these specs, some of which have another id than their folder's name."""
    files = MemoryFiles(contents={SPECS / "README.md": b""})
    for folder in folders:
        files.contents[SPECS / folder / "SPEC.md"] = b"# One\n"
        metadata = json.dumps({"id": (ids or {}).get(folder, folder)})
        files.contents[SPECS / folder / "metadata.json"] = metadata.encode()
    return files


def begun(files: MemoryFiles, name: str = "parser", *depends_on: str) -> Path:
    draft = Draft(name=name, depends_on=depends_on)
    with World().runner(files=files) as runner:
        return begin_spec(runner.places, draft)


def metadata(files: MemoryFiles, folder: Path) -> dict[str, object]:
    found = json.loads(files.contents[folder / "metadata.json"])
    assert isinstance(found, dict)
    return found


def test_a_spec_that_is_begun_is_one_that_helm_reads() -> None:
    """Its folder, its id and its name agree, and nothing is done yet."""
    files = holding("spec-00-example")
    folder = begun(files, "Parser of dates")
    assert folder == SPECS / "spec-01-parser-of-dates"
    spec = discover(files, SPECS)[-1]
    assert isinstance(spec, Spec)
    assert (spec.id, spec.name) == ("spec-01-parser-of-dates", "Parser of dates")
    assert (spec.status, spec.depends_on, spec.own_commands) == ("todo", (), ())
    assert spec.body.startswith("# Parser of dates\n")
    assert spec.checklist
    assert "{{" not in spec.body + spec.checklist


def test_the_texts_ask_for_what_only_people_know() -> None:
    """Whoever leaves a TODO can be told so."""
    assert {text.name for text in TEXTS.iterdir()} == {"SPEC.md", "acceptance-checklist.md"}
    assert all("TODO: " in text.read_text(encoding="utf-8") for text in TEXTS.iterdir())


def test_commands_of_its_own_are_written_down() -> None:
    files = holding()
    with World().runner(files=files) as runner:
        draft = Draft(name="parser", acceptance_commands=("make test", "make lint"))
        folder = begin_spec(runner.places, draft)
    assert metadata(files, folder)["acceptanceCommands"] == ["make test", "make lint"]


def test_the_schema_is_named_where_there_is_one() -> None:
    """An editor complains of one that is not there."""
    files = holding()
    assert "$schema" not in metadata(files, begun(files))
    files.contents[SCHEMA] = b"{}"
    assert metadata(files, begun(files))["$schema"] == "../schemas/metadata.schema.json"


@pytest.mark.parametrize(
    ("folders", "number"),
    [
        ((), "spec-01"),
        (("spec-00-example",), "spec-01"),
        (("spec-1", "spec-3-gap"), "spec-4"),
        (("spec-007-bond",), "spec-008"),
        (("spec-99",), "spec-100"),
        (("spec-draft", "notes-12", "spec-x-30"), "spec-01"),
    ],
)
def test_the_number_is_the_next_one(folders: tuple[str, ...], number: str) -> None:
    """As wide as the others are; what is no number does not count."""
    assert begun(holding(*folders)).name == f"{number}-parser"


def test_an_id_that_is_taken_is_not_given_again() -> None:
    """Folders can be renamed, and ids stay."""
    files = holding("renamed", ids={"renamed": "spec-04-parser"})
    files.contents[SPECS / "renamed" / "SPEC.md"] = b"# Renamed\n"
    assert begun(files).name == "spec-05-parser"


@pytest.mark.parametrize("digits", ["9" * 5000, "9" * 19])
def test_an_id_that_nobody_counted_to_is_no_number(digits: str) -> None:
    """Python reads no number of thousands of digits."""
    files = holding("spec-01-one", ids={"spec-01-one": f"spec-{digits}"})
    assert begun(files).name == "spec-02-parser"


def test_a_broken_spec_keeps_its_number() -> None:
    """Its folder tells it."""
    files = holding()
    files.contents[SPECS / "spec-06-broken" / "metadata.json"] = b"{"
    assert begun(files).name == "spec-07-parser"


def test_it_waits_for_specs_by_their_ids() -> None:
    """They are named as everywhere, each once."""
    files = holding("spec-01-one", "spec-02-two", ids={"spec-02-two": "second"})
    folder = begun(files, "parser", "spec-02", "spec-01-one", "spec-02-two")
    assert metadata(files, folder)["dependsOn"] == ["second", "spec-01-one"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("spec-09", "not found"),
        ("spec-0", "ambiguous"),
        ("other/spec-07", "lies outside of"),
        ("spec-01,spec-02", "one at a time: --depends-on spec-01 --depends-on spec-02$"),
        (",", "^spec ',' not found"),
    ],
)
def test_a_dependency_that_cannot_be_met_is_refused(word: str, said: str) -> None:
    """And nothing is made."""
    files = holding("spec-01-one", "spec-02-two")
    files.contents[ROOT / "other" / "spec-07" / "SPEC.md"] = b"# Seven\n"
    files.contents[ROOT / "other" / "spec-07" / "metadata.json"] = b"{}"
    before = dict(files.contents)
    with pytest.raises(InputInvalid, match=said):
        begun(files, "parser", word)
    assert files.contents == before


def test_without_a_specs_root_it_says_what_makes_one() -> None:
    files = MemoryFiles(contents={ROOT / "README": b""})
    with pytest.raises(InputInvalid, match="to make one: helm scaffold"):
        begun(files)


def test_a_name_that_is_refused_is_shown_as_it_was_typed() -> None:
    with pytest.raises(WordsInvalid, match=r"^'🙂' cannot be the name of a spec"):
        begun(holding(), "🙂")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "no letter"),
        ("   ", "no letter"),
        ("...!?", "no letter"),
        ("\u0300", "no letter"),
        ("a\x1b[2Jb", "control characters"),
        ("a\nb", "control characters"),
        ("a\udc80", "control characters"),
        ("x" * 101, "more than 100 characters"),
        ("spec-03-parser", "leave the number out"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, fault: str) -> None:
    """In one line, and nothing is made."""
    assert fault in name_fault(name)
    files = holding()
    before = dict(files.contents)
    with pytest.raises(WordsInvalid) as error:
        begun(files, name)
    assert str(error.value).isprintable()
    assert files.contents == before


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("parser", "parser"),
        ("Parser, of  dates!", "parser-of-dates"),
        ("Crème brûlée", "creme-brulee"),
        ("İstanbul", "istanbul"),
        ("日期 解析", "日期-解析"),
        ("й и ё", "й-и-ё"),
        ("हिन्दी", "हिन्दी"),
        ("한국어", "한국어"),
        ("spec of specs", "spec-of-specs"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 20, "-".join(["word"] * 10)),
        ("x" * 100, "x" * 50),
    ],
)
def test_a_folder_is_called_as_the_spec_is(name: str, folder: str) -> None:
    """In the letters of every script, short enough for every disk."""
    assert slug(name) == folder


@given(st.text(max_size=100))
def test_whatever_it_is_called_the_folder_is_one_name(name: str) -> None:
    """No way out of the specs root, and nothing that is too long."""
    if not name_fault(name):
        made = slug(name)
        assert made
        assert not {"/", "\\", ".", "\0", " "} & set(made)
        assert len(f"spec-000-{made}".encode()) < 255
        assert made.isprintable()


@dataclass
class Raced(MemoryFiles):
    """Files among which somebody else makes the same spec at the same moment."""

    def make_folder(self, folder: Path) -> bool:
        is_new = super().make_folder(folder)
        if folder.name.endswith("-parser"):
            self.contents[folder / "SPEC.md"] = b"theirs"
        return is_new


def test_whoever_comes_second_overwrites_nothing() -> None:
    """What the other one made stays, and nothing of ours is added to it."""
    files = Raced(contents={SPECS / "README.md": b""})
    with pytest.raises(RecordFailed, match="somebody else"):
        begun(files)
    folder = SPECS / "spec-01-parser"
    assert [path for path in files.contents if path.parent == folder] == [folder / "SPEC.md"]
    assert files.contents[folder / "SPEC.md"] == b"theirs"


class Together(DiskFiles):
    """Files of two who both make their first folder before either of them looks again."""

    def __init__(self, barrier: Barrier) -> None:
        self._barrier = barrier
        self._is_first = True

    def make_folder(self, folder: Path) -> bool:
        is_new = super().make_folder(folder)
        if self._is_first:
            self._is_first = False
            self._barrier.wait(timeout=20)
        return is_new


def test_two_who_begin_at_one_moment_get_two_numbers(tmp_path: Path) -> None:
    """Each sees the other's folder beside its own, takes that back, and counts anew."""
    specs = tmp_path / "specs"
    (specs / "spec-01-one").mkdir(parents=True)
    barrier = Barrier(2)

    def begin(name: str) -> Path:
        with World().runner(files=Together(barrier), here=tmp_path) as runner:
            return begin_spec(runner.places, Draft(name=name))

    with ThreadPoolExecutor() as pool:
        made = list(pool.map(begin, ("parser", "writer")))
    assert len({folder.name[:7] for folder in made}) == 2
    assert sorted(specs.iterdir()) == sorted([specs / "spec-01-one", *made])
    assert all((folder / "metadata.json").exists() for folder in made)


@dataclass
class Crowded(MemoryFiles):
    """Files among which somebody else takes so many numbers, each when we have taken it."""

    rivals: int = 0

    def make_folder(self, folder: Path) -> bool:
        is_new = super().make_folder(folder)
        if self.rivals and folder.name.endswith("-parser"):
            self.rivals -= 1
            rival = folder.with_name(folder.name.replace("parser", "writer"))
            self.contents[rival / "SPEC.md"] = b"theirs"
        return is_new


def test_a_number_that_another_takes_meanwhile_is_theirs() -> None:
    """What was made under it is gone again."""
    files = Crowded(contents={SPECS / "README.md": b""}, rivals=2)
    assert begun(files) == SPECS / "spec-03-parser"
    names = [folder.name for folder in files.folders(SPECS)]
    assert names == ["spec-01-writer", "spec-02-writer", "spec-03-parser"]


def test_where_every_number_is_taken_it_ends_with_nothing_made() -> None:
    files = Crowded(contents={SPECS / "README.md": b""}, rivals=10**6)
    with pytest.raises(RecordFailed, match="try again"):
        begun(files)
    assert not [folder for folder in files.folders(SPECS) if folder.name.endswith("-parser")]


def test_a_stop_leaves_nothing() -> None:
    """Not even the folder."""
    stop = StopRequest()

    @dataclass
    class Slow(MemoryFiles):
        def create(self, path: Path, data: bytes) -> bool:
            stop.ask(Cause.SIGINT)
            return super().create(path, data)

    files = Slow(contents={SPECS / "README.md": b""})
    with closing(stop), World().runner(files=files) as runner, pytest.raises(Interrupted):
        begin_spec(runner.places, Draft(name="parser"), stop)
    assert files.folders(SPECS) == []
