"""Real processes: how an agent is started, heard, and ended with all that it began."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import psutil
import pytest

from helm.adapters.codex.agent import CodexAgent
from helm.adapters.codex.chunks import CHUNK_SIZE
from helm.adapters.codex.pipes import Heard, Pipes
from helm.app.errors import AgentUnavailable
from helm.app.ports import AgentSignal
from helm.domain.commands import RecordActivity, RecordOutput, RecordSpawn
from helm.domain.events import ActivityKind, AgentSpawned, Cause, Channel, Ending, sha256
from tests.adapters.codex.pipe_stop import PipeStop
from tests.adapters.codex.scripted import (
    ROOT,
    RUN_ID,
    Called,
    Stage,
    agent_call,
    alive,
    executable,
    pid_in,
    release,
    said,
)

NOBODY = f"{RUN_ID}-nobody"


JSONL_AGENT = """
tell(type="thread.started", thread_id="01a2")
item(type="agent_message", text="I will look.")
item(type="command_execution", command="ls", exit_code=0)
item(type="agent_message", text="You said: " + sys.stdin.read())
usage = {"input_tokens": 4, "cached_input_tokens": 3, "output_tokens": 2,
         "reasoning_output_tokens": 1}
tell(type="turn.completed", usage=usage)
"""


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """Where a program waits until `release`."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long helm went to sleep each time."""
    slept: list[float] = []
    wait = Pipes.wait

    def noted(pipes: Pipes, seconds: float) -> Heard:
        slept.append(seconds)
        return wait(pipes, seconds)

    monkeypatch.setattr(Pipes, "wait", noted)
    return slept


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same patience as always, in a tenth of the time."""
    monkeypatch.setattr("helm.adapters.codex.ladder.PATIENCE", (0.3, 0.2, 5.0))
    monkeypatch.setattr("helm.adapters.codex.conversation._GRACE", 0.2)


def ask_on(stop: PipeStop, *words: bytes) -> Callable[[AgentSignal], None]:
    """Ask for a stop once for each time that one of the words is said."""

    def react(told: AgentSignal) -> None:
        for word in words:
            if said(told, word):
                stop.ask()

    return react


class TestStoppingTogether:
    def test_an_agent_that_ends_while_we_are_stopped_is_stopped_too(self, stage: Stage) -> None:
        """Whoever ends a whole group ends the agent as well; that is no failure of its own."""
        called = stage.call('say("hi\\n")\nsys.exit(3)', react=ask_on(stage.stop, b"hi"))
        assert called.exit.ending is Ending.STOPPED
        assert called.exit.stopped_by is Cause.SIGINT


class TestHearing:
    def test_an_agent_that_speaks_jsonl_is_understood(self, stage: Stage) -> None:
        """Session, activities, report and usage come out of its lines."""
        called = stage.call(JSONL_AGENT, agent_call("é"))
        assert called.sessions == ["01a2"]
        assert called.activities == [
            (ActivityKind.MESSAGE, "I will look."),
            (ActivityKind.COMMAND_FINISHED, "ls"),
            (ActivityKind.MESSAGE, "You said: é"),
        ]
        end = called.exit
        assert (end.ending, end.exit_code, end.signal) == (Ending.COMPLETED, 0, None)
        assert (end.report, end.detail, end.stopped_by) == ("You said: é", "", None)
        assert end.usage
        assert end.usage.reasoning_output_tokens == 1
        assert end.seconds > 0

    def test_an_item_is_told_after_the_bytes_that_hold_it(self, stage: Stage) -> None:
        """Whoever reads the log sees no activity without its evidence."""
        recorded = b""
        for told in stage.call(JSONL_AGENT).signals:
            recorded += told.data if isinstance(told, RecordOutput) else b""
            if isinstance(told, RecordActivity):
                assert told.text.split(":")[0].encode() in recorded

    def test_a_plain_agent_answers_with_all_of_its_output(self, stage: Stage) -> None:
        """Its stderr is kept apart, and broken UTF-8 is mended in the report alone."""
        called = stage.call(r"os.write(2, b'hm\n'); say('STATUS: ok\n'); os.write(1, b'\xff')")
        assert called.exit.report == "STATUS: ok\n\ufffd"
        assert called.output() == b"STATUS: ok\n\xff"
        assert called.output(Channel.STDERR) == b"hm\n"
        assert called.exit.usage is None

    def test_an_agent_may_say_nothing_at_all(self, stage: Stage) -> None:
        """Then there is nothing to store, and the digests are of nothing."""
        called = stage.call("")
        assert called.signals == [called.exit]
        assert called.exit.report == ""
        assert called.exit.stdout.length == 0
        assert called.exit.stderr.sha256 == sha256(b"")

    def test_a_shell_script_is_an_agent_too(self, stage: Stage) -> None:
        """Any program with the same manners will do."""
        script = executable(stage.folder / "agent.sh", "#!/bin/sh\nread word; echo got $word\n")
        called = Called(list(stage.signals(str(script), agent_call("hi\n"))))
        assert called.exit.report == "got hi\n"

    def test_bytes_that_arrive_one_by_one_say_the_same(self, stage: Stage) -> None:
        """A character or a line may be cut anywhere."""
        body = """
