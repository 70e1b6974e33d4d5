"""What people get wrong, each answered in one line that says what to do, with nothing lost."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.workspace import MISSING, SPEC, Ended, Environment, Workspace, write

Damage = Callable[[Workspace], object]
"""What is done to a sound workspace."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


def refused(
    workspace: Workspace, code: int, words: list[str], environment: Environment | None = None
) -> str:
    """Run something that is wrong: one line is said, no agent is called, nothing is touched."""
    files, events = workspace.files(), workspace.events()
    ended = workspace.run("run", "--exec", *words, environment=environment or {})
    assert (ended.code, ended.out) == (code, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("helm: ")
    assert workspace.calls() == []
    assert workspace.files() == files
    assert workspace.events() == events
    return line.removeprefix("helm: ")


def accepted(ended: Ended) -> list[str]:
    """See that a run ended well, and give its warnings; nothing else stands beside them."""
    assert ended.code == 0
    assert ended.err.splitlines() == ended.warnings
    return ended.warnings


# The spec


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("spec-01-greetings", "not found; did you mean spec-01-greeting?"),
        ("zzz", "there are spec-01-greeting, spec-02-first, spec-02-second"),
        ("spec-02", "is ambiguous: spec-02-first, spec-02-second"),
        ("specs", "it is not a spec folder"),
        ("specs/spec-03", "not found"),
        ("", "it is not a spec folder"),
    ],
)
def test_a_spec_that_is_not_there_is_answered_with_those_that_are(
    workspace: Workspace, words: str, answer: str
) -> None:
    """Exit code 3, and the names that may have been meant."""
    workspace.add_spec("spec-02-first")
    workspace.add_spec("spec-02-second")
    assert answer in refused(workspace, 3, [words])


def remove(name: str) -> Damage:
    return lambda workspace: (workspace.root / name).unlink()


def put(name: str, text: str | bytes) -> Damage:
    data = text if isinstance(text, bytes) else text.encode()
    return lambda workspace: (workspace.root / name).write_bytes(data)


BODY, METADATA = f"specs/{SPEC}/SPEC.md", f"specs/{SPEC}/metadata.json"
WORKER, VERIFIER = "specs/implement.prompt-template.md", "specs/review.prompt-template.md"
CONFIG = "helm.config.json"


@pytest.mark.parametrize(
    ("damage", "answer"),
    [
        (remove(BODY), "SPEC.md is missing; a spec folder needs SPEC.md and metadata.json"),
        (put(BODY, " \n"), "SPEC.md is empty; write down what is to be implemented"),
        (put(BODY, b"# \xff"), "SPEC.md is not UTF-8 (at byte 2); save it as UTF-8"),
        (put(BODY, "x" * 1_100_000), "codex takes at most 1048576; split the spec"),
        (remove(METADATA), "metadata.json is missing; a spec folder needs SPEC.md and"),
        (put(METADATA, ""), "metadata.json: not JSON ("),
        (put(METADATA, "{nope"), "metadata.json: not JSON ("),
        (put(METADATA, "[]"), "metadata.json: not a JSON object"),
        (put(METADATA, '{"id": 1}'), "metadata.json: `id`: 1 is not allowed"),
        (put(METADATA, '{"dependsOn": "spec-00"}'), "`dependsOn`: 'spec-00' is not allowed"),
        (put(METADATA, '{"dependsOn": [0]}'), "`dependsOn.0`: 0 is not allowed"),
        (put(METADATA, '{"status": "finished"}'), "input should be 'todo', 'in-progress'"),
        (put(METADATA, '{"acceptanceCommands": "make"}'), "`acceptanceCommands`: 'make'"),
        (remove(WORKER), "implement.prompt-template.md is missing; write the prompt for the"),
        (remove(VERIFIER), "review.prompt-template.md is missing; write the prompt for the"),
        (put(VERIFIER, "\n"), "review.prompt-template.md is empty; write the prompt for"),
        (put(CONFIG, "{"), "helm.config.json: not JSON ("),
        (put(CONFIG, "null"), "helm.config.json: not a JSON object"),
        (put(CONFIG, '{"specRoot": "x"}'), "unknown key `specRoot`; did you mean `specsRoot`?"),
        (put(CONFIG, '{"mode": "fast"}'), "input should be 'strict' or 'parallel'"),
        (put(CONFIG, '{"defaultMaxAttempts": 0}'), "`defaultMaxAttempts`: 0 is not allowed"),
        (put(CONFIG, '{"idleTimeout": "5"}'), "write for example 90m, 1h30m or 45s, or off"),
        (put(CONFIG, '{"codexRunImpl": {"modle": "x"}}'), "unknown key `codexRunImpl.modle`"),
        (put(CONFIG, '{"redact": ["("]}'), "'(' is not a regular expression"),
        (put(CONFIG, '{"specsRoot": "nosuch"}'), "nosuch does not exist, which"),
        (put(CONFIG, '{"initialized": false}'), "not set up; to set it up: helm scaffold"),
    ],
)
def test_a_file_that_is_missing_or_wrong_is_named(
    workspace: Workspace, damage: Damage, answer: str
) -> None:
    """Exit code 3, the file or its key, and what is expected there."""
    damage(workspace)
    assert answer in refused(workspace, 3, [SPEC])


