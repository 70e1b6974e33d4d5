"""How `helm doctor` tells how things are: to people in a line each, to programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from typer.testing import CliRunner, Result

from helm.adapters.cli.program import cli
from helm.app.checks import Check, State
from tests.programs import program

WELL = Check(name="python", state=State.OK, detail="3.12.1")
DOUBTFUL = Check(name="repository", state=State.WARNING, detail="none", cure="git init")
ILL = Check(name="login", state=State.FAILED, detail="Not logged in", cure="codex login")


class Found:
    """A doctor who has made these checks already."""

    def __init__(self, *checks: Check) -> None:
        self.made = checks

    def checks(self) -> Iterator[Check]:
        yield from self.made


def doctor(*checks: Check, options: tuple[str, ...] = ()) -> Result:
    found = Found(*checks)
    return CliRunner().invoke(
        cli, ["doctor", *options], obj=program(open_doctor=lambda _here, _database: found)
    )


def test_each_check_is_a_line_and_what_mends_it_stands_below() -> None:
    assert doctor(WELL, DOUBTFUL, ILL).output.splitlines() == [
        "ok       python         3.12.1",
        "warning  repository     none",
        "                        git init",
        "failed   login          Not logged in",
        "                        codex login",
        "3 checks: 1 failed (login), 1 warning",
    ]


def test_what_has_failed_ends_with_3_and_a_warning_does_not() -> None:
    assert doctor(WELL, DOUBTFUL).exit_code == 0
    assert doctor(WELL, ILL).exit_code == 3
    assert doctor(ILL, options=("--json",)).exit_code == 3


def test_programs_are_told_all_of_it() -> None:
    told = json.loads(doctor(WELL, ILL, options=("--json",)).output)
    assert told == {
        "ok": False,
        "checks": [
            {"name": "python", "state": "ok", "detail": "3.12.1", "cure": None},
            {"name": "login", "state": "failed", "detail": "Not logged in", "cure": "codex login"},
        ],
    }


def test_what_a_program_says_does_not_steer_the_terminal() -> None:
    check = Check(name="git", state=State.WARNING, detail="a\x1b[2J\nb", cure="c\x07")
    assert doctor(check).output.splitlines()[:2] == ["warning  git            a b", " " * 24 + "c"]