line = json.dumps({"type": "thread.started", "thread_id": "é\\n"}, ensure_ascii=False) + "\\n"
for byte in line.encode():
    os.write(1, bytes([byte]))
"""
        called = stage.call(body)
        assert called.sessions == ["é\n"]
        assert called.output().startswith(b'{"type"')

    @pytest.mark.parametrize("size", [CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 300_001])
    def test_output_is_stored_in_chunks_that_follow_each_other(
        self, stage: Stage, size: int
    ) -> None:
        """Also where an edge falls into a character."""
        called = stage.call(f"sys.stdout.write('a' + {size // 2} * 'é')")
        text = "a" + size // 2 * "é"
        assert called.output() == text.encode()
        offset = 0
        for chunk in called.chunks():
            assert (chunk.offset, 0 < len(chunk.data) <= CHUNK_SIZE) == (offset, True)
            offset += len(chunk.data)
        assert called.exit.report == text
        assert called.exit.stdout.length == offset
        assert called.exit.stdout.sha256 == hashlib.sha256(text.encode()).hexdigest()

    def test_output_is_told_while_the_agent_still_works(self, stage: Stage, fifo: Path) -> None:
        """The agent ends only after its unfinished line has been told."""

        def react(told: AgentSignal) -> None:
            if said(told, b"thinking"):
                release(fifo)

        called = stage.call(
            f"say('thinking'); open({str(fifo)!r}).read(); say('done')", None, react
        )
        assert [chunk.data for chunk in called.chunks()] == [b"thinking", b"done"]

    def test_a_line_of_ten_megabytes_is_understood(self, stage: Stage) -> None:
        """It arrives in hundreds of pieces."""
        body = """
tell(type="thread.started", thread_id="01a2")
sys.stdout.write(json.dumps({"type": "item.completed", "item":
    {"type": "agent_message", "text": 10_000_000 * "x"}}) + "\\n")
sys.stdout.write(json.dumps({"type": "turn.completed"}) + "\\n")
"""
        called = stage.call(body)
        assert called.exit.report == 10_000_000 * "x"
        assert called.exit.ending is Ending.COMPLETED

    def test_a_silent_agent_costs_one_waking_a_second(
        self, stage: Stage, fifo: Path, waits: list[float]
    ) -> None:
        """Each of them is told, with the time since the last byte and since the beginning."""

        def react(told: AgentSignal) -> None:
            if len(called.ticks) == 2 and called.signals[-1] is called.ticks[-1]:
                release(fifo)

        called = Called()
        program = stage.python(f"open({str(fifo)!r}).read(); say('done')")
        for told in stage.signals(program, agent_call(timeout=50.0, idle_timeout=50.0)):
            called.signals.append(told)
            react(told)
        first, second = called.ticks[:2]
        assert 1 <= first.idle <= first.elapsed < second.elapsed
        assert 2 <= second.idle <= second.elapsed
        assert len(waits) < 12


class TestPrompt:
    def test_a_prompt_of_five_megabytes_arrives_whole(self, stage: Stage) -> None:
        """While the agent answers as it reads, so that all three pipes are full at once."""
        prompt = 2_500_000 * "é"
        body = """
