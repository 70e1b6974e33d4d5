"""`helm query` as a process: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from helm.app.questions import QUESTIONS, Question
from tests.e2e.fake_codex import begin, command, end, hold, message, turn
from tests.e2e.workspace import MISSING, OK, SPEC, Workspace, alive, until, write

Rows = list[dict[str, object]]

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{})"
FOR_EVER = COUNT.format("") + " SELECT COUNT(*) FROM n"
MILLION = COUNT.format(" LIMIT 1000000") + " SELECT i FROM n"
ODD = """SELECT NULL AS n, 1 AS a, 'x' AS a, 1.5 AS f, 9e999 AS i, x'00ff' AS b, 'ä,"\n' AS t"""

TRIED = [*begin(), *command("make test", 1), message("It is done."), end()]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One spec, and nothing run yet."""
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a run of two attempts, in which a command failed; not to be changed."""
    workspace = Workspace(tmp_path_factory.mktemp("told"))
    workspace.agent(worker=[TRIED], verifier=[MISSING, turn(OK)])
    assert workspace.execute().code == 0
    return workspace


def answer(workspace: Workspace, *words: str) -> str:
    ended = workspace.run("query", *words)
    assert (ended.code, ended.err) == (0, ""), ended.err
    return ended.out


def refused(workspace: Workspace, *words: str) -> str:
    ended = workspace.run("query", *words)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("helm: ")
    return line.removeprefix("helm: ")


# What is printed


def test_an_answer_is_a_table(told: Workspace) -> None:
    """Numbers stand to the right, texts to the left."""
    out = answer(told, "SELECT spec_id, attempts, outcome FROM runs")
    assert out.splitlines() == [
        "SPEC_ID           ATTEMPTS  OUTCOME",
        "spec-01-greeting         2  accepted",
    ]


def test_a_table_shows_any_value_in_a_line(told: Workspace) -> None:
    """NULL is nothing, bytes are counted, a text has no breaks and nothing that steers."""
    sql = "SELECT NULL AS n, x'00ff' AS b, 0.1 + 0.2 AS f, 6.0 AS g, 'a\nb\033[2Jc' AS t"
    assert answer(told, sql).splitlines() == [
        "N  B                 F    G  T",
        "   <blob 2 bytes>  0.3  6.0  a bc",
    ]


def test_a_table_shows_no_text_of_a_book_s_length(told: Workspace) -> None:
    """A report may have millions of characters, and JSON has them all."""
    sql = "SELECT REPLACE(HEX(zeroblob(5000)), '00', 'ab') AS t"
    assert answer(told, sql).splitlines() == ["T", "ab" * 500 + "…"]
    assert json.loads(answer(told, sql, "--json")) == [{"t": "ab" * 5000}]


def test_a_table_masks_what_people_must_not_read(workspace: Workspace) -> None:
    """As everywhere on screen; JSON and CSV hold what is stored."""
    write(workspace.root / "helm.config.json", '{"redact": ["sk-[a-z]+"]}')
    sql = "SELECT 'the key sk-secret' AS text"
    assert "the key [redacted]" in workspace.run("query", sql).out
    assert "sk-secret" in workspace.run("query", sql, "--json").out
    assert "sk-secret" in workspace.run("query", sql, "--csv").out


def test_json_is_an_array_of_objects(told: Workspace) -> None:
    """Every value is valid JSON, and no column takes the place of another."""
    out = answer(told, ODD, "--json")
    encoded = {"$base64": True, "encoded": base64.b64encode(b"\0\xff").decode()}
    row = {"n": None, "a": 1, "a_2": "x", "f": 1.5, "i": None, "b": encoded, "t": 'ä,"\n'}
    assert json.loads(out, parse_constant=pytest.fail) == [row]
    assert "ä" in out
    assert json.loads(answer(told, "SELECT * FROM runs WHERE 0", "--json")) == []
    assert len(json.loads(answer(told, "SELECT * FROM attempts", "--json"))) == 2


def test_csv_has_a_header_and_quotes_what_needs_it(told: Workspace) -> None:
    """Lines end as RFC 4180 has it."""
    ended = subprocess.run(
        told.helm_words("query", ODD, "--csv"),
        cwd=told.root,
        env=told.environment,
        capture_output=True,
        check=True,
    )
    header, rest = ended.stdout.decode().split("\r\n", 1)
    assert header == "n,a,a,f,i,b,t"
    assert rest == ',1,x,1.5,inf,AP8=,"ä,""\n"\r\n'
    (row,) = csv.reader(io.StringIO(rest, newline=""))
    assert row[-1] == 'ä,"\n'


def test_sql_is_read_from_standard_input(told: Workspace) -> None:
    """With a mark of the byte order or without; what is no text is refused."""
    helm = shlex.join(told.helm_words("query", "--csv", "-"))
    for text in (r"SELECT 1 AS a;\n", r"\357\273\277SELECT 1 AS a -- b"):
        ended = told.run_shell(f"printf '{text}' | {helm}")
        assert (ended.code, ended.out, ended.err) == (0, "a\n1\n", "")
    ended = told.run_shell(rf"printf 'SELECT \377' | {helm}")
    assert (ended.code, ended.complaints) == (2, [ended.err.strip()])
    assert "on standard input is not UTF-8" in ended.err
    assert refused(told, "-") == "nothing is asked there; see: helm query"


# What can be asked


def test_without_sql_it_lists_what_can_be_asked(told: Workspace) -> None:
    """The views with their columns, and the questions, within 80 columns."""
    lines = answer(told).splitlines()
    assert lines[0] == f"The views of {told.log}:"
    listed = re.sub(r"\s+", " ", " ".join(lines))
    for view in ("runs", "attempts", "verdicts", "activity", "transcripts"):
        columns = json.loads(
            answer(told, f"SELECT name FROM pragma_table_info('{view}')", "--json")
        )
        assert f" {view} {', '.join(column['name'] for column in columns)} " in listed
    for question in QUESTIONS:
        assert question.words in lines
    assert max(map(len, lines[1:])) <= 80


def test_a_program_can_ask_what_can_be_asked(told: Workspace) -> None:
    """The same as JSON."""
    found = json.loads(answer(told, "--json"))
    assert [view["name"] for view in found["views"]][:2] == ["runs", "attempts"]
    assert "updated_at" in found["views"][0]["columns"]
    assert [each["sql"] for each in found["questions"]] == [each.sql for each in QUESTIONS]


def test_what_is_shown_can_be_pasted(told: Workspace) -> None:
    """Each question as it stands there, of the log that was named, has an answer."""
    shown = answer(told, "--db", str(told.log))
    pasted = re.findall(r'^  (helm query --db .*?")$', shown, re.MULTILINE | re.DOTALL)
    assert len(pasted) == len(QUESTIONS) == 6
    for words in pasted:
        ended = told.run_shell(words.replace("helm", shlex.join(told.helm_words("query")[:-1]), 1))
        assert (ended.code, ended.err) == (0, "")
        assert len(ended.out.splitlines()) >= 2


def by_helm(workspace: Workspace, sql: str) -> Rows:
    rows: Rows = json.loads(answer(workspace, sql, "--json"))
    return rows


def by_another(workspace: Workspace, *words: str) -> Rows:
    done = subprocess.run(words, cwd=workspace.root, capture_output=True, check=True, text=True)
    rows: Rows = json.loads(done.stdout)
    return rows


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.words)
def test_sqlite_utils_answers_as_helm_does(told: Workspace, question: Question) -> None:
    """To every question, and with something."""
    words = (sys.executable, "-m", "sqlite_utils", "query", str(told.log), question.sql)
    answered = by_another(told, *words)
    assert answered
    assert answered == by_helm(told, question.sql)


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="SQLite's own program is not installed")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.words)
def test_sqlite_s_own_program_answers_as_helm_does(told: Workspace, question: Question) -> None:
    """To every question, opened read-only."""
    words = ("sqlite3", "-readonly", "-json", str(told.log), question.sql)
    assert by_another(told, *words) == by_helm(told, question.sql)


# Limits


def test_rows_beyond_the_limit_are_left_out_with_a_warning(told: Workspace) -> None:
    """Exit code 0: what is shown is right; a limit that is just met is not told."""
    ended = told.run("query", "--csv", "--limit", "2", MILLION)
    assert (ended.code, ended.out) == (0, "i\n1\n2\n")
    assert ended.err == (
        "helm: warning: there are more rows than these 2; for all of them say --limit 0\n"
    )
    assert answer(told, "--csv", "--limit", "2", "SELECT 1 AS a UNION SELECT 2") == "a\n1\n2\n"
    assert len(told.run("query", MILLION).out.splitlines()) == 10_001


def test_without_a_limit_all_rows_are_there(told: Workspace) -> None:
    """A million of them."""
    ended = told.run("query", "--csv", "--limit", "0", "--timeout", "off", MILLION)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "i\n" + "".join(f"{number}\n" for number in range(1, 1_000_001))


def test_an_answer_that_fills_the_memory_is_refused(told: Workspace) -> None:
    """It can be streamed all the same."""
    sql = COUNT.format(" LIMIT 30") + " SELECT zeroblob(10000000) AS b FROM n"
    assert "the answer takes more than 256 MiB: name fewer columns" in refused(told, sql)


def test_a_question_that_takes_too_long_is_ended(told: Workspace) -> None:
    """Exit code 2, with the option that gives it longer."""
    assert refused(told, "--timeout", "1s", FOR_EVER) == (
        "the answer takes longer than 1 s: ask for less, or give it more time with --timeout"
    )


def test_ctrl_c_ends_it_as_any_program(told: Workspace) -> None:
    """It dies of the signal."""
    with told.start("query", "--timeout", "off", FOR_EVER) as helm:
        process = psutil.Process(helm.pid)
        until(lambda: [each for each in process.open_files() if each.path == str(told.log)], "SQL")
        helm.send(signal.SIGINT)
        assert helm.end().code == -signal.SIGINT


@pytest.mark.parametrize("words", [("--limit", "0", "--timeout", "off"), ("--limit", "100000")])
def test_a_reader_that_goes_away_is_no_failure(told: Workspace, words: tuple[str, ...]) -> None:
    """As `head` does; an answer without end is then at its end."""
    sql = COUNT.format("") + " SELECT i FROM n"
    helm = shlex.join(told.helm_words("query", "--csv", *words, sql))
    ended = told.run_shell(f"{helm} | {shutil.which('head')} -n 2")
    assert (ended.code, ended.out) == (0, "i\n1\n")
    assert ended.complaints == []


# What is refused


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["SELECT * FORM runs"], 'near "FORM": syntax error at line 1, column 10'),
        (["SELECT 1; SELECT 2"], "more than one statement: ask one at a time"),
        (["SELECT * FROM run"], "no such table: run; do you mean runs?"),
        (["DELETE FROM events"], "helm query only reads: DELETE is refused"),
        (["VACUUM INTO 'copy.db'"], "helm query only reads: VACUUM is refused"),
        ([""], "nothing is asked there; see: helm query"),
        (["--csv", "--json", "SELECT 1"], "--json and --csv are two forms of an answer: "),
        (["--csv"], "--csv is a form of an answer, and nothing is asked; see: helm query"),
        (["--limit", "-1", "SELECT 1"], "invalid value for '--limit'"),
        (["--timeout", "5", "SELECT 1"], "--timeout: '5' is not a time limit; write for"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(
    told: Workspace, words: list[str], said: str
) -> None:
    """Exit code 2, and the log's folder holds what it held."""
    before = sorted(path.name for path in told.log.parent.iterdir() if "db-" not in path.name)
    assert refused(told, *words).startswith(said)
    after = sorted(path.name for path in told.log.parent.iterdir() if "db-" not in path.name)
    assert after == before
    assert not (told.root / "copy.db").exists()


