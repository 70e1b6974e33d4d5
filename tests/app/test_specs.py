"""Spec folders: what is read of one, which are found, and the badge that each one gets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helm.app.errors import InputInvalid
from helm.app.specs import (
    BODY_NAME,
    CHECKLIST_NAME,
    METADATA_NAME,
    Badge,
    InvalidSpec,
    Spec,
    commands_of,
    discover,
    looks_like_spec,
    natural_key,
    read_spec,
    short_names,
    unmet_dependencies,
)
from helm.app.standing import Standing
from helm.domain.commands import AbandonRun, HaltRun, StartAttempt
from helm.domain.events import Cause, InputText, Outcome, RunSettings
from helm.domain.projections.summary import RunSummary, state_of
from helm.domain.run import Run
from tests.domain.histories import LAUNCH, OK, SPAWN, SPEC, Story, begun, missing, resume, start
from tests.examples import NOON
from tests.fakes import MemoryFiles

ROOT = Path("/repo/specs")
FOLDER = ROOT / "spec-01"
COMMANDS = ("make test",)

ACCEPTED = Story().tell(start()).attempt("report", OK).run
EXHAUSTED = Story().tell(start(RunSettings(max_attempts=1))).attempt("report", missing("a")).run
TRIED = Story().tell(start()).attempt("report", missing("a")).run
BEGUN = begun().tell(LAUNCH, SPAWN).run
ABANDONED = begun().tell(AbandonRun()).run
FAILED_THEN_RESUMED = begun().tell(HaltRun(cause=Cause.WORKER_FAILED), resume()).run
FAILURES = [cause for cause in Cause if "_" in cause]
INTERRUPTIONS = [cause for cause in Cause if "_" not in cause]


def halted(cause: Cause) -> Run:
    """Tell a run that stands still for this cause."""
    return begun().tell(HaltRun(cause=cause)).run


def folder_with(
    metadata: bytes | None = b"{}", body: bytes | None = b"# A parser\n", folder: Path = FOLDER
) -> MemoryFiles:
    """Lay a spec folder out; None leaves a file away."""
    contents = {folder / METADATA_NAME: metadata, folder / BODY_NAME: body}
    return MemoryFiles({path: data for path, data in contents.items() if data is not None})


def workspace(**specs: dict[str, object]) -> MemoryFiles:
    """Lay out several folders, each with its metadata."""
    files = MemoryFiles()
    for name, metadata in specs.items():
        data = json.dumps(metadata).encode()
        files.contents |= folder_with(data, folder=ROOT / name.replace("_", "-")).contents
    return files


def refusal(files: MemoryFiles) -> str:
    """Say why the folder is no spec, on the one line that the user gets."""
    with pytest.raises(InputInvalid) as error:
        read_spec(files, FOLDER)
    assert str(error.value).isprintable()
    return str(error.value)


def spec(status: str = "todo", **changed: Any) -> Spec:  # noqa: ANN401  fields of any type
    """Read the spec that the runs of these tests were made from."""
    found = Spec(
        folder=FOLDER,
        id="spec-01",
        name="A parser",
        status=status,
        depends_on=(),
        own_commands=(),
        body=SPEC.body.text,
        checklist=SPEC.checklist.text,
        metadata=SPEC.metadata.text,
    )
    return replace(found, **changed)


def summed_up(run: Run) -> RunSummary:
    """Sum a run up that has no events."""
    return RunSummary(
        run_id="R",
        workspace=".",
        path="specs/spec-01",
        spec_id="spec-01",
        spec_name="",
        state=state_of(run),
        cause=run.halt.cause if run.halt else None,
        attempts=run.attempt,
        started_at=NOON,
        updated_at=NOON,
        finished_at=None,
        seconds=None,
        worker_model=None,
        verifier_model=None,
        input_tokens=None,
        output_tokens=None,
    )


def standing(
    found: Spec,
    last: Run | None = None,
    *,
    unmet: tuple[str, ...] = (),
    running: bool = False,
    commands: tuple[str, ...] = COMMANDS,
) -> Standing:
    """Say where a spec stands after its last run."""
    accepted = last.started if last and last.outcome is Outcome.ACCEPTED else None
    return Standing(
        spec=found,
        commands=commands,
        unmet=unmet,
        running=running,
        last=summed_up(last) if last else None,
        accepted=accepted,
    )


def test_a_spec_is_read_whole() -> None:
    """All that helm uses of the folder is there, and the texts are those of the files."""
    metadata = b'{"id": "parser", "name": "P", "status": "done", "dependsOn": ["a", "b"],'
    metadata += b' "acceptanceCommands": ["make"], "owner": {"team": 7}, "notes": null}'
    files = folder_with(metadata)
    files.write(FOLDER / CHECKLIST_NAME, b"- it parses\n")
    assert read_spec(files, FOLDER) == Spec(
        folder=FOLDER,
        id="parser",
        name="P",
        status="done",
        depends_on=("a", "b"),
        own_commands=("make",),
        body="# A parser\n",
        checklist="- it parses\n",
        metadata=metadata.decode(),
    )


def test_a_spec_that_says_nothing_of_itself_has_defaults() -> None:
    """The folder names it, the heading titles it, and it is still to do."""
    found = read_spec(folder_with(b'{"dependsOn": null, "id": ""}'), FOLDER)
    assert (found.id, found.name, found.status) == ("spec-01", "A parser", "todo")
    assert (found.depends_on, found.own_commands, found.checklist) == ((), (), "")


def test_a_spec_without_a_heading_is_unnamed() -> None:
    """A title is never guessed from anything else."""
    assert read_spec(folder_with(body=b"Parse.\n"), FOLDER).name == "(unnamed spec)"


def test_line_ends_and_letters_are_kept_as_they_are() -> None:
    """The prompt gets the very text of the file."""
    assert read_spec(folder_with(body="Größe\r\n".encode()), FOLDER).body == "Größe\r\n"


def test_a_spec_that_calls_itself_otherwise_than_its_folder_is_seen() -> None:
    """People look for the id among the folders."""
    assert read_spec(folder_with(b'{"id": "parser"}'), FOLDER).misnamed
    assert not read_spec(folder_with(b'{"id": "spec-01"}'), FOLDER).misnamed


@pytest.mark.parametrize("name", [BODY_NAME, METADATA_NAME])
def test_a_missing_file_is_named_with_what_a_spec_needs(name: str) -> None:
    """Whoever begins a spec learns what to write."""
    files = folder_with()
    del files.contents[FOLDER / name]
    assert refusal(files).startswith(f"{FOLDER / name} is missing; ")
    assert "needs SPEC.md and metadata.json" in refusal(files)


@pytest.mark.parametrize("body", [b"", b" \n\t\r\n"])
def test_an_empty_spec_is_refused(body: bytes) -> None:
    """There is nothing to implement."""
    assert "SPEC.md is empty; write down what is to be implemented" in refusal(
        folder_with(body=body)
    )


@pytest.mark.parametrize("name", [BODY_NAME, CHECKLIST_NAME, METADATA_NAME])
def test_a_file_that_is_no_utf8_is_refused_with_the_place(name: str) -> None:
    """The byte is told, and how to mend it."""
    files = folder_with()
    files.write(FOLDER / name, b"caf\xe9")
    assert refusal(files) == f"{FOLDER / name} is not UTF-8 (at byte 3); save it as UTF-8"


@pytest.mark.parametrize("metadata", [b"", b"todo", b'{"id": "spec-01",}', b'{"x": "\\ud800"}'])
def test_metadata_that_is_no_json_is_refused(metadata: bytes) -> None:
    """Line and column lead to the mistake."""
    assert f"{METADATA_NAME}: not JSON (" in refusal(folder_with(metadata))
    assert "at line 1 column" in refusal(folder_with(metadata))


@pytest.mark.parametrize("metadata", [b"[]", b"null", b'"todo"', b"1"])
def test_metadata_that_is_no_object_is_refused(metadata: bytes) -> None:
    """JSON of another kind has no place for a status."""
    assert refusal(folder_with(metadata)) == f"{FOLDER / METADATA_NAME}: not a JSON object"


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        (b'{"dependsOn": "spec-02"}', "`dependsOn`: 'spec-02' is not allowed"),
        (b'{"dependsOn": ["a", 2]}', "`dependsOn.1`: 2 is not allowed"),
        (b'{"notes": ["a"]}', "`notes`: ['a'] is not allowed"),
        (b'{"status": "almost"}', "`status`: 'almost' is not allowed"),
        (b'{"status": "Done"}', "'todo', 'in-progress', 'done', 'blocked' or 'failed'"),
        (b'{"status": null}', "`status`: None is not allowed"),
        (b'{"id": 7}', "`id`: 7 is not allowed"),
        (b'{"name": true}', "`name`: True is not allowed"),
        (b'{"acceptanceCommands": "make"}', "`acceptanceCommands`: 'make' is not allowed"),
        (b'{"lastRun": 5}', "`lastRun`: 5 is not allowed"),
    ],
)
def test_a_wrong_type_is_refused_by_its_key(metadata: bytes, said: str) -> None:
    """The line has the file, the key, what stands there, and what may."""
    assert refusal(folder_with(metadata)).startswith(f"{FOLDER / METADATA_NAME}: `")
    assert said in refusal(folder_with(metadata))


def test_specs_are_found_as_people_count() -> None:
    """`spec-11` comes before `spec-100`, and a number before a word."""
    names = ["spec-100", "spec-2-b", "spec-11", "spec-2", "spec-a", "spec-02"]
    assert sorted(names, key=natural_key) == [
        *("spec-2", "spec-02", "spec-2-b", "spec-11", "spec-100", "spec-a")
    ]
    found = discover(workspace(spec_100={}, spec_11={}, spec_2={}), ROOT)
    assert [each.folder.name for each in found] == ["spec-2", "spec-11", "spec-100"]


@pytest.mark.parametrize("name", ["", "a", "7", "²", "a٣", "1a2b", "-", "spec-1²", "9" * 5000])
def test_any_folder_name_has_its_place(name: str) -> None:
    """Digits of other scripts neither fail nor mix numbers with words."""
    assert sorted([natural_key(name), natural_key("spec-01"), natural_key("7")])


def test_a_broken_spec_does_not_hide_the_others() -> None:
    """One bad file is one bad line of the list, with its reason."""
    files = workspace(spec_01={"status": "almost"}, spec_02={})
    first, second = discover(files, ROOT)
    assert isinstance(first, InvalidSpec)
    assert "`status`: 'almost' is not allowed" in first.reason
    assert isinstance(second, Spec)


def test_a_spec_that_cannot_be_read_does_not_hide_the_others() -> None:
    """Neither does a file that the system refuses: a folder in its place, no permission."""
    files = workspace(spec_02={})
    files.made.add(FOLDER / BODY_NAME)
    with pytest.raises(InputInvalid, match="is a folder; move it away"):
        read_spec(files, FOLDER)
    first, second = discover(files, ROOT)
    assert isinstance(first, InvalidSpec)
    assert "is a folder" in first.reason
    assert isinstance(second, Spec)


def test_what_is_no_spec_is_not_listed() -> None:
    """Notes, hidden folders and files lie beside the specs undisturbed."""
    files = MemoryFiles({ROOT / "notes" / "a.md": b"", ROOT / "README.md": b""})
    files.contents[ROOT / ".trash" / BODY_NAME] = b"# Old\n"
    files.contents |= folder_with(folder=ROOT / "parser").contents
    assert [each.folder.name for each in discover(files, ROOT)] == ["parser"]


def test_a_folder_of_any_name_is_a_spec_by_its_metadata() -> None:
    """Its body is missing, or misspelt, which has to be seen."""
    files = MemoryFiles({ROOT / "parser" / METADATA_NAME: b"{}", ROOT / "parser" / "Spec.md": b""})
    (found,) = discover(files, ROOT)
    assert isinstance(found, InvalidSpec)
    assert "SPEC.md is missing" in found.reason


def test_an_empty_folder_with_a_spec_s_name_is_a_broken_spec() -> None:
    """A spec that was only begun is seen, not overlooked."""
    files = MemoryFiles(made={FOLDER})
    assert looks_like_spec(files, FOLDER)
    [found] = discover(files, ROOT)
    assert isinstance(found, InvalidSpec)
    assert "SPEC.md is missing" in found.reason


def test_a_missing_specs_root_holds_no_specs() -> None:
    """An empty workspace is no error."""
    assert discover(MemoryFiles(), ROOT) == []


def test_a_dependency_is_met_once_it_is_done() -> None:
    """What is missing, broken or in any other state is named, in the spec's own order."""
    names = ["spec-09", "spec-02", "spec-03", "spec-04", "spec-05"]
    files = workspace(
        spec_01={"dependsOn": names},
        spec_02={"status": "done"},
        spec_03={"status": "in-progress"},
        spec_04={"status": "almost"},
        spec_05={"status": "blocked"},
    )
    found = discover(files, ROOT)
    assert isinstance(found[0], Spec)
    assert unmet_dependencies(found[0], found) == ("spec-09", "spec-03", "spec-04", "spec-05")


