"""What can be told of an acceptance command before a shell is asked to run it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

IsThere = Callable[[str], object]
"""Looks a program up; whatever is true says that it is there."""

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_PROGRAM_NAME = re.compile(r"[A-Za-z0-9./][A-Za-z0-9_.+/-]*")
_SHELL_WORD = re.compile(
    r"\.|alias|bg|bind|break|builtin|caller|case|cd|command|compgen|complete|continue|coproc|"
    "declare|dirs|disown|do|echo|enable|eval|exec|exit|export|false|fc|fg|for|function|getopts|"
    "hash|help|history|if|jobs|kill|let|local|logout|mapfile|popd|printf|pushd|pwd|read|"
    "readarray|readonly|return|select|set|shift|shopt|source|suspend|test|time|times|trap|true|"
    "type|typeset|ulimit|umask|unalias|unset|until|wait|while"
)
"""What a command may begin with, and is no program: words of POSIX's shell, and of bash."""

_NEEDS_A_SHELL = re.compile(r"<<|\$['\"({]|`|#")
"""Behind these a shell reads quotation marks by other rules than shlex."""


def quotation_fault(command: str) -> str:
    """Say in a few words that a quotation mark of a command is open; nothing if none surely is."""
    try:
        shlex.split(command)
    except ValueError as error:
        if "quotation" in str(error) and not _NEEDS_A_SHELL.search(command):
            return "a quotation mark is not closed"
    return ""


def program_fault(command: str, is_there: IsThere) -> str:
    """Say that a command's program is missing, and what to do; nothing if it surely is not."""
    program = _program(command)
    if not program or is_there(program):
        return ""
    if "/" in program:
        return f"{program} is not there; make it, or mend this"
    return f"no program {program} on PATH; install it, or mend this"


def _program(command: str) -> str:
    """Find the program that a shell would look up on PATH; empty where there is none to tell."""
    try:
        words = shlex.split(command)
    except ValueError:  # quoted as only a shell can tell
        return ""
    first = next((each for each in words if not _ASSIGNMENT.match(each)), "")
    is_program = _PROGRAM_NAME.fullmatch(first) and not _SHELL_WORD.fullmatch(first)
    return first if is_program else ""
