"""The demonstration: its workspace is one that helm runs, and its agent does true work in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from helm.adapters import demo
from helm.adapters.codex.agent import CodexAgent
from helm.adapters.codex.turn import Said, Turn
from helm.adapters.demo import DemoWorkspace, make_demo
from helm.adapters.files.tree import DiskFiles
from helm.adapters.git import GitProgram
from helm.app.errors import RecordFailed
from helm.app.scaffold import TEXTS
from helm.app.settings import CONFIG_NAME, Config, Flags, run_settings
from helm.app.snapshot import snapshot, template_warnings
from helm.app.specs import commands_of, read_spec
from helm.app.validation import read_model
from helm.app.workspace import find_spec, open_workspace
from helm.domain.commands import RecordActivity, RecordSession, StartRun
from helm.domain.events import (
    ActivityKind,
    AgentChoice,
    Role,
    RunStarted,
    Status,
    TokenUsage,
    WorkerSandbox,
)
from helm.domain.prompt import EXPECTED_PLACEHOLDERS, verifier_prompt, worker_prompt
from helm.domain.run import Run, decide, replay
from helm.domain.steps import CallAgent
from helm.domain.verdict import Verdict, parse_verdict

ROOT = Path(__file__).parents[2]
SOLUTION = Path(demo.__file__).parent / "solution"
SHARED = (
    "implement.prompt-template.md",
    "review.prompt-template.md",
    "spec-00-example/SPEC.md",
    "spec-00-example/acceptance-checklist.md",
)
EVERYWHERE = {"SPEC_ID", "SPEC_NAME", "SPEC_BODY", "ACCEPTANCE_COMMANDS", "MODE"}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder, outside any repository; the agent does not pause."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "PYTHON"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("HELM_DEMO_PAUSE", "0")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> DemoWorkspace:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("original")))
        return make_demo()


@pytest.fixture
def made(original: DemoWorkspace, place: Path) -> DemoWorkspace:
    """A workspace of the test's own; a copy, because git takes its time to make one."""
    copy = shutil.copytree(original.folder, place / "copy")
    return replace(original, folder=copy)


def started(made: DemoWorkspace) -> RunStarted:
    """Take the workspace in as a run does."""
    files = DiskFiles()
    workspace = open_workspace(made.folder, files, GitProgram())
    spec = read_spec(files, find_spec(made.spec, made.folder, workspace, files))
    start = StartRun(
        spec=snapshot(spec, workspace, files),
        acceptance_commands=commands_of(spec, workspace.config.acceptance_commands),
        settings=run_settings(workspace.config, {}, Flags()),
        remaining_tasks=(),
        unmet_dependencies=(),
        helm_version="1.2.3",
    )
    run = replay(decide(Run(), start)).started
    assert run is not None
    return run


def argv(made: DemoWorkspace, role: Role) -> tuple[str, ...]:
    """Give the very words that helm says to codex."""
    call = CallAgent(
        role=role,
        prompt="",
        choice=AgentChoice(model="any", reasoning="high"),
        sandbox=WorkerSandbox.DANGER_FULL_ACCESS,
        timeout=None,
        idle_timeout=None,
    )
    return CodexAgent(made.program).argv(call)


def called(made: DemoWorkspace, words: tuple[str, ...], prompt: str) -> list[str]:
    """Call the agent as codex is called; its standard output in lines."""
    done = subprocess.run(
        words, cwd=made.folder, input=prompt, encoding="utf-8", capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def turn_of(lines: list[str]) -> tuple[Turn, list[Said]]:
    turn = Turn()
    said = [each for line in lines for each in turn.hear(line.encode())]
    assert turn.completed
    return turn, said


def worker(made: DemoWorkspace, *tasks: str) -> str:
    """Let the worker work; its report."""
    prompt = worker_prompt(started(made), tasks)
    return turn_of(called(made, argv(made, Role.WORKER), prompt))[0].report


def verifier(made: DemoWorkspace) -> Verdict:
    """Let the verifier judge."""
    prompt = verifier_prompt(started(made), "all is done")
    return parse_verdict(turn_of(called(made, argv(made, Role.VERIFIER), prompt))[0].report)


def finished(made: DemoWorkspace) -> DemoWorkspace:
    """Put the work there without a call, which takes its time."""
    for name in ("slug.py", "test_slug.py"):
        shutil.copy(SOLUTION / f"{name}.txt", made.folder / name)
    return made


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# The workspace


def test_the_workspace_is_one_that_helm_runs(made: DemoWorkspace) -> None:
    """Configuration, spec, checklist, metadata and both templates are read without complaint."""
    run = started(made)
    assert (run.spec.id, run.spec.name) == (made.spec, "Slugs for titles")
    assert run.spec.checklist.text
    assert run.acceptance_commands == ("python3 -m unittest test_slug",)
    assert template_warnings(run.spec) == []


@pytest.mark.parametrize("role", Role)
def test_a_template_uses_every_placeholder_of_its_role(made: DemoWorkspace, role: Role) -> None:
    """Whatever helm knows is told, and no placeholder is one that it does not fill."""
    run = started(made)
    template = run.spec.worker_template if role is Role.WORKER else run.spec.verifier_template
    prompt = worker_prompt(run, ()) if role is Role.WORKER else verifier_prompt(run, "report")
    names = EVERYWHERE | set(EXPECTED_PLACEHOLDERS[role])
    assert all(f"{{{{{name}}}}}" in template.text for name in names)
    assert "{{" not in prompt


def test_the_verifier_is_shown_an_answer_that_can_be_read(made: DemoWorkspace) -> None:
    """The example in the template, taken out of its indentation, is a verdict."""
    text = started(made).spec.verifier_template.text
    answer = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))
    verdict = parse_verdict(answer)
    assert verdict.status is Status.MISSING
    assert len(verdict.remaining_tasks) == 1
    assert verdict.commentary


