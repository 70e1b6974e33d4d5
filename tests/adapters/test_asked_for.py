"""Which words ask for the screen, before anything that reads words is loaded."""

import pytest

from helm.adapters.cli.screen import Asked, asked_for


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], Asked()),
        (["run"], Asked()),
        (["run", "spec-01"], Asked("spec-01")),
        (["run", "--exec"], None),
        (["run", "-h"], None),
        (["run", "spec-01", "--exec"], None),
        (["run", "--db", "runs.db"], None),
        (["--help"], None),
        (["--version"], None),
        (["status"], None),
        ([""], None),
    ],
)
def test_only_a_call_without_options_opens_the_screen_at_once(
    words: list[str], asked: Asked | None
) -> None:
    assert asked_for(words) == asked
