"""Makes docs/helm.1, the page of `man helm`, of what `--help` says.

`python -m tools.man_page` renews it. It names the version and no date, so that it changes only
when helm does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from helm import __version__
from helm.adapters.cli import exits, options
from helm.app.settings import VARIABLES
from tools.help_text import CommandHelp, commands_help, program_help

PAGE = Path(__file__).parents[1] / "docs" / "helm.1"

_PURPOSE = "run a coding agent against a written spec until a second agent accepts the result"

_WORDS = (("SPEC", options.SPEC), ("RUN", options.RUN))
_ENVIRONMENT = (
    ("HELM_CODEX", "The agent program, instead of the codex on PATH."),
    ("HELM_DB", "Another log than the workspace's own; --db goes before it."),
    *((name, f"Goes before {key} in helm.config.json.") for key, name in VARIABLES.items()),
    ("HELM_PAGER, PAGER", "Shows long output; empty for none."),
    ("VISUAL, EDITOR", "Opens a spec."),
    ("GITHUB_ACTIONS", "`true`: what keeps a run from being accepted is annotated there."),
    ("GITHUB_STEP_SUMMARY", "A file to which each run is appended in Markdown."),
    ("NO_COLOR", "Where it is set, nothing is coloured."),
)
_FILES = (
    ("helm.config.json", "The configuration, at the root of the repository."),
    ("specs/", "The specs root: two prompt templates, and a folder for each spec."),
    (".git/helm/runs.db", "The log; outside git .helm/runs.db."),
)


def page() -> str:
    """Write the page in man's macros."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    told = program_help()
    yield f'.TH HELM 1 "" "helm {__version__}" "User Commands"'
    yield from (".nh", ".ad l")
    yield from (".SH NAME", f"helm \\- {_text(_PURPOSE)}")
    yield ".SH SYNOPSIS"
    yield from (".B helm", r"[\fICOMMAND\fR [\fIARGUMENT\fR ...]]")
    yield ".SH DESCRIPTION"
    yield from _paragraphs((*told.paragraphs, "Without a command it opens the control room."))
    yield from _terms(_WORDS)
    yield from _terms(told.options)
    title = ""
    for each in commands_help():
        if each.group != title:
            title = each.group
            yield f'.SH "{_text(title.upper())}"'
        yield from _command(each)
    yield ".SH EXIT STATUS"
    yield from _terms(exits.TABLE)
    yield ".SH ENVIRONMENT"
    yield from _terms(_ENVIRONMENT)
    yield ".SH FILES"
    yield from _terms(_FILES)


def _command(told: CommandHelp) -> Iterator[str]:
    yield f'.SS "{_text(told.usage)}"'
    yield from _paragraphs(told.paragraphs)
    yield from _terms((*told.arguments, *told.options))
    if told.examples:
        yield from (".PP", "Examples:", ".PP", ".RS 4", ".nf")
        for words, purpose in told.examples:
            yield _line(f"{words}    # {purpose}" if purpose else words)
        yield from (".fi", ".RE")


def _paragraphs(paragraphs: Sequence[str]) -> Iterator[str]:
    for at, each in enumerate(paragraphs):
        if at:
            yield ".PP"
        yield _line(each)


def _terms(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, meaning in rows:
        yield from (".TP", rf"\fB{_text(name)}\fR", _line(meaning))


def _line(text: str) -> str:
    """Write a line of text: what begins with a full stop would be a macro."""
    found = _text(text)
    return rf"\&{found}" if found.startswith(".") else found


def _text(text: str) -> str:
    """Write what roff would take for its own as what it is; a hyphen stays one that is copied."""
    marks = {"\\": r"\e", "-": r"\-", "`": r"\(ga", "'": r"\(aq", "^": r"\(ha", "~": r"\(ti"}
    return "".join(marks.get(each, each) for each in text).replace('"', r"\(dq")


def main() -> None:
    """Renew the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