def test_metadata_may_call_the_spec_something_else(workspace: Workspace) -> None:
    """The id is the metadata's; that it is not the folder's is a warning."""
    write(workspace.spec / "metadata.json", '{"id": "spec-99"}')
    (warning,) = accepted(workspace.execute())
    assert "calls itself 'spec-99'" in warning
    assert workspace.bodies("RunStarted")[0]["spec"]["id"] == "spec-99"
    assert workspace.metadata()["status"] == "done"


def test_a_template_without_its_placeholders_is_warned_of(workspace: Workspace) -> None:
    """The run goes on: perhaps it is meant."""
    write(workspace.specs / "review.prompt-template.md", "Judge {{SPEC_BODY}}.")
    (warning,) = accepted(workspace.execute())
    assert "review.prompt-template.md lacks {{ACCEPTANCE_COMMANDS}}, " in warning
    assert "{{IMPLEMENTATION_REPORT}}; the verifier will not be told" in warning


def test_unmet_dependencies_are_warned_of_and_recorded(workspace: Workspace) -> None:
    """The run goes on, and the log knows what was missing; what is done is not named."""
    workspace.add_spec("spec-00-done", status="done")
    workspace.add_spec("spec-02-todo")
    depends = ["spec-00-done", "spec-02-todo", "spec-77"]
    write(workspace.spec / "metadata.json", json.dumps({"id": SPEC, "dependsOn": depends}))
    (warning,) = accepted(workspace.execute())
    assert warning.endswith(f"{SPEC} depends on what is not done: spec-02-todo, spec-77")
    assert workspace.bodies("RunStarted")[0]["unmet_dependencies"] == depends[1:]


# Numbers and times


@pytest.mark.parametrize("value", ["abc", "0", "-1", "", "1.5", "٣"])
def test_max_attempts_of_the_environment_must_be_a_number(
    workspace: Workspace, value: str
) -> None:
    """A variable that makes no sense is an error and not the default."""
    line = refused(workspace, 3, [SPEC], {"MAX_ATTEMPTS": value})
    assert "MAX_ATTEMPTS" in line
    assert "must be a whole number above 0" in line


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--max-attempts", "0"], "--max-attempts 0: must be 1 or more"),
        (["--max-attempts", "-1"], "--max-attempts -1: must be 1 or more"),
        (["--max-attempts", "two"], "invalid value for '--max-attempts'"),
        (["--mode", "fast"], "'fast' is not one of 'strict', 'parallel'"),
        (["--worker-timeout", "5"], "--worker-timeout: '5' is not a time limit"),
        (["--verifier-timeout", "0s"], "write for example 90m, 1h30m or 45s, or off"),
        (["--idle-timeout", "long"], "--idle-timeout: 'long' is not a time limit"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    workspace: Workspace, words: list[str], answer: str
) -> None:
    """What the command line cannot mean is exit code 2, whichever option says it."""
    assert answer in refused(workspace, 2, [SPEC, *words])


def test_a_flag_comes_before_the_environment_and_that_before_the_file(
    workspace: Workspace,
) -> None:
    """Each of the three is taken where what comes before it is silent."""
    write(workspace.root / CONFIG, '{"defaultMaxAttempts": 5, "codexRunImpl": {"model": "file"}}')
    workspace.execute()
    variables = {"MAX_ATTEMPTS": "4", "CODEX_MODEL_IMPL": "variable"}
    workspace.execute(environment=variables)
    workspace.execute("--max-attempts", "3", "--model-impl", "flag", environment=variables)
    settings = [body["settings"] for body in workspace.bodies("RunStarted")]
    assert [each["max_attempts"] for each in settings] == [5, 4, 3]
    assert [each["worker"]["model"] for each in settings] == ["file", "variable", "flag"]


# No git, no log, no room


