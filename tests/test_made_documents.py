"""The documents that are made of the program say what the program says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from helm import __version__
from helm.adapters.cli import exits
from helm.adapters.cli.program import SUMMARIES, cli, epilog
from helm.app.configuration import default_of
from tools import commands_page, man_page
from tools.configuration_page import FLAGS
from tools.help_text import commands_help

RENEW = "run `make docs`"
DEFAULT = re.compile(r"\[default: (\w+)\]")
WIDTH = 78
"""What 80 columns leave beside the margin."""


@pytest.mark.parametrize("made", [commands_page, man_page], ids=lambda made: made.__name__)
def test_a_page_that_is_made_of_the_help_is_current(made: object) -> None:
    page: Path = made.PAGE  # type: ignore[attr-defined]
    text: str = made.page()  # type: ignore[attr-defined]
    assert page.read_text(encoding="utf-8") == text, RENEW


def test_examples_are_read_as_they_were_written() -> None:
    """However the help has to break or to fill its lines."""
    examples = (("helm  a", "two  spaces"), ("helm " + "b" * 90, "below"), ("helm c", ""))
    assert epilog(examples, exits.LOOKING).examples == examples


def test_the_help_of_every_command_has_a_worked_example() -> None:
    """One that is of that command, and a first paragraph that fits a list."""
    found = {told.name: told for told in commands_help()}
    assert {name.split()[1] for name in found} == set(SUMMARIES)
    for name, told in found.items():
        assert any(name in words for words, _ in told.examples), name
        assert len(told.paragraphs[0]) < 110, name
        assert all(meaning.strip() for _, meaning in told.arguments + told.options), name


def test_every_line_of_a_help_fits_a_small_terminal() -> None:
    """Examples and exit codes are not wrapped."""
    root: Any = typer.main.get_command(cli)
    for name in SUMMARIES:
        epilog = root.get_command(typer.Context(root), name).epilog
        assert [line for line in epilog.splitlines() if len(line) > WIDTH] == [], name


def test_the_man_page_is_one_that_man_takes() -> None:
    """Its formatter, where there is one, has nothing to say of it."""
    assert f'"helm {__version__}"' in man_page.page()
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    words = ["groff", "-ww", "-man", "-Tutf8", str(man_page.PAGE)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "until ok or out of attempts" in " ".join(done.stdout.split())


def test_a_command_tells_only_the_exit_codes_that_it_can_end_with() -> None:
    """The whole table is in the help of helm itself, and on the pages."""
    root: Any = typer.main.get_command(cli)
    told = {name: _codes(root.get_command(typer.Context(root), name)) for name in SUMMARIES}
    assert told["doctor"] == ["0", "2", "3"]
    assert told["status"] == ["0", "2", "3", "6"]
    assert told["run"] == _codes(root) == [code.split(",")[0] for code, _ in exits.TABLE]


def test_a_default_that_a_help_names_is_the_one_that_holds() -> None:
    """The help loads no configuration, and so says it in words of its own."""
    (run,) = (told for told in commands_help() if told.name == "helm run")
    named = {name.split()[0]: DEFAULT.findall(meaning) for name, meaning in run.options}
    found = {key: named[flag] for key, flag in FLAGS.items() if named[flag]}
    assert found == {key: [str(default_of(key))] for key in found}
    assert "defaultMaxAttempts" in found


def test_a_cell_shows_a_bar_on_any_page() -> None:
    """A backslash before one is shown by some, in code."""
    rows = [line for line in commands_page.page().splitlines() if line.startswith("| ")]
    assert not [line for line in rows if "\\" in line]
    assert any("<code>RUN&#124;SPEC</code>" in line for line in rows)


def test_the_site_has_the_documents_at_the_top_too(tmp_path: Path) -> None:
    """With links that lead to the other pages; and no link of any page leads nowhere."""
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(
        [*words, "--site-dir", str(tmp_path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert 'href="ci.html">docs/ci.md' in (tmp_path / "SECURITY.html").read_text(encoding="utf-8")
    assert 'href="CHANGELOG.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")


def _codes(command: Any) -> list[str]:  # noqa: ANN401  what Typer makes has no public name
    lines = command.epilog.partition("Exit codes:\n")[2].splitlines()
    return [line.split()[0].rstrip(",") for line in lines]
