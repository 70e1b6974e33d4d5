"""What `helm lint` finds: of what kind it is, where it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """An error makes a run fail, or an agent lack what it needs; a warning may be meant so."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """What a finding is of. These do not change, so that programs can tell them apart."""

    NO_WORKSPACE = "no-workspace"
    INVALID_CONFIGURATION = "invalid-configuration"
    INVALID_ENVIRONMENT = "invalid-environment"
    UNKNOWN_REASONING = "unknown-reasoning"
    ODD_SPECS_ROOT = "odd-specs-root"
    GIT_REFUSES = "git-refuses"
    NOT_IN_GIT = "not-in-git"
    NO_SPECS = "no-specs"
    MISSING_FILE = "missing-file"
    UNREADABLE_FILE = "unreadable-file"
    EMPTY_FILE = "empty-file"
    MISSING_PLACEHOLDER = "missing-placeholder"
    OMITTED_PLACEHOLDER = "omitted-placeholder"
    UNKNOWN_PLACEHOLDER = "unknown-placeholder"
    NO_STATUS_LINE = "no-status-line"
    INVALID_METADATA = "invalid-metadata"
    MISSPELT_KEY = "misspelt-key"
    UNKNOWN_DEPENDENCY = "unknown-dependency"
    DEPENDENCY_CYCLE = "dependency-cycle"
    DUPLICATE_ID = "duplicate-id"
    MISLEADING_ID = "misleading-id"
    UNNAMED_SPEC = "unnamed-spec"
    UNTOUCHED_TEMPLATE = "untouched-template"
    LEFT_TODO = "left-todo"
    NO_TEXT = "no-text"
    NO_ACCEPTANCE_COMMANDS = "no-acceptance-commands"
    OPEN_QUOTATION = "open-quotation"
    COMMAND_NOT_FOUND = "command-not-found"
    PROMPT_TOO_LONG = "prompt-too-long"
    PROMPT_NEAR_LIMIT = "prompt-near-limit"


_WARNINGS = frozenset(
    {
        Code.UNKNOWN_REASONING,
        Code.ODD_SPECS_ROOT,
        Code.NOT_IN_GIT,
        Code.NO_SPECS,
        Code.OMITTED_PLACEHOLDER,
        Code.UNKNOWN_PLACEHOLDER,
        Code.MISSPELT_KEY,
        Code.MISLEADING_ID,
        Code.UNNAMED_SPEC,
        Code.LEFT_TODO,
        Code.NO_TEXT,
        Code.OPEN_QUOTATION,
        Code.NO_ACCEPTANCE_COMMANDS,
        Code.COMMAND_NOT_FOUND,
        Code.PROMPT_NEAR_LIMIT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something found, and in one line what it is and what to do.

    `path` is None for the environment. `specs` are the folders of the specs that it is of, and
    none where it is of the whole workspace.
    """

    code: Code
    message: str
    path: Path | None
    line: int | None = None
    specs: frozenset[Path] = frozenset()

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return Severity.WARNING if self.code in _WARNINGS else Severity.ERROR
