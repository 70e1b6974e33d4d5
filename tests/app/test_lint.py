"""What `helm lint` finds in a workspace in memory, and what it leaves alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helm.app.drafts import TEXTS as DRAFTS
from helm.app.errors import InputInvalid
from helm.app.findings import Code, Finding, Severity
from helm.app.lint import Inspection, Linter
from helm.app.ports import WorkTree
from helm.app.specs import InvalidSpec, discover
from helm.domain.prompt import PROMPT_LIMIT
from tests.domain.histories import JSON_VALUES, QUICK
from tests.fakes import MemoryFiles, MemoryGit

ROOT = Path("/repo")
SPECS = ROOT / "specs"
SPEC = SPECS / "spec-01"
CONFIG = ROOT / "helm.config.json"
WORKER = SPECS / "implement.prompt-template.md"
VERIFIER = SPECS / "review.prompt-template.md"
WORKER_TEXT = "{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n"
VERIFIER_TEXT = (
    "{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{ACCEPTANCE_CHECKLIST}}\n"
    "{{IMPLEMENTATION_REPORT}}\nSTATUS: ok\n"
)
IN_GIT = WorkTree(top=ROOT, common_folder=ROOT / ".git", workspace=".")


@dataclass
class Desk:
    """A workspace in which nothing is wrong, until a test changes it."""

    files: MemoryFiles = field(default_factory=MemoryFiles)
    git: MemoryGit = field(default_factory=lambda: MemoryGit([IN_GIT]))
    environment: dict[str, str] = field(default_factory=dict)
    programs: set[str] = field(default_factory=lambda: {"make"})

    def __post_init__(self) -> None:
        self.put(CONFIG, '{\n  "acceptanceCommands": ["make test"]\n}\n')
        self.put(WORKER, WORKER_TEXT)
        self.put(VERIFIER, VERIFIER_TEXT)
        self.spec("spec-01")

    def put(self, path: Path, text: str) -> None:
        """Write a file."""
        self.files.contents[path] = text.encode()

    def spec(self, folder: str, body: str = "# One\n\nDo it.\n", **metadata: object) -> Path:
        """Write a spec, and give its metadata's path; each key has a line of its own."""
        self.put(SPECS / folder / "SPEC.md", body)
        path = SPECS / folder / "metadata.json"
        self.put(path, json.dumps(metadata, indent=1))
        return path

    def lint(self, *words: str, here: Path = ROOT) -> Inspection:
        """Look at the specs of these words."""
        linter = Linter(self.files, self.git, here, self.environment, self.programs.__contains__)
        return linter.lint(words)

    def finding(self, *words: str) -> Finding:
        """Give the only finding."""
        (found,) = self.lint(*words).findings
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def codes(inspection: Inspection) -> list[Code]:
    return [each.code for each in inspection.findings]


def test_nothing_is_found_where_nothing_is_wrong(desk: Desk) -> None:
    inspection = desk.lint()
    assert (inspection.specs, inspection.findings) == (1, ())


# The workspace


def test_a_place_without_a_workspace_is_told_what_makes_one() -> None:
    linter = Linter(MemoryFiles(made={ROOT}), MemoryGit([IN_GIT]), ROOT, {}, bool)
    (found,) = linter.lint().findings
    assert (found.code, found.severity) == (Code.NO_WORKSPACE, Severity.ERROR)
    assert found.message.endswith("to make a workspace: helm scaffold")


def test_a_workspace_that_says_that_it_is_not_set_up_is_none(desk: Desk) -> None:
    desk.put(CONFIG, '{"initialized": false}')
    assert desk.finding().code is Code.NO_WORKSPACE


def test_every_value_of_the_configuration_that_is_refused_is_named_with_its_line(
    desk: Desk,
) -> None:
    desk.put(
        CONFIG,
        '{\n  "mode": "strct",\n  "acceptanceCommands": ["make test",\n    7],\n'
        '  "codexRunVer": {\n    "modle": "m"\n  },\n  "spcsRoot": "x"\n}\n',
    )
    found = desk.lint("spec-01").findings
    invalid = [each for each in found if each.code is Code.INVALID_CONFIGURATION]
    assert [each.line for each in invalid] == [2, 4, 6, 8]
    assert {each.path for each in invalid} == {CONFIG}
    assert any("did you mean `specsRoot`?" in each.message for each in invalid)