import hashlib
digest = hashlib.sha256()
while piece := os.read(0, 65536):
    digest.update(piece)
    os.write(1, piece)
    os.write(2, piece)
say(digest.hexdigest())
"""
        called = stage.call(body, agent_call(prompt))
        assert called.exit.ending is Ending.COMPLETED
        assert called.output() == prompt.encode() + sha256(prompt.encode()).encode()
        assert called.output(Channel.STDERR) == prompt.encode()

    @pytest.mark.parametrize("status", [0, 2])
    def test_an_agent_that_does_not_read_its_prompt_has_failed(
        self, stage: Stage, status: int
    ) -> None:
        """What it says about that is read first, and its status told if it is one."""
        body = f"os.close(0); say('x'); os.write(2, b'no such flag\\n'); sys.exit({status})"
        called = stage.call(body, agent_call(1_000_000 * "x"))
        assert called.exit.ending is Ending.FAILED
        assert called.exit.exit_code == status
        assert "stopped reading its prompt after" in called.exit.detail
        assert ("exited with status 2" in called.exit.detail) == (status == 2)
        assert called.exit.detail.endswith(": no such flag")
        assert called.exit.report == "x"

    def test_an_empty_prompt_is_the_end_of_the_input(self, stage: Stage) -> None:
        """The agent must not wait for more."""
        assert stage.call("say(repr(sys.stdin.read()))", agent_call("")).exit.report == "''"

    def test_nothing_is_written_before_the_conversation(
        self, stage: Stage, stop: PipeStop, fifo: Path
    ) -> None:
        """An agent whose start is not recorded must not begin to work."""
        body = f"""
from select import select
ready, _, _ = select([0], [], [], 0.2)
open({str(fifo)!r}, "w").write("early" if ready else "in time")
say(sys.stdin.read())
"""
        with CodexAgent().start([stage.python(body)], stage.folder, RUN_ID) as process:
            signals = process.converse(agent_call("work"), stop)
            assert fifo.read_text(encoding="utf-8") == "in time"
            assert Called(list(signals)).exit.report == "work"


class TestStart:
    def test_the_process_is_told_with_its_group_and_start(self, stage: Stage) -> None:
        """By these it can be found again, and told from a later one."""
        with CodexAgent().start([stage.python("")], stage.folder, RUN_ID) as process:
            spawned = process.spawned
            agent = psutil.Process(spawned.pid)
            assert spawned == RecordSpawn(
                pid=agent.pid,
                process_group=os.getpgid(agent.pid),
                started_at=agent.create_time(),
            )
            assert os.getsid(agent.pid) == agent.pid

    def test_the_agent_works_in_the_folder_with_the_runs_mark(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rest of the environment is inherited."""
        monkeypatch.setenv("INHERITED", "yes")
        called = stage.call(
            'e = os.environ; say(" ".join([os.getcwd(), e["HELM_RUN_ID"], e["INHERITED"]]))'
        )
        assert called.exit.report == f"{stage.folder.resolve()} {RUN_ID} yes"

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("#!/nowhere/python\n", "the interpreter that its first line names does not exist"),
            ("echo\n", "it is neither a program for this machine nor a script that begins with"),
        ],
    )
    def test_a_program_that_the_system_cannot_execute_is_unavailable(
        self, stage: Stage, text: str, reason: str
    ) -> None:
        """One line says why."""
        program = executable(stage.folder / "agent", text)
        with pytest.raises(AgentUnavailable, match=reason):
            list(stage.signals(str(program), agent_call()))

    def test_a_folder_that_is_gone_is_told_as_such(self, stage: Stage) -> None:
        """Not as a missing interpreter."""
        gone = stage.folder / "gone"
        with (
            pytest.raises(AgentUnavailable, match=f"in {gone}: No such file"),
            CodexAgent().start([stage.python("")], gone, RUN_ID),
        ):
            pass

    def test_a_nul_among_the_arguments_is_told(self, stage: Stage) -> None:
        """A model's name is free text."""
        with (
            pytest.raises(AgentUnavailable, match="null byte"),
            CodexAgent().start([stage.python(""), "\0"], stage.folder, RUN_ID),
        ):
            pass


