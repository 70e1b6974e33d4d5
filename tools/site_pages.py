"""Brings the documents at the top of the repository into the site: a hook of mkdocs."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
AT_THE_TOP = ("SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add them beside the pages of docs/, to which they link from one folder above."""
    for name in AT_THE_TOP:
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Let links to them lead to where they are in the site: beside the page."""
    for name in AT_THE_TOP:
        markdown = markdown.replace(f"](../{name}", f"]({name}")
    return markdown
