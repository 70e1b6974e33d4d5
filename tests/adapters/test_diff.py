"""A diff as git would print it: its form, its colours, and what `git apply` makes of it."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helm.adapters.cli.console import Console
from helm.adapters.cli.diff import print_diff
from tests.domain.histories import QUICK


def diff(old: bytes | None, new: str, *, colour: bool = False, name: str = "a.md") -> str:
    out = io.StringIO()
    print_diff(Console(out, io.StringIO(), colour=colour, live=False), name, old, new)
    return out.getvalue()


def test_a_changed_line_stands_among_its_neighbours() -> None:
    """What is on disk is taken away, what the log tells is added."""
    assert diff(b"one\ntwo\nthree\n", "one\n2\nthree\n") == (
        "diff --git a/a.md b/a.md\n--- a/a.md\n+++ b/a.md\n"
        "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
    )


def test_a_file_that_is_gone_is_new() -> None:
    """An empty one is not gone."""
    assert diff(None, "one\n") == (
        "diff --git a/a.md b/a.md\nnew file mode 100644\n--- /dev/null\n+++ b/a.md\n"
        "@@ -0,0 +1 @@\n+one\n"
    )
    assert "--- a/a.md\n" in diff(b"", "one\n")


def test_a_last_line_without_its_end_is_told() -> None:
    """It is the only difference here."""
    assert diff(b"one", "one\n").endswith("-one\n\\ No newline at end of file\n+one\n")


def test_only_line_feeds_end_lines() -> None:
    """Other characters that end lines for some are content, as they are for git."""
    assert "+a\x0b\u2028\x85\x0c\x1cb\n" in diff(b"", "a\x0b\u2028\x85\x0c\x1cb\n")


def test_colours_are_git_s() -> None:
    """Bold, cyan, red and green; what is not changed has none."""
    shown = diff(b"one\ntwo\n", "one\n2\n", colour=True)
    assert "\x1b[1m--- a/a.md\x1b[0m\n\x1b[1m+++ b/a.md\x1b[0m\n\x1b[36m@@" in shown
    assert "\n one\n\x1b[31m-two\x1b[0m\n\x1b[32m+2\x1b[0m\n" in shown


def test_a_path_from_the_root_is_named_as_git_does() -> None:
    """One slash, not two."""
    assert "--- a/tmp/a.md\n+++ b/tmp/a.md\n" in diff(b"", "one\n", name="/tmp/a.md")


TEXTS = st.lists(st.sampled_from(["one", "two", "", "é", "a\rb", "\x0c", "--- x", "@@"])).map(
    "\n".join
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("applied")


@QUICK
@given(old=st.none() | TEXTS, new=TEXTS)
@example(old="one\n", new="one")
def test_git_can_apply_it(folder: Path, old: str | None, new: str) -> None:
    """Whatever the texts, the one becomes the other."""
    printed = diff(None if old is None else old.encode(), new)
    file = folder / "a.md"
    file.unlink(missing_ok=True)
    if old is not None:
        file.write_bytes(old.encode())
    if (old or "") != new:
        words = ["git", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(words, input=printed.encode(), cwd=folder, check=True, capture_output=True)
        assert file.read_bytes() == new.encode()
