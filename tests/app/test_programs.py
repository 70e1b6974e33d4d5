"""Which pager and which editor are the user's."""

import pytest

from helm.app.programs import editor, pager


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
