"""Settings: flag before environment before `helm.config.json` before default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from helm.app.errors import InputInvalid, WordsInvalid
from helm.domain.events import AgentChoice, Mode, RunSettings, WorkerSandbox
from helm.domain.redaction import TOKENS

CONFIG_NAME = "helm.config.json"
OLD_SETTINGS_NAME = ".cli-settings.json"
KNOWN_REASONING = ("none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra")
"""Levels seen in codex's model catalogue; another one is passed on, with a warning."""

VARIABLES = {
    "defaultMaxAttempts": "MAX_ATTEMPTS",
    "codexRunImpl.model": "CODEX_MODEL_IMPL",
    "codexRunVer.model": "CODEX_MODEL_VER",
}
"""The variables of the environment that go before a key of the file."""

_DURATION = re.compile(r"(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")
_DURATION_HINT = "write for example 90m, 1h30m or 45s, or off"

_MEGABYTE = 10**6
_SIZES = {"MB": _MEGABYTE, "GB": 1000 * _MEGABYTE}
_SIZE = re.compile(r"([0-9]{1,9})(MB|GB)")
_SIZE_HINT = "write for example 64MB or 1GB, or off"


def seconds(text: object) -> float | None:
    """Read a time limit such as `90m`, `1h30m` or `45s`; `off` is no limit (None).

    Raises ValueError, whose text says what is allowed.
    """
    if text is None or text == "off":
        return None
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    hours, minutes, rest = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = 3600 * hours + 60 * minutes + rest
    if not total:
        message = f"{text!r} is not a time limit; {_DURATION_HINT}"
        raise ValueError(message)
    return float(total)