def test_a_dependency_is_named_by_id_or_by_folder() -> None:
    """Both names mean the same spec, and one that is named twice is told once."""
    others = discover(workspace(spec_02={"id": "lexer", "status": "done"}), ROOT)
    waiting = replace(spec(), depends_on=("lexer", "spec-02", "LEXER", "LEXER"))
    assert unmet_dependencies(waiting, others) == ("LEXER",)


@pytest.mark.parametrize("statuses", [("done", "todo"), ("todo", "done"), ("done", "almost")])
def test_of_two_specs_with_one_name_both_must_be_done(statuses: tuple[str, str]) -> None:
    """An id that is there twice lets nothing pass that waits for the other one."""
    first, second = statuses
    files = workspace(
        spec_02={"id": "spec-03", "status": first}, spec_03={"id": "spec-03", "status": second}
    )
    waiting = replace(spec(), depends_on=("spec-03",))
    assert unmet_dependencies(waiting, discover(files, ROOT)) == ("spec-03",)


def test_a_spec_that_waits_for_itself_waits() -> None:
    """A circle of dependencies is never met, and never fails."""
    files = workspace(spec_01={"dependsOn": ["spec-02"]}, spec_02={"dependsOn": ["spec-01"]})
    found = discover(files, ROOT)
    assert [unmet_dependencies(each, found) for each in found if isinstance(each, Spec)] == [
        ("spec-02",),
        ("spec-01",),
    ]