def test_a_configuration_that_is_not_json_hides_nothing_of_the_specs(desk: Desk) -> None:
    desk.put(CONFIG, '{\n  "mode": "strict",\n  oops\n}\n')
    desk.spec("spec-02", body=" \n", acceptanceCommands=["make"])
    desk.spec("spec-01", acceptanceCommands=["make"])
    first, second = desk.lint().findings
    assert (first.code, first.line) == (Code.INVALID_CONFIGURATION, 3)
    assert (second.code, second.path) == (Code.EMPTY_FILE, SPECS / "spec-02" / "SPEC.md")


def test_what_is_right_in_a_refused_configuration_still_holds(desk: Desk) -> None:
    desk.put(CONFIG, '{"specsRoot": "plans", "mode": 1, "acceptanceCommands": ["make"]}')
    for path in [each for each in desk.files.contents if each.is_relative_to(SPECS)]:
        moved = ROOT / "plans" / path.relative_to(SPECS)
        desk.files.contents[moved] = desk.files.contents.pop(path)
    assert codes(desk.lint("spec-01")) == [Code.INVALID_CONFIGURATION]


def test_a_variable_that_makes_no_sense_is_of_no_file(desk: Desk) -> None:
    desk.environment["MAX_ATTEMPTS"] = "many"
    found = desk.finding()
    assert (found.code, found.path, found.line) == (Code.INVALID_ENVIRONMENT, None, None)
    assert "MAX_ATTEMPTS" in found.message


def test_a_level_of_reasoning_that_nobody_knows_is_a_warning(desk: Desk) -> None:
    desk.put(CONFIG, '{"acceptanceCommands": ["make"], "codexRunImpl": {"reasoning": "very"}}')
    found = desk.finding()
    assert (found.code, found.severity) == (Code.UNKNOWN_REASONING, Severity.WARNING)


def test_outside_git_nobody_can_undo_anything(desk: Desk) -> None:
    desk.git.trees.clear()
    assert (desk.finding().code, desk.finding().severity) == (Code.NOT_IN_GIT, Severity.WARNING)


def test_in_a_bare_repository_neither_a_workspace_nor_another_repository_is_to_be_made(
    desk: Desk,
) -> None:
    desk.files = MemoryFiles(made={ROOT})
    desk.git = MemoryGit(bare={ROOT})
    found = desk.finding()
    assert found.code is Code.NO_WORKSPACE
    assert found.message == "a bare repository has no work tree; clone it, and work there"


def test_a_git_that_refuses_to_answer_hides_nothing_else(desk: Desk) -> None:
    class Refusing(MemoryGit):
        def work_tree(self, folder: Path) -> WorkTree | None:
            raise InputInvalid(f"git cannot tell the work tree of {folder}: dubious ownership")

        def lacks_work_tree(self, folder: Path) -> bool:
            raise InputInvalid(f"git cannot be asked of {folder} either")

    desk.git = Refusing()
    desk.spec("spec-01", body="")
    assert codes(desk.lint()) == [Code.GIT_REFUSES, Code.EMPTY_FILE]


def test_a_workspace_without_specs_is_told_how_to_begin_one(desk: Desk) -> None:
    for path in [each for each in desk.files.contents if each.parent == SPEC]:
        del desk.files.contents[path]
    found = desk.finding()
    assert (found.code, found.severity) == (Code.NO_SPECS, Severity.WARNING)
    assert "helm new" in found.message


# The templates


