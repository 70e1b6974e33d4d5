"""Rules of `helm lint`: what is looked for in the templates, and in one spec by itself."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from helm.app.drafts import questions
from helm.app.errors import FileTooLarge
from helm.app.findings import Code, Finding
from helm.app.identity import meant
from helm.app.plan import prompts
from helm.app.ports import Files
from helm.app.settings import CONFIG_NAME, Flags, run_settings
from helm.app.snapshot import TEMPLATES, snapshot
from helm.app.specs import (
    BODY_NAME,
    CHECKLIST_NAME,
    METADATA_NAME,
    InvalidSpec,
    Metadata,
    Spec,
    commands_of,
    not_utf8,
)
from helm.app.survey import flaws_of_json
from helm.app.wording import counted
from helm.app.workspace import Workspace
from helm.domain.commands import StartRun
from helm.domain.errors import HelmError
from helm.domain.events import Role
from helm.domain.json_object import line_of
from helm.domain.prompt import PLACEHOLDERS, PROMPT_LIMIT, missing_placeholders
from helm.domain.specs import UNNAMED

_NEAR_LIMIT = 0.8
_VITAL = {"SPEC_BODY", "PREVIOUS_REMAINING_TASKS", "IMPLEMENTATION_REPORT"}
"""Placeholders without which an agent cannot do its part at all."""

_PLACEHOLDER_LIKE = re.compile(r"\{\{[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*\}\}")
_STATUS = "STATUS:"
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_PROGRAM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_SHELL_WORD = re.compile(
    "alias|bg|break|case|cd|command|continue|do|echo|eval|exec|exit|export|false|for|"
    "function|if|let|local|printf|pushd|read|return|select|set|shift|source|test|time|"
    "times|trap|true|type|ulimit|umask|unset|until|wait|while"
)
"""What a command may begin with, and is no program: words of POSIX's shell, and of bash."""

IsThere = Callable[[str], object]
"""Looks a program up; whatever is true says that it is there."""


def of_templates(specs_root: Path, files: Files) -> Iterator[Finding]:
    """Look at what both agents are told."""
    for role, name in TEMPLATES.items():
        path = specs_root / name
        text, unreadable = _read(files, path)
        yield from unreadable
        if text is None and not unreadable:
            message = f"is missing, so the {role} has no prompt; to get helm's own: helm scaffold"
            yield Finding(code=Code.MISSING_FILE, path=path, message=message)
        elif text is not None and not text.strip():
            message = f"is empty; write the prompt for the {role} there"
            yield Finding(code=Code.EMPTY_FILE, path=path, message=message)
        elif text is not None:
            yield from _of_template(role, path, text)


def of_spec(found: Spec | InvalidSpec, files: Files) -> Iterator[Finding]:
    """Look at the files of one spec."""
    findings = [
        *_of_body(found.folder / BODY_NAME, files),
        *_of_metadata(found.folder / METADATA_NAME, files),
        *_of_checklist(found.folder / CHECKLIST_NAME, files),
    ]
    if isinstance(found, InvalidSpec) and not findings:
        path = found.folder
        findings = [Finding(code=Code.UNREADABLE_FILE, path=path, message=found.short_reason)]
    yield from findings
    if isinstance(found, Spec):
        yield from _of_names(found)


def of_size(spec: Spec, workspace: Workspace, files: Files) -> Iterator[Finding]:
    """Render both prompts as a run would, and see that codex takes them."""
    start = _start(spec, workspace, files)
    for role, prompt in zip(Role, prompts(start), strict=True) if start else ():
        share = len(prompt) / PROMPT_LIMIT
        said = f"the {role}'s prompt has {len(prompt):,} characters, of {PROMPT_LIMIT:,} at most"
        path = spec.folder / BODY_NAME
        if share > 1:
            message = f"{said}; split the spec"
            yield Finding(code=Code.PROMPT_TOO_LONG, path=path, message=message)
        elif share >= _NEAR_LIMIT:
            message = f"{said}; remaining tasks and the report come on top: better split the spec"
            yield Finding(code=Code.PROMPT_NEAR_LIMIT, path=path, message=message)


def of_commands(spec: Spec, workspace: Workspace, is_there: IsThere) -> Iterator[Finding]:
    """See that there is something to accept the spec by, and that it can be called here."""
    path = spec.folder / METADATA_NAME
    if not any(each.strip() for each in commands_of(spec, workspace.config.acceptance_commands)):
        message = (
            "the spec has no acceptance commands, and the workspace has none: the verifier can "
            f"only read; give `acceptanceCommands` here, or in {CONFIG_NAME} for all specs"
        )
        line = line_of(spec.metadata, ["acceptanceCommands"])
        yield Finding(code=Code.NO_ACCEPTANCE_COMMANDS, path=path, line=line, message=message)
    yield from commands_not_found(path, spec.metadata, spec.own_commands, is_there)


def commands_not_found(
    path: Path, text: str, commands: Sequence[str], is_there: IsThere
) -> Iterator[Finding]:
    """See that the program of each of a file's `acceptanceCommands` is on PATH."""
    for place, command in enumerate(commands):
        program = _program(command)
        if program and not is_there(program):
            yield Finding(
                code=Code.COMMAND_NOT_FOUND,
                path=path,
                line=line_of(text, ["acceptanceCommands", place]),
                message=f"`{command}`: no program {program} on PATH; install it, or mend this",
            )