def test_own_commands_come_before_those_of_the_workspace() -> None:
    """A spec that has none, or an empty list, is accepted by the workspace's."""
    own = read_spec(folder_with(b'{"acceptanceCommands": ["tox"]}'), FOLDER)
    none = read_spec(folder_with(b'{"acceptanceCommands": []}'), FOLDER)
    assert commands_of(own, ["make"]) == ("tox",)
    assert commands_of(none, ["make"]) == ("make",)


@pytest.mark.parametrize(
    ("found", "last", "badge"),
    [
        (spec("todo"), None, Badge.TODO),
        (spec("blocked"), None, Badge.TODO),
        (spec("in-progress"), None, Badge.IN_PROGRESS),
        (spec("failed"), None, Badge.FAILED),
        (spec("done"), None, Badge.DONE),
        (spec("done"), ACCEPTED, Badge.DONE),
        (spec("todo"), ACCEPTED, Badge.TODO),
        (spec("in-progress"), TRIED, Badge.IN_PROGRESS),
        (spec("in-progress"), EXHAUSTED, Badge.FAILED),
        (spec("todo"), BEGUN, Badge.IN_PROGRESS),
        (spec("todo"), ABANDONED, Badge.TODO),
        (spec("todo"), FAILED_THEN_RESUMED, Badge.IN_PROGRESS),
    ],
)
def test_status_and_last_run_make_the_badge(found: Spec, last: Run | None, badge: Badge) -> None:
    """The file says whether it is done; what went wrong is said by the run alone."""
    assert standing(found, last).badge is badge