@pytest.mark.parametrize("path", [WORKER, VERIFIER])
def test_a_template_must_be_there_and_hold_text(desk: Desk, path: Path) -> None:
    whole = desk.files.contents.pop(path)
    assert codes(desk.lint()) == [Code.MISSING_FILE]
    assert "helm scaffold" in desk.finding().message
    desk.put(path, " \n")
    assert codes(desk.lint()) == [Code.EMPTY_FILE]
    desk.files.contents[path] = whole + b"\xff"
    assert codes(desk.lint()) == [Code.UNREADABLE_FILE]
    assert desk.finding().message.startswith("is not UTF-8")


@pytest.mark.parametrize(
    ("path", "name", "code"),
    [
        (WORKER, "SPEC_BODY", Code.MISSING_PLACEHOLDER),
        (WORKER, "PREVIOUS_REMAINING_TASKS", Code.MISSING_PLACEHOLDER),
        (WORKER, "ACCEPTANCE_COMMANDS", Code.OMITTED_PLACEHOLDER),
        (VERIFIER, "SPEC_BODY", Code.MISSING_PLACEHOLDER),
        (VERIFIER, "IMPLEMENTATION_REPORT", Code.MISSING_PLACEHOLDER),
        (VERIFIER, "ACCEPTANCE_CHECKLIST", Code.OMITTED_PLACEHOLDER),
    ],
)
def test_a_placeholder_that_is_left_out_is_missed(
    desk: Desk, path: Path, name: str, code: Code
) -> None:
    desk.put(path, desk.files.contents[path].decode().replace(f"{{{{{name}}}}}", ""))
    found = desk.finding()
    assert (found.code, found.path) == (code, path)
    assert f"{{{{{name}}}}}" in found.message
    vital = code is Code.MISSING_PLACEHOLDER
    assert found.severity is (Severity.ERROR if vital else Severity.WARNING)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("{{SPEC_NMAE}}", "did you mean SPEC_NAME?"),
        ("{{ SPEC_NAME }}", "write {{SPEC_NAME}}"),
        ("{{mode}}", "write {{MODE}}"),
        ("{{IMPLEMENTATION_REPORT}}", "{{IMPLEMENTATION_REPORT}} is not for the worker"),
        ("{{weather}}", "there are SPEC_ID"),
    ],
)
def test_a_placeholder_that_nothing_is_put_for_is_named_with_its_line(
    desk: Desk, written: str, advice: str
) -> None:
    desk.put(WORKER, f"{WORKER_TEXT}\nSo: {written}\n")
    found = desk.finding()
    assert (found.code, found.line) == (Code.UNKNOWN_PLACEHOLDER, 5)
    assert written in found.message
    assert advice in found.message


def test_a_verifier_must_be_told_how_its_answer_begins(desk: Desk) -> None:
    desk.put(VERIFIER, VERIFIER_TEXT.replace("STATUS: ok", "Say whether it is done."))
    found = desk.finding()
    assert (found.code, found.severity) == (Code.NO_STATUS_LINE, Severity.ERROR)


# A spec


@pytest.mark.parametrize("folder", ["one", ".one"])
def test_a_spec_that_is_named_is_looked_at_whatever_its_folder_is_called(
    desk: Desk, folder: str
) -> None:
    desk.put(SPECS / folder / "metadata.json", "{}")
    for words in (folder, f"specs/{folder}"):
        found = desk.finding(words)
        assert (found.code, found.path) == (Code.MISSING_FILE, SPECS / folder / "SPEC.md")


def test_one_depends_on_a_spec_that_has_only_its_metadata(desk: Desk) -> None:
    desk.put(SPECS / "one" / "metadata.json", "{}")
    desk.spec("spec-02", dependsOn=["one"])
    assert codes(desk.lint()) == [Code.MISSING_FILE]


@pytest.mark.parametrize("name", ["SPEC.md", "metadata.json"])
def test_a_file_that_a_spec_needs_is_missed(desk: Desk, name: str) -> None:
    del desk.files.contents[SPEC / name]
    found = desk.finding()
    assert (found.code, found.path) == (Code.MISSING_FILE, SPEC / name)
    assert found.specs == {SPEC}