def _read(files: Files, path: Path) -> tuple[str | None, list[Finding]]:
    """Read a text file; a finding stands beside its path, and need not begin with it."""
    try:
        data = files.read(path)
        return (None if data is None else data.decode()), []
    except UnicodeDecodeError as error:
        message = f"is {not_utf8(error)}"
    except FileTooLarge as error:
        message = error.what
    except HelmError as error:
        message = str(error)
    return None, [Finding(code=Code.UNREADABLE_FILE, path=path, message=message)]


def _of_template(role: Role, path: Path, text: str) -> Iterator[Finding]:
    for name in missing_placeholders(text, role):
        code = Code.MISSING_PLACEHOLDER if name in _VITAL else Code.OMITTED_PLACEHOLDER
        message = f"lacks {{{{{name}}}}}, so the {role} will not be told; put it where it belongs"
        yield Finding(code=code, path=path, message=message)
    for found in _PLACEHOLDER_LIKE.finditer(text):
        if found[0] not in {f"{{{{{name}}}}}" for name in PLACEHOLDERS[role]}:
            yield Finding(
                code=Code.UNKNOWN_PLACEHOLDER,
                path=path,
                line=text.count("\n", 0, found.start()) + 1,
                message=f"nothing is put in the place of {found[0]}; {_hint(found[1], role)}",
            )
    if role is Role.VERIFIER and _STATUS not in text:
        message = (
            f"nowhere asks for `{_STATUS} ok` or `{_STATUS} missing`, and any other answer halts "
            "the run; say that the first line of the answer must be one of these"
        )
        yield Finding(code=Code.NO_STATUS_LINE, path=path, message=message)


def _hint(name: str, role: Role) -> str:
    upper = name.upper()
    if upper in PLACEHOLDERS[role]:
        return f"write {{{{{upper}}}}}"
    if any(upper in names for names in PLACEHOLDERS.values()):
        return f"{{{{{upper}}}}} is not for the {role}: take it out"
    return meant(upper, PLACEHOLDERS[role]) or f"there are {', '.join(PLACEHOLDERS[role])}"


def _of_body(path: Path, files: Files) -> Iterator[Finding]:
    text, unreadable = _read(files, path)
    yield from unreadable
    if text is None and not unreadable:
        message = "is missing; write down what is to be implemented"
        yield Finding(code=Code.MISSING_FILE, path=path, message=message)
    elif text is not None and not text.strip():
        message = "is empty; write down what is to be implemented"
        yield Finding(code=Code.EMPTY_FILE, path=path, message=message)
    elif text is not None:
        yield from _of_draft(path, text)


def _of_checklist(path: Path, files: Files) -> Iterator[Finding]:
    text, unreadable = _read(files, path)
    yield from unreadable
    yield from _of_draft(path, text or "")


def _of_draft(path: Path, text: str) -> Iterator[Finding]:
    """Find what `helm new` left to be written, and nobody has."""
    asked = list(questions(path.name, text))
    if asked:
        message = f"is not written yet ({counted(len(asked), 'line')}); write it, or take it out"
        yield Finding(code=Code.UNTOUCHED_TEMPLATE, path=path, line=asked[0].line, message=message)


def _of_metadata(path: Path, files: Files) -> Iterator[Finding]:
    text, unreadable = _read(files, path)
    yield from unreadable
    if text is None and not unreadable:
        message = 'is missing; {"status": "todo"} is enough'
        yield Finding(code=Code.MISSING_FILE, path=path, message=message)
    for flaw in flaws_of_json(Metadata, path, text.encode()) if text is not None else ():
        code = Code.INVALID_METADATA
        yield Finding(code=code, path=path, line=flaw.line, message=flaw.what)


def _of_names(spec: Spec) -> Iterator[Finding]:
    if spec.name == UNNAMED:
        path = spec.folder / BODY_NAME
        message = "has no heading, so the spec has no name; begin it with a line like `# A parser`"
        yield Finding(code=Code.UNNAMED_SPEC, path=path, line=1, message=message)
    if spec.misnamed and not spec.folder.name.startswith(f"{spec.id}-"):
        yield Finding(
            code=Code.MISLEADING_ID,
            path=spec.folder / METADATA_NAME,
            line=line_of(spec.metadata, ["id"]),
            message=f'calls the spec "{spec.id}", and its folder is {spec.folder.name}; '
            "call both alike",
        )


def _start(spec: Spec, workspace: Workspace, files: Files) -> StartRun | None:
    """Say how a run of the spec would begin; None where a template keeps it from that."""
    try:
        taken_in = snapshot(spec, workspace, files)
    except HelmError:
        return None
    return StartRun(
        spec=taken_in,
        acceptance_commands=commands_of(spec, workspace.config.acceptance_commands),
        settings=run_settings(workspace.config, {}, Flags()),
        remaining_tasks=(),
        unmet_dependencies=(),
        helm_version="",
    )


def _program(command: str) -> str:
    """Find the program that a shell would look up on PATH; empty where there is none to tell."""
    try:
        words = shlex.split(command)
    except ValueError:  # quoted as only a shell can tell
        return ""
    first = next((each for each in words if not _ASSIGNMENT.match(each)), "")
    is_program = _PROGRAM_NAME.fullmatch(first) and not _SHELL_WORD.fullmatch(first)
    return first if is_program else ""
