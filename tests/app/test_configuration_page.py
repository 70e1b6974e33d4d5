"""docs/configuration.md: current, complete, and right in what it shows."""

from __future__ import annotations

import re
import shlex

import typer

from helm.adapters.cli.commands import run_command
from helm.app.configuration import DESCRIPTIONS, parsed_words
from helm.app.settings import CONFIG_NAME, VARIABLES, Config
from helm.app.specs import METADATA_NAME, Metadata
from helm.app.validation import read_model
from tools.configuration_page import FLAGS, PAGE, page

SECTION = re.compile(r"^### `(.+)`$", re.MULTILINE)
EXAMPLE = re.compile(r"^- example: `(helm config set .+)`$", re.MULTILINE)
TEXT = PAGE.read_text(encoding="utf-8")
DOCUMENT = re.compile(r"^```json\n(.+?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_is_current() -> None:
    """The keys are told from the models, and never by hand."""
    said = "out of date; renew it: make docs"
    assert page(TEXT) == TEXT, said
    assert TEXT.count("<!-- made: ") == TEXT.count("<!-- /made -->") == 2


def test_every_key_has_its_section_and_an_example_that_helm_takes() -> None:
    assert SECTION.findall(TEXT) == list(DESCRIPTIONS)
    examples = [shlex.split(each) for each in EXAMPLE.findall(TEXT)]
    assert [words[3] for words in examples] == list(DESCRIPTIONS)
    for _, _, _, key, *values in examples:
        parsed_words(key, values)


def test_the_files_that_it_shows_are_valid() -> None:
    """One of either kind."""
    config, metadata = DOCUMENT.findall(TEXT)
    read_model(Config, config.encode(), CONFIG_NAME)
    read_model(Metadata, metadata.encode(), METADATA_NAME)


def test_the_flags_that_it_names_are_those_of_a_run() -> None:
    """Each is beside the key that it goes before, as every variable is."""
    run = typer.main.get_command(run_command.app)
    assert set(FLAGS.values()) <= {flag for each in run.params for flag in each.opts}
    assert {*FLAGS, *VARIABLES} <= DESCRIPTIONS.keys()