@pytest.mark.parametrize("name", ["SPEC.md", "metadata.json", "acceptance-checklist.md"])
def test_a_file_that_is_not_utf8_is_named(desk: Desk, name: str) -> None:
    desk.files.contents[SPEC / name] = b"# \xff"
    found = desk.finding()
    assert (found.code, found.path) == (Code.UNREADABLE_FILE, SPEC / name)
    assert found.message == "is not UTF-8 (at byte 2); save it as UTF-8"


def test_all_that_is_wrong_in_metadata_is_told_at_once(desk: Desk) -> None:
    path = desk.spec("spec-01", id=3, status="finished", dependsOn=["spec-01", 4])
    found = desk.lint().findings
    assert codes(desk.lint()) == [Code.INVALID_METADATA] * 3
    assert [(each.path, each.line) for each in found] == [(path, 2), (path, 3), (path, 6)]


def test_metadata_that_is_not_json_is_named_with_the_line(desk: Desk) -> None:
    desk.put(SPEC / "metadata.json", '{\n "id": spec"\n}')
    assert (desk.finding().code, desk.finding().line) == (Code.INVALID_METADATA, 2)


def test_a_broken_spec_does_not_hide_what_is_wrong_with_others(desk: Desk) -> None:
    desk.put(SPEC / "metadata.json", "{")
    desk.spec("spec-02", body="no heading")
    assert codes(desk.lint()) == [Code.INVALID_METADATA, Code.UNNAMED_SPEC]


def test_every_spec_that_cannot_be_read_has_an_error(desk: Desk) -> None:
    desk.files.too_large[SPEC / "SPEC.md"] = 10**9
    found = desk.finding()
    assert (found.code, found.severity) == (Code.UNREADABLE_FILE, Severity.ERROR)
    assert found.message.startswith("has 1000000000 bytes")


@pytest.mark.parametrize(("name", "found"), [({}, [Code.UNNAMED_SPEC]), ({"name": "A"}, [])])
def test_a_spec_has_a_name_by_its_heading_or_by_its_metadata(
    desk: Desk, name: dict[str, str], found: list[Code]
) -> None:
    desk.spec("spec-01", body="Do it.\n", **name)
    assert codes(desk.lint()) == found


@pytest.mark.parametrize(
    ("spec_id", "found"),
    [("spec-01-parser", []), ("spec-01", []), ("parser", [Code.MISLEADING_ID])],
)
def test_an_id_that_leads_away_from_its_folder_is_a_warning(
    desk: Desk, spec_id: str, found: list[Code]
) -> None:
    desk = Desk()
    del desk.files.contents[SPEC / "SPEC.md"], desk.files.contents[SPEC / "metadata.json"]
    desk.spec("spec-01-parser", id=spec_id)
    assert codes(desk.lint()) == found


def test_what_helm_new_left_to_be_written_must_be_written(desk: Desk) -> None:
    for name in ("SPEC.md", "acceptance-checklist.md"):
        desk.put(SPEC / name, (DRAFTS / name).read_text(encoding="utf-8"))
    found = desk.lint().findings
    assert codes(desk.lint()) == [Code.UNTOUCHED_TEMPLATE] * 2
    assert {each.severity for each in found} == {Severity.ERROR}
    for each in found:
        assert each.path
        lines = desk.files.contents[each.path].decode().splitlines()
        assert "TODO:" in lines[(each.line or 0) - 1]


@pytest.mark.parametrize(
    "line",
    ["TODO: fill in", "- TODO: the files", "1. TODO: rules", "- TODO", "- [ ] TODO", "$ TODO: x"],
)
@pytest.mark.parametrize("name", ["SPEC.md", "acceptance-checklist.md"])
def test_a_line_that_is_still_a_todo_is_a_warning(desk: Desk, name: str, line: str) -> None:
    desk.put(SPEC / name, f"# Lists\n\nSort them.\n{line}\n")
    found = desk.finding()
    assert (found.code, found.severity) == (Code.LEFT_TODO, Severity.WARNING)
    assert (found.path, found.line) == (SPEC / name, 4)


