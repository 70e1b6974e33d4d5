"""The contract of the `Files` port, kept by the disk and by the fake alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from helm.adapters.files.tree import DiskFiles
from helm.app.errors import RecordFailed
from helm.app.ports import Files
from tests.fakes import MemoryFiles


@pytest.fixture(params=["disk", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return DiskFiles() if request.param == "disk" else MemoryFiles(made={tmp_path})


def one_line(error: pytest.ExceptionInfo[RecordFailed]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_what_is_written_is_read_back_to_the_byte(files: Files, tmp_path: Path) -> None:
    """Any bytes are kept: NUL, invalid UTF-8, line ends of any kind, no final line end."""
    data = bytes(range(256)) + b"\r\n\r\n\n no end"
    files.write(tmp_path / "metadata.json", data)
    assert files.read(tmp_path / "metadata.json") == data


def test_a_file_can_be_empty(files: Files, tmp_path: Path) -> None:
    """An empty file is there, and is not the same as none."""
    files.write(tmp_path / "SPEC.md", b"")
    assert files.read(tmp_path / "SPEC.md") == b""


def test_a_missing_file_reads_as_none(files: Files, tmp_path: Path) -> None:
    """A file that is not there is an answer, also where its folder is missing."""
    assert files.read(tmp_path / "SPEC.md") is None
    assert files.read(tmp_path / "gone" / "SPEC.md") is None


def test_nothing_lies_below_a_file(files: Files, tmp_path: Path) -> None:
    """A path that goes on behind a file leads nowhere: no file is there, and no folder."""
    files.write(tmp_path / "specs", b"a file")
    assert files.read(tmp_path / "specs" / "SPEC.md") is None
    assert files.folders(tmp_path / "specs") == []


def test_a_file_exists_once_it_is_written(files: Files, tmp_path: Path) -> None:
    """A file exists, also an empty one; a folder is no file, and what is missing is neither."""
    files.write(tmp_path / "runs.db", b"")
    assert files.exists(tmp_path / "runs.db")
    assert not files.exists(tmp_path)
    assert not files.exists(tmp_path / "gone")
    assert not files.exists(tmp_path / "runs.db" / "below")


def test_a_stamp_changes_with_the_file_and_with_nothing_else(files: Files, tmp_path: Path) -> None:
    """Of what is missing there is none, whatever it may be below."""
    path = tmp_path / "SPEC.md"
    assert files.stamp(path) is None
    assert files.stamp(path / "below") is None
    files.write(path, b"one")
    first = files.stamp(path)
    files.write(tmp_path / "other", b"")
    assert files.stamp(path) == first is not None
    files.write(path, b"two")
    assert files.stamp(path) != first


def test_only_a_folder_is_a_folder(files: Files, tmp_path: Path) -> None:
    """A file is none, and neither is what is missing."""
    files.write(tmp_path / "specs", b"a file")
    assert files.is_folder(tmp_path)
    assert not files.is_folder(tmp_path / "specs")
    assert not files.is_folder(tmp_path / "gone")
    assert not files.is_folder(tmp_path / "specs" / "below")


def test_a_folder_cannot_be_read_as_a_file(files: Files, tmp_path: Path) -> None:
    """A folder where a file is expected is an error that names it."""
    files.write(tmp_path / "spec.file", b"")
    with pytest.raises(RecordFailed) as error:
        files.read(tmp_path)
    assert str(tmp_path) in one_line(error)


def test_writing_replaces_what_was_there(files: Files, tmp_path: Path) -> None:
    """The new content is all that is left, also where it is shorter."""
    files.write(tmp_path / "report.md", b"the first, longer content")
    files.write(tmp_path / "report.md", b"the second")
    assert files.read(tmp_path / "report.md") == b"the second"


def test_a_file_cannot_be_written_where_there_is_no_folder(files: Files, tmp_path: Path) -> None:
    """A spec folder that was removed does not come back with a report in it."""
    with pytest.raises(RecordFailed) as error:
        files.write(tmp_path / "gone" / "report.md", b"text")
    assert str(tmp_path / "gone") in one_line(error)
    assert files.folders(tmp_path) == []


def test_a_file_cannot_be_written_over_a_folder(files: Files, tmp_path: Path) -> None:
    """A folder in the place of a projection is left alone."""
    with pytest.raises(RecordFailed) as error:
        files.write(tmp_path, b"text")
    assert str(tmp_path) in one_line(error)


def test_there_are_no_folders_in_a_missing_folder(files: Files, tmp_path: Path) -> None:
    """A workspace without a specs root has no specs, and that is no error."""
    assert files.folders(tmp_path / "specs") == []


def test_files_are_not_among_the_folders(files: Files, tmp_path: Path) -> None:
    """A README beside the specs is no spec."""
    files.write(tmp_path / "README.md", b"text")
    assert files.folders(tmp_path) == []


def test_files_are_listed_without_folders(files: Files, tmp_path: Path) -> None:
    """They come sorted; a folder that is not there has none."""
    files.make_folder(tmp_path / "specs")
    files.write(tmp_path / "b.py", b"")
    files.write(tmp_path / "a.py", b"")
    assert files.files(tmp_path) == [tmp_path / "a.py", tmp_path / "b.py"]
    assert files.files(tmp_path / "nosuch") == []


MAKING = ["make_folder", "make_private"]


@pytest.mark.parametrize("making", MAKING)
def test_a_folder_is_made_with_those_above_it(files: Files, tmp_path: Path, making: str) -> None:
    """What is missing on the way is made, too; a file can then be written there."""
    getattr(files, making)(tmp_path / ".helm" / "locks")
    assert files.folders(tmp_path / ".helm") == [tmp_path / ".helm" / "locks"]
    files.write(tmp_path / ".helm" / ".gitignore", b"*\n")


@pytest.mark.parametrize("making", MAKING)
def test_making_a_folder_that_is_there_changes_nothing(
    files: Files, tmp_path: Path, making: str
) -> None:
    """Who makes sure of a folder need not look first."""
    getattr(files, making)(tmp_path / ".helm")
    files.write(tmp_path / ".helm" / "kept", b"text")
    getattr(files, making)(tmp_path / ".helm")
    assert files.read(tmp_path / ".helm" / "kept") == b"text"


def test_who_makes_a_folder_is_told_whether_it_is_theirs(files: Files, tmp_path: Path) -> None:
    assert files.make_folder(tmp_path / "specs" / "deep")
    assert not files.make_folder(tmp_path / "specs" / "deep")
    assert not files.make_folder(tmp_path / "specs")


@pytest.mark.parametrize("making", MAKING)
@pytest.mark.parametrize("below", ["", "locks"])
def test_no_folder_takes_the_place_of_a_file(
    files: Files, tmp_path: Path, below: str, making: str
) -> None:
    """A file that stands in the way stays, and the error names the folder."""
    files.write(tmp_path / ".helm", b"a file")
    with pytest.raises(RecordFailed) as error:
        getattr(files, making)(tmp_path / ".helm" / below)
    assert str(tmp_path / ".helm" / below) in one_line(error)
    assert files.read(tmp_path / ".helm") == b"a file"


def test_a_broken_file_is_kept_under_another_name(files: Files, tmp_path: Path) -> None:
    """Setting aside frees the name and keeps the bytes."""
    path = tmp_path / "metadata.json"
    files.write(path, b"{broken")
    aside = files.set_aside(path)
    assert aside.name == "metadata.json.broken"
    assert files.read(aside) == b"{broken"
    assert files.read(path) is None


def test_setting_aside_again_loses_nothing(files: Files, tmp_path: Path) -> None:
    """Each other content that was ever set aside keeps a name of its own."""
    path = tmp_path / "metadata.json"
    kept = {}
    for content in (b"{first", b"{second", b"{third"):
        files.write(path, content)
        kept[files.set_aside(path).name] = content
    names = ["metadata.json.broken", "metadata.json.broken.2", "metadata.json.broken.3"]
    assert list(kept) == names
    assert [files.read(tmp_path / name) for name in names] == list(kept.values())


def test_the_same_broken_content_is_kept_once(files: Files, tmp_path: Path) -> None:
    """A file that breaks the same way each time does not fill the folder."""
    path = tmp_path / "metadata.json"
    files.write(path, b"{broken")
    first = files.set_aside(path)
    files.write(path, b"{broken")
    assert files.set_aside(path) == first
    assert files.read(path) is None


def test_a_missing_file_cannot_be_set_aside(files: Files, tmp_path: Path) -> None:
    """Somebody who removes the broken file meanwhile gets an error that names it."""
    with pytest.raises(RecordFailed) as error:
        files.set_aside(tmp_path / "metadata.json")
    assert str(tmp_path / "metadata.json") in one_line(error)


def test_a_writable_folder_satisfies_the_check(files: Files, tmp_path: Path) -> None:
    """The check passes without a word, and leaves nothing behind."""
    files.require_writable(tmp_path)
    assert files.folders(tmp_path) == []


def test_a_missing_folder_fails_the_check(files: Files, tmp_path: Path) -> None:
    """No file can be made in a folder that is not there."""
    with pytest.raises(RecordFailed) as error:
        files.require_writable(tmp_path / "gone")
    assert str(tmp_path / "gone") in one_line(error)


def test_a_file_in_the_place_of_a_folder_fails_the_check(files: Files, tmp_path: Path) -> None:
    """No file can be made in a file."""
    files.write(tmp_path / "specs", b"a file")
    with pytest.raises(RecordFailed) as error:
        files.require_writable(tmp_path / "specs")
    assert str(tmp_path / "specs") in one_line(error)


def test_a_file_is_created_where_there_is_none(files: Files, tmp_path: Path) -> None:
    """With all its bytes; a second time it is there, and stays as it is."""
    assert files.create(tmp_path / "README.md", b"ours\x00")
    assert not files.create(tmp_path / "README.md", b"theirs")
    assert files.read(tmp_path / "README.md") == b"ours\x00"


def test_nothing_is_created_in_the_place_of_a_folder(files: Files, tmp_path: Path) -> None:
    """Its name is taken."""
    files.make_folder(tmp_path / "specs")
    assert not files.create(tmp_path / "specs", b"a file")
    assert files.is_folder(tmp_path / "specs")


def test_nothing_is_created_in_a_folder_that_is_missing(files: Files, tmp_path: Path) -> None:
    """The refusal is one line."""
    with pytest.raises(RecordFailed) as error:
        files.create(tmp_path / "gone" / "README.md", b"")
    assert "README.md" in one_line(error) or "gone" in one_line(error)


def test_a_file_can_be_removed(files: Files, tmp_path: Path) -> None:
    """And what is gone already is no failure."""
    files.write(tmp_path / "README.md", b"x")
    files.remove(tmp_path / "README.md")
    assert not files.exists(tmp_path / "README.md")
    files.remove(tmp_path / "README.md")
    assert files.is_folder(tmp_path)


def test_an_empty_folder_can_be_removed_and_no_other(files: Files, tmp_path: Path) -> None:
    """What somebody has put into it meanwhile is theirs."""
    files.make_folder(tmp_path / "specs" / "deep")
    with pytest.raises(RecordFailed) as error:
        files.remove(tmp_path / "specs")
    one_line(error)
    files.remove(tmp_path / "specs" / "deep")
    assert files.is_folder(tmp_path / "specs")
    files.remove(tmp_path / "specs")
    assert not files.is_folder(tmp_path / "specs")
