"""The spec's files on the desk: what helm writes there, and what it finds that people wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from helm.app.errors import InputInvalid, RecordFailed
from helm.app.publish import Account, Desk
from helm.app.settings import Config
from helm.app.workspace import Workspace
from helm.domain.commands import AbandonRun, HaltRun, RecordInputChange, StartAttempt
from helm.domain.events import Cause, Recorded, RunSettings, sha256
from tests.domain.histories import (
    FOLDER,
    LAUNCH,
    OK,
    SPAWN,
    SPEC,
    Story,
    attempts,
    begun,
    completed,
    missing,
    resume,
    start,
)
from tests.fakes import MemoryFiles

ROOT = Path("/repo")
METADATA = ROOT / FOLDER / "metadata.json"
REPORT = ROOT / FOLDER / "implementation-report.md"
BODY = ROOT / FOLDER / "SPEC.md"
CHECKLIST = ROOT / FOLDER / "acceptance-checklist.md"
TEMPLATE = ROOT / "specs" / "implement.prompt-template.md"
LONG = RunSettings(max_attempts=9)
EDITED = b'{"id": "spec-01", "status": "todo", "owner": "ann"}'


@pytest.fixture
def files() -> MemoryFiles:
    """The files that the run of these tests was started with."""
    return MemoryFiles({ROOT / each.path: each.text.encode() for each in SPEC.inputs()})


@pytest.fixture
def desk(files: MemoryFiles) -> Desk:
    """The desk on which they lie, outside git."""
    workspace = Workspace(
        root=ROOT,
        home=ROOT,
        specs_root=ROOT / "specs",
        config=Config(),
        configured=True,
        tree=None,
    )
    return Desk(files=files, workspace=workspace, spec_folder=ROOT / FOLDER)


def tried() -> Story:
    """Tell a run whose first attempt was not enough."""
    return Story().tell(start(LONG)).attempt("report 1", missing("a"))


def metadata_of(files: MemoryFiles) -> dict[str, object]:
    """Read the metadata as a program does."""
    found = json.loads(files.contents[METADATA])
    assert isinstance(found, dict)
    return found


def changed(changes: Sequence[RecordInputChange]) -> dict[Path, bytes | None]:
    """Say what was found instead of what."""
    return {ROOT / each.path: each.text.encode() if each.text else None for each in changes}


def noted(desk: Desk, story: Story) -> list[RecordInputChange]:
    """Find what was changed, and record it as the loop does."""
    changes = list(desk.changes(story.recorded))
    story.tell(*changes)
    return changes


def test_the_report_and_the_metadata_lie_in_the_spec_s_folder(desk: Desk) -> None:
    """Where people look for them."""
    assert (desk.metadata_path, desk.report_path) == (METADATA, REPORT)


def test_before_a_verdict_nothing_is_written(desk: Desk, files: MemoryFiles) -> None:
    """A run that has only begun has nothing to tell."""
    desk.publish(begun().recorded)
    assert files.written == []


def test_a_verdict_is_written_into_both(desk: Desk, files: MemoryFiles) -> None:
    """The metadata has the status and a note, the report the whole story."""
    desk.publish(tried().recorded)
    assert metadata_of(files)["status"] == "in-progress"
    assert "attempt 1 status=missing: remaining tasks: a" in str(metadata_of(files)["notes"])
    assert b"# Implementation Report for spec-01" in files.contents[REPORT]


def test_publishing_again_writes_nothing(desk: Desk, files: MemoryFiles) -> None:
    """What is right already is not touched, so that no editor is disturbed."""
    story = attempts(OK)
    desk.publish(story.recorded)
    files.written.clear()
    desk.publish(story.recorded)
    assert files.written == []


def test_a_halt_is_told_in_the_report_alone(desk: Desk, files: MemoryFiles) -> None:
    """A failure is a fact of the run, not a status of the spec; no old report stands after it."""
    desk.publish(begun().tell(HaltRun(cause=Cause.WORKER_FAILED, detail="no disk")).recorded)
    assert b"halted (worker_failed): no disk" in files.contents[REPORT]
    assert files.written == [REPORT]


def test_what_people_wrote_into_the_metadata_survives(desk: Desk, files: MemoryFiles) -> None:
    """Their keys, their notes, their order and their spacing stay; only helm's values change."""
    text = '{"owner": "änn",  "notes": "mine", "n": 1.50,\n\t"status": "todo", "id": "spec-01"}'
    files.contents[METADATA] = text.encode()
    desk.publish(attempts(OK).recorded)
    written = files.contents[METADATA].decode()
    assert written.startswith('{"owner": "änn",  "notes": "mine\\n[2026-01-31T')
    assert '"n": 1.50,\n\t"status": "done", "id": "spec-01", "lastRun": "2026' in written


