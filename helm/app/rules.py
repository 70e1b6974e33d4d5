"""Rules of `helm lint`: what is looked for in the templates, and in one spec by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from helm.app.acceptance_commands import IsThere, program_fault, quotation_fault
from helm.app.configuration import specs_root_warning
from helm.app.drafts import left_todos, questions
from helm.app.errors import FileTooLarge
from helm.app.findings import Code, Finding
from helm.app.identity import meant, nearest
from helm.app.plan import prompts
from helm.app.ports import Files
from helm.app.settings import CONFIG_NAME, Flags, run_settings
from helm.app.snapshot import TEMPLATES, snapshot
from helm.app.specs import (
    BODY_NAME,
    CHECKLIST_NAME,
    METADATA_NAME,
    REPORT_NAME,
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
from helm.domain.json_object import line_of, read_object
from helm.domain.prompt import PLACEHOLDERS, PROMPT_LIMIT, missing_placeholders
from helm.domain.specs import UNNAMED

_NEAR_LIMIT = 0.8
_MISSPELT = 0.8
"""Of 1.0, from which likeness on a foreign key is taken for a slip: others may be meant so."""

_SHORTEST_SLIP = 4
_STEERING = ("acceptanceCommands", "dependsOn", "id", "name", "status")
"""Keys that a run goes by; `note`, or `lastRunBy`, may be its owner's own."""

_VITAL = {"SPEC_BODY", "PREVIOUS_REMAINING_TASKS", "IMPLEMENTATION_REPORT"}
"""Placeholders without which an agent cannot do its part at all."""

_PLACEHOLDER_LIKE = re.compile(r"\{\{[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*\}\}")
_STATUS = "STATUS:"
_HEADING = re.compile(r"\s*#{1,6}(\s|$)")


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
        *_of_report(found.folder / REPORT_NAME, files),
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


def of_specs_root(path: Path, workspace: Workspace) -> Iterator[Finding]:
    """See that the specs root is one that helm itself would have made."""
    message = specs_root_warning(workspace.config)
    if message:
        yield Finding(code=Code.ODD_SPECS_ROOT, path=path, message=message)


def of_acceptance(spec: Spec, workspace: Workspace, is_there: IsThere) -> Iterator[Finding]:
    """See that there is something to accept the spec by, and that it can be called here."""
    path = spec.folder / METADATA_NAME
    if not any(each.strip() for each in commands_of(spec, workspace.config.acceptance_commands)):
        message = (
            "the spec has no acceptance commands, and the workspace has none: the verifier can "
            f"only read; give `acceptanceCommands` here, or in {CONFIG_NAME} for all specs"
        )
        line = line_of(spec.metadata, ["acceptanceCommands"])
        yield Finding(code=Code.NO_ACCEPTANCE_COMMANDS, path=path, line=line, message=message)

    def is_there_in_the_end(program: str) -> object:
        """Count on what the worker may have to write."""
        in_work_tree = "/" in program and not program.startswith("/")
        return in_work_tree or is_there(program)

    yield from of_commands(path, spec.metadata, spec.own_commands, is_there_in_the_end)


def of_commands(
    path: Path, text: str, commands: Sequence[str], is_there: IsThere
) -> Iterator[Finding]:
    """See that a shell can read each of a file's `acceptanceCommands`, and finds its program."""
    for place, command in enumerate(commands):
        line = line_of(text, ["acceptanceCommands", place])
        fault = quotation_fault(command)
        if fault:
            message = f"`{command}`: {fault}; no shell can read it"
            yield Finding(code=Code.OPEN_QUOTATION, path=path, line=line, message=message)
        missing = program_fault(command, is_there)
        if missing:
            message = f"`{command}`: {missing}"
            yield Finding(code=Code.COMMAND_NOT_FOUND, path=path, line=line, message=message)


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
        if all(_HEADING.match(each) or not each.strip() for each in text.splitlines()):
            message = "has no text below its heading; write down what is to be implemented"
            yield Finding(code=Code.NO_TEXT, path=path, line=1, message=message)


def _of_checklist(path: Path, files: Files) -> Iterator[Finding]:
    text, unreadable = _read(files, path)
    yield from unreadable
    yield from _of_draft(path, text or "")


def _of_report(path: Path, files: Files) -> Iterator[Finding]:
    if files.is_folder(path):
        message = "is a folder, where a run writes its report; move it away"
        yield Finding(code=Code.UNREADABLE_FILE, path=path, message=message)


def _of_draft(path: Path, text: str) -> Iterator[Finding]:
    """Find what `helm new` left to be written, and nobody has, or has only worded anew."""
    asked = list(questions(path.name, text))
    if asked:
        message = f"is not written yet ({counted(len(asked), 'line')}); write it, or take it out"
        yield Finding(code=Code.UNTOUCHED_TEMPLATE, path=path, line=asked[0].line, message=message)
    left = list(left_todos(path.name, text))
    if left:
        said = f"{counted(len(left), 'line')} {'begins' if len(left) == 1 else 'begin'} with TODO"
        message = f"{said}: an agent would read it as it stands; write it, or take it out"
        yield Finding(code=Code.LEFT_TODO, path=path, line=left[0], message=message)


def _of_metadata(path: Path, files: Files) -> Iterator[Finding]:
    text, unreadable = _read(files, path)
    yield from unreadable
    if text is None and not unreadable:
        message = 'is missing; {"status": "todo"} is enough'
        yield Finding(code=Code.MISSING_FILE, path=path, message=message)
    for flaw in flaws_of_json(Metadata, path, text.encode()) if text is not None else ():
        code = Code.INVALID_METADATA
        yield Finding(code=code, path=path, line=flaw.line, message=flaw.what)
    yield from _of_keys(path, text or "")


def _of_keys(path: Path, text: str) -> Iterator[Finding]:
    """Find the foreign keys that are one for a run misspelt, which then says nothing."""
    document = read_object(text) or {}
    known = {field.alias or name for name, field in Metadata.model_fields.items()}
    silent = {_plain(key): key for key in _STEERING if not document.get(key)}
    for key in document:
        near = nearest(_plain(key), silent, _MISSPELT) if len(key) >= _SHORTEST_SLIP else ()
        if key not in known and near:
            yield Finding(
                code=Code.MISSPELT_KEY,
                path=path,
                line=line_of(text, [key]),
                message=f"`{key}` says nothing to helm; did you mean `{silent[near[0]]}`?",
            )


def _plain(key: str) -> str:
    return re.sub("[^a-z]", "", key.lower())


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