def test_a_file_that_is_no_log_is_left_alone(told: Workspace) -> None:
    """Exit code 6."""
    path = told.place / "no.db"
    path.write_bytes(b"This is no database. " * 100)
    ended = told.run("query", "--db", str(path), "SELECT 1")
    assert (ended.code, len(ended.complaints)) == (6, 1)
    assert "is not a log of helm's" in ended.err


# Where there is little, and where much goes on


@pytest.mark.parametrize("git", [True, False])
def test_where_nothing_was_run_the_answer_is_empty(tmp_path: Path, *, git: bool) -> None:
    """Exit code 0, for scripts; a warning for people who are in the wrong place; nothing made."""
    workspace = Workspace(tmp_path, git=git)
    ended = workspace.run("query", "--json", "SELECT COUNT(*) AS runs FROM runs")
    assert (ended.code, json.loads(ended.out)) == (0, [{"runs": 0}])
    (warning,) = ended.warnings
    log = workspace.root / (".git/helm" if git else ".helm") / "runs.db"
    assert warning.endswith(f"there is no log at {log} yet: it is asked as if it were empty")
    assert not log.parent.exists()


def test_a_run_that_goes_on_is_seen(workspace: Workspace) -> None:
    """With what it did up to now, and it is not disturbed."""
    workspace.agent(worker=[[*begin(), *command("make test", 1), hold()]])
    with workspace.working() as helm:
        workspace.wait_for_event("ActivityReported", 2)
        (run,) = by_helm(workspace, "SELECT spec_id, outcome, attempts FROM runs")
        assert run == {"spec_id": SPEC, "outcome": "open", "attempts": 1}
        (failed,) = by_helm(workspace, "SELECT text FROM activity WHERE exit_code = 1")
        assert "make test" in str(failed["text"])
        assert alive(helm.pid)
        helm.send(signal.SIGINT)
        assert helm.end().code == -signal.SIGINT
    (run,) = by_helm(workspace, "SELECT outcome, cause FROM runs")
    assert run == {"outcome": "halted", "cause": "SIGINT"}