@pytest.mark.parametrize(
    "broken", [b"", b"{broken", b"[]", b"caf\xe9", b'{"notes": 7}', b"\xef\xbb\xbf{}"]
)
def test_broken_metadata_is_set_aside(desk: Desk, files: MemoryFiles, broken: bytes) -> None:
    """Its bytes are kept beside, and the file is made anew from what the log knows."""
    files.contents[METADATA] = broken
    desk.publish(attempts(OK).recorded)
    assert files.contents[METADATA.with_name("metadata.json.broken")] == broken
    assert metadata_of(files)["id"] == "spec-01"
    assert metadata_of(files)["status"] == "done"


def test_metadata_that_is_gone_is_rebuilt(desk: Desk, files: MemoryFiles) -> None:
    """So is the report; nothing else appears."""
    story = attempts(OK)
    desk.publish(story.recorded)
    before = dict(files.contents)
    del files.contents[METADATA], files.contents[REPORT]
    desk.publish(story.recorded)
    assert files.contents == before


def test_the_last_text_that_people_wrote_is_the_base_of_a_rebuild(
    desk: Desk, files: MemoryFiles
) -> None:
    """What the log has of their changes is not lost with the file."""
    story = tried()
    files.contents[METADATA] = EDITED
    noted(desk, story)
    del files.contents[METADATA]
    desk.publish(story.recorded)
    assert metadata_of(files)["owner"] == "ann"


def test_metadata_that_cannot_be_written_is_an_error_and_the_report_is_written(
    desk: Desk, files: MemoryFiles
) -> None:
    """One file that fails does not let the other one tell an old story."""
    del files.contents[METADATA]
    files.made.add(METADATA)
    with pytest.raises(RecordFailed, match=r"metadata\.json") as error:
        desk.publish(attempts(OK).recorded)
    assert str(error.value).isprintable()
    assert b"Final verifier status: ok" in files.contents[REPORT]


def test_a_folder_that_cannot_be_written_is_an_error(desk: Desk, files: MemoryFiles) -> None:
    """What was there before is still there."""
    before = dict(files.contents)
    files.refused.add(ROOT / FOLDER)
    with pytest.raises(RecordFailed, match="cannot write"):
        desk.publish(attempts(OK).recorded)
    assert files.contents == before


def test_what_the_files_should_hold_is_told_without_a_deed(desk: Desk, files: MemoryFiles) -> None:
    """What was there, whether that is right, and whether it must be set aside."""
    account = Account.of_run(attempts(OK).recorded)
    files.contents[METADATA] = b"{broken"
    before = dict(files.contents)
    metadata, told = desk.projections(account)
    assert files.contents == before
    assert (metadata.path, metadata.found, metadata.broken) == (METADATA, b"{broken", True)
    assert (told.path, told.found, told.right) == (REPORT, None, False)
    assert desk.write(account) == [metadata, told]
    assert [each.right for each in desk.projections(account)] == [True, True]


def halted(story: Story) -> Story:
    """Tell of a failure."""
    return story.tell(HaltRun(cause=Cause.WORKER_FAILED))


def test_of_several_runs_the_latest_with_a_verdict_and_the_latest_with_an_end_are_told() -> None:
    """One that has only begun knows no more than the latest text."""
    open_run, ended, judged = begun(), halted(begun()), tried()
    account = Account.of_runs(each.recorded for each in (open_run, ended, judged))
    assert account == Account(
        judged=judged.recorded, told=ended.recorded, latest=open_run.recorded
    )


def test_without_any_verdict_the_latest_run_is_told_alone() -> None:
    """The metadata is then what it knows, and nothing is written into it."""
    ended, older = halted(begun()), halted(begun(LONG))
    account = Account.of_runs([ended.recorded, older.recorded])
    assert account == Account.of_run(ended.recorded)


def test_runs_that_have_nothing_to_tell_have_no_account() -> None:
    """Nor has a spec that never ran."""
    assert Account.of_runs([begun().recorded, begun().recorded]) is None
    assert Account.of_runs([]) is None


def test_runs_before_the_latest_verdict_are_not_read() -> None:
    """A spec may have hundreds of them."""

    def newest_first() -> Iterator[list[Recorded]]:
        yield halted(begun()).recorded
        yield tried().recorded
        pytest.fail("this run is too old to matter")

    assert Account.of_runs(newest_first()) is not None


def test_a_desk_that_nobody_touched_has_no_changes(desk: Desk) -> None:
    """What the run was given, and what helm wrote, is no news."""
    story = begun(LONG)
    assert noted(desk, story) == []
    story.call("report").call(missing("a"))
    desk.publish(story.recorded)
    assert noted(desk, story) == []