@pytest.mark.parametrize(
    "line",
    [
        "Print each line that begins with TODO: as it is.",
        "- TODO items are shown first.",
        "- TODO.md is left",
        "TODOs go",
        "1. TODO\n2. DOING\n3. DONE",
        "```\nTODO: buy milk\n```",
        "~~~~ text\n~~~\n```\nTODO: buy milk\n~~~~",
        "```\n```sh\nTODO: buy milk\n```",
    ],
)
def test_a_todo_of_the_authors_own_is_their_affair(desk: Desk, line: str) -> None:
    desk.spec("spec-01", body=f"# Lists\n\n{line}\n")
    assert desk.lint().findings == ()


def test_behind_a_fence_a_todo_is_one_again(desk: Desk) -> None:
    """Backquotes within a line open none."""
    desk.spec(
        "spec-01",
        body="# Lists\n\n```x```\n~~~\nTODO: milk\n~~~\n```sh\n$ x\n```\n- ```\n  ```\n- TODO\n",
    )
    assert (desk.finding().code, desk.finding().line) == (Code.LEFT_TODO, 12)
    desk.spec("spec-01", body="```x```\n- TODO\n")
    assert Code.LEFT_TODO in codes(desk.lint())


def test_a_body_of_headings_alone_is_a_warning(desk: Desk) -> None:
    desk.spec("spec-01", body="# Title\n\n## Rules\n")
    assert (desk.finding().code, desk.finding().severity) == (Code.NO_TEXT, Severity.WARNING)


def test_a_report_that_is_a_folder_is_an_error(desk: Desk) -> None:
    desk.files.made.add(SPEC / "implementation-report.md")
    found = desk.finding()
    assert (found.code, found.severity) == (Code.UNREADABLE_FILE, Severity.ERROR)


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("dependson", "dependsOn"),
        ("depends_on", "dependsOn"),
        ("acceptanceCommand", "acceptanceCommands"),
        ("statsu", "status"),
    ],
)
def test_a_key_that_is_a_known_one_misspelt_is_a_warning(desk: Desk, key: str, asked: str) -> None:
    """Also beside the known one, as long as that is empty: `helm new` writes it so."""
    metadata: dict[str, Any] = {"dependsOn": [], key: ["x"]}
    path = desk.spec("spec-01", **metadata)
    found = desk.finding()
    assert (found.code, found.severity) == (Code.MISSPELT_KEY, Severity.WARNING)
    assert (found.path, found.line) == (path, 3)
    assert f"did you mean `{asked}`?" in found.message


@pytest.mark.parametrize(
    "key", ["owner", "title", "tags", "priority", "uid", "$schema", "names", "note", "lastRunBy"]
)
def test_a_foreign_key_is_its_owners(desk: Desk, key: str) -> None:
    desk.spec("spec-01", name="One", **{key: "x"})
    assert desk.lint().findings == ()


# What it is accepted by


def test_a_command_of_a_spec_is_not_blank_as_the_workspace_s_are_not(desk: Desk) -> None:
    path = desk.spec("spec-01", acceptanceCommands=["make", "  "])
    found = desk.finding()
    assert (found.code, found.path, found.line) == (Code.INVALID_METADATA, path, 4)


def test_a_spec_that_nothing_is_accepted_by_is_a_warning(desk: Desk) -> None:
    desk.put(CONFIG, "{}")
    path = desk.spec("spec-01", id="spec-01", acceptanceCommands=[])
    found = desk.finding()
    assert (found.code, found.severity) == (Code.NO_ACCEPTANCE_COMMANDS, Severity.WARNING)
    assert (found.path, found.line) == (path, 3)


def test_a_command_whose_program_is_not_there_is_a_warning_where_it_stands(desk: Desk) -> None:
    desk.put(CONFIG, '{\n "acceptanceCommands": [\n  "make test",\n  "pytset -q"\n ]\n}')
    desk.spec("spec-01", acceptanceCommands=["make", "carg test"])
    first, second = desk.lint().findings
    assert (first.code, first.path, first.line) == (Code.COMMAND_NOT_FOUND, CONFIG, 4)
    assert (second.code, second.path) == (Code.COMMAND_NOT_FOUND, SPEC / "metadata.json")
    assert "pytset" in first.message