@pytest.mark.parametrize("cause", FAILURES)
def test_a_run_that_failed_makes_its_spec_failed(cause: Cause) -> None:
    """An agent that failed or hung, or an answer that nobody can read, wants a look."""
    assert standing(spec("in-progress"), halted(cause)).badge is Badge.FAILED


@pytest.mark.parametrize("cause", INTERRUPTIONS)
def test_a_run_that_was_interrupted_is_in_progress(cause: Cause) -> None:
    """A signal says nothing about the work."""
    assert standing(spec("todo"), halted(cause)).badge is Badge.IN_PROGRESS


@pytest.mark.parametrize(
    "changed", [{"body": "# Another parser\n"}, {"checklist": ""}, {"body": SPEC.body.text + "\n"}]
)
def test_a_done_spec_that_was_rewritten_is_stale(changed: dict[str, str]) -> None:
    """Nobody has judged the text that stands there now."""
    assert standing(spec("done", **changed), ACCEPTED).badge is Badge.STALE


def test_a_done_spec_with_other_commands_is_stale() -> None:
    """What was accepted by one yardstick is not accepted by another."""
    assert standing(spec("done"), ACCEPTED, commands=("make check",)).badge is Badge.STALE


def test_new_templates_make_nothing_stale() -> None:
    """The wording of the prompts is not what was asked for."""
    other = InputText.of("specs/template.md", "Do it.")
    snapshot = replace(SPEC, worker_template=other, verifier_template=other)
    run = Story().tell(start(spec=snapshot), StartAttempt())
    assert standing(spec("done"), run.call("report").call(OK).run).badge is Badge.DONE