@pytest.mark.parametrize("path", [BODY, CHECKLIST, TEMPLATE, METADATA])
def test_an_edit_is_found_with_its_text(desk: Desk, files: MemoryFiles, path: Path) -> None:
    """A worker that moves its own yardstick is seen."""
    files.contents[path] = EDITED
    [change] = desk.changes(begun().recorded)
    assert ROOT / change.path == path
    assert (change.text, change.sha256) == (EDITED.decode(), sha256(EDITED))


@pytest.mark.parametrize("path", [BODY, CHECKLIST, TEMPLATE, METADATA])
def test_a_file_that_is_gone_is_found(desk: Desk, files: MemoryFiles, path: Path) -> None:
    """Deleting a yardstick is moving it."""
    del files.contents[path]
    [change] = desk.changes(begun().recorded)
    assert (ROOT / change.path, change.text, change.sha256) == (path, None, None)


@pytest.mark.parametrize("path", [BODY, METADATA])
def test_a_file_that_cannot_be_read_is_as_good_as_gone(
    desk: Desk, files: MemoryFiles, path: Path
) -> None:
    """Whatever a worker leaves there, its own report can still be recorded."""
    del files.contents[path]
    files.made.add(path)
    assert changed(list(desk.changes(begun().recorded))) == {path: None}


def test_a_file_that_is_no_utf8_is_found_with_what_can_be_read(
    desk: Desk, files: MemoryFiles
) -> None:
    """The digest is that of the bytes."""
    files.contents[BODY] = b"caf\xe9"
    story = begun()
    [change] = noted(desk, story)
    assert (change.text, change.sha256) == ("caf\ufffd", sha256(b"caf\xe9"))
    assert noted(desk, story) == []


def test_an_empty_checklist_and_none_are_the_same(desk: Desk, files: MemoryFiles) -> None:
    """Neither asks for anything."""
    files.contents[CHECKLIST] = b""
    story = begun()
    assert changed(noted(desk, story)) == {CHECKLIST: None}
    del files.contents[CHECKLIST]
    assert noted(desk, story) == []


@pytest.mark.parametrize("path", [BODY, CHECKLIST, TEMPLATE, METADATA])
def test_an_edit_is_recorded_once(desk: Desk, files: MemoryFiles, path: Path) -> None:
    """It is news at the end of one agent, and known at the end of the next."""
    story = tried()
    desk.publish(story.recorded)
    files.contents[path] = EDITED
    assert changed(noted(desk, story)) == {path: EDITED}
    story.tell(StartAttempt(), LAUNCH, SPAWN, completed("report 2"))
    assert noted(desk, story) == []


def test_an_edit_that_is_taken_back_is_recorded_again(desk: Desk, files: MemoryFiles) -> None:
    """The log knows at each moment what lies there."""
    story = begun()
    original, files.contents[BODY] = files.contents[BODY], b"# Easier\n"
    noted(desk, story)
    files.contents[BODY] = original
    assert changed(noted(desk, story)) == {BODY: original}


@pytest.mark.parametrize("path", [BODY, CHECKLIST, TEMPLATE])
def test_prompts_are_stale_while_a_text_of_theirs_is_another(
    desk: Desk, files: MemoryFiles, path: Path
) -> None:
    """That the log knows of an edit already does not make the run's prompts hold it."""
    story = begun()
    assert not desk.prompts_are_stale(story.recorded)
    original, files.contents[path] = files.contents[path], EDITED
    assert desk.prompts_are_stale(story.recorded)
    noted(desk, story)
    assert desk.prompts_are_stale(story.recorded)
    files.contents[path] = original
    assert not desk.prompts_are_stale(story.recorded)


def test_metadata_makes_no_prompt_stale(desk: Desk, files: MemoryFiles) -> None:
    """Helm itself writes there, and no prompt is made from it."""
    files.contents[METADATA] = EDITED
    assert not desk.prompts_are_stale(begun().recorded)


def test_what_helm_wrote_over_an_edit_is_no_change(desk: Desk, files: MemoryFiles) -> None:
    """People's edit goes on in helm's text, and helm's text is known."""
    story = tried()
    files.contents[METADATA] = EDITED
    noted(desk, story)
    story.attempt("report 2", missing("b"))
    desk.publish(story.recorded)
    assert metadata_of(files)["owner"] == "ann"
    assert noted(desk, story) == []
    assert desk.metadata_change(story.recorded) is None


def test_metadata_that_was_put_back_over_helm_s_is_a_change(
    desk: Desk, files: MemoryFiles
) -> None:
    """A checkout of the old file is somebody's deed."""
    story, original = tried(), files.contents[METADATA]
    desk.publish(story.recorded)
    files.contents[METADATA] = original
    assert changed(noted(desk, story)) == {METADATA: original}


