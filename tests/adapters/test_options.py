"""What several commands take alike."""

from __future__ import annotations

import pytest

from helm.adapters.cli import exits
from helm.adapters.cli.options import accepted_by


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (None, None),
        ([""], ()),
        ([" "], ()),
        ([" make test ", "make lint", "make test"], ("make test", "make lint")),
    ],
)
def test_commands_are_cleaned_and_each_is_taken_once(
    said: list[str] | None, meant: tuple[str, ...] | None
) -> None:
    """An empty one alone says that there is none, which is another thing than to say nothing."""
    assert accepted_by(said) == meant


@pytest.mark.parametrize("said", [["make test", ""], ["make\ntest"]])
def test_what_is_no_command_is_refused(
    said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        accepted_by(said)
    assert ended.value.code == exits.USAGE
    assert capsys.readouterr().err.startswith("helm: --accept ")