class TestEnd:
    def test_a_status_other_than_zero_is_a_failure(self, stage: Stage) -> None:
        """With what the agent said last."""
        end = stage.call("os.write(2, b'no key\\n'); sys.exit(3)").exit
        assert (end.ending, end.exit_code) == (Ending.FAILED, 3)
        assert end.detail == "the agent exited with status 3: no key"

    def test_an_agent_that_somebody_killed_has_failed(self, stage: Stage) -> None:
        """The signal is told."""
        end = stage.call("os.kill(os.getpid(), signal.SIGKILL)").exit
        assert (end.ending, end.exit_code, end.signal) == (Ending.FAILED, None, signal.SIGKILL)

    def test_a_turn_that_is_not_completed_is_a_failure(self, stage: Stage) -> None:
        """Whatever the status says."""
        body = "tell(type='thread.started', thread_id='x'); item(type='agent_message', text='y')"
        end = stage.call(body).exit
        assert (end.ending, end.exit_code, end.report) == (Ending.FAILED, 0, "")

    def test_a_failed_turn_is_told_in_codexs_words(self, stage: Stage) -> None:
        """Not in those of stderr, where codex logs what it likes."""
        body = """
tell(type="thread.started", thread_id="x")
tell(type="turn.failed", error={"message": "Quota exceeded."})
os.write(2, b"noise"); sys.exit(1)
"""
        end = stage.call(body).exit
        assert end.detail == "the agent exited with status 1: Quota exceeded."

    def test_closing_its_pipes_is_not_the_end_of_an_agent(
        self, stage: Stage, waits: list[float]
    ) -> None:
        """It is waited for, without haste."""
        body = "say('x'); os.close(1); os.close(2); time.sleep(0.4); os._exit(5)"
        end = stage.call(body).exit
        assert (end.exit_code, end.report) == (5, "x")
        assert len(waits) < 12

    def test_an_end_is_seen_where_the_system_does_not_announce_it(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As on macOS, or in a container that forbids a pidfd."""
        monkeypatch.setattr("helm.adapters.codex.child._exit_descriptor", lambda _: None)
        assert stage.call("say('x'); os.close(1); os.close(2); os._exit(5)").exit.exit_code == 5

    def test_a_silent_agent_that_closed_its_pipes_is_ended(self, stage: Stage) -> None:
        """The limits hold for it too."""
        body = "os.close(1); os.close(2); wait_for_ever()"
        assert stage.call(body, agent_call(timeout=0.3)).exit.ending is Ending.TIMED_OUT

    @pytest.mark.usefixtures("impatient")
    def test_a_child_that_keeps_the_pipes_open_is_ended(self, stage: Stage) -> None:
        """After a grace, and the call counts by the status of the agent alone."""
        body = "say(str(subprocess.Popen(['sleep', '300']).pid))"
        end = stage.call(body).exit
        assert (end.ending, end.exit_code) == (Ending.COMPLETED, 0)
        assert not alive(int(end.report))

    @pytest.mark.parametrize("session", ["", "start_new_session=True"])
    def test_nobody_is_left_after_a_normal_end(self, stage: Stage, session: str) -> None:
        """Neither in the agent's group nor in a session of its own."""
        body = f"""
quiet = subprocess.DEVNULL
child = subprocess.Popen(["sleep", "300"], stdin=quiet, stdout=quiet, stderr=quiet, {session})
say(str(child.pid))
"""
        end = stage.call(body).exit
        assert end.ending is Ending.COMPLETED
        assert not alive(int(end.report))


class TestLimits:
    def test_the_whole_call_is_limited(self, stage: Stage) -> None:
        """Also for an agent that never stops talking."""
        body = "while True: say('x'); time.sleep(0.01)"
        end = stage.call(body, agent_call(timeout=0.3, idle_timeout=60.0)).exit
        assert (end.ending, end.signal) == (Ending.TIMED_OUT, signal.SIGINT)
        assert end.detail == "the agent had not ended when its time of 0.3 s was up"

    def test_silence_is_limited(self, stage: Stage) -> None:
        """From the last byte on either pipe."""
        body = "say('x'); os.write(2, b'y'); wait_for_ever()"
        end = stage.call(body, agent_call(timeout=60.0, idle_timeout=0.3)).exit
        assert (end.ending, end.signal) == (Ending.SILENT, signal.SIGINT)
        assert end.detail == "the agent had written nothing for 0.3 s"

    def test_a_consumer_that_is_slow_is_no_silence_of_the_agent(
        self, stage: Stage, fifo: Path
    ) -> None:
        """The agent has long gone on when the consumer asks for more."""
        body = f"say('a'); open({str(fifo)!r}).read(); say('b'); time.sleep(0.1); say('c')"
        called = Called()
        for told in stage.signals(stage.python(body), agent_call(idle_timeout=0.5)):
            called.signals.append(told)
            if said(told, b"a"):
                release(fifo)
                subprocess.run(["sleep", "0.6"], check=True)  # the disk of the log
        assert called.exit.ending is Ending.COMPLETED
        assert called.exit.report == "abc"


class TestStop:
    def test_a_stop_ends_the_agent(self, stage: Stage, stop: PipeStop) -> None:
        """With SIGINT, and whoever asked first is the cause."""

        def react(told: AgentSignal) -> None:
            if said(told, b"ready"):
                stop.ask(Cause.SIGHUP)

        end = stage.call("say('ready'); wait_for_ever()", None, react).exit
        assert (end.ending, end.stopped_by) == (Ending.STOPPED, Cause.SIGHUP)
        assert end.signal == signal.SIGINT

    def test_a_stopped_agent_may_still_speak(self, stage: Stage, stop: PipeStop) -> None:
        """What it says on its way out is recorded; its status does not matter."""
        body = """
def leave(*_):
    sys.stdout.write(500_000 * "bye"); sys.stdout.flush(); os._exit(0)
on(signal.SIGINT, do=leave); say("ready"); wait_for_ever()
"""
        called = stage.call(body, None, ask_on(stop, b"ready"))
        assert called.output() == b"ready" + 500_000 * b"bye"
        assert (called.exit.ending, called.exit.exit_code) == (Ending.STOPPED, 0)

    def test_a_stop_before_the_prompt_keeps_it_back(self, stage: Stage, stop: PipeStop) -> None:
        """The agent is ended without having been told anything."""
        stop.ask(Cause.SIGTERM)
        end = stage.call("say(sys.stdin.read())", agent_call("work")).exit
        assert (end.ending, end.stopped_by) == (Ending.STOPPED, Cause.SIGTERM)
        assert end.report == ""

    def test_a_second_request_does_not_wait(self, stage: Stage, stop: PipeStop) -> None:
        """SIGTERM comes at once, although SIGINT was heard and is being thought about."""
        body = """
on(signal.SIGINT, do=lambda *_: say("INT")); say("ready"); wait_for_ever()
"""
        end = stage.call(body, None, ask_on(stop, b"ready", b"INT")).exit
        assert (end.ending, end.signal) == (Ending.STOPPED, signal.SIGTERM)
        assert stop.requests == 2

    def test_a_third_request_kills(self, stage: Stage, stop: PipeStop) -> None:
        """Whatever the agent does about the first two."""
        body = """
on(signal.SIGINT, do=lambda *_: say("INT"))
on(signal.SIGTERM, do=lambda *_: say("TERM"))
say("ready"); wait_for_ever()
"""
        end = stage.call(body, None, ask_on(stop, b"ready", b"INT", b"TERM")).exit
        assert (end.ending, end.signal) == (Ending.STOPPED, signal.SIGKILL)
        assert stop.requests == 3

    @pytest.mark.usefixtures("impatient")
    def test_an_agent_that_ignores_everything_is_killed(
        self, stage: Stage, stop: PipeStop
    ) -> None:
        """One request is enough."""
        body = "ignore(signal.SIGINT, signal.SIGTERM); say('ready'); wait_for_ever()"
        end = stage.call(body, None, ask_on(stop, b"ready")).exit
        assert (end.ending, end.signal) == (Ending.STOPPED, signal.SIGKILL)

    def test_a_stop_hurries_an_agent_that_ran_out_of_time(
        self, stage: Stage, stop: PipeStop
    ) -> None:
        """The run then halts because somebody asked, not because of the limit."""
        body = "on(signal.SIGINT, do=lambda *_: say('INT')); say('ready'); wait_for_ever()"
        end = stage.call(body, agent_call(timeout=0.3), ask_on(stop, b"INT")).exit
        assert (end.ending, end.stopped_by) == (Ending.STOPPED, Cause.SIGINT)
        assert (end.signal, stop.requests) == (signal.SIGTERM, 1)

    def test_an_agent_that_had_ended_before_the_stop_is_finished(
        self, stage: Stage, stop: PipeStop
    ) -> None:
        """No signal was sent: it counts by its status."""
        called = Called()
        with CodexAgent().start([stage.python("say('x')")], stage.folder, RUN_ID) as process:
            for told in process.converse(agent_call(), stop):
                called.signals.append(told)
                if said(told, b"x"):
                    _wait_for_end(process.spawned.pid)
                    stop.ask()
        assert (called.exit.ending, called.exit.stopped_by) == (Ending.COMPLETED, None)

    @pytest.mark.parametrize("environment", ["None", "{}"])
    def test_nobody_is_left_after_a_stop(
        self, stage: Stage, stop: PipeStop, environment: str
    ) -> None:
        """Not even who has left the group and dropped the mark, while its parents lived."""
        body = f"""
child = subprocess.Popen(["sleep", "300"], start_new_session=True, env={environment})
open("pid", "w").write(str(child.pid)); say("ready"); wait_for_ever()
"""
        end = stage.call(body, None, ask_on(stop, b"ready")).exit
        assert end.ending is Ending.STOPPED
        assert not alive(pid_in(stage.folder / "pid"))


class TestLeaving:
    def test_closing_the_conversation_ends_the_agent(self, stage: Stage, stop: PipeStop) -> None:
        """Without leaving the context."""
        program = stage.python("say('ready'); wait_for_ever()")
        with CodexAgent().start([program], stage.folder, RUN_ID) as process:
            signals = process.converse(agent_call(), stop)
            assert isinstance(signals, Generator)
            next(signals)
            signals.close()
            assert not alive(process.spawned.pid)

    def test_an_exception_in_the_consumer_ends_the_agent(self, stage: Stage) -> None:
        """The exception goes on its way after that."""
        pids = []

        def fail(told: AgentSignal) -> None:
            pids.append(pid_in(stage.folder / "pid"))
            raise ZeroDivisionError

        body = "open('pid', 'w').write(str(os.getpid())); say('ready'); wait_for_ever()"
        with pytest.raises(ZeroDivisionError):
            stage.call(body, None, fail)
        assert not alive(pids[0])

    def test_leaving_without_a_conversation_ends_the_agent(self, stage: Stage) -> None:
        """As when its start could not be recorded."""
        with CodexAgent().start(["sleep", "300"], stage.folder, RUN_ID) as process:
            assert alive(process.spawned.pid)
        assert not alive(process.spawned.pid)

    def test_an_agent_that_is_left_cannot_block_on_its_output(
        self, stage: Stage, stop: PipeStop
    ) -> None:
        """It is read to the end, so that it can clean up."""
        body = """
def leave(*_):
    sys.stdout.write(1_000_000 * "bye"); sys.stdout.flush()
    open("left", "w").close(); os._exit(0)
on(signal.SIGINT, do=leave); say("ready"); wait_for_ever()
"""
        with CodexAgent().start([stage.python(body)], stage.folder, RUN_ID) as process:
            signals = process.converse(agent_call(), stop)
            next(signals)
        assert (stage.folder / "left").exists()

    @pytest.mark.usefixtures("impatient")
    def test_an_agent_that_ignores_everything_cannot_stay(
        self, stage: Stage, stop: PipeStop, waits: list[float]
    ) -> None:
        """Nor can its children, and helm waits for them without haste."""
        body = """
ignore(signal.SIGINT, signal.SIGTERM)
child = subprocess.Popen(["sleep", "300"], start_new_session=True)
open("pid", "w").write(str(child.pid)); say("ready"); os.write(2, b"x"); wait_for_ever()
"""
        with CodexAgent().start([stage.python(body)], stage.folder, RUN_ID) as process:
            signals = process.converse(agent_call(), stop)
            next(signals)
        assert not alive(process.spawned.pid)
        assert not alive(pid_in(stage.folder / "pid"))
        assert len(waits) < 60


class TestOrphan:
    @pytest.fixture
    def orphan(self, stage: Stage) -> Iterator[AgentSpawned]:
        """A process that somebody else began."""
        with subprocess.Popen(["sleep", "300"], start_new_session=True) as process:
            yield AgentSpawned(
                launch=1,
                pid=process.pid,
                process_group=process.pid,
                started_at=psutil.Process(process.pid).create_time(),
            )
            process.kill()

    def test_the_recorded_process_is_ended(self, orphan: AgentSpawned) -> None:
        """Its clock may have been set a little since."""
        moved = AgentSpawned(
            launch=1,
            pid=orphan.pid,
            process_group=orphan.process_group,
            started_at=orphan.started_at + 1.5,
        )
        assert CodexAgent().end_orphan(NOBODY, moved)
        assert not alive(orphan.pid)
        assert not CodexAgent().end_orphan(NOBODY, moved)

    def test_a_later_process_of_the_same_number_is_spared(self, orphan: AgentSpawned) -> None:
        """It started at another time."""
        for difference in (-10, 10):
            other = AgentSpawned(
                launch=1,
                pid=orphan.pid,
                process_group=orphan.process_group,
                started_at=orphan.started_at + difference,
            )
            assert not CodexAgent().end_orphan(NOBODY, other)
        assert alive(orphan.pid)

    @pytest.mark.parametrize("pid", [0, -1, 2**31 - 1, 2**70])
    def test_a_number_that_is_nobodys_is_no_error(self, pid: int) -> None:
        """The log may hold anything."""
        spawned = AgentSpawned(launch=1, pid=pid, process_group=pid, started_at=0.0)
        assert not CodexAgent().end_orphan(NOBODY, spawned)

    def test_who_carries_the_mark_of_the_run_is_ended(self) -> None:
        """Where the agent itself is gone, or was never recorded; marks of other runs stand."""
        runs = {run: {**os.environ, "HELM_RUN_ID": run} for run in (RUN_ID, f"{RUN_ID}-living")}
        orphan, living = (
            subprocess.Popen(["sleep", "300"], env=environment, start_new_session=True)
            for environment in runs.values()
        )
        with orphan, living:
            assert CodexAgent().end_orphan(RUN_ID, None)
            assert not alive(orphan.pid)
            assert alive(living.pid)
            assert not CodexAgent().end_orphan(RUN_ID, None)
            living.kill()

    @pytest.mark.usefixtures("impatient")
    def test_an_orphan_that_ignores_everything_is_killed(self, stage: Stage) -> None:
        """The same ladder as for a living run."""
        program = stage.python("ignore(signal.SIGINT, signal.SIGTERM); say('x'); wait_for_ever()")
        pipe = subprocess.PIPE
        with subprocess.Popen([program], stdout=pipe, start_new_session=True) as process:
            assert process.stdout
            assert process.stdout.read(1) == b"x"
            started_at = psutil.Process(process.pid).create_time()
            spawned = AgentSpawned(
                launch=1, pid=process.pid, process_group=process.pid, started_at=started_at
            )
            assert CodexAgent().end_orphan(NOBODY, spawned)
            assert process.wait() == -signal.SIGKILL

    def test_neither_helm_nor_those_above_it_are_swept(self) -> None:
        """A worker may run helm, which then carries the mark of a run itself."""
        sweep = (
            "from helm.adapters.codex.agent import CodexAgent\n"
            f"print(CodexAgent().end_orphan('{RUN_ID}', None))"
        )
        script = f'sleep 300 & {sys.executable} -c "$0"; echo survived'
        shell = subprocess.run(
            ["sh", "-c", script, sweep],
            env={**os.environ, "HELM_RUN_ID": RUN_ID},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            cwd=ROOT,
        )
        assert shell.stdout == "True\nsurvived\n"


MEASURE = """
import sys
from pathlib import Path
import psutil
from helm.adapters.codex.agent import CodexAgent
from tests.adapters.codex.pipe_stop import PipeStop
from tests.adapters.codex.scripted import RUN_ID, agent_call
for program in sys.argv[1:]:
    most, stop, myself = 0, PipeStop(), psutil.Process()
    with CodexAgent().start([program], Path.cwd(), RUN_ID) as process:
        for number, told in enumerate(process.converse(agent_call(), stop)):
            most = max(most, myself.memory_info().rss if number % 16 == 0 else 0)
    print(most, told.stdout.length)
"""

THREAD = '{"type":"thread.started","thread_id":"01a2"}\n'
FLOODS = {
    "plain lines": ("", 79 * "x" + "\n"),
    "a first line that may become JSON": ('{"type":"', 80 * "x"),
    "JSON lines": (THREAD, '{"type":"turn.started","more":"' + 1000 * "x" + '"}\n'),
}


@pytest.mark.parametrize(("first", "again"), FLOODS.values(), ids=FLOODS)
def test_memory_does_not_grow_with_a_flood(stage: Stage, first: str, again: str) -> None:
    """A hundred megabytes take at most sixty-four more than one takes."""
    flood = "say({!r})\npiece = 1000 * {!r}\nfor _ in range({} // len(piece) + 1): say(piece)"
    sizes = (1_000_000, 100_000_000)
    programs = [
        stage.python(flood.format(first, again, size), name=f"flood-{size}") for size in sizes
    ]
    argv = [sys.executable, "-c", MEASURE, *programs]
    measured = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=ROOT)
    (little, _), (much, length) = (map(int, line.split()) for line in measured.stdout.splitlines())
    assert length >= sizes[1]
    assert much - little < 64_000_000


def test_of_an_output_without_end_the_first_and_the_last_part_are_told(stage: Stage) -> None:
    """What is between is warned of when it begins; nothing that lies in it is told."""
    body = """
tell(type="thread.started", thread_id="x")
for number in range(5_000):
    item(type="agent_message", text=f"message {number}" + 200 * " ")
tell(type="turn.completed", usage={"input_tokens": 1, "output_tokens": 1})
"""
    told = stage.call(body, agent_call(output_limit=200_000))
    kept = told.output()
    assert len(kept) == 200_000
    begun, ended = kept[:100_000], kept[100_000:]
    assert begun.startswith(b'{"type": "thread.started"')
    assert b'"turn.completed"' in ended
    assert told.chunks()[-1].offset + len(told.chunks()[-1].data) == told.exit.stdout.length
    warnings = [text for kind, text in told.activities if kind is ActivityKind.WARNING]
    assert len(warnings) == 1
    assert "100,000 bytes: from here on only its last 100,000 bytes are kept" in warnings[0]
    assert told.activities[-1][0] is ActivityKind.WARNING
    assert told.exit.report.startswith("message 4999 ")


def _wait_for_end(pid: int) -> None:
    while alive(pid):
        time.sleep(0.01)