def test_broken_metadata_is_a_change_once(desk: Desk, files: MemoryFiles) -> None:
    """Neither the broken text nor what helm then makes of it is news."""
    story = tried()
    desk.publish(story.recorded)
    files.contents[METADATA] = b"{broken"
    assert changed(noted(desk, story)) == {METADATA: b"{broken"}
    assert noted(desk, story) == []
    desk.publish(story.recorded)
    assert noted(desk, story) == []


def test_after_a_crash_before_the_write_of_a_verdict_nothing_was_changed(desk: Desk) -> None:
    """That the newest verdict is not in the file is helm's own doing."""
    story = tried()
    assert desk.metadata_change(story.recorded) is None
    desk.publish(story.recorded)
    story.attempt("report 2", missing("b"))
    assert desk.metadata_change(story.recorded) is None


def test_a_crash_may_follow_an_edit(desk: Desk, files: MemoryFiles) -> None:
    """An edit that is in the log already is not recorded again, wherever helm died after it."""
    story = tried().attempt("report 2", missing("b"))
    desk.publish(story.recorded)
    files.contents[METADATA] = EDITED
    story.tell(StartAttempt(), LAUNCH, SPAWN)
    noted(desk, story)
    for command in (completed("report 3"), LAUNCH, SPAWN, completed(missing("c"))):
        story.tell(command)
        assert desk.metadata_change(story.recorded) is None
    story.tell(HaltRun(cause=Cause.OPERATOR))
    assert desk.metadata_change(story.recorded) is None


def test_an_edit_after_a_crash_is_found_before_it_is_written_over(
    desk: Desk, files: MemoryFiles
) -> None:
    """What people did to the metadata while helm was not there is in the log first."""
    story = tried()
    desk.publish(story.recorded)
    files.contents[METADATA] = EDITED
    change = desk.metadata_change(story.recorded)
    assert change is not None
    assert change.text == EDITED.decode()


def test_an_edit_before_a_resume_is_recorded_once(desk: Desk, files: MemoryFiles) -> None:
    """Once it is written, what the file then holds is helm's own text."""
    story = tried().tell(HaltRun(cause=Cause.SIGINT))
    desk.publish(story.recorded)
    files.contents[METADATA] = EDITED
    change = desk.metadata_change(story.recorded)
    assert change is not None
    story.tell(change)
    desk.publish(story.recorded)
    assert noted(desk, story) == []
    story.tell(resume(LONG), StartAttempt(), LAUNCH, SPAWN)
    assert noted(desk, story) == []


def test_an_edit_before_a_run_is_given_up_is_recorded_once(desk: Desk, files: MemoryFiles) -> None:
    """The run that takes its place finds helm's text."""
    story = tried()
    files.contents[METADATA] = EDITED
    noted(desk, story)
    desk.publish(story.recorded)
    assert noted(desk, story) == []
    desk.publish(story.tell(AbandonRun()).recorded)
    assert list(desk.changes(story.recorded)) == []


@pytest.mark.parametrize("name", ["metadata.json", "implementation-report.md"])
@pytest.mark.parametrize("target", ["/etc/precious", "/repo/.git/config", "/repo/.helm/runs.db"])
def test_nothing_is_written_through_a_link_that_leads_astray(
    desk: Desk, files: MemoryFiles, name: str, target: str
) -> None:
    """A worker whose sandbox keeps it from there could reach it through helm."""
    files.links[ROOT / FOLDER / name] = Path(target)
    files.contents[Path(target)] = EDITED
    for use in (desk.require_in_place, lambda: desk.publish(tried().recorded)):
        with pytest.raises(RecordFailed, match=rf"{name} is a link to {target}, where helm"):
            use()
    assert files.contents[Path(target)] == EDITED


@pytest.mark.parametrize("name", ["metadata.json", "implementation-report.md"])
def test_a_folder_in_a_file_s_place_is_refused_before_anything_is_written(
    desk: Desk, files: MemoryFiles, name: str
) -> None:
    """Else it is found when the agents have been paid."""
    files.contents.pop(ROOT / FOLDER / name, None)
    files.made.add(ROOT / FOLDER / name)
    with pytest.raises(InputInvalid, match=rf"{name} is a folder"):
        desk.require_in_place()


def test_links_within_the_work_tree_are_followed(desk: Desk, files: MemoryFiles) -> None:
    """As is a folder of specs that lies elsewhere: that is where people want their files."""
    files.links[METADATA] = ROOT / "states" / "spec-01.json"
    files.links[ROOT / "specs"] = Path("/elsewhere/specs")
    files.made.add(Path("/elsewhere") / FOLDER)
    desk.require_in_place()
