"""Where the real codex is, and the clean environment that it is run in by the tests.

The configuration sends everything to one base URL, with a made-up key, and turns off what would
speak to any other place: update check, analytics, feedback, plugins.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

_INSTALLED = Path(__file__).resolve().parents[2] / ".cache/codex/node_modules/.bin/codex"

_CONFIG = """\
model = "gpt-5.5"
model_provider = "scripted"
check_for_update_on_startup = false

[model_providers.scripted]
name = "scripted model server"
base_url = {base_url}
wire_api = "responses"
env_key = "MADE_UP_KEY"
requires_openai_auth = false
supports_websockets = false
request_max_retries = {retries}
stream_max_retries = {retries}

[analytics]
enabled = false

[feedback]
enabled = false

[otel]
exporter = "none"
trace_exporter = "none"
metrics_exporter = "none"

[features]
plugins = false
apps = false
remote_plugin = false
enable_request_compression = false
unbounded_connection_retries = false
"""


def codex_program() -> Path | None:
    """The codex that `make codex` installed, if it can run here."""
    return _INSTALLED if _INSTALLED.exists() and shutil.which("node") else None


def require_codex() -> Path:
    """Give the codex that can run here; where there is none, skip the test that needs it."""
    found = codex_program()
    if found:
        return found
    fault = "the real codex is not installed: run `make codex`"
    if os.environ.get("CI") and shutil.which("npm"):
        pytest.fail(fault)
    pytest.skip(fault)


def codex_environment(home: Path, base_url: str, *, retries: int = 0) -> dict[str, str]:
    """Set up `home` for a codex that speaks to `base_url` alone; nothing but PATH is inherited.

    The program's folder comes first on PATH, so that helm finds it as plain `codex`.
    """
    codex_home, temporary = home / ".codex", home / "tmp"  # side by side, or codex warns
    for folder in (codex_home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    config = _CONFIG.format(base_url=json.dumps(base_url), retries=retries)
    (codex_home / "config.toml").write_text(config, encoding="utf-8")
    return {
        "PATH": os.pathsep.join([str(_INSTALLED.parent), os.environ["PATH"]]),
        "HOME": str(home),
        "CODEX_HOME": str(codex_home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "MADE_UP_KEY": "made-up",
    }


def sandbox_fault(program: Path, environment: dict[str, str]) -> str:
    """Why codex's sandbox cannot work on this machine; empty if it can."""
    argv = [str(program), "sandbox", "--", "true"]
    tried = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else tried.stderr.strip() or f"exit {tried.returncode}"
