"""Which pager and which editor are the user's."""

import subprocess

import pytest

from helm.app.programs import editor, pager, shell_words


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({}, "less"),
        ({"PAGER": "more -d"}, "more -d"),
        ({"PAGER": "more", "HELM_PAGER": " most "}, "most"),
        ({"PAGER": "more", "HELM_PAGER": ""}, ""),
        ({"PAGER": "cat"}, ""),
    ],
)
def test_the_pager_is_the_users_own_word_or_less(
    environment: dict[str, str], command: str
) -> None:
    """helm's own variable goes first; an empty one, or cat, is none."""
    assert pager(environment, lambda _: True) == command


def test_without_less_there_is_no_pager() -> None:
    """Nothing is started that is not there."""
    assert pager({}, lambda _: False) == ""


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({}, ""),
        ({"EDITOR": "vim"}, "vim"),
        ({"EDITOR": "vim", "VISUAL": "code --wait"}, "code --wait"),
        ({"EDITOR": "vim", "VISUAL": " "}, "vim"),
    ],
)
def test_the_editor_is_the_users_own_word_or_none(
    environment: dict[str, str], command: str
) -> None:
    """$VISUAL goes before $EDITOR, as everywhere."""
    assert editor(environment) == command


def test_a_command_is_the_shells_to_read_and_its_file_is_not() -> None:
    """An editor comes with options; a path may hold whatever a path may hold."""
    words = shell_words("printf '%s|'", "a $(b) c.md")
    assert subprocess.check_output(words) == b"a $(b) c.md|"
