"""`helm lint`: all that would make a run fail or waste money, found before it is spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helm.app import rules
from helm.app.acceptance_commands import IsThere
from helm.app.errors import InputInvalid
from helm.app.findings import Code, Finding, Severity
from helm.app.ports import Files, Git
from helm.app.references import of_references
from helm.app.scaffold import BARE, CLONE_IT
from helm.app.settings import CONFIG_NAME, Flags, run_settings, settings_warnings
from helm.app.specs import InvalidSpec, Spec, discover, found_spec
from helm.app.survey import Survey, survey
from helm.app.workspace import Workspace, find_spec, workspace_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found in so many specs, in the order in which it is to be read.

    `top` is the top of the work tree, from which git and a CI name files.
    """

    top: Path
    specs: int
    findings: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        """Count the findings that are so bad."""
        return sum(each.severity is severity for each in self.findings)


class Linter:
    """Looks at the workspace at or above `here`; `is_there` looks a program up on PATH."""

    def __init__(
        self,
        files: Files,
        git: Git,
        here: Path,
        environment: Mapping[str, str],
        is_there: IsThere,
    ) -> None:
        self._files = files
        self._git = git
        self._here = here
        self._environment = environment
        self._is_there = is_there

    def lint(self, words: Sequence[str] = ()) -> Inspection:
        """Look at the specs that are named, at all where none is, and at what they share.

        Raises `InputInvalid` for a word that is no spec.
        """
        found = survey(self._here, self._files, self._git)
        opened = found.workspace
        shared = sorted(self._of_survey(found), key=lambda each: each.line or 0)
        if found.vacancy:
            return Inspection(top=opened.top, specs=0, findings=tuple(shared))
        if not words:
            specs = discover(self._files, opened.specs_root)
            shared += [] if specs else [_no_specs(opened)]
            findings = self._of_workspace(opened, specs, specs)
            return Inspection(top=opened.top, specs=len(specs), findings=(*shared, *findings))
        folders = dict.fromkeys(find_spec(word, self._here, opened, self._files) for word in words)
        for workspace, chosen in self._by_workspace(opened, folders):
            specs = discover(self._files, workspace.specs_root)
            unseen = chosen - {each.folder for each in specs}  # such as one whose name is hidden
            specs += [found_spec(self._files, each) for each in sorted(unseen)]
            named = [each for each in specs if each.folder in chosen]
            shared += self._of_workspace(workspace, specs, named)
        return Inspection(top=opened.top, specs=len(folders), findings=tuple(shared))

    def _by_workspace(
        self, opened: Workspace, folders: Iterable[Path]
    ) -> list[tuple[Workspace, set[Path]]]:
        """Sort specs by the workspace that each is run in."""
        found: dict[Path, tuple[Workspace, set[Path]]] = {}
        for folder in folders:
            workspace = workspace_of(folder, opened, self._files, self._git)
            found.setdefault(folder.parent, (workspace, set()))[1].add(folder)
        return list(found.values())

    def _of_survey(self, found: Survey) -> Iterator[Finding]:
        workspace = found.workspace
        if found.vacancy:
            why, cure = found.vacancy, "to make a workspace: helm scaffold"
            message = f"{BARE}; {CLONE_IT}" if found.bare else f"{why}; {cure}"
            yield Finding(code=Code.NO_WORKSPACE, path=workspace.root, message=message)
        for flaw in found.flaws:
            code = Code.INVALID_CONFIGURATION
            yield Finding(code=code, path=flaw.path, line=flaw.line, message=flaw.what)
        if found.git_refusal:
            path = workspace.root
            yield Finding(code=Code.GIT_REFUSES, path=path, message=str(found.git_refusal))
        elif workspace.tree is None and not found.bare:
            message = (
                "is not in git, so no one can undo what a worker does; to change that: git init"
            )
            yield Finding(code=Code.NOT_IN_GIT, path=workspace.root, message=message)
        yield from self._of_settings(workspace)

    def _of_settings(self, workspace: Workspace) -> Iterator[Finding]:
        path = workspace.root / CONFIG_NAME
        settings = run_settings(workspace.config, {}, Flags())
        for warning in settings_warnings(settings):
            yield Finding(code=Code.UNKNOWN_REASONING, path=path, message=warning)
        yield from rules.of_specs_root(path, workspace)
        try:
            run_settings(workspace.config, self._environment, Flags())
        except InputInvalid as error:
            yield Finding(code=Code.INVALID_ENVIRONMENT, path=None, message=str(error))
        commands = workspace.config.acceptance_commands
        text = (self._files.read(path) or b"").decode(errors="replace") if commands else ""
        yield from rules.of_commands(path, text, commands, self._seen_from(workspace))

    def _seen_from(self, workspace: Workspace) -> IsThere:
        """Look a program up as a shell does in the workspace's root."""

        def is_there(program: str) -> object:
            if "/" in program:
                return self._files.exists(workspace.root / program)
            return self._is_there(program)

        return is_there

    def _of_workspace(
        self,
        workspace: Workspace,
        specs: Sequence[Spec | InvalidSpec],
        named: Sequence[Spec | InvalidSpec],
    ) -> list[Finding]:
        """Look at what specs share, and at those that are named."""
        among = list(of_references(specs))
        findings = list(rules.of_templates(workspace.specs_root, self._files))
        for spec in named:
            mine = frozenset({spec.folder})
            own = [replace(each, specs=mine) for each in self._of(spec, workspace)]
            own += [each for each in among if mine <= each.specs and each not in findings]
            findings += sorted(own, key=lambda each: (str(each.path), each.line or 0))
        return findings

    def _of(self, found: Spec | InvalidSpec, workspace: Workspace) -> Iterator[Finding]:
        yield from rules.of_spec(found, self._files)
        if isinstance(found, Spec):
            yield from rules.of_acceptance(found, workspace, self._seen_from(workspace))
            yield from rules.of_size(found, workspace, self._files)


def _no_specs(workspace: Workspace) -> Finding:
    message = "holds no spec; to make one: helm new NAME"
    return Finding(code=Code.NO_SPECS, path=workspace.specs_root, message=message)