def test_outside_git_a_run_works_and_keeps_its_log_from_later_git(tmp_path: Path) -> None:
    """There is a warning; the log lies in .helm, which ignores itself."""
    workspace = Workspace(tmp_path, git=False)
    (warning,) = accepted(workspace.execute())
    assert "is not in a git repository" in warning
    helm = workspace.root / ".helm"
    assert (helm / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert helm.stat().st_mode & 0o777 == 0o700
    assert workspace.log == helm / "runs.db"
    assert workspace.log.stat().st_mode & 0o777 == 0o600
    assert workspace.kinds()[-1] == "RunFinished"


def test_in_git_the_log_lies_where_no_cleaning_reaches_it(workspace: Workspace) -> None:
    """It survives `git clean -fdx`, and git sees nothing of it."""
    workspace.execute()
    git = ["git", "-C", str(workspace.root)]
    subprocess.run([*git, "clean", "-fdxq"], env=workspace.environment, check=True)
    assert workspace.log == workspace.root / ".git" / "helm" / "runs.db"
    assert workspace.kinds()[-1] == "RunFinished"
    assert workspace.log.stat().st_mode & 0o777 == 0o600


def test_a_broken_repository_is_not_taken_for_none(workspace: Workspace) -> None:
    """Exit code 3: outside of git the history would seem to be gone."""
    write(workspace.root / ".git" / "config", "[core\n")
    assert "git cannot tell the work tree" in refused(workspace, 3, [SPEC])
    assert not (workspace.root / ".helm").exists()


def run_read_only(workspace: Workspace) -> Ended:
    """Run the spec while its folder is read-only, for root too."""
    if os.geteuid():
        workspace.spec.chmod(0o555)
        try:
            return workspace.execute()
        finally:
            workspace.spec.chmod(0o755)
    folder, mount = shlex.quote(str(workspace.spec)), shutil.which("mount")
    frozen = f"{mount} --bind {folder} {folder} && {mount} -o remount,bind,ro {folder}"
    namespace = f"{shutil.which('unshare')} --mount /bin/sh -c"
    if workspace.run_shell(f"{namespace} {shlex.quote(frozen)}").code:
        pytest.skip("root may write in any folder, and no mount namespace can be made here")
    script = f"{frozen} && exec {shlex.join(workspace.helm_words())}"
    return workspace.run_shell(f"{namespace} {shlex.quote(script)}")


def test_a_spec_folder_that_is_read_only_is_found_before_money_is_spent(
    workspace: Workspace,
) -> None:
    """Exit code 6 that names the folder, and no agent is called."""
    before = workspace.files()
    ended = run_read_only(workspace)
    assert (ended.code, ended.out) == (6, "")
    (line,) = ended.err.splitlines()
    assert line.startswith(f"helm: cannot write in {workspace.spec}: ")
    assert (workspace.calls(), workspace.files(), workspace.events()) == ([], before, [])


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"This is a text and no database. " * 64, "is not a log of helm's ("),
        (b"short", "is not a log of helm's ("),
    ],
)
def test_a_log_that_is_no_database_is_left_as_it_is(
    workspace: Workspace, content: bytes, answer: str
) -> None:
    """Exit code 6 that names the file, which keeps every byte."""
    log = workspace.root / ".git" / "helm" / "runs.db"
    log.parent.mkdir()
    log.write_bytes(content)
    ended = workspace.execute()
    assert ended.code == 6
    (line,) = ended.err.splitlines()
    assert line.startswith(f"helm: {log} {answer}")
    assert log.read_bytes() == content
    assert workspace.calls() == []


def test_the_database_of_another_program_is_not_written_to(workspace: Workspace) -> None:
    """Exit code 6, with the words that name another log."""
    log = workspace.place / "theirs.db"
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = log.read_bytes()
    line = refused(workspace, 6, [SPEC], {"HELM_DB": str(log)})
    assert "is the database of another program; name another log with --db" in line
    assert log.read_bytes() == before


def test_a_log_of_a_newer_helm_is_read_and_not_written_to(workspace: Workspace) -> None:
    """Exit code 6 for a run; what is over already can still be asked for."""
    assert workspace.execute().code == 0
    with closing(sqlite3.connect(workspace.log)) as connection:
        connection.execute("PRAGMA user_version = 99")
    workspace.agent()
    assert "was made by a newer helm" in refused(workspace, 6, [SPEC])
    assert accepted(workspace.execute("--resume")) == []
    assert workspace.calls() == []


def test_another_log_may_be_named(workspace: Workspace) -> None:
    """By HELM_DB, or by --db, which comes before it; the workspace's own is then not made."""
    variable, flag = workspace.place / "a log.db", workspace.place / "new" / "log.db"
    named = {"HELM_DB": str(variable)}
    assert accepted(workspace.execute(environment=named)) == []
    assert len(workspace.query("SELECT * FROM runs", variable)) == 1
    assert accepted(workspace.execute("--db", str(flag), environment=named)) == []
    assert len(workspace.query("SELECT * FROM runs", variable)) == 1
    assert len(workspace.query("SELECT * FROM runs", flag)) == 1
    assert not workspace.log.exists()


