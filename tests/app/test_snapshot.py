"""The texts that a run is made from: taken in whole, from a workspace that has them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from helm.app.errors import InputInvalid
from helm.app.ports import WorkTree
from helm.app.settings import Config
from helm.app.snapshot import snapshot, template_warnings
from helm.app.specs import read_spec
from helm.app.workspace import Workspace
from helm.domain.events import InputText, SpecSnapshot
from tests.fakes import MemoryFiles

TOP = Path("/repo")
ROOT = TOP / "part"
SPECS = ROOT / "specs"
FOLDER = SPECS / "spec-01"
WORKER = SPECS / "implement.prompt-template.md"
VERIFIER = SPECS / "review.prompt-template.md"
WORKER_TEXT = "{{SPEC_BODY}}{{ACCEPTANCE_COMMANDS}}{{PREVIOUS_REMAINING_TASKS}}"
VERIFIER_TEXT = (
    "{{SPEC_BODY}}{{ACCEPTANCE_COMMANDS}}{{ACCEPTANCE_CHECKLIST}}{{IMPLEMENTATION_REPORT}}"
)
WORKSPACE = Workspace(
    root=ROOT,
    home=ROOT,
    specs_root=SPECS,
    config=Config(),
    configured=True,
    tree=WorkTree(top=TOP, common_folder=TOP / ".git", workspace="worktrees/a"),
)


@pytest.fixture
def files() -> MemoryFiles:
    """A workspace with all that a run of its one spec needs."""
    return MemoryFiles(
        {
            WORKER: WORKER_TEXT.encode(),
            VERIFIER: VERIFIER_TEXT.encode(),
            FOLDER / "SPEC.md": b"# A parser\r\n",
            FOLDER / "acceptance-checklist.md": b"- it parses\n",
            FOLDER / "metadata.json": b'{"id": "parser"}',
        }
    )


def taken(files: MemoryFiles) -> SpecSnapshot:
    """Take the spec in."""
    return snapshot(read_spec(files, FOLDER), WORKSPACE, files)


def refusal(files: MemoryFiles) -> str:
    """Say why the spec cannot be taken in, on the one line that the user gets."""
    with pytest.raises(InputInvalid) as error:
        taken(files)
    assert str(error.value).isprintable()
    return str(error.value)


def test_a_snapshot_holds_every_text_and_its_path(files: MemoryFiles) -> None:
    """Paths count from the top of the work tree, texts are those of the files to the byte."""
    folder = "part/specs/spec-01"
    assert taken(files) == SpecSnapshot(
        id="parser",
        name="A parser",
        workspace="worktrees/a",
        path=folder,
        body=InputText.of(f"{folder}/SPEC.md", "# A parser\r\n"),
        checklist=InputText.of(f"{folder}/acceptance-checklist.md", "- it parses\n"),
        worker_template=InputText.of("part/specs/implement.prompt-template.md", WORKER_TEXT),
        verifier_template=InputText.of("part/specs/review.prompt-template.md", VERIFIER_TEXT),
        metadata=InputText.of(f"{folder}/metadata.json", '{"id": "parser"}'),
    )


def test_each_text_leads_back_to_its_file(files: MemoryFiles) -> None:
    """What the log knows of a file can be compared with it."""
    for text in taken(files).inputs():
        assert files.contents[WORKSPACE.path_named(text.path)] == text.text.encode()


def test_a_missing_checklist_is_an_empty_one(files: MemoryFiles) -> None:
    """A spec needs none."""
    del files.contents[FOLDER / "acceptance-checklist.md"]
    assert taken(files).checklist.text == ""


@pytest.mark.parametrize(("path", "role"), [(WORKER, "worker"), (VERIFIER, "verifier")])
def test_a_missing_template_is_refused_with_what_to_write(
    files: MemoryFiles, path: Path, role: str
) -> None:
    """The line has the file, whose prompt it is, and what writes a working one."""
    del files.contents[path]
    assert refusal(files).startswith(f"{path} is missing; write the prompt for the {role} there")
    assert "{{SPEC_BODY}}" in refusal(files)
    assert refusal(files).endswith("or take helm's own: helm scaffold")


@pytest.mark.parametrize(("path", "role"), [(WORKER, "worker"), (VERIFIER, "verifier")])
@pytest.mark.parametrize("data", [b"", b" \n"])
def test_an_empty_template_is_refused(
    files: MemoryFiles, path: Path, role: str, data: bytes
) -> None:
    """An agent without a prompt would be paid for nothing."""
    files.contents[path] = data
    assert refusal(files) == f"{path} is empty; write the prompt for the {role} there"


@pytest.mark.parametrize("path", [WORKER, VERIFIER])
def test_a_template_that_is_no_utf8_is_refused(files: MemoryFiles, path: Path) -> None:
    """The line has the byte, and how to mend it."""
    files.contents[path] = b"Pr\xfcfe"
    assert refusal(files) == f"{path} is not UTF-8 (at byte 2); save it as UTF-8"


def test_a_template_that_cannot_be_read_fails(files: MemoryFiles) -> None:
    """A folder in its place is no template that is missing."""
    del files.contents[WORKER]
    files.made.add(WORKER)
    with pytest.raises(InputInvalid, match="is a folder; move it away"):
        taken(files)


def test_templates_with_all_placeholders_bring_no_warning(files: MemoryFiles) -> None:
    """Nothing is said where nothing is wrong."""
    assert template_warnings(taken(files)) == []


def test_a_placeholder_that_is_missing_brings_a_warning(files: MemoryFiles) -> None:
    """The line has the template, what it lacks, and who is told too little."""
    files.contents[WORKER] = b"Do {{SPEC_BODY}} {{spec_name}}"
    files.contents[VERIFIER] = b"Judge it."
    worker, verifier = template_warnings(taken(files))
    assert worker == (
        "part/specs/implement.prompt-template.md lacks {{ACCEPTANCE_COMMANDS}}, "
        "{{PREVIOUS_REMAINING_TASKS}}; the worker will not be told"
    )
    assert verifier.startswith("part/specs/review.prompt-template.md lacks {{SPEC_BODY}}, ")
    assert verifier.endswith("{{IMPLEMENTATION_REPORT}}; the verifier will not be told")
