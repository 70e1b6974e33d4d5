"""Whole journeys through the screen, on a terminal, with agents that do as they are told."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.e2e.codex import codex_environment, codex_program
from tests.e2e.fake_codex import begin, command, end, hold, message, wait_for
from tests.e2e.model_server import Answer, ModelServer, Say, Shell, Turns
from tests.e2e.pty_screen import PtyScreen, on_screen
from tests.e2e.workspace import MISSING, OK, SPEC, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and agents that are content at once."""
    return Workspace(tmp_path)


@contextmanager
def at_home(workspace: Workspace, size: tuple[int, int] = (100, 30)) -> Iterator[PtyScreen]:
    """Open the screen on the list of specs."""
    with on_screen(workspace, size=size) as screen:
        screen.wait("A greeting")
        yield screen


def leave(screen: PtyScreen, workspace: Workspace) -> None:
    """Quit, and see that nobody is left."""
    leave_alone(screen)
    assert workspace.survivors() == []


def select(screen: PtyScreen, spec: str) -> None:
    """Go down the list until a spec is selected."""
    screen.wait(spec, "▶")
    while spec not in (before := marked(screen)):
        screen.press("down")
        screen.until(lambda: marked(screen) not in ("", before), f"a row below {before!r}")


def marked(screen: PtyScreen) -> str:
    """Give the row that is selected, without its preview; nothing while none is to be seen."""
    return next((re.split("[│┌]", row)[0] for row in screen.rows if "▶" in row), "")


# From nothing to a result


def test_a_workspace_is_set_up_and_its_example_run_to_acceptance(workspace: Workspace) -> None:
    """A path with a q in it is typed like any other."""
    shutil.rmtree(workspace.specs)
    with on_screen(workspace) as screen:
        screen.wait("Nothing is written before")
        screen.press("enter")
        screen.wait("specs folder:")
        screen.press("-quick", "enter")
        screen.wait("specs-quick/")
        assert workspace.files() == {}
        screen.press("ctrl-s")
        screen.wait("The workspace is set up.", "helm.config.json")
        screen.press("enter")
        screen.wait("Slugs for titles", "TODO")
        screen.press("r")
        screen.wait("accepted after 1 attempt")
        leave(screen, workspace)
    assert (workspace.root / "specs-quick" / "spec-00-example" / "SPEC.md").exists()


def test_leaving_the_set_up_writes_nothing(workspace: Workspace) -> None:
    """And it is said how to come back."""
    shutil.rmtree(workspace.specs)
    with on_screen(workspace) as screen:
        screen.wait("Nothing is written before")
        leave(screen, workspace)
        assert "nothing was written" in screen.text
    assert workspace.files() == {}


# From the specs to a result


def test_a_spec_is_run_to_its_acceptance(workspace: Workspace) -> None:
    """Home, run, result, and home again, where it is done."""
    go = workspace.place / "go"
    worker = [*begin(), message("I look."), *command("make test", 2), wait_for(go), end()]
    workspace.agent(worker=[worker])
    with at_home(workspace) as screen:
        screen.wait("TODO")
        screen.press("r")
        screen.wait("attempt 1 of 2", "I look.", "make test", "FOLLOW", "codex resume fake-thread")
        go.touch()
        screen.wait("accepted after 1 attempt")
        screen.press("enter")
        screen.wait("result", "All is there.")
        screen.press("enter")
        screen.wait("DONE")
        leave(screen, workspace)
    assert workspace.kinds()[-1] == "RunFinished"
    assert workspace.metadata()["status"] == "done"


def test_what_is_missing_at_first_is_done_in_the_second_attempt(workspace: Workspace) -> None:
    """The tasks are to be seen, with what became of them."""
    now = OK.replace("All is there.", "Goodbye is said.")
    workspace.agent(worker=["first", "second"], verifier=[MISSING, now])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("accepted after 2 attempts", "first", "second")
        screen.press("enter")
        screen.wait("say goodbye", "test it", "Goodbye is said.")
        leave(screen, workspace)


def test_what_stays_missing_is_told_in_the_end(workspace: Workspace) -> None:
    """No attempt is left; home says that the spec failed."""
    workspace.agent(verifier=[MISSING])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("not accepted after 2 attempts")
        screen.press("enter")
        screen.wait("say goodbye", "Nearly.")
        screen.press("enter")
        screen.wait("FAILED")
        leave(screen, workspace)


# Stopping, and going on


def test_a_run_is_stopped_and_gone_on_with(workspace: Workspace) -> None:
    """One question, then the agent is gone; R goes on with the same run."""
    workspace.agent(worker=[[*begin(), message("I began."), hold()], "It is done."])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("I began.")
        screen.press("x")
        screen.wait("stop the run?")
        screen.press("enter")
        screen.wait_gone("stop the run?")
        assert "RunHalted" not in workspace.kinds()
        screen.press("x")
        screen.wait("stop the run?")
        screen.press("y")
        screen.wait("halted")
        workspace.wait_for_event("RunHalted")
        screen.until(lambda: len(workspace.survivors()) == 1, "the end of the agent")
        screen.press("R")
        screen.wait("It is done.", "accepted after 1 attempt")
        leave(screen, workspace)
    assert workspace.bodies("RunHalted")[0]["cause"] == "operator"
    assert len({event.run_id for event in workspace.events()}) == 1
    assert "RunResumed" in workspace.kinds()


