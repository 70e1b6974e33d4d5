"""What a run is told: flags, environment, file, defaults, and all that can be wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helm.app.errors import InputInvalid
from helm.app.settings import (
    CONFIG_NAME,
    Config,
    Flags,
    OldSettings,
    given_anew,
    limit_text,
    run_settings,
    seconds,
    settings_warnings,
    size,
    size_text,
)
from helm.app.validation import read_model
from helm.domain.events import AgentChoice, Mode, RunSettings, WorkerSandbox
from helm.domain.redaction import TOKENS
from tests.domain.histories import QUICK

ROOT = Path(__file__).parents[2]

NOT_A_COUNT = ["abc", "0", "-1", "", " 3", "3 ", "³", "٣", "1e9", "1_0", "2.5", "+3", "3\n"]
NOT_A_LIMIT = [
    *("90", "0s", "0h0m0s", "", "10x", "-5m", "1.5h", " 90m", "1h 30m", "90M", "30m1h", "٣m"),
    *("off ", "Off", "9" * 5000 + "h"),
]


def config(**keys: object) -> Config:
    """Read a configuration that holds these keys."""
    return read_model(Config, json.dumps(keys).encode(), CONFIG_NAME)


def refusal(**keys: object) -> str:
    """Say why a configuration that holds these keys is refused."""
    with pytest.raises(InputInvalid) as error:
        config(**keys)
    assert str(error.value).isprintable()
    return str(error.value)


def attempts(environment: dict[str, str], flags: Flags | None = None) -> int:
    """Decide how many attempts a run has where the file says seven."""
    file = config(defaultMaxAttempts=7)
    return run_settings(file, environment, flags or Flags()).max_attempts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90m", 5400.0),
        ("1h30m", 5400.0),
        ("45s", 45.0),
        ("1h1m1s", 3661.0),
        ("2h5s", 7205.0),
        ("090m", 5400.0),
        ("999999999h", 999999999 * 3600.0),
        ("off", None),
        (None, None),
    ],
)
def test_a_time_limit_reads_as_seconds(text: str | None, expected: float | None) -> None:
    """Hours, minutes and seconds add up, each may be absent, and `off` is no limit."""
    assert seconds(text) == expected


@pytest.mark.parametrize("text", [*NOT_A_LIMIT, 90, 90.0, True, ["90m"]])
def test_what_is_no_time_limit_is_refused(text: object) -> None:
    """A number without its unit, nothing, zero or a sign is refused with examples that work."""
    with pytest.raises(ValueError, match="is not a time limit; write for example 90m") as error:
        seconds(text)
    assert str(error.value).isprintable()


@QUICK
@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(1, 9999))
def test_any_mix_of_units_reads_as_their_sum(hours: int, minutes: int, rest: int) -> None:
    """Each unit counts by itself, also beyond sixty."""
    assert seconds(f"{hours}h{minutes}m{rest}s") == hours * 3600 + minutes * 60 + rest


@QUICK
@given(st.none() | st.integers(1, 10**9).map(float))
def test_a_time_limit_is_written_as_it_is_read(amount: float | None) -> None:
    """Whatever it is, also none."""
    assert seconds(limit_text(amount)) == amount


def test_without_anything_the_defaults_hold() -> None:
    """Two attempts, strict, no model, an hour of silence, 256 MB, tokens masked: as documented."""
    assert run_settings(config(), {}, Flags()) == RunSettings(
        mode=Mode.STRICT,
        max_attempts=2,
        idle_timeout=3600.0,
        redact=TOKENS,
        output_limit=256_000_000,
    )


def test_every_key_of_the_file_reaches_the_run() -> None:
    """What the file says of a run is what the run is told."""
    file = config(
        mode="parallel",
        defaultMaxAttempts=5,
        codexRunImpl={"model": "big", "reasoning": "high"},
        codexRunVer={"model": "small", "reasoning": "low"},
        workerTimeout="90m",
        verifierTimeout="45s",
        idleTimeout="off",
        outputLimit="1GB",
        workerSandbox="workspace-write",
        redact=["sk-[a-z]+"],
        redactTokens=False,
    )
    assert run_settings(file, {}, Flags()) == RunSettings(
        mode=Mode.PARALLEL,
        max_attempts=5,
        worker=AgentChoice(model="big", reasoning="high"),
        verifier=AgentChoice(model="small", reasoning="low"),
        worker_sandbox=WorkerSandbox.WORKSPACE_WRITE,
        worker_timeout=5400.0,
        verifier_timeout=45.0,
        idle_timeout=None,
        redact=("sk-[a-z]+",),
        output_limit=10**9,
    )


def test_what_the_file_masks_is_masked_first_and_tokens_after_it() -> None:
    """A token within what a pattern matches does not keep that pattern from matching."""
    file = config(redact=["password: .*", "key=sk-.*"])
    assert run_settings(file, {}, Flags()).redact == ("password: .*", "key=sk-.*", *TOKENS)


def test_a_run_that_goes_on_masks_what_it_was_told_to() -> None:
    """A run of an older helm masked no tokens of itself, and does not begin to."""
    before = RunSettings(redact=("x+",), output_limit=None)
    assert given_anew(before, {}, Flags()) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1MB", 10**6),
        ("64MB", 64 * 10**6),
        ("1GB", 10**9),
        ("007MB", 7 * 10**6),
        ("999999999GB", 999999999 * 10**9),
        ("off", None),
        (None, None),
    ],
)
def test_a_size_reads_as_bytes(text: str | None, expected: int | None) -> None:
    """In powers of a thousand, and `off` is no limit."""
    assert size(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "64",
            "0MB",
            "000GB",
            "",
            "MB",
            "64kB",
            "64MiB",
            "1.5GB",
            "64 MB",
            " 64MB",
            "64mb",
            "-1MB",
        ),
        *("٣MB", "1GB500MB", "Off", "64MB\n", "9" * 5000 + "MB", 64, 10**9, True, ["64MB"]),
    ],
)
def test_what_is_no_size_is_refused(text: object) -> None:
    """A number without its unit, too few bytes, a fraction: with examples that work."""
    with pytest.raises(ValueError, match="is not a size; write for example 64MB") as error:
        size(text)
    assert str(error.value).isprintable()


@QUICK
@given(st.none() | st.integers(1, 10**6).map(lambda each: each * 10**6))
def test_a_size_is_written_as_it_is_read(amount: int | None) -> None:
    """Whatever it is, also none."""
    assert size(size_text(amount)) == amount


def test_a_size_of_the_file_is_refused_by_its_key() -> None:
    """The message has the key as it is written in the file, and examples."""
    assert "`outputLimit`: " in refusal(outputLimit="64")
    assert "is not a size; write for example 64MB" in refusal(outputLimit=0)


def test_attempts_come_from_the_flag_then_the_environment_then_the_file() -> None:
    """The nearer word wins, and one that is not there leaves it to the next."""
    assert attempts({}) == 7
    assert attempts({"MAX_ATTEMPTS": "3"}) == 3
    assert attempts({"MAX_ATTEMPTS": "3"}, Flags(max_attempts=1)) == 1


def test_models_come_from_the_flag_then_the_environment_then_the_file() -> None:
    """Each agent's model is its own, and the reasoning level stays the file's."""
    file = config(codexRunImpl={"model": "a", "reasoning": "high"}, codexRunVer={"model": "b"})
    environment = {"CODEX_MODEL_IMPL": "c", "CODEX_MODEL_VER": "d"}
    told = run_settings(file, environment, Flags(worker_model="e"))
    assert told.worker == AgentChoice(model="e", reasoning="high")
    assert told.verifier == AgentChoice(model="d")
    assert run_settings(file, {}, Flags()).verifier == AgentChoice(model="b")


def test_an_empty_model_leaves_the_choice_to_the_agent() -> None:
    """An empty text in file or environment is no model, and an empty level is no level."""
    file = config(codexRunImpl={"model": "", "reasoning": ""}, codexRunVer={"model": "b"})
    told = run_settings(file, {"CODEX_MODEL_IMPL": "", "CODEX_MODEL_VER": ""}, Flags())
    assert told.worker == AgentChoice()
    assert told.verifier == AgentChoice(model="b")


def test_mode_and_limits_of_a_flag_win() -> None:
    """A flag's limit replaces the file's, and `off` takes it away."""
    file = config(mode="strict", workerTimeout="90m", verifierTimeout="90m")
    flags = Flags(mode=Mode.PARALLEL, worker_timeout="off", idle_timeout="5s")
    told = run_settings(file, {}, flags)
    assert told.mode is Mode.PARALLEL
    assert (told.worker_timeout, told.verifier_timeout, told.idle_timeout) == (None, 5400.0, 5.0)


@pytest.mark.parametrize("text", [*NOT_A_COUNT, "1000000000", "9" * 5000])
def test_a_max_attempts_that_is_no_count_is_refused(text: str) -> None:
    """A typing error in the environment neither runs no attempt nor a billion."""
    with pytest.raises(InputInvalid, match=r"MAX_ATTEMPTS=.* whole number above 0") as error:
        attempts({"MAX_ATTEMPTS": text})
    assert "unset it or mend it" in str(error.value)
    assert str(error.value).isprintable()


def test_a_flag_makes_a_wrong_max_attempts_harmless() -> None:
    """What is overruled need not make sense."""
    assert attempts({"MAX_ATTEMPTS": "abc"}, Flags(max_attempts=4)) == 4


@pytest.mark.parametrize("count", [0, -1])
def test_a_flag_must_allow_an_attempt(count: int) -> None:
    """A run without attempts is refused by the name of its flag."""
    with pytest.raises(InputInvalid, match=f"--max-attempts {count}: must be 1 or more"):
        attempts({}, Flags(max_attempts=count))


@pytest.mark.parametrize("name", ["worker_timeout", "verifier_timeout", "idle_timeout"])
@pytest.mark.parametrize("text", ["90", "", "10x", "-5m", "0s", "5m\n"])
def test_a_flag_that_is_no_time_limit_is_refused_by_its_name(name: str, text: str) -> None:
    """The message has the flag as it was typed, and examples."""
    flags: dict[str, Any] = {name: text}
    with pytest.raises(InputInvalid) as error:
        run_settings(config(), {}, Flags(**flags))
    assert str(error.value).startswith(f"--{name.replace('_', '-')}: {text!r} is not a time limit")
    assert "90m" in str(error.value)


def test_a_resumed_run_keeps_what_is_not_given_anew() -> None:
    """Flags and environment are laid over what the run was told before, not over the file."""
    before = RunSettings(max_attempts=9, worker=AgentChoice(model="a"), idle_timeout=None)
    assert given_anew(before, {}, Flags()) == before
    after = given_anew(before, {"MAX_ATTEMPTS": "3"}, Flags(worker_model="b", idle_timeout="1m"))
    assert after == RunSettings(max_attempts=3, worker=AgentChoice(model="b"), idle_timeout=60.0)


@pytest.mark.parametrize("value", ["90", 90, "", "10x", "-5m", "0s", True])
def test_a_time_limit_of_the_file_is_refused_by_its_key(value: object) -> None:
    """The message has the key as it is written in the file, and examples."""
    assert "`workerTimeout`: " in refusal(workerTimeout=value)
    assert "is not a time limit; write for example 90m" in refusal(idleTimeout=value)


@pytest.mark.parametrize("value", [0, -1, 2.5, "3", True, None, 1e400])
def test_attempts_of_the_file_must_be_a_whole_number_above_zero(value: object) -> None:
    """A text, a truth value or a fraction is no count, even where it could be read as one."""
    assert "`defaultMaxAttempts`: " in refusal(defaultMaxAttempts=value)


@pytest.mark.parametrize(
    ("keys", "allowed"),
    [
        ({"mode": "fast"}, "'strict' or 'parallel'"),
        ({"workerSandbox": "none"}, "'danger-full-access' or 'workspace-write'"),
        ({"initialized": "no"}, "true or false"),
        ({"acceptanceCommands": "make test"}, "array"),
        ({"codexRunImpl": "big"}, "object"),
        ({"specsRoot": ""}, "string"),
        ({"specsRoot": "a\0b"}, "string"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(
    keys: dict[str, object], allowed: str
) -> None:
    """The message names the key, what stands there, and what may."""
    [(key, value)] = keys.items()
    assert f"{CONFIG_NAME}: `{key}`: {value!r} is not allowed: " in refusal(**keys)
    assert allowed in refusal(**keys)


@pytest.mark.parametrize(
    "pattern", ["(", "*", "[a", r"\1", "a{99999999999}", "(" * 5000 + "a" + ")" * 5000, "(\n"]
)
def test_what_is_no_regular_expression_is_refused(pattern: str) -> None:
    """A pattern that Python cannot compile, for whatever reason, is named by its place."""
    assert "`redact.1`: " in refusal(redact=["fine", pattern])
    assert "is not a regular expression" in refusal(redact=["fine", pattern])


@pytest.mark.parametrize("pattern", ["", "x*", "(secret)?", "a|"])
def test_a_pattern_that_matches_nothing_at_all_is_refused(pattern: str) -> None:
    """It would put a mask between any two characters of every report."""
    assert "would mask everything" in refusal(redact=[pattern])


def test_a_reasoning_level_that_helm_does_not_know_is_passed_on_with_a_warning() -> None:
    """Levels change every month: a new one works, and a slip of the pen is seen."""
    told = run_settings(config(codexRunImpl={"reasoning": "hihg"}), {}, Flags())
    assert told.worker.reasoning == "hihg"
    [warning] = settings_warnings(told)
    assert "reasoning level 'hihg' is not one that helm knows" in warning


def test_a_known_reasoning_level_or_none_brings_no_warning() -> None:
    """Nothing is said where nothing is wrong, and the same slip is said once."""
    assert settings_warnings(RunSettings(worker=AgentChoice(reasoning="high"))) == []
    slip = AgentChoice(model="m", reasoning="hihg")
    assert len(settings_warnings(RunSettings(worker=slip, verifier=slip))) == 1


def test_settings_of_an_older_workspace_may_hold_foreign_keys() -> None:
    """The old file was shared with another program, whose keys are its own."""
    old = read_model(OldSettings, b'{"mode": "parallel", "theme": "dark"}', "old")
    assert (old.mode, old.default_max_attempts) == (Mode.PARALLEL, 2)


def test_this_repository_has_a_configuration_that_helm_accepts() -> None:
    """helm's own workspace is one."""
    path = ROOT / CONFIG_NAME
    assert read_model(Config, path.read_bytes(), CONFIG_NAME).initialized