def test_of_the_badges_that_fit_the_first_counts() -> None:
    """RUNNING, then STALE or DONE, then BLOCKED, then FAILED, then IN PROGRESS, then TODO."""
    rewritten = spec("done", body="# Another parser\n")
    waiting, running = ("spec-09",), True
    assert standing(rewritten, ACCEPTED, unmet=waiting, running=running).badge is Badge.RUNNING
    assert standing(rewritten, ACCEPTED, unmet=waiting).badge is Badge.STALE
    assert standing(spec("done"), ACCEPTED, unmet=waiting).badge is Badge.DONE
    assert standing(spec("in-progress"), EXHAUSTED, unmet=waiting).badge is Badge.BLOCKED
    assert standing(spec("in-progress"), EXHAUSTED).badge is Badge.FAILED
    assert standing(spec("in-progress"), TRIED).badge is Badge.IN_PROGRESS
    assert standing(spec("todo")).badge is Badge.TODO


@pytest.mark.parametrize(
    ("now", "runnable"),
    [
        (standing(spec("todo")), True),
        (standing(spec("in-progress")), True),
        (standing(spec("in-progress"), EXHAUSTED), True),
        (standing(spec("done", body="# New\n"), ACCEPTED), True),
        (standing(spec("done", body="# New\n"), ACCEPTED, unmet=("spec-09",)), False),
        (standing(spec("done"), ACCEPTED), False),
        (standing(spec("todo"), unmet=("spec-09",)), False),
        (standing(spec("in-progress"), unmet=("spec-09",)), False),
        (standing(spec("todo"), running=True), False),
    ],
)
def test_a_run_makes_sense_where_work_is_left_and_nothing_is_in_its_way(
    now: Standing,
    runnable: bool,  # noqa: FBT001  pytest passes it
) -> None:
    """Neither what is done, nor what runs, nor what waits for another is to be run."""
    assert now.runnable is runnable


def test_a_file_beyond_all_measure_is_refused() -> None:
    """No prompt could hold it."""
    files = folder_with()
    files.too_large[FOLDER / BODY_NAME] = 10**9
    assert "SPEC.md has 1000000000 bytes" in refusal(files)


def test_a_name_is_as_short_as_no_other_begins() -> None:
    assert short_names(["spec-03-parser", "spec-04-lexer", "spec-04-lister", "notes"]) == {
        "spec-03-parser": "spec-03",
        "spec-04-lexer": "spec-04-lexer",
        "spec-04-lister": "spec-04-lister",
        "notes": "notes",
    }
    assert short_names([]) == {}
    assert short_names(["spec", "spec-1"]) == {"spec": "spec", "spec-1": "spec-1"}