def test_the_workspace_is_committed_and_clean(made: DemoWorkspace) -> None:
    """There is one commit, of everything, so that `git status` shows the worker's work alone."""

    def git(*words: str) -> str:
        return subprocess.check_output(["git", "-C", made.folder, *words], text=True)

    assert git("log", "--format=%an, %s") == "helm demo, The workspace of the demonstration\n"
    assert git("status", "--porcelain") == ""


def test_each_demonstration_has_a_workspace_of_its_own(place: Path) -> None:
    """Nothing that an earlier one left is seen by the next."""
    assert make_demo().folder != make_demo().folder
    assert all(path.name.startswith("helm-demo-") for path in place.iterdir())


def test_it_works_without_git(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on PATH there is no history, and the rest is as it should be."""
    monkeypatch.setenv("PATH", str(place / "nothing"))
    made = make_demo()
    assert not (made.folder / ".git").exists()
    assert "accents" in worker(made)


def test_it_works_with_a_git_that_refuses(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that fails, as macOS has one without its developer tools, is like none."""
    git = place / "git"
    git.write_text("#!/bin/sh\nexit 1\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.defpath}")
    assert not (make_demo().folder / ".git").exists()


def test_the_repository_of_a_git_hook_is_left_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a hook git is told of another repository; the commit does not go there."""
    monkeypatch.setenv("GIT_DIR", str(place / "elsewhere"))
    made = make_demo()
    assert (made.folder / ".git").is_dir()
    assert not (place / "elsewhere").exists()


def test_any_path_will_do(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces, quotes, dollars and accents in TMPDIR reach no shell unquoted."""
    odd = place / 'it\'s "odd" $HOME; `é`'
    odd.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    made = make_demo()
    assert verifier(made).remaining_tasks == ("slug.py is not there: write it",)
    assert "exit status 0" in worker(made)


def test_a_read_only_installation_gives_a_workspace_that_can_be_written(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modes are not copied: what is installed may belong to root or to a read-only store."""
    specs = make_demo().folder / "specs"
    modes = {path.stat().st_mode & 0o200 for path in (specs, *specs.rglob("*"))}
    assert modes == {0o200}


def test_no_room_for_a_workspace_is_one_line(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal of the system is told with the place and with what to do."""
    monkeypatch.setattr(tempfile, "tempdir", str(place / "gone"))
    with pytest.raises(RecordFailed) as error:
        make_demo()
    text = str(error.value)
    assert str(place / "gone" / "helm-demo-") in text
    assert "No such file or directory" in text
    assert "TMPDIR" in text
    assert "\n" not in text


# The agent


def test_the_whole_loop(made: DemoWorkspace) -> None:
    """The first attempt lacks one rule, the verifier finds it, the second attempt mends it."""
    worker(made)
    first = verifier(made)
    assert first.status is Status.MISSING
    assert len(first.remaining_tasks) == 1
    assert "`cr-me-br-l-e`; the spec wants `creme-brulee`" in first.remaining_tasks[0]
    worker(made, *first.remaining_tasks)
    second = verifier(made)
    assert (second.status, second.remaining_tasks) == (Status.OK, ())


def test_the_first_report_names_what_is_left_out(made: DemoWorkspace) -> None:
    """The report has the parts that the template asks for, and does not claim too much."""
    parts = worker(made).split("\n\n")
    titles = [part.partition("\n")[0] for part in parts]
    assert titles == ["SUMMARY", "CHANGES", "HOW TO RUN", "OPEN ISSUES"]
    assert parts[1].splitlines()[1:] == ["add slug.py", "add test_slug.py"]
    assert parts[2].endswith("python3 -m unittest test_slug    (exit status 0)")
    assert "accents" in parts[3]


def test_the_second_attempt_says_which_tasks_it_does(made: DemoWorkspace) -> None:
    """The tasks come from the prompt, and nothing stays open."""
    worker(made)
    prompt = worker_prompt(started(made), ("the é in `Crème`",))
    turn, said = turn_of(called(made, argv(made, Role.WORKER), prompt))
    assert any(isinstance(each, RecordActivity) and "é in `Crème`" in each.text for each in said)
    assert "update slug.py\nupdate test_slug.py" in turn.report
    assert turn.report.endswith("OPEN ISSUES\nNone")


def test_finished_work_is_left_alone(made: DemoWorkspace) -> None:
    """A worker who finds the files there and is told of no task changes nothing."""
    before = contents(finished(made).folder)
    report = worker(made)
    assert "CHANGES\nNone" in report
    assert contents(made.folder) == before


@pytest.mark.parametrize("role", Role)
def test_each_call_begins_by_saying_that_no_model_is_asked(
    made: DemoWorkspace, role: Role
) -> None:
    """Whoever reads a transcript cannot take it for a model's."""
    _, said = turn_of(called(made, argv(made, role), "a prompt"))
    assert isinstance(said[0], RecordSession)
    assert isinstance(said[1], RecordActivity)
    assert said[1].activity is ActivityKind.MESSAGE
    assert "I am a script" in said[1].text
    assert "no model is asked" in said[1].text


def test_it_speaks_as_codex_does(made: DemoWorkspace) -> None:
    """Files and commands are told as codex tells them, and no tokens are counted."""
    prompt = worker_prompt(started(made), ())
    turn, said = turn_of(called(made, argv(made, Role.WORKER), prompt))
    activities = [each for each in said if isinstance(each, RecordActivity)]
    kinds = [each.activity.name for each in activities]
    assert kinds == ["MESSAGE", "FILE_CHANGE", "COMMAND_STARTED", "COMMAND_FINISHED", "MESSAGE"]
    assert [Path(change.path).name for change in activities[1].changes] == [
        "slug.py",
        "test_slug.py",
    ]
    assert activities[3].text == "/bin/sh -c 'python3 -m unittest test_slug'"
    assert activities[3].exit_code == 0
    assert turn.usage == TokenUsage(
        input_tokens=0, cached_input_tokens=0, output_tokens=0, reasoning_output_tokens=0
    )


def test_the_items_of_a_turn_are_numbered_as_codex_numbers_them(made: DemoWorkspace) -> None:
    """An item that starts and completes keeps its number; the next one has the next."""
    lines = called(made, argv(made, Role.WORKER), worker_prompt(started(made), ()))
    items = [told["item"]["id"] for told in map(json.loads, lines) if "item" in told]
    assert items == [f"item_{number}" for number in (0, 1, 1, 2, 2, 3)]


def test_the_verifier_writes_nothing(made: DemoWorkspace) -> None:
    """Not even the byte code of what it runs is left behind."""
    before = contents(finished(made).folder)
    verifier(made)
    assert contents(made.folder) == before


def swallow_digits(folder: Path) -> None:
    change(folder / "slug.py", "a-z0-9", "a-z")


def forget_usage(folder: Path) -> None:
    change(folder / "slug.py", "return 2", "return 0")


def remove_program(folder: Path) -> None:
    (folder / "slug.py").unlink()


def falsify_test(folder: Path) -> None:
    change(folder / "test_slug.py", '"creme-brulee")', '"creme-brulee!")')


def remove_tests(folder: Path) -> None:
    (folder / "test_slug.py").unlink()


@pytest.mark.parametrize(
    ("sabotage", "found"),
    [
        (swallow_digits, "prints `rock-roll-the-first-years`"),
        (forget_usage, "the spec wants `usage: slug.py TITLE` / `exit status 2`"),
        (remove_program, "slug.py is not there"),
        (falsify_test, "`FAILED (failures=1)` and exits with status 1"),
        (remove_tests, "test_slug.py has no test for Hello, World, Rock & Roll"),
    ],
)
def test_the_verifier_finds_sabotage(
    made: DemoWorkspace, sabotage: Callable[[Path], None], found: str
) -> None:
    """It looks at what is there: work that was accepted once is not, when it is broken."""
    sabotage(finished(made).folder)
    verdict = verifier(made)
    assert verdict.status is Status.MISSING
    assert found in "\n".join(verdict.remaining_tasks)


def test_the_verifier_reads_the_spec_that_it_is_given(made: DemoWorkspace) -> None:
    """An example that somebody adds to the spec is tried as well."""
    spec = made.folder / "specs" / made.spec / "SPEC.md"
    change(spec, "$ python3 slug.py ||", '$ python3 slug.py "Æther"\naether\n$ python3 slug.py ||')
    verdict = verifier(finished(made))
    assert [task for task in verdict.remaining_tasks if '`python3 slug.py "Æther"`' in task]


def test_without_evidence_the_verdict_is_missing(made: DemoWorkspace) -> None:
    """A prompt with no spec in it gives the verifier nothing to try, so it does not say ok."""
    turn, _ = turn_of(called(finished(made), argv(made, Role.VERIFIER), "Is all well?"))
    assert parse_verdict(turn.report).status is Status.MISSING


def test_without_json_the_last_message_alone_is_on_standard_output(made: DemoWorkspace) -> None:
    """As with codex, the rest is on standard error."""
    words = [word for word in argv(made, Role.VERIFIER) if word != "--json"]
    prompt = verifier_prompt(started(finished(made)), "report").encode()
    done = subprocess.run(words, cwd=made.folder, input=prompt, capture_output=True, check=True)
    assert parse_verdict(done.stdout.decode()).status is Status.OK
    assert b"no model is asked" in done.stderr
    assert b'$ python3 slug.py "Hello, World"\nhello-world\n' in done.stderr


@pytest.mark.parametrize(
    "words",
    [("exec", "--stdin", "-"), ("exec",), ("login",), ("exec", "--sandbox", "none", "-"), ()],
    ids=" ".join,
)
def test_words_that_it_does_not_know_exit_with_2(
    made: DemoWorkspace, words: tuple[str, ...]
) -> None:
    """As codex does, before anything is read or done."""
    done = subprocess.run([made.program, *words], input=b"", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"codex: error:" in done.stderr


def test_a_blank_prompt_exits_with_1(made: DemoWorkspace) -> None:
    """Whoever is started and told nothing, because helm was killed in between, does nothing."""
    words = argv(made, Role.WORKER)
    done = subprocess.run(words, cwd=made.folder, input=b" \n", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"No prompt provided via stdin.\n"
    assert not (made.folder / "slug.py").exists()


@pytest.mark.parametrize("mode", ["read-only", "workspace-write", "danger-full-access"])
def test_only_a_sandbox_that_may_write_makes_a_worker(made: DemoWorkspace, mode: str) -> None:
    """The sandbox tells the two roles apart, as helm asks for it."""
    called(made, (made.program, "exec", "--json", "--sandbox", mode, "-"), "a prompt")
    assert (made.folder / "slug.py").exists() == (mode != "read-only")


def test_what_the_user_has_set_up_does_not_matter(
    made: DemoWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither settings for Python nor a plain locale lead astray the agent or what it runs."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert verifier(finished(made)).status is Status.OK


def test_the_agent_needs_the_standard_library_alone(made: DemoWorkspace) -> None:
    """It runs isolated, on helm's own Python, so that it starts fast and is led astray by none."""
    script = Path(made.program).read_text(encoding="utf-8")
    assert script.startswith(f"#!/bin/sh\nexec {sys.executable} -I -S ")


# This repository is itself a workspace


@pytest.mark.parametrize("name", SHARED)
def test_this_repository_has_the_same_texts_as_a_new_workspace(name: str) -> None:
    """There are two copies, one to be used here and one to be installed: to the byte the same."""
    assert (ROOT / "specs" / name).read_bytes() == (TEXTS / name).read_bytes()


def test_this_repository_is_configured() -> None:
    """Its configuration is read as helm reads it, and its specs root is there."""
    path = ROOT / CONFIG_NAME
    config = read_model(Config, path.read_bytes(), str(path))
    assert config.initialized
    assert (ROOT / config.specs_root).is_dir()


def test_the_example_spec_of_this_repository_can_be_read() -> None:
    """Its metadata is valid, and its id is the name of its folder."""
    spec = read_spec(DiskFiles(), ROOT / "specs" / "spec-00-example")
    assert not spec.misnamed
    assert spec.own_commands
