"""`helm completion`: a script by which a shell completes helm's words."""

from __future__ import annotations

from enum import StrEnum
from importlib import resources
from typing import Annotated

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.program import command_app, epilog

app = command_app()

_EXAMPLES = (
    ('eval "$(helm completion bash)"', "in ~/.bashrc"),
    ('helm completion zsh > "${fpath[1]}/_helm"', "then begin a new zsh"),
    ("helm completion fish > ~/.config/fish/completions/helm.fish", ""),
)


class Shell(StrEnum):
    """The shells that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command(epilog=epilog(_EXAMPLES, (exits.ACCEPTED, exits.USAGE)))
def completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print a script by which your shell completes commands, options, specs and runs.

    Nothing is installed: the shell reads the script where you put it. It asks helm at each Tab,
    and so stays right when helm is upgraded.
    """
    script = resources.files("helm.adapters.cli") / "shells" / f"helm.{shell}"
    Console.standard(strict=True).write(script.read_text(encoding="utf-8"))