@pytest.mark.parametrize("named", ["/", ".", ""])
def test_a_folder_is_no_log(workspace: Workspace, named: str) -> None:
    """A log lies in a file, with others beside it that have its name."""
    said = f"the log {named or '.'} is a folder; name a file"
    assert refused(workspace, 2, [SPEC, "--db", named]) == said
    assert refused(workspace, 2, [SPEC, "--dry-run", "--db", named]) == said
    if named:  # an empty variable is none
        assert refused(workspace, 3, [SPEC], {"HELM_DB": named}) == f"{said} in HELM_DB"


@pytest.mark.parametrize("command", ["doctor", "status", "history", "export --all"])
def test_no_command_takes_a_folder_for_a_log(workspace: Workspace, command: str) -> None:
    """Also one that looks in its own way."""
    ended = workspace.run(*command.split(), "--db", "/")
    assert (ended.code, ended.out) == (2, "")
    assert ended.complaints == ["helm: the log / is a folder; name a file"]


# Ways to say which spec


@pytest.mark.parametrize(
    ("cwd", "words"),
    [
        (".", SPEC),
        (".", "spec-01"),
        (".", "{root}/specs/" + SPEC),
        (".", f"specs/{SPEC}"),
        (".", f"specs/{SPEC}/"),
        (".", f"./specs/../specs/{SPEC}"),
        (".", f"specs/{SPEC}/SPEC.md"),
        ("src/deep", SPEC),
        ("src/deep", "spec-0"),
        ("src/deep", f"../../specs/{SPEC}"),
        ("specs", SPEC),
        ("specs", f"./{SPEC}"),
        (f"specs/{SPEC}", "."),
        (f"specs/{SPEC}", "SPEC.md"),
        (f"specs/{SPEC}", SPEC),
    ],
)
def test_a_spec_can_be_named_in_many_ways(workspace: Workspace, cwd: str, words: str) -> None:
    """All of them mean the same spec, in the same workspace."""
    (workspace.root / "src" / "deep").mkdir(parents=True)
    words = words.format(root=workspace.root)
    ended = workspace.run("run", "--exec", words, "--dry-run", cwd=workspace.root / cwd)
    assert accepted(ended) == []
    assert f"Implement {SPEC}, A greeting" in ended.out


def test_a_run_from_below_is_the_run_from_above(workspace: Workspace) -> None:
    """From a subfolder the same log is used, and the run of one place is resumed from another."""
    (workspace.root / "src").mkdir()
    workspace.agent(verifier=[MISSING])
    assert workspace.run("run", "--exec", SPEC, cwd=workspace.root / "src").code == 1
    assert workspace.run("run", "--exec", "--resume", ".", cwd=workspace.spec).code == 1
    assert len(workspace.bodies("RunStarted")) == 1


def test_a_spec_outside_the_specs_root_is_run_with_the_templates_beside_it(
    workspace: Workspace,
) -> None:
    """Its parent is then the specs root; without templates there, they are asked for."""
    other = workspace.root / "more"
    shutil.copytree(workspace.spec, other / SPEC)
    line = refused(workspace, 3, [f"more/{SPEC}"])
    assert f"{other}/implement.prompt-template.md is missing" in line
    for name in ("implement", "review"):
        shutil.copy(workspace.specs / f"{name}.prompt-template.md", other)
    assert accepted(workspace.run("run", "--exec", f"more/{SPEC}")) == []
    assert workspace.bodies("RunStarted")[0]["spec"]["path"] == f"more/{SPEC}"
    assert json.loads((other / SPEC / "metadata.json").read_text("utf-8"))["status"] == "done"
    assert workspace.metadata()["status"] == "todo"


def test_paths_may_hold_spaces_and_any_script(tmp_path: Path) -> None:
    """In the workspace and in the spec; the words to type next are quoted."""
    workspace = Workspace(tmp_path, name="Ein Ordner für 漢字")
    workspace.add_spec("spec-02 grüße 漢")
    workspace.agent(verifier=[MISSING])
    ended = workspace.run("run", "--exec", "spec-02 grüße 漢", "--max-attempts", "1")
    assert (ended.code, ended.err) == (1, "")
    assert "helm run --exec 'spec-02 grüße 漢'" in ended.out
    assert workspace.bodies("RunStarted")[0]["spec"]["path"] == "specs/spec-02 grüße 漢"


def test_a_path_that_is_not_unicode_is_no_bug(workspace: Workspace) -> None:
    """A folder of bytes that are no text is refused in one line, because no log can hold it."""
    name = os.fsdecode(b"spec-02-\xff")
    try:
        workspace.add_spec("spec-02").rename(workspace.specs / name)
    except OSError as error:
        pytest.skip(f"this file system refuses such names: {error.strerror}")
    ended = workspace.run("run", "--exec", name)
    assert ended.code in {3, 6}
    assert len(ended.complaints) == 1
    assert workspace.calls() == []
