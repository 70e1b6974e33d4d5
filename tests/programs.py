"""The program `helm` for tests of a command within this process: with the parts that it needs."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NoReturn

from helm.adapters.cli.program import Program


def program(**parts: Any) -> Program:  # noqa: ANN401  each field has a type of its own
    """Put a program together; whoever uses a part that was not given fails."""
    others = {each.name: _nothing for each in fields(Program)}
    return Program(**{**others, "version": "0.0.test", **parts})


def _nothing(*_: object, **__: object) -> NoReturn:
    raise AssertionError("this part was not to be used")
