"""Prompts: templates of the workspace, filled from what a run started with.

Substitution is one pass, so that a placeholder, a `$&` or a backslash inside a value stays as it
is; an unknown `{{NAME}}` stays as it is too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from helm.domain.events import Role

if TYPE_CHECKING:
    from helm.domain.events import RunStarted

PROMPT_LIMIT = 1_048_576
"""The most characters (code points) that `codex exec` accepts; measured with codex-cli 0.169.0."""

EXPECTED_PLACEHOLDERS = {
    Role.WORKER: ("SPEC_BODY", "ACCEPTANCE_COMMANDS", "PREVIOUS_REMAINING_TASKS"),
    Role.VERIFIER: (
        "SPEC_BODY",
        "ACCEPTANCE_COMMANDS",
        "ACCEPTANCE_CHECKLIST",
        "IMPLEMENTATION_REPORT",
    ),
}
"""Without one of these in its template an agent lacks something that the loop lives by."""

_SHARED = ("SPEC_ID", "SPEC_NAME", "SPEC_BODY", "ACCEPTANCE_COMMANDS", "MODE")
PLACEHOLDERS = {
    Role.WORKER: (*_SHARED, "PREVIOUS_REMAINING_TASKS"),
    Role.VERIFIER: (*_SHARED, "ACCEPTANCE_CHECKLIST", "IMPLEMENTATION_REPORT"),
}
"""All that are filled in a template."""

_PLACEHOLDER = re.compile(r"\{\{([A-Z_]+)\}\}")


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill every known placeholder of `template`, once."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def missing_placeholders(template: str, role: Role) -> tuple[str, ...]:
    """Name what the template of `role` should hold and does not."""
    present = set(_PLACEHOLDER.findall(template))
    return tuple(name for name in EXPECTED_PLACEHOLDERS[role] if name not in present)


def worker_prompt(started: RunStarted, remaining_tasks: tuple[str, ...]) -> str:
    """Ask the worker to implement the spec, or what the last verdict left of it."""
    tasks = json.dumps(list(remaining_tasks), indent=2, ensure_ascii=False)
    values = {**_shared_values(started), "PREVIOUS_REMAINING_TASKS": tasks}
    return render(started.spec.worker_template.text, values)


def verifier_prompt(started: RunStarted, report: str) -> str:
    """Ask the verifier to judge the work; a report too long for a prompt is cut in its middle."""
    template = started.spec.verifier_template.text
    values = {**_shared_values(started), "ACCEPTANCE_CHECKLIST": started.spec.checklist.text}
    whole = render(template, {**values, "IMPLEMENTATION_REPORT": report})
    places = template.count("{{IMPLEMENTATION_REPORT}}")
    if len(whole) <= PROMPT_LIMIT or not places:
        return whole
    room = PROMPT_LIMIT - len(render(template, {**values, "IMPLEMENTATION_REPORT": ""}))
    return render(template, {**values, "IMPLEMENTATION_REPORT": _cut(report, room // places)})


def _shared_values(started: RunStarted) -> dict[str, str]:
    commands = "\n".join(f"- {command}" for command in started.acceptance_commands)
    return {
        "SPEC_ID": started.spec.id,
        "SPEC_NAME": started.spec.name,
        "SPEC_BODY": started.spec.body.text,
        "ACCEPTANCE_COMMANDS": commands or "- (none specified)",
        "MODE": started.settings.mode,
    }


def _cut(text: str, room: int) -> str:
    """Keep the first and the last part of `text`, and say between them how much is left out."""
    line = "\n[... helm left out {} of {} characters here; the log keeps them all ...]\n"
    keep = max(0, room - len(line.format(len(text), len(text))))
    head, tail = text[: keep - keep // 2], text[len(text) - keep // 2 :]
    return head + line.format(len(text) - keep, len(text)) + tail
