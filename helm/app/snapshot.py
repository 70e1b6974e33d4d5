"""Taking a spec and its templates in, as the texts that a run is made from."""

from __future__ import annotations

from pathlib import Path

from helm.app.errors import InputInvalid
from helm.app.ports import Files
from helm.app.specs import (
    BODY_NAME,
    CHECKLIST_NAME,
    METADATA_NAME,
    VERIFIER_TEMPLATE_NAME,
    WORKER_TEMPLATE_NAME,
    Spec,
    read_text,
)
from helm.app.workspace import Workspace
from helm.domain.events import InputText, Role, SpecSnapshot
from helm.domain.prompt import missing_placeholders

TEMPLATES = {Role.WORKER: WORKER_TEMPLATE_NAME, Role.VERIFIER: VERIFIER_TEMPLATE_NAME}
"""What each agent is told, in the specs root."""


def snapshot(spec: Spec, workspace: Workspace, files: Files) -> SpecSnapshot:
    """Copy what a run of `spec` needs. Raises `InputInvalid` where a template is missing."""

    def text(path: Path, content: str) -> InputText:
        return InputText.of(workspace.path_of(path), content)

    root, folder = workspace.specs_root, spec.folder
    return SpecSnapshot(
        id=spec.id,
        name=spec.name,
        workspace=workspace.key,
        path=workspace.path_of(folder),
        body=text(folder / BODY_NAME, spec.body),
        checklist=text(folder / CHECKLIST_NAME, spec.checklist),
        worker_template=text(root / WORKER_TEMPLATE_NAME, _template(files, root, Role.WORKER)),
        verifier_template=text(
            root / VERIFIER_TEMPLATE_NAME, _template(files, root, Role.VERIFIER)
        ),
        metadata=text(folder / METADATA_NAME, spec.metadata),
    )


def template_warnings(spec: SpecSnapshot) -> list[str]:
    """Name the templates that lack a placeholder, without which an agent is told too little."""
    templates = {Role.WORKER: spec.worker_template, Role.VERIFIER: spec.verifier_template}
    return [
        f"{template.path} lacks {', '.join(f'{{{{{name}}}}}' for name in missing)}; "
        f"the {role} will not be told"
        for role, template in templates.items()
        if (missing := missing_placeholders(template.text, role))
    ]


def _template(files: Files, root: Path, role: Role) -> str:
    path = root / TEMPLATES[role]
    text = read_text(files, path)
    if text is None:
        raise InputInvalid(
            f"{path} is missing; write the prompt for the {role} there, "
            "with placeholders such as {{SPEC_BODY}}, or take helm's own: helm scaffold"
        )
    if not text.strip():
        raise InputInvalid(f"{path} is empty; write the prompt for the {role} there")
    return text
