"""What is answered to a word that is none of helm's."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from helm.adapters.cli.program import cli
from tools.help_text import commands_help


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("statsu", "helm: no such command 'statsu'; did you mean status?"),
        ("verify_log", "helm: no such command 'verify_log'; did you mean verify-log?"),
        ("init", "helm: no such command 'init'; did you mean scaffold?"),
        ("help run", "helm: no such command 'help'; did you mean --help?"),
        ("xyzzy", "helm: no such command 'xyzzy'; see: helm --help"),
        ("STATUS", "helm: no such command 'STATUS'; did you mean status?"),
        ("a\x1b[31mb", "helm: no such command 'a\\x1b[31mb'; see: helm --help"),
        ("status --jsno", "helm: no such option --jsno; did you mean --json? See: "),
        ("status --zzz", "helm: no such option --zzz. See: "),
        ("status -x", "helm: no such option -x. See: "),
        ("--verison", "helm: no such option --verison; did you mean --version? See: "),
        ("show", "helm: missing argument 'RUN'. See: "),
        ("history --outcome", "helm: option '--outcome' requires an argument. See: "),
    ],
)
def test_a_word_that_is_none_is_answered_with_what_may_have_been_meant(
    words: str, complaint: str
) -> None:
    """In one line, with exit code 2."""
    ended = CliRunner().invoke(cli, words.split())
    assert (ended.exit_code, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(complaint)


def test_an_option_that_the_screen_would_drop_is_refused() -> None:
    """Whatever `helm run` has, but for the log: nobody is to believe that it was heard."""
    (run,) = (told for told in commands_help() if told.name == "helm run")
    options = [name.removeprefix("-q, ").split() for name, _ in run.options]
    dropped = [each for each in options if each[0] not in {"--exec", "--db"}]
    assert len(dropped) > 10
    sane = {"--mode": "strict", "--max-attempts": "0"}
    for name, *value in dropped:
        words = ["run", "spec-03", name, *(sane.get(name, "x") for _ in value)]
        ended = CliRunner().invoke(cli, words)
        assert ended.exit_code == 2
        assert ended.stderr == f"helm: {name} goes with --exec\n"