def limit_text(amount: float | None) -> str:
    """Write a time limit as `seconds` reads it."""
    if amount is None:
        return "off"
    parts = zip("hms", (amount // 3600, amount % 3600 // 60, amount % 60), strict=True)
    return "".join(f"{number:.0f}{unit}" for unit, number in parts if number)


def size(text: object) -> int | None:
    """Read a number of bytes such as `64MB` or `1GB`, in powers of a thousand; `off` is None.

    Raises ValueError, whose text says what is allowed.
    """
    if text is None or text == "off":
        return None
    found = _SIZE.fullmatch(text) if isinstance(text, str) else None
    total = int(found[1]) * _SIZES[found[2]] if found else 0
    if not total:
        message = f"{text!r} is not a size; {_SIZE_HINT}"
        raise ValueError(message)
    return total


def size_text(amount: int | None) -> str:
    """Write a number of bytes as `size` reads it."""
    if amount is None:
        return "off"
    unit = "MB" if amount % _SIZES["GB"] else "GB"
    return f"{amount // _SIZES[unit]}{unit}"


def _pattern(text: str) -> str:
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        message = f"{text!r} is not a regular expression: {error}"
        raise ValueError(message) from error
    if pattern.search(""):
        message = f"{text!r} also matches where there is no text, so it would mask everything"
        raise ValueError(message)
    return text


def _command(text: str) -> str:
    if not text.strip():
        message = "an empty command; take it out"
        raise ValueError(message)
    return text


# What an editor is told says as much as a schema can: an amount is not of zeros alone, and whether
# a pattern is one only Python knows. VS Code shows the message, others pass it over.
def _amount_schema(form: re.Pattern[str], hint: str) -> dict[str, object]:
    return {
        "type": ["string", "null"],
        "pattern": f"^(off|(?=.*[1-9]){form.pattern.replace('?:', '')})$",
        "patternErrorMessage": hint,
    }


Duration = Annotated[
    float | None,
    BeforeValidator(seconds),
    WithJsonSchema(_amount_schema(_DURATION, _DURATION_HINT)),
]
Size = Annotated[
    int | None, BeforeValidator(size), WithJsonSchema(_amount_schema(_SIZE, _SIZE_HINT))
]
Pattern = Annotated[
    str, AfterValidator(_pattern), WithJsonSchema({"type": "string", "minLength": 1})
]


Command = Annotated[
    str, AfterValidator(_command), WithJsonSchema({"type": "string", "pattern": r"\S"})
]


class _File(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, validate_by_name=False
    )


class AgentConfig(_File):
    """A model and its reasoning level, both free text: they change every month."""

    model: str | None = None
    reasoning: str | None = None

    def choice(self) -> AgentChoice:
        """Choose; an empty text leaves the choice to the agent."""
        return AgentChoice(model=self.model or None, reasoning=self.reasoning or None)


class Config(_File):
    """`helm.config.json`."""

    json_schema: str | None = Field(default=None, alias="$schema")
    specs_root: str = Field(default="specs", pattern=r"^[^\x00]+$")
    initialized: bool = True
    mode: Mode = Mode.STRICT
    default_max_attempts: PositiveInt = 2
    acceptance_commands: tuple[Command, ...] = ()
    codex_scaffold: AgentConfig = AgentConfig()
    codex_run_impl: AgentConfig = AgentConfig()
    codex_run_ver: AgentConfig = AgentConfig()
    codex_split: AgentConfig = AgentConfig()
    worker_timeout: Duration = None
    verifier_timeout: Duration = None
    idle_timeout: Duration = 3600.0
    output_limit: Size = 256 * _MEGABYTE
    worker_sandbox: WorkerSandbox = WorkerSandbox.DANGER_FULL_ACCESS
    redact: tuple[Pattern, ...] = ()
    redact_tokens: bool = True

    @property
    def masked(self) -> tuple[str, ...]:
        """The patterns of all that people are not to read, those of `redact` first."""
        return (*self.redact, *(TOKENS if self.redact_tokens else ()))


class OldSettings(Config):
    """`.cli-settings.json` of workspaces from before `helm.config.json`; foreign keys pass."""

    model_config = ConfigDict(extra="ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What the caller of a run asks for; None leaves it to environment, file and default.

    Timeouts are texts as `seconds` reads them.
    """

    mode: Mode | None = None
    max_attempts: int | None = None
    worker_model: str | None = None
    verifier_model: str | None = None
    worker_timeout: str | None = None
    verifier_timeout: str | None = None
    idle_timeout: str | None = None


def run_settings(config: Config, environment: Mapping[str, str], flags: Flags) -> RunSettings:
    """Decide what a run is told.

    Raises `InputInvalid` for a variable or a flag that makes no sense.
    """
    configured = RunSettings(
        mode=flags.mode or config.mode,
        max_attempts=config.default_max_attempts,
        worker=config.codex_run_impl.choice(),
        verifier=config.codex_run_ver.choice(),
        worker_sandbox=config.worker_sandbox,
        worker_timeout=config.worker_timeout,
        verifier_timeout=config.verifier_timeout,
        idle_timeout=config.idle_timeout,
        redact=config.masked,
        output_limit=config.output_limit,
    )
    return given_anew(configured, environment, flags)


def given_anew(settings: RunSettings, environment: Mapping[str, str], flags: Flags) -> RunSettings:
    """Put what environment and flags say over `settings`: the file's, or those of a halted run.

    Raises `InputInvalid` for a variable or flag that makes no sense.
    """
    worker_model = flags.worker_model or environment.get(VARIABLES["codexRunImpl.model"])
    verifier_model = flags.verifier_model or environment.get(VARIABLES["codexRunVer.model"])
    return replace(
        settings,
        max_attempts=_max_attempts(settings.max_attempts, environment, flags),
        worker=_with_model(settings.worker, worker_model),
        verifier=_with_model(settings.verifier, verifier_model),
        worker_timeout=_limit("worker-timeout", flags.worker_timeout, settings.worker_timeout),
        verifier_timeout=_limit(
            "verifier-timeout", flags.verifier_timeout, settings.verifier_timeout
        ),
        idle_timeout=_limit("idle-timeout", flags.idle_timeout, settings.idle_timeout),
    )


def settings_warnings(settings: RunSettings) -> list[str]:
    """Name what is allowed but probably a slip."""
    return [
        f"reasoning level {choice.reasoning!r} is not one that helm knows; passed on as it is"
        for choice in dict.fromkeys((settings.worker, settings.verifier))
        if choice.reasoning and choice.reasoning not in KNOWN_REASONING
    ]


def _with_model(choice: AgentChoice, model: str | None) -> AgentChoice:
    return replace(choice, model=model) if model else choice


def _max_attempts(otherwise: int, environment: Mapping[str, str], flags: Flags) -> int:
    if flags.max_attempts is not None:
        if flags.max_attempts < 1:
            raise WordsInvalid(f"--max-attempts {flags.max_attempts}: must be 1 or more")
        return flags.max_attempts
    variable = VARIABLES["defaultMaxAttempts"]
    text = environment.get(variable)
    if text is None:
        return otherwise
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        raise InputInvalid(
            f"{variable}={text!r}: must be a whole number above 0", cure="unset it or mend it"
        )
    return int(text)


def _limit(name: str, flag: str | None, configured: float | None) -> float | None:
    if flag is None:
        return configured
    try:
        return seconds(flag)
    except ValueError as error:
        raise WordsInvalid(f"--{name}: {error}") from error