def test_a_command_of_all_specs_with_a_path_is_looked_for_in_the_work_tree(desk: Desk) -> None:
    desk.put(ROOT / "bin" / "there.sh", "")
    commands = ["./bin/there.sh", "bin/there.sh x", "./no.sh"]
    desk.put(CONFIG, json.dumps({"acceptanceCommands": commands}))
    found = desk.finding()
    assert (found.code, found.severity) == (Code.COMMAND_NOT_FOUND, Severity.WARNING)
    assert found.path == CONFIG
    assert "./no.sh is not there; make it" in found.message


def test_a_command_of_one_spec_may_be_what_its_worker_is_to_write(desk: Desk) -> None:
    """Unless it lies somewhere else."""
    desk.spec("spec-01", acceptanceCommands=["./no.sh", "/opt/no.sh"])
    assert "/opt/no.sh is not there" in desk.finding().message


@pytest.mark.parametrize("command", ['rm -rf "unclosed', 'echo "x', "it's"])
def test_a_command_that_no_shell_can_read_is_a_warning(desk: Desk, command: str) -> None:
    desk.put(CONFIG, json.dumps({"acceptanceCommands": [command]}))
    desk.spec("spec-01", acceptanceCommands=[command])
    assert codes(desk.lint()) == [Code.OPEN_QUOTATION] * 2
    assert {each.severity for each in desk.lint().findings} == {Severity.WARNING}


@pytest.mark.parametrize("name", ["../x", "/elsewhere", ".git/specs"])
def test_a_specs_root_that_helm_would_not_make_is_a_warning(desk: Desk, name: str) -> None:
    desk.put(CONFIG, json.dumps({"specsRoot": name}))
    root = {"../x": Path("/x"), "/elsewhere": Path("/elsewhere")}.get(name, ROOT / name)
    desk.files.made.add(root)
    found = desk.lint().findings[0]
    assert (found.code, found.severity, found.path) == (
        Code.ODD_SPECS_ROOT,
        Severity.WARNING,
        CONFIG,
    )


@pytest.mark.parametrize(
    "command",
    [
        "CI=1 make",
        "cd sub && nosuch",
        "shopt -s globstar; make",
        "kill -0 1",
        "coproc cat",
        "logout",
        "make # don't",
        "cat <<E\nit's\nE",
        "test $'it\\'s'",
        """echo "$(echo "it's")" """,
        "~/made-by-the-worker",
        "./made-by-the-worker",
        "$MAKE test",
        "! grep -r x .",
        "test -f x",
        "(make)",
    ],
)
def test_what_only_a_shell_can_tell_is_left_to_it(desk: Desk, command: str) -> None:
    desk.spec("spec-01", acceptanceCommands=[command])
    assert desk.lint().findings == ()


# How long its prompts are


