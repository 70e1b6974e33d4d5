"""Makes docs/commands.md of what `--help` says.

`python -m tools.commands_page` renews the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from helm.adapters.cli import exits, options
from tools.help_text import CommandHelp, commands_help, program_help

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"

_BEGINNING = """# Commands

{about}

Without a command `helm` opens the control room. Every command has `--help`, of which this page is
made; `man helm` has it too.

- SPEC: {spec}
- RUN: {run}

`helm completion` lets a shell complete both.
"""


def page() -> str:
    """Write the page."""
    return "".join(_parts())


def _parts() -> Iterator[str]:
    yield _BEGINNING.format(about=program_help().paragraphs[0], spec=options.SPEC, run=options.RUN)
    title = ""
    for each in commands_help():
        if each.group != title:
            title = each.group
            yield f"\n## {title}\n"
        yield from _section(each)
    rows = [(code, meaning) for code, meaning in exits.TABLE]
    yield "\n## Exit codes\n"
    yield _table("code", rows)


def _section(told: CommandHelp) -> Iterator[str]:
    yield f"\n### `{told.name}`\n"
    yield "".join(f"\n{each}\n" for each in told.paragraphs)
    yield f"\n```text\n{told.usage}\n```\n"
    yield _table("argument", told.arguments)
    yield _table("option", told.options)
    if told.examples:
        yield f"\n```sh\n{''.join(_example_lines(told.examples))}```\n"


def _example_lines(examples: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = max(len(words) for words, _ in examples)
    for words, purpose in examples:
        yield f"{words:<{width}}  # {purpose}\n" if purpose else f"{words}\n"


def _table(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    if not rows:
        return ""
    lines = "".join(f"| {_code(name)} | {_cell(meaning)} |\n" for name, meaning in rows)
    return f"\n| {heading} | meaning |\n|---|---|\n{lines}"


def _code(text: str) -> str:
    """Write code for a cell: a bar between backticks needs a backslash, which some show."""
    return f"<code>{escape(text).replace('|', '&#124;')}</code>" if "|" in text else f"`{text}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Renew the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
