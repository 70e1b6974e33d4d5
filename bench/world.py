"""A temporary repository with one spec, and a stand-in for the agent; nothing is inherited."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SPEC = "spec-01-bench"

_AGENT = """\
#!/bin/sh
cat > /dev/null
case " $* " in
*" --sandbox read-only "*) printf 'STATUS: ok\\n{"remainingTasks": []}\\n' ;;
*) %s ;;
esac
"""

_WORKER_TEMPLATE = """\
Implement {{SPEC_ID}} ({{SPEC_NAME}}), mode {{MODE}}.

{{SPEC_BODY}}

Accepted by:
{{ACCEPTANCE_COMMANDS}}

Left over: {{PREVIOUS_REMAINING_TASKS}}
"""

_VERIFIER_TEMPLATE = """\
Judge {{SPEC_ID}} ({{SPEC_NAME}}), mode {{MODE}}.

{{SPEC_BODY}}

Accepted by:
{{ACCEPTANCE_COMMANDS}}

{{ACCEPTANCE_CHECKLIST}}

{{IMPLEMENTATION_REPORT}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A folder to work in, and the environment for everything that is started there."""

    folder: Path
    environment: dict[str, str]

    @property
    def spec(self) -> Path:
        """The folder of the spec."""
        return self.folder / "specs" / SPEC

    def reset(self) -> None:
        """Make the spec one that has yet to be run."""
        metadata = {"id": SPEC, "name": "Bench", "status": "todo", "acceptanceCommands": ["true"]}
        (self.spec / "metadata.json").write_text(json.dumps(metadata, indent=2) + "\n")
        (self.spec / "implementation-report.md").unlink(missing_ok=True)

    def require_done(self) -> None:
        """Make sure that the spec was run."""
        status = json.loads((self.spec / "metadata.json").read_text())["status"]
        if status != "done":
            raise RuntimeError(f"the run left the spec {status}")

    def start(self, argv: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program; what it prints goes nowhere."""
        return subprocess.Popen(
            argv,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def run(self, argv: Sequence[str]) -> None:
        """Run a program to its end, which must be a good one."""
        with self.start(argv) as process:
            code = process.wait()
        if code:
            raise RuntimeError(f"{argv} ended with {code}")


def helm(*words: str) -> list[str]:
    """Say how helm is called here."""
    return [sys.executable, "-m", "helm", *words]


@contextmanager
def world(worker: str = "echo done") -> Iterator[World]:
    """Make a world whose worker is a command of the shell, and whose verifier is content.

    Byte code is cached, as in any use, but in the world alone.
    """
    with tempfile.TemporaryDirectory(prefix="helm-bench-") as name:
        top = Path(name)
        agent = top / "agent"
        agent.write_text(_AGENT % worker)
        agent.chmod(0o755)
        made = World(folder=top / "work", environment=_environment(top, agent))
        _fill(made)
        yield made


def _environment(top: Path, agent: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(top),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONPYCACHEPREFIX": str(top / "bytecode"),
        "HELM_CODEX": str(agent),
    }


def _fill(made: World) -> None:
    made.spec.mkdir(parents=True)
    (made.spec / "SPEC.md").write_text("# Bench\n\n" + "Something is to be done.\n" * 40)
    templates = made.spec.parent
    (templates / "implement.prompt-template.md").write_text(_WORKER_TEMPLATE)
    (templates / "review.prompt-template.md").write_text(_VERIFIER_TEMPLATE)
    made.reset()
    made.run(["git", "init", "--quiet"])