def test_leaving_the_run_does_not_end_it(workspace: Workspace) -> None:
    """Its state stays in the title, and `l` is the way back."""
    workspace.agent(worker=[[*begin(), message("I began."), hold()]])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("I began.")
        screen.press("escape")
        screen.wait_gone("I began.")
        screen.wait("● spec-01-greeting")
        screen.press("escape", "escape")
        screen.settle()
        assert screen.popen.poll() is None
        screen.press("l")
        screen.wait("I began.", "FOLLOW")
        screen.press("Q")
        screen.wait("quit helm?")
        screen.press("y")
        assert screen.end() == 0


def test_quitting_during_a_run_asks_and_halts_it(workspace: Workspace) -> None:
    """The safe answer is chosen; the other one waits until the halt is on record."""
    workspace.agent(worker=[[*begin(), message("I began."), hold()]])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("I began.")
        for stay in ("enter", "n", "escape"):
            screen.press("Q")
            screen.wait("quit helm?", "stay")
            screen.press(stay)
            screen.wait_gone("quit helm?")
            screen.wait("I began.")
        screen.press("ctrl-c")
        screen.wait("quit helm?")
        screen.press("left", "enter")
        assert screen.end() == 0
        assert screen.left_behind() == []
        assert workspace.survivors() == []
        assert "stopping" in screen.said
        assert f"helm run --exec {SPEC} --resume" in "".join(screen.rows)
    assert workspace.kinds()[-1] == "RunHalted"
    assert workspace.bodies("RunHalted")[-1]["cause"] == "operator"


# Questions before a run


def test_unmet_dependencies_are_asked_about(workspace: Workspace) -> None:
    """Nothing is spent unless the answer is yes."""
    workspace.add_spec("spec-02-farewell", dependsOn=[SPEC])
    with at_home(workspace) as screen:
        select(screen, "spec-02-farewell")
        screen.press("r")
        screen.wait("run spec-02-farewell?", SPEC)
        screen.press("enter")
        screen.wait_gone("run spec-02-farewell?")
        assert workspace.calls() == []
        screen.press("r")
        screen.wait("run spec-02-farewell?")
        screen.press("y")
        screen.wait("accepted after 1 attempt")
        leave(screen, workspace)
    assert [body["spec"]["id"] for body in workspace.bodies("RunStarted")] == ["spec-02-farewell"]


def test_a_spec_that_is_done_is_asked_about(workspace: Workspace) -> None:
    """It would cost a worker and a verifier for nothing."""
    assert workspace.execute().code == 0
    workspace.agent()
    with at_home(workspace) as screen:
        screen.wait("DONE")
        screen.press("r")
        screen.wait(f"run {SPEC}?", "done")
        screen.press("n")
        leave(screen, workspace)
    assert workspace.calls() == []


# Runs of others


def test_a_run_of_another_process_is_watched_to_its_end(workspace: Workspace) -> None:
    """It is not ours to stop, and leaving it, or helm, does not end it."""
    go = workspace.place / "go"
    workspace.agent(
        worker=[[*begin(), message("I began."), wait_for(go), message("Done."), end()]]
    )
    with workspace.working() as helm, at_home(workspace) as screen:
        screen.wait("RUNNING")
        screen.press("h")
        screen.wait("1 run of", "running")
        screen.press("enter")
        screen.wait("I began.", "attempt 1 of 2")
        screen.press("escape")
        screen.wait_gone("I began.")
        screen.press("enter")
        screen.wait("I began.")
        go.touch()
        screen.wait("Done.", "accepted after 1 attempt")
        assert helm.end().code == 0
        leave(screen, workspace)


def test_quitting_while_one_watches_leaves_the_other_alone(workspace: Workspace) -> None:
    """Nobody is asked: it is not helm's to stop here."""
    workspace.agent(worker=[[*begin(), message("I began."), hold()]])
    with workspace.working() as helm, at_home(workspace) as screen:
        screen.press("h")
        screen.wait("1 run of", "running")
        screen.press("enter")
        screen.wait("I began.")
        screen.press("Q")
        assert screen.end() == 0
        assert helm.popen.poll() is None
    assert "RunHalted" not in workspace.kinds()


def test_watchers_do_not_pile_up(workspace: Workspace) -> None:
    """However often a run is opened: whoever watched it leaves with its screen."""
    workspace.agent(worker=[[*begin(), message("I began."), hold()]])
    with workspace.working(), at_home(workspace) as screen:
        screen.press("h")
        screen.wait("1 run of", "running")
        process = psutil.Process(screen.popen.pid)
        threads = process.num_threads()
        for _ in range(4):
            screen.press("enter")
            screen.wait("I began.")
            screen.press("escape")
            screen.wait_gone("I began.")
        screen.until(lambda: process.num_threads() <= threads, "the end of the watchers")
        leave_alone(screen)


