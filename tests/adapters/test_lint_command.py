"""How `helm lint` tells what it has found: to people as a compiler does, to programs as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from helm.adapters.cli.commands import lint_command
from helm.adapters.cli.program import cli
from helm.app.findings import Code, Finding
from helm.app.lint import Inspection
from tests.programs import program

ERROR = Finding(
    code=Code.UNKNOWN_DEPENDENCY,
    path=Path("specs/spec-03/metadata.json"),
    line=4,
    message='`dependsOn` names "spec-9": no such spec; did you mean spec-09?',
    specs=frozenset({Path("specs/spec-03")}),
)
WARNING = Finding(
    code=Code.NO_ACCEPTANCE_COMMANDS, path=Path("specs/spec-03/metadata.json"), message="none"
)


class Found:
    """A linter that has found this already."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings

    def lint(self, words: tuple[str, ...]) -> Inspection:
        return Inspection(top=Path.cwd().parent, specs=2, findings=self.findings)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, from which findings are named."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lint(*findings: Finding, options: tuple[str, ...] = ()) -> Result:
    linter = Found(*findings)
    return CliRunner().invoke(
        cli, ["lint", *options], obj=program(open_linter=lambda _here: linter)
    )


def test_a_finding_is_a_line_and_the_last_line_is_a_count() -> None:
    result = lint(ERROR, WARNING)
    assert result.output.splitlines() == [
        f"specs/spec-03/metadata.json:4: error: {ERROR.message} [unknown-dependency]",
        "specs/spec-03/metadata.json: warning: none [no-acceptance-commands]",
        "2 specs: 1 error, 1 warning",
    ]


@pytest.mark.parametrize(
    ("findings", "options", "code"),
    [
        ((), (), 0),
        ((), ("--strict",), 0),
        ((WARNING,), (), 0),
        ((WARNING,), ("--strict",), 3),
        ((ERROR,), (), 3),
        ((ERROR,), ("--json",), 3),
    ],
)
def test_errors_end_with_3_and_warnings_where_that_is_asked(
    findings: tuple[Finding, ...], options: tuple[str, ...], code: int
) -> None:
    assert lint(*findings, options=options).exit_code == code


def test_programs_are_told_all_of_it(here: Path) -> None:
    finding = Finding(code=Code.NOT_IN_GIT, path=here, message="no git")
    told = json.loads(lint(ERROR, finding, options=("--json",)).output)
    assert (told["ok"], told["specs"], told["errors"], told["warnings"]) == (False, 2, 1, 1)
    first, second = told["findings"]
    assert first == {
        "severity": "error",
        "code": "unknown-dependency",
        "path": "specs/spec-03/metadata.json",
        "line": 4,
        "specs": ["spec-03"],
        "message": ERROR.message,
    }
    assert (second["path"], second["line"], second["specs"]) == (".", None, [])


def test_on_a_terminal_a_finding_is_broken_between_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lint_command, "terminal_width", lambda: 50)
    assert lint(ERROR).output.splitlines()[:-1] == [
        "specs/spec-03/metadata.json:4: error: `dependsOn`",
        '    names "spec-9": no such spec; did you mean',
        "    spec-09? [unknown-dependency]",
    ]


def test_what_is_of_no_file_is_of_the_environment() -> None:
    finding = Finding(code=Code.INVALID_ENVIRONMENT, path=None, message="MAX_ATTEMPTS='x'")
    assert lint(finding).output.startswith("environment: error: MAX_ATTEMPTS")
    assert json.loads(lint(finding, options=("--json",)).output)["findings"][0]["path"] is None


def test_a_path_that_somebody_has_written_is_told_as_they_wrote_it(here: Path) -> None:
    """Though the file that it stands in lies there, too."""
    path = here / "specs" / "spec-01" / "metadata.json"
    command = f"`nosuchprog {path.parent}/data`: no program nosuchprog on PATH"
    finding = Finding(code=Code.COMMAND_NOT_FOUND, path=path, message=command)
    assert f": warning: {command} [" in lint(finding).output
    (told,) = json.loads(lint(finding, options=("--json",)).output)["findings"]
    assert told["message"] == command


def test_a_name_that_would_steer_the_terminal_does_not() -> None:
    finding = Finding(code=Code.EMPTY_FILE, path=Path("a\x1b[2J\nb"), message="is\x1b[2J empty")
    assert lint(finding).output.splitlines()[0] == "a b: error: is empty [empty-file]"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_in_actions_a_finding_is_annotated_at_its_line(
    here: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """On standard error, so that standard output is what it is elsewhere.

    A runner finds files from the top of the work tree, wherever helm was called.
    """
    elsewhere = lint(ERROR, WARNING, options=options)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    told = lint(ERROR, WARNING, options=options)
    assert told.stdout == elsewhere.stdout
    assert elsewhere.stderr == ""
    file = f"file={here.name}/specs/spec-03/metadata.json"
    assert told.stderr.splitlines() == [
        f"::error {file},line=4,title=unknown-dependency::{ERROR.message}",
        f"::warning {file},title=no-acceptance-commands::none",
    ]