@pytest.mark.parametrize(
    ("size", "found"),
    [
        (PROMPT_LIMIT // 2, []),
        (PROMPT_LIMIT * 9 // 10, [Code.PROMPT_NEAR_LIMIT] * 2),
        (PROMPT_LIMIT, [Code.PROMPT_TOO_LONG] * 2),
    ],
)
def test_a_prompt_is_measured_as_a_run_would_render_it(
    desk: Desk, size: int, found: list[Code]
) -> None:
    desk.spec("spec-01", body="# Long\n".ljust(size, "x"))
    assert codes(desk.lint()) == found


# Among specs


def test_a_dependency_that_no_spec_has_is_named_with_its_line_and_what_was_meant(
    desk: Desk,
) -> None:
    desk.spec("spec-09-parser")
    path = desk.spec("spec-02", dependsOn=["spec-01", "spec-9"])
    found = desk.finding()
    assert (found.code, found.path, found.line) == (Code.UNKNOWN_DEPENDENCY, path, 4)
    assert found.message.endswith('"spec-9": no such spec; did you mean spec-09-parser?')


def test_a_circle_is_told_once_and_of_each_spec_in_it(desk: Desk) -> None:
    desk.spec("spec-01", dependsOn=["two"])
    desk.spec("spec-02-b", id="two", dependsOn=["spec-03"])
    desk.spec("spec-03", dependsOn=["spec-01"])
    found = [each for each in desk.lint().findings if each.code is Code.DEPENDENCY_CYCLE]
    assert [(each.path, each.line) for each in found] == [(SPEC / "metadata.json", 3)]
    assert "spec-01 -> spec-02-b -> spec-03 -> spec-01" in found[0].message
    assert found[0] in desk.lint("spec-03").findings


def test_a_spec_that_waits_for_itself_is_a_circle(desk: Desk) -> None:
    desk.spec("spec-01", dependsOn=["spec-01"])
    assert desk.finding().code is Code.DEPENDENCY_CYCLE


def test_a_name_of_two_specs_is_told_at_both(desk: Desk) -> None:
    desk.spec("spec-01", id="spec-01")
    desk.spec("spec-02", id="spec-01")
    found = [each for each in desk.lint().findings if each.code is Code.DUPLICATE_ID]
    assert [each.path for each in found] == [
        SPECS / "spec-01" / "metadata.json",
        SPECS / "spec-02" / "metadata.json",
    ]


# Whatever is in a file

JSON = st.one_of(
    JSON_VALUES.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("id", "name", "dependsOn", "acceptanceCommands"), JSON_VALUES),
    ).map(lambda value: json.dumps(value).encode()),
)
ANYTHING = st.one_of(st.binary(), JSON, st.text().map(lambda text: text.encode(errors="replace")))


@QUICK
@given(
    path=st.sampled_from([CONFIG, WORKER, VERIFIER, SPEC / "SPEC.md", SPEC / "metadata.json"]),
    data=ANYTHING,
)
@example(path=SPEC / "metadata.json", data=b'{"n": ' + b"9" * 5000 + b"}")
@example(path=SPEC / "metadata.json", data=b'{"n": ' + b"[" * 5000 + b"]" * 5000 + b"}")
@example(path=CONFIG, data=b'{"redact": ["\\ud800"]}')
def test_whatever_a_file_holds_is_told_and_a_spec_that_cannot_be_read_has_an_error(
    path: Path, data: bytes
) -> None:
    desk = Desk()
    desk.files.contents[path] = data
    inspection = desk.lint()
    broken = any(isinstance(each, InvalidSpec) for each in discover(desk.files, SPECS))
    assert inspection.count(Severity.ERROR) or not broken


# What is asked for


def test_of_a_named_spec_only_its_own_findings_are_told_and_those_of_all(desk: Desk) -> None:
    desk.put(WORKER, WORKER_TEXT.replace("{{SPEC_BODY}}", ""))
    desk.spec("spec-01", body="")
    desk.spec("spec-02", body="")
    inspection = desk.lint("spec-02")
    assert inspection.specs == 1
    assert [each.path for each in inspection.findings] == [WORKER, SPECS / "spec-02" / "SPEC.md"]


def test_a_spec_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(InputInvalid, match="did you mean spec-01"):
        desk.lint("spec-10")


def test_a_spec_elsewhere_is_looked_at_where_it_lies(desk: Desk) -> None:
    other = Path("/elsewhere/specs")
    desk.put(other / "spec-07" / "SPEC.md", "# Seven")
    desk.put(other / "spec-07" / "metadata.json", "{}")
    found = desk.lint("/elsewhere/specs/spec-07").findings
    templates = [each.path for each in found if each.code is Code.MISSING_FILE]
    assert templates == [other / WORKER.name, other / VERIFIER.name]


def test_findings_are_counted_by_severity(desk: Desk) -> None:
    desk.spec("spec-01", body="")
    desk.git.trees.clear()
    inspection = desk.lint()
    assert [inspection.count(each) for each in Severity] == [1, 1]