def leave_alone(screen: PtyScreen) -> None:
    """Quit, with nobody of ours at work."""
    screen.press("Q")
    assert screen.end() == 0
    assert screen.left_behind() == []


def test_an_old_run_is_read_and_a_halted_one_gone_on_with(workspace: Workspace) -> None:
    """In the same view as a live one, from the log."""
    workspace.agent(worker=[[*begin(), message("I began."), hold()], "It is done."])
    with workspace.working() as helm:
        workspace.wait_for_event("ActivityReported")
        helm.send(signal.SIGINT)
        helm.end()
    with at_home(workspace) as screen:
        screen.press("h")
        screen.wait("1 run of", "halted")
        screen.press("enter")
        screen.wait("I began.")
        screen.press("R")
        screen.wait("It is done.", "accepted after 1 attempt")
        leave(screen, workspace)
    assert "RunResumed" in workspace.kinds()


# Finding one's way


def test_the_filter_finds_as_one_types(workspace: Workspace) -> None:
    """Letters are letters, q among them; Enter keeps it and Esc takes it away."""
    for name in ("spec-02-quick", "spec-03-quiet", "spec-04-loud"):
        workspace.add_spec(name)
    with at_home(workspace) as screen:
        screen.press("/", "qui")
        screen.wait("spec-02-quick", "spec-03-quiet")
        screen.wait_gone("spec-04-loud")
        screen.press("c")
        screen.wait_gone("spec-03-quiet")
        screen.press("enter")
        screen.wait("/quic")
        screen.press("/", "escape")
        screen.wait("spec-04-loud")
        leave(screen, workspace)


def test_a_search_begins_empty_and_has_the_last_one_at_a_key(workspace: Workspace) -> None:
    """What is typed is not glued to what was; Up brings that back."""
    workspace.agent(worker=["I wrote a greeting."])
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("accepted after 1 attempt")
        screen.press("/", "wrote", "enter")
        screen.wait("/wrote", "n older  N newer")
        screen.press("/", "greeting", "enter")
        screen.wait("/greeting", "n older  N newer")
        screen.press("/", "up")
        screen.wait("search: greeting", "↑ the last one")
        screen.press("s", "enter")
        screen.wait("'greetings' is not found")
        leave(screen, workspace)


def test_help_is_everywhere_and_names_the_keys(workspace: Workspace) -> None:
    """Any screen, the same key; and it closes by the key that opened it."""
    with at_home(workspace) as screen:
        for way in ("", "d", "s"):
            screen.press(way)
            screen.press("?")
            screen.wait("keys: ")
            screen.press("?")
            screen.wait_gone("keys: ")
            screen.press("escape")
        leave(screen, workspace)


def test_a_narrow_terminal_shows_less_and_a_wide_one_all_again(workspace: Workspace) -> None:
    """The list and what is selected stay; no size is refused."""
    workspace.add_spec("spec-02-more")
    with at_home(workspace) as screen:
        select(screen, "spec-02-more")
        screen.resize(60, 20)
        screen.wait("▶", "The spec spec-02-more", "? help", "q quit")
        screen.resize(20, 5)
        screen.wait("▶", "spec-02")
        screen.resize(100, 30)
        screen.wait("? help", "The spec spec-02-more", "┌")
        leave(screen, workspace)


def test_helm_run_with_a_spec_selects_it(workspace: Workspace) -> None:
    """And starts nothing: that is what --exec is for."""
    workspace.add_spec("spec-02-more")
    with on_screen(workspace, "run", "spec-02") as screen:
        screen.until(lambda: "spec-02-more" in marked(screen), "the spec that was named")
        leave(screen, workspace)
    assert workspace.calls() == []


def test_a_run_that_cannot_be_begun_says_why(workspace: Workspace) -> None:
    """In a sentence; the screen goes on."""
    workspace.codex.unlink()
    with at_home(workspace) as screen:
        screen.press("r")
        screen.wait("codex")
        assert screen.popen.poll() is None
        leave(screen, workspace)


# With the real codex


@pytest.mark.codex
def test_the_real_codex_is_watched_at_its_work(workspace: Workspace) -> None:
    """The model is scripted, on loopback; the commands that it asks for are run."""
    if codex_program() is None:
        pytest.skip("codex is not installed; see: make codex")
    write: list[Answer] = [Shell("echo hello >greeting"), Say("It is done.")]
    script = Turns({"Judge": [[Say(OK)]], "Implement": [write]})
    with ModelServer(script) as server:
        home = codex_environment(workspace.place / "home", server.base_url)
        with on_screen(workspace, environment={"HELM_CODEX": "", **home}) as screen:
            screen.wait("A greeting")
            screen.press("r")
            screen.wait("accepted after 1 attempt", "echo hello >greeting", "It is done.")
            screen.press("enter")
            screen.wait("All is there.")
            leave(screen, workspace)
    assert (workspace.root / "greeting").read_text(encoding="utf-8") == "hello\n"
