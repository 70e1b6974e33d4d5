"""What a spec folder is called, and by which commands it is accepted."""

from __future__ import annotations

import pytest

from helm.domain.specs import UNNAMED, acceptance_commands, spec_id, spec_name


@pytest.mark.parametrize(("declared", "named"), [("spec-7", "spec-7"), ("", "dir"), (None, "dir")])
def test_an_id_is_declared_or_the_folder_s_name(declared: str | None, named: str) -> None:
    """Metadata comes first, where it says anything."""
    assert spec_id(declared, "dir") == named


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("# A parser\n", "A parser"),
        ("# A parser", "A parser"),
        ("#   A  parser \t\r\n\r\nIt parses.\r\n", "A  parser"),
        ("\nIntroduction\n\n# A # parser #\n# Another\n", "A # parser #"),
        ("## Not this\n#nor this\n # nor this\n# This\n", "This"),
        ("# é😀\n", "é😀"),
        ("\ufeff# A parser\n", "A parser"),
        ("#  \n# This\n", "This"),
        ("#  \n", UNNAMED),
        ("A parser\n========\n", UNNAMED),
        ("", UNNAMED),
    ],
)
def test_a_name_is_the_first_heading(body: str, name: str) -> None:
    """A heading of the first level that has words, without the blanks around them."""
    assert spec_name(None, body) == name
    assert spec_name("", body) == name


def test_a_declared_name_comes_before_the_heading() -> None:
    """Metadata comes first, where it says anything."""
    assert spec_name("Declared", "# A parser\n") == "Declared"


@pytest.mark.parametrize(
    ("own", "workspace", "commands"),
    [
        ((), (), ()),
        ((), ("make",), ("make",)),
        (("go test",), ("make",), ("go test",)),
        (("go test",), (), ("go test",)),
    ],
)
def test_a_spec_without_commands_is_judged_by_the_workspace_s(
    own: tuple[str, ...], workspace: tuple[str, ...], commands: tuple[str, ...]
) -> None:
    """Its own are not added to, but taken instead."""
    assert acceptance_commands(own, workspace) == commands
